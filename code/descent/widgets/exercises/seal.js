// @ts-check
// What is said to an answer, unlocked from the rows that descent.exercises.sealed has written.

/** @typedef {[cells: (0 | [begin: number, width: number])[], tag: number, said: string]} Row */
/** @typedef {{ name: string, right: number, rows: Row[] }} Sealed */

const ZERO = 1e-12;

/** A number of 32 bits that changes with every letter. @param {string} text */
export function digest(text) {
  let mixed = 0x9e3779b9;
  for (let k = 0; k < text.length; k++) {
    mixed = Math.imul(mixed ^ text.charCodeAt(k), 0x85ebca6b);
    mixed ^= mixed >>> 13;
  }
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

/** The name of the cell in which a number lies. @param {number} value @param {number} begin @param {number} width */
function cellAt(value, begin, width) {
  if (Math.abs(value) <= ZERO) return "0";
  return `${value < 0 ? "-" : "+"}${Math.floor((Math.log(Math.abs(value)) - begin) / width)}`;
}

/** @param {string} key @param {string} said hexadecimal digits */
export const unlocked = (key, said) =>
  (said.match(/../g) ?? [])
    .map((digits, k) => String.fromCharCode(parseInt(digits, 16) ^ (digest(`${key}:${k}`) & 255)))
    .join("");

/** A number in six digits; half-way between two, the even one is taken, as in Python. @param {number} value */
function sixDigits(value) {
  const [, even, power] = /^(-?\d\.\d{4}[02468])50*(e.*)$/.exec(value.toExponential(60)) ?? [];
  return (even ? even + power : value.toExponential(5)).split("e");
}
/** A number as Python's `:g` writes it. @param {number} value */
export function general(value) {
  const [digits, exponent] = sixDigits(value);
  const power = Number(exponent);
  const short = (/** @type {string} */ text) => (text.includes(".") ? text.replace(/\.?0+$/, "") : text);
  if (power >= -4 && power < 6) return short(Number(`${digits}e${power}`).toFixed(5 - power));
  return `${short(digits)}e${power < 0 ? "-" : "+"}${String(Math.abs(power)).padStart(2, "0")}`;
}

/** Whether the numbers are right, and what is said to them; where they are, why, or "". @param {Sealed} exercise @param {number[]} values */
export function judge({ name, right, rows }, values) {
  for (const [k, [grids, tag, said]] of rows.entries()) {
    const cells = values.map((value, i) => (grids[i] ? cellAt(value, ...grids[i]) : "*"));
    const key = `${name}:${k}:${cells.join(",")}`;
    if (digest(key) === tag) {
      const text = unlocked(key, said).replace(/\{(\d)\}/g, (_, number) => general(values[Number(number) - 1]));
      return { right: k < right, said: text };
    }
  }
  throw new Error(`no row of ${name} takes ${values}`);
}
