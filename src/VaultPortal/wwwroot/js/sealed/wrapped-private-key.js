// A key pair's private halves under a passphrase: PBKDF2-SHA-256 (RFC 8018), 600,000 rounds, and AES-256-GCM. Only this text
// reaches a server. {"v":1,"kdf":"PBKDF2-SHA-256","rounds":…,"salt":…,"iv":…,"t":…,"d":…}; d seals the canonical JSON of
// {"encryption":…,"signing":…}, PKCS #8 in base64, and is bound to both public keys' fingerprints.
import { concat, fromBase64, fromUtf8, random, toBase64, utf8 } from "./bytes.js";
import { aesGcmOpen, aesGcmSeal } from "./envelope.js";
import { SealedError } from "./errors.js";
import { canonicalize } from "./jcs.js";
import { keyPairOf } from "./key-pair.js";

const kdf = "PBKDF2-SHA-256";
const minRounds = 600_000;
const maxRounds = 10_000_000; // what somebody else's text may cost to try
const tagLength = 16;

export async function wrapPrivateKey(keyPair, secret, passphrase) {
  const [salt, iv] = [random(16), random(12)];
  const key = await deriveKey(passphrase, salt, minRounds);
  const content = canonicalize({ signing: toBase64(secret.signing), encryption: toBase64(secret.encryption) });
  const sealed = await aesGcmSeal(key, iv, bindingOf(keyPair), content);
  content.fill(0);
  return JSON.stringify({
    v: 1,
    kdf,
    rounds: minRounds,
    salt: toBase64(salt),
    iv: toBase64(iv),
    t: toBase64(sealed.subarray(-tagLength)),
    d: toBase64(sealed.subarray(0, -tagLength)),
  });
}

/** Unlocks into a key pair whose private keys cannot be exported. A wrong passphrase and an altered text look alike. */
export async function unlockPrivateKey(text, passphrase, fingerprints) {
  const { keyPair, secret } = await openPrivateKey(text, passphrase, fingerprints);
  forget(secret);
  return keyPair;
}

/** Overwrites the PKCS #8 bytes of a pair. */
export function forget({ signing, encryption }) {
  signing.fill(0);
  encryption?.fill(0);
}

/** The pair with its PKCS #8 bytes, to be wrapped anew or written down; the caller overwrites them (`forget`). */
export async function openPrivateKey(text, passphrase, { fingerprint, encryptionFingerprint }) {
  const { salt, iv, sealed, rounds } = parse(text);
  const key = await deriveKey(passphrase, salt, rounds);
  const content = await aesGcmOpen(key, iv, bindingOf({ fingerprint, encryptionFingerprint }), sealed);
  const { signing, encryption } = JSON.parse(fromUtf8(content));
  content.fill(0);
  const secret = { signing: fromBase64(signing), encryption: fromBase64(encryption) };
  const keyPair = await keyPairOf(secret);
  if (keyPair.fingerprint !== fingerprint || keyPair.encryptionFingerprint !== encryptionFingerprint) {
    forget(secret);
    throw new SealedError("The private key does not belong to the public one.");
  }
  return { keyPair, secret };
}

function parse(text) {
  let blob = null;
  try {
    blob = JSON.parse(text);
  } catch {
    blob = null;
  }
  const isBlob = blob?.v === 1 && blob.kdf === kdf && Number.isInteger(blob.rounds)
    && blob.rounds >= minRounds && blob.rounds <= maxRounds;
  if (!isBlob) throw new SealedError("Not a wrapped private key of version 1.");
  const [salt, iv, tag, data] = [blob.salt, blob.iv, blob.t, blob.d].map(fromBase64);
  if (salt.length !== 16 || iv.length !== 12 || tag.length !== tagLength) {
    throw new SealedError("Not a wrapped private key of version 1.");
  }
  return { salt, iv, sealed: concat(data, tag), rounds: blob.rounds };
}

const bindingOf = ({ fingerprint, encryptionFingerprint }) =>
  utf8(`vaultportal/private-key/v1|${fingerprint}|${encryptionFingerprint}`);

async function deriveKey(passphrase, salt, rounds) {
  const bytes = utf8(passphrase);
  const material = await crypto.subtle.importKey("raw", bytes, "PBKDF2", false, ["deriveKey"]);
  bytes.fill(0);
  const how = { name: "PBKDF2", hash: "SHA-256", salt, iterations: rounds };
  return crypto.subtle.deriveKey(how, material, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}
