// The interactive figure. One idea: every input changes `state`; the next animation frame computes the runs and draws
// all parts from them. Rules and surfaces come as a program text written by descent.tracing, so this file knows none
// of them by heart (only the "One step" panel says more about rules it recognises).
import { clamp, colour, HALO, html, load, marker, noisy, power, run, sample, segments, set, show, slider, svg, veil, write } from "../shared/elements.js";
import { OWN, OWN_START, OWN_WINDOW, ownPart, ownSurface } from "./formula.js";
import { GOAL, SEED, STAY } from "./goals.js";
import { mapsPart } from "./maps.js";
import { brief, levelText, lossText, pairText, rateText, shortText } from "./numbers.js";
import { called, join, plain, WORDS } from "./texts.js";

/* ---------- numbers -------------------------------------------------------------------- */
const SEARCH = 4000; // the line in words looks this far beyond the picture
const TUNING_STEPS = 200;
const SMALLEST = 1e-8;
const DRAWS = 20; // faint runs of one rule with other noise
const NEAR_BEST = 0.1;

// The first step from which the loss stays below the goal for `stay` steps in a row, or null.
export function reaches(losses, goal = GOAL, stay = STAY) {
  let inARow = 0;
  for (let k = 0; k < losses.length; k++) {
    inARow = losses[k] < goal ? inARow + 1 : 0;
    if (inARow === stay) return k - stay + 1;
  }
  return null;
}

// A run that falls below the minimum, beyond the window, has not arrived there.
const arrival = (r) => reaches(r.losses.subarray(0, r.last + 1).map(Math.abs));

function valleyOf(surface, field, x, y) {
  let nearest = Infinity, base = 0;
  for (const [a, b] of [...surface.minima, ...surface.others]) {
    const distance = Math.hypot(x - a, y - b);
    if (distance < nearest) { nearest = distance; base = field.value(a, b) - surface.floor; }
  }
  return base;
}

function tuningCost(rule, hyper, surface, field, trail) {
  const [[x0, x1], [y0, y1]] = surface.window, reach = 0.08 * Math.min(x1 - x0, y1 - y0) / 2;
  const s = new Float64Array(2 + 2 * rule.memory), g = new Float64Array(2);
  let sum = 0;
  for (const i of [-1, 0, 1]) {
    s.fill(0);
    s[0] = surface.start[0] + i * reach; s[1] = surface.start[1] - i * reach;
    const top = 1.0001 * (field.value(s[0], s[1]) - surface.floor);
    for (let t = 0; t <= TUNING_STEPS; t++) {
      if (t) rule.step(s, t, hyper, field.slope, g);
      trail[t] = field.value(s[0], s[1]) - surface.floor;
      if (!(trail[t] <= top && Math.abs(s[0]) + Math.abs(s[1]) < 1e6)) return Infinity; // lost as in descent.walk
    }
    const base = valleyOf(surface, field, s[0], s[1]);
    for (let t = 1; t <= TUNING_STEPS; t += 4) { // one logarithm for four losses
      let product = 1;
      for (let i = t; i < t + 4; i++) product *= Math.max(trail[i] - base, SMALLEST);
      sum += Math.log10(product);
    }
  }
  return sum / (3 * TUNING_STEPS);
}

// The gentlest rate within a hair of the best (the definition is descent.races.tuned_rate), or null if all rates fail.
export function tunedRate(rule, hyper, surface, field = surface.make(surface.parameters)) {
  if (!surface.goal) return null;
  const trail = new Float64Array(TUNING_STEPS + 1), cost = new Map();
  const attempt = (j) => { if (!cost.has(j)) cost.set(j, tuningCost(rule, { ...hyper, lr: 10 ** (j / 64) }, surface, field, trail)); };
  const smallest = (limit) => Math.min(...[...cost].filter(([, c]) => c <= limit).map(([j]) => j));
  const best = () => Math.min(...cost.values());
  for (let j = -288; j <= 96; j += 8) attempt(j);
  if (best() === Infinity) return null;
  const middle = smallest(best());
  for (let j = middle - 7; j <= middle + 7; j++) attempt(j);
  return 10 ** (smallest(best() + NEAR_BEST) / 64);
}

const plus = ([a, b], [c, d]) => [a + c, b + d];
const minus = ([a, b], [c, d]) => [a - c, b - d];
const times = ([a, b], factor) => [a * factor, b * factor];
const size = ([a, b]) => Math.hypot(a, b);

/* ---------- elements ------------------------------------------------------------------- */
// "*x*" becomes italic maths, "**x**" bold, "[kind|words]" coloured words, a line break a line break.
function rich(text) {
  return text.split(/(\[\w+\|[^\]]*\]|\*\*[^*]+\*\*|\*[^*]+\*|\n)/).filter(Boolean).map((piece) => {
    const coloured = piece.match(/^\[(\w+)\|([^\]]*)\]$/);
    if (coloured) return html("span", { class: `kind-${coloured[1]}` }, ...rich(coloured[2]));
    if (piece === "\n") return html("br");
    if (piece.startsWith("**")) return html("b", {}, piece.slice(2, -2));
    return piece.startsWith("*") ? html("i", { class: "math" }, piece.slice(1, -1)) : piece;
  });
}
function writeRich(node, text) {
  if (node.written === text) return;
  node.written = text;
  node.replaceChildren(...rich(text));
}

/* ---------- contour lines -------------------------------------------------------------- */
// Marching squares. Edge p (from grid point p to p + 1) or rim + p (from p to p + columns); for each cell, by which
// corners are below the level, the edges that a line enters and leaves by, inside always on the same side.
const [TOP, RIGHT, BOTTOM, LEFT] = [0, 1, 2, 3];
const CROSSINGS = [[], [[TOP, LEFT]], [[RIGHT, TOP]], [[RIGHT, LEFT]], [[BOTTOM, RIGHT]], [[TOP, LEFT], [BOTTOM, RIGHT]], [[BOTTOM, TOP]],
  [[BOTTOM, LEFT]], [[LEFT, BOTTOM]], [[TOP, BOTTOM]], [[RIGHT, TOP], [LEFT, BOTTOM]], [[RIGHT, BOTTOM]], [[LEFT, RIGHT]], [[TOP, RIGHT]], [[LEFT, TOP]], []];

// The outline of { grid < level } as SVG path data. The grid's rim is infinitely high, so every outline closes.
function outline({ values, columns, rows, cell }, level) {
  const next = new Map(), rim = columns * rows;
  for (let j = 0; j < rows - 1; j++) for (let i = 0; i < columns - 1; i++) {
    const p = j * columns + i;
    const corners = (values[p] < level) | (values[p + 1] < level) << 1 | (values[p + columns + 1] < level) << 2 | (values[p + columns] < level) << 3;
    if (corners === 0 || corners === 15) continue;
    const edges = [p, rim + p + 1, p + columns, rim + p];
    for (const [from, to] of CROSSINGS[corners]) next.set(edges[from], edges[to]);
  }
  const point = (edge) => {
    const across = edge < rim, p = across ? edge : edge - rim, q = across ? p + 1 : p + columns;
    const part = (level - values[p]) / (values[q] - values[p]) || 0, i = p % columns, j = (p - i) / columns;
    const px = cell * ((across ? i + part : i) - 1), py = cell * ((across ? j : j + part) - 1);
    return `${Math.round(10 * px) / 10} ${Math.round(10 * py) / 10}`;
  };
  let path = "";
  for (const first of next.keys()) {
    if (!next.has(first)) continue;
    let letter = "M";
    for (let edge = first; next.has(edge);) {
      path += letter + point(edge);
      letter = "L";
      const following = next.get(edge);
      next.delete(edge);
      edge = following;
    }
    path += "Z";
  }
  return path;
}

// Heights on a grid of `cell` pixels over a picture, one cell beyond each edge; `world(px, py)` gives the point.
function heights(width, height, cell, world, f) {
  const columns = Math.ceil(width / cell) + 3, rows = Math.ceil(height / cell) + 3, values = new Float64Array(columns * rows);
  for (let j = 0; j < rows; j++) for (let i = 0; i < columns; i++) {
    const onRim = i === 0 || j === 0 || i === columns - 1 || j === rows - 1;
    values[j * columns + i] = onRim ? 1e300 : f(...world((i - 1) * cell, (j - 1) * cell));
  }
  return { values, columns, rows, cell };
}

// One translucent layer of paper per level: the valley is the colour of the page in both themes.
function drawLevels(group, grid, levels, opacity) {
  while (group.childNodes.length > levels.length) group.lastChild.remove();
  levels.forEach((level, i) => {
    const path = group.childNodes[i] ?? group.appendChild(svg("path", { class: "level" }));
    set(path, { d: outline(grid, level), "fill-opacity": opacity });
  });
}

const LEVELS = 13;

// Levels at equal steps of sqrt(f), or of log(1 + 4f) where the heights span too much for that.
function levelScale(surface, field) { // as descent.draw.levels
  const [[x0, x1], [y0, y1]] = surface.window, all = [];
  for (let i = 0; i <= 24; i++) for (let j = 0; j <= 24; j++) {
    const f = field.value(x0 + ((x1 - x0) * i) / 24, y0 + ((y1 - y0) * j) / 24) - surface.floor;
    if (Number.isFinite(f)) all.push(Math.max(0, f));
  }
  all.sort((a, b) => a - b);
  const high = all[Math.floor(0.98 * (all.length - 1))] || 1;
  const height = high > 100 ? (f) => Math.log1p(4 * f) : Math.sqrt;
  const top = height(high);
  return { height: (f) => height(Math.max(0, f)), levels: Array.from({ length: LEVELS }, (_, i) => (top * (LEVELS - i)) / LEVELS) };
}

/* ---------- parts of the figure: each builds its nodes once and redraws them ----------- */
// `fig` is what the parts share: state, program, looks, runs, change(what), ... (see `figure` below).

function topPart(fig) {
  const { state, program } = fig, names = Object.keys(program.surfaces);
  const picker = segments(WORDS.surfaces, "radio", names.map((name) => [name, program.surfaces[name].label]), (name) => fig.pickSurface(name));
  const kappa = slider("kappa", WORDS.kappa, { min: 0, max: 2.3, step: 0.01 }, (v) => {
    state.parameters = { ...state.parameters, kappa: Math.round(10 ** v) };
    fig.change("surface");
  });
  const kappaValue = html("b");
  const kappaName = rich(names.length > 1 ? WORDS.kappaSign : WORDS.kappaLong);
  const kappaBox = html("span", { class: "kappa", title: WORDS.kappa }, html("span", {}, ...kappaName), kappa.node, kappaValue);
  const tilt = html("input", { type: "checkbox", name: "tilt", onchange: () => {
    state.parameters = { ...state.parameters, tilt: tilt.checked ? TILT : 0 };
    fig.change("surface");
  } });
  const tiltBox = html("label", { class: "check" }, tilt, WORDS.tilted);
  const node = html("div", { class: "top" }, ...(names.length > 1 ? [picker.node] : []), kappaBox, tiltBox);
  const anyKnobs = names.some((name) => "kappa" in program.surfaces[name].parameters);
  show(node, names.length > 1 || anyKnobs);
  const draw = (dirty) => {
    if (!dirty.surface) return;
    picker.mark(state.surface);
    const { kappa: k, tilt: angle } = state.parameters;
    show(kappaBox, k !== undefined);
    show(tiltBox, angle !== undefined);
    if (k !== undefined) {
      kappa.put(Math.log10(k), `${WORDS.kappa} ${k}`);
      write(kappaValue, String(Number(k.toPrecision(3))));
    }
    tilt.checked = Boolean(angle);
  };
  return { node, draw };
}

