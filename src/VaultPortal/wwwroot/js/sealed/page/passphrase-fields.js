// A new passphrase: typed twice, rated while it is typed, or drawn at random.
import { icon, make } from "../../sealed.js";
import { generatePassphrase } from "./generator.js";
import { keyLevel, rate } from "./strength.js";

export class PassphraseFields {
  #first = input("new-passphrase", "new-passphrase-strength new-passphrase-fault");
  #again = input("new-passphrase-again", "new-passphrase-again-fault");
  #strength = make("div", { id: "new-passphrase-strength", class: "strength", "data-testid": "passphrase-strength" });
  #faults = { first: fault("new-passphrase-fault"), again: fault("new-passphrase-again-fault") };
  #drawn = make("div", { class: "drawn", hidden: true });
  #visible = make("input", { type: "checkbox", id: "passphrase-visible", onchange: () => this.#show(), "data-testid": "passphrase-visible" });

  constructor() {
    this.#first.addEventListener("input", () => this.#rate());
    this.#again.addEventListener("input", () => this.#say("again", ""));
    this.element = make("div", {},
      make("div", { class: "field" },
        make("label", { for: "new-passphrase" }, "New passphrase"),
        this.#first, this.#strength, this.#faults.first,
        make("div", { class: "buttons tools" },
          make("button", { type: "button", class: "button", onclick: () => this.#draw(), "data-testid": "passphrase-draw" }, icon("dice"), "Draw one at random")),
        this.#drawn),
      make("div", { class: "field" },
        make("label", { for: "new-passphrase-again" }, "The same again"), this.#again, this.#faults.again,
        make("label", { class: "check", for: "passphrase-visible" }, this.#visible, "Show what I type")));
    this.#rate();
  }

  focus() {
    this.#first.focus();
  }

  /** The passphrase; null where it is too weak or differs, which is then said beside it. */
  read() {
    const { level } = rate(this.#first.value);
    if (this.#first.value === "") return this.#refuse("first", "Choose a passphrase.");
    if (level < keyLevel) return this.#refuse("first", "This is too easy to guess. It has to be rated “Good” at least.");
    if (this.#first.value !== this.#again.value) return this.#refuse("again", "The two differ.");
    return this.#first.value;
  }

  forget() {
    for (const field of [this.#first, this.#again]) field.value = "";
    this.#drawn.replaceChildren();
  }

  #draw() {
    const text = generatePassphrase();
    const use = () => {
      this.#first.value = text;
      this.#rate();
      this.#again.focus();
    };
    this.#drawn.hidden = false;
    this.#drawn.replaceChildren(
      make("pre", { class: "value", tabindex: 0, role: "group", "aria-label": "Drawn passphrase", "data-testid": "passphrase-drawn" }, text),
      make("p", { class: "hint" }, "Six words drawn at random. Write it down, take it, and type it once more below."),
      make("div", { class: "buttons tools" },
        make("button", { type: "button", class: "button", onclick: use, "data-testid": "passphrase-use" }, "Take this one")));
    this.#drawn.querySelector("button").focus();
  }

  #rate() {
    this.#say("first", "");
    const text = this.#first.value;
    const { bits, level, word, advice } = rate(text);
    this.#strength.dataset.level = text === "" ? "none" : level;
    this.#strength.replaceChildren(
      make("span", { class: "strength-bars", "aria-hidden": "true" }, ...[1, 2, 3, 4].map((step) => make("span", { class: text !== "" && step <= Math.max(level, 1) ? "on" : "" }))),
      make("span", {}, text === "" ? "Six words that do not belong together are easy to keep and hard to guess." : `${word}, about ${bits} bits. ${advice}`));
  }

  #show() {
    for (const field of [this.#first, this.#again]) field.type = this.#visible.checked ? "text" : "password";
  }

  #refuse(which, message) {
    this.#say(which, message);
    (which === "first" ? this.#first : this.#again).focus();
    return null;
  }

  #say(which, message) {
    const field = which === "first" ? this.#first : this.#again;
    this.#faults[which].replaceChildren(...(message ? [icon("warning"), " ", message] : []));
    if (message) field.setAttribute("aria-invalid", "true");
    else field.removeAttribute("aria-invalid");
  }
}

const input = (id, described) => make("input", {
  id, type: "password", autocomplete: "new-password", autocapitalize: "none", spellcheck: "false", maxlength: 1024, "aria-describedby": described, "data-testid": id,
});

const fault = (id) => make("p", { id, class: "fault", role: "alert", "data-testid": id });
