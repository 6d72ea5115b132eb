// Passwords and passphrases drawn from the browser's random numbers. Nothing here keeps what it made.
import { SealedError } from "../errors.js";
import { words as list } from "./words.js";

const classes = {
  lower: "abcdefghijklmnopqrstuvwxyz",
  upper: "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
  digits: "0123456789",
  symbols: "!#$%&()*+,-./:;<=>?@[]^_{|}~",
};

/** What is taken for something else in many typefaces, or when it is read out. */
const ambiguous = /[0O1lI|5S2Z8B]/g;

export const passwordDefaults = Object.freeze({ length: 24, lower: true, upper: true, digits: true, symbols: true, avoidAmbiguous: false });
export const passphraseDefaults = Object.freeze({ words: 6, separator: "-", capitalise: false, digit: false });
export const lengths = Object.freeze({ least: 8, most: 128 });
export const wordCounts = Object.freeze({ least: 4, most: 12 });

/** A whole number from 0 to below the limit, evenly: what lies beyond the last whole multiple of it is drawn again. */
function below(limit) {
  const even = 2 ** 32 - (2 ** 32 % limit);
  const drawn = new Uint32Array(1);
  do crypto.getRandomValues(drawn);
  while (drawn[0] >= even);
  return drawn[0] % limit;
}

const whole = (value, { least, most }) => Number.isInteger(value) && value >= least && value <= most;

function alphabetsOf(options) {
  const { length, avoidAmbiguous, ...chosen } = { ...passwordDefaults, ...options };
  if (!whole(length, lengths)) throw new SealedError(`A password has ${lengths.least} to ${lengths.most} characters.`);
  const alphabets = Object.keys(classes)
    .filter((name) => chosen[name])
    .map((name) => (avoidAmbiguous ? classes[name].replace(ambiguous, "") : classes[name]));
  if (alphabets.length === 0) throw new SealedError("Choose at least one kind of characters.");
  return { length, alphabets };
}

function phraseOf(options) {
  const phrase = { ...passphraseDefaults, ...options };
  if (!whole(phrase.words, wordCounts)) throw new SealedError(`A passphrase has ${wordCounts.least} to ${wordCounts.most} words.`);
  if (typeof phrase.separator !== "string" || phrase.separator.length > 3 || /[\p{L}\p{N}\p{Cc}]/u.test(phrase.separator)) {
    throw new SealedError("Words are separated by at most 3 characters that are neither letters nor digits.");
  }
  // Else two draws could give one text, and it would be worth less than its words.
  if (phrase.separator === "" && !phrase.capitalise) throw new SealedError("Words without a separator begin with capitals.");
  return phrase;
}

/**
 * Characters drawn evenly from the chosen classes, at least one of each. A draw that lacks a class is thrown away as a whole, so that
 * all texts that have every class are equally likely.
 */
export function generatePassword(options = {}) {
  const { length, alphabets } = alphabetsOf(options);
  const alphabet = alphabets.join("");
  for (;;) {
    const text = Array.from({ length }, () => alphabet[below(alphabet.length)]).join("");
    if (alphabets.every((each) => Array.from(each).some((character) => text.includes(character)))) return text;
  }
}

/** Words drawn evenly from the list; the digit, when asked for, stands behind one of them. */
export function generatePassphrase(options = {}) {
  const { words, separator, capitalise, digit } = phraseOf(options);
  const drawn = Array.from({ length: words }, () => list[below(list.length)]);
  const written = capitalise ? drawn.map((word) => word[0].toUpperCase() + word.slice(1)) : drawn;
  if (digit) written[below(words)] += below(10);
  return written.join(separator);
}

/** Bits of what these options give: of a passphrase where they say `words`, else of a password. */
export function entropyOf(options = {}) {
  if ("words" in options) {
    const { words, digit } = phraseOf(options);
    return words * Math.log2(list.length) + (digit ? Math.log2(10 * words) : 0);
  }
  const { length, alphabets } = alphabetsOf(options);
  const total = alphabets.join("").length;
  return length * Math.log2(total) + Math.log2(shareWithAll(length, alphabets, total));
}

/** The share of all texts that have every class, by inclusion and exclusion over the classes that are missing. */
function shareWithAll(length, alphabets, total) {
  let share = 0;
  for (let missing = 0; missing < 2 ** alphabets.length; missing += 1) {
    const absent = alphabets.filter((_, index) => missing & (2 ** index));
    const left = total - absent.join("").length;
    share += (absent.length % 2 === 0 ? 1 : -1) * (left / total) ** length;
  }
  return share;
}
