// @ts-check
// The facts of a surface of the reader's own: where its minima lie, and how low it is.
import { clamp } from "../shared/numbers.js";
import { size } from "./vectors.js";

/** @typedef {(x: number, y: number) => number} Value */
/** @typedef {{ value: Value, slope(x: number, y: number, into: Float64Array): void }} Field */
/** @typedef {import("./vectors.js").Pair} Pair */
/** @typedef {Pair[]} Window */

/** @type {Pair[]} */
const AROUND = [-1, 0, 1]
  .flatMap((i) => [-1, 0, 1].map((j) => /** @type {Pair} */ ([i, j])))
  .filter(([i, j]) => i || j);
const GRID = 60;

/** @param {Field} field @param {number} step @returns {{ slopeAt(x: number, y: number): Pair, curvature(x: number, y: number): number[] }} */
function derivatives({ slope }, step) {
  const g = new Float64Array(2);
  /** @param {number} x @param {number} y @returns {Pair} */
  const slopeAt = (x, y) => {
    slope(x, y, g);
    return [g[0], g[1]];
  };
  /** @param {number} x @param {number} y */
  const curvature = (x, y) => {
    const [right, left, above, below] = [
      slopeAt(x + step, y),
      slopeAt(x - step, y),
      slopeAt(x, y + step),
      slopeAt(x, y - step),
    ];
    const [xx, xy, yy] = [right[0] - left[0], right[1] - left[1], above[1] - below[1]].map((d) => d / (2 * step));
    return [xx, xy, yy, xx * yy - xy * xy];
  };
  return { slopeAt, curvature };
}

/** The dips of a grid: its points that none around lies below. @param {Value} value @param {number[][]} window @returns {Pair[]} */
function dips(value, [[x0, x1], [y0, y1]]) {
  /** @param {number} i @param {number} j @returns {Pair} */
  const at = (i, j) => [x0 + ((x1 - x0) * i) / GRID, y0 + ((y1 - y0) * j) / GRID];
  const found = [];
  /** @param {number} i @param {number} j */
  const height = (i, j) => value(...at(i, j));
  for (let i = 0; i <= GRID; i++)
    for (let j = 0; j <= GRID; j++) {
      if (!AROUND.some(([a, b]) => height(i + a, j + b) < height(i, j))) found.push(at(i, j));
    }
  return found;
}

/** The local minima in the window, lowest first: Newton's method from every dip of a grid. @param {Field} field @param {number[][]} window @returns {Pair[]} */
export function findMinima(field, window) {
  const { value } = field;
  const [[x0, x1], [y0, y1]] = window;
  const reach = [(x1 - x0) / 1000, (y1 - y0) / 1000];
  const { slopeAt, curvature } = derivatives(field, (x1 - x0) / 1e6);
  /** @type {Pair[]} */
  const found = [];
  for (let [x, y] of dips(value, window)) {
    for (let round = 0; round < 50; round++) {
      const [xx, xy, yy, det] = curvature(x, y);
      const [gx, gy] = slopeAt(x, y);
      x -= (yy * gx - xy * gy) / det;
      y -= (xx * gy - xy * gx) / det;
    }
    const [xx, xy, yy] = curvature(x, y);
    const least = (xx + yy) / 2 - Math.hypot((xx - yy) / 2, xy);
    const f = value(x, y);
    const shelf = AROUND.some(([a, b]) => value(x + a * reach[0], y + b * reach[1]) < f); // as x**3 has at 0
    const inside = x >= x0 && x <= x1 && y >= y0 && y <= y1;
    const again = found.some(([a, b]) => Math.abs(a - x) <= reach[0] && Math.abs(b - y) <= reach[1]);
    if (inside && least > 1e-6 && size(slopeAt(x, y)) < 1e-9 && !shelf && !again) found.push([x, y]);
  }
  return found.sort((a, b) => value(...a) - value(...b));
}

/** The lowest inner point of a grid, and the lowest height on the edge. @param {(at: number[]) => number} height @param {number[][]} window @param {number} n */
function lowestOnGrid(height, window, n) {
  let point = [NaN, NaN];
  let lowest = Infinity;
  let edge = Infinity;
  for (let i = 0; i <= n; i++)
    for (let j = 0; j <= n; j++) {
      const at = window.map(([low, high], c) => low + ((high - low) * [i, j][c]) / n);
      const f = height(at);
      if (i % n === 0 || j % n === 0) edge = Math.min(edge, f);
      else if (Number.isNaN(point[0]) || f < lowest) {
        point = at;
        lowest = f;
      }
    }
  return { point, lowest, edge };
}

/**
 * The lowest height in the window, and whether a point inside has it; as Surface._lowest in Python, which says why.
 * @param {{ value: Value }} field @param {number[][]} window
 */
export function findLowest({ value }, window) {
  /** @type {number[]} */
  const gained = [];
  const n = 100;
  const cell = window.map(([low, high]) => (high - low) / n);
  /** @param {number[]} at */
  const height = ([x, y]) => {
    const f = value(x, y);
    return Number.isFinite(f) ? f : Infinity;
  };
  const grid = lowestOnGrid(height, window, n);
  const { edge } = grid;
  let { point, lowest } = grid;
  const onGrid = Math.min(lowest, edge);
  for (let halving = 0; halving < 30; halving++) {
    const before = lowest;
    for (let k = 0; k < 100; k++) {
      const tried = AROUND.map((way) =>
        point.map((v, c) => clamp(v + way[c] * cell[c] * 0.5 ** halving, window[c][0], window[c][1])),
      );
      const best = tried.reduce((a, b) => (height(b) < height(a) ? b : a));
      if (!(height(best) < lowest)) break;
      point = best;
      lowest = height(best);
    }
    gained.push(before - lowest);
  }
  /** @param {number} from @param {number} to */
  const total = (from, to) => gained.slice(from, to).reduce((a, b) => a + b);
  const inside =
    lowest <= edge && point.every((v, c) => v > window[c][0] && v < window[c][1]) && total(20, 30) <= total(10, 20) / 2;
  return { floor: inside ? lowest : onGrid, inside };
}

/** What the figure has to know of a surface beside its formula. @param {Field} field @param {import("./link.js").Own} own */
export function factsOf(field, { formula, window, start }) {
  const minima = findMinima(field, window);
  const { floor: low, inside } = findLowest(field, window);
  const floor = minima.length ? field.value(...minima[0]) : low;
  const lowest = minima.filter((m) => field.value(...m) <= floor + 1e-9);
  return {
    label: formula,
    window,
    start,
    minima: lowest,
    others: minima.slice(lowest.length),
    floor,
    goal: minima.length > 0 || inside,
    quadratic: false,
    parameters: {},
  };
}
