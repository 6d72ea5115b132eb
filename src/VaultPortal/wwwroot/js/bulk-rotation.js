// <bulk-rotation data-body="…" data-label="…">: rotates what the body names, once however often it is sent, and shows the new keys in a
// closed root. Raises "rotationphase" with counts: begun, refused, unsure (it was not answered), shown, stored.
import { icon, make, seal, tell } from "./sealed.js";
import { save } from "./shown-once.js";
import { call } from "./step-up.js";

const kinds = { "environment-secret": "environment secret", "api-key": "API key", "workflow-secret": "workflow key" };
const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const two = (number) => String(number).padStart(2, "0");

// As everywhere in the portal: "23 Nov 2026, 14:05", in the time of this browser.
function exact(moment) {
  const at = new Date(moment);
  return `${at.getDate()} ${months[at.getMonth()]} ${at.getFullYear()}, ${two(at.getHours())}:${two(at.getMinutes())}`;
}

const isOver = (moment) => Date.parse(moment) <= Date.now();

/** Whether a call that ended so can have taken effect. */
const isUnsure = ({ code }) => code === undefined || code === "unreachable" || code === "idempotency_in_progress" || code === "unavailable" || /^(status_5|internal)/.test(code);

class BulkRotation extends HTMLElement {
  static observedAttributes = ["data-body", "data-label"];
  #root = seal(this);
  #leaving = new AbortController();
  #button = null;
  #fault = null;
  #status = null;
  // Of this very request: whoever sends it again is answered the same, and nothing is rotated twice.
  #once = null;
  // Once it was not answered: whatever refuses the next try says nothing about the first one.
  #unsure = false;
  #running = false;

  connectedCallback() {
    this.#fault = make("div", { class: "notice notice-bad whole", role: "alert", hidden: true, "data-testid": "rotate-refused" });
    this.#button = make("button", { type: "button", class: "button button-primary", onclick: () => this.#run(), "data-testid": "rotate-apply" });
    this.#status = make("p", { class: "muted", role: "status", "data-testid": "rotate-status" });
    this.#root.replaceChildren(this.#fault, this.#button, this.#status);
    this.attributeChangedCallback();
  }

  disconnectedCallback() {
    this.#leaving.abort();
    this.#root.replaceChildren();
  }

