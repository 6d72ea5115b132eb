// The fields of the forms that hold values. Each has an element, reads what was typed, and shows what is wrong with it beside it.
import { decisionOf, lengthOf, problemOfExpiry, wordsOfDecision, wordsOfLength } from "./expiry-decision.js";
import { icon, make } from "./sealed.js";

class Field {
  constructor(name, label, control, { hint = null, extra = null, after = null } = {}) {
    this.name = name;
    this.control = control;
    control.id = name;
    control.setAttribute("aria-describedby", `${name}-note`);
    control.setAttribute("data-testid", `form-${name}`);
    this.hint = hint;
    this.note = make("div", { id: `${name}-note`, class: "hint" }, hint ?? "");
    this.element = make("div", { class: "field" }, make("label", { for: name }, label), extra, control, after, this.note);
  }

  /** Null where nothing is to be sent. */
  read() {
    return this.control.value;
  }

  fault(message) {
    this.control.setAttribute("aria-invalid", "true");
    this.note.className = "fault";
    this.note.setAttribute("role", "alert");
    this.note.setAttribute("data-testid", `fault-${this.name}`);
    this.note.replaceChildren(icon("warning"), " ", message);
  }

  clear() {
    this.control.removeAttribute("aria-invalid");
    this.note.className = "hint";
    this.note.removeAttribute("role");
    this.note.replaceChildren(this.hint ?? "");
  }

  focus() {
    this.control.focus();
  }
}

export class TextField extends Field {
  constructor(name, label, { hint, value = "", mono = false, ...attributes } = {}) {
    const control = make("input", { type: "text", autocomplete: "off", autocapitalize: "none", spellcheck: "false", class: mono ? "mono" : false, ...attributes });
    control.value = value;
    super(name, label, control, { hint });
    this.#first = value;
    this.required = attributes.required;
  }

  #first;

  get changed() {
    return this.control.value !== this.#first;
  }

  read() {
    if (this.required && this.control.value === "") throw new Missing(this, "Fill this in.");
    return this.control.value;
  }
}

/** One thing a line; empty lines count for nothing. */
export class LinesField extends Field {
  constructor(name, label, { hint } = {}) {
    super(name, label, make("textarea", { rows: 3, class: "mono", autocomplete: "off", spellcheck: "false" }), { hint });
  }

  read() {
    return this.control.value.split("\n").map((line) => line.trim()).filter((line) => line !== "");
  }
}

export class NumberField extends Field {
  constructor(name, label, { hint, value, min, max, unit }) {
    const control = make("input", { type: "number", min, max, step: 1, required: true });
    control.value = value;
    super(name, label, control, { hint: hint ?? `${unit}, ${min} to ${max}` });
    Object.assign(this, { min, max });
  }

  read() {
    const number = this.control.valueAsNumber;
    if (!Number.isInteger(number) || number < this.min || number > this.max) throw new Missing(this, `A whole number from ${this.min} to ${this.max}.`);
    return number;
  }
}

export class ChoiceField extends Field {
  constructor(name, label, choices, { hint, value, onchange } = {}) {
    const control = make("select", {}, ...choices.map(([key, says]) => make("option", { value: key }, says)));
    control.value = value ?? choices[0][0];
    super(name, label, control, { hint });
    if (onchange) control.addEventListener("change", () => onchange(control.value));
  }
}

export class CheckField {
  constructor(name, label, { hint, value = false } = {}) {
    this.name = name;
    this.first = value;
    this.control = make("input", { type: "checkbox", id: name, "aria-describedby": `${name}-note`, "data-testid": `form-${name}` });
    this.control.checked = value;
    this.element = make("div", { class: "field" },
      make("label", { class: "check", for: name }, this.control, label),
      make("div", { id: `${name}-note`, class: "hint" }, hint ?? ""));
  }

  get changed() {
    return this.control.checked !== this.first;
  }

  read() {
    return this.control.checked;
  }

  clear() {}

  focus() {
    this.control.focus();
  }
}

/** What has to be filled in before anything is sent. */
export class Missing extends Error {
  constructor(field, message) {
    super(message);
    this.field = field;
  }
}

const alphabets = {
  letters: ["Letters and digits", "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"],
  symbols: ["Letters, digits, symbols", "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$%&()*+,-./:;<=>?@[]^_{|}~"],
  hex: ["Hexadecimal", "0123456789abcdef"],
  base64url: ["base64url", "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"],
};

