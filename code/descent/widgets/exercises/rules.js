// @ts-check
// A reader's rule, judged by its steps as descent.exercises.answers judges it.
import { say } from "../shared/say.js";
import { hill, LOST, steps } from "./hill.js";
import { says } from "./says.js";
import { general, unlocked } from "./seal.js";

/** @typedef {[number | null, number | null]} Place */
/** @typedef {Record<string, number>} Setting */
/** @typedef {{ memory: number, hyper: Setting, step: Function }} Program */
/**
 * @typedef {object} RuleExercise
 * @property {string} name @property {[Setting, Setting][]} trials @property {Setting[]} settings @property {string} hint
 * @property {Place[][]} right @property {number[]} marks @property {[Place[][], string][]} mistakes
 */

const { slope } = hill.make({});

/** The path of a rule that is given a setting for each half. @param {Program} rule @param {Setting[]} halves @param {boolean} [exchanged] @returns {Place[]} */
function pathOf({ memory, hyper, step }, [first, second], exchanged) {
  const s = new Float64Array(2 + 2 * memory);
  const g = new Float64Array(2);
  s.set(hill.start);
  /** @type {Place[]} */
  const path = [[s[0], s[1]]];
  for (let t = 1; t <= steps; t++) {
    step(s, t, { ...hyper, ...(2 * t <= steps ? first : second) }, slope, g);
    if (exchanged) s.set([s[4], s[5], s[2], s[3]], 2);
    path.push([s[0], s[1]]);
  }
  return path;
}

/** @param {number | null} a @param {number | null} b */
function near(a, b, relative = 1e-7, absolute = 1e-9) {
  const [one, other] = [a, b].map((v) => (v !== null && Math.abs(v) < LOST ? v : NaN));
  if (Number.isNaN(one) || Number.isNaN(other)) return Object.is(one, other);
  return Math.abs(one - other) <= absolute + relative * Math.abs(other);
}
/** @param {Place} one @param {Place} other */
const same = (one, other) => near(one[0], other[0]) && near(one[1], other[1]);
/** The first step at which two paths differ, or 0. @param {Place[]} mine @param {Place[]} other */
const parting = (mine, other) =>
  Math.max(
    0,
    mine.findIndex((place, k) => !same(place, other[k])),
  );

/** @param {Setting} setting */
const settingText = (setting) =>
  Object.entries(setting)
    .map(([name, value]) => `${name}=${general(value)}`)
    .join(", ");

/** The sentence of the first mistake that takes the same steps. @param {RuleExercise} exercise @param {Place[][]} mine */
const knownMistake = ({ mistakes, marks }, mine) =>
  mistakes.find(([paths]) => paths.every((path, k) => path.every((place, i) => same(mine[k][marks[i]], place))))?.[1];

/** What is wrong with a rule whose paths part from the right ones. @param {RuleExercise} exercise @param {Program} rule @param {Place[][]} mine @param {number[]} apart */
function saidOf(exercise, rule, mine, apart) {
  const { name, trials, settings, right } = exercise;
  const known = knownMistake(exercise, mine);
  if (known !== undefined) return unlocked(name, known);
  const hint = unlocked(name, exercise.hint);
  const missing = Object.keys(settings[0]).find((key) => !(key in rule.hyper));
  if (missing) return say(says.missing, { name: missing });
  if (rule.memory === 2 && !trials.some((trial, k) => parting(pathOf(rule, trial, true), right[k])))
    return says.exchanged;
  const lost = mine[0].findIndex((place) => !place.every(Number.isFinite));
  if (lost >= 0) return say(says.infinite, { step: lost, hint });
  const turned = (/** @type {0 | 1} */ c) =>
    near(Number(mine[0][1][c]) - Number(mine[0][0][c]), Number(right[0][0][c]) - Number(right[0][1][c]), 1e-6, 1e-8);
  if (turned(0) && turned(1)) return say(says.uphill, { hint });
  for (const [key, value] of Object.entries(settings[1])) {
    const other = { ...settings[0], [key]: value };
    if (!parting(pathOf(rule, [other, other]), mine[0])) return say(says.same, { name: key });
  }
  const first = apart.findIndex(Boolean);
  const step = apart[first];
  if (first >= settings.length)
    return say(says.changing, { changed: settings.map(settingText).join("; "), step, hint });
  return say(step > 1 ? says.later : says.parts, { step, setting: settingText(trials[first][0]), hint });
}

/**
 * Whether a rule takes the right steps, and what is said to it; both paths of the walk on which they part, and where.
 * @param {RuleExercise} exercise @param {Program} rule
 */
export function judgeRule(exercise, rule) {
  const mine = exercise.trials.map((trial) => pathOf(rule, trial));
  const apart = mine.map((path, k) => parting(path, exercise.right[k]));
  const complete = Object.keys(exercise.settings[0]).every((key) => key in rule.hyper);
  if (complete && !apart.some(Boolean)) return { right: true, said: "" };
  const first = Math.max(0, apart.findIndex(Boolean));
  const setting = [...new Set(exercise.trials[first].map(settingText))].join(", then ");
  const paths = { mine: mine[first], right: exercise.right[first], step: apart[first], setting };
  return { right: false, said: saidOf(exercise, rule, mine, apart), paths };
}
