// <secret-form data-form="…">: a form whose fields live in a closed shadow root and are sent by fetch. Raises "secretsaved" with
// ids and versions, and "secretshown" before a key is shown that must not be lost.
import { CheckField, ChecksField, ChoiceField, ExpiryField, LinesField, Missing, NumberField, PermissionsField, TextField, ValueField } from "./form-fields.js";
import { Refusal } from "./portal-api.js";
import { icon, make, seal, tell } from "./sealed.js";
import { call } from "./step-up.js";
import { save } from "./shown-once.js";

const graceHint = "Hours for which the old one still works, 0 to 168";
const grace = () => new NumberField("graceHours", "Grace", { value: 24, min: 0, max: 168, hint: graceHint });
const expiry = (kind, data = null) =>
  new ExpiryField("expiresAt", "Expires", { value: data?.expires, hint: "In your time zone. From then on it can no longer be used.", about: { kind }, isNew: data === null });

const webhookSecret = {
  title: "Store this secret now",
  says: "The receiver checks the signatures of messages with it (Standard Webhooks). It is shown this once: nobody can show it again.",
  label: "The secret",
};

// Each form: its fields, where it is sent, and what its button says. "changes" sends only what was changed, with the version it was
// changed from, so that nobody's change is lost.
const forms = {
  "environment-new": () => ({
    fields: [
      new TextField("key", "Key", { hint: "Capital letters, digits and underscores, 255 at most", required: true, maxlength: 255, mono: true }),
      new ValueField("value", "Value", { hint: "Up to 64 KiB. Sealed by the server, sent past this page's connection." }),
      expiry("environment-secret"),
      new CheckField("isReserved", "Reserved", { hint: "A reserved secret cannot be deleted until it is un-reserved." }),
    ],
    method: "POST",
    path: "/secrets/environment",
    submit: "Create secret",
  }),
  "environment-edit": (data) => ({
    fields: [
      new ValueField("value", "New value", { required: false, hint: "Leave it empty to keep the present value." }),
      expiry("environment-secret", data),
      new CheckField("isReserved", "Reserved", { value: "reserved" in data, hint: "A reserved secret cannot be deleted until it is un-reserved." }),
    ],
    method: "PUT",
    path: `/secrets/environment/${data.key}`,
    submit: "Save",
    changes: true,
  }),
  "environment-rotate": (data) => ({
    fields: [new ValueField("value", "New value", { hint: "The value before stays readable for the grace time, as ?version=previous." }), grace()],
    method: "POST",
    path: `/secrets/environment/${data.key}/rotate`,
    submit: "Rotate",
  }),
  "environment-export": () => ({
    fields: [new ChoiceField("format", "Format", [["env", ".env, for shells and containers"], ["json", "JSON, with expiry and reservation"]])],
    method: "POST",
    path: "/secrets/environment/-/export",
    submit: "Export",
    file: (format) => (format === "json" ? "secrets.json" : "secrets.env"),
  }),
  "workflow-new": () => ({
    fields: [
      new TextField("name", "Name", { hint: "3 to 50 characters", required: true, maxlength: 64 }),
      new ValueField("secret", "Secret", { hint: "1 to 2,000 characters. It cannot be shown again: only workflows can use it." }),
      expiry("workflow-secret"),
    ],
    method: "POST",
    path: "/secrets/workflows",
    submit: "Create item",
  }),
  "workflow-new-key": () => ({
    fields: [
      new TextField("name", "Name", { value: "api-key:", hint: "api-key: and 3 to 50 characters. The key is generated and shown once.", required: true, maxlength: 64 }),
      expiry("workflow-secret"),
    ],
    method: "POST",
    path: "/secrets/workflows",
    submit: "Create key",
  }),
  "workflow-edit": (data) => ({
    fields: [
      new TextField("name", "Name", { value: data.name, hint: "api" in data ? "Keeps its beginning api-key:" : "3 to 50 characters", required: true, maxlength: 64 }),
      "api" in data ? null : new ValueField("secret", "New secret", { required: false, hint: "Leave it empty to keep the present one. It cannot be shown." }),
      expiry("workflow-secret", data),
    ],
    method: "PUT",
    path: `/secrets/workflows/${data.key}`,
    submit: "Save",
    changes: true,
    always: "name",
  }),
  "workflow-rotate": (data) => ({
    fields: [grace()],
    method: "POST",
    path: `/secrets/workflows/${data.key}/rotate-key`,
    submit: "Rotate the key",
  }),
  "api-key-new": (data) => {
    const permissions = new PermissionsField("permissions", "Permissions", JSON.parse(data.permissions));
    return {
      fields: [
        new TextField("name", "Name", { hint: "The machine or job that uses it", required: true, maxlength: 255 }),
        new ChoiceField("format", "Format", [["rk", "rk_ for every API of this portal"], ["ik", "ik_ for environment secrets only"]], { onchange: (format) => permissions.onlySecrets(format === "ik") }),
        permissions,
        new ExpiryField("expiresAt", "Expires", { value: new Date(Date.now() + 90 * 24 * 60 * 60 * 1000).toISOString(), hint: "In your time zone. A key without an expiry has to be remembered by somebody.", about: { kind: "api-key" }, isNew: true }),
        new LinesField("allowList", "Allowed addresses", { hint: "One network or address a line, 203.0.113.0/24 for instance. Empty: every address." }),
      ],
      method: "POST",
      path: "/api-keys",
      submit: "Create key",
    };
  },
  "agent-new": () => ({
    fields: [new TextField("name", "Name", { hint: "The machine that acts under it", required: true, maxlength: 255 })],
    method: "POST",
    path: "/agents",
    submit: "Create agent",
  }),
  "agent-key": (data) => ({
    fields: [],
    method: "POST",
    path: `/agents/${data.key}/regenerate-api-key`,
    submit: "Make the key",
  }),
  "webhook-new": (data) => ({
    fields: [
      new TextField("name", "Name", { hint: "How people call it, “chat of the operators” for instance", required: true, maxlength: 100 }),
      new TextField("url", "Address", { hint: "https. Messages are sent there by POST, signed.", required: true, maxlength: 2048, mono: true }),
      new ChecksField("events", "Events", JSON.parse(data.events), { hint: "What it is told of" }),
      new CheckField("allowsPrivateAddress", "It may lie in a private network", { hint: "Then plain http is allowed, too. Leave it off for addresses on the internet." }),
    ],
    method: "POST",
    path: "/webhooks",
    submit: "Create webhook",
    once: webhookSecret,
  }),
  "webhook-rotate": (data) => ({
    fields: [],
    method: "POST",
    path: `/webhooks/${data.key}/rotate-secret`,
    submit: "Make a new secret",
    once: webhookSecret,
  }),
  "calendar-feed": () => ({
    fields: [],
    method: "POST",
    path: "/calendar-feed",
    submit: "Make an address",
    once: {
      title: "Copy this address now",
      says: "The address is shown this once. Whoever has it reads what expires for you, without signing in. Add it to your calendar program as a subscribed calendar.",
      label: "The address",
    },
  }),
  // Of keys and issuers, which have no other form with a date: the call for many expiries, with one.
  expiry: (data) => ({
    fields: [expiry(data.kind, data)],
    method: "POST",
    path: "/expiries/change",
    body: ({ expiresAt }) => ({
      objects: [{ kind: data.kind, id: data.key }],
      ...(expiresAt === null ? { action: "clear" } : { action: "set", expiresAt }),
    }),
    async accept(answer) {
      const { lines: [{ problem }] } = await answer.clone().json();
      if (problem !== null) throw new Refusal({ title: problem.message, code: problem.code, pointer: "/expiresAt" });
    },
    submit: "Save",
    changes: true,
  }),
  "api-key-rotate": (data) => ({
    fields: [grace()],
    method: "POST",
    path: `/api-keys/${data.key}/rotate`,
    submit: "Rotate the key",
  }),
};

