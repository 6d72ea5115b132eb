// <sealed-item data-vault data-item data-access>: an item whose signed state was verified in this browser, and the editor of it. While the
// key is locked it shows what the page put into it. Values, labels and what will be signed stand in its closed root alone; the circuit
// hears ids, versions and counts. Without data-item it makes a new item, of the type in data-type.
import { icon, make, seal, tell } from "../../sealed.js";
import { equal, fromUtf8 } from "../bytes.js";
import { SealedError } from "../errors.js";
import { askIn, menuIn } from "./dialog.js";
import { Conflicts } from "./conflict.js";
import { baseOf, Edits, emptyBase, faultsOf, newField, requestOf, stateOf } from "./edits.js";
import { relatively } from "./time.js";
import { isDistrust, wordsFor } from "./fault.js";
import { About } from "./item-about.js";
import { Bar } from "./item-bar.js";
import { Row } from "./item-row.js";
import { lockedNotice } from "./locked.js";
import { doubtful, merge } from "./merge.js";
import { reviewOf } from "./review.js";
import { isTyping, pageShortcut } from "./shortcuts.js";
import { fieldTypes, iconOfField, labelFor, templateOf } from "./templates.js";
import { Drafts } from "./drafts.js";
import { troubleOf } from "./trouble.js";

const draftDelay = 250;

// That somebody else saved shows by the version, or before, where a value is carried over that is not there any more.
const metOthers = ["checkpoint_version_conflict", "item_changed", "field_not_found"];

