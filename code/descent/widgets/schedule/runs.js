// The rates that were drawn, what many noisy runs make of them, and the search for the best constant rate.
import { noisy, run } from "../shared/runs.js";

// k of the rates that are tried: first these, then the neighbours of the best.
const COARSE = Array.from({ length: 30 }, (_, j) => 6 * j - 150);
const FINE = [-5, -4, -3, -2, -1, 1, 2, 3, 4, 5];

// The rate at every step t = 1, 2, ..., as Schedule.rate gives it in Python.
export function ratesOf(points, hold, steps) {
  const n = points.length;
  return Float64Array.from({ length: steps }, (_, i) => {
    const place = (i / (hold ? steps : steps - 1)) * (hold ? n : n - 1);
    const k = Math.min(Math.floor(place), n - 1);
    return hold || k === n - 1 ? points[k] : points[k] * (points[k + 1] / points[k]) ** (place - k);
  });
}

// The losses of many runs whose rate changes from step to step, each with noise of its own, and their mean.
export function crowd(rule, hyper, rates, surface, strength, runs, bound) {
  const field = surface.make(surface.parameters);
  const h = { ...hyper };
  const step = (s, t, _, slope, g) => {
    h.lr = rates[t - 1];
    rule.step(s, t, h, slope, g);
  };
  const changing = { memory: rule.memory, step };
  const one = (_, i) => run(changing, h, surface, noisy(field, strength, i + 1), surface.start, rates.length, bound);
  const all = Array.from({ length: runs }, one);
  const mean = new Float64Array(rates.length + 1);
  for (const { losses, last } of all) {
    for (let t = 0; t < mean.length; t++) mean[t] += t <= last ? losses[t] / runs : NaN;
  }
  return { all, mean, lost: all.filter((r) => r.lostAt).length, end: mean.at(-1) };
}

// 0.001 at k = -150, 3.02 at 24
export function constantRate(k) {
  return 10 ** (k / 50);
}

// The search for the best constant rate: yields the k to try next, is sent the mean loss at its end, returns the best k or null.
export function* constantSearch() {
  let best = null;
  let least = Infinity;
  for (const near of [COARSE, FINE]) {
    const centre = near === FINE ? best : 0;
    for (const step of centre === null ? [] : near) {
      const end = yield centre + step;
      if (end < least) [best, least] = [centre + step, end];
    }
  }
  return best;
}
