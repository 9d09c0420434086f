// Numbers in words.
import { power } from "../shared/elements.js";

export function lossText(v) {
  if (Number.isNaN(v)) return "–";
  if (v <= -1e-15) return `−${lossText(-v)}`;
  if (!(v >= 1e-15)) return `< ${power(-15)}`;
  if (v >= 0.01 && v < 1000) return v.toFixed(v >= 100 ? 0 : v >= 1 ? 2 : 3);
  let e = Math.floor(Math.log10(v)), m = v / 10 ** e;
  if (m > 9.95) { m = 1; e++; }
  return `${m.toFixed(1)}·${power(e)}`;
}
export function shortText(v) { // three digits, with a true minus sign
  if (!Number.isFinite(v)) return "–";
  const size = Math.abs(v), e = Math.floor(Math.log10(size));
  const text = size < 1e-15 ? "0" : size >= 0.001 && size < 1e4 ? String(Number(size.toPrecision(3))) : `${(size / 10 ** e).toFixed(1)}·${power(e)}`;
  return v < 0 && text !== "0" ? `−${text}` : text;
}
export const levelText = (surface, v) => (surface.goal ? lossText : shortText)(v); // a loss, or a height where there is no minimum
export const brief = (v) => Number(v.toPrecision(4)); // what is set by hand, so that a link carries few digits
export const pairText = (pair) => `(${[...pair].map(shortText).join(", ")})`;
export const rateText = (v) => (v >= 1 ? v.toFixed(2) : v >= 0.0995 ? v.toFixed(3) : String(Number(v.toPrecision(2))));