function chipsPart(fig) {
  const node = html("div", { class: "chips", role: "group", "aria-label": WORDS.rules });
  const chips = fig.names.map((name) => {
    const look = fig.looks[name], note = html("small");
    const chip = html("button", { type: "button", class: "chip", "data-rule": name, style: colour(look), onclick: () => fig.toggle(name),
      onpointerenter: () => fig.highlight(name), onpointerleave: () => fig.highlight(null) },
    html("span", { class: "long" }, look.label), html("span", { class: "short" }, WORDS.short[look.label] ?? look.label), sample(look), note);
    node.append(chip);
    return { name, chip, note, look };
  });
  const draw = (dirty) => {
    veil(node, fig.state.asking);
    if (!dirty.run) return;
    for (const { name, chip, note, look } of chips) {
      const r = fig.runs[name], lost = r?.lostAt || 0, lr = r?.hyper.lr, rate = lr === undefined ? "" : rateText(lr);
      chip.setAttribute("aria-pressed", Boolean(r));
      chip.setAttribute("aria-label", lost ? WORDS.chipLost(look.label, lost) : r ? WORDS.chipOn(look.label, rate) : look.label);
      chip.classList.toggle("lost", lost > 0);
      const text = lost ? (fig.narrow() ? WORDS.lostAt(lost) : WORDS.divergedAt(lost)) : r && rate ? WORDS.rateNote(rate) : "";
      writeRich(note, text);
    }
  };
  return { node, draw };
}

function mapPart(fig) {
  const { state, id } = fig;
  const title = svg("title", { id: `${id}-map` });
  const levels = svg("g"), crosses = svg("g"), draws = svg("path", { class: "draws" }), paths = svg("g"), balls = svg("g"), arrows = svg("g");
  const word = svg("text", { "text-anchor": "middle", style: `fill:var(--ink);${HALO}` }, WORDS.start);
  const ring = svg("g", {}, svg("circle", { r: 8, class: "ring" }), svg("circle", { r: 2, fill: "var(--ink)" }), word);
  const picture = svg("svg", { role: "img", "aria-labelledby": `${id}-map` }, title,
    svg("rect", { width: "100%", height: "100%", fill: "var(--hill)" }), levels, crosses, draws, paths, arrows, balls, ring);
  const handle = html("div", { class: "handle", "data-part": "start", tabindex: 0, role: "slider", "aria-roledescription": WORDS.startRole,
    "aria-label": WORDS.startHelp, "aria-valuemin": -1000, "aria-valuemax": 1000 });
  const node = html("div", { class: "map" }, picture, handle);
  let view = null;

  const traces = Object.fromEntries(fig.names.map((name) => {
    const look = fig.looks[name];
    const halo = svg("path", { stroke: "var(--paper)", "stroke-width": look.width + 2, "stroke-opacity": 0.55 });
    const rest = svg("path", { "stroke-width": 1, class: "ghost" });
    const path = svg("path", { "stroke-width": look.width, "stroke-dasharray": look.dash });
    const dots = svg("path", { "stroke-width": 3.6, "stroke-linecap": "round" });
    const group = svg("g", { fill: "none", stroke: "var(--c)", "stroke-linejoin": "round", style: colour(look), "data-part": "path", "data-rule": name }, rest, halo, path, dots);
    const ball = svg("path", { d: marker(look, 5), fill: "var(--c)", stroke: "var(--paper)", "stroke-width": 1.5, style: colour(look) });
    const exit = svg("path", { d: "M-9 -5L0 0L-9 5", class: "exit", style: colour(look) });
    const label = svg("text", { style: `fill:var(--ink);${HALO}` }, WORDS.short[look.label] ?? look.label);
    return [name, { group, halo, rest, path, dots, ball, exit, label, place: [0, 0] }];
  }));

  function measure(width, height) {
    const [[x0, x1], [y0, y1]] = fig.surface.window;
    const scale = Math.min(width / (x1 - x0), height / (y1 - y0)), cx = (x0 + x1) / 2, cy = (y0 + y1) / 2;
    return { width, height, scale, cx, cy, px: (x) => width / 2 + (x - cx) * scale, py: (y) => height / 2 - (y - cy) * scale,
      world: (px, py) => [cx + (px - width / 2) / scale, cy - (py - height / 2) / scale] };
  }

  function drawSurface() {
    view = measure(node.clientWidth, node.clientHeight);
    const { height, levels: values } = levelScale(fig.surface, fig.field), floor = fig.surface.floor;
    drawLevels(levels, heights(view.width, view.height, 4, view.world, (x, y) => height(fig.field.value(x, y) - floor)), values, 0.16);
    crosses.replaceChildren(...fig.surface.minima.map(([x, y]) =>
      svg("path", { d: `M${view.px(x) - 5} ${view.py(y)}h10M${view.px(x)} ${view.py(y) - 5}v10`, stroke: "var(--ink)", "stroke-width": 1.4 })));
    write(title, WORDS.map(fig.surface.label));
  }

  function drawTrace(name) {
    const t = traces[name], r = fig.runs[name], shown = Math.min(fig.step(), r.last);
    const { width, height } = view, far = 4000;
    let lit = "", rest = "", dots = "", dotX = 1e9, dotY = 1e9, x = 0, y = 0, out = false;
    for (let i = 0; i <= Math.min(r.last, state.steps); i++) {
      if (i <= shown && out && r.lostAt) continue; // a lost run is drawn to about one map beyond the edge
      const px = Math.round(10 * clamp(view.px(r.xs[i]), -far, far)) / 10, py = Math.round(10 * clamp(view.py(r.ys[i]), -far, far)) / 10;
      if (i <= shown) {
        lit += `${i ? "L" : "M"}${px} ${py}`;
        if (Math.abs(px - dotX) + Math.abs(py - dotY) > 7) { dots += `M${px} ${py}h0`; dotX = px; dotY = py; }
        x = px; y = py;
        out = Math.abs(py - height / 2) > height || Math.abs(px - width / 2) > width;
      }
      if (i >= shown) rest += `${rest ? "L" : "M"}${px} ${py}`;
    }
    t.path.setAttribute("d", lit);
    t.halo.setAttribute("d", lit);
    t.dots.setAttribute("d", dots);
    t.rest.setAttribute("d", shown < Math.min(r.last, state.steps) && !out && !state.asking ? rest : "");
    set(t.group, { "data-end": r.lostAt ? "NaN,NaN" : `${r.xs[state.steps]},${r.ys[state.steps]}` });
    const faded = fig.faded(name);
    t.group.style.opacity = faded ? 0.22 : fig.anatomyShown() ? 0.6 : 1;
    t.ball.style.opacity = faded ? 0.3 : 1;
    const left = x < 0 || y < 0 || x > width || y > height || (r.lostAt && fig.step() >= r.lostAt);
    t.place = left ? null : [x, y];
    show(t.ball, !left);
    show(t.exit, left);
    if (left) {
      const ex = clamp(x, 6, width - 6), ey = clamp(y, 6, height - 6);
      t.exit.setAttribute("transform", `translate(${ex} ${ey}) rotate(${(Math.atan2(y - ey, x - ex) * 180) / Math.PI})`);
    } else t.ball.setAttribute("transform", `translate(${x} ${y})`);
  }

  function drawDraws() { // one path for all, without points that nobody would see
    let d = "";
    for (const r of fig.draws) {
      let x = NaN, y = NaN;
      for (let i = 0; i <= r.last; i++) {
        const px = Math.round(view.px(r.xs[i])), py = Math.round(view.py(r.ys[i]));
        if (Math.abs(px - x) + Math.abs(py - y) < 3) continue;
        d += `${i ? "L" : "M"}${clamp(px, -4000, 4000)} ${clamp(py, -4000, 4000)}`;
        x = px; y = py;
      }
    }
    set(draws, { d, style: fig.draws.length ? colour(fig.looks[fig.chosen()]) : "" });
  }

  // Name a ball where nothing else is near; where several meet, the legend has to do.
  function drawLabels() {
    const on = fig.on().map((name) => traces[name]), start = [view.px(state.start[0]), view.py(state.start[1])];
    for (const t of on) {
      const others = [start, ...on.filter((u) => u !== t && u.place).map((u) => u.place)];
      const free = t.place && on.length > 1 && others.every((other) => Math.abs(other[0] - t.place[0]) > 74 || Math.abs(other[1] - t.place[1]) > 24);
      show(t.label, free);
      if (!free) continue;
      const flip = t.place[0] > view.width - 80;
      set(t.label, { x: t.place[0] + (flip ? -9 : 9), y: t.place[1] - 8, "text-anchor": flip ? "end" : "start" });
    }
  }

  function drawStart() {
    const [x, y] = state.start, px = view.px(x), py = view.py(y);
    ring.setAttribute("transform", `translate(${px} ${py})`);
    word.setAttribute("y", py < 26 ? 22 : -13);
    handle.style.left = `${px}px`;
    handle.style.top = `${py}px`;
    set(handle, { "data-at": state.start, "aria-valuetext": WORDS.startAt(x, y), "aria-valuenow": Number(clamp(x, -1000, 1000).toFixed(2)) });
  }

  function moveTo(x, y) {
    const [low, high] = [view.world(6, view.height - 6), view.world(view.width - 6, 6)];
    state.start = [clamp(x, low[0], high[0]), clamp(y, low[1], high[1])].map(fig.rounded);
    fig.change("run");
  }
  let grip = null; // where inside the ring the pointer took hold
  let tap = null; // where a finger came down beside the ring: a tap moves the start, anything more scrolls the page
  const follow = (event) => {
    const box = node.getBoundingClientRect();
    moveTo(...view.world(event.clientX - box.left - grip[0], event.clientY - box.top - grip[1]));
  };
  const onRing = (event) => event.target === handle;
  node.addEventListener("pointerdown", (event) => {
    if (event.button || !view) return;
    if (event.pointerType === "touch" && !onRing(event)) { tap = [event.clientX, event.clientY]; return; }
    event.preventDefault();
    fig.stop();
    const box = handle.getBoundingClientRect();
    grip = onRing(event) ? [event.clientX - box.left - box.width / 2, event.clientY - box.top - box.height / 2] : [0, 0];
    fig.dragging = true;
    node.setPointerCapture(event.pointerId);
    handle.focus({ preventScroll: true });
    if (!onRing(event)) follow(event);
  });
  node.addEventListener("pointermove", (event) => { if (grip) follow(event); });
  const drop = (event) => {
    if (tap && event.type === "pointerup" && size(minus(tap, [event.clientX, event.clientY])) < 10) { grip = [0, 0]; follow(event); }
    tap = null;
    if (!grip) return;
    grip = null;
    fig.dragging = false;
    fig.change("run");
  };
  node.addEventListener("pointerup", drop);
  node.addEventListener("pointercancel", drop);
  handle.addEventListener("keydown", (event) => {
    const move = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
    if (!move) return;
    event.preventDefault();
    const [[x0, x1], [y0, y1]] = fig.surface.window, reach = (Math.min(x1 - x0, y1 - y0) / 2) * (event.shiftKey ? 0.1 : 0.01);
    moveTo(state.start[0] + move[0] * reach, state.start[1] + move[1] * reach);
  });

  const draw = (dirty) => {
    if (dirty.surface || !view) drawSurface();
    if (dirty.run) {
      const on = fig.names.filter((name) => fig.runs[name]).map((name) => traces[name]);
      if (dirty.rules) {
        paths.replaceChildren(...on.map((t) => t.group));
        balls.replaceChildren(...on.flatMap((t) => [t.ball, t.exit, t.label]));
      }
      drawStart();
      drawDraws();
    }
    for (const name of fig.on()) drawTrace(name);
    drawLabels();
  };
  const shows = ([x, y]) => {
    const { px, py, width, height } = measure(node.clientWidth, node.clientHeight);
    return px(x) >= 0 && px(x) <= width && py(y) >= 0 && py(y) <= height;
  };
  return { node, draw, arrows, view: () => view, shows };
}

