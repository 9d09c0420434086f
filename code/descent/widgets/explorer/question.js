// Predict, then see: a question that hides the run until it is answered.
// What a question measures: the rule with the smallest number is right, and "none of them" where no rule has one.
import { html, show, veil, write } from "../shared/elements.js";
import { roam, stopAt } from "../shared/inputs.js";
import { colour, sample } from "../shared/looks.js";
import { say } from "../shared/say.js";
import { arrival, SEARCH, STAY } from "./goals.js";
import { OWN } from "./state.js";
import { called, join } from "./texts.js";
import { words } from "./words.js";
const QUESTIONS = {
  first: (fig, name) => arrival(fig.follow(name, SEARCH + STAY)),
  lost: (fig, name) => fig.follow(name, SEARCH + STAY).lostAt || null,
  lowest: (fig, name) => {
    const r = fig.follow(name, fig.state.steps);
    const v = Math.max(r.losses[r.last], fig.surface.goal ? 1e-15 : -Infinity);
    return r.lostAt || Number.isNaN(v) ? null : Number(v.toPrecision(3));
  },
};
const BRACKETS = [30, 100, 300, Infinity];

// The values of the right answers: rules (several where they tie), "" for none of them, or for steps a bracket's number.
function rightAnswers(fig, kind) {
  if (kind === "steps") {
    const k = arrival(fig.follow(fig.on()[0], SEARCH + STAY)) ?? 1e9;
    return [String(BRACKETS.findIndex((end) => k < end))];
  }
  const found = fig
    .on()
    .map((name) => [name, QUESTIONS[kind](fig, name)])
    .filter(([, v]) => v !== null);
  const best = Math.min(...found.map(([, v]) => v));
  return found.length ? found.filter(([, v]) => v === best).map(([name]) => name) : [""];
}

const usual = ({ state }) => Object.hasOwn(words.questions, state.ask);
function kindAsked(fig) {
  const many = fig.on().length > 1;
  const asked = usual(fig) ? fig.state.ask : many ? "first" : "steps";
  return fig.surface.goal || asked === "lost" ? asked : many ? "lowest" : "lost"; // without a minimum nothing is reached
}
function questionText(fig) {
  const { state, surface } = fig;
  const [first] = fig.on();
  if (!first) return words.nobody;
  if (state.ask && !usual(fig) && !(state.surface === OWN && !surface.goal)) return state.ask;
  return say(words.questions[kindAsked(fig)], { name: called(fig.looks[first].label), steps: state.steps });
}
// The answers to choose from: value, words, and the look of a rule.
function choicesOf(fig) {
  if (!fig.on().length) return [];
  if (kindAsked(fig) === "steps") return words.brackets.map((text, i) => [String(i), text, null]);
  return [...fig.on().map((name) => [name, fig.looks[name].label, fig.looks[name]]), ["", words.noneOfThem, null]];
}
function choose(fig, value) {
  const right = rightAnswers(fig, kindAsked(fig));
  const named = choicesOf(fig)
    .filter(([v]) => right.includes(v))
    .map(([, text]) => called(text));
  fig.reveal(right.includes(value) ? words.calledIt : say(words.notThisTime, { right: join(named) }));
}
function answerOf(fig, [value, label, look]) {
  return html(
    "button",
    {
      type: "button",
      class: "answer",
      "data-answer": value,
      ...(look && { style: colour(look) }),
      onclick: () => choose(fig, value),
    },
    html("span", {}, label),
    ...(look ? [sample(look)] : []),
  );
}

export function questionPart(fig) {
  const { id, state } = fig;
  const question = html("p", { class: "question", id: `${id}-question` });
  const answers = html("div", { class: "answers", role: "toolbar", "aria-labelledby": `${id}-question` });
  const stop = (answer) => stopAt(answers, answer);
  roam(answers, stop);
  const node = html("div", { class: "ask" }, question, answers);
  const draw = () => {
    veil(node, !state.asking);
    if (!state.asking) {
      if (answers.written) node.style.minHeight = `${node.offsetHeight}px`; // the answers go, their room stays
      answers.written = "";
      show(node, node.style.minHeight); // nothing was asked yet: no room for it
      return answers.replaceChildren();
    }
    show(node, true);
    write(question, questionText(fig));
    const text = [state.ask, kindAsked(fig), ...fig.on()].join();
    if (answers.written === text) return;
    answers.written = text;
    node.style.minHeight = "";
    answers.replaceChildren(...choicesOf(fig).map((choice) => answerOf(fig, choice)));
    stop(answers.firstChild);
  };
  return { node, draw, focus: () => answers.firstChild?.focus() };
}

export function addQuestions(fig) {
  const { state } = fig;
  fig.askFirst = (asking) => {
    fig.stop();
    Object.assign(state, { asking, step: state.steps, tab: "standings" });
    fig.change("run");
    fig.drawNow(); // so that what gets the focus is there
    if (asking) fig.parts.question.focus();
  };
  fig.reveal = (verdict) => {
    fig.askFirst(false);
    fig.verdict = { text: verdict, on: fig.situation() };
    if (!fig.calm()) fig.play();
    fig.parts.transport.focus();
  };
}
