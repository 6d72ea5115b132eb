// <sealed-verdict data-vault data-item>: whether what the server shows of an item holds, checked in this browser. A state that does not
// is said loudly, above everything else, locked or not.
import { icon, make, seal } from "../../sealed.js";
import { isDistrust } from "./fault.js";
import { keylessClient } from "./keyless.js";
import { troubleOf } from "./trouble.js";

export function defineVerdict(session) {
  customElements.define("sealed-verdict", class extends HTMLElement {
    #root = seal(this);

    async connectedCallback() {
      const { vault: vaultId, item: itemId } = this.dataset;
      this.#badge("muted", "clock", "Checking in this browser", "checking");
      try {
        const vault = await keylessClient(session).openVault(vaultId);
        const item = await vault.openItem(itemId, { lazily: true });
        this.#badge("good", "shield-check", `Verified here, version ${item.version}`, "verified");
      } catch (error) {
        if (isDistrust(error)) this.#refuse(error);
        // What cannot be read is no verdict: the page says what is the matter.
        else this.#badge("muted", "warning", "Not checked here", "unchecked");
      }
    }

    #badge(look, symbol, text, state) {
      this.dataset.state = state;
      this.#root.replaceChildren(make("span", {
        class: `badge badge-${look}`, title: "Signature, signer and members, checked by this browser and not by the server", "data-testid": "verdict", "data-state": state,
      }, icon(symbol), text));
    }

    #refuse(error) {
      this.dataset.state = "refused";
      this.#root.replaceChildren(troubleOf(error));
    }
  });
}