function chartPart(fig) {
  const { state, id } = fig, edge = { left: 30, right: 8, top: 16, bottom: 30 }, BOTTOM_DECADE = -8;
  const frameBox = svg("rect"), axes = svg("g"), line = svg("line", { stroke: "var(--ink3)" });
  const curves = svg("g", { fill: "none", "stroke-linejoin": "round", "clip-path": `url(#${id}-chart)` });
  const knob = svg("circle", { r: 5.5, class: "knob-dot" });
  const node = html("div", { class: "chart", tabindex: 0, role: "slider", "aria-label": WORDS.stepShown, "aria-valuemin": 0 },
    svg("svg", { "aria-hidden": "true" }, svg("clipPath", { id: `${id}-chart` }, frameBox), line, axes, curves, knob));
  const count = html("span", { class: "count" });
  const icon = svg("path", { fill: "currentColor" });
  const play = html("button", { type: "button", class: "play", onclick: () => fig.playOrStop() }, svg("svg", { viewBox: "0 0 12 12", "aria-hidden": "true" }, icon));
  const transport = html("div", { class: "transport" }, play, count);
  let width = 0, height = 0, top = 2, bottom = BOTTOM_DECADE; // decades of loss, or heights

  const traces = Object.fromEntries(fig.names.map((name) => {
    const look = fig.looks[name];
    const rest = svg("path", { "stroke-width": 1, class: "ghost" }), path = svg("path", { "stroke-width": look.width * 0.9, "stroke-dasharray": look.dash });
    const ball = svg("path", { d: marker(look, 3.6), fill: "var(--c)", stroke: "var(--paper)", "stroke-width": 1.2 });
    return [name, { group: svg("g", { stroke: "var(--c)", style: colour(look) }, rest, path, ball), rest, path, ball }];
  }));

  const px = (k) => edge.left + ((width - edge.left - edge.right) * k) / state.steps;
  const py = (loss) => {
    const v = fig.surface.goal ? Math.log10(Math.max(loss, 1e-12)) : loss, far = top - bottom;
    return edge.top + ((height - edge.top - edge.bottom) * (top - clamp(v, bottom - far, top + far))) / far;
  };

  function scaleHeights() { // of the runs, as far as the window reaches
    const [[x0, x1], [y0, y1]] = fig.surface.window, all = [fig.field.value(...state.start)];
    for (const { xs, ys, losses, last } of Object.values(fig.runs)) for (let i = 0; i <= Math.min(last, state.steps); i++) {
      if (xs[i] >= x0 && xs[i] <= x1 && ys[i] >= y0 && ys[i] <= y1 && Number.isFinite(losses[i])) all.push(losses[i]);
    }
    let low = all.reduce((a, b) => Math.min(a, b)), high = all.reduce((a, b) => Math.max(a, b));
    const air = (high - low) / 10 || 1;
    [low, high] = [low - air, high + air];
    if (fig.dragging) [low, high] = [Math.min(low, bottom), Math.max(high, top)];
    [bottom, top] = [low, high];
  }
  function scaleLosses() {
    const loss = fig.field.value(...state.start) - fig.surface.floor, fitting = Math.max(0, 2 * Math.ceil((Math.log10(Math.max(loss, 1e-9)) + 0.15) / 2));
    if (!fig.dragging || fitting > top) top = fitting; // the axis may grow under a drag, never shrink
    bottom = BOTTOM_DECADE;
  }

  function drawAxes() {
    const { goal } = fig.surface;
    (goal ? scaleLosses : scaleHeights)();
    set(frameBox, { x: edge.left, y: edge.top - 2, width: Math.max(0, width - edge.left), height: Math.max(0, height - edge.top - edge.bottom + 2) });
    const nodes = [], right = width - edge.right, far = top - bottom;
    const tick = (v, y, text) => nodes.push(svg("line", { x1: edge.left, x2: right, y1: y, y2: y, stroke: "var(--rule)", "stroke-width": goal && v === bottom ? 1 : 0.6 }),
      svg("text", { x: edge.left - 6, y: y + 3.5, "text-anchor": "end" }, text));
    if (goal) {
      const every = far > 12 ? 4 : 2, y = py(GOAL);
      for (let e = top - (far % every); e >= bottom; e -= every) tick(e, py(10 ** e), power(e));
      nodes.push(svg("line", { x1: edge.left, x2: right, y1: y, y2: y, stroke: "var(--ink3)", "stroke-dasharray": "2 3", "data-part": "goal" }),
        svg("text", { x: edge.left + 5, y: y + 12, style: HALO }, WORDS.goal));
    } else {
      const unit = 10 ** Math.floor(Math.log10(far / 4)), every = [1, 2, 5, 10].map((m) => m * unit).find((step) => far / step <= 5);
      for (let k = Math.ceil(bottom / every); k * every <= top; k++) tick(k, py(k * every), shortText(k * every));
    }
    nodes.push(svg("text", { x: edge.left, y: 8 }, goal ? WORDS.chart : WORDS.height));
    const steps = [1, 2, 5, 10, 20, 40, 100, 200].find((s) => state.steps / s <= 4) ?? 500;
    for (let k = 0; k <= state.steps; k += steps) nodes.push(svg("text", { x: px(k), y: height - 8, "text-anchor": "middle" }, String(k)));
    axes.replaceChildren(...nodes);
  }

  function drawTrace(name) {
    const t = traces[name], r = fig.runs[name], end = Math.min(r.last, state.steps), shown = Math.min(fig.step(), end);
    let lit = "", rest = "";
    const there = (i) => Number.isFinite(r.losses[i]) && (!fig.surface.goal || r.losses[i] > -GOAL);
    const rise = (i) => py(r.losses[i]) - py(r.losses[i - 1]), dense = px(1) - px(0) < 3;
    const swings = (i) => dense && rise(i) * rise(i + 1) < 0 && Math.min(Math.abs(rise(i)), Math.abs(rise(i + 1))) > 12;
    for (let i = 0; i <= end; i++) {
      if (!there(i)) continue;
      const dot = swings(i), place = `${Math.round(10 * px(i)) / 10} ${Math.round(10 * py(r.losses[i])) / 10}`; // or such lines would fill the chart
      const point = there(i - 1) && !dot && !swings(i - 1) ? `L${place}` : `M${place}${dot ? "h2" : ""}`;
      if (i <= shown) lit += point;
      if (i >= shown) rest += rest ? point : `M${point.slice(1)}`;
    }
    t.path.setAttribute("d", lit);
    t.rest.setAttribute("d", shown < end && !state.asking ? rest : "");
    const y = py(r.losses[shown]);
    show(t.ball, there(shown) && y > edge.top - 3 && y < height - edge.bottom + 1);
    if (there(shown)) t.ball.setAttribute("transform", `translate(${px(shown)} ${y})`);
    t.group.style.opacity = fig.faded(name) ? 0.25 : 1;
  }

  const stepAt = (event) => {
    const part = (event.clientX - node.getBoundingClientRect().left - edge.left) / (width - edge.left - edge.right);
    return Math.round(clamp(part, 0, 1) * state.steps);
  };
  let scrubbing = false;
  const goTo = (k) => { if (state.asking) return; fig.stop(); fig.preview = null; state.step = clamp(k, 0, state.steps); fig.change("view"); };
  node.addEventListener("pointerdown", (event) => { scrubbing = true; node.setPointerCapture(event.pointerId); goTo(stepAt(event)); });
  node.addEventListener("pointermove", (event) => {
    if (scrubbing) goTo(stepAt(event));
    else if (event.pointerType === "mouse" && !fig.playing()) { fig.preview = stepAt(event); fig.change("view"); }
  });
  node.addEventListener("pointerup", () => { scrubbing = false; });
  node.addEventListener("pointercancel", () => { scrubbing = false; });
  node.addEventListener("pointerleave", () => { if (fig.preview !== null) { fig.preview = null; fig.change("view"); } });
  node.addEventListener("keydown", (event) => {
    const move = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageUp: 10, PageDown: -10 }[event.key];
    const k = move ? state.step + move * (event.shiftKey ? 10 : 1) : { Home: 0, End: state.steps }[event.key];
    if (event.key === " ") fig.playOrStop();
    else if (k !== undefined) goTo(k);
    else return;
    event.preventDefault();
  });

  const draw = (dirty) => {
    if (dirty.size) { width = node.clientWidth; height = node.clientHeight; }
    if (dirty.run) drawAxes();
    if (dirty.rules) curves.replaceChildren(...fig.on().map((name) => traces[name].group));
    for (const name of fig.on()) drawTrace(name);
    const k = fig.step();
    set(line, { x1: px(k), x2: px(k), y1: edge.top - 4, y2: height - edge.bottom });
    set(knob, { cx: px(k), cy: height - edge.bottom });
    set(node, { "aria-valuemax": state.steps, "aria-valuenow": k, "aria-valuetext": WORDS.stepOf(k, state.steps) });
    writeRich(count, WORDS.stepOfRich(k, state.steps));
    icon.setAttribute("d", fig.playing() ? "M2 1H5V11H2ZM7 1H10V11H7Z" : "M2 1L11 6L2 11Z");
    play.disabled = state.asking;
    play.setAttribute("aria-label", fig.playing() ? WORDS.pause : fig.calm() ? WORDS.tenSteps : WORDS.play);
  };
  return { node, transport, draw };
}

function standingsPart(fig) {
  const { state } = fig, body = html("tbody");
  const now = html("th", { scope: "col" }), toGoal = html("th", { scope: "col" }, WORDS.stepsToGoal);
  const node = html("table", {}, html("thead", {}, html("tr", {}, html("th", { scope: "col" }, html("span", { class: "unseen" }, WORDS.optimizer)), now, toGoal)), body);

  function rebuild() {
    body.replaceChildren(...fig.on().map((name) => {
      const look = fig.looks[name];
      const mark = svg("svg", { "aria-hidden": "true", style: colour(look) }, svg("path", { d: marker(look, 4.2), transform: "translate(6 6)", fill: "var(--c)" }));
      return html("tr", {}, html("th", { scope: "row" }, mark, look.label), html("td"), html("td"));
    }));
  }
  const draw = (dirty) => {
    veil(node, state.asking);
    if (dirty.rules) rebuild();
    const rows = fig.on().map((name) => {
      const r = fig.runs[name];
      const k = r.arrival !== null && r.arrival <= state.steps ? r.arrival : null;
      return { k, lostAt: r.lostAt, lost: r.lostAt > 0 && fig.step() >= r.lostAt, loss: r.losses[Math.min(fig.step(), r.last)] };
    });
    const soonest = Math.min(...rows.filter((row) => row.k !== null).map((row) => row.k)), { goal } = fig.surface;
    write(now, goal ? WORDS.lossNow : WORDS.heightNow);
    show(toGoal, goal);
    rows.forEach((row, i) => {
      const [, level, steps] = body.rows[i].cells;
      write(level, row.lost ? WORDS.diverged : levelText(fig.surface, row.loss));
      write(steps, row.lostAt ? WORDS.lostAt(row.lostAt) : row.k !== null ? String(row.k) : WORDS.moreThan(state.steps));
      show(steps, goal);
      level.className = row.lost ? "warn" : "";
      steps.className = row.lostAt ? "warn" : row.k === null ? "mute" : rows.length > 1 && row.k === soonest ? "best" : "";
    });
  };
  return { node, draw };
}

// The run as a table, about twenty steps of it, made when the reader opens it.
function tablePart(fig) {
  const { state } = fig, table = html("table");
  const scroller = html("div", { class: "scroller", tabindex: 0, role: "region", "aria-label": WORDS.table }, table);
  const node = html("details", { class: "as-table", ontoggle: () => fig.change("view") }, html("summary", {}, WORDS.table), scroller);
  let stale = true;
  const cells = (r, k) => (k > r.last ? ["–", "–", WORDS.diverged] : [shortText(r.xs[k]), shortText(r.ys[k]), levelText(fig.surface, r.losses[k])]).map((text) => html("td", {}, text));
  function rebuild() {
    const on = fig.on(), every = Math.ceil(state.steps / 20), steps = [];
    for (let k = 0; k < state.steps; k += every) steps.push(k);
    const column = (text) => html("th", { scope: "col" }, ...rich(text));
    table.replaceChildren(html("thead", {},
      html("tr", {}, html("th", { scope: "col", rowspan: 2 }, WORDS.stepColumn), ...on.map((name) => html("th", { scope: "colgroup", colspan: 3 }, fig.looks[name].label))),
      html("tr", {}, ...on.flatMap(() => [column("*x*"), column("*y*"), column(fig.surface.goal ? WORDS.lossColumn : WORDS.height)]))),
    html("tbody", {}, ...[...steps, state.steps].map((k) =>
      html("tr", {}, html("th", { scope: "row" }, String(k)), ...on.flatMap((name) => cells(fig.runs[name], k))))));
  }
  const draw = (dirty) => {
    veil(node, state.asking);
    stale ||= Boolean(dirty.run);
    if (!node.open || !stale || state.asking) return;
    stale = false;
    rebuild();
  };
  return { node, draw };
}

