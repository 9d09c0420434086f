// @ts-check
// Arithmetic on points and arrows, each two numbers.

/** @typedef {[number, number]} Pair */

/** @param {Pair} a @param {Pair} b @returns {Pair} */
export const plus = ([a, b], [c, d]) => [a + c, b + d];
/** @param {Pair} a @param {Pair} b @returns {Pair} */
export const minus = ([a, b], [c, d]) => [a - c, b - d];
/** @param {Pair} a @param {number} factor @returns {Pair} */
export const times = ([a, b], factor) => [a * factor, b * factor];
/** @param {Pair} a */
export const size = ([a, b]) => Math.hypot(a, b);
