// What somebody changed in an item and has not saved: plain data, so that it can be undone step by step, kept as a draft, merged with
// what others saved, and turned into one update. Values stay in it; it never leaves the elements that hold it.
import { newId } from "../bytes.js";

/** What an item is before it is edited. `order` and `instanceId` tell later whether somebody else changed a field. */
export function baseOf(item) {
  return {
    version: item.version,
    name: item.name,
    type: item.type,
    websites: [...item.websites],
    expiresAt: item.expiresAt ?? null,
    fields: item.fields.map(({ id, name, type, order, assetId, hasValue, expired, expiresAt }) =>
      ({ id, name, type, order, assetId, hasValue, expired, expiresAt, instanceId: item.instanceOf(id) })),
  };
}

/** What is there before anything of a new item is typed. */
export const emptyBase = () => ({ version: 0, name: "", type: null, websites: [], expiresAt: null, fields: [] });

/** The editor's state of something unchanged: its fields in order, each without a `value`, which means that it stays. */
export const stateOf = ({ name, type, websites, expiresAt, fields }) => ({
  name, type, websites: [...websites], expiresAt,
  fields: fields.map(({ id, name: label, type: kind, expiresAt: until }) => ({ id, name: label, type: kind, expiresAt: until ?? null })),
});

/** A field that is not there yet; it is empty unless a value is given. */
export const newField = ({ name, type, value = null }) => ({ id: newId(), name, type, expiresAt: null, isNew: true, value });

/** Steps that can be taken back. Those of one `tag` in a row are one: typing is undone as a whole. */
export class Edits {
  #base;
  #present;
  #past = [];
  #tag = null;

  constructor(base, present = stateOf(base)) {
    this.#base = base;
    this.#present = present;
  }