/* ---------- one step, taken apart ------------------------------------------------------ */
const kindOf = (fig, name) => (fig.looks[name].own ? "" : name); // "" for a rule of the reader's own
const AVERAGING = ["adam", "adamw", "amsgrad", "nadam"], CORRECTED = ["adam", "adamw", "amsgrad"];

// What rule `name` does after step k: where it stands, where it read the slope and what it read, its memory, its step.
function dissect(fig, name, k) {
  const rule = fig.program.rules[name], hyper = fig.runs[name].hyper, kind = kindOf(fig, name);
  const s = new Float64Array(2 + 2 * rule.memory), g = new Float64Array(2), read = {};
  [s[0], s[1]] = fig.state.start;
  const slope = (x, y, into, t) => {
    fig.noisy.slope(x, y, into, t);
    Object.assign(read, { at: [x, y], slope: [...into] });
  };
  for (let t = 1; t <= k; t++) rule.step(s, t, hyper, fig.noisy.slope, g);
  const before = Array.from({ length: rule.memory + 1 }, (_, i) => [s[2 * i], s[2 * i + 1]]), from = before.shift();
  rule.step(s, k + 1, hyper, slope, g);
  const d = { name, kind, k, from, to: [s[0], s[1]], moved: minus([s[0], s[1]], from), before, hyper, ...read };
  d.decay = kind === "adamw" ? times(from, -hyper.lr * hyper.decay) : null;
  d.average = AVERAGING.includes(kind) ? times([s[2], s[3]], 1 / (1 - hyper.beta1 ** (k + 1))) : null;
  d.share = CORRECTED.includes(kind) ? Math.sqrt(1 - hyper.beta2 ** (k + 1)) / (1 - hyper.beta1 ** (k + 1)) : null;
  const pulled = minus(d.moved, d.decay ?? [0, 0]), pull = d.average ?? d.slope;
  d.rates = [Math.abs(pulled[0] / pull[0]), Math.abs(pulled[1] / pull[1])];
  return d;
}

// The arrows of a step, `from` and `to` on the map; dashed ones show a direction only. And the words or bars below.
function explain(d) {
  const step = { kind: "step", from: d.from, to: d.to }, along = (v) => plus(d.from, times(v, size(d.moved) / (size(v) || 1)));
  if (d.kind === "sgd") return { arrows: [step], text: WORDS.parts.plain };
  if (d.kind === "momentum" || d.kind === "nag") {
    const coast = plus(d.from, times(d.before[0], d.hyper.mu)), nag = d.kind === "nag";
    const arrows = [step, { kind: "velocity", from: d.from, to: coast, text: WORDS.parts.coasting }, { kind: "grad", from: coast, to: d.to, text: WORDS.parts.push }];
    return { arrows, ring: nag ? coast : null, text: nag ? WORDS.parts.look : WORDS.parts.coast };
  }
  const arrows = [step, { kind: "grad", from: d.from, to: along(times(d.slope, -1)), dashed: true, text: WORDS.parts.slope }];
  if (d.average) arrows.push({ kind: "velocity", from: d.from, to: along(times(d.average, -1)), dashed: true, text: WORDS.parts.average });
  return { arrows, bars: d.rates };
}

// The same step in numbers.
function stepWords(fig, d) {
  const ahead = size(minus(d.at, d.from)) > 1e-12 * (1 + size(d.from)), slope = pairText(d.slope);
  const make = () => {
    if (d.kind === "sgd") return WORDS.timesRate(shortText(d.hyper.lr));
    if (d.kind === "momentum" || d.kind === "nag") return WORDS.velocityAndPush(pairText(times(d.before[0], d.hyper.mu)), pairText(times(d.slope, -d.hyper.lr)));
    if (d.kind === "" && d.before.length) return WORDS.remembered(d.before.map(pairText).join(", "));
    return (d.average ? WORDS.averaged(pairText(d.average)) : "") + WORDS.ratesMake(...d.rates.map((v) => (Number.isFinite(v) ? shortText(v) : "–")));
  };
  return WORDS.stepFrom(d.k, called(fig.looks[d.name].label), pairText(d.from)) +
    (ahead ? WORDS.slopeAhead(slope, pairText(d.at)) : WORDS.slopeHere(slope)) + make() + WORDS.theStep(pairText(d.moved), shortText(size(d.moved))) +
    (d.decay ? WORDS.decayed(pairText(d.decay)) : "") + (d.share ? WORDS.correction(shortText(d.share)) : "");
}

function arrow(from, to, kind, dashed) { // in pixels; the step is a broad pale arrow below its thin parts
  const length = size(minus(to, from));
  if (!(length > 1.5)) return [];
  const broad = kind === "step", width = broad ? 5 : 1.8, u = times(minus(to, from), 1 / length), n = [-u[1], u[0]];
  const head = Math.min(broad ? 13 : 8, length * 0.55), base = minus(to, times(u, head)), side = times(n, head * (broad ? 0.5 : 0.44));
  const line = `M${from}L${base}`, tip = `M${to}L${plus(base, side)}L${minus(base, side)}Z`, c = `var(--${kind})`;
  return [
    svg("path", { d: line + tip, fill: "var(--paper)", stroke: "var(--paper)", "stroke-width": width + 2.4, "stroke-linejoin": "round", opacity: broad ? 0.9 : 0.7 }),
    svg("g", { opacity: broad ? 0.5 : 1 }, svg("path", { d: line, fill: "none", stroke: c, "stroke-width": width, "stroke-dasharray": dashed ? "3 2.5" : "" }), svg("path", { d: tip, fill: c })),
  ];
}

function stepPart(fig, map) {
  const { state } = fig;
  const which = html("select", { class: "which", "aria-label": WORDS.whichRule, onchange: () => { state.who = which.value; fig.change("view"); } });
  const levels = svg("g"), drawing = svg("g");
  const loupe = svg("svg", { class: "loupe", role: "img", "aria-label": WORDS.enlarged }, svg("rect", { width: "100%", height: "100%", fill: "var(--hill)" }), levels, drawing);
  const terms = html("div", { class: "terms" }), numbers = html("p", { class: "numbers", "aria-hidden": "true" });
  const node = html("div", { class: "one-step" }, loupe, terms);

  function drawOnMap(parts, ring, from) {
    const view = map.view(), at = ([x, y]) => [view.px(x), view.py(y)];
    const longest = Math.max(...parts.map((a) => size(minus(at(a.to), at(a.from)))));
    if (longest <= 22) { // too small to take apart here: only mark the place
      const [cx, cy] = at(from);
      map.arrows.replaceChildren(svg("circle", { cx, cy, r: 11, fill: "none", stroke: "var(--ink)", "stroke-width": 1.2 }));
    } else map.arrows.replaceChildren(...parts.flatMap((a) => arrow(at(a.from), at(a.to), a.kind, a.dashed)), ...look(ring && at(ring)));
  }
  const look = (point) => (point ? [svg("circle", { cx: point[0], cy: point[1], r: 3.5, fill: "var(--paper)", stroke: "var(--velocity)", "stroke-width": 1.6 })] : []);

  function lens(points) { // magnifies so that the arrows fill the loupe
    const width = loupe.clientWidth || 268, height = loupe.clientHeight || 106, xs = points.map(([x]) => x), ys = points.map(([, y]) => y);
    const [x0, x1, y0, y1] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)], cx = (x0 + x1) / 2, cy = (y0 + y1) / 2;
    const scale = Math.min((width - 110) / Math.max(x1 - x0, 1e-12), (height - 34) / Math.max(y1 - y0, 1e-12), 1e9);
    return { width, height, scale, at: ([x, y]) => [width / 2 + (x - cx) * scale, height / 2 - (y - cy) * scale],
      world: (px, py) => [cx + (px - width / 2) / scale, cy - (py - height / 2) / scale] };
  }
  function drawBackground(view) {
    const { height } = levelScale(fig.surface, fig.field), floor = fig.surface.floor;
    const grid = heights(view.width, view.height, 6, view.world, (x, y) => height(fig.field.value(x, y) - floor));
    const inside = grid.values.filter((v) => v < 1e300), low = inside.reduce((a, b) => Math.min(a, b)), high = inside.reduce((a, b) => Math.max(a, b));
    drawLevels(levels, grid, Array.from({ length: 9 }, (_, i) => high - ((i + 0.5) * (high - low)) / 9), 0.2);
  }
  function labelled(view, parts) {
    const step = parts[0], middle = (a) => times(plus(view.at(a.from), view.at(a.to)), 0.5);
    return parts.filter((a) => a.text).flatMap((a) => {
      const from = view.at(a.from), to = view.at(a.to), length = size(minus(to, from));
      if (length < 12) return [];
      let place, anchor;
      if (a.dashed) { // beside the tip, away from the other dashed arrow
        const rivals = parts.filter((b) => b.dashed && b !== a).map((b) => view.at(b.to)[0]), left = rivals.length ? to[0] < rivals[0] : to[0] < from[0];
        place = [to[0] + (left ? -7 : 7), clamp(to[1] + 4, 14, view.height - 6)];
        anchor = left ? "end" : "start";
      } else { // beside the middle, away from the step
        let n = times([from[1] - to[1], to[0] - from[0]], 1 / length);
        const away = minus(middle(a), middle(step));
        if (n[0] * away[0] + n[1] * away[1] < 0) n = times(n, -1);
        place = plus(plus(middle(a), times(n, 9)), [0, 4]);
        anchor = n[0] > 0.35 ? "start" : n[0] < -0.35 ? "end" : "middle";
      }
      const tone = a.kind === "velocity" ? "velocity-ink" : a.kind;
      return [svg("text", { x: place[0], y: place[1], "text-anchor": anchor, class: "math", style: `font-size:13px;fill:var(--${tone});${HALO}` }, a.text)];
    });
  }
  function drawLoupe(name, k, d, parts, ring) {
    const view = lens(parts.flatMap((a) => [a.from, a.to])), r = fig.runs[name], dress = fig.looks[name], nearby = [];
    drawBackground(view);
    for (let i = Math.max(0, k - 6); i <= Math.min(r.last, k + 6); i++) nearby.push(view.at([r.xs[i], r.ys[i]]).map((v) => clamp(v, -3000, 3000)));
    const factor = view.scale / map.view().scale;
    const magnified = factor < 1.5 ? WORDS.trueSize : WORDS.times(Number(factor.toPrecision(1)));
    drawing.setAttribute("style", colour(dress));
    drawing.replaceChildren(
      svg("path", { d: `M${nearby.join("L")}`, fill: "none", stroke: "var(--c)", "stroke-width": 1.2, "stroke-opacity": 0.45 }),
      ...parts.flatMap((a) => arrow(view.at(a.from), view.at(a.to), a.kind, a.dashed)),
      svg("path", { d: marker(dress, 4.5), transform: `translate(${view.at(d.from)})`, fill: "var(--c)", stroke: "var(--paper)", "stroke-width": 1.5 }),
      ...look(ring && view.at(ring)), ...labelled(view, parts),
      svg("text", { x: view.width - 6, y: view.height - 6, "text-anchor": "end", style: HALO }, WORDS.between(k, magnified)));
  }
  function drawTerms(text, bars, share) {
    if (text) return writeRich(terms, text);
    terms.written = null;
    const longest = Math.max(...bars.filter(Number.isFinite), 1e-300);
    terms.replaceChildren(share ? WORDS.parts.corrected(shortText(share)) : WORDS.parts.effective, ...bars.map((v, i) => html("div", { class: "bar" }, html("i", { class: "math" }, "xy"[i]),
      html("span", { style: `width:${clamp((100 * v) / longest || 0, 1, 100)}%` }), html("span", {}, Number.isFinite(v) ? lossText(v) : "–"))));
  }
  const draw = (dirty) => {
    const on = fig.on(), open = fig.anatomyShown() && on.length > 0 && !state.asking;
    show(node, open);
    show(numbers, open);
    veil(which, !open);
    if (!open) return map.arrows.replaceChildren();
    if (!on.includes(state.who)) state.who = on[0];
    if (dirty.rules || !which.options.length) which.replaceChildren(...on.map((name) => html("option", { value: name }, fig.looks[name].label)));
    which.value = state.who;
    const r = fig.runs[state.who], k = clamp(fig.step(), 0, Math.max(0, r.last - 1)), d = dissect(fig, state.who, k);
    const { arrows, ring, text, bars } = explain(d);
    fig.stepWords = stepWords(fig, d);
    writeRich(numbers, fig.stepWords);
    if (!arrows.every((a) => [...a.from, ...a.to].every(Number.isFinite))) return;
    drawOnMap(arrows, ring, d.from);
    drawLoupe(state.who, k, d, arrows, ring);
    drawTerms(text, bars, d.share);
  };
  return { node, which, numbers, draw };
}

