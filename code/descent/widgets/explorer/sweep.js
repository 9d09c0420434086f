// @ts-check
// The runs of a map: from every start, or at every setting. A worker gets these functions as they are written, so each
// needs only those in SWEEPING.
import { bell } from "../shared/runs.js";

/** @typedef {import("../shared/runs.js").Field} Field */
/** @typedef {import("../shared/runs.js").Surface} Surface */
/** @typedef {import("../shared/runs.js").Hyper} Hyper */
/**
 * @typedef {object} Block `n` runs, each with its number in every array
 * @property {number} n @property {Float64Array[]} all @property {Float64Array[]} s @property {Float64Array} rates
 * @property {Float64Array} cells where on the map @property {Float64Array} lost after how many steps and one, or 0
 * @property {Float64Array} height that it is at, from 1, or 0 @property {Float64Array} since which step
 * @property {Float64Array[]} xs @property {Float64Array[]} ys
 */
/** @typedef {{ make(parameters: Hyper): Field, advance(block: Block, t: number, share: number, h: Hyper, p: Hyper, push: number[]): void }} Kernel from blocks.js */
/**
 * @typedef {object} Job
 * @property {number} memory @property {number[]} shares of its rate in each step @property {boolean} corrected
 * @property {Hyper} parameters @property {number[][]} minima @property {number[]} heights of those @property {number} floor
 * @property {Hyper} hyper @property {string} [key] the hyperparameter upwards
 * @property {number[]} [start] where rates go across; without it, starts do
 * @property {number[]} across @property {number[]} up @property {number} columns @property {number} rows
 * @property {number} noise @property {number} seed @property {number} steps @property {number} goal @property {number} stay
 * @property {number} bound
 */
/** @typedef {{ stride: number, place: Int8Array, steps: Int16Array, loss: Float32Array }} Shot what became of each run, as in `endOf` */

/**
 * What had become of run `i` by step t, or null: `place` is -1 for lost, 0 for on its way, k for arrived at minimum k;
 * `steps` counts those to the loss that it then kept, within `goal` of the minimum's height.
 * @param {Block} block @param {number} i @param {number} t @param {Field} field @param {Job} job
 */
function endOf({ lost, height, since, xs, ys }, i, t, field, { floor, heights, goal, minima, steps, stay }) {
  if (lost[i]) return { place: -1, steps: lost[i] - 1, loss: Infinity };
  const kept = xs.length;
  /** @param {number} k */
  const lossAt = (k) => field.value(xs[k % kept][i], ys[k % kept][i]) - floor;
  /** Which of the heights a loss is at, from 1, or 0. @param {number} loss */
  const heightOf = (loss) => {
    let k = heights.length;
    while (k && !(Math.abs(loss - heights[k - 1]) < goal)) k--;
    return k;
  };
  const loss = lossAt(t);
  let seen = height[i] || heightOf(loss) ? Math.max(t - kept, -1) : t;
  while (seen < t) {
    const now = heightOf(lossAt(++seen));
    if (now !== height[i]) {
      height[i] = now;
      since[i] = seen;
    }
    if (now && seen - since[i] + 1 === stay) {
      const distances = minima.map(([x, y]) => Math.hypot(xs[seen % kept][i] - x, ys[seen % kept][i] - y));
      return { place: Math.max(0, distances.indexOf(Math.min(...distances))) + 1, steps: since[i], loss };
    }
  }
  return t >= steps && (!height[i] || since[i] > steps) ? { place: 0, steps, loss } : null;
}

/**
 * Follow the runs of a block to their ends; one that has ended gives its room to the last.
 * @param {Kernel} kernel @param {Block} block @param {Job} job @param {Field} field @param {Hyper} hyper @param {Shot} shot
 */