class SecretForm extends HTMLElement {
  #root = seal(this);
  #spec = null;
  #button = null;
  #fault = null;
  #status = null;

  connectedCallback() {
    const data = this.dataset;
    this.#spec = forms[data.form](data);
    this.#spec.fields = this.#spec.fields.filter((field) => field !== null);
    this.#status = make("p", { class: "muted", role: "status", "data-testid": "form-status" });
    this.#button = make("button", { class: "button button-primary", "data-testid": "form-submit" }, this.#spec.submit);
    this.#fault = make("div", { class: "notice notice-bad", role: "alert", hidden: true, "data-testid": "form-fault" });
    this.#root.replaceChildren(
      make("form", { class: "form", novalidate: true, onsubmit: (event) => this.#submit(event), "data-testid": "secret-form" },
        this.#fault,
        ...this.#spec.fields.map((field) => field.element),
        make("div", { class: "buttons" },
          this.#button,
          make("a", { class: "button", href: data.cancel, onclick: (event) => this.#leave(event), "data-testid": "form-cancel" }, "Cancel"),
          this.#status)));
    if (this.hasAttribute("data-focus")) this.focus();
  }

  disconnectedCallback() {
    // Nothing that was typed stays behind in a page that was left.
    this.#root.replaceChildren();
  }

  focus() {
    this.#spec.fields[0]?.focus();
  }

  async #submit(event) {
    event.preventDefault();
    if (this.#button.hasAttribute("aria-busy")) return;
    this.#clear();
    let body;
    try {
      body = this.#read();
    } catch (missing) {
      if (!(missing instanceof Missing)) throw missing;
      missing.field.fault(missing.message);
      missing.field.focus();
      return;
    }

    if (body === null) {
      this.#refuse("Nothing was changed.");
      return;
    }

    this.#button.setAttribute("aria-busy", "true");
    try {
      const answer = await call(this.#spec.method, this.#spec.path, this.#spec.body?.(body) ?? body, { accept: this.#spec.accept });
      if (this.#spec.file) {
        save(await answer.blob(), this.#spec.file(body.format));
        this.#say("Exported. Look in the browser's downloads.");
      } else {
        await this.#saved(await answer.json());
      }
    } catch (refused) {
      this.#place(refused);
    } finally {
      this.#button.removeAttribute("aria-busy");
    }
  }

  /** Null where nothing was changed. */
  #read() {
    const { fields, changes, always } = this.#spec;
    const sent = changes ? fields.filter((field) => field.changed || field.name === always) : fields;
    if (changes && !fields.some((field) => field.changed)) return null;
    const body = Object.fromEntries(sent.map((field) => [field.name, field.read()]));
    if (this.dataset.version) body.version = Number(this.dataset.version);
    return body;
  }

  async #saved(answer) {
    const name = this.#spec.fields.find((field) => field.name === "name")?.control.value ?? this.dataset.name;
    for (const field of this.#spec.fields) field.forget?.();
    const { shownOnce, id, key, version } = answer;
    if (shownOnce) {
      tell(this, "secretshown");
      const once = document.createElement("shown-once");
      this.#root.replaceChildren(once);
      await once.show(shownOnce, name, this.#spec.once);
      once.remove();
    }
    tell(this, "secretsaved", { id: key ?? id ?? this.dataset.key, version });
  }

  // The circuit does not see links in here.
  #leave(event) {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    Blazor.navigateTo(this.dataset.cancel);
  }

  #clear() {
    this.#fault.hidden = true;
    this.#say("");
    for (const field of this.#spec.fields) field.clear();
  }

  /** Beside the field it belongs to, in the service's words. */
  #place(refused) {
    if (refused.code === "step_up_required") return;
    // The service of the workflow vault names members as its own API does.
    const member = refused.member === "expires_at" ? "expiresAt" : (refused.member ?? this.#memberOf(refused.code));
    const field = this.#spec.fields.find(({ name }) => name === member);
    if (field?.fault) {
      field.fault(refused.message);
      field.focus();
    } else if (refused.code === "version_conflict") {
      this.#refuse("It was changed by somebody else meanwhile. Load the page again and look at the change before you make yours.");
    } else {
      this.#refuse(refused.message);
    }
  }

  #memberOf(code) {
    if (this.dataset.form === "environment-new" && (code === "secret_already_exists" || code === "version_conflict")) return "key";
    if (code.startsWith("name_") || code === "prefix_immutable") return "name";
    if (code.startsWith("secret_")) return "secret";
    if (code.startsWith("expires_")) return "expiresAt";
    return null;
  }

  #say(text) {
    this.#status.textContent = text;
  }

  #refuse(message) {
    this.#fault.replaceChildren(icon("warning"), make("div", {}, message));
    this.#fault.hidden = false;
  }
}

customElements.define("secret-form", SecretForm);
