// Small dialogs inside closed roots. The browser gives the focus back to where it was.
import { make } from "../../sealed.js";

const settlingMilliseconds = 400;

/**
 * Asks; answers the value of the button that was clicked by hand, null when it was closed otherwise.
 * `actions`: `[{text, value, kind?: "primary" | "bad", testid?}]`; `ready(dialog)` is called when it stands. Where it
 * `settles`, its actions come alive after a moment: a click that was on its way to something else does not hit them.
 */
export function askIn(root, { title, content = [], actions, testid, wide = false, settles = false, ready = null }) {
  return new Promise((answer) => {
    let chosen = null;
    const choose = (event, value) => {
      if (!event.isTrusted) return;
      chosen = value;
      dialog.close();
    };
    const buttons = actions.map(({ text, value, kind, testid: name }) => make("button", {
      type: "button", class: `button${kind ? ` button-${kind}` : ""}`, "data-testid": name, onclick: (event) => choose(event, value),
    }, text));
    const dialog = make("dialog", {
      class: wide ? "wide" : "narrow", "aria-labelledby": "dialog-title", "data-testid": testid,
      onclose: () => (dialog.remove(), answer(chosen)),
    },
      make("h2", { id: "dialog-title" }, title),
      make("div", { class: "said" }, ...content),
      make("div", { class: "buttons" }, ...buttons,
        make("button", { type: "button", class: "button", "data-testid": `${testid}-cancel`, onclick: () => dialog.close() }, actions.length > 0 ? "Cancel" : "Close")));
    root.append(dialog);
    dialog.showModal();
    if (settles) {
      for (const button of buttons) button.disabled = true;
      setTimeout(() => buttons.forEach((button) => (button.disabled = false)), settlingMilliseconds);
    }
    ready?.(dialog, (value) => ((chosen = value), dialog.close()));
  });
}

/** A list of things that can be done, moved through by the arrow keys; `[{text, symbol, act, disabled?, testid?}]`. */
export function menuIn(root, title, entries, iconOf) {
  let act = null;
  return new Promise((done) => {
    const buttons = entries.map((entry) => make("button", {
      type: "button", class: "button button-quiet", disabled: entry.disabled ?? false, "data-testid": entry.testid,
      onclick: () => ((act = entry.act), dialog.close()),
    }, iconOf(entry.symbol), entry.text));
    const move = (event) => {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      const usable = buttons.filter((button) => !button.disabled);
      usable.at((usable.indexOf(root.activeElement) + step) % usable.length).focus();
    };
    const dialog = make("dialog", {
      class: "sheet", "aria-labelledby": "dialog-title", "data-testid": "menu", onkeydown: move,
      onclick: (event) => event.target === dialog && dialog.close(),
      onclose: () => (dialog.remove(), done(), act?.()),
    }, make("h2", { id: "dialog-title" }, title), make("div", { class: "sheet-list" }, ...buttons));
    root.append(dialog);
    dialog.showModal();
    buttons.find((button) => !button.disabled)?.focus();
  });
}
