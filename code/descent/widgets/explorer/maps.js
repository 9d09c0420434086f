// The maps below the figure: how one rule fares at every setting, and from every start. A worker makes the runs, coarse
// first and then finer; where none can be started, the page makes them itself, a few milliseconds at a time.
import { bell, clamp, html, noisy, power, run, set, show, slider, svg, veil, write } from "../shared/elements.js";
import { GOAL, MAP_STEPS, SEED, STAY } from "./goals.js";
import { brief, levelText, rateText } from "./numbers.js";
import { called, capital, WORDS } from "./texts.js";

/* ---------- maps: the runs ------------------------------------------------------------- */
const MAP_SIZE = 200; // runs along each side
const SLICE = 8; // milliseconds of work at a time without a worker
const RATES = [-4.5, 1.5], DECAYS = [0, 0.99]; // log10 of the rates, and the momenta

// Follow runs to their ends. `end` is what became of the last one: `place` is -1 for lost, 0 for on its way, i for
// arrived at minimum i; `steps` counts those to the loss that it then kept, within `goal` of the minimum's height.
export function follower(rule, field, { minima, heights, floor, steps, goal, stay, bound }) {
  const LOOK = 20; // whoever stays for 61 steps is there at a multiple of 20: only then are the steps between looked at
  const s = new Float64Array(2 + 2 * rule.memory), g = new Float64Array(2), end = { place: 0, steps: 0, loss: 0 };
  const xs = new Float64Array(steps + stay + LOOK), ys = new Float64Array(steps + stay + LOOK);
  const lossAt = (t) => field.value(xs[t], ys[t]) - floor;
  const heightOf = (loss) => { // which of the minima it is as high as
    let i = heights.length - 1;
    while (i >= 0 && !(Math.abs(loss - heights[i]) < goal)) i--;
    return i;
  };
  const nearest = (x, y) => {
    const distances = minima.map(([a, b]) => Math.hypot(x - a, y - b));
    return Math.max(0, distances.indexOf(Math.min(...distances))) + 1;
  };
  const finish = (place, count, loss) => { end.place = place; end.steps = count; end.loss = loss; };
  const go = (hyper, x, y) => {
    s.fill(0);
    s[0] = x; s[1] = y;
    let seen = -1, since = 0, height = -1;
    for (let t = 0; ; t++) {
      if (t) rule.step(s, t, hyper, field.slope, g);
      if (!(Math.abs(s[0]) < bound && Math.abs(s[1]) < bound)) return finish(-1, t, Infinity);
      xs[t] = s[0]; ys[t] = s[1];
      if (t % LOOK) continue;
      const loss = lossAt(t);
      if (height < 0 && heightOf(loss) < 0) seen = t;
      while (seen < t) {
        const now = heightOf(lossAt(++seen));
        if (now !== height) { height = now; since = seen; }
        if (height >= 0 && seen - since + 1 === stay) return finish(nearest(xs[seen], ys[seen]), since, loss);
      }
      if (t >= steps && (height < 0 || since > steps)) return finish(0, steps, loss);
    }
  };
  return { go, end };
}

// All runs of a map, in passes of ever smaller strides. Yields now and then, and after each pass what is known.
export function* sweep({ rules, surfaces, bound }, job) {
  const { across, up, key, hyper, start, columns, rows } = job, surface = surfaces[job.surface];
  const field = surface.make(job.parameters), minima = [...surface.minima, ...surface.others];
  const heights = [...new Set(minima.map(([x, y]) => Math.round(1e9 * (field.value(x, y) - surface.floor)) / 1e9))];
  const scene = { minima, heights: minima.length ? heights : surface.goal ? [0] : [], floor: surface.goal ? surface.floor : 0, steps: job.steps, goal: job.goal, stay: job.stay, bound };
  const { go, end } = follower(rules[job.rule], noisy(field, job.noise, job.seed), scene);
  const size = columns * rows, shot = { stride: 0, place: new Int8Array(size), steps: new Int16Array(size), loss: new Float32Array(size) };
  const h = { ...hyper };
  const at = ([low, high], i, count) => (count > 1 ? low + ((high - low) * i) / (count - 1) : (low + high) / 2);
  for (const stride of [8, 4, 2, 1]) {
    for (let j = 0; j < rows; j += stride) {
      const v = at(up, rows - 1 - j, rows);
      for (let i = 0; i < columns; i += stride) {
        if (stride < 8 && i % (2 * stride) === 0 && j % (2 * stride) === 0) continue; // known from the last pass
        const u = at(across, i, columns), p = j * columns + i;
        if (job.kind === "settings") {
          h.lr = 10 ** u;
          if (key) h[key] = v;
          go(h, start[0], start[1]);
        } else go(h, u, v);
        shot.place[p] = end.place; shot.steps[p] = end.steps; shot.loss[p] = end.loss;
      }
      yield null;
    }
    shot.stride = stride;
    yield shot;
  }
}

