// The figure as a picture: the map, the chart, a legend and the line in words, in the present colours.
import { html, set, svg } from "../shared/elements.js";
import { marker } from "../shared/looks.js";
const PAINT = [
  "fill",
  "fill-opacity",
  "fill-rule",
  "stroke",
  "stroke-width",
  "stroke-opacity",
  "stroke-dasharray",
  "stroke-linejoin",
  "stroke-linecap",
  "opacity",
  "paint-order",
  "font-family",
  "font-size",
  "font-style",
  "font-weight",
  "text-anchor",
];

// A copy of an SVG that carries its look with it, placed at x, y.
function frozen(node, x, y) {
  const copy = node.cloneNode(true);
  const originals = node.querySelectorAll("*");
  const copies = [...copy.querySelectorAll("*")];
  originals.forEach((original, i) => {
    const look = getComputedStyle(original);
    const target = copies[i];
    if (original.style.display === "none") return target.remove();
    for (const name of target.getAttributeNames())
      if (/^(style|class|data-|aria-)/.test(name)) target.removeAttribute(name);
    for (const name of PAINT) target.setAttribute(name, look.getPropertyValue(name));
  });
  for (const name of copy.getAttributeNames()) copy.removeAttribute(name);
  const { width, height } = node.getBoundingClientRect();
  return set(copy, { x, y, width, height, overflow: "visible" });
}
function linesOf(text, width, font) {
  // broken at spaces, so that none is wider than `width` pixels
  const context = html("canvas").getContext("2d");
  context.font = font;
  return text.split(" ").reduce((out, word) => {
    if (out.length && context.measureText(`${out.at(-1)} ${word}`).width <= width) out.push(`${out.pop()} ${word}`);
    else out.push(word);
    return out;
  }, []);
}

const GAP = 12;
const COLUMN = 160;
const ROW = 24; // pixels

function pictureLegend(fig, columns, letter) {
  return fig.on().flatMap((name, i) => {
    const look = fig.looks[name];
    const x = GAP + (i % columns) * COLUMN;
    const y = GAP + 10 + ROW * Math.floor(i / columns);
    const tone = fig.parts.chips.tone(name);
    return [
      svg("line", {
        x1: x,
        x2: x + 30,
        y1: y,
        y2: y,
        stroke: tone,
        "stroke-width": look.width,
        "stroke-dasharray": look.dash,
      }),
      svg("path", { d: marker(look, 4), fill: tone, transform: `translate(${x + 15} ${y})` }),
      svg("text", { x: x + 36, y: y + 4, ...letter, "font-size": 12 }, look.label),
    ];
  });
}

export function picture(fig, root, said) {
  const { map, chart } = fig.parts;
  const parts = [map.picture, chart.picture];
  const boxes = parts.map((node) => node.getBoundingClientRect());
  const { color, fontFamily } = getComputedStyle(root);
  const paper = chart.paper();
  const letter = { fill: color, "font-family": fontFamily };
  const left = Math.min(...boxes.map((b) => b.left));
  const top = Math.min(...boxes.map((b) => b.top));
  const width = Math.max(...boxes.map((b) => b.right)) - left + 2 * GAP;
  const columns = Math.max(1, Math.floor(width / COLUMN));
  const legend = ROW * Math.ceil(fig.on().length / columns) + GAP;
  const bottom = legend + Math.max(...boxes.map((b) => b.bottom)) - top + GAP;
  const lines = linesOf(said, width - 2 * GAP, `14px ${fontFamily}`);
  const height = bottom + 20 * lines.length + GAP;
  const node = svg(
    "svg",
    { width, height, viewBox: `0 0 ${width} ${height}` },
    svg("title", {}, said),
    svg("rect", { width, height, fill: paper }),
    ...pictureLegend(fig, columns, letter),
    ...parts.map((part, i) => frozen(part, boxes[i].left - left + GAP, boxes[i].top - top + legend)),
    ...lines.map((line, i) => svg("text", { x: GAP, y: bottom + 16 + 20 * i, ...letter, "font-size": 14 }, line)),
  );
  return { width, height, text: new XMLSerializer().serializeToString(node) };
}

export async function bitmap({ text, width, height }) {
  const image = new Image();
  const canvas = set(html("canvas"), { width: 2 * width, height: 2 * height });
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  await image.decode();
  canvas.getContext("2d").drawImage(image, 0, 0, 2 * width, 2 * height);
  return new Promise((done) => {
    canvas.toBlob(done, "image/png");
  });
}
export function download(blob, name) {
  const url = URL.createObjectURL(blob);
  html("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10000);
}
