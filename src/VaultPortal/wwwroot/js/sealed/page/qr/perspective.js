// Where the modules of a code are in a picture: a plane seen from anywhere.

/** Takes places [u, v] of one plane to points [x, y] of another. */
class Projection {
  /** @param h the matrix by rows, its last element 1 left out, for places and points that were scaled down */
  constructor(h, scale, spread, middleX, middleY) {
    Object.assign(this, { h, scale, spread, middleX, middleY });
  }

  x(u, v) {
    const { h, scale } = this;
    return this.middleX + (this.spread * (h[0] * u + h[1] * v + h[2] * scale)) / (h[6] * u + h[7] * v + scale);
  }

  y(u, v) {
    const { h, scale } = this;
    return this.middleY + (this.spread * (h[3] * u + h[4] * v + h[5] * scale)) / (h[6] * u + h[7] * v + scale);
  }

  point(u, v) {
    return [this.x(u, v), this.y(u, v)];
  }
}

/** The projection that takes places [u, v] to points [x, y]: exact for four pairs, the least squares for more. Null where there is none. */
export function projection(places, points) {
  // Numbers around 1 keep the equations solvable.
  const scale = Math.max(...places.flat(), 1);
  const [middleX, middleY] = [0, 1].map((axis) => points.reduce((sum, point) => sum + point[axis], 0) / points.length);
  const spread = Math.max(...points.map(([x, y]) => Math.max(Math.abs(x - middleX), Math.abs(y - middleY))), 1);
  const rows = places.flatMap(([placeU, placeV], index) => {
    const [u, v] = [placeU / scale, placeV / scale];
    const [x, y] = [(points[index][0] - middleX) / spread, (points[index][1] - middleY) / spread];
    return [[u, v, 1, 0, 0, 0, -u * x, -v * x, x], [0, 0, 0, u, v, 1, -u * y, -v * y, y]];
  });
  const h = solve(places.length === 4 ? rows : normal(rows));
  if (h === null) return null;
  return new Projection(h, scale, spread, middleX, middleY);
}

function normal(rows) {
  return Array.from({ length: 8 }, (_, i) => Array.from({ length: 9 }, (_, j) => rows.reduce((sum, row) => sum + row[i] * row[j], 0)));
}

/** Eight equations with eight unknowns (Gauss). */
function solve(equations) {
  const rows = equations.map((row) => [...row]);
  for (let at = 0; at < 8; at += 1) {
    let pivot = at;
    for (let below = at + 1; below < 8; below += 1) if (Math.abs(rows[below][at]) > Math.abs(rows[pivot][at])) pivot = below;
    if (Math.abs(rows[pivot][at]) < 1e-12) return null;
    [rows[at], rows[pivot]] = [rows[pivot], rows[at]];
    for (let row = 0; row < 8; row += 1) {
      if (row === at) continue;
      const factor = rows[row][at] / rows[at][at];
      if (factor !== 0) for (let column = at; column < 9; column += 1) rows[row][column] -= factor * rows[at][column];
    }
  }
  return rows.map((row, at) => row[8] / row[at]);
}
