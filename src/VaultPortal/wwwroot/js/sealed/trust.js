// The chain of trust: who may sign for a vault follows from its permission checkpoints alone, version by version, each later one
// signed by an ADMIN of the one before; the first by whoever made the vault, whose fingerprint is pinned.
import { hashOf, signerIdOf } from "./checkpoints.js";
import { TrustError } from "./errors.js";
import { canonicalize } from "./jcs.js";
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
      const expected = pins?.creator ?? expectedCreator;
      if (expected !== null && signer.fingerprint !== expected) {
        throw new TrustError("pin_changed",
          "The vault begins with another key than before. Compare the fingerprints with its maker, outside the portal.",
          { expected, found: signer.fingerprint });
      }
    }
    // The first one is its own witness: its signer must be an ADMIN of it. That is why his fingerprint is pinned.
    await requireAdmin(signer, index === 0 ? members : states[index - 1].members, keys, states);
    states.push({ version: checkpoint.version, hash, members, signer: signer.fingerprint });
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

  /** What data keys are wrapped to for the holder of a key. */
  recipient(key, principalId) {
    return this.#keys.recipient(key, principalId);
  }

  /** The members as they are now: `{principalType, principalId, accessLevel, keyFingerprints}`. */
  get members() {
    return [...this.states.at(-1).members.values()];
  }

  /**
   * With the members of one item: those may sign its detail as well. `checkpoints` are the item's own permission checkpoints, each
   * signed by an ADMIN of the vault or of the item's one before; the one in force by somebody who is still that.
   */
  async withItem(itemId, checkpoints, pins = null) {
    let [before, version] = [new Map(), 0];
    for (const [index, signed] of checkpoints.entries()) {
      requirePlace(signed.checkpoint, "VAULT_ITEM", itemId, version + 1);
      const key = await requireSignature(signed, this.#keys);
      version = signed.checkpoint.version;
      const known = compareOnly(pins, pinName("permission", itemId), version, await hashOf(signed.checkpoint));
      const everWas = known || index < checkpoints.length - 1;
      if (!(await this.isAdmin(key, { everWas }))) await requireAdmin(key, before, this.#keys, this.states);
      before = membersOf(signed.checkpoint);
    }
    const last = checkpoints.at(-1);
    if (last) compareWithPin(pins, pinName("permission", itemId), version, await hashOf(last.checkpoint));
    return new Membership(this.vaultId, this.states, this.#keys, this.anchor, before);
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

  /** Whether a key belongs to somebody who is, or in the chain ever was, an ADMIN. */
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

  #everNamed(id) {
    return new Set(this.states.flatMap(({ members }) => members.get(id)?.keyFingerprints ?? []));
  }
}

export const pinName = (kind, itemId) => (itemId === null ? kind : `${kind}:${itemId}`);

/** As comparing with a pin, but only where the pin is of this very version: earlier ones in a chain are no step back. */
const compareOnly = (pins, kind, version, hash) =>
  pins?.seen[kind]?.version === version && compareWithPin(pins, kind, version, hash);

const idOf = ({ principalType, principalId }) => `${principalType}:${principalId}`;

const membersOf = (checkpoint) => new Map(checkpoint.permissions.map((member) => [idOf(member), member]));

function requirePlace(checkpoint, assetType, assetId, version) {
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
