// The learning rates: each rule's own, all moved by one factor, or one for all; with marks where runs stop converging.
import { html, set, show, write } from "../shared/elements.js";
import { slider } from "../shared/inputs.js";
import { power } from "../shared/numbers.js";
import { say } from "../shared/say.js";
import { kindOf } from "./dissect.js";
import { limitsOf } from "./limits.js";
import { brief, rateText } from "./numbers.js";
import { rich, writeRich } from "./rich.js";
import { SCHEDULES } from "./state.js";
import { words } from "./words.js";
const DECADES = [
  [-4, power(-4)],
  [-3, power(-3)],
  [-2, power(-2)],
  [-1, power(-1)],
  [0, "1"],
  [1, "10"],
];

// A control under its head, with the value beside it.
export function knobOf(control, head, ticks) {
  const value = html("b");
  const track = html("div", { class: "track" }, ...(ticks ? [ticks] : []), control.node);
  return { value, node: html("div", { class: "knob" }, html("div", { class: "knob-head" }, head, value), track) };
}

function choiceOf(fig, shared, text) {
  const input = html("input", { type: "radio", name: `${fig.id}-rates`, onchange: () => fig.setShared(shared) });
  const name = html("span", {}, text);
  return { input, name, label: html("label", { class: "check" }, input, name) };
}

const ticksUnder = () => html("span", { class: "ticks", "aria-hidden": "true" });
function drawTicks(holder, input, marks) {
  const text = JSON.stringify([marks, input.min, input.max]);
  if (holder.written === text) return;
  holder.written = text;
  holder.replaceChildren(
    ...marks
      .filter(([at]) => at >= input.min && at <= input.max)
      .map(([at, name, side = ""]) => {
        const part = (at - input.min) / (input.max - input.min);
        return html(
          "span",
          { class: `tick ${side}`, style: `left: calc(7px + (100% - 14px) * ${part})` },
          html("span", {}, ...rich(name)),
        );
      }),
  );
}

// The marks below the factor: where the rates are their own, and the first limit where it is near enough.
function factorMarks(fig, limit, plainly) {
  const relative = limit && Math.log10(limit.rate / fig.ownRate(limit.name));
  const near = relative !== undefined && Math.abs(relative) < 0.35;
  return [
    [-1, "0.1"],
    [0, plainly ? words.itsOwn : words.tuned, near ? "before" : ""],
    [1, "10"],
    ...(limit && relative > -0.8 && relative < 0.8 ? [[relative, limit.text, near ? "after" : ""]] : []),
  ];
}
// The marks below the one rate: decades, but where the words of limits stand.
function rateMarks(limits) {
  const end = limits.length - 1;
  const room = end < 0 ? Infinity : Math.log10(limits[0].rate) - (end ? 2.2 : 0.6);
  return [
    ...DECADES.filter(([e]) => e < room),
    ...limits.map(({ rate, text }, i) => [
      Math.log10(rate),
      i && i < end ? "" : text,
      !end ? "" : i ? "after" : "before",
    ]),
  ];
}

// The rate, and how it goes over the run where it changes.
const withSchedule = ({ schedule }, text) =>
  schedule === SCHEDULES[0] ? text : `${text}, ${words.schedules[schedule]}`;

function noteOf({ state, surface, names, variation }, pinned) {
  if (state.shared) return words.sharedNote;
  const plain = names.every((name) => variation(name).corrected && !variation(name).shares.length);
  if (!plain && !pinned && surface.goal) return words.plainNote;
  return pinned ? words.pinnedNote : surface.goal ? words.ownNote : "";
}

export function rateKnobs(fig) {
  const { state } = fig;
  const ownTicks = ticksUnder();
  const rateTicks = ticksUnder();
  const note = html("span", { class: "note" });
  const scale = slider("scale", words.scale, { min: -1, max: 1, step: 0.005 }, (v) =>
    fig.setScale(Math.abs(v) < 0.02 ? 1 : brief(10 ** v)),
  );
  const rate = slider("lr", words.rate, { min: -4.5, max: 1.5, step: "any" }, (v) => fig.setRate(brief(10 ** v)));
  const own = choiceOf(fig, false, words.own);
  const shared = choiceOf(fig, true, words.shared);
  const scaleKnob = knobOf(scale, own.label, ownTicks);
  const rateKnob = knobOf(rate, shared.label, rateTicks);
  const node = html(
    "div",
    { class: "rates", role: "radiogroup", "aria-label": words.rates },
    scaleKnob.node,
    rateKnob.node,
  );
  show(node, fig.names.some(fig.rated));

  const draw = () => {
    if (!fig.names.some(fig.rated)) return;
    const pinned = fig.on().some((name) => state.pinned[name] !== undefined);
    const { goal } = fig.surface;
    own.input.checked = !state.shared;
    shared.input.checked = state.shared;
    node.classList.toggle("shared", state.shared);
    const factor = `× ${state.scale === 1 ? 1 : state.scale.toFixed(2)}`;
    const first = Math.log10(fig.firstRate());
    set(rate.node, { min: Math.min(-4.5, first), max: Math.max(1.5, first) });
    scale.put(Math.log10(state.scale), factor);
    rate.put(first, rateText(10 ** first));
    write(scaleKnob.value, state.shared ? "" : withSchedule(state, factor));
    writeRich(
      rateKnob.value,
      state.shared ? withSchedule(state, say(words.rateNote, { rate: rateText(fig.firstRate()) })) : "",
    );
    writeRich(note, noteOf(fig, pinned));
    const alone = fig.names.length < 2;
    write(own.name, state.more ? (goal ? words.own : words.ownDefault) : alone ? words.rateAlone : words.scale);
    write(shared.name, state.more ? words.shared : alone ? words.rateAlone : words.rate);
    const known = fig.on().filter((name) => kindOf(fig, name)); // not a rule that only has the name
    const limits = limitsOf(
      state.schedule === SCHEDULES[0] ? fig.steepest() : null,
      known,
      (name) => state.hyper[name].mu,
    );
    drawTicks(ownTicks, scale.node, factorMarks(fig, limits[0], pinned || !goal));
    drawTicks(rateTicks, rate.node, rateMarks(limits));
  };
  return { node, note, draw };
}
