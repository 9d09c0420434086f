// @ts-check
// Contour lines by marching squares.

/** @typedef {{ values: Float64Array, columns: number, rows: number, cell: number }} Grid heights, `cell` pixels apart */
/** @typedef {import("../shared/runs.js").Surface} Surface */
/** @typedef {import("../shared/runs.js").Field} Field */

// Edge p (from grid point p to p + 1) or rim + p (from p to p + columns); for each cell, by which corners are below the
// level, the edges that a line enters and leaves by, inside always on the same side.
const [TOP, RIGHT, BOTTOM, LEFT] = [0, 1, 2, 3];
const CROSSINGS = [
  [],
  [[TOP, LEFT]],
  [[RIGHT, TOP]],
  [[RIGHT, LEFT]],
  [[BOTTOM, RIGHT]],
  [
    [TOP, LEFT],
    [BOTTOM, RIGHT],
  ],
  [[BOTTOM, TOP]],
  [[BOTTOM, LEFT]],
  [[LEFT, BOTTOM]],
  [[TOP, BOTTOM]],
  [
    [RIGHT, TOP],
    [LEFT, BOTTOM],
  ],
  [[RIGHT, BOTTOM]],
  [[LEFT, RIGHT]],
  [[TOP, RIGHT]],
  [[LEFT, TOP]],
  [],
];

/** For each edge that a line crosses, the next that it crosses. @param {Grid} grid @param {number} level */
function crossings({ values, columns, rows }, level) {
  /** @type {Map<number, number>} */
  const next = new Map();
  const rim = columns * rows;
  for (let j = 0; j < rows - 1; j++)
    for (let i = 0; i < columns - 1; i++) {
      const p = j * columns + i;
      const corners =
        Number(values[p] < level) |
        (Number(values[p + 1] < level) << 1) |
        (Number(values[p + columns + 1] < level) << 2) |
        (Number(values[p + columns] < level) << 3);
      if (corners === 0 || corners === 15) continue;
      const edges = [p, rim + p + 1, p + columns, rim + p];
      for (const [from, to] of CROSSINGS[corners]) next.set(edges[from], edges[to]);
    }
  return next;
}

/**
 * The outline of { grid < level } as SVG path data. The grid's rim is infinitely high, so every outline closes.
 * @param {Grid} grid @param {number} level
 */
export function outline(grid, level) {
  const { values, columns, rows, cell } = grid;
  const rim = columns * rows;
  const next = crossings(grid, level);
  /** @param {number} edge */
  const point = (edge) => {
    const across = edge < rim;
    const p = across ? edge : edge - rim;
    const q = across ? p + 1 : p + columns;
    const part = (level - values[p]) / (values[q] - values[p]) || 0;
    const i = p % columns;
    const j = (p - i) / columns;
    const px = cell * ((across ? i + part : i) - 1);
    const py = cell * ((across ? j : j + part) - 1);
    return `${Math.round(10 * px) / 10} ${Math.round(10 * py) / 10}`;
  };
  let path = "";
  for (const first of next.keys()) {
    if (!next.has(first)) continue;
    let letter = "M";
    /** @type {number | undefined} */
    let edge = first;
    while (edge !== undefined && next.has(edge)) {
      path += letter + point(edge);
      letter = "L";
      const following = next.get(edge);
      next.delete(edge);
      edge = following;
    }
    path += "Z";
  }
  return path;
}

/**
 * Heights on a grid over a picture, one cell beyond each edge; `world(px, py)` gives the point.
 * @param {{ width: number, height: number, world(px: number, py: number): number[] }} view @param {number} cell
 * @param {(x: number, y: number) => number} f @returns {Grid}
 */
export function heights({ width, height, world }, cell, f) {
  const columns = Math.ceil(width / cell) + 3;
  const rows = Math.ceil(height / cell) + 3;
  const values = new Float64Array(columns * rows);
  for (let j = 0; j < rows; j++)
    for (let i = 0; i < columns; i++) {
      const onRim = i === 0 || j === 0 || i === columns - 1 || j === rows - 1;
      const [x, y] = onRim ? [0, 0] : world((i - 1) * cell, (j - 1) * cell);
      values[j * columns + i] = onRim ? 1e300 : f(x, y);
    }
  return { values, columns, rows, cell };
}

const LEVELS = 13;

/**
 * How high each point is drawn, and the levels: at equal steps of sqrt(f), or of log(1 + 4f) where the heights span too
 * much for that; as descent.draw.levels.
 * @param {Surface} surface @param {Field} field
 */
export function levelScale(surface, field) {
  const [[x0, x1], [y0, y1]] = surface.window;
  const all = [];
  for (let i = 0; i <= 24; i++)
    for (let j = 0; j <= 24; j++) {
      const f = field.value(x0 + ((x1 - x0) * i) / 24, y0 + ((y1 - y0) * j) / 24) - surface.floor;
      if (Number.isFinite(f)) all.push(Math.max(0, f));
    }
  all.sort((a, b) => a - b);
  const high = all[Math.floor(0.98 * (all.length - 1))] || 1;
  /** @type {(f: number) => number} */
  const scale = high > 100 ? (f) => Math.log1p(4 * f) : Math.sqrt;
  const top = scale(high);
  const levels = Array.from({ length: LEVELS }, (_, i) => (top * (LEVELS - i)) / LEVELS);
  return {
    levels,
    height: (/** @type {number} */ x, /** @type {number} */ y) => scale(Math.max(0, field.value(x, y) - surface.floor)),
  };
}
