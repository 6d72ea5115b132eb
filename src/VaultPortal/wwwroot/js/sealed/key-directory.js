// The keys that the server names (GET /vault/{id}/public-keys), none of them believed: a fingerprint is computed from the key,
// an owner comes from the permission checkpoints, an encryption key counts only with its signing key's signature.
import { TrustError } from "./errors.js";
import { readEncryptionKey, readSigningKey } from "./public-keys.js";
import { keyProof, keyRotation, userKey } from "./statements.js";

/** Whether data keys are wrapped to a key that the server names: active, and not expired. Whose it is, is another question. */
export const receives = ({ state, expiresAt = null }, now = Date.now()) =>
  state === "active" && (expiresAt === null || Date.parse(expiresAt) > now);

export class KeyDirectory {
  #records = new Map();
  #keys = new Map();

  constructor(records) {
    for (const record of records) this.#records.set(record.id, record);
  }

  get records() {
    return [...this.#records.values()];
  }

  /** The signing key of an id: `{id, record, fingerprint, verify}`. */
  async find(id) {
    const record = this.#records.get(id);
    if (record === undefined) throw new TrustError("signer_unknown", `No key ${id} is known here.`, { keyId: id });
    if (!this.#keys.has(id)) this.#keys.set(id, await read(record));
    return this.#keys.get(id);
  }

  /**
   * Whether a key is the principal's: one of the fingerprints given, or joined to one by a line of endorsements, each made by the
   * key before for this principal.
   */
  async follows(key, principalId, fingerprints) {
    const passed = new Set();
    for (let next = key; !passed.has(next.id);) {
      if (fingerprints.has(next.fingerprint)) return true;
      passed.add(next.id);
      const { previousKeyId, signature } = next.record.endorsement ?? {};
      if (!this.#records.has(previousKeyId)) return false;
      const previous = await this.find(previousKeyId);
      const message = keyRotation(principalId, previous.fingerprint, next.fingerprint);
      if (!(await previous.verify(message, signature))) return false;
      next = previous;
    }
    return false;
  }

  /** Whether a key itself signed that it is the principal's, when it was registered. */
  claims(key, principalId) {
    return key.verify(keyProof(principalId, key.fingerprint), key.record.proof);
  }

  /** What data keys for this key's holder are wrapped to; `principalId` is what the permission checkpoint calls him. */
  async recipient(key, principalId) {
    const { record } = key;
    if (!record.encryptionPublicKey) {
      if (key.algorithm === "RSA-PSS-SHA256") return key;
      throw new TrustError("key_swapped", `Key ${key.id} has no encryption key.`, { keyId: key.id });
    }
    const encryption = await readEncryptionKey(record.encryptionPublicKey);
    const message = userKey(principalId, key.fingerprint, encryption.fingerprint);
    if (!(await key.verify(message, record.encryptionKeySignature))) {
      throw new TrustError("key_swapped", `The encryption key of key ${key.id} is not signed by it.`, { keyId: key.id });
    }
    return { ...encryption, id: key.id };
  }
}

async function read(record) {
  const key = await readSigningKey(record.publicKey);
  if (key.fingerprint !== record.fingerprint) {
    throw new TrustError("key_swapped", `Key ${record.id} does not have the fingerprint that is said of it.`, { keyId: record.id });
  }
  return Object.freeze({ ...key, id: record.id, record });
}
