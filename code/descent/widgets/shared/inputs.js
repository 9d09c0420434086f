// Inputs that the figures share.
// Buttons of which one is chosen, with one tab stop and arrow keys.
import { html } from "./elements.js";
import { clamp } from "./numbers.js";
export function segments(label, role, items, choose) {
  const chosen = role === "tab" ? "aria-selected" : "aria-checked";
  const node = html("div", { class: "segments", role: role === "tab" ? "tablist" : "radiogroup", "aria-label": label });
  for (const [value, text] of items) {
    node.append(html("button", { type: "button", role, "data-value": value, onclick: () => choose(value) }, text));
  }
  node.addEventListener("keydown", (event) => {
    const move = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!move) return;
    event.preventDefault();
    const buttons = [...node.children];
    const now = buttons.findIndex((b) => b.tabIndex === 0);
    const button = buttons[(now + move + buttons.length) % buttons.length];
    button.click();
    button.focus();
  });
  const mark = (value) => {
    for (const button of node.children) {
      button.setAttribute(chosen, button.dataset.value === value);
      button.tabIndex = button.dataset.value === value ? 0 : -1;
    }
    if (![...node.children].some((button) => button.tabIndex === 0)) node.firstChild.tabIndex = 0;
  };
  return { node, mark };
}

export function slider(name, label, attributes, input) {
  const node = html("input", {
    type: "range",
    name,
    "aria-label": label,
    ...attributes,
    oninput: (event) => input(Number(event.target.value)),
  });
  const put = (value, text) => {
    if (Number(node.value) !== value) node.value = value;
    node.style.setProperty("--part", `${clamp((100 * (value - node.min)) / (node.max - node.min), 0, 100)}%`);
    node.setAttribute("aria-valuetext", text);
  };
  return { node, put };
}
