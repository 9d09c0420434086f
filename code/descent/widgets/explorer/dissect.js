// One step, taken apart: what was read and remembered, the arrows that it is made of, and the same in numbers.
import { say } from "../shared/say.js";
import { pairText, shortText } from "./numbers.js";
import { stepsOf } from "./steps.js";
import { called } from "./texts.js";
import { minus, plus, size, times } from "./vectors.js";
import { words } from "./words.js";
const AVERAGING = ["adam", "adamw", "amsgrad", "nadam"];
const CORRECTED = ["adam", "adamw", "amsgrad"];

export const isCorrected = (fig, name) => AVERAGING.includes(kindOf(fig, name));

export const kindOf = (fig, name) => (fig.looks[name].own ? "" : name); // "" for a rule of the reader's own

function stepAfter(rule, hyper, field, start, k) {
  for (const step of stepsOf(rule, hyper, field, start)) if (k-- === 0) return step;
}

// What a rule of a kind does after step k: where it stands, where it read the slope and what it read, its memory, its step.
export function dissect(rule, kind, fixed, { shares, corrected }, field, start, k) {
  const done = stepAfter(rule, fixed, field, start, k);
  const hyper = { ...fixed, lr: fixed.lr * (shares[Math.min(k, shares.length - 1)] ?? 1) };
  const moved = minus(done.to, done.from);
  const decay = kind === "adamw" ? times(done.from, -hyper.lr * hyper.decay) : null;
  const average = AVERAGING.includes(kind)
    ? times(done.memory[0], 1 / (1 - (corrected ? hyper.beta1 ** (k + 1) : 0)))
    : null;
  const share =
    corrected && CORRECTED.includes(kind) ? Math.sqrt(1 - hyper.beta2 ** (k + 1)) / (1 - hyper.beta1 ** (k + 1)) : null;
  const pulled = minus(moved, decay ?? [0, 0]);
  const pull = average ?? done.slope;
  const rates = [Math.abs(pulled[0] / pull[0]), Math.abs(pulled[1] / pull[1])];
  return { kind, k, hyper, corrected, moved, decay, average, share, rates, ...done };
}

// The arrows of a step, `from` and `to` on the map; dashed ones show a direction only. And the words or bars below.
export function explain(d) {
  const step = { kind: "step", from: d.from, to: d.to };
  const along = (v) => plus(d.from, times(v, size(d.moved) / (size(v) || 1)));
  if (d.kind === "sgd") return { arrows: [step], text: words.parts.plain };
  if (d.kind === "momentum" || d.kind === "nag") {
    const coast = plus(d.from, times(d.before[0], d.hyper.mu));
    const nag = d.kind === "nag";
    const arrows = [
      step,
      { kind: "velocity", from: d.from, to: coast, text: words.parts.coasting },
      { kind: "grad", from: coast, to: d.to, text: words.parts.push },
    ];
    return { arrows, ring: nag ? coast : null, text: nag ? words.parts.look : words.parts.coast };
  }
  const arrows = [
    step,
    { kind: "grad", from: d.from, to: along(times(d.slope, -1)), dashed: true, text: words.parts.slope },
  ];
  if (d.average)
    arrows.push({
      kind: "velocity",
      from: d.from,
      to: along(times(d.average, -1)),
      dashed: true,
      text: d.corrected ? words.parts.average : words.parts.averagePlain,
    });
  return { arrows, bars: d.rates };
}

function makes(d) {
  if (d.kind === "sgd") return say(words.timesRate, { rate: shortText(d.hyper.lr) });
  if (d.kind === "momentum" || d.kind === "nag")
    return say(words.velocityAndPush, {
      v: pairText(times(d.before[0], d.hyper.mu)),
      push: pairText(times(d.slope, -d.hyper.lr)),
    });
  if (d.kind === "" && d.before.length) return say(words.remembered, { memory: d.before.map(pairText).join(", ") });
  return (
    (d.average ? say(d.corrected ? words.averaged : words.averagedPlain, { m: pairText(d.average) }) : "") +
    say(words.ratesMake, { x: shortText(d.rates[0]), y: shortText(d.rates[1]) })
  );
}

// The same step in numbers, of a rule that is called `label`.
export function stepWords(d, label) {
  const ahead = size(minus(d.at, d.from)) > 1e-12 * (1 + size(d.from));
  const slope = pairText(d.slope);
  return (
    say(words.stepFrom, { k: d.k, next: d.k + 1, name: called(label), at: pairText(d.from) }) +
    (ahead ? say(words.slopeAhead, { g: slope, at: pairText(d.at) }) : say(words.slopeHere, { g: slope })) +
    makes(d) +
    say(words.theStep, { v: pairText(d.moved), length: shortText(size(d.moved)) }) +
    (d.decay ? say(words.decayed, { v: pairText(d.decay) }) : "") +
    (d.share ? say(words.correction, { share: shortText(d.share) }) : "")
  );
}