// Work a job off and call `show` with each finished pass; returns how to stop.
function workOff(program, text, job, show) {
  const parts = [text.replace(/^export /gm, ""), ...[bell, noisy, follower, sweep].map(String),
    "onmessage = ({ data }) => { for (const shot of " + sweep.name + "({ rules, surfaces, bound }, data)) if (shot) postMessage(shot); };"];
  let worker = null, timer = 0;
  const slowly = () => {
    worker?.terminate();
    worker = null;
    const runs = sweep(program, job);
    const slice = () => {
      for (const began = performance.now(); performance.now() - began < SLICE;) {
        const { done, value } = runs.next();
        if (done) return;
        if (value) show(value);
      }
      timer = setTimeout(slice);
    };
    slice();
  };
  try {
    const address = URL.createObjectURL(new Blob([parts.join("\n")], { type: "text/javascript" }));
    worker = new Worker(address);
    URL.revokeObjectURL(address);
    worker.onmessage = ({ data }) => { if (data.stride === 1) worker.terminate(); show(data); };
    worker.onerror = (event) => { event.preventDefault(); slowly(); };
    worker.postMessage(job);
  } catch { slowly(); }
  return () => { worker?.terminate(); clearTimeout(timer); };
}

/* ---------- maps: the pictures --------------------------------------------------------- */
const PLACES = ["--basin1", "--basin2", "--basin3", "--basin4"];
const placeColour = (place) => PLACES[(place - 1) % PLACES.length];

function paint(canvas, shot, tall) { // `tall(loss)` from 0 to 1
  const { width, height } = canvas, context = canvas.getContext("2d"), image = context.createImageData(width, height);
  const probe = canvas.parentNode.appendChild(html("span")), known = new Map();
  const token = (name) => {
    if (!known.has(name)) { probe.style.color = `var(${name})`; known.set(name, getComputedStyle(probe).color.match(/[\d.]+/g).slice(0, 3).map(Number)); }
    return known.get(name);
  };
  const mix = (a, b, part) => a.map((v, c) => v + (b[c] - v) * part);
  const tone = (p, i, j) => {
    if (shot.place[p] < 0) return (i + j) % 6 < 2 ? token("--warn") : token("--paper");
    if (shot.place[p] > 0) return mix(token("--paper"), token(placeColour(shot.place[p])), 1 - (0.75 * shot.steps[p]) / MAP_STEPS);
    return mix(token("--hill"), token("--contour"), clamp(tall(shot.loss[p]) || 0, 0, 1));
  };
  for (let j = 0; j < height; j++) for (let i = 0; i < width; i++) {
    const p = (j - (j % shot.stride)) * width + i - (i % shot.stride);
    image.data.set([...tone(p, i, j), 255], 4 * (j * width + i));
  }
  probe.remove();
  context.putImageData(image, 0, 0);
}

// What became of the runs of the newest pass: the share that came to each place, and the quickest to a lowest minimum.
function tally(shot, columns, lowest) {
  const count = new Map();
  let all = 0, best = -1;
  for (let p = 0; p < shot.place.length; p++) {
    if ((p % columns) % shot.stride || Math.floor(p / columns) % shot.stride) continue;
    const place = shot.place[p];
    all++;
    count.set(place, (count.get(place) ?? 0) + 1);
    if (place > 0 && place <= lowest && (best < 0 || shot.steps[p] < shot.steps[best])) best = p;
  }
  const share = (...places) => places.reduce((sum, place) => sum + (count.get(place) ?? 0), 0) / all;
  return { share, best, soonest: shot.steps[best] };
}

