// @ts-check
// The runs of a map: from every start, or at every setting. A worker gets these functions as they are written, so each
// needs only those in SWEEPING.
import { bell, noisy } from "../shared/runs.js";
import { variant } from "../shared/variants.js";

/** @typedef {import("../shared/runs.js").Rule} Rule */
/** @typedef {import("../shared/runs.js").Surface} Surface */
/** @typedef {import("../shared/runs.js").Field} Field */
/** @typedef {import("../shared/runs.js").Hyper} Hyper */
/** @typedef {{ minima: number[][], heights: number[], floor: number, steps: number, goal: number, stay: number, bound: number }} Scene */
/** @typedef {{ rules: Record<string, Rule>, surfaces: Record<string, Surface>, bound: number }} Program */
/**
 * @typedef {object} Job
 * @property {"settings" | "starts"} kind @property {string} rule @property {number[]} shares @property {boolean} corrected @property {string} surface @property {Hyper} parameters
 * @property {Hyper} hyper @property {string} [key] the hyperparameter upwards @property {number[]} start
 * @property {number[]} across @property {number[]} up @property {number} columns @property {number} rows
 * @property {number} noise @property {number} seed @property {number} steps @property {number} goal @property {number} stay
 */
/** @typedef {{ stride: number, place: Int8Array, steps: Int16Array, loss: Float32Array }} Shot what became of each run, as `end` in `follower` */

/** Which of the heights a loss is within `goal` of, or -1. @param {number} loss @param {Scene} scene */
function heightOf(loss, { heights, goal }) {
  let i = heights.length - 1;
  while (i >= 0 && !(Math.abs(loss - heights[i]) < goal)) i--;
  return i;
}
/** The number of the nearest minimum, from 1. @param {number} x @param {number} y @param {Scene} scene */
function nearestMinimum(x, y, { minima }) {
  const distances = minima.map(([a, b]) => Math.hypot(x - a, y - b));
  return Math.max(0, distances.indexOf(Math.min(...distances))) + 1;
}

/**
 * Follow runs to their ends. `end` is what became of the last one: `place` is -1 for lost, 0 for on its way, i for
 * arrived at minimum i; `steps` counts those to the loss that it then kept, within `goal` of the minimum's height.
 * @param {Rule} rule @param {Field} field @param {Scene} scene
 */
export function follower(rule, field, scene) {
  const LOOK = 20; // whoever stays for 61 steps is there at a multiple of 20: only then are the steps between looked at
  const { floor, steps, stay, bound } = scene;
  const s = new Float64Array(2 + 2 * rule.memory);
  const g = new Float64Array(2);
  const end = { place: 0, steps: 0, loss: 0 };
  const xs = new Float64Array(steps + stay + LOOK);
  const ys = new Float64Array(steps + stay + LOOK);
  /** @param {number} t */
  const lossAt = (t) => field.value(xs[t], ys[t]) - floor;
  /** @param {number} place @param {number} count @param {number} loss */
  const finish = (place, count, loss) => {
    end.place = place;
    end.steps = count;
    end.loss = loss;
  };
  /** @param {Hyper} hyper @param {number} x @param {number} y */
  const go = (hyper, x, y) => {
    s.fill(0);
    s[0] = x;
    s[1] = y;
    let seen = -1;
    let since = 0;
    let height = -1;
    for (let t = 0; ; t++) {
      if (t) rule.step(s, t, hyper, field.slope, g);
      if (!(Math.abs(s[0]) < bound && Math.abs(s[1]) < bound)) return finish(-1, t, Infinity);
      xs[t] = s[0];
      ys[t] = s[1];
      if (t % LOOK) continue;
      const loss = lossAt(t);
      if (height < 0 && heightOf(loss, scene) < 0) seen = t;
      while (seen < t) {
        const now = heightOf(lossAt(++seen), scene);
        if (now !== height) {
          height = now;
          since = seen;
        }
        if (height >= 0 && seen - since + 1 === stay)
          return finish(nearestMinimum(xs[seen], ys[seen], scene), since, loss);
      }
      if (t >= steps && (height < 0 || since > steps)) return finish(0, steps, loss);
    }
  };
  return { go, end };
}

/** @param {Surface} surface @param {Field} field @param {Job} job @param {number} bound @returns {Scene} */
function sceneOf(surface, field, { steps, goal, stay }, bound) {
  const minima = [...surface.minima, ...surface.others];
  const heights = [...new Set(minima.map(([x, y]) => Math.round(1e9 * (field.value(x, y) - surface.floor)) / 1e9))];
  return {
    minima,
    heights: minima.length ? heights : surface.goal ? [0] : [],
    floor: surface.goal ? surface.floor : 0,
    steps,
    goal,
    stay,
    bound,
  };
}

/**
 * All runs of a map, in passes of ever smaller strides. Yields now and then, and after each pass what is known.
 * @param {Program} program @param {Job} job @returns {Generator<Shot | null, void>}
 */
export function* sweep({ rules, surfaces, bound }, job) {
  const { across, up, key, start, columns, rows } = job;
  const surface = surfaces[job.surface];
  const field = surface.make(job.parameters);
  const rule = variant(rules[job.rule], job.shares, job.corrected);
  const { go, end } = follower(rule, noisy(field, job.noise, job.seed), sceneOf(surface, field, job, bound));
  const size = columns * rows;
  const shot = { stride: 0, place: new Int8Array(size), steps: new Int16Array(size), loss: new Float32Array(size) };
  const h = { ...job.hyper };
  /** @param {number[]} range @param {number} i @param {number} count */
  const at = ([low, high], i, count) => (count > 1 ? low + ((high - low) * i) / (count - 1) : (low + high) / 2);
  for (const stride of [8, 4, 2, 1]) {
    for (let j = 0; j < rows; j += stride) {
      const v = at(up, rows - 1 - j, rows);
      for (let i = 0; i < columns; i += stride) {
        if (stride < 8 && i % (2 * stride) === 0 && j % (2 * stride) === 0) continue; // known from the last pass
        const u = at(across, i, columns);
        const p = j * columns + i;
        if (job.kind === "settings") {
          h.lr = 10 ** u;
          if (key) h[key] = v;
          go(h, start[0], start[1]);
        } else go(h, u, v);
        shot.place[p] = end.place;
        shot.steps[p] = end.steps;
        shot.loss[p] = end.loss;
      }
      yield null;
    }
    shot.stride = stride;
    yield shot;
  }
}

export const SWEEPING = [bell, noisy, variant, heightOf, nearestMinimum, follower, sceneOf, sweep];

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
