// What a policy decides about an expiry, said where the date is set. It limits nothing here: that is for the server.
import { ask } from "./portal-api.js";

const minute = 60_000;
const lengths = { m: minute, h: 60 * minute, d: 24 * 60 * minute, w: 7 * 24 * 60 * minute, y: 365 * 24 * 60 * minute };

/** A length of time of the API, "90d" for instance, in milliseconds. */
export function lengthOf(text) {
  return Number(text.slice(0, -1)) * lengths[text.at(-1)];
}

/** "90d" as people say it. */
export function wordsOfLength(text) {
  const count = Number(text.slice(0, -1));
  const unit = { m: "minute", h: "hour", d: "day", w: "week", y: "year" }[text.at(-1)];
  return `${count.toLocaleString("en")} ${unit}${count === 1 ? "" : "s"}`;
}

/**
 * What is decided about an object of this kind (and `vault`, `itemType`, `fieldType`); null where no policy decides, or it cannot be
 * asked: then the form is as it was.
 */
export async function decisionOf(about) {
  const query = new URLSearchParams(Object.entries(about).filter(([, value]) => value));
  try {
    const answer = await ask(`/expiry-policies/decision?${query}`, {});
    if (!answer.ok) return null;
    const decision = await answer.json();
    return decision.policyName === null ? null : decision;
  } catch {
    return null;
  }
}

/** How long before an expiry it is due where no policy says otherwise, in milliseconds. */
export const builtInNotice = 30 * lengths.d;

const notices = new Map();

/** The same of such an object, as its policy has it. Asked for once while the page is open. */
export function noticeOf(about) {
  const key = JSON.stringify(about);
  if (!notices.has(key)) {
    notices.set(key, decisionOf(about).then((decision) =>
      // The longest stands first.
      (decision === null ? builtInNotice : decision.reminderOffsets.length === 0 ? 0 : lengthOf(decision.reminderOffsets[0]))));
  }
  return notices.get(key);
}

/** The decision in a sentence. */
export function wordsOfDecision({ policyName, defaultLifetime, longestLifetime, onExpiry, rotateEvery }) {
  const says = [
    longestLifetime && `at most ${wordsOfLength(longestLifetime)} away`,
    defaultLifetime && `in ${wordsOfLength(defaultLifetime)} where none is set`,
    onExpiry === "warn" && "from then on only warned of",
    rotateEvery && `rotated every ${wordsOfLength(rotateEvery)}`,
  ].filter(Boolean);
  return `Policy “${policyName}”${says.length === 0 ? "." : `: ${says.join("; ")}.`}`;
}

/** Why a moment (ISO 8601, null = never) lies outside what the policy allows; null where it does not. */
export function problemOfExpiry(decision, moment, now = Date.now()) {
  if (!decision?.longestLifetime) return null;
  const most = `at most ${wordsOfLength(decision.longestLifetime)} away`;
  if (moment === null) return `The policy “${decision.policyName}” wants an expiry, ${most}.`;
  return new Date(moment) - now > lengthOf(decision.longestLifetime) ? `The policy “${decision.policyName}” allows an expiry ${most}.` : null;
}
