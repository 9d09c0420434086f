// @ts-check
// Numbers that take notes of what is done to them, as those of descent.notes do; and numbers that are known already.
import { refuse } from "./faults.js";
import { known } from "./known.js";

/** @typedef {import("./faults.js").Span} Span */
/** @typedef {{ kind: "constant", value: number, whole: boolean }} Constant */
/** @typedef {{ kind: "note", place: number }} Note */
/** @typedef {Constant | Note} Value */
/** @typedef {{ kind: string, operands: (Value | string)[] }} Step what is done: an operator's name, or "array", "slope", "number" */

const MOST_STEPS = 400;

/** @type {Record<string, (a: number, b: number) => number>} */
const COMPUTED = {
  add: (a, b) => a + b,
  subtract: (a, b) => a - b,
  multiply: (a, b) => a * b,
  true_divide: (a, b) => a / b,
  divide: (a, b) => a / b,
  negative: (a) => -a,
  positive: (a) => a,
  power: (a, b) => a ** b,
  square: (a) => a * a,
  reciprocal: (a) => 1 / a,
  sqrt: Math.sqrt,
  abs: Math.abs,
  absolute: Math.abs,
  sign: Math.sign,
  exp: Math.exp,
  log: Math.log,
  tanh: Math.tanh,
  maximum: Math.max,
  minimum: Math.min,
};
/** @type {Record<string, string>} */
const SIGNS = {
  "+": "add",
  "-": "subtract",
  "*": "multiply",
  "/": "true_divide",
  "**": "power",
  "- ": "negative",
  "+ ": "positive",
};
/** @type {Record<string, string>} */
const UNTRANSLATED = { "//": "floor_divide", "%": "remainder", "@": "matmul" };

/** @param {number} value @param {boolean} [whole] @returns {Constant} */
export const constant = (value, whole = false) => ({ kind: "constant", value, whole });

/** @param {Step[]} steps @param {string} kind @param {(Value | string)[]} operands @param {Span} span @returns {Note} */
export function noted(steps, kind, operands, span) {
  if (steps.length >= MOST_STEPS) refuse(span, "many", { n: MOST_STEPS });
  for (const operand of operands) if (typeof operand !== "string") finite(operand, span);
  steps.push({ kind, operands });
  return { kind: "note", place: steps.length - 1 };
}

/** @param {Value} number @param {Span} span */
export function finite(number, span) {
  if (number.kind === "note" || Number.isFinite(number.value)) return number;
  const value = Number.isNaN(number.value) ? "nan" : number.value < 0 ? "-inf" : "inf";
  return refuse(span, "numbers", { value });
}

/** What is said of a function of NumPy that has no translation. @param {Span} span @param {string} name @returns {never} */
export function untranslated(span, name) {
  return refuse(span, "untranslated", {
    name,
    instead: Object.hasOwn(known.instead, name) ? known.instead[name] : known.sentences.arithmetic,
  });
}

/** How many numbers a function takes; 0 where there is no such function. @param {string} name */
export const takes = (name) =>
  Object.hasOwn(known.operators, name) ? (known.operators[name].match(/\{1?\}/g)?.length ?? 1) : 0;

/** A function of NumPy's. @param {Step[]} steps @param {string} name @param {Value[]} given @param {Span} span @returns {Value} */
export function computed(steps, name, given, span) {
  const [a, b] = given;
  const ready = given.flatMap((number) => (number.kind === "constant" ? [number] : []));
  if (ready.length === given.length) {
    const [p, q] = ready;
    const strict = name === "reciprocal" || (name === "power" && q.value < 0);
    if (strict && ready.every(({ whole }) => whole)) refuse(span, "whole");
    return constant(COMPUTED[name](p.value, q?.value ?? 0));
  }
  if (name === "power" && b.kind === "constant" && b.whole && b.value === 2) return noted(steps, "square", [a], span);
  return noted(steps, name, given, span);
}

/** One of Python's signs. @param {Step[]} steps @param {string} sign @param {Value[]} given @param {Span} span @param {string} word @returns {Value} */
export function arithmetic(steps, sign, given, span, word) {
  if (Object.hasOwn(UNTRANSLATED, sign)) untranslated(span, UNTRANSLATED[sign]);
  const name = SIGNS[sign];
  const [a, b] = given;
  if (a.kind === "note" || b?.kind === "note") return computed(steps, name, given, span);
  const value = COMPUTED[name](a.value, b?.value ?? 0);
  if ((sign === "/" && b.value === 0) || (sign === "**" && a.value === 0 && b.value < 0))
    refuse(span, "zero", { word });
  const whole = a.whole && (b?.whole ?? true) && sign !== "/" && !(sign === "**" && b.value < 0);
  return constant(whole && Object.is(value, -0) ? 0 : value, whole);
}
