// Blazor's script tells of a lost line by classes on #components-reconnect-modal. A circuit that the server no longer
// knows (it was restarted) or that may not come back (signed out elsewhere) is answered by loading the page again.
const banner = document.getElementById("components-reconnect-modal");
let waiting = false;

// The page is being left (signing out posts a form and closes the line): where it goes is decided already.
let leaving = false;
addEventListener("beforeunload", () => (leaving = true));
addEventListener("pageshow", () => (leaving = false));

async function signedOut() {
  const answer = await fetch("/session", { cache: "no-store", redirect: "manual" });
  return answer.status === 401;
}

async function reloadWhenReachable() {
  if (waiting) return;
  waiting = true;
  for (;;) {
    try {
      if ((await fetch("/health/live", { cache: "no-store" })).ok) break;
    } catch {
      // Not there yet.
    }
    await new Promise((done) => setTimeout(done, 2000));
  }
  location.reload();
}

async function lineChanged() {
  if (leaving) return;
  const state = banner.classList;
  if (state.contains("components-reconnect-rejected") || state.contains("components-reconnect-failed")) {
    await reloadWhenReachable();
  } else if (state.contains("components-reconnect-show")) {
    if ((await signedOut().catch(() => false)) && !leaving) {
      const here = encodeURIComponent(location.pathname + location.search);
      location.assign(`/sign-in?ended=true&returnTo=${here}`);
    }
  }
}

if (banner) {
  new MutationObserver(lineChanged).observe(banner, { attributes: true, attributeFilter: ["class"] });
}
