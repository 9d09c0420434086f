// One exercise: the field, the sentence below it, and what comes after it.
import { html, write } from "../shared/elements.js";
import { say } from "../shared/say.js";
import { pathsOf } from "./paths.js";
import { doneOf, keep, triesOf } from "./progress.js";
import { words } from "./words.js";

const PATIENCE = 3; // wrong answers before the solution is offered

// The solution's box, if this edition has one, and how to open it.
function solutionOf(box) {
  const next = box.nextElementSibling;
  return next?.classList.contains("solution") ? next : null;
}
function open(solution) {
  if (solution.classList.contains("toggle-hidden")) solution.querySelector(".toggle-button")?.click();
  solution.scrollIntoView({ block: "nearest" });
}

export function tick(box) {
  if (box.querySelector(".exercise-tick")) return;
  const mark = html("span", { class: "exercise-tick", role: "img", "aria-label": words.solved }, "✓");
  box.querySelector(".admonition-title").append(mark);
}

// What comes after a verdict: what is solved by now, or after some wrong answers the way to the solution.
function afterwards(box, name, names) {
  const node = html("p", { class: "exercise-more" });
  const wrong = new Set();
  const progress = () => {
    keep(name, true);
    tick(box);
    write(node, say(words.progress, { done: names.filter(doneOf).length, all: names.length }));
  };
  const offer = () => {
    const solution = solutionOf(box);
    if (!solution || triesOf(name) < PATIENCE) return;
    const button = html("button", { type: "button", onclick: () => open(solution) }, words.open);
    node.replaceChildren(words.offer, " ", button);
  };
  const put = ({ right, same }) => {
    if (right) return progress();
    if (doneOf(name) || wrong.has(same)) return;
    wrong.add(same);
    keep(name, triesOf(name) + 1);
    offer();
  };
  return { node, put };
}

export function formOf(box, name, names, { label, field, node = field, answer }) {
  const title = box.querySelector(".caption-number")?.textContent.trim() ?? name;
  Object.assign(field, { id: `answer-${name}`, name });
  const caption = field.localName === "fieldset" ? "" : html("label", { for: field.id }, label);
  field.setAttribute("aria-label", say(words.named, { label, title }));
  const said = html("p", { class: "exercise-said", role: "status" });
  const shown = html("div", { class: "exercise-shown" });
  const after = afterwards(box, name, names);
  const tell = (text, kind) => {
    said.dataset.verdict = kind;
    write(said, text);
  };
  const check = async (event) => {
    event.preventDefault();
    write(said, ""); // so that the same sentence is read aloud again
    const { unclear, ...verdict } = await answer();
    shown.replaceChildren(...(verdict.paths?.step ? [pathsOf(verdict.paths)] : []));
    if (unclear) return tell(unclear, "unclear");
    tell(verdict.right ? `${words.right} ${verdict.said}`.trimEnd() : verdict.said, verdict.right ? "right" : "wrong");
    after.put(verdict);
  };
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) check(event);
  });
  const row = html("div", { class: "exercise-row" }, node, html("button", { type: "submit" }, words.check));
  return html("form", { novalidate: "", onsubmit: check }, caption, row, said, shown, after.node);
}
