// The looks of rules: colours, markers, samples of lines.
import { svg } from "./elements.js";
const polygon = (n, r, turn) =>
  "M" +
  Array.from({ length: n }, (_, i) => {
    const a = turn + (i * 2 * Math.PI) / n;
    return `${(r * Math.cos(a)).toFixed(2)} ${(r * Math.sin(a)).toFixed(2)}`;
  }).join("L") +
  "Z";
const MARKERS = {
  circle: (r) => `M${-r} 0a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0Z`,
  square: (r) => polygon(4, r * 1.25, Math.PI / 4),
  diamond: (r) => polygon(4, r * 1.35, 0),
  up: (r) => polygon(3, r * 1.4, -Math.PI / 2),
  down: (r) => polygon(3, r * 1.4, Math.PI / 2),
  left: (r) => polygon(3, r * 1.4, Math.PI),
  right: (r) => polygon(3, r * 1.4, 0),
  hexagon: (r) => polygon(6, r * 1.12, 0),
  pentagon: (r) => polygon(5, r * 1.2, -Math.PI / 2),
  plus: (r) => cross(r, 0.45),
  star: (r) =>
    "M" +
    Array.from({ length: 10 }, (_, i) => {
      const a = -Math.PI / 2 + (i * Math.PI) / 5;
      const length = r * (i % 2 ? 0.62 : 1.45);
      return `${(length * Math.cos(a)).toFixed(2)} ${(length * Math.sin(a)).toFixed(2)}`;
    }).join("L") +
    "Z",
};
function cross(r, thick) {
  const a = r * 1.2;
  const b = r * thick;
  return `M${-b} ${-a}H${b}V${-b}H${a}V${b}H${b}V${a}H${-b}V${b}H${-a}V${-b}H${-b}Z`;
}
export const marker = (look, r) => (MARKERS[look.marker] ?? MARKERS.circle)(r);
export const HALO = "paint-order:stroke;stroke:var(--paper);stroke-width:3px;stroke-opacity:.8";

// A line sample with its marker in the middle, as in a legend.
export const sample = (look) =>
  svg(
    "svg",
    { "aria-hidden": "true", class: "sample" },
    svg("line", {
      x1: 0,
      x2: "100%",
      y1: 5,
      y2: 5,
      stroke: "var(--c)",
      "stroke-width": look.width,
      "stroke-dasharray": look.dash,
    }),
    svg(
      "svg",
      { x: "50%", y: 5, style: "overflow:visible" },
      svg("path", {
        d: marker(look, 4),
        fill: "var(--c)",
        stroke: "var(--paper)",
        "stroke-width": 1.5,
        "paint-order": "stroke",
      }),
    ),
  );
export const colour = (look) => `--c: light-dark(${look.light}, ${look.dark})`;
