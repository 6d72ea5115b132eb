// <sealed-keys data-account="…">: the user's own key pairs. Raises "secretshown" before a recovery kit is shown, and "sealedsaved" with an
// id after every change.
import { icon, make, seal, tell } from "../../sealed.js";
import { call } from "../../step-up.js";
import { receives } from "../key-directory.js";
import { approveDialog, retireDialog } from "./key-dialogs.js";
import { changeForm, importForm, kitForm, makeForm } from "./key-forms.js";
import { keyCard } from "./key-card.js";
import { changePassphrase, importKeyPair, isRefusal, makeKeyPair, openRecord, retire, wordsOf } from "./own-keys.js";
import { recoveryKit } from "./recovery-kit.js";
import { fingerprintOf } from "./review.js";
import { vaultProgress } from "./vault-progress.js";

export function defineKeys(session) {
  customElements.define("sealed-keys", class extends HTMLElement {
    #root = seal(this);
    #place = make("div", {});
    #leaving = null;
    #ended = null;
    #said = null;
    /** "list", "form", "kit" or "share": a list follows each change of the session, the others are left alone by it. */
    #view = "list";
    #kitTimer = null;
    #stop = () => {};

    connectedCallback() {
      this.#root.replaceChildren(this.#place);
      // In a form Escape leads back to the list and not out of the page; out of a kit it leads nowhere.
      this.#root.addEventListener("keydown", (event) => this.#stepBack(event), true);
      const ends = [
        session.onchange(() => this.#view === "list" && this.#list()),
        session.onlock(() => this.#view === "kit" && this.#endKit("Locked. The kit is gone from this page; “Recovery kit” shows it again.")),
      ];
      this.#ended = () => ends.forEach((end) => end());
      this.#load();
    }

    disconnectedCallback() {
      this.#ended();
      this.#stop();
      clearTimeout(this.#kitTimer);
      this.#leaving?.abort();
      this.#root.replaceChildren();
    }

    async #load() {
      this.#place.replaceChildren(make("p", { class: "muted", role: "status" }, "Loading"));
      try {
        await session.load({ again: true });
        this.#list();
      } catch (error) {
        if (!isRefusal(error)) throw error;
        this.#place.replaceChildren(make("div", { class: "empty", role: "alert" },
          make("p", {}, wordsOf(error)),
          make("button", { type: "button", class: "button", onclick: () => this.#load() }, "Try again")));
      }
    }

    #stepBack(event) {
      if (event.key !== "Escape" || this.#view === "list" || this.#root.querySelector("dialog[open]")) return;
      event.stopPropagation();
      if (this.#view === "form" && session.keys.length > 0) this.#list();
    }

    #show(view, { element, focus }) {
      this.#stop();
      this.#stop = () => {};
      this.#view = view;
      this.#place.replaceChildren(element);
      focus();
    }

    /** The list; the focus goes to the heading of the key pair that something was done with. */
    #list(said = null, about = null) {
      this.#stop();
      this.#stop = () => {};
      this.#view = "list";
      if (said !== null) this.#said = said;
      if (session.keys.length === 0) {
        this.#make(true);
        return;
      }
      const hadFocus = this.#root.activeElement?.dataset.testid ?? null;
      const card = this.#root.activeElement?.closest("[data-key]")?.dataset.key ?? null;
      const current = session.keys.filter(({ state }) => state !== "retired");
      const retired = session.keys.filter(({ state }) => state === "retired");
      this.#place.replaceChildren(
        this.#said ? make("div", { class: "notice", role: "status", "data-testid": "keys-said" }, icon("check"), make("div", {}, this.#said)) : "",
        make("p", { class: "lead" }, "With an unlocked key pair this tab opens values and signs changes. It is locked after 15 minutes without a hand on the page, and by every reload."),
        make("div", { class: "buttons keys-tools" },
          button("keys-make", current.some(({ state }) => state === "active") ? "Make another key pair" : "Make a key pair", "plus", () => this.#make(false)),
          button("keys-import", "Import a key pair", "upload", () => this.#import())),
        ...current.map((record) => this.#card(record)),
        retired.length > 0 ? make("details", { class: "more", "data-testid": "keys-retired" },
          make("summary", {}, `${retired.length} retired ${retired.length === 1 ? "key pair" : "key pairs"}`),
          ...retired.map((record) => this.#card(record))) : "");
      if (about !== null) this.#root.querySelector(`[data-key="${CSS.escape(about)}"] h2`)?.focus();
      else if (hadFocus) this.#root.querySelector(`${card ? `[data-key="${CSS.escape(card)}"] ` : ""}[data-testid="${CSS.escape(hadFocus)}"]`)?.focus();
    }

    #card(record) {
      const isUnlocked = session.keyId === record.id;
      return keyCard(record, { isUnlocked, actions: this.#actionsOf(record, isUnlocked) });
    }

    #actionsOf(record, isUnlocked) {
      const end = { name: "retire", symbol: "no-access", text: "Retire", bad: true, does: () => this.#retire(record) };
      if (record.state === "retired") return [];
      if (record.state === "pending") {
        return [{ name: "approve", symbol: "check", text: "Approve", primary: true, does: () => this.#approve(record) }, end];
      }
      if (!record.wrappedPrivateKey) return [...this.#sharing(record, isUnlocked), end];
      return [
        isUnlocked
          ? { name: "lock", symbol: "lock", text: "Lock", does: () => session.lock() }
          : { name: "unlock", symbol: "unlock", text: "Unlock", primary: session.state !== "unlocked", does: () => session.unlock({ id: record.id }) },
        ...this.#sharing(record, isUnlocked),
        { name: "passphrase", symbol: "edit", text: "Change passphrase", does: () => this.#change(record) },
        { name: "kit", symbol: "print", text: "Recovery kit", does: () => this.#askKit(record) },
        { name: "replace", symbol: "refresh", text: "Replace", does: () => this.#replace(record) },
        end,
      ];
    }

    /** Another key pair of ours gets the data keys from the one that is unlocked. */
    #sharing(record, isUnlocked) {
      return session.state !== "unlocked" || isUnlocked || record.encryptionFingerprint === null ? []
        : [{ name: "share", symbol: "key", text: "Give it the data keys", does: () => this.#share(record) }];
    }

    #make(isFirst) {
      this.#said = null;
      const endorser = session.state === "unlocked";
      const leave = isFirst ? null : () => this.#list();
      const form = makeForm({
        isFirst, endorser, leave,
        save: async (passphrase, forget) => {
          const made = await makeKeyPair(session, passphrase);
          forget();
          const isActive = made.registered.state === "active";
          // A second one has no data keys yet, so the first stays the one that this tab works with.
          if (isActive && !endorser) session.use(made.registered.id, made.keyPair);
          await this.#kit(made, "Store your recovery kit now");
          const record = this.#record(made.registered.id);
          if (isActive && endorser) this.#share(record);
          else this.#list(isActive ? "Your key pair is made and unlocked in this tab." : "The key pair is made. It waits for your approval below.", record.id);
        },
      });
      if (!isFirst) this.#show("form", form);
      else this.#first(form);
    }

    /** The first visit: the form stands there at once, and an existing key pair can be brought along instead. */
    #first(form) {
      this.#show("form", {
        focus: () => {},
        element: make("div", {}, form.element,
          make("p", { class: "muted after" }, "You have one already? ", make("button", {
            type: "button", class: "button", onclick: () => this.#import(), "data-testid": "keys-import",
          }, icon("upload"), "Import a key pair"))),
      });
    }

    #import() {
      this.#said = null;
      this.#show("form", importForm({
        leave: () => this.#list(),
        save: async ({ text, passphrase }) => {
          const { registered, keyPair, secret, isNew } = await importKeyPair(session, text, passphrase);
          secret.signing.fill(0);
          secret.encryption.fill(0);
          const isActive = registered.state === "active";
          if (isActive && session.state !== "unlocked") session.use(registered.id, keyPair);
          tell(this, "sealedsaved", { kind: "key-import", id: registered.id });
          this.#list(!isNew ? "The private keys are kept under the new passphrase now."
            : isActive ? "The key pair is registered, and kept under the passphrase."
            : "The key pair is registered. It waits for your approval below.", registered.id);
        },
      }));
    }

    #change(record) {
      this.#said = null;
      this.#show("form", changeForm({
        record,
        leave: () => this.#list(null, record.id),
        save: async ({ before, after }) => {
          await changePassphrase(session, record, before, after);
          tell(this, "sealedsaved", { kind: "key-passphrase", id: record.id });
          this.#list("The passphrase is changed.", record.id);
        },
      }));
    }

    #askKit(record) {
      this.#said = null;
      this.#show("form", kitForm({
        record,
        leave: () => this.#list(null, record.id),
        save: async (passphrase, forget) => {
          const { keyPair, secret } = await openRecord(record, passphrase);
          forget();
          await this.#kit({ registered: record, keyPair, secret }, "Your recovery kit");
          this.#list(null, record.id);
        },
      }));
    }

    /** Shows a kit until it is stored; rejects nothing, but where the key was locked meanwhile it never resolves. */
    #kit({ registered, keyPair, secret }, heading) {
      tell(this, "secretshown");
      this.#leaving = new AbortController();
      addEventListener("beforeunload", (event) => event.preventDefault(), { signal: this.#leaving.signal });
      return new Promise((stored) => {
        const record = this.#record(registered.id);
        const element = recoveryKit({
          account: this.dataset.account, record, keyPair, secret, heading,
          stored: () => {
            this.#leaveKit(registered.id);
            stored();
          },
        });
        this.toggleAttribute("data-kit", true);
        // Where nothing is unlocked nothing locks itself, so the kit has a time of its own.
        this.#kitTimer = setTimeout(() => this.#endKit("The kit was shown for 15 minutes and is gone from this page; “Recovery kit” shows it again."), 15 * 60_000);
        this.#show("kit", { element, focus: () => element.querySelector("[data-testid=kit-title]").focus() });
      });
    }

    #leaveKit(id) {
      clearTimeout(this.#kitTimer);
      this.#leaving.abort();
      this.#place.replaceChildren();
      this.toggleAttribute("data-kit", false);
      tell(this, "sealedsaved", { kind: "key-kit", id });
    }

    #endKit(said) {
      this.#leaveKit(null);
      this.#list(said);
    }

    async #approve(record) {
      const did = await approveDialog(this.#root, record, async () => {
        await call("POST", `/user-key-pairs/${record.id}/approve`, {});
        await session.load({ again: true });
      });
      if (!did) return;
      tell(this, "sealedsaved", { kind: "key-approve", id: record.id });
      this.#list("The key pair is approved. An ADMIN of each vault has to name it before the others follow it.", record.id);
    }

    async #retire(record) {
      const others = session.keys.filter(({ id, state }) => state === "active" && id !== record.id);
      const about = { isLast: record.state === "active" && others.length === 0, isUnlocked: session.keyId === record.id };
      if (await retireDialog(this.#root, record, about, (reason) => retire(session, record, reason))) this.#retired(record);
    }

    #retired(record) {
      tell(this, "sealedsaved", { kind: "key-retire", id: record.id });
      this.#list(`The key pair ${record.fingerprint.slice(0, 8)} is retired. Vaults that it could open are due for new data keys.`);
    }

    #share(record) {
      this.#said = null;
      this.#progress({
        record,
        says: ["The unlocked key pair wraps the data key of each vault that it opens for the other one, and signs each wrapping. Until then the other one opens no value."],
        finishes: () => "Done",
        finish: (failed) => this.#list(failed.length === 0 ? "The data keys are given." : "The data keys of the other vaults are given.", record.id),
      });
    }

    #progress(options) {
      const view = vaultProgress({ session, leave: () => this.#list(null, options.record.id), ...options });
      this.#show("share", view);
      this.#stop = view.stop;
    }

    /** A successor is made, or one that is there is taken; it gets the data keys; then the old one is retired. Each step can be taken up again. */
    async #replace(old) {
      this.#said = null;
      if (!(await session.unlock({ id: old.id }))) return;
      const successors = session.keys.filter((record) => receives(record) && record.id !== old.id && record.encryptionFingerprint !== null);
      if (successors.length === 0) {
        this.#succeed(old);
        return;
      }
      const by = (record) => (event) => event.isTrusted && (record === null ? this.#succeed(old) : this.#handOver(old, record, null));
      this.#show("form", {
        focus: () => this.#root.querySelector("[data-testid=replace-new]").focus(),
        element: make("section", { class: "form keys-form" },
          make("h2", { tabindex: -1, "data-testid": "keys-title" }, `Replace key pair ${old.fingerprint.slice(0, 8)}`),
          make("p", { class: "lead" }, "By which key pair? One that you made before can take its place, also to finish a replacement that was interrupted."),
          make("ul", { class: "lines" }, ...successors.map((record) => make("li", { class: "successor" }, fingerprintOf(record.fingerprint),
            make("button", { type: "button", class: "button", onclick: by(record), "data-testid": "replace-by" }, `By ${record.fingerprint.slice(0, 8)}`)))),
          make("div", { class: "buttons after" },
            make("button", { type: "button", class: "button button-primary", onclick: by(null), "data-testid": "replace-new" }, icon("plus"), "By a new one"),
            make("button", { type: "button", class: "button", onclick: () => this.#list(null, old.id), "data-testid": "keys-cancel" }, "Cancel"))),
      });
    }

    #succeed(old) {
      this.#show("form", makeForm({
        isFirst: false, endorser: true, leave: () => this.#list(null, old.id),
        save: async (passphrase, forget) => {
          const made = await makeKeyPair(session, passphrase);
          forget();
          await this.#kit(made, "Store the new recovery kit now");
          this.#handOver(old, this.#record(made.registered.id), made.keyPair);
        },
      }));
    }

    #handOver(old, record, keyPair) {
      this.#progress({
        record,
        says: [
          `Step 2 of 2. The key pair ${old.fingerprint.slice(0, 8)} wraps the data key of each vault that it opens for the new one, and signs each wrapping. Then it is retired.`,
          "If you stop here nothing is lost: both stay active, and “Replace” takes it up again.",
        ],
        finishes: (failed) => (failed === 0 ? `Retire ${old.fingerprint.slice(0, 8)}` : `Retire ${old.fingerprint.slice(0, 8)} all the same`),
        finish: (failed) => this.#retireReplaced(old, record, keyPair, failed),
      });
    }

    async #retireReplaced(old, record, keyPair, failed) {
      try {
        await retire(session, old, "replaced");
      } catch (error) {
        if (!isRefusal(error)) throw error;
        this.#list(null, old.id);
        this.#place.prepend(make("div", { class: "notice notice-bad", role: "alert", "data-testid": "keys-fault" }, icon("warning"), make("div", {}, wordsOf(error))));
        return;
      }
      if (keyPair !== null) session.use(record.id, keyPair);
      tell(this, "sealedsaved", { kind: "key-replace", id: record.id });
      this.#list(`The key pair ${old.fingerprint.slice(0, 8)} is replaced${failed.length === 0 ? "." : `; ${failed.length} vaults do not open with the new one.`}`, record.id);
    }

    #record(id) {
      return session.keys.find((record) => record.id === id);
    }
  });
}

const button = (testId, text, symbol, does) =>
  make("button", { type: "button", class: "button", onclick: (event) => event.isTrusted && does(), "data-testid": testId }, icon(symbol), text);