function panelPart(fig, standings, oneStep) {
  const { state, id } = fig;
  const tabs = segments(WORDS.belowChart, "tab", [["standings", WORDS.standings], ["step", WORDS.oneStep]], (tab) => {
    state.tab = tab;
    if (tab === "step" && state.step >= state.steps) state.step = Math.min(8, state.steps - 1);
    fig.change("view");
  });
  for (const tab of tabs.node.children) set(tab, { id: `${id}-${tab.dataset.value}`, "aria-controls": `${id}-panel` });
  const head = html("div", { class: "panel-head" }, tabs.node, oneStep.which);
  const node = html("div", { class: "panel", role: "tabpanel", id: `${id}-panel` }, standings.node, oneStep.node);
  const draw = () => {
    tabs.mark(state.tab);
    node.setAttribute("aria-labelledby", `${id}-${state.tab}`);
    veil(head, state.asking);
    veil(node, state.asking);
    show(standings.node, state.tab === "standings");
  };
  return { head, node, draw };
}

/* ---------- the knobs ------------------------------------------------------------------ */
function knobsPart(fig) {
  const { state, id } = fig, rules = fig.program.rules;
  const hasRate = fig.names.some((name) => "lr" in rules[name].hyper);
  const momentumOf = (name) => ["mu", "beta1"].filter((key) => key in rules[name].hyper);

  const scale = slider("scale", WORDS.scale, { min: -1, max: 1, step: 0.005 }, (v) => {
    state.shared = false;
    state.scale = Math.abs(v) < 0.02 ? 1 : brief(10 ** v);
    fig.change("run");
  });
  const rate = slider("lr", WORDS.rate, { min: -4.5, max: 1.5, step: "any" }, (v) => {
    state.shared = true;
    state.rate = brief(10 ** v);
    fig.change("run");
  });
  const mu = slider("mu", plain(WORDS.momentum), { min: 0, max: 0.99, step: 0.01 }, (v) => {
    for (const name of fig.names) for (const key of momentumOf(name)) state.hyper[name][key] = v;
    fig.change("run");
  });
  const steps = slider("steps", WORDS.steps, { min: 1, max: 300, step: 1 }, (v) => { fig.setSteps(v); fig.change("run"); });

  const noise = slider("noise", WORDS.noise, { min: 0, max: 1, step: 0.01 }, (v) => {
    state.noise = Number((v * v * steepness()).toPrecision(2));
    fig.change("run");
  });
  function steepness() { // the middle slope of the window: as strong as noise gets
    const [[x0, x1], [y0, y1]] = fig.surface.window, g = new Float64Array(2), sizes = [];
    for (let i = 0; i <= 10; i++) for (let j = 0; j <= 10; j++) {
      fig.field.slope(x0 + ((x1 - x0) * i) / 10, y0 + ((y1 - y0) * j) / 10, g);
      if (Number.isFinite(size(g))) sizes.push(size(g));
    }
    return sizes.sort((a, b) => a - b)[sizes.length >> 1] || 1;
  }

  const knob = (control, head, ticks) => {
    const value = html("b");
    const node = html("div", { class: "knob" }, html("div", { class: "knob-head" }, head, value), html("div", { class: "track" }, ...(ticks ? [ticks] : []), control.node));
    return { node, value };
  };
  const choice = (shared, text) => {
    const input = html("input", { type: "radio", name: `${id}-rates`, onchange: () => fig.setShared(shared) });
    const words = html("span", {}, text);
    return { input, words, label: html("label", { class: "check" }, input, words) };
  };
  const ticksOf = () => html("span", { class: "ticks", "aria-hidden": "true" });
  const own = choice(false, WORDS.own), shared = choice(true, WORDS.shared), ownTicks = ticksOf(), rateTicks = ticksOf();
  const muHead = html("span"), stepsHead = html("span", {}, WORDS.steps);
  const scaleKnob = knob(scale, own.label, ownTicks), rateKnob = knob(rate, shared.label, rateTicks);
  const muKnob = knob(mu, muHead), stepsKnob = knob(steps, stepsHead);
  const noiseKnob = knob(noise, html("span", {}, WORDS.noise));
  const rates = html("div", { class: "rates", role: "radiogroup", "aria-label": WORDS.rates }, scaleKnob.node, rateKnob.node);
  const node = html("div", { class: "knobs" }, rates, muKnob.node, noiseKnob.node, stepsKnob.node);
  show(rates, hasRate);
  show(muKnob.node, fig.names.some((name) => momentumOf(name).length));
  const note = html("span", { class: "note" });

  function drawTicks(holder, input, marks) {
    const text = JSON.stringify([marks, input.min, input.max]);
    if (holder.written === text) return;
    holder.written = text;
    holder.replaceChildren(...marks.filter(([at]) => at >= input.min && at <= input.max).map(([at, words, side = ""]) => {
      const part = (at - input.min) / (input.max - input.min);
      return html("span", { class: `tick ${side}`, style: `left: calc(7px + (100% - 14px) * ${part})` }, html("span", {}, ...rich(words)));
    }));
  }
  function limits() { // where a quadratic stops converging
    const L = fig.steepest(), on = fig.on().filter((name) => kindOf(fig, name)); // not of a rule that only has the name
    if (!L) return [];
    const marks = [];
    if (on.includes("sgd")) marks.push(["sgd", 2 / L, WORDS.limit]);
    const mu = (name) => state.hyper[name].mu;
    if (on.includes("momentum")) marks.push(["momentum", (2 * (1 + mu("momentum"))) / L, WORDS.limitMomentum]);
    if (on.includes("nag")) marks.push(["nag", (2 * (1 + mu("nag"))) / (1 + 2 * mu("nag")) / L, WORDS.limitNag]);
    return marks.sort((a, b) => a[1] - b[1]);
  }
  function drawRates() {
    const pinned = fig.on().some((name) => state.pinned[name] !== undefined);
    const { goal } = fig.surface;
    own.input.checked = !state.shared;
    shared.input.checked = state.shared;
    rates.classList.toggle("shared", state.shared);
    const times = `× ${state.scale === 1 ? 1 : state.scale.toFixed(2)}`;
    const first = Math.log10(fig.firstRate());
    set(rate.node, { min: Math.min(-4.5, first), max: Math.max(1.5, first) });
    scale.put(Math.log10(state.scale), times);
    rate.put(first, rateText(10 ** first));
    write(scaleKnob.value, state.shared ? "" : times);
    writeRich(rateKnob.value, state.shared ? WORDS.rateNote(rateText(fig.firstRate())) : "");
    writeRich(note, state.shared ? WORDS.sharedNote : pinned ? WORDS.pinnedNote : goal ? WORDS.ownNote : "");
    write(own.words, goal ? WORDS.own : WORDS.ownDefault);
    const [limit] = limits(), relative = limit && Math.log10(limit[1] / fig.ownRate(limit[0]));
    const near = relative !== undefined && Math.abs(relative) < 0.35;
    drawTicks(ownTicks, scale.node, [[-1, "0.1"], [0, pinned || !goal ? WORDS.itsOwn : WORDS.tuned, near ? "before" : ""], [1, "10"],
      ...(limit && relative > -0.8 && relative < 0.8 ? [[relative, limit[2], near ? "after" : ""]] : [])]);
    const marks = limits(), end = marks.length - 1;
    const decades = [[-4, power(-4)], [-3, power(-3)], [-2, power(-2)], [-1, power(-1)], [0, "1"], [1, "10"]];
    const room = end < 0 ? Infinity : Math.log10(marks[0][1]) - (end ? 1.3 : 0.6); // words of limits stand where decades would
    drawTicks(rateTicks, rate.node, [...decades.filter(([e]) => e < room),
      ...marks.map(([, at, words], i) => [Math.log10(at), i && i < end ? "" : words, !end ? "" : i ? "after" : "before"])]);
  }
  function drawMomentum() {
    const on = fig.on().filter((name) => momentumOf(name).length), keys = new Set(on.flatMap(momentumOf));
    mu.node.disabled = !on.length;
    const first = on[0] ?? fig.names.find((name) => momentumOf(name).length);
    if (!first) return;
    const value = state.hyper[first][momentumOf(first)[0]];
    mu.put(value, String(Number(value.toFixed(3))));
    write(muKnob.value, value.toFixed(2));
    writeRich(muHead, keys.has("beta1") ? (keys.has("mu") ? WORDS.momentumBeta : WORDS.beta) : WORDS.momentum);
    mu.node.setAttribute("aria-label", plain(muHead.written));
  }
  const draw = (dirty) => {
    if (!dirty.run) return;
    if (hasRate) drawRates();
    drawMomentum();
    const strength = state.noise ? rateText(state.noise) : WORDS.noNoise;
    noise.put(clamp(Math.sqrt(state.noise / steepness()), 0, 1), strength);
    write(noiseKnob.value, strength);
    set(steps.node, { max: Math.max(300, state.steps) });
    steps.put(state.steps, String(state.steps));
    write(stepsKnob.value, String(state.steps));
  };
  return { node, note, draw };
}

/* ---------- predict, then see ---------------------------------------------------------- */
// What a question measures: the rule with the smallest number is right, and "none of them" where no rule has one.
const QUESTIONS = {
  first: (fig, name) => arrival(fig.follow(name, SEARCH + STAY)),
  lost: (fig, name) => fig.follow(name, SEARCH + STAY).lostAt || null,
  lowest: (fig, name) => {
    const r = fig.follow(name, fig.state.steps);
    const v = Math.max(r.losses[r.last], fig.surface.goal ? 1e-15 : -Infinity);
    return r.lostAt || Number.isNaN(v) ? null : Number(v.toPrecision(3));
  },
};
const BRACKETS = [30, 100, 300, Infinity];

// The values of the right answers: rules (several where they tie), "" for none of them, or for steps a bracket's number.
function rightAnswers(fig, kind) {
  if (kind === "steps") {
    const k = arrival(fig.follow(fig.on()[0], SEARCH + STAY)) ?? 1e9;
    return [String(BRACKETS.findIndex((end) => k < end))];
  }
  const found = fig.on().map((name) => [name, QUESTIONS[kind](fig, name)]).filter(([, v]) => v !== null);
  const best = Math.min(...found.map(([, v]) => v));
  return found.length ? found.filter(([, v]) => v === best).map(([name]) => name) : [""];
}

function askPart(fig) {
  const { id, state } = fig;
  const question = html("p", { class: "question", id: `${id}-question` });
  const answers = html("div", { class: "answers", role: "group", "aria-labelledby": `${id}-question` });
  const node = html("div", { class: "ask" }, question, answers);
  const usual = () => Object.hasOwn(WORDS.questions, state.ask);
  const kind = () => {
    const many = fig.on().length > 1, asked = usual() ? state.ask : many ? "first" : "steps";
    return fig.surface.goal || asked === "lost" ? asked : many ? "lowest" : "lost"; // without a minimum nothing is reached
  };

  function choices() {
    if (!fig.on().length) return [];
    if (kind() === "steps") return WORDS.brackets.map((text, i) => [String(i), text, null]);
    return [...fig.on().map((name) => [name, fig.looks[name].label, fig.looks[name]]), ["", WORDS.noneOfThem, null]];
  }
  function choose(value) {
    const right = rightAnswers(fig, kind()), named = choices().filter(([v]) => right.includes(v)).map(([, text]) => called(text));
    fig.reveal(right.includes(value) ? WORDS.calledIt : WORDS.notThisTime(join(named)));
  }
  const draw = () => {
    veil(node, !state.asking);
    if (!state.asking) {
      if (answers.written) node.style.minHeight = `${node.offsetHeight}px`; // the answers go, their room stays
      answers.written = "";
      return answers.replaceChildren();
    }
    const asked = kind(), first = fig.on()[0], text = [state.ask, asked, ...fig.on()].join();
    const own = usual() || (state.surface === OWN && !fig.surface.goal) ? "" : state.ask;
    write(question, first ? own || WORDS.questions[asked](called(fig.looks[first].label), state.steps) : WORDS.nobody);
    if (answers.written === text) return;
    answers.written = text;
    node.style.minHeight = "";
    answers.replaceChildren(...choices().map(([value, label, look]) =>
      html("button", { type: "button", class: "answer", "data-answer": value, ...(look && { style: colour(look) }), onclick: () => choose(value) },
        html("span", {}, label), ...(look ? [sample(look)] : []))));
  };
  return { node, draw, focus: () => answers.firstChild?.focus() };
}

