// Pictures in grey and in black and white, and the ways from one to the other.

/** Brightness of RGBA pixels, laid on white where they are transparent. */
export function greyOf({ data, width, height }) {
  const grey = new Uint8Array(width * height);
  for (let at = 0, from = 0; at < grey.length; at += 1, from += 4) {
    const darkness = 255 - ((data[from] * 77 + data[from + 1] * 150 + data[from + 2] * 29) >> 8);
    grey[at] = 255 - (data[from + 3] === 255 ? darkness : (darkness * data[from + 3]) / 255);
  }
  return { data: grey, width, height };
}

/** Makes the longer side so many pixels: smaller by the mean of what falls together, larger by repeating pixels. */
export function scaled(grey, side) {
  const factor = side / Math.max(grey.width, grey.height);
  return factor === 1 ? grey : factor < 1 ? reduced(grey, factor) : enlarged(grey, Math.round(factor));
}

function enlarged({ data, width, height }, factor) {
  const large = { data: new Uint8Array(width * height * factor * factor), width: width * factor, height: height * factor };
  for (let y = 0; y < large.height; y += 1) {
    const row = Math.floor(y / factor) * width;
    for (let x = 0; x < large.width; x += 1) large.data[y * large.width + x] = data[row + Math.floor(x / factor)];
  }
  return large;
}

function reduced({ data, width, height }, factor) {
  const small = { width: Math.max(1, Math.round(width * factor)), height: Math.max(1, Math.round(height * factor)) };
  small.data = new Uint8Array(small.width * small.height);
  const [stepX, stepY] = [width / small.width, height / small.height];
  for (let y = 0; y < small.height; y += 1) {
    const [top, bottom] = [Math.floor(y * stepY), Math.max(Math.floor(y * stepY) + 1, Math.floor((y + 1) * stepY))];
    for (let x = 0; x < small.width; x += 1) {
      const [left, right] = [Math.floor(x * stepX), Math.max(Math.floor(x * stepX) + 1, Math.floor((x + 1) * stepX))];
      let sum = 0;
      for (let row = top; row < bottom; row += 1) for (let column = left; column < right; column += 1) sum += data[row * width + column];
      small.data[y * small.width + x] = sum / ((bottom - top) * (right - left));
    }
  }
  return small;
}

/** The mean of the square around each pixel, as far as it lies in the picture. */
function meansOf({ data, width, height }, radius) {
  const means = new Uint8Array(data.length);
  // Of each column, what lies within the radius of the row.
  const columns = new Uint32Array(width);
  const add = (y, sign) => {
    if (y < 0 || y >= height) return;
    for (let x = 0, at = y * width; x < width; x += 1, at += 1) columns[x] += sign * data[at];
  };
  for (let y = 0; y < radius; y += 1) add(y, 1);
  for (let y = 0; y < height; y += 1) {
    add(y + radius, 1);
    add(y - radius - 1, -1);
    const rows = Math.min(height, y + radius + 1) - Math.max(0, y - radius);
    let sum = 0;
    for (let x = 0; x < Math.min(radius, width); x += 1) sum += columns[x];
    for (let x = 0, at = y * width; x < width; x += 1, at += 1) {
      if (x + radius < width) sum += columns[x + radius];
      if (x > radius) sum -= columns[x - radius - 1];
      means[at] = sum / (rows * (Math.min(width, x + radius + 1) - Math.max(0, x - radius)));
    }
  }
  return means;
}

/** Takes single wrong pixels out. */
export function blurred(grey, radius = 1) {
  return { ...grey, data: meansOf(grey, radius) };
}

/** Dark and light: 1 is dark. Beyond its edge all is light. */
export class Bitmap {
  constructor(width, height, bits) {
    Object.assign(this, { width, height, bits });
  }

  at(x, y) {
    return x >= 0 && y >= 0 && x < this.width && y < this.height ? this.bits[(y | 0) * this.width + (x | 0)] : 0;
  }

  inverted() {
    const bits = new Uint8Array(this.bits.length);
    for (let at = 0; at < bits.length; at += 1) bits[at] = 1 - this.bits[at];
    return new Bitmap(this.width, this.height, bits);
  }
}

/** One threshold for all, where dark and light differ most (Otsu). */
export function byOneThreshold({ data, width, height }) {
  const counts = new Float64Array(256);
  for (let at = 0; at < data.length; at += 1) counts[data[at]] += 1;
  const total = counts.reduce((sum, count, brightness) => sum + count * brightness, 0);
  let [below, sum, threshold, most] = [0, 0, 128, -1];
  for (let brightness = 0; brightness < 255; brightness += 1) {
    below += counts[brightness];
    sum += counts[brightness] * brightness;
    const above = data.length - below;
    if (below === 0 || above === 0) continue;
    const between = below * above * (sum / below - (total - sum) / above) ** 2;
    if (between > most) [most, threshold] = [between, brightness];
  }
  const bits = new Uint8Array(data.length);
  for (let at = 0; at < bits.length; at += 1) bits[at] = data[at] <= threshold ? 1 : 0;
  return new Bitmap(width, height, bits);
}

/** Dark is what is darker than its surroundings: for shadows across the picture. */
export function bySurroundings(grey, radius) {
  const means = meansOf(grey, radius);
  const bits = new Uint8Array(means.length);
  const clearly = 6;
  for (let at = 0; at < bits.length; at += 1) bits[at] = grey.data[at] < means[at] - clearly ? 1 : 0;
  return new Bitmap(grey.width, grey.height, bits);
}
