// A vault whose members, names and data keys were verified. Each write is built from the state that was verified last; when
// somebody else was faster it throws "checkpoint_version_conflict": `refresh()`, look, and do it again.
import { concat, newId, random, sha256, toBase64, toHex, utf8 } from "../bytes.js";
import { openAsset, sealAsset } from "../assets.js";
import {
  detailCheckpoint, directoryCheckpoint, hashOf, permissionCheckpoint, signCheckpoint, summaryCheckpoint,
} from "../checkpoints.js";
import { aesGcmOpen, aesGcmSeal, fieldBinding, openEnvelope, sealEnvelope } from "../envelope.js";
import { SealedError, TrustError } from "../errors.js";
import { canonicalText } from "../jcs.js";
import { vaultState } from "../statements.js";
import { isListed, pinName, requireListed } from "../trust.js";
import { verifyDetail } from "../verify-vault.js";
import { importDek, newDek, unwrapDek, wrapDek } from "../wrapped-dek.js";
import { Item } from "./item.js";
import { loadVault, readCheckpoints } from "./load-vault.js";

const mostMoved = 200;

export class Vault {
  #client;
  #state;

  constructor(client, state) {
    this.#client = client;
    this.#state = state;
  }

  get id() { return this.#state.id; }
  get name() { return this.#state.summary.name; }
  get dataClassification() { return this.#state.summary.dataClassification ?? null; }
  get dekVersion() { return this.#state.summary.currentDekVersion; }
  get items() { return this.#state.summary.items; }
  get groups() { return this.#state.summary.groups; }
  get members() { return this.#state.membership.members; }
  /** Who was a member, version by version, and whose the keys are. */
  get membership() { return this.#state.membership; }
  /** The newest of each kind, as they were verified: `{directory, summary, permission}`; those that were never signed are null. */
  get checkpoints() {
    const { directory, summary, membership } = this.#state;
    return { directory, summary, permission: membership.checkpoint };
  }
  /** The fingerprint of the key that made the vault, to be compared outside the portal. */
  get creator() { return this.#state.membership.creator; }
  /** Not signed, as the two below: the server's word. */
  get accessLevel() { return this.#state.accessLevel; }
  get rekeyDue() { return this.#state.rekeyDue; }
  get staleInstances() { return this.#state.staleInstances; }

  /** Reads and verifies the vault again. */
  async refresh() {
    this.#state = await loadVault(this.#client, this.id);
  }

  /** Gives the vault another name or classification. */
  async update({ name = this.name, dataClassification = null }) {
    const content = { ...this.#state.summary, name, dataClassification: dataClassification ?? this.dataClassification };
    const directory = directoryCheckpoint(content, this.#nextDirectoryVersion());
    const summary = this.#nextSummary(content);
    const signed = await this.#sign("update-vault", { directory, summary });
    await this.#transport.patch(`vault/${this.id}/update`, {
      name,
      ...(dataClassification && { dataClassification }),
      directoryCheckpoint: signed.directory,
      summaryCheckpoint: signed.summary,
    });
    await this.#accept({ directory, summary });
  }

  archive() { return this.#setState("delete", "", "archived"); }
  restore() { return this.#setState("post", "/restore", "active"); }

  /** Reads and verifies an item; `lazily` without its values, each of which is fetched when it is opened (at the portal's door alone). */
  async openItem(itemId, { lazily = false } = {}) {
    const { answer, verified } = await this.#readListed(itemId, lazily ? "?values=none" : "");
    this.#state.pins = verified.pins;
    await this.#client.pins.save(this.id, verified.pins);
    const values = new Map(answer.fields.map((field) => [field.id, field]));
    return new Item(this, verified.detail, values, answer.expiresAt ?? null);
  }

  /** Makes an item: `{name, type, websites, fields: [{name, type, value}]}`. */
  async createItem({ name, type, websites = [], fields = [] }) {
    const itemId = newId();
    const values = new Map();
    const entries = [];
    const details = [];
    for (const [order, field] of fields.entries()) {
      const detail = { id: newId(), name: field.name, type: field.type, order, fieldInstanceIds: [newId()], assetIds: [] };
      const value = field.value == null ? null : await this.seal(itemId, detail, utf8(field.value));
      details.push(detail);
      values.set(detail.id, { value, dekVersion: this.dekVersion });
      entries.push({
        id: detail.id, fieldInstanceId: detail.fieldInstanceIds[0], name: field.name, type: field.type, dekVersion: this.dekVersion,
        ...(value !== null && { encryptedValue: value }),
      });
    }
    const detail = detailCheckpoint({ vaultItemId: itemId, vaultId: this.id, name, type, websites, fields: details }, 1);
    const summary = this.#nextSummary({ items: [...this.items, summaryItem(detail)] });
    const signed = await this.#sign("create-item", { summary, detail });
    await this.#transport.post(`vault/${this.id}/items`, {
      id: itemId, name, type, websites, fields: entries,
      detailCheckpoint: signed.detail,
      summaryCheckpoint: signed.summary,
    });
    await this.#accept({ summary, detail });
    return new Item(this, detail, values);
  }

  /**
   * One signed update of an item, all of it or nothing:
   * `{name?, type?, websites?, add: [{name, type, value, attachment?, order?}], set: {field: value}, change: {field: {name?, type?, order?,
   * value?}}, remove: [field]}`.
   */
  async updateItem(item, changes) {
    return this.#update("update-item", item, changes);
  }

  async #update(action, item, changes) {
    const { detail, updates, values } = await item.edit(changes);
    const body = { updates };
    const before = item.detail;
    const written = { detail };
    for (const member of ["name", "type"]) if (detail[member] !== before[member]) body[member] = detail[member];
    if (canonicalText(detail.websites) !== canonicalText(before.websites)) body.websites = detail.websites;
    if ("name" in body || "type" in body || "websites" in body) {
      written.summary = this.#nextSummary({ items: [...this.items.filter(({ id }) => id !== item.id), summaryItem(detail)] });
    }
    const signed = await this.#sign(action, written, { detail: before });
    body.detailCheckpoint = signed.detail;
    if (signed.summary) body.summaryCheckpoint = signed.summary;
    await this.#transport.patch(`vault-item/${item.id}/update`, body);
    await this.#accept(written);
    return item.as(detail, values);
  }

  archiveItem(itemId) {
    return this.archiveItems([itemId]);
  }

  /** Archives items, each by a summary of its own that one consent shows. Answers and stops as `#perform` does. */
  archiveItems(itemIds, watch) {
    let { items } = this;
    const steps = itemIds.filter((itemId) => items.some(({ id }) => id === itemId)).map((itemId) => {
      items = items.filter(({ id }) => id !== itemId);
      return {
        ids: [itemId],
        changes: { items },
        send: (summaryCheckpoint) => this.#transport.delete(`vault/${this.id}/items/${itemId}`, { summaryCheckpoint }),
      };
    });
    return this.#perform("archive-items", steps, watch);
  }

  /** Brings an item back that was archived; `item` is how it was before. */
  async restoreItem(item) {
    await this.#restore([item.detail]);
    return item.as(detailCheckpoint(this.#asRestored(item.detail), item.version + 1));
  }

  /** Brings items back that were archived, each by a signed change of its own; those that are there already stay as they are. */
  async restoreItems(itemIds, watch) {
    const details = [];
    for (const itemId of itemIds.filter((itemId) => this.items.every(({ id }) => id !== itemId))) {
      details.push(await this.archivedDetail(itemId));
    }
    return this.#restore(details, watch);
  }

  /** The detail of an item that was archived, verified. The items that can be read are not asked for it, but what was signed of it. */
  async archivedDetail(itemId) {
    const path = `vault/${this.id}/checkpoints?kind=detail&itemId=${itemId}&limit=1`;
    const first = await this.#transport.get(`${path}&page=1`);
    const { totalPages } = first.pagination;
    const { checkpoints } = totalPages > 1 ? await this.#transport.get(`${path}&page=${totalPages}`) : first;
    const { detail, pins } = await this.#verifyDetail(itemId, checkpoints.at(-1));
    this.#state.pins = pins;
    await this.#client.pins.save(this.id, pins);
    return detail;
  }

  #restore(details, watch) {
    let { items } = this;
    const steps = details.map((before) => {
      const after = detailCheckpoint(this.#asRestored(before), before.version + 1);
      items = [...items, summaryItem(after)];
      return {
        ids: [after.vaultItemId],
        changes: { items },
        details: [{ before, after }],
        send: (summaryCheckpoint, [detail]) => this.#transport.post(`vault/${this.id}/items/${after.vaultItemId}/restore`, {
          summaryCheckpoint,
          detailCheckpoint: detail,
        }),
      };
    });
    return this.#perform("restore-items", steps, watch);
  }

  /** Its group may have gone while it was away. */
  #asRestored(detail) {
    return this.groups.some(({ id }) => id === detail.groupId) ? detail : { ...detail, groupId: null };
  }

  async createGroup(name) {
    const group = { id: newId(), name };
    await this.#perform("create-group", [this.#makingGroup(group)]);
    return group.id;
  }

  async renameGroup(groupId, name) {
    const summary = this.#nextSummary({ groups: this.groups.map((group) => (group.id === groupId ? { ...group, name } : group)) });
    const signed = await this.#sign("rename-group", { summary });
    await this.#transport.patch(`vault/${this.id}/groups/${groupId}`, { name, summaryCheckpoint: signed.summary });
    await this.#accept({ summary });
  }

  /** Takes away a group that holds no items. */
  async archiveGroup(groupId) {
    const summary = this.#nextSummary({ groups: this.groups.filter(({ id }) => id !== groupId) });
    const signed = await this.#sign("archive-group", { summary });
    await this.#transport.delete(`vault/${this.id}/groups/${groupId}`, { summaryCheckpoint: signed.summary });
    await this.#accept({ summary });
  }

  /**
   * Sets when an item, or single fields of it, expire: ISO 8601 in UTC, null for never; what is absent stays. Not signed: an expiry
   * stands outside the checkpoints.
   */
  setExpiry(itemId, { expiresAt, fields = [] }) {
    return this.#transport.put(`vault-item/${itemId}/expiry`, { ...(expiresAt !== undefined && { expiresAt }), fields });
  }

  /**
   * Puts items into a group, or out of theirs where it is null; into a new one where `newGroup` gives its name. Beyond 200 items it
   * takes several signed changes. Answers and stops as `#perform` does.
   */
  async moveItems(groupId, itemIds, { newGroup = null, ...watch } = {}) {
    const target = newGroup === null ? groupId : newId();
    const moved = [];
    for (const [index, itemId] of itemIds.entries()) {
      watch.signal?.throwIfAborted();
      watch.onread?.({ count: index, total: itemIds.length });
      const { detail: before, version } = await this.openItem(itemId, { lazily: true });
      if ((before.groupId ?? null) !== target) moved.push({ before, after: detailCheckpoint({ ...before, groupId: target }, version + 1) });
    }
    const steps = newGroup === null ? [] : [this.#makingGroup({ id: target, name: newGroup })];
    let { items } = this;
    for (let start = 0; start < moved.length; start += mostMoved) {
      const details = moved.slice(start, start + mostMoved);
      const ids = details.map(({ after }) => after.vaultItemId);
      items = items.map((item) => (ids.includes(item.id) ? { ...item, groupId: target } : item));
      steps.push({
        ids,
        changes: { items },
        details,
        send: (summaryCheckpoint, detailCheckpoints) =>
          this.#transport.put(`vault/${this.id}/groups/${target ?? "none"}/items`, { itemIds: ids, summaryCheckpoint, detailCheckpoints }),
      });
    }
    return this.#perform("move-items", steps, watch);
  }

  #makingGroup(group) {
    return {
      ids: [],
      changes: { groups: [...this.groups, group] },
      send: (summaryCheckpoint) => this.#transport.post(`vault/${this.id}/groups`, { ...group, summaryCheckpoint }),
    };
  }

  /**
   * Writes several changes of the summary, one after the other, under one consent to all of them. Answers the ids of the items that
   * were changed; `signal` stops it between two changes, and an error carries those that were changed before it as `done`.
   */
  async #perform(action, steps, { onprogress = () => {}, signal = null } = {}) {
    let { summary } = this.#state;
    const planned = steps.map(({ changes, details = [], ...step }) => {
      const before = summary;
      summary = summaryCheckpoint({ ...before, ...changes, vaultId: this.id }, before.version + 1);
      return { ...step, details, before, summary };
    });
    if (planned.length === 0) return [];
    await this.#consent({
      action,
      checkpoints: planned.flatMap((step) => [
        { kind: "summary", itemId: null, before: step.before, after: step.summary },
        ...step.details.map(({ before, after }) => ({ kind: "detail", itemId: after.vaultItemId, before, after })),
      ]),
    });
    const done = [];
    const total = planned.flatMap(({ ids }) => ids).length;
    for (const step of planned) {
      if (signal?.aborted) break;
      try {
        const { key } = this.#client;
        await step.send(
          await signCheckpoint(key, step.summary),
          await Promise.all(step.details.map(({ after }) => signCheckpoint(key, after))),
        );
        await this.#accept({ summary: step.summary });
        for (const { after } of step.details) await this.#accept({ detail: after });
      } catch (error) {
        throw Object.assign(error, { done });
      }
      done.push(...step.ids);
      onprogress({ count: done.length, total });
    }
    return done;
  }

  /**
   * Gives somebody access, or another level, and wraps the data keys for him. His keys are believed by their fingerprints alone,
   * which are to be compared outside the portal.
   */
  async share({ principalType, principalId, accessLevel, keyFingerprints }) {
    const isHim = (member) => member.principalType === principalType && member.principalId === principalId;
    let isNew = false;
    await this.#setMembers((members) => {
      isNew = !members.some(isHim);
      if (isNew) this.#requireVouching();
      return [...members.filter((member) => !isHim(member)), { principalType, principalId, accessLevel, keyFingerprints }];
    });
    if (isNew) await this.wrapFor({ principalType, principalId });
  }

  /** Takes somebody's access away; afterwards the vault is due for new data keys. */
  revoke({ principalType, principalId }) {
    return this.#setMembers((members) => members.filter((member) =>
      member.principalType !== principalType || member.principalId !== principalId));
  }

  /** Wraps every data key that we have for a member's active keys, none of which has them yet. */
  wrapFor({ principalType, principalId }) {
    return this.#wrap((key, member) => member.principalType === principalType && member.principalId === principalId);
  }

  /**
   * Wraps every data key that we have for one more key of our own, as far as it does not have them. The key has to follow from
   * one that an ADMIN named.
   */
  async wrapForKey(keyId) {
    const { wrappedKeys } = await this.#transport.get(`vault/${this.id}/wrapped-key`);
    const has = new Set(wrappedKeys.filter(({ recipientKeyId }) => recipientKeyId === keyId).map(({ dekVersion }) => dekVersion));
    await this.#wrap((key) => key.id === keyId, has);
  }

  async #wrap(which, has = null) {
    const recipients = await this.#recipients(which);
    if (has !== null && recipients.length === 0) {
      throw new TrustError("endorsement_missing", "No key of yours that counts in this vault endorsed that one. An ADMIN has to name it first.");
    }
    if (has !== null && [...this.#state.deks].every(([version, { error }]) => error || has.has(version))) return;
    this.#requireVouching();
    await this.#consent({ action: "wrap", checkpoints: [], recipients: namesOf(recipients) });
    const wrappedDeks = [];
    for (const [dekVersion, { wrap, error }] of this.#state.deks) {
      if (error || has?.has(dekVersion)) continue;
      // Keys for use cannot be exported, so the bytes come from what was wrapped to ourselves.
      const dek = await unwrapDek(this.#client.key.keyPair, wrap);
      for (const recipient of recipients) {
        wrappedDeks.push(await wrapDek(this.#client.key, { vaultId: this.id, dekVersion, dek, recipient }));
      }
      dek.fill(0);
    }
    await this.#transport.post(`vault/${this.id}/wrapped-keys`, { wrappedDeks });
  }

  /** Gives the vault a new data key, wrapped to every present member. */
  async rekey() {
    const recipients = await this.#recipients();
    const summary = this.#nextSummary({ currentDekVersion: this.dekVersion + 1 });
    const dekVersion = summary.currentDekVersion;
    const signed = await this.#sign("rekey", { summary }, {}, { recipients: namesOf(recipients) });
    const dek = newDek();
    const wrappedDeks = [];
    for (const recipient of recipients) {
      wrappedDeks.push(await wrapDek(this.#client.key, { vaultId: this.id, dekVersion, dek, recipient }));
    }
    await this.#transport.post(`vault/${this.id}/rekey`, { wrappedDeks, summaryCheckpoint: signed.summary });
    const wrap = wrappedDeks.find(({ recipientKeyId }) => recipientKeyId === this.#client.key.id);
    this.#state.deks.set(dekVersion, { key: await importDek(dek), forSealing: true, wrap });
    dek.fill(0);
    this.#state.rekeyDue = false;
    await this.#accept({ summary });
  }

  /**
   * Seals every value and attachment that stands under an older data key anew; answers how many. Each item is a signed update of its
   * own: `signal` stops between two, and the next call goes on with what is left.
   */
  async reencrypt({ onprogress = () => {}, signal = null } = {}) {
    let count = 0;
    for (const { id } of this.items) {
      if (signal?.aborted) break;
      count += await this.#sealAnew(id);
      onprogress({ count });
    }
    return count;
  }

  async #sealAnew(itemId, attempts = 3) {
    try {
      const item = await this.openItem(itemId);
      const stale = item.fields.filter(({ hasValue, dekVersion }) => hasValue && dekVersion !== this.dekVersion);
      const set = {};
      for (const { id, assetId } of stale) set[id] = assetId === null ? await item.revealBytes(id) : await this.copyAttachment(item, id);
      if (stale.length > 0) await this.#update("reencrypt", item, { set });
      return stale.length;
    } catch (error) {
      // Archived meanwhile: it is sealed anew by whoever brings it back.
      if (error.code === "vault_item_not_found") return 0;
      if (error.code !== "checkpoint_version_conflict" || attempts === 1) throw error;
      return this.#sealAnew(itemId, attempts - 1);
    }
  }

  /** Uploads a file of at most 10 MiB; afterwards a field names it. Answers `{assetId, description}`. */
  async upload(bytes, { name, mediaType }, onprogress = null) {
    const place = { vaultId: this.id, assetId: newId(), dekVersion: this.dekVersion };
    const chunks = [];
    for await (const chunk of sealAsset(this.#dekToSeal(), place, [bytes])) chunks.push(chunk);
    await this.#transport.upload(`vault/${this.id}/assets/${place.assetId}`, new Blob(chunks), onprogress);
    const description = { name, mediaType, size: bytes.length, sha256: toHex(await sha256(bytes)) };
    return { assetId: place.assetId, description };
  }

  /** The attachment of a field: `{bytes, description}`. `onprogress` hears how many bytes of how many are there. */
  async download(item, fieldName, onprogress = null) {
    const { assetId, dekVersion } = item.field(fieldName);
    return this.downloadAsset({ assetId, dekVersion, description: JSON.parse(await item.reveal(fieldName)) }, onprogress);
  }

  /** An attachment by its id, which a field names or soon will. */
  async downloadAsset({ assetId, dekVersion = this.dekVersion, description }, onprogress = null) {
    const place = { vaultId: this.id, assetId, dekVersion };
    const parts = [];
    const stream = await this.#transport.download(`vault/${this.id}/assets/${assetId}`);
    let length = 0;
    for await (const part of openAsset(this.#dekToOpen(dekVersion), place, stream)) {
      parts.push(part);
      length += part.length;
      onprogress?.(length, description.size);
    }
    const bytes = concat(...parts);
    if (bytes.length !== description.size || toHex(await sha256(bytes)) !== description.sha256) {
      throw new SealedError("The attachment is not the one that the field names.");
    }
    return { bytes, description };
  }

  /** Uploads the attachment of a field once more, under the newest data key. */
  async copyAttachment(item, fieldId) {
    const { bytes, description } = await this.download(item, fieldId);
    return this.upload(bytes, description);
  }

  /** A field with its value, as the server has it now. */
  fetchValue(fieldId) {
    return this.#transport.get(`vault/${this.id}/fields/${fieldId}`);
  }

  /** What an item's fields were, newest first and without values: the server's word but for the instances that checkpoints name. */
  async history(itemId) {
    const path = `vault/${this.id}/items/${itemId}/history?values=none&limit=100`;
    const all = [];
    for await (const instance of this.#transport.pages("instances", (page) => this.#transport.get(`${path}&page=${page}`))) all.push(instance);
    return all;
  }

  /** The value of one instance of now or then, as bytes (at the portal's door alone). */
  async openInstance(itemId, fieldId, instanceId) {
    const { instances: [found] } = await this.#transport.get(`vault/${this.id}/items/${itemId}/history?instance=${instanceId}`);
    if (found?.fieldInstanceId !== instanceId || found.fieldId !== fieldId || typeof found.value !== "string") {
      throw new SealedError(found?.expired ? "It has expired, and its values are not given out." : "There is no value of then to be had.");
    }
    return this.open(itemId, { id: fieldId, fieldInstanceIds: [instanceId] }, found.dekVersion, found.value);
  }

  /**
   * Every accepted checkpoint of an item's detail, oldest first, each as it stands: `{signed, key, isFormer}`, or `{signed, error}`. The
   * list as such is not signed: that a version is missing in it is for the reader to see.
   */
  async detailCheckpoints(itemId) {
    const read = (kind) => readCheckpoints(this.#transport, this.id, `kind=${kind}&itemId=${itemId}`);
    const [details, permissions] = await Promise.all([read("detail"), read("permission")]);
    const { membership, pins } = this.#state;
    const verifier = permissions.length === 0 ? membership : await membership.withItem(itemId, permissions, pins).catch(() => membership);
    return Promise.all(details.map(async (signed) => {
      try {
        return { signed, ...(await verifier.examine("detail", signed, { itemId })) };
      } catch (error) {
        if (!(error instanceof TrustError)) throw error;
        return { signed, error };
      }
    }));
  }

  async #owner() {
    return (await this.#client.me()).owner.id;
  }

  /** Seals what is not saved yet, to be kept in this browser: `{dekVersion, iv, sealed}`. */
  async sealDraft(itemId, bytes) {
    const { dekVersion } = this;
    const iv = random(12);
    return { dekVersion, iv, sealed: await aesGcmSeal(this.#dekToOpen(dekVersion), iv, draftBinding(await this.#owner(), this.id, itemId, dekVersion), bytes) };
  }

  async openDraft(itemId, { dekVersion, iv, sealed }) {
    return aesGcmOpen(this.#dekToOpen(dekVersion), iv, draftBinding(await this.#owner(), this.id, itemId, dekVersion), sealed);
  }

  /** Seals a value for where it is to stand. */
  seal(itemId, field, bytes) {
    return sealEnvelope(this.#dekToSeal(), this.#binding(itemId, field, this.dekVersion), bytes);
  }

  /** Opens the value of a field. */
  open(itemId, field, dekVersion, envelope) {
    return openEnvelope(this.#dekToOpen(dekVersion), this.#binding(itemId, field, dekVersion), envelope);
  }

  get #transport() { return this.#client.transport; }

  #binding(itemId, { id, fieldInstanceIds: [instanceId] }, dekVersion) {
    return fieldBinding({ vaultId: this.id, itemId, fieldId: id, instanceId, dekVersion });
  }

  #dekToOpen(version) {
    const dek = this.#state.deks.get(version);
    if (!dek) throw new SealedError(`No data key of version ${version} is wrapped to this key.`);
    if (dek.error) throw dek.error;
    return dek.key;
  }

  #dekToSeal(version = this.dekVersion) {
    const key = this.#dekToOpen(version);
    if (!this.#state.deks.get(version).forSealing) {
      throw new TrustError("signer_removed",
        "The data key was wrapped by somebody, or by a key, that is no ADMIN's any more. Rekey the vault before writing to it.");
    }
    return key;
  }

  /** To wrap the newest data key is to vouch that one may seal under it. Call after a reload. */
  #requireVouching() {
    const { currentDekVersion } = this.#state.newest;
    if (this.#state.deks.has(currentDekVersion)) this.#dekToSeal(currentDekVersion);
  }

  /**
   * Signs what comes next, once whoever holds the key agreed to it: `{action, checkpoints: [{kind, itemId, before, after}], …}`.
   * Answers the signed ones by kind. `before` are those that the vault itself does not keep.
   */
  async #sign(action, { details = [], ...next }, before = {}, more = {}) {
    const { directory, summary } = this.#state;
    const entry = (kind, after, earlier) => ({ kind, itemId: after.vaultItemId ?? null, before: earlier ?? null, after });
    const known = { directory, summary, ...before };
    await this.#consent({
      action,
      checkpoints: [
        ...Object.entries(next).map(([kind, after]) => entry(kind, after, known[kind])),
        ...details.map((after, index) => entry("detail", after, before.details[index])),
      ],
      ...more,
    });
    const signed = { details: await Promise.all(details.map((after) => signCheckpoint(this.#client.key, after))) };
    for (const [kind, after] of Object.entries(next)) signed[kind] = await signCheckpoint(this.#client.key, after);
    return signed;
  }

  #consent(what) {
    return this.#client.consent({ vaultId: this.id, vaultName: this.name, ...what });
  }

  #nextSummary(changes) {
    const { summary } = this.#state;
    return summaryCheckpoint({ ...summary, ...changes, vaultId: this.id }, summary.version + 1);
  }

  #nextDirectoryVersion() {
    return (this.#state.directory?.version ?? 0) + 1;
  }

  /** Takes over, and pins, what was just written. */
  async #accept({ directory = null, summary = null, detail = null }) {
    const seen = { ...this.#state.pins.seen };
    if (directory) this.#state.directory = directory;
    if (summary) this.#state.summary = summary;
    for (const [kind, checkpoint, itemId] of [
      ["directory", directory, null], ["summary", summary, null], ["detail", detail, detail?.vaultItemId],
    ]) {
      if (checkpoint) seen[pinName(kind, itemId)] = { version: checkpoint.version, hash: await hashOf(checkpoint) };
    }
    this.#state.pins = { ...this.#state.pins, seen };
    await this.#client.pins.save(this.id, this.#state.pins);
  }

  /** Reads an item and compares it with the summary; where it differs, once more with the newest, for somebody may have changed it. */
  async #readListed(itemId, query) {
    const path = `vault/${this.id}/items/${itemId}${query}`;
    let answer = await this.#transport.get(path);
    let verified = await this.#verifyDetail(itemId, answer.detailCheckpoint);
    if (!isListed(this.#state.summary, verified.detail)) {
      await this.#reload();
      answer = await this.#transport.get(path);
      verified = await this.#verifyDetail(itemId, answer.detailCheckpoint);
      requireListed(this.#state.newest, verified.detail);
    }
    return { answer, verified };
  }

  async #verifyDetail(itemId, signed) {
    const { membership, pins } = this.#state;
    const { acceptFormerMembers } = this.#client;
    try {
      return await verifyDetail({ membership, itemId, signed, pins, acceptFormerMembers });
    } catch (error) {
      if (!["signer_not_member", "signer_level"].includes(error.code)) throw error;
      // Somebody with a grant on this item alone may have signed: its own permission checkpoints tell.
      const permissions = await readCheckpoints(this.#transport, this.id, `kind=permission&itemId=${itemId}`);
      if (permissions.length === 0) throw error;
      return verifyDetail({ membership, itemId, signed, permissions, pins, acceptFormerMembers });
    }
  }

  async #setState(method, path, state) {
    const directory = directoryCheckpoint({ ...this.#state.summary, vaultId: this.id }, this.#nextDirectoryVersion());
    const statement = vaultState(this.id, directory.version, state);
    const signed = await this.#sign(
      state === "archived" ? "archive-vault" : "restore-vault", { directory }, {}, { statement: { vaultId: this.id, directoryVersion: directory.version, state } },
    );
    await this.#transport[method](`vault/${this.id}${path}`, {
      directoryCheckpoint: signed.directory,
      statementSignature: toBase64(await this.#client.key.keyPair.sign(statement)),
    });
    await this.#accept({ directory });
  }

  /** `change` makes the wanted members of those that are there now: those seen before may have been changed by others since. */
  async #setMembers(change) {
    await this.#reload();
    const { membership } = this.#state;
    const permissions = await Promise.all(change(membership.members).map(async (member) => {
      // Of those that stay, the active keys that follow what was signed; of somebody new the server names no keys yet.
      const keyFingerprints = [];
      for (const record of membership.keys.filter(({ state }) => state === "active")) {
        if (record.ownerType !== member.principalType || record.ownerId !== member.principalId) continue;
        const key = await membership.findKey(record.id);
        if (await membership.follows(key, member.principalId, new Set(member.keyFingerprints))) keyFingerprints.push(key.fingerprint);
      }
      return keyFingerprints.length === 0 ? member : { ...member, keyFingerprints };
    }));
    const checkpoint = permissionCheckpoint({ assetType: "VAULT", assetId: this.id, permissions }, membership.version + 1);
    const signed = await this.#sign("set-permissions", { permission: checkpoint }, { permission: membership.checkpoint });
    await this.#transport.post(`permissions/VAULT/${this.id}/set-permissions`, {
      permissions: permissions.map(({ principalType, principalId, accessLevel }) => ({ principalType, principalId, accessLevel })),
      permissionCheckpoint: signed.permission,
    });
    await this.#reload();
  }

  async #recipients(which = () => true) {
    await this.#reload();
    const { membership } = this.#state;
    const found = new Map();
    for (const part of [membership, ...(await this.#itemMemberships())]) {
      for (const entry of await part.recipientKeys()) if (which(entry.key, entry.member)) found.set(entry.key.id, entry);
    }
    const entries = [...found.values()];
    const recipients = await membership.recipients(entries);
    return recipients.map((recipient, index) => ({ ...recipient, signingFingerprint: entries[index].key.fingerprint, member: entries[index].member }));
  }

  /** The members with grants on single items alone (archived ones aside), who need the data keys as well. Grants that nobody stands for give none. */
  async #itemMemberships() {
    const { membership, pins, newest } = this.#state;
    const all = await readCheckpoints(this.#transport, this.id, "kind=permission");
    const found = [];
    for (const { id: itemId } of newest.items) {
      const permissions = all.filter(({ checkpoint }) => checkpoint.assetType === "VAULT_ITEM" && checkpoint.assetId === itemId);
      if (permissions.length === 0) continue;
      try {
        found.push(await membership.withItem(itemId, permissions, pins, { presentKeys: true }));
      } catch (error) {
        if (!["signer_removed", "signer_not_member", "signer_level", "endorsement_missing"].includes(error.code)) throw error;
      }
    }
    return found;
  }

  /** The members as they are now; what is written next is still built from the state that was looked at. */
  async #reload() {
    const { membership, pins, deks, summary } = await loadVault(this.#client, this.id);
    Object.assign(this.#state, { membership, pins, deks, newest: summary });
  }

}

const summaryItem = ({ vaultItemId, name, type, websites, groupId }) => ({ id: vaultItemId, name, type, websites, groupId });

/** Whom a data key goes to, for whoever agrees to it: `fingerprint` is that of the key wrapped to. */
const namesOf = (recipients) => recipients.map(({ id, fingerprint, signingFingerprint, member: { principalType, principalId } }) =>
  ({ keyId: id, fingerprint, signingFingerprint, principalType, principalId }));

const draftBinding = (owner, vaultId, itemId, dekVersion) => utf8(["vaultportal/draft/v1", owner, vaultId, itemId, dekVersion].join("|"));