  attributeChangedCallback() {
    if (!this.#button || this.#running) return;
    this.#button.replaceChildren(this.dataset.label ?? "Rotate");
    this.#button.disabled = !this.dataset.body;
  }

  async #run() {
    if (this.#running) return;
    if (this.#once?.body !== this.dataset.body) this.#once = { body: this.dataset.body, key: crypto.randomUUID() };
    this.#begin();
    try {
      const answer = await call("POST", "/expiries/rotate", JSON.parse(this.#once.body), { headers: { "Idempotency-Key": this.#once.key } });
      this.#show((await answer.json()).lines);
    } catch (refused) {
      this.#fail(refused);
    }
  }

  #begin() {
    this.#running = true;
    this.#fault.hidden = true;
    this.#button.setAttribute("aria-busy", "true");
    this.#status.textContent = "Rotating …";
    // Keys may come: the page is not left before they are stored. A second Escape closes a dialog whatever is said to the first.
    addEventListener("beforeunload", (event) => event.preventDefault(), { signal: this.#leaving.signal });
    const dialog = this.closest("dialog");
    dialog.addEventListener("close", () => dialog.isConnected && dialog.showModal(), { signal: this.#leaving.signal });
    tell(this, "rotationphase", { phase: "begun" });
  }

  #release() {
    this.#leaving.abort();
    this.#leaving = new AbortController();
  }

  #fail(refused) {
    const unanswered = isUnsure(refused);
    const unsure = unanswered || (this.#unsure && refused.code !== "idempotency_secret_gone");
    this.#unsure = unsure;
    this.#release();
    this.#button.removeAttribute("aria-busy");
    this.#status.textContent = "";
    this.#running = false;
    if (unsure) {
      this.#button.replaceChildren("Ask again");
      const unknown = "There was no answer, so it is not known whether it was done. Ask again within ten minutes: nothing is rotated twice, and new keys are shown.";
      this.#refuse(unanswered || refused.code === "step_up_required" ? unknown : `${refused.message} ${unknown}`);
    } else {
      this.#once = null;
      if (refused.code !== "step_up_required") this.#refuse(refused.message);
    }
    tell(this, "rotationphase", { phase: unsure ? "unsure" : "refused" });
  }

  #refuse(message) {
    this.#fault.replaceChildren(icon("warning"), make("div", {}, message));
    this.#fault.hidden = false;
  }

  #show(lines) {
    this.#unsure = false;
    const keys = lines.filter((line) => line.shownOnce);
    const left = lines.filter((line) => line.problem);
    const heading = make("h3", { tabindex: -1, "data-testid": "rotate-shown-title" }, keys.length ? `Store ${keys.length === 1 ? "this key" : `these ${keys.length} keys`} now` : "Done");
    this.#status = make("p", { class: "muted", role: "status", "data-testid": "rotate-status" });
    const parts = [keys.length ? this.#keys(keys) : null, this.#outcome(lines)];
    this.#root.replaceChildren(
      make("section", { class: "rotated", "data-testid": "rotate-shown" },
        make("header", { class: "named" }, icon(keys.length ? "warning" : "check"), heading),
        ...parts,
        this.#status,
        keys.length ? this.#confirmation() : null));
    if (!keys.length) this.#release();
    tell(this, "rotationphase", { phase: "shown", rotated: lines.length - left.length, left: left.length, keys: keys.length });
    heading.focus();
  }

  #keys(keys) {
    return make("div", { class: "rotated-keys" },
      make("p", {}, "Shown this once. Only their hashes are kept: nobody can show them again."),
      make("ul", {}, ...keys.map((line) => this.#key(line))),
      make("div", { class: "buttons" },
        make("button", { type: "button", class: "button", onclick: () => this.#download(keys), "data-testid": "rotate-save" }, icon("download"), "Save as file")));
  }

  #key(line) {
    const name = line.title ?? line.id;
    return make("li", { "data-testid": "rotate-key", "data-object": `${line.kind}:${line.id}` },
      make("div", { class: "rotated-name" }, make("strong", {}, name), " ", make("span", { class: "muted" }, `${kinds[line.kind]}, the old one ${isOver(line.oldUntil) ? "has ended" : `is good until ${exact(line.oldUntil)}`}`)),
      make("pre", { class: "value", tabindex: 0, role: "group", "aria-label": `The new key of ${name}`, "data-testid": "rotate-key-value" }, line.shownOnce),
      make("button", { type: "button", class: "button", onclick: () => this.#copy(line.shownOnce, name), "aria-label": `Copy the new key of ${name}`, "data-testid": "rotate-copy" }, icon("copy"), "Copy"));
  }

  /** What has no key to be shown: new values, and what stayed. */
  #outcome(lines) {
    const others = lines.filter((line) => !line.shownOnce);
    if (!others.length) return null;
    return make("ul", { class: "rotated-lines", tabindex: 0, role: "group", "aria-label": "What happened", "data-testid": "rotate-outcome" },
      ...others.map((line) => make("li", { "data-problem": line.problem?.code },
        icon(line.problem ? "warning" : "check"),
        make("span", {}, make("strong", {}, line.title ?? line.id), line.problem
          ? ` stays as it is: ${line.problem.message}`
          : ` has a new value, version ${line.version}; the old one is ${isOver(line.oldUntil) ? "not readable any more" : `readable until ${exact(line.oldUntil)}`}.`))));
  }

  #confirmation() {
    const check = make("input", { type: "checkbox", id: "stored", "data-testid": "rotate-stored" });
    return make("form", {
      onsubmit: (event) => {
        event.preventDefault();
        if (!check.checked) {
          this.#status.textContent = "Say that you have stored them before you go on.";
          check.focus();
          return;
        }
        this.#release();
        this.#root.replaceChildren();
        tell(this, "rotationphase", { phase: "stored" });
      },
    }, make("label", { class: "check", for: "stored" }, check, "I have stored them"), make("button", { class: "button button-primary", "data-testid": "rotate-continue" }, "Continue"));
  }

  async #copy(key, name) {
    try {
      await navigator.clipboard.writeText(key);
      this.#status.textContent = `Copied the key of ${name}. Copy something else once it is stored, so that it does not stay in the clipboard.`;
    } catch {
      this.#status.textContent = "The browser did not allow copying. Select the key, or save the file.";
    }
  }

  #download(keys) {
    const text = keys.map((line) => `${line.kind}\t${line.successorId ?? line.id}\t${line.title ?? ""}\t${line.shownOnce}\n`).join("");
    save(new Blob([text], { type: "text/plain" }), "rotated-keys.txt");
    this.#status.textContent = "Saved: kind, id, name and key, with tabs between. Move the file to where only its users can read it.";
  }
}

customElements.define("bulk-rotation", BulkRotation);
