// What pages ask of the sealed elements: a click on something with data-sealed-action becomes one event on the document, which the
// element for it hears. It carries ids and the name of the action, and decides nothing: what is signed is shown and typed in the element.
const names = (text) => (text ? text.split(",") : []);

// Where the focus was when an action began; when its dialog is gone and the button with it, the page's heading has the focus.
let opener = null;

export function ask({ action, vault = null, ids = [], group = null }) {
  opener = document.activeElement;
  document.dispatchEvent(new CustomEvent("vaultportal:sealed-action", { detail: { action, vault, ids, group } }));
}

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-sealed-action]");
  if (!button) return;
  const { sealedAction: action, vault, ids, group } = button.dataset;
  // A menu closes, and the focus is on what opens it before a dialog takes it.
  const menu = button.closest("details.menu");
  if (menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
  ask({ action, vault, ids: names(ids), group });
});

function keepFocus() {
  if (!opener) return;
  const lost = document.activeElement === document.body || document.activeElement === null;
  if (!lost) opener = null;
  else if (opener.isConnected && opener !== document.body) opener.focus();
  else document.querySelector("main h1")?.focus();
}

// The circuit answers in its own time, and takes buttons away when it does.
document.addEventListener("sealedsaved", () => {
  const watch = new MutationObserver(keepFocus);
  watch.observe(document.querySelector("main"), { childList: true, subtree: true });
  setTimeout(() => watch.disconnect(), 3000);
});
