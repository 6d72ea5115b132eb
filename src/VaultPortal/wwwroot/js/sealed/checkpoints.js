// The four checkpoints (machine.md section 4): made from a state, signed, read back into one.
import { toBase64, toHex, sha256 } from "./bytes.js";
import { TrustError } from "./errors.js";
import { canonicalize } from "./jcs.js";

export const directoryCheckpoint = ({ vaultId, name, dataClassification = null }, version) => ({
  vaultId, version, name, groupId: null, dataClassification,
});

export const summaryCheckpoint = (state, version) => ({
  vaultId: state.vaultId,
  version,
  name: state.name,
  dataClassification: state.dataClassification ?? null,
  currentDekVersion: state.currentDekVersion,
  items: state.items.map(({ id, name, type, websites = [], groupId = null }) => ({ id, name, type, websites, groupId })),
  groups: state.groups.map(({ id, name }) => ({ id, name })),
});

export const detailCheckpoint = (state, version) => ({
  vaultItemId: state.vaultItemId,
  vaultId: state.vaultId,
  version,
  name: state.name,
  type: state.type,
  websites: state.websites ?? [],
  groupId: state.groupId ?? null,
  fields: state.fields.map(({ id, name, type, order, fieldInstanceIds, assetIds = [] }) =>
    ({ id, name, type, order, fieldInstanceIds, assetIds })),
});

export const permissionCheckpoint = ({ assetType, assetId, permissions }, version) => ({
  assetType,
  assetId,
  version,
  permissions: permissions.map(({ principalType, principalId, accessLevel, keyFingerprints }) =>
    ({ principalType, principalId, accessLevel, keyFingerprints })),
});

/** The wrapper of a checkpoint. `signer` is a key pair with its registered `id`, and whether it is an agent's. */
export async function signCheckpoint(signer, checkpoint) {
  const signature = toBase64(await signer.keyPair.sign(canonicalize(checkpoint)));
  return { checkpoint, [signer.isAgent ? "signerEncryptionKeyId" : "signerUserKeyPairId"]: signer.id, signature };
}

export function signerIdOf(signed) {
  const [user, agent] = [signed?.signerUserKeyPairId, signed?.signerEncryptionKeyId];
  if ((user == null) === (agent == null)) throw new TrustError("signature_invalid", "A checkpoint names exactly one signer.");
  return user ?? agent;
}

/** What a pin remembers of a checkpoint. */
export const hashOf = async (checkpoint) => toHex(await sha256(canonicalize(checkpoint)));
