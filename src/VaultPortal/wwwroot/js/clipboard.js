// Copying a value, and taking it out of the clipboard again: after a while, or at once when the key is locked. The value itself is not
// kept meanwhile, only its hash, to tell whether it still is what lies there.
export const clipboardSeconds = 30;

let pending = null;

/** Puts the value into the clipboard for a while. Throws when the browser does not allow it. */
export async function copyForAWhile(value, cleared) {
  await navigator.clipboard.writeText(value);
  clearTimeout(pending?.timer);
  pending = { hash: await hashOf(value), cleared, timer: setTimeout(clearClipboard, clipboardSeconds * 1000) };
}

/** Clears what was copied here, where that still lies in the clipboard. */
export async function clearClipboard() {
  if (pending === null) return;
  // A page without the focus may not touch the clipboard: it is cleared when the focus comes back.
  if (!document.hasFocus()) {
    addEventListener("focus", clearClipboard, { once: true });
    return;
  }

  const { hash, cleared, timer } = pending;
  pending = null;
  clearTimeout(timer);
  try {
    // What somebody copied since stays. Where reading is not allowed, overwriting is the safe side.
    const now = await navigator.clipboard.readText().then(hashOf, () => hash);
    if (now === hash) await navigator.clipboard.writeText("");
    cleared("The clipboard was cleared.");
  } catch {
    cleared("The browser did not allow to clear the clipboard. Copy something else over the value.");
  }
}

async function hashOf(text) {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return new Uint8Array(digest).join();
}
