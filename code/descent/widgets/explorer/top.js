// The surface: which one.
import { html, show } from "../shared/elements.js";
import { segments } from "../shared/inputs.js";
import { words } from "./words.js";

export function topPart(fig) {
  const { state, program } = fig;
  const names = Object.keys(program.surfaces);
  const picker = segments(
    words.surfaces,
    "radio",
    names.map((name) => [name, program.surfaces[name].label]),
    (name) => fig.pickSurface(name),
  );
  const node = html("div", { class: "top" }, picker.node);
  show(node, names.length > 1);
  return { node, draw: () => picker.mark(state.surface) };
}
