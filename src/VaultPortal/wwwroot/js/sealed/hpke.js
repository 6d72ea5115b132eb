// Hybrid public key encryption (RFC 9180), single-shot, base mode: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM.
// A sealed text is the encapsulated key (32 bytes) followed by ciphertext and tag.
import { concat, utf8 } from "./bytes.js";
import { aesGcmOpen, aesGcmSeal } from "./envelope.js";
import { SealedError } from "./errors.js";

const version = utf8("HPKE-v1");
const kemSuite = concat(utf8("KEM"), Uint8Array.of(0x00, 0x20));
const hpkeSuite = concat(utf8("HPKE"), Uint8Array.of(0x00, 0x20, 0x00, 0x01, 0x00, 0x02));
const pointLength = 32;
const none = new Uint8Array(0);

/** Seals for the holder of a public key. `ephemeral` is for test vectors: a key pair is for one use only. */
export async function hpkeSeal(recipientPublicKey, info, additionalData, plaintext, ephemeral = null) {
  const pair = ephemeral ?? (await crypto.subtle.generateKey("X25519", false, ["deriveBits"]));
  const encapsulated = await rawPoint(pair.publicKey);
  const shared = await agree(pair.privateKey, recipientPublicKey);
  const { key, nonce } = await schedule(shared, encapsulated, await rawPoint(recipientPublicKey), info);
  return concat(encapsulated, await aesGcmSeal(key, nonce, additionalData, plaintext));
}

/** Opens with a private key, which may be one that cannot be exported, and its public half. */
export async function hpkeOpen({ privateKey, publicKey }, info, additionalData, sealed) {
  if (sealed.length < pointLength + 16) throw new SealedError("The ciphertext is too short.");
  const encapsulated = sealed.subarray(0, pointLength);
  const point = await crypto.subtle.importKey("raw", encapsulated, "X25519", true, []);
  const shared = await agree(privateKey, point);
  const { key, nonce } = await schedule(shared, encapsulated, await rawPoint(publicKey), info);
  return aesGcmOpen(key, nonce, additionalData, sealed.subarray(pointLength));
}

const rawPoint = async (publicKey) => new Uint8Array(await crypto.subtle.exportKey("raw", publicKey));

/** X25519 (RFC 7748, section 6.1); the all-zero secret, which a point of low order gives, is refused. */
export async function agree(privateKey, publicKey) {
  let shared = none;
  try {
    shared = new Uint8Array(await crypto.subtle.deriveBits({ name: "X25519", public: publicKey }, privateKey, 256));
  } catch {
    shared = none;
  }
  if (!shared.some((byte) => byte !== 0)) throw new SealedError("The X25519 key is of low order.");
  return shared;
}

/** ExtractAndExpand of section 4.1, then KeySchedule of section 5.1 without a pre-shared key. */
async function schedule(agreed, encapsulated, recipientPoint, info) {
  const eae = await extract(kemSuite, none, "eae_prk", agreed);
  const shared = await expand(kemSuite, eae, "shared_secret", concat(encapsulated, recipientPoint), 32);
  const context = concat(
    Uint8Array.of(0), // mode_base
    await extract(hpkeSuite, none, "psk_id_hash", none),
    await extract(hpkeSuite, none, "info_hash", info),
  );
  const secret = await extract(hpkeSuite, shared, "secret", none);
  const key = await expand(hpkeSuite, secret, "key", context, 32);
  return {
    key: await crypto.subtle.importKey("raw", key, "AES-GCM", false, ["encrypt", "decrypt"]),
    nonce: await expand(hpkeSuite, secret, "base_nonce", context, 12),
  };
}

// WebCrypto's HKDF does both steps at once, so both are written with HMAC (RFC 5869, section 2). An empty salt is as many zeros
// as the hash is long, which HMAC cannot tell from a key of no bytes.
const extract = (suite, salt, label, keyMaterial) =>
  hmac(salt.length === 0 ? new Uint8Array(32) : salt, concat(version, suite, utf8(label), keyMaterial));

/** At most one block: 32 bytes. */
async function expand(suite, pseudorandomKey, label, info, length) {
  const labelled = concat(Uint8Array.of(0, length), version, suite, utf8(label), info, Uint8Array.of(1));
  return (await hmac(pseudorandomKey, labelled)).subarray(0, length);
}

async function hmac(keyBytes, message) {
  const key = await crypto.subtle.importKey("raw", keyBytes, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", key, message));
}
