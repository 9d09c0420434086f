// The hyperparameters in force: of each rule its own, tuned unless it was set by hand, or one rate for all.
import { clamp } from "../shared/numbers.js";
import { OWN } from "./state.js";
import { tunedRate } from "./tuning.js";

export function addRates(fig) {
  const {
    state,
    names,
    program: { rules },
  } = fig;
  const known = new Map(); // tuned rates
  const others = (name) => ({ ...state.hyper[name], lr: undefined });
  const tuningKey = (name) => JSON.stringify([state.surface, state.parameters, name, others(name)]);
  const tuned = (name) => {
    const key = tuningKey(name);
    if (!known.has(key)) {
      if (known.size > 3000) known.clear();
      known.set(key, tunedRate(rules[name], others(name), fig.surface, fig.field) ?? rules[name].hyper.lr);
    }
    return known.get(key);
  };
  fig.rated = (name) => "lr" in rules[name].hyper;
  const leading = () =>
    state.surface === OWN
      ? Math.min(...names.filter(fig.rated).map(tuned))
      : tuned(names.includes("sgd") ? "sgd" : names.find(fig.rated));
  const sharedRate = () => state.rate ?? clamp(leading(), 1e-4, 10);

  fig.ownRate = (name) => state.pinned[name] ?? tuned(name);
  fig.firstRate = () =>
    state.shared ? sharedRate() : fig.ownRate(state.on.find(fig.rated) ?? names.find(fig.rated)) * state.scale;
  fig.inForce = (name) => {
    const hyper = { ...state.hyper[name] };
    if (fig.rated(name)) hyper.lr = state.shared ? sharedRate() : fig.ownRate(name) * state.scale;
    return hyper;
  };
  fig.settings = () => Object.fromEntries(names.map((name) => [name, fig.inForce(name)]));
  fig.rememberTuned = (rates) => {
    for (const name in rates) known.set(tuningKey(name), rates[name]);
  };
  fig.forgetTuned = () => known.clear();

  fig.setShared = (shared) => {
    Object.assign(state, { shared, ...(!shared && { pinned: {}, scale: 1 }) });
    fig.change("run");
  };
  fig.setScale = (scale) => {
    Object.assign(state, { shared: false, scale });
    fig.change("run");
  };
  fig.setRate = (rate) => {
    Object.assign(state, { shared: true, rate });
    fig.change("run");
  };

  // Pin what is in force, but for some rules other rates.
  fig.pin = (rates, round = (v) => v) => {
    if (state.shared || state.scale !== 1)
      for (const name of names.filter(fig.rated)) state.pinned[name] = round(fig.inForce(name).lr);
    Object.assign(state.pinned, rates);
    Object.assign(state, { shared: false, scale: 1 });
  };
}
