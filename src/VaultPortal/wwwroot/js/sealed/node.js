// The entry for Node 20 and later: a client of the machine API. Not for pages, which it would not load in.
export { SealedError, TrustError, VaultPortalError } from "./errors.js";
export { generateKeyPair, keyPairFromPem } from "./key-pair.js";
export { unlockPrivateKey, wrapPrivateKey } from "./wrapped-private-key.js";
export { newId, toPem } from "./bytes.js";
export { MemoryPins } from "./pins.js";
export { TrustFile } from "./node/trust-file.js";
export { MachineClient as Client } from "./node/machine-client.js";
