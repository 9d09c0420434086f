// The names of the balls, each beside its own; where several meet, they stand below each other.
import { set, show } from "../shared/elements.js";
import { minus, plus, size, times } from "./vectors.js";

const HIGH = 14; // of a line, in pixels
const BESIDE = [
  [12, 4],
  [-12, 4],
  [10, -9],
  [-10, -9],
  [10, 17],
  [-10, 17],
];
const ROWS = [0, -1, -2, -3, -4, 1, 2, 3, 4, -5, 5];
const SPOTS = [...BESIDE, ...[22, -22].flatMap((x) => ROWS.map((k) => [x, 4 + k * HIGH]))];

export const boxRound = ([x, y], across, up, down = up) => ({
  left: x - across,
  right: x + across,
  top: y - up,
  bottom: y + down,
});
// The box of a name at `place` beside its ball, which is at `[x, y]`.
const boxAt = ([x, y], [across, down], wide) =>
  boxRound([x + across + (across < 0 ? -wide : wide) / 2, y + down], wide / 2, 10, 3);
const apart = (a, b) => a.right < b.left || b.right < a.left || a.bottom < b.top || b.bottom < a.top;
// Does the line between two points meet a box, or pass it within two pixels? One half of it or the other.
const meets = (box, a, b) => {
  const half = times(plus(a, b), 0.5);
  const reach = size(minus(a, half));
  return !apart(box, boxRound(half, reach, reach)) && (reach < 2 || meets(box, a, half) || meets(box, half, b));
};

// `on` are traces with a `place`; `taken` are boxes that have to stay free. While they move, names stay where they are
// beside their balls as long as they can; at rest, they lie on no path where there is another spot.
export function drawMapLabels(on, taken, { width, height }, moving) {
  const shown = on.filter((t) => t.place);
  const full = [...taken, ...shown.map((t) => boxRound(t.place, 6, 6))];
  for (const t of on) show(t.label, false);
  if (on.length < 2) return;
  for (const t of shown) {
    const free = (place) => {
      const box = boxAt(t.place, place, t.wide(place));
      const inside = box.left > 2 && box.right < width - 2 && box.top > 2 && box.bottom < height - 2;
      return inside && full.every((other) => apart(box, other)) && box;
    };
    const kept = moving && BESIDE.includes(t.spot) && free(t.spot) && t.spot;
    const clear = (place) => {
      const box = !moving && free(place);
      return box && !on.some(({ trail }) => trail.some((at, i) => meets(box, at, trail[i + 1] ?? at)));
    };
    const place = kept || SPOTS.find(clear) || SPOTS.find(free);
    t.spot = place;
    if (!place) continue;
    full.push(free(place));
    show(t.label, true);
    t.name(place);
    set(t.label, { transform: `translate(${plus(t.place, place)})` });
  }
}
