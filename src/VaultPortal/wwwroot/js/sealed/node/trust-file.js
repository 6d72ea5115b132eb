// Pins in a file, {"v":1,"vaults":{…}}, shared with the .NET client: mode 0600, replaced as a whole, under a lock file beside it.
import { link, open, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { setTimeout as wait } from "node:timers/promises";
import { newId } from "../bytes.js";
import { mergePins } from "../pins.js";

export class TrustFile {
  #path;

  constructor(path) {
    this.#path = path;
  }

  async load(vaultId) {
    return (await this.#read())[vaultId] ?? null;
  }

  async save(vaultId, pins, replaces = null) {
    // A lock can be lost by holding it for too long: then others have written, and it is done again on what they wrote.
    for (let attempt = 0; attempt < 5; attempt += 1) if (await this.#trySave(vaultId, pins, replaces)) return;
    throw new Error("The lock of the trust file was taken away again and again.");
  }

  async #trySave(vaultId, pins, replaces) {
    const owner = await this.#lock();
    const fresh = `${this.#path}.${process.pid}.${newId()}.new`;
    try {
      const vaults = await this.#read();
      const content = { v: 1, vaults: { ...vaults, [vaultId]: mergePins(vaults[vaultId] ?? null, pins, replaces) } };
      const file = await open(fresh, "wx", 0o600);
      try {
        await file.writeFile(`${JSON.stringify(content, null, 2)}\n`);
        await file.sync();
      } finally {
        await file.close();
      }
      const isHeld = await this.#holds(owner);
      if (isHeld) await rename(fresh, this.#path);
      return isHeld;
    } finally {
      await rm(fresh, { force: true });
      if (await this.#holds(owner)) await rm(this.#lockPath, { force: true });
    }
  }

  async #read() {
    let text;
    try {
      text = await readFile(this.#path, "utf8");
    } catch (error) {
      if (error.code === "ENOENT") return {};
      throw error;
    }
    // A file that cannot be read is no reason to begin anew: that would be the attack.
    const content = JSON.parse(text);
    if (content.v !== 1) throw new Error("The trust file is not of version 1.");
    return content.vaults;
  }

  get #lockPath() {
    return `${this.#path}.lock`;
  }

  /** Takes the lock; answers what stands in it, by which its holder knows it. */
  async #lock() {
    for (let attempt = 0; ; attempt += 1) {
      try {
        const owner = `${process.pid} ${new Date().toISOString()} ${newId()}\n`;
        await writeFile(this.#lockPath, owner, { flag: "wx", mode: 0o600 });
        return owner;
      } catch (error) {
        if (error.code !== "EEXIST" || attempt >= maxAttempts) throw error;
        await this.#removeStaleLock();
        await wait(10);
      }
    }
  }

  async #holds(owner) {
    return (await readFile(this.#lockPath, "utf8").catch(() => null)) === owner;
  }

  /**
   * A lock is held for milliseconds: an old one was left by a process that was killed. It is moved aside first and looked at there:
   * when others removed it in between, what was moved is the next one's, and goes back.
   */
  async #removeStaleLock() {
    const seen = await look(this.#lockPath);
    if (seen === null || Date.now() - Number(seen.mtimeMs) <= staleAfter) return;
    const aside = `${this.#lockPath}.${newId()}.stale`;
    try {
      await rename(this.#lockPath, aside);
    } catch (error) {
      if (error.code === "ENOENT") return;
      throw error;
    }
    const moved = await look(aside);
    if (moved !== null && (moved.ino !== seen.ino || moved.mtimeNs !== seen.mtimeNs)) {
      await link(aside, this.#lockPath).catch(() => {}); // or somebody has it already: its holder notices before he writes
    }
    await rm(aside, { force: true });
  }
}

const maxAttempts = 500;
const staleAfter = 30_000;
const look = (path) => stat(path, { bigint: true }).catch(() => null);
