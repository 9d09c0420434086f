// @ts-check
// Links: a state written as "start=-4,2;steps=60;momentum.mu=0.5". A link holds what differs from the state at first.
import { OWN, OWN_START, OWN_WINDOW, SCHEDULES } from "./state.js";

/** @typedef {{ formula: string, window: number[][], start: number[] }} Own a surface of the reader's own */
/** @typedef {import("./state.js").State} State */
/** @typedef {import("../shared/runs.js").Surface} Surface */
/** @typedef {{ state: State, names: string[], tabs: string[], own: Own, surfaces: Record<string, Surface>, retype(name: string, text: string): void }} Reader */

export const TILT = Math.PI / 6;

/** @param {State} state @returns {Record<string, string>} */
function written(state) {
  const { surface, start, on, steps, step, noise, more, maps, shared, rate, scale, schedule, tab, who, asking } = state;
  /** @type {Record<string, unknown>} */
  const items = {
    surface: encodeURIComponent(surface),
    start,
    rules: on,
    steps,
    step,
    noise,
    more,
    maps,
    shared,
    scale,
    schedule,
    corrected: state.corrected,
    tab,
    who,
    asking,
  };
  if (surface === OWN)
    Object.assign(items, {
      formula: encodeURIComponent(state.own.formula),
      window: state.own.window.flat(),
      home: state.own.start,
    });
  if (rate !== null) items.rate = rate;
  for (const key in state.parameters)
    items[`surface.${key}`] = key === "tilt" && state.parameters.tilt === TILT ? "on" : state.parameters[key];
  for (const name in state.hyper)
    for (const key in state.hyper[name]) if (key !== "lr") items[`${name}.${key}`] = state.hyper[name][key];
  for (const name in state.pinned) items[`${name}.lr`] = state.pinned[name];
  return Object.fromEntries(Object.entries(items).map(([key, value]) => [key, String(value)]));
}

/** @param {State} state @param {State} initial */
export function linkText(state, initial) {
  const items = written(state);
  const base = state.surface === initial.surface ? written(initial) : {};
  for (const key in base) if (!(key in items) && key.endsWith(".lr")) items[key] = "tuned";
  return Object.entries(items)
    .filter(([key, value]) => base[key] !== value)
    .map(([key, value]) => `${key}=${value}`)
    .join(";");
}

/** @param {string} text @returns {never} */
const refuse = (text) => {
  throw new RangeError(text);
};
/** @param {string} text @param {number} low @param {number} high */
const number = (text, low, high) =>
  text.trim() !== "" && Number(text) >= low && Number(text) <= high ? Number(text) : refuse(text);
/** @param {string} text @param {number} low @param {number} high */
const whole = (text, low, high) => (/^\d+$/.test(text) ? number(text, low, high) : refuse(text));
/** @param {string} text @param {string[]} known */
const oneOf = (text, known) => (known.includes(text) ? text : refuse(text));
/** @param {string} text */
const flag = (text) => oneOf(text, ["true", "false"]) === "true";
/** @param {string} text */
const listed = (text) => (text === "" ? [] : text.split(","));
/** @param {string} text */
const decode = (text) => {
  try {
    return decodeURIComponent(text);
  } catch {
    return "";
  }
};
/** @param {string} text @param {string} key */
const itemOf = (text, key) => text.match(new RegExp(`(?:^|;)${key}=([^;]*)`))?.[1] ?? "";

/** What a link says about a surface of the reader's own, or null. @param {string} text @returns {Own | null} */
export function ownInLink(text) {
  const formula = itemOf(text, "formula");
  if (!formula) return null;
  /** @param {string} key @param {number[] | number[][]} usual */
  const numbers = (key, usual) => (itemOf(text, key) || String(usual)).split(",").map(Number);
  const window = numbers("window", OWN_WINDOW);
  return { formula: decode(formula), window: [window.slice(0, 2), window.slice(2)], start: numbers("home", OWN_START) };
}

/** @type {Record<string, (text: string, reader: Reader) => void>} */
const READ = {
  start(text, { state }) {
    const at = listed(text).map((v) => number(v, -1000, 1000));
    state.start = at.length === 2 ? at : refuse(text);
  },
  rules(text, { state, names }) {
    const on = listed(text).map((name) => oneOf(name, names));
    state.on = names.filter((name) => on.includes(name));
  },
  steps(text, { state }) {
    state.steps = whole(text, 1, 1000);
  },
  step(text, { state }) {
    state.step = whole(text, 0, 1000);
  },
  noise(text, { state }) {
    state.noise = number(text, 0, 1e9);
  },
  formula(text, { state, own }) {
    state.own =
      decodeURIComponent(text) === own.formula
        ? { formula: own.formula, window: own.window, start: own.start }
        : refuse(text);
  },
  window() {}, // both were read with the formula
  home() {},
  more(text, { state }) {
    state.more = flag(text);
  },
  maps(text, { state }) {
    state.maps = flag(text);
    state.more ||= state.maps;
  },
  shared(text, { state }) {
    state.shared = flag(text);
  },
  rate(text, { state }) {
    state.rate = number(text, 1e-9, 1e4);
  },
  scale(text, { state }) {
    state.scale = number(text, 0.1, 10);
  },
  schedule(text, { state }) {
    state.schedule = oneOf(text, SCHEDULES);
  },
  corrected(text, { state }) {
    state.corrected = flag(text);
  },
  tab(text, { state, tabs }) {
    state.tab = oneOf(text, tabs);
    state.more ||= state.tab !== "standings";
  },
  who(text, { state, names }) {
    state.who = oneOf(text, names);
  },
  asking(text, { state }) {
    state.asking = flag(text);
  },
  surface(text, { state, surfaces }) {
    const name = oneOf(decodeURIComponent(text), Object.keys(surfaces));
    const { start, parameters } = surfaces[name];
    if (name !== state.surface)
      Object.assign(state, { surface: name, start: [...start], parameters: { ...parameters }, pinned: {} });
  },
};

/** An item such as "surface.kappa" or "adam.beta1". @param {string[]} path @param {string} text @param {Reader} reader */
function readDotted([head, key], text, { state, names, retype }) {
  if (head === "text") return retype(key, text);
  if (head === "surface") {
    oneOf(key, Object.keys(state.parameters));
    state.parameters = {
      ...state.parameters,
      [key]: key === "tilt" && text === "on" ? TILT : number(text, key === "kappa" ? 1 : -1e6, 1e6),
    };
    return;
  }
  oneOf(key, Object.keys(state.hyper[oneOf(head, names)]));
  if (key !== "lr")
    state.hyper[head][key] = ["mu", "rho", "beta1", "beta2"].includes(key)
      ? number(text, 0, 1 - 1e-9)
      : number(text, -1e6, 1e6);
  else if (text === "tuned") delete state.pinned[head];
  else state.pinned[head] = number(text, 1e-9, 1e4);
}

/** Put a link's text into the state; says whether all of it was good. What is not good is left out. @param {string} text @param {Reader} reader */
export function readLink(text, reader) {
  let good = text.length < 5000;
  for (const item of text.slice(0, 5000).split(";").filter(Boolean)) {
    const [key, value = ""] = item.split(/=(.*)/s);
    try {
      if (key.includes(".")) readDotted(key.split("."), value, reader);
      else READ[oneOf(key, Object.keys(READ))](value, reader);
    } catch {
      good = false;
    }
  }
  reader.state.step = Math.min(reader.state.step, reader.state.steps);
  return good;
}
