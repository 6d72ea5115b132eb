// The dialog in which something is typed, reviewed and signed. What is signed is what was reviewed; it takes a click or key of the
// person's own.
import { icon, make } from "../../sealed.js";
import { Missing } from "../../form-fields.js";
import { changesOf, reviewOf } from "./review.js";
import { isConflict, isDeclined, troubleOf, wordsOf } from "./trouble.js";

// A page that opens this in the middle of somebody's typing gets no signature by the next key or click.
const settling = 400;

export class SigningDialog {
  #root;
  #session;
  #dialog = null;
  #parts = null;
  #opener = null;
  #close = null;
  #load = null;
  #plan = null;
  #running = null;
  #reviewed = false;
  #settled = null;
  #stop = null;
  #ended = null;

  constructor(root, session) {
    [this.#root, this.#session] = [root, session];
  }

  get isOpen() { return this.#dialog !== null; }

  /**
   * Opens it; `load`, asynchronous, answers the plan:
   * `{title, said?, fields?, typed?, verb, bad?, names?, vaults?, saved(results, values), after?(results)}` and either
   * `operations(values)` -> `[{operation, run(watch)}]`, which are reviewed and signed, or `perform(values, watch)`, which is not
   * signed. `needsKey` false: it goes on when the key is locked. Answers `{saved}`, or null when nothing was done.
   */
  open({ title, load, needsKey = true }) {
    return new Promise((close) => {
      this.#opener = document.activeElement;
      [this.#close, this.#load] = [close, load];
      this.#build(title);
      this.#ended = needsKey ? this.#session.onchange(() => this.#session.state !== "unlocked" && this.#locked()) : () => {};
      this.#dialog.showModal();
      this.#reload();
    });
  }

  /** Ends it, whatever it was doing. */
  end() {
    this.#stop?.abort();
    this.#done(null);
  }

  #build(title) {
    const parts = this.#parts = {
      title: make("h2", { id: "dialog-title", tabindex: "-1" }, title),
      said: make("div", { class: "said" }),
      fields: make("div", {}),
      notice: make("div", {}),
      review: make("div", {}),
      status: make("p", { class: "progress-line", role: "status", "data-testid": "dialog-status" }),
      spoken: make("p", { class: "unseen", role: "status" }),
      bar: make("progress", { hidden: true, "aria-label": "Progress" }),
      fault: make("p", { class: "fault", role: "alert", "data-testid": "dialog-fault" }),
      go: make("button", { type: "submit", class: "button button-primary", hidden: true, "data-testid": "dialog-review" }, "Review"),
      sign: make("button", { type: "button", class: "button button-primary", hidden: true, disabled: true, onclick: (event) => this.#signed(event), "data-testid": "dialog-sign" }),
      stop: make("button", { type: "button", class: "button", hidden: true, onclick: () => this.#stop?.abort(), "data-testid": "dialog-stop" }, "Stop"),
      cancel: make("button", { type: "button", class: "button", onclick: () => this.#cancelled(), "data-testid": "dialog-cancel" }, "Cancel"),
    };
    const form = make("form", { method: "dialog", novalidate: true, onsubmit: (event) => this.#submitted(event), oninput: ({ target }) => this.#edited(target) },
      make("div", { class: "signing-body", tabindex: "-1" },
        parts.title, parts.said, parts.fields, parts.notice, parts.review, parts.status, parts.spoken, parts.bar, parts.fault),
      make("div", { class: "buttons signing-end" }, parts.go, parts.sign, parts.stop, parts.cancel));
    const dialog = this.#dialog = make("dialog", {
      class: "signing", "aria-labelledby": "dialog-title", "data-testid": "signing",
      oncancel: (event) => { event.preventDefault(); this.#cancelled(); },
      // It is told of a while later, when the next one may be open already.
      onclose: () => this.#dialog === dialog && this.#done(null),
    }, form);
    this.#root.append(this.#dialog);
  }

  /** Reads and verifies what it is about; what was typed stays. */
  async #reload(typed = null) {
    this.#discard();
    const { said, fields, notice, cancel } = this.#parts;
    this.#say("Reading and verifying the vault");
    this.#stop = new AbortController();
    const { signal } = this.#stop;
    try {
      const plan = await this.#load({ signal, onread: (progress) => this.#progress({ ...progress, doing: "Reading" }) });
      if (signal.aborted || !this.isOpen) return;
      this.#plan = plan;
      this.#say("");
      this.#parts.title.textContent = plan.title;
      said.replaceChildren(...(plan.said ?? []));
      fields.replaceChildren(...(plan.fields ?? []).map(({ element }) => element));
      for (const { name, control } of (plan.fields ?? []).filter((field) => typed?.has(field.name))) {
        control.value = typed.get(name);
        control.dispatchEvent(new Event("change"));
      }
      if (plan.typed) fields.append(this.#typedField(plan.typed));
      cancel.textContent = plan.verb ? "Cancel" : "Close";
      await this.#show(plan);
    } catch (error) {
      if (signal.aborted || !this.isOpen) return;
      this.#say("");
      said.replaceChildren();
      notice.replaceChildren(troubleOf(error));
      cancel.textContent = "Close";
      cancel.focus();
    }
  }

  async #show(plan) {
    const { go, sign, title, cancel } = this.#parts;
    if (!plan.verb) {
      cancel.focus();
      return;
    }
    sign.textContent = plan.verb;
    sign.className = plan.bad ? "button button-bad" : "button button-primary";
    const toFill = plan.fields?.length > 0 && !plan.complete;
    go.hidden = !toFill || !plan.operations;
    if (toFill) {
      plan.fields[0].focus();
      plan.fields[0].control.select?.();
      if (!plan.operations) this.#offer();
      return;
    }
    title.focus();
    await this.#review();
  }

  #typedField(text) {
    const input = make("input", { id: "typed", type: "text", autocomplete: "off", autocapitalize: "none", spellcheck: "false", "data-testid": "dialog-typed" });
    this.#plan.typedControl = input;
    return make("div", { class: "field" }, make("label", { for: "typed" }, "Type ", make("span", { class: "mono" }, text), " to confirm"), input);
  }

  async #submitted(event) {
    event.preventDefault();
    if (this.#running?.working || !this.#plan?.verb) return;
    if (this.#reviewed || !this.#plan.operations) {
      if (!this.#parts.sign.disabled) this.#parts.sign.focus();
    } else if (this.#running === null) {
      await this.#review();
    }
  }

  #edited(target) {
    if (!this.#plan?.verb || this.#running?.working) return;
    if (target === this.#plan.typedControl) {
      this.#armed();
    } else if (this.#running !== null) {
      this.#discard();
      this.#parts.go.hidden = false;
    }
  }

  /** What was typed, by the fields' names; null after showing what is missing. */
  #read() {
    this.#parts.fault.replaceChildren();
    const values = {};
    for (const field of this.#plan.fields ?? []) {
      field.clear();
      try {
        if (!field.element.hidden) values[field.name] = field.read();
      } catch (missing) {
        if (!(missing instanceof Missing)) throw missing;
        field.fault(missing.message);
        field.focus();
        return null;
      }
    }
    return values;
  }

  async #review() {
    this.#discard();
    const values = this.#read();
    if (values === null) return;
    const plan = this.#plan;
    const operations = plan.operations(values);
    this.#stop = new AbortController();
    const watch = this.#watch(this.#stop.signal);
    const running = this.#running = { operations, values };
    const { signal } = this.#stop;
    const isOver = () => signal.aborted || !this.isOpen || this.#running !== running;
    this.#say("Preparing what will be signed");
    try {
      const all = [];
      for (const { operation, run } of operations) {
        const what = await operation.start(() => run(watch));
        if (isOver()) {
          operation.refuse();
          return;
        }
        if (what !== null) all.push(what);
      }
      this.#say("");
      if (all.length === 0) {
        this.#running = null;
        this.#parts.fault.replaceChildren(icon("warning"), " ", plan.nothing ?? "Nothing would change.");
        return;
      }
      this.#shown(all);
    } catch (error) {
      for (const { operation } of operations) operation.refuse();
      if (isOver()) return;
      this.#running = null;
      this.#failed(error);
    }
  }

  #shown(all) {
    const { review, go } = this.#parts;
    this.#reviewed = true;
    const heading = make("h3", { class: "section" }, "What will be signed");
    review.replaceChildren(heading, ...all.map((what) => make("div", {},
      all.length > 1 ? make("h4", {}, what.vaultName) : null, reviewOf(what, { names: this.#plan.names }))));
    go.hidden = true;
    heading.scrollIntoView({ block: "nearest" });
    this.#offer();
    this.#parts.spoken.textContent = "Look at what will be signed.";
  }

  /** The button that signs, in a moment. */
  #offer() {
    const { sign } = this.#parts;
    sign.hidden = false;
    sign.disabled = true;
    clearTimeout(this.#settled);
    this.#settled = setTimeout(() => {
      this.#settled = null;
      if (!this.isOpen) return;
      this.#armed();
      if (this.#plan?.typedControl) this.#plan.typedControl.focus();
      else if (this.#reviewed && !sign.disabled) sign.focus({ preventScroll: true });
    }, settling);
  }

  #armed() {
    const { typed, typedControl } = this.#plan;
    const isReady = this.#reviewed || !this.#plan.operations;
    this.#parts.sign.disabled = !isReady || this.#settled !== null || (typed !== undefined && typedControl.value !== typed);
  }

  /** What was reviewed holds no more. */
  #discard() {
    clearTimeout(this.#settled);
    this.#settled = null;
    this.#stop?.abort();
    for (const { operation } of this.#running?.operations ?? []) operation.refuse();
    [this.#running, this.#reviewed] = [null, false];
    const { review, notice, sign, fault } = this.#parts;
    review.replaceChildren();
    notice.replaceChildren();
    fault.replaceChildren();
    sign.hidden = !this.#plan?.verb || Boolean(this.#plan.operations);
    sign.disabled = true;
    this.#parts.spoken.textContent = "";
    this.#say("");
  }

  async #signed(event) {
    if (!event.isTrusted || this.#parts.sign.disabled) return;
    const plan = this.#plan;
    const values = plan.operations ? this.#running.values : this.#read();
    if (values === null) return;
    const { sign, stop, cancel, go } = this.#parts;
    this.#stop = plan.operations ? this.#stop : new AbortController();
    const running = this.#running ?? { operations: [] };
    this.#running = { ...running, working: true };
    sign.disabled = true;
    go.hidden = true;
    sign.setAttribute("aria-busy", "true");
    cancel.hidden = true;
    stop.hidden = false;
    this.#say("Working");
    const results = [];
    try {
      if (plan.perform) results.push(await plan.perform(values, this.#watch(this.#stop.signal)));
      for (const { operation } of running.operations) {
        if (this.#stop.signal.aborted) operation.refuse();
        else results.push(await operation.agree());
        if (running.operations.length > 1) this.#progress({ count: results.length, total: running.operations.length });
      }
      this.#finish(plan, results, values);
    } catch (error) {
      this.#running = null;
      if (this.isOpen) await this.#broken(plan, results, values, error);
    }
  }

  #finish(plan, results, values) {
    this.#running = null;
    const saved = plan.saved(results, values);
    const left = plan.after?.(results) ?? null;
    if (left === null) {
      this.#done({ saved });
      return;
    }
    this.#idle();
    this.#discard();
    this.#plan = null;
    this.#parts.sign.hidden = true;
    this.#parts.fields.replaceChildren();
    this.#parts.said.replaceChildren(make("p", { role: "status", "data-testid": "dialog-after" }, left));
    this.#parts.cancel.textContent = "Close";
    this.#parts.cancel.focus();
    this.#result = { saved };
  }

  #result = null;

  #idle() {
    const { sign, stop, cancel, bar } = this.#parts;
    sign.removeAttribute("aria-busy");
    cancel.hidden = false;
    stop.hidden = true;
    bar.hidden = true;
    this.#say("");
  }

  /** It failed in the middle: what was done before stays and is told. */
  async #broken(plan, results, values, error) {
    this.#idle();
    const done = error.done ?? [];
    if (done.length > 0 || results.length > 0) this.#result = { saved: plan.saved([...results, done], values) };
    if (isConflict(error)) await this.#conflict(plan);
    else if (isDeclined(error)) this.#locked();
    else this.#failed(error);
  }

  #failed(error) {
    if (isDeclined(error)) return;
    this.#discard();
    const { fault, go } = this.#parts;
    go.hidden = !this.#plan?.operations || !(this.#plan.fields?.length > 0);
    fault.replaceChildren(icon("warning"), " ", wordsOf(error));
    if (!this.#plan?.fields?.length) this.#parts.cancel.focus();
  }

  /** Somebody else was faster: reads again, tells what he changed, and offers it again. */
  async #conflict(plan) {
    const before = new Map((plan.vaults ?? []).map((vault) => [vault.id, vault.checkpoints]));
    const typed = new Map((plan.fields ?? []).filter(({ changed = true }) => changed).map(({ name, control }) => [name, control.value]));
    await this.#reload(typed);
    if (!this.isOpen || !this.#plan) return;
    const changes = (this.#plan.vaults ?? []).flatMap((vault) => changesSince(before.get(vault.id), vault.checkpoints, this.#plan.names));
    this.#parts.notice.replaceChildren(make("div", { class: "notice notice-warn", role: "alert", "data-testid": "conflict" }, icon("warning"),
      make("div", {}, make("strong", {}, "Somebody else changed this meanwhile. Nothing of yours was saved yet."),
        make("ul", { class: "review-changes" }, ...changes.map((change) => make("li", {}, ...[change].flat()))),
        make("p", {}, "What you do now is built on this: look at it again and sign it."))));
  }

  #locked() {
    if (!this.isOpen) return;
    this.#stop?.abort();
    this.#idle();
    this.#discard();
    this.#plan = null;
    const { said, fields, notice, sign, go, cancel } = this.#parts;
    for (const part of [said, fields]) part.replaceChildren();
    sign.hidden = go.hidden = true;
    cancel.textContent = "Close";
    const again = async (event) => event.isTrusted && (await this.#session.unlock()) && this.isOpen && this.#reload();
    notice.replaceChildren(make("div", { class: "notice", role: "status", "data-testid": "dialog-locked" }, icon("lock"),
      make("div", {}, "Your key was locked. What was not signed yet was given up."),
      make("div", { class: "notice-end" }, make("button", { type: "button", class: "button", onclick: again, "data-testid": "dialog-unlock" }, icon("unlock"), "Unlock"))));
  }

  #watch(signal) {
    return {
      signal,
      onprogress: (progress) => this.#progress(progress),
      onread: (progress) => this.#progress({ ...progress, doing: "Reading" }),
    };
  }

  #progress({ count, total, of = "", doing = null }) {
    const { bar } = this.#parts;
    bar.hidden = false;
    bar.max = Math.max(total, 1);
    bar.value = count;
    this.#say(`${doing ? `${doing} ` : ""}${count} of ${total}${of ? ` ${of}` : ""}`);
  }

  #say(text) {
    const { status, bar } = this.#parts;
    status.textContent = text;
    if (text === "") bar.hidden = true;
  }

  #cancelled() {
    if (this.#running?.working) this.#stop?.abort();
    else this.#done(null);
  }

  #done(result) {
    if (!this.isOpen) return;
    const dialog = this.#dialog;
    this.#dialog = null;
    this.#stop?.abort();
    clearTimeout(this.#settled);
    this.#ended();
    for (const { operation } of this.#running?.operations ?? []) operation.refuse();
    const told = result ?? this.#result;
    [this.#running, this.#plan, this.#result, this.#reviewed] = [null, null, null, false];
    dialog.close();
    dialog.remove();
    this.#refocus();
    this.#close(told);
  }

  #refocus() {
    const opener = this.#opener;
    const place = [opener, opener?.closest?.("details")?.querySelector("summary"), document.querySelector("main h1")]
      .find((element) => element?.isConnected && element !== document.body && element.checkVisibility());
    place?.focus();
  }
}

function changesSince(before, after, names) {
  if (!before) return [];
  return Object.keys(after)
    .filter((kind) => after[kind] && before[kind]?.version !== after[kind].version)
    .flatMap((kind) => changesOf({ kind, before: before[kind] ?? null, after: after[kind] }, { names }));
}
