// A person proves anew who they are, by password; that counts for five minutes. The password goes by fetch, like every value.
import { send } from "./portal-api.js";
import { icon, make, seal } from "./sealed.js";

class StepUpDialog extends HTMLElement {
  #root = seal(this);
  #done = null;
  #dialog = null;
  #password = null;
  #fault = null;

  /** True once the password was taken, false when it was not given. */
  ask() {
    return new Promise((done) => {
      this.#done = done;
      this.#build();
      this.#dialog.showModal();
      this.#password.focus();
    });
  }

  #build() {
    this.#password = make("input", {
      id: "password", type: "password", autocomplete: "current-password", required: true, maxlength: 256,
      "aria-describedby": "fault", "data-testid": "step-up-password",
    });
    this.#fault = make("p", { id: "fault", class: "fault", role: "alert", "data-testid": "step-up-fault" });
    const form = make("form", { method: "dialog", onsubmit: (event) => this.#submit(event) },
      make("div", { class: "field" }, make("label", { for: "password" }, "Password"), this.#password, this.#fault),
      make("div", { class: "buttons" },
        make("button", { class: "button button-primary", "data-testid": "step-up-submit" }, "Confirm"),
        make("button", { class: "button", type: "button", onclick: () => this.#dialog.close(), "data-testid": "step-up-cancel" }, "Cancel")));
    this.#dialog = make("dialog", { "aria-labelledby": "title", class: "narrow", onclose: () => this.#end(false), "data-testid": "step-up" },
      make("h2", { id: "title" }, "Confirm that it is you"),
      make("p", { class: "muted" }, "This needs your password again. It then counts for five minutes."),
      form);
    this.#root.replaceChildren(this.#dialog);
  }

  async #submit(event) {
    event.preventDefault();
    const button = this.#dialog.querySelector(".button-primary");
    if (button.disabled) return;
    button.disabled = true;
    this.#fault.replaceChildren();
    try {
      await send("POST", "/step-up", { password: this.#password.value });
      this.#end(true);
    } catch (refused) {
      this.#fault.replaceChildren(icon("warning"), " ", refused.message);
      this.#password.setAttribute("aria-invalid", "true");
      this.#password.value = "";
      this.#password.focus();
    } finally {
      button.disabled = false;
    }
  }

  #end(proved) {
    this.#password.value = "";
    const done = this.#done;
    this.#done = null;
    if (this.#dialog.open) this.#dialog.close();
    done?.(proved);
  }
}

customElements.define("step-up-dialog", StepUpDialog);

let asking = null;

/** Asks for the password, once however many ask for it; the focus goes back to where it was. */
export function prove() {
  asking ??= (async () => {
    const dialog = document.createElement("step-up-dialog");
    document.body.append(dialog);
    try {
      return await dialog.ask();
    } finally {
      dialog.remove();
      asking = null;
    }
  })();
  return asking;
}

/**
 * As send, but where the password is needed it is asked for, and the call is made again. `accept` throws the refusal that an answer
 * about several objects holds.
 */
export async function call(method, path, body, { headers, accept = () => {} } = {}) {
  const attempt = async () => {
    const answer = await send(method, path, body, headers);
    await accept(answer);
    return answer;
  };
  try {
    return await attempt();
  } catch (refused) {
    if (refused.code !== "step_up_required" || !(await prove())) throw refused;
    return attempt();
  }
}
