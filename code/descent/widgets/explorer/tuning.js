// @ts-check
// The tuned rate of a rule, by the definition of descent.races.tuned_rate.

/** @typedef {import("../shared/runs.js").Rule} Rule */
/** @typedef {import("../shared/runs.js").Surface} Surface */
/** @typedef {import("../shared/runs.js").Field} Field */
/** @typedef {import("../shared/runs.js").Hyper} Hyper */

const TUNING_STEPS = 200;
const SMALLEST = 1e-8;
const NEAR_BEST = 0.1;

/** The height of the nearest minimum. @param {Surface} surface @param {Field} field @param {number} x @param {number} y */
function valleyOf(surface, field, x, y) {
  let nearest = Infinity;
  let base = 0;
  for (const [a, b] of [...surface.minima, ...surface.others]) {
    const distance = Math.hypot(x - a, y - b);
    if (distance < nearest) {
      nearest = distance;
      base = field.value(a, b) - surface.floor;
    }
  }
  return base;
}

/** The mean of log10 of a run's losses above `base`. @param {Float64Array} trail @param {number} base */
function logarithms(trail, base) {
  let sum = 0;
  for (let t = 1; t <= TUNING_STEPS; t += 4) {
    // one logarithm for four losses
    let product = 1;
    for (let i = t; i < t + 4; i++) product *= Math.max(trail[i] - base, SMALLEST);
    sum += Math.log10(product);
  }
  return sum;
}

/**
 * What a rate costs, from three starts; infinite where a run is lost.
 * @param {Rule} rule @param {Hyper} hyper @param {Surface} surface @param {Field} field @param {Float64Array} trail
 */
function tuningCost(rule, hyper, surface, field, trail) {
  const [[x0, x1], [y0, y1]] = surface.window;
  const reach = (0.08 * Math.min(x1 - x0, y1 - y0)) / 2;
  const s = new Float64Array(2 + 2 * rule.memory);
  const g = new Float64Array(2);
  let sum = 0;
  for (const i of [-1, 0, 1]) {
    s.fill(0);
    s[0] = surface.start[0] + i * reach;
    s[1] = surface.start[1] - i * reach;
    const top = 1.0001 * (field.value(s[0], s[1]) - surface.floor);
    for (let t = 0; t <= TUNING_STEPS; t++) {
      if (t) rule.step(s, t, hyper, field.slope, g);
      trail[t] = field.value(s[0], s[1]) - surface.floor;
      if (!(trail[t] <= top && Math.abs(s[0]) + Math.abs(s[1]) < 1e6)) return Infinity; // lost as in descent.walk
    }
    sum += logarithms(trail, valleyOf(surface, field, s[0], s[1]));
  }
  return sum / (3 * TUNING_STEPS);
}

/**
 * The gentlest rate within a hair of the best, or null if all rates fail.
 * @param {Rule} rule @param {Hyper} hyper @param {Surface} surface @param {Field} field
 */
export function tunedRate(rule, hyper, surface, field = surface.make(surface.parameters)) {
  if (!surface.goal) return null;
  const trail = new Float64Array(TUNING_STEPS + 1);
  /** @type {Map<number, number>} */
  const cost = new Map();
  /** @param {number} j */
  const attempt = (j) => {
    if (!cost.has(j)) cost.set(j, tuningCost(rule, { ...hyper, lr: 10 ** (j / 64) }, surface, field, trail));
  };
  /** @param {number} limit */
  const smallest = (limit) => Math.min(...[...cost].filter(([, c]) => c <= limit).map(([j]) => j));
  const best = () => Math.min(...cost.values());
  for (let j = -288; j <= 96; j += 8) attempt(j);
  if (best() === Infinity) return null;
  const middle = smallest(best());
  for (let j = middle - 7; j <= middle + 7; j++) attempt(j);
  return 10 ** (smallest(best() + NEAR_BEST) / 64);
}
