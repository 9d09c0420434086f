// @ts-check
// What the reader has set: everything that a link holds, and that the figure is drawn from.

/** @typedef {import("../shared/runs.js").Hyper} Hyper */
/** @typedef {import("../shared/runs.js").Rule} Rule */
/** @typedef {import("../shared/runs.js").Surface} Surface */
/** @typedef {import("./link.js").Own} Own */
/**
 * @typedef {object} State
 * @property {string} surface @property {Hyper} parameters @property {number[]} start
 * @property {string[]} on the rules that run @property {Record<string, Hyper>} hyper
 * @property {boolean} shared whether all run at one rate @property {number | null} rate that rate, once it is known
 * @property {number} scale or each at its own, times this @property {Record<string, number>} pinned the tuned one unless it is pinned to another
 * @property {string} schedule how the rates go over the run @property {boolean} corrected whether rules are corrected for starting at zero
 * @property {Own} own the reader's own surface @property {number} noise @property {boolean} more whether all controls are shown @property {boolean} maps whether they are open
 * @property {number} steps @property {number} step the one that is shown @property {string} tab @property {string} who the rule that is taken apart
 * @property {string} ask the question @property {boolean} asking whether it still hides the run
 */

export const SCHEDULES = ["constant", "step", "cosine", "warm-up"]; // as in descent.schedules
export const OWN = "yours"; // what a surface of the reader's own is called
export const OWN_WINDOW = [
  [-3, 3],
  [-3, 3],
]; // as in descent.Surface
export const OWN_START = [-2, 1];

/** @param {unknown} v */
export const finite = (v) => typeof v === "number" && Number.isFinite(v);
/** @param {unknown} a @param {unknown} b */
export const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

/**
 * The state before anything is set.
 * @param {Record<string, Surface>} surfaces @param {Record<string, Rule>} rules @param {boolean} shared @param {boolean} more @param {boolean} maps
 * @returns {State}
 */
export function firstState(surfaces, rules, shared, more, maps) {
  const [surface] = Object.keys(surfaces);
  const names = Object.keys(rules);
  const { parameters, start } = surfaces[surface];
  return {
    surface,
    parameters: { ...parameters },
    start: [...start],
    on: names,
    hyper: Object.fromEntries(names.map((name) => [name, { ...rules[name].hyper }])),
    shared,
    rate: null,
    scale: 1,
    pinned: {},
    schedule: SCHEDULES[0],
    corrected: true,
    own: { formula: "", window: OWN_WINDOW, start: OWN_START },
    noise: 0,
    more,
    maps,
    steps: 1,
    step: 1,
    tab: "standings",
    who: names[0],
    ask: "",
    asking: false,
  };
}

/** How many steps are run; what is shown stays, and the end stays the end. @param {State} state @param {number} n */
export function setSteps(state, n) {
  const atEnd = !(state.step < state.steps);
  state.steps = n;
  state.step = atEnd ? n : Math.min(state.step, n);
}
