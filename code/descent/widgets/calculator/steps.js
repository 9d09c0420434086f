// @ts-check
// The steps that a rule takes on given slopes, and how far two rules part: number for number as in Python.
import { FORMS } from "./forms.js";

/** @typedef {Record<string, number>} Settings */
/** @typedef {[form: string, kind: string | null]} Rule */
/** @typedef {{ slopes: number[][], sizes: number[], start: number }} Course */

// What a weight decay beside the rule adds to each slope, and by how much it shrinks each place.
/** @param {string | null} kind @param {Settings} settings */
const decayOf = (kind, settings) => ({
  pull: kind === "added" ? settings.decay : 0,
  keep: kind === "shrunk" ? settings.lr * settings.decay : 0,
});

/**
 * Where the slopes are asked for, made into steps: 12 numbers a step, four kinds of slopes at each of three sizes.
 * @param {Course} data @param {Rule} rule @param {Settings} settings @param {number} slope
 */
export function stepsOn(data, [form, kind], settings, slope) {
  const { step, memory } = FORMS[form];
  const { pull, keep } = decayOf(kind, settings);
  const count = data.slopes.length;
  const asked = new Float64Array(12 * count);
  const state = new Float64Array(2 * (memory + 1));
  const g = new Float64Array(2);
  let at = 0;
  let gx = 0;
  let gy = 0;
  /** @param {number} x @param {number} y @param {Float64Array} out */
  const ask = (x, y, out) => {
    asked[at] = x;
    asked[at + 1] = y;
    out[0] = gx + pull * x;
    out[1] = gy + pull * y;
  };
  for (let lane = 0; lane < 6; lane++) {
    const size = data.sizes[lane >> 1] * slope;
    state.fill(0);
    state[0] = state[1] = data.start;
    for (let t = 0; t < count; t++) {
      at = 12 * t + 2 * lane;
      gx = size * data.slopes[t][2 * (lane & 1)];
      gy = size * data.slopes[t][2 * (lane & 1) + 1];
      const [x, y] = state;
      state[0] -= keep * x;
      state[1] -= keep * y;
      step(state, t + 1, settings, ask, g);
      if (keep) [asked[at], asked[at + 1]] = [x, y];
    }
  }
  const steps = new Float64Array(12 * (count - 1));
  for (let i = 0; i < steps.length; i++) steps[i] = asked[i + 12] - asked[i];
  return steps;
}

/**
 * How far the steps of a rule are off those given, at each of three sizes, as a share of their length.
 * @param {Course} data @param {Rule} rule @param {Settings} settings @param {Float64Array} theirs @param {number} slope
 */
export function apart(data, rule, settings, theirs, slope) {
  const ours = stepsOn(data, rule, settings, slope);
  const gap = [0, 0, 0];
  const way = [0, 0, 0];
  for (let i = 0; i < ours.length; i++) {
    const size = Math.floor((i % 12) / 4);
    gap[size] += Math.abs(ours[i] - theirs[i]);
    way[size] += Math.abs(theirs[i]);
  }
  return gap.map((sum, size) => (Number.isNaN(sum / way[size]) ? Infinity : sum / way[size]));
}