/* ---------- the line in words ---------------------------------------------------------- */
function sentence(fig) {
  if (!fig.on().length) return WORDS.nobody;
  return [...(fig.surface.goal ? arrivals(fig) : levels(fig)), ...otherDraws(fig)].join(" ");
}

// Where there is no minimum: how high the runs are.
function levels(fig) {
  const all = fig.on().map((name) => [called(fig.looks[name].label), fig.runs[name]]), lost = all.filter(([, r]) => r.lostAt);
  const here = all.filter(([, r]) => !r.lostAt).map(([name, r]) => [name, r.losses[r.last]]).sort((a, b) => a[1] - b[1]);
  return [WORDS.heights(here.map(([name, v]) => [name, shortText(v)]), fig.state.steps), ...lost.map(([name, r]) => WORDS.diverges(name, r.lostAt))];
}

function arrivals(fig) {
  const home = [], lost = [], trapped = [], slow = [];
  for (const name of fig.on()) {
    const r = fig.follow(name, SEARCH + STAY), k = arrival(r), entry = { name: called(fig.looks[name].label), k, r };
    (k !== null ? home : r.lostAt ? lost : fig.isTrapped(r) ? trapped : slow).push(entry);
  }
  const out = [];
  home.sort((a, b) => a.k - b.k);
  const winners = home.filter((e) => e.k === home[0].k), others = home.slice(winners.length);
  if (home.length) out.push(WORDS.reach(winners.map((e) => e.name), home[0].k, others.map((e) => [e.name, e.k])));
  for (const e of lost) out.push(WORDS.diverges(e.name, e.r.lostAt));
  const names = (entries) => entries.map((e) => e.name), lasting = (r) => lossText(r.losses.slice(SEARCH / 2).sort()[SEARCH / 4]);
  if (fig.state.noise) {
    if (trapped.length) out.push(WORDS.caught(names(trapped), lasting(trapped[0].r)));
    if (slow.length) out.push(WORDS.hovers(slow.map((e) => [e.name, lasting(e.r)])));
  } else {
    if (trapped.length) out.push(WORDS.trapped(names(trapped), lossText(trapped[0].r.losses[trapped[0].r.last])));
    if (slow.length) out.push(WORDS.notYet(names(slow), SEARCH, home.length > 0));
  }
  return out;
}

function otherDraws(fig) {
  if (!fig.draws.length) return [];
  const ends = fig.draws.map((r) => (r.lostAt ? Infinity : r.losses[r.last])).sort((a, b) => a - b).map((v) => levelText(fig.surface, v));
  return [WORDS.draws(called(fig.looks[fig.chosen()].label), DRAWS, fig.state.steps, ends[0], ends.at(-1), fig.surface.goal ? WORDS.lossColumn : WORDS.height)];
}

/* ---------- links: a state as text ------------------------------------------------------ */
// A state is written as "start=-4,2;steps=60;momentum.mu=0.5". A link holds what differs from the state at first.
function written(state) {
  const { surface, start, on, steps, step, noise, maps, shared, rate, scale, tab, who, asking } = state;
  const items = { surface: encodeURIComponent(surface), start, rules: on, steps, step, noise, maps, shared, scale, tab, who, asking };
  if (surface === OWN) Object.assign(items, { formula: encodeURIComponent(state.own.formula), window: state.own.window.flat(), home: state.own.start });
  if (rate !== null) items.rate = rate;
  for (const key in state.parameters) items[`surface.${key}`] = key === "tilt" && state.parameters.tilt === TILT ? "on" : state.parameters[key];
  for (const name in state.hyper) for (const key in state.hyper[name]) if (key !== "lr") items[`${name}.${key}`] = state.hyper[name][key];
  for (const name in state.pinned) items[`${name}.lr`] = state.pinned[name];
  return Object.fromEntries(Object.entries(items).map(([key, value]) => [key, String(value)]));
}
function linkText(state, initial) {
  const items = written(state), base = state.surface === initial.surface ? written(initial) : {};
  for (const key in base) if (!(key in items) && key.endsWith(".lr")) items[key] = "tuned";
  return Object.entries(items).filter(([key, value]) => base[key] !== value).map(([key, value]) => `${key}=${value}`).join(";");
}

const TILT = Math.PI / 6;
const refuse = (text) => { throw new RangeError(text); };
const number = (text, low, high) => (text.trim() !== "" && Number(text) >= low && Number(text) <= high ? Number(text) : refuse(text));
const whole = (text, low, high) => (/^\d+$/.test(text) ? number(text, low, high) : refuse(text));
const oneOf = (text, known) => (known.includes(text) ? text : refuse(text));
const flag = (text) => oneOf(text, ["true", "false"]) === "true";
const itemOf = (text, key) => text.match(new RegExp(`(?:^|;)${key}=([^;]*)`))?.[1] ?? "";
const ownOf = (formula, text) => { // what a link says about the reader's own surface
  const numbers = (key, usual) => (itemOf(text, key) || String(usual)).split(",").map(Number), window = numbers("window", OWN_WINDOW);
  return { formula, window: [window.slice(0, 2), window.slice(2)], start: numbers("home", OWN_START) };
};
const decode = (text) => { try { return decodeURIComponent(text); } catch { return ""; } };
const listed = (text) => (text === "" ? [] : text.split(","));

const READ = {
  start(text, { state }) { const at = listed(text).map((v) => number(v, -1000, 1000)); state.start = at.length === 2 ? at : refuse(text); },
  rules(text, { state, names }) { const on = listed(text).map((name) => oneOf(name, names)); state.on = names.filter((name) => on.includes(name)); },
  steps(text, { state }) { state.steps = whole(text, 1, 1000); },
  step(text, { state }) { state.step = whole(text, 0, 1000); },
  noise(text, { state }) { state.noise = number(text, 0, 1e9); },
  formula(text, { state, own }) { state.own = decodeURIComponent(text) === own.formula ? { formula: own.formula, window: own.window, start: own.start } : refuse(text); },
  window() {}, // both were read with the formula
  home() {},
  maps(text, { state }) { state.maps = flag(text); },
  shared(text, { state }) { state.shared = flag(text); },
  rate(text, { state }) { state.rate = number(text, 1e-9, 1e4); },
  scale(text, { state }) { state.scale = number(text, 0.1, 10); },
  tab(text, { state, tabs }) { state.tab = oneOf(text, tabs); },
  who(text, { state, names }) { state.who = oneOf(text, names); },
  asking(text, { state }) { state.asking = flag(text); },
  surface(text, { state, program }) {
    const name = oneOf(decodeURIComponent(text), Object.keys(program.surfaces)), { start, parameters } = program.surfaces[name];
    if (name !== state.surface) Object.assign(state, { surface: name, start: [...start], parameters: { ...parameters }, pinned: {} });
  },
};
function readDotted([head, key], text, { state, names }) {
  if (head === "surface") {
    oneOf(key, Object.keys(state.parameters));
    state.parameters = { ...state.parameters, [key]: key === "tilt" && text === "on" ? TILT : number(text, key === "kappa" ? 1 : -1e6, 1e6) };
    return;
  }
  oneOf(key, Object.keys(state.hyper[oneOf(head, names)]));
  if (key !== "lr") state.hyper[head][key] = ["mu", "rho", "beta1", "beta2"].includes(key) ? number(text, 0, 1 - 1e-9) : number(text, -1e6, 1e6);
  else if (text === "tuned") delete state.pinned[head];
  else state.pinned[head] = number(text, 1e-9, 1e4);
}
// Put a link's text into the state; says whether all of it was good. What is not good is left out.
function readLink(text, fig) {
  let good = text.length < 5000;
  for (const item of text.slice(0, 5000).split(";").filter(Boolean)) {
    const [key, value = ""] = item.split(/=(.*)/s);
    try {
      if (key.includes(".")) readDotted(key.split("."), value, fig);
      else READ[oneOf(key, Object.keys(READ))](value, fig);
    } catch { good = false; }
  }
  fig.state.step = Math.min(fig.state.step, fig.state.steps);
  return good;
}

// The page's address carries the states of the explorers that were touched: "#explorer-2:steps=60&explorer-3:...".
const ADDRESS = /^(explorer-\d+)(?::(.*))?$/s;
const linksInAddress = () => new Map(location.hash.slice(1).split("&").map((part) => part.match(ADDRESS)).filter(Boolean).map(([, key, text = ""]) => [key, text]));
const address = (links) => location.href.split("#")[0] + (links.size ? "#" : "") + [...links].map(([key, text]) => (text ? `${key}:${text}` : key)).join("&");
function putInAddress(key, text) {
  const links = linksInAddress();
  if ((links.get(key) ?? "") === text) return;
  if (text) links.set(key, text); else links.delete(key);
  try { history.replaceState(history.state, "", address(links)); } catch { /* a frame that may not: the link can still be copied */ }
}

