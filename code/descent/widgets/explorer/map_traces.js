// The path of one rule on the map, its ball, and its name beside it.
import { set, show, svg } from "../shared/elements.js";
import { colour, HALO, marker } from "../shared/looks.js";
import { clamp } from "../shared/numbers.js";
import { short } from "./texts.js";

const FAR = 4000; // pixels: what is further away is drawn here
const round = (v) => Math.round(10 * v) / 10;
const near = (v) => round(clamp(v, -FAR, FAR));

export function mapTrace(look, name) {
  const halo = svg("path", { stroke: "var(--paper)", "stroke-width": look.width + 2, "stroke-opacity": 0.55 });
  const rest = svg("path", { "stroke-width": 1, class: "ghost" });
  const path = svg("path", { "stroke-width": look.width, "stroke-dasharray": look.dash });
  const dots = svg("path", { "stroke-width": 3.6, "stroke-linecap": "round" });
  const group = svg(
    "g",
    {
      fill: "none",
      stroke: "var(--c)",
      "stroke-linejoin": "round",
      style: colour(look),
      "data-part": "path",
      "data-rule": name,
    },
    rest,
    halo,
    path,
    dots,
  );
  const ball = svg("path", {
    d: marker(look, 5),
    fill: "var(--c)",
    stroke: "var(--paper)",
    "stroke-width": 1.5,
    style: colour(look),
  });
  const exit = svg("path", { d: "M-9 -5L0 0L-9 5", class: "exit", style: colour(look) });
  return { group, halo, rest, path, dots, ball, exit, ...labelOf(look), place: null, spot: null };
}

// A ball's name; where it stands further away, it brings its marker along.
function labelOf(look) {
  const text = svg("text", { style: `fill:var(--ink);${HALO}` }, short(look.label));
  const mark = svg("path", {
    d: marker(look, 3.4),
    fill: "var(--c)",
    stroke: "var(--paper)",
    "paint-order": "stroke",
    "stroke-width": 2,
    style: colour(look),
  });
  const far = ([x]) => Math.abs(x) > 20;
  let width = 0;
  const wide = (place) => (width ||= text.getComputedTextLength()) + (far(place) ? 13 : 0);
  const name = (place) => {
    const left = place[0] < 0;
    show(mark, far(place));
    set(mark, { transform: `translate(${left ? -4 : 4} -4)` });
    set(text, { x: far(place) ? (left ? -13 : 13) : 0, "text-anchor": left ? "end" : "start" });
  };
  return { label: svg("g", {}, mark, text), wide, name };
}

// The path up to the step shown, its dots, the rest of it, and the end of what is shown.
export function mapPath(r, view, shown, end) {
  const { width, height } = view;
  let lit = "";
  let rest = "";
  let dots = "";
  const trail = [];
  let dotX = 1e9;
  let dotY = 1e9;
  let x = 0;
  let y = 0;
  let out = false;
  for (let i = 0; i <= end; i++) {
    if (i <= shown && out && r.lostAt) continue; // a lost run is drawn to about one map beyond the edge
    const px = near(view.px(r.xs[i]));
    const py = near(view.py(r.ys[i]));
    if (i <= shown) {
      lit += `${i ? "L" : "M"}${px} ${py}`;
      if (Math.abs(px - dotX) + Math.abs(py - dotY) > 7) {
        dots += `M${px} ${py}h0`;
        trail.push([px, py]);
        dotX = px;
        dotY = py;
      }
      x = px;
      y = py;
      out = Math.abs(py - height / 2) > height || Math.abs(px - width / 2) > width;
    }
    if (i >= shown) rest += `${rest ? "L" : "M"}${px} ${py}`;
  }
  return { lit, dots, trail, rest: out ? "" : rest, x, y };
}

function putBall(t, { x, y }, { width, height }, lost) {
  const left = x < 0 || y < 0 || x > width || y > height || lost;
  t.place = left ? null : [x, y];
  show(t.ball, !left);
  show(t.exit, left);
  if (left) {
    const ex = clamp(x, 6, width - 6);
    const ey = clamp(y, 6, height - 6);
    t.exit.setAttribute("transform", `translate(${ex} ${ey}) rotate(${(Math.atan2(y - ey, x - ex) * 180) / Math.PI})`);
  } else t.ball.setAttribute("transform", `translate(${x} ${y})`);
}

export function drawMapTrace(fig, name, t, view) {
  const { steps, asking } = fig.state;
  const r = fig.runs[name];
  const end = Math.min(r.last, steps);
  const shown = Math.min(fig.step(), r.last);
  const path = mapPath(r, view, shown, end);
  t.path.setAttribute("d", path.lit);
  t.halo.setAttribute("d", path.lit);
  t.dots.setAttribute("d", path.dots);
  t.trail = path.trail;
  t.rest.setAttribute("d", shown < end && !asking ? path.rest : "");
  set(t.group, { "data-end": r.lostAt ? "NaN,NaN" : `${r.xs[steps]},${r.ys[steps]}` });
  const faded = fig.faded(name);
  t.group.style.opacity = faded ? 0.22 : fig.anatomyShown() ? 0.6 : 1;
  t.ball.style.opacity = faded ? 0.3 : 1;
  putBall(t, path, view, r.lostAt && fig.step() >= r.lostAt);
}

// Runs with other noise as one path for all, without points that nobody would see.
export function drawsPath(runs, view) {
  let d = "";
  for (const r of runs) {
    let x = NaN;
    let y = NaN;
    for (let i = 0; i <= r.last; i++) {
      const px = Math.round(view.px(r.xs[i]));
      const py = Math.round(view.py(r.ys[i]));
      if (Math.abs(px - x) + Math.abs(py - y) < 3) continue;
      d += `${i ? "L" : "M"}${clamp(px, -FAR, FAR)} ${clamp(py, -FAR, FAR)}`;
      x = px;
      y = py;
    }
  }
  return d;
}
