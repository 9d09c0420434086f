// The box in which the reader writes a surface of their own.
import { html, veil, write } from "../shared/elements.js";
import { MOST_LENGTH } from "./grammar.js";
import { rich } from "./rich.js";
import { OWN } from "./state.js";
import { numbersIn } from "./tokens.js";
import { words } from "./words.js";

const box = (name, label, attributes) =>
  html("input", { type: "text", name, "aria-label": label, autocomplete: "off", spellcheck: "false", ...attributes });

export function ownPart(fig) {
  const { state } = fig;
  const said = html("span", { class: "own-said", role: "status" });
  const formula = box("formula", words.ownName, { maxlength: MOST_LENGTH, placeholder: "x**2 + 3*y**2" });
  const pairs = ["own-x", "own-y", "own-start"].map((name, i) => box(name, words.ownPairs[i][1], { class: "pair" }));
  const put = ({ formula: text, window, start }) => {
    formula.value = text;
    [...window, start].forEach((pair, i) => {
      pairs[i].value = pair.join(", ").replaceAll("-", "−");
    });
    write(said, "");
  };
  const submit = async (event) => {
    event.preventDefault();
    try {
      const [x, y, start] = pairs.map((input) => numbersIn(input.value));
      await fig.useFormula({ formula: formula.value || formula.placeholder, window: [x, y], start });
      fig.pickSurface(OWN);
      put(state.own);
    } catch (error) {
      write(said, error.message);
    }
  };
  const form = html(
    "form",
    { class: "own-form", onsubmit: submit },
    html("span", {}, ...rich(words.ownHeight)),
    formula,
    ...pairs.map((input, i) => html("label", {}, html("span", {}, ...rich(words.ownPairs[i][0])), input)),
    html("button", {}, words.ownShow),
  );
  const node = html("details", { class: "own" }, html("summary", {}, words.ownSurface), form, said);
  let shown = null;
  const draw = (dirty) => {
    veil(node, state.asking);
    if (dirty.surface && shown !== state.own) put((shown = state.own));
  };
  return {
    node,
    draw,
    fold: () => {
      node.open = false;
    },
  };
}
