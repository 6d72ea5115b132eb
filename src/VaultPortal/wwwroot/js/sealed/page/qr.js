// Reads a QR code (ISO/IEC 18004) from the pixels of an image. The work is bounded by the limits here and in the files under qr/.
import { SealedError } from "../errors.js";
import { blurred, byOneThreshold, bySurroundings, greyOf, scaled } from "./qr/bitmap.js";
import { decode } from "./qr/decode.js";
import { findPatterns, triplesOf } from "./qr/finders.js";
import { gridsOf } from "./qr/grid.js";

/** The longer side of an image, in pixels. */
export const largestSide = 4096;

const sides = { enlargeBelow: 480, first: 1000, second: 2000 };

/** What is laid over one black and white picture before it is given up. */
const gridsPerBitmap = 12;

/** A grid that fits so well is a code, whether it can be read or not. */
const surelyCode = 0.85;

/** The text of the code in an image ({ data: RGBA, width, height }). Throws where there is none, or none that can be read. */
export function readQr({ data, width, height }) {
  if (!(width > 0 && height > 0) || data?.length !== width * height * 4) throw new SealedError("This is not an image.");
  if (Math.max(width, height) > largestSide) throw new SealedError(`The image has more than ${largestSide} pixels on a side. Make it smaller.`);
  const grey = greyOf({ data, width, height });
  let seen = false;
  for (const bitmap of bitmapsOf(grey)) {
    const budget = { left: gridsPerBitmap };
    for (const corners of triplesOf(findPatterns(bitmap))) {
      for (const { version, fit, at } of gridsOf(bitmap, corners, budget)) {
        seen ||= fit >= surelyCode;
        // The second time as in a mirror.
        const text = decode(at, version) ?? decode((x, y) => at(y, x), version);
        if (text !== null) return text;
      }
    }
  }
  throw new SealedError(seen
    ? "A QR code was found in this image, but it could not be read. Use a sharper picture, taken straight from the front."
    : "No QR code was found in this image. Crop the image to the code, or use a sharper picture.");
}

/** The image in black and white, in one way after the other, the most promising first. */
function* bitmapsOf(grey) {
  for (const side of sidesOf(grey)) {
    const picture = scaled(grey, side);
    const radius = Math.ceil(Math.max(picture.width, picture.height) / 10);
    const ways = [byOneThreshold, (each) => bySurroundings(each, radius), (each) => bySurroundings(blurred(each), radius), (each) => byOneThreshold(blurred(each, 2))];
    // In large pictures noise is seen to at the smaller sizes.
    for (const make of side > 1.4 * sides.second ? ways.slice(0, 2) : ways) {
      const bitmap = make(picture);
      yield bitmap;
      yield bitmap.inverted();
    }
  }
}

function sidesOf({ width, height }) {
  const side = Math.max(width, height);
  if (side < sides.enlargeBelow) return [side * Math.min(4, Math.ceil(sides.enlargeBelow / side))];
  if (side <= 1.4 * sides.first) return [side, Math.round(side / 2)];
  return side <= 1.4 * sides.second ? [sides.first, side] : [sides.first, sides.second, side];
}
