// What a client remembers of each vault: the fingerprint of who made it, and the highest version that it saw of each kind with
// its hash. A store is anything with `load(vaultId)` and `save(vaultId, pins)`; both are asynchronous.
//
//   pins = { creator, anchor, seen: { permission: {version, hash}, directory: …, summary: …, "detail:<itemId>": …, … } }
//
// `anchor` is the version of the permission checkpoint that the chain begins at: 1, unless a broken chain was pinned anew.
import { TrustError } from "./errors.js";

/** Pins that last as long as the process. */
export class MemoryPins {
  #vaults = new Map();

  async load(vaultId) {
    return structuredClone(this.#vaults.get(vaultId) ?? null);
  }

  async save(vaultId, pins) {
    this.#vaults.set(vaultId, mergePins(this.#vaults.get(vaultId) ?? null, structuredClone(pins)));
  }
}

/** Two clients of one store may save at once: of each kind the higher version stays. */
export function mergePins(stored, fresh) {
  if (stored === null || stored.creator !== fresh.creator || stored.anchor !== fresh.anchor) return fresh;
  const seen = { ...stored.seen };
  for (const [kind, pin] of Object.entries(fresh.seen)) {
    if (!(kind in seen) || seen[kind].version < pin.version) seen[kind] = pin;
  }
  return { ...fresh, seen };
}

/** Whether this very version was seen before; refuses a lower one, and another one of the same number. */
export function compareWithPin(pins, kind, version, hash) {
  const seen = pins?.seen[kind];
  if (seen === undefined) return false;
  if (version < seen.version) {
    throw new TrustError("version_rolled_back",
      `The server gave version ${version} of ${kind}, and version ${seen.version} was seen before.`, { kind, version });
  }
  if (version === seen.version && hash !== seen.hash) {
    throw new TrustError("pin_changed", `Version ${version} of ${kind} is not the one that was seen before.`, { kind, version });
  }
  return version === seen.version;
}
