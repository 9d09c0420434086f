// The rule editor, a program of its own: it is sent when the figure asks for it.
import { load } from "../shared/programs.js";

export function addEditor(fig, model, root) {
  fig.edit = () => model.send("editor");
  // A text in a link has to wait for it, and stays in the address as long.
  fig.retype = () => {
    fig.waits = true;
    fig.edit();
    throw 0;
  };
  const take = async ({ editor, ...where }) => {
    const { edit } = await load(editor);
    await edit(fig, root, where, model);
    fig.waits = false;
  };
  model.on("msg:custom", take);
  if (Object.keys(model.get("texts") ?? {}).length) fig.edit();
  return { leave: () => model.off("msg:custom", take) };
}
