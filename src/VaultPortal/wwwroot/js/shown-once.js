// <shown-once>: a key that nobody can show again. The page is not left before somebody says that it is stored.
import { icon, make, seal } from "./sealed.js";

class ShownOnce extends HTMLElement {
  #root = seal(this);
  #leaving = new AbortController();
  #heading = null;
  #status = null;

  /** Shows it; resolves once it is said to be stored. What is no key brings its own words. */
  show(secret, name, words = {}) {
    addEventListener("beforeunload", (event) => event.preventDefault(), { signal: this.#leaving.signal });
    return new Promise((stored) => {
      this.#build(secret, name, stored, words);
      this.#heading.focus();
    });
  }

  disconnectedCallback() {
    this.#leaving.abort();
    this.#root.replaceChildren();
  }

  #build(secret, name, stored, { title = "Store this key now", says = `The key of “${name}” is shown this once. Only its hash is kept: nobody can show it again.`, label = "The key" }) {
    this.#heading = make("h2", { tabindex: -1, "data-testid": "shown-once-title" }, title);
    this.#status = make("p", { class: "muted", role: "status", "data-testid": "shown-once-status" });
    const check = make("input", { type: "checkbox", id: "stored", "data-testid": "shown-once-stored" });
    const go = make("button", { class: "button button-primary", "data-testid": "shown-once-continue" }, "Continue");
    const form = make("form", {
      onsubmit: (event) => {
        event.preventDefault();
        if (!check.checked) {
          this.#status.textContent = "Say that you have stored it before you go on.";
          check.focus();
          return;
        }
        this.#leaving.abort();
        stored();
      },
    }, make("label", { class: "check", for: "stored" }, check, "I have stored it"), go);
    this.#root.replaceChildren(
      make("section", { class: "card once", "data-testid": "shown-once" },
        make("header", {}, icon("warning"), this.#heading),
        make("div", { class: "body" },
          make("p", {}, says),
          make("pre", { class: "value", tabindex: 0, role: "group", "aria-label": label, "data-testid": "shown-once-value" }, secret),
          make("div", { class: "buttons" },
            make("button", { type: "button", class: "button", onclick: () => this.#copy(secret), "data-testid": "shown-once-copy" }, icon("copy"), "Copy"),
            make("button", { type: "button", class: "button", onclick: () => this.#download(secret, name), "data-testid": "shown-once-download" }, icon("download"), "Download")),
          this.#status,
          form)));
  }

  async #copy(secret) {
    try {
      await navigator.clipboard.writeText(secret);
      this.#status.textContent = "Copied. Copy something else once the key is stored, so that it does not stay in the clipboard.";
    } catch {
      this.#status.textContent = "The browser did not allow copying. Select the key, or download it.";
    }
  }

  #download(secret, name) {
    save(new Blob([`${secret}\n`], { type: "text/plain" }), `${name.replace(/[^\w.-]+/g, "-")}.txt`);
    this.#status.textContent = "Downloaded. Move the file to where only its user can read it.";
  }
}

/** Hands a file to the browser. */
export function save(blob, name) {
  const address = URL.createObjectURL(blob);
  make("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}

customElements.define("shown-once", ShownOnce);
