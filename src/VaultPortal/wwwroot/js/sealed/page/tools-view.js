// The tools as they are seen: pieces that editors and forms put into their closed roots. Nothing of them leaves those roots.
import { icon, make } from "../../sealed.js";
import { SealedError } from "../errors.js";
import { entropyOf, generatePassphrase, generatePassword, lengths, passphraseDefaults, passwordDefaults, wordCounts } from "./generator.js";
import { largestSide, readQr } from "./qr.js";
import { levelOf, rate } from "./strength.js";
import { code } from "./totp.js";

// Several of a kind may stand in one root.
let count = 0;
const newId = (name) => `${name}-${(count += 1)}`;

const separators = [["-", "Hyphens"], [" ", "Spaces"], [".", "Full stops"], ["_", "Underscores"], ["", "Nothing"]];
const characters = [["lower", "a–z"], ["upper", "A–Z"], ["digits", "0–9"], ["symbols", "Symbols"], ["avoidAmbiguous", "No look-alikes"]];

/** Draws passwords and passphrases: `{element, focus(), forget()}`; `onuse` gets the text that was chosen. */
export function generatorPanel({ onuse }) {
  return new GeneratorPanel(onuse);
}

class GeneratorPanel {
  #onuse;
  #id = newId("generator");
  #mode = "password";
  #amounts = { password: passwordDefaults.length, passphrase: passphraseDefaults.words };
  #modes = null;
  #slider = null;
  #number = null;
  #unit = make("label", { for: `${this.#id}-length` });
  #boxes = {};
  #separator = null;
  #options = {};
  #preview = make("pre", { class: "value drawn-value", tabindex: 0, role: "group", "aria-label": "What was drawn", translate: "no", "data-testid": "generator-preview" });
  #worth = make("p", { class: "hint", role: "status", "data-testid": "generator-worth" });
  #use = null;

