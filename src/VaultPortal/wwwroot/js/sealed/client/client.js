// A client of the vaults, for machines and for the portal's pages. It encrypts and signs here, verifies whatever the server says before using it, and sends a write
// again when its answer was lost.
import { newId, sha256, toBase64, toHex, utf8 } from "../bytes.js";
import { directoryCheckpoint, hashOf, permissionCheckpoint, signCheckpoint, summaryCheckpoint } from "../checkpoints.js";
import { SealedError } from "../errors.js";
import { KeyDirectory } from "../key-directory.js";
import { MemoryPins } from "../pins.js";
import { readEncryptionKey, readSigningKey } from "../public-keys.js";
import { keyProof, keyRotation, userKey, wrappedPrivateKey as wrappingStatement } from "../statements.js";
import { verifyMembership } from "../trust.js";
import { importDek, newDek, wrapDek } from "../wrapped-dek.js";
import { loadVault } from "./load-vault.js";
import { Vault } from "./vault.js";

export class Client {
  #me = null;

  /**
   * @param {object} options `transport`; `key` = `{id, keyPair, isAgent}`, the registered key that signs; `pins`, a
   *   `TrustFile` for anything that lasts; `ownerFingerprints`, of the user's other active signing keys (for an agent, of its owner),
   *   for making vaults; `acceptFormerMembers`; `approve`, asynchronous: whether to sign `{action, vaultId, vaultName, checkpoints:
   *   [{kind, itemId, before, after}], …}`, asked before each write with exactly what will be signed
   */
  constructor({ transport, key = null, pins = new MemoryPins(), ownerFingerprints = [], acceptFormerMembers = false, approve = async () => true }) {
    this.transport = transport;
    this.key = key;
    this.pins = pins;
    this.ownerFingerprints = ownerFingerprints;
    this.acceptFormerMembers = acceptFormerMembers;
    this.approve = approve;
  }

  /** Throws a SealedError with the code "declined" where the holder of the key does not want this signed. */
  async consent(what) {
    if (!(await this.approve(what))) throw Object.assign(new SealedError("Nothing was signed."), { code: "declined" });
  }

  /** Who the API key is. */
  async me() {
    this.#me ??= await this.transport.get("me");
    return this.#me;
  }

  /**
   * Registers a user's key pair and signs with it from now on. `endorser` is the key before, where there is one; without it the
   * new one is pending until it is approved in the portal.
   */
  async registerKeyPair(keyPair, { endorser = null, wrappedPrivateKey = null } = {}) {
    const owner = (await this.me()).owner.id;
    const sign = async (signer, message) => toBase64(await signer.sign(message));
    const body = {
      publicKey: keyPair.publicKeyPem,
      proof: await sign(keyPair, keyProof(owner, keyPair.fingerprint)),
    };
    if (keyPair.encryptionPublicKeyPem !== null) {
      body.encryptionPublicKey = keyPair.encryptionPublicKeyPem;
      body.encryptionKeySignature = await sign(keyPair, userKey(owner, keyPair.fingerprint, keyPair.encryptionFingerprint));
    }
    if (wrappedPrivateKey !== null) body.wrappedPrivateKey = wrappedPrivateKey;
    if (endorser !== null) {
      body.endorsement = await sign(endorser.keyPair, keyRotation(owner, endorser.keyPair.fingerprint, keyPair.fingerprint));
    }
    const registered = await this.transport.post("user-key-pair", body);
    this.key = { id: registered.id, keyPair, isAgent: false };
    return registered;
  }

  /** Has the private half of a registered key pair kept under another passphrase: `wrapPrivateKey` made the text. In the portal only. */
  async storeWrappedPrivateKey(id, keyPair, wrappedPrivateKey) {
    const owner = (await this.me()).owner.id;
    const wrapping = toHex(await sha256(utf8(wrappedPrivateKey)));
    const signature = toBase64(await keyPair.sign(wrappingStatement(owner, keyPair.fingerprint, wrapping)));
    await this.transport.put(`user-key-pair/${id}/wrapped-private-key`, { wrappedPrivateKey, signature });
  }

  /** The vaults that may be read, as the server lists them. */
  vaults({ q = null, dataClassification = null } = {}) {
    const query = new URLSearchParams({ limit: 100, ...(q && { q }), ...(dataClassification && { dataClassification }) });
    return this.transport.pages("vaults", (page) => this.transport.get(`vault?${query}&page=${page}`));
  }

  /** Reads a vault and verifies it; `expectedCreator` is a fingerprint that was compared outside the portal. */
  async openVault(vaultId, { expectedCreator = null } = {}) {
    return new Vault(this, await loadVault(this, vaultId, expectedCreator));
  }

