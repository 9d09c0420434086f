// @ts-check
// Numbers in words.
import { power } from "../shared/numbers.js";

/** @param {number} v @returns {string} */
export function lossText(v) {
  if (Number.isNaN(v)) return "–";
  if (v <= -1e-15) return `−${lossText(-v)}`;
  if (!(v >= 1e-15)) return `< ${power(-15)}`;
  if (v >= 0.01 && v < 1000) return v.toFixed(v >= 100 ? 0 : v >= 1 ? 2 : 3);
  let e = Math.floor(Math.log10(v));
  let m = v / 10 ** e;
  if (m > 9.95) {
    m = 1;
    e++;
  }
  return `${m.toFixed(1)}·${power(e)}`;
}
/** Three digits, with a true minus sign. @param {number} v */
export function shortText(v) {
  if (!Number.isFinite(v)) return "–";
  const size = Math.abs(v);
  const e = Math.floor(Math.log10(size));
  const text =
    size < 1e-15
      ? "0"
      : size >= 0.001 && size < 1e4
        ? String(Number(size.toPrecision(3)))
        : `${(size / 10 ** e).toFixed(1)}·${power(e)}`;
  return v < 0 && text !== "0" ? `−${text}` : text;
}
/** A loss, or a height where there is no minimum. @param {{ goal: boolean }} surface @param {number} v */
export const levelText = (surface, v) => (surface.goal ? lossText : shortText)(v);
/** What is set by hand, so that a link carries few digits. @param {number} v */
export const brief = (v) => Number(v.toPrecision(4));
/** @param {Iterable<number>} pair */
export const pairText = (pair) => `(${[...pair].map(shortText).join(", ")})`;
/** @param {number} v */
export const rateText = (v) => (v >= 1 ? v.toFixed(2) : v >= 0.0995 ? v.toFixed(3) : String(Number(v.toPrecision(2))));
