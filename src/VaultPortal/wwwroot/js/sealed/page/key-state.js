// <key-state> in the bar: whether the key of this tab is unlocked and until when, one click to lock or unlock; and the dialog that asks
// for the passphrase, which is typed nowhere else than in a closed root.
import { icon, make, seal } from "../../sealed.js";
import { goToKeys } from "./locked.js";

const day = new Intl.DateTimeFormat(undefined, { dateStyle: "medium" });
const inBlocks = (text) => text.match(/.{1,4}/g).join(" ");
const time = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });

export function defineKeyState(session) {
  session.askBy((id) => askPassphrase(session, id));

  customElements.define("key-state", class extends HTMLElement {
    #root = seal(this);
    #button = make("button", { type: "button", class: "button button-quiet", "data-testid": "key-state", onclick: () => this.#clicked() });
    #said = make("span", { class: "unseen", role: "status", "data-testid": "key-said" });
    #ended = null;

    connectedCallback() {
      this.#root.replaceChildren(this.#button, this.#said);
      this.#ended = session.onchange(() => this.#show());
      this.#show();
      session.load().catch(() => this.#show());
    }

    disconnectedCallback() {
      this.#ended();
    }

    #show() {
      const { state, until, endsSoon } = session;
      const [symbol, text, does] = {
        unknown: ["lock", "Keys", "go to your keys"],
        none: ["warning", "No key yet", "make your key pair"],
        pending: ["warning", "Key pending", "it waits for approval"],
        locked: ["lock", "Locked", "unlock your key"],
        unlocked: ["unlock", endsSoon ? "Locks in 1 min" : until && `Until ${time.format(until)}`, "your key is unlocked, lock it now"],
      }[state];
      const label = `${text}: ${does}`;
      this.dataset.state = endsSoon ? "ending" : state;
      // Announced once: the text stays the same until it changes.
      const said = endsSoon ? "Your key locks itself in a minute. Press any key to keep it unlocked." : "";
      if (this.#said.textContent !== said) this.#said.textContent = said;
      this.#button.setAttribute("aria-label", label);
      this.#button.title = label;
      this.#button.replaceChildren(icon(symbol), make("span", { class: "label" }, text));
    }

    async #clicked() {
      if (session.state === "unlocked") session.lock();
      else if (session.state === "locked") await session.unlock();
      else goToKeys();
    }
  });

  customElements.define("unlock-dialog", UnlockDialog);
}

let asking = null;

/** Asks once however many ask; the focus goes back to where it was. */
function askPassphrase(session, id) {
  asking ??= (async () => {
    const dialog = document.createElement("unlock-dialog");
    document.body.append(dialog);
    try {
      return await dialog.ask(session, id);
    } finally {
      dialog.remove();
      asking = null;
    }
  })();
  return asking;
}

class UnlockDialog extends HTMLElement {
  #root = seal(this);
  #session = null;
  #done = null;
  #dialog = null;
  #choice = null;
  #passphrase = null;
  #fault = null;

  /** True once a key was unlocked, false when the dialog was closed. */
  ask(session, id) {
    return new Promise((done) => {
      [this.#session, this.#done] = [session, done];
      this.#build(id);
      this.#dialog.showModal();
      (this.#passphrase ?? this.#dialog.querySelector("a, button")).focus();
    });
  }

  #build(id) {
    const keys = this.#session.unlockable.filter((key) => id === null || key.id === id);
    this.#fault = make("p", { id: "fault", class: "fault", role: "alert", "data-testid": "unlock-fault" });
    this.#dialog = make("dialog", { "aria-labelledby": "title", class: "narrow", onclose: () => this.#end(false), "data-testid": "unlock" },
      make("h2", { id: "title" }, keys.length > 0 ? "Unlock your key" : "You have no key to unlock"),
      ...(keys.length > 0 ? this.#form(keys) : this.#without()));
    this.#root.replaceChildren(this.#dialog);
  }

  #form(keys) {
    this.#passphrase = make("input", {
      id: "passphrase", type: "password", autocomplete: "new-password", required: true, maxlength: 1024, "aria-describedby": "fault",
      "data-testid": "unlock-passphrase",
    });
    this.#choice = make("select", { id: "key", "data-testid": "unlock-key" },
      ...keys.map(({ id, fingerprint, createdAt }) => make("option", { value: id }, `${inBlocks(fingerprint.slice(0, 16))} …, made ${day.format(new Date(createdAt))}`)));
    return [
      make("p", { class: "muted" }, "Values are decrypted and changes are signed in this tab, with a key that only your passphrase opens."),
      make("form", { method: "dialog", onsubmit: (event) => this.#submit(event) },
        keys.length > 1 ? make("div", { class: "field" }, make("label", { for: "key" }, "Key"), this.#choice) : null,
        make("div", { class: "field" }, make("label", { for: "passphrase" }, "Passphrase"), this.#passphrase, this.#fault),
        make("div", { class: "buttons" },
          make("button", { class: "button button-primary", "data-testid": "unlock-submit" }, "Unlock"),
          make("button", { class: "button", type: "button", onclick: () => this.#dialog.close(), "data-testid": "unlock-cancel" }, "Cancel"))),
    ];
  }

  #without() {
    return [
      make("p", { class: "muted" }, "Make a key pair, import one, or approve the one that waits, on the page of your keys."),
      make("div", { class: "buttons" },
        make("a", { class: "button button-primary", href: "account/keys", onclick: (event) => this.#leave(event), "data-testid": "unlock-make" }, "Go to your keys"),
        make("button", { class: "button", type: "button", onclick: () => this.#dialog.close(), "data-testid": "unlock-cancel" }, "Cancel")),
    ];
  }

  #leave(event) {
    goToKeys(event);
    this.#dialog.close();
  }

  async #submit(event) {
    event.preventDefault();
    const button = this.#dialog.querySelector(".button-primary");
    if (button.disabled) return;
    button.disabled = true;
    button.textContent = "Unlocking";
    this.#fault.replaceChildren();
    try {
      const record = this.#session.unlockable.find(({ id }) => id === this.#choice.value);
      await this.#session.open(record, this.#passphrase.value);
      this.#end(true);
    } catch {
      this.#fault.replaceChildren(icon("warning"), " ", "The passphrase does not open this key.");
      this.#passphrase.setAttribute("aria-invalid", "true");
      this.#passphrase.value = "";
      this.#passphrase.focus();
    } finally {
      button.disabled = false;
      button.textContent = "Unlock";
    }
  }

  #end(unlocked) {
    if (this.#passphrase) this.#passphrase.value = "";
    const done = this.#done;
    this.#done = null;
    if (this.#dialog.open) this.#dialog.close();
    done?.(unlocked);
  }
}
