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
}

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

document.addEventListener("click", (event) => {
  const copied = event.target.closest?.("[data-copy]");
  if (copied) {
    copy(copied).catch(() => announce("The browser did not allow copying"));
    return;
  }
  if (event.target.closest?.("[data-nav-toggle]")) toggleNavigation();
  if (event.target.closest?.("[data-shortcuts]")) openShortcuts();
  if (event.target.closest?.("[data-close]")) event.target.closest("dialog").close();
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

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    const menu = document.querySelector("details.menu[open]");
    if (menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
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
  }
});
