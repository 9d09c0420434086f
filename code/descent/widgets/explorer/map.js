// The map of the surface with the runs on it, and the start, which can be moved.
import { html, set, svg, write } from "../shared/elements.js";
import { colour, HALO } from "../shared/looks.js";
import { clamp } from "../shared/numbers.js";
import { say } from "../shared/say.js";
import { heights, levelScale } from "./contours.js";
import { drawLevels } from "./levels.js";
import { dragHandle, wayOf } from "./map_hands.js";
import { boxRound, drawMapLabels } from "./map_labels.js";
import { minimaOf } from "./map_paint.js";
import { drawMapTrace, drawsPath, mapTrace } from "./map_traces.js";
import { drawRelief } from "./relief.js";
import { startText } from "./texts.js";
import { plus, times } from "./vectors.js";
import { viewOf } from "./views.js";
import { words } from "./words.js";

function mapNodes(id) {
  const title = svg("title", { id: `${id}-map` });
  const levels = svg("g");
  const relief = svg("image", { preserveAspectRatio: "none", class: "relief" });
  const targets = svg("g", { class: "target" });
  const draws = svg("path", { class: "draws" });
  const paths = svg("g");
  const balls = svg("g");
  const arrows = svg("g");
  const word = svg("text", { "text-anchor": "middle", style: `fill:var(--ink);${HALO}` }, words.start);
  const pulse = svg("circle", { r: 8, class: "pulse" });
  const dot = svg("circle", { r: 2, fill: "var(--ink)" });
  const ring = svg("g", {}, pulse, svg("circle", { r: 8, class: "ring" }), dot, word);
  const picture = svg(
    "svg",
    { role: "img", "aria-labelledby": `${id}-map` },
    title,
    svg("rect", { width: "100%", height: "100%", fill: "var(--hill)" }),
    levels,
    relief,
    draws,
    paths,
    arrows,
    balls,
    targets,
    ring,
  );
  const handle = html("div", {
    class: "handle",
    "data-part": "start",
    tabindex: 0,
    role: "slider",
    "aria-roledescription": words.startRole,
    "aria-label": words.startHelp,
    "aria-valuemin": -1000,
    "aria-valuemax": 1000,
  });
  return {
    node: html("div", { class: "map" }, picture, handle),
    title,
    levels,
    relief,
    targets,
    draws,
    paths,
    balls,
    arrows,
    word,
    ring,
    handle,
  };
}

function drawSurface({ surface, field }, nodes, view) {
  const { height, levels } = levelScale(surface, field);
  const grid = heights(view, 4, height);
  drawLevels(nodes.levels, grid, levels, 0.16);
  drawRelief(nodes.relief, grid, levels[0]);
  nodes.targets.replaceChildren(
    ...minimaOf(surface).map((at) =>
      svg(
        "g",
        { transform: `translate(${view.at(at)})` },
        svg("path", { d: "M-9 0a9 9 0 1 0 18 0a9 9 0 1 0-18 0M-13 0h8M5 0h8M0-13v8M0 5v8" }),
        svg("text", { y: 27, "text-anchor": "middle", style: HALO }, words.minimum),
      ),
    ),
  );
  write(nodes.title, say(words.map, { surface: surface.label }));
}

// The balls' names, where neither the start nor a minimum nor their words are.
function nameBalls(fig, traces, view) {
  const taken = [
    boxRound(view.at(fig.state.start), 16, 26, 10),
    ...minimaOf(fig.surface).flatMap((at) => [boxRound(view.at(at), 14, 14), boxRound(view.at(at), 30, -16, 30)]),
  ];
  drawMapLabels(traces, taken, view, fig.playing() || fig.dragging);
}

function drawStart({ ring, word, handle }, view, start) {
  const [x, y] = start;
  const px = view.px(x);
  const py = view.py(y);
  ring.setAttribute("transform", `translate(${px} ${py})`);
  word.setAttribute("y", py < 26 ? 22 : -13);
  handle.style.left = `${px}px`;
  handle.style.top = `${py}px`;
  set(handle, {
    "data-at": start,
    "aria-valuetext": startText(x, y),
    "aria-valuenow": Number(clamp(x, -1000, 1000).toFixed(2)),
  });
}

export function mapPart(fig) {
  const { state } = fig;
  const nodes = mapNodes(fig.id);
  const { node, handle } = nodes;
  const traces = Object.fromEntries(fig.names.map((name) => [name, mapTrace(fig.looks[name], name)]));
  const tracesOf = (names) => names.map((name) => traces[name]);
  const measured = () => viewOf(fig.surface.window, node.clientWidth, node.clientHeight);
  let view = null;
  const moveTo = (x, y) => {
    // not nearer to the edge than six pixels
    const low = view.world(6, view.height - 6);
    const high = view.world(view.width - 6, 6);
    fig.moveStart([clamp(x, low[0], high[0]), clamp(y, low[1], high[1])]);
  };
  dragHandle(fig, node, handle, (px, py) => moveTo(...view.world(px, py)));
  handle.addEventListener("keydown", (event) => {
    const way = wayOf(event);
    if (!way) return;
    const [[x0, x1], [y0, y1]] = fig.surface.window;
    const reach = (Math.min(x1 - x0, y1 - y0) / 2) * (event.shiftKey ? 0.1 : 0.01);
    moveTo(...plus(state.start, times(way, reach)));
  });

  const draw = (dirty) => {
    if (dirty.surface || !view) drawSurface(fig, nodes, (view = measured()));
    if (dirty.run && dirty.rules) {
      const on = tracesOf(fig.on());
      nodes.paths.replaceChildren(...on.map((t) => t.group));
      nodes.balls.replaceChildren(...on.flatMap((t) => [t.ball, t.exit, t.label]));
    }
    if (dirty.run) {
      drawStart(nodes, view, state.start);
      set(nodes.draws, {
        d: drawsPath(fig.draws, view),
        style: fig.draws.length ? colour(fig.looks[fig.chosen()]) : "",
      });
    }
    for (const name of fig.on()) drawMapTrace(fig, name, traces[name], view);
    nameBalls(fig, tracesOf(fig.on()), view);
  };
  // The start to a point, or, where that is out of sight, to the edge of the window.
  const bring = (point) => {
    const { at, width, height } = measured();
    const [px, py] = at(point);
    const seen = px >= 0 && px <= width && py >= 0 && py <= height;
    state.start = point.map((v, c) => (seen ? v : clamp(v, ...fig.surface.window[c])));
    fig.change("run");
  };
  return {
    node,
    draw,
    bring,
    picture: node.firstChild,
    view: () => view,
    putArrows: (...drawn) => nodes.arrows.replaceChildren(...drawn),
  };
}
