// @ts-check
// A formula's signs and names, as Python writes them.
import { SUPERSCRIPT } from "../shared/numbers.js";
import { DERIVATIVES } from "./jets.js";

/** @type {Record<string, string>} */
const ALIASES = { ln: "log", arctan: "atan", X: "x", Y: "y" };
/** @type {Record<string, string>} */
const SIGNS = { "−": "-", "–": "-", "·": "*", "×": "*", "⋅": "*", "÷": "/", "^": "**", π: " pi ", "√": " sqrt " };
const NAMES = [...Object.keys(DERIVATIVES), ...Object.keys(ALIASES), "pi", "x", "y"].sort(
  (a, b) => b.length - a.length,
);
const NUMBER = "(?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][+-]?\\d+)?";
const TOKEN = new RegExp(`${NUMBER}|[A-Za-z_]\\w*|\\*\\*|[^ \\t\\r\\n\\xa0]`, "gu");
const PIECE = new RegExp(NAMES.join("|"), "g");
const NUMBER_ALONE = new RegExp(`^${NUMBER}$`);

/** @param {string | undefined} token */
export const isNumber = (token) => NUMBER_ALONE.test(token ?? "");
/** @param {string | undefined} token */
export const isName = (token) => /^[A-Za-z_]/.test(token ?? "");

/** Python's signs and names for those on paper; "xy" is x and y. @param {string} text @returns {string[]} */
export function tokensOf(text) {
  const typed = text
    .replace(
      /[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+/g,
      (raised) => `**(${raised.replace(/./g, (sign) => (sign === "⁻" ? "-" : String(SUPERSCRIPT.indexOf(sign))))})`,
    )
    .replace(/[−–·×⋅÷^π√]/g, (sign) => SIGNS[sign]);
  return (typed.match(TOKEN) ?? []).flatMap((token) => {
    const pieces = token.match(PIECE) ?? [];
    return pieces.join("") === token ? pieces.map((piece) => ALIASES[piece] ?? piece) : [token];
  });
}

/** The numbers in a text, however they are set apart. @param {string} text */
export const numbersIn = (text) => (text.replaceAll("−", "-").match(new RegExp(`-?${NUMBER}`, "g")) ?? []).map(Number);
