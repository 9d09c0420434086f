// @ts-check
// Numbers of all interactive figures.

export const SUPERSCRIPT = "⁰¹²³⁴⁵⁶⁷⁸⁹";
/** @param {number} e */
export const power = (e) =>
  "10" + (e < 0 ? "⁻" : "") + String(Math.abs(e)).replace(/\d/g, (d) => SUPERSCRIPT[Number(d)]);
/** A positive number as 3.2·10⁻⁷, or as 10⁻⁷. @param {number} v @param {number} digits */
export function scientific(v, digits) {
  const [digit, e] = v
    .toExponential(digits - 1)
    .split("e")
    .map(Number);
  return digit === 1 ? power(e) : `${digit}·${power(e)}`;
}
/** A number as it stands at an axis or a knob. @param {number} v */
export function tickText(v) {
  const size = Math.abs(v);
  if (v === 0 || (size >= 0.001 && size < 1e5)) return String(Number(v.toPrecision(6))).replace("-", "−");
  return (v < 0 ? "−" : "") + scientific(size, 3);
}
/** @param {number} v @param {number} low @param {number} high */
export const clamp = (v, low, high) => Math.min(high, Math.max(low, v));
