// What an item is besides its fields: name, type, websites, group, expiry; each edited where it stands.
import { icon, make } from "../../sealed.js";
import { askExpiry, expiryChip } from "./expiry.js";
import { itemTypes, wordOfItem } from "./templates.js";

export class About {
  #about;
  #name = null;
  #type = null;
  #websites = null;
  #group = null;
  #expiry = make("dd");
  #faults = {};

  /** `about`: `root`, `readonly`, `isNew`, `edits`, `update(change)`, `groups`, `groupId`, `moveTo(groupId)` (null where it cannot be moved), `vaultId`. */
  constructor(about) {
    this.#about = about;
    this.element = make("dl", { class: "item-about", "data-testid": "item-about" });
    this.#build();
    this.refresh();
  }

  focus() {
    this.#name?.focus();
  }

  refresh() {
    const { edits, readonly, groupId } = this.#about;
    const state = edits.present;
    const changed = new Set(this.#about.isNew ? [] : edits.changes.filter(({ fieldId }) => fieldId === undefined).map(({ what }) => what));
    if (!readonly) {
      if (this.#name.value !== state.name) this.#name.value = state.name;
      if (this.#type.value !== state.type) this.#type.value = state.type;
      if (!same(linesOf(this.#websites.value), state.websites)) this.#websites.value = state.websites.join("\n");
      this.#websites.rows = Math.max(1, state.websites.length);
      for (const [what, control] of [["name", this.#name], ["type", this.#type], ["websites", this.#websites]]) {
        control.classList.toggle("changed", changed.has(what));
      }
      if (this.#group) this.#group.value = groupId ?? "";
    }
    const chip = expiryChip(state.expiresAt, this.#traitsOf(state));
    this.#expiry.classList.toggle("changed", changed.has("expiry"));
    this.#expiry.replaceChildren(chip ?? make("span", { class: "muted" }, "Never"), ...(readonly ? [] : [make("button", {
      type: "button", class: "button button-quiet", "aria-label": "Set the expiry of the item", title: "Set the expiry", "data-testid": "item-expiry",
      onclick: () => this.#setExpiry(),
    }, icon("clock"))]));
  }

  /** What policies know it by. */
  #traitsOf({ type }) {
    return { kind: "vault-item", vault: this.#about.vaultId, itemType: type };
  }

  fault(what, message) {
    const note = this.#faults[what];
    note?.replaceChildren(...(message ? [icon("warning"), " ", message] : []));
    if (message) ({ name: this.#name, websites: this.#websites })[what]?.focus();
  }

  #build() {
    const { readonly, groups, groupId, moveTo, edits } = this.#about;
    const line = (label, ...content) => make("div", {}, make("dt", {}, label), content[0] instanceof HTMLElement && content[0].tagName === "DD" ? content[0] : make("dd", {}, ...content));
    const groupName = groups.find(({ id }) => id === groupId)?.name ?? "None";
    if (readonly) {
      const { name, type, websites } = edits.present;
      this.element.replaceChildren(
        line("Name", make("strong", { "data-testid": "about-name" }, name)), line("Type", wordOfItem(type)),
        line("Websites", websites.join(", ") || make("span", { class: "muted" }, "None")),
        ...(groups.length > 0 ? [line("Group", groupName)] : []), line("Expires", this.#expiry));
      return;
    }
    const update = (members, tag) => this.#about.update((now) => now.set(members, tag));
    this.#name = make("input", {
      type: "text", class: "quiet", maxlength: 255, autocomplete: "off", spellcheck: "false", "aria-label": "Name", placeholder: "Name", "data-testid": "edit-name",
      oninput: () => update({ name: this.#name.value }, "name"),
    });
    this.#type = make("select", { class: "quiet", "aria-label": "Type", "data-testid": "edit-type", onchange: () => update({ type: this.#type.value }) },
      ...itemTypes.map(([type, word]) => make("option", { value: type }, word)));
    this.#websites = make("textarea", {
      class: "quiet grows", rows: 1, autocomplete: "off", autocapitalize: "none", spellcheck: "false", "aria-label": "Websites, one a line",
      placeholder: "One address or host name a line", "data-testid": "edit-websites",
      oninput: () => update({ websites: linesOf(this.#websites.value) }, "websites"),
    });
    const fault = (what) => (this.#faults[what] = make("p", { class: "fault", role: "alert", "data-testid": `fault-${what}` }));
    this.element.replaceChildren(
      line("Name", this.#name, fault("name")), line("Type", this.#type), line("Websites", this.#websites, fault("websites")),
      ...this.#groupLine(line, groups, moveTo, groupName), line("Expires", this.#expiry));
  }

  #groupLine(line, groups, moveTo, groupName) {
    if (groups.length === 0) return [];
    if (moveTo === null) return [line("Group", groupName)];
    this.#group = make("select", {
      class: "quiet", "aria-label": "Group. Moving is signed by itself, at once", "data-testid": "edit-group",
      onchange: () => moveTo(this.#group.value || null),
    }, make("option", { value: "" }, "None"), ...groups.map(({ id, name }) => make("option", { value: id }, name)));
    return [line("Group", this.#group)];
  }

  async #setExpiry() {
    const { edits, root } = this.#about;
    const chosen = await askExpiry(root, edits.present.name ? `“${edits.present.name}”` : "the item", edits.present.expiresAt, this.#traitsOf(edits.present));
    if (chosen !== undefined) this.#about.update((now) => now.set({ expiresAt: chosen }));
  }
}

const linesOf = (text) => text.split("\n").map((line) => line.trim()).filter((line) => line !== "");
const same = (left, right) => left.join("\n") === right.join("\n");
