// @ts-check
// What is wrong with the text of a rule: one sentence, and the words that it is about.
import { say } from "../shared/say.js";
import { known } from "./known.js";

/** @typedef {{ from: number, to: number }} Span places in the text */

/** Thrown where a text cannot be read; caught where the reading began. */
export class Fault extends SyntaxError {
  /** @param {string} text @param {Span} span */
  constructor(text, { from, to }) {
    super(text);
    this.span = { from, to };
  }
}

/**
 * Refuse a text with a sentence of descent.sentences.
 * @param {Span} span @param {string} name @param {Record<string, string | number>} [gaps] @returns {never}
 */
export function refuse(span, name, gaps = {}) {
  throw new Fault(say(known.sentences[name], gaps), span);
}

/** How alike two words are, as Python's difflib counts it. @param {string} a @param {string} b @returns {number} */
function shared(a, b) {
  let best = { at: 0, other: 0, length: 0 };
  for (let i = 0; i < a.length; i++)
    for (let j = 0; j < b.length; j++) {
      let length = 0;
      while (i + length < a.length && j + length < b.length && a[i + length] === b[j + length]) length++;
      if (length > best.length) best = { at: i, other: j, length };
    }
  const { at, other, length } = best;
  if (!length) return 0;
  return length + shared(a.slice(0, at), b.slice(0, other)) + shared(a.slice(at + length), b.slice(other + length));
}

/** The one of the names that somebody meant, or "", as descent.checks finds it. @param {string} name @param {string[]} names */
export function nearestTo(name, names) {
  const small = name.toLowerCase().slice(0, 30);
  /** @param {string} word */
  const letters = (word) => [...word].sort().join("");
  const swapped = names.find((other) => letters(other.toLowerCase()) === letters(small));
  if (swapped) return swapped;
  const found = names
    .map((other) => ({ other, like: (2 * shared(small, other.toLowerCase())) / (small.length + other.length) }))
    .filter(({ like }) => like >= 0.65)
    .sort((a, b) => b.like - a.like || (a.other < b.other ? 1 : -1));
  return found[0]?.other ?? "";
}
