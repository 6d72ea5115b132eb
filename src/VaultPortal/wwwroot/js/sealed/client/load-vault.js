// Reads a vault, verifies it from its permission checkpoints up, and unwraps its data keys.
import { TrustError } from "../errors.js";
import { verifyVault } from "../verify-vault.js";
import { importDek, unwrapDek, wrapHolds } from "../wrapped-dek.js";

export async function loadVault(client, vaultId, expectedCreator = null) {
  const { transport, pins, acceptFormerMembers } = client;
  const [vault, { keys }, stored] = await Promise.all([
    transport.get(`vault/${vaultId}`),
    transport.get(`vault/${vaultId}/public-keys`),
    pins.load(vaultId),
  ]);
  const permissions = await readPermissions(transport, vault, stored?.anchor ?? 1);
  const verified = await verifyVault({ vault: { ...vault, id: vaultId }, permissions, keys, pins, expectedCreator, acceptFormerMembers });
  return {
    id: vaultId,
    ...verified,
    deks: await unwrapAll(client, vaultId, verified.membership),
    accessLevel: vault.accessLevel,
    rekeyDue: vault.rekeyDue,
    staleInstances: vault.staleInstances ?? 0,
  };
}

/** The signed checkpoints of a kind, oldest first. */
export async function readCheckpoints(transport, vaultId, query) {
  const path = `vault/${vaultId}/checkpoints?${query}&limit=100`;
  const all = [];
  for await (const signed of transport.pages("checkpoints", (page) => transport.get(`${path}&page=${page}`))) all.push(signed);
  return all;
}

async function readPermissions(transport, vault, anchor) {
  const newest = vault.permissionCheckpoint;
  if (!newest) return [];
  const { version } = newest.checkpoint;
  if (version === anchor) return [newest];
  const all = await readCheckpoints(transport, vault.id, "kind=permission");
  // Those of items are listed too. A checkpoint that was accepted between the two answers is met at the next look.
  return all.filter(({ checkpoint }) => checkpoint.assetType === "VAULT" && checkpoint.version <= version);
}

/**
 * Checks who wrapped each data key, then unwraps. The current one counts for writing only when a present ADMIN wrapped it, or a
 * key of our own; one of an earlier ADMIN still opens what was sealed with it. A version that cannot be had stands there with its
 * `error`, which is thrown when it is needed: one bad wrapping, by whomever, locks nobody out of the rest.
 */
async function unwrapAll(client, vaultId, membership) {
  const deks = new Map();
  if (client.key === null || client.key.keyPair.encryptionFingerprint === null) return deks;
  const { wrappedKeys } = await client.transport.get(`vault/${vaultId}/wrapped-key`);
  for (const wrap of wrappedKeys.filter(({ recipientKeyId }) => recipientKeyId === client.key.id)) {
    const found = await unwrap(client.key.keyPair, wrap, vaultId, membership);
    if (worth(found) > worth(deks.get(wrap.dekVersion))) deks.set(wrap.dekVersion, found);
  }
  return deks;
}

/** Of two wrappings of one version the better one counts. */
const worth = (dek) => (dek === undefined ? 0 : dek.error ? 1 : dek.forSealing ? 3 : 2);

/** `{key, forSealing, wrap}`, or `{error}`. */
async function unwrap(keyPair, wrap, vaultId, membership) {
  try {
    const signer = await membership.findKey(wrap.signerUserKeyPairId ?? wrap.signerEncryptionKeyId);
    const { opens, seals } = await membership.wrapCounts(signer, keyPair.fingerprint);
    if (!opens || wrap.vaultId !== vaultId || !(await wrapHolds(wrap, signer, signer.id, keyPair.encryptionFingerprint))) {
      throw new TrustError("wrapped_dek_invalid",
        "A wrapped data key is not signed by an ADMIN of the vault or a key of our own.", { keyId: signer.id });
    }
    const dek = await unwrapDek(keyPair, wrap);
    const key = await importDek(dek);
    dek.fill(0);
    return { key, forSealing: seals, wrap };
  } catch (error) {
    return { error: error instanceof TrustError ? error : unreadable(error) };
  }
}

const unreadable = (cause) => Object.assign(
  new TrustError("wrapped_dek_invalid", "A wrapped data key cannot be opened with the key of our own."), { cause },
);
