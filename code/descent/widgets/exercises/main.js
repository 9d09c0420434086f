// The page answers: below an exercise a field, and what is said to an answer, as `check` says it in Python.
import { html } from "../shared/elements.js";
import { formOf, tick } from "./form.js";
import { tellGuess } from "./guess.js";
import { choiceKind, numbersKind, ruleKind } from "./kinds.js";
import { doneOf } from "./progress.js";
import { words } from "./words.js";

// What only Python can judge: the cell to run.
const cellToRun = ({ cell }) =>
  html("div", {}, html("p", {}, words.python), html("pre", { tabindex: "0" }, html("code", {}, cell)));

function formFor(box, exercise) {
  const names = [...document.querySelectorAll(".exercise-answer[data-judged]")].map((place) => place.dataset.exercise);
  const kind = exercise.choices ? choiceKind : exercise.rows ? numbersKind : ruleKind;
  return formOf(box, exercise.name, names, kind(exercise, box));
}

// In place of the button; `window.exercises` has come with the program (publish/site.js).
window.answerHere = (place) => {
  const exercise = window.exercises[place.dataset.exercise];
  const form = exercise.cell ? cellToRun(exercise) : formFor(place.closest(".exercise"), exercise);
  place.replaceChildren(form);
  form.querySelector("input, textarea, pre[tabindex]").focus();
};
window.judgeGuess = tellGuess;
for (const place of document.querySelectorAll(".exercise-answer[data-judged]")) {
  if (doneOf(place.dataset.exercise)) tick(place.closest(".exercise"));
}
