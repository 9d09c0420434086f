// Rules that the reader keeps beside those of the figure: each has the name of the rule that it was made of, with a
// number, and a look that no other has.
import { say } from "../shared/say.js";
import { known } from "./known.js";
import { words } from "./words.js";

const NUMBERED = /_(\d+)$/;

export const baseOf = (name) => name.replace(NUMBERED, "");

const freeLook = (fig) => {
  const taken = Object.values(fig.looks).map(({ light }) => light);
  return known.looks.find(({ light }) => !taken.includes(light));
};

// A name that is free, or null where no look is.
export function nameFor(fig, base) {
  let k = 2;
  while (fig.names.includes(`${base}_${k}`)) k++;
  return freeLook(fig) ? `${base}_${k}` : null;
}

// All parts of the figure are new, and have drawn nothing yet.
function buildAnew(fig) {
  fig.build();
  for (const what of ["size", "surface", "rules"]) fig.change(what);
}

// A rule more, which at first is the one that it is made of.
export function add(fig, name) {
  const { state, names, looks, program } = fig;
  const [base, look] = [baseOf(name), freeLook(fig)];
  if (base === name || !names.includes(base) || !look) throw new RangeError(name);
  program.rules[name] = program.rules[base];
  state.hyper[name] = { ...state.hyper[base] };
  if (base in state.pinned) state.pinned[name] = state.pinned[base];
  looks[name] = { ...look, own: true, label: say(words.kept, { name: looks[base].label, k: name.match(NUMBERED)[1] }) };
  names.push(name);
  state.on = [...state.on, name];
  buildAnew(fig);
}

// Take rules away that were kept.
export function drop(fig, gone) {
  const { state, names, looks, program } = fig;
  if (!gone.length) return;
  names.splice(0, names.length, ...names.filter((name) => !gone.includes(name)));
  state.on = state.on.filter((name) => names.includes(name));
  for (const name of gone) for (const table of [program.rules, state.hyper, state.pinned, looks]) delete table[name];
  buildAnew(fig);
}
