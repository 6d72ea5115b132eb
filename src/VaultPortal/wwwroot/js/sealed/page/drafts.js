// Changes that are not saved yet, kept in this browser over a lost line, a reload and a closed tab: sealed under the vault's data key, so
// that who reads the disk reads nothing, and each user's own: another one of the same browser is neither offered them nor takes them away.
import { fromUtf8, utf8 } from "../bytes.js";

const store = "drafts";

export class Drafts {
  #accountOf;
  #database = null;
  #writing = Promise.resolve();

  /** `accountOf` answers, asynchronously, the id of the signed-in user. */
  constructor(accountOf) {
    this.#accountOf = accountOf;
  }

  /** When a draft of an item was kept; null where there is none. This needs no key. */
  async find(vaultId, itemId) {
    return (await this.#read(vaultId, itemId))?.at ?? null;
  }

  /** `{at, content}`, null where there is none or it cannot be opened any more. */
  async load(vault, itemId) {
    const kept = await this.#read(vault.id, itemId);
    if (kept === null) return null;
    try {
      return { at: kept.at, content: JSON.parse(fromUtf8(await vault.openDraft(itemId, kept))) };
    } catch (error) {
      if (error.name !== "SealedError") throw error;
      return null;
    }
  }

  save(vault, itemId, content) {
    const bytes = utf8(JSON.stringify(content));
    return this.#inTurn(async () => {
      const name = await this.#nameOf(vault.id, itemId);
      const sealed = await vault.sealDraft(itemId, bytes);
      bytes.fill(0);
      await this.#write((drafts) => drafts.put({ ...sealed, at: Date.now() }, name));
    });
  }

  remove(vaultId, itemId) {
    return this.#inTurn(async () => {
      const name = await this.#nameOf(vaultId, itemId);
      await this.#write((drafts) => drafts.delete(name));
    });
  }

  /** One after the other, so that an older draft never overtakes a newer one. */
  #inTurn(act) {
    const done = this.#writing.then(act);
    this.#writing = done.catch(() => {});
    return done;
  }

  async #read(vaultId, itemId) {
    const name = await this.#nameOf(vaultId, itemId);
    const transaction = (await this.#open()).transaction(store, "readonly");
    return (await done(transaction.objectStore(store).get(name))) ?? null;
  }

  async #write(act) {
    const transaction = (await this.#open()).transaction(store, "readwrite");
    act(transaction.objectStore(store));
    await new Promise((resolve, reject) => {
      transaction.oncomplete = resolve;
      transaction.onerror = transaction.onabort = () => reject(transaction.error);
    });
  }

  async #nameOf(vaultId, itemId) {
    return [await this.#accountOf(), vaultId, itemId].join("|");
  }

  #open() {
    this.#database ??= new Promise((resolve, reject) => {
      const request = indexedDB.open("vaultportal-drafts", 1);
      request.onupgradeneeded = () => request.result.createObjectStore(store);
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
    return this.#database;
  }
}

const done = (request) => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});
