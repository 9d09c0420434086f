// @ts-check
// Notes written down as JavaScript: the lines that descent.tracing writes.
import { known } from "./known.js";

/** @typedef {import("./notes.js").Step} Step */
/** @typedef {import("./notes.js").Value} Value */

/** @param {number} value */
function numberText(value) {
  const text = Object.is(value, -0) ? "-0" : String(value);
  return text.startsWith("-") ? `(${text})` : text;
}

/** The function `step` of a rule. @param {Step[]} steps @param {Value[]} result */
export function stepText(steps, result) {
  /** @type {string[]} */
  const lines = [];
  /** @type {[string, string][]} */
  const pairs = [];
  /** The code of a value, for each coordinate. @param {Value} value @returns {[string, string]} */
  const names = (value) =>
    value.kind === "note" ? pairs[value.place] : [numberText(value.value), numberText(value.value)];
  /** @param {string} first @param {string} second @returns {[string, string]} */
  const record = (first, second) => {
    const a = `n${lines.length}`;
    lines.push(`const ${a} = ${first};`);
    if (first === second) return [a, a];
    lines.push(`const n${lines.length} = ${second};`);
    return [a, `n${lines.length - 1}`];
  };
  steps.forEach(({ kind, operands }, place) => {
    if (kind === "array") pairs.push(record(`s[${2 * place}]`, `s[${2 * place + 1}]`));
    else if (kind === "number") {
      const code = operands[0] === "t" ? "t" : `h.${operands[0]}`;
      pairs.push([code, code]);
    } else if (kind === "slope") {
      lines.push(`slope(${names(/** @type {Value} */ (operands[0])).join(", ")}, g, t);`);
      pairs.push(record("g[0]", "g[1]"));
    } else {
      const both = operands.map((operand) => names(/** @type {Value} */ (operand)));
      /** @param {0 | 1} c */
      const code = (c) => {
        let next = 0;
        return known.operators[kind].replace(
          /\{(\d?)\}/g,
          (_, digit) => both[digit === "" ? next++ : Number(digit)][c],
        );
      };
      pairs.push(record(code(0), code(1)));
    }
  });
  result.forEach((value, i) => {
    for (const c of [0, 1]) lines.push(`s[${2 * i + c}] = ${names(value)[c]};`);
  });
  return `step(s, t, h, slope, g) {\n${lines.map((line) => `    ${line}\n`).join("")}  }`;
}
