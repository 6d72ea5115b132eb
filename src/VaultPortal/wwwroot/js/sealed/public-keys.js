// Public keys: read strictly, so that a key has one fingerprint only, and used by the algorithm that follows from them.
import { equal, fromBase64, fromHex, fromPem, sha256, toHex } from "./bytes.js";
import { SealedError } from "./errors.js";
import { agree } from "./hpke.js";

/** How each algorithm of machine.md section 4 is imported and used. */
export const algorithms = {
  "Ed25519": { import: { name: "Ed25519" }, use: { name: "Ed25519" } },
  "RSA-PSS-SHA256": { import: { name: "RSA-PSS", hash: "SHA-256" }, use: { name: "RSA-PSS", saltLength: 32 } },
  "ECDSA-P256-SHA256": {
    import: { name: "ECDSA", namedCurve: "P-256" },
    use: { name: "ECDSA", hash: "SHA-256" },
  },
};

const prefixes = {
  "Ed25519": fromHex("302a300506032b6570032100"),
  "X25519": fromHex("302a300506032b656e032100"),
  "ECDSA-P256-SHA256": fromHex("3059301306072a8648ce3d020106082a8648ce3d03010703420004"),
};

/** SHA-256 over the SubjectPublicKeyInfo, 64 hexadecimal characters. */
export const fingerprint = async (spki) => toHex(await sha256(spki));

/** A public signing key: `algorithm`, `fingerprint`, `spki`, `verify(message, signature)`. */
export async function readSigningKey(pem) {
  const spki = fromPem("PUBLIC KEY", pem);
  const algorithm = algorithmOf(spki);
  const { import: how, use } = algorithms[algorithm];
  const key = await importPublic(spki, how, ["verify"]);
  const bits = key.algorithm.modulusLength ?? 2048;
  if (bits < 2048 || bits > 4096) throw new SealedError("The RSA key must have 2048 to 4096 bits.");
  return Object.freeze({
    algorithm,
    spki,
    fingerprint: await fingerprint(spki),
    async verify(message, signature) {
      try {
        return await crypto.subtle.verify(use, key, fromBase64(signature), message);
      } catch {
        return false;
      }
    },
  });
}

/** A public key to wrap data keys to: `algorithm`, `fingerprint`, `spki`, `key`. */
export async function readEncryptionKey(pem) {
  const spki = fromPem("PUBLIC KEY", pem);
  if (!startsWith(spki, prefixes.X25519)) throw new SealedError("Not an X25519 public key.");
  const key = await importPublic(spki, { name: "X25519" }, []);
  // Refuses points of low order here and not only when somebody wraps to one.
  const probe = await crypto.subtle.generateKey("X25519", false, ["deriveBits"]);
  await agree(probe.privateKey, key);
  return Object.freeze({ algorithm: "X25519", spki, fingerprint: await fingerprint(spki), key });
}

export const algorithmOf = (spki) =>
  startsWith(spki, prefixes.Ed25519) ? "Ed25519"
  : startsWith(spki, prefixes["ECDSA-P256-SHA256"]) ? "ECDSA-P256-SHA256"
  : "RSA-PSS-SHA256";

async function importPublic(spki, how, usages) {
  let key = null;
  let again = null;
  try {
    key = await crypto.subtle.importKey("spki", spki, how, true, usages);
    again = new Uint8Array(await crypto.subtle.exportKey("spki", key));
  } catch {
    key = null;
  }
  if (key === null || !equal(again, spki)) throw new SealedError("Not a public key of a known kind in canonical DER.");
  return key;
}

const startsWith = (bytes, prefix) => equal(bytes.subarray(0, prefix.length), prefix);
