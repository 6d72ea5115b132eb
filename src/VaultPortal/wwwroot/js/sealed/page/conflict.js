// What somebody else saved while the same was changed here: both sides, and a decision for each. Values are masked until they are looked at.
import { icon, make } from "../../sealed.js";
import { relatively } from "./time.js";
import { makeField } from "./field.js";
import { decide } from "./merge.js";
import { wordOfField, wordOfItem } from "./templates.js";

export class Conflicts {
  #about;
  #open;
  #said = make("p", { role: "status", "data-testid": "conflict-said" });

  /**
   * `about`: `conflicts`, `version`, `edits`, `item`, `past(conflict)` (the value before, of a field that they deleted), `update(change)`,
   * `settled()`, `key(event)`, `close()`.
   */
  constructor(about) {
    this.#about = about;
    this.#open = new Set(about.conflicts);
    this.element = make("section", { class: "conflicts", tabindex: -1, role: "region", "aria-label": "Changes of somebody else", "data-testid": "conflicts" },
      make("div", { class: "notice notice-warn" }, icon("warning"), make("div", {},
        make("strong", {}, `Somebody saved version ${about.version} while you were editing.`), this.#said),
        make("div", { class: "notice-end" })),
      ...about.conflicts.map((conflict) => this.#card(conflict)));
    this.#say();
  }

  /** How many are still to be decided. */
  get count() { return this.#open.size; }

  focus() {
    this.element.focus();
  }

  #say() {
    const { count } = this;
    const total = this.#about.conflicts.length;
    this.#said.textContent = count > 0
      ? `What does not touch the same thing was put together. ${count === 1 ? "One change needs" : `${count} changes need`} your decision before you save.`
      : total > 0 ? "Everything is decided. Look at it and save: that makes one new version."
      : "Nothing of it touches what you changed, and your changes stand on top of it. Look at it and save.";
    if (count === 0) {
      this.element.querySelector(".notice-end").replaceChildren(make("button", {
        type: "button", class: "button", "data-testid": "conflicts-close", onclick: () => this.#about.close(),
      }, "Close"));
    }
  }

  #card(conflict) {
    const { what, mine, theirs } = conflict;
    const title = what === "field" ? `Field “${(theirs ?? mine).name}”` : { name: "Name", type: "Type", websites: "Websites", expiry: "Expiry", order: "Order of the fields" }[what];
    const card = make("div", { class: "conflict", role: "group", "aria-label": title, "data-testid": "conflict" });
    const side = (name, content, choice, verb) => make("div", { class: "conflict-side" },
      make("h4", {}, name), ...content,
      make("button", { type: "button", class: "button", "aria-pressed": "false", "data-testid": `take-${choice}`, onclick: (event) => event.isTrusted && this.#choose(card, conflict, choice) }, verb));
    card.append(make("h3", {}, title), make("div", { class: "conflict-sides" },
      side("Yours", this.#content(conflict, "mine"), "mine", "Keep mine"),
      side("Theirs", this.#content(conflict, "theirs"), "theirs", "Take theirs")));
    return card;
  }

  #content(conflict, whose) {
    const value = conflict[whose];
    switch (conflict.what) {
      case "field": return this.#fieldContent(conflict, whose);
      case "type": return [make("p", {}, wordOfItem(value))];
      case "websites": return [make("p", {}, value.join(", ") || "None")];
      case "expiry": return [make("p", {}, value === null ? "Never" : relatively(value))];
      case "order": return [make("p", {}, this.#names(value))];
      default: return [make("p", {}, value)];
    }
  }

  #names(ids) {
    const { fields } = this.#about.edits.present;
    return ids.map((id) => fields.find((field) => field.id === id)?.name).filter(Boolean).join(", ");
  }

  #fieldContent({ id, mine, theirs, before }, whose) {
    const field = whose === "mine" ? mine : theirs;
    if (field === null || field.removed) return [make("p", { class: "muted" }, "Deleted")];
    const facts = [`${wordOfField(field.type)}, labelled “${field.name}”`];
    if (whose === "mine" && mine.value === undefined) {
      return [make("p", {}, facts[0]), make("p", { class: "muted" }, theirs === null ? "With the value that it had." : "You did not change its value: with theirs.")];
    }
    const { item } = this.#about;
    const hasValue = whose === "mine" ? mine.value !== null : theirs.hasValue;
    const shown = makeField({
      label: () => `${field.name}, ${whose === "mine" ? "yours" : "theirs"}`, type: () => field.type,
      has: () => (whose === "theirs" && theirs.expired ? "expired" : hasValue ? "value" : "empty"),
      read: async () => (whose === "theirs" ? item.reveal(id) : typeof mine.value === "string" ? mine.value : JSON.stringify(mine.value.description)),
      key: (event) => this.#about.key(event),
      download: () => Promise.reject(new Error(before.name)),
    });
    return [make("p", {}, facts[0]), shown.element];
  }

  async #choose(card, conflict, choice) {
    const needsPast = choice === "mine" && conflict.theirs === null && conflict.what === "field" && conflict.mine.value === undefined && conflict.before.hasValue;
    const value = needsPast ? await this.#about.past(conflict) : undefined;
    if (choice === "mine") {
      this.#about.update((edits) => edits.set(decide(edits.present, conflict, "mine", value)));
    } else if (!this.#open.has(conflict)) {
      this.#about.update((edits) => this.#takeBack(edits, conflict));
    }
    this.#open.delete(conflict);
    for (const button of card.querySelectorAll("[aria-pressed]")) button.setAttribute("aria-pressed", String(button.dataset.testid === `take-${choice}`));
    card.classList.add("conflict-decided");
    this.#say();
    this.#about.settled();
  }

  /** Theirs after mine was chosen first. */
  #takeBack(edits, { what, id, theirs }) {
    if (what === "field" && theirs !== null) edits.revert(id);
    else if (what === "expiry") edits.set({ expiresAt: theirs });
    else if (what === "order") edits.set({ fields: theirs.map((fieldId) => edits.field(fieldId)).filter(Boolean).concat(edits.present.fields.filter((field) => !theirs.includes(field.id))) });
    else if (what !== "field") edits.set({ [what]: theirs });
  }
}
