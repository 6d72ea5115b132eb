// What a client remembers of each vault: the fingerprint of who made it, and the highest version that it saw of each kind with
// its hash. A store is anything with `load(vaultId)` and `save(vaultId, pins, replaces)`; both are asynchronous. `replaces` is given
// by pinning anew alone: what was loaded before, which the new pins then stand in for. Otherwise they are merged, by `mergePins`.
//
//   pins = { creator, anchor, seen: { permission: {version, hash}, directory: …, summary: …, "detail:<itemId>": …, … } }
//
// `anchor` is the version of the permission checkpoint that the chain begins at: 1, unless a broken chain was pinned anew.
import { TrustError } from "./errors.js";
import { canonicalText } from "./jcs.js";

/** Pins that last as long as the process. */
export class MemoryPins {
  #vaults = new Map();

  async load(vaultId) {
    return structuredClone(this.#vaults.get(vaultId) ?? null);
  }

  async save(vaultId, pins, replaces = null) {
    this.#vaults.set(vaultId, mergePins(this.#vaults.get(vaultId) ?? null, structuredClone(pins), replaces));
  }
}

/**
 * Two clients of one store may save at once: of each kind the higher version stays. Another beginning is taken over only where
 * nothing is stored, or exactly what the caller says that it replaces.
 */
export function mergePins(stored, fresh, replaces = null) {
  if (stored === null || (replaces !== null && canonicalText(stored) === canonicalText(replaces))) return fresh;
  if (replaces !== null || stored.creator !== fresh.creator || stored.anchor !== fresh.anchor) {
    throw new TrustError("pin_changed", "Another beginning of the vault was pinned meanwhile. Open it again.");
  }
  const seen = { ...stored.seen };
  for (const [kind, pin] of Object.entries(fresh.seen)) {
    if (seen[kind]?.version === pin.version && seen[kind].hash !== pin.hash) {
      throw new TrustError("pin_changed", `Another version ${pin.version} of ${kind} was seen meanwhile.`, { kind, version: pin.version });
    }
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
