// The board on the left: the rate over time, drawn through six points that can be moved.
import { POINTS } from "./state.js";
import { words } from "./words.js";
import { axes, line, namedLines } from "../shared/axes.js";
import { html, set, svg } from "../shared/elements.js";
import { colour } from "../shared/looks.js";
import { say } from "../shared/say.js";
import { tickText } from "../shared/numbers.js";
import { makeScale } from "../shared/scales.js";

// How far a key moves a point, in powers of ten; with shift the arrows go further.
const MOVES = { ArrowUp: 0.05, ArrowRight: 0.05, ArrowDown: -0.05, ArrowLeft: -0.05 };
const FAR_MOVES = { PageUp: 0.25, PageDown: -0.25, Home: -9, End: 9 };

function handleOf(low, high) {
  return html("div", {
    class: "handle",
    "data-part": "point",
    tabindex: 0,
    role: "slider",
    "aria-orientation": "vertical",
    "aria-valuemin": Math.log10(low),
    "aria-valuemax": Number(Math.log10(high).toFixed(2)),
  });
}

function listenToKeys(points, move) {
  points.forEach((point, k) =>
    point.addEventListener("keydown", (event) => {
      const way = FAR_MOVES[event.key] ?? MOVES[event.key] * (event.shiftKey ? 5 : 1);
      if (Number.isNaN(way)) return;
      event.preventDefault();
      move(k, 10 ** way);
    }),
  );
}

// A point is dragged by its handle, or with the mouse the nearest one from anywhere on the board.
function listenToPointer(board, points, scalesNow, stepOf, put, rest) {
  let held = null;
  const follow = (event) => put(held, 10 ** scalesNow().up(event.clientY - board.getBoundingClientRect().top));
  board.addEventListener("pointerdown", (event) => {
    const own = points.indexOf(event.target);
    if (event.button || !scalesNow() || (event.pointerType === "touch" && own < 0)) return;
    event.preventDefault();
    const across = event.clientX - board.getBoundingClientRect().left;
    const distance = (k) => Math.abs(scalesNow().x(stepOf(k)) - across);
    held = own >= 0 ? own : points.reduce((best, _, k) => (distance(k) < distance(best) ? k : best), 0);
    board.setPointerCapture(event.pointerId);
    points[held].focus({ preventScroll: true });
    if (own < 0) follow(event);
  });
  board.addEventListener("pointermove", (event) => {
    if (held !== null) follow(event);
  });
  for (const end of ["pointerup", "pointercancel"]) {
    board.addEventListener(end, () => {
      if (held === null) return;
      held = null;
      rest();
    });
  }
  return () => held !== null;
}

export function boardOf({ state, putRates }, { id, steps, low, high, looks }, rest) {
  const points = Array.from({ length: POINTS }, () => handleOf(low, high));
  const picture = svg("svg", { "aria-hidden": "true", id: `${id}-rate` });
  const board = html("div", { class: "board" }, picture, ...points);
  const node = html("div", { class: "plot drawn" }, html("p", { class: "heading" }, words.rate), board);
  const stepOf = (k) =>
    state.hold ? Math.floor((k * steps) / POINTS) + 1 : Math.round(1 + (k * (steps - 1)) / (POINTS - 1));
  const put = (k, rate) => putRates(state.points.map((old, i) => (i === k ? rate : old)));
  let scales = null;
  listenToKeys(points, (k, factor) => put(k, state.points[k] * factor));
  const isHeld = listenToPointer(board, points, () => scales, stepOf, put, rest);

  const placeHandle = (point, k, x, y) => {
    const rate = state.points[k];
    Object.assign(point.style, { left: `${x(stepOf(k))}px`, top: `${y(rate)}px` });
    set(point, {
      "aria-label": say(words.handle, { t: stepOf(k) }),
      "aria-valuenow": Number(Math.log10(rate).toFixed(3)),
      "aria-valuetext": say(words.handleAt, { rate: tickText(Number(rate.toPrecision(3))) }),
    });
  };
  // `levels` are named rates: [rate, name].
  const draw = (rates, levels) => {
    const width = board.clientWidth;
    const height = picture.clientHeight;
    const box = [42, 8, width - 12, height - 38];
    const x = makeScale([1, steps], false, box[0] + 8, box[2] - 10);
    const y = makeScale([low, high], true, box[3], box[1]);
    const [a, b] = [Math.log10(low), Math.log10(high)];
    scales = { x, y, up: (py) => a + ((box[3] - py) / (box[3] - box[1])) * (b - a) };
    const path = line(
      [...rates].map((_, i) => x(i + 1)),
      [...rates].map(y),
    );
    const stroke = { fill: "none", stroke: "var(--c)", "stroke-width": 2, style: colour(looks[state.rule]) };
    const ring = (rate, k) =>
      svg("circle", { cx: x(stepOf(k)), cy: y(rate), r: 6, class: "ring", style: "fill-opacity:1" });
    set(picture, { width, height }).replaceChildren(
      ...axes({ xlabel: words.step }, x, y, box),
      ...namedLines(levels, [], x, y, box),
      svg("path", { d: path, ...stroke, "data-part": "rates" }),
      ...state.points.map(ring),
    );
    points.forEach((point, k) => placeHandle(point, k, x, y));
  };
  return { node, draw, isHeld };
}
