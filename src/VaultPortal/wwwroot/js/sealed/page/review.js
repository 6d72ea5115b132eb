// What is about to be signed, for the eyes of whoever signs it: in words, as the difference from the last version, and as the exact text.
import { make } from "../../sealed.js";
import { canonicalText } from "../jcs.js";

const unfolded = 4;
const context = 2;

/**
 * Shows what a Client's `approve` was given: `{action, checkpoints: [{kind, itemId, before, after}], recipients?, statement?}`. `names`
 * maps ids of principals to how the server calls them; that is the server's word and marked so.
 */
export function reviewOf(what, { names = new Map() } = {}) {
  const groups = groupsOf(what.checkpoints);
  const all = what.checkpoints.map((entry) => ({ entry, told: { names, groups } }));
  return make("div", { class: "review", "data-testid": "review" },
    what.statement ? statementCard(what.statement) : null,
    ...all.slice(0, unfolded).map(({ entry, told }) => checkpointCard(entry, told)),
    all.length > unfolded ? folded(all.slice(unfolded)) : null,
    what.recipients?.length > 0 ? recipientsCard(what.recipients, names) : null);
}

/** A fingerprint in blocks of four, which can be compared by eye and over the telephone. */
export function fingerprintOf(text, attributes = {}) {
  return make("span", { ...attributes, class: "mono fingerprint" }, text.match(/.{1,4}/g)?.join(" ") ?? "");
}

/** The changes of one checkpoint as sentences. */
export function changesOf({ kind, before, after }, { names = new Map(), groups = new Map() } = {}) {
  const said = [];
  const tell = { directory: tellNames, summary: tellSummary, detail: tellDetail, permission: tellPermission }[kind];
  tell(before, after, said, { names, groups });
  return said.length > 0 ? said : [before === null ? "The first version." : "Nothing changes: the same state is signed anew."];
}

/** The lines of a checkpoint: its members one by one, and of its lists an element a line. */
export function linesOf(checkpoint) {
  const lines = ["{"];
  for (const name of Object.keys(checkpoint).sort()) {
    const value = checkpoint[name];
    if (Array.isArray(value) && value.some((element) => typeof element === "object")) {
      lines.push(`  ${canonicalText(name)}: [`, ...value.map((element) => `    ${visible(canonicalText(element))}`), "  ]");
    } else {
      lines.push(`  ${canonicalText(name)}: ${visible(canonicalText(value))}`);
    }
  }
  return [...lines, "}"];
}

/** `[{sign: "+" | "-" | " ", text}]`: the shortest way from one list of lines to another (Myers, An O(ND) Difference Algorithm). */
export function differenceOf(before, after) {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start += 1;
  let end = 0;
  const rest = Math.min(before.length, after.length) - start;
  while (end < rest && before.at(-1 - end) === after.at(-1 - end)) end += 1;
  const same = (lines) => lines.map((text) => ({ sign: " ", text }));
  return [
    ...same(before.slice(0, start)),
    ...shortest(before.slice(start, before.length - end), after.slice(start, after.length - end)),
    ...same(before.slice(before.length - end)),
  ];
}

// Beyond this a difference helps no reader; everything before goes, everything after comes.
const furthest = 1000;

function shortest(before, after) {
  const trace = [];
  let ends = new Map([[1, 0]]);
  for (let steps = 0; steps <= Math.min(before.length + after.length, furthest); steps += 1) {
    trace.push(new Map(ends));
    for (let k = -steps; k <= steps; k += 2) {
      const down = k === -steps || (k !== steps && ends.get(k - 1) < ends.get(k + 1));
      let x = down ? ends.get(k + 1) : ends.get(k - 1) + 1;
      while (x < before.length && x - k < after.length && before[x] === after[x - k]) x += 1;
      ends.set(k, x);
      if (x >= before.length && x - k >= after.length) return walkBack(before, after, trace);
    }
  }
  return [...before.map((text) => ({ sign: "-", text })), ...after.map((text) => ({ sign: "+", text }))];
}

