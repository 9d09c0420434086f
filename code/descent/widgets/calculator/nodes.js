// Elements of the page, with their properties, their data and what they hold.
export function make(tag, properties = {}, ...children) {
  const { data, ...rest } = properties;
  const element = Object.assign(document.createElement(tag), rest);
  Object.assign(element.dataset, data);
  element.append(...children);
  return element;
}

// A field to type a number in.
export const field = (name, value = "") =>
  make("input", { type: "text", inputMode: "decimal", name, value, autocomplete: "off", spellcheck: false });

// What is typed in a field: no number where nothing is.
export const typed = (input) => (input.value.trim() === "" ? NaN : Number(input.value));

// Mark whether what is typed can stand, and hand on what is wrong with it.
export function marked(input, line) {
  input.setAttribute("aria-invalid", String(Boolean(line)));
  return line ? [line] : [];
}
