// The rule editor, a program of its own: it is sent when the figure asks for it.
import { load } from "../shared/programs.js";

export function addEditor(fig, model, root) {
  fig.edit = () => model.send("editor");
  // A text in a link has to wait for it.
  fig.retype = () => {
    fig.edit();
    throw 0;
  };
  const take = ({ editor, ...where }) => load(editor).then(({ edit }) => edit(fig, root, where, model));
  model.on("msg:custom", take);
  if (Object.keys(model.get("texts") ?? {}).length) fig.edit();
  return { leave: () => model.off("msg:custom", take) };
}
