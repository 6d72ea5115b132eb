// What can be done with the user's own key pairs: made, imported, kept under another passphrase, given the vaults' data keys. No elements.
import { fromPem } from "../bytes.js";
import { Client } from "../client/client.js";
import { SealedError, TrustError, VaultPortalError } from "../errors.js";
import { generateKeyPair, keyPairOf } from "../key-pair.js";
import { forget, openPrivateKey, unlockPrivateKey, wrapPrivateKey } from "../wrapped-private-key.js";

/** Whether an error is one to be shown: anything else is a fault of ours. */
export const isRefusal = (error) => [SealedError, TrustError, VaultPortalError].some((kind) => error instanceof kind);

/** What an error says to the user. */
export const wordsOf = (error) =>
  error.code === "step_up_required" ? "Nothing was changed, because the password was not confirmed." : error.message;

const plainClient = (session) => new Client({ transport: session.transport, pins: session.pins });

/** The key that endorses a new one: the one that is unlocked in this tab, where there is one. */
const endorserOf = (session) => (session.state === "unlocked" ? session.client(async () => false).key : null);

/**
 * Makes a key pair and registers it. Answers `{registered, keyPair, secret}`; the caller overwrites the secret.
 * With the endorsement of the unlocked key it is active at once.
 */
export async function makeKeyPair(session, passphrase) {
  const { keyPair, secret } = await generateKeyPair();
  return register(session, keyPair, secret, passphrase);
}

async function register(session, keyPair, secret, passphrase) {
  try {
    const wrappedPrivateKey = await wrapPrivateKey(keyPair, secret, passphrase);
    const registered = await plainClient(session).registerKeyPair(keyPair, { endorser: endorserOf(session), wrappedPrivateKey });
    await session.load({ again: true });
    return { registered, keyPair, secret };
  } catch (error) {
    forget(secret);
    throw error;
  }
}

/**
 * Takes a key pair over from PEM and keeps it under a passphrase. One that the server knows gets its private half there; another is
 * registered, with a new encryption key where it came without. `isNew` says which.
 */
export async function importKeyPair(session, text, passphrase) {
  const secret = await readSecret(text);
  try {
    const { fingerprint } = await keyPairOf(secret);
    const known = session.keys.find((key) => key.fingerprint === fingerprint);
    if (!known) return { ...(await registerImported(session, secret, passphrase)), isNew: true };
    const keyPair = await keyPairOf(secret);
    requireFit(known, keyPair);
    await store(session, known.id, keyPair, secret, passphrase);
    return { registered: known, keyPair, secret, isNew: false };
  } catch (error) {
    forget(secret);
    throw error;
  }
}

async function registerImported(session, secret, passphrase) {
  if (secret.encryption === null) {
    const made = await generateKeyPair();
    made.secret.signing.fill(0);
    secret.encryption = made.secret.encryption;
  }
  return register(session, await keyPairOf(secret), secret, passphrase);
}

function requireFit(known, keyPair) {
  if (known.state === "retired") throw new SealedError("This key pair was retired. Make a new one.");
  if (known.encryptionFingerprint === null) {
    throw new SealedError("This key pair was registered without an encryption key, so no vault can be opened with it. Make a new one, and approve it.");
  }
  if (known.encryptionFingerprint !== keyPair.encryptionFingerprint) {
    throw new SealedError(keyPair.encryptionFingerprint === null
      ? "The encryption key (X25519) that belongs to this key pair is missing: import both blocks."
      : "The encryption key is not the one that this key pair was registered with.");
  }
}

/** Keeps a key of ours under another passphrase. */
export async function changePassphrase(session, record, before, after) {
  const { keyPair, secret } = await openRecord(record, before);
  try {
    await store(session, record.id, keyPair, secret, after);
  } finally {
    forget(secret);
  }
}

async function store(session, id, keyPair, secret, passphrase) {
  await plainClient(session).storeWrappedPrivateKey(id, keyPair, await wrapPrivateKey(keyPair, secret, passphrase));
  await session.load({ again: true });
}

/** The pair of a record with its private bytes, which the caller overwrites. A wrong passphrase throws. */
export async function openRecord(record, passphrase) {
  try {
    return await openPrivateKey(record.wrappedPrivateKey, passphrase, record);
  } catch (error) {
    if (!(error instanceof SealedError)) throw error;
    throw Object.assign(new SealedError("The passphrase does not open this key."), { code: "wrong_passphrase" });
  }
}