// One map: a canvas, a pin that can be moved over it, what its colours mean, and a sentence.
function oneMap(fig, { kind, name, pinName, job, place, move, sentence, say, ticks }) {
  const canvas = html("canvas", { role: "img" }), marks = svg("svg", { "aria-hidden": "true", class: "map-marks" });
  const pin = html("div", { class: "handle", "data-part": kind, tabindex: 0, role: "slider", "aria-label": pinName, "aria-valuemin": 0, "aria-valuemax": 100 },
    svg("svg", { viewBox: "-22 -22 44 44", "aria-hidden": "true" }, svg("circle", { r: 7, class: "ring" }), svg("circle", { r: 1.8, fill: "var(--ink)" })));
  const board = html("div", { class: "map-board" }, canvas, marks, pin), axes = html("div", { class: "map-axes", "aria-hidden": "true" });
  const words = html("p", { class: "map-words" }), legend = html("p", { class: "map-legend" });
  const node = html("figure", { class: "map-figure", "data-map": kind }, html("figcaption", {}, ...rich(name)), html("div", { class: "map-frame" }, board, axes), legend, words);
  let wanted = "", stop = () => {}, timer = 0, shot = null, current = null;

  const repaint = () => {
    if (!shot) return;
    const { top, low } = current, most = Math.log10(Math.max(top, 10 * GOAL) / GOAL);
    paint(canvas, shot, fig.surface.goal ? (loss) => Math.log10(Math.max(loss, GOAL) / GOAL) / most : (height) => (height - low) / (top - low));
  };
  const begin = () => {
    const began = performance.now();
    stop = workOff(fig.program, fig.text(), current, (newest) => {
      shot = newest;
      set(canvas, { width: current.columns, height: current.rows });
      set(node, { "data-stride": shot.stride, "data-ms": Math.round(performance.now() - began) });
      repaint();
      const found = tally(shot, current.columns, Math.max(1, fig.surface.minima.length)), text = sentence(current, found);
      write(words, text);
      set(canvas, { "aria-label": text });
      legend.replaceChildren(...legendOf(fig, found));
      drawPin();
    });
  };
  const halt = () => { stop(); clearTimeout(timer); wanted = ""; };
  const drawPin = () => {
    const [u, v] = place();
    set(pin, { style: `left:${100 * clamp(u, 0, 1)}%;top:${100 * (1 - clamp(v, 0, 1))}%`, "aria-valuenow": Math.round(100 * clamp(u, 0, 1)) });
    const i = Math.round(clamp(u, 0, 1) * (current.columns - 1)), j = Math.round((1 - clamp(v, 0, 1)) * (current.rows - 1)), stride = shot?.stride ?? 1;
    const p = (j - (j % stride)) * current.columns + i - (i % stride);
    const became = shot && [u, v].every((c) => c >= 0 && c <= 1) ? WORDS.became(shot.place[p], shot.steps[p], (fig.surface.goal ? WORDS.atLoss : WORDS.atHeight)(levelText(fig.surface, shot.loss[p]))) : "";
    set(pin, { "aria-valuetext": [say(), became].filter(Boolean).join(": ") });
  };
  const draw = () => {
    const next = job(), key = JSON.stringify(next);
    show(node, Boolean(next));
    if (!next) return halt();
    if (key !== wanted) {
      halt();
      if (current && JSON.stringify([current.surface, current.rule]) !== JSON.stringify([next.surface, next.rule])) { shot = null; canvas.width = canvas.width; }
      wanted = key;
      current = next;
      set(node, { "data-stride": 0 });
      timer = setTimeout(begin, 60); // a slider in motion asks for many
      ticks(current, axes, marks, board);
    }
    drawPin();
  };

  const go = (u, v) => move(clamp(u, 0, 1), clamp(v, 0, 1));
  const follow = (event) => {
    const box = board.getBoundingClientRect();
    go((event.clientX - box.left) / box.width, 1 - (event.clientY - box.top) / box.height);
  };
  let held = false;
  board.addEventListener("pointerdown", (event) => {
    if (event.button || (event.pointerType === "touch" && event.target !== pin)) return;
    event.preventDefault();
    held = true;
    board.setPointerCapture(event.pointerId);
    pin.focus({ preventScroll: true });
    if (event.target !== pin) follow(event);
  });
  board.addEventListener("pointermove", (event) => { if (held) follow(event); });
  for (const type of ["pointerup", "pointercancel"]) board.addEventListener(type, () => { held = false; });
  board.addEventListener("click", (event) => { if (event.pointerType === "touch") follow(event); });
  pin.addEventListener("keydown", (event) => {
    const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
    if (!way) return;
    event.preventDefault();
    const [u, v] = place(), reach = event.shiftKey ? 0.1 : 0.01;
    go(u + way[0] * reach, v + way[1] * reach);
  });
  return { node, draw, halt, repaint };
}

