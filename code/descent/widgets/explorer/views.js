// @ts-check
// From points of a surface to pixels and back.

/** @typedef {import("./vectors.js").Pair} Pair */
/** @typedef {ReturnType<typeof view>} View */

/** @param {number} width @param {number} height @param {number} scale pixels per unit @param {number} cx @param {number} cy */
function view(width, height, scale, cx, cy) {
  /** @param {number} x */
  const px = (x) => width / 2 + (x - cx) * scale;
  /** @param {number} y */
  const py = (y) => height / 2 - (y - cy) * scale;
  /** @param {number[]} point @returns {Pair} */
  const at = ([x, y]) => [px(x), py(y)];
  /** @param {number} right @param {number} down @returns {Pair} */
  const world = (right, down) => [cx + (right - width / 2) / scale, cy - (down - height / 2) / scale];
  return { width, height, scale, px, py, at, world };
}

/** A whole window in a picture. @param {number[][]} window @param {number} width @param {number} height */
export function viewOf([[x0, x1], [y0, y1]], width, height) {
  return view(width, height, Math.min(width / (x1 - x0), height / (y1 - y0)), (x0 + x1) / 2, (y0 + y1) / 2);
}

/** Magnified so that the points fill the picture. @param {number[][]} points @param {number} width @param {number} height */
export function lensOf(points, width, height) {
  const xs = points.map(([x]) => x);
  const ys = points.map(([, y]) => y);
  const [x0, x1, y0, y1] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const scale = Math.min((width - 110) / Math.max(x1 - x0, 1e-12), (height - 34) / Math.max(y1 - y0, 1e-12), 1e9);
  return view(width, height, scale, (x0 + x1) / 2, (y0 + y1) / 2);
}
