// An item as a member signed it, with values that are opened one by one. A picture of one version: an update makes a new one.
import { fromUtf8, newId, utf8 } from "../bytes.js";
import { detailCheckpoint } from "../checkpoints.js";
import { TrustError } from "../errors.js";
import { canonicalText } from "../jcs.js";

export class Item {
  #vault;
  #values;

  constructor(vault, detail, values) {
    this.#vault = vault;
    this.#values = values;
    this.detail = detail;
    if (detail.fields.some(({ id }) => !values.has(id))) throw new TrustError("chain_broken", "A signed field is missing.");
  }

  get id() { return this.detail.vaultItemId; }
  get name() { return this.detail.name; }
  get type() { return this.detail.type; }
  get websites() { return this.detail.websites; }
  get groupId() { return this.detail.groupId ?? null; }
  get version() { return this.detail.version; }

  /** The fields in order: `{id, name, type, order, assetId, hasValue, expired, expiresAt, dekVersion}`. */
  get fields() {
    const byOrder = (left, right) => left.order - right.order || (left.id < right.id ? -1 : 1);
    return this.detail.fields.toSorted(byOrder).map((detail) => this.#describe(detail));
  }

  /** The one field of a name or an id. */
  field(nameOrId) {
    return this.#describe(this.#find(nameOrId));
  }

  /** The value of a field as text. */
  async reveal(nameOrId) {
    return fromUtf8(await this.revealBytes(nameOrId));
  }

  async revealBytes(nameOrId) {
    const detail = this.#find(nameOrId);
    const { value, dekVersion } = this.#values.get(detail.id);
    if (typeof value !== "string") throw new Error("The field has no value here.");
    return this.#vault.open(this.id, detail, dekVersion, value);
  }

  /** The same fields under another detail. */
  as(detail) {
    return new Item(this.#vault, detail, this.#values);
  }

  /** What an update would send, and leave: `{detail, updates, values}`. */
  async edit({ name = this.name, type = this.type, websites = this.websites, add = [], set = {}, remove = [] }) {
    const draft = { fields: [...this.detail.fields], updates: [], values: new Map(this.#values) };
    for (const nameOrId of remove) {
      const { id } = this.#find(nameOrId);
      draft.fields = draft.fields.filter((field) => field.id !== id);
      draft.updates.push({ action: "delete", fieldId: id });
    }
    for (const [nameOrId, value] of Object.entries(set)) {
      const current = this.#find(nameOrId);
      const assetIds = value?.assetId ? [value.assetId] : current.assetIds;
      const fresh = { ...current, assetIds, fieldInstanceIds: [newId()] };
      draft.fields = draft.fields.map((field) => (field.id === fresh.id ? fresh : field));
      await this.#put(draft, "update", fresh, value);
    }
    for (const { name: label, type: kind, value = null, attachment = null, order = null } of add) {
      const last = Math.max(-1, ...draft.fields.map((field) => field.order));
      const fresh = {
        id: newId(), name: label, type: kind ?? "FILE", order: order ?? last + 1, fieldInstanceIds: [newId()],
        assetIds: attachment === null ? [] : [attachment.assetId],
      };
      draft.fields.push(fresh);
      await this.#put(draft, "add", fresh, attachment ?? value);
    }
    const detail = detailCheckpoint({ ...this.detail, name, type, websites, fields: draft.fields }, this.version + 1);
    return { detail, updates: draft.updates, values: draft.values };
  }

  /** `value` is text, bytes, an attachment that was uploaded, or null for an empty field. */
  async #put(draft, action, field, value) {
    const bytes = value === null || value instanceof Uint8Array ? value
      : utf8(typeof value === "string" ? value : canonicalText(value.description));
    const envelope = bytes === null ? null : await this.#vault.seal(this.id, field, bytes);
    const { dekVersion } = this.#vault;
    draft.updates.push({
      action, fieldId: field.id, fieldInstanceId: field.fieldInstanceIds[0], name: field.name, type: field.type, value: envelope,
      order: field.order, dekVersion, ...(field.assetIds.length > 0 && { assetId: field.assetIds[0] }),
    });
    draft.values.set(field.id, { value: envelope, dekVersion });
  }

  #find(nameOrId) {
    const found = this.detail.fields.filter(({ id, name }) => id === nameOrId || name === nameOrId);
    if (found.length !== 1) throw new Error(`The item has ${found.length} fields of that name.`);
    return found[0];
  }

  #describe({ id, name, type, order, assetIds }) {
    const { value, dekVersion, expired = false, expiresAt = null } = this.#values.get(id);
    return { id, name, type, order, assetId: assetIds[0] ?? null, hasValue: typeof value === "string", expired, expiresAt, dekVersion };
  }
}
