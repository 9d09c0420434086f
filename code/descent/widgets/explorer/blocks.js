// @ts-check
// One step of a rule for many runs: its lines and those of the slope in one loop over flat arrays, in which nothing is
// called or looked up. What is the same in all runs, such as a power of t, is computed once. Nothing is rearranged, so
// the numbers are those of `run`.

/** @typedef {import("../shared/runs.js").Rule} Rule */
/** @typedef {import("../shared/runs.js").Surface} Surface */

/** What stands between the braces of a method. @param {unknown} text that it is in @param {string} name */
const bodyOf = (text, name) => /** @type {string[]} */ (RegExp(`${name}\\(.*?\\) {(.*?)}`, "s").exec(String(text)))[1];

/**
 * A program: `kernel` with `advance`, which takes the runs of a block (sweep.js) through step t, and the surface's `make`.
 * @param {Rule} rule @param {Surface} surface @param {number} noise if any, `push` is added to slopes
 */
export function blockText(rule, { make, parameters }, noise) {
  const slope =
    bodyOf(make, "slope").replace(/\w+/g, (word) => (Object.hasOwn(parameters, word) ? `p.${word}` : word)) +
    (noise ? "g[0] = g[0] + push[0];g[1] = g[1] + push[1];" : "");
  const lines = bodyOf(rule.step, "step")
    .replace(/slope\((.*), (.*), g, t\)/g, (_, x, y) => `x = ${x};y = ${y};${slope}`)
    .replace(/\bg\[(.)\]/g, "g$1")
    .replace(/\bs\[(\d+)\]/g, "s$1[i]")
    .replace(/\bh\.lr\b/g, "rate");
  const differs = new Set(["i", "rate", "x", "y", "g0", "g1"]); // from run to run
  let once = "";
  let each = "";
  for (const [line, name] of lines.matchAll(/([^;\s]+) = [^;]*;/g)) {
    const code = `${name.endsWith("]") ? "" : "var "}${line}\n`;
    if (line.match(/[a-z]\w*/gi)?.some((word) => differs.has(word))) {
      differs.add(name);
      each += code;
    } else once += code;
  }
  return `export const kernel = { ${make}, advance({ n, s, rates }, t, share, h, p, push) {
const [${Array.from({ length: 2 + 2 * rule.memory }, (_, k) => `s${k}`)}] = s;
${once}for (let i = 0; i < n; i++) {
const rate = rates[i] * share;
${each}}
} };
`;
}