export const unlockRecord = (record, passphrase) => unlockPrivateKey(record.wrappedPrivateKey, passphrase, record);

const blocks = /-----BEGIN ([A-Z0-9 ]+)-----[\s\S]+?-----END \1-----/g;

/** The PKCS #8 bytes of one or two PEM blocks, anywhere in a text: of key files, or of a recovery kit. */
export async function readSecret(text) {
  const found = [...text.matchAll(blocks)];
  const foreign = found.find(([, label]) => label.endsWith("PRIVATE KEY") && label !== "PRIVATE KEY");
  if (foreign) throw new SealedError(`“${foreign[1]}” is not read. Write the key as PKCS #8 without a passphrase: openssl pkcs8 -topk8 -nocrypt`);
  const secret = { signing: null, encryption: null };
  for (const [block] of found.filter(([, label]) => label === "PRIVATE KEY")) {
    const bytes = fromPem("PRIVATE KEY", block.replace(/^[ \t]+/gm, ""));
    const kind = isX25519(bytes) ? "encryption" : "signing";
    if (secret[kind] !== null) throw new SealedError(`There are two ${kind} keys. Import one pair at a time.`);
    secret[kind] = await plainForm(bytes, kind);
  }
  if (secret.signing === null) throw new SealedError("There is no signing key: a PEM block “PRIVATE KEY” with an Ed25519 key.");
  return secret;
}

// The algorithm's identifier stands within the first bytes of a PKCS #8 key (RFC 8410, section 7).
const x25519 = [0x06, 0x03, 0x2b, 0x65, 0x6e];
const isX25519 = (bytes) => [...bytes.subarray(0, 24).keys()].some((at) => x25519.every((byte, index) => bytes[at + index] === byte));

/** Written as every client writes it, without attributes. Other kinds of keys stay with the machine that made them. */
async function plainForm(bytes, kind) {
  const [name, usages] = kind === "encryption" ? ["X25519", ["deriveBits"]] : ["Ed25519", ["sign"]];
  try {
    const key = await crypto.subtle.importKey("pkcs8", bytes, name, true, usages);
    return new Uint8Array(await crypto.subtle.exportKey("pkcs8", key));
  } catch {
    throw new SealedError(`Only ${name} keys are taken here. RSA and P-256 keys stay with the machine that uses them.`);
  } finally {
    bytes.fill(0);
  }
}

/**
 * Wraps the data keys of every vault that the unlocked key opens for another key of ours. What has them already is passed over, so it
 * can be taken up again. `onprogress({done, total, failed: [{id, name, why}]})`.
 */
export async function giveDataKeys(session, record, { onprogress, signal }) {
  // The user said yes to this key pair; nothing else is signed on that word.
  const approve = async ({ action, recipients }) =>
    !signal.aborted && action === "wrap" && recipients.every((to) =>
      to.keyId === record.id && to.fingerprint === record.encryptionFingerprint && to.signingFingerprint === record.fingerprint);
  const client = session.client(approve);
  const [vaults, theirs] = await Promise.all([vaultsOf(session, session.keyId), vaultsOf(session, record.id)]);
  const has = new Map(theirs.map(({ id, dekVersions }) => [id, new Set(dekVersions)]));
  const state = { done: 0, total: vaults.length, failed: [] };
  onprogress(state);
  for (const { id, name, archived, dekVersions } of vaults) {
    if (signal.aborted) break;
    if (!dekVersions.every((version) => has.get(id)?.has(version))) {
      const why = archived ? "It is archived. Restore it first, or nobody opens its values once the old key pair is retired." : await give(session, client, id, record);
      if (why !== null) state.failed.push({ id, name, why });
    }
    state.done += 1;
    onprogress(state);
  }
  return state;
}

const vaultsOf = async (session, keyId) => (await session.transport.get(`user-key-pair/${keyId}/vaults`)).vaults;

/** Null, or why not. What ends the whole undertaking is thrown. */
async function give(session, client, id, record) {
  try {
    await (await client.openVault(id)).wrapForKey(record.id);
    return null;
  } catch (error) {
    if (!isRefusal(error) || error.code === "step_up_required" || session.state !== "unlocked") throw error;
    return wordsOf(error);
  }
}

export async function retire(session, record, reason) {
  await session.transport.post(`user-key-pair/${record.id}/retire`, { reason });
  await session.load({ again: true });
}
