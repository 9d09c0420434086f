// The schedule: six points on the left, 64 runs on the right.
import { boardOf } from "./board.js";
import { runsOf } from "./crowds.js";
import { inputsOf } from "./inputs.js";
import { lossesOf } from "./losses.js";
import { sentence } from "./sentence.js";
import { stateOf } from "./state.js";
import { words } from "./words.js";
import { html, write } from "../shared/elements.js";
import { load } from "../shared/programs.js";
import { observeAnew } from "../shared/sizes.js";

const REST = 280; // milliseconds without input before the sentence is written and the best constant is sought

// When to draw, in the next frame, and when the hand has come to rest; both wait while the figure is hidden.
function pulseOf(root, draw, settle) {
  let ticket = null;
  let timer = 0;
  const ask = () => {
    ticket ??= requestAnimationFrame(() => {
      ticket = null;
      if (root.clientWidth) draw();
      else observeAnew(sizes, root);
    });
  };
  const rest = () => {
    clearTimeout(timer);
    timer = setTimeout(() => (root.clientWidth ? settle() : observeAnew(sizes, root)), REST);
  };
  const sizes = new ResizeObserver(() => {
    ask();
    rest();
  });
  sizes.observe(root);
  const leave = () => {
    sizes.disconnect();
    if (ticket !== null) cancelAnimationFrame(ticket);
    clearTimeout(timer);
  };
  return { ask, rest, leave };
}

function figure(model, element, program) {
  const facts = { ...model.get("_facts"), id: `descent-${Math.random().toString(36).slice(2, 9)}` };
  const root = html("div", { class: "descent-explorer descent-panel", "data-descent-panel": "", "data-state": "busy" });
  const readout = html("p", { class: "readout tall", role: "status", "aria-live": "polite" });
  let drawn = null;

  const change = () => {
    root.dataset.state = "busy";
    drawn = null;
    pulse.ask();
    rest();
  };
  const rest = () => {
    runs.stop();
    pulse.rest();
  };
  const choice = stateOf(model, program.rules, facts, change);
  const inputs = inputsOf(choice, program.rules, facts);
  const board = boardOf(choice, facts, rest);
  const losses = lossesOf(facts);
  const draw = () => {
    drawn ??= runs.drawn();
    inputs.draw();
    board.draw(runs.rates(), runs.levels());
    losses.draw(drawn, runs.best(), facts.looks[choice.state.rule]);
    root.dataset.state = "ready";
  };
  const speak = () => {
    if (!drawn) return;
    write(readout, sentence(drawn, runs.best(), program.rules[choice.state.rule].label, facts.steps, runs.count()));
    root.dataset.best = runs.best()?.rate ?? "";
  };
  const runs = runsOf(choice.state, facts, program, () => {
    if (root.clientWidth) draw();
    speak();
  });
  const pulse = pulseOf(root, draw, () => {
    if (board.isHeld()) return;
    choice.tell();
    if (runs.best()) speak();
    else runs.seek();
  });

  const plots = html("div", { class: "plots plots-2" }, board.node, losses.node);
  root.append(inputs.above, plots, readout, inputs.below, html("p", { class: "note" }, words.help));
  element.append(root);
  change();
  return () => {
    choice.leave();
    runs.stop();
    pulse.leave();
    root.remove();
  };
}

export default {
  async render({ model, el }) {
    return figure(model, el, await load(model.get("_program")));
  },
};
