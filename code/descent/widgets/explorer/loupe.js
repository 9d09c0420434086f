// The chosen step, enlarged.
import { svg } from "../shared/elements.js";
import { colour, HALO, marker } from "../shared/looks.js";
import { clamp } from "../shared/numbers.js";
import { say } from "../shared/say.js";
import { arrow, arrowNames, ringAt } from "./arrows.js";
import { heights, levelScale } from "./contours.js";
import { drawLevels } from "./levels.js";
import { lensOf } from "./views.js";
import { words } from "./words.js";

function drawBackground(levels, { surface, field }, view) {
  const grid = heights(view, 6, levelScale(surface, field).height);
  const inside = grid.values.filter((v) => v < 1e300);
  const low = inside.reduce((a, b) => Math.min(a, b));
  const high = inside.reduce((a, b) => Math.max(a, b));
  drawLevels(
    levels,
    grid,
    Array.from({ length: 9 }, (_, i) => high - ((i + 0.5) * (high - low)) / 9),
    0.2,
  );
}

// The path of a run some steps before and after step k.
function nearby(r, k, view) {
  const points = [];
  for (let i = Math.max(0, k - 6); i <= Math.min(r.last, k + 6); i++)
    points.push(view.at([r.xs[i], r.ys[i]]).map((v) => clamp(v, -3000, 3000)));
  return svg("path", {
    d: `M${points.join("L")}`,
    fill: "none",
    stroke: "var(--c)",
    "stroke-width": 1.2,
    "stroke-opacity": 0.45,
  });
}

export function loupeOf(fig) {
  const levels = svg("g");
  const drawing = svg("g");
  const node = svg(
    "svg",
    { class: "loupe", role: "img", "aria-label": words.enlarged },
    svg("rect", { width: "100%", height: "100%", fill: "var(--hill)" }),
    levels,
    drawing,
  );
  const draw = (name, d, parts, ring, mapScale) => {
    const view = lensOf(
      parts.flatMap((a) => [a.from, a.to]),
      node.clientWidth || 268,
      node.clientHeight || 106,
    );
    const look = fig.looks[name];
    drawBackground(levels, fig, view);
    const factor = view.scale / mapScale;
    const magnified = factor < 1.5 ? words.trueSize : say(words.times, { n: Number(factor.toPrecision(1)) });
    drawing.setAttribute("style", colour(look));
    drawing.replaceChildren(
      nearby(fig.runs[name], d.k, view),
      ...parts.flatMap((a) => arrow(a, view.at(a.from), view.at(a.to))),
      svg("path", {
        d: marker(look, 4.5),
        transform: `translate(${view.at(d.from)})`,
        fill: "var(--c)",
        stroke: "var(--paper)",
        "stroke-width": 1.5,
      }),
      ...ringAt(ring && view.at(ring)),
      ...arrowNames(parts, view),
      svg(
        "text",
        { x: view.width - 6, y: view.height - 6, "text-anchor": "end", style: HALO },
        say(words.between, { k: d.k, next: d.k + 1, size: magnified }),
      ),
    );
  };
  return { node, draw };
}
