// The kinds of answers: each has a field and its label, and makes of a text a verdict, or one line that asks for another.
import { readRule } from "../editor/grammar.js";
import { html } from "../shared/elements.js";
import { load } from "../shared/programs.js";
import { say } from "../shared/say.js";
import { readNumbers } from "./reading.js";
import { judgeRule } from "./rules.js";
import { judge } from "./seal.js";
import { words } from "./words.js";

export function numbersKind(exercise) {
  const { count } = exercise;
  return {
    label: count === 1 ? words.answer : say(words.answers, { count }),
    field: html("input", { autocomplete: "off", spellcheck: "false" }),
    async answer(text) {
      const { values, unclear } = readNumbers(text, count);
      return unclear ? { unclear } : { ...judge(exercise, values), same: String(values) };
    },
  };
}

export function ruleKind(exercise) {
  const field = html("textarea", {
    rows: 7,
    wrap: "off",
    autocomplete: "off",
    autocapitalize: "off",
    spellcheck: "false",
  });
  field.value = exercise.begin;
  return {
    label: words.rule,
    field,
    async answer(text) {
      const { rule, trouble } = readRule(text);
      if (trouble) return { unclear: say(words.line, trouble) };
      const { memory, hyper, step } = rule;
      const { made } = await load(`export const made = { ${step} };\n`); // our own lines, not the reader's
      return { ...judgeRule(exercise, { memory, hyper, step: made.step }), same: step };
    },
  };
}
