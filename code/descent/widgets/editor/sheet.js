// What the reader sees of a figure's text: the text, what is said of it, its buttons and its knobs.
import { html, write } from "../shared/elements.js";
import { say } from "../shared/say.js";
import { ruleKnobs } from "./knobs.js";
import { baseOf, nameFor } from "./keeping.js";
import { original } from "./original.js";
import { paperOf } from "./paper.js";
import { style } from "./style.js";
import { words } from "./words.js";

// `names()` are the rules that can be changed; `keep` and `takeAway` what the buttons do.
export function sheetOf(fig, names, { keep, takeAway }) {
  const label = (name) => fig.looks[name].label;
  const paper = paperOf(`${fig.id}-said`);
  const { area, replace } = paper;
  const which = html("select", { name: "rule-edited", class: "which", "aria-label": words.which });
  const knobs = ruleKnobs(fig);
  const isKept = () => which.value !== baseOf(which.value);
  const back = () => (isKept() ? takeAway(which.value) : replace(original(which.value)));
  const reset = html("button", { type: "button", onclick: back });
  const another = html("button", { type: "button", onclick: () => keep(which.value) }, words.keep);
  const node = html(
    "div",
    { class: "rule-editor" },
    html("style", {}, style),
    html("div", { class: "rule-head" }, which, another, reset),
    paper.node,
    paper.said,
    knobs.node,
  );
  const paint = (trouble) => {
    const name = which.value;
    const same = area.value === original(name);
    area.setAttribute("aria-label", say(words.text, { name: label(name) }));
    write(reset, isKept() ? words.remove : words.reset);
    reset.disabled = same && !isKept();
    another.disabled = same || isKept() || Boolean(trouble) || !nameFor(fig, name);
    const text = trouble ? say(words.trouble, trouble) : same ? words.same : say(words.runs, { name: label(name) });
    paper.paint(original(name), trouble, text);
  };
  const drawKnobs = () => knobs.draw(which.value);
  const choose = (name) => {
    which.replaceChildren(...names().map((one) => html("option", { value: one }, label(one))));
    which.value = name;
  };
  return { node, area, which, choose, replace, paint, drawKnobs, showAllKnobs: knobs.showAll };
}
