// @ts-check
// Where steps and losses (or heights) stand on the chart.
import { clamp } from "../shared/numbers.js";

/** @typedef {import("../shared/runs.js").Run} Run */
/** @typedef {{ low: number, high: number }} Range decades of loss, or heights */
/** @typedef {ReturnType<typeof chartScale>} ChartScale */

export const LOWEST_DECADE = -8;
const EDGE = { left: 30, right: 8, top: 16, bottom: 30 };

/** @param {number} width @param {number} height @param {number} steps @param {Range} range @param {boolean} goal whether losses are drawn, in decades */
export function chartScale(width, height, steps, { low, high }, goal) {
  const box = { left: EDGE.left, right: width - EDGE.right, top: EDGE.top, bottom: height - EDGE.bottom };
  const far = high - low;
  /** @param {number} k */
  const px = (k) => box.left + ((width - EDGE.left - EDGE.right) * k) / steps;
  /** @param {number} loss */
  const py = (loss) => {
    const v = goal ? Math.log10(Math.max(loss, 1e-12)) : loss;
    return box.top + ((height - EDGE.top - EDGE.bottom) * (high - clamp(v, low - far, high + far))) / far;
  };
  /** @param {number} x the step there */
  const stepAt = (x) => Math.round(clamp((x - box.left) / (width - EDGE.left - EDGE.right), 0, 1) * steps);
  return { width, height, box, low, high, far, goal, px, py, stepAt };
}

/** The decades above the minimum that a run begins in. @param {number} loss at the start @returns {Range} */
export function rangeOfLosses(loss) {
  return { low: LOWEST_DECADE, high: Math.max(0, 2 * Math.ceil((Math.log10(Math.max(loss, 1e-9)) + 0.15) / 2)) };
}

/**
 * The heights of the runs, as far as the window reaches.
 * @param {Run[]} runs @param {number} first the height of the start @param {number[][]} window @param {number} steps @returns {Range}
 */
export function rangeOfHeights(runs, first, [[x0, x1], [y0, y1]], steps) {
  let low = first;
  let high = first;
  for (const { xs, ys, losses, last } of runs)
    for (let i = 0; i <= Math.min(last, steps); i++) {
      if (!(xs[i] >= x0 && xs[i] <= x1 && ys[i] >= y0 && ys[i] <= y1 && Number.isFinite(losses[i]))) continue;
      low = Math.min(low, losses[i]);
      high = Math.max(high, losses[i]);
    }
  const air = (high - low) / 10 || 1;
  return { low: low - air, high: high + air };
}
