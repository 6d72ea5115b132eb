// Fingerprints, and their comparison outside the portal: the server's word on whose a key is counts for nothing.
import { icon, make } from "../../sealed.js";
import { Missing } from "../../form-fields.js";
import { KeyDirectory } from "../key-directory.js";
import { fingerprintOf } from "./review.js";

/** A fingerprint as somebody types or pastes it: blanks, colons and capitals do not count. */
export const typedFingerprint = (text) => text.replace(/[\s:-]/g, "").toLowerCase();

const isWhole = (text) => /^[0-9a-f]{64}$/.test(text);

/** A fingerprint with a button that copies it. */
export function copiedFingerprint(text, whose, testId) {
  const said = make("span", { class: "muted", role: "status" });
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      said.textContent = "Copied";
      setTimeout(() => (said.textContent = ""), 2000);
    } catch {
      said.textContent = "The browser did not allow copying. Select it.";
    }
  };
  return make("span", { class: "named" }, fingerprintOf(text, { "data-testid": testId }),
    make("button", { type: "button", class: "button button-quiet", "aria-label": `Copy the fingerprint of ${whose}`, onclick: copy }, icon("copy")), said);
}

/** Where a fingerprint that was told outside the portal is typed, and compared with those that are expected as it is. */
export class ComparedInput {
  constructor(id, label, fingerprints, { match, mismatch }) {
    this.fingerprints = fingerprints;
    this.control = make("input", {
      id, type: "text", class: "mono", autocomplete: "off", autocapitalize: "none", spellcheck: "false", maxlength: 200, "aria-describedby": `${id}-said`,
      "data-testid": id, oninput: () => this.#compare(match, mismatch),
    });
    this.said = make("p", { id: `${id}-said`, class: "compared", role: "status", "data-testid": `${id}-said` });
    this.element = make("div", { class: "field" }, make("label", { for: id }, label), this.control, this.said);
  }

  /** The fingerprint that was typed, where it is one of those expected; else null. */
  get matched() {
    const typed = typedFingerprint(this.control.value);
    return this.fingerprints.includes(typed) ? typed : null;
  }

  /** Whether what was typed is the fingerprint of none of them. */
  get isOther() {
    return typedFingerprint(this.control.value) !== "" && this.matched === null;
  }

  #compare(match, mismatch) {
    const typed = typedFingerprint(this.control.value);
    const matched = this.matched !== null;
    this.said.className = `compared ${matched ? "compared-good" : typed === "" ? "" : "compared-bad"}`;
    if (typed === "") this.said.replaceChildren();
    else if (matched) this.said.replaceChildren(icon("check"), " ", match);
    else if (!isWhole(typed)) this.said.replaceChildren(icon("warning"), ` Not a whole fingerprint yet: ${typed.length} of 64 characters.`);
    else this.said.replaceChildren(icon("warning"), " ", mismatch);
  }
}

/**
 * The field in which the keys of somebody are compared; it answers their fingerprints. A key counts when it was compared, or when an
 * endorsement joins it to one that was.
 */
export class ComparisonField {
  #keys = [];
  #whose = "";
  #words = null;

  constructor(name = "comparison") {
    this.name = name;
    this.note = make("p", { class: "hint", id: `${name}-note` });
    this.body = make("div", {});
    this.element = make("div", { class: "field", role: "group", "aria-label": "Comparison of fingerprints", hidden: true }, this.body, this.note);
    this.control = this.element;
  }

  /** `records` are the keys as the server describes them; each is read, and its fingerprint computed, here. */
  async show(principalId, whose, records, words = wordsFor(whose)) {
    [this.#whose, this.#words] = [whose, words];
    const directory = new KeyDirectory(records);
    this.#keys = [];
    for (const record of records.filter(({ state }) => state === "active")) {
      const key = await directory.find(record.id);
      const follows = (fingerprints) => directory.follows(key, principalId, fingerprints);
      this.#keys.push({ key, follows, claimed: await directory.claims(key, principalId), opens: record.encryptionPublicKey != null || key.algorithm === "RSA-PSS-SHA256" });
    }
    this.element.hidden = false;
    this.clear();
    this.#build();
  }

  hide() {
    this.#keys = [];
    this.element.hidden = true;
    this.body.replaceChildren();
  }

  get keys() { return this.#keys.map(({ key }) => key); }

  /** The fingerprints of all, or null while one was not compared, or another one than these was told. */
  async compared() {
    const told = new Set();
    if (this.input.isOther) return null;
    for (const { key, box } of this.#keys) if (box.checked || key.fingerprint === this.input?.matched) told.add(key.fingerprint);
    for (const { follows } of this.#keys) if (!(await follows(told))) return null;
    return this.keys.map(({ fingerprint }) => fingerprint);
  }

  read() {
    if (this.#keys.length === 0) throw new Missing(this, `${this.#whose} has no key that could be compared.`);
    return this.compared();
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
    this.note.replaceChildren();
  }

  focus() {
    (this.input?.control ?? this.element.querySelector("input"))?.focus();
  }

  #build() {
    const { title, input, match, mismatch } = this.#words;
    this.input = new ComparedInput("compare", input, this.keys.map(({ fingerprint }) => fingerprint), { match, mismatch });
    this.body.replaceChildren(
      make("div", { class: "label" }, title),
      make("ul", { class: "compared-keys" }, ...this.#keys.map((entry) => this.#keyRow(entry))),
      this.input.element);
  }

  #keyRow(entry) {
    const { key, claimed, opens } = entry;
    entry.box = make("input", { type: "checkbox", "data-testid": `compared-${key.fingerprint}` });
    return make("li", {},
      fingerprintOf(key.fingerprint, { "data-testid": "fingerprint-to-compare" }),
      make("div", { class: "hint" }, `${key.algorithm}. `,
        claimed ? "The key itself signed whose it is." : this.#words.unclaimed,
        opens ? "" : " It has no encryption key, so nothing can be wrapped to it."),
      make("label", { class: "check" }, entry.box, this.#words.tick));
  }
}

const wordsFor = (whose) => ({
  title: `What the server names as keys of ${whose}`,
  input: `Fingerprint that ${whose} told you`,
  match: `It is the fingerprint of a key of ${whose}.`,
  mismatch: `It is of none of these keys. Do not go on: ask ${whose} again, outside the portal.`,
  unclaimed: "The key did not sign whose it is: it was registered by a command or an older client.",
  tick: `I compared it with ${whose} outside the portal`,
});

/** For one's own keys on other devices. */
export const ownWords = {
  title: "What the server names as other keys of yours",
  input: "Fingerprint that your other device or your recovery kit shows",
  match: "It is the fingerprint of one of them.",
  mismatch: "It is of none of these keys. Do not go on if none of your devices shows them: retire them on the page of your keys.",
  unclaimed: "",
  tick: "I know this key: it is mine",
};
