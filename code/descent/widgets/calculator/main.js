// The calculator: one framework's settings, and those with which another takes the same steps.
import { answerOf } from "./answer.js";
import { fieldsOf } from "./fields.js";
import { field, make, marked, typed } from "./nodes.js";
import { complaint, number, SLOPE } from "./numbers.js";
import { translate, translating } from "./plans.js";
import { words } from "./words.js";

const CHOSEN = ["method", "source", "target"];
const EVENTS = [...CHOSEN, "settings", "slope"].map((name) => `change:${name}`).join(" ");

// The line above the fields: from which framework to which, at slopes of what size, and a button that turns it round.
function questionOf(data) {
  const select = (name, said, options) => {
    const choices = Object.entries(options).map(([key, text]) => new Option(text, key));
    return make("label", {}, make("span", { textContent: said }), make("select", { name }, ...choices));
  };
  const labels = [
    select("method", words.method, data.methods),
    select("source", words.source, data.frameworks),
    select("target", words.target, data.frameworks),
  ];
  const slopes = field("slope");
  const turn = make("button", { type: "button", textContent: words.turn, data: { part: "turn" } });
  const typing = make("label", {}, make("span", { textContent: words.slopes }), slopes);
  const node = make("div", { className: "question" }, ...labels, typing, turn);
  const draw = (model) => {
    for (const name of CHOSEN) node.querySelector(`select[name=${name}]`).value = model.get(name);
    slopes.value = number(model.get("slope"));
  };
  const wrong = () => marked(slopes, complaint(typed(slopes), SLOPE, words.wrongSlope));
  return { node, slopes, turn, draw, wrong, slope: () => typed(slopes) };
}

// The settings of an answer that the other framework has too.
function turned(data, model, settings) {
  const fields = data.fields[model.get("target")][model.get("method")] ?? [];
  const known = new Set(fields.map(([name]) => name));
  return Object.fromEntries(Object.entries(settings).filter(([name]) => known.has(name)));
}

// What the reader does, carried to the model. The fields that are being typed in must not be made anew.
function listen({ data, model, root, question, fields, last, tell, draw }, signal) {
  let quiet = false;
  const store = (changes) => {
    quiet = true;
    for (const [name, item] of Object.entries(changes)) model.set(name, item);
    quiet = false;
    model.save_changes();
  };
  root.addEventListener("change", ({ target }) => {
    if (target.tagName !== "SELECT") return;
    const isTarget = target.name === "target";
    store({ [target.name]: target.value, ...(isTarget ? {} : { settings: {} }) });
    if (isTarget) tell();
    else draw();
  });
  fields.node.addEventListener("input", () => {
    const settings = tell();
    if (settings) store({ settings });
  });
  question.slopes.addEventListener("input", () => {
    if (tell()) store({ slope: question.slope() });
  });
  question.turn.addEventListener("click", () => {
    const settings = turned(data, model, last().settings);
    store({ source: model.get("target"), target: model.get("source"), settings });
    draw();
  });
  const redraw = () => root.isConnected && !quiet && draw();
  model.on(EVENTS, redraw);
  signal?.addEventListener("abort", () => model.off(EVENTS, redraw));
}

// The answer of a search that leaves the page free in between: the first, while the page still comes.
async function gently(trials) {
  for (;;) {
    const until = performance.now() + 5;
    while (performance.now() < until) {
      const { done, value } = trials.next();
      if (done) return value;
    }
    await new Promise((next) => setTimeout(next));
  }
}

async function render({ model, el, signal }) {
  const data = JSON.parse(model.get("_data"));
  const question = questionOf(data);
  const fields = fieldsOf();
  const answer = answerOf(data);
  const parts = [question.node, fields.node, answer.node];
  const root = make("div", { className: "descent-calculator", data: { descentCalculator: "" } }, ...parts);
  el.replaceChildren(root);
  let last = null;

  const read = () => {
    const [settings, faults] = fields.read();
    return { settings, wrong: [...faults, ...question.wrong()] };
  };
  const asked = (settings) => [data, ...CHOSEN.map((name) => model.get(name)), settings, question.slope()];
  // Answer what is typed; returns the settings, or null where something is wrong with them.
  const tell = (find = translate) => {
    const { settings, wrong } = read();
    last = wrong.length ? null : find(...asked(settings));
    answer.tell(last, wrong, data.frameworks[model.get("target")], question.slope());
    question.turn.disabled = !last?.call;
    root.dataset.state = "ready";
    return wrong.length ? null : settings;
  };
  const ask = () => {
    const source = model.get("source");
    question.draw(model);
    fields.draw(data.frameworks[source], data.fields[source][model.get("method")] ?? [], model.get("settings"));
  };
  const draw = () => {
    ask();
    tell();
  };
  listen({ data, model, root, question, fields, last: () => last, tell, draw }, signal);
  ask();
  const first = await gently(translating(...asked(read().settings)));
  if (root.dataset.state !== "ready") tell(() => first); // or else the reader has asked something else by now
}

export default { render };
