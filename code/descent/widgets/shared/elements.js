// What the interactive figures share: numbers, runs, nodes and inputs.

/* ---------- numbers and runs ----------------------------------------------------------- */
export const SUPERSCRIPT = "⁰¹²³⁴⁵⁶⁷⁸⁹";
export const power = (e) => "10" + (e < 0 ? "⁻" : "") + String(Math.abs(e)).replace(/\d/g, (d) => SUPERSCRIPT[d]);
export const clamp = (v, low, high) => Math.min(high, Math.max(low, v));

// Follow a rule: positions and losses above the floor (heights, where a surface has no minimum) in flat arrays, `last` the last step that is not lost.
export function run(rule, hyper, surface, field, start, steps, bound) {
  const xs = new Float64Array(steps + 1), ys = new Float64Array(steps + 1), losses = new Float64Array(steps + 1);
  const s = new Float64Array(2 + 2 * rule.memory), g = new Float64Array(2);
  [s[0], s[1]] = start;
  const base = surface.goal ? surface.floor : 0;
  let last = 0, lostAt = 0;
  for (let t = 0; t <= steps; t++) {
    if (t) rule.step(s, t, hyper, field.slope, g);
    if (!(Math.abs(s[0]) < bound && Math.abs(s[1]) < bound)) { lostAt = t; break; }
    xs[t] = s[0]; ys[t] = s[1]; losses[t] = field.value(s[0], s[1]) - base;
    last = t;
  }
  return { xs, ys, losses, last, lostAt };
}

// Roughly bell-shaped noise of mean 0 and variance 1: four uniform numbers from a hash of the seed and a counter. Only
// exact arithmetic before the one product, so that descent.walk.noisy gives the same to the last bit.
export function bell(seed, counter) {
  let sum = 0;
  for (let i = 0; i < 4; i++) {
    let h = Math.imul(4 * counter + i + Math.imul(seed, 0x27d4eb2f), 0x9e3779b1);
    h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
    h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
    sum += (h ^ (h >>> 16)) >>> 0;
  }
  return (sum / 2 ** 32 - 2) * Math.sqrt(3);
}

// A surface whose slopes are read through noise, as from mini-batches: in step t all rules see the same noise.
export function noisy(field, strength, seed) {
  if (!strength) return field;
  const slope = (x, y, g, t) => {
    field.slope(x, y, g, t);
    g[0] += strength * bell(seed, 2 * t);
    g[1] += strength * bell(seed, 2 * t + 1);
  };
  return { ...field, slope };
}

const programs = new Map(); // explorers with the same rules and surfaces share one module

export function load(text) {
  if (!programs.has(text)) {
    const address = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
    programs.set(text, import(address).finally(() => URL.revokeObjectURL(address)));
  }
  return programs.get(text);
}

/* ---------- elements ------------------------------------------------------------------- */
export const set = (node, attributes) => { for (const key in attributes) node.setAttribute(key, attributes[key]); return node; };
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
export const show = (node, visible) => { node.style.display = visible ? "" : "none"; };
export const veil = (node, hidden) => { node.style.visibility = hidden ? "hidden" : ""; }; // but keep its room, so that nothing jumps
export const write = (node, text) => { if (node.textContent !== text) node.textContent = text; };

const polygon = (n, r, turn) => "M" + Array.from({ length: n }, (_, i) => {
  const a = turn + (i * 2 * Math.PI) / n;
  return `${(r * Math.cos(a)).toFixed(2)} ${(r * Math.sin(a)).toFixed(2)}`;
}).join("L") + "Z";
const MARKERS = {
  circle: (r) => `M${-r} 0a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0Z`,
  square: (r) => polygon(4, r * 1.25, Math.PI / 4),
  diamond: (r) => polygon(4, r * 1.35, 0),
  up: (r) => polygon(3, r * 1.4, -Math.PI / 2),
  down: (r) => polygon(3, r * 1.4, Math.PI / 2),
  left: (r) => polygon(3, r * 1.4, Math.PI),
  right: (r) => polygon(3, r * 1.4, 0),
  hexagon: (r) => polygon(6, r * 1.12, 0),
  pentagon: (r) => polygon(5, r * 1.2, -Math.PI / 2),
  plus: (r) => cross(r, 0.45),
  star: (r) => "M" + Array.from({ length: 10 }, (_, i) => {
    const a = -Math.PI / 2 + (i * Math.PI) / 5, length = r * (i % 2 ? 0.62 : 1.45);
    return `${(length * Math.cos(a)).toFixed(2)} ${(length * Math.sin(a)).toFixed(2)}`;
  }).join("L") + "Z",
};
function cross(r, thick) {
  const a = r * 1.2, b = r * thick;
  return `M${-b} ${-a}H${b}V${-b}H${a}V${b}H${b}V${a}H${-b}V${b}H${-a}V${-b}H${-b}Z`;
}
export const marker = (look, r) => (MARKERS[look.marker] ?? MARKERS.circle)(r);
export const HALO = "paint-order:stroke;stroke:var(--paper);stroke-width:3px;stroke-opacity:.8";

// A line sample with its marker in the middle, as in a legend.
export const sample = (look) => svg("svg", { "aria-hidden": "true", class: "sample" },
  svg("line", { x1: 0, x2: "100%", y1: 5, y2: 5, stroke: "var(--c)", "stroke-width": look.width, "stroke-dasharray": look.dash }),
  svg("svg", { x: "50%", y: 5, style: "overflow:visible" },
    svg("path", { d: marker(look, 4), fill: "var(--c)", stroke: "var(--paper)", "stroke-width": 1.5, "paint-order": "stroke" })));
export const colour = (look) => `--c: light-dark(${look.light}, ${look.dark})`;

// Buttons of which one is chosen, with one tab stop and arrow keys.
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
    const buttons = [...node.children], now = buttons.findIndex((b) => b.tabIndex === 0);
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
  const node = html("input", { type: "range", name, "aria-label": label, ...attributes, oninput: (event) => input(Number(event.target.value)) });
  const put = (value, text) => {
    if (Number(node.value) !== value) node.value = value;
    node.style.setProperty("--part", `${clamp((100 * (value - node.min)) / (node.max - node.min), 0, 100)}%`);
    node.setAttribute("aria-valuetext", text);
  };
  return { node, put };
}
