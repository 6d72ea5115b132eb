// What went wrong, in words that say what to do. What does not verify is loud.
import { icon, make } from "../../sealed.js";
import { TrustError } from "../errors.js";

const askAdmin = "Tell an ADMIN of the vault, and change nothing here before it is cleared up.";
const compareFirst = "Compare the fingerprints with the vault's ADMINs outside the portal, by telephone for instance. Until then believe nothing that this vault shows.";

const distrusted = {
  pin_changed: ["This is not what was seen before",
    "The vault begins with another key, or a version of it is another one than this browser has seen.", compareFirst],
  version_rolled_back: ["The server shows an older state",
    "This browser has seen a newer version. Either the portal was restored from a backup, or changes are hidden from you.", "Ask whoever runs the portal whether a backup was restored. If not: somebody tampered with it."],
  signer_removed: ["Signed by somebody who left",
    "What is shown was signed last by somebody who is not a member any more, or by a key that was dropped.", "An ADMIN has to look at it and sign it again: rename the vault, or rekey it where a data key is meant."],
  signer_not_member: ["Signed by somebody who is no member", "The signature is good, but its key belongs to no member of the vault.", askAdmin],
  signer_level: ["Signed by somebody who may not", "The signer is a member with too low a level for it.", askAdmin],
  endorsement_missing: ["Signed by a key that nobody vouches for",
    "The server calls it a member's key, but no ADMIN named it and none of his keys endorsed it.", "An ADMIN compares its fingerprint with its owner and names it, in the members of the vault."],
  signature_invalid: ["A signature does not hold", "What is shown is not what was signed.", askAdmin],
  chain_broken: ["The chain of trust is broken", "Something that was signed is missing, or does not fit to the rest.", askAdmin],
  key_swapped: ["A key is not the one it is said to be", "Its fingerprint, or the signature over its encryption key, does not fit.", askAdmin],
  signer_unknown: ["A signing key is unknown", "The server does not give the key that signed this.", askAdmin],
  wrapped_dek_invalid: ["A data key cannot be trusted", "It was wrapped by nobody who may, or cannot be opened with your key.", "Ask an ADMIN of the vault to wrap the data key for you again, or to rekey the vault."],
};

const refused = {
  unreachable: "The portal gives no answer. Look at your connection and try again: nothing is lost.",
  session_ended: "Your session has ended. Sign in again.",
  forbidden: "You may not do this here. It takes more than your access to this vault: ask an ADMIN of it.",
  vault_not_found: "There is no such vault, or you have no access to it any more.",
  vault_item_not_found: "An item is not there any more: somebody archived it. Close this and look again.",
  not_found: "This is not there any more: somebody took it away. Close this and look again.",
  step_up_required: "It needs your password, which was not given. Nothing was changed.",
  checkpoint_signer_required: "The server takes no signature by this key: it was retired, or is not registered as yours. Look at your keys.",
  last_admin: "A vault keeps at least one person with ADMIN. Give somebody else ADMIN first.",
  group_not_empty: "There are items in the group. Move them to another one first.",
  wrapped_key_exists: "The data key is wrapped to this key already. Close this and look again.",
  dek_version_conflict: "Somebody rekeyed the vault meanwhile. Close this and begin again.",
};

export const isConflict = (error) => error?.code === "checkpoint_version_conflict";
export const isDeclined = (error) => error?.code === "declined";

/** One sentence or two about an error, for beside what it belongs to. */
export function wordsOf(error) {
  if (error instanceof TrustError) {
    const [title, text, todo] = distrusted[error.code] ?? ["It does not verify", error.message, askAdmin];
    return `${title}. ${text} ${todo}`;
  }
  if (error.code === "checkpoint_mismatch" && error.path?.includes("keyFingerprints")) {
    return "The server counts an active key of somebody here that this list does not name. Compare that key with its owner and name it, or let him retire it.";
  }
  return refused[error.code] ?? (error.status === undefined ? error.message : `${error.message} (${error.code})`);
}

/** The notice that stands where something should be that does not verify, or could not be read. */
export function troubleOf(error, ...more) {
  const isTrust = error instanceof TrustError;
  const [title, text, todo] = isTrust ? distrusted[error.code] ?? ["It does not verify", error.message, askAdmin] : ["It could not be read", wordsOf(error), ""];
  return make("div", { class: isTrust ? "notice notice-bad" : "notice", role: "alert", "data-testid": isTrust ? "not-verified" : "trouble", "data-code": error.code ?? "" },
    icon("warning"),
    make("div", {}, make("strong", {}, isTrust ? `Not verified: ${title}` : title),
      make("p", {}, text),
      isTrust ? make("p", {}, make("strong", {}, "What to do: "), todo) : null,
      isTrust ? make("p", { class: "mono" }, error.message) : null,
      ...more));
}
