// What the reader sees of a text: the text area over the same text in colours, what is said of it, and its knobs.
import { html, write } from "../shared/elements.js";
import { say } from "../shared/say.js";
import { coloured } from "./colours.js";
import { ruleKnobs } from "./knobs.js";
import { baseOf, nameFor } from "./keeping.js";
import { original } from "./original.js";
import { style } from "./style.js";
import { newLine, type } from "./typing.js";
import { words } from "./words.js";

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

// `names()` are the rules that can be changed; `keep` and `takeAway` what the buttons do.
export function sheetOf(fig, names, { keep, takeAway }) {
  const label = (name) => fig.looks[name].label;
  const paper = html("pre", { "aria-hidden": "true" });
  const area = areaOf(fig);
  const which = html("select", { name: "rule-edited", class: "which", "aria-label": words.which });
  const said = html("p", { class: "rule-said", id: `${fig.id}-said`, role: "status" });
  const knobs = ruleKnobs(fig);
  const replace = (text) => {
    area.focus();
    area.select();
    type(area, text);
  };
  const isKept = () => which.value !== baseOf(which.value);
  const back = () => (isKept() ? takeAway(which.value) : replace(original(which.value)));
  const reset = html("button", { type: "button", onclick: back });
  const another = html("button", { type: "button", onclick: () => keep(which.value) }, words.keep);
  const node = html(
    "div",
    { class: "rule-editor" },
    html("style", {}, style),
    html("div", { class: "rule-head" }, which, another, reset),
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
    write(reset, isKept() ? words.remove : words.reset);
    reset.disabled = same && !isKept();
    another.disabled = same || isKept() || Boolean(trouble) || !nameFor(fig, name);
    write(said, trouble ? say(words.trouble, trouble) : same ? words.same : say(words.runs, { name: label(name) }));
    said.classList.toggle("trouble", Boolean(trouble));
  };
  const drawKnobs = () => knobs.draw(which.value);
  const choose = (name) => {
    which.replaceChildren(...names().map((one) => html("option", { value: one }, label(one))));
    which.value = name;
  };
  return { node, area, which, choose, replace, paint, drawKnobs, showAllKnobs: knobs.showAll };
}
