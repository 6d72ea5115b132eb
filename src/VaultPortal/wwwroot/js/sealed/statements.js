// What the keys sign that is no checkpoint: "vaultportal:<purpose>", a line feed, canonical JSON. The two can never be mistaken
// for each other, because a checkpoint begins with a brace.
import { concat, utf8 } from "./bytes.js";
import { canonicalize } from "./jcs.js";

const statement = (purpose, content) => concat(utf8(`vaultportal:${purpose}\n`), canonicalize(content));

/** By a new key: its holder wants it to be this owner's. */
export const keyProof = (owner, fingerprint) => statement("key-proof", { owner, fingerprint });

/** By the owner's previous key: the new one is the same owner's. */
export const keyRotation = (owner, previousFingerprint, newFingerprint) =>
  statement("key-rotation", { owner, previousFingerprint, newFingerprint });

/** By the signing key: the encryption key goes with it. */
export const userKey = (owner, signingFingerprint, encryptionFingerprint) =>
  statement("user-key", { owner, signingFingerprint, encryptionFingerprint });

/** By the signing key: this text, whose SHA-256 it names, is what its private half is kept as from now on. */
export const wrappedPrivateKey = (owner, fingerprint, wrapping) =>
  statement("wrapped-private-key", { owner, fingerprint, wrapping });

/** By whoever wraps a data key. */
export const wrappedDek = ({ vaultId, dekVersion, recipientKeyId, recipientFingerprint, algorithm, wrappedDek, signerKeyId }) =>
  statement("wrapped-dek", {
    vaultId, dekVersion, recipientKeyId, recipientFingerprint, algorithm, wrappedDek, signerKeyId,
  });

/** By an ADMIN who archives or restores a vault. */
export const vaultState = (vaultId, directoryVersion, state) =>
  statement("vault-state", { vaultId, directoryVersion, state });
