// One-time codes by time: RFC 6238 over RFC 4226, the secret in base32 (RFC 4648, section 6), the address as Key Uri Format has it.
import { SealedError } from "../errors.js";

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const algorithms = ["SHA1", "SHA256", "SHA512"];
const defaults = { issuer: "", account: "", algorithm: "SHA1", digits: 6, period: 30 };
const limits = { digits: [6, 8], period: [15, 300], bytes: [5, 256], text: 4096 };

/** Bytes of base32: lower case, spaces, hyphens and missing padding are allowed, what no bytes give is not. */
function fromBase32(text) {
  const letters = text.toUpperCase().replace(/[\s-]/g, "").replace(/=+$/, "");
  if (!/^[A-Z2-7]+$/.test(letters) || [1, 3, 6].includes(letters.length % 8)) {
    throw new SealedError("The secret is not base32: letters A to Z and digits 2 to 7.");
  }
  const bytes = new Uint8Array(Math.floor((letters.length * 5) / 8));
  let [held, bits, at] = [0, 0, 0];
  for (const letter of letters) {
    held = ((held << 5) | alphabet.indexOf(letter)) & 0xfff;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes[at] = held >> bits;
      at += 1;
    }
  }
  if (bytes.length < limits.bytes[0]) throw new SealedError("The secret is too short for one-time codes.");
  if (bytes.length > limits.bytes[1]) throw new SealedError("The secret is too long for one-time codes.");
  return bytes;
}

function toBase32(bytes) {
  const bits = Array.from(bytes, (byte) => byte.toString(2).padStart(8, "0")).join("");
  return bits.match(/.{1,5}/g).map((five) => alphabet[parseInt(five.padEnd(5, "0"), 2)]).join("");
}

/** Reads an otpauth:// address or a bare secret. A message says what is wrong, never what was given. */
export function parseTotp(text) {
  const given = typeof text === "string" ? text.trim() : "";
  if (given === "") throw new SealedError("There is no secret for one-time codes.");
  if (given.length > limits.text) throw new SealedError("The secret is too long for one-time codes.");
  return Object.freeze(/^otpauth:/i.test(given) ? fromUri(given) : { ...defaults, secret: fromBase32(given) });
}

function fromUri(uri) {
  const [, type, label, query] = /^otpauth:\/\/([^/?#]*)(?:\/([^?#]*))?(?:\?([^#]*))?/i.exec(uri) ?? [];
  if (type?.toLowerCase() === "hotp") throw new SealedError("Codes that count (HOTP) are not supported, only codes by time (TOTP).");
  if (type?.toLowerCase() !== "totp") throw new SealedError("The address is not one of codes by time: it begins with otpauth://totp/.");
  const members = new URLSearchParams(query ?? "");
  for (const name of ["secret", "issuer", "algorithm", "digits", "period"]) {
    if (members.getAll(name).length > 1) throw new SealedError(`The address says "${name}" twice.`);
  }
  if (!members.get("secret")) throw new SealedError("The address holds no secret.");
  const [prefix, account] = namesOf(label ?? "");
  return {
    issuer: members.get("issuer") ?? prefix,
    account,
    algorithm: algorithmOf(members.get("algorithm") ?? defaults.algorithm),
    digits: numberOf(members.get("digits") ?? String(defaults.digits), "digits", "digits a code"),
    period: numberOf(members.get("period") ?? String(defaults.period), "period", "seconds a code"),
    secret: fromBase32(members.get("secret")),
  };
}

/** "Issuer:account", the colon plain or encoded. */
function namesOf(label) {
  let text;
  try {
    text = decodeURIComponent(label);
  } catch {
    throw new SealedError("The name in the address is not encoded as addresses are.");
  }
  const colon = text.indexOf(":");
  return colon < 0 ? ["", text.trim()] : [text.slice(0, colon).trim(), text.slice(colon + 1).trim()];
}

function algorithmOf(text) {
  const name = text.toUpperCase().replace("-", "").replace(/^HMAC/, "");
  if (!algorithms.includes(name)) throw new SealedError("The address names an algorithm that is none of SHA1, SHA256 and SHA512.");
  return name;
}

function numberOf(text, name, says) {
  const [least, most] = limits[name];
  const number = /^\d{1,4}$/.test(text) ? Number(text) : NaN;
  if (!(number >= least && number <= most)) throw new SealedError(`The address does not say ${least} to ${most} ${says}.`);
  return number;
}

/** The address of what parseTotp gave; defaults are written too. */
export function toUri({ secret, issuer, account, algorithm, digits, period }) {
  const label = issuer === "" ? encodeURIComponent(account) : `${encodeURIComponent(issuer)}:${encodeURIComponent(account)}`;
  const members = [`secret=${toBase32(secret)}`, issuer === "" ? null : `issuer=${encodeURIComponent(issuer)}`, `algorithm=${algorithm}`, `digits=${digits}`, `period=${period}`];
  return `otpauth://totp/${label}?${members.filter((member) => member !== null).join("&")}`;
}

/** The code at a time in milliseconds, and for how many whole seconds it still counts (at least 1). */
export async function code(parsed, time = Date.now()) {
  const { secret, algorithm, digits, period } = parsed;
  const seconds = Math.floor(time / 1000);
  const counter = new DataView(new ArrayBuffer(8));
  counter.setBigUint64(0, BigInt(Math.floor(seconds / period)));
  const key = await crypto.subtle.importKey("raw", secret, { name: "HMAC", hash: algorithm.replace("SHA", "SHA-") }, false, ["sign"]);
  const mac = new DataView(await crypto.subtle.sign("HMAC", key, counter.buffer));
  // RFC 4226, section 5.3: the last four bits say where the 31 bits of the code are.
  const offset = mac.getUint8(mac.byteLength - 1) & 0xf;
  const number = (mac.getUint32(offset) & 0x7fffffff) % 10 ** digits;
  return { code: String(number).padStart(digits, "0"), secondsLeft: period - (seconds % period), period };
}
