// v3 envelopes (machine.md section 5): AES-256-GCM under the vault's data key, bound to where the value stands.
import { concat, fromBase64, random, toBase64, utf8 } from "./bytes.js";
import { SealedError } from "./errors.js";

const maxLength = 65536;
const nonceLength = 12;
const tagLength = 16;

/** What a field's value is bound to. */
export const fieldBinding = ({ vaultId, itemId, fieldId, instanceId, dekVersion }) =>
  utf8(["vaultportal/field/v3", vaultId, itemId, fieldId, instanceId, dekVersion].join("|"));

/** The text of a new envelope. `dek` is a CryptoKey for AES-GCM. */
export async function sealEnvelope(dek, additionalData, plaintext) {
  const iv = random(nonceLength);
  const sealed = await aesGcmSeal(dek, iv, additionalData, plaintext);
  const [d, t] = [sealed.subarray(0, -tagLength), sealed.subarray(-tagLength)];
  const text = JSON.stringify({ v: 3, iv: toBase64(iv), t: toBase64(t), d: toBase64(d) });
  if (text.length > maxLength) throw new SealedError("The value is too long for an envelope of 64 KiB.");
  return text;
}

/** The plaintext of an envelope, as bytes. */
export async function openEnvelope(dek, additionalData, text) {
  const { iv, tag, ciphertext } = parseEnvelope(text);
  return aesGcmOpen(dek, iv, additionalData, concat(ciphertext, tag));
}

/** Reads an envelope strictly: exactly the four members, `v` the number 3, canonical base64. */
export function parseEnvelope(text) {
  let envelope = null;
  try {
    envelope = typeof text === "string" && utf8(text).length <= maxLength ? JSON.parse(text) : null;
  } catch {
    envelope = null;
  }
  const isEnvelope = envelope !== null && typeof envelope === "object"
    && Object.keys(envelope).sort().join() === "d,iv,t,v" && envelope.v === 3
    // JSON.parse drops all but the last of a member that stands twice; an envelope has four names and four colons.
    && text.match(/"\s*:/g).length === 4 && /"v"\s*:\s*3\s*[,}]/.test(text);
  if (!isEnvelope) throw new SealedError("Not a v3 envelope.");
  const [iv, tag, ciphertext] = [envelope.iv, envelope.t, envelope.d].map(fromBase64);
  if (iv.length !== nonceLength || tag.length !== tagLength) throw new SealedError("Not a v3 envelope.");
  return { iv, tag, ciphertext };
}

/** Ciphertext followed by the tag. */
export async function aesGcmSeal(key, iv, additionalData, plaintext) {
  return new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData }, key, plaintext));
}

export async function aesGcmOpen(key, iv, additionalData, sealed) {
  try {
    return new Uint8Array(await crypto.subtle.decrypt({ name: "AES-GCM", iv, additionalData }, key, sealed));
  } catch {
    throw new SealedError("The ciphertext does not open: altered, another key, or bound to something else.");
  }
}
