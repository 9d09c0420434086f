// Scales of an axis: from numbers to pixels, and where its ticks stand.
import { power, tickText } from "./numbers.js";

// From numbers to pixels: `scale(v)` with `scale.low`, `scale.high` and `scale.log`.
export function makeScale([low, high], log, from, to) {
  const f = log ? Math.log10 : (v) => v;
  const a = f(low);
  const b = f(high);
  return Object.assign((v) => from + ((f(v) - a) / (b - a || 1)) * (to - from), { low, high, log });
}

export function ticksOf({ low, high, log }, room) {
  // at most about `room` of them
  if (log && high / low >= 8) {
    const first = Math.ceil(Math.log10(low) - 1e-9);
    const last = Math.floor(Math.log10(high) + 1e-9);
    const every = Math.ceil((last - first + 1) / room);
    const all = [];
    for (let e = every * Math.ceil(first / every); e <= last; e += every) all.push(10 ** e);
    if (all.length > 1) return all;
  }
  const step = [1, 2, 5, 10]
    .map((m) => m * 10 ** Math.floor(Math.log10((high - low) / room)))
    .find((s) => (high - low) / s <= room);
  const all = [];
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + step * 1e-9; k++)
    all.push(Number((k * step).toPrecision(12)));
  return log ? all.filter((v) => v > 0) : all;
}

export function tickTexts(values, log) {
  // of one kind: 10⁻⁵, 10⁻³ and 10⁻¹ rather than 10⁻⁵, 0.001 and 0.1
  const raised =
    log &&
    values.some((v) => v < 0.001 || v >= 1e5) &&
    values.every((v) => Number.isInteger(Math.round(1e9 * Math.log10(v)) / 1e9));
  return values.map((v) => (raised ? power(Math.round(Math.log10(v))) : tickText(v)));
}

// The smallest and the largest number with a little air around; `base` is a number that must be seen, such as 0.
// An axis's own limits, where it has them, go first.
export function limitsOf(values, log, own, { base = null, air = 0.04 } = {}) {
  let low = base ?? Infinity;
  let high = base ?? -Infinity;
  for (const v of values)
    if (Number.isFinite(v) && (!log || v > 0)) {
      low = Math.min(low, v);
      high = Math.max(high, v);
    }
  if (low === Infinity) [low, high] = log ? [0.1, 1] : [0, 1];
  if (low === high)
    [low, high] = log ? [low / 2, high * 2] : [low - (Math.abs(low) || 1) / 2, high + (Math.abs(high) || 1) / 2];
  const stretch = log ? (high / low) ** air : (high - low) * air;
  const airy = log
    ? [low / stretch, high * stretch]
    : [low === base ? low : low - stretch, high === base ? high : high + stretch];
  return [own?.[0] ?? airy[0], own?.[1] ?? airy[1]];
}
