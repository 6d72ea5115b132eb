// Copying a value, and taking it out of the clipboard again.
export const clipboardSeconds = 30;

let pending = null;

/** Puts the value into the clipboard for a while. Throws when the browser does not allow it. */
export async function copyForAWhile(value, cleared) {
  await navigator.clipboard.writeText(value);
  clearTimeout(pending);
  pending = setTimeout(() => clear(value, cleared), clipboardSeconds * 1000);
}

async function clear(value, cleared) {
  // A page without the focus may not touch the clipboard: it is cleared when the focus comes back.
  if (!document.hasFocus()) {
    addEventListener("focus", () => clear(value, cleared), { once: true });
    return;
  }

  try {
    // What somebody copied since stays. Where reading is not allowed, overwriting is the safe side.
    const now = await navigator.clipboard.readText().catch(() => value);
    if (now === value) await navigator.clipboard.writeText("");
    cleared("The clipboard was cleared.");
  } catch {
    cleared("The browser did not allow to clear the clipboard. Copy something else over the value.");
  }
}
