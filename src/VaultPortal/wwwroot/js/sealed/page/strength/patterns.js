// The pieces of a text that are cheaper to guess than their characters. Each finder gives pieces { from, to, bits, kind }.
import { glue, passwords, phrases } from "../common.js";
import { words } from "../words.js";

const wordBits = Math.log2(words.length);
const wordInSentenceBits = 8.5;
const glueBits = 6;
const backwardsBits = 1.5;
const longestEntry = 16;

/** Text to [bits, kind]; what comes later replaces what came before. */
const forwards = new Map([
  ...words.map((word) => [word, [wordBits, "word"]]),
  ...glue.map((word) => [word, [Math.min(glueBits, 2 * word.length + 1), "glue"]]),
  ...passwords.toReversed().map((word, index) => {
    const bits = 1 + Math.log2(passwords.length - index);
    return [word, glue.includes(word) ? [Math.min(bits, glueBits), "glue"] : [bits, "password"]];
  }),
]);

const reversed = (word) => Array.from(word).reverse().join("");
const backwards = new Map(
  [...forwards].filter(([word]) => word.length > 3).map(([word, [bits, kind]]) => [reversed(word), [bits + backwardsBits, kind]]),
);
const beginningLength = 3;
const beginnings = new Set([...forwards.keys(), ...backwards.keys()].map((word) => word.slice(0, beginningLength)));

/** Where each run of so many characters stands in a list of texts. */
function indexOf(texts, length) {
  const grams = new Map();
  for (const text of texts) {
    for (let at = 0; at + length <= text.length; at += 1) {
      const gram = text.slice(at, at + length);
      grams.set(gram, [...(grams.get(gram) ?? []), [text, at]]);
    }
  }
  return { length, grams };
}

/** The runs of a text that stand in an index, as [at, count, start in the list's text]. */
function* runsOf(text, { length, grams }) {
  for (let at = 0; at + length <= text.length; at += 1) {
    for (const [known, start] of grams.get(text.slice(at, at + length)) ?? []) {
      let count = length;
      while (start + count < known.length && at + count < text.length && text[at + count] === known[start + count]) count += 1;
      yield [at, count, start];
    }
  }
}

const finders = [findEntries, findWordlike, findPhrases, findRepeats, findSequences, findRows, findWalks, findDates, findEndings];

/** All pieces, by where they begin. */
export function patterns(reading, sentence) {
  const found = Array.from({ length: reading.length }, () => []);
  for (const find of finders) {
    for (const piece of find(reading, sentence)) found[piece.from].push(piece);
  }
  return found;
}

function* findEntries(reading, sentence) {
  for (const variant of reading.variants) {
    for (let from = 0; from < reading.length; from += 1) {
      const last = Math.min(reading.length, from + longestEntry);
      for (let to = from + 1; to <= last; to += 1) {
        const piece = variant.slice(from, to);
        if (to - from === beginningLength && !beginnings.has(piece)) break;
        const [bits, kind] = forwards.get(piece) ?? backwards.get(piece) ?? [null];
        // Without a change of letters it was met in the variant before.
        if (bits === null || (variant !== reading.lower && piece === reading.lower.slice(from, to))) continue;
        if (kind === "glue" && to - from === 1 && !(reading.begins(from) && reading.ends(to))) continue;
        yield { from, to, bits: (sentence ? Math.min(bits, wordInSentenceBits) : bits) + reading.writingBits(from, to, variant), kind };
      }
    }
  }
}

/**
 * Letters that follow each other as in words count as a word of a larger list: nineteen of twenty words flow so, and one of a hundred
 * random runs does. A part of a run, and one with digits for letters, has to flow better than a whole one.
 */
const flows = { whole: 4.5, wholeLong: 4.2, part: 3.9, leet: 4.1 };
const sizes = { whole: 4, part: 5, usual: 9, most: 16 };

const wordlikeBits = (reading, sentence, from, to, variant) =>
  (sentence ? wordInSentenceBits : wordBits) + 2 + 2 * Math.max(0, to - from - sizes.usual) + reading.writingBits(from, to, variant);

function* findWordlike(reading, sentence) {
  for (let from = 0; from < reading.length; from += 1) {
    let total = 0;
    for (let to = from + 1; to <= Math.min(reading.length, from + sizes.most) && reading.letters[to - 1]; to += 1) {
      // "oneTwo" is two.
      if (to - 1 > from && reading.begins(to - 1)) break;
      total += reading.flow[to - 1];
      const count = to - from;
      const whole = reading.begins(from) && reading.ends(to);
      const most = !whole ? flows.part : count > sizes.usual ? flows.wholeLong : flows.whole;
      if (count >= (whole ? sizes.whole : sizes.part) && total / count <= most) {
        yield { from, to, bits: wordlikeBits(reading, sentence, from, to), kind: "word" };
      }
    }
  }
  yield* findLeet(reading, sentence);
  yield* findForeign(reading, sentence);
}

