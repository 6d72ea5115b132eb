// A vault as the server describes it, verified from its permission checkpoints up: who its members are, and what it contains.
import { hashOf } from "./checkpoints.js";
import { KeyDirectory } from "./key-directory.js";
import { TrustError } from "./errors.js";
import { pinName, rolledBack, verifyMembership } from "./trust.js";

/**
 * Verifies and pins.
 * @param {object} input `vault` (GET /vault/{id}), `permissions` (its signed permission checkpoints, oldest first), `keys`
 *   (GET /vault/{id}/public-keys), `pins` (a store), `expectedCreator` (a fingerprint, or null), `acceptFormerMembers`
 * @returns `{creator, members, directory, summary, membership, pins}`; `membership` verifies the details of items
 */
export async function verifyVault({ vault, permissions, keys, pins, expectedCreator = null, acceptFormerMembers = false }) {
  const stored = await pins.load(vault.id);
  const membership = await verifyMembership({
    vaultId: vault.id, checkpoints: permissions, keys: new KeyDirectory(keys), pins: stored, expectedCreator,
  });
  const options = { pins: stored, acceptFormerMembers };
  for (const kind of ["directory", "summary"]) if (!vault[`${kind}Checkpoint`] && stored?.seen[kind]) throw rolledBack(kind);
  const directory = vault.directoryCheckpoint ? await membership.verify("directory", vault.directoryCheckpoint, options) : null;
  if (!vault.summaryCheckpoint) throw new TrustError("chain_broken", "The vault has no summary checkpoint.");
  const summary = await membership.verify("summary", vault.summaryCheckpoint, options);

  const current = membership.states.at(-1);
  const seen = {
    ...stored?.seen,
    permission: { version: current.version, hash: current.hash },
    summary: { version: summary.version, hash: summary.hash },
  };
  if (directory !== null) seen.directory = { version: directory.version, hash: directory.hash };
  const fresh = { creator: membership.creator, anchor: membership.anchor, seen };
  await pins.save(vault.id, fresh);
  return {
    creator: membership.creator,
    members: membership.members,
    directory: directory?.checkpoint ?? null,
    summary: summary.checkpoint,
    membership,
    pins: fresh,
  };
}

/** Verifies the detail of an item; `permissions` are the item's own, where it has any. Answers checkpoint and pins. */
export async function verifyDetail({ membership, itemId, signed, permissions = [], pins, acceptFormerMembers = false }) {
  if (!signed) throw new TrustError("chain_broken", "The item has no detail checkpoint.");
  const verifier = permissions.length === 0 ? membership : await membership.withItem(itemId, permissions, pins);
  const { checkpoint, version, hash } = await verifier.verify("detail", signed, { itemId, pins, acceptFormerMembers });
  const seen = { ...pins.seen, [pinName("detail", itemId)]: { version, hash } };
  if (permissions.length > 0) {
    const { checkpoint: newest } = permissions.at(-1);
    seen[pinName("permission", itemId)] = { version: newest.version, hash: await hashOf(newest) };
  }
  return { detail: checkpoint, pins: { ...pins, seen } };
}
