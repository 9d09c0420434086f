// The surface: which one, and its parameters.
import { html, show, write } from "../shared/elements.js";
import { segments, slider } from "../shared/inputs.js";
import { TILT } from "./link.js";
import { rich } from "./rich.js";
import { words } from "./words.js";

function kappaOf(fig, alone) {
  const knob = slider("kappa", words.kappa, { min: 0, max: 2.3, step: 0.01 }, (v) =>
    fig.setParameter("kappa", Math.round(10 ** v)),
  );
  const value = html("b");
  const name = rich(alone ? words.kappaLong : words.kappaSign);
  const node = html("span", { class: "kappa", title: words.kappa }, html("span", {}, ...name), knob.node, value);
  const put = (k) => {
    show(node, k !== undefined);
    if (k === undefined) return;
    knob.put(Math.log10(k), `${words.kappa} ${k}`);
    write(value, String(Number(k.toPrecision(3))));
  };
  return { node, put };
}

function tiltOf(fig) {
  const input = html("input", {
    type: "checkbox",
    name: "tilt",
    onchange: () => fig.setParameter("tilt", input.checked ? TILT : 0),
  });
  const node = html("label", { class: "check" }, input, words.tilted);
  const put = (angle) => {
    show(node, angle !== undefined);
    input.checked = Boolean(angle);
  };
  return { node, put };
}

export function topPart(fig) {
  const { state, program } = fig;
  const names = Object.keys(program.surfaces);
  const alone = names.length === 1;
  const picker = segments(
    words.surfaces,
    "radio",
    names.map((name) => [name, program.surfaces[name].label]),
    (name) => fig.pickSurface(name),
  );
  const kappa = kappaOf(fig, alone);
  const tilt = tiltOf(fig);
  const node = html("div", { class: "top" }, ...(alone ? [] : [picker.node]), kappa.node, tilt.node);
  show(node, !alone || "kappa" in program.surfaces[names[0]].parameters);
  const draw = (dirty) => {
    if (!dirty.surface) return;
    picker.mark(state.surface);
    kappa.put(state.parameters.kappa);
    tilt.put(state.parameters.tilt);
  };
  return { node, draw };
}