  constructor(onuse) {
    this.#onuse = onuse;
    this.#modes = ["password", "passphrase"].map((mode) =>
      make("input", { type: "radio", name: this.#id, value: mode, checked: mode === this.#mode, onchange: () => this.#choose(mode), "data-testid": `generator-mode-${mode}` }));
    this.#slider = make("input", { type: "range", step: 1, "aria-label": "Length", oninput: () => this.#resize(this.#slider), "data-testid": "generator-slider" });
    this.#number = make("input", { type: "number", step: 1, id: `${this.#id}-length`, oninput: () => this.#resize(this.#number), onchange: () => this.#choose(this.#mode), "data-testid": "generator-length" });
    this.#separator = make("select", { id: `${this.#id}-separator`, onchange: () => this.#draw(), "data-testid": "generator-separator" },
      ...separators.map(([value, says]) => make("option", { value }, says)));
    this.#options = { password: this.#passwordOptions(), passphrase: this.#passphraseOptions() };
    this.#use = make("button", { type: "button", class: "button", onclick: () => this.#take(), "data-testid": "generator-use" }, "Use it");
    this.element = make("div", { class: "generator", role: "group", "aria-label": "Generator", onkeydown: (event) => this.#pressed(event), "data-testid": "generator" },
      make("div", { class: "generator-drawn" }, this.#preview,
        make("button", { type: "button", class: "button button-quiet", title: "Draw another one", "aria-label": "Draw another one", onclick: () => this.#draw(), "data-testid": "generator-regenerate" }, icon("refresh"))),
      this.#worth,
      make("fieldset", { class: "plain generator-modes", "data-testid": "generator-mode" },
        make("legend", { class: "unseen" }, "What to draw"),
        ...this.#modes.map((mode, index) => make("label", {}, mode, make("span", {}, ["Password", "Passphrase"][index])))),
      make("div", { class: "generator-length" }, this.#unit, this.#slider, this.#number),
      ...Object.values(this.#options),
      make("div", { class: "buttons" }, this.#use));
    this.#choose(this.#mode);
  }

  focus() {
    this.#modes.find((mode) => mode.checked).focus();
  }

  /** Nothing of what was drawn stays here. */
  forget() {
    this.#preview.textContent = "";
  }

  #check(name, says, checked) {
    this.#boxes[name] = make("input", { type: "checkbox", checked, onchange: () => this.#draw(), "data-testid": `generator-${name}` });
    return make("label", { class: "check" }, this.#boxes[name], says);
  }

  #passwordOptions() {
    return make("fieldset", { class: "plain generator-options" },
      make("legend", { class: "unseen" }, "Characters"),
      ...characters.map(([name, says]) => this.#check(name, says, passwordDefaults[name])));
  }

  #passphraseOptions() {
    return make("fieldset", { class: "plain generator-options" },
      make("legend", { class: "unseen" }, "Words"),
      make("span", { class: "generator-separator" }, make("label", { for: `${this.#id}-separator` }, "Between words"), this.#separator),
      this.#check("capitalise", "Capitals", passphraseDefaults.capitalise),
      this.#check("digit", "A digit", passphraseDefaults.digit));
  }

  #choose(mode) {
    this.#mode = mode;
    const bounds = mode === "password" ? lengths : wordCounts;
    this.#unit.textContent = mode === "password" ? "Length" : "Words";
    this.#slider.setAttribute("aria-label", mode === "password" ? "Length" : "Number of words");
    for (const control of [this.#slider, this.#number]) {
      [control.min, control.max] = [bounds.least, bounds.most];
      control.value = this.#amounts[mode];
    }
    for (const [name, options] of Object.entries(this.#options)) options.hidden = name !== mode;
    this.#draw();
  }

  /** While a number is typed, what is out of bounds draws nothing; it is put right when the field is left. */
  #resize(control) {
    const amount = control.valueAsNumber;
    if (!(amount >= Number(control.min) && amount <= Number(control.max)) || !Number.isInteger(amount)) return;
    this.#amounts[this.#mode] = amount;
    for (const other of [this.#slider, this.#number]) if (other !== control) other.value = amount;
    this.#draw();
  }

  #read() {
    const checked = (name) => this.#boxes[name].checked;
    if (this.#mode === "password") {
      return { length: this.#amounts.password, ...Object.fromEntries(characters.map(([name]) => [name, checked(name)])) };
    }
    return { words: this.#amounts.passphrase, separator: this.#separator.value, capitalise: checked("capitalise"), digit: checked("digit") };
  }

  #draw() {
    // Words without anything between them begin with capitals, else nobody could tell them apart.
    const isBare = this.#separator.value === "";
    this.#boxes.capitalise.disabled = isBare;
    if (isBare) this.#boxes.capitalise.checked = true;
    try {
      const options = this.#read();
      this.#preview.textContent = this.#mode === "password" ? generatePassword(options) : generatePassphrase(options);
      const bits = Math.floor(entropyOf(options));
      this.#say(`${levelOf(bits).word}: ${bits} bits, drawn at random.`);
    } catch (error) {
      if (!(error instanceof SealedError)) throw error;
      this.#preview.textContent = "";
      this.#say(error.message, true);
    }
  }

  #say(text, bad = false) {
    this.#worth.className = bad ? "fault" : "hint";
    if (this.#worth.textContent !== text) this.#worth.textContent = text;
    this.#use.disabled = bad;
  }

  #take() {
    if (this.#preview.textContent !== "") this.#onuse(this.#preview.textContent);
  }

  // The form around is not sent by what is pressed in here.
  #pressed(event) {
    if (event.key === "Enter" && event.target.tagName !== "BUTTON") event.preventDefault();
  }
}

/** How strong the text of an input is, while it is typed: `{element, renew()}`; renew() after the text was set by a script. */
export function strengthMeter(input) {
  const meter = make("meter", { class: "unseen", min: 0, max: 4, low: 2, high: 3, optimum: 4, "aria-label": "Strength" });
  const bars = [1, 2, 3, 4].map(() => make("span"));
  const says = make("span");
  // Only a change of the word is read out, not every key.
  const told = make("span", { class: "unseen", "aria-live": "polite" });
  const element = make("div", { class: "strength", "data-testid": "strength" },
    make("span", { class: "strength-bars", "aria-hidden": "true" }, ...bars), meter, says, told);
  const renew = () => {
    const isEmpty = input.value === "";
    const { bits, level, word, advice } = rate(input.value);
    element.dataset.level = isEmpty ? "none" : level;
    bars.forEach((bar, index) => bar.classList.toggle("on", !isEmpty && index < Math.max(level, 1)));
    meter.value = isEmpty ? 0 : level;
    // Beyond that nobody guesses, and the estimate is lower than what a generator knows of its own draw.
    const amount = bits > 100 ? "over 100 bits" : `about ${bits} bits`;
    says.textContent = isEmpty ? "" : `${word}, ${amount}. ${advice}`;
    const tell = isEmpty ? "" : `Strength: ${word}`;
    if (told.textContent !== tell) told.textContent = tell;
  };
  input.addEventListener("input", renew);
  renew();
  return { element, renew };
}

const ringLength = 100;

function ring() {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "countdown");
  svg.setAttribute("viewBox", "0 0 20 20");
  svg.setAttribute("aria-hidden", "true");
  const [track, rest] = ["countdown-track", "countdown-rest"].map((name) => {
    const circle = document.createElementNS("http://www.w3.org/2000/svg", "circle");
    for (const [key, value] of Object.entries({ class: name, cx: 10, cy: 10, r: 8, pathLength: ringLength })) circle.setAttribute(key, value);
    return circle;
  });
  svg.append(track, rest);
  return { svg, show: (share) => rest.setAttribute("stroke-dasharray", `${ringLength * share} ${ringLength}`) };
}

/** The first half of the digits, a space, the rest: three and three, three and four, four and four. */
const grouped = (digits) => `${digits.slice(0, digits.length >> 1)} ${digits.slice(digits.length >> 1)}`;

const soon = 5;

/** The code of this moment and the seconds that it still counts, renewed until it leaves the page: `{element, stop()}`. */
export function totpView(parsed) {
  const digits = make("output", { class: "code mono", "aria-label": "One-time code", "aria-live": "off", translate: "no", "data-testid": "totp-code" });
  const left = make("span", { class: "muted left", "data-testid": "totp-left" });
  const { svg, show } = ring();
  const element = make("span", { class: "totp totp-view" }, digits, svg, left);
  let next = null;
  let wasConnected = false;
  let stopped = false;

  const stop = () => {
    stopped = true;
    clearTimeout(next);
    digits.textContent = "";
  };
  const tick = async () => {
    if (wasConnected && !element.isConnected) return stop();
    wasConnected ||= element.isConnected;
    const now = await code(parsed, Date.now());
    if (stopped) return;
    digits.textContent = grouped(now.code);
    left.textContent = `${now.secondsLeft} s`;
    element.classList.toggle("totp-soon", now.secondsLeft <= soon);
    show(now.secondsLeft / now.period);
    // At the beginning of the next second, so that a new code comes with its step and not somewhere in its first second.
    next = setTimeout(tick, 1000 - (Date.now() % 1000));
  };
  tick();
  return { element, stop };
}

const mostBytes = 32 * 1024 * 1024;

/** The pixels of an image file, at most so large as the reader takes. */
async function pixelsOf(file) {
  let image;
  try {
    image = await createImageBitmap(file);
  } catch {
    throw new SealedError("This file is not an image that the browser can open.");
  }
  try {
    const factor = Math.min(1, largestSide / Math.max(image.width, image.height));
    const [width, height] = [image.width, image.height].map((side) => Math.max(1, Math.round(side * factor)));
    const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
    context.drawImage(image, 0, 0, width, height);
    return context.getImageData(0, 0, width, height);
  } finally {
    image.close();
  }
}

const imageIn = (transfer) => Array.from(transfer?.files ?? []).find((file) => file.type.startsWith("image/"));

/**
 * Reads a QR code from an image that is chosen, dropped or pasted: `{element, focus(), paste(event)}`, the last for an input beside it.
 * `onfound` gets the text; a SealedError that it throws is shown as one of the picker's own.
 */
export function qrPicker({ onfound }) {
  const status = make("p", { class: "hint", role: "status", "data-testid": "totp-qr-status" });
  const fault = make("p", { class: "fault", role: "alert", "data-testid": "totp-qr-fault" });
  const input = make("input", { type: "file", accept: "image/*", "aria-label": "Image with a QR code", onchange: () => take(input.files[0]), "data-testid": "totp-qr" });
  const element = make("div", { class: "drop qr-picker" },
    make("p", { class: "label" }, "From a QR code"),
    input, status, fault);
  element.addEventListener("paste", paste);
  element.addEventListener("dragover", (event) => {
    event.preventDefault();
    element.classList.add("drop-over");
  });
  element.addEventListener("dragleave", () => element.classList.remove("drop-over"));
  element.addEventListener("drop", (event) => {
    event.preventDefault();
    element.classList.remove("drop-over");
    take(imageIn(event.dataTransfer) ?? event.dataTransfer.files[0]);
  });
  say("Choose an image, drop it here, or paste a screenshot. It is read in this browser and sent nowhere.");

  function paste(event) {
    const image = imageIn(event.clipboardData);
    if (image === undefined) return;
    event.preventDefault();
    take(image);
  }

  async function take(file) {
    if (!file || element.hasAttribute("aria-busy")) return;
    element.setAttribute("aria-busy", "true");
    say("Looking for a QR code.");
    let pixels = null;
    try {
      if (file.size > mostBytes) throw new SealedError("This image is too large: it has more than 32 MiB.");
      pixels = await pixelsOf(file);
      // What is said is painted before the work begins.
      await new Promise((resolve) => setTimeout(resolve, 50));
      if (!element.isConnected) return;
      onfound(readQr(pixels));
      say("The QR code was read.");
    } catch (error) {
      if (!(error instanceof SealedError)) throw error;
      say("", error.message);
    } finally {
      pixels?.data.fill(0);
      element.removeAttribute("aria-busy");
      input.value = "";
    }
  }

  function say(text, wrong = "") {
    status.textContent = text;
    fault.replaceChildren(...(wrong === "" ? [] : [icon("warning"), " ", wrong]));
  }

  return { element, focus: () => input.focus(), paste };
}
