// The buttons above the pictures and the sliders below them.
import { words } from "./words.js";
import { html, write } from "../shared/elements.js";
import { roam, segments, slider, stopAt } from "../shared/inputs.js";
import { tickText } from "../shared/numbers.js";

const NOISES = [0, 0.03, 0.1, 0.2, 0.3, 0.5, 1];

const nearest = (noise) =>
  NOISES.reduce((near, v, i) => (Math.abs(v - noise) < Math.abs(NOISES[near] - noise) ? i : near), 0);

// A slider under its label and its value.
function knobOf(name, label, attributes, input) {
  const value = html("b");
  const { node, put } = slider(name, label, attributes, input);
  const head = html("div", { class: "knob-head" }, html("span", {}, label), value);
  return {
    node: html("div", { class: "knob" }, head, html("div", { class: "track" }, node)),
    put(number, said) {
      put(number, said);
      write(value, said);
    },
  };
}

export function inputsOf({ state, top, put, putRates, isShape }, rules, { shapes, low, high }) {
  const names = Object.keys(rules);
  const labels = names.map((name) => [name, rules[name].label]);
  const rulePicker = segments(words.rules, "radio", labels, (rule) => put({ rule }));
  const shapeButton = ([name, shares, hold]) => {
    const begin = () => {
      const full = top();
      putRates(
        shares.map((share) => full * share),
        hold,
      );
    };
    return html("button", { type: "button", onclick: begin }, name);
  };
  const group = { class: "segments", role: "toolbar", "aria-label": words.shapes };
  const shapePicker = html("div", group, ...shapes.map(shapeButton));
  const stop = (button) => stopAt(shapePicker, button);
  roam(shapePicker, stop);
  stop(shapePicker.firstChild);
  const logarithms = { min: Math.log10(low), max: Math.log10(high), step: 0.01 };
  const full = knobOf("full", words.full, logarithms, (v) => {
    const factor = 10 ** v / top();
    putRates(state.points.map((rate) => rate * factor));
  });
  const places = { min: 0, max: NOISES.length - 1, step: 1 };
  const noise = knobOf("noise", words.noise, places, (i) => put({ noise: NOISES[i] }));

  const draw = () => {
    rulePicker.mark(state.rule);
    shapes.forEach(([, shares, hold], i) =>
      shapePicker.children[i].setAttribute("aria-pressed", isShape(shares, hold)),
    );
    full.put(Math.log10(top()), tickText(Number(top().toPrecision(3))));
    noise.put(nearest(state.noise), state.noise ? tickText(state.noise) : words.noNoise);
  };
  return {
    above: html("div", { class: "top" }, ...(names.length > 1 ? [rulePicker.node] : []), shapePicker),
    below: html("div", { class: "dials bare" }, full.node, noise.node),
    draw,
  };
}
