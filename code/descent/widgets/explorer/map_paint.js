// A map's picture: what became of each run, in the present colours.
import { html } from "../shared/elements.js";
import { clamp } from "../shared/numbers.js";
import { say } from "../shared/say.js";
import { MAP_STEPS } from "./goals.js";
import { valleyText } from "./texts.js";
import { words } from "./words.js";
const PLACES = ["--basin1", "--basin2", "--basin3", "--basin4"];
export const placeColour = (place) => PLACES[(place - 1) % PLACES.length];

// A function from the name of a colour to its red, green and blue, as it is beside a node now.
function coloursAt(node) {
  const probe = node.appendChild(html("span"));
  const known = new Map();
  const colourOf = (name) => {
    if (!known.has(name)) {
      probe.style.color = `var(${name})`;
      known.set(
        name,
        getComputedStyle(probe)
          .color.match(/[\d.]+/g)
          .slice(0, 3)
          .map(Number),
      );
    }
    return known.get(name);
  };
  return { colourOf, leave: () => probe.remove() };
}
const mix = (a, b, part) => a.map((v, c) => v + (b[c] - v) * part);

export function paint(canvas, shot, tall) {
  // `tall(loss)` from 0 to 1
  const { width, height } = canvas;
  const context = canvas.getContext("2d");
  const image = context.createImageData(width, height);
  const { colourOf, leave } = coloursAt(canvas.parentNode);
  const tone = (p, i, j) => {
    if (shot.place[p] < 0) return (i + j) % 6 < 2 ? colourOf("--warn") : colourOf("--paper");
    if (shot.place[p] > 0)
      return mix(colourOf("--paper"), colourOf(placeColour(shot.place[p])), 1 - (0.75 * shot.steps[p]) / MAP_STEPS);
    return mix(colourOf("--hill"), colourOf("--contour"), clamp(tall(shot.loss[p]) || 0, 0, 1));
  };
  for (let j = 0; j < height; j++)
    for (let i = 0; i < width; i++) {
      const p = (j - (j % shot.stride)) * width + i - (i % shot.stride);
      image.data.set([...tone(p, i, j), 255], 4 * (j * width + i));
    }
  leave();
  context.putImageData(image, 0, 0);
}

// All minima in the window, lowest first.
export const minimaOf = ({ minima, others }) => [...minima, ...others];

// What the minima are called, in the order of their places.
export function valleys(surface) {
  const all = minimaOf(surface);
  if (all.length === 2 && surface.others.length === 1) return [words.deeper, words.shallower];
  return all.length > 1 ? all.map(([x, y]) => valleyText(x, y)) : [words.theMinimum];
}

const fade = (place) =>
  `linear-gradient(to right, var(${placeColour(place)}), color-mix(in srgb, var(${placeColour(place)}) 25%, var(--paper)))`;
const swatch = (background, text) =>
  html("span", { class: "map-swatch" }, html("i", { style: `background:${background}` }), text);

// What the colours mean, those that are there.
export function legendOf(surface, share) {
  const names = valleys(surface);
  const arrived = names.map((name, i) => [i + 1, fade(i + 1), names.length > 1 ? name : words.arrives]);
  const all = [
    ...arrived,
    [
      0,
      "linear-gradient(to right, var(--hill), var(--contour))",
      surface.goal ? words.underway : say(words.lowToHigh, { n: MAP_STEPS }),
    ],
    [-1, "repeating-linear-gradient(-45deg, var(--warn) 0 2px, var(--paper) 2px 6px)", words.lostOnMap],
  ];
  const seen = all.filter(([place]) => share(place) > 0).map(([, background, text]) => swatch(background, text));
  return arrived.some(([place]) => share(place) > 0) ? [...seen, words.strong] : seen;
}
