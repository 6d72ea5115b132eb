// Rows of a vault that are dragged: items onto a group (that is signed, so the sealed element is asked), items within their group and
// groups among themselves (the reader's own order, which the circuit keeps). A drag carries ids and nothing else.
import { ask } from "./sealed-actions-bridge.js";

const type = "application/x-vaultportal-rows";
let dragged = null;

const tableOf = (target) => target.closest?.("table[data-items-of]") ?? null;

function idsWith(row) {
  if (!row.classList.contains("picked")) return [row.dataset.item];
  const all = document.querySelector("main .selection [data-ids]")?.dataset.ids;
  return all ? all.split(",") : [row.dataset.item];
}

/** Where a drop would go; null where it would do nothing. */
function place(table, row) {
  if (!row || dragged.table !== table) return null;
  const { item, group, groupHead } = row.dataset;
  if (dragged.group) return groupHead && groupHead !== "none" && groupHead !== dragged.group ? { order: { group: dragged.group, before: groupHead } } : null;
  const to = groupHead ?? group;
  if (dragged.items.includes(item)) return null;
  if (to !== dragged.from) return "mayMove" in table.dataset ? { move: to } : null;
  return item && "ownOrder" in table.dataset ? { order: { items: dragged.items, before: item } } : null;
}

function mark(row) {
  for (const marked of document.querySelectorAll("tr[data-drop]")) if (marked !== row) delete marked.dataset.drop;
  if (row) row.dataset.drop = "";
}

document.addEventListener("dragstart", (event) => {
  const table = tableOf(event.target);
  const row = table && event.target.closest("tr[draggable=true]");
  if (!row) return;
  const { groupHead, group } = row.dataset;
  dragged = groupHead ? { table, group: groupHead } : { table, items: idsWith(row), from: group };
  // A link would otherwise offer its address to other windows.
  event.dataTransfer.clearData();
  event.dataTransfer.setData(type, groupHead ?? dragged.items.join(","));
  event.dataTransfer.effectAllowed = "move";
});

document.addEventListener("dragover", (event) => {
  const table = dragged && tableOf(event.target);
  if (!table) return;
  const row = event.target.closest("tr");
  const to = place(table, row);
  mark(to ? row : null);
  if (to) event.preventDefault();
});

document.addEventListener("drop", (event) => {
  const table = dragged && tableOf(event.target);
  const to = table && place(table, event.target.closest("tr"));
  if (!to) return;
  event.preventDefault();
  if (to.order) table.dispatchEvent(new CustomEvent("ordermoved", { bubbles: true, detail: to.order }));
  else ask({ action: "move-items", vault: table.dataset.itemsOf, ids: dragged.items, group: to.move === "none" ? null : to.move });
});

document.addEventListener("dragend", () => {
  dragged = null;
  mark(null);
});
