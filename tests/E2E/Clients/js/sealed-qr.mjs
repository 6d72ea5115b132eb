// node sealed-qr.mjs <sealed module folder>, codes as JSON on the standard input: draws them clean, small, turned, aslant, dirty, and
// reads them; gives pictures without a code, too. Prints {"passed", "failures", "slowest"}.
import assert from "node:assert/strict";
import { text } from "node:stream/consumers";
import { pathToFileURL } from "node:url";

const page = `${pathToFileURL(process.argv[2]).href}/page`;
const { readQr } = await import(`${page}/qr.js`);
const { correct } = await import(`${page}/qr/reed-solomon.js`);
const { codes } = JSON.parse(await text(process.stdin));

/** The same numbers on every run. */
function randomFrom(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * A picture of a code: `scale` pixels a module, turned by `turn` degrees, seen from aside by `aslant` (how much nearer one side is),
 * each pixel the mean of `fine` × `fine` points.
 */
function draw(modules, { scale = 4, margin = 4, turn = 0, aslant = [0, 0], fine = 1, dark = 0, light = 255, mirrored = false, shift = 0 } = {}) {
  const size = modules.length;
  const room = turn === 0 && aslant.every((each) => each === 0) ? 1 : 1.5;
  const side = Math.round((size + 2 * margin) * scale * room);
  const data = new Uint8ClampedArray(side * side * 4).fill(255);
  const [cos, sin] = [Math.cos((turn * Math.PI) / 180), Math.sin((turn * Math.PI) / 180)];
  const [nearX, nearY] = aslant;
  const at = (px, py) => {
    const x = px - side / 2 - shift;
    const y = py - side / 2 - shift;
    const depth = 1 + (nearX * x + nearY * y) / side;
    const u = (cos * x + sin * y) / depth / scale + size / 2;
    const v = (cos * y - sin * x) / depth / scale + size / 2;
    return modules[Math.floor(v)]?.[Math.floor(mirrored ? size - u : u)] === "1" ? dark : light;
  };
  for (let y = 0; y < side; y += 1) {
    for (let x = 0; x < side; x += 1) {
      let sum = 0;
      for (let j = 0; j < fine; j += 1) for (let i = 0; i < fine; i += 1) sum += at(x + (i + 0.5) / fine, y + (j + 0.5) / fine);
      const place = 4 * (y * side + x);
      data[place] = data[place + 1] = data[place + 2] = sum / fine / fine;
    }
  }
  return { data, width: side, height: side };
}

/** Changes each pixel's brightness. */
function each(picture, change) {
  for (let at = 0; at < picture.data.length; at += 4) {
    const pixel = at / 4;
    picture.data.fill(change(picture.data[at], pixel % picture.width, Math.floor(pixel / picture.width)), at, at + 3);
  }
  return picture;
}

/** Puts a picture into a larger one. */
function placed(picture, width, height, left, top, fill) {
  const data = new Uint8ClampedArray(width * height * 4);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const [px, py] = [x - left, y - top];
      const inside = px >= 0 && py >= 0 && px < picture.width && py < picture.height;
      data.fill(inside ? picture.data[4 * (py * picture.width + px)] : fill(x, y), 4 * (y * width + x), 4 * (y * width + x) + 3);
      data[4 * (y * width + x) + 3] = 255;
    }
  }
  return { data, width, height };
}

/** Turns modules over outside of the patterns that every code has. */
function damaged(modules, share, random) {
  const size = modules.length;
  const isPattern = (x, y) => x === 6 || y === 6 || (x < 9 && y < 9) || (x < 9 && y > size - 9) || (x > size - 9 && y < 9);
  return modules.map((row, y) => Array.from(row, (module, x) => (!isPattern(x, y) && random() < share ? String(1 - Number(module)) : module)).join(""));
}

/** The mask of a code, from its own format bits, which are masked themselves. */
const maskOf = ({ modules }) => [4, 3, 2].reduce((bits, x, at) => bits | (Number(modules[8][x]) << at), 0) ^ ((0x5412 >> 10) & 7);

const find = (version, level) => codes.find((code) => code.version === version && code.level === level);
const someVersions = [1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 15];
let slowest = 0;

