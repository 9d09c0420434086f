// @ts-check
// Numbers of all interactive figures.

export const SUPERSCRIPT = "⁰¹²³⁴⁵⁶⁷⁸⁹";
/** @param {number} e */
export const power = (e) =>
  "10" + (e < 0 ? "⁻" : "") + String(Math.abs(e)).replace(/\d/g, (d) => SUPERSCRIPT[Number(d)]);
/** @param {number} v @param {number} low @param {number} high */
export const clamp = (v, low, high) => Math.min(high, Math.max(low, v));
