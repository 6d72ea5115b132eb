// <sealed-checkpoints data-vault data-item>: every version of an item that was ever accepted, each checked by this browser: who signed it,
// what it changed, and the exact text.
import { icon, make, seal } from "../../sealed.js";
import { TrustError } from "../errors.js";
import { canonicalText } from "../jcs.js";
import { wordsFor } from "./fault.js";
import { keylessClient } from "./keyless.js";
import { changesOf, fingerprintOf } from "./review.js";
import { timeOf } from "./time.js";

const atOnce = 20;

export function defineCheckpoints(session) {
  customElements.define("sealed-checkpoints", class extends HTMLElement {
    #root = seal(this);

    async connectedCallback() {
      this.#root.replaceChildren(make("p", { class: "muted", role: "status" }, "Checking every version in this browser."));
      try {
        const vault = await keylessClient(session).openVault(this.dataset.vault);
        const [all, newest] = await Promise.all([vault.detailCheckpoints(this.dataset.item), newestVersion(vault, this.dataset.item)]);
        this.#show(all, newest);
      } catch (error) {
        this.#root.replaceChildren(make("div", { class: "notice notice-bad", role: "alert", "data-testid": "checkpoints-fault" }, icon("warning"), make("div", {}, wordsFor(error))));
      }
    }

    #show(all, newest) {
      const bad = all.filter(({ error }) => error);
      const { missing, twice } = gapsOf(all.map(({ signed }) => signed.checkpoint.version), newest);
      const newestFirst = all.map((entry, index) => ({ ...entry, before: all[index - 1]?.signed.checkpoint ?? null })).toReversed();
      const list = make("ul", { class: "versions", "data-testid": "versions" }, ...newestFirst.slice(0, atOnce).map(version));
      const more = make("button", { type: "button", class: "button", "data-testid": "versions-more", onclick: () => (more.remove(), list.append(...newestFirst.slice(atOnce).map(version))) },
        `Show ${newestFirst.length - atOnce} older ones`);
      this.#root.replaceChildren(
        make("h3", {}, "All versions, checked by this browser"),
        make("p", { class: bad.length + missing + twice > 0 ? "fault" : "muted", role: "status", "data-testid": "versions-said" }, saidOf(all.length, bad.length, missing, twice)),
        list, newestFirst.length > atOnce ? more : "");
    }
  });
}

/** The version that the item has now, as verified; 0 where it cannot be had: it is archived, or does not verify, which its list shows. */
async function newestVersion(vault, itemId) {
  try {
    return (await vault.openItem(itemId, { lazily: true })).version;
  } catch (error) {
    if (!(error instanceof TrustError) && error.code !== "vault_item_not_found") throw error;
    return 0;
  }
}

/** Versions count from 1, each once. */
export function gapsOf(versions, newest) {
  const found = new Set(versions);
  const last = Math.max(0, newest, ...found);
  return { missing: last - [...found].filter((version) => version >= 1).length, twice: versions.length - found.size };
}

function saidOf(total, bad, missing, twice) {
  if (total + missing === 0) return "Nothing of this item was signed yet.";
  const found = [
    bad > 0 && `${bad} of ${total} ${bad === 1 ? "does" : "do"} not verify. Compare with another member before you rely on the item.`,
    missing > 0 && `${missing} ${missing === 1 ? "version is" : "versions are"} missing: the server keeps them for ever, so somebody took them away.`,
    twice > 0 && `${twice === 1 ? "One version is" : `${twice} versions are`} listed twice: there is one of each.`,
  ].filter(Boolean);
  return found.length > 0 ? found.join(" ") : `${total === 1 ? "The one version verifies" : `All ${total} versions verify`}: signed by members of the vault, by the chain of its permission checkpoints.`;
}

function version({ signed, key, isFormer, error, before }) {
  const { checkpoint, acceptedAt, signature } = signed;
  const [look, symbol, word] = error ? ["bad", "shield-off", "Not verified"] : isFormer ? ["warn", "shield-check", "Verified, by a former member"] : ["good", "shield-check", "Verified"];
  const keyId = signed.signerUserKeyPairId ?? signed.signerEncryptionKeyId;
  return make("li", { class: "card", "data-testid": "version", "data-version": checkpoint.version, "data-verified": String(!error) },
    make("header", {}, make("h4", {}, `Version ${checkpoint.version}`),
      make("span", { class: `badge badge-${look}`, "data-testid": "version-standing" }, icon(symbol), word),
      make("span", { class: "muted" }, "accepted ", timeOf(acceptedAt))),
    make("div", { class: "body" },
      error ? make("p", { class: "fault", role: "alert" }, icon("warning"), " ", error.message) : null,
      make("ul", { class: "review-changes" }, ...said(checkpoint, before)),
      make("dl", { class: "pairs" },
        make("dt", {}, "Signed by"), make("dd", {}, key?.record.ownerName ?? "unknown", make("span", { class: "muted" }, " (the name is the server's word)")),
        make("dt", {}, "Fingerprint"), make("dd", {}, key ? fingerprintOf(key.fingerprint) : make("span", { class: "mono" }, keyId))),
      make("details", { class: "more" }, make("summary", { "data-testid": "version-open" }, "Signed text and signature"),
        make("pre", { class: "text-block", tabindex: 0, role: "group", "aria-label": `Version ${checkpoint.version}, as signed`, "data-testid": "version-canonical" }, canonicalText(checkpoint)),
        make("pre", { class: "text-block", tabindex: 0, role: "group", "aria-label": `Signature of version ${checkpoint.version}` }, String(signature)))));
}

/** What it changed, in words; of something that is no checkpoint there is nothing to say. */
function said(checkpoint, before) {
  try {
    return changesOf({ kind: "detail", before, after: checkpoint }).map((change) => make("li", {}, ...[change].flat()));
  } catch {
    return [];
  }
}
