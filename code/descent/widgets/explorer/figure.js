// One figure: what its parts share, and how they stand on the page.
import { html } from "../shared/elements.js";
import { keyOf } from "./address.js";
import { chartPart } from "./chart.js";
import { chipsPart } from "./chips.js";
import { addEditor } from "./editing.js";
import { addRuns } from "./following.js";
import { framesOf } from "./frames.js";
import { addInputs } from "./inputs.js";
import { knobsPart } from "./knobs.js";
import { mapPart } from "./map.js";
import { mapsPart } from "./maps.js";
import { addMore, morePart } from "./more.js";
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
import { transportPart } from "./transport.js";
import { addVariation } from "./variation.js";

// What the parts share. `state` is changed by the inputs alone; whoever changes it calls `change` with what has to be
// drawn again: "surface", "run" (the runs and what is said of them) or "view".
function shared(model, program, root) {
  const { rules, surfaces } = program;
  const names = Object.keys(rules);
  const anatomy = model.get("_anatomy");
  const opened = ["_shared", "_more", "_maps"].map((name) => Boolean(model.get(name)));
  const state = firstState(surfaces, rules, ...opened);
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
    seen: true,
    preview: null,
    hot: null, // the step under the pointer, and the rule
    verdict: { text: "", on: "" }, // on the reader's guess, and the runs that it was about
    own: {},
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

// The parts in the order in which they are drawn. What is only seen behind "More" need not be drawn before.
function partsOf(fig, root, key, model) {
  const calls = model.get("_calls") ?? {};
  const anatomy = model.get("_anatomy");
  const knobs = model.get("_knobs") ?? ["lr"];
  const map = mapPart(fig);
  const standings = standingsPart(fig);
  const step = anatomy ? stepPart(fig, map) : null;
  const beside = model.get("_chart") ? (part) => part : behindMore;
  return {
    top: topPart(fig),
    question: questionPart(fig),
    chips: chipsPart(fig),
    map,
    transport: transportPart(fig),
    chart: beside(chartPart(fig)),
    standings: beside(standings),
    knobs: knobsPart(fig, knobs),
    table: behindMore(tablePart(fig)),
    ...(step && { panel: beside(panelPart(fig, standings, step)), step }),
    maps: mapsPart(fig),
    ...(key && { own: behindMore(ownPart(fig)) }), // with Python at hand, Surface("...") does the same
    share: sharePart(fig, root, key, { calls, anatomy, knobs, chart: model.get("_chart") }),
    readout: readoutPart(fig, key),
  };
}
const behindMore = (part) => ({ ...part, behind: true });

function layOut(fig, root, invitation) {
  const { top, question, chips, map, chart, standings, panel, step } = fig.parts;
  const { transport, readout, knobs, share, maps, own, table } = fig.parts;
  const below = panel ? [panel.head, panel.node] : [html("div", { class: "panel" }, standings.node)];
  const more = morePart(fig, root);
  root.classList.toggle("charted", !chart.behind);
  root.append(
    html(
      "div",
      { class: "whole" },
      ...(invitation ? [html("p", { class: "invitation" }, invitation)] : []),
      top.node,
      html("div", { class: "names" }, question.node, chips.node),
      html("div", { class: "left" }, map.node, transport.node),
      html("div", { class: chart.behind ? "side behind" : "side" }, chart.node, ...below),
      ...(step ? [step.numbers] : []),
      readout.node,
      knobs.node,
      more.node,
      knobs.others,
      html(
        "div",
        { class: "rest behind", id: `${fig.id}-more` },
        html("div", { class: "notes" }, knobs.note, share.told),
        share.node,
        maps.node,
        ...(own ? [own.node] : []),
        table.node,
      ),
    ),
  );
  return more;
}

// Draws all parts that are seen.
function drawingOf(fig, traits) {
  let opened = false;
  return (dirty) => {
    const { more } = fig.state;
    if (more && !opened) Object.assign(dirty, { size: true, surface: true, run: true, rules: true }); // nothing there was drawn yet
    opened = more;
    fig.makeRuns(dirty);
    for (const part of [fig.more, ...Object.values(fig.parts)]) if (more || !part.behind) part.draw(dirty);
    if (dirty.run) traits.tell();
    if (dirty.size) fig.rest();
  };
}

// One run by itself, until somebody takes over.
function invite(fig, root) {
  root.classList.add("inviting");
  if (fig.calm() || fig.link()) return;
  root.classList.add("waiting");
  fig.play();
  for (const type of ["pointerdown", "keydown"])
    root.addEventListener(type, () => root.classList.remove("waiting"), { once: true });
}

export function figure(model, element, program) {
  const key = keyOf(element);
  const root = html("div", { class: "descent-explorer", "data-descent-explorer": "", "data-state": "busy" });
  // To which a formula may be added, and in which the reader's text may stand for a rule.
  const fig = shared(model, { ...program, rules: { ...program.rules }, surfaces: { ...program.surfaces } }, root);
  addRates(fig);
  addVariation(fig);
  addRuns(fig);
  addPlayer(fig);
  addInputs(fig);
  addQuestions(fig);
  addMore(fig);
  const traits = traitsOf(fig, model);
  const links = addLinks(fig, root, key);
  const editor = addEditor(fig, model, root);
  const invitation = model.get("_invitation");
  const frames = framesOf(root, drawingOf(fig, traits), (seen) => {
    fig.seen = seen;
    if (fig.state.maps) fig.change("view"); // which are worked off as long as they are seen
    if (seen) return;
    fig.stop();
    if (root.classList.contains("waiting")) fig.state.step = fig.state.steps;
  });
  fig.change = (what) => {
    frames.change(what);
    fig.rest();
  };
  fig.drawNow = frames.frame;

  traits.take();
  fig.state.step = fig.state.steps;
  fig.initial = structuredClone(fig.state);
  // Again when the reader adds a rule or takes one away.
  fig.build = () => {
    root.replaceChildren();
    Object.assign(fig.parts, partsOf(fig, root, key, model));
    fig.more = layOut(fig, root, invitation);
  };
  fig.build();
  element.append(root);
  frames.watch();
  traits.hear();
  links.hear();
  if (invitation) invite(fig, root);
  frames.frame(); // at once; what follows waits for the next frame
  fig.rest();
  return () => {
    fig.stop();
    for (const one of [editor, links, frames, traits, ...Object.values(fig.parts)]) one.leave?.();
    root.remove();
  };
}
