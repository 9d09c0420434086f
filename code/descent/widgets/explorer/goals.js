// @ts-check
// What a run has to reach, and within how many steps.

/** @typedef {import("../shared/runs.js").Run} Run */

export const GOAL = 1e-6;
export const STAY = 61; // as in descent.races
export const SEED = 1; // of the noise in the runs that are drawn in full
export const MAP_STEPS = 200; // within which a run has to arrive
export const SEARCH = 4000; // the line in words looks this far beyond the picture

/**
 * The first step from which the loss stays within the goal for `stay` steps in a row, or null. A loss that falls below
 * the minimum, beyond the window, has not arrived there.
 * @param {ArrayLike<number>} losses @param {number} goal @param {number} stay @param {number} last the last step looked at
 */
export function reaches(losses, goal = GOAL, stay = STAY, last = losses.length - 1) {
  let inARow = 0;
  for (let k = 0; k <= last; k++) {
    inARow = Math.abs(losses[k]) < goal ? inARow + 1 : 0;
    if (inARow === stay) return k - stay + 1;
  }
  return null;
}

/**
 * The step in which a run arrives.
 * @param {Run} r
 */
export const arrival = (r) => reaches(r.losses, GOAL, STAY, r.last);
