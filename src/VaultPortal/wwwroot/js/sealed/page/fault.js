// What went wrong, in words that say what to do.
import { TrustError, VaultPortalError } from "../errors.js";

const byCode = {
  unreachable: "The server does not answer. What you typed is kept. Look at your connection and save again.",
  checkpoint_signer_required: "The key that you unlocked may not sign here. Unlock another one, or look at your keys.",
  dek_version_conflict: "The vault got a new data key meanwhile. Load the item again; your changes stay.",
  vault_item_expired: "It has expired, and its value is not given out. Give it another expiry first.",
  vault_item_not_found: "The item is not here any more: it was archived, or your access to it ended.",
  vault_not_found: "The vault is not here any more: it was archived, or your access to it ended.",
  field_not_found: "The field is not there any more. Load the item again.",
  forbidden: "You may read this and not change it. Ask a member with ADMIN for WRITE.",
  step_up_required: "Your password was not given, so nothing was done.",
  antiforgery_refused: "Your session has ended. Sign in again; what you typed is kept as a draft.",
  session_ended: "Your session has ended. Sign in again; what you typed is kept as a draft.",
  payload_too_large: "It is too large for the server.",
  rate_limit_exceeded: "Too much at once. Wait a moment and try again.",
};

export function wordsFor(error) {
  if (error instanceof VaultPortalError) return byCode[error.code] ?? error.message;
  if (error instanceof TrustError || error.name === "SealedError") return error.message;
  return "That did not work. Load the page again and try once more.";
}

/** Whether what the server gave does not hold, so that nothing may be done with it. */
export const isDistrust = (error) => error instanceof TrustError && error.code !== "item_changed";
