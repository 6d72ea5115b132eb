// Times as the pages say them: relative, with the exact local time on hover and focus.
import { make } from "../../sealed.js";

const day = 24 * 60 * 60 * 1000;
const units = [["year", 365 * day], ["month", 30 * day], ["week", 7 * day], ["day", day], ["hour", 60 * 60 * 1000], ["minute", 60 * 1000]];
const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
const exact = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

export const exactly = (time) => exact.format(new Date(time));

/** "in 3 months", "2 days ago". */
export function relatively(time) {
  const left = new Date(time) - Date.now();
  const [unit, length] = units.find(([, size]) => Math.abs(left) >= size) ?? [null];
  return unit === null ? "just now" : relative.format(Math.round(left / length), unit);
}

export const timeOf = (time) =>
  make("time", { datetime: new Date(time).toISOString(), tabindex: 0, "data-exact": exactly(time) }, relatively(time));
