// @ts-check
// Numbers as they are written, and whether a number can stand in a field.

/** @typedef {[low: number, high: number | null, fromLow: boolean, toHigh: boolean]} Limits */

/** @type {Limits} */
export const SLOPE = [0, null, false, false];

/** @param {number} x */
export const number = (x) => String(Number(x.toPrecision(12)));

/** @param {readonly number[]} three */
export const mean = (three) => (three[0] + three[1] + three[2]) / 3;

/** @param {number} share */
export function percent(share) {
  const rounded = Number((100 * share).toPrecision(2));
  return `${rounded < 1e-4 ? rounded.toFixed(7).replace(/0+$/, "") : rounded} %`;
}

/**
 * What is wrong with a number, or nothing; NaN is always wrong.
 * @param {number} x
 * @param {Limits} limits
 * @param {string} text
 */
export function complaint(x, [low, high, fromLow, toHigh], text) {
  const below = fromLow ? x >= low : x > low;
  const above = high === null ? x < Infinity : toHigh ? x <= high : x < high;
  return below && above ? "" : text;
}