function walkBack(before, after, trace) {
  const found = [];
  let [x, y] = [before.length, after.length];
  for (let steps = trace.length - 1; steps >= 0; steps -= 1) {
    const ends = trace[steps];
    const k = x - y;
    const down = k === -steps || (k !== steps && ends.get(k - 1) < ends.get(k + 1));
    const earlierX = ends.get(down ? k + 1 : k - 1);
    const earlierY = earlierX - (down ? k + 1 : k - 1);
    while (x > earlierX && y > earlierY && x > 0 && y > 0) found.push({ sign: " ", text: before[x -= 1] }), y -= 1;
    if (steps === 0) break;
    if (down) found.push({ sign: "+", text: after[y -= 1] });
    else found.push({ sign: "-", text: before[x -= 1] });
  }
  return found.reverse();
}

const titles = { directory: "Directory of the vault", summary: "Summary of the vault", detail: "Detail of the item", permission: "Permissions of the vault" };

function titleOf({ kind, after }) {
  const what = kind === "permission" && after.assetType === "VAULT_ITEM" ? "Permissions of the item" : titles[kind];
  return `${what}${kind === "detail" ? ` ${quoted(after.name)}` : ""}, version ${after.version}`;
}

function checkpointCard(entry, told) {
  const { kind, before, after } = entry;
  return make("section", { class: "review-part", "data-testid": `review-${kind}` },
    make("h3", {}, titleOf(entry)),
    make("ul", { class: "review-changes" }, ...changesOf(entry, told).map((change) =>
      make("li", {}, ...[change].flat()))),
    before === null ? null : differenceView(linesOf(before), linesOf(after)),
    exactText("The exact text that is signed", visible(canonicalText(after))));
}

/** Many checkpoints of one change: their views are made when they are looked at. */
function folded(entries) {
  return make("div", {}, make("p", { class: "muted" }, `And ${entries.length} more:`),
    ...entries.map(({ entry, told }) => {
      const view = make("details", { class: "more" }, make("summary", {}, titleOf(entry)));
      view.addEventListener("toggle", () => view.append(checkpointCard(entry, told)), { once: true });
      return view;
    }));
}

function differenceView(before, after) {
  const lines = differenceOf(before, after);
  const near = (index) => lines.slice(Math.max(0, index - context), index + context + 1).some(({ sign }) => sign !== " ");
  const rows = [];
  let hidden = 0;
  const skip = () => {
    if (hidden > 0) rows.push(make("span", { class: "diff-skip" }, `  … ${hidden} ${hidden === 1 ? "line" : "lines"} that ${hidden === 1 ? "stays" : "stay"}\n`));
    hidden = 0;
  };
  for (const [index, { sign, text }] of lines.entries()) {
    if (!near(index)) {
      hidden += 1;
      continue;
    }
    skip();
    const name = { "+": "diff-in", "-": "diff-out", " ": "diff-same" }[sign];
    rows.push(make("span", { class: name }, `${sign === "-" ? "−" : sign} ${text}\n`));
  }
  skip();
  return make("pre", { class: "text-block diff", tabindex: "0", role: "group", "aria-label": "Difference from the last version", "data-testid": "review-difference" },
    ...rows);
}

function exactText(title, text) {
  return make("details", { class: "more" }, make("summary", { "data-testid": "review-open" }, title),
    make("pre", { class: "text-block", tabindex: "0", role: "group", "aria-label": title, "data-testid": "review-canonical" }, text));
}

function statementCard(statement) {
  return make("section", { class: "review-part", "data-testid": "review-statement" },
    make("h3", {}, "Statement"),
    make("p", {}, statement.state === "archived"
      ? `The vault is archived with version ${statement.directoryVersion} of its directory.`
      : `The vault is active again with version ${statement.directoryVersion} of its directory.`),
    exactText("The exact text that is signed", `vaultportal:vault-state\n${canonicalText(statement)}`));
}

