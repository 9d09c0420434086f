// The chooser: knobs above, the chosen drawing, and its sentence.
import { chipsOf, knobOf } from "./controls.js";
import { chart, sharedLimits } from "../shared/charts.js";
import { html, show, svg, write } from "../shared/elements.js";
import { observeAnew } from "../shared/sizes.js";

const REST = 280; // milliseconds without input before the sentence is read aloud

const seriesOf = (panel) => panel.curves ?? panel.bars ?? [];

// The panel without the series that are switched off.
function without(panel, off) {
  const kept = ([key, value]) => [
    key,
    key === "curves" || key === "bars" ? value.filter((one) => !off.has(one.name)) : value,
  ];
  return Object.fromEntries(Object.entries(panel).map(kept));
}

// Which of each knob's values is chosen, as the model has it, and the picture that belongs to them.
function choiceOf(model, { knobs, pictures }) {
  const places = knobs.map(() => 0);
  const read = () =>
    knobs.forEach(({ values }, k) => {
      const i = values.indexOf(model.get("chosen")?.[k]);
      if (i >= 0) places[k] = i;
    });
  const put = (k, i) => {
    places[k] = i;
    model.set(
      "chosen",
      knobs.map((knob, j) => knob.values[places[j]]),
    );
    model.save_changes();
  };
  const picture = () => pictures[places.reduce((sum, place, k) => sum * knobs[k].values.length + place, 0)];
  return { places, read, put, picture };
}

// The drawings side by side, each under its heading, and the sentence below them.
function viewOf({ pictures, rows }) {
  const id = `descent-${Math.random().toString(36).slice(2, 9)}`;
  const limits = pictures[0].panels.map((_, p) =>
    sharedLimits(
      pictures.map((one) => one.panels[p]),
      rows,
    ),
  );
  const panels = pictures[0].panels.map((_, p) => {
    const heading = html("p", { class: "heading" });
    const drawing = svg("svg", { role: "img", id: `${id}-${p}` });
    return { heading, drawing, node: html("div", { class: "plot" }, heading, drawing) };
  });
  const readout = html("p", { class: "readout", role: "status", "aria-live": "polite" });
  const draw = ({ words: said, panels: shown }, off) => {
    panels.forEach(({ heading, drawing, node }, p) => {
      write(heading, shown[p].title ?? "");
      show(
        heading,
        pictures.some((one) => one.panels[p].title),
      );
      drawing.setAttribute("aria-label", shown[p].alt);
      chart(drawing, without(shown[p], off), limits[p], node.clientWidth, drawing.clientHeight, rows);
    });
    write(readout, said);
  };
  // Room for the longest sentence, so that nothing below jumps.
  const makeRoom = () => {
    readout.style.minHeight = "";
    write(
      readout,
      pictures.reduce((longest, { words: said }) => (said.length > longest.length ? said : longest), ""),
    );
    readout.style.minHeight = `${readout.clientHeight}px`;
  };
  const plots = html("div", { class: `plots plots-${panels.length}` }, ...panels.map((p) => p.node));
  return { plots, readout, draw, makeRoom };
}

function figure(model, element) {
  const data = JSON.parse(model.get("_figure"));
  const off = new Set();
  const choice = choiceOf(model, data);
  const view = viewOf(data);
  const root = html("div", { class: "descent-explorer descent-panel", "data-descent-panel": "", "data-state": "busy" });
  let ticket = null;
  let restTimer = 0;
  let width = 0; // that the controls and the sentence have room in

  const change = () => {
    root.dataset.state = "busy";
    view.readout.setAttribute("aria-busy", "true"); // read aloud when the hand rests
    clearTimeout(restTimer);
    restTimer = setTimeout(() => view.readout.setAttribute("aria-busy", "false"), REST);
    ticket ??= requestAnimationFrame(frame);
  };
  const choose = (k) => (i) => {
    choice.put(k, i);
    change();
  };
  const controls = data.knobs.map((knob, k) => knobOf(knob, `knob${k}`, choose(k)));
  const frame = () => {
    ticket = null;
    if (!root.clientWidth) {
      width = 0;
      return observeAnew(sizes, root); // hidden, perhaps for a moment only: drawn when it has a size
    }
    controls.forEach((control, k) => control.put(choice.places[k]));
    view.draw(choice.picture(), off);
    root.dataset.state = "ready";
  };
  const all = new Map(data.pictures.flatMap((one) => one.panels.flatMap(seriesOf)).map((one) => [one.name, one]));
  const chips = data.chips ? [chipsOf([...all.values()], off, change)] : [];
  root.append(html("div", { class: "dials" }, ...controls.map((c) => c.node)), ...chips, view.plots, view.readout);
  element.append(root);

  const listen = () => {
    choice.read();
    change();
  };
  choice.read();
  model.on("change:chosen", listen);
  const sizes = new ResizeObserver(() => {
    if (root.clientWidth === width) return;
    width = root.clientWidth;
    if (!width) return;
    for (const control of controls) control.size?.();
    view.makeRoom();
    change();
  });
  sizes.observe(root);
  return () => {
    sizes.disconnect();
    model.off("change:chosen", listen);
    if (ticket !== null) cancelAnimationFrame(ticket);
    clearTimeout(restTimer);
    root.remove();
  };
}

export default { render: ({ model, el }) => figure(model, el) };
