// From modules to text: level and mask, code words, blocks, their correction.
import { blocks, formatPlaces, layoutOf, masks } from "./layout.js";
import { correct } from "./reed-solomon.js";
import { textOf } from "./segments.js";

/** Levels by their two bits. */
const levels = ["M", "L", "H", "Q"];
const formatMask = 0x5412;

/** The 15 bits of level and mask (annex C): five with ten that check them. */
const formats = Array.from({ length: 32 }, (_, value) => {
  let rest = value << 10;
  for (let bit = 14; bit >= 10; bit -= 1) if (rest & (1 << bit)) rest ^= 0x537 << (bit - 10);
  return ((value << 10) | rest) ^ formatMask;
});

function distance(left, right) {
  let count = 0;
  for (let bits = left ^ right; bits !== 0; bits &= bits - 1) count += 1;
  return count;
}

/** Level and mask by the copy that is less damaged, or null. Three wrong bits can be told. */
function formatOf(at, size) {
  let best = { errors: 4 };
  for (const places of formatPlaces(size)) {
    const read = places.reduce((bits, [x, y], bit) => bits | (at(x, y) << bit), 0);
    for (const [value, format] of formats.entries()) {
      const errors = distance(read, format);
      if (errors < best.errors) best = { errors, value };
    }
  }
  return best.value === undefined ? null : { level: levels[best.value >> 3], isMasked: masks[best.value & 7] };
}

function codewordsOf(at, data, isMasked) {
  const words = new Uint8Array(data.length >> 3);
  for (let bit = 0; bit < words.length * 8; bit += 1) {
    const [x, y] = data[bit];
    if (at(x, y) !== (isMasked(x, y) ? 1 : 0)) words[bit >> 3] |= 0x80 >> (bit & 7);
  }
  return words;
}

/** Takes the blocks apart that were written by turns: the first are shorter by one data byte. */
function blocksOf(words, count, checks) {
  const short = Math.floor(words.length / count);
  const shorter = count - (words.length % count);
  const taken = Array.from({ length: count }, (_, index) => new Uint8Array(short + (index < shorter ? 0 : 1)));
  let next = 0;
  for (let at = 0; at <= short - checks; at += 1) {
    for (const block of taken) if (at < block.length - checks) block[at] = words[next++];
  }
  for (let at = 0; at < checks; at += 1) for (const block of taken) block[block.length - checks + at] = words[next++];
  return taken;
}

/** The text of a code whose modules `at(x, y)` tells as 0 and 1; null where it cannot be read. Refuses what it reads but does not know. */
export function decode(at, version) {
  const { size, data } = layoutOf(version);
  const format = formatOf(at, size);
  if (format === null) return null;
  const { checks, count } = blocks[format.level];
  const perBlock = checks[version - 1];
  const corrected = [];
  for (const block of blocksOf(codewordsOf(at, data, format.isMasked), count[version - 1], perBlock)) {
    const bytes = correct(block, perBlock);
    if (bytes === null) return null;
    corrected.push(...bytes);
  }
  return textOf(Uint8Array.from(corrected), version);
}
