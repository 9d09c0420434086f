// The picture on the right: the mean loss of many runs, some of them faintly, and the best constant rate beside it.
import { words } from "./words.js";
import { axes, endLabels, line, WIDE_LETTER } from "../shared/axes.js";
import { html, set, svg } from "../shared/elements.js";
import { colour } from "../shared/looks.js";
import { say } from "../shared/say.js";
import { makeScale } from "../shared/scales.js";

const GHOSTS = 12; // runs that are drawn, faintly
const LEAST = 1e-9;
const GREY = { light: "#57606a", dark: "#9ea7b3", dash: "2 3" };

// The whole powers of ten between which the curves lie.
function rangeOf(curves, first) {
  const ends = curves.map(({ values }) => values.at(-1)).filter(Number.isFinite);
  const floor = Math.min(...ends, first) / 5;
  const power = (v, air, round) => 10 ** round(Math.log10(Math.max(v, LEAST)) + air);
  return [power(floor, 0, Math.floor), power(first, 0.3, Math.ceil)];
}

function curveNodes(all, curves, look, path, steps) {
  const faint = { stroke: "var(--c)", "stroke-width": 0.8, "stroke-opacity": 0.3, style: colour(look) };
  const ghosts = all
    .slice(0, GHOSTS)
    .map((r) => svg("path", { d: path(r.losses, r.last, 4), ...faint, "data-part": "ghost" }));
  const means = [...curves].reverse().map(({ part, values, look: own, thick }) => {
    const stroke = { stroke: "var(--c)", "stroke-width": thick, "stroke-dasharray": own.dash, style: colour(own) };
    return svg("path", { d: path(values, steps, 1), ...stroke, "data-part": part, "data-end": values.at(-1) });
  });
  return [...ghosts, ...means];
}

export function lossesOf({ id, steps, runs }) {
  const picture = svg("svg", { role: "img", id: `${id}-loss` });
  const heading = html("p", { class: "heading" }, say(words.loss, { runs }));
  const node = html("div", { class: "plot" }, heading, picture);
  const named = 12 + WIDE_LETTER * Math.max(words.yours.length, words.constant.length);
  const clip = `${id}-clip`;

  const draw = ({ all, mean }, best, look) => {
    const width = node.clientWidth;
    const height = picture.clientHeight;
    const yours = { part: "mean", values: mean, label: words.yours, look, thick: 2 };
    const constant = { part: "constant", values: best?.mean, label: words.constant, look: GREY, thick: 1.6 };
    const curves = best ? [yours, constant] : [yours];
    const [left, top, right, bottom] = [42, 8, width - named, height - 38];
    const x = makeScale([0, steps], false, left, right);
    const y = makeScale(rangeOf(curves, mean[0]), true, bottom, top);
    const path = (values, last, every) => {
      const shown = Array.from({ length: last + 1 }, (_, t) => t).filter((t) => t % every === 0 || t === last);
      const ys = shown.map((t) => y(Math.max(values[t], LEAST / 10)));
      return line(shown.map(x), ys);
    };
    const ends = curves
      .filter(({ values }) => Number.isFinite(values.at(-1)))
      .map((curve) => ({ ...curve, y: y(Math.max(curve.values.at(-1), LEAST)) }));
    const window = { x: left, y: top, width: Math.max(0, right - left), height: Math.max(0, bottom - top) };
    const label = best ? words.pictureBeside : words.picture;
    set(picture, { width, height, "aria-label": label }).replaceChildren(
      svg("clipPath", { id: clip }, svg("rect", window)),
      ...axes({ xlabel: words.step }, x, y, [left, top, right, bottom]),
      svg("g", { fill: "none", "clip-path": `url(#${clip})` }, ...curveNodes(all, curves, look, path, steps)),
      ...endLabels(ends, right, top, bottom),
    );
  };
  return { node, draw };
}
