// The user's key of this tab: locked until its passphrase was typed, locked again after some time without a hand on the page. It is
// made once, in page.js, and handed to the elements by closure: no other script can get at it.
import { Client } from "../client/client.js";
import { SealedError, TrustError } from "../errors.js";
import { IndexedDbPins } from "../pins-indexeddb.js";
import { readEncryptionKey, readSigningKey } from "../public-keys.js";
import { unlockPrivateKey } from "../wrapped-private-key.js";
import { portalTransport } from "./portal-transport.js";

const idleMinutes = 15;

/** How long before it locks itself it says so. */
const warningSeconds = 60;

export class KeySession {
  #transport = portalTransport(() => this.lock());
  #pins = new IndexedDbPins();
  #listeners = new Set();
  #lockListeners = new Set();
  #keys = null;
  #key = null;
  #until = null;
  #endsSoon = false;
  #ask = null;
  #account = null;
  #isStale = false;
  #otherTabs = new BroadcastChannel("vaultportal-keys");

  constructor() {
    for (const act of ["pointerdown", "keydown"]) {
      document.addEventListener(act, (event) => event.isTrusted && this.#stay(), { capture: true, passive: true });
    }
    document.addEventListener("visibilitychange", () => this.#lockWhenDue());
    setInterval(() => this.#watch(), 1000);
    // Whoever signs out locks every tab. A page that was left comes back locked, also where the browser kept it as it was.
    document.addEventListener("submit", ({ target }) => target.matches?.("form[action$='sign-out']") && this.#lockEverywhere(), true);
    this.#otherTabs.onmessage = ({ data }) => data === "lock" && this.#lockFromElsewhere();
    addEventListener("pagehide", () => this.lock());
  }

  /** "unknown" until load(); "none" without a key that could be unlocked here, "pending" while the only one waits for approval. */
  get state() {
    if (this.#key !== null) return "unlocked";
    if (this.#keys === null) return "unknown";
    return this.unlockable.length > 0 ? "locked" : this.#keys.some(({ state }) => state === "pending") ? "pending" : "none";
  }

  /** When it locks itself; null where nothing is unlocked. */
  get until() { return this.#until; }

  /** Whether it locks itself within a minute unless there is a hand on the page. */
  get endsSoon() { return this.#endsSoon; }

  /** The user's registered keys, retired ones too, as the server lists them. */
  get keys() { return this.#keys ?? []; }

  /** Those that a passphrase opens. */
  get unlockable() {
    return this.keys.filter(({ state, wrappedPrivateKey }) => state === "active" && wrappedPrivateKey);
  }

  get transport() { return this.#transport; }
  get pins() { return this.#pins; }

  /** The id of the unlocked key; null where none is. */
  get keyId() { return this.#key?.id ?? null; }

  /**
   * A client that signs with the unlocked key what `approve` agrees to (see Client): that is where an element shows what will be
   * signed and waits for a trusted click. Locking ends it.
   */
  client(approve) {
    this.#lockWhenDue();
    const key = this.#key;
    if (key === null) throw new SealedError("The key is locked.");
    const whileUnlocked = async (what) => this.#has(key) && (await approve(what)) && this.#has(key);
    return new Client({ transport: this.#transport, pins: this.#pins, key, approve: whileUnlocked });
  }

  /** Tells of each change; answers how to end that. */
  onchange(listener) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Tells of each locking, also where nothing was unlocked; answers how to end that. */
  onlock(listener) {
    this.#lockListeners.add(listener);
    return () => this.#lockListeners.delete(listener);
  }

  /** Reads the user's keys, once unless it is said that they changed. Fingerprints are computed here: people read them out. */
  async load({ again = false } = {}) {
    if (this.#keys !== null && !again && !this.#isStale) return;
    this.#keys = await Promise.all((await this.#transport.get("user-key-pair")).userKeyPairs.map(withOwnFingerprints));
    this.#isStale = false;
    // A key that was retired meanwhile signs no more.
    if (this.#key !== null && !this.#keys.some(({ id, state }) => id === this.#key.id && state === "active")) this.lock();
    else this.#tell();
  }

  /** The id of the signed-in user. */
  async account() {
    this.#account ??= (await this.#transport.get("me")).owner.id;
    return this.#account;
  }

  /** Who asks for the passphrase: the dialog of key-state.js. */
  askBy(ask) {
    this.#ask = ask;
  }

  /** Unlocks, with a dialog where it is locked, `id` or whichever key is chosen there; answers whether it is unlocked then. */
  async unlock({ id = null } = {}) {
    await this.load();
    return (this.#key !== null && (id === null || id === this.#key.id)) || this.#ask(id);
  }

  /** Opens one of the keys. Throws where the passphrase is another one. */
  async open(record, passphrase) {
    this.use(record.id, await unlockPrivateKey(record.wrappedPrivateKey, passphrase, record));
  }

  /** Signs with a key pair from now on. */
  use(id, keyPair) {
    this.#key = { id, keyPair, isAgent: false };
    this.#stay();
    this.#tell();
  }

  lock() {
    [this.#key, this.#until, this.#endsSoon] = [null, null, false];
    callAll(this.#lockListeners);
    this.#tell();
  }

  #lockEverywhere() {
    this.#otherTabs.postMessage("lock");
    this.lock();
  }

  /** Somebody signed out in another tab, and may be followed by somebody else: the keys are asked for anew before one is unlocked. */
  #lockFromElsewhere() {
    [this.#isStale, this.#account] = [true, null];
    this.lock();
  }

  #has(key) {
    return !this.#lockWhenDue() && this.#key === key;
  }

  #stay() {
    if (this.#key === null || this.#lockWhenDue()) return;
    const before = this.#until;
    this.#until = new Date(Date.now() + idleMinutes * 60_000);
    const isSeen = this.#endsSoon || before?.getMinutes() !== this.#until.getMinutes();
    this.#endsSoon = false;
    if (isSeen) this.#tell();
  }

  #watch() {
    if (this.#until === null || this.#lockWhenDue() || this.#endsSoon) return;
    if (this.#until - Date.now() > warningSeconds * 1000) return;
    this.#endsSoon = true;
    this.#tell();
  }

  #lockWhenDue() {
    const isDue = this.#until !== null && this.#until <= new Date();
    if (isDue) this.lock();
    return isDue;
  }

  #tell() {
    callAll(this.#listeners);
  }
}

/** One that throws keeps no other from hearing that the key is gone. */
function callAll(listeners) {
  const faults = [];
  for (const listener of [...listeners]) {
    try {
      listener();
    } catch (fault) {
      faults.push(fault);
    }
  }
  if (faults.length > 0) throw faults[0];
}

async function withOwnFingerprints(record) {
  const signing = await readSigningKey(record.publicKey);
  const encryption = record.encryptionPublicKey ? await readEncryptionKey(record.encryptionPublicKey) : null;
  const own = { fingerprint: signing.fingerprint, encryptionFingerprint: encryption?.fingerprint ?? record.encryptionFingerprint };
  if (own.fingerprint !== record.fingerprint || (encryption !== null && own.encryptionFingerprint !== record.encryptionFingerprint)) {
    throw new TrustError("key_swapped", "The server says another fingerprint of one of your keys than the key has. Use none of them, and tell your operator.");
  }
  return { ...record, ...own };
}
