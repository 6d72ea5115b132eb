// What stands where values would be as long as nothing opens them: why not, and the one button that goes on from there. An element
// that shows values puts it into its closed root; it comes and goes by itself.
import { icon, make } from "../../sealed.js";

/** A notice that is shown while the key of this tab is not unlocked. `what` names what is locked: "Values", "Signing". */
export const lockedNotice = (session, what = "Values are") => new LockedNotice(session, what);

/** To the page of the user's keys, by the link of the account menu, so that the page itself is not loaded anew. */
export function goToKeys(event = null) {
  const link = document.querySelector("[data-go-keys]");
  if (link === null) return;
  event?.preventDefault();
  link.click();
}

class LockedNotice extends HTMLElement {
  #session;
  #what;
  #ended = null;

  constructor(session, what) {
    super();
    [this.#session, this.#what] = [session, what];
  }

  connectedCallback() {
    this.#ended = this.#session.onchange(() => this.#show());
    this.#show();
    this.#session.load().catch(() => this.#show());
  }

  disconnectedCallback() {
    this.#ended();
  }

  #show() {
    const { state } = this.#session;
    this.hidden = state === "unlocked" || state === "unknown";
    const hadFocus = this.matches(":focus-within");
    if (this.dataset.state === state) return;
    this.dataset.state = state;
    this.replaceChildren(...(this.hidden ? [] : [this.#notice(state)]));
    if (hadFocus) this.querySelector("a, button")?.focus();
  }

  #notice(state) {
    const [symbol, text, action] = {
      locked: ["lock", `${this.#what} locked.`, this.#unlock()],
      pending: ["warning", "Your key pair waits for approval.", keysLink("Your keys")],
      none: this.#session.keys.some((key) => key.state === "active")
        ? ["warning", "None of your key pairs can be unlocked in a browser.", keysLink("Your keys")]
        : ["warning", "You have no key pair yet.", keysLink("Make one")],
    }[state];
    return make("div", { class: "notice locked", role: "status", "data-testid": "locked", "data-state": state },
      icon(symbol), make("div", {}, text), make("div", { class: "notice-end" }, action));
  }

  #unlock() {
    const click = (event) => event.isTrusted && this.#session.unlock();
    return make("button", { type: "button", class: "button", onclick: click, "data-testid": "locked-unlock" }, icon("unlock"), "Unlock");
  }
}

const keysLink = (text) =>
  make("a", { class: "button", href: "account/keys", onclick: goToKeys, "data-testid": "locked-keys" }, icon("key"), text);

customElements.define("locked-notice", LockedNotice);
