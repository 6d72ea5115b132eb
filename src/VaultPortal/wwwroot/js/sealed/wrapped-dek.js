// Data keys on their way to a member: wrapped to his key, signed by whoever wraps (machine.md section 5).
import { fromBase64, random, toBase64, utf8 } from "./bytes.js";
import { SealedError } from "./errors.js";
import { hpkeSeal } from "./hpke.js";
import { wrappedDek as statement } from "./statements.js";

const info = utf8("vaultportal/dek/v1");
const bindingOf = (vaultId, dekVersion) => utf8(`${vaultId}|${dekVersion}`);
const dekLength = 32;

/** A new data key, as the bytes that are wrapped to the members and then overwritten. */
export const newDek = () => random(dekLength);

/** The key that values are sealed with; it cannot be exported. */
export const importDek = (bytes) => crypto.subtle.importKey("raw", bytes, "AES-GCM", false, ["encrypt", "decrypt"]);

/** Wraps to a recipient `{id, fingerprint, algorithm, key}`: his X25519 key, or the RSA key of one who has none. */
export async function wrapDek(signer, { vaultId, dekVersion, dek, recipient }) {
  const isRsa = recipient.algorithm !== "X25519";
  const wrapped = isRsa
    ? new Uint8Array(await crypto.subtle.encrypt("RSA-OAEP", await rsaKeyOf(recipient.spki), dek))
    : await hpkeSeal(recipient.key, info, bindingOf(vaultId, dekVersion), dek);
  const wrap = {
    vaultId,
    recipientKeyId: recipient.id,
    dekVersion,
    algorithm: isRsa ? "RSA-OAEP-SHA256" : "HPKE-X25519-HKDF-SHA256-AES256GCM",
    wrappedDek: toBase64(wrapped),
  };
  const message = statement({ ...wrap, recipientFingerprint: recipient.fingerprint, signerKeyId: signer.id });
  const signature = toBase64(await signer.keyPair.sign(message));
  return { ...wrap, signature, [signer.isAgent ? "signerEncryptionKeyId" : "signerUserKeyPairId"]: signer.id };
}

/** Whether `signerKey`, a public key, signed exactly this wrapping. */
export function wrapHolds(wrap, signerKey, signerKeyId, recipientFingerprint) {
  return signerKey.verify(statement({ ...wrap, recipientFingerprint, signerKeyId }), wrap.signature);
}

/** The data key's bytes; the caller imports and overwrites them. Verify the wrapping first. */
export async function unwrapDek(keyPair, wrap) {
  if (wrap.algorithm !== keyPair.wrapAlgorithm) throw new SealedError("The key is wrapped for another kind of key.");
  const dek = await keyPair.unwrap(info, bindingOf(wrap.vaultId, wrap.dekVersion), fromBase64(wrap.wrappedDek));
  if (dek.length !== dekLength) throw new SealedError("A data key has 32 bytes.");
  return dek;
}

const rsaKeyOf = (spki) =>
  crypto.subtle.importKey("spki", spki, { name: "RSA-OAEP", hash: "SHA-256" }, false, ["encrypt"]);
