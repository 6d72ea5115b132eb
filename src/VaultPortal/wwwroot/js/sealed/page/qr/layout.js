// Where what is in a QR code (ISO/IEC 18004, sections 6.3, 7.7 and annex E). Modules are [x, y], x to the right, y down.

export const versions = { least: 1, most: 40 };
export const sizeOf = (version) => 17 + 4 * version;

/** Middle of the alignment patterns, in either direction. */
export function alignmentsOf(version) {
  if (version === 1) return [];
  const count = Math.floor(version / 7) + 2;
  const last = sizeOf(version) - 7;
  // The table's one exception to its rule is version 32.
  const step = version === 32 ? 26 : 2 * Math.ceil((last - 6) / (2 * (count - 1)));
  return Array.from({ length: count }, (_, index) => (index === 0 ? 6 : last - (count - 1 - index) * step));
}

/** The middles of all alignment patterns: none lies where a finder pattern is. */
export function alignmentCentres(version) {
  const at = alignmentsOf(version);
  const last = at.length - 1;
  const isFinder = (x, y) => (x === 0 && (y === 0 || y === last)) || (x === last && y === 0);
  return at.flatMap((y, row) => at.flatMap((x, column) => (isFinder(column, row) ? [] : [[x, y]])));
}

const isDarkIn = { finder: (ring) => ring !== 2 && ring !== 4, alignment: (ring) => ring !== 1 };

const layouts = new Map();

/**
 * What a version is made of: `known`, modules whose colour is fixed as [x, y, dark], `finders`, those of them that are of finder
 * patterns, and `data`, the places of the bits in reading order.
 */
export function layoutOf(version) {
  if (!layouts.has(version)) layouts.set(version, makeLayout(version));
  return layouts.get(version);
}

function makeLayout(version) {
  const size = sizeOf(version);
  const fixed = new Map();
  const set = (x, y, dark) => {
    if (x >= 0 && y >= 0 && x < size && y < size) fixed.set(y * size + x, dark);
  };
  const square = (centreX, centreY, reach, isDark) => {
    for (let y = -reach; y <= reach; y += 1) {
      for (let x = -reach; x <= reach; x += 1) set(centreX + x, centreY + y, isDark(Math.max(Math.abs(x), Math.abs(y))));
    }
  };
  for (let at = 8; at < size - 8; at += 1) {
    set(at, 6, at % 2 === 0);
    set(6, at, at % 2 === 0);
  }
  for (const [x, y] of alignmentCentres(version)) square(x, y, 2, isDarkIn.alignment);
  for (const [x, y] of [[3, 3], [size - 4, 3], [3, size - 4]]) square(x, y, 4, isDarkIn.finder);
  set(8, size - 8, true);

  const reserved = new Set(fixed.keys());
  for (const [x, y] of [...formatPlaces(size).flat(), ...(version >= 7 ? versionPlaces(size).flat() : [])]) reserved.add(y * size + x);
  const known = [...fixed].map(([at, dark]) => [at % size, Math.floor(at / size), dark ? 1 : 0]);
  return {
    size,
    known,
    finders: known.filter(([x, y]) => (x < 8 && (y < 8 || y >= size - 8)) || (x >= size - 8 && y < 8)),
    data: dataPlaces(size, reserved),
  };
}

/** Both places of the 15 bits that say level and mask, from bit 0 up. */
export function formatPlaces(size) {
  const first = [0, 1, 2, 3, 4, 5, 7, 8].map((y) => [8, y]).concat([7, 5, 4, 3, 2, 1, 0].map((x) => [x, 8]));
  const second = Array.from({ length: 15 }, (_, bit) => (bit < 8 ? [size - 1 - bit, 8] : [8, size - 15 + bit]));
  return [first, second];
}

/** Both places of the 18 bits that say the version, from bit 0 up. */
function versionPlaces(size) {
  const places = Array.from({ length: 18 }, (_, bit) => [size - 11 + (bit % 3), Math.floor(bit / 3)]);
  return [places, places.map(([x, y]) => [y, x])];
}

/** Columns in pairs from the right, up and down by turns; the column of the timing pattern is left out. */
function dataPlaces(size, reserved) {
  const places = [];
  let upwards = true;
  for (let right = size - 1; right > 0; right -= 2) {
    if (right === 6) right = 5;
    for (let step = 0; step < size; step += 1) {
      const y = upwards ? size - 1 - step : step;
      for (const x of [right, right - 1]) if (!reserved.has(y * size + x)) places.push([x, y]);
    }
    upwards = !upwards;
  }
  return places;
}

export const masks = [
  (x, y) => (x + y) % 2 === 0,
  (_, y) => y % 2 === 0,
  (x) => x % 3 === 0,
  (x, y) => (x + y) % 3 === 0,
  (x, y) => (Math.floor(x / 3) + Math.floor(y / 2)) % 2 === 0,
  (x, y) => ((x * y) % 2) + ((x * y) % 3) === 0,
  (x, y) => (((x * y) % 2) + ((x * y) % 3)) % 2 === 0,
  (x, y) => (((x + y) % 2) + ((x * y) % 3)) % 2 === 0,
];

/** Check bytes a block, and blocks, of version 1 to 40 (table 9). */
export const blocks = {
  L: {
    checks: [7, 10, 15, 20, 26, 18, 20, 24, 30, 18, 20, 24, 26, 30, 22, 24, 28, 30, 28, 28, 28, 28, 30, 30, 26, 28, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30],
    count: [1, 1, 1, 1, 1, 2, 2, 2, 2, 4, 4, 4, 4, 4, 6, 6, 6, 6, 7, 8, 8, 9, 9, 10, 12, 12, 12, 13, 14, 15, 16, 17, 18, 19, 19, 20, 21, 22, 24, 25],
  },
  M: {
    checks: [10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24, 28, 28, 26, 26, 26, 26, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28],
    count: [1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10, 10, 11, 13, 14, 16, 17, 17, 18, 20, 21, 23, 25, 26, 28, 29, 31, 33, 35, 37, 38, 40, 43, 45, 47, 49],
  },
  Q: {
    checks: [13, 22, 18, 26, 18, 24, 18, 22, 20, 24, 28, 26, 24, 20, 30, 24, 28, 28, 26, 30, 28, 30, 30, 30, 30, 28, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30],
    count: [1, 1, 2, 2, 4, 4, 6, 6, 8, 8, 8, 10, 12, 16, 12, 17, 16, 18, 21, 20, 23, 23, 25, 27, 29, 34, 34, 35, 38, 40, 43, 45, 48, 51, 53, 56, 59, 62, 65, 68],
  },
  H: {
    checks: [17, 28, 22, 16, 22, 28, 26, 26, 24, 28, 24, 28, 22, 24, 24, 30, 28, 28, 26, 28, 30, 24, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30],
    count: [1, 1, 2, 4, 4, 4, 5, 6, 8, 8, 11, 11, 16, 16, 18, 16, 19, 21, 25, 25, 25, 34, 30, 32, 35, 37, 40, 42, 45, 48, 51, 54, 57, 60, 63, 66, 70, 74, 77, 81],
  },
};
