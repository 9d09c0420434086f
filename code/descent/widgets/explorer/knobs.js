// The controls below the figure: rates, momentum, noise and steps.
import { html, set, show, write } from "../shared/elements.js";
import { slider } from "../shared/inputs.js";
import { clamp } from "../shared/numbers.js";
import { rateText } from "./numbers.js";
import { knobOf, rateKnobs } from "./rate_knobs.js";
import { writeRich } from "./rich.js";
import { plain } from "./texts.js";
import { size } from "./vectors.js";
import { words } from "./words.js";

const momentumOf = ({ hyper }) => ["mu", "beta1"].filter((key) => key in hyper);

function momentumKnob(fig) {
  const { state } = fig;
  const keysOf = (name) => momentumOf(fig.program.rules[name]);
  const owners = fig.names.filter((name) => keysOf(name).length);
  const control = slider("mu", plain(words.momentum), { min: 0, max: 0.99, step: 0.01 }, (v) => {
    for (const name of owners) for (const key of keysOf(name)) state.hyper[name][key] = v;
    fig.change("run");
  });
  const head = html("span");
  const { node, value } = knobOf(control, head);
  show(node, owners.length);
  const draw = () => {
    const on = fig.on().filter((name) => owners.includes(name));
    const keys = new Set(on.flatMap(keysOf));
    const first = on[0] ?? owners[0];
    control.node.disabled = !on.length;
    if (!first) return;
    const now = state.hyper[first][keysOf(first)[0]];
    control.put(now, String(Number(now.toFixed(3))));
    write(value, now.toFixed(2));
    writeRich(head, keys.has("beta1") ? (keys.has("mu") ? words.momentumBeta : words.beta) : words.momentum);
    control.node.setAttribute("aria-label", plain(head.written));
  };
  return { node, draw };
}

// The middle slope of the window: as strong as noise gets.
function steepness({ surface, field }) {
  const [[x0, x1], [y0, y1]] = surface.window;
  const g = new Float64Array(2);
  const sizes = [];
  for (let i = 0; i <= 10; i++)
    for (let j = 0; j <= 10; j++) {
      field.slope(x0 + ((x1 - x0) * i) / 10, y0 + ((y1 - y0) * j) / 10, g);
      if (Number.isFinite(size(g))) sizes.push(size(g));
    }
  return sizes.sort((a, b) => a - b)[sizes.length >> 1] || 1;
}

function noiseKnob(fig) {
  const { state } = fig;
  const control = slider("noise", words.noise, { min: 0, max: 1, step: 0.01 }, (v) => {
    state.noise = Number((v * v * steepness(fig)).toPrecision(2));
    fig.change("run");
  });
  const { node, value } = knobOf(control, html("span", {}, words.noise));
  const draw = () => {
    const strength = state.noise ? rateText(state.noise) : words.noNoise;
    control.put(clamp(Math.sqrt(state.noise / steepness(fig)), 0, 1), strength);
    write(value, strength);
  };
  return { node, draw };
}

function stepsKnob(fig) {
  const { state } = fig;
  const control = slider("steps", words.steps, { min: 1, max: 300, step: 1 }, (v) => {
    fig.setSteps(v);
    fig.change("run");
  });
  const { node, value } = knobOf(control, html("span", {}, words.steps));
  const draw = () => {
    set(control.node, { max: Math.max(300, state.steps) });
    control.put(state.steps, String(state.steps));
    write(value, String(state.steps));
  };
  return { node, draw };
}

export function knobsPart(fig) {
  const rates = rateKnobs(fig);
  const hasRate = fig.names.some(fig.rated);
  const knobs = [momentumKnob(fig), noiseKnob(fig), stepsKnob(fig)];
  const node = html("div", { class: "knobs" }, rates.node, ...knobs.map((knob) => knob.node));
  show(rates.node, hasRate);
  const draw = (dirty) => {
    if (!dirty.run) return;
    if (hasRate) rates.draw();
    for (const knob of knobs) knob.draw();
  };
  return { node, note: rates.note, draw };
}