const swatch = (background, text) => html("span", { class: "map-swatch" }, html("i", { style: `background:${background}` }), text);

function legendOf(fig, { share }) {
  const names = valleys(fig), fade = (token) => `linear-gradient(to right, var(${token}), color-mix(in srgb, var(${token}) 25%, var(--paper)))`;
  return [...names.map((name, i) => [i + 1, fade(placeColour(i + 1)), names.length > 1 ? name : WORDS.arrives]),
    [0, "linear-gradient(to right, var(--hill), var(--contour))", fig.surface.goal ? WORDS.underway : WORDS.lowToHigh],
    [-1, "repeating-linear-gradient(-45deg, var(--warn) 0 2px, var(--paper) 2px 6px)", WORDS.lostOnMap]]
    .filter(([place]) => share(place) > 0).map(([, background, text]) => swatch(background, text)).concat(names.some((_, i) => share(i + 1) > 0) ? [WORDS.strong] : []);
}

// What the minima are called, in the order of their places.
function valleys(fig) {
  const { minima, others } = fig.surface, all = [...minima, ...others];
  if (minima.length === 1 && others.length === 1) return [WORDS.deeper, WORDS.shallower];
  return all.length > 1 ? all.map(([x, y]) => WORDS.valleyAt(x, y)) : [WORDS.theMinimum];
}

