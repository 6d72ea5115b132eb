// The days of a month: one of them is a stop of Tab, the arrow keys lead from day to day and from month to month.
const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };

// The day that has the focus as soon as its month is there.
let awaited = null;

const day = (date) => document.querySelector(`[data-calendar] [data-day="${date}"]`);

function stepped(date, days) {
  const moved = new Date(`${date}T00:00:00Z`);
  moved.setUTCDate(moved.getUTCDate() + days);
  return moved.toISOString().slice(0, 10);
}

function otherMonth(date, months) {
  const [year, month, ofMonth] = date.split("-").map(Number);
  const last = new Date(Date.UTC(year, month - 1 + months + 1, 0)).getUTCDate();
  return new Date(Date.UTC(year, month - 1 + months, Math.min(ofMonth, last))).toISOString().slice(0, 10);
}

function goTo(date, back) {
  const there = day(date);
  if (there && !there.hasAttribute("data-outside")) {
    there.focus();
    return;
  }
  awaited = date;
  document.querySelector(back ? "[data-month-before]" : "[data-month-after]")?.click();
}

document.addEventListener("keydown", (event) => {
  const from = event.target.closest?.("[data-calendar] [data-day]")?.dataset.day;
  awaited = null;
  if (!from || event.ctrlKey || event.metaKey || event.altKey) return;
  const weekday = (new Date(`${from}T00:00:00Z`).getUTCDay() + 6) % 7;
  const target =
    event.key in steps ? stepped(from, steps[event.key])
    : event.key === "Home" ? stepped(from, -weekday)
    : event.key === "End" ? stepped(from, 6 - weekday)
    : event.key === "PageUp" ? otherMonth(from, -1)
    : event.key === "PageDown" ? otherMonth(from, 1)
    : null;
  if (target === null) return;
  event.preventDefault();
  goTo(target, target < from);
});

document.addEventListener("focusin", (event) => {
  const focused = event.target.closest?.("[data-calendar] [data-day]");
  if (!focused) return;
  for (const other of document.querySelectorAll("[data-calendar] [data-day]")) {
    other.tabIndex = other === focused ? 0 : -1;
  }
});

new MutationObserver(() => {
  const there = awaited && day(awaited);
  if (!there || there.hasAttribute("data-outside")) return;
  awaited = null;
  there.focus();
}).observe(document.body, { childList: true, subtree: true, attributes: true, attributeFilter: ["data-day", "data-outside"] });
