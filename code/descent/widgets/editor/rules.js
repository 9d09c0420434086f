// Rules of the figure in place of which others run, read from the reader's text.
import { load } from "../shared/programs.js";
import { readRule } from "./grammar.js";
import { add, baseOf, drop } from "./keeping.js";
import { original } from "./original.js";

const ITEM = /(?:^#?|[:;])text\.([^=;&]+)=([^;&]*)/g;
const decoded = (text) => {
  try {
    return decodeURIComponent(text);
  } catch {
    return "";
  }
};

// What runs of a text: its facts and its step, or what is wrong with it.
export async function compiled(text) {
  const { rule, trouble } = readRule(text);
  if (trouble) return { trouble };
  const { rule: made } = await load(`export const rule = { ${rule.step} };`);
  return { rule: { ...rule, ...made } };
}

// Numbers that were set by hand stay, unless the first line says another.
const settingsOf = (now, hyper, old) =>
  Object.fromEntries(
    Object.entries(hyper).map(([key, usual]) => [key, old.hyper[key] === usual && key in now ? now[key] : usual]),
  );

// The tuned rate of one rule is another; those of the others are kept.
function retune(fig, name) {
  const others = fig.names.filter((other) => other !== name && fig.rated(other) && !(other in fig.state.pinned));
  const tuned = Object.fromEntries(others.map((other) => [other, fig.ownRate(other)]));
  fig.forgetTuned();
  fig.rememberTuned(tuned);
}

// The figure's rules as they were; those that were kept go.
function putBack(fig, first, changed) {
  const { state, program } = fig;
  drop(
    fig,
    changed.filter((name) => !(name in first.rules)),
  );
  for (const name of changed.filter((one) => one in first.rules)) {
    program.rules[name] = first.rules[name];
    fig.looks[name] = first.looks[name];
    state.hyper[name] = { ...fig.initial.hyper[name] };
    delete state.pinned[name];
  }
  fig.forgetTuned();
}

// Let the figure run, link and write in Python what the reader wrote.
export function addTexts(fig, tell) {
  const { state, program } = fig;
  const first = { rules: { ...program.rules }, looks: fig.looks };
  const texts = new Map(); // by the name that the figure has for a rule
  const ready = new Map(); // rules that have been read, by their text
  fig.looks = { ...fig.looks };

  const put = (name, rule, text) => {
    if (!fig.names.includes(name)) add(fig, name);
    const old = program.rules[name];
    const { memory, names, hyper, step } = rule;
    state.hyper[name] = settingsOf(state.hyper[name], hyper, old);
    program.rules[name] = { ...old, memory, names, hyper, step };
    const changed = name !== baseOf(name) || text.trimEnd() !== original(name);
    if (name in first.looks) fig.looks[name] = changed ? { ...first.looks[name], own: true } : first.looks[name];
    if (changed) texts.set(name, { text, rule });
    else texts.delete(name);
    tell(texts);
    retune(fig, name);
    if (hyper.lr !== old.hyper.lr) {
      delete state.pinned[name];
      if (hyper.lr > 0 && hyper.lr !== first.rules[baseOf(name)].hyper.lr) fig.pin({ [name]: hyper.lr });
    }
  };
  const remove = (name) => {
    texts.delete(name);
    drop(fig, [name]);
    tell(texts);
  };
  const restore = () => {
    if (!texts.size) return;
    putBack(fig, first, [...texts.keys()]);
    texts.clear();
    tell(texts);
  };
  wrap(fig, texts, restore);
  fig.retype = (name, text) => {
    const { rule } = ready.get(decoded(text)) ?? {};
    if (!rule || !fig.names.includes(baseOf(name))) throw new RangeError(name);
    put(name, rule, decoded(text));
  };
  const prepare = (link) =>
    Promise.all(
      [...link.matchAll(ITEM)].map(async ([, , text]) => ready.set(decoded(text), await compiled(decoded(text)))),
    );
  // What Python says: texts by name.
  const adopt = async (given) => {
    const made = await Promise.all(
      Object.entries(given).map(async ([name, text]) => [name, text, await compiled(text)]),
    );
    restore();
    for (const [name, text, { rule }] of made) if (rule && fig.names.includes(baseOf(name))) put(name, rule, text);
    return Object.fromEntries(made.filter(([, , { rule }]) => !rule).map(([name, text]) => [name, text]));
  };
  return { texts, put, remove, prepare, adopt };
}

// What the figure does otherwise now.
function wrap(fig, texts, restore) {
  const { link, begin, python } = fig;
  const items = () => [...texts].map(([name, own]) => `text.${name}=${encodeURIComponent(own.text)}`);
  fig.link = () => [...items(), link()].filter(Boolean).join(";");
  fig.begin = () => {
    restore();
    begin();
  };
  fig.python = () => {
    const own = [...texts].map(
      ([name, one]) => one.text.trim() + (one.rule.name === name ? "" : `\n\n\n${name} = ${one.rule.name}`),
    );
    return [...own, python()].join("\n\n\n");
  };
}