/** `editors` is where the history finds the editor of the same item, by its id. */
export function defineItem(session, editors) {
  const drafts = new Drafts(() => session.account());

  customElements.define("sealed-item", class extends HTMLElement {
    #root = seal(this);
    #vault = null;
    #item = null;
    #edits = null;
    #rows = new Map();
    #about = null;
    #bar = null;
    #list = null;
    #count = null;
    #empty = null;
    #notices = null;
    #body = null;
    #status = make("p", { class: "muted item-status", role: "status", tabindex: -1, "data-testid": "item-status" });
    #conflicts = null;
    #offer = null;
    #operation = null;
    #opening = 0;
    #waiting = [];
    #told = 0;
    #drafting = null;
    /** Whether a draft of this item was kept, or taken up, here. */
    #hasDraft = false;
    /** Whether something is to be signed that was not all typed here now: a draft, an old value, what others changed. */
    #isUnseen = false;
    #leaving = null;

    connectedCallback() {
      this.#leaving = new AbortController();
      const { signal } = this.#leaving;
      signal.addEventListener("abort", session.onchange(() => this.#sessionChanged()));
      this.#root.addEventListener("keydown", (event) => this.#key(event, this.#rowOf(event.target)), { signal });
      this.#root.addEventListener("sealedescape", () => this.#stepBack(), { signal });
      // The page's shortcut for editing is a click by script on the element itself.
      this.addEventListener("click", (event) => !event.isTrusted && this.focus(), { signal });
      addEventListener("beforeunload", (event) => this.#told > 0 && event.preventDefault(), { signal });
      document.addEventListener("vaultportal:reload", (event) => this.#told > 0 && event.preventDefault(), { signal });
      document.addEventListener("visibilitychange", () => document.hidden && this.#keep(), { signal });
      if (this.dataset.item) editors.set(this.dataset.item, { restore: (what) => this.#restore(what) });
      this.#showLocked();
      if (session.state === "unlocked") this.#open();
    }

    disconnectedCallback() {
      this.#leaving.abort();
      editors.delete(this.dataset.item);
      this.#drop();
    }

    focus() {
      if (this.#about === null) this.#root.querySelector("locked-notice")?.querySelector("button, a")?.focus();
      else if (this.#rows.size > 0 && !this.#isNew) [...this.#rows.values()][0].edit();
      else this.#about.focus();
    }

    get #itemId() { return this.dataset.item ?? "new"; }
    get #isNew() { return !this.dataset.item; }
    get #readonly() { return !["WRITE", "ADMIN"].includes(this.dataset.access) && !["WRITE", "ADMIN"].includes(this.#vault?.accessLevel); }

    // Locked and unlocked

    #sessionChanged() {
      if (session.state === "unlocked") {
        if (this.#vault === null) this.#open();
      } else if (this.#vault !== null) {
        this.#drop();
        this.#showLocked();
      }
    }

    /** What was typed is sealed first; then nothing of it stays here. */
    #drop() {
      this.#opening += 1;
      this.#keep();
      // A dialog answers when it is closed; one that is only taken away never would.
      for (const dialog of this.#root.querySelectorAll("dialog[open]")) dialog.close();
      for (const opened of this.#waiting.splice(0)) opened(false);
      [this.#hasDraft, this.#isUnseen] = [false, false];
      [this.#vault, this.#item, this.#edits, this.#about, this.#conflicts, this.#offer] = [null, null, null, null, null, null];
      this.#rows.clear();
      this.#root.replaceChildren();
      this.#tellChanges(0, null);
    }

    async #showLocked() {
      const draft = make("p", { class: "muted", "data-testid": "draft-locked" });
      this.#root.replaceChildren(lockedNotice(session), draft, this.#status, make("slot"));
      const at = await drafts.find(this.dataset.vault, this.#itemId).catch(() => null);
      if (at !== null && this.#vault === null) draft.textContent = `Unsaved changes from ${relatively(at)} are kept here, sealed. Unlock to restore them.`;
    }

    async #open() {
      const turn = ++this.#opening;
      this.#say("Verifying.");
      try {
        const client = session.client((what) => this.#approve(what));
        const vault = await client.openVault(this.dataset.vault);
        const item = this.#isNew ? null : await vault.openItem(this.#itemId, { lazily: true });
        if (turn !== this.#opening) return;
        // Known beforehand: what is sealed when the key is locked waits for nothing.
        await client.me();
        [this.#vault, this.#item] = [vault, item];
        const kept = await drafts.load(vault, this.#itemId);
        if (turn !== this.#opening) return;
        const base = item ? baseOf(item) : emptyBase();
        this.#edits = new Edits(base, item ? stateOf(base) : this.#template());
        this.#offer = kept;
        this.#hasDraft = kept !== null;
        this.#say("");
        this.#build();
      } catch (error) {
        if (turn === this.#opening) this.#refuse(error);
      }
    }

    #template() {
      const type = this.dataset.type ?? "LOGIN";
      return { ...stateOf(emptyBase()), type, fields: templateOf(type).map(newField) };
    }

    #refuse(error) {
      const notice = isDistrust(error)
        ? troubleOf(error, make("p", {}, "Nothing of this item can be opened or changed here."))
        : this.#notice("bad", "warning", "item-refused", wordsFor(error));
      this.#say("");
      this.#root.replaceChildren(notice, this.#status, make("slot"));
    }

    #notice(look, symbol, testid, ...content) {
      return make("div", { class: `notice notice-${look}`, role: "alert", "data-testid": testid }, icon(symbol), make("div", {}, ...content));
    }

    // What is shown

    #build() {
      const readonly = this.#readonly;
      this.#rows.clear();
      this.#notices = make("div");
      const element = this;
      this.#about = new About({
        root: this.#root, readonly, isNew: this.#isNew, groups: this.#isNew ? [] : this.#vault.groups, update: (change) => this.#update(change),
        moveTo: this.#isNew ? null : (groupId) => this.#moveTo(groupId), vaultId: this.#vault.id,
        get edits() { return element.#edits; }, get groupId() { return element.#item?.groupId ?? null; },
      });
      this.#count = make("span", { class: "muted", "data-testid": "edit-count" });
      this.#list = make("ul", { class: "edit-rows", "data-testid": "edit-rows" });
      this.#empty = make("div", { class: "empty" }, "This item has no fields.");
      this.#bar = new Bar({
        undo: () => this.#undo(), discard: () => this.#discard(), review: (event) => this.#save(event, { review: true }), save: (event) => this.#save(event),
      });
      const add = make("button", { type: "button", class: "button", onclick: () => this.#addField(), "data-testid": "add-field" }, icon("plus"), "Add field");
      this.#body = make("div", { class: "item-body" },
        this.#about.element,
        make("div", { class: "section-head" }, make("h2", {}, "Fields ", this.#count), readonly ? null : add),
        this.#empty, this.#list);
      this.#root.replaceChildren(make("div", { class: "item-editor", "data-testid": "item-editor" },
        this.#notices, this.#body, this.#status, this.#bar.element));
      if (readonly) this.#say("You may read this item. Changing it needs WRITE.");
      this.#offerDraft();
      this.#refresh();
      if (this.#isNew && this.#offer === null) this.#about.focus();
      for (const opened of this.#waiting.splice(0)) opened(true);
    }

    #refresh() {
      const { fields } = this.#edits.present;
      for (const [id, row] of this.#rows) {
        if (fields.some((field) => field.id === id)) continue;
        row.element.remove();
        this.#rows.delete(id);
      }
      for (const [index, { id }] of fields.entries()) {
        if (this.#rows.has(id)) this.#rows.get(id).refresh();
        else this.#rows.set(id, new Row(this.#rowAbout(), id));
        const { element } = this.#rows.get(id);
        if (this.#list.children[index] === element) continue;
        const wasThere = element.isConnected;
        this.#list.insertBefore(element, this.#list.children[index] ?? null);
        if (wasThere) this.#rows.get(id).moved();
        else if (this.#isNew) this.#rows.get(id).edit(null);
      }
      this.#about.refresh();
      this.#count.textContent = String(fields.filter(({ removed }) => !removed).length);
      this.#empty.hidden = fields.length > 0;
      this.#showBar();
    }

    #showBar() {
      const changes = this.#edits.changes;
      // The template of a new item is an offer, not a change.
      const count = this.#isNew && !this.#isTouched() ? 0 : changes.length;
      const signed = changes.filter(({ what }) => what !== "expiry");
      const version = signed.length > 0 ? this.#edits.base.version + 1 : null;
      const withFiles = this.#isNew && this.#edits.present.fields.some(({ value }) => value?.assetId);
      this.#bar.show({
        isNew: this.#isNew, count, version, withFiles, canUndo: this.#edits.canUndo, unsettled: this.#conflicts?.count ?? 0, expiryOnly: count > 0 && version === null,
        withSummary: this.#isNew || changes.some(({ what, fieldId }) => fieldId === undefined && ["name", "type", "websites"].includes(what)),
      });
      this.#tellChanges(count, version);
    }

    #isTouched() {
      const { name, websites, fields } = this.#edits.present;
      return this.#edits.canUndo && (name !== "" || websites.length > 0 || fields.some(({ value }) => value !== null) || this.#edits.changes.length > 0);
    }

    #tellChanges(count, version) {
      if (count === this.#told) return;
      this.#told = count;
      tell(this, "sealedchanges", { count, version });
    }

    #rowAbout() {
      const element = this;
      return {
        root: this.#root, readonly: this.#readonly, isNew: this.#isNew, get edits() { return element.#edits; },
        update: (change) => this.#update(change), has: (id) => this.#has(id), read: (id) => this.#read(id),
        download: (id, onprogress) => this.#download(id, onprogress), upload: (file, onprogress) => this.#upload(file, onprogress),
        key: (event, row) => this.#key(event, row), move: (id, step) => this.#move(id, step), grab: (event, row) => this.#grab(event, row),
        showHistory: (id) => this.#showHistory(id), vaultId: this.#vault?.id,
      };
    }

    // Values

    #has(id) {
      const { value } = this.#edits.field(id);
      const before = this.#edits.baseField(id);
      if (value !== undefined) return value === null ? "empty" : "value";
      return before?.expired ? "expired" : before?.hasValue ? "value" : "empty";
    }

    /** Of a field that was typed anew what was typed; otherwise it is asked for and opened now. Of a file this is its description. */
    async #read(id) {
      const { value } = this.#edits.field(id);
      if (typeof value === "string") return value;
      if (value) return JSON.stringify(value.description);
      try {
        return await this.#item.reveal(id);
      } catch (error) {
        if (error.code === "item_changed" || error.code === "field_not_found") this.#suggestReload();
        throw error;
      }
    }

    #download(id, onprogress) {
      const { value } = this.#edits.field(id);
      return value?.assetId ? this.#vault.downloadAsset(value, onprogress) : this.#vault.download(this.#item, id, onprogress);
    }

    async #upload(file, onprogress) {
      const bytes = new Uint8Array(await file.arrayBuffer());
      return this.#vault.upload(bytes, { name: file.name, mediaType: file.type }, onprogress);
    }

    // Changes

    #update(change) {
      change(this.#edits);
      this.#fault("");
      this.#refresh();
      this.#keepSoon();
    }

    #undo() {
      for (const row of this.#rows.values()) row.done();
      this.#update((edits) => edits.undo());
      if (this.#bar.element.hidden) this.#focusStatus("Everything is as it was saved.");
    }

    async #discard() {
      const count = this.#edits.changes.length;
      const chosen = await askIn(this.#root, {
        title: this.#isNew ? "Discard this new item?" : `Discard ${count === 1 ? "the change" : `all ${count} changes`} of “${this.#edits.base.name}”?`, testid: "discard-dialog",
        content: [make("p", {}, this.#isNew ? "Nothing was saved yet." : "The item stays as it was saved last.")],
        actions: [{ text: "Discard", value: true, kind: "bad", testid: "discard-yes" }],
      });
      if (!chosen) return;
      this.#settle();
      this.#isUnseen = false;
      if (this.#isNew) this.#edits.rebase(emptyBase(), this.#template());
      else this.#edits.rebase(this.#edits.base);
      await this.#forgetDraft();
      this.#rebuild();
      this.#focusStatus("Discarded.");
    }

    async #addField() {
      let chosen = null;
      await menuIn(this.#root, "Add a field", fieldTypes.map(([type, word, what]) => ({
        text: make("span", { class: "choice" }, make("strong", {}, word), make("span", { class: "muted" }, what)),
        symbol: iconOfField(type), act: () => (chosen = type), testid: `add-${type}`,
      })), icon);
      if (chosen === null) return;
      const label = labelFor(chosen, this.#edits.present.fields.map(({ name }) => name));
      const field = newField({ name: label, type: chosen });
      this.#update((edits) => edits.add(field));
      await this.#rows.get(field.id).edit("label");
    }

    #move(id, step) {
      const index = this.#edits.present.fields.findIndex((field) => field.id === id);
      this.#update((edits) => edits.move(id, index + step));
      this.#rows.get(id).focusHandle();
      const now = this.#edits.present.fields.findIndex((field) => field.id === id);
      this.#say(`${this.#edits.field(id).name}: place ${now + 1} of ${this.#edits.present.fields.length}.`);
    }

    /** Drags a row by its handle, with the mouse or a finger. */
    #grab(event, row) {
      if (event.button !== 0) return;
      const handle = event.currentTarget;
      const from = event.clientY;
      let isMoving = false;
      const stop = new AbortController();
      const over = ({ clientY }) => {
        if (!isMoving && Math.abs(clientY - from) < 6) return;
        if (!isMoving) handle.setPointerCapture(event.pointerId);
        isMoving = true;
        row.element.classList.add("row-dragged");
        const rows = [...this.#list.children];
        const index = rows.findIndex((other) => {
          const { top, height } = other.getBoundingClientRect();
          return clientY < top + height / 2;
        });
        const at = rows.indexOf(row.element);
        const to = index < 0 ? rows.length - 1 : index > at ? index - 1 : index;
        if (to !== at) this.#update((edits) => edits.move(row.id, to));
      };
      const end = () => {
        stop.abort();
        row.element.classList.remove("row-dragged");
        // The click that ends a drag opens no menu.
        if (isMoving) handle.addEventListener("click", (click) => click.stopImmediatePropagation(), { capture: true, once: true, signal: AbortSignal.timeout(50) });
      };
      for (const name of ["pointermove", "pointerup", "pointercancel"]) {
        document.addEventListener(name, name === "pointermove" ? over : end, { signal: stop.signal });
      }
    }

    #showHistory(id) {
      Blazor.navigateTo(`vaults/${this.dataset.vault}/items/${this.#itemId}/history?field=${id}`);
    }

    /** An old value becomes a change of today. `{fieldId, name, type, value}`; a value is text or an attachment. */
    async #restore({ fieldId, name, type, value }) {
      if (this.#edits === null && !(await new Promise((opened) => this.#waiting.push(opened)))) {
        throw new SealedError("The key was locked meanwhile. Unlock it, and restore the value again.");
      }
      this.#isUnseen = true;
      const field = this.#edits.field(fieldId);
      this.#update((edits) => {
        if (field && !field.removed) edits.setField(fieldId, { value, type });
        else edits.add(newField({ name, type, value }));
      });
      this.#focusStatus(`${name}: the old value is one of your changes now. Save to sign it.`);
    }

    // Saving

    async #save(event, { review = false } = {}) {
      if (!event.isTrusted || this.#operation !== null || this.#edits === null || this.#told === 0 || this.#conflicts?.count > 0) return;
      if (!this.#check()) return;
      this.#operation = { review: review || this.#isUnseen, actions: this.#isNew ? ["create-item", "update-item"] : ["update-item"] };
      this.#busy(true);
      try {
        const saved = await (this.#isNew ? this.#create() : this.#write());
        await this.#forgetDraft();
        this.#saved(saved);
      } catch (error) {
        await this.#failed(error);
      } finally {
        this.#operation = null;
        if (this.#bar) this.#busy(false);
        // The button was not to be had while its dialog stood there, so the browser could not give the focus back.
        if (review) this.#bar?.focusReview();
      }
    }

    async #write() {
      const { update, expiry } = requestOf(this.#edits.base, this.#edits.present);
      let item = this.#item;
      if (update) {
        this.#operation.fields = [...update.remove, ...Object.keys(update.change), ...update.add.map(({ id }) => id)];
        item = await this.#vault.updateItem(item, update);
        // From here on this is saved, also if what follows is not.
        this.#operation.saved = item;
      }
      if (expiry) await this.#vault.setExpiry(item.id, expiry);
      return this.#vault.openItem(item.id, { lazily: true });
    }

    async #create() {
      const { name, type, websites, expiresAt, fields } = this.#edits.present;
      let item = await this.#vault.createItem({
        name, type, websites,
        fields: fields.map((field) => ({ name: field.name, type: field.type, value: typeof field.value === "string" ? field.value : null })),
      });
      this.#operation.saved = item;
      const made = item.fields;
      const files = fields.flatMap(({ value }, index) => (value?.assetId ? [[made[index].id, { value }]] : []));
      // Files are named by an update: the call that makes an item takes none.
      if (files.length > 0) item = await this.#vault.updateItem(item, { change: Object.fromEntries(files) });
      const expiries = fields.flatMap((field, index) => (field.expiresAt ? [{ fieldId: made[index].id, expiresAt: field.expiresAt }] : []));
      if (expiresAt !== null || expiries.length > 0) await this.#vault.setExpiry(item.id, { ...(expiresAt && { expiresAt }), fields: expiries });
      return item;
    }

    #saved(item) {
      const { id, version } = item;
      this.#isUnseen = false;
      const isSigned = this.#operation.saved !== undefined;
      if (this.#isNew) {
        this.#tellChanges(0, null);
        tell(this, "sealedsaved", { kind: "item", id, version });
        return;
      }
      this.#item = item;
      this.#settle();
      this.#edits.rebase(baseOf(item));
      this.#rebuild();
      this.#focusStatus(isSigned ? `Saved: version ${version}, signed with your key.` : "Saved. Nothing of it is signed.");
      tell(this, "sealedsaved", { kind: "item", id, version });
    }

    async #failed(error) {
      if (this.#vault === null || error.code === "declined") return;
      if (metOthers.includes(error.code) && !this.#isNew) {
        await this.#meetOthers();
        return;
      }
      if (error.code === "checkpoint_version_conflict") {
        await this.#vault.refresh();
        this.#fault("Somebody changed the vault meanwhile. Nothing of your new item is lost: save again.");
        return;
      }
      const { saved } = this.#operation;
      if (saved && !this.#isNew) await this.#goOnFrom(saved.id).catch(() => {});
      const index = /^\/updates\/(\d+)/.exec(error.path ?? "")?.[1];
      const row = index === undefined ? null : this.#rows.get(this.#operation.fields?.[index]);
      if (row) row.fault(wordsFor(error));
      if (isDistrust(error)) this.#refuse(error);
      else this.#fault(saved && this.#isNew ? `The item was made, but not all of it: ${wordsFor(error)}` : wordsFor(error));
      if (saved && this.#isNew) tell(this, "sealedsaved", { kind: "item", id: saved.id, version: saved.version });
    }

    /** Shows what will be signed and waits for a click, or takes the click on Save for it. */
    async #approve(what) {
      if (this.#operation === null || this.#vault === null) return false;
      const { review, actions, title = "What will be signed", verb = "Sign and save" } = this.#operation;
      // A click on Save is for what was typed here: one call of each kind, about this item. Whatever else is to be signed is shown first.
      if (!review) {
        const isExpected = actions[0] === what.action && what.checkpoints.every(({ kind, itemId }) => kind !== "detail" || this.#isNew || itemId === this.#itemId);
        actions.shift();
        if (isExpected) return true;
      }
      const chosen = await askIn(this.#root, {
        title, wide: true, settles: true, testid: "review-dialog", content: [reviewOf(what)],
        actions: [{ text: verb, value: true, kind: "primary", testid: "review-sign" }],
      });
      return chosen === true;
    }

    #check() {
      const faults = faultsOf(this.#edits.present);
      for (const row of this.#rows.values()) row.fault("");
      for (const what of ["name", "websites"]) this.#about.fault(what, "");
      for (const { what, fieldId, message } of faults.toReversed()) {
        if (fieldId) this.#rows.get(fieldId).fault(message);
        else if (what === "fields") this.#fault(message);
        else this.#about.fault(what, message);
      }
      const first = faults.find(({ fieldId }) => fieldId);
      if (first && !faults.some(({ fieldId }) => !fieldId)) this.#rows.get(first.fieldId).edit(first.what === "label" ? "label" : "value");
      if (faults.length > 0) this.#say(faults.length === 1 ? "One thing has to be put right first." : `${faults.length} things have to be put right first.`);
      return faults.length === 0;
    }

    async #moveTo(groupId) {
      if (this.#operation !== null) return;
      const name = this.#vault.groups.find(({ id }) => id === groupId)?.name;
      this.#operation = { review: true, title: name ? `Move to “${name}”` : "Take out of its group", verb: "Sign and move" };
      try {
        await this.#vault.moveItems(groupId, [this.#itemId]);
        await this.#goOnFrom(this.#itemId);
        tell(this, "sealedsaved", { kind: "item", id: this.#itemId, version: this.#item.version });
        this.#say(name ? `Moved to ${name}: version ${this.#item.version}.` : `Taken out of its group: version ${this.#item.version}.`);
      } catch (error) {
        if (error.code === "checkpoint_version_conflict") {
          await this.#goOnFrom(this.#itemId);
          this.#fault("Somebody changed the vault meanwhile. Look, and move it again.");
        } else if (error.code !== "declined") {
          this.#fault(wordsFor(error));
        }
      } finally {
        this.#operation = null;
        this.#about?.refresh();
      }
    }

    #busy(is) {
      this.#bar.busy(is, "Saving");
      this.#body.inert = is;
      if (!is && this.#edits) this.#showBar();
    }

    // Others who save

    #suggestReload() {
      if (this.#notices.querySelector("[data-testid=item-changed]")) return;
      const look = make("button", { type: "button", class: "button", "data-testid": "item-reload", onclick: () => (notice.remove(), this.#meetOthers()) }, icon("refresh"), "Load it");
      const notice = make("div", { class: "notice notice-warn", role: "alert", "data-testid": "item-changed" }, icon("warning"),
        make("div", {}, make("strong", {}, "Somebody saved a newer version."), "What you changed stays."), make("div", { class: "notice-end" }, look));
      this.#notices.append(notice);
    }

    /** Goes on from what is there now, with what was changed here put onto it. */
    async #meetOthers() {
      const before = this.#edits.base.version;
      try {
        await this.#vault.refresh();
        const conflicts = await this.#goOnFrom(this.#itemId);
        this.#isUnseen = true;
        if (this.#item.version === before) {
          this.#fault("Somebody changed the vault meanwhile, but not this item. Save again.");
          return;
        }
        this.#meet(conflicts, before);
      } catch (error) {
        if (isDistrust(error)) this.#refuse(error);
        else this.#fault(wordsFor(error));
      }
    }

    async #goOnFrom(itemId) {
      const item = await this.#vault.openItem(itemId, { lazily: true });
      return this.#rebaseOn(item, this.#edits.base, this.#edits.present);
    }

    async #rebaseOn(item, base, mine) {
      const theirs = baseOf(item);
      for (const id of doubtful(base, mine, theirs)) {
        const field = theirs.fields.find((other) => other.id === id);
        field.sameValue = await this.#isSameValue(item, base.fields.find((other) => other.id === id));
      }
      const { state, conflicts } = merge(base, mine, theirs);
      for (const row of this.#rows.values()) row.done();
      this.#item = item;
      this.#edits.rebase(theirs, state);
      this.#refresh();
      return conflicts;
    }

    /** Whether the value is the one that it was, sealed anew: for another place, or under another data key. */
    async #isSameValue(item, before) {
      const [was, is] = await Promise.all([
        this.#vault.openInstance(item.id, before.id, before.instanceId), item.revealBytes(before.id),
      ]);
      return equal(was, is);
    }

    #meet(conflicts, before) {
      this.#settle();
      this.#conflicts = new Conflicts({
        conflicts, version: this.#item.version, before, edits: this.#edits, item: this.#item, groups: this.#vault.groups,
        past: async ({ id, before: { instanceId } }) => fromUtf8(await this.#vault.openInstance(this.#item.id, id, instanceId)),
        update: (change) => this.#update(change), settled: () => this.#showBar(), key: (event) => this.#key(event, null),
        close: () => (this.#settle(), this.#focusStatus("Save when it is as you want it.")),
      });
      this.#notices.prepend(this.#conflicts.element);
      this.#conflicts.focus();
      this.#showBar();
      this.#keepSoon();
    }

    #settle() {
      this.#conflicts?.element.remove();
      this.#conflicts = null;
    }

    // Drafts

    #offerDraft() {
      if (this.#offer === null) return;
      const { at, content } = this.#offer;
      const decide = (act) => async () => {
        notice.remove();
        this.#offer = null;
        await act();
      };
      const notice = make("div", { class: "notice", role: "status", "data-testid": "draft" }, icon("clock"),
        make("div", {}, make("strong", {}, `Unsaved changes from ${relatively(at)}`), "They were kept in this browser, sealed."),
        make("div", { class: "notice-end" },
          make("button", { type: "button", class: "button button-primary", "data-testid": "draft-restore", onclick: decide(() => this.#restoreDraft(content)) }, "Restore"),
          make("button", { type: "button", class: "button", "data-testid": "draft-discard", onclick: decide(() => this.#forgetDraft()) }, "Discard")));
      this.#notices.append(notice);
    }

    async #restoreDraft({ base, state }) {
      this.#isUnseen = true;
      if (this.#isNew) {
        this.#edits.set(state);
        this.#rebuild();
        return;
      }
      try {
        const conflicts = await this.#rebaseOn(this.#item, base, state);
        if (base.version !== this.#item.version) this.#meet(conflicts, base.version);
        this.#focusStatus("Your changes are back. They are not saved yet.");
      } catch (error) {
        this.#fault(wordsFor(error));
      }
    }

    #keepSoon() {
      clearTimeout(this.#drafting);
      this.#drafting = setTimeout(() => this.#keep(), draftDelay);
    }

    /** Seals what is not saved. Taken over by value: what is dropped right after is still sealed. */
    #keep() {
      clearTimeout(this.#drafting);
      if (this.#edits === null || this.#offer !== null || this.#operation?.saved) return;
      const [vault, itemId] = [this.#vault, this.#itemId];
      const { base, present } = this.#edits;
      if (this.#told > 0) {
        this.#hasDraft = true;
        drafts.save(vault, itemId, { base, state: present }).catch((error) => this.#fault(wordsFor(error)));
      } else if (this.#hasDraft) {
        this.#hasDraft = false;
        drafts.remove(vault.id, itemId).catch((error) => this.#fault(wordsFor(error)));
      }
    }

    async #forgetDraft() {
      clearTimeout(this.#drafting);
      if (!this.#hasDraft) return;
      this.#hasDraft = false;
      await drafts.remove(this.#vault.id, this.#itemId);
    }

    // Keys

    #rowOf(target) {
      const row = target?.closest?.(".edit-row");
      return row ? this.#rows.get(row.dataset.field) ?? null : null;
    }

    #key(event, row) {
      if (this.#edits === null || this.#root.querySelector("dialog[open]")) return;
      const command = event.ctrlKey || event.metaKey;
      const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
      const typing = isTyping(event.target);
      const act = command && key === "s" ? () => this.#save(event)
        : command && key === "z" && !typing && !event.shiftKey ? () => this.#undo()
        : event.altKey && row && !this.#readonly && key === "ArrowUp" ? () => this.#move(row.id, -1)
        : event.altKey && row && !this.#readonly && key === "ArrowDown" ? () => this.#move(row.id, 1)
        : key === "Escape" && row?.isEditing && !this.#isNew ? () => row.done({ focus: true })
        : command || event.altKey || typing ? null
        : this.#letter(key, row);
      if (act) {
        event.preventDefault();
        act();
      } else if (!typing) {
        pageShortcut(event);
      }
    }

    #letter(key, row) {
      if (key === "n" && !this.#readonly) return () => this.#addField();
      if (row === null) return null;
      return { c: () => row.copy(), e: () => row.edit(), ".": () => row.menu() }[key] ?? null;
    }

    // Escape, out of the row first and then out of the element.
    #stepBack() {
      const row = [...this.#rows.values()].find((other) => other.isEditing && other.element.contains(this.#root.activeElement));
      if (row && !this.#isNew) row.done({ focus: true });
      else this.dispatchEvent(new CustomEvent("sealedescape", { bubbles: true }));
    }

    // What is said

    #rebuild() {
      this.#rows.clear();
      this.#list.replaceChildren();
      this.#refresh();
    }

    #focusStatus(text) {
      this.#say(text);
      this.#status.focus();
    }

    #fault(text) {
      this.#status.className = text ? "fault item-status" : "muted item-status";
      this.#say(text);
    }

    #say(text) {
      this.#status.textContent = text;
    }
  });
}
