// How hard a text is to guess for somebody who knows how people choose: the cheapest way to describe it, piece by piece. Where the
// description is unsure it errs to the low side.
import { charBits, Reading } from "./strength/reading.js";
import { patterns } from "./strength/patterns.js";

const levels = [
  { from: 0, word: "Very weak" },
  { from: 28, word: "Weak" },
  { from: 40, word: "Fair" },
  { from: 60, word: "Good" },
  { from: 80, word: "Strong" },
];

/** What the passphrase of a private key needs: its sealed key is with the server, so that guesses are limited by PBKDF2 alone. */
export const keyLevel = 3;
export const keyBits = levels[keyLevel].from;

/** What lies beyond is not looked at and adds nothing. */
const longest = 256;

/** What is mostly words, one of which holds sentences together, is taken for a sentence: its words follow from one another. */
const spokenShare = 0.6;

/** Near what Shannon measured for English: how many words a sentence has says less than how many letters. */
const sentenceCharBits = 1.3;

const advices = {
  known: "It holds a phrase that everybody knows.",
  password: "It holds a password or name that is guessed first; letters changed to digits and signs do not help.",
  repeat: "What is repeated adds almost nothing.",
  sequence: "Rows of the alphabet, of numbers or of the keyboard are guessed first.",
  date: "Dates and years are guessed early.",
  sentence: "The words of a sentence follow from one another. Words drawn at random are harder to guess.",
  word: "A few words are not enough. Six drawn at random are.",
  short: "Make it longer: six words drawn at random are easy to keep and hard to guess.",
};

/** The level, 0 to 4, and its word, of a text that is worth so many bits. */
export function levelOf(bits) {
  const level = levels.findLastIndex(({ from }) => bits >= from);
  return { level, word: levels[level].word };
}

/** Rates a password or passphrase: bits (rounded down), level 0 to 4 with its word, and one sentence of advice, empty from level 3 on. */
export function rate(text) {
  const reading = new Reading(text.slice(0, 2 * longest), longest);
  let path = cheapest(reading, false);
  const sentence = isSentence(reading, path);
  if (sentence) path = cheapest(reading, true);
  const bits = Math.floor(sentence ? sentenceBits(reading, path) : total(path));
  const { level, word } = levelOf(bits);
  return { bits, level, word, advice: level >= keyLevel || reading.length === 0 ? "" : advise(reading, path, sentence) };
}

const total = (path) => path.reduce((sum, { bits }) => sum + bits, 0);

const charactersOf = (path) => path.reduce((sum, { from, to }) => sum + to - from, 0);
const isWord = ({ kind }) => kind === "word" || kind === "glue" || kind === "password";
const isSpoken = (reading, piece) => isWord(piece) || reading.letters[piece.from] || reading.text[piece.from] === " " || reading.between[piece.from];

function isSentence(reading, path) {
  const whole = path.filter((piece) => isWord(piece) && reading.begins(piece.from) && reading.ends(piece.to));
  return whole.length >= 3 && whole.some(({ kind }) => kind === "glue")
    && charactersOf(path.filter((piece) => isWord(piece) || reading.between[piece.from])) >= spokenShare * reading.length;
}

function sentenceBits(reading, path) {
  const spoken = path.filter((piece) => isSpoken(reading, piece));
  const rest = path.filter((piece) => !isSpoken(reading, piece));
  return Math.min(total(spoken), sentenceCharBits * charactersOf(spoken)) + total(rest);
}

/** The pieces of the cheapest description, from the first character to the last. */
function cheapest(reading, sentence) {
  const best = [{ total: 0 }];
  const offer = (piece) => {
    const total = best[piece.from].total + piece.bits;
    if (!(best[piece.to]?.total <= total)) best[piece.to] = { total, piece };
  };
  const found = patterns(reading, sentence);
  for (let at = 0; at < reading.length; at += 1) {
    offer({ from: at, to: at + 1, bits: charBits(reading, at), kind: "character" });
    for (const piece of found[at]) offer(piece);
  }

  const path = [];
  for (let at = reading.length; at > 0; at = best[at].piece.from) path.unshift(best[at].piece);
  return path;
}

/** Names what made the text cheapest to guess. */
function advise(reading, path, sentence) {
  const lost = {};
  for (const { from, to, bits, kind } of path) {
    let plain = 0;
    for (let at = from; at < to; at += 1) plain += charBits(reading, at);
    lost[kind] = (lost[kind] ?? 0) + plain - bits;
  }
  const [kind, most] = Object.entries(lost).reduce((left, right) => (right[1] > left[1] ? right : left));
  if (sentence && (kind === "word" || kind === "glue")) return advices.sentence;
  return most < 8 ? advices.short : (advices[kind] ?? advices.short);
}
