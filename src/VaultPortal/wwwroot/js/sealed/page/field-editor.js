// What a value is typed into, by its type. Each is `{element, focus(), forget(), mask?()}`; `typed` hears every change.
import { icon, make } from "../../sealed.js";
import { fileEditor } from "./file.js";
import { generatorPanel, qrPicker, strengthMeter } from "./tools-view.js";
import { parseTotp } from "./totp.js";

export function editorOf(type, told) {
  const made = { PASSWORD: secretEditor, SECRET: secretEditor, URL: urlEditor, NUMBER: numberEditor, TOTP: totpEditor, FILE: fileEditor }[type] ?? textEditor;
  return made(told, type);
}

const plain = { autocomplete: "off", autocapitalize: "none", autocorrect: "off", spellcheck: "false", translate: "no", writingsuggestions: "false", "data-testid": "value-input" };

function control(name, { value, label, typed }, attributes = {}) {
  const element = make(name, { ...plain, "aria-label": `Value of ${label}`, ...attributes, oninput: () => typed(element.value) });
  element.value = value;
  return element;
}

function editor(input, ...beside) {
  return {
    element: make("div", { class: "value-edit" }, input, ...beside),
    focus: () => input.focus(),
    forget: () => (input.value = ""),
  };
}

const linesOf = (value) => Math.min(12, Math.max(1, value.split("\n").length));

function textEditor(told) {
  const input = control("textarea", told, { rows: linesOf(told.value), class: "grows" });
  return editor(input);
}

/** Hidden as it is typed, with a generator and its strength. A secret may have several lines, as keys and certificates do. */
function secretEditor(told, type) {
  const input = type === "SECRET"
    ? control("textarea", told, { rows: linesOf(told.value), class: "mono masked grows", wrap: "off" })
    : control("input", told, { type: "text", class: "mono masked" });
  const meter = strengthMeter(input);
  const button = (symbol, says, testid, onclick) => make("button", {
    type: "button", class: "button button-quiet", "aria-pressed": "false", "aria-label": `${says} for ${told.label}`, title: says, "data-testid": testid, onclick,
  }, icon(symbol));
  const show = button("show", "Show what is typed", "show-typed", () => mask(!input.classList.contains("masked")));
  const mask = (hidden = true) => {
    input.classList.toggle("masked", hidden);
    show.setAttribute("aria-pressed", String(!hidden));
    show.replaceChildren(icon(hidden ? "show" : "hide"));
  };

  let panel = null;
  const place = make("div");
  const generate = button("dice", "Generate a value", "generate", () => (panel ? close() : open()));
  const open = () => {
    panel = generatorPanel({ onuse: use });
    place.replaceChildren(panel.element);
    generate.setAttribute("aria-pressed", "true");
    panel.focus();
  };
  const close = () => {
    panel?.forget();
    panel = null;
    place.replaceChildren();
    generate.setAttribute("aria-pressed", "false");
  };
  const use = (text) => {
    input.value = text;
    told.typed(text);
    meter.renew();
    close();
    input.focus();
  };
  return {
    element: make("div", { class: "value-edit" }, make("div", { class: "together" }, input, show, generate), meter.element, place),
    focus: () => input.focus(), forget: () => (close(), (input.value = "")), mask,
  };
}

function urlEditor(told) {
  const note = make("p", { class: "hint", role: "status" });
  const look = () => {
    const isOther = /^[a-z][a-z0-9+.-]*:/i.test(input.value) && !/^https?:/i.test(input.value);
    note.textContent = isOther ? "It is kept, but only addresses with http or https are opened." : "";
  };
  const input = control("input", told, { type: "url", inputmode: "url", class: "mono" });
  input.addEventListener("input", look);
  look();
  return editor(input, note);
}

function numberEditor(told) {
  return editor(control("input", told, { type: "text", inputmode: "decimal", class: "mono" }));
}

/** An otpauth address or the bare secret. */
function totpEditor(told) {
  const note = make("p", { class: "hint", role: "status", "data-testid": "totp-note" });
  const look = () => {
    if (input.value.trim() === "") {
      note.textContent = "An address that begins with otpauth://, or the key in letters and digits.";
      return;
    }
    try {
      const { issuer, account, digits, period } = parseTotp(input.value);
      note.textContent = `${[issuer, account].filter(Boolean).join(", ") || "A key"}: ${digits} digits, every ${period} s.`;
    } catch (error) {
      note.textContent = error.message;
    }
  };
  const input = control("textarea", told, { rows: 1, class: "mono grows" });
  const picker = qrPicker({
    onfound: (text) => {
      parseTotp(text);
      input.value = text;
      told.typed(text);
      look();
    },
  });
  input.addEventListener("input", look);
  input.addEventListener("paste", picker.paste);
  look();
  return editor(input, note, picker.element);
}