/** Whole runs of letters and a few characters that stand for letters. */
function* findLeet(reading, sentence) {
  const [, ...swapped] = reading.variants;
  for (const variant of swapped) {
    for (const { index: from, 0: run } of variant.matchAll(/[a-z]+/g)) {
      const to = from + run.length;
      const changed = Array.from(run).filter((letter, at) => letter !== reading.lower[from + at]).length;
      if (run.length < sizes.part || run.length > sizes.most || changed === 0 || 3 * changed > run.length) continue;
      const flow = reading.flowOf(run).reduce((sum, bits) => sum + bits, 0) / run.length;
      if (flow <= flows.leet) yield { from, to, bits: wordlikeBits(reading, sentence, from, to, variant), kind: "word" };
    }
  }
}

/** Words of other alphabets, taken whole. Where words are written without spaces they stay characters. */
function* findForeign(reading, sentence) {
  for (let from = 0; from < reading.length; from += 1) {
    if (reading.classes[from] !== "foreign" || reading.classes[from - 1] === "foreign") continue;
    let to = from;
    while (reading.classes[to] === "foreign") to += 1;
    if (to - from >= 4 && !/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u.test(reading.text.slice(from, to))) {
      yield { from, to, bits: wordlikeBits(reading, sentence, from, to), kind: "word" };
    }
  }
}

const knownPhrases = indexOf(phrases, 7);

/** Known phrases, whole or from somewhere in them on, with anything between their letters. */
function* findPhrases(reading) {
  for (const variant of reading.variants) {
    const places = [];
    for (let at = 0; at < reading.length; at += 1) if (/[a-z]/.test(variant[at])) places.push(at);
    for (const [at, count, start] of runsOf(places.map((place) => variant[place]).join(""), knownPhrases)) {
      const [from, to] = [places[at], places[at + count - 1] + 1];
      const bits = 8 + (start > 0 ? 4 : 0) + (to - from > count ? 2 : 0);
      yield { from, to, bits: bits + Math.min(6, reading.writingBits(from, to, variant)), kind: "known" };
    }
  }
}

/** What stood in the text before, counted from where it stood. */
function* findRepeats(reading) {
  const { length, lower, text } = reading;
  // same[b] = how many characters from a and from b on are the same
  let same = new Uint16Array(length + 2);
  for (let from = length - 1; from > 0; from -= 1) {
    const here = new Uint16Array(length + 2);
    for (let before = from - 1; before >= 0; before -= 1) here[before] = lower[from] === lower[before] ? same[before + 1] + 1 : 0;
    same = here;
    let longest = 0;
    for (let before = from - 1; before >= 0; before -= 1) {
      const distance = from - before;
      for (let count = Math.max(longest + 1, distance === 1 ? 2 : 3); count <= here[before]; count += 1) {
        // Of long ones only the whole is of use.
        if (count > 16 && count < here[before]) continue;
        const to = from + count;
        const rewritten = text.slice(from, to) === text.slice(before, before + count) ? 0 : 1 + reading.writingBits(from, to);
        yield { from, to, bits: 2 + Math.log2(distance) + Math.log2(count) + rewritten, kind: "repeat" };
      }
      longest = Math.max(longest, here[before]);
    }
  }
}

/** abc, 321, 2468. */
function* findSequences(reading) {
  const { length, lower, classes } = reading;
  for (let from = 0; from + 2 < length; from += 1) {
    const step = lower.charCodeAt(from + 1) - lower.charCodeAt(from);
    if (step === 0 || Math.abs(step) > 2 || !(reading.letters[from] || classes[from] === "digit")) continue;
    let to = from + 1;
    while (to < length && classes[to] === classes[from] && lower.charCodeAt(to) - lower.charCodeAt(to - 1) === step) to += 1;
    const start = /[a01z9]/.test(lower[from]) ? 2 : 4;
    for (let end = from + 3; end <= to; end += 1) {
      yield { from, to: end, bits: start + Math.abs(step) + Math.log2(end - from) + reading.writingBits(from, end), kind: "sequence" };
    }
  }
}

