// The errors of the client. A message names what is wrong, never a value or a key.

/** Text or bytes that are not what their format says, or cannot be opened. */
export class SealedError extends Error {
  constructor(message, options) {
    super(message, options);
    this.name = "SealedError";
  }
}

/** Something that the server gave does not hold against the chain of trust. `code` says what; nothing of it was used. */
export class TrustError extends Error {
  constructor(code, message, details = {}) {
    super(message);
    this.name = "TrustError";
    this.code = code;
    this.details = details;
  }
}

/** A refusal of the server: its code, the JSON Pointer of what is wrong, and after how many seconds to try again. */
export class VaultPortalError extends Error {
  constructor({ status, code, message, details = null, retryAfter = null }) {
    super(message);
    this.name = "VaultPortalError";
    this.status = status;
    this.code = code;
    this.details = details;
    this.path = details?.path ?? null;
    this.retryAfter = retryAfter;
  }
}
