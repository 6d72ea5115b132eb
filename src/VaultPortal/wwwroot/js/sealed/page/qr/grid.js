// Lays the grid of a code over the picture, from its three finder patterns on.
import { alignmentCentres, layoutOf, sizeOf, versions } from "./layout.js";
import { projection } from "./perspective.js";

/** How far to look for an alignment pattern, in modules. */
const searchReach = { first: (size) => Math.min(12, 3 + 0.1 * size), others: 1.5 };
const ringOf = (x, y) => Math.max(Math.abs(x), Math.abs(y));
const alignmentModules = [-2, -1, 0, 1, 2].flatMap((y) => [-2, -1, 0, 1, 2].map((x) => [x, y, ringOf(x, y) === 1 ? 0 : 1]));

/** Of its 25 modules, so many have to be right. */
const alignmentLeast = 22;

/**
 * How well a grid has to fit what is known of a code: the finder patterns as if it was seen from the front, then all before and after
 * it is moved to fit better. By chance half of it does.
 */
const fits = { flat: 0.7, before: 0.72, after: 0.8 };

/**
 * Grids that fit three finder patterns, the best first: { version, fit, at(x, y) } with the modules as 0 and 1.
 * @param budget how many grids may still be moved to fit better, which is the dear part
 */
export function gridsOf(bitmap, corners, budget) {
  if (budget.left === 0) return [];
  const flat = flatCorners(corners);
  const promising = versionsOf(bitmap, corners)
    .filter((version) => fitOf(bitmap, layoutOf(version).finders, projectCorners(version, flat)) >= fits.flat)
    .map((version) => {
      const corner = cornersOf(bitmap, flat, version);
      return { version, corner, fit: fitOf(bitmap, layoutOf(version).known, projectCorners(version, corner)) };
    })
    .filter(({ fit }) => fit >= fits.before)
    .sort((left, right) => right.fit - left.fit)
    .slice(0, Math.min(2, budget.left));
  budget.left -= promising.length;
  return promising
    .map(({ version, corner }) => refined(bitmap, version, corner))
    .filter(({ fit }) => fit >= fits.after)
    .sort((left, right) => right.fit - left.fit)
    .map(({ version, fit, project }) => ({ version, fit, at: sampler(bitmap, project) }));
}

/** Versions by how many modules lie between the finder patterns, the likeliest first. */
function versionsOf(bitmap, [topLeft, topRight, bottomLeft]) {
  const counts = [topRight, bottomLeft].map((other) => {
    const module = (acrossFinder(bitmap, topLeft, other) + acrossFinder(bitmap, other, topLeft)) / 14;
    return Math.hypot(other.x - topLeft.x, other.y - topLeft.y) / module + 7;
  });
  const size = (counts[0] + counts[1]) / 2;
  if (!Number.isFinite(size)) return [];
  const likely = Math.round((size - 17) / 4);
  const reach = 1 + Math.floor(size / 40);
  const all = Array.from({ length: 2 * reach + 1 }, (_, index) => likely - reach + index);
  return all
    .filter((version) => version >= versions.least && version <= versions.most)
    .sort((left, right) => Math.abs(sizeOf(left) - size) - Math.abs(sizeOf(right) - size));
}

/** How long the line through two finder patterns is within the first: seven modules. */
function acrossFinder(bitmap, from, to) {
  const distance = Math.hypot(to.x - from.x, to.y - from.y);
  const [stepX, stepY] = [(to.x - from.x) / distance / 4, (to.y - from.y) / distance / 4];
  const reach = (direction) => {
    let dark = 1;
    let changes = 0;
    // In quarters of a pixel.
    for (let step = 0; step < 4 * distance; step += 1) {
      const now = bitmap.at(from.x + direction * step * stepX, from.y + direction * step * stepY);
      if (now === dark) continue;
      dark = now;
      changes += 1;
      if (changes === 3) return step / 4;
    }
    return NaN;
  };
  return reach(1) + reach(-1);
}

const cornerPlaces = (size) => [[3.5, 3.5], [size - 3.5, 3.5], [3.5, size - 3.5], [size - 3.5, size - 3.5]];
const projectCorners = (version, points) => projection(cornerPlaces(sizeOf(version)), points);

/** The four corners as if the code was seen from the front. */
function flatCorners(corners) {
  const three = corners.map(({ x, y }) => [x, y]);
  return [...three, [0, 1].map((axis) => three[1][axis] + three[2][axis] - three[0][axis])];
}

