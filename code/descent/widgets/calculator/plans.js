// @ts-check
// Carries out the plans that Python made: which settings take the same steps in another framework.
import { mean, number } from "./numbers.js";
import { search, TINY } from "./search.js";
import { apart, stepsOn } from "./steps.js";

/** @typedef {Record<string, number>} Settings */
/** @typedef {number | string | [operator: string, ...parts: any[]]} Expression */
/** @typedef {[test: Expression, text: number][]} Conditions */
/** @typedef {{ call: number, settings: Record<string, Expression>, rule: import("./steps.js").Rule,
 *   limits?: Conditions, notes?: Conditions, guards?: number[] }} Plan */
/** @typedef {import("./steps.js").Course & { plans: Record<string, Plan[]>, missing: Record<string, string>,
 *   origins: Record<string, import("./steps.js").Rule>, texts: string[] }} Data */

/** @type {Record<string, (...numbers: number[]) => number>} */
const OPERATORS = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => a / b,
  min: Math.min,
  max: Math.max,
  sign: Math.sign,
};

/** @param {Expression} expression @param {Settings} settings @returns {number} */
function value(expression, settings) {
  if (typeof expression === "string") return settings[expression];
  if (typeof expression === "number") return expression;
  const [operator, ...parts] = expression;
  return OPERATORS[operator](...parts.map((part) => value(part, settings)));
}

/** @param {string} call @param {Settings} settings */
const written = (call, settings) =>
  call.replace(/\{(\w+)\}/g, (_, name) => {
    if (name === "centered") return settings.centered ? "True" : "False";
    return name.startsWith("beta") && settings[name] === 0 ? "0.0" : number(settings[name]);
  });

// What is said where a framework does not have the method.
/** @param {string} reason */
const nothing = (reason) => ({
  call: null,
  settings: null,
  exact: false,
  reasons: [reason],
  notes: [],
  apart: [0, 0, 0],
  unsearched: 0,
});

/**
 * One framework's settings in another: those that take the same steps, or the nearest, and what is to be said of them.
 * @param {Data} data @param {string} method @param {string} source @param {string} target @param {Settings} settings
 */
export function* translating(data, method, source, target, settings, slope = 0.01) {
  const absent = [source, target].map((framework) => data.missing[`${method} ${framework}`]).find(Boolean);
  if (absent) return nothing(absent);
  /** @param {Expression} test */
  const holds = (test) => Math.abs(value(test, settings)) > TINY;
  /** @param {Conditions} [conditions] */
  const holding = (conditions = []) => conditions.filter(([test]) => holds(test)).map(([, text]) => data.texts[text]);
  const plans = data.plans[`${method} ${source} ${target}`].map((plan) => ({ plan, reasons: holding(plan.limits) }));
  const { plan, reasons } = plans.reduce((best, other) => (other.reasons.length < best.reasons.length ? other : best));
  const call = data.texts[plan.call];
  /** @type {Settings} */
  const made = {};
  for (const [, name] of call.matchAll(/\{(\w+)\}/g)) made[name] = value(plan.settings[name] ?? name, settings);
  const exact = !reasons.length;
  const found = { call: written(call, made), settings: made, exact, reasons, notes: holding(plan.notes) };
  if (exact) return { ...found, apart: [0, 0, 0], unsearched: 0 };
  const theirs = stepsOn(data, data.origins[`${method} ${source}`], settings, slope);
  /** @param {Settings} row */
  const distance = (row) => apart(data, plan.rule, row, theirs, slope);
  const anyEps = (plan.guards ?? []).some((i) => holds((plan.limits ?? [])[i][0]));
  const nearest = yield* search(made, anyEps, (row) => mean(distance(row)));
  const error = { apart: distance(nearest), unsearched: mean(distance(made)) };
  return { ...found, call: written(call, nearest), settings: nearest, ...error };
}

/** The same at once. @param {Parameters<typeof translating>} question */
export function translate(...question) {
  const trials = translating(...question);
  for (;;) {
    const { done, value: answer } = trials.next();
    if (done) return answer;
  }
}