  get base() { return this.#base; }
  get present() { return this.#present; }
  get canUndo() { return this.#past.length > 0; }
  get changes() { return changesOf(this.#base, this.#present); }

  field(id) {
    return this.#present.fields.find((field) => field.id === id);
  }

  baseField(id) {
    return this.#base.fields.find((field) => field.id === id);
  }

  /** Changes members of the item. */
  set(members, tag = null) {
    this.#step({ ...this.#present, ...members }, tag);
  }

  /** Changes members of a field. */
  setField(id, members, tag = null) {
    this.set({ fields: this.#present.fields.map((field) => (field.id === id ? { ...field, ...members } : field)) }, tag);
  }

  add(field) {
    this.set({ fields: [...this.#present.fields, field] });
  }

  /** One that was never saved goes; another stays, struck through, until it is saved. */
  remove(id) {
    if (this.field(id).isNew) this.set({ fields: this.#present.fields.filter((field) => field.id !== id) });
    else this.setField(id, { removed: true });
  }

  /** Puts a field where the one at `index` stands. */
  move(id, index) {
    const { fields } = this.#present;
    const from = fields.findIndex((field) => field.id === id);
    const to = Math.max(0, Math.min(fields.length - 1, index));
    if (from < 0 || from === to) return;
    const others = fields.filter((field) => field.id !== id);
    this.set({ fields: [...others.slice(0, to), fields[from], ...others.slice(to)] }, `move ${id}`);
  }

  /** Takes back everything about one field but its place. */
  revert(id) {
    const before = this.baseField(id);
    if (before === undefined) this.remove(id);
    else this.set({ fields: this.#present.fields.map((field) => (field.id === id ? stateOf({ ...this.#base, fields: [before] }).fields[0] : field)) });
  }

  undo() {
    if (this.#past.length === 0) return;
    this.#present = this.#past.pop();
    this.#tag = null;
  }

  discard() {
    this.#step(stateOf(this.#base), null);
  }

  /** Goes on from another version, with a state that was merged with it. What was before cannot be come back to. */
  rebase(base, present = stateOf(base)) {
    [this.#base, this.#present, this.#past, this.#tag] = [base, present, [], null];
  }

  #step(next, tag) {
    if (tag === null || tag !== this.#tag) this.#past.push(this.#present);
    [this.#present, this.#tag] = [next, tag];
  }
}

const same = (left, right) => JSON.stringify(left ?? null) === JSON.stringify(right ?? null);

/** What of a field was changed: some of "new", "removed", "label", "type", "value", "expiry". */
export function changesOfField(before, field) {
  if (before === undefined) return ["new"];
  if (field.removed) return ["removed"];
  return [
    field.name !== before.name && "label",
    field.type !== before.type && "type",
    field.value !== undefined && "value",
    !same(field.expiresAt, before.expiresAt) && "expiry",
  ].filter(Boolean);
}

/** All changes, one entry each: `{what, fieldId?}`; "expiry" is outside the signature. */
export function changesOf(base, state) {
  const before = new Map(base.fields.map((field) => [field.id, field]));
  const found = ["name", "type", "websites"].filter((member) => !same(base[member], state[member])).map((what) => ({ what }));
  if (!same(base.expiresAt, state.expiresAt)) found.push({ what: "expiry" });
  for (const field of state.fields) {
    for (const what of changesOfField(before.get(field.id), field)) found.push({ what, fieldId: field.id });
  }
  if (isReordered(base, state)) found.push({ what: "order" });
  return found;
}

function isReordered(base, state) {
  const kept = state.fields.filter(({ isNew, removed }) => !isNew && !removed).map(({ id }) => id);
  const before = base.fields.map(({ id }) => id).filter((id) => kept.includes(id));
  const last = state.fields.findLastIndex(({ isNew }) => !isNew);
  const isNewBetween = state.fields.slice(0, Math.max(0, last)).some(({ isNew }) => isNew);
  return base.fields.length > 0 && (isNewBetween || !same(kept, before));
}

/**
 * The places of fields that stand in another order now, by id: a new `order` for as few as possible, because each that gets one is
 * sealed anew. Those keep theirs that already ascend with room for what stands between them.
 */
export function placesOf(fields) {
  const keys = fields.map(({ order }, index) => (order === null ? -1 : order - index));
  const best = keys.map(() => 1);
  const before = keys.map(() => -1);
  let end = -1;
  for (const [index, key] of keys.entries()) {
    if (key < 0) continue;
    for (let earlier = 0; earlier < index; earlier += 1) {
      if (keys[earlier] >= 0 && keys[earlier] <= key && best[earlier] + 1 > best[index]) [best[index], before[index]] = [best[earlier] + 1, earlier];
    }
    if (end < 0 || best[index] > best[end]) end = index;
  }
  const stays = new Set();
  for (let index = end; index >= 0; index = before[index]) stays.add(index);
  const places = new Map();
  let last = -1;
  for (const [index, { id, order }] of fields.entries()) {
    last = stays.has(index) ? order : last + 1;
    if (last !== order) places.set(id, last);
  }
  return places;
}

/**
 * What saving sends: `update` for Vault.updateItem, null where nothing that is signed changed; `expiry` for Vault.setExpiry, null where
 * none did.
 */
export function requestOf(base, state) {
  const before = new Map(base.fields.map((field) => [field.id, field]));
  const active = state.fields.filter(({ removed }) => !removed);
  const places = isReordered(base, state)
    ? placesOf(active.map(({ id }) => ({ id, order: before.get(id)?.order ?? null })))
    : new Map();
  const update = { add: [], change: {}, remove: [] };
  const expiries = [];
  for (const member of ["name", "type", "websites"]) if (!same(base[member], state[member])) update[member] = state[member];
  for (const field of state.fields) {
    const earlier = before.get(field.id);
    const changed = changesOfField(earlier, field);
    if (changed.includes("removed")) {
      update.remove.push(field.id);
    } else if (changed.includes("new")) {
      update.add.push(addOf(field, places));
      if (field.expiresAt !== null) expiries.push({ fieldId: field.id, expiresAt: field.expiresAt });
    } else {
      const entry = {};
      if (changed.includes("label")) entry.name = field.name;
      if (changed.includes("type")) entry.type = field.type;
      if (changed.includes("value")) entry.value = field.value;
      if (places.has(field.id)) entry.order = places.get(field.id);
      if (Object.keys(entry).length > 0) update.change[field.id] = entry;
      if (changed.includes("expiry")) expiries.push({ fieldId: field.id, expiresAt: field.expiresAt });
    }
  }
  const isSigned = update.add.length + update.remove.length + Object.keys(update.change).length > 0
    || ["name", "type", "websites"].some((member) => member in update);
  const saysItem = !same(base.expiresAt, state.expiresAt);
  return {
    update: isSigned ? update : null,
    expiry: saysItem || expiries.length > 0 ? { ...(saysItem && { expiresAt: state.expiresAt }), fields: expiries } : null,
  };
}

function addOf({ id, name, type, value }, places) {
  const place = places.has(id) ? { order: places.get(id) } : {};
  return value !== null && typeof value === "object" ? { id, name, type, attachment: value, ...place } : { id, name, type, value, ...place };
}

const maxName = 255;
// Controls, and halves of surrogate pairs, are refused in names.
const isName = (text) => text.trim() !== "" && [...text].length <= maxName && !/[\u0000-\u001f]/.test(text) && text.isWellFormed();

/** What has to be put right before saving: `[{fieldId?, what, message}]`. */
export function faultsOf(state) {
  const faults = [];
  if (!isName(state.name)) faults.push({ what: "name", message: "Give the item a name of at most 255 characters." });
  if (state.websites.length > 50) faults.push({ what: "websites", message: "At most 50 websites." });
  for (const website of state.websites) {
    if (!isWebsite(website)) faults.push({ what: "websites", message: `“${website.slice(0, 80)}” is neither an address with http or https nor a host name.` });
  }
  const active = state.fields.filter(({ removed }) => !removed);
  if (active.length > 200) faults.push({ what: "fields", message: "At most 200 fields." });
  for (const { id, name, type, value } of active) {
    if (!isName(name)) faults.push({ fieldId: id, what: "label", message: "Give the field a label of at most 255 characters." });
    if (type === "NUMBER" && typeof value === "string" && value !== "" && !/^[+-]?\d+([.,]\d+)?$/.test(value.trim())) {
      faults.push({ fieldId: id, what: "value", message: "Type a number, or choose another type." });
    }
  }
  return faults;
}

function isWebsite(text) {
  if (text.length > 2048) return false;
  if (!text.includes("://")) return /^(?!-)[\p{L}\p{N}.-]+(:\d+)?$/u.test(text);
  try {
    return ["http:", "https:"].includes(new URL(text).protocol);
  } catch {
    return false;
  }
}
