// When something expires: how that is said, and the dialog that sets it. It stands outside the signature.
import { builtInNotice, decisionOf, noticeOf, problemOfExpiry, wordsOfDecision, wordsOfLength } from "../../expiry-decision.js";
import { icon, make } from "../../sealed.js";
import { askIn } from "./dialog.js";
import { readExpiry } from "./expiry-text.js";
import { exactly, relatively } from "./time.js";

/** A chip as the pages have it; null where it never expires. `about` says which policy tells when it is due. */
export function expiryChip(time, about) {
  if (time === null) return null;
  const chip = make("span", { title: exactly(time), "data-testid": "expiry" });
  const show = (notice) => {
    const left = new Date(time) - Date.now();
    const [look, symbol, word] = left <= 0 ? ["bad", "expired", "Expired"] : left <= notice ? ["warn", "warning", "Due"] : ["muted", "clock", "Expires"];
    chip.className = `badge badge-${look}`;
    chip.replaceChildren(icon(symbol), `${word} ${relatively(time)}`);
  };
  show(builtInNotice);
  noticeOf(about).then((notice) => notice !== builtInNotice && show(notice));
  return chip;
}

const presets = [["30 days", 30], ["90 days", 90], ["180 days", 180], ["1 year", 365]];

/**
 * Asks for an expiry of `what`; answers ISO 8601, null for never, or undefined where it was left as it is. `about` says for which
 * policy to ask: `kind`, `vault`, `itemType`, `fieldType`. What that policy decides is said, and what it refuses is refused here.
 */
export async function askExpiry(root, what, present, about = null) {
  const decision = about && (await decisionOf(about));
  const input = make("input", {
    id: "expiry", type: "text", autocomplete: "off", spellcheck: "false", placeholder: "in 90 days, or 2027-03-31", "aria-describedby": "expiry-note",
    "data-testid": "expiry-text",
  });
  const note = make("div", { id: "expiry-note", class: "hint", role: "status" });
  const rule = decision ? ` ${wordsOfDecision(decision)}` : "";
  const told = `A date in your time zone, or how long from now.${rule}`;
  note.textContent = told;
  const say = () => {
    const at = readExpiry(input.value);
    note.textContent = input.value.trim() === "" ? told : at === null ? "Type a date as 2027-03-31, or for instance “in 90 days”." : `${exactly(at)}, ${relatively(at)}.${rule}`;
    input.toggleAttribute("aria-invalid", false);
  };
  input.addEventListener("input", say);
  const usual = decision?.defaultLifetime ?? decision?.longestLifetime;
  const choose = (text) => ((input.value = text), say(), input.focus());
  const asPolicy = usual && /[dwy]$/.test(usual) ? `in ${wordsOfLength(usual).replaceAll(",", "")}` : null;
  if (present === null && asPolicy !== null) {
    input.value = asPolicy;
    say();
  }
  const choices = make("div", { class: "chips" }, ...(asPolicy !== null ? [make("button", {
    type: "button", class: "chip", "data-testid": "expiry-policy", onclick: () => choose(asPolicy),
  }, `${wordsOfLength(usual)}, as the policy`)] : []), ...presets.map(([text, days]) => make("button", {
    type: "button", class: "chip", "data-testid": `expiry-${days}`,
    onclick: () => choose(`in ${days} days`),
  }, text)));
  for (;;) {
    const form = make("div", { class: "field" }, make("label", { for: "expiry" }, "Expires"), input, note);
    const chosen = await askIn(root, {
      title: `When does ${what} expire?`, testid: "expiry-dialog",
      content: [form, choices, make("p", { class: "hint" }, "An expiry is not part of what is signed. It is set with your other changes when you save.")],
      actions: [{ text: "Set", value: "set", kind: "primary", testid: "expiry-set" },
        ...(present === null || decision?.longestLifetime ? [] : [{ text: "Never expires", value: "never", testid: "expiry-never" }])],
      ready: (_, done) => {
        input.focus();
        input.onkeydown = (event) => {
          if (event.key !== "Enter" || !event.isTrusted) return;
          // Otherwise the button that gets the focus back is pressed by it.
          event.preventDefault();
          done("set");
        };
      },
    });
    if (chosen === null) return undefined;
    if (chosen === "never") return null;
    const at = readExpiry(input.value);
    const problem = at === null ? "Type a date as 2027-03-31, or for instance “in 90 days”." : at === present ? null : problemOfExpiry(decision, at);
    if (problem === null) return at;
    input.setAttribute("aria-invalid", "true");
    note.textContent = problem;
  }
}
