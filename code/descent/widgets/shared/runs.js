// @ts-check
// Runs of a rule on a surface, and the noise in the slopes that it reads.

/** @typedef {[number, number] | number[]} Point */
/** @typedef {Record<string, number>} Hyper */
/** @typedef {(x: number, y: number, into: Float64Array, t: number) => void} Slope writes both parts of the slope in step t */
/** @typedef {{ value(x: number, y: number): number, slope: Slope }} Field */
/** @typedef {{ memory: number, names: string[], hyper: Hyper, step(s: Float64Array, t: number, hyper: Hyper, slope: Slope, g: Float64Array): void }} Rule */
/** @typedef {{ goal: boolean, floor: number, window: Point[], start: Point, minima: Point[], others: Point[], quadratic: boolean, label: string, parameters: Hyper, make(parameters?: Hyper): Field }} Surface */
/** @typedef {{ xs: Float64Array, ys: Float64Array, losses: Float64Array, last: number, lostAt: number }} Run */

/**
 * Follow a rule: positions and losses above the floor (heights, where a surface has no minimum) in flat arrays, `last`
 * the last step that is not lost, and `lostAt` that which is, or 0.
 * @param {Rule} rule @param {Hyper} hyper @param {{ goal: boolean, floor: number }} surface @param {Field} field
 * @param {Point} start @param {number} steps @param {number} bound beyond which a run is lost
 * @returns {Run}
 */
export function run(rule, hyper, surface, field, start, steps, bound) {
  const xs = new Float64Array(steps + 1);
  const ys = new Float64Array(steps + 1);
  const losses = new Float64Array(steps + 1);
  const s = new Float64Array(2 + 2 * rule.memory);
  const g = new Float64Array(2);
  [s[0], s[1]] = start;
  const base = surface.goal ? surface.floor : 0;
  let last = 0;
  let lostAt = 0;
  for (let t = 0; t <= steps; t++) {
    if (t) rule.step(s, t, hyper, field.slope, g);
    if (!(Math.abs(s[0]) < bound && Math.abs(s[1]) < bound)) {
      lostAt = t;
      break;
    }
    xs[t] = s[0];
    ys[t] = s[1];
    losses[t] = field.value(s[0], s[1]) - base;
    last = t;
  }
  return { xs, ys, losses, last, lostAt };
}

/**
 * Roughly bell-shaped noise of mean 0 and variance 1: four uniform numbers from a hash of the seed and a counter. Only
 * exact arithmetic before the one product, so that descent.walk.noisy gives the same to the last bit.
 * @param {number} seed @param {number} counter
 */
export function bell(seed, counter) {
  let sum = 0;
  for (let i = 0; i < 4; i++) {
    let h = Math.imul(4 * counter + i + Math.imul(seed, 0x27d4eb2f), 0x9e3779b1);
    h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
    h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
    sum += (h ^ (h >>> 16)) >>> 0;
  }
  return (sum / 2 ** 32 - 2) * Math.sqrt(3);
}

/**
 * A surface whose slopes are read through noise, as from mini-batches: in step t all rules see the same noise.
 * @template {Field} F
 * @param {F} field @param {number} strength @param {number} seed
 * @returns {F}
 */
export function noisy(field, strength, seed) {
  if (!strength) return field;
  /** @type {Slope} */
  const slope = (x, y, g, t) => {
    field.slope(x, y, g, t);
    g[0] += strength * bell(seed, 2 * t);
    g[1] += strength * bell(seed, 2 * t + 1);
  };
  return { ...field, slope };
}