  /**
   * Begins the chain of trust of a vault anew, at a permission checkpoint whose signer was compared outside the portal: after an
   * owner of the portal appointed an ADMIN for a vault that had none left, for instance. Versions that were seen before stay the lowest that
   * are taken.
   */
  async pinAnew(vaultId, permissionVersion, signerFingerprint) {
    const before = await this.pins.load(vaultId);
    const fresh = { creator: signerFingerprint, anchor: permissionVersion, seen: before?.seen ?? {} };
    // First it has to hold from there on; until then what was pinned stays.
    const trial = new MemoryPins();
    await trial.save(vaultId, fresh);
    await loadVault({ transport: this.transport, key: null, pins: trial, acceptFormerMembers: this.acceptFormerMembers }, vaultId);
    await this.pins.save(vaultId, await trial.load(vaultId), before);
  }

  /** Makes a vault with a new data key, wrapped to the own key. */
  async createVault({ name, dataClassification = null, id = newId() }) {
    const permissions = { assetType: "VAULT", assetId: id, permissions: await this.#founders() };
    const content = { vaultId: id, name, dataClassification, currentDekVersion: 1, items: [], groups: [] };
    const made = {
      permission: permissionCheckpoint(permissions, 1),
      directory: directoryCheckpoint(content, 1),
      summary: summaryCheckpoint(content, 1),
    };
    const checkpoints = Object.entries(made).map(([kind, after]) => ({ kind, itemId: null, before: null, after }));
    await this.consent({ action: "create-vault", vaultId: id, vaultName: name, checkpoints });
    const first = {};
    for (const [kind, checkpoint] of Object.entries(made)) first[kind] = await signCheckpoint(this.key, checkpoint);
    const dek = newDek();
    const wrap = await wrapDek(this.key, { vaultId: id, dekVersion: 1, dek, recipient: await this.ownRecipient() });
    await this.transport.post("vault", {
      id,
      name,
      ...(dataClassification && { dataClassification }),
      directoryCheckpoint: first.directory,
      summaryCheckpoint: first.summary,
      permissionCheckpoint: first.permission,
      wrappedDeks: [wrap],
    });
    const seen = {};
    for (const [kind, { checkpoint }] of Object.entries(first)) seen[kind] = { version: 1, hash: await hashOf(checkpoint) };
    const pins = { creator: this.key.keyPair.fingerprint, anchor: 1, seen };
    await this.pins.save(id, pins);
    const key = await importDek(dek);
    dek.fill(0);
    return new Vault(this, {
      id,
      directory: first.directory.checkpoint,
      summary: first.summary.checkpoint,
      membership: await verifyMembership({ vaultId: id, checkpoints: [first.permission], keys: await this.#ownKeys(), pins }),
      pins,
      deks: new Map([[1, { key, forSealing: true, wrap }]]),
      accessLevel: "ADMIN",
      rekeyDue: false,
      staleInstances: 0,
    });
  }

  /** Searches names, labels and websites. */
  search(filter) {
    return this.transport.pages("items", (page) => this.transport.post("search", { limit: 100, ...filter, page }));
  }

  /** What changed after a cursor, page by page until nothing more has. Keep the last page's `nextCursor`. */
  async *sync(cursor = null) {
    for (let since = cursor; ; ) {
      const page = await this.transport.get(`vault/sync${since === null ? "" : `?since=${encodeURIComponent(since)}`}`);
      yield page;
      const isEmpty = page.vaults.length + page.items.length + page.archived.length === 0;
      if (isEmpty || page.nextCursor === since) return;
      since = page.nextCursor;
    }
  }

  /** What data keys are wrapped to for ourselves. */
  async ownRecipient() {
    const { keyPair, id } = this.key;
    const read = keyPair.encryptionPublicKeyPem === null
      ? await readSigningKey(keyPair.publicKeyPem)
      : await readEncryptionKey(keyPair.encryptionPublicKeyPem);
    return { ...read, id };
  }

  /** Who acts: `{type, id}`. */
  async principal() {
    const { owner, agent } = await this.me();
    return agent ? { type: "AGENT", id: agent.id } : { type: "USER", id: owner.id };
  }

  // Which keys the members have is never asked of the server here: it would be a way to slip one in.
  async #founders() {
    const own = this.key.keyPair.fingerprint;
    const { owner, agent } = await this.me();
    const member = (principalType, principalId, keyFingerprints) =>
      ({ principalType, principalId, accessLevel: "ADMIN", keyFingerprints });
    return agent
      ? [member("AGENT", agent.id, [own]), member("USER", owner.id, this.ownerFingerprints)]
      : [member("USER", owner.id, [...new Set([own, ...this.ownerFingerprints])])];
  }

  async #ownKeys() {
    const { type, id } = await this.principal();
    const { publicKeyPem, fingerprint } = this.key.keyPair;
    return new KeyDirectory([
      { id: this.key.id, publicKey: publicKeyPem, fingerprint, state: "active", ownerType: type, ownerId: id },
    ]);
  }
}
