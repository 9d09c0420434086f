// The lines that make the same explorer in Python.
import { kindOf } from "./dissect.js";
import { OWN, same, SCHEDULES } from "./state.js";

const pythonPair = (pair) => `(${pair.join(", ")})`;
const pythonDict = (object, value = String) =>
  `{${Object.entries(object)
    .map(([key, v]) => `${JSON.stringify(key)}: ${value(v)}`)
    .join(", ")}}`;
const ownCall = ({ formula, window, start }) =>
  `Surface(${JSON.stringify(formula)}, name="${OWN}", window=(${window.map(pythonPair).join(", ")}), start=${pythonPair(start)})`;

// The hyperparameters that one call can give to all rules at once, or null where it cannot.
function commonHyper({ state, program }, on, inForce) {
  const common = {};
  for (const key of new Set(on.flatMap((name) => Object.keys(inForce[name])))) {
    const owners = on.filter((name) => key in inForce[name]);
    const value = inForce[owners[0]][key];
    if (key === "lr" && !state.shared) {
      if (state.scale !== 1 || owners.some((name) => state.pinned[name] !== undefined)) return null;
    } else if (key === "lr" || owners.some((name) => inForce[name][key] !== program.rules[name].hyper[key])) {
      if (owners.some((name) => inForce[name][key] !== value)) return null;
      common[key] = value;
    }
  }
  return common;
}

// What the call is given; `calls` says how each surface is written.
function argumentsOf(fig, on, common, { calls, anatomy, knobs, chart }) {
  const { state } = fig;
  const quoted = on.map((name) => (kindOf(fig, name) ? `"${name}"` : name)); // the reader's own rules are called by their name
  const given = [
    state.surface === OWN ? ownCall(state.own) : (calls[state.surface] ?? `"${state.surface}"`),
    `rules=[${quoted.join(", ")}]`,
    `start=${pythonPair(state.start)}`,
    `steps=${state.steps}`,
  ];
  if (state.noise) given.push(`noise=${state.noise}`);
  if (state.schedule !== SCHEDULES[0]) given.push(`schedule="${state.schedule}"`);
  if (!state.corrected) given.push("bias_correction=False");
  for (const key in common) given.push(`${key}=${common[key]}`);
  if (anatomy) given.push("anatomy=True");
  given.push(`knobs=${JSON.stringify(knobs)}`);
  if (chart) given.push("chart=True");
  if (state.more) given.push("more=True");
  if (state.maps) given.push("maps=True");
  if (state.asking) given.push(`ask=${state.ask ? JSON.stringify(state.ask) : "True"}`);
  return given.join(", ");
}

export function pythonText(fig, made) {
  const { state, program } = fig;
  const inForce = fig.settings();
  const on = state.on.length ? state.on : fig.names;
  const common = commonHyper(fig, on, inForce);
  const call = `Explorer(${argumentsOf(fig, on, common, made)})`;
  const more = [];
  if (!same(state.parameters, program.surfaces[state.surface].parameters))
    more.push(`explorer.parameters = ${pythonDict(state.parameters)}`);
  if (!common)
    more.push(
      `explorer.settings = ${pythonDict(Object.fromEntries(on.map((name) => [name, inForce[name]])), pythonDict)}`,
    );
  if (!state.on.length) more.push("explorer.rules = []");
  return more.length ? [`explorer = ${call}`, ...more, "explorer"].join("\n") : call;
}
