// What went wrong with an item, in words that say what to do; what is not about items is in trouble.js.
import { TrustError, VaultPortalError } from "../errors.js";
import { wordsOf } from "./trouble.js";

const ofItems = {
  unreachable: "The server does not answer. What you typed is kept. Look at your connection and try again.",
  dek_version_conflict: "The vault got a new data key meanwhile. Load the item again; your changes stay. Files have to be chosen again.",
  vault_item_expired: "It has expired, and its value is not given out. Give it another expiry first.",
  vault_item_not_found: "The item is not here any more: it was archived, or your access to it ended.",
  field_not_found: "The field is not there any more. Load the item again.",
  forbidden: "You may read this and not change it. Ask a member with ADMIN for WRITE.",
  session_ended: "Your session has ended. Sign in again; what you typed is kept in this browser, sealed.",
  antiforgery_refused: "Your session has ended. Sign in again; what you typed is kept in this browser, sealed.",
  payload_too_large: "It is too large for the server.",
};

export function wordsFor(error) {
  if (error.code === "item_changed") return error.message;
  if (error instanceof VaultPortalError && error.code in ofItems) return ofItems[error.code];
  if (error instanceof TrustError || error instanceof VaultPortalError || error.name === "SealedError") return wordsOf(error);
  return "That did not work. Load the page again and try once more.";
}

/** Whether what the server gave does not hold, so that nothing may be done with it. */
export const isDistrust = (error) => error instanceof TrustError && error.code !== "item_changed";
