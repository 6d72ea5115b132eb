// Pins in a file, {"v":1,"vaults":{…}}, shared with the .NET client: mode 0600, replaced as a whole, under a lock file beside it.
import { open, readFile, rename, rm, stat } from "node:fs/promises";
import { setTimeout as wait } from "node:timers/promises";
import { mergePins } from "../pins.js";

export class TrustFile {
  #path;

  constructor(path) {
    this.#path = path;
  }

  async load(vaultId) {
    return (await this.#read())[vaultId] ?? null;
  }

  async save(vaultId, pins) {
    const lock = await this.#lock();
    try {
      const vaults = await this.#read();
      const content = { v: 1, vaults: { ...vaults, [vaultId]: mergePins(vaults[vaultId] ?? null, pins) } };
      const fresh = `${this.#path}.${process.pid}.new`;
      const file = await open(fresh, "w", 0o600);
      await file.writeFile(`${JSON.stringify(content, null, 2)}\n`);
      await file.sync();
      await file.close();
      await rename(fresh, this.#path);
    } finally {
      await lock.close();
      await rm(`${this.#path}.lock`, { force: true });
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

  async #lock() {
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await open(`${this.#path}.lock`, "wx", 0o600);
      } catch (error) {
        if (error.code !== "EEXIST" || attempt >= 500) throw error;
        // A lock is held for milliseconds: an old one was left by a process that was killed.
        const held = await stat(`${this.#path}.lock`).catch(() => null);
        if (held !== null && Date.now() - held.mtimeMs > 30_000) await rm(`${this.#path}.lock`, { force: true });
        await wait(10);
      }
    }
  }
}