/** The four corners by the alignment patterns, where they are found. */
function cornersOf(bitmap, flat, version) {
  const size = sizeOf(version);
  const places = cornerPlaces(size);
  const three = flat.slice(0, 3);
  const centres = alignmentCentres(version);
  const last = centres.at(-1);
  if (last === undefined) return flat;

  const middle = ([x, y]) => [x + 0.5, y + 0.5];
  const found = findAlignment(bitmap, projection(places, flat), middle(last), searchReach.first(size));
  if (found === null) return flat;
  let project = projection([...places.slice(0, 3), middle(last)], [...three, found]);
  if (project === null) return flat;
  if (centres.length > 1) {
    const known = [...places.slice(0, 3).map((place, index) => [place, three[index]]), [middle(last), found]];
    for (const centre of centres.slice(0, -1)) {
      const point = findAlignment(bitmap, project, middle(centre), searchReach.others);
      if (point !== null) known.push([middle(centre), point]);
    }
    project = projection(known.map(([place]) => place), known.map(([, point]) => point)) ?? project;
  }
  return places.map(([u, v]) => project.point(u, v));
}

/** The middle of the alignment pattern that is nearest to where it should be. */
function findAlignment(bitmap, project, [u, v], reach) {
  const [x, y] = project.point(u, v);
  const [rightX, rightY] = [project.x(u + 0.5, v) - project.x(u - 0.5, v), project.y(u + 0.5, v) - project.y(u - 0.5, v)];
  const [downX, downY] = [project.x(u, v + 0.5) - project.x(u, v - 0.5), project.y(u, v + 0.5) - project.y(u, v - 0.5)];
  const fine = 4;
  const steps = Math.ceil(reach * fine);
  let best = { score: alignmentLeast - 1, far: Infinity };
  const same = [];
  for (let stepV = -steps; stepV <= steps; stepV += 1) {
    for (let stepU = -steps; stepU <= steps; stepU += 1) {
      const [offU, offV] = [stepU / fine, stepV / fine];
      let wrong = 0;
      for (const [ringX, ringY, dark] of alignmentModules) {
        const [du, dv] = [offU + ringX, offV + ringY];
        if (bitmap.at(x + du * rightX + dv * downX, y + du * rightY + dv * downY) !== dark) wrong += 1;
        if (25 - wrong < best.score) break;
      }
      const score = 25 - wrong;
      const far = Math.hypot(offU, offV);
      if (score < best.score || score < alignmentLeast) continue;
      if (score > best.score) same.length = 0;
      same.push([offU, offV]);
      if (score > best.score || far < best.far) best = { score, far, offU, offV };
    }
  }
  if (same.length === 0) return null;
  // It fits at several places beside each other: their middle.
  const near = same.filter(([offU, offV]) => Math.hypot(offU - best.offU, offV - best.offV) < 1);
  const [offU, offV] = [0, 1].map((axis) => near.reduce((sum, off) => sum + off[axis], 0) / near.length);
  return [x + offU * rightX + offV * downX, y + offU * rightY + offV * downY];
}

const middleOnly = [[0.5, 0.5]];
const nearCorners = [[0.15, 0.15], [0.85, 0.15], [0.15, 0.85], [0.85, 0.85]];

/** The share of modules that have the colour they should have, at one or more points of each. */
function fitOf(bitmap, known, project, points = middleOnly) {
  if (project === null) return 0;
  let right = 0;
  for (const [x, y, dark] of known) {
    for (const [u, v] of points) if (bitmap.at(project.x(x + u, y + v), project.y(x + u, y + v)) === dark) right += 1;
  }
  return right / known.length / points.length;
}

/**
 * Moves the corners, by less and less, as long as the grid fits better. Small codes have little to hold on to beside their finder
 * patterns, whose modules are therefore looked at near their corners too.
 */
function refined(bitmap, version, corner) {
  const points = corner.map((point) => [...point]);
  const { known } = layoutOf(version);
  const looked = version < 7 ? nearCorners : middleOnly;
  let project = projectCorners(version, points);
  let fit = fitOf(bitmap, known, project, looked);
  const module = Math.hypot(points[1][0] - points[0][0], points[1][1] - points[0][1]) / (sizeOf(version) - 7);
  for (const share of [1, 0.5, 0.25, 0.12]) {
    for (let round = 0, better = true; better && round < 4 && fit < 1; round += 1) {
      better = false;
      for (const point of points) {
        for (const [axis, sign] of [[0, 1], [0, -1], [1, 1], [1, -1]]) {
          point[axis] += sign * share * module;
          const moved = projectCorners(version, points);
          const movedFit = fitOf(bitmap, known, moved, looked);
          if (movedFit > fit) [fit, project, better] = [movedFit, moved, true];
          else point[axis] -= sign * share * module;
        }
      }
    }
  }
  return { version, fit: fitOf(bitmap, known, project), project };
}

/** A module is what most of nine points in it are. */
function sampler(bitmap, project) {
  const offsets = [-0.2, 0, 0.2].flatMap((v) => [-0.2, 0, 0.2].map((u) => [u, v]));
  return (x, y) => {
    let dark = 0;
    for (const [u, v] of offsets) dark += bitmap.at(project.x(x + 0.5 + u, y + 0.5 + v), project.y(x + 0.5 + u, y + 0.5 + v));
    return dark > 4 ? 1 : 0;
  };
}
