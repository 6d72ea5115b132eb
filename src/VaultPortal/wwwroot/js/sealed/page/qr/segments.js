// The text in the data bytes of a QR code (ISO/IEC 18004, section 7.4).
import { SealedError } from "../../errors.js";

const modes = { end: 0, numeric: 1, alphanumeric: 2, part: 3, bytes: 4, eci: 7, kanji: 8 };
const alphanumeric = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

/** Bits of the length, for versions up to 9, 26 and 40. */
const lengthBits = { [modes.numeric]: [10, 12, 14], [modes.alphanumeric]: [9, 11, 13], [modes.bytes]: [8, 16, 16] };
const latin = [1, 3];
const unicode = 26;

class Bits {
  #bytes;
  #at = 0;

  constructor(bytes) {
    this.#bytes = bytes;
  }

  get left() {
    return 8 * this.#bytes.length - this.#at;
  }

  take(count) {
    if (count > this.left) throw new SealedError("The QR code is damaged: it ends too early.");
    let value = 0;
    for (let taken = 0; taken < count; taken += 1, this.#at += 1) {
      value = (value << 1) | ((this.#bytes[this.#at >> 3] >> (7 - (this.#at & 7))) & 1);
    }
    return value;
  }
}

export function textOf(data, version) {
  const bits = new Bits(data);
  const size = version <= 9 ? 0 : version <= 26 ? 1 : 2;
  const parts = [];
  let eci = null;
  for (;;) {
    // The end may be cut short where the data fill the code.
    const mode = bits.left < 4 ? modes.end : bits.take(4);
    if (mode === modes.end) break;
    if (mode === modes.eci) {
      eci = assignment(bits);
      continue;
    }
    if (!(mode in lengthBits)) throw new SealedError(refusals[mode] ?? "The QR code is of a kind that is not read here.");
    const count = bits.take(lengthBits[mode][size]);
    // What no image could hold is not begun.
    if (count > 8 * data.length) throw new SealedError("The QR code is damaged: it ends too early.");
    parts.push(mode === modes.bytes ? { bytes: Uint8Array.from({ length: count }, () => bits.take(8)), eci } : { text: readers[mode](bits, count) });
  }
  return join(parts);
}

const refusals = {
  [modes.part]: "The QR code is one of several that belong together, which are not read here.",
  [modes.kanji]: "The QR code holds Kanji, which are not read here.",
};

function assignment(bits) {
  if (bits.take(1) === 0) return bits.take(7);
  if (bits.take(1) === 0) return bits.take(14);
  return bits.take(1) === 0 ? bits.take(21) : null;
}

const readers = {
  [modes.numeric](bits, count) {
    let text = "";
    for (let left = count; left > 0; left -= 3) {
      const digits = Math.min(3, left);
      const number = bits.take([0, 4, 7, 10][digits]);
      if (number >= 10 ** digits) throw new SealedError("The QR code is damaged: it holds digits that are none.");
      text += String(number).padStart(digits, "0");
    }
    return text;
  },
  [modes.alphanumeric](bits, count) {
    let text = "";
    for (let left = count; left > 0; left -= 2) {
      const number = bits.take(left > 1 ? 11 : 6);
      if (number >= (left > 1 ? 45 * 45 : 45)) throw new SealedError("The QR code is damaged: it holds characters that are none.");
      text += left > 1 ? alphanumeric[Math.floor(number / 45)] + alphanumeric[number % 45] : alphanumeric[number];
    }
    return text;
  },
};

/** Bytes that follow each other are one text: a character may be cut in two by the end of a segment. */
function join(parts) {
  let text = "";
  for (let at = 0; at < parts.length; ) {
    if ("text" in parts[at]) {
      text += parts[at].text;
      at += 1;
      continue;
    }
    const { eci } = parts[at];
    const bytes = [];
    for (; at < parts.length && parts[at].eci === eci && "bytes" in parts[at]; at += 1) bytes.push(...parts[at].bytes);
    text += decode(Uint8Array.from(bytes), eci);
  }
  return text;
}

/** By the standard bytes without an assignment are Latin-1, but nearly all writers mean UTF-8. */
function decode(bytes, eci) {
  if (eci !== null && eci !== unicode && !latin.includes(eci)) throw new SealedError("The QR code is written in a character set that is not read here.");
  if (!latin.includes(eci)) {
    try {
      return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    } catch {
      if (eci === unicode) throw new SealedError("The QR code says UTF-8 and holds something else.");
    }
  }
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
}
