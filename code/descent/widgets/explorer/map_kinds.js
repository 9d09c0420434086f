// What the two maps are of: every setting of a rule from one start, and every start at one setting.
import { html, svg } from "../shared/elements.js";
import { power } from "../shared/numbers.js";
import { blockText } from "./blocks.js";
import { GOAL, MAP_STEPS, SEED, STAY } from "./goals.js";
import { minimaOf, valleys } from "./map_paint.js";
import { brief, rateText } from "./numbers.js";
import { oneMap } from "./one_map.js";
import { rich } from "./rich.js";
import { sceneOf } from "./sweep.js";
import {
  called,
  capital,
  quickestText,
  settingsLostText,
  settingsText,
  settingText,
  startsText,
  startText,
} from "./texts.js";
import { words } from "./words.js";
const MAP_SIZE = 400; // runs along each side
const RATES = [-4.5, 1.5];
const DECAYS = [0, 0.99]; // log10 of the rates, and the momenta

const partOf = ([low, high], value) => (value - low) / (high - low);
const valueAt = ([low, high], share) => low + share * (high - low);
const decayOf = (hyper) => ["mu", "beta1", "rho", "beta2"].find((key) => key in hyper);

// What the jobs of both have in common; the colours of losses range up to that of `from`.
function commonJob({ state, field, surface, chosen, variation, program }, from) {
  const scene = sceneOf(surface, field);
  const rule = program.rules[chosen()];
  return {
    ...scene,
    top: field.value(...from) - scene.floor,
    code: blockText(rule, surface, state.noise),
    memory: rule.memory,
    bound: program.bound,
    surface: state.surface,
    parameters: state.parameters,
    rule: chosen(),
    ...variation(chosen()),
    noise: state.noise,
    seed: SEED,
    steps: MAP_STEPS,
    goal: GOAL,
    stay: STAY,
  };
}

function settingsTicks({ key }, axes, marks, board) {
  board.style.aspectRatio = key ? "8 / 7" : "9 / 1";
  const tick = (side, share, text) =>
    html("span", { class: side, style: `${side === "below" ? "left" : "bottom"}:${100 * share}%` }, ...rich(text));
  axes.replaceChildren(
    ...[-4, -3, -2, -1, 0, 1].map((e) => tick("below", partOf(RATES, e), e ? power(e) : "1")),
    ...(key ? [0, 0.5, 0.9].map((v) => tick("beside", partOf(DECAYS, v), String(v))) : []),
    html("span", { class: "across" }, ...rich(words.rateAxis)),
    html("span", { class: "up" }, ...rich(key ? words.decayAxis[key] : "")),
  );
}

function settingsSentence({ looks, surface }, { rule, key, columns, rows }, { best, share, soonest }) {
  const name = capital(called(looks[rule].label));
  if (!surface.goal) return settingsLostText(name, share(-1));
  const lowest = surface.minima.length ? surface.minima.map((_, i) => i + 1) : [1];
  const text = settingsText(name, share(...lowest), share(-1), MAP_STEPS);
  if (best < 0) return text;
  const lr = 10 ** valueAt(RATES, (best % columns) / (columns - 1));
  const decay = valueAt(DECAYS, 1 - Math.floor(best / columns) / (rows - 1));
  return `${text} ${quickestText(soonest, rateText(lr), key, decay)}`;
}

export function settingsMap(fig) {
  const { state } = fig;
  const hyper = () => fig.inForce(fig.chosen());
  const key = () => decayOf(hyper());
  return oneMap(fig, {
    kind: "settings",
    name: words.settingsMap,
    pinName: words.settingHelp,
    ticks: settingsTicks,
    job: () => {
      if (!fig.chosen() || !fig.rated(fig.chosen())) return null;
      const others = hyper();
      const up = key();
      delete others.lr;
      delete others[up];
      return {
        ...commonJob(fig, state.start),
        hyper: others,
        key: up,
        start: state.start,
        across: RATES,
        up: DECAYS,
        columns: MAP_SIZE,
        rows: up ? MAP_SIZE : 1,
      };
    },
    place: () => [partOf(RATES, Math.log10(hyper().lr)), key() ? partOf(DECAYS, hyper()[key()]) : 0.5],
    move: (u, v) =>
      fig.adopt({
        [fig.chosen()]: {
          lr: brief(10 ** valueAt(RATES, u)),
          ...(key() && { [key()]: Number(valueAt(DECAYS, v).toFixed(4)) }),
        },
      }),
    say: () => settingText(rateText(hyper().lr), key(), hyper()[key()]),
    sentence: (job, found) => settingsSentence(fig, job, found),
  });
}

function crosses(surface) {
  const [across, up] = surface.window;
  return minimaOf(surface).map(([x, y]) =>
    svg(
      "svg",
      { x: `${100 * partOf(across, x)}%`, y: `${100 * (1 - partOf(up, y))}%`, style: "overflow:visible" },
      svg("path", { d: "M-5 0h10M0 -5v10" }),
    ),
  );
}

export function startsMap(fig) {
  const { state } = fig;
  return oneMap(fig, {
    kind: "starts",
    name: words.startsMap,
    pinName: words.startHelp,
    job: () => {
      if (!fig.chosen()) return null;
      const {
        window: [across, up],
        start,
      } = fig.surface;
      return {
        ...commonJob(fig, start),
        hyper: fig.inForce(fig.chosen()),
        across,
        up,
        columns: MAP_SIZE,
        rows: MAP_SIZE,
      };
    },
    place: () => fig.surface.window.map((side, c) => partOf(side, state.start[c])),
    move: (u, v) => fig.moveStart(fig.surface.window.map((side, c) => valueAt(side, [u, v][c]))),
    say: () => startText(...state.start),
    sentence: ({ rule }, { share }) =>
      startsText(
        called(fig.looks[rule].label),
        valleys(fig.surface).map((text, i) => [text, share(i + 1)]),
        share(0),
        share(-1),
        MAP_STEPS,
      ),
    ticks: (_, axes, marks, board) => {
      const [[x0, x1], [y0, y1]] = fig.surface.window;
      board.style.aspectRatio = `${x1 - x0} / ${y1 - y0}`;
      marks.replaceChildren(...crosses(fig.surface));
    },
  });
}
