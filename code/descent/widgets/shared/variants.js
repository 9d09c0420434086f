// @ts-check
// A rule whose rate changes from step to step, or that is not corrected for starting at zero.

/** @typedef {import("./runs.js").Rule} Rule */
/** @typedef {import("./runs.js").Slope} Slope */

/** @param {number} done */
const cosine = (done) => Math.floor(2 ** 19 * (1 + Math.cos(Math.PI * done)) + 0.5) / 2 ** 20;

/**
 * What share of its rate a rule takes in steps 1 to `steps`, as in descent.schedules; none where it takes all of it.
 * @param {string} schedule @param {number} steps @returns {number[]}
 */
export function sharesOf(schedule, steps) {
  const rise = schedule === "warm-up" ? Math.ceil(steps / 10) : 0;
  /** @param {number} t */
  const share = (t) => {
    if (schedule === "step") return 2 * t <= steps ? 1 : 0.1;
    return t <= rise ? t / rise : cosine((t - rise - 1) / (steps - rise));
  };
  return schedule === "constant" ? [] : Array.from({ length: steps }, (_, i) => share(i + 1));
}

/**
 * The rule at these shares of its rate, the last one for good; uncorrected, it is told that it has been running for ever,
 * as in descent.walk.
 * @param {Rule} rule @param {number[]} shares @param {boolean} corrected @returns {Rule}
 */
export function variant(rule, shares, corrected) {
  const last = shares.length;
  if (!last && corrected) return rule;
  let now = 0;
  /** @type {Slope} */
  let read = () => {};
  /** @type {Slope} */
  const inTime = (x, y, into) => read(x, y, into, now); // the noise of the step, whatever the rule is told
  return {
    ...rule,
    step(s, t, hyper, slope, g) {
      const { lr } = hyper;
      if (last) hyper.lr = lr * shares[Math.min(t, last) - 1];
      now = t;
      read = slope;
      if (corrected) rule.step(s, t, hyper, slope, g);
      else rule.step(s, Infinity, hyper, inTime, g);
      hyper.lr = lr;
    },
  };
}
