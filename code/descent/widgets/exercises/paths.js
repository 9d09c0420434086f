// The reader's path and the right one on a map of the surface, and the first step at which they part.
import { heights, levelScale } from "../explorer/contours.js";
import { drawLevels } from "../explorer/levels.js";
import { html, svg } from "../shared/elements.js";
import { say } from "../shared/say.js";
import { hill, LOST } from "./hill.js";
import { words } from "./words.js";

const [WIDTH, HEIGHT, AIR] = [320, 200, 14];

// From places to the picture and back: all of the right path is in it, and as much of the other as is near.
function viewOf(path) {
  const sides = [0, 1].map((c) => path.map((place) => place[c])).map((all) => [Math.min(...all), Math.max(...all)]);
  const [x, y] = sides.map(([low, high]) => (low + high) / 2);
  const [wide, high] = sides.map(([from, to]) => to - from);
  const size = Math.max(wide / (WIDTH - 2 * AIR), high / (HEIGHT - 2 * AIR), 1e-9); // of a pixel
  return {
    width: WIDTH,
    height: HEIGHT,
    at: (place) => [WIDTH / 2 + (place[0] - x) / size, HEIGHT / 2 - (place[1] - y) / size],
    world: (px, py) => [x + (px - WIDTH / 2) * size, y - (py - HEIGHT / 2) * size],
  };
}

const isSeen = (place) => place.every((v) => Math.abs(v) < LOST);

// Two places in as few digits as tell them apart.
function placesText(one, other) {
  const written = (place, digits) =>
    `(${place.map((v) => (Math.abs(v) < LOST ? Number(v.toFixed(digits)) : v.toPrecision(3))).join(", ")})`;
  let digits = 2;
  while (digits < 9 && written(one, digits) === written(other, digits)) digits++;
  return [written(one, digits), written(other, digits)];
}

function mapOf({ mine, right, step }) {
  const view = viewOf(right);
  const levels = svg("g");
  const { height, levels: all } = levelScale(hill, hill.make({}));
  drawLevels(levels, heights(view, 5, height), all, 0.16);
  const line = (path, name) => {
    const lost = path.findIndex((place) => !isSeen(place));
    const points = path.slice(0, lost < 0 ? path.length : lost).map((place) => view.at(place).map((v) => v.toFixed(1)));
    return svg("polyline", { class: name, points: points.join(" ") });
  };
  const dot = (place, name, r) => {
    const [cx, cy] = view.at(place);
    return svg("circle", { class: name, cx, cy, r });
  };
  const dots = [dot(right[step], "right", 5), ...(isSeen(mine[step]) ? [dot(mine[step], "mine", 3.5)] : [])];
  const frame = { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": words.map };
  return svg("svg", frame, levels, line(right, "right"), line(mine, "mine"), ...dots);
}

export function pathsOf({ mine, right, step, setting }) {
  const [here, there] = placesText(mine[step], right[step]);
  const text = say(words.paths, { setting, step, mine: here, right: there });
  return html("figure", {}, mapOf({ mine, right, step }), html("figcaption", {}, text));
}