function recipientsCard(recipients, names) {
  return make("section", { class: "review-part", "data-testid": "review-recipients" },
    make("h3", {}, `The data key is wrapped to ${recipients.length} ${recipients.length === 1 ? "key" : "keys"}`),
    make("ul", { class: "review-changes" }, ...recipients.map(({ keyId, fingerprint, signingFingerprint, principalType, principalId }) =>
      make("li", {},
        principalId ? nameOf({ principalType, principalId }, names) : `Key ${keyId}`, ": ",
        signingFingerprint ? make("span", {}, "key ", fingerprintOf(signingFingerprint), ", wrapped to its encryption key ") : "",
        fingerprintOf(fingerprint)))),
    make("p", { class: "muted" }, "Each wrapping is signed together with these fingerprints."));
}

const classificationOf = (value) => ({ PUBLIC: "Public", INTERNAL: "Internal", CONFIDENTIAL: "Confidential", CUI: "CUI" })[value] ?? "none";
// Characters that show nothing, or turn the direction of what follows, would let a name bend the sentence around it: they are written out,
// in the exact text as JSON does, which stays the same text.
const visible = (text) => text.replace(/\p{Cf}/gu, (character) => character.split("").map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`).join(""));

const quoted = (text) => `“${visible(text)}”`;

function tellNames(before, after, said) {
  if (before === null) {
    said.push(`The vault is called ${quoted(after.name)}, with classification ${classificationOf(after.dataClassification)}.`);
    return;
  }
  if (before.name !== after.name) said.push(`The vault ${quoted(before.name)} is called ${quoted(after.name)}.`);
  if ((before.dataClassification ?? null) !== (after.dataClassification ?? null)) {
    said.push(`Its classification changes from ${classificationOf(before.dataClassification)} to ${classificationOf(after.dataClassification)}.`);
  }
}

function tellSummary(before, after, said) {
  tellNames(before, after, said);
  if (before === null) return;
  if (before.currentDekVersion !== after.currentDekVersion) {
    said.push(`New values are sealed under data key version ${after.currentDekVersion} (before: ${before.currentDekVersion}).`);
  }
  const groups = new Map([...before.groups, ...after.groups].map(({ id, name }) => [id, name]));
  const listed = compared(before.groups, after.groups);
  for (const { name } of listed.added) said.push(`The group ${quoted(name)} is new.`);
  for (const { name } of listed.removed) said.push(`The group ${quoted(name)} goes.`);
  for (const [{ name }, { name: now }] of listed.changed) said.push(`The group ${quoted(name)} is called ${quoted(now)}.`);
  const items = compared(before.items, after.items);
  many(said, items.added, ({ name }) => `The item ${quoted(name)} is listed.`);
  many(said, items.removed, ({ name }) => `The item ${quoted(name)} is not listed any more.`);
  many(said, items.changed, ([was, is]) => itemChange(was, is, groups));
}

function itemChange(was, is, groups) {
  const parts = [];
  if (was.name !== is.name) parts.push(`is called ${quoted(is.name)}`);
  if (was.type !== is.type) parts.push(`is of type ${is.type}`);
  if (canonicalText(was.websites) !== canonicalText(is.websites)) parts.push(`has the websites ${visible(is.websites.join(", ")) || "none"}`);
  if ((was.groupId ?? null) !== (is.groupId ?? null)) parts.push(groupPart(is.groupId ?? null, groups));
  return `The item ${quoted(was.name)} ${parts.join(", ")}.`;
}

const groupPart = (id, groups) => (id === null ? "is in no group" : `is in the group ${quoted(groups.get(id) ?? id)}`);

function tellDetail(before, after, said, { groups }) {
  if (before === null) said.push(`The item ${quoted(after.name)} of type ${after.type}${after.websites.length > 0 ? `, with ${visible(after.websites.join(", "))}` : ""}.`);
  else if (itemDiffers(before, after)) said.push(itemChange(before, after, groups));
  const { added, removed, changed } = compared(before?.fields ?? [], after.fields);
  for (const { name, type } of added) said.push(`The field ${quoted(name)} (${type}) is new.`);
  for (const { name } of removed) said.push(`The field ${quoted(name)} is deleted.`);
  for (const [was, is] of changed) said.push(fieldChange(was, is));
}

const itemDiffers = (was, is) => was.name !== is.name || was.type !== is.type || (was.groupId ?? null) !== (is.groupId ?? null)
  || canonicalText(was.websites) !== canonicalText(is.websites);

function fieldChange(was, is) {
  const parts = [];
  if (was.name !== is.name) parts.push(`is called ${quoted(is.name)}`);
  if (was.type !== is.type) parts.push(`is of type ${is.type}`);
  if (canonicalText(was.assetIds) !== canonicalText(is.assetIds)) parts.push(is.assetIds.length === 0 ? "has no attachment" : "has another attachment");
  if (canonicalText(was.fieldInstanceIds) !== canonicalText(is.fieldInstanceIds)) parts.push("has a new value");
  if (was.order !== is.order) parts.push(`moves to place ${is.order + 1}`);
  return `The field ${quoted(was.name)} ${parts.join(", ")}.`;
}

function tellPermission(before, after, said, { names }) {
  const keyed = ({ permissions = [] } = {}) => permissions.map((member) => ({ ...member, id: `${member.principalType}:${member.principalId}` }));
  const { added, removed, changed } = compared(keyed(before ?? {}), keyed(after));
  for (const member of added) said.push([nameOf(member, names), ` gets ${member.accessLevel}, with `, ...keysOf(member.keyFingerprints), "."]);
  for (const member of removed) said.push([nameOf(member, names), ` loses ${member.accessLevel}.`]);
  for (const [was, is] of changed) {
    const sentence = [nameOf(is, names)];
    if (was.accessLevel !== is.accessLevel) sentence.push(` gets ${is.accessLevel} instead of ${was.accessLevel}`);
    const fresh = is.keyFingerprints.filter((key) => !was.keyFingerprints.includes(key));
    const gone = was.keyFingerprints.filter((key) => !is.keyFingerprints.includes(key));
    if (fresh.length > 0) sentence.push(", is now known by ", ...keysOf(fresh));
    if (gone.length > 0) sentence.push(", no longer by ", ...keysOf(gone));
    said.push([...sentence, "."]);
  }
}

function keysOf(fingerprints) {
  if (fingerprints.length === 0) return ["no key"];
  return [fingerprints.length === 1 ? "the key " : "the keys ",
    ...fingerprints.flatMap((text, index) => (index === 0 ? [fingerprintOf(text)] : [" and ", fingerprintOf(text)]))];
}

/** How a principal is called. The id is what is signed; the name is the server's word. */
function nameOf({ principalType, principalId }, names) {
  const kind = principalType === "AGENT" ? "agent" : "person";
  const name = names.get(principalId);
  return make("span", {}, name ? make("strong", {}, name) : `The ${kind}`, make("span", { class: "muted" }, ` (${name ? `${kind} ` : ""}`,
    make("span", { class: "mono" }, principalId), ")"));
}

function groupsOf(checkpoints) {
  const found = new Map();
  for (const { before, after } of checkpoints) for (const state of [before, after]) for (const { id, name } of state?.groups ?? []) found.set(id, name);
  return found;
}

/** What two lists of things with ids differ in. */
function compared(before, after) {
  const [was, is] = [before, after].map((list) => new Map(list.map((element) => [element.id, element])));
  return {
    added: after.filter(({ id }) => !was.has(id)),
    removed: before.filter(({ id }) => !is.has(id)),
    changed: after.filter((element) => was.has(element.id) && canonicalText(was.get(element.id)) !== canonicalText(element))
      .map((element) => [was.get(element.id), element]),
  };
}

const most = 12;

/** So many sentences that they can be read; the difference below has them all. */
function many(said, things, sentence) {
  said.push(...things.slice(0, most).map(sentence));
  if (things.length > most) said.push(`And ${things.length - most} more of this kind.`);
}
