// The traits that Python and the page can read and set: how each goes into the state, and out of it.
import { brief } from "./numbers.js";
import { finite, same, SCHEDULES, setSteps } from "./state.js";

// Settings by rule: rates that differ from those in force are pinned, unless all are one rate and shared.
function putSettings(fig, given, first, tuned) {
  const { state, names } = fig;
  const rates = {};
  fig.useSurface();
  for (const name of names)
    for (const key in given?.[name] ?? {}) {
      const value = given[name][key];
      if (!Object.hasOwn(state.hyper[name], key) || !finite(value)) continue;
      if (key === "lr") {
        if (value > 0) rates[name] = value;
      } else state.hyper[name][key] = value;
    }
  if (first) fig.rememberTuned(tuned);
  const all = Object.values(rates);
  if (state.shared && all.length && all.every((rate) => rate === all[0])) {
    state.rate = all[0];
    return;
  }
  const strange = Object.entries(rates).filter(([name, rate]) => Math.abs(rate / fig.inForce(name).lr - 1) > 1e-9);
  if (strange.length) fig.pin(Object.fromEntries(strange));
}

// What is no such value is left as it was.
function putters(fig, model) {
  const {
    state,
    names,
    program: { surfaces },
  } = fig;
  return {
    surface(v) {
      if (typeof v !== "string" || !Object.hasOwn(surfaces, v) || v === state.surface) return;
      const { parameters, start } = surfaces[v];
      Object.assign(state, { surface: v, parameters: { ...parameters }, start: [...start] });
    },
    parameters(v) {
      const own = surfaces[state.surface].parameters;
      for (const key in own)
        if (finite(v?.[key]) && (key !== "kappa" || v[key] >= 1))
          state.parameters = { ...state.parameters, [key]: v[key] };
    },
    start(v) {
      if (Array.isArray(v) && v.length === 2 && v.every(finite)) state.start = [...v];
    },
    steps(v) {
      if (Number.isInteger(v) && v >= 1 && v <= 1000) setSteps(state, v);
    },
    ask(v) {
      if (typeof v === "string") Object.assign(state, { ask: v, asking: v !== "" });
    },
    noise(v) {
      if (finite(v) && v >= 0) state.noise = v;
    },
    schedule(v) {
      if (SCHEDULES.includes(v)) state.schedule = v;
    },
    bias_correction(v) {
      state.corrected = v !== false;
    },
    rules(v) {
      if (Array.isArray(v)) state.on = names.filter((name) => v.includes(name));
    },
    settings(v) {
      putSettings(fig, v, !fig.initial, model.get("_tuned"));
    },
  };
}
const getters = ({ state, settings }) => ({
  surface: () => state.surface,
  parameters: () => state.parameters,
  start: () => state.start,
  steps: () => state.steps,
  noise: () => state.noise,
  schedule: () => state.schedule,
  bias_correction: () => state.corrected,
  rules: () => state.on,
  ask: () => state.ask,
  settings,
});

export function traitsOf(fig, model) {
  const put = putters(fig, model);
  const present = getters(fig);
  const names = Object.keys(put);
  let telling = false;
  let timer = 0;
  let saved = 0;
  const texts = () => names.map((name) => JSON.stringify(model.get(name)));
  let heard = [];
  // Put what is news: a surface alone brings its own start and tuned rates along.
  const take = () => {
    const before = heard;
    heard = texts();
    names.forEach((name, i) => {
      if (heard[i] !== before[i]) put[name](model.get(name));
    });
  };
  const listen = () => {
    // a trait was set from Python or from the page
    if (telling) return;
    take();
    fig.change("surface");
  };
  function tell() {
    clearTimeout(timer);
    const wait = fig.dragging ? 100 - (performance.now() - saved) : 0; // a drag speaks ten times a second
    if (wait > 0) {
      timer = setTimeout(tell, wait);
      return;
    }
    saved = performance.now();
    telling = true;
    for (const name of names) {
      const value = present[name]();
      if (!same(model.get(name), value)) model.set(name, structuredClone(value));
    }
    telling = false;
    heard = texts();
    model.save_changes();
  }
  const hear = () => {
    for (const name of names) model.on(`change:${name}`, listen);
  };
  const leave = () => {
    for (const name of names) model.off(`change:${name}`, listen);
    clearTimeout(timer);
  };
  fig.adopt = (settings) => {
    // set by hand, on a map
    fig.pin({}, brief);
    put.settings(settings);
    fig.change("run");
  };
  fig.situation = () => JSON.stringify(names.map((name) => present[name]()));
  return { take, hear, tell, leave };
}
