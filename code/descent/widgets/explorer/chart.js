// The losses over the steps, and the step that is shown, which can be moved.
import { html, set, svg } from "../shared/elements.js";
import { say } from "../shared/say.js";
import { chartAxes } from "./chart_axes.js";
import { chartScale, LOWEST_DECADE, rangeOfHeights, rangeOfLosses } from "./chart_scale.js";
import { chartTrace, drawChartTrace } from "./chart_traces.js";
import { words } from "./words.js";
const STRIDES = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageUp: 10, PageDown: -10 };

function chartNodes(id) {
  const frame = svg("rect");
  const axes = svg("g");
  const line = svg("line", { stroke: "var(--ink3)" });
  const curves = svg("g", { fill: "none", "stroke-linejoin": "round", "clip-path": `url(#${id}-chart)` });
  const knob = svg("circle", { r: 5.5, class: "knob-dot" });
  const node = html(
    "div",
    { class: "chart", tabindex: 0, role: "slider", "aria-label": words.stepShown, "aria-valuemin": 0 },
    svg("svg", { "aria-hidden": "true" }, svg("clipPath", { id: `${id}-chart` }, frame), line, axes, curves, knob),
  );
  return { node, frame, axes, line, curves, knob };
}

function listenTo(fig, node, stepAt) {
  let scrubbing = false;
  const preview = (k) => {
    fig.preview = k;
    fig.change("view");
  };
  const stop = () => {
    scrubbing = false;
  };
  node.addEventListener("pointerdown", (event) => {
    scrubbing = true;
    node.setPointerCapture(event.pointerId);
    fig.goTo(stepAt(event));
  });
  node.addEventListener("pointermove", (event) => {
    if (scrubbing) fig.goTo(stepAt(event));
    else if (event.pointerType === "mouse" && !fig.playing()) preview(stepAt(event));
  });
  node.addEventListener("pointerup", stop);
  node.addEventListener("pointercancel", stop);
  node.addEventListener("pointerleave", () => {
    if (fig.preview !== null) preview(null);
  });
  node.addEventListener("keydown", (event) => {
    const move = STRIDES[event.key];
    const { step, steps } = fig.state;
    const k = move ? step + move * (event.shiftKey ? 10 : 1) : { Home: 0, End: steps }[event.key];
    if (event.key === " ") fig.playOrStop();
    else if (k !== undefined) fig.goTo(k);
    else return;
    event.preventDefault();
  });
}

export function chartPart(fig) {
  const { state } = fig;
  const nodes = chartNodes(fig.id);
  const { node } = nodes;
  const traces = Object.fromEntries(fig.names.map((name) => [name, chartTrace(fig.looks[name])]));
  let width = 0;
  let height = 0;
  let range = { low: LOWEST_DECADE, high: 2 };
  let scale = null;
  listenTo(fig, node, (event) => scale.stepAt(event.clientX - node.getBoundingClientRect().left));

  function rescale() {
    // the axis may grow under a drag, never shrink
    const { goal, floor, window } = fig.surface;
    const first = fig.field.value(...state.start);
    const old = range;
    range = goal ? rangeOfLosses(first - floor) : rangeOfHeights(Object.values(fig.runs), first, window, state.steps);
    if (fig.dragging)
      range = { low: goal ? range.low : Math.min(range.low, old.low), high: Math.max(range.high, old.high) };
    scale = chartScale(width, height, state.steps, range, goal);
    const { left, top, bottom } = scale.box;
    set(nodes.frame, { x: left, y: top - 2, width: Math.max(0, width - left), height: Math.max(0, bottom - top + 2) });
    nodes.axes.replaceChildren(...chartAxes(scale, state.steps));
  }
  const draw = (dirty) => {
    if (dirty.size) {
      width = node.clientWidth;
      height = node.clientHeight;
    }
    if (dirty.run) rescale();
    if (dirty.rules) nodes.curves.replaceChildren(...fig.on().map((name) => traces[name].group));
    for (const name of fig.on()) drawChartTrace(fig, name, traces[name], scale);
    const k = fig.step();
    const x = scale.px(k);
    const { top, bottom } = scale.box;
    set(nodes.line, { x1: x, x2: x, y1: top - 4, y2: bottom });
    set(nodes.knob, { cx: x, cy: bottom });
    set(node, {
      "aria-valuemax": state.steps,
      "aria-valuenow": k,
      "aria-valuetext": say(words.stepOf, { k, n: state.steps }),
    });
  };
  return { node, draw, picture: node.firstChild, paper: () => getComputedStyle(nodes.knob).fill };
}
