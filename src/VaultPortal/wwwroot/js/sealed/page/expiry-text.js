// Expiries as somebody types them.

/** "in 90 days", "90 d", "2 weeks", "6 months", "1 year" or a date; null where it is none of these. */
export function readExpiry(text, now = Date.now()) {
  const said = text.trim().toLowerCase();
  const spoken = /^(?:in )?(\d{1,4})\s*(d|days?|w|weeks?|m|months?|y|years?)$/.exec(said);
  if (spoken) {
    const at = new Date(now);
    const amount = Number(spoken[1]);
    if (spoken[2][0] === "d") at.setDate(at.getDate() + amount);
    else if (spoken[2][0] === "w") at.setDate(at.getDate() + 7 * amount);
    else if (spoken[2][0] === "m") at.setMonth(at.getMonth() + amount);
    else at.setFullYear(at.getFullYear() + amount);
    return at.toISOString();
  }
  const date = /^(\d{4})-(\d{2})-(\d{2})(?:[ t](\d{2}):(\d{2}))?$/.exec(said);
  if (!date) return null;
  const [, year, month, dayOfMonth, hour = "23", minute = "59"] = date;
  const at = new Date(Number(year), Number(month) - 1, Number(dayOfMonth), Number(hour), Number(minute));
  return at.getMonth() === Number(month) - 1 && at.getDate() === Number(dayOfMonth) ? at.toISOString() : null;
}
