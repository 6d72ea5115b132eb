// The chain of trust: who may sign for a vault follows from its permission checkpoints alone, version by version, each later one
// signed by an ADMIN of the one before; the first by whoever made the vault, whose fingerprint is pinned.
import { requireShape } from "./checkpoint-shape.js";
import { hashOf, signerIdOf } from "./checkpoints.js";
import { TrustError } from "./errors.js";
import { canonicalize, canonicalText } from "./jcs.js";
import { receives } from "./key-directory.js";
import { compareWithPin } from "./pins.js";

const levels = { READ: 1, WRITE: 2, ADMIN: 3 };
const needed = { directory: "ADMIN", summary: "WRITE", detail: "WRITE" };

/**
 * Verifies the permission checkpoints of a vault, oldest first.
 * @param {object} input `vaultId`, `checkpoints` (signed, all versions from the pinned beginning on), `keys` (a KeyDirectory),
 *   `pins` (or null at the first sight), `expectedCreator` (a fingerprint compared outside the portal, or null).
 * @returns {Promise<Membership>} who was a member, version by version
 */
export async function verifyMembership({ vaultId, checkpoints, keys, pins = null, expectedCreator = null }) {
  const anchor = pins?.anchor ?? 1;
  const chain = checkpoints.filter(({ checkpoint }) => checkpoint.version >= anchor);
  const states = [];
  for (const [index, signed] of chain.entries()) {
    const { checkpoint } = signed;
    requirePlace(checkpoint, "VAULT", vaultId, anchor + index);
    const signer = await requireSignature(signed, keys);
    const hash = await hashOf(checkpoint);
    compareOnly(pins, "permission", checkpoint.version, hash);
    const members = membersOf(checkpoint);
    if (index === 0) {
      requireCreator(signer, pins?.creator ?? null);
      requireCreator(signer, expectedCreator);
    }
    // The first one is its own witness: its signer must be an ADMIN of it. That is why his fingerprint is pinned.
    await requireAdmin(signer, index === 0 ? members : states[index - 1].members, keys, states);
    states.push({ version: checkpoint.version, hash, members, signer: signer.fingerprint, checkpoint });
  }
  if (states.length === 0) throw new TrustError("chain_broken", "The vault has no permission checkpoint to begin with.");
  compareWithPin(pins, "permission", states.at(-1).version, states.at(-1).hash);
  return new Membership(vaultId, states, keys, anchor);
}

/** Who may sign for a vault. */
export class Membership {
  #keys;

  constructor(vaultId, states, keys, anchor, itemMembers = new Map()) {
    this.vaultId = vaultId;
    this.states = states;
    this.anchor = anchor;
    this.itemMembers = itemMembers;
    this.#keys = keys;
  }

  get version() {
    return this.states.at(-1).version;
  }

  /** The newest permission checkpoint. */
  get checkpoint() {
    return this.states.at(-1).checkpoint;
  }

  get creator() {
    return this.states[0].signer;
  }

  /** The keys as the server describes them. */
  get keys() {
    return this.#keys.records;
  }

  findKey(id) {
    return this.#keys.find(id);
  }

  follows(key, principalId, fingerprints) {
    return this.#keys.follows(key, principalId, fingerprints);
  }

