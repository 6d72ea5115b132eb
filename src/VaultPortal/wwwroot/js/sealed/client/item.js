// An item as a member signed it, with values that are opened one by one, and fetched then where they did not come with it. A picture of
// one version: an update makes a new one.
import { fromUtf8, newId, utf8 } from "../bytes.js";
import { detailCheckpoint } from "../checkpoints.js";
import { TrustError } from "../errors.js";
import { canonicalText } from "../jcs.js";

export class Item {
  #vault;
  #values;

  /** @param {string|null} expiresAt when it expires as a whole; like the fields' the server's word, not signed */
  constructor(vault, detail, values, expiresAt = null) {
    this.#vault = vault;
    this.#values = values;
    this.detail = detail;
    this.expiresAt = expiresAt;
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

  /** The id of the instance that was signed for a field. */
  instanceOf(nameOrId) {
    return this.#find(nameOrId).fieldInstanceIds[0];
  }

  /** The value of a field as text. */
  async reveal(nameOrId) {
    return fromUtf8(await this.revealBytes(nameOrId));
  }

  async revealBytes(nameOrId) {
    const detail = this.#find(nameOrId);
    const { value, dekVersion } = await this.#valueOf(detail);
    return this.#vault.open(this.id, detail, dekVersion, value);
  }

  /** The same item under another detail. */
  as(detail, values = this.#values) {
    return new Item(this.#vault, detail, values, this.expiresAt);
  }

  /**
   * What an update would send, and leave: `{detail, updates, values}`. `change` is by field too: `{name?, type?, order?, value?}`; a
   * value that is not said stays, which means that it is sealed once more, for its new instance.
   */
  async edit({ name = this.name, type = this.type, websites = this.websites, add = [], set = {}, change = {}, remove = [] }) {
    const draft = { fields: [...this.detail.fields], updates: [], values: new Map(this.#values) };
    for (const nameOrId of remove) {
      const { id } = this.#find(nameOrId);
      draft.fields = draft.fields.filter((field) => field.id !== id);
      draft.updates.push({ action: "delete", fieldId: id });
    }
    for (const [nameOrId, value] of Object.entries(set)) {
      const current = this.#find(nameOrId);
      const assetIds = value?.assetId ? [value.assetId] : current.assetIds;
      await this.#replace(draft, { ...current, assetIds }, value);
    }
    for (const [nameOrId, { value, ...told }] of Object.entries(change)) {
      const current = this.#find(nameOrId);
      const kept = value === undefined ? await this.#carry(current) : value;
      const assetIds = value === undefined && !kept?.assetId ? current.assetIds : kept?.assetId ? [kept.assetId] : [];
      await this.#replace(draft, { ...current, ...told, assetIds }, kept);
    }
    for (const { id = newId(), name: label, type: kind, value = null, attachment = null, order = null } of add) {
      const last = Math.max(-1, ...draft.fields.map((field) => field.order));
      const fresh = {
        id, name: label, type: kind ?? "FILE", order: order ?? last + 1, fieldInstanceIds: [newId()],
        assetIds: attachment === null ? [] : [attachment.assetId],
      };
      draft.fields.push(fresh);
      await this.#put(draft, "add", fresh, attachment ?? value);
    }
    const detail = detailCheckpoint({ ...this.detail, name, type, websites, fields: draft.fields }, this.version + 1);
    return { detail, updates: draft.updates, values: draft.values };
  }

  /** A field's next instance. */
  async #replace(draft, field, value) {
    const fresh = { ...field, fieldInstanceIds: [newId()] };
    draft.fields = draft.fields.map((other) => (other.id === fresh.id ? fresh : other));
    await this.#put(draft, "update", fresh, value);
  }

  /** The present value for a new instance: its bytes, null where there is none, or its attachment where that has to be sealed anew. */
  async #carry({ id, assetIds }) {
    const { hasValue, dekVersion } = this.field(id);
    if (!hasValue) return null;
    return assetIds.length > 0 && dekVersion !== this.#vault.dekVersion ? this.#vault.copyAttachment(this, id) : this.revealBytes(id);
  }

  /** The envelope of a field: as it came with the item, or asked for by itself and compared with what was signed. */
  async #valueOf(detail) {
    const known = this.#values.get(detail.id);
    if (typeof known.value === "string") return known;
    if (!known.hasValue) throw new Error("The field has no value here.");
    const answer = await this.#vault.fetchValue(detail.id);
    const isSigned = answer.vaultItemId === this.id && answer.fieldInstanceIds?.length === 1
      && answer.fieldInstanceIds[0] === detail.fieldInstanceIds[0] && answer.dekVersion === known.dekVersion && typeof answer.value === "string";
    if (isSigned) return answer;
    if (answer.detailCheckpoint?.checkpoint?.version > this.version) {
      throw new TrustError("item_changed", "Somebody changed the item meanwhile. Load it again and look at the change.");
    }
    throw new TrustError("chain_broken", "The value is not the one that was signed.", { fieldId: detail.id });
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
    const { value, hasValue = typeof value === "string", dekVersion, expired = false, warnOnly = false, expiresAt = null } = this.#values.get(id);
    // Of what has expired under a policy that only warns the value is still to be had.
    return { id, name, type, order, assetId: assetIds[0] ?? null, hasValue, expired: expired && !warnOnly && value === undefined, expiresAt, dekVersion };
  }
}
