// The surface that is shown and the runs on it.
import { clamp } from "../shared/numbers.js";
import { noisy, run } from "../shared/runs.js";
import { arrival, SEED, STAY } from "./goals.js";
const DRAWS = 20; // faint runs of one rule with other noise

export function addRuns(fig) {
  const {
    state,
    program: { surfaces, bound },
  } = fig;
  let fieldKey = "";
  let drawn = "";
  fig.useSurface = () => {
    const key = JSON.stringify([state.surface, state.parameters, state.own]);
    if (key === fieldKey) return;
    fieldKey = key;
    fig.surface = surfaces[state.surface];
    fig.field = fig.surface.make(state.parameters);
  };
  fig.follow = (name, steps, field = fig.noisy) =>
    run(fig.ruleOf(name), fig.inForce(name), fig.surface, field, state.start, steps, bound);
  fig.chosen = () => (state.on.includes(state.who) ? state.who : state.on[0]);
  const draws = (name) =>
    Array.from({ length: DRAWS }, (_, i) => fig.follow(name, state.steps, noisy(fig.field, state.noise, SEED + 1 + i)));
  const runOf = (name) => {
    const r = fig.follow(name, state.steps + STAY - 1);
    const lostAt = r.lostAt <= state.steps ? r.lostAt : 0;
    return { ...r, lostAt, last: Math.min(r.last, state.steps), arrival: arrival(r), hyper: fig.inForce(name) };
  };
  // Before a frame: the surface, and the runs where they have changed.
  fig.makeRuns = (dirty) => {
    fig.useSurface();
    fig.noisy = noisy(fig.field, state.noise, SEED);
    if (!dirty.run) return;
    fig.draws = state.noise && state.on.length && !state.asking ? draws(fig.chosen()) : [];
    fig.runs = Object.fromEntries(state.on.map((name) => [name, runOf(name)]));
    dirty.rules ||= drawn !== state.on.join();
    drawn = state.on.join();
  };

  fig.rounded = (v, c) => {
    // to a ten-thousandth of the window, or finer
    const [low, high] = fig.surface.window[c];
    return Number(v.toFixed(clamp(4 - Math.floor(Math.log10(high - low)), 0, 12)));
  };
  fig.steepest = () => {
    // the steepest curvature of a quadratic surface, or null
    if (!fig.surface.quadratic) return null;
    const h = new Float64Array(3);
    fig.field.hessian(...state.start, h);
    return (h[0] + h[2] + Math.hypot(h[0] - h[2], 2 * h[1])) / 2;
  };
  fig.isTrapped = (r) => {
    const [[x0, x1], [y0, y1]] = fig.surface.window;
    const x = r.xs[r.last];
    const y = r.ys[r.last];
    const distance = (points) => Math.min(...points.map(([a, b]) => Math.hypot(x - a, y - b)));
    return distance(fig.surface.others) < Math.min(distance(fig.surface.minima), 0.04 * Math.min(x1 - x0, y1 - y0));
  };
}
