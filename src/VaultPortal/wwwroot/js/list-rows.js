// Of a long list only the rows around the window are there. Tab at their edge waits for the row that is coming, instead of leaving the
// list behind.
let awaited = null;

function stops(row) {
  return [...row.querySelectorAll("a[href], button, input, summary")];
}

function tabToComingRow(event) {
  const row = event.target.closest?.(".grid-window tbody tr[aria-rowindex]");
  if (!row) return;
  const edge = event.shiftKey ? row.previousElementSibling : row.nextElementSibling;
  const ends = !edge || edge.hasAttribute("aria-rowindex") || edge.getBoundingClientRect().height < 1;
  if (ends || stops(row).at(event.shiftKey ? 0 : -1) !== event.target) return;
  event.preventDefault();
  awaited = { index: Number(row.getAttribute("aria-rowindex")) + (event.shiftKey ? -1 : 1), stop: event.shiftKey ? -1 : 0 };
  row.scrollIntoView({ block: "center" });
}

function focusAwaited() {
  const row = awaited && document.querySelector(`.grid-window tr[aria-rowindex="${awaited.index}"]`);
  const stop = row && stops(row).at(awaited.stop);
  if (!stop) return;
  awaited = null;
  stop.focus();
}

document.addEventListener("keydown", (event) => {
  awaited = null;
  if (event.key === "Tab") tabToComingRow(event);
});
document.addEventListener("pointerdown", () => (awaited = null));
new MutationObserver(focusAwaited).observe(document.body, { childList: true, subtree: true });
