// A text as a guesser reads it: its characters, what they stand for, and what each is worth by itself.
import { words } from "../words.js";

// "foreign" are letters of other scripts: of what follows what in them nothing is known here.
const classBits = { lower: Math.log2(26), upper: Math.log2(26), digit: Math.log2(10), sign: Math.log2(33), foreign: 4, other: 6 };
const letterBits = classBits.lower;
const accentBits = 1;

/** A change between classes has to be guessed too. */
const changeBits = 1.5;
const separatorBits = 1;

/** Bits of a letter after another one (or at the beginning of a word), learnt from the word list. */
const after = learn();

function learn() {
  const counts = new Map();
  for (const word of words) {
    let before = "^";
    for (const letter of word) {
      const row = counts.get(before) ?? counts.set(before, new Map([["", 0]])).get(before);
      row.set(letter, (row.get(letter) ?? 0) + 1);
      row.set("", row.get("") + 1);
      before = letter;
    }
  }
  const rare = 0.3;
  return (before, letter) => {
    const row = counts.get(before);
    return -Math.log2(((row?.get(letter) ?? 0) + rare) / ((row?.get("") ?? 0) + 26 * rare));
  };
}

const leet = new Map(Object.entries({ 0: "o", 1: "i", 3: "e", 4: "a", 5: "s", 7: "t", 8: "b", 9: "g", "@": "a", $: "s", "!": "i", "|": "l", "+": "t", "(": "c", "€": "e" }));

/** Latin letters that have no base by Unicode's decomposition. */
const bases = new Map(Object.entries({ ß: "s", æ: "a", œ: "o", ø: "o", ł: "l", đ: "d", ð: "d", ı: "i", þ: "t", Æ: "A", Œ: "O", Ø: "O", Ł: "L", Đ: "D" }));

function baseOf(character) {
  if (character.length > 1) return "\ufffd";
  const base = bases.get(character) ?? character.normalize("NFD")[0];
  return /[A-Za-z]/.test(base) ? base : character;
}

function classOf(character) {
  if (/[a-z]/.test(character)) return "lower";
  if (/[A-Z]/.test(character)) return "upper";
  if (/[0-9]/.test(character)) return "digit";
  if (/[\x20-\x7e]/.test(character)) return "sign";
  return /\p{L}/u.test(character) ? "foreign" : "other";
}

export class Reading {
  /** @param most characters that are read */
  constructor(text, most) {
    this.characters = Array.from(text).slice(0, most);
    this.length = this.characters.length;
    // One unit a character, accents taken off, so that positions in all of these are the same.
    const plain = this.characters.map(baseOf);
    this.accented = plain.map((character, at) => /[A-Za-z]/.test(character) && character !== this.characters[at]);
    this.text = plain.join("");
    this.lower = Array.from(plain, (character) => (/[A-Z]/.test(character) ? character.toLowerCase() : character)).join("");
    this.classes = plain.map(classOf);
    this.letters = this.classes.map((each) => each === "lower" || each === "upper");
    const unleet = Array.from(this.lower, (character) => leet.get(character) ?? character).join("");
    // A 1 stands for an i or an l.
    const other = Array.from(this.lower, (character) => (/[1!]/.test(character) ? "l" : (leet.get(character) ?? character))).join("");
    this.variants = [...new Set([this.lower, unleet, other])];
    this.#findSeparator();
    this.flow = this.flowOf(this.lower);
  }

  /** Bits of each letter of a variant after the one before it; null for what is none. */
  flowOf(variant) {
    const isLetter = (character) => character >= "a" && character <= "z";
    return Array.from(variant, (letter, at) => (isLetter(letter) ? after(isLetter(variant[at - 1] ?? "") ? variant[at - 1] : "^", letter) : null));
  }

  /** Whether a word may begin here: in "oneTwo three" at o, T and t. */
  begins(at) {
    return !this.letters[at - 1] || (this.classes[at] === "upper" && this.classes[at - 1] === "lower");
  }

  /** Whether a word may end before here. */
  ends(at) {
    return at >= this.length || !this.letters[at] || this.begins(at);
  }

  /** Where the character stands that stands between words most often. */
  #findSeparator() {
    const counts = new Map();
    this.between = this.classes.map((each, at) => {
      const stands = (each === "sign" || each === "other") && this.#isWord(at - 1) && this.#isWord(at + 1);
      if (stands) counts.set(this.text[at], (counts.get(this.text[at]) ?? 0) + 1);
      return stands;
    });
    const separator = [...counts].sort((left, right) => right[1] - left[1])[0]?.[0];
    this.between = this.between.map((stands, at) => stands && this.text[at] === separator);
    this.firstSeparator = this.between.indexOf(true);
  }

  #isWord(at) {
    return /^(lower|upper|digit|foreign)$/.test(this.classes[at]);
  }

  /** What the way of writing a piece adds to it: capitals, accents, digits and signs for letters. */
  writingBits(from, to, variant) {
    let bits = 0;
    let letters = 0;
    let capitals = 0;
    const swapped = new Set();
    for (let at = from; at < to; at += 1) {
      if (this.letters[at]) letters += 1;
      if (this.classes[at] === "upper") capitals += 1;
      if (this.accented[at]) bits += accentBits;
      if (variant !== undefined && variant[at] !== this.lower[at]) swapped.add(this.lower[at]);
    }
    return bits + capitalBits(letters, capitals, this.classes[from] === "upper") + (swapped.size > 0 ? 1 + swapped.size : 0);
  }
}

function capitalBits(letters, capitals, first) {
  if (capitals === 0) return 0;
  if (capitals === 1 && first) return 0.5;
  if (capitals === letters) return 1;
  let ways = 1;
  const fewer = Math.min(capitals, letters - capitals);
  for (let index = 0; index < fewer; index += 1) ways *= (letters - index) / (index + 1);
  return 1 + Math.log2(ways);
}

/** One character by itself. */
export function charBits(reading, at) {
  const kind = reading.classes[at];
  if (reading.between[at]) return at === reading.firstSeparator ? separatorBits : 0;
  const changed = at > 0 && reading.classes[at - 1] !== kind ? changeBits : 0;
  const own = reading.letters[at] ? Math.min(letterBits, reading.flow[at]) + (reading.accented[at] ? accentBits : 0) : classBits[kind];
  return own + changed;
}
