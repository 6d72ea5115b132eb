// One field in the list of an item: handle, icon, label, value, expiry, and what can be done with it.
import { icon, make } from "../../sealed.js";
import { menuIn } from "./dialog.js";
import { changesOfField } from "./edits.js";
import { askExpiry, expiryChip } from "./expiry.js";
import { makeField } from "./field.js";
import { fieldTypes, iconOfField, wordOfField } from "./templates.js";

const said = { new: "New", removed: "Deleted", label: "Renamed", type: "Other type", value: "New value", expiry: "Other expiry" };

export class Row {
  #about;
  #id;
  #value;
  #isEditing = false;
  #label = make("div", { class: "row-label" });
  #end = make("div", { class: "row-end" });
  #handle = null;
  #symbol = make("span", { class: "icon-type" });
  #fault = make("p", { class: "fault row-fault", role: "alert" });
  #drawn = null;

  /**
   * `about` is the editor that it stands in: `root`, `readonly`, `isNew` (of an item that is not made yet every row is open), `edits`, `update(change)`, `read(id)`, `has(id)`, `download(id, …)`,
   * `upload(…)`, `key(event, row)`, `move(id, step)`, `grab(event, row)`, `showHistory(id)`, `discarded(id)`, `vaultId`.
   */
  constructor(about, id) {
    [this.#about, this.#id] = [about, id];
    const field = () => about.edits.field(id);
    this.#value = makeField({
      label: () => field().name,
      type: () => field().type,
      has: () => about.has(id),
      read: () => about.read(id),
      typed: (value) => about.update((edits) => edits.setField(id, { value: this.#typed(value) }, `value ${id}`)),
      download: (onprogress) => about.download(id, onprogress),
      upload: (file, onprogress) => about.upload(file, onprogress),
      key: (event) => about.key(event, this),
    });
    this.#handle = about.readonly ? make("span", { class: "handle" }) : make("button", {
      type: "button", class: "button button-quiet handle", "data-testid": "field-handle", onclick: () => this.menu(),
      onpointerdown: (event) => about.grab(event, this),
    }, icon("grip"));
    this.element = make("li", { class: "edit-row", "data-testid": "edit-row", "data-field": id },
      this.#handle, this.#symbol, this.#label, make("div", { class: "row-value" }, this.#value.element, this.#fault), this.#end);
    this.refresh();
  }

  get id() { return this.#id; }
  get isEditing() { return this.#isEditing; }

  /** Draws what changed; leaves alone what is being typed into. */
  refresh() {
    const { edits } = this.#about;
    const field = edits.field(this.#id);
    const before = edits.baseField(this.#id);
    const changed = changesOfField(before, field);
    this.element.classList.toggle("row-removed", field.removed === true);
    this.element.classList.toggle("row-changed", changed.length > 0 && !this.#about.isNew);
    if (field.removed && this.#isEditing) this.done();
    if (!this.#about.readonly) {
      this.#handle.setAttribute("aria-label", `Move ${field.name}, and more. Alt and the arrow keys move it`);
      this.#handle.title = "Drag to move; click for more";
    }
    // A value is drawn anew, which hides it, only where something about it changed.
    const drawn = JSON.stringify([field.name, field.type, this.#about.has(this.#id), field.removed === true]);
    this.#symbol.replaceChildren(icon(iconOfField(field.type)));
    if (this.#isEditing) {
      this.#drawn = null;
      this.#drawEnd(field, changed);
      return;
    }
    if (drawn !== this.#drawn) this.#value.refresh();
    this.#drawn = drawn;
    this.#drawLabel(field, changed);
    this.#drawEnd(field, changed);
  }

  fault(message) {
    this.#fault.replaceChildren(...(message ? [icon("warning"), " ", message] : []));
  }

  /** Opens it for editing; `first` is what gets the focus: "label" or "value". */
  async edit(first = "value") {
    if (this.#about.readonly || this.#isEditing || this.#about.edits.field(this.#id).removed) return;
    if (!(await this.#value.edit())) return;
    this.#isEditing = true;
    this.element.classList.add("row-editing");
    this.#drawEditing();
    this.refresh();
    if (first === "label") this.#label.querySelector("input").select();
    else if (first === "value") this.#value.focus();
  }

  /** After its element was moved, which made it forget what it showed. */
  async moved() {
    if (!this.#isEditing) return;
    this.#value.close();
    if (!this.#about.isNew) this.done();
    else await this.#value.edit();
  }

  done({ focus = false } = {}) {
    if (!this.#isEditing || (this.#about.isNew && this.#about.edits.field(this.#id))) return;
    this.#isEditing = false;
    this.element.classList.remove("row-editing");
    this.#value.close();
    this.refresh();
    if (focus) this.focus();
  }

  /** What the row offers beside its buttons. */
  menu() {
    const { edits, readonly } = this.#about;
    const field = edits.field(this.#id);
    const index = edits.present.fields.findIndex(({ id }) => id === this.#id);
    const isLast = index === edits.present.fields.length - 1;
    const isShown = this.#about.has(this.#id) === "value" && !field.removed;
    const changing = readonly || field.removed;
    return menuIn(this.#about.root, field.name, [
      ...(isShown && field.type !== "FILE" ? [
        { text: "Reveal", symbol: "show", act: () => this.#value.reveal(), testid: "menu-reveal" },
        { text: "Copy", symbol: "copy", act: () => this.#value.copy(), testid: "menu-copy" }] : []),
      ...(changing ? [] : [
        { text: "Edit", symbol: "edit", act: () => this.edit(), testid: "menu-edit" },
        { text: "Move up", symbol: "up", act: () => this.#about.move(this.#id, -1), disabled: index === 0, testid: "menu-up" },
        { text: "Move down", symbol: "down", act: () => this.#about.move(this.#id, 1), disabled: isLast, testid: "menu-down" },
        { text: "Set its expiry", symbol: "clock", act: () => this.#setExpiry(), testid: "menu-expiry" }]),
      ...(field.isNew ? [] : [{ text: "History", symbol: "history", act: () => this.#about.showHistory(this.#id), testid: "menu-history" }]),
      ...(changing ? [] : [{ text: "Delete", symbol: "trash", act: () => this.remove(), testid: "menu-delete" }]),
    ], icon);
  }

  remove() {
    this.done();
    this.#about.update((edits) => edits.remove(this.#id));
    if (this.element.isConnected) this.#end.querySelector("button")?.focus();
  }

  undo() {
    this.done();
    this.#about.update((edits) => edits.revert(this.#id));
    if (this.element.isConnected) this.focus();
  }

  copy() {
    if (this.#about.has(this.#id) === "value") this.#value.copy();
  }

  focus() {
    (this.#end.querySelector("[data-testid=field-edit]") ?? (this.#isEditing ? this.#value : this.#handle)).focus();
  }

  focusHandle() {
    this.#handle.focus();
  }

  /** Typing the present value again is no change, where there was none to begin with. */
  #typed(value) {
    const before = this.#about.edits.baseField(this.#id);
    return value === "" ? (before?.hasValue ? null : before ? undefined : null) : value;
  }

  #drawLabel(field, changed) {
    const word = wordOfField(field.type);
    this.#label.replaceChildren(
      make("div", { class: "label", "data-testid": "field-label" }, field.name || "No label"),
      make("div", { class: "row-marks" },
        make("span", { class: "muted" }, word),
        ...changed.map((what) => make("span", { class: `badge ${what === "removed" ? "badge-bad" : "badge-change"}`, "data-testid": "field-changed" }, said[what]))));
  }

  #drawEditing() {
    const { edits } = this.#about;
    const { id } = { id: this.#id };
    const field = edits.field(id);
    const name = make("input", {
      type: "text", maxlength: 255, autocomplete: "off", spellcheck: "false", "aria-label": "Label", "data-testid": "label-input",
      oninput: () => this.#about.update((now) => now.setField(id, { name: name.value }, `label ${id}`)),
    });
    name.value = field.name;
    const fixed = field.type === "FILE";
    const type = make("select", { "aria-label": "Type", disabled: fixed, "data-testid": "type-input", onchange: () => this.#setType(type.value) },
      ...fieldTypes.filter(([kind]) => fixed || kind !== "FILE").map(([kind, word]) => make("option", { value: kind, selected: kind === field.type }, word)));
    this.#label.replaceChildren(make("div", { class: "row-naming" }, name, type));
  }

  async #setType(type) {
    this.#about.update((edits) => edits.setField(this.#id, { type }));
    this.#value.close();
    await this.#value.edit();
    this.#value.focus();
  }

  async #setExpiry() {
    const field = this.#about.edits.field(this.#id);
    const chosen = await askExpiry(this.#about.root, `“${field.name}”`, field.expiresAt, this.#traitsOf(field));
    if (chosen !== undefined) this.#about.update((edits) => edits.setField(this.#id, { expiresAt: chosen }));
  }

  /** What policies know it by. */
  #traitsOf(field) {
    return { kind: "field", vault: this.#about.vaultId, itemType: this.#about.edits.present.type, fieldType: field.type };
  }

  #drawEnd(field, changed) {
    const focused = this.#about.root.activeElement?.dataset.testid;
    const held = this.#end.contains(this.#about.root.activeElement);
    const button = (symbol, says, act, testid) => make("button", {
      type: "button", class: "button button-quiet", "aria-label": says, title: says, onclick: act, "data-testid": testid,
    }, icon(symbol));
    const { readonly } = this.#about;
    const buttons = [];
    if (this.#isEditing) {
      if (!this.#about.isNew) buttons.push(make("button", { type: "button", class: "button", onclick: () => this.done({ focus: true }), "data-testid": "field-done" }, icon("check"), "Done"));
    } else if (!readonly && !field.removed) {
      buttons.push(button("edit", `Edit ${field.name}`, () => this.edit(), "field-edit"));
    }
    if (changed.length > 0 && !readonly && !this.#about.isNew && !(changed[0] === "new" && this.#isEditing)) {
      buttons.push(field.removed
        ? make("button", { type: "button", class: "button", onclick: () => this.undo(), "data-testid": "field-undo" }, icon("undo"), "Undo")
        : button("undo", `Undo the changes of ${field.name}`, () => this.undo(), "field-undo"));
    }
    if (!field.isNew) buttons.push(button("history", `History of ${field.name}`, () => this.#about.showHistory(this.#id), "field-history"));
    if (!readonly && !field.removed) buttons.push(button("trash", `Delete ${field.name}`, () => this.remove(), "field-delete"));
    const chip = expiryChip(field.expiresAt, this.#traitsOf(field));
    this.#end.replaceChildren(...(chip ? [chip] : []), make("div", { class: "row-actions" }, ...buttons));
    if (held) (this.#end.querySelector(`[data-testid=${focused}]`) ?? this.#end.querySelector("button"))?.focus();
  }
}