/** Characters drawn evenly: a byte beyond the last whole multiple of the alphabet's length is drawn again. */
function generate(length, alphabet) {
  const even = 256 - (256 % alphabet.length);
  let text = "";
  while (text.length < length) {
    for (const byte of crypto.getRandomValues(new Uint8Array(length))) {
      if (byte < even && text.length < length) text += alphabet[byte % alphabet.length];
    }
  }
  return text;
}

/** A value, hidden as it is typed; several lines are allowed, as keys and certificates have them. */
export class ValueField extends Field {
  constructor(name, label, { hint, required = true, rows = 3 } = {}) {
    const control = make("textarea", {
      rows, class: "mono masked", autocomplete: "off", autocapitalize: "none", autocorrect: "off", spellcheck: "false",
      translate: "no", wrap: "off",
    });
    const length = make("input", { type: "number", value: 32, min: 8, max: 512, "aria-label": "Length to generate", "data-testid": `form-${name}-length` });
    const alphabet = make("select", { "aria-label": "Characters to generate from", "data-testid": `form-${name}-alphabet` },
      ...Object.entries(alphabets).map(([key, [says]]) => make("option", { value: key }, says)));
    const show = make("button", { type: "button", class: "button", "data-testid": `form-${name}-show` });
    const draw = make("button", { type: "button", class: "button", "data-testid": `form-${name}-generate` }, icon("dice"), "Generate");
    const tools = make("div", { class: "buttons tools" }, show,
      make("span", { class: "together" }, draw, length, alphabet));
    super(name, label, control, { hint, after: tools });
    Object.assign(this, { required, show });
    this.#mask(true);
    show.addEventListener("click", () => this.#mask(!control.classList.contains("masked")));
    draw.addEventListener("click", () => {
      const count = Math.min(512, Math.max(8, length.valueAsNumber || 32));
      length.value = count;
      control.value = generate(count, alphabets[alphabet.value][1]);
      this.note.className = "hint";
      this.note.setAttribute("role", "status");
      this.note.textContent = `Generated ${count} characters.`;
    });
  }

  #mask(hidden) {
    this.control.classList.toggle("masked", hidden);
    this.show.replaceChildren(icon(hidden ? "show" : "hide"), hidden ? "Show" : "Hide");
  }

  get changed() {
    return this.control.value !== "";
  }

  read() {
    if (this.required && this.control.value === "") throw new Missing(this, "Fill this in, or generate one.");
    return this.control.value;
  }

  /** Once it is sent, nothing of it stays here. */
  forget() {
    this.control.value = "";
  }
}

const days = 24 * 60 * 60 * 1000;

