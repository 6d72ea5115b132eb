// The three finder patterns of a QR code: dark, light, dark, light, dark as 1 : 1 : 3 : 1 : 1 along every line through their middle.

const limits = { patterns: 1500, hits: 200_000, used: 24, triples: 20 };

/** Whether five runs are of a finder pattern, give or take. */
function isFinder(runs) {
  const total = runs[0] + runs[1] + runs[2] + runs[3] + runs[4];
  if (total < 7) return false;
  const module = total / 7;
  const most = module * 0.7;
  return (
    Math.abs(runs[0] - module) < most && Math.abs(runs[1] - module) < most && Math.abs(runs[2] - 3 * module) < 2 * most
    && Math.abs(runs[3] - module) < most && Math.abs(runs[4] - module) < most
  );
}

/** The runs of a line through a dark point, and where on it their middle is; null where they are not a finder's. */
function runsThrough(bitmap, x, y, stepX, stepY, longest) {
  const runs = [0, 0, 0, 0, 0];
  const reach = (direction) => {
    let step = direction < 0 ? 0 : 1;
    for (let run = 0; run < 3; run += 1) {
      const dark = run === 1 ? 0 : 1;
      const place = 2 + direction * run;
      let count = 0;
      for (; count <= longest; count += 1, step += 1) {
        const [px, py] = [x + direction * step * stepX, y + direction * step * stepY];
        // Beyond the edge the outer ring ends.
        if (px < 0 || py < 0 || px >= bitmap.width || py >= bitmap.height || bitmap.bits[py * bitmap.width + px] !== dark) break;
      }
      if (count > longest) return null;
      runs[place] += count;
      if (run === 0 && direction > 0) runs.middle = step;
    }
    return true;
  };
  if (reach(-1) === null || reach(1) === null || !isFinder(runs)) return null;
  return { middle: runs.middle - runs[2] / 2, length: runs[0] + runs[1] + runs[2] + runs[3] + runs[4] };
}

/** Looks at a place where a row seemed to cross a finder: down, across again, and aslant. */
function confirm(bitmap, x, y, length) {
  const longest = 2 * length;
  const down = runsThrough(bitmap, x, y, 0, 1, longest);
  if (down === null) return null;
  const centreY = y + down.middle;
  const across = runsThrough(bitmap, x, Math.floor(centreY), 1, 0, longest);
  if (across === null) return null;
  const centreX = x + across.middle;
  if (Math.max(across.length, down.length) > 2.2 * Math.min(across.length, down.length)) return null;
  const aslant = [1, -1].some((slope) => runsThrough(bitmap, Math.floor(centreX), Math.floor(centreY), 1, slope, longest) !== null);
  return aslant ? { x: centreX, y: centreY, module: (across.length + down.length) / 14 } : null;
}

/** Patterns that were met, each with how many rows met it. */
export function findPatterns(bitmap) {
  const { width, height, bits } = bitmap;
  const patterns = [];
  // Those that rows may still meet, so that a picture full of them costs no more than its rows.
  let open = [];
  const edges = new Int32Array(width + 2);
  let hits = 0;
  for (let y = 0; y < height; y += 1) {
    const row = y * width;
    open = open.filter((pattern) => y - pattern.y < 4 * pattern.module);
    let count = 0;
    for (let x = 0, before = 0; x < width; x += 1) {
      if (bits[row + x] !== before) {
        edges[count++] = x;
        before = 1 - before;
      }
    }
    if (count % 2 === 1) edges[count++] = width;
    // A dark run begins at every even edge.
    for (let edge = 0; edge + 5 < count; edge += 2) {
      const runs = [0, 1, 2, 3, 4].map((run) => edges[edge + run + 1] - edges[edge + run]);
      if (!isFinder(runs)) continue;
      hits += 1;
      if (hits > limits.hits) return patterns;
      const found = confirm(bitmap, Math.floor((edges[edge + 2] + edges[edge + 3]) / 2), y, edges[edge + 5] - edges[edge]);
      if (found !== null && !joins(open, found) && patterns.length < limits.patterns) {
        const pattern = { ...found, rows: 1 };
        patterns.push(pattern);
        open.push(pattern);
      }
    }
  }
  return patterns;
}

function joins(open, found) {
  for (const pattern of open) {
    const reach = 2 * pattern.module;
    if (Math.abs(pattern.x - found.x) > reach || Math.abs(pattern.y - found.y) > reach) continue;
    if (found.module > 1.6 * pattern.module || pattern.module > 1.6 * found.module) continue;
    pattern.rows += 1;
    for (const part of ["x", "y", "module"]) pattern[part] += (found[part] - pattern[part]) / pattern.rows;
    return true;
  }
  return false;
}

/** Three that may be one code's, the likeliest first, as [top left, top right, bottom left]. */
export function triplesOf(patterns) {
  // A pattern is met by about three rows a module; chance meets are not.
  const best = [...patterns].sort((left, right) => right.rows / right.module - left.rows / left.module || right.rows - left.rows).slice(0, limits.used);
  const triples = [];
  for (let a = 0; a < best.length; a += 1) {
    for (let b = a + 1; b < best.length; b += 1) {
      for (let c = b + 1; c < best.length; c += 1) {
        const triple = cornerOf(best[a], best[b], best[c]);
        if (triple !== null) triples.push(triple);
      }
    }
  }
  return triples.sort((left, right) => left.doubt - right.doubt).slice(0, limits.triples).map(({ points }) => points);
}

/** Puts three points in their order, by the angle that is nearest to a right one; null where they make no square's corner. */
function cornerOf(...three) {
  const modules = three.map(({ module }) => module);
  const unlike = Math.max(...modules) / Math.min(...modules);
  if (unlike > 1.8) return null;
  const [corner, one, other] = [[0, 1, 2], [1, 2, 0], [2, 0, 1]]
    .map((order) => order.map((index) => three[index]))
    .reduce((best, next) => (Math.abs(cosine(...next)) < Math.abs(cosine(...best)) ? next : best));
  const sides = [one, other].map((point) => Math.hypot(point.x - corner.x, point.y - corner.y));
  const uneven = Math.max(...sides) / Math.min(...sides);
  const skew = Math.abs(cosine(corner, one, other));
  // The middles of two finder patterns are at least 14 modules apart, which a slanted line makes ten.
  if (uneven > 2 || skew > 0.6 || Math.min(...sides) < 9 * Math.min(...modules)) return null;
  const turn = (one.x - corner.x) * (other.y - corner.y) - (one.y - corner.y) * (other.x - corner.x);
  const few = three.reduce((sum, { rows, module }) => sum + Math.min(1, rows / (3 * module)), 0);
  return { points: turn > 0 ? [corner, one, other] : [corner, other, one], doubt: (uneven - 1) + skew + (unlike - 1) - few };
}

function cosine(corner, one, other) {
  const [ax, ay, bx, by] = [one.x - corner.x, one.y - corner.y, other.x - corner.x, other.y - corner.y];
  return (ax * bx + ay * by) / (Math.hypot(ax, ay) * Math.hypot(bx, by));
}
