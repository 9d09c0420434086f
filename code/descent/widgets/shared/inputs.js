// Inputs that the figures share.
import { html } from "./elements.js";
import { clamp } from "./numbers.js";

// One tab stop for all buttons of a node: arrow keys lead on, and `come` is told where to.
export function roam(node, come) {
  node.addEventListener("keydown", (event) => {
    const move = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!move) return;
    event.preventDefault();
    const buttons = [...node.children];
    const now = buttons.findIndex((b) => b.tabIndex === 0);
    const button = buttons[(now + move + buttons.length) % buttons.length];
    come(button);
    button.focus();
  });
}
export function stopAt(node, button) {
  for (const other of node.children) other.tabIndex = other === button ? 0 : -1;
}

// Buttons of which one is chosen.
export function segments(label, role, items, choose) {
  const chosen = role === "tab" ? "aria-selected" : "aria-checked";
  const node = html("div", { class: "segments", role: role === "tab" ? "tablist" : "radiogroup", "aria-label": label });
  for (const [value, text] of items) {
    node.append(html("button", { type: "button", role, "data-value": value, onclick: () => choose(value) }, text));
  }
  roam(node, (button) => button.click());
  const mark = (value) => {
    const buttons = [...node.children];
    for (const button of buttons) button.setAttribute(chosen, button.dataset.value === value);
    stopAt(node, buttons.find((button) => button.dataset.value === value) ?? buttons[0]);
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