/** A moment in the browser's zone, sent as UTC; empty = none. What a policy decides `about` such an object is said below it. */
export class ExpiryField extends Field {
  constructor(name, label, { value = null, hint, about = null, isNew = false } = {}) {
    const control = make("input", { type: "datetime-local", step: 60 });
    const presets = make("div", { class: "buttons tools", role: "group", "aria-label": `${label}: presets` });
    super(name, label, control, { hint, after: presets });
    for (const count of [30, 90, 365]) {
      presets.append(make("button", { type: "button", class: "button", onclick: () => this.#set(new Date(Date.now() + count * days)), "data-testid": `form-${name}-${count}` }, `In ${count} days`));
    }
    presets.append(make("button", { type: "button", class: "button", onclick: () => this.#set(null), "data-testid": `form-${name}-none` }, "None"));
    this.#set(value ? new Date(value) : null);
    this.#first = control.value;
    if (about) this.#obey(about, isNew, presets);
  }

  #first;
  #decision = null;

  get changed() {
    return this.control.value !== this.#first;
  }

  read() {
    if (this.control.validity.badInput) throw new Missing(this, "Finish the date and time, or choose None.");
    const moment = this.control.value === "" ? null : new Date(this.control.value).toISOString();
    const problem = this.changed || this.#first === "" ? problemOfExpiry(this.#decision, moment) : null;
    if (problem) throw new Missing(this, problem);
    return moment;
  }

  /** Asks for the policy and shows it; a form for something new begins with its default, unless somebody chose meanwhile. */
  async #obey(about, isNew, presets) {
    const decision = await decisionOf(about);
    if (decision === null) return;
    this.#decision = decision;
    this.hint = `${this.hint} ${wordsOfDecision(decision)}`;
    if (!this.control.hasAttribute("aria-invalid")) this.clear();
    const usual = decision.defaultLifetime ?? decision.longestLifetime;
    if (usual) {
      presets.prepend(make("button", {
        type: "button", class: "button", onclick: () => this.#set(new Date(Date.now() + lengthOf(usual))), "data-testid": `form-${this.name}-policy`,
      }, `In ${wordsOfLength(usual)}, as the policy`));
    }
    if (isNew && usual && !this.changed) {
      this.#set(new Date(Date.now() + lengthOf(usual)));
      this.#first = this.control.value;
    }
  }

  #set(moment) {
    if (moment === null) {
      this.control.value = "";
      return;
    }
    const local = new Date(moment.getTime() - moment.getTimezoneOffset() * 60_000);
    this.control.value = local.toISOString().slice(0, 16);
  }
}

/** Permissions in groups, each with what it allows. */
export class PermissionsField {
  constructor(name, label, groups) {
    this.name = name;
    this.note = make("p", { class: "hint", id: `${name}-note` }, "Give a key as little as its machine needs.");
    this.sets = groups.map((group, at) => {
      const boxes = group.permissions.map(({ name: value, says }) =>
        make("label", { class: "check" },
          make("input", { type: "checkbox", value, "data-testid": `permission-${value}` }),
          make("span", {}, make("span", { class: "mono" }, value), make("span", { class: "hint" }, says))));
      const all = make("button", { type: "button", class: "button button-quiet", "data-testid": `permissions-all-${at}`, "aria-label": `All of ${group.name}` }, "All");
      const set = make("fieldset", { class: "permissions" }, make("legend", {}, group.name), all, ...boxes);
      all.addEventListener("click", () => {
        const inputs = [...set.querySelectorAll("input")];
        const on = inputs.some((input) => !input.checked);
        for (const input of inputs) input.checked = on;
      });
      return { set, secrets: group.secrets };
    });
    this.element = make("div", { class: "field", role: "group", "aria-labelledby": `${name}-label`, "aria-describedby": `${name}-note` },
      make("div", { class: "label", id: `${name}-label` }, label), this.note, ...this.sets.map(({ set }) => set));
  }

  /** A key for environment secrets has no other permissions than theirs. */
  onlySecrets(only) {
    for (const { set, secrets } of this.sets) {
      set.hidden = only && !secrets;
      if (set.hidden) for (const input of set.querySelectorAll("input")) input.checked = false;
    }
  }

  read() {
    const chosen = [...this.element.querySelectorAll("input:checked")].map((input) => input.value);
    if (chosen.length === 0) throw new Missing(this, "Choose at least one permission.");
    return chosen;
  }

  fault(message) {
    this.note.className = "fault";
    this.note.setAttribute("role", "alert");
    this.note.setAttribute("data-testid", `fault-${this.name}`);
    this.note.replaceChildren(icon("warning"), " ", message);
  }

  clear() {
    this.note.className = "hint";
    this.note.removeAttribute("role");
    this.note.textContent = "Give a key as little as its machine needs.";
  }

  focus() {
    this.element.querySelector("input").focus();
  }
}

/** Some of several things, one at least. */
export class ChecksField {
  constructor(name, label, choices, { hint }) {
    Object.assign(this, { name, hint });
    this.note = make("p", { class: "hint", id: `${name}-note` }, hint);
    this.element = make("div", { class: "field", role: "group", "aria-labelledby": `${name}-label`, "aria-describedby": `${name}-note` },
      make("div", { class: "label", id: `${name}-label` }, label), this.note,
      ...choices.map(({ name: value, says }) =>
        make("label", { class: "check" },
          make("input", { type: "checkbox", value, "data-testid": `form-${name}-${value}` }),
          make("span", {}, make("span", { class: "mono" }, value), " ", make("span", { class: "hint" }, says)))));
  }

  read() {
    const chosen = [...this.element.querySelectorAll("input:checked")].map((input) => input.value);
    if (chosen.length === 0) throw new Missing(this, "Choose at least one.");
    return chosen;
  }

  fault(message) {
    this.note.className = "fault";
    this.note.setAttribute("role", "alert");
    this.note.setAttribute("data-testid", `fault-${this.name}`);
    this.note.replaceChildren(icon("warning"), " ", message);
  }

  clear() {
    this.note.className = "hint";
    this.note.removeAttribute("role");
    this.note.textContent = this.hint;
  }

  focus() {
    this.element.querySelector("input").focus();
  }
}
