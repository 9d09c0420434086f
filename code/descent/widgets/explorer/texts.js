// @ts-check
// What is said in whole sentences, put together from the table of words. "*x*" is set in italics.
import { say } from "../shared/say.js";
import { words } from "./words.js";
const said = words.formula;

/** @param {string[]} items */
export const join = (items) =>
  items.length < 2 ? items.join("") : say(words.and, { all: items.slice(0, -1).join(", "), last: items.at(-1) });
/** @param {string} label a rule's name, as within a sentence */
export const called = (label) => (Object.hasOwn(words.inSentence, label) ? words.inSentence[label] : label);
/** @param {string} text the beginning of a sentence; other names keep their spelling: "nag" may be a reader's own function */
export function capital(text) {
  const entries = /** @type {[string, string][]} */ (Object.entries(words.inSentence));
  const [label, inside] = entries.find(([, name]) => text.startsWith(name)) ?? ["", ""];
  return label + text.slice(inside.length);
}
/** @param {string} label a rule's name where there is little room */
export const short = (label) => words.short[label] ?? label;
/** @param {string} text */
export const plain = (text) => text.replaceAll("*", "");
/** @param {number} x @param {number} y */
export const startText = (x, y) => say(words.startAt, { x: x.toFixed(2), y: y.toFixed(2) });

/* ---------- how the runs end ----------------------------------------------------------- */
/** @param {string} form @param {string[]} names @param {object} values */
const ofAll = (form, names, values) => say(form, { count: names.length, names: capital(join(names)), ...values });
/** @param {string[]} names @param {number} k @param {[string, number][]} others */
export function reachText(names, k, others) {
  const later = join(others.map(([name, steps], i) => say(i ? words.needsToo : words.needs, { name, steps })));
  return `${ofAll(words.reach, names, { k })}${later && say(words.reachLater, { others: later })}.`;
}
/** @param {string} name @param {number} k */
export const divergesText = (name, k) => say(words.diverges, { name: capital(name), k });
/** @param {string[]} names @param {string} loss */
export const trappedText = (names, loss) => ofAll(words.trapped, names, { loss });
/** @param {string[]} names @param {string} loss */
export const caughtText = (names, loss) => ofAll(words.caught, names, { loss });
/** @param {string[]} names @param {number} n @param {boolean} again whether the goal was named before */
export const notYetText = (names, n, again) =>
  ofAll(words.notYet, names, { n, goal: again ? words.goalAgain : words.goalLoss });
/** @param {[string, string][]} levels names and losses */
export function hoversText(levels) {
  const [[name, loss]] = levels;
  const losses = join(levels.map(([of, level]) => say(words.lossFor, { name: of, loss: level })));
  return say(words.hovers, { count: levels.length, name, loss, losses });
}
/** @param {[string, string][]} items names and heights @param {number} count steps */
export function heightsText(items, count) {
  const levels = items.map(([name, height], i) =>
    say(i ? words.levelToo : words.levelIs, {
      name,
      level: height === "–" ? words.noHeight : say(words.atHeight, { level: height }),
    }),
  );
  return words.noMinimum + (items.length ? ` ${say(words.heights, { count, levels: join(levels) })}` : "");
}

/* ---------- the maps ------------------------------------------------------------------- */
/** @param {number} share */
export function percentText(share) {
  if (share > 0 && share < 0.01) return words.percentLeast;
  return share < 1 && share > 0.99 ? words.percentMost : say(words.percent, { share: Math.round(100 * share) });
}
/** @param {number} share */
const anyPercent = (share) => (share ? percentText(share) : words.none);
/** @param {string} rate @param {string | undefined} key of the decay, where there is one @param {number} value */
function settingPair(rate, key, value) {
  return [
    say(words.setting, { rate }),
    ...(key ? [say(words.settingDecay, { decay: words.decays[key], value: value.toFixed(2) })] : []),
  ];
}
/** @param {string} rate @param {string | undefined} key @param {number} value */
export const settingText = (rate, key, value) => settingPair(rate, key, value).join(", ");
/** @param {number} count @param {string} rate @param {string | undefined} key @param {number} value */
export const quickestText = (count, rate, key, value) =>
  say(words.quickest, { count, setting: join(settingPair(rate, key, value)) });
/** @param {number} place @param {number} steps @param {string} level */
export const becameText = (place, steps, level) =>
  say(place < 0 ? words.becameLost : place ? words.becameHome : words.becameUnderway, { steps, level });
/** @param {string} name @param {number} lost share */
export const settingsLostText = (name, lost) => say(words.settingsLost, { name, share: anyPercent(lost) });
/** @param {string} name @param {number} home share @param {number} lost share @param {number} n */
export function settingsText(name, home, lost, n) {
  const also = lost ? say(words.settingsAlsoLost, { share: percentText(lost) }) : "";
  return `${say(words.settingsSaid, { name, n, home: anyPercent(home) })}${also}.`;
}
/** @param {string} name @param {[string, number][]} valleys with their shares @param {number} underway @param {number} lost @param {number} n */
export function startsText(name, valleys, underway, lost, n) {
  const all = [
    ...valleys.map(([valley, share]) => ({ share, end: say(words.endIn, { valley }) })),
    { share: underway, end: say(words.endUnderway, { n }) },
    { share: lost, end: words.endLost },
  ].filter(({ share }) => share > 0);
  const shares = all.map(({ share, end }, i) =>
    say(i ? words.startsNext : words.startsFirst, { share: percentText(share), end }),
  );
  return say(words.startsSaid, { name, shares: join(shares) });
}
/** @param {number} x @param {number} y */
export const valleyText = (x, y) => say(words.valleyAt, { x: x.toFixed(2), y: y.toFixed(2) }).replaceAll("-", "−");

/* ---------- what is wrong with a formula ----------------------------------------------- */
/** @param {string | undefined} found the sign that stands where it cannot */
export function insteadText(found = "") {
  if (/^[xy]\d+$/.test(found)) return say(said.digits, { letter: found[0], n: found.slice(1) });
  return Object.hasOwn(said.instead, found) ? said.instead[found] : null;
}
/** @param {string | undefined} found */
export const closingText = (found) => say(found ? said.expected : said.expectedEnd, { found });
/** @param {string | undefined} found @param {string[]} functions */
export const unknownText = (found, functions) =>
  say(found ? said.unknown : said.unknownEnd, { found, functions: join(functions) });
