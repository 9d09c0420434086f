// The arrows of a step, as they are drawn.
import { svg } from "../shared/elements.js";
import { HALO } from "../shared/looks.js";
import { clamp } from "../shared/numbers.js";
import { minus, plus, size, times } from "./vectors.js";

// In pixels; the step is a broad pale arrow below its thin parts.
export function arrow({ kind, dashed }, from, to) {
  const length = size(minus(to, from));
  if (!(length > 1.5)) return [];
  const broad = kind === "step";
  const width = broad ? 5 : 1.8;
  const u = times(minus(to, from), 1 / length);
  const n = [-u[1], u[0]];
  const head = Math.min(broad ? 13 : 8, length * 0.55);
  const base = minus(to, times(u, head));
  const side = times(n, head * (broad ? 0.5 : 0.44));
  const line = `M${from}L${base}`;
  const tip = `M${to}L${plus(base, side)}L${minus(base, side)}Z`;
  const c = `var(--${kind})`;
  return [
    svg("path", {
      d: line + tip,
      fill: "var(--paper)",
      stroke: "var(--paper)",
      "stroke-width": width + 2.4,
      "stroke-linejoin": "round",
      opacity: broad ? 0.9 : 0.7,
    }),
    svg(
      "g",
      { opacity: broad ? 0.5 : 1 },
      svg("path", {
        d: line,
        fill: "none",
        stroke: c,
        "stroke-width": width,
        "stroke-dasharray": dashed ? "3 2.5" : "",
      }),
      svg("path", { d: tip, fill: c }),
    ),
  ];
}

// Where a slope is read ahead of the point: a small ring, if there is such a place.
export const ringAt = (point) =>
  point
    ? [
        svg("circle", {
          cx: point[0],
          cy: point[1],
          r: 3.5,
          fill: "var(--paper)",
          stroke: "var(--velocity)",
          "stroke-width": 1.6,
        }),
      ]
    : [];

// Beside its tip, away from the other dashed arrow.
function besideTip(a, parts, view, from, to) {
  const rivals = parts.filter((b) => b.dashed && b !== a).map((b) => view.at(b.to)[0]);
  const left = rivals.length ? to[0] < rivals[0] : to[0] < from[0];
  return { place: [to[0] + (left ? -7 : 7), clamp(to[1] + 4, 14, view.height - 6)], anchor: left ? "end" : "start" };
}
// Beside its middle, away from the step.
function besideMiddle(from, to, length, step) {
  const middle = times(plus(from, to), 0.5);
  const away = minus(middle, step);
  let n = times([from[1] - to[1], to[0] - from[0]], 1 / length);
  if (n[0] * away[0] + n[1] * away[1] < 0) n = times(n, -1);
  return {
    place: plus(plus(middle, times(n, 9)), [0, 4]),
    anchor: n[0] > 0.35 ? "start" : n[0] < -0.35 ? "end" : "middle",
  };
}

// What the arrows are called, those long enough for it.
export function arrowNames(parts, view) {
  const [step] = parts;
  const middle = times(plus(view.at(step.from), view.at(step.to)), 0.5);
  return parts
    .filter((a) => a.text)
    .flatMap((a) => {
      const from = view.at(a.from);
      const to = view.at(a.to);
      const length = size(minus(to, from));
      if (length < 12) return [];
      const { place, anchor } = a.dashed ? besideTip(a, parts, view, from, to) : besideMiddle(from, to, length, middle);
      const tone = a.kind === "velocity" ? "velocity-ink" : a.kind;
      return [
        svg(
          "text",
          {
            x: place[0],
            y: place[1],
            "text-anchor": anchor,
            class: "math",
            style: `font-size:13px;fill:var(--${tone});${HALO}`,
          },
          a.text,
        ),
      ];
    });
}
