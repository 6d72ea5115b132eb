// The recovery kit: the private keys themselves, to be printed or downloaded and locked away. It opens what the passphrase opens, so that
// neither a forgotten passphrase nor a lost server loses the vaults.
import { icon, make } from "../../sealed.js";
import { save } from "../../shown-once.js";
import { toPem } from "../bytes.js";
import { fingerprintOf } from "./review.js";

const title = "VaultPortal recovery kit";
const warning = "Secret. Whoever holds this can open your vaults and sign as you; no passphrase protects it. Keep it on paper in a safe place, not in a mailbox or a shared folder.";
const howTo = "To use it: sign in to the portal, open “Your keys”, choose “Import a key pair”, give it both keys of this kit, and choose a new passphrase.";

/** What stands in a kit: names and values, and the two PEM blocks. */
function contentOf({ account, record, keyPair, secret }) {
  return {
    facts: [
      ["Portal", location.origin],
      ["Account", account],
      ["Key pair made", `${record.createdAt.slice(0, 10)}`],
      ["Kit written", new Date().toISOString().slice(0, 10)],
      ["Signing key (Ed25519), fingerprint", keyPair.fingerprint],
      ["Encryption key (X25519), fingerprint", keyPair.encryptionFingerprint],
    ],
    keys: [
      ["Signing key, private", toPem("PRIVATE KEY", secret.signing)],
      ["Encryption key, private", toPem("PRIVATE KEY", secret.encryption)],
    ],
  };
}

function textOf({ facts, keys }) {
  const wide = Math.max(...facts.map(([name]) => name.length)) + 2;
  return [
    title, "=".repeat(title.length), "", warning, "", howTo, "",
    ...facts.map(([name, value]) => `${`${name}:`.padEnd(wide)} ${value}`), "",
    ...keys.flatMap(([name, pem]) => [name, "", pem]),
  ].join("\n");
}

/**
 * The view that shows a kit; `stored` is called once its reader says that it is put away. The bytes of the secret are overwritten at
 * once; texts that a browser holds cannot be, they are let go with the view.
 */
export function recoveryKit({ account, record, keyPair, secret, heading, stored }) {
  const content = contentOf({ account, record, keyPair, secret });
  secret.signing.fill(0);
  secret.encryption.fill(0);

  const status = make("p", { class: "muted", role: "status", "data-testid": "kit-status" });
  const check = make("input", { type: "checkbox", id: "kit-stored", "data-testid": "kit-stored" });
  const keys = make("div", { class: "kit-keys", hidden: true, "data-testid": "kit-keys" }, ...content.keys.flatMap(([name, pem]) => [
    make("h3", {}, name),
    make("pre", { class: "value", tabindex: 0, role: "group", "aria-label": name }, pem.trim()),
  ]));
  const show = make("button", {
    type: "button", class: "button screen", "aria-expanded": "false", "data-testid": "kit-show",
    onclick: () => {
      keys.hidden = !keys.hidden;
      show.setAttribute("aria-expanded", String(!keys.hidden));
      show.replaceChildren(icon(keys.hidden ? "show" : "hide"), keys.hidden ? "Show the keys" : "Hide the keys");
    },
  }, icon("show"), "Show the keys");
  const download = () => {
    save(new Blob([textOf(content)], { type: "text/plain" }), `vaultportal-recovery-kit-${keyPair.fingerprint.slice(0, 8)}.txt`);
    status.textContent = "Downloaded. Move the file to where only you can read it, an encrypted stick for instance.";
  };
  const submit = (event) => {
    event.preventDefault();
    if (check.checked) stored();
    else {
      status.textContent = "Say that you have stored it before you go on.";
      check.focus();
    }
  };
  return make("section", { class: "card once kit", "data-testid": "kit" },
    make("header", { class: "screen" }, icon("warning"), make("h2", { tabindex: -1, "data-testid": "kit-title" }, heading)),
    make("div", { class: "body" },
      make("p", { class: "screen" },
        "If you forget the passphrase, or this server is lost, the kit is the only way to your values: nobody can reset a passphrase. Print it or download it, and lock it away."),
      make("div", { class: "kit-sheet" },
        make("h2", { class: "print" }, title),
        make("p", { class: "kit-warning" }, icon("warning"), make("span", {}, warning)),
        make("dl", { class: "pairs" }, ...content.facts.flatMap(([name, value]) => [
          make("dt", {}, name),
          make("dd", {}, /^[0-9a-f]{64}$/.test(value) ? fingerprintOf(value) : value),
        ])),
        keys,
        make("p", { class: "muted" }, howTo)),
      make("div", { class: "buttons screen" },
        make("button", { type: "button", class: "button button-primary", onclick: () => window.print(), "data-testid": "kit-print" }, icon("print"), "Print"),
        make("button", { type: "button", class: "button", onclick: download, "data-testid": "kit-download" }, icon("download"), "Download"),
        show),
      status,
      make("form", { class: "screen", onsubmit: submit },
        make("label", { class: "check", for: "kit-stored" }, check, "I have stored it"),
        make("button", { class: "button", "data-testid": "kit-continue" }, "Continue"))));
}
