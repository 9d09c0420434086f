import { colour, html, sample, segments, show, slider, svg, write } from "../shared/elements.js";
import { chart, sharedLimits } from "../shared/charts.js";

/* ---------- the chooser: knobs above, the chosen drawing, and its sentence --------------- */
const WORDS = {
  legend: "Curves",
  short: { "Gradient descent": "GD" },
};
const REST = 280; // milliseconds without input before the sentence is read aloud

function knobOf(knob, name, choose) {
  const head = html("b"), title = html("span", {}, knob.label), last = knob.texts.length - 1;
  if (!knob.slider) {
    const row = segments(knob.label, "radio", knob.texts.map((words, i) => [String(i), words]), (i) => choose(Number(i)));
    return { node: html("div", { class: "knob buttons" }, html("div", { class: "knob-head", "aria-hidden": "true" }, title), row.node), put: (i) => row.mark(String(i)) };
  }
  const input = slider(name, knob.label, { min: 0, max: last, step: 1 }, choose), track = html("div", { class: "track" }, input.node);
  const put = (i) => { input.put(i, knob.texts[i]); write(head, knob.texts[i]); };
  const node = html("div", { class: "knob" }, html("div", { class: "knob-head" }, title, head), track);
  const ticks = html("div", { "aria-hidden": "true" });
  track.append(ticks);
  const size = () => { // every value has its mark; all are named where there is room, else the first and the last
    const tight = 7 * knob.texts.join("  ").length > track.clientWidth;
    ticks.replaceChildren(...knob.texts.map((words, i) => html("span", { class: "tick", style: `left: calc(7px + (100% - 14px) * ${i / last})` },
      html("span", {}, tight && i && i < last ? "" : words))));
  };
  return { node, put, size };
}

function chipsOf(series, off, change) {
  const node = html("div", { class: "chips", role: "group", "aria-label": WORDS.legend });
  for (const { name, label, look } of series) {
    const chip = html("button", { type: "button", class: "chip", "data-rule": name, "aria-pressed": "true", "aria-label": label, style: colour(look), onclick: () => {
      if (!off.delete(name)) off.add(name);
      chip.setAttribute("aria-pressed", !off.has(name));
      change();
    } }, html("span", { class: "long" }, label), html("span", { class: "short" }, WORDS.short[label] ?? label), sample(look));
    node.append(chip);
  }
  return node;
}

const seriesOf = (panel) => panel.curves ?? panel.bars ?? [];
const without = (panel, off) => Object.fromEntries(Object.entries(panel).map(([key, value]) =>
  [key, key === "curves" || key === "bars" ? value.filter((one) => !off.has(one.name)) : value]));

function figure(model, element) {
  const { knobs, chips, rows, pictures } = JSON.parse(model.get("_figure")), off = new Set();
  const id = `descent-${Math.random().toString(36).slice(2, 9)}`;
  const root = html("div", { class: "descent-explorer descent-panel", "data-descent-panel": "", "data-state": "busy" });
  const places = knobs.map(() => 0);
  let ticket = null, restTimer = 0;

  const read = () => knobs.forEach(({ values }, k) => {
    const i = values.indexOf(model.get("chosen")?.[k]);
    if (i >= 0) places[k] = i;
  });
  const picture = () => pictures[places.reduce((sum, place, k) => sum * knobs[k].values.length + place, 0)];
  const choose = (k) => (i) => {
    places[k] = i;
    model.set("chosen", knobs.map((knob, j) => knob.values[places[j]]));
    model.save_changes();
    change();
  };

  const controls = knobs.map((knob, k) => knobOf(knob, `knob${k}`, choose(k)));
  const limits = pictures[0].panels.map((_, p) => sharedLimits(pictures.map((one) => one.panels[p]), rows));
  const panels = pictures[0].panels.map((_, p) => {
    const heading = html("p", { class: "heading" }), drawing = svg("svg", { role: "img", id: `${id}-${p}` });
    return { heading, drawing, node: html("div", { class: "plot" }, heading, drawing) };
  });
  const all = new Map(pictures.flatMap((one) => one.panels.flatMap(seriesOf)).map((one) => [one.name, one]));
  const readout = html("p", { class: "readout", role: "status", "aria-live": "polite" });
  root.append(html("div", { class: "dials" }, ...controls.map((c) => c.node)), ...(chips ? [chipsOf([...all.values()], off, () => change())] : []),
    html("div", { class: `plots plots-${panels.length}` }, ...panels.map((p) => p.node)), readout);
  element.append(root);

  function change() {
    root.dataset.state = "busy";
    readout.setAttribute("aria-busy", "true"); // read aloud when the hand rests
    clearTimeout(restTimer);
    restTimer = setTimeout(() => readout.setAttribute("aria-busy", "false"), REST);
    ticket ??= requestAnimationFrame(frame);
  }
  function frame() {
    ticket = null;
    if (!root.clientWidth) return; // hidden: drawn when it gets a size
    controls.forEach((control, k) => control.put(places[k]));
    const { words, panels: shown } = picture();
    panels.forEach(({ heading, drawing, node }, p) => {
      write(heading, shown[p].title ?? "");
      show(heading, pictures.some((one) => one.panels[p].title));
      drawing.setAttribute("aria-label", shown[p].alt);
      chart(drawing, without(shown[p], off), limits[p], node.clientWidth, drawing.clientHeight, rows);
    });
    write(readout, words);
    root.dataset.state = "ready";
  }
  function resize() { // room for the longest sentence, so that nothing below jumps
    for (const control of controls) control.size?.();
    readout.style.minHeight = "";
    write(readout, pictures.reduce((longest, { words }) => (words.length > longest.length ? words : longest), ""));
    readout.style.minHeight = `${readout.clientHeight}px`;
    change();
  }
  const listen = () => { read(); change(); };

  read();
  model.on("change:chosen", listen);
  let width = 0;
  const sizes = new ResizeObserver(() => { if (root.clientWidth !== width) { width = root.clientWidth; if (width) resize(); } });
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
