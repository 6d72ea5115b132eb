// Finds people and agents by name. What the server answers is a proposal: whose keys they are is compared by the person.
import { icon, make } from "../../sealed.js";
import { Missing } from "../../form-fields.js";
import { receives } from "../key-directory.js";

const delay = 200;

export class PrincipalField {
  #transport;
  #isTaken;
  #onchoose;
  #chosen = null;
  #asked = 0;
  #later = null;

  constructor(name, label, transport, { isTaken, onchoose }) {
    this.name = name;
    [this.#transport, this.#isTaken, this.#onchoose] = [transport, isTaken, onchoose];
    this.control = make("input", {
      id: name, type: "search", autocomplete: "off", spellcheck: "false", placeholder: "Name or e-mail address", "aria-describedby": `${name}-note`,
      "data-testid": `form-${name}`, oninput: () => this.#typed(),
    });
    this.note = make("div", { id: `${name}-note`, class: "hint", role: "status" });
    this.list = make("div", { class: "principals", role: "radiogroup", "aria-label": "People and agents found" });
    this.element = make("div", { class: "field" }, make("label", { for: name }, label), this.control, this.list, this.note);
    this.#find("");
  }

  read() {
    if (this.#chosen === null) throw new Missing(this, "Choose a person or an agent.");
    if (!this.#chosen.keys.some((key) => receives(key))) throw new Missing(this, keyless(this.#chosen));
    return this.#chosen;
  }

  fault(message) {
    this.note.className = "fault";
    this.note.setAttribute("data-testid", `fault-${this.name}`);
    this.note.replaceChildren(icon("warning"), " ", message);
  }

  clear() {
    this.note.className = "hint";
    this.note.replaceChildren();
  }

  focus() {
    this.control.focus();
  }

  #typed() {
    clearTimeout(this.#later);
    this.#later = setTimeout(() => this.#find(this.control.value.trim()), delay);
  }

  async #find(q) {
    const asked = this.#asked += 1;
    try {
      const { principals } = await this.#transport.get(`../principals?q=${encodeURIComponent(q)}`);
      if (asked === this.#asked) this.#show(principals, q);
    } catch (refusal) {
      if (asked === this.#asked) this.fault(refusal.message);
    }
  }

  #show(principals, q) {
    const hadFocus = this.list.matches(":focus-within");
    this.list.replaceChildren(...principals.map((principal) => this.#option(principal)));
    // Who was chosen while the answer was on its way stays chosen.
    const kept = this.list.querySelector(":checked");
    if (this.#chosen !== null && kept === null) this.#choose(null);
    if (hadFocus) (kept ?? this.control).focus();
    if (this.#chosen === null) this.clear();
    if (principals.length === 0) this.note.textContent = q === "" ? "There is nobody else." : `Nobody is called “${q}”.`;
  }

  #option(principal) {
    const { type, id, name, owner } = principal;
    const taken = this.#isTaken(principal);
    const input = make("input", {
      type: "radio", name: "principal-found", value: id, disabled: taken, "data-testid": `principal-${id}`, onchange: () => this.#choose(principal),
    });
    input.checked = this.#chosen?.id === id;
    const ownerName = owner?.name ?? owner;
    const about = type === "AGENT" ? `Agent${ownerName ? ` of ${ownerName}` : ""}` : "Person";
    return make("label", { class: "check principal" }, input, icon(type === "AGENT" ? "agent" : "person"),
      make("span", {}, name, make("span", { class: "hint" }, taken ? `${about}, is a member already` : about)));
  }

  #choose(principal) {
    this.#chosen = principal;
    this.clear();
    if (principal !== null && !principal.keys.some((key) => receives(key))) this.fault(keyless(principal));
    Promise.resolve(this.#onchoose(principal)).catch((error) => this.fault(error.message));
  }
}

const keyless = ({ type, name, keys }) => (keys.length > 0
  ? `${name} has no key left that has not expired, and needs another one first.`
  : type === "AGENT" ? `${name} has no registered key yet. It registers one with its API key first.`
  : `${name} has no key yet, and has to make a key pair first: in the account menu, under the keys.`);
