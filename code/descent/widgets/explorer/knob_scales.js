// @ts-check
// Where a hyperparameter stands on its slider, and what a place there means.
import { clamp } from "../shared/numbers.js";

const LEAST = -12; // log10
/** @param {number} v */
const brief2 = (v) => Number(v.toPrecision(2));

/** @param {string} key @param {number} usual its default */
export function scaleOf(key, usual) {
  if (["rho", "beta2"].includes(key))
    return {
      range: { min: 0, max: 4, step: 0.01 },
      value: (/** @type {number} */ at) => Number((1 - 10 ** -at).toFixed(4)),
      place: (/** @type {number} */ v) => clamp(-Math.log10(1 - v), 0, 4),
    };
  if (key === "eps")
    return {
      range: { min: LEAST, max: 0, step: 0.1 },
      value: (/** @type {number} */ at) => brief2(10 ** at),
      place: (/** @type {number} */ v) => (v > 0 ? clamp(Math.log10(v), LEAST, 0) : LEAST),
    };
  const most = 100 * usual || 1;
  return {
    range: { min: 0, max: 1, step: 0.01 },
    value: (/** @type {number} */ at) => brief2(at * at * most),
    place: (/** @type {number} */ v) => Math.sqrt(clamp(v / most, 0, 1)),
  };
}
