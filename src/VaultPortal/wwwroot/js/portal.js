// What the page does by itself, without asking the server: theme, navigation bar, exact times, copying, shortcuts.
// Listeners sit on the document, because a circuit replaces the elements below it.
const root = document.documentElement;

function remember(name, value) {
  try {
    if (value) localStorage.setItem(`vaultportal.${name}`, value);
    else localStorage.removeItem(`vaultportal.${name}`);
  } catch {
    // Storage is switched off: the choice lasts for this page.
  }
}

// Theme and navigation bar
document.addEventListener("change", (event) => {
  if (!event.target.matches?.("[data-theme-choice]")) return;
  const theme = event.target.value;
  if (theme) root.dataset.theme = theme;
  else delete root.dataset.theme;
  remember("theme", theme);
});

// Other open pages follow the choice.
addEventListener("storage", (event) => {
  if (event.key !== "vaultportal.theme") return;
  if (event.newValue) root.dataset.theme = event.newValue;
  else delete root.dataset.theme;
  complete();
});

function toggleNavigation() {
  const icons = root.dataset.nav !== "icons";
  if (icons) root.dataset.nav = "icons";
  else delete root.dataset.nav;
  remember("nav", icons ? "icons" : "");
}

// Exact local times: only the browser knows its zone.
const exact = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });

function complete() {
  for (const time of document.querySelectorAll("time[datetime]")) {
    if (time.dataset.exactOf === time.dateTime) continue;
    time.dataset.exactOf = time.dateTime;
    time.dataset.exact = exact.format(new Date(time.dateTime));
  }
  for (const choice of document.querySelectorAll("[data-theme-choice]")) {
    choice.value = root.dataset.theme ?? "";
  }
  focusWhereLeft();
  openModals();
}

// Dialogs of pages: opened as soon as they stand; when one is gone the focus is where it was before.
const openers = new Map();

function openModals() {
  for (const dialog of document.querySelectorAll("dialog[data-modal]:not([open])")) {
    openers.set(dialog, document.activeElement);
    dialog.showModal();
  }
  for (const [dialog, opener] of openers) {
    if (dialog.isConnected) continue;
    openers.delete(dialog);
    if (document.activeElement !== document.body && document.activeElement !== null) continue;
    (opener.isConnected ? opener : document.querySelector("main h1"))?.focus();
  }
}

// Escape is a click on Cancel: the circuit takes the dialog away. Without one it is not to be left now.
document.addEventListener(
  "cancel",
  (event) => {
    if (!event.target.matches?.("dialog[data-modal]")) return;
    event.preventDefault();
    event.target.querySelector("[data-cancel]")?.click();
  },
  true,
);

// Going back scrolls to where the page was left, and puts the focus on the link by which it was, as soon as it is there again: of a
// long list only the rows in view are.
const leftBy = new Map();
let returning = null;

function scroller() {
  const page = document.getElementById("content");
  return page && getComputedStyle(page).overflowY === "auto" ? page : document.scrollingElement;
}

function focusWhereLeft() {
  if (!returning) return;
  const { href, scrolled } = returning;
  const page = scroller();
  if (scrolled !== null && page.scrollHeight - page.clientHeight >= scrolled) {
    page.scrollTop = scrolled;
    returning.scrolled = null;
  }
  const link = document.querySelector(`main a[href="${CSS.escape(href)}"]`);
  if (link && document.activeElement !== link) link.focus({ preventScroll: scrolled !== null });
}

addEventListener("popstate", () => {
  returning = leftBy.get(location.href) ?? null;
  if (returning) returning = { ...returning };
});
for (const act of ["keydown", "pointerdown", "wheel"]) {
  addEventListener(act, () => (returning = null), { capture: true, passive: true });
}
// The new page's heading is given the focus when it stands; on the way back the link has it. A name that is cut short in its row is
// said whole beside it.
document.addEventListener("focusin", (event) => {
  if (event.target.matches("h1")) focusWhereLeft();
  if (event.target.matches(".row-link")) event.target.toggleAttribute("data-cut", event.target.scrollWidth > event.target.clientWidth);
});

new MutationObserver(complete).observe(document.body, {
  childList: true,
  subtree: true,
  attributes: true,
  attributeFilter: ["datetime"],
});
complete();

// Copying
async function copy(button) {
  await navigator.clipboard.writeText(button.dataset.copy);
  button.setAttribute("data-copied", "");
  announce("Copied");
  setTimeout(() => button.removeAttribute("data-copied"), 1500);
}

function announce(text) {
  const announcer = document.getElementById("announcer");
  announcer.textContent = "";
  requestAnimationFrame(() => (announcer.textContent = text));
}

// Before Blazor follows a link.
document.addEventListener(
  "click",
  (event) => {
    const link = event.target.closest?.("main a[href]");
    if (link) leftBy.set(location.href, { href: link.getAttribute("href"), scrolled: scroller().scrollTop });
  },
  true,
);

// A row is its link, also where something of its own lies above it (a time with its tip). Selecting text opens nothing.
function openRow(event) {
  const row = event.target.closest?.("tr");
  if (!row || event.target.closest("a, button, summary, input, select, label, .pick")) return;
  if (!document.getSelection().isCollapsed) return;
  const { ctrlKey, metaKey, shiftKey } = event;
  row
    .querySelector("a.row-link")
    ?.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true, view: window, ctrlKey, metaKey, shiftKey }));
}

