// The fields for a framework's settings.
import { field, make, marked, typed } from "./nodes.js";
import { complaint, number } from "./numbers.js";
import { words } from "./words.js";
import { say } from "../shared/say.js";

const isSwitch = (name) => name === "centered";

function labelled([name, label, first, asked], given) {
  const now = given[name] ?? first;
  const input = isSwitch(name)
    ? make("input", { type: "checkbox", name, checked: Boolean(now) })
    : field(name, number(now));
  const said = make("small", { textContent: asked ? say(words.noDefault, { label }) : label });
  return make("label", {}, make("span", {}, make("code", { textContent: name }), " ", said), input);
}

export function fieldsOf() {
  const node = make("fieldset", { data: { part: "settings" } });
  let shown = [];
  // `fields` as calculator.py lists them: name, label, first value, whether it is asked for, limits, complaint.
  const draw = (framework, fields, given) => {
    shown = fields;
    const legend = make("legend", { textContent: say(words.settings, { framework }) });
    node.replaceChildren(legend, ...fields.map((one) => labelled(one, given)));
  };
  // The settings that are typed, and what is wrong with them.
  const read = () => {
    const settings = {};
    const wrong = shown.flatMap(([name, , , , limits, text]) => {
      const input = node.querySelector(`[name=${name}]`);
      settings[name] = isSwitch(name) ? Number(input.checked) : typed(input);
      return marked(input, complaint(settings[name], limits, text));
    });
    return [settings, wrong];
  };
  return { node, draw, read };
}
