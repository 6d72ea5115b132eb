// Canonical JSON (RFC 8785): members sorted by UTF-16 code units, ECMAScript's numbers and strings, no white space.
import { utf8 } from "./bytes.js";
import { SealedError } from "./errors.js";

const maxDepth = 64;

/** The canonical text of a value that JSON can say exactly. Anything else, or a lone surrogate, is refused. */
export function canonicalText(value, depth = 0) {
  switch (typeof value) {
    case "string":
      if (!value.isWellFormed()) throw new SealedError("A string holds a lone surrogate.");
      return JSON.stringify(value);
    case "number":
      if (!Number.isFinite(value)) throw new SealedError("A number is not finite.");
      return JSON.stringify(value); // -0 becomes 0, as the standard wants it
    case "boolean":
      return value ? "true" : "false";
    case "object":
      if (value === null) return "null";
      if (depth >= maxDepth) throw new SealedError("Nested too deep.");
      return Array.isArray(value) ? list(value, depth + 1) : members(value, depth + 1);
    default:
      throw new SealedError("Not a JSON value.");
  }
}

/** The UTF-8 of the canonical text: what is signed. */
export const canonicalize = (value) => utf8(canonicalText(value));

const list = (values, depth) => `[${Array.from(values, (value) => canonicalText(value, depth)).join(",")}]`;

function members(value, depth) {
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) throw new SealedError("Not a JSON value.");
  const texts = Object.keys(value)
    .sort() // without a comparison: by UTF-16 code units
    .map((name) => `${canonicalText(name)}:${canonicalText(value[name], depth)}`);
  return `{${texts.join(",")}}`;
}
