// Pins in the browser, kept by the origin.
import { mergePins } from "./pins.js";

const store = "vaults";

export class IndexedDbPins {
  #database;

  constructor(name = "vaultportal-pins") {
    this.#database = new Promise((resolve, reject) => {
      const request = indexedDB.open(name, 1);
      request.onupgradeneeded = () => request.result.createObjectStore(store);
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  }

  async load(vaultId) {
    const transaction = (await this.#database).transaction(store, "readonly");
    return (await done(transaction.objectStore(store).get(vaultId))) ?? null;
  }

  /** Reads and writes in one transaction, so that two tabs do not lose each other's pins. */
  async save(vaultId, pins, replaces = null) {
    const vaults = (await this.#database).transaction(store, "readwrite").objectStore(store);
    const stored = (await done(vaults.get(vaultId))) ?? null;
    await done(vaults.put(mergePins(stored, pins, replaces), vaultId));
  }
}

const done = (request) => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});