export function mapsPart(fig) {
  const { state } = fig, rules = fig.program.rules;
  const which = html("select", { class: "which", "aria-label": WORDS.mapRule, onchange: () => { state.who = which.value; fig.change("run"); } });
  const decayOf = (name) => ["mu", "beta1", "rho", "beta2"].find((key) => key in rules[name].hyper);
  const part = ([low, high], value) => (value - low) / (high - low), value = ([low, high], share) => low + share * (high - low);
  const name = () => fig.chosen(), hyper = () => fig.settings()[name()];
  const common = (kind) => {
    const { field, surface } = fig, { goal, floor } = surface, top = field.value(...(kind === "settings" ? state.start : surface.start)) - (goal ? floor : 0);
    return { kind, surface: state.surface, own: state.own, low: goal ? 0 : floor, parameters: state.parameters, rule: name(), noise: state.noise, seed: SEED, steps: MAP_STEPS, goal: GOAL, stay: STAY, top };
  };
  const crosses = (surface) => {
    const [[x0, x1], [y0, y1]] = surface.window;
    return [...surface.minima, ...surface.others].map(([x, y]) =>
      svg("svg", { x: `${100 * part([x0, x1], x)}%`, y: `${100 * (1 - part([y0, y1], y))}%`, style: "overflow:visible" }, svg("path", { d: "M-5 0h10M0 -5v10" })));
  };

  const settings = oneMap(fig, {
    kind: "settings", name: WORDS.settingsMap, pinName: WORDS.settingHelp,
    job: () => {
      if (!name() || !("lr" in rules[name()].hyper)) return null;
      const key = decayOf(name()), { lr, ...others } = hyper();
      delete others[key];
      return { ...common("settings"), hyper: others, key, start: state.start, across: RATES, up: DECAYS, columns: MAP_SIZE, rows: key ? MAP_SIZE : 1 };
    },
    place: () => [part(RATES, Math.log10(hyper().lr)), decayOf(name()) ? part(DECAYS, hyper()[decayOf(name())]) : 0.5],
    move: (u, v) => {
      const key = decayOf(name());
      fig.adopt({ [name()]: { lr: brief(10 ** value(RATES, u)), ...(key && { [key]: Number(value(DECAYS, v).toFixed(4)) }) } });
    },
    say: () => WORDS.setting(rateText(hyper().lr), WORDS.decays[decayOf(name())], hyper()[decayOf(name())]),
    sentence: (job, { best, share, soonest }) => {
      if (!fig.surface.goal) return WORDS.settingsLost(capital(called(fig.looks[job.rule].label)), share(-1));
      const lr = 10 ** value(RATES, (best % job.columns) / (job.columns - 1)), decay = value(DECAYS, 1 - Math.floor(best / job.columns) / (job.rows - 1));
      return WORDS.settingsSaid(capital(called(fig.looks[job.rule].label)), share(...(fig.surface.minima.length ? fig.surface.minima.map((_, i) => i + 1) : [1])), share(-1), MAP_STEPS) +
        (best < 0 ? "" : ` ${WORDS.quickest(soonest, rateText(lr), WORDS.decays[job.key], decay)}`);
    },
    ticks: ({ key }, axes, marks, board) => {
      board.style.aspectRatio = key ? "8 / 7" : "9 / 1";
      const tick = (side, share, text) => html("span", { class: side, style: `${side === "below" ? "left" : "bottom"}:${100 * share}%` }, ...rich(text));
      axes.replaceChildren(...[-4, -3, -2, -1, 0, 1].map((e) => tick("below", part(RATES, e), e < 0 || e > 0 ? power(e) : "1")),
        ...(key ? [0, 0.5, 0.9].map((v) => tick("beside", part(DECAYS, v), String(v))) : []),
        html("span", { class: "across" }, ...rich(WORDS.rateAxis)), html("span", { class: "up" }, ...rich(key ? WORDS.decayAxis[key] : "")));
    },
  });
  const starts = oneMap(fig, {
    kind: "starts", name: WORDS.startsMap, pinName: WORDS.startHelp,
    job: () => {
      if (!name()) return null;
      const [across, up] = fig.surface.window;
      return { ...common("starts"), hyper: hyper(), key: "", start: [], across, up, columns: MAP_SIZE, rows: MAP_SIZE };
    },
    place: () => fig.surface.window.map((side, c) => part(side, state.start[c])),
    move: (u, v) => { state.start = fig.surface.window.map((side, c) => fig.rounded(value(side, [u, v][c]), c)); fig.change("run"); },
    say: () => WORDS.startAt(...state.start),
    sentence: (job, { share }) => {
      const names = valleys(fig), ends = names.map((text, i) => [text, share(i + 1)]).filter(([, part]) => part > 0);
      return WORDS.startsSaid(called(fig.looks[job.rule].label), ends, share(0), share(-1), MAP_STEPS);
    },
    ticks: (_, axes, marks, board) => {
      const [[x0, x1], [y0, y1]] = fig.surface.window;
      board.style.aspectRatio = `${x1 - x0} / ${y1 - y0}`;
      marks.replaceChildren(...crosses(fig.surface));
    },
  });

  const maps = [settings, starts];
  const toggle = (event) => { event.preventDefault(); state.maps = !state.maps; fig.change("view"); }; // `draw` opens and closes
  const node = html("details", { class: "maps" }, html("summary", { onclick: toggle }, WORDS.maps),
    html("label", { class: "map-rule" }, `${WORDS.mapRule} `, which), html("div", { class: "map-pair" }, settings.node, starts.node));
  const draw = () => {
    const on = fig.on(), text = on.join();
    show(node, on.length > 0);
    veil(node, state.asking);
    node.open = state.maps;
    if (!node.open || state.asking || !on.length) { for (const map of maps) map.halt(); return; }
    if (which.written !== text) { which.written = text; which.replaceChildren(...on.map((rule) => html("option", { value: rule }, fig.looks[rule].label))); }
    which.value = fig.chosen();
    for (const map of maps) map.draw();
  };

  const repaint = () => { for (const map of maps) map.repaint(); };
  const themes = new MutationObserver(repaint), system = matchMedia("(prefers-color-scheme: dark)");
  for (const target of [document.documentElement, document.body]) themes.observe(target, { attributeFilter: ["data-theme", "data-jp-theme-light"] });
  system.addEventListener("change", repaint);
  const leave = () => { themes.disconnect(); system.removeEventListener("change", repaint); for (const map of maps) map.halt(); };
  return { node, draw, leave };
}
