// The forms of the page of keys. Each is an element that calls `save` with what was typed and shows what was refused.
import { icon, make } from "../../sealed.js";
import { isRefusal, wordsOf } from "./own-keys.js";
import { PassphraseFields } from "./passphrase-fields.js";
import { fingerprintOf } from "./review.js";

/**
 * A form with a heading: `fields` are elements, `read` answers what `save` is called with or null where something is missing, `forget`
 * empties what was typed; `save` gets it too, for when it goes on for long. `leave` is Cancel.
 */
function form({ title, says, fields, submit, read, save, forget, leave = null }) {
  const problem = make("div", { class: "notice notice-bad", role: "alert", hidden: true, "data-testid": "keys-fault" });
  const button = make("button", { class: "button button-primary", "data-testid": "keys-submit" }, submit);
  const onsubmit = async (event) => {
    event.preventDefault();
    if (!event.isTrusted || button.hasAttribute("aria-busy")) return;
    problem.hidden = true;
    const typed = read();
    if (typed === null) return;
    button.setAttribute("aria-busy", "true");
    try {
      await save(typed, forget);
      forget();
    } catch (error) {
      if (!isRefusal(error)) throw error;
      problem.hidden = false;
      problem.replaceChildren(icon("warning"), make("div", {}, wordsOf(error)));
      problem.scrollIntoView({ block: "nearest" });
    } finally {
      button.removeAttribute("aria-busy");
    }
  };
  return make("form", { class: "form keys-form", novalidate: true, onsubmit, "data-testid": "keys-form" },
    make("h2", { tabindex: -1, "data-testid": "keys-title" }, title),
    ...says.map((text) => make("p", { class: "lead" }, text)),
    problem,
    ...fields,
    make("div", { class: "buttons" }, button,
      leave ? make("button", { type: "button", class: "button", onclick: leave, "data-testid": "keys-cancel" }, "Cancel") : null));
}

const passphraseHint = "The passphrase opens this key pair on every device that you sign in with. Nobody can reset it: neither this server nor its owner knows it.";

export function makeForm({ isFirst, endorser, save, leave }) {
  const passphrase = new PassphraseFields();
  return {
    focus: () => passphrase.focus(),
    element: form({
      title: isFirst ? "Make your key pair" : "Make another key pair",
      says: [
        isFirst ? "Values are encrypted and changes are signed in your browser, with a key pair that only you can use. It is made here, in this tab."
          : endorser ? "Your unlocked key pair vouches for the new one, so it is active at once."
          : "No key pair of yours is unlocked in this tab, so nothing vouches for the new one: it waits until you approve it, and vaults follow it only when an ADMIN names it. Unlock yours first where you can.",
        passphraseHint,
      ],
      fields: [passphrase.element],
      submit: isFirst ? "Make my key pair" : "Make it",
      read: () => passphrase.read(),
      forget: () => passphrase.forget(),
      save, leave,
    }),
  };
}

export function importForm({ save, leave }) {
  const text = make("textarea", {
    id: "import-text", rows: 8, class: "mono", autocomplete: "off", autocapitalize: "none", spellcheck: "false", "aria-describedby": "import-hint import-fault", "data-testid": "import-text",
  });
  const fault = make("p", { id: "import-fault", class: "fault", role: "alert", "data-testid": "import-fault" });
  const add = async (files) => {
    for (const file of files) text.value += `${file.size > 65_536 ? "" : await file.text()}\n`;
    fault.replaceChildren(...([...files].some(({ size }) => size > 65_536) ? [icon("warning"), " That file is too large for a key."] : []));
  };
  const picker = make("input", { type: "file", multiple: true, id: "import-file", onchange: () => add(picker.files), "data-testid": "import-file" });
  text.addEventListener("dragover", (event) => event.preventDefault());
  text.addEventListener("drop", (event) => {
    if (event.dataTransfer.files.length === 0) return;
    event.preventDefault();
    add(event.dataTransfer.files);
  });
  const passphrase = new PassphraseFields();
  return {
    focus: () => text.focus(),
    element: form({
      title: "Import a key pair",
      says: ["From a recovery kit, or from the key files of a machine: an Ed25519 key to sign with, and the X25519 key that belongs to it.", passphraseHint],
      fields: [
        make("div", { class: "field" },
          make("label", { for: "import-text" }, "Private keys, PEM"), text, fault,
          make("div", { id: "import-hint", class: "hint" }, "PKCS #8, one or two blocks “PRIVATE KEY”. Files can be dropped here. It does not leave this tab.")),
        make("div", { class: "field" }, make("label", { for: "import-file" }, "Or from files"), picker),
        passphrase.element,
      ],
      submit: "Import",
      read: () => {
        fault.replaceChildren();
        if (text.value.trim() === "") {
          fault.replaceChildren(icon("warning"), " Paste the keys, or choose their files.");
          text.focus();
          return null;
        }
        const typed = passphrase.read();
        return typed === null ? null : { text: text.value, passphrase: typed };
      },
      forget: () => {
        text.value = picker.value = "";
        passphrase.forget();
      },
      save, leave,
    }),
  };
}

export function changeForm({ record, save, leave }) {
  const present = presentPassphrase();
  const passphrase = new PassphraseFields();
  return {
    focus: () => present.focus(),
    element: form({
      title: "Change the passphrase",
      says: ["The key pair stays the same. Where it is unlocked now it stays so; from then on only the new passphrase opens it. A recovery kit stays good."],
      fields: [whose(record), present.element, passphrase.element],
      submit: "Change it",
      read: () => {
        const before = present.read();
        const after = before === null ? null : passphrase.read();
        return after === null ? null : { before, after };
      },
      forget: () => [present, passphrase].forEach((each) => each.forget()),
      save: (typed, forget) => present.watch(() => save(typed, forget)),
      leave,
    }),
  };
}

export function kitForm({ record, save, leave }) {
  const present = presentPassphrase();
  return {
    focus: () => present.focus(),
    element: form({
      title: "Recovery kit",
      says: ["The kit holds the private keys themselves. It is written in this tab; the server never sees it."],
      fields: [whose(record), present.element],
      submit: "Show the kit",
      read: () => present.read(),
      forget: () => present.forget(),
      save: (typed, forget) => present.watch(() => save(typed, forget)),
      leave,
    }),
  };
}

const whose = (record) => make("div", { class: "field" }, make("span", { class: "label" }, "Key pair"), fingerprintOf(record.fingerprint));

function presentPassphrase() {
  const field = make("input", {
    id: "present-passphrase", type: "password", autocomplete: "new-password", maxlength: 1024, "aria-describedby": "present-passphrase-fault", "data-testid": "present-passphrase",
  });
  const fault = make("p", { id: "present-passphrase-fault", class: "fault", role: "alert", "data-testid": "present-passphrase-fault" });
  const refuse = (message) => {
    fault.replaceChildren(icon("warning"), " ", message);
    field.setAttribute("aria-invalid", "true");
    field.focus();
    return null;
  };
  return {
    element: make("div", { class: "field" }, make("label", { for: "present-passphrase" }, "Present passphrase"), field, fault),
    focus: () => field.focus(),
    forget: () => (field.value = ""),
    read() {
      fault.replaceChildren();
      field.removeAttribute("aria-invalid");
      return field.value === "" ? refuse("Type the passphrase that opens it now.") : field.value;
    },
    /** A wrong passphrase is said beside it, everything else by the form. */
    async watch(work) {
      try {
        await work();
      } catch (error) {
        if (error.code !== "wrong_passphrase") throw error;
        refuse(error.message);
        throw error;
      }
    },
  };
}
