// The reader's path and the right one, and the first step at which they part.
import { svg } from "../shared/elements.js";
import { say } from "../shared/say.js";
import { words } from "./words.js";

const [WIDTH, HEIGHT, AIR] = [320, 200, 14];

// From places to the picture: all of the right path is in it, and as much of the other as is near.
function scaleOf(path) {
  const [xs, ys] = [0, 1].map((c) => path.map((place) => place[c]));
  const [left, low] = [Math.min(...xs), Math.min(...ys)];
  const size = Math.max(
    (Math.max(...xs) - left) / (WIDTH - 2 * AIR),
    (Math.max(...ys) - low) / (HEIGHT - 2 * AIR),
    1e-9,
  );
  return ([x, y]) => [AIR + (x - left) / size, HEIGHT - AIR - (y - low) / size];
}

export function pathsOf({ mine, right, step }) {
  const at = scaleOf(right);
  const line = (path, name) => {
    const lost = path.findIndex((place) => !place.every((v) => Math.abs(v) < 1e6));
    const points = path.slice(0, lost < 0 ? path.length : lost).map((place) => at(place).map((v) => v.toFixed(1)));
    return svg("polyline", { class: name, points: points.join(" ") });
  };
  const [cx, cy] = at(right[step]);
  const text = say(words.paths, { step });
  const picture = svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": text });
  picture.append(line(right, "right"), line(mine, "mine"), svg("circle", { cx, cy, r: 5 }));
  const figure = document.createElement("figure");
  figure.append(picture, Object.assign(document.createElement("figcaption"), { textContent: text }));
  return figure;
}
