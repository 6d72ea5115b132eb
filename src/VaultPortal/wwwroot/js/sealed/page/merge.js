// Three versions of one item: the one that was opened, what was changed in it here, and what somebody else saved meanwhile. What does not
// touch the same thing goes together by itself; the rest is for whoever saves.
import { changesOfField, newField, stateOf } from "./edits.js";

const same = (left, right) => JSON.stringify(left ?? null) === JSON.stringify(right ?? null);

/**
 * Puts changes onto a newer version.
 * @param {object} base what was opened (`baseOf`), `mine` the editor's state, `theirs` what is there now (`baseOf`), in which
 *   `sameValue` marks a field whose value was compared and is the old one
 * @returns {{state: object, conflicts: object[]}} a state to go on with on top of `theirs`; in it conflicts stand as theirs. A conflict is
 *   `{what: "name" | "type" | "websites" | "expiry" | "order", mine, theirs}` or `{what: "field", id, mine, theirs}`, where null is one deleted
 */
export function merge(base, mine, theirs) {
  const conflicts = [];
  const state = stateOf(theirs);
  for (const [member, what] of [["name", "name"], ["type", "type"], ["websites", "websites"], ["expiresAt", "expiry"]]) {
    if (same(mine[member], base[member]) || same(mine[member], theirs[member])) continue;
    if (same(theirs[member], base[member])) state[member] = mine[member];
    else conflicts.push({ what, mine: mine[member], theirs: theirs[member] });
  }
  const fields = mergeFields(base, mine, theirs, conflicts);
  state.fields = inOrder(fields, base, mine, theirs, conflicts);
  return { state, conflicts };
}

/** The fields of both of which something is left to compare: their values decide whether it is a conflict. */
export function doubtful(base, mine, theirs) {
  return base.fields.filter((before) => {
    const now = theirs.fields.find(({ id }) => id === before.id);
    const own = mine.fields.find(({ id }) => id === before.id);
    return now && own && now.instanceId !== before.instanceId && isLike(now, before) && changesOfField(before, own).some(isSigned)
      && now.hasValue && before.hasValue && now.assetId === null && before.assetId === null;
  }).map(({ id }) => id);
}

/** The state after a decision: "mine" or "theirs". `value` is that of a field which they deleted, where it has to be made anew. */
export function decide(state, conflict, choice, value = undefined) {
  if (choice === "theirs") return state;
  const { what, id, mine, theirs } = conflict;
  if (what === "field") {
    const made = theirs === null ? { ...newField({ name: mine.name, type: mine.type, value: mine.value ?? value ?? null }), expiresAt: mine.expiresAt } : null;
    return {
      ...state,
      fields: made ? [...state.fields, made]
        : state.fields.map((field) => (field.id !== id ? field : { ...field, ...ownPart(conflict) })),
    };
  }
  if (what === "order") return { ...state, fields: arranged(state.fields, mine) };
  return { ...state, [what === "expiry" ? "expiresAt" : what]: mine };
}

/** What of a field was changed here, to be put onto theirs. */
function ownPart({ mine, before }) {
  if (mine.removed) return { removed: true };
  const part = {};
  if (mine.name !== before.name) part.name = mine.name;
  if (mine.type !== before.type) part.type = mine.type;
  if (mine.value !== undefined) part.value = mine.value;
  return part;
}

const isSigned = (change) => change !== "expiry";
const isLike = (left, right) => left.name === right.name && left.type === right.type && left.assetId === right.assetId;

function mergeFields(base, mine, theirs, conflicts) {
  const found = new Map();
  for (const now of stateOf(theirs).fields) found.set(now.id, now);
  for (const own of mine.fields) {
    const before = base.fields.find(({ id }) => id === own.id);
    if (before === undefined) {
      found.set(own.id, own);
      continue;
    }
    const changed = changesOfField(before, own);
    const now = theirs.fields.find(({ id }) => id === own.id) ?? null;
    if (changed.length === 0 || (now === null && changed.includes("removed"))) continue;
    if (now === null) {
      if (changed.some(isSigned)) conflicts.push({ what: "field", id: own.id, mine: own, theirs: null, before });
      continue;
    }
    const merged = { ...found.get(own.id), ...(changed.includes("expiry") && { expiresAt: own.expiresAt }) };
    found.set(own.id, merged);
    if (!changed.some(isSigned)) continue;
    const part = ownPart({ mine: own, before });
    if (isUntouched(before, now)) found.set(own.id, { ...merged, ...part });
    else conflicts.push({ what: "field", id: own.id, mine: own, theirs: now, before });
  }
  return found;
}

/** A new instance alone is no change: another place, or another data key, makes one too. */
function isUntouched(before, now) {
  if (before.instanceId === now.instanceId) return true;
  const hadNothing = !before.hasValue && !now.hasValue;
  return isLike(before, now) && (now.sameValue === true || hadNothing);
}

function inOrder(found, base, mine, theirs, conflicts) {
  const everywhere = (id) => [base, mine, theirs].every(({ fields }) => fields.some((field) => field.id === id));
  const sequence = ({ fields }) => fields.map(({ id }) => id).filter(everywhere);
  const [before, own, now] = [base, mine, theirs].map(sequence);
  const ownFirst = mine.fields.map(({ id }) => id);
  const fields = [...found.values()];
  if (same(own, before)) return fields;
  if (same(now, before)) return arranged(fields, ownFirst);
  if (!same(own, now)) conflicts.push({ what: "order", mine: ownFirst, theirs: theirs.fields.map(({ id }) => id) });
  return fields;
}

/** Fields in a given order; those that it does not name stay behind the one that they stood behind. */
function arranged(fields, ids) {
  const named = ids.map((id) => fields.find((field) => field.id === id)).filter(Boolean);
  const placed = [...named];
  for (const [index, field] of fields.entries()) {
    if (ids.includes(field.id)) continue;
    const after = index === 0 ? -1 : placed.indexOf(fields[index - 1]);
    placed.splice(after + 1, 0, field);
  }
  return placed;
}