/** Rows that fingers know beside those of one keyboard: other keyboards, columns, number pads. */
const rows = [
  "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.0p;/", "qazwsxedcrfvtgbyhnujmikolp", "zaqxswcdevfrbgtnhymju", "zaq12wsxcde34rfvbgt56yhn", "1q2w3e4r5t6y7u8i9o0p", "q1w2e3r4t5y6u7i8o9p0",
  "1a2s3d4f5g6h7j8k9l", "a1b2c3d4e5f6g7h8i9j0", "1a2b3c4d5e6f7g8h9i0j", "!qaz@wsx#edc$rfv%tgb^yhn", "1!2@3#4$5%6^7&8*9(0)", "qwertzuiopü", "yxcvbnm", "azertyuiop", "qsdfghjklm", "wxcvbn", "qweasdzxc", "!@#$%^&*()_+",
  "!\"§$%&/()=?", "147258369", "789456123", "741852963", "963852741", "13579", "24680", "31415926535897932384626433832795", "27182818284590452353", "11235813213455",
];

const knownRows = indexOf([...rows, ...rows.map(reversed)], 4);

function* findRows(reading) {
  for (const [from, count, start] of runsOf(reading.lower, knownRows)) {
    for (let to = from + knownRows.length; to <= from + count; to += 1) {
      yield { from, to, bits: (start === 0 ? 4 : 7) + Math.log2(to - from) + reading.writingBits(from, to), kind: "sequence" };
    }
  }
}

const keyboard = ["`1234567890-=", "qwertyuiop[]\\", "asdfghjkl;'", "zxcvbnm,./"];
const shifted = ["~!@#$%^&*()_+", "QWERTYUIOP{}|", "ASDFGHJKL:\"", "ZXCVBNM<>?"];
const keys = new Map();
for (const [layer, lines] of [[0, keyboard], [1, shifted]]) {
  lines.forEach((line, row) => Array.from(line).forEach((key, column) => keys.set(key, { layer, row, column: column - (row === 0 ? 1 : 0) })));
}

/** From key to neighbouring key: "qwerty", but "qwedsa" too. Going on in a direction is cheaper than a turn. */
function* findWalks(reading) {
  const bits = { start: 5, straight: 0.4, turn: 2.6, shift: 1 };
  for (let from = 0; from + 2 < reading.length; from += 1) {
    let total = bits.start;
    let last = null;
    for (let at = from + 1; at < reading.length; at += 1) {
      const [left, right] = [keys.get(reading.text[at - 1]), keys.get(reading.text[at])];
      if (left === undefined || right === undefined) break;
      const down = right.row - left.row;
      const aside = right.column - left.column;
      // A row stands half a key to the right of the one above it.
      if (!(down === 0 ? Math.abs(aside) === 1 : Math.abs(down) === 1 && (aside === 0 || aside === -down))) break;
      total += (last === `${down},${aside}` ? bits.straight : bits.turn) + (left.layer === right.layer ? 0 : bits.shift);
      last = `${down},${aside}`;
      if (at - from >= 2) yield { from, to: at + 1, bits: total, kind: "sequence" };
    }
  }
}

const dateForms = [
  { form: /(?:19|20)\d\d/y, bits: 7, parts: null },
  { form: /(\d{4})([-/. _]?)(\d\d?)\2(\d\d?)/y, bits: 15.5, parts: [3, 4] },
  { form: /(\d\d?)([-/. _]?)(\d\d?)\2((?:19|20)\d\d)/y, bits: 15.5, parts: [1, 3] },
  { form: /(\d\d?)([-/. _]?)(\d\d?)\2(\d\d)/y, bits: 15.5, parts: [1, 3] },
  { form: /(\d\d)([-/. _]?)(\d\d)\2(\d\d)/y, bits: 15.5, parts: [3, 4] },
  { form: /(\d\d)([-/. _]?)(\d\d)/y, bits: 9.5, parts: [1, 3] },
];

function* findDates(reading) {
  for (let from = 0; from < reading.length; from += 1) {
    if (reading.classes[from] !== "digit") continue;
    for (const { form, bits, parts } of dateForms) {
      form.lastIndex = from;
      const match = form.exec(reading.text);
      if (match === null || (parts !== null && !isDay(...parts.map((part) => Number(match[part]))))) continue;
      yield { from, to: from + match[0].length, bits: bits + (match[2] ? 1 : 0), kind: "date" };
    }
  }
}

const isDay = (one, other) => Math.min(one, other) >= 1 && Math.min(one, other) <= 12 && Math.max(one, other) <= 31;

/** What is put behind a word because a rule asked for a digit or a sign. */
const endings = ["!", "1", "1!", "!1", "123", "123!", "12", "01", "007", "69", "99", "00", "!!", "?", ".", "#", "*", "2", "3", "7", "1234", "!@#", "$", "@"];

function* findEndings(reading) {
  for (const [rank, ending] of endings.entries()) {
    const from = reading.length - ending.length;
    if (from > 0 && reading.text.endsWith(ending)) yield { from, to: reading.length, bits: 1 + Math.log2(rank + 2), kind: "password" };
  }
}
