// Light and shadow on the surface, as on a model of a landscape with the sun in the upper left.
import { html, set } from "../shared/elements.js";
import { clamp } from "../shared/numbers.js";

const STEEP = 90; // pixels that the highest level is high
const LIGHT = [-0.45, -0.6, 0.66];

// How much lighter (up to 1) or darker (down to -1) each inner point of a grid is than level ground.
export function shades({ values, columns, rows, cell }, top) {
  const shade = new Float64Array((columns - 2) * (rows - 2));
  const height = (p) => (STEEP * Math.min(values[p], 1.5 * top)) / top;
  for (let j = 1; j < rows - 1; j++)
    for (let i = 1; i < columns - 1; i++) {
      const p = j * columns + i;
      const left = i > 1 ? p - 1 : p;
      const right = i < columns - 2 ? p + 1 : p;
      const above = j > 1 ? p - columns : p;
      const below = j < rows - 2 ? p + columns : p;
      const across = (height(right) - height(left)) / (cell * (right - left));
      const down = (height(below) - height(above)) / (cell * ((below - above) / columns));
      const lit = (LIGHT[2] - LIGHT[0] * across - LIGHT[1] * down) / Math.hypot(1, across, down);
      shade[(j - 1) * (columns - 2) + i - 1] = clamp(2 * (lit - LIGHT[2]), -1, 1) || 0;
    }
  return shade;
}

const SUN = [255, 252, 240, 70];
const SHADE = [20, 36, 72, 96]; // red, green, blue, and how much they cover at most

// As a picture that lets what is below shine through, so that it fits both themes.
export function drawRelief(image, grid, top) {
  const width = grid.columns - 2;
  const height = grid.rows - 2;
  const canvas = set(html("canvas"), { width, height });
  const context = canvas.getContext("2d");
  const picture = context.createImageData(width, height);
  shades(grid, top).forEach((shade, p) => {
    const [r, g, b, most] = shade > 0 ? SUN : SHADE;
    picture.data.set([r, g, b, Math.abs(shade) * most], 4 * p);
  });
  context.putImageData(picture, 0, 0);
  const { cell } = grid;
  set(image, { href: canvas.toDataURL(), x: -cell / 2, y: -cell / 2, width: cell * width, height: cell * height });
}
