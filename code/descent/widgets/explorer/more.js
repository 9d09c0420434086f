// All that is not shown at first, behind one button.
import { html, set } from "../shared/elements.js";
import { words } from "./words.js";

export function addMore(fig) {
  const { state } = fig;
  fig.showMore = (more) => {
    Object.assign(state, { more }, !more && { maps: false, tab: "standings" });
    fig.change("view");
  };
}

export function morePart(fig, root) {
  const { state } = fig;
  const node = html(
    "button",
    { type: "button", class: "more", "aria-controls": `${fig.id}-more`, onclick: () => fig.showMore(!state.more) },
    words.more,
  );
  const draw = () => {
    root.classList.toggle("open", state.more);
    set(node, { "aria-expanded": state.more });
  };
  return { node, draw };
}
