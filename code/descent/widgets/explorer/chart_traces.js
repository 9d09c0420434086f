// The losses of one rule over the steps, on the chart.
import { show, svg } from "../shared/elements.js";
import { colour, marker } from "../shared/looks.js";
import { GOAL } from "./goals.js";

export function chartTrace(look) {
  const rest = svg("path", { "stroke-width": 1, class: "ghost" });
  const path = svg("path", { "stroke-width": look.width * 0.9, "stroke-dasharray": look.dash });
  const ball = svg("path", { d: marker(look, 3.6), fill: "var(--c)", stroke: "var(--paper)", "stroke-width": 1.2 });
  return { group: svg("g", { stroke: "var(--c)", style: colour(look) }, rest, path, ball), rest, path, ball };
}

// Where a loss can be drawn at all.
const drawable = (r, goal, i) => Number.isFinite(r.losses[i]) && (!goal || r.losses[i] > -GOAL);

// The curve up to the step shown, and the rest of it; a loss that swings from step to step becomes dots where its lines
// would fill the chart.
export function chartPath(r, { px, py, goal }, shown, end) {
  let lit = "";
  let rest = "";
  const there = (i) => drawable(r, goal, i);
  const dense = px(1) - px(0) < 3;
  const ys = new Float64Array(end + 2).map((_, i) => py(r.losses[i]));
  const rise = (i) => ys[i] - ys[i - 1];
  const swings = (i) => dense && rise(i) * rise(i + 1) < 0 && Math.min(Math.abs(rise(i)), Math.abs(rise(i + 1))) > 12;
  let dot = false;
  for (let i = 0; i <= end; i++) {
    if (!there(i)) continue;
    const before = dot;
    dot = swings(i);
    const place = `${Math.round(10 * px(i)) / 10} ${Math.round(10 * ys[i]) / 10}`;
    const point = there(i - 1) && !dot && !before ? `L${place}` : `M${place}${dot ? "h2" : ""}`;
    if (i <= shown) lit += point;
    if (i >= shown) rest += rest ? point : `M${point.slice(1)}`;
  }
  return { lit, rest };
}

export function drawChartTrace(fig, name, t, scale) {
  const { steps, asking } = fig.state;
  const r = fig.runs[name];
  const end = Math.min(r.last, steps);
  const shown = Math.min(fig.step(), end);
  const { lit, rest } = chartPath(r, scale, shown, end);
  t.path.setAttribute("d", lit);
  t.rest.setAttribute("d", shown < end && !asking ? rest : "");
  const there = drawable(r, scale.goal, shown);
  const y = scale.py(r.losses[shown]);
  show(t.ball, there && y > scale.box.top - 3 && y < scale.box.bottom + 1);
  if (there) t.ball.setAttribute("transform", `translate(${scale.px(shown)} ${y})`);
  t.group.style.opacity = fig.faded(name) ? 0.25 : 1;
}
