// The text of a rule as it is written: a text area over the same text in colours, and below it what is said of it.
import { html, write } from "../shared/elements.js";
import { coloured } from "./colours.js";
import { newLine, type } from "./typing.js";

// `id` is that of the line below.
export function paperOf(id) {
  const colours = html("pre", { "aria-hidden": "true" });
  const area = html("textarea", {
    name: "rule-text",
    spellcheck: "false",
    autocomplete: "off",
    autocapitalize: "off",
    wrap: "off",
    "aria-describedby": id,
    onkeydown: (event) => newLine(event, area),
  });
  const said = html("p", { class: "rule-said", id, role: "status" });
  const node = html("div", { class: "rule-sheet" }, html("div", { class: "rule-paper" }, colours, area));
  const replace = (text) => {
    area.focus();
    area.select();
    type(area, text);
  };
  // Lines that differ from those of `first` are marked, and so are the words of a trouble.
  const paint = (first, trouble, text) => {
    area.setAttribute("aria-invalid", Boolean(trouble));
    colours.replaceChildren(...coloured(area.value, first, trouble));
    write(said, text);
    said.classList.toggle("trouble", Boolean(trouble));
  };
  return { node, area, said, replace, paint };
}