function follow(kernel, block, job, field, hyper, shot) {
  const { shares, corrected, noise, seed, parameters, bound } = job;
  const { s, cells, lost, xs, ys } = block;
  const [x, y] = s;
  for (let t = 0; block.n; t++) {
    const push = [noise * bell(seed, 2 * t), noise * bell(seed, 2 * t + 1)];
    const share = shares[Math.min(t, shares.length) - 1] ?? 1;
    if (t) kernel.advance(block, corrected ? t : Infinity, share, hyper, parameters, push);
    xs[t % xs.length].set(x);
    ys[t % xs.length].set(y);
    for (let i = 0; i < block.n; i++)
      if (!((Math.abs(x[i]) < bound && Math.abs(y[i]) < bound) || lost[i])) lost[i] = t + 1;
    if (t % xs.length) continue;
    for (let i = block.n; i--;) {
      const end = endOf(block, i, t, field, job);
      if (!end) continue;
      shot.place[cells[i]] = end.place;
      shot.steps[cells[i]] = end.steps;
      shot.loss[cells[i]] = end.loss;
      block.n--;
      for (const row of block.all) row[i] = row[block.n];
    }
  }
}

/**
 * All runs of a map, in passes of ever smaller strides, a row at a time. Yields now and then, and after each pass what is
 * known. @param {Kernel} kernel @param {Job} job @returns {Generator<Shot | null, void>}
 */
export function* sweep(kernel, job) {
  const LOOK = 20; // whoever stays for 61 steps is there at a multiple of 20: only then are the steps between looked at
  const { across, up, key, start, columns, rows } = job;
  const field = kernel.make(job.parameters);
  /** @param {number} count */
  const rowsOf = (count) => Array.from({ length: count }, () => new Float64Array(columns));
  const all = rowsOf(7 + 2 * job.memory);
  const [rates, cells, lost, height, since, ...s] = all;
  const block = { n: 0, all, rates, cells, lost, height, since, s, xs: rowsOf(LOOK), ys: rowsOf(LOOK) };
  const size = columns * rows;
  const shot = { stride: 0, place: new Int8Array(size), steps: new Int16Array(size), loss: new Float32Array(size) };
  const hyper = { ...job.hyper };
  /** @param {number[]} range @param {number} i @param {number} count */
  const at = ([low, high], i, count) => (count > 1 ? low + ((high - low) * i) / (count - 1) : (low + high) / 2);
  for (const stride of [8, 4, 2, 1]) {
    for (let j = 0; j < rows; j += stride) {
      const v = at(up, rows - 1 - j, rows);
      if (key) hyper[key] = v;
      for (const row of all) row.fill(0);
      for (let i = 0; i < columns; i += stride) {
        if (stride < 8 && i % (2 * stride) === 0 && j % (2 * stride) === 0) continue; // known from the last pass
        const u = at(across, i, columns);
        cells[block.n] = j * columns + i;
        rates[block.n] = start ? 10 ** u : hyper.lr;
        [s[0][block.n], s[1][block.n]] = start ?? [u, v];
        block.n++;
      }
      follow(kernel, block, job, field, hyper, shot);
      yield null;
    }
    shot.stride = stride;
    yield shot;
  }
}

/** What a job has to know of a surface. @param {Surface} surface @param {Field} field */
export function sceneOf(surface, field) {
  const minima = [...surface.minima, ...surface.others];
  const heights = minima.map(([x, y]) => Math.round(1e9 * (field.value(x, y) - surface.floor)) / 1e9);
  return {
    minima,
    heights: surface.goal && !minima.length ? [0] : [...new Set(heights)],
    floor: surface.goal ? surface.floor : 0,
  };
}

export const SWEEPING = [bell, endOf, follow, sweep];

/**
 * What became of the runs of the newest pass: the share that came to each place, and the quickest to one of the `lowest`
 * minima, or -1.
 * @param {Shot} shot @param {number} columns @param {number} lowest
 */
export function tally(shot, columns, lowest) {
  /** @type {Map<number, number>} */
  const count = new Map();
  let all = 0;
  let best = -1;
  for (let p = 0; p < shot.place.length; p++) {
    if ((p % columns) % shot.stride || Math.floor(p / columns) % shot.stride) continue;
    const place = shot.place[p];
    all++;
    count.set(place, (count.get(place) ?? 0) + 1);
    if (place > 0 && place <= lowest && (best < 0 || shot.steps[p] < shot.steps[best])) best = p;
  }
  /** @param {number[]} places */
  const share = (...places) => places.reduce((sum, place) => sum + (count.get(place) ?? 0), 0) / all;
  return { share, best, soonest: shot.steps[best] };
}
