// The controls of the figure: rates, what else a rule can be set to, the surface, the start, noise and steps.
import { html, set, show, write } from "../shared/elements.js";
import { slider } from "../shared/inputs.js";
import { clamp, tickText } from "../shared/numbers.js";
import { scaleOf } from "./knob_scales.js";
import { TILT } from "./link.js";
import { rateText } from "./numbers.js";
import { knobOf, rateKnobs } from "./rate_knobs.js";
import { rich, writeRich } from "./rich.js";
import { plain } from "./texts.js";
import { numbersIn } from "./tokens.js";
import { size } from "./vectors.js";
import { correctionKnob, scheduleKnob } from "./variant_knobs.js";
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

// Any other hyperparameter, of all rules that have it.
function hyperKnob(fig, key) {
  const { state, program } = fig;
  const owners = fig.names.filter((name) => key in program.rules[name].hyper);
  const scale = scaleOf(key, program.rules[owners[0]].hyper[key]);
  const name = words.hyper[key] ?? key;
  const control = slider(key, plain(name), scale.range, (at) => {
    for (const owner of owners) state.hyper[owner][key] = scale.value(at);
    fig.change("run");
  });
  const { node, value } = knobOf(control, html("span", {}, ...rich(name)));
  const draw = () => {
    const owner = fig.on().find((on) => owners.includes(on));
    control.node.disabled = !owner;
    const now = state.hyper[owner ?? owners[0]][key];
    const text = tickText(now);
    control.put(scale.place(now), text);
    write(value, text);
  };
  return { node, draw };
}

function surfaceKnob(fig) {
  const { state } = fig;
  const control = slider("kappa", words.kappa, { min: 0, max: 2.3, step: 0.01 }, (v) =>
    fig.setParameter("kappa", Math.round(10 ** v)),
  );
  const tilted = html("input", {
    type: "checkbox",
    name: "tilt",
    onchange: () => fig.setParameter("tilt", tilted.checked ? TILT : 0),
  });
  const tilt = html("label", { class: "check" }, tilted, words.tilted);
  const { node, value } = knobOf(control, html("span", {}, ...rich(words.kappaLong)));
  node.append(tilt);
  const draw = () => {
    const { kappa, tilt: angle } = state.parameters;
    show(node, kappa !== undefined);
    show(tilt, angle !== undefined);
    tilted.checked = Boolean(angle);
    if (kappa === undefined) return;
    control.put(Math.log10(kappa), `${words.kappa} ${kappa}`);
    write(value, String(Number(kappa.toPrecision(3))));
  };
  return { node, draw };
}

function startKnob(fig) {
  const text = () => fig.state.start.join(", ").replaceAll("-", "−");
  const input = html("input", {
    name: "start",
    class: "pair",
    "aria-label": words.startNumbers,
    autocomplete: "off",
    onchange: () => {
      const at = numbersIn(input.value);
      if (at.length === 2 && at.every((v) => Math.abs(v) <= 1000)) fig.parts.map.bring(at);
      input.value = text();
    },
  });
  const name = html("span", {}, ...rich(words.startPair));
  const node = html("label", { class: "knob" }, html("div", { class: "knob-head" }, name), input);
  const draw = () => {
    if (input !== input.ownerDocument.activeElement) input.value = text();
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

// All knobs, by what they set.
function knobsOf(fig) {
  const { rules } = fig.program;
  const others = new Set(fig.names.flatMap((name) => Object.keys(rules[name].hyper)));
  for (const key of ["lr", "mu", "beta1"]) others.delete(key); // these have knobs of their own
  return {
    lr: rateKnobs(fig),
    mu: momentumKnob(fig),
    ...Object.fromEntries([...others].map((key) => [key, hyperKnob(fig, key)])),
    schedule: scheduleKnob(fig),
    bias_correction: correctionKnob(fig),
    kappa: surfaceKnob(fig),
    start: startKnob(fig),
    noise: noiseKnob(fig),
    steps: stepsKnob(fig),
  };
}

// Those in `front` are seen at first, the others behind "More".
export function knobsPart(fig, front) {
  const knobs = knobsOf(fig);
  const names = front.map((name) => (name === "beta1" ? "mu" : name)).filter((name) => name in knobs);
  const box = (chosen, look) => html("div", { class: `knobs ${look}` }, ...chosen.map((name) => knobs[name].node));
  const draw = (dirty) => {
    if (dirty.run) for (const name in knobs) if (fig.state.more || names.includes(name)) knobs[name].draw();
  };
  return {
    node: box(names, "front"),
    others: box(
      Object.keys(knobs).filter((name) => !names.includes(name)),
      "behind",
    ),
    note: knobs.lr.note,
    draw,
  };
}
