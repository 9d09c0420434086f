// One map: a canvas, a pin that can be moved over it, what its colours mean, and a sentence.
import { html, set, show, svg, write } from "../shared/elements.js";
import { clamp } from "../shared/numbers.js";
import { say } from "../shared/say.js";
import { GOAL } from "./goals.js";
import { dragHandle, wayOf } from "./map_hands.js";
import { legendOf, paint } from "./map_paint.js";
import { workOff } from "./map_work.js";
import { levelText } from "./numbers.js";
import { rich } from "./rich.js";
import { same } from "./state.js";
import { tally } from "./sweep.js";
import { becameText } from "./texts.js";
import { plus, times } from "./vectors.js";
import { words } from "./words.js";

function mapFrame({ kind, name, pinName }) {
  const canvas = html("canvas", { role: "img" });
  const marks = svg("svg", { "aria-hidden": "true", class: "map-marks" });
  const pin = html(
    "div",
    {
      class: "handle",
      "data-part": kind,
      tabindex: 0,
      role: "slider",
      "aria-label": pinName,
      "aria-valuemin": 0,
      "aria-valuemax": 100,
    },
    svg(
      "svg",
      { viewBox: "-22 -22 44 44", "aria-hidden": "true" },
      svg("circle", { r: 7, class: "ring" }),
      svg("circle", { r: 1.8, fill: "var(--ink)" }),
    ),
  );
  const board = html("div", { class: "map-board" }, canvas, marks, pin);
  const axes = html("div", { class: "map-axes", "aria-hidden": "true" });
  const line = html("p", { class: "map-words" });
  const legend = html("p", { class: "map-legend" });
  const node = html(
    "figure",
    { class: "map-figure", "data-map": kind },
    html("figcaption", {}, ...rich(name)),
    html("div", { class: "map-frame" }, board, axes),
    legend,
    line,
  );
  return { node, canvas, marks, pin, board, axes, line, legend };
}

// The pin follows the pointer and the arrow keys; `place()` and `move(u, v)` in parts of the board.
function movePin(fig, { board, pin }, { place, move }) {
  const go = (u, v) => move(clamp(u, 0, 1), clamp(v, 0, 1));
  dragHandle(fig, board, pin, (px, py, box) => go(px / box.width, 1 - py / box.height));
  pin.addEventListener("keydown", (event) => {
    const way = wayOf(event);
    if (way) go(...plus(place(), times(way, event.shiftKey ? 0.1 : 0.01)));
  });
}

// Losses, in decades above the goal, or heights, from 0 to 1.
function tallness({ goal, floor }, { top }) {
  if (!goal) return (height) => (height - floor) / (top - floor);
  const most = Math.log10(Math.max(top, 10 * GOAL) / GOAL);
  return (loss) => Math.log10(Math.max(loss, GOAL) / GOAL) / most;
}

// What became of the run at a place of the board, in words.
function becameAt([u, v], shot, { columns, rows }, surface) {
  if (!shot || ![u, v].every((c) => c >= 0 && c <= 1)) return "";
  const i = Math.round(u * (columns - 1));
  const j = Math.round((1 - v) * (rows - 1));
  const p = (j - (j % shot.stride)) * columns + i - (i % shot.stride);
  const level = say(surface.goal ? words.atLoss : words.atHeight, { level: levelText(surface, shot.loss[p]) });
  return becameText(shot.place[p], shot.steps[p], level);
}

function putPin(pin, map, became) {
  const [x, y] = map.place().map((part) => clamp(part, 0, 1));
  const text = [map.say(), became].filter(Boolean).join(": ");
  set(pin, {
    style: `left:${100 * x}%;top:${100 * (1 - y)}%`,
    "aria-valuenow": Math.round(100 * x),
    "aria-valuetext": text,
  });
}

// `map` says what is its own: kind, name, pinName, job(), place(), move(u, v), sentence(job, found), say(), and
// ticks(job, axes, marks, board).
export function oneMap(fig, map) {
  const nodes = mapFrame(map);
  const { node, canvas, pin } = nodes;
  let wanted = "";
  let stop = () => {};
  let timer = 0;
  let shot = null;
  let job = null;
  movePin(fig, nodes, map);

  const repaint = () => {
    if (shot) paint(canvas, shot, tallness(fig.surface, job));
  };
  const drawPin = () => putPin(pin, map, becameAt(map.place(), shot, job, fig.surface));
  const begin = () => {
    const began = performance.now();
    stop = workOff(job, (newest) => {
      shot = newest;
      set(canvas, { width: job.columns, height: job.rows });
      set(node, { "data-stride": shot.stride, "data-ms": Math.round(performance.now() - began) });
      repaint();
      const found = tally(shot, job.columns, Math.max(1, fig.surface.minima.length));
      const text = map.sentence(job, found);
      write(nodes.line, text);
      set(canvas, { "aria-label": text });
      nodes.legend.replaceChildren(...legendOf(fig.surface, found.share));
      drawPin();
    });
  };
  const leave = () => {
    stop();
    clearTimeout(timer);
    if (node.dataset.stride !== "1") wanted = "";
  };
  const draw = () => {
    const next = map.job();
    const key = JSON.stringify(next);
    show(node, Boolean(next));
    if (!next) return leave();
    if (key !== wanted) {
      leave();
      if (job && !same([job.surface, job.rule], [next.surface, next.rule])) {
        shot = null;
        set(canvas, { width: canvas.width });
      }
      wanted = key;
      job = next;
      set(node, { "data-stride": 0 });
      timer = setTimeout(begin, 60); // a slider in motion asks for many
      map.ticks(job, nodes.axes, nodes.marks, nodes.board);
    }
    drawPin();
  };
  return { node, draw, leave, repaint };
}
