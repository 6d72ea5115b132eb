// A member's key pair: one key to sign with, one to receive data keys with. The private halves stay in this closure; what can be
// asked of it is a signature over what the modules of this folder build, and the opening of a data key that is wrapped to it.
import { fromHex, fromPem, toPem } from "./bytes.js";
import { SealedError } from "./errors.js";
import { hpkeOpen } from "./hpke.js";
import { algorithmOf, algorithms, fingerprint } from "./public-keys.js";

const pkcs8Prefix = { Ed25519: fromHex("302e020100300506032b657004220420"), X25519: fromHex("302e020100300506032b656e04220420") };

/** Makes Ed25519 and X25519 keys; answers the pair and the PKCS #8 bytes, which the caller wraps and then overwrites. */
export async function generateKeyPair() {
  const signing = await crypto.subtle.generateKey("Ed25519", true, ["sign", "verify"]);
  const encryption = await crypto.subtle.generateKey("X25519", true, ["deriveBits"]);
  const secret = {
    signing: new Uint8Array(await crypto.subtle.exportKey("pkcs8", signing.privateKey)),
    encryption: new Uint8Array(await crypto.subtle.exportKey("pkcs8", encryption.privateKey)),
  };
  return { keyPair: await keyPairOf(secret), secret };
}

/** Reads PEM blocks "PRIVATE KEY"; the second is optional where the first is RSA, which data keys are wrapped to as well. */
export function keyPairFromPem(signingPem, encryptionPem = null) {
  return keyPairOf({
    signing: fromPem("PRIVATE KEY", signingPem),
    encryption: encryptionPem === null ? null : fromPem("PRIVATE KEY", encryptionPem),
  });
}

/** The pair of the PKCS #8 bytes, held in keys that cannot be exported. */
export async function keyPairOf({ signing, encryption }) {
  const signer = await openSigning(signing);
  const receiver = encryption !== null ? await openX25519(encryption)
    : signer.algorithm === "RSA-PSS-SHA256" ? await openRsaOaep(signing, signer.publicKeyPem)
    : null;
  return Object.freeze({
    ...signer,
    encryptionPublicKeyPem: encryption === null ? null : receiver.publicKeyPem,
    encryptionFingerprint: receiver?.fingerprint ?? null,
    wrapAlgorithm: receiver?.algorithm ?? null,
    async unwrap(info, additionalData, wrapped) {
      if (receiver === null) throw new SealedError("This key pair has no key that data keys are wrapped to.");
      return receiver.open(info, additionalData, wrapped);
    },
  });
}

async function openSigning(pkcs8) {
  for (const [algorithm, { import: how, use }] of Object.entries(algorithms)) {
    const pair = await importPair(pkcs8, how, ["sign"], ["verify"]);
    if (pair === null) continue;
    const spki = new Uint8Array(await crypto.subtle.exportKey("spki", pair.publicKey));
    if (algorithmOf(spki) !== algorithm) continue;
    return {
      algorithm,
      publicKeyPem: toPem("PUBLIC KEY", spki),
      fingerprint: await fingerprint(spki),
      sign: async (message) => new Uint8Array(await crypto.subtle.sign(use, pair.privateKey, message)),
    };
  }
  throw new SealedError("Not an Ed25519, RSA or P-256 private key as PKCS #8.");
}

async function openX25519(pkcs8) {
  const pair = await importPair(pkcs8, { name: "X25519" }, ["deriveBits"], []);
  if (pair === null) throw new SealedError("Not an X25519 private key as PKCS #8.");
  const spki = new Uint8Array(await crypto.subtle.exportKey("spki", pair.publicKey));
  return {
    algorithm: "HPKE-X25519-HKDF-SHA256-AES256GCM",
    publicKeyPem: toPem("PUBLIC KEY", spki),
    fingerprint: await fingerprint(spki),
    open: (info, additionalData, wrapped) => hpkeOpen(pair, info, additionalData, wrapped),
  };
}

async function openRsaOaep(pkcs8, publicKeyPem) {
  const how = { name: "RSA-OAEP", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("pkcs8", pkcs8, how, false, ["decrypt"]);
  return {
    algorithm: "RSA-OAEP-SHA256",
    fingerprint: await fingerprint(fromPem("PUBLIC KEY", publicKeyPem)),
    async open(info, additionalData, wrapped) {
      try {
        return new Uint8Array(await crypto.subtle.decrypt("RSA-OAEP", key, wrapped));
      } catch {
        throw new SealedError("The wrapped key does not open.");
      }
    },
  };
}

/** The private key, which cannot be exported, and the public one that follows from it; null where the bytes are of another kind. */
async function importPair(pkcs8, how, privateUsages, publicUsages) {
  try {
    const exportable = await crypto.subtle.importKey("pkcs8", pkcs8, how, true, privateUsages);
    const { kty, crv, x, y, n, e } = await crypto.subtle.exportKey("jwk", exportable);
    return {
      privateKey: await crypto.subtle.importKey("pkcs8", pkcs8, how, false, privateUsages),
      publicKey: await crypto.subtle.importKey("jwk", { kty, crv, x, y, n, e }, how, true, publicUsages),
    };
  } catch {
    return null;
  }
}

export { pkcs8Prefix };