  /** What data keys are wrapped to for the holders of keys. */
  recipients(keys) {
    return Promise.all(keys.map(({ key, member }) => this.#keys.recipient(key, member.principalId)));
  }

  /**
   * The keys that data keys are wrapped for, each with its member: those of the present members that may receive, with those of an item
   * where it was looked at (`withItem`). A key counts when the newest permission checkpoint names it, or one that it names endorsed
   * it. One that was dropped may be in other hands, whatever the server says of it.
   */
  async recipientKeys() {
    const found = [];
    for (const { id } of this.keys.filter((record) => receives(record))) {
      const key = await this.#keys.find(id);
      const member = await this.#follower(key, [...this.members, ...this.itemMembers.values()]);
      if (member !== null) found.push({ key, member });
    }
    return found;
  }

  /** The members as they are now: `{principalType, principalId, accessLevel, keyFingerprints}`. */
  get members() {
    return [...this.states.at(-1).members.values()];
  }

  /**
   * With the members of one item: those may sign its detail as well. `checkpoints` are the item's own permission checkpoints. They
   * count from the newest one that a present ADMIN of the vault signed, or that was seen before; each later one by a present ADMIN
   * of the vault or an ADMIN of the item's one before. What is older shows nothing: somebody who was an ADMIN once could still sign it.
   * With `presentKeys` it begins only at one signed by a key that counts now, whatever was seen: for handing out data keys.
   */
  async withItem(itemId, checkpoints, pins = null, { presentKeys = false } = {}) {
    const name = pinName("permission", itemId);
    const signers = [];
    let [start, hash] = [-1, null];
    for (const [index, signed] of checkpoints.entries()) {
      requirePlace(signed.checkpoint, "VAULT_ITEM", itemId, index + 1);
      const key = await requireSignature(signed, this.#keys);
      signers.push(key);
      hash = await hashOf(signed.checkpoint);
      const wasSeen = compareOnly(pins, name, index + 1, hash);
      if (presentKeys ? await this.#isPresentAdmin(key) : wasSeen || (await this.isAdmin(key))) start = index;
    }
    if (checkpoints.length > 0) compareWithPin(pins, name, checkpoints.length, hash);
    else if (pins?.seen[name]) throw rolledBack(name);
    if (start < 0 && checkpoints.length > 0) {
      throw refusal(signers[0], await wasMember(signers[0], this.states, this.#keys, "ADMIN"), this.states.at(-1).members);
    }
    for (let index = start + 1; index < checkpoints.length; index += 1) {
      await requireAdmin(signers[index], membersOf(checkpoints[index - 1].checkpoint), this.#keys, this.states);
    }
    const members = checkpoints.length === 0 ? new Map() : membersOf(checkpoints.at(-1).checkpoint);
    return new Membership(this.vaultId, this.states, this.#keys, this.anchor, members);
  }

  /** The member that a key belongs to now, or null. Keys that an earlier checkpoint named still count as his. */
  async memberOf(key) {
    for (const [id, member] of this.states.at(-1).members) {
      if (await this.#keys.follows(key, member.principalId, this.#everNamed(id))) return member;
    }
    for (const member of this.itemMembers.values()) {
      if (await this.#keys.follows(key, member.principalId, new Set(member.keyFingerprints))) return member;
    }
    return null;
  }

  /**
   * Verifies the newest checkpoint of a kind: place, signature, pin, and that a present member with the level for it signed.
   * @returns {Promise<{checkpoint: object, version: number, hash: string}>}
   */
  async verify(kind, signed, { itemId = null, pins = null, acceptFormerMembers = false } = {}) {
    const { checkpoint } = signed;
    requireShape(kind, checkpoint);
    if (checkpoint.vaultId !== this.vaultId || (kind === "detail" && checkpoint.vaultItemId !== itemId)) {
      throw new TrustError("chain_broken", `The ${kind} checkpoint is of another object.`, { kind });
    }
    const hash = await hashOf(checkpoint);
    const known = compareWithPin(pins, pinName(kind, itemId), checkpoint.version, hash);
    const key = await requireSignature(signed, this.#keys);
    // What was verified while its signer was a member stays good when he leaves.
    if (!known) await this.#requireMember(key, needed[kind], acceptFormerMembers);
    return { checkpoint, version: checkpoint.version, hash };
  }

  /**
   * How a checkpoint of now or then stands: its place, form and signature have to hold, and its signer has to be a member with the level
   * for it, or to have been one. Answers `{key, isFormer}`. Whether it is the newest is not asked here.
   */
  async examine(kind, signed, { itemId = null } = {}) {
    const { checkpoint } = signed;
    requireShape(kind, checkpoint);
    if (checkpoint.vaultId !== this.vaultId || (kind === "detail" && checkpoint.vaultItemId !== itemId)) {
      throw new TrustError("chain_broken", `The ${kind} checkpoint is of another object.`, { kind });
    }
    const key = await requireSignature(signed, this.#keys);
    try {
      await this.#requireMember(key, needed[kind], false);
      return { key, isFormer: false };
    } catch (error) {
      if (!["signer_removed", "signer_level"].includes(error.code) || !(await wasMember(key, this.states, this.#keys, needed[kind]))) throw error;
      return { key, isFormer: true };
    }
  }

  /**
   * What a data key counts for, by who wrapped it: `{opens, seals}`. It opens when anybody who ever was an ADMIN did, or the reader.
   * It seals only when a present ADMIN did or the reader, by a key that the newest permission checkpoint names, that such a one
   * endorsed, or that is the reader's very own: whoever has another may know the data key. `ownFingerprint` is that of
   * the reader's signing key.
   */
  async wrapCounts(signer, ownFingerprint) {
    if (signer.fingerprint === ownFingerprint) return { opens: true, seals: true };
    const own = await this.#ownMember(ownFingerprint);
    const isAmong = async (fingerprints) => own !== null && (await this.#keys.follows(signer, own.principalId, new Set(fingerprints)));
    const seals = (await this.#isPresentAdmin(signer)) || (await isAmong(own?.keyFingerprints));
    const opens = seals || (await this.isAdmin(signer, { everWas: true })) || (await isAmong(this.#everNamed(own && idOf(own))));
    return { opens, seals };
  }

  /** Whether a key belongs to somebody who is, or in the chain ever was, an ADMIN. For states: a key that was dropped counts. */
  async isAdmin(key, { everWas = false } = {}) {
    for (const { members } of everWas ? this.states : [this.states.at(-1)]) {
      for (const [id, member] of members) {
        if (member.accessLevel === "ADMIN" && (await this.#keys.follows(key, member.principalId, this.#everNamed(id)))) return true;
      }
    }
    return false;
  }

  async #requireMember(key, level, acceptFormerMembers) {
    const member = await this.memberOf(key);
    const own = member === null ? 0 : Math.max(levels[member.accessLevel], levels[this.itemMembers.get(idOf(member))?.accessLevel] ?? 0);
    if (own >= levels[level]) return;
    if (member !== null) {
      throw new TrustError("signer_level", `The signer may ${member.accessLevel} and no more.`, { keyId: key.id });
    }
    const former = await wasMember(key, this.states, this.#keys, level);
    if (former && acceptFormerMembers) return;
    throw refusal(key, former, this.states.at(-1).members);
  }

  /**
   * The present member who holds the reader's key. An endorsement shows only that its maker vouches for the key, and anybody can
   * make one for a key that is not his: so a key that no checkpoint names counts only with its own signature over whose it is.
   */
  async #ownMember(fingerprint) {
    for (const [id, member] of this.states.at(-1).members) if (this.#everNamed(id).has(fingerprint)) return member;
    const record = this.keys.find((key) => key.fingerprint === fingerprint);
    if (record === undefined) return null;
    const key = await this.#keys.find(record.id);
    for (const [id, member] of this.states.at(-1).members) {
      if ((await this.#keys.claims(key, member.principalId))
        && (await this.#keys.follows(key, member.principalId, this.#everNamed(id)))) return member;
    }
    return null;
  }

  /** Whether a key is an ADMIN's by the newest permission checkpoint alone. */
  async #isPresentAdmin(key) {
    return (await this.#follower(key, this.members.filter(({ accessLevel }) => accessLevel === "ADMIN"))) !== null;
  }

  /** The one of some members whom a key belongs to, by the fingerprints that stand with them. */
  async #follower(key, members) {
    for (const member of members) {
      if (await this.#keys.follows(key, member.principalId, new Set(member.keyFingerprints))) return member;
    }
    return null;
  }

  #everNamed(id) {
    return new Set(this.states.flatMap(({ members }) => members.get(id)?.keyFingerprints ?? []));
  }
}

/** Whether an item's detail is as the signed summary lists it. */
export function isListed(summary, detail) {
  const listed = summary.items.filter(({ id }) => id === detail.vaultItemId);
  const told = ({ name, type, websites, groupId = null }) => canonicalText({ name, type, websites, groupId });
  return listed.length === 1 && told(listed[0]) === told(detail);
}

/** Refuses an item that is not as the signed summary lists it: one that was archived, moved or renamed since. */
export function requireListed(summary, detail) {
  if (!isListed(summary, detail)) {
    throw new TrustError("chain_broken", "The item is not as the vault's summary lists it.", { itemId: detail.vaultItemId });
  }
}

export const rolledBack = (kind) => new TrustError("version_rolled_back",
  `The server gave no ${kind} checkpoint, and one was seen before.`, { kind });

export const pinName = (kind, itemId) => (itemId === null ? kind : `${kind}:${itemId}`);

/** As comparing with a pin, but only where the pin is of this very version: earlier ones in a chain are no step back. */
const compareOnly = (pins, kind, version, hash) =>
  pins?.seen[kind]?.version === version && compareWithPin(pins, kind, version, hash);

const idOf = ({ principalType, principalId }) => `${principalType}:${principalId}`;

const membersOf = (checkpoint) => new Map(checkpoint.permissions.map((member) => [idOf(member), member]));

function requireCreator(signer, expected) {
  if (expected === null || signer.fingerprint === expected) return;
  throw new TrustError("pin_changed",
    "The vault begins with another key than expected. Compare the fingerprints with its maker, outside the portal.",
    { expected, found: signer.fingerprint });
}

function requirePlace(checkpoint, assetType, assetId, version) {
  requireShape("permission", checkpoint);
  if (checkpoint.assetType !== assetType || checkpoint.assetId !== assetId) {
    throw new TrustError("chain_broken", "A permission checkpoint is of another object.");
  }
  if (checkpoint.version !== version) {
    throw new TrustError("chain_broken", `Permission checkpoint ${version} is missing.`, { version });
  }
}

async function requireSignature(signed, keys) {
  const key = await keys.find(signerIdOf(signed));
  if (!(await key.verify(canonicalize(signed.checkpoint), signed.signature))) {
    throw new TrustError("signature_invalid", `The signature by key ${key.id} does not hold.`, { keyId: key.id });
  }
  return key;
}

async function requireAdmin(key, members, keys, earlier) {
  let low = null;
  for (const member of members.values()) {
    if (!(await keys.follows(key, member.principalId, new Set(member.keyFingerprints)))) continue;
    if (member.accessLevel === "ADMIN") return;
    low = member;
  }
  if (low !== null) {
    throw new TrustError("signer_level", "A permission checkpoint was signed by a member who is no ADMIN.", { keyId: key.id });
  }
  throw refusal(key, await wasMember(key, earlier, keys, "ADMIN"), members);
}

async function wasMember(key, states, keys, level) {
  for (const { members } of states) {
    for (const member of members.values()) {
      if (levels[member.accessLevel] >= levels[level]
        && (await keys.follows(key, member.principalId, new Set(member.keyFingerprints)))) return true;
    }
  }
  return false;
}

function refusal(key, former, members) {
  if (former) {
    return new TrustError("signer_removed",
      "The signer is not a member any more. A present member has to sign this again.", { keyId: key.id });
  }
  const claimed = members.has(`${key.record.ownerType}:${key.record.ownerId}`);
  return claimed
    ? new TrustError("endorsement_missing",
      "The signing key is said to be a member's, but none of his keys endorsed it and no ADMIN named it.", { keyId: key.id })
    : new TrustError("signer_not_member", "The signing key belongs to no member of the vault.", { keyId: key.id });
}
