// One key pair of the user's in the list: what it is, where it can be unlocked, and what can be done with it.
import { icon, make } from "../../sealed.js";
import { receives } from "../key-directory.js";
import { fingerprintOf } from "./review.js";

const moment = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
const looks = { active: ["badge-good", "check", "Active"], pending: ["badge-warn", "clock", "Waits for approval"], retired: ["badge-muted", "no-access", "Retired"] };
const reasons = { replaced: "replaced by another", lost: "lost", compromised: "compromised" };

export const shortOf = ({ fingerprint }) => fingerprint.slice(0, 8);

/** `actions` are `[{name, does, symbol, text, bad, primary}]`; `does` gets a trusted click. */
export function keyCard(record, { isUnlocked, actions }) {
  const isExpired = record.state === "active" && !receives(record);
  const [look, symbol, word] = isExpired ? ["badge-bad", "expired", "Expired"] : looks[record.state];
  return make("section", { class: "card key-card", "data-testid": "key-card", "data-key": record.id, "data-state": record.state, "aria-label": `Key pair ${shortOf(record)}` },
    make("header", {},
      make("h2", { class: "mono", tabindex: -1, "data-testid": "key-short" }, shortOf(record)),
      make("span", { class: `badge ${look}`, "data-testid": "key-standing" }, icon(symbol), word),
      isUnlocked ? make("span", { class: "badge badge-strong", "data-testid": "key-unlocked" }, icon("unlock"), "Unlocked in this tab") : null),
    make("div", { class: "body" },
      make("dl", { class: "pairs" }, ...factsOf(record, isUnlocked).flatMap(([name, value]) => [make("dt", {}, name), make("dd", {}, value)])),
      actions.length > 0 ? make("div", { class: "buttons after" }, ...actions.map((action) => buttonOf(action, record))) : null));
}

function factsOf(record, isUnlocked) {
  const facts = [
    ["Fingerprint", copied(record.fingerprint, "key-fingerprint")],
    ...(isUnlocked || record.state === "retired" ? [] : [["", make("span", { class: "muted" }, "Read it out to others only from a key that is unlocked here: until then the server could show another key.")]]),
    ["Algorithm", record.encryptionFingerprint === null ? `${record.algorithm}, without an encryption key` : `${record.algorithm} to sign, X25519 for data keys`],
    ["Made", moment.format(new Date(record.createdAt))],
  ];
  if (record.state === "retired") return [...facts, ["Retired", `${moment.format(new Date(record.retiredAt))}, ${reasons[record.retireReason]}`]];
  return [...facts, ["Unlocked by", record.wrappedPrivateKey
    ? "its passphrase, in any browser that you sign in with"
    : "the machine that keeps it; it cannot be unlocked here"]];
}

function copied(fingerprint, testId) {
  const button = make("button", {
    type: "button", class: "button button-quiet copy", "aria-label": "Copy the fingerprint", title: "Copy", "data-testid": "key-copy",
    onclick: async () => {
      await navigator.clipboard.writeText(fingerprint);
      button.replaceChildren(icon("check"), make("span", { class: "unseen", role: "status" }, "Copied"));
    },
  }, icon("copy"));
  return make("span", { class: "fingerprint-line" }, fingerprintOf(fingerprint, { "data-testid": testId }), button);
}

function buttonOf({ name, does, symbol, text, bad = false, primary = false }, record) {
  return make("button", {
    type: "button", class: `button${bad ? " button-bad" : ""}${primary ? " button-primary" : ""}`, "aria-label": `${text}: key pair ${shortOf(record)}`,
    onclick: (event) => event.isTrusted && does(record), "data-testid": `key-${name}`,
  }, icon(symbol), text);
}
