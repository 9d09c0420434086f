// The map of the surface with the runs on it, and the start, which can be moved.
import { html, set, svg, write } from "../shared/elements.js";
import { colour, HALO } from "../shared/looks.js";
import { clamp } from "../shared/numbers.js";
import { say } from "../shared/say.js";
import { heights, levelScale } from "./contours.js";
import { drawLevels } from "./levels.js";
import { dragStart, wayOf } from "./map_hands.js";
import { drawMapLabels, drawMapTrace, drawsPath, mapTrace } from "./map_traces.js";
import { startText } from "./texts.js";
import { plus, times } from "./vectors.js";
import { viewOf } from "./views.js";
import { words } from "./words.js";

function mapNodes(id) {
  const title = svg("title", { id: `${id}-map` });
  const levels = svg("g");
  const crosses = svg("g");
  const draws = svg("path", { class: "draws" });
  const paths = svg("g");
  const balls = svg("g");
  const arrows = svg("g");
  const word = svg("text", { "text-anchor": "middle", style: `fill:var(--ink);${HALO}` }, words.start);
  const ring = svg("g", {}, svg("circle", { r: 8, class: "ring" }), svg("circle", { r: 2, fill: "var(--ink)" }), word);
  const picture = svg(
    "svg",
    { role: "img", "aria-labelledby": `${id}-map` },
    title,
    svg("rect", { width: "100%", height: "100%", fill: "var(--hill)" }),
    levels,
    crosses,
    draws,
    paths,
    arrows,
    balls,
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
    crosses,
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
  drawLevels(nodes.levels, heights(view, 4, height), levels, 0.16);
  nodes.crosses.replaceChildren(
    ...surface.minima.map(([x, y]) =>
      svg("path", {
        d: `M${view.px(x) - 5} ${view.py(y)}h10M${view.px(x)} ${view.py(y) - 5}v10`,
        stroke: "var(--ink)",
        "stroke-width": 1.4,
      }),
    ),
  );
  write(nodes.title, say(words.map, { surface: surface.label }));
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
  dragStart(fig, node, handle, (px, py) => moveTo(...view.world(px, py)));
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
    drawMapLabels(tracesOf(fig.on()), view.at(state.start), view.width);
  };
  const shows = (point) => {
    const now = measured();
    const [px, py] = now.at(point);
    return px >= 0 && px <= now.width && py >= 0 && py <= now.height;
  };
  return {
    node,
    draw,
    shows,
    picture: node.firstChild,
    view: () => view,
    putArrows: (...drawn) => nodes.arrows.replaceChildren(...drawn),
  };
}
