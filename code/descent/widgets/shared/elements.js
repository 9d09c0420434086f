// Nodes of the page.
export const set = (node, attributes) => {
  for (const key in attributes) node.setAttribute(key, attributes[key]);
  return node;
};
export const svg = (tag, attributes = {}, ...children) => {
  const node = set(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes);
  node.append(...children);
  return node;
};
export const html = (tag, attributes = {}, ...children) => {
  const node = document.createElement(tag);
  for (const key in attributes) {
    if (key.startsWith("on")) node.addEventListener(key.slice(2), attributes[key]);
    else node.setAttribute(key, attributes[key]);
  }
  node.append(...children);
  return node;
};
export const show = (node, visible) => {
  node.style.display = visible ? "" : "none";
};
export const veil = (node, hidden) => {
  node.style.visibility = hidden ? "hidden" : "";
}; // but keep its room, so that nothing jumps
export const write = (node, text) => {
  if (node.textContent !== text) node.textContent = text;
};
