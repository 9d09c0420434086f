// @ts-check
// Numbers in words.
import { power, scientific } from "../shared/numbers.js";

/** @param {number} v @returns {string} */
export function lossText(v) {
  if (Number.isNaN(v)) return "–";
  if (v <= -1e-15) return `−${lossText(-v)}`;
  if (!(v >= 1e-15)) return `< ${power(-15)}`;
  if (v >= 0.01 && v < 1000) return v.toFixed(v >= 100 ? 0 : v >= 1 ? 2 : 3);
  return scientific(v, 2);
}
/** Three digits, with a true minus sign. @param {number} v */
export function shortText(v) {
  if (!Number.isFinite(v)) return "–";
  const size = Math.abs(v);
  const text =
    size < 1e-15 ? "0" : size >= 0.001 && size < 1e4 ? String(Number(size.toPrecision(3))) : scientific(size, 2);
  return v < 0 && text !== "0" ? `−${text}` : text;
}
/** A loss, or a height where there is no minimum. @param {{ goal: boolean }} surface @param {number} v */
export const levelText = (surface, v) => (surface.goal ? lossText : shortText)(v);
/** What is set by hand, so that a link carries few digits. @param {number} v */
export const brief = (v) => Number(v.toPrecision(4));
/** @param {Iterable<number>} pair */
export const pairText = (pair) => `(${[...pair].map(shortText).join(", ")})`;
/** @param {number} v */
export function rateText(v) {
  if (v < 0.001) return scientific(v, 2);
  return v >= 1 ? v.toFixed(2) : v >= 0.0995 ? v.toFixed(3) : String(Number(v.toPrecision(2)));
}