/** Milliseconds of the processor: what else the machine does is not measured. */
const spent = () => process.cpuUsage().user / 1000;

function read(picture) {
  const start = spent();
  try {
    return readQr(picture);
  } catch (error) {
    if (error.name !== "SealedError") throw error;
    return error;
  } finally {
    slowest = Math.max(slowest, spent() - start);
  }
}

function readsAll(list, options, change = (picture) => picture) {
  const failed = list.filter((code) => read(change(draw(options.damage?.(code) ?? code.modules, options))) !== code.text);
  assert.deepEqual(failed.map(({ version, level }) => `${version}${level}`), []);
}

function refuses(picture, message = /No QR code was found/) {
  const answer = read(picture);
  assert.ok(answer instanceof Error, `read ${answer}`);
  assert.match(answer.message, message);
}

const blank = (width, height, colour = () => 255) => each({ data: new Uint8ClampedArray(width * height * 4).fill(255), width, height }, (_, x, y) => colour(x, y));

const tests = {
  "every version and level is read from a clean picture"() {
    assert.equal(new Set(codes.map(({ version, level }) => `${version}${level}`)).size, 160);
    readsAll(codes, { scale: 3 });
  },
  "every mask is read"() {
    assert.deepEqual([...new Set(codes.map(maskOf))].sort(), [0, 1, 2, 3, 4, 5, 6, 7]);
  },
  "numbers, capitals, Latin-1, UTF-8 with and without its mark and its assignment are read"() {
    const texts = codes.slice(160).map((code) => code.text);
    for (const kind of [/^[0-9]+$/, /^[A-Z $%*+./:-]+$/, /^[ -ÿ]*[äöü][ -ÿ]*$/, /名前/]) assert.ok(texts.some((each) => kind.test(each)), String(kind));
    readsAll(codes.slice(160), { scale: 5 });
  },
  "codes of one and two pixels a module are read, with and without a margin"() {
    for (const scale of [1, 2]) for (const margin of [0, 1, 4]) readsAll(codes.filter(({ version }) => someVersions.includes(version)), { scale, margin });
  },
  "sizes that are no whole pixels are read"() {
    for (const scale of [2.3, 3.7, 5.45]) readsAll(codes.filter(({ version, level }) => (version % 8 === 0 || version < 5) && level !== "Q"), { scale, fine: 2, shift: 0.4 });
  },
  "large codes are read"() {
    readsAll(codes.filter(({ version, level }) => version < 7 && level === "M"), { scale: 37 });
  },
  "light on dark and pale colours are read"() {
    const list = codes.filter(({ version }) => someVersions.includes(version));
    readsAll(list, { dark: 255, light: 0, margin: 4 }, (picture) => placed(picture, picture.width + 40, picture.height + 40, 20, 20, () => 0));
    readsAll(list, { dark: 235, light: 20, margin: 0 }, (picture) => placed(picture, picture.width + 60, picture.height + 60, 30, 30, () => 20));
    readsAll(list, { dark: 120, light: 170 });
    readsAll(list, { dark: 30, light: 90 });
  },
  "transparent pixels count as white"() {
    const { modules, text: expected } = find(4, "M");
    const picture = draw(modules, { scale: 5 });
    for (let at = 0; at < picture.data.length; at += 4) if (picture.data[at] === 255) picture.data.fill(0, at, at + 4);
    assert.equal(read(picture), expected);
  },
  "code somewhere in a screenshot is read"() {
    const lines = (x, y) => (y % 24 < 12 && (x * 7 + y * 13 + ((x * y) >> 5)) % 11 < 4 ? 40 : 245);
    for (const version of [2, 5, 9]) {
      const code = find(version, "L");
      assert.equal(read(placed(draw(code.modules, { scale: 4 }), 1920, 1080, 1200, 500, lines)), code.text);
      assert.equal(read(placed(draw(code.modules, { scale: 6 }), 3840, 2160, 200, 1500, lines)), code.text);
    }
  },
  "mirrored codes are read"() {
    readsAll(codes.filter(({ version, level }) => version < 9 && level === "Q"), { mirrored: true });
  },
  "turned codes are read"() {
    for (const [index, turn] of [3, 10, 17, 30, 45, 60, 90, 135, 180, 222, 270, 351].entries()) {
      readsAll(codes.filter(({ version, level }) => someVersions.includes(version) && version % 3 === index % 3 && level === "M"), { scale: 6, turn, fine: 2 });
    }
    readsAll(codes.filter(({ version, level }) => version > 15 && version % 5 === 0 && level === "L"), { scale: 5, turn: 12, fine: 2 });
  },
  "codes seen from aside are read"() {
    const list = codes.slice(0, 160).filter(({ version, level }) => [1, 2, 4, 6, 7, 10, 15].includes(version) && level === "M");
    for (const aslant of [[0.2, 0], [0, 0.25], [-0.2, 0.15], [0.15, 0.2]]) {
      readsAll(list, { scale: 7, aslant });
      readsAll(list, { scale: 7, aslant, turn: 15 });
    }
    readsAll(codes.filter(({ version, level }) => [20, 25, 30].includes(version) && level === "Q"), { scale: 6, aslant: [0.1, 0.1] });
  },
  "codes in a shadow are read"() {
    const list = codes.filter(({ version, level }) => someVersions.includes(version) && level === "L");
    readsAll(list, { scale: 7 }, (picture) => each(picture, (value, x, y) => (value * 0.7 + 30) * (0.25 + (0.75 * (x + y)) / (2 * picture.width))));
    readsAll(list, { scale: 7, turn: 8, fine: 2 }, (picture) => each(picture, (value, x) => (x > picture.width * 0.55 ? value * 0.35 : value) + 5));
  },
  "noise is read through"() {
    const random = randomFrom(7);
    const list = codes.filter(({ version, level }) => someVersions.includes(version) && level === "Q");
    readsAll(list, { scale: 6 }, (picture) => each(picture, (value) => (random() < 0.03 ? 255 * Math.round(random()) : value)));
    readsAll(list, { scale: 6 }, (picture) => each(picture, (value) => value * 0.6 + 40 + 90 * (random() + random() + random() - 1.5)));
  },
  "blurred codes are read"() {
    const list = codes.filter(({ version, level }) => someVersions.includes(version) && level === "M");
    // A point's light spread over as much as a module.
    readsAll(list, { scale: 6 }, (picture) => {
      const before = picture.data.slice();
      return each(picture, (_, x, y) => {
        let sum = 0;
        for (let j = -3; j <= 3; j += 1) for (let i = -3; i <= 3; i += 1) sum += before[4 * (Math.min(picture.height - 1, Math.max(0, y + j)) * picture.width + Math.min(picture.width - 1, Math.max(0, x + i)))];
        return sum / 49;
      });
    });
  },
  "damage within the level's limits is put right"() {
    const random = randomFrom(11);
    // A byte is wrong when one of its eight modules is: a share s of modules makes 1 - (1 - s)^8 of bytes wrong.
    for (const [level, share] of [["L", 0.003], ["M", 0.008], ["Q", 0.012], ["H", 0.016]]) {
      readsAll(codes.filter((code) => code.level === level && code.version >= 4 && code.version % 3 === 1), { damage: ({ modules }) => damaged(modules, share, random) });
    }
  },
  "code under a logo is read"() {
    const blot = ({ modules }) => {
      const [from, to] = [modules.length * 0.41, modules.length * 0.59];
      return modules.map((row, y) => Array.from(row, (module, x) => (x > from && x < to && y > from && y < to ? "1" : module)).join(""));
    };
    readsAll(codes.filter(({ version, level }) => [5, 8, 10, 13].includes(version) && level === "H"), { damage: blot });
  },
  "damage beyond all limits is refused, and told from no code"() {
    const random = randomFrom(13);
    for (const version of [3, 7, 12]) refuses(draw(damaged(find(version, "L").modules, 0.3, random)), /could not be read/);
  },
  "block with as many errors as can be put right is, and with more is refused"() {
    const random = randomFrom(17);
    // Version 1-M as in the standard's annex I: "01234567".
    const block = [16, 32, 12, 86, 97, 128, 236, 17, 236, 17, 236, 17, 236, 17, 236, 17, 165, 36, 212, 193, 237, 54, 199, 135, 44, 85];
    for (let run = 0; run < 300; run += 1) {
      for (const [errors, held] of [[0, true], [1, true], [5, true], [6, false], [9, false]]) {
        const broken = Uint8Array.from(block);
        const places = new Set();
        while (places.size < errors) places.add(Math.floor(random() * block.length));
        for (const place of places) broken[place] ^= 1 + Math.floor(random() * 255);
        const answer = correct(broken, 10);
        if (held) assert.deepEqual(Array.from(answer), block.slice(0, 16));
        // Beyond the limit another word may be nearer: then it is that word, never this one.
        else assert.ok(answer === null || String(Array.from(answer)) !== String(block.slice(0, 16)));
      }
    }
  },
  "one of several codes is read"() {
    const [one, other] = [find(3, "M"), find(6, "Q")];
    const both = placed(draw(one.modules, { scale: 5 }), 900, 500, 20, 40, () => 255);
    const second = draw(other.modules, { scale: 5 });
    each(both, (value, x, y) => (x >= 500 && x < 500 + second.width && y >= 100 && y < 100 + second.height ? second.data[4 * ((y - 100) * second.width + x - 500)] : value));
    assert.ok([one.text, other.text].includes(read(both)));
  },
  "pictures without a code are refused"() {
    const random = randomFrom(19);
    for (const [width, height] of [[1, 1], [2, 1], [7, 7], [21, 21], [300, 200], [1000, 1000], [1600, 30]]) {
      refuses(blank(width, height));
      refuses(blank(width, height, () => 0));
      refuses(blank(width, height, () => 255 * Math.round(random())));
      refuses(blank(width, height, () => 256 * random()));
      refuses(blank(width, height, (x) => (x % 8 < 4 ? 0 : 255)));
      refuses(blank(width, height, (x, y) => ((x >> 2) + (y >> 2)) % 2 * 255));
    }
  },
  "finder patterns without a code are refused"() {
    const ring = (x, y) => Math.max(Math.abs((x % 8) - 3), Math.abs((y % 8) - 3));
    for (const scale of [1, 3, 10]) refuses(blank(900, 900, (x, y) => ([2, 4].includes(ring(Math.floor(x / scale), Math.floor(y / scale))) ? 255 : 0)), /QR code/);
  },
  "largest pictures are refused in bounded time"() {
    const random = randomFrom(23);
    const ring = (x, y) => Math.max(Math.abs((x % 8) - 3), Math.abs((y % 8) - 3));
    const start = spent();
    refuses(blank(4096, 4096, () => 255 * Math.round(random())));
    refuses(blank(4096, 4096, (x, y) => ([2, 4].includes(ring(x, y)) ? 255 : 0)), /QR code/);
    assert.ok(spent() - start < 60_000, `${spent() - start} ms`);
  },
  "code in the largest picture is read"() {
    const code = find(5, "M");
    assert.equal(read(placed(draw(code.modules, { scale: 4 }), 4096, 3000, 3000, 2500, (x, y) => 200 + ((x ^ y) & 31))), code.text);
  },
  "what is no image is refused"() {
    for (const picture of [{}, { data: null, width: 1, height: 1 }, { data: new Uint8ClampedArray(4), width: 2, height: 1 }, { data: new Uint8ClampedArray(0), width: 0, height: 0 }, { data: new Uint8ClampedArray(4), width: -1, height: -1 }]) refuses(picture, /not an image/);
    refuses({ data: new Uint8ClampedArray(4 * 4097), width: 4097, height: 1 }, /4096/);
  },
};

const result = { passed: 0, failures: [] };
const chosen = process.argv[3] ? Object.entries(tests).filter(([name]) => name.includes(process.argv[3])) : Object.entries(tests);
for (const [name, test] of chosen) {
  const start = spent();
  try {
    test();
    result.passed += 1;
  } catch (error) {
    result.failures.push(`${name}: ${error.message}`);
  }
  if (process.env.TIMES) console.error(`${Math.round(spent() - start)} ms ${name}`);
}
result.slowest = Math.round(slowest);
console.log(JSON.stringify(result));