function bringForward(node) { // also out of a closed solution
  for (let fold = node.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  node.scrollIntoView({ block: "nearest" });
}

// The hyperparameters that one call can give to all rules at once, or null where it cannot.
function commonHyper({ state, program }, on, inForce) {
  const common = {};
  for (const key of new Set(on.flatMap((name) => Object.keys(inForce[name])))) {
    const owners = on.filter((name) => key in inForce[name]), value = inForce[owners[0]][key];
    if (key === "lr" && !state.shared) {
      if (state.scale !== 1 || owners.some((name) => state.pinned[name] !== undefined)) return null;
    } else if (key === "lr" || owners.some((name) => inForce[name][key] !== program.rules[name].hyper[key])) {
      if (owners.some((name) => inForce[name][key] !== value)) return null;
      common[key] = value;
    }
  }
  return common;
}
const pythonPair = (pair) => `(${pair.join(", ")})`;
const ownCall = ({ formula, window, start }) => `Surface(${JSON.stringify(formula)}, name="${OWN}", window=(${window.map(pythonPair).join(", ")}), start=${pythonPair(start)})`;
const pythonDict = (object, value = String) => `{${Object.entries(object).map(([key, v]) => `${JSON.stringify(key)}: ${value(v)}`).join(", ")}}`;

// The lines that make the same explorer in Python.
function pythonText(fig, calls, anatomy) {
  const { state, program } = fig, inForce = fig.settings(), on = state.on.length ? state.on : fig.names, common = commonHyper(fig, on, inForce);
  const quoted = on.map((name) => (kindOf(fig, name) ? `"${name}"` : name)); // the reader's own rules are called by their name
  const given = [state.surface === OWN ? ownCall(state.own) : calls[state.surface] ?? `"${state.surface}"`, `rules=[${quoted.join(", ")}]`, `start=${pythonPair(state.start)}`, `steps=${state.steps}`];
  if (state.noise) given.push(`noise=${state.noise}`);
  for (const key in common) given.push(`${key}=${common[key]}`);
  if (anatomy) given.push("anatomy=True");
  if (state.maps) given.push("maps=True");
  if (state.asking) given.push(`ask=${state.ask ? JSON.stringify(state.ask) : "True"}`);
  const call = `Explorer(${given.join(", ")})`, lines = [];
  if (!same(state.parameters, program.surfaces[state.surface].parameters)) lines.push(`explorer.parameters = ${pythonDict(state.parameters)}`);
  if (!common) lines.push(`explorer.settings = ${pythonDict(Object.fromEntries(on.map((name) => [name, inForce[name]])), pythonDict)}`);
  if (!state.on.length) lines.push("explorer.rules = []");
  return lines.length ? [`explorer = ${call}`, ...lines, "explorer"].join("\n") : call;
}

/* ---------- pictures ------------------------------------------------------------------- */
const PAINT = ["fill", "fill-opacity", "fill-rule", "stroke", "stroke-width", "stroke-opacity", "stroke-dasharray", "stroke-linejoin", "stroke-linecap",
  "opacity", "paint-order", "font-family", "font-size", "font-style", "font-weight", "text-anchor"];

// A copy of an SVG that carries its look with it, placed at x, y.
function frozen(node, x, y) {
  const copy = node.cloneNode(true), originals = node.querySelectorAll("*"), copies = [...copy.querySelectorAll("*")];
  originals.forEach((original, i) => {
    const look = getComputedStyle(original), target = copies[i];
    if (original.style.display === "none") return target.remove();
    for (const name of target.getAttributeNames()) if (/^(style|class|data-|aria-)/.test(name)) target.removeAttribute(name);
    for (const name of PAINT) target.setAttribute(name, look.getPropertyValue(name));
  });
  for (const name of copy.getAttributeNames()) copy.removeAttribute(name);
  const { width, height } = node.getBoundingClientRect();
  return set(copy, { x, y, width, height, overflow: "visible" });
}
function lines(text, width, font) { // broken at spaces, so that none is wider than `width` pixels
  const context = html("canvas").getContext("2d");
  context.font = font;
  return text.split(" ").reduce((out, word) => {
    if (out.length && context.measureText(`${out.at(-1)} ${word}`).width <= width) out.push(`${out.pop()} ${word}`); else out.push(word);
    return out;
  }, []);
}
// The map, the chart, a legend and the line in words as one SVG in the present colours.
function picture(fig, root, said) {
  const [map, chart] = [".map > svg", ".chart > svg"].map((which) => root.querySelector(which)), boxes = [map, chart].map((node) => node.getBoundingClientRect());
  const ink = getComputedStyle(root).color, paper = getComputedStyle(chart.querySelector(".knob-dot")).fill, gap = 12;
  const left = Math.min(...boxes.map((b) => b.left)), top = Math.min(...boxes.map((b) => b.top)), width = Math.max(...boxes.map((b) => b.right)) - left + 2 * gap;
  const columns = Math.max(1, Math.floor(width / 160)), legend = 24 * Math.ceil(fig.on().length / columns) + gap;
  const bottom = legend + Math.max(...boxes.map((b) => b.bottom)) - top + gap, font = getComputedStyle(root).fontFamily;
  const text = lines(said, width - 2 * gap, `14px ${font}`), height = bottom + 20 * text.length + gap, words = (x, y, what, bold) => svg("text", { x, y, fill: ink, "font-family": font, "font-size": bold ? 12 : 14 }, what);
  const entries = fig.on().flatMap((name, i) => {
    const look = fig.looks[name], x = gap + (i % columns) * 160, y = gap + 10 + 24 * Math.floor(i / columns);
    const tone = getComputedStyle(root.querySelector(`.chip[data-rule="${name}"] .sample line`)).stroke;
    return [svg("line", { x1: x, x2: x + 30, y1: y, y2: y, stroke: tone, "stroke-width": look.width, "stroke-dasharray": look.dash }),
      svg("path", { d: marker(look, 4), fill: tone, transform: `translate(${x + 15} ${y})` }), words(x + 36, y + 4, look.label, true)];
  });
  const node = svg("svg", { width, height, viewBox: `0 0 ${width} ${height}` }, svg("title", {}, said), svg("rect", { width, height, fill: paper }), ...entries,
    ...[map, chart].map((part, i) => frozen(part, boxes[i].left - left + gap, boxes[i].top - top + legend)), ...text.map((line, i) => words(gap, bottom + 16 + 20 * i, line)));
  return { width, height, text: new XMLSerializer().serializeToString(node) };
}
async function bitmap({ text, width, height }) {
  const image = new Image(), canvas = set(html("canvas"), { width: 2 * width, height: 2 * height });
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  await image.decode();
  canvas.getContext("2d").drawImage(image, 0, 0, 2 * width, 2 * height);
  return new Promise((done) => { canvas.toBlob(done, "image/png"); });
}
function download(blob, name) {
  const url = URL.createObjectURL(blob);
  html("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10000);
}

/* ---------- copy, save, start again ----------------------------------------------------- */
function footPart(fig, { root, key, calls, anatomy, reset }) {
  const { state } = fig, told = html("p", { class: "told", "aria-live": "polite" });
  const button = (words, onclick) => html("button", { type: "button", onclick }, words);
  const predict = button(WORDS.predict, () => fig.askFirst(!state.asking));
  fig.say = (text) => write(told, text);
  const copy = async (text, words) => {
    try {
      await navigator.clipboard.writeText(text);
      return fig.say(words);
    } catch { /* not allowed here: shown, to be copied by hand */ }
    const field = html("input", { readonly: "", "aria-label": WORDS.copyThis });
    field.value = text;
    told.replaceChildren(WORDS.copyThis, field);
    field.select();
  };
  const save = async (suffix) => {
    const name = `${[state.surface, ...fig.on()].join("-")}.${suffix}`, drawn = picture(fig, root, fig.inWords());
    download(suffix === "svg" ? new Blob([drawn.text], { type: "image/svg+xml" }) : await bitmap(drawn), name);
    fig.say(WORDS.saved(name));
  };
  const node = html("div", { class: "foot" }, predict, button(WORDS.reset, reset),
    ...(key ? [button(WORDS.copyLink, () => copy(address(new Map([[key, fig.link()]])), WORDS.linkCopied))] : []),
    button(WORDS.copyPython, () => copy(pythonText(fig, calls, anatomy), WORDS.pythonCopied)),
    button(WORDS.saveSvg, () => save("svg")), button(WORDS.savePng, () => save("png")));
  const draw = (dirty) => {
    write(predict, state.asking ? WORDS.skip : WORDS.predict);
    if (dirty.run && !dirty.size) fig.say("");
  };
  return { node, told, draw };
}

/* ---------- the figure ----------------------------------------------------------------- */
const finite = (v) => typeof v === "number" && Number.isFinite(v);
const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);
const whenIdle = (work) => (globalThis.requestIdleCallback ? requestIdleCallback(work, { timeout: 500 }) : setTimeout(work, 60));
const dropIdle = (ticket) => (globalThis.cancelIdleCallback ? cancelIdleCallback(ticket) : clearTimeout(ticket));
const REST = 280; // milliseconds without input before the line in words is spoken

function figure(model, element, program) {
  program = { ...program, surfaces: { ...program.surfaces } }; // to which a formula may be added
  const { rules, surfaces, bound } = program, names = Object.keys(rules);
  const holders = [...document.querySelectorAll(".widget-host")], place = holders.indexOf(element.closest(".widget-host"));
  const key = place < 0 ? null : `explorer-${place + 1}`; // in a page's address; a live notebook has none of its own
  const id = `descent-${Math.random().toString(36).slice(2, 9)}`;
  const root = html("div", { class: "descent-explorer", "data-descent-explorer": "", "data-state": "busy" });
  const state = {};
  const fig = { id, state, program, names, tabs: model.get("_anatomy") ? ["standings", "step"] : ["standings"], looks: model.get("_looks"), runs: {}, dragging: false, preview: null, hot: null };
  const reduced = matchMedia("(prefers-reduced-motion: reduce)");
  let dirty = { size: true, surface: true, run: true, rules: true }, ticket = null, idleTicket = null, seen = true;
  let initial = null, restTimer = 0, saveTimer = 0, saved = 0, animation = 0, drawnRules = "", drawnWidth = 0;
  const tunedRates = new Map();

  // -- what is in force
  fig.on = () => state.on;
  fig.step = () => (state.asking ? 0 : fig.preview ?? state.step);
  fig.narrow = () => root.clientWidth <= 640;
  fig.calm = () => reduced.matches;
  fig.playing = () => animation !== 0;
  fig.verdict = { text: "", on: "" }; // on the reader's guess, and the runs that it was about
  fig.anatomyShown = () => state.tab === "step";
  fig.faded = (name) => (fig.anatomyShown() ? name !== state.who : fig.hot !== null && fig.hot !== name && state.on.includes(fig.hot));
  const others = (name) => ({ ...state.hyper[name], lr: undefined });
  const tuningKey = (name) => JSON.stringify([state.surface, state.parameters, name, others(name)]);
  const tuned = (name) => {
    const key = tuningKey(name);
    if (!tunedRates.has(key)) {
      if (tunedRates.size > 3000) tunedRates.clear();
      tunedRates.set(key, tunedRate(rules[name], others(name), fig.surface, fig.field) ?? rules[name].hyper.lr);
    }
    return tunedRates.get(key);
  };
  fig.ownRate = (name) => state.pinned[name] ?? tuned(name);
  const rated = (name) => "lr" in rules[name].hyper;
  fig.firstRate = () => (state.shared ? sharedRate() : fig.ownRate(state.on.find(rated) ?? names.find(rated)) * state.scale);
  const sharedRate = () => state.rate ?? clamp(state.surface === OWN ? Math.min(...names.filter(rated).map(tuned)) : tuned(names.includes("sgd") ? "sgd" : names.find(rated)), 1e-4, 10);
  const inForce = (name) => {
    const hyper = { ...state.hyper[name] };
    if (rated(name)) hyper.lr = state.shared ? sharedRate() : fig.ownRate(name) * state.scale;
    return hyper;
  };
  fig.rounded = (v, c) => { // to a ten-thousandth of the window, or finer
    const [low, high] = fig.surface.window[c];
    return Number(v.toFixed(clamp(4 - Math.floor(Math.log10(high - low)), 0, 12)));
  };
  fig.follow = (name, steps, field = fig.noisy) => run(rules[name], inForce(name), fig.surface, field, state.start, steps, bound);
  fig.chosen = () => (state.on.includes(state.who) ? state.who : state.on[0]);
  const draws = (name) => Array.from({ length: DRAWS }, (_, i) => fig.follow(name, state.steps, noisy(fig.field, state.noise, SEED + 1 + i)));
  fig.steepest = () => {
    if (!fig.surface.quadratic) return null;
    const h = new Float64Array(3);
    fig.field.hessian(...state.start, h);
    return (h[0] + h[2] + Math.hypot(h[0] - h[2], 2 * h[1])) / 2;
  };
  fig.isTrapped = (r) => {
    const [[x0, x1], [y0, y1]] = fig.surface.window, x = r.xs[r.last], y = r.ys[r.last];
    const distance = (points) => Math.min(...points.map(([a, b]) => Math.hypot(x - a, y - b)));
    return distance(fig.surface.others) < Math.min(distance(fig.surface.minima), 0.04 * Math.min(x1 - x0, y1 - y0));
  };

  // -- state: from the model at first, and whenever Python or the page sets a trait
  function take() {
    const [first] = Object.keys(surfaces);
    Object.assign(state, {
      surface: first, parameters: { ...surfaces[first].parameters }, start: [...surfaces[first].start],
      on: names, hyper: Object.fromEntries(names.map((name) => [name, { ...rules[name].hyper }])),
      shared: Boolean(model.get("_shared")), rate: null, // all at one rate, and that rate once it is known
      scale: 1, pinned: {}, // or each at its own, times `scale`: the tuned one unless pinned to another
      own: { formula: "", window: OWN_WINDOW, start: OWN_START }, noise: 0, maps: Boolean(model.get("_maps")), steps: 1, step: 1, tab: "standings", who: names[0],
      ask: "", asking: false, // the question, and whether it still hides the run
    });
    for (const key of traits) put[key](model.get(key));
    state.step = state.steps;
    initial = structuredClone(state);
  }
  const put = {
    surface(v) {
      if (typeof v !== "string" || !Object.hasOwn(surfaces, v) || v === state.surface) return;
      state.surface = v;
      state.parameters = { ...surfaces[v].parameters };
    },
    parameters(v) {
      const own = surfaces[state.surface].parameters;
      for (const key in own) if (finite(v?.[key]) && (key !== "kappa" || v[key] >= 1)) state.parameters = { ...state.parameters, [key]: v[key] };
    },
    start(v) { if (Array.isArray(v) && v.length === 2 && v.every(finite)) state.start = [...v]; },
    steps(v) { if (Number.isInteger(v) && v >= 1 && v <= 1000) fig.setSteps(v); },
    ask(v) { if (typeof v === "string") Object.assign(state, { ask: v, asking: v !== "" }); },
    noise(v) { if (finite(v) && v >= 0) state.noise = v; },
    rules(v) { if (Array.isArray(v)) state.on = names.filter((name) => v.includes(name)); },
    settings(v) {
      useSurface();
      const rates = {}, first = initial === null;
      for (const name of names) for (const key in v?.[name] ?? {}) {
        const value = v[name][key];
        if (!Object.hasOwn(state.hyper[name], key) || !finite(value)) continue;
        if (key === "lr") { if (value > 0) rates[name] = value; } else state.hyper[name][key] = value;
      }
      if (first) for (const name in model.get("_tuned")) tunedRates.set(tuningKey(name), model.get("_tuned")[name]);
      const all = Object.values(rates);
      if (state.shared && all.length && all.every((rate) => rate === all[0])) { state.rate = all[0]; return; }
      const strange = Object.keys(rates).filter((name) => Math.abs(rates[name] / inForce(name).lr - 1) > 1e-9);
      if (!strange.length) return;
      for (const name of names.filter(rated)) if (state.shared || state.scale !== 1) state.pinned[name] = inForce(name).lr;
      for (const name of strange) state.pinned[name] = rates[name];
      state.shared = false;
      state.scale = 1;
    },
  };
  const traits = Object.keys(put);
  const present = { surface: () => state.surface, parameters: () => state.parameters, start: () => state.start, steps: () => state.steps, noise: () => state.noise, rules: () => state.on, ask: () => state.ask,
    settings: () => Object.fromEntries(names.map((name) => [name, inForce(name)])) };
  const situation = () => JSON.stringify(traits.map((key) => present[key]()));
  let telling = false;
  const listen = () => { // a trait was set from Python or from the page
    if (telling) return;
    for (const key of traits) if (!same(model.get(key), present[key]())) put[key](model.get(key));
    fig.change("surface");
  };
  function tell() {
    clearTimeout(saveTimer);
    const wait = fig.dragging ? 100 - (performance.now() - saved) : 0; // a drag speaks ten times a second
    if (wait > 0) { saveTimer = setTimeout(tell, wait); return; }
    saved = performance.now();
    telling = true;
    for (const key of traits) { const value = present[key](); if (!same(model.get(key), value)) model.set(key, structuredClone(value)); }
    telling = false;
    model.save_changes();
  }

  // -- inputs
  fig.setSteps = (n) => { const atEnd = !(state.step < state.steps); state.steps = n; state.step = atEnd ? n : Math.min(state.step, n); };
  fig.pickSurface = (name) => {
    fig.stop();
    put.surface(name);
    Object.assign(state, { start: [...surfaces[name].start], pinned: {}, step: state.steps });
    useSurface();
    // a rate that was set for another surface may be far too large
    if (name === OWN && state.shared && state.on.some((rule) => fig.follow(rule, SEARCH, fig.field).lostAt)) state.rate = null;
    fig.change("surface");
  };
  fig.toggle = (name) => { state.on = names.filter((n) => (n === name) !== state.on.includes(n)); if (state.on.includes(name)) state.who = name; fig.change("run"); };
  fig.highlight = (name) => { fig.hot = name; fig.change("view"); };
  fig.setShared = (shared) => { state.shared = shared; if (!shared) { state.pinned = {}; state.scale = 1; } fig.change("run"); };
  fig.stop = () => { if (animation) { cancelAnimationFrame(animation); rest(); } animation = 0; };
  fig.playOrStop = () => {
    if (animation) fig.stop();
    else if (reduced.matches) state.step = state.step >= state.steps ? 0 : Math.min(state.steps, state.step + 10);
    else play();
    fig.change("view");
  };
  function play() { // slow first steps, where there is something to see
    const duration = 1500 + 18 * state.steps, from = state.step >= state.steps ? 0 : state.step;
    const began = performance.now() - (from / state.steps) ** (1 / 1.6) * duration;
    const tick = (now) => {
      const part = clamp((now - began) / duration, 0, 1);
      state.step = Math.round(state.steps * part ** 1.6);
      animation = part < 1 ? requestAnimationFrame(tick) : 0;
      if (!animation) rest();
      fig.change("view");
    };
    animation = requestAnimationFrame(tick);
  }
  fig.askFirst = (asking) => {
    fig.stop();
    Object.assign(state, { asking, step: state.steps, tab: "standings" });
    fig.change("run");
    frame(); // now, so that what gets the focus is there
    if (asking) asked.focus();
  };
  fig.reveal = (verdict) => {
    fig.askFirst(false);
    fig.verdict = { text: verdict, on: situation() };
    if (!reduced.matches) play();
    chart.transport.firstChild.focus();
  };
  fig.settings = present.settings;
  fig.adopt = (settings) => {
    if (state.shared || state.scale !== 1) for (const name of names.filter(rated)) state.pinned[name] = brief(inForce(name).lr);
    Object.assign(state, { shared: false, scale: 1 });
    put.settings(settings);
    fig.change("run");
  };
  fig.own = { text: "" };
  fig.useFormula = async (own) => { // { formula, window, start }
    const { surface, text } = await ownSurface(own);
    surfaces[OWN] = surface;
    state.own = own;
    fig.own = { ...own, text };
    fieldKey = "";
    tunedRates.clear();
  };
  fig.text = () => model.get("_program") + fig.own.text;
  fig.link = () => linkText(state, initial);
  const openLink = (event, tried = false) => {
    const links = linksInAddress(), text = links.get(key);
    if (text === undefined) return;
    if (links.keys().next().value === key) bringForward(root);
    if (text === fig.link()) return;
    const formula = itemOf(text, "formula");
    if (formula && !tried) { // which has to be read first
      fig.useFormula(ownOf(decode(formula), text)).catch(() => {}).then(() => openLink(null, true));
      return;
    }
    begin();
    const good = readLink(text, fig);
    useSurface();
    if (!map.shows(state.start)) state.start = state.start.map((v, c) => clamp(v, ...fig.surface.window[c]));
    fig.change("surface");
    if (!good) { frame(); fig.say(WORDS.oldLink); }
  };
  const begin = () => { // again, as at first
    fig.stop();
    Object.assign(state, structuredClone(initial));
    fig.verdict = { text: "", on: "" };
    fig.preview = null;
    fig.change("surface");
  };
  const reset = () => {
    begin();
    for (const fold of root.querySelectorAll("details:not(.maps)")) fold.open = false;
  };

  // -- frame
  fig.change = (what) => {
    dirty[what] = true;
    if (what === "surface") dirty.run = true;
    root.dataset.state = "busy";
    ask();
    rest();
  };
  const rest = () => {
    clearTimeout(restTimer);
    restTimer = setTimeout(() => {
      readout.setAttribute("aria-busy", "false"); // now it is read aloud
      if (key && !fig.dragging) putInAddress(key, fig.link());
    }, REST);
  };
  fig.inWords = () => {
    if (state.asking) return WORDS.guess;
    if (fig.anatomyShown() && fig.on().length) return plain(fig.stepWords);
    const verdict = fig.verdict.on === situation() ? fig.verdict.text : "";
    return [verdict, said].filter(Boolean).join(" ");
  };
  const speak = () => {
    if (fig.playing() && !state.asking && fig.verdict.on === situation()) return; // the run is on its way to show it
    if (readout.textContent === fig.inWords()) return;
    readout.setAttribute("aria-busy", "true");
    write(readout, fig.inWords());
  };
  function ask() {
    if (ticket === null && seen) ticket = requestAnimationFrame(frame);
    else if (idleTicket === null && !seen) idleTicket = whenIdle(frame);
  }
  let fieldKey = "", said = "";
  function useSurface() {
    const key = JSON.stringify([state.surface, state.parameters]);
    if (key === fieldKey) return;
    fieldKey = key;
    fig.surface = surfaces[state.surface];
    fig.field = fig.surface.make(state.parameters);
  }
  function frame() {
    ticket = idleTicket = null;
    if (!root.clientWidth) return; // hidden, as in a closed tab: drawn when it gets a size
    drawnWidth = root.clientWidth;
    useSurface();
    fig.noisy = noisy(fig.field, state.noise, SEED);
    if (dirty.run) {
      fig.draws = state.noise && state.on.length && !state.asking ? draws(fig.chosen()) : [];
      fig.runs = Object.fromEntries(state.on.map((name) => {
        const r = fig.follow(name, state.steps + STAY - 1);
        const lostAt = r.lostAt <= state.steps ? r.lostAt : 0;
        return [name, { ...r, lostAt, last: Math.min(r.last, state.steps), arrival: arrival(r), hyper: inForce(name) }];
      }));
      dirty.rules ||= drawnRules !== state.on.join();
      drawnRules = state.on.join();
    }
    for (const part of parts) part.draw(dirty);
    if (dirty.run && !state.asking) said = sentence(fig);
    speak();
    readout.classList.toggle("unseen", fig.anatomyShown() && !state.asking && state.on.length > 0);
    if (dirty.run) tell();
    dirty = {};
    root.dataset.state = "ready";
  }

  // -- build
  take();
  const asked = askPart(fig), top = topPart(fig), chips = chipsPart(fig), map = mapPart(fig), chart = chartPart(fig), standings = standingsPart(fig), knobs = knobsPart(fig), table = tablePart(fig);
  const parts = [top, asked, chips, map, chart, standings, knobs, table];
  const side = html("div", { class: "side" }, chart.transport, chart.node);
  const oneStep = model.get("_anatomy") ? stepPart(fig, map) : null;
  if (oneStep) {
    const panel = panelPart(fig, standings, oneStep);
    parts.push(panel, oneStep);
    side.append(panel.head, panel.node);
  } else side.append(html("div", { class: "panel" }, standings.node));
  side.classList.toggle("roomy", !model.get("_anatomy"));
  const readout = html("p", { class: "readout", role: "status", "aria-live": "polite" });
  const foot = footPart(fig, { root, key, calls: model.get("_calls") ?? {}, anatomy: model.get("_anatomy"), reset });
  const maps = mapsPart(fig);
  const own = key ? [ownPart(fig)] : []; // with Python at hand, Surface("...") does the same
  parts.push(maps, ...own, foot);
  root.append(top.node, html("div", { class: "lead" }, asked.node, chips.node), html("div", { class: "main" }, map.node, side), ...(oneStep ? [oneStep.numbers] : []), readout, knobs.node, html("div", { class: "notes" }, knobs.note, foot.told), foot.node, maps.node, ...own.map((part) => part.node), table.node);
  element.append(root);

  const sizes = new ResizeObserver(() => { if (root.clientWidth === drawnWidth) return; dirty.size = true; fig.change("surface"); });
  sizes.observe(root);
  const sights = new IntersectionObserver((entries) => { seen = entries.at(-1).isIntersecting; if (!seen) fig.stop(); if (root.dataset.state === "busy") ask(); }, { rootMargin: "200px" });
  sights.observe(root);
  for (const key of traits) model.on(`change:${key}`, listen);
  if (key) {
    openLink();
    addEventListener("hashchange", openLink);
  }
  frame(); // at once; what follows waits for the next frame
  rest();

  return () => {
    removeEventListener("hashchange", openLink);
    fig.stop();
    sizes.disconnect();
    sights.disconnect();
    maps.leave();
    for (const key of traits) model.off(`change:${key}`, listen);
    if (ticket !== null) cancelAnimationFrame(ticket);
    if (idleTicket !== null) dropIdle(idleTicket);
    clearTimeout(restTimer);
    clearTimeout(saveTimer);
    root.remove();
  };
}

/* ---------- widget --------------------------------------------------------------------- */
export default {
  initialize({ model }) {
    load(model.get("_program")).catch(() => {}); // early; what is wrong with it, render says
  },
  async render({ model, el }) {
    return figure(model, el, await load(model.get("_program")));
  },
};
