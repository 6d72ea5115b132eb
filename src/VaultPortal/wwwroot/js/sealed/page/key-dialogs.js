// What is asked before a key pair is approved or retired: each names its fingerprint and what follows.
import { icon, make } from "../../sealed.js";
import { shortOf } from "./key-card.js";
import { isRefusal, wordsOf } from "./own-keys.js";
import { fingerprintOf } from "./review.js";

/** Opens a dialog in a closed root; `act` is called on a trusted yes, and the dialog stays open where it is refused. */
function confirm(root, { title, says, fields = [], yes, bad = false, ready = () => true, act }) {
  return new Promise((done) => {
    const problem = make("p", { class: "fault", role: "alert", "data-testid": "confirm-fault" });
    const go = make("button", { class: `button ${bad ? "button-bad" : "button-primary"}`, "data-testid": "confirm-yes" }, yes);
    let answer = false;
    const onsubmit = async (event) => {
      event.preventDefault();
      if (!event.isTrusted || !ready() || go.hasAttribute("aria-busy")) return;
      go.setAttribute("aria-busy", "true");
      try {
        await act();
        answer = true;
        dialog.close();
      } catch (error) {
        if (!isRefusal(error) && !error.code) throw error;
        problem.replaceChildren(icon("warning"), " ", wordsOf(error));
      } finally {
        go.removeAttribute("aria-busy");
      }
    };
    const dialog = make("dialog", {
      "aria-labelledby": "confirm-title", class: "narrow", "data-testid": "confirm",
      onclose: () => {
        dialog.remove();
        done(answer);
      },
    },
      make("h2", { id: "confirm-title" }, title),
      make("form", { onsubmit },
        make("div", { class: "said" }, ...says),
        ...fields, problem,
        make("div", { class: "buttons" }, go,
          make("button", { type: "button", class: "button", onclick: () => dialog.close(), "data-testid": "confirm-no" }, "Cancel"))));
    root.append(dialog);
    const follow = () => (go.disabled = !ready());
    dialog.addEventListener("input", follow);
    follow();
    dialog.showModal();
  });
}

export function approveDialog(root, record, act) {
  return confirm(root, {
    title: `Approve key pair ${shortOf(record)}?`,
    says: [
      make("p", {}, "Compare this with what the other device or machine shows. Approve it only if it is the same:"),
      make("p", {}, fingerprintOf(record.fingerprint, { "data-testid": "approve-fingerprint" })),
      make("p", { class: "muted" },
        "It then signs in your name. No earlier key of yours vouches for it, so the other members' clients follow it only once an ADMIN of their vault has named it among the members."),
    ],
    yes: "Approve",
    act,
  });
}

const reasons = [
  ["replaced", "Replaced", "another key pair has taken its place"],
  ["lost", "Lost", "nobody can use it any more"],
  ["compromised", "Compromised", "somebody else may have it: what it signed last is to be signed again"],
];

export function retireDialog(root, record, { isLast, isUnlocked }, act) {
  let reason = "replaced";
  const typed = make("input", { id: "confirm-typed", autocomplete: "off", spellcheck: "false", class: "mono", "data-testid": "confirm-typed" });
  const choice = make("fieldset", { class: "plain field" }, make("legend", { class: "label" }, "Why"), ...reasons.map(([value, name, means]) =>
    make("label", { class: "check", for: `reason-${value}` },
      make("input", { type: "radio", name: "reason", id: `reason-${value}`, value, checked: value === reason, onchange: () => (reason = value), "data-testid": `reason-${value}` }),
      make("span", {}, name, make("span", { class: "hint" }, means)))));
  return confirm(root, {
    title: `Retire key pair ${shortOf(record)}?`,
    says: [
      make("p", {}, fingerprintOf(record.fingerprint)),
      make("p", {}, "It signs no more, and the data keys that were wrapped to it are deleted: their vaults are due for new ones. What it signed stands. This cannot be undone."),
      isLast ? make("p", { class: "warned" }, icon("warning"), " It is your last active key pair. The next one has to be approved, and your vaults open again only when another member shares them with you.") : null,
      isUnlocked ? make("p", { class: "muted" }, "It is the one that is unlocked in this tab, which will be locked.") : null,
    ].filter((line) => line !== null),
    fields: [choice, make("div", { class: "field" }, make("label", { for: "confirm-typed" }, `Type ${shortOf(record)} to confirm`), typed)],
    yes: "Retire",
    bad: true,
    ready: () => typed.value.trim() === shortOf(record),
    act: () => act(reason),
  });
}
