// A map's picture: what became of each run, in the present colours.
import { html } from "../shared/elements.js";
import { clamp } from "../shared/numbers.js";
import { say } from "../shared/say.js";
import { MAP_STEPS } from "./goals.js";
import { valleyText } from "./texts.js";
import { words } from "./words.js";
const PLACES = ["--basin1", "--basin2", "--basin3", "--basin4"];
export const placeColour = (place) => PLACES[(place - 1) % PLACES.length];

// 256 colours on the way from one to another, by their names, as they are where the canvas is now.
function ramp(canvas, ...names) {
  const [from, to] = names.map((name) => {
    canvas.style.color = `var(${name})`;
    return getComputedStyle(canvas)
      .color.match(/[\d.]+/g)
      .slice(0, 3)
      .concat(255)
      .map(Number);
  });
  const parts = Uint8ClampedArray.from(
    { length: 1024 },
    (_, k) => from[k % 4] + ((to[k % 4] - from[k % 4]) * (k >> 2)) / 255,
  );
  return new Uint32Array(parts.buffer);
}

export function paint(canvas, { stride, place, steps, loss }, tall) {
  // `tall(loss)` from 0 to 1
  const { width, height } = canvas;
  const context = canvas.getContext("2d");
  const image = context.createImageData(width, height);
  const pixels = new Uint32Array(image.data.buffer);
  const lost = ramp(canvas, "--paper", "--warn");
  const levels = ramp(canvas, "--hill", "--contour");
  const shades = PLACES.map((name) => ramp(canvas, name, "--paper"));
  const tone = (p, i, j) => {
    if (place[p] < 0) return lost[(i + j) % 12 < 4 ? 255 : 0];
    if (place[p] > 0) return shades[(place[p] - 1) % 4][((191 * steps[p]) / MAP_STEPS) | 0];
    return levels[(255 * clamp(tall(loss[p]) || 0, 0, 1)) | 0];
  };
  for (let j = 0; j < height; j++)
    for (let i = 0; i < width; i++) pixels[j * width + i] = tone((j - (j % stride)) * width + i - (i % stride), i, j);
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
