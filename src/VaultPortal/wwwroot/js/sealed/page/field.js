// <sealed-field>: one value, in a closed root of its own. It is fetched and decrypted when somebody looks at it, copies it or edits it,
// and forgotten after half a minute, when the key is locked and when the tab is left. There is no way to ask the element for it: who makes
// one hands over where values come from and go to, and gets functions that move it.
import { clipboardSeconds, copyForAWhile } from "../../clipboard.js";
import { icon, make, seal } from "../../sealed.js";
import { save } from "../../shown-once.js";
import { SealedError } from "../errors.js";
import { wordsFor } from "./fault.js";
import { editorOf } from "./field-editor.js";
import { describe, fileView, sizeOf } from "./file.js";
import { totpView } from "./tools-view.js";
import { code, parseTotp } from "./totp.js";

const shownSeconds = 30;

// The same for every value: how long one is, is nobody's business.
const mask = "•".repeat(16);

let Field = null;

export function defineField(session) {
  Field = class extends HTMLElement {
    #root = seal(this);
    #source;
    #view = null;
    #editor = null;
    #shown = null;
    #ticking = null;
    #connected = new AbortController();
    #box = null;
    #left = null;
    #status = null;
    #fault = null;
    #buttons = {};
    /** Counts the lockings: what was asked for before one is not shown after it. */
    #locked = 0;

    constructor(source = null, control = {}) {
      super();
      this.#source = source;
      Object.assign(control, {
        refresh: () => this.#refresh(),
        edit: () => this.#edit(),
        close: () => this.#close(),
        isEditing: () => this.#editor !== null,
        copy: () => this.#copy(),
        reveal: () => this.#toggle(),
        hide: () => this.#hide(""),
        focus: () => (this.#editor ?? this.#buttons.reveal ?? this.#buttons.download)?.focus(),
      });
    }

    connectedCallback() {
      if (this.#source === null) return;
      this.#connected = new AbortController();
      const { signal } = this.#connected;
      this.#root.addEventListener("keydown", (event) => this.#source.key?.(event), { signal });
      document.addEventListener("visibilitychange", () => document.hidden && this.#hide("Hidden."), { signal });
      addEventListener("pagehide", () => this.#hide(""), { signal });
      signal.addEventListener("abort", session.onchange(() => session.state !== "unlocked" && (this.#forget(), this.#refresh())));
      signal.addEventListener("abort", session.onlock(() => (this.#locked += 1)));
      this.#build();
    }

    disconnectedCallback() {
      this.#forget();
      this.#connected.abort();
    }

    #build() {
      this.#box = make("div", { class: "value", tabindex: 0, role: "group", translate: "no", "data-testid": "value" });
      this.#left = make("span", { class: "muted left", "aria-hidden": "true", "data-testid": "reveal-left" });
      this.#status = make("p", { class: "muted", role: "status", "data-testid": "field-status" });
      this.#fault = make("p", { class: "fault", role: "alert", "data-testid": "field-fault" });
      this.#view = make("div", { class: "sealed-value" });
      this.#root.replaceChildren(this.#view, this.#status, this.#fault);
      this.#refresh();
    }

    /** Draws it anew, hidden: its type, label or value changed. */
    #refresh() {
      if (this.#view === null) return;
      this.#hide("");
      if (this.#editor) return;
      const has = this.#source.has();
      this.#buttons = has === "value" ? this.#toolsOf(this.#source.type()) : {};
      this.#view.replaceChildren(this.#box, make("div", { class: "value-tools" }, this.#left, ...Object.values(this.#buttons)));
      this.#box.classList.toggle("value-none", has !== "value");
      this.#mask();
    }

    #toolsOf(type) {
      const name = this.#source.label();
      const tool = (key, symbol, says, act) => make("button", {
        type: "button", class: "button button-quiet", "aria-label": says, title: says, onclick: act, "data-testid": key,
      }, icon(symbol));
      const tools = {
        reveal: tool("reveal", "show", `Reveal ${name}`, () => this.#toggle()),
        copy: tool("copy-value", "copy", type === "TOTP" ? `Copy the code of ${name}` : `Copy ${name}`, () => this.#copy()),
      };
      if (type === "URL") tools.open = tool("open-url", "open", `Open ${name} in a new tab`, () => this.#open());
      if (type !== "FILE") return tools;
      return { reveal: tool("reveal", "show", `Show name and size of ${name}`, () => this.#toggle()),
        download: tool("download", "download", `Download ${name}`, () => this.#download()) };
    }

    #mask() {
      const has = this.#source.has();
      const [text, said] = {
        value: [mask, "hidden"],
        empty: ["Empty", "empty"],
        expired: ["Expired: its value is not given out", "expired"],
      }[has];
      this.#box.replaceChildren(has === "value" ? make("span", { class: "mask" }, text) : text);
      this.#box.setAttribute("aria-label", `Value of ${this.#source.label()}, ${said}`);
      const { reveal } = this.#buttons;
      if (!reveal) return;
      reveal.replaceChildren(icon("show"));
      reveal.setAttribute("aria-pressed", "false");
    }

    /** Runs something that takes a moment; says what went wrong. */
    async #attempt(button, act) {
      if (button?.hasAttribute("aria-busy")) return undefined;
      this.#fault.replaceChildren();
      this.#say("");
      button?.setAttribute("aria-busy", "true");
      try {
        return await act();
      } catch (error) {
        if (this.isConnected) this.#fault.replaceChildren(icon("warning"), " ", wordsFor(error));
        return undefined;
      } finally {
        button?.removeAttribute("aria-busy");
      }
    }

    async #read() {
      const before = this.#locked;
      const value = await this.#source.read();
      if (before !== this.#locked) throw new SealedError("The key was locked meanwhile.");
      return value;
    }

    async #toggle() {
      if (this.#shown !== null) {
        this.#hide("Hidden.");
        return;
      }
      await this.#attempt(this.#buttons.reveal, async () => {
        const value = await this.#read();
        if (!this.isConnected || this.#editor) return;
        // What is hidden when a tab is left must not appear in one that was.
        if (document.hidden) this.#say("Not shown: the tab was left before the value came.");
        else this.#show(value);
      });
    }

    #show(value) {
      const view = { TOTP: () => totpView(parseTotp(value)), FILE: () => ({ element: fileView(value) }) }[this.#source.type()];
      this.#shown = view ? view() : { element: value };
      this.#box.replaceChildren(this.#shown.element);
      this.#box.setAttribute("aria-label", `Value of ${this.#source.label()}, shown`);
      this.#buttons.reveal.replaceChildren(icon("hide"));
      this.#buttons.reveal.setAttribute("aria-pressed", "true");
      this.#say(`Shown. Hidden again in ${shownSeconds} seconds.`, { aloud: true });
      const until = Date.now() + shownSeconds * 1000;
      this.#tick(until);
      this.#ticking = setInterval(() => this.#tick(until), 1000);
    }

    #tick(until) {
      const seconds = Math.ceil((until - Date.now()) / 1000);
      if (seconds <= 0) this.#hide("Hidden again.");
      else this.#left.textContent = `${seconds} s`;
    }

    #hide(said) {
      this.#editor?.mask?.();
      if (this.#shown === null) return;
      this.#unshow();
      this.#mask();
      this.#say(said, { aloud: true });
    }

    #unshow() {
      clearInterval(this.#ticking);
      this.#shown?.stop?.();
      this.#shown = null;
      this.#box?.replaceChildren();
      if (this.#left) this.#left.textContent = "";
    }

    async #copy() {
      await this.#attempt(this.#buttons.copy, async () => {
        const value = await this.#read();
        const text = this.#source.type() === "TOTP" ? (await code(parseTotp(value))).code : value;
        try {
          await copyForAWhile(text, (said) => this.#say(said));
          this.#say(`Copied. The clipboard is cleared in ${clipboardSeconds} seconds.`);
        } catch {
          this.#fault.replaceChildren(icon("warning"), " ", "The browser did not allow copying. Reveal the value and select it.");
        }
      });
    }

    async #open() {
      await this.#attempt(this.#buttons.open, async () => {
        const address = addressOf(await this.#read());
        if (address === null) this.#say("Only addresses with http or https are opened.");
        else window.open(address, "_blank", "noopener,noreferrer");
      });
    }

    async #download() {
      await this.#attempt(this.#buttons.download, async () => {
        const { bytes, description } = await this.#source.download((done, total) => this.#say(`Downloading: ${Math.floor((100 * done) / Math.max(1, total))} %`));
        const { name } = describe(description);
        save(new Blob([bytes], { type: "application/octet-stream" }), name);
        this.#say(`Decrypted and saved: ${sizeOf(bytes.length)}. Look in the browser's downloads.`);
      });
    }

    /** Lets it be edited, beginning with the present value; answers whether it could be read. */
    async #edit() {
      if (this.#editor) return true;
      this.#hide("");
      const type = this.#source.type();
      let value = "";
      let unread = null;
      if (this.#source.has() === "value" && type !== "FILE") {
        const answer = await this.#attempt(null, async () => ({ text: await this.#read() }));
        if (answer === undefined || !this.isConnected) return false;
        value = answer.text;
      } else if (this.#source.has() === "expired") {
        unread = "Its value has expired and cannot be read. What you type replaces it.";
      }
      this.#editor = editorOf(type, {
        value, label: this.#source.label(), hasFile: this.#source.has() === "value", typed: (next) => this.#source.typed(next),
        upload: (file, onprogress) => this.#source.upload(file, onprogress),
      });
      this.#view.replaceChildren(this.#editor.element);
      if (unread !== null) this.#say(unread);
      return true;
    }

    #close() {
      this.#editor?.forget();
      this.#editor = null;
      this.#fault?.replaceChildren();
      this.#refresh();
    }

    /** Nothing that was shown or typed stays behind. Its source is not asked: that may be gone already. */
    #forget() {
      this.#unshow();
      this.#editor?.forget();
      this.#editor = null;
      this.#view?.replaceChildren();
    }

    /** What can be seen anyway is only said aloud. */
    #say(text, { aloud = false } = {}) {
      this.#status.className = aloud ? "unseen" : "muted";
      this.#status.textContent = text;
    }
  };
  customElements.define("sealed-field", Field);
}

/**
 * Makes one. `source`: `label()`, `type()`, `has()` ("value", "empty", "expired"), `read()`, `typed(value)`, `download(onprogress)`,
 * `upload(file, onprogress)`, `key(event)`. Answers `{element, refresh, edit, close, isEditing, copy, reveal, hide, focus}`.
 */
export function makeField(source) {
  const control = {};
  control.element = new Field(source, control);
  return control;
}

function addressOf(text) {
  try {
    const address = new URL(text.includes("://") ? text : `https://${text}`);
    return ["http:", "https:"].includes(address.protocol) ? address.href : null;
  } catch {
    return null;
  }
}
