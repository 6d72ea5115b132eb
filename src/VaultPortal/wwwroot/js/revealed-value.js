// <revealed-value data-path="…/reveal" data-name="KEY">: a value that is shown for half a minute, after a click.
import { clipboardSeconds, copyForAWhile } from "./clipboard.js";
import { icon, make, seal, tell } from "./sealed.js";
import { call } from "./step-up.js";

const shownSeconds = 30;

// The same for every value: how long one is, is nobody's business.
const mask = "•".repeat(16);

class RevealedValue extends HTMLElement {
  #root = seal(this);
  #shown = false;
  #ticking = null;
  #leaving = new AbortController();
  #value = null;
  #toggle = null;
  #copy = null;
  #left = null;
  #status = null;
  #fault = null;

  connectedCallback() {
    this.#leaving = new AbortController();
    this.#build();
    const { signal } = this.#leaving;
    document.addEventListener("visibilitychange", () => document.hidden && this.#hide("Hidden."), { signal });
    addEventListener("pagehide", () => this.#hide(""), { signal });
  }

  disconnectedCallback() {
    this.#hide("");
    this.#leaving.abort();
  }

  focus() {
    this.#toggle.focus();
  }

  #build() {
    const name = this.dataset.name;
    this.#value = make("pre", { class: "value", tabindex: 0, role: "group", "aria-label": `Value of ${name}, hidden`, "data-testid": "value" }, mask);
    this.#toggle = make("button", { type: "button", class: "button", onclick: () => this.#toggled(), "data-testid": "reveal" });
    this.#copy = make("button", { type: "button", class: "button", "aria-label": `Copy the value of ${name}`, onclick: () => this.#copied(), "data-testid": "copy-value" },
      icon("copy"), "Copy");
    this.#left = make("span", { class: "muted left", "aria-hidden": "true", "data-testid": "reveal-left" });
    this.#status = make("p", { class: "muted", role: "status", "data-testid": "reveal-status" });
    this.#fault = make("p", { class: "fault", role: "alert", "data-testid": "reveal-fault" });
    this.#root.replaceChildren(
      make("div", { class: "revealed" },
        this.#value,
        make("div", { class: "buttons" }, this.#toggle, this.#copy, this.#left),
        this.#status,
        this.#fault));
    this.#label();
  }

  #label() {
    const verb = this.#shown ? "Hide" : "Reveal";
    this.#toggle.replaceChildren(icon(this.#shown ? "hide" : "show"), verb);
    this.#toggle.setAttribute("aria-label", `${verb} the value of ${this.dataset.name}`);
    this.#value.setAttribute("aria-label", `Value of ${this.dataset.name}, ${this.#shown ? "shown" : "hidden"}`);
  }

  async #fetch() {
    this.#fault.replaceChildren();
    for (const button of [this.#toggle, this.#copy]) button.setAttribute("aria-busy", "true");
    try {
      const answer = await call("POST", this.dataset.path, this.hasAttribute("data-previous") ? { previous: true } : {});
      tell(this, "valueread");
      return (await answer.json()).value;
    } catch (refused) {
      // Not given: the dialog was closed, and that says it all.
      if (refused.code !== "step_up_required") this.#fault.replaceChildren(icon("warning"), " ", refused.message);
      return null;
    } finally {
      for (const button of [this.#toggle, this.#copy]) button.removeAttribute("aria-busy");
    }
  }

  async #toggled() {
    if (this.#toggle.hasAttribute("aria-busy")) return;
    if (this.#shown) {
      this.#hide("Hidden.");
      return;
    }

    const value = await this.#fetch();
    if (value === null || !this.isConnected) return;
    // It came too late: nobody looks at this tab any more, and what is hidden when a tab is left must not appear in one.
    if (document.hidden) {
      this.#say("Not shown: the tab was left before the value came.");
      return;
    }

    this.#shown = true;
    this.#value.textContent = value;
    this.#label();
    this.#say(`Shown. Hidden again in ${shownSeconds} seconds.`);
    const until = Date.now() + shownSeconds * 1000;
    this.#tick(until);
    this.#ticking = setInterval(() => this.#tick(until), 1000);
  }

  #tick(until) {
    const seconds = Math.ceil((until - Date.now()) / 1000);
    if (seconds <= 0) this.#hide("Hidden again.");
    else this.#left.textContent = `hidden in ${seconds} s`;
  }

  #hide(said) {
    clearInterval(this.#ticking);
    if (!this.#shown) return;
    this.#shown = false;
    this.#value.textContent = mask;
    this.#left.textContent = "";
    this.#label();
    this.#say(said);
  }

  async #copied() {
    if (this.#copy.hasAttribute("aria-busy")) return;
    const value = this.#shown ? this.#value.textContent : await this.#fetch();
    if (value === null) return;
    try {
      await copyForAWhile(value, (said) => this.#say(said));
      this.#say(`Copied. The clipboard is cleared in ${clipboardSeconds} seconds.`);
    } catch {
      this.#fault.replaceChildren(icon("warning"), " ", "The browser did not allow copying. Reveal the value and select it.");
    }
  }

  #say(text) {
    this.#status.textContent = text;
  }
}

customElements.define("revealed-value", RevealedValue);
