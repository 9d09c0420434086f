// The figure's map once more, small, beside a text that is changed elsewhere on the page.
import { html, set } from "../shared/elements.js";
import { words } from "./words.js";

export function mirrorOf(root) {
  const go = () => {
    root.scrollIntoView({ block: "center" });
    root.querySelector("[data-part=start]").focus({ preventScroll: true });
  };
  const glass = html("div", { class: "rule-map", "aria-hidden": "true", onclick: go });
  const node = html(
    "div",
    { class: "rule-mirror" },
    glass,
    html("button", { type: "button", onclick: go }, words.figure),
  );
  const draw = () => {
    const map = root.querySelector(".map > svg");
    const { width, height } = map.getBoundingClientRect();
    const copy = map.cloneNode(true);
    for (const one of [copy, ...copy.querySelectorAll("*")])
      for (const name of ["id", "role", "aria-labelledby", "data-part"]) one.removeAttribute(name);
    glass.replaceChildren(set(copy, { viewBox: `0 0 ${width} ${height}` }));
  };
  return { node, draw };
}
