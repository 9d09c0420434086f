// @ts-check
// Arithmetic on jets: a value and its derivatives, each the name of a line or a number. What is written down for the
// browser are our own lines, one for each derivative of each operation.
import { say } from "../shared/say.js";
import { words } from "./words.js";

/** @typedef {[string, string][]} Lines names, and the code of each */
/** @typedef {{ deep: number, v: string, x: string, y: string, n?: number }} Jet constants carry their number */

const MOST_SIZE = 1e300; // as in descent.formulas
const MOST_POWER = 64;

// The derivative of f(u).
/** @type {Record<string, string>} */
export const DERIVATIVES = {
  sqrt: "0.5 / f",
  exp: "f",
  log: "1 / u",
  sin: "Math.cos(u)",
  cos: "-Math.sin(u)",
  tan: "1 + f * f",
  sinh: "Math.cosh(u)",
  cosh: "Math.sinh(u)",
  tanh: "1 - f * f",
  atan: "1 / (1 + u * u)",
  abs: "Math.sign(u)",
};

/** @param {string} text @returns {never} */
export const complain = (text) => {
  throw new SyntaxError(text);
};

/** The name of a new line, or the code itself where it is a name or a number. @param {Lines} lines @param {string} code */
function put(lines, code) {
  if (/^\w+$|^\d+(\.\d+)?$/.test(code)) return code;
  lines.push([`k${lines.length}`, code]);
  return lines[lines.length - 1][0];
}
/** A sum of products; what is zero is left out. @param {Lines} lines @param {string[][]} terms */
function sum(lines, ...terms) {
  const kept = terms
    .filter((factors) => !factors.includes("0"))
    .map((factors) => factors.filter((f) => f !== "1").join(" * ") || "1");
  return kept.length ? put(lines, kept.join(" + ")) : "0";
}
/** @param {string} v @param {(part: "x" | "y") => string} rule @returns {Jet} */
const jet = (v, rule) => ({ deep: 0, v, x: rule("x"), y: rule("y") });
/** f(a), where `value` is written in u and `slope` in u and f. @param {Lines} lines @param {Jet} a @param {string} value @param {string} slope */
function through(lines, a, value, slope) {
  const f = put(lines, value.replace(/\bu\b/g, a.v));
  const d = put(
    lines,
    slope.replace(/\b[uf]\b/g, (name) => (name === "u" ? a.v : f)),
  );
  return jet(f, (part) => sum(lines, [d, a[part]]));
}

/** @param {number} n @returns {Jet} */
export const constant = (n) =>
  Math.abs(n) < MOST_SIZE
    ? { deep: 0, x: "0", y: "0", v: n < 0 || 1 / n < 0 ? `(${n})` : `${n}`, n }
    : complain(words.formula.number);
/** @param {"x" | "y"} name @returns {Jet} */
export const variable = (name) => ({ deep: 0, x: "0", y: "0", v: name, [name]: "1" });
/** @param {Lines} lines @param {Jet} a @param {Jet} b @param {1 | -1} sign */
export function added(lines, a, b, sign = 1) {
  const factor = sign === 1 ? "1" : "(-1)";
  if (a.n !== undefined && b.n !== undefined) return constant(a.n + sign * b.n);
  return jet(sum(lines, [a.v], [factor, b.v]), (part) => sum(lines, [a[part]], [factor, b[part]]));
}
/** @param {Lines} lines @param {Jet} a @param {Jet} b */
export function multiplied(lines, a, b) {
  if (a.n !== undefined && b.n !== undefined) return constant(a.n * b.n);
  return jet(sum(lines, [a.v, b.v]), (part) => sum(lines, [a[part], b.v], [a.v, b[part]]));
}
/** @param {Lines} lines @param {Jet} a @param {Jet} b */
export function divided(lines, a, b) {
  if (a.n !== undefined && b.n !== undefined) return constant(a.n / b.n);
  return multiplied(lines, a, b.n !== undefined ? constant(1 / b.n) : through(lines, b, "1 / u", "-f * f"));
}
/** A function of its name. @param {Lines} lines @param {string} name @param {Jet} a */
export function applied(lines, name, a) {
  const { [name]: f } = /** @type {any} */ (Math);
  return a.n !== undefined ? constant(f(a.n)) : through(lines, a, `Math.${name}(u)`, DERIVATIVES[name]);
}
/** @param {Lines} lines @param {Jet} a @param {Jet} b */
export function raised(lines, a, b) {
  const n = b.n;
  if (n !== undefined && Math.abs(n) > MOST_POWER) complain(say(words.formula.power, { n: MOST_POWER }));
  if (a.n !== undefined && n !== undefined) return constant(a.n ** n);
  if (n === 0) return constant(1);
  if (n === 1) return a;
  if (n === 2) return through(lines, a, "u * u", "2 * u");
  if (n !== undefined) return through(lines, a, `u ** (${n})`, `(${n}) * u ** (${n - 1})`);
  return applied(lines, "exp", multiplied(lines, b, applied(lines, "log", a)));
}
