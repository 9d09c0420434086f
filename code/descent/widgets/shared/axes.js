// What charts have in common: curves as paths, axes, named lines, and names at the ends of curves.
import { svg } from "./elements.js";
import { colour, HALO } from "./looks.js";
import { clamp } from "./numbers.js";
import { ticksOf, tickTexts } from "./scales.js";

export const WIDE_LETTER = 6.1; // pixels of an average letter at 11 px

// A path through points, with a gap where a number is missing.
export const line = (xs, ys) => {
  let path = "";
  let pen = "M";
  xs.forEach((x, i) => {
    if (Number.isFinite(x) && Number.isFinite(ys[i])) {
      path += `${pen}${Math.round(10 * x) / 10} ${Math.round(10 * clamp(ys[i], -4000, 4000)) / 10}`;
      pen = "L";
    } else pen = "M";
  });
  return path;
};
export const text = (x, y, words, attributes = {}) => svg("text", { x, y, ...attributes }, words);
export const longest = (series) => Math.max(0, ...series.map(({ label }) => label.length)); // in letters
export const numbered = (values, log) => values.map((v) => (v === null || (log && v <= 0) ? NaN : v));

// Axes with their grid, words and named lines; the plot's box is [left, top, right, bottom].
export function axes(panel, x, y, [left, top, right, bottom], { gridX = false, gridY = true, yTicks = true } = {}) {
  const nodes = [];
  const ticks = ticksOf(x, clamp(Math.floor((right - left) / 58), 2, 7));
  const xTexts = tickTexts(ticks, x.log);
  for (const [i, v] of ticks.entries()) {
    if (gridX)
      nodes.push(svg("line", { x1: x(v), x2: x(v), y1: top, y2: bottom, stroke: "var(--rule)", "stroke-width": 0.6 }));
    nodes.push(text(x(v), bottom + 15, xTexts[i], { "text-anchor": "middle" }));
  }
  const ups = yTicks ? ticksOf(y, clamp(Math.floor((bottom - top) / 34), 2, 7)) : [];
  const yTexts = tickTexts(ups, y?.log);
  for (const [i, v] of ups.entries()) {
    if (gridY)
      nodes.push(svg("line", { x1: left, x2: right, y1: y(v), y2: y(v), stroke: "var(--rule)", "stroke-width": 0.6 }));
    nodes.push(text(left - 5, y(v) + 3.5, yTexts[i], { "text-anchor": "end" }));
  }
  nodes.push(svg("line", { x1: left, x2: right, y1: bottom, y2: bottom, stroke: "var(--ink3)", "stroke-width": 1 }));
  if (panel.xlabel) nodes.push(text((left + right) / 2, bottom + 30, panel.xlabel, { "text-anchor": "middle" }));
  if (panel.ylabel) nodes.push(text(0, 9, panel.ylabel));
  return nodes;
}
export function namedLines(levels = [], stops = [], x, y, [left, top, right, bottom]) {
  const dashed = { stroke: "var(--ink3)", "stroke-dasharray": "2 3" };
  const inside = (scale, v) => v >= scale.low && v <= scale.high;
  return [
    ...levels
      .filter(([v]) => inside(y, v))
      .flatMap(([v, words]) => [
        svg("line", { x1: left, x2: right, y1: y(v), y2: y(v), ...dashed }),
        text(left + 4, y(v) - 8, words, { style: HALO }),
      ]),
    ...stops
      .filter(([v]) => inside(x, v))
      .flatMap(([v, words]) => {
        const flip = x(v) > right - words.length * WIDE_LETTER - 6;
        return [
          svg("line", { x1: x(v), x2: x(v), y1: top, y2: bottom, ...dashed }),
          text(x(v) + (flip ? -4 : 4), top + 9, words, { style: HALO, "text-anchor": flip ? "end" : "start" }),
        ];
      }),
  ];
}

// Names beside the ends of the curves, pushed apart where two would overlap.
export function endLabels(ends, right, top, bottom, gap = 13) {
  const places = ends.map((end) => ({ ...end, y: clamp(end.y, top, bottom) })).sort((a, b) => a.y - b.y);
  places.forEach((place, i) => {
    if (i) place.y = Math.max(place.y, places[i - 1].y + gap);
  });
  const over = places.length ? Math.max(0, places.at(-1).y - bottom) : 0;
  return places.map(({ y, label, look }) =>
    text(right + 5, y - over + 3.5, label, { style: `${colour(look)};fill:var(--c)` }),
  );
}
