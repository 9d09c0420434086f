// How the rates go over the run, and whether rules are corrected for starting at zero.
import { html, show, svg } from "../shared/elements.js";
import { sharesOf } from "../shared/variants.js";
import { isCorrected } from "./dissect.js";
import { SCHEDULES } from "./state.js";
import { words } from "./words.js";

const CURVE = { wide: 72, high: 16 }; // pixels

function curveOf(shares) {
  const x = (i) => ((CURVE.wide * i) / Math.max(1, shares.length - 1)).toFixed(1);
  const y = (share) => (1 + (CURVE.high - 2) * (1 - share)).toFixed(1);
  return shares.map((share, i) => `${i ? "L" : "M"}${x(i)} ${y(share)}`).join("");
}

export function scheduleKnob(fig) {
  const { state } = fig;
  const choose = () => {
    state.schedule = select.value;
    fig.change("run");
  };
  const options = SCHEDULES.map((value) => html("option", { value }, words.schedules[value]));
  const select = html("select", { name: "schedule", class: "which", onchange: choose }, ...options);
  const path = svg("path", { fill: "none", stroke: "currentColor", "stroke-width": 1.5 });
  const curve = svg("svg", { width: CURVE.wide, height: CURVE.high, class: "course", "aria-hidden": "true" }, path);
  const head = html("div", { class: "knob-head" }, html("span", {}, words.schedule), curve);
  const node = html("label", { class: "knob" }, head, select);
  show(node, fig.names.some(fig.rated));
  const draw = () => {
    select.value = state.schedule;
    path.setAttribute("d", curveOf(sharesOf(state.schedule, state.steps)));
  };
  return { node, draw };
}

export function correctionKnob(fig) {
  const { state } = fig;
  const choose = () => {
    state.corrected = input.checked;
    fig.change("run");
  };
  const input = html("input", { type: "checkbox", name: "bias_correction", onchange: choose });
  const node = html("div", { class: "knob" }, html("label", { class: "check" }, input, words.biasCorrection));
  const owners = fig.names.filter((name) => isCorrected(fig, name));
  show(node, owners.length);
  const draw = () => {
    input.checked = state.corrected;
    input.disabled = !fig.on().some((name) => owners.includes(name));
  };
  return { node, draw };
}
