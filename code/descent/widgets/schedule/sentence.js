// What became of the runs, in words.
import { words } from "./words.js";
import { power, tickText } from "../shared/numbers.js";
import { say } from "../shared/say.js";

const numberText = (v) => (v < 1e-15 ? say(words.below, { limit: power(-15) }) : tickText(Number(v.toPrecision(2))));

// How the best constant rate compares with the mean loss at the end.
function rivalText(rival, { lost, end }) {
  const said = { rate: tickText(Number(rival.rate.toPrecision(2))), loss: numberText(rival.end) };
  if (lost) return say(words.bestAlone, said);
  const factor = rival.end / end;
  if (factor > 1.03) return say(words.bestHigher, { ...said, factor: factor.toPrecision(2) });
  if (factor < 0.97) return say(words.bestLower, { ...said, factor: (1 / factor).toPrecision(2) });
  return say(words.bestSame, said);
}

export function sentence(drawn, rival, rule, steps, runs) {
  const { lost } = drawn;
  const said = lost
    ? say(words.lost, { rule, lost, runs })
    : say(words.ends, { rule, steps, runs, loss: numberText(drawn.end) });
  return said + (rival ? rivalText(rival, drawn) : "");
}
