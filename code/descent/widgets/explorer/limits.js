// @ts-check
// Where runs on a quadratic surface of steepest curvature L stop converging.
import { words } from "./words.js";

/** @typedef {{ name: string, rate: number, text: string }} Limit */

/**
 * The limits of the rules that have one, the smallest first.
 * @param {number | null} L @param {string[]} names @param {(name: string) => number} mu @returns {Limit[]}
 */
export function limitsOf(L, names, mu) {
  if (!L) return [];
  const known = [
    { name: "sgd", rate: () => 2 / L, text: words.limit },
    { name: "momentum", rate: () => (2 * (1 + mu("momentum"))) / L, text: words.limitMomentum },
    { name: "nag", rate: () => (2 * (1 + mu("nag"))) / (1 + 2 * mu("nag")) / L, text: words.limitNag },
  ];
  return known
    .filter(({ name }) => names.includes(name))
    .map(({ name, rate, text }) => ({ name, rate: rate(), text }))
    .sort((a, b) => a.rate - b.rate);
}
