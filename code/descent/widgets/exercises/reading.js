// @ts-check
// What stands in the field of an answer.
import { say } from "../shared/say.js";
import { numberFrom } from "./arithmetic.js";
import { words } from "./words.js";

/**
 * The numbers of an answer, or one line that says what it must be.
 * @param {string} text @param {number} count @returns {{ values: number[], unclear: string }}
 */
export function readNumbers(text, count) {
  const parts = text
    .trim()
    .replace(/^[[(](.*,.*)[\])]$/s, "$1")
    .split(/[,;]/);
  const values = parts.length === count ? parts.map(numberFrom) : [];
  const strange = values.findIndex((value) => !Number.isFinite(value));
  let unclear = "";
  if (!text.trim()) unclear = words.empty;
  else if (count === 1 && parts.length > 1) unclear = words.comma;
  else if (parts.length !== count) unclear = say(words.count, { count, found: parts.length });
  else if (strange >= 0) unclear = count === 1 ? words.number : say(words.numberOf, { number: strange + 1 });
  return { values, unclear };
}
