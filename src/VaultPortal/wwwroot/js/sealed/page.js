// What a page may use of this folder. Nothing here gives plaintext or keys away, and nothing signs what it is given: the elements
// that decrypt and sign keep that to themselves, behind a trusted click. The other files hold no state, so whoever loads one by
// itself gets functions and no key to use them with.
export { TrustError } from "./errors.js";
export { IndexedDbPins } from "./pins-indexeddb.js";
export { verifyVault } from "./verify-vault.js";
