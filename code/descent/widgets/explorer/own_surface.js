// A surface of the reader's own, from its formula.
import { load } from "../shared/programs.js";
import { say } from "../shared/say.js";
import { formulaText } from "./grammar.js";
import { complain } from "./jets.js";
import { factsOf } from "./minima.js";
import { pairText } from "./numbers.js";
import { words } from "./words.js";

function check({ window, start }) {
  const pairs = [...window, start];
  if (
    !pairs.every((pair) => pair.length === 2 && pair.every((v) => Math.abs(v) <= 1000)) ||
    !window.every(([low, high]) => low < high)
  )
    complain(words.formula.pair);
  if (start.some((v, c) => v < window[c][0] || v > window[c][1])) complain(words.formula.outside);
}

// A surface from { formula, window, start }. Throws a SyntaxError.
export async function ownSurface(own) {
  const make = formulaText(own.formula);
  const g = new Float64Array(2);
  check(own);
  const { surface } = await load(`export const surface = { ${make} };`);
  const field = surface.make();
  field.slope(...own.start, g);
  if (![field.value(...own.start), ...g].every(Number.isFinite))
    complain(say(words.formula.start, { at: pairText(own.start) }));
  return { ...surface, ...factsOf(field, own) };
}
