// One figure: what its parts share, and how they stand on the page.
import { html } from "../shared/elements.js";
import { keyOf } from "./address.js";
import { chartPart } from "./chart.js";
import { chipsPart } from "./chips.js";
import { addRuns } from "./following.js";
import { framesOf } from "./frames.js";
import { addInputs } from "./inputs.js";
import { knobsPart } from "./knobs.js";
import { mapPart } from "./map.js";
import { mapsPart } from "./maps.js";
import { addLinks } from "./opening.js";
import { ownPart } from "./own_box.js";
import { panelPart } from "./panel.js";
import { addPlayer } from "./player.js";
import { addQuestions, questionPart } from "./question.js";
import { addRates } from "./rates.js";
import { readoutPart } from "./readout.js";
import { sharePart } from "./share.js";
import { standingsPart } from "./standings.js";
import { firstState } from "./state.js";
import { stepPart } from "./step.js";
import { tablePart } from "./table.js";
import { topPart } from "./top.js";
import { traitsOf } from "./traits.js";

// What the parts share. `state` is changed by the inputs alone; whoever changes it calls `change` with what has to be
// drawn again: "surface", "run" (the runs and what is said of them) or "view".
function shared(model, program, root) {
  const { rules, surfaces } = program;
  const names = Object.keys(rules);
  const anatomy = model.get("_anatomy");
  const state = firstState(surfaces, rules, Boolean(model.get("_shared")), Boolean(model.get("_maps")));
  return {
    id: `descent-${Math.random().toString(36).slice(2, 9)}`,
    state,
    initial: null,
    program,
    names,
    looks: model.get("_looks"),
    tabs: anatomy ? ["standings", "step"] : ["standings"],
    parts: {},
    runs: {},
    draws: [],
    dragging: false,
    preview: null,
    hot: null, // the step under the pointer, and the rule
    verdict: { text: "", on: "" }, // on the reader's guess, and the runs that it was about
    own: { text: "" },
    text() {
      return model.get("_program") + this.own.text;
    },
    on: () => state.on,
    narrow: () => root.clientWidth <= 640,
    anatomyShown: () => state.tab === "step",
    faded(name) {
      return this.anatomyShown()
        ? name !== state.who
        : this.hot !== null && this.hot !== name && state.on.includes(this.hot);
    },
  };
}

// The parts in the order in which they are drawn.
function partsOf(fig, root, key, { calls, anatomy }) {
  const top = topPart(fig);
  const question = questionPart(fig);
  const chips = chipsPart(fig);
  const map = mapPart(fig);
  const chart = chartPart(fig);
  const standings = standingsPart(fig);
  const knobs = knobsPart(fig);
  const table = tablePart(fig);
  const step = anatomy ? stepPart(fig, map) : null;
  return {
    top,
    question,
    chips,
    map,
    chart,
    standings,
    knobs,
    table,
    ...(step && { panel: panelPart(fig, standings, step), step }),
    maps: mapsPart(fig),
    ...(key && { own: ownPart(fig) }), // with Python at hand, Surface("...") does the same
    share: sharePart(fig, root, key, { calls, anatomy }),
    readout: readoutPart(fig, key),
  };
}

function layOut(
  root,
  { top, question, chips, map, chart, standings, panel, step, readout, knobs, share, maps, own, table },
) {
  const below = panel ? [panel.head, panel.node] : [html("div", { class: "panel" }, standings.node)];
  const side = html("div", { class: panel ? "side" : "side roomy" }, chart.transport, chart.node, ...below);
  root.append(
    top.node,
    html("div", { class: "lead" }, question.node, chips.node),
    html("div", { class: "main" }, map.node, side),
    ...(step ? [step.numbers] : []),
    readout.node,
    knobs.node,
    html("div", { class: "notes" }, knobs.note, share.told),
    share.node,
    maps.node,
    ...(own ? [own.node] : []),
    table.node,
  );
}

export function figure(model, element, program) {
  const key = keyOf(element);
  const root = html("div", { class: "descent-explorer", "data-descent-explorer": "", "data-state": "busy" });
  const fig = shared(model, { ...program, surfaces: { ...program.surfaces } }, root); // to which a formula may be added
  addRates(fig);
  addRuns(fig);
  addPlayer(fig);
  addInputs(fig);
  addQuestions(fig);
  const traits = traitsOf(fig, model);
  const links = addLinks(fig, root, key);
  const frames = framesOf(
    root,
    (dirty) => {
      fig.makeRuns(dirty);
      for (const part of Object.values(fig.parts)) part.draw(dirty);
      if (dirty.run) traits.tell();
      if (dirty.size) fig.rest();
    },
    () => fig.stop(),
  );
  fig.change = (what) => {
    frames.change(what);
    fig.rest();
  };
  fig.drawNow = frames.frame;

  traits.take();
  fig.state.step = fig.state.steps;
  fig.initial = structuredClone(fig.state);
  fig.parts = partsOf(fig, root, key, { calls: model.get("_calls") ?? {}, anatomy: model.get("_anatomy") });
  layOut(root, fig.parts);
  element.append(root);
  frames.watch();
  traits.hear();
  links.hear();
  frames.frame(); // at once; what follows waits for the next frame
  fig.rest();
  return () => {
    fig.stop();
    for (const one of [links, frames, traits, ...Object.values(fig.parts)]) one.leave?.();
    root.remove();
  };
}
