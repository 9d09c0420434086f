// The runs of what is chosen now, and the search for the constant rate that would do best.
import { constantRate, constantSearch, crowd, ratesOf } from "./runs.js";
import { words } from "./words.js";

// Where plain gradient descent stops converging, on a bowl; null elsewhere.
function limitOf(surface, rule) {
  if (!surface.quadratic || rule !== "sgd") return null;
  const h = new Float64Array(3);
  surface.make(surface.parameters).hessian(...surface.start, h);
  return 4 / (h[0] + h[2] + Math.hypot(h[0] - h[2], 2 * h[1]));
}

// The search for the best constant rate, one candidate at a time, so that nothing stalls.
function searchOf(crowdAt, found) {
  const known = new Map(); // rule and noise: the crowd of the best constant rate
  let ticket = 0;
  const seek = (key, hunt, tried = {}, last) => {
    const { value: k, done } = hunt.next(last);
    if (done) {
      known.set(key, tried[k] ?? null);
      return found();
    }
    const rate = constantRate(k);
    const { mean, end } = crowdAt(rate);
    tried[k] = { rate, mean, end };
    ticket = setTimeout(() => seek(key, hunt, tried, end));
  };
  return {
    best: (key) => known.get(key),
    seek: (key) => {
      clearTimeout(ticket);
      seek(key, constantSearch());
    },
    stop: () => clearTimeout(ticket),
  };
}

// The runs of what is chosen now: at the rates that are drawn, and at the best constant rate, once that is found.
export function runsOf(state, { steps, runs, low, high, surface: name }, { rules, surfaces, bound }, found) {
  const surface = surfaces[name];
  const count = () => (state.noise ? runs : 1);
  const crowdAt = (rates) =>
    crowd(rules[state.rule], rules[state.rule].hyper, rates, surface, state.noise, count(), bound);
  const search = searchOf((rate) => crowdAt(new Float64Array(steps).fill(rate)), found);
  const key = () => `${state.rule} ${state.noise}`;
  const best = () => search.best(key());
  const rates = () => ratesOf(state.points, state.hold, steps);
  // The rates with a name that the axis reaches.
  const levels = () => {
    const limit = limitOf(surface, state.rule);
    const named = limit >= low && limit <= high ? [[limit, words.limit]] : [];
    return best() ? [...named, [best().rate, words.constant]] : named;
  };
  return {
    count,
    rates,
    levels,
    best,
    drawn: () => crowdAt(rates()),
    seek: () => search.seek(key()),
    stop: search.stop,
  };
}
