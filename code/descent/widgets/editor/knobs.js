// A slider for each number of a rule's first line.
import { html, write } from "../shared/elements.js";
import { slider } from "../shared/inputs.js";
import { tickText } from "../shared/numbers.js";

const shortNumber = (v) => tickText(Number(v.toPrecision(3)));

// A share goes from 0 to almost 1, all else from far below its usual value to far above, on a logarithm's scale.
function rangeOf(usual, now) {
  if (usual >= 0.3 && usual < 1) return { low: 0, high: Math.max(0.999, now), log: false };
  if (usual > 0 && now > 0)
    return { low: Math.log10(Math.min(usual, now)) - 2, high: Math.log10(Math.max(usual, now)) + 2, log: true };
  return { low: Math.min(2 * usual, now, 0), high: Math.max(2 * usual, now, 1), log: false };
}

function knobOf(fig, name, key) {
  const { state, program } = fig;
  const { low, high, log } = rangeOf(program.rules[name].hyper[key], fig.inForce(name)[key]);
  const control = slider(key, key, { min: low, max: high, step: "any" }, (at) => {
    const value = Number((log ? 10 ** at : at).toPrecision(3));
    if (key === "lr") fig.pin({ [name]: value });
    else state.hyper[name][key] = value;
    fig.change("run");
  });
  const value = html("span");
  const node = html(
    "label",
    { class: "knob" },
    html("div", { class: "knob-head" }, html("code", {}, key), value),
    control.node,
  );
  const draw = () => {
    const now = fig.inForce(name)[key];
    if (now === undefined) return;
    control.put(log ? Math.log10(now) : now, shortNumber(now));
    write(value, shortNumber(now));
  };
  return { node, draw };
}

// The sliders of one rule, made again when its first line names others: all, or those that the figure has not.
export function ruleKnobs(fig) {
  const node = html("div", { class: "rule-knobs" });
  const usual = fig.names.flatMap((name) => Object.keys(fig.program.rules[name].hyper));
  let all = false;
  let made = "";
  let knobs = [];
  const draw = (name) => {
    const { hyper } = fig.program.rules[name];
    const key = JSON.stringify([name, hyper, all]);
    if (key !== made) {
      made = key;
      knobs = Object.keys(hyper)
        .filter((one) => all || !usual.includes(one))
        .map((one) => knobOf(fig, name, one));
      node.replaceChildren(...knobs.map((knob) => knob.node));
    }
    for (const knob of knobs) knob.draw();
  };
  const showAll = (every) => {
    all = every;
  };
  return { node, draw, showAll };
}
