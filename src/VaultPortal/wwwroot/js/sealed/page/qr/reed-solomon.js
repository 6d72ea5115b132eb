// Reed-Solomon codes over GF(256) as QR codes use them (ISO/IEC 18004, section 7.5 and annex A): polynomial 0x11d, roots from α^0 on.
const exp = new Uint8Array(510);
const log = new Uint8Array(256);
for (let power = 0, value = 1; power < 255; power += 1) {
  exp[power] = exp[power + 255] = value;
  log[value] = power;
  value = (value << 1) ^ (value & 0x80 ? 0x11d : 0);
}

const times = (left, right) => (left === 0 || right === 0 ? 0 : exp[log[left] + log[right]]);
const over = (left, right) => (left === 0 ? 0 : exp[log[left] + 255 - log[right]]);

/** Value of a polynomial, coefficients from x^0 up. */
function valueAt(polynomial, x) {
  let value = 0;
  for (let at = polynomial.length - 1; at >= 0; at -= 1) value = times(value, x) ^ polynomial[at];
  return value;
}

function syndromesOf(block, checks) {
  const polynomial = Uint8Array.from(block).reverse();
  return Array.from({ length: checks }, (_, power) => valueAt(polynomial, exp[power]));
}

/** The shortest polynomial whose roots say where the errors are (Berlekamp and Massey), coefficients from x^0 up. */
function locatorOf(syndromes) {
  let [locator, previous] = [[1], [1]];
  let [errors, shift, last] = [0, 1, 1];
  for (let step = 0; step < syndromes.length; step += 1) {
    let discrepancy = syndromes[step];
    for (let at = 1; at <= errors; at += 1) discrepancy ^= times(locator[at] ?? 0, syndromes[step - at]);
    if (discrepancy === 0) {
      shift += 1;
      continue;
    }

    const factor = over(discrepancy, last);
    const next = Array.from({ length: Math.max(locator.length, previous.length + shift) }, (_, at) =>
      (locator[at] ?? 0) ^ times(factor, previous[at - shift] ?? 0));
    if (2 * errors <= step) {
      [previous, last, errors, shift] = [locator, discrepancy, step + 1 - errors, 1];
    } else {
      shift += 1;
    }
    locator = next;
  }
  return { locator: locator.slice(0, errors + 1), errors };
}

/** The data bytes of a block with its errors put right, or null where there are too many. */
export function correct(block, checks) {
  const data = block.length - checks;
  const syndromes = syndromesOf(block, checks);
  if (syndromes.every((syndrome) => syndrome === 0)) return block.slice(0, data);
  const { locator, errors } = locatorOf(syndromes);
  if (2 * errors > checks) return null;

  const evaluator = Array.from({ length: errors }, (_, at) => {
    let sum = 0;
    for (let below = 0; below <= at; below += 1) sum ^= times(syndromes[below], locator[at - below] ?? 0);
    return sum;
  });
  // In this field the even powers fall away from the derivative.
  const derivative = locator.slice(1).map((coefficient, at) => (at % 2 === 0 ? coefficient : 0));
  const repaired = Uint8Array.from(block);
  let found = 0;
  for (let power = 0; power < block.length; power += 1) {
    const inverse = exp[255 - power];
    if (valueAt(locator, inverse) !== 0) continue;
    const slope = valueAt(derivative, inverse);
    if (slope === 0) return null;
    repaired[block.length - 1 - power] ^= times(exp[power], over(valueAt(evaluator, inverse), slope));
    found += 1;
  }
  return found === errors && syndromesOf(repaired, checks).every((syndrome) => syndrome === 0) ? repaired.slice(0, data) : null;
}
