// The axes of the chart, and its goal.
import { svg } from "../shared/elements.js";
import { HALO } from "../shared/looks.js";
import { power } from "../shared/numbers.js";
import { GOAL } from "./goals.js";
import { shortText } from "./numbers.js";
import { words } from "./words.js";

function line({ box }, y, attributes) {
  return svg("line", { x1: box.left, x2: box.right, y1: y, y2: y, ...attributes });
}
function tick(scale, v, y, text) {
  const thick = scale.goal && v === scale.low ? 1 : 0.6;
  return [
    line(scale, y, { stroke: "var(--rule)", "stroke-width": thick }),
    svg("text", { x: scale.box.left - 6, y: y + 3.5, "text-anchor": "end" }, text),
  ];
}

function lossTicks(scale) {
  const { low, high, far, box, py } = scale;
  const every = far > 12 ? 4 : 2;
  const y = py(GOAL);
  const nodes = [];
  for (let e = high - (far % every); e >= low; e -= every) nodes.push(...tick(scale, e, py(10 ** e), power(e)));
  return [
    ...nodes,
    line(scale, y, { stroke: "var(--ink3)", "stroke-dasharray": "2 3", "data-part": "goal" }),
    svg("text", { x: box.left + 5, y: y + 12, style: HALO }, words.goal),
  ];
}

function heightTicks(scale) {
  const { low, high, far, py } = scale;
  const unit = 10 ** Math.floor(Math.log10(far / 4));
  const nodes = [];
  const every = [1, 2, 5, 10].map((m) => m * unit).find((step) => far / step <= 5);
  for (let k = Math.ceil(low / every); k * every <= high; k++)
    nodes.push(...tick(scale, k, py(k * every), shortText(k * every)));
  return nodes;
}

export function chartAxes(scale, steps) {
  const nodes = scale.goal ? lossTicks(scale) : heightTicks(scale);
  nodes.push(svg("text", { x: scale.box.left, y: 8 }, scale.goal ? words.chart : words.height));
  const every = [1, 2, 5, 10, 20, 40, 100, 200].find((s) => steps / s <= 4) ?? 500;
  for (let k = 0; k <= steps; k += every)
    nodes.push(svg("text", { x: scale.px(k), y: scale.height - 8, "text-anchor": "middle" }, String(k)));
  return nodes;
}
