// <sealed-history data-vault data-item data-field>: what the fields of an item were: who, when, in which version. A value of then is fetched
// and opened by itself, after a click; two are compared line by line; an old one becomes a change of today in the editor beside.
import { icon, make, seal } from "../../sealed.js";
import { fromUtf8 } from "../bytes.js";
import { SealedError } from "../errors.js";
import { canonicalText } from "../jcs.js";
import { wordsFor } from "./fault.js";
import { makeField } from "./field.js";
import { keylessClient } from "./keyless.js";
import { differenceOf } from "./review.js";
import { iconOfField, wordOfField } from "./templates.js";
import { timeOf } from "./time.js";

const shownSeconds = 30;

export function defineHistory(session, editors) {
  customElements.define("sealed-history", class extends HTMLElement {
    #root = seal(this);
    #vault = null;
    #opened = null;
    #fields = [];
    #readonly = true;
    #list = null;
    #compared = null;
    #chosen = [];
    #hiding = null;
    #ended = null;
    #status = make("p", { class: "muted", role: "status", "data-testid": "history-status" });

    async connectedCallback() {
      this.#ended = session.onchange(() => session.state !== "unlocked" && this.#forget());
      this.#root.replaceChildren(make("p", { class: "muted", role: "status" }, "Reading and checking the history."));
      try {
        this.#vault = await keylessClient(session).openVault(this.dataset.vault);
        const [instances, versions] = await Promise.all([this.#vault.history(this.dataset.item), this.#vault.detailCheckpoints(this.dataset.item)]);
        this.#readonly = !["WRITE", "ADMIN"].includes(this.#vault.accessLevel);
        this.#fields = fieldsOf(instances, versions);
        this.#build();
      } catch (error) {
        this.#root.replaceChildren(make("div", { class: "notice notice-bad", role: "alert", "data-testid": "history-fault" }, icon("warning"), make("div", {}, wordsFor(error))));
      }
    }

    disconnectedCallback() {
      this.#forget();
      this.#ended?.();
    }

    #forget() {
      this.#opened = null;
      this.#hideComparison();
    }

    /** A vault with the unlocked key; asks for the passphrase where it is locked. */
    async #unlocked() {
      if (!(await session.unlock())) throw new SealedError("Your key is locked. Unlock it to see values.");
      this.#opened ??= session.client(async () => false).openVault(this.dataset.vault);
      return this.#opened;
    }

    async #read({ fieldId, fieldInstanceId }) {
      return fromUtf8(await (await this.#unlocked()).openInstance(this.dataset.item, fieldId, fieldInstanceId));
    }

    #build() {
      const choice = make("select", { "aria-label": "Field", "data-testid": "history-field", onchange: () => this.#show(choice.value) },
        make("option", { value: "" }, "All fields"),
        ...this.#fields.map(({ id, name, isDeleted }) => make("option", { value: id, selected: id === this.dataset.field }, isDeleted ? `${name} (deleted)` : name)));
      this.#list = make("div", { "data-testid": "history-list" });
      this.#compared = make("section", { class: "comparison", hidden: true, tabindex: -1, "aria-label": "Two values compared", "data-testid": "comparison" });
      this.#root.replaceChildren(
        make("div", { class: "filters" }, choice, make("span", { class: "muted" }, "Times and names are the server's word; what stands beside a check mark was signed.")),
        this.#compared, this.#status, this.#list);
      this.#show(choice.value);
    }

    #show(fieldId) {
      this.#chosen = [];
      this.#hideComparison();
      const fields = this.#fields.filter(({ id }) => fieldId === "" || id === fieldId);
      this.#list.replaceChildren(...fields.map((field) => this.#section(field)));
      if (fields.length === 0) this.#list.replaceChildren(make("div", { class: "empty" }, "This item never had a field."));
    }

    #section({ id, name, type, isDeleted, instances }) {
      return make("section", { class: "past", "data-testid": "history-section", "data-field": id },
        make("h3", {}, icon(iconOfField(type)), " ", name, isDeleted ? make("span", { class: "badge badge-bad" }, "Deleted") : ""),
        make("ul", { class: "past-rows" }, ...instances.map((instance, index) => this.#instance(instance, instances.slice(index + 1).length > 0 || index > 0))));
    }

    #instance(instance, canCompare) {
      const { fieldName, fieldType, detailVersion, createdAt, createdBy, archivedAt, hasValue, isSigned, isLast } = instance;
      const expired = instance.expired && !instance.warnOnly;
      const state = archivedAt === null ? ["good", "Present"] : isLast ? ["bad", "Deleted"] : ["muted", "Replaced"];
      const value = makeField({
        label: () => `${fieldName}, version ${detailVersion}`, type: () => fieldType, has: () => (expired ? "expired" : hasValue ? "value" : "empty"),
        read: () => this.#read(instance),
        download: async (onprogress) => (await this.#unlocked()).downloadAsset(
          { assetId: instance.assetId, dekVersion: instance.dekVersion, description: JSON.parse(await this.#read(instance)) }, onprogress),
      });
      const act = (text, symbol, testid, onclick, more = {}) => make("button", { type: "button", class: "button", "data-testid": testid, onclick, ...more }, icon(symbol), text);
      const compare = act("Compare", "more", "compare", () => this.#choose(instance, compare), { "aria-pressed": "false", "aria-label": `Compare version ${detailVersion} of ${fieldName}` });
      const usable = hasValue && !expired;
      return make("li", { class: "past-row", "data-testid": "history-row", "data-version": detailVersion },
        make("div", { class: "past-when" },
          make("strong", {}, `Version ${detailVersion}`), make("span", { class: `badge badge-${state[0]}` }, state[1]),
          make("div", { class: "muted" }, timeOf(createdAt), " by ", createdBy.name),
          make("div", { class: isSigned ? "signed" : "fault", "data-testid": "history-signed", "data-signed": String(isSigned) },
            icon(isSigned ? "shield-check" : "shield-off"), isSigned ? ` ${wordOfField(fieldType)} “${fieldName}”` : " Not in the signed version")),
        value.element,
        make("div", { class: "buttons" },
          usable && canCompare && fieldType !== "FILE" ? compare : "",
          usable && archivedAt !== null && !this.#readonly && isSigned ? act("Restore", "undo", "restore", (event) => this.#restore(event, instance), { "aria-label": `Restore version ${detailVersion} of ${fieldName}` }) : ""));
    }

    // Comparing

    #choose(instance, button) {
      const at = this.#chosen.findIndex((chosen) => chosen.instance === instance);
      if (at >= 0) this.#chosen.splice(at, 1);
      else this.#chosen.push({ instance, button });
      if (this.#chosen.length > 2) this.#chosen.shift().button.setAttribute("aria-pressed", "false");
      button.setAttribute("aria-pressed", String(at < 0));
      this.#hideComparison();
      if (this.#chosen.length === 2) this.#compare();
      else this.#say(this.#chosen.length === 1 ? "Choose another one to compare it with." : "");
    }

    async #compare() {
      const [older, newer] = this.#chosen.map(({ instance }) => instance).toSorted((left, right) => left.detailVersion - right.detailVersion);
      this.#say("Opening both.");
      try {
        const [was, is] = await Promise.all([this.#read(older), this.#read(newer)]);
        if (!this.isConnected || session.state !== "unlocked" || document.hidden) return;
        this.#showComparison(older, newer, was, is);
        this.#say(`Both are shown, and hidden again in ${shownSeconds} seconds.`);
        this.#hiding = setTimeout(() => (this.#hideComparison(), this.#say("Hidden again.")), shownSeconds * 1000);
        document.addEventListener("visibilitychange", () => this.#hideComparison(), { once: true });
      } catch (error) {
        this.#say(wordsFor(error));
      }
    }

    #showComparison(older, newer, was, is) {
      const lines = differenceOf(was.split("\n"), is.split("\n"));
      const looks = { "+": "diff-in", "-": "diff-out", " ": "diff-same" };
      const rows = lines.map(({ sign, text }) => make("span", { class: looks[sign] }, `${sign === "-" ? "−" : sign} ${text}\n`));
      const close = make("button", { type: "button", class: "button", "data-testid": "comparison-close", onclick: () => this.#hideComparison() }, "Hide");
      this.#compared.replaceChildren(
        make("div", { class: "section-head" }, make("h3", {}, `“${newer.fieldName}”, version ${older.detailVersion} and ${newer.detailVersion}`), close),
        was === is ? make("p", {}, "The two are the same.")
          : make("pre", { class: "text-block diff", translate: "no", tabindex: 0, role: "group", "aria-label": "Difference, minus is the older one", "data-testid": "comparison-text" }, ...rows));
      this.#compared.hidden = false;
      this.#compared.focus();
    }

    #hideComparison() {
      clearTimeout(this.#hiding);
      if (this.#compared === null) return;
      this.#compared.replaceChildren();
      this.#compared.hidden = true;
    }

    // Restoring

    async #restore(event, instance) {
      if (!event.isTrusted) return;
      this.#say("Opening the old value.");
      try {
        const value = await this.#valueOf(instance);
        const { fieldId, fieldName: name, fieldType: type } = instance;
        const editor = editors.get(this.dataset.item);
        if (!editor) throw new SealedError("The editor of the item is not there. Load the page again.");
        const restored = editor.restore({ fieldId, name, type, value });
        Blazor.navigateTo(`vaults/${this.dataset.vault}/items/${this.dataset.item}`);
        await restored;
      } catch (error) {
        this.#say(wordsFor(error));
      }
    }

    /** Text as it was; of a file its attachment, sent anew where it stands under an older data key. */
    async #valueOf(instance) {
      const text = await this.#read(instance);
      if (instance.assetId === null) return text;
      const vault = await this.#unlocked();
      const kept = { assetId: instance.assetId, dekVersion: instance.dekVersion, description: JSON.parse(text) };
      if (instance.dekVersion === vault.dekVersion) return kept;
      const { bytes, description } = await vault.downloadAsset(kept);
      return vault.upload(bytes, description);
    }

    #say(text) {
      this.#status.textContent = text;
    }
  });
}

/** The instances by field, the newest first, each compared with the checkpoint of the version that it came with. */
function fieldsOf(instances, versions) {
  const signed = new Map();
  for (const { signed: { checkpoint }, error } of versions) {
    if (error) continue;
    // Of two that claim one version neither is believed.
    const isOther = signed.has(checkpoint.version) && canonicalText(signed.get(checkpoint.version)) !== canonicalText(checkpoint);
    signed.set(checkpoint.version, isOther ? null : checkpoint);
  }
  const fields = new Map();
  for (const instance of instances) {
    const { fieldId, fieldInstanceId, detailVersion } = instance;
    const entry = signed.get(detailVersion)?.fields.find(({ id }) => id === fieldId);
    const isSigned = entry?.fieldInstanceIds[0] === fieldInstanceId && (entry.assetIds[0] ?? null) === (instance.assetId ?? null) && entry.name === instance.fieldName && entry.type === instance.fieldType;
    const known = fields.get(fieldId) ?? { id: fieldId, name: instance.fieldName, type: instance.fieldType, isDeleted: instance.archivedAt !== null, instances: [] };
    known.instances.push({ ...instance, isSigned, isLast: known.instances.length === 0 });
    fields.set(fieldId, known);
  }
  return [...fields.values()];
}
