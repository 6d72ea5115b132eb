// <import-form>: a file or a pasted text of secrets. It is checked first, and shown what would become of each line.
import { ChoiceField } from "./form-fields.js";
import { icon, make, seal } from "./sealed.js";
import { call } from "./step-up.js";

const mostRows = 500;
const mostBytes = 16 << 20;

const words = {
  created: "Created",
  replaced: "Replaced",
  skipped: "Skipped, stays as it is",
  failed: "Failed",
  held: "Not written, because another failed",
};

const planned = { ...words, created: "Will be created", replaced: "Will be replaced", skipped: "Will be skipped", failed: "Fails", held: "Will not be written, because another fails" };

class ImportForm extends HTMLElement {
  #root = seal(this);
  // The text of a chosen file; it is not put into the page.
  #file = null;
  #paste = null;
  #chosen = null;
  #fault = null;
  #result = null;
  #format = null;
  #conflict = null;
  #check = null;

  connectedCallback() {
    this.#paste = make("textarea", {
      id: "text", rows: 8, class: "mono masked", wrap: "off", autocomplete: "off", autocapitalize: "none", spellcheck: "false", translate: "no",
      "aria-describedby": "text-note", oninput: () => this.#changed(), "data-testid": "import-text",
    });
    const show = make("button", { type: "button", class: "button", "data-testid": "import-show" });
    const mask = (hidden) => {
      this.#paste.classList.toggle("masked", hidden);
      show.replaceChildren(icon(hidden ? "show" : "hide"), hidden ? "Show" : "Hide");
    };
    mask(true);
    show.addEventListener("click", () => mask(!this.#paste.classList.contains("masked")));
    const file = make("input", { id: "file", type: "file", accept: ".env,.json,.txt,text/plain,application/json", onchange: (event) => this.#choose(event.target), "data-testid": "import-file" });
    this.#chosen = make("div", { class: "hint", role: "status", "data-testid": "import-chosen" });
    this.#format = new ChoiceField("format", "Format", [["env", ".env: KEY=value"], ["json", "JSON: {\"secrets\": […]}"]], { onchange: () => this.#changed() });
    this.#conflict = new ChoiceField("onConflict", "Where a key is there already", [["fail", "Fail, and write nothing"], ["skip", "Skip it"], ["replace", "Replace its value"]], { onchange: () => this.#changed() });
    this.#fault = make("div", { class: "notice notice-bad", role: "alert", hidden: true, "data-testid": "form-fault" });
    this.#check = make("button", { class: "button button-primary", "data-testid": "import-check" }, "Check");
    this.#result = make("div", { "data-testid": "import-result" });
    this.#root.replaceChildren(
      make("form", { class: "form", novalidate: true, onsubmit: (event) => this.#run(event, true) },
        this.#fault,
        make("div", { class: "field" }, make("label", { for: "file" }, "File"), file, this.#chosen),
        make("div", { class: "field" },
          make("label", { for: "text" }, "Or paste"), this.#paste,
          make("div", { class: "buttons tools" }, show),
          make("div", { id: "text-note", class: "hint" }, "Sent past this page's connection, straight to the server.")),
        this.#format.element,
        this.#conflict.element,
        make("div", { class: "buttons" },
          this.#check,
          make("a", { class: "button", href: this.dataset.cancel, onclick: (event) => this.#leave(event), "data-testid": "form-cancel" }, "Cancel"))),
      this.#result);
  }

  disconnectedCallback() {
    this.#file = null;
    this.#root.replaceChildren();
  }

  focus() {
    this.#root.querySelector("input").focus();
  }

  async #choose(input) {
    const [file] = input.files;
    this.#file = null;
    this.#changed();
    if (!file) {
      this.#chosen.textContent = "";
    } else if (file.size > mostBytes) {
      this.#chosen.textContent = "A file has at most 16 MiB.";
    } else {
      this.#file = await file.text();
      this.#format.control.value = /^\s*\{/.test(this.#file) ? "json" : "env";
      this.#chosen.textContent = `${file.name}, ${file.size.toLocaleString("en")} bytes. It is not shown here.`;
    }
  }

  // What was checked is no longer what would be written.
  #changed() {
    this.#result.replaceChildren();
    this.#fault.hidden = true;
  }

  async #run(event, dryRun) {
    event.preventDefault();
    const text = this.#file ?? this.#paste.value;
    if (text.trim() === "") {
      this.#refuse("Choose a file, or paste its text.");
      return;
    }

    const button = event.submitter ?? event.target;
    if (button.hasAttribute("aria-busy")) return;
    button.setAttribute("aria-busy", "true");
    this.#fault.hidden = true;
    try {
      const answer = await call("POST", "/secrets/environment/-/import", {
        format: this.#format.read(), text, onConflict: this.#conflict.read(), dryRun,
      });
      this.#show(await answer.json(), dryRun);
    } catch (refused) {
      if (refused.code !== "step_up_required") this.#refuse(refused.message);
    } finally {
      button.removeAttribute("aria-busy");
    }
  }

  #show(report, dryRun) {
    const says = dryRun ? planned : words;
    const heading = make("h2", { class: "section", tabindex: -1, "data-testid": "import-title" }, dryRun ? "What would happen" : "What happened");
    const counts = make("p", { role: "status", "data-testid": "import-counts" },
      `${report.created} created, ${report.replaced} replaced, ${report.skipped} skipped, ${report.failed} failed.`);
    const rows = report.entries.slice(0, mostRows).map((entry) =>
      make("tr", { "data-testid": `import-row-${entry.line}` },
        make("td", { class: "number", "data-label": "Line" }, String(entry.line)),
        make("td", {}, make("span", { class: "mono cut" }, entry.key)),
        make("td", {}, make("span", { class: entry.outcome === "failed" ? "fault" : entry.outcome === "replaced" ? "warned" : false }, says[entry.outcome], entry.error ? `: ${entry.error}` : ""))));
    const table = make("table", { class: "grid grid-import", "aria-label": "Lines", "data-testid": "import-table" },
      make("thead", {}, make("tr", {}, make("th", { scope: "col", class: "number" }, "Line"), make("th", { scope: "col" }, "Key"), make("th", { scope: "col" }, "What happens"))),
      make("tbody", {}, ...rows));
    const more = report.entries.length > mostRows ? make("p", { class: "muted" }, `and ${report.entries.length - mostRows} more`) : null;
    const next = make("div", { class: "buttons after" });
    if (dryRun && report.failed === 0 && report.created + report.replaced > 0) {
      next.append(make("button", { type: "button", class: "button button-primary", onclick: (event) => this.#run(event, false), "data-testid": "import-apply" }, `Import ${report.created + report.replaced}`));
    } else if (!dryRun) {
      this.#file = null;
      this.#paste.value = "";
      next.append(make("a", { class: "button button-primary", href: this.dataset.cancel, onclick: (event) => this.#leave(event), "data-testid": "import-done" }, "To the secrets"));
    } else if (report.failed > 0) {
      next.append(make("p", {}, "Nothing would be written. Mend what fails, or choose what happens where a key is there already."));
    }
    this.#result.replaceChildren(heading, counts, table, ...(more ? [more] : []), next);
    heading.focus();
  }

  #leave(event) {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    Blazor.navigateTo(this.dataset.cancel);
  }

  #refuse(message) {
    this.#fault.replaceChildren(icon("warning"), make("div", {}, message));
    this.#fault.hidden = false;
  }
}

customElements.define("import-form", ImportForm);