document.addEventListener("click", (event) => {
  openRow(event);
  // Beside the dialog: its own box is filled by its content, so only the backdrop is hit outside of it.
  if (event.target.matches?.("dialog[open]:not([data-modal])")) {
    const box = event.target.getBoundingClientRect();
    const inside =
      event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
    if (!inside) event.target.close();
  }
  const copied = event.target.closest?.("[data-copy]");
  if (copied) {
    copy(copied).catch(() => announce("The browser did not allow copying"));
    return;
  }
  if (event.target.closest?.("[data-nav-toggle]")) toggleNavigation();
  if (event.target.closest?.("[data-shortcuts]")) openShortcuts();
  if (event.target.closest?.("[data-close]")) event.target.closest("dialog").close();
  // What is chosen from a page's menu closes it.
  event.target.closest?.("main .menu-panel :is(button, a)")?.closest("details").removeAttribute("open");
  event.target.closest?.("[popover] a[href]")?.closest("[popover]").hidePopover();
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

// Shortcuts
const typing = (target) =>
  target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);

// When g was pressed; the next key within a second completes it.
let prefix = -Infinity;

function openShortcuts() {
  const dialog = document.getElementById("shortcuts");
  if (dialog && !dialog.open) dialog.showModal();
}

// A tip that is in the way is put away by Escape, until the pointer or the focus moves on.
const tip = "time[data-exact]:hover, time[data-exact]:focus, tr:has(.row-link:focus-visible) time[data-exact]";
for (const act of ["pointerover", "focusin"]) {
  document.addEventListener(act, () => delete root.dataset.tips);
}

// One step: the menu, the tip, what is typed into a search (the browser clears it), the search, what is selected, the page.
function stepBack(event) {
  // The browser itself closes dialogs and popovers.
  if (event.defaultPrevented || document.querySelector("dialog[open], :popover-open")) return;
  const menu = document.querySelector("details.menu[open]");
  if (menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  } else if (root.dataset.tips !== "off" && document.querySelector(tip)) {
    root.dataset.tips = "off";
  } else if (typing(event.target)) {
    if (event.target.type === "search" && !event.target.value) document.getElementById("content")?.focus();
  } else {
    (document.querySelector("main [data-deselect]") ?? [...document.querySelectorAll("main [data-up]")].at(-1))?.click();
  }
}

// Escape out of an element with a closed root, which tells nothing else.
document.addEventListener("sealedescape", stepBack);

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    stepBack(event);
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  if (document.querySelector("dialog[open]")) return;

  const afterG = performance.now() - prefix < 1000;
  prefix = -Infinity;
  if (afterG) {
    const target = document.querySelector(`[data-go="${CSS.escape(event.key)}"]`);
    if (target) {
      event.preventDefault();
      target.click();
    }
  } else if (event.key === "g") {
    prefix = performance.now();
  } else if (event.key === "/") {
    const search = document.querySelector("[data-search]");
    if (search) {
      event.preventDefault();
      search.focus();
      search.select();
    }
  } else if (event.key === "?") {
    openShortcuts();
  } else if (event.key === "c") {
    if (copyFocused()) event.preventDefault();
  } else if (event.key === ".") {
    if (openActions()) event.preventDefault();
  } else if (event.key === "n" || event.key === "e") {
    const action = document.querySelector(event.key === "n" ? "main [data-new]" : "main [data-edit]");
    if (action) {
      event.preventDefault();
      action.click();
    }
  }
});

const rows = "tr, li, dl > div, [role=row], [data-row]";

/** Of the element in focus, else of the row that it stands in. */
function inFocus(selector) {
  const focused = document.activeElement;
  if (focused.matches(selector)) return focused;
  return focused.querySelector(`:scope:not(body, main) ${selector}`) ?? focused.closest(rows)?.querySelector(selector) ?? null;
}

function copyFocused() {
  const copied = inFocus("[data-copy-value]");
  copied?.click();
  return copied !== null;
}

/** A menu is a <details> or a button that opens one. */
function openActions() {
  const actions = inFocus("[data-actions]") ?? document.querySelector("main [data-actions]");
  if (!actions) return false;
  if (actions.matches("details")) {
    actions.open = true;
    (actions.querySelector(".menu-panel button, .menu-panel a") ?? actions.querySelector("summary")).focus();
  } else {
    actions.focus();
    actions.click();
  }
  return true;
}

/** What is typed into a form goes as by its own button; else the page's own Save. Closed roots do this for themselves. */
function save(target) {
  const form = target.closest?.("main form, dialog[open] form");
  const button = form ? null : document.querySelector("main [data-save]");
  if (form) form.requestSubmit();
  else button?.click();
  return form !== null || button !== null;
}

document.addEventListener("keydown", (event) => {
  if (event.key === "s" && (event.ctrlKey || event.metaKey) && !event.altKey && !event.defaultPrevented) {
    if (save(event.target)) event.preventDefault();
  }
});

// Two fields that have to be the same are compared before the form is sent, so that nothing typed is lost.
document.addEventListener("input", (event) => {
  for (const again of document.querySelectorAll("input[data-same-as]")) {
    const first = document.getElementById(again.dataset.sameAs);
    if (event.target !== again && event.target !== first) continue;
    again.setCustomValidity(again.value === first.value ? "" : again.dataset.differs);
  }
});
