// The kinds of answers: each has a field and its label, a node if there is more than the field to show, and makes of what
// stands in it a verdict, or one line that asks for something else.
import { readRule } from "../editor/grammar.js";
import { paperOf } from "../editor/paper.js";
import { html } from "../shared/elements.js";
import { load } from "../shared/programs.js";
import { say } from "../shared/say.js";
import { readNumbers } from "./reading.js";
import { judgeRule } from "./rules.js";
import { judge } from "./seal.js";
import { words } from "./words.js";

export function numbersKind(exercise) {
  const { count } = exercise;
  const field = html("input", { autocomplete: "off", spellcheck: "false" });
  return {
    label: count === 1 ? words.answer : say(words.answers, { count }),
    field,
    async answer() {
      const { values, unclear } = readNumbers(field.value, count);
      return unclear ? { unclear } : { ...judge(exercise, values), same: String(values) };
    },
  };
}

// The list of the exercise's text becomes one to choose from; on paper it stays as it is.
export function choiceKind(exercise, box) {
  const list = [...box.querySelectorAll("ul")].at(-1);
  const choices = [...list.children].map((item, k) => {
    const radio = html("input", { type: "radio", name: `choice-${exercise.name}`, value: k + 1 });
    return html("label", {}, radio, html("span", {}, ...item.cloneNode(true).childNodes));
  });
  list.classList.add("exercise-list");
  const field = html("fieldset", { class: "exercise-choices" }, ...choices);
  return {
    label: words.answer,
    field,
    async answer() {
      const chosen = field.querySelector(":checked");
      return chosen ? { ...judge(exercise, [Number(chosen.value)]), same: chosen.value } : { unclear: words.choose };
    },
  };
}

// The text is written in the figures' rule editor.
export function ruleKind(exercise) {
  const { begin } = exercise;
  const paper = paperOf(`said-${exercise.name}`);
  const { area } = paper;
  const reset = html("button", { type: "button", onclick: () => paper.replace(begin) }, words.reset);
  const read = () => {
    const { rule, trouble } = readRule(area.value);
    paper.paint(begin, trouble, trouble ? say(words.line, trouble) : "");
    reset.disabled = area.value === begin;
    return { rule, trouble };
  };
  area.value = begin;
  area.addEventListener("input", read);
  read();
  return {
    label: words.rule,
    field: area,
    node: html("div", { class: "rule-editor" }, html("div", { class: "rule-head" }, reset), paper.node, paper.said),
    async answer() {
      const { rule, trouble } = read();
      if (trouble) return { unclear: say(words.mend, trouble) };
      const { memory, hyper, step } = rule;
      const { made } = await load(`export const made = { ${step} };\n`); // our own lines, not the reader's
      return { ...judgeRule(exercise, { memory, hyper, step: made.step }), same: step };
    },
  };
}
