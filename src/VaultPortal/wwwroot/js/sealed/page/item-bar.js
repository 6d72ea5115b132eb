// The bar below an item that was changed: how much, what will be signed, and what to do with it.
import { icon, make } from "../../sealed.js";

const counted = (number) => `${number} ${number === 1 ? "change" : "changes"}`;

export class Bar {
  #text = make("span", { class: "bar-text", "data-testid": "bar-text" });
  #buttons = [];

  /** `act`: `undo()`, `review(event)`, `discard()`, `save(event)`. */
  constructor(act) {
    const button = (text, testid, onclick, kind = "", symbol = null) => {
      const made = make("button", { type: "button", class: `button ${kind}`, onclick, "data-testid": testid }, symbol ? icon(symbol) : null, text);
      this.#buttons.push(made);
      return made;
    };
    this.element = make("div", { class: "save-bar", role: "region", "aria-label": "Unsaved changes", hidden: true, "data-testid": "save-bar" },
      this.#text,
      make("div", { class: "buttons" },
        button("Undo", "undo", act.undo, "", "undo"), button("Discard", "discard", act.discard),
        button("Review", "review", act.review), button("Save", "save", act.save, "button-primary")));
  }

  /** `version` is the next one of the detail, null where nothing that is signed changed. */
  show({ isNew, count, version, withSummary, withFiles, canUndo, unsettled, expiryOnly }) {
    this.element.hidden = count === 0;
    const signs = [
      version !== null && `signs detail version ${version}${withFiles ? ` and ${version + 1} with the files` : ""}`,
      withSummary && "the vault's summary",
    ].filter(Boolean).join(" and ");
    const words = [isNew ? "New item" : counted(count), signs || null, expiryOnly && "nothing to sign", unsettled > 0 && `${unsettled} to decide`];
    this.#text.textContent = words.filter(Boolean).join(" · ");
    const [undo, discard, review, save] = this.#buttons;
    undo.disabled = !canUndo;
    discard.disabled = false;
    review.disabled = version === null || unsettled > 0;
    save.disabled = unsettled > 0;
  }

  focusReview() {
    if (!this.element.hidden) this.#buttons[2].focus();
  }

  busy(is, text = "Save") {
    const save = this.#buttons[3];
    save.toggleAttribute("aria-busy", is);
    save.textContent = is ? text : "Save";
    for (const button of this.#buttons.slice(0, 3)) button.disabled = is || button.disabled;
  }
}
