// Blazor's script tells of a lost line by classes on #components-reconnect-modal, and counts its tries into elements there. A
// circuit that the server no longer knows (it was restarted) or that may not come back (signed out elsewhere) is answered by
// loading the page again, unless somebody on it still has something that was not saved.
const banner = document.getElementById("components-reconnect-modal");
const says = banner.querySelector("[data-says]");
const tryNow = banner.querySelector("[data-try-now]");
const loadAgain = banner.querySelector("[data-load-again]");

const seconds = document.getElementById("components-seconds-to-next-attempt");
const next = banner.querySelector("[data-next]");

const pauseMilliseconds = 2000;
const noticeMilliseconds = 8000;
const reloadedAt = "vaultportal.reloaded";

let waiting = false;
let endPause = () => {};

// The page is being left (signing out posts a form and closes the line): where it goes is decided already.
let leaving = false;
addEventListener("beforeunload", () => (leaving = true));
addEventListener("pageshow", () => (leaving = false));

function show(state, text) {
  banner.dataset.state = state;
  says.textContent = text;
}

function hide() {
  delete banner.dataset.state;
  says.textContent = "";
}

async function signedOut() {
  const answer = await fetch("/session", { cache: "no-store", redirect: "manual" });
  return answer.status === 401;
}

async function signInAgain() {
  if (!(await signedOut().catch(() => false)) || leaving) return false;
  const here = encodeURIComponent(location.pathname + location.search);
  location.assign(`/sign-in?ended=true&returnTo=${here}`);
  return true;
}

const isReachable = async () => {
  try {
    return (await fetch("/health/live", { cache: "no-store" })).ok;
  } catch {
    return false; // Not there yet.
  }
};

function pause() {
  return new Promise((done) => {
    endPause = done;
    setTimeout(done, pauseMilliseconds);
  });
}

/** The page anew. Whoever holds what is not saved keeps the page by cancelling the event; then a person decides. */
function reload() {
  if (!document.dispatchEvent(new CustomEvent("vaultportal:reload", { cancelable: true }))) {
    show("kept", "The server was restarted. Your changes are kept.");
    return;
  }
  show("loading", "The server is back. This page is loaded again.");
  try {
    sessionStorage.setItem(reloadedAt, Date.now());
  } catch {
    // Storage is switched off: then nothing is said afterwards.
  }
  location.reload();
}

async function reloadWhenReachable() {
  if (waiting) return;
  waiting = true;
  while (!(await isReachable())) {
    show("waiting", "The server does not answer. This page is loaded again as soon as it does.");
    await pause();
  }
  waiting = false;
  reload();
}

async function lineChanged() {
  if (leaving) return;
  const state = banner.classList;
  if (state.contains("components-reconnect-rejected") || state.contains("components-reconnect-failed")) {
    await reloadWhenReachable();
  } else if (state.contains("components-reconnect-show")) {
    show("trying", "The connection was lost. Trying to get it back.");
    await signInAgain();
  } else if (state.contains("components-reconnect-hide")) {
    hide();
  }
}

async function tryAtOnce() {
  if (waiting) {
    endPause();
    return;
  }
  tryNow.disabled = true;
  try {
    // False: the server answers, but has no such circuit any more.
    if (!(await Blazor.reconnect())) await reloadWhenReachable();
  } catch {
    // Still no answer; the tries go on by themselves.
  } finally {
    tryNow.disabled = false;
  }
}

/** What the page before this one went through, said for a moment. */
function sayWhatHappened() {
  let at = null;
  try {
    at = sessionStorage.getItem(reloadedAt);
    sessionStorage.removeItem(reloadedAt);
  } catch {
    // Storage is switched off.
  }
  if (at === null || Date.now() - at > noticeMilliseconds * 4) return;
  show("back", "The server was restarted. This page was loaded again.");
  setTimeout(() => {
    if (banner.dataset.state === "back") hide();
  }, noticeMilliseconds);
}

new MutationObserver(lineChanged).observe(banner, { attributes: true, attributeFilter: ["class"] });
new MutationObserver(() => (next.hidden = seconds.textContent === "0")).observe(seconds, { childList: true });
tryNow.addEventListener("click", tryAtOnce);
loadAgain.addEventListener("click", () => location.reload());

// The first connection of a page is not tried again by Blazor, and nothing on the page would work.
addEventListener("unhandledrejection", async (event) => {
  if (leaving || typeof event.reason?.errorType !== "string" || banner.dataset.state) return;
  if (await signInAgain()) return;
  show("unconnected", "This page could not be connected. If many pages of this portal are open, close some and load it again.");
});

sayWhatHappened();
