// What the reader sees of a text: the text area over the same text in colours, what is said of it, and its knobs.
import { html, write } from "../shared/elements.js";
import { say } from "../shared/say.js";
import { coloured } from "./colours.js";
import { ruleKnobs } from "./knobs.js";
import { known } from "./known.js";
import { style } from "./style.js";
import { newLine, type } from "./typing.js";
import { words } from "./words.js";

// The rule's text as it is shown at first.
export const original = (name) => known.rules[name].trimEnd();

function areaOf(fig) {
  const area = html("textarea", {
    name: "rule-text",
    spellcheck: "false",
    autocomplete: "off",
    autocapitalize: "off",
    wrap: "off",
    "aria-describedby": `${fig.id}-said`,
    onkeydown: (event) => newLine(event, area),
  });
  return area;
}

// `names` are the rules that can be changed.
export function sheetOf(fig, names) {
  const label = (name) => fig.looks[name].label;
  const paper = html("pre", { "aria-hidden": "true" });
  const area = areaOf(fig);
  const options = names.map((name) => html("option", { value: name }, label(name)));
  const which = html("select", { name: "rule-edited", class: "which", "aria-label": words.which }, ...options);
  const said = html("p", { class: "rule-said", id: `${fig.id}-said`, role: "status" });
  const knobs = ruleKnobs(fig);
  const again = () => {
    area.focus();
    area.select();
    type(area, original(which.value));
  };
  const reset = html("button", { type: "button", onclick: again }, words.reset);
  const node = html(
    "div",
    { class: "rule-editor" },
    html("style", {}, style),
    html("div", { class: "rule-head" }, which, reset),
    html("div", { class: "rule-sheet" }, html("div", { class: "rule-paper" }, paper, area)),
    said,
    knobs.node,
  );
  const paint = (trouble) => {
    const name = which.value;
    const same = area.value === original(name);
    area.setAttribute("aria-label", say(words.text, { name: label(name) }));
    area.setAttribute("aria-invalid", Boolean(trouble));
    paper.replaceChildren(...coloured(area.value, original(name), trouble));
    reset.disabled = same;
    write(said, trouble ? say(words.trouble, trouble) : same ? words.same : say(words.runs, { name: label(name) }));
    said.classList.toggle("trouble", Boolean(trouble));
  };
  const drawKnobs = () => knobs.draw(which.value);
  return { node, area, which, paint, drawKnobs, showAllKnobs: knobs.showAll };
}
