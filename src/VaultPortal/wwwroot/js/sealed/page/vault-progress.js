// Giving the vaults' data keys to another key pair of one's own, vault by vault: what is done, what was refused, and on with the rest.
import { icon, make } from "../../sealed.js";
import { giveDataKeys, isRefusal, wordsOf } from "./own-keys.js";
import { fingerprintOf } from "./review.js";

/** Answers the view; `finish(failed)` is offered at the end, `leave` at any time. It begins with a trusted click. */
export function vaultProgress({ session, record, says, finishes, finish, leave }) {
  const stop = new AbortController();
  const bar = make("progress", { "aria-label": "Vaults", max: 1, value: 0, "data-testid": "share-bar" });
  const count = make("p", { role: "status", "data-testid": "share-count" });
  const faults = make("div", { "data-testid": "share-faults" });
  const buttons = make("div", { class: "buttons after" });
  const button = (text, onclick, { primary = false, bad = false, testId, symbol = null } = {}) => make("button", {
    type: "button", class: `button${primary ? " button-primary" : ""}${bad ? " button-bad" : ""}`, onclick: (event) => event.isTrusted && onclick(), "data-testid": testId,
  }, ...(symbol ? [icon(symbol), text] : [text]));
  const later = button("Later", () => end(leave), { testId: "share-leave" });

  const show = ({ done, total, failed }) => {
    [bar.max, bar.value] = [Math.max(total, 1), done];
    count.textContent = `${done - failed.length} of ${total} ${total === 1 ? "vault" : "vaults"}`;
    faults.replaceChildren(...(failed.length === 0 ? [] : [make("div", { class: "notice notice-bad" }, icon("warning"), make("div", {},
      make("strong", {}, `${failed.length} ${failed.length === 1 ? "vault was" : "vaults were"} passed over`),
      make("ul", { class: "named-list" }, ...failed.map(({ name, why }) => make("li", {}, make("strong", {}, name), why)))))]));
  };

  async function run() {
    buttons.replaceChildren(button("Stop", () => stop.abort(), { testId: "share-stop" }));
    try {
      const { failed } = await giveDataKeys(session, record, { onprogress: show, signal: stop.signal });
      if (stop.signal.aborted) end(leave);
      else offer(failed);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      faults.replaceChildren(make("div", { class: "notice notice-bad", role: "alert" }, icon("warning"), make("div", {},
        session.state === "unlocked" ? wordsOf(error) : "The key was locked meanwhile. Unlock it and take this up again: what is done stays done.")));
      buttons.replaceChildren(button("Take it up again", resume, { primary: true, testId: "share-again" }), later);
    }
  }

  function offer(failed) {
    const isWhole = failed.length === 0;
    buttons.replaceChildren(
      ...(isWhole ? [] : [button("Try those again", run, { primary: true, testId: "share-again", symbol: "refresh" })]),
      button(finishes(failed.length), () => end(() => finish(failed)), { primary: isWhole, bad: !isWhole && finishes(0) !== "Done", testId: "share-finish" }),
      ...(failed.length > 0 || finishes(0) !== "Done" ? [later] : []));
    buttons.querySelector(".button-primary").focus();
  }

  async function resume() {
    if (await session.unlock()) await run();
  }

  const end = (next) => {
    stop.abort();
    next();
  };

  buttons.append(button("Start", resume, { primary: true, testId: "share-start" }), later);
  const element = make("section", { class: "form keys-form", "data-testid": "share" },
    make("h2", { tabindex: -1, "data-testid": "keys-title" }, "Give it the vaults' data keys"),
    ...says.map((text) => make("p", { class: "lead" }, text)),
    make("div", { class: "field" }, make("span", { class: "label" }, "They are wrapped to the key pair"), fingerprintOf(record.fingerprint, { "data-testid": "share-fingerprint" })),
    bar, count, faults, buttons);
  return { element, focus: () => element.querySelector(".button-primary").focus(), stop: () => stop.abort() };
}
