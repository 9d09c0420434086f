import { clamp, colour, html, load, noisy, power, run, segments, set, slider, svg, write } from "../shared/elements.js";
import { line, makeScale, tickText, WIDE_LETTER } from "../shared/charts.js";

/* ---------- the schedule: six points on the left, 64 runs on the right ------------------- */
const WORDS = {
  rules: "Rule",
  shapes: "Shapes to begin with",
  full: "Largest rate",
  noise: "Noise in every slope",
  noNoise: "none",
  rate: "learning rate",
  loss: (runs) => `mean loss of ${runs} runs`,
  step: "step",
  handle: (t) => `Rate at step ${t}`,
  handleAt: (rate) => `rate ${rate}`,
  help: "Drag the points, or choose one and press the arrow keys.",
  yours: "this schedule",
  constant: "best constant",
  limit: "2/L",
  picture: (best) => `The loss of the runs over time${best ? ", beside the best constant rate" : ""}`,
  ends: (rule, steps, runs, loss) => `${rule}, ${steps} steps: the mean loss of ${runs} runs ends at ${loss}.`,
  lost: (rule, count, runs) => `${rule}: ${count} of ${runs} runs are lost; somewhere the rate is too large for this valley.`,
  best: (rate, loss, factor) => ` The best constant rate, ${rate}, ends at ${loss}: ` +
    (factor > 1.03 ? `this schedule ends ${factor.toPrecision(2)} times lower.` : factor < 0.97 ? `${(1 / factor).toPrecision(2)} times lower than this schedule.` : "just as low."),
  bestAlone: (rate, loss) => ` The best constant rate, ${rate}, ends at ${loss}.`,
};
const POINTS = 6;
const REST = 280; // milliseconds without input before the sentence is written and the best constant is sought
const GHOSTS = 12; // runs that are drawn, faintly
const COARSE = Array.from({ length: 30 }, (_, j) => 6 * j - 150), FINE = [-5, -4, -3, -2, -1, 1, 2, 3, 4, 5]; // k of rates
const NOISES = [0, 0.03, 0.1, 0.2, 0.3, 0.5, 1];
const LEAST = 1e-9;
const GREY = { light: "#57606a", dark: "#9ea7b3", dash: "2 3" };
const numberText = (v) => (v < 1e-15 ? `below ${power(-15)}` : tickText(Number(v.toPrecision(2))));

// The rate at every step t = 1, 2, ..., as Schedule.rate in Python gives it.
export function ratesOf(points, hold, steps) {
  const n = points.length;
  return Float64Array.from({ length: steps }, (_, i) => {
    const place = (i / (hold ? steps : steps - 1)) * (hold ? n : n - 1), k = Math.min(Math.floor(place), n - 1);
    return hold || k === n - 1 ? points[k] : points[k] * (points[k + 1] / points[k]) ** (place - k);
  });
}

// The losses of many runs whose rate changes from step to step, each with noise of its own, and their mean.
export function crowd(rule, hyper, rates, surface, strength, runs, bound) {
  const field = surface.make(surface.parameters), h = { ...hyper };
  const changing = { memory: rule.memory, step(s, t, _, slope, g) { h.lr = rates[t - 1]; rule.step(s, t, h, slope, g); } };
  const all = Array.from({ length: runs }, (_, i) => run(changing, h, surface, noisy(field, strength, i + 1), surface.start, rates.length, bound));
  const mean = new Float64Array(rates.length + 1);
  for (const { losses, last } of all) for (let t = 0; t < mean.length; t++) mean[t] += t <= last ? losses[t] / runs : NaN;
  return { all, mean, lost: all.filter((r) => r.lostAt).length, end: mean.at(-1) };
}

export function constantRate(k) { // 0.001 at k = -150, 3.02 at 24
  return 10 ** (k / 50);
}

// The search for the best constant rate: yields the k to try next, is sent the mean loss at its end, returns the best k or null.
export function* constantSearch() {
  let best = null, least = Infinity;
  for (const near of [COARSE, FINE]) {
    const centre = near === FINE ? best : 0;
    for (const step of centre === null ? [] : near) {
      const end = yield centre + step;
      if (end < least) [best, least] = [centre + step, end];
    }
  }
  return best;
}

function figure(model, element, { rules, surfaces, bound }) {
  const { steps, runs, low, high, shapes, looks, surface: name } = model.get("_facts"), surface = surfaces[name];
  const id = `descent-${Math.random().toString(36).slice(2, 9)}`;
  const root = html("div", { class: "descent-explorer descent-panel", "data-descent-panel": "", "data-state": "busy" });
  const state = { points: [], hold: false, rule: Object.keys(rules)[0], noise: 0 };
  const constants = new Map(); // rule and noise: the crowd of the best constant rate
  let ticket = null, restTimer = 0, search = 0, drawn = null, scales = null;

  // -- state: from the model, and to it
  const read = () => {
    const rates = model.get("rates");
    if (rates?.length === POINTS && rates.every((r) => r > 0 && Number.isFinite(r))) state.points = rates.map((r) => clamp(r, low, high));
    state.hold = Boolean(model.get("hold"));
    if (rules[model.get("rule")]) state.rule = model.get("rule");
    if (model.get("noise") >= 0 && model.get("noise") <= 10) state.noise = model.get("noise");
  };
  let telling = false;
  const tell = () => {
    telling = true;
    for (const [key, value] of [["rates", [...state.points]], ["hold", state.hold], ["rule", state.rule], ["noise", state.noise]]) {
      if (JSON.stringify(model.get(key)) !== JSON.stringify(value)) model.set(key, value);
    }
    telling = false;
    model.save_changes();
  };
  const listen = () => { if (!telling) { read(); change(); } };
  const put = (k, rate) => { state.points[k] = Number(clamp(rate, low, high).toPrecision(4)); change(); };
  const begin = (shares, hold) => {
    const full = Math.max(...state.points);
    Object.assign(state, { hold, points: shares.map((share) => Number(clamp(full * share, low, high).toPrecision(4))) });
    change();
  };
  const isShape = (shares, hold) => hold === state.hold && // as far as the axis reaches
    shares.every((share, k) => Math.abs(Math.log(clamp(Math.max(...state.points) * share, low, high) / state.points[k])) < 0.002);

  // -- inputs
  const ruleNames = Object.keys(rules);
  const rulePicker = segments(WORDS.rules, "radio", ruleNames.map((n) => [n, rules[n].label]), (n) => { state.rule = n; change(); });
  const shapePicker = html("div", { class: "segments", role: "group", "aria-label": WORDS.shapes }, ...shapes.map(([n, shares, hold]) =>
    html("button", { type: "button", onclick: () => begin(shares, hold) }, n)));
  const full = slider("full", WORDS.full, { min: Math.log10(low), max: Math.log10(high), step: 0.01 }, (v) => {
    const factor = 10 ** v / Math.max(...state.points);
    state.points = state.points.map((r) => Number(clamp(r * factor, low, high).toPrecision(4)));
    change();
  });
  const noise = slider("noise", WORDS.noise, { min: 0, max: NOISES.length - 1, step: 1 }, (i) => { state.noise = NOISES[i]; change(); });
  const knob = (label, input) => {
    const value = html("b");
    return { value, node: html("div", { class: "knob" }, html("div", { class: "knob-head" }, html("span", {}, label), value), html("div", { class: "track" }, input.node)) };
  };
  const fullKnob = knob(WORDS.full, full), noiseKnob = knob(WORDS.noise, noise);
  const points = Array.from({ length: POINTS }, (_, k) => html("div", { class: "handle", "data-part": "point", tabindex: 0, role: "slider",
    "aria-orientation": "vertical", "aria-valuemin": Math.log10(low), "aria-valuemax": Number(Math.log10(high).toFixed(2)) }));
  const ratePicture = svg("svg", { "aria-hidden": "true", id: `${id}-rate` }), lossPicture = svg("svg", { role: "img", id: `${id}-loss` });
  const left = html("div", { class: "plot drawn" }, html("p", { class: "heading" }, WORDS.rate), html("div", { class: "board" }, ratePicture, ...points));
  const right = html("div", { class: "plot" }, html("p", { class: "heading" }, WORDS.loss(runs)), lossPicture);
  const readout = html("p", { class: "readout tall", role: "status", "aria-live": "polite" });
  root.append(html("div", { class: "top" }, ...(ruleNames.length > 1 ? [rulePicker.node] : []), shapePicker),
    html("div", { class: "plots plots-2" }, left, right), readout, html("div", { class: "dials bare" }, fullKnob.node, noiseKnob.node), html("p", { class: "note" }, WORDS.help));
  element.append(root);
  const stepOf = (k) => (state.hold ? Math.floor((k * steps) / POINTS) + 1 : Math.round(1 + (k * (steps - 1)) / (POINTS - 1)));

  points.forEach((point, k) => point.addEventListener("keydown", (event) => {
    const far = event.shiftKey ? 0.25 : 0.05;
    const move = { ArrowUp: far, ArrowRight: far, ArrowDown: -far, ArrowLeft: -far, PageUp: 0.25, PageDown: -0.25, Home: -9, End: 9 }[event.key];
    if (move === undefined) return;
    event.preventDefault();
    put(k, state.points[k] * 10 ** move);
  }));
  let held = null;
  const board = ratePicture.parentNode;
  const follow = (event) => put(held, 10 ** scales.up(event.clientY - board.getBoundingClientRect().top));
  board.addEventListener("pointerdown", (event) => { // a point, or with the mouse the nearest one
    const own = points.indexOf(event.target);
    if (event.button || !scales || (event.pointerType === "touch" && own < 0)) return;
    event.preventDefault();
    const across = event.clientX - board.getBoundingClientRect().left;
    const distance = (k) => Math.abs(scales.x(stepOf(k)) - across);
    held = own >= 0 ? own : points.reduce((best, _, k) => (distance(k) < distance(best) ? k : best), 0);
    board.setPointerCapture(event.pointerId);
    points[held].focus({ preventScroll: true });
    if (own < 0) follow(event);
  });
  board.addEventListener("pointermove", (event) => { if (held !== null) follow(event); });
  for (const end of ["pointerup", "pointercancel"]) board.addEventListener(end, () => { if (held !== null) { held = null; rest(); } });

  // -- drawing
  const limit = () => { // where plain gradient descent stops converging, on a bowl
    if (!surface.quadratic || state.rule !== "sgd") return null;
    const h = new Float64Array(3);
    surface.make(surface.parameters).hessian(...surface.start, h);
    return 4 / (h[0] + h[2] + Math.hypot(h[0] - h[2], 2 * h[1]));
  };
  const key = () => `${state.rule} ${state.noise}`;
  const best = () => constants.get(key());
  const hyperOf = (name) => rules[name].hyper;

  function drawRates(rates) {
    const width = board.clientWidth, height = ratePicture.clientHeight, box = [42, 8, width - 12, height - 38];
    const x = makeScale([1, steps], false, box[0] + 8, box[2] - 10), y = makeScale([low, high], true, box[3], box[1]);
    const [a, b] = [Math.log10(low), Math.log10(high)];
    scales = { x, y, up: (py) => a + ((box[3] - py) / (box[3] - box[1])) * (b - a) };
    const at = limit(), levels = [...(at >= low && at <= high ? [[at, WORDS.limit]] : []), ...(best() ? [[best().rate, WORDS.constant]] : [])];
    set(ratePicture, { width, height }).replaceChildren(...axes({ xlabel: WORDS.step }, x, y, box), ...namedLines(levels, [], x, y, box),
      svg("path", { d: line([...rates].map((_, i) => x(i + 1)), [...rates].map(y)), fill: "none", stroke: "var(--c)", "stroke-width": 2, style: colour(looks[state.rule]), "data-part": "rates" }),
      ...state.points.map((rate, k) => svg("circle", { cx: x(stepOf(k)), cy: y(rate), r: 6, class: "ring", style: "fill-opacity:1" })));
    points.forEach((point, k) => {
      const rate = state.points[k];
      Object.assign(point.style, { left: `${x(stepOf(k))}px`, top: `${y(rate)}px` });
      set(point, { "aria-label": WORDS.handle(stepOf(k)), "aria-valuenow": Number(Math.log10(rate).toFixed(3)), "aria-valuetext": WORDS.handleAt(tickText(Number(rate.toPrecision(3)))) });
    });
  }

  function drawLosses({ all, mean }) {
    const width = right.clientWidth, height = lossPicture.clientHeight;
    const ends = [[mean, WORDS.yours, looks[state.rule], 2], ...(best() ? [[best().mean, WORDS.constant, GREY, 1.6]] : [])];
    const named = 12 + WIDE_LETTER * Math.max(WORDS.yours.length, WORDS.constant.length), box = [42, 8, width - named, height - 38];
    const floor = Math.min(...ends.map(([values]) => values.at(-1)).filter(Number.isFinite), mean[0]) / 5;
    const range = [10 ** Math.floor(Math.log10(Math.max(floor, LEAST))), 10 ** Math.ceil(Math.log10(Math.max(mean[0], LEAST)) + 0.3)];
    const x = makeScale([0, steps], false, box[0], box[2]), y = makeScale(range, true, box[3], box[1]);
    const path = (values, last, every) => {
      const shown = Array.from({ length: last + 1 }, (_, t) => t).filter((t) => t % every === 0 || t === last);
      return line(shown.map(x), shown.map((t) => y(Math.max(values[t], LEAST / 10))));
    };
    const clip = `${id}-clip`, curves = svg("g", { fill: "none", "clip-path": `url(#${clip})` });
    for (const r of all.slice(0, GHOSTS)) curves.append(svg("path", { d: path(r.losses, r.last, 4), stroke: "var(--c)", "stroke-width": 0.8, "stroke-opacity": 0.3, style: colour(looks[state.rule]), "data-part": "ghost" }));
    for (const [values, , look, thick] of [...ends].reverse()) curves.append(svg("path", { d: path(values, steps, 1), stroke: "var(--c)", "stroke-width": thick, "stroke-dasharray": look.dash, style: colour(look),
      "data-part": values === mean ? "mean" : "constant", "data-end": values.at(-1) }));
    set(lossPicture, { width, height, "aria-label": WORDS.picture(best()) }).replaceChildren(
      svg("clipPath", { id: clip }, svg("rect", { x: box[0], y: box[1], width: Math.max(0, box[2] - box[0]), height: Math.max(0, box[3] - box[1]) })),
      ...axes({ xlabel: WORDS.step }, x, y, box), curves,
      ...endLabels(ends.filter(([values]) => Number.isFinite(values.at(-1))).map(([values, label, look]) => ({ y: y(Math.max(values.at(-1), LEAST)), label, look })), box[2], box[1], box[3]));
  }

  function drawInputs() {
    rulePicker.mark(state.rule);
    shapes.forEach(([, shares, hold], i) => shapePicker.children[i].setAttribute("aria-pressed", isShape(shares, hold)));
    const top = Math.max(...state.points), topText = tickText(Number(top.toPrecision(3))), noiseText = state.noise ? tickText(state.noise) : WORDS.noNoise;
    full.put(Math.log10(top), topText);
    noise.put(NOISES.reduce((near, v, i) => (Math.abs(v - state.noise) < Math.abs(NOISES[near] - state.noise) ? i : near), 0), noiseText);
    write(fullKnob.value, topText);
    write(noiseKnob.value, noiseText);
  }

  function change() {
    root.dataset.state = "busy";
    drawn = null;
    ticket ??= requestAnimationFrame(frame);
    rest();
  }
  function frame() {
    ticket = null;
    if (!root.clientWidth) return; // hidden: drawn when it gets a size
    const rates = ratesOf(state.points, state.hold, steps);
    drawn ??= crowd(rules[state.rule], hyperOf(state.rule), rates, surface, state.noise, state.noise ? runs : 1, bound);
    drawInputs();
    drawRates(rates);
    drawLosses(drawn);
    root.dataset.state = "ready";
  }

  // -- at rest: tell Python, say it in words, seek the best constant rate (one candidate at a time, so that nothing stalls)
  function rest() {
    clearTimeout(restTimer);
    clearTimeout(search);
    restTimer = setTimeout(() => {
      if (held !== null || !root.clientWidth) return;
      tell();
      if (best()) speak(); else seek(constantSearch());
    }, REST);
  }
  function seek(hunt, tried = {}, last) {
    const { value: k, done } = hunt.next(last);
    if (done) {
      constants.set(key(), tried[k] ?? null);
      frame();
      speak();
      return;
    }
    const rate = constantRate(k), made = crowd(rules[state.rule], hyperOf(state.rule), new Float64Array(steps).fill(rate), surface, state.noise, state.noise ? runs : 1, bound);
    tried[k] = { rate, mean: made.mean, end: made.end };
    search = setTimeout(() => seek(hunt, tried, made.end));
  }
  function speak() {
    if (!drawn) return;
    const label = rules[state.rule].label, many = state.noise ? runs : 1, rival = best(), rate = rival && tickText(Number(rival.rate.toPrecision(2)));
    const said = drawn.lost ? WORDS.lost(label, drawn.lost, many) : WORDS.ends(label, steps, many, numberText(drawn.end));
    write(readout, said + (!rival ? "" : drawn.lost ? WORDS.bestAlone(rate, numberText(rival.end)) : WORDS.best(rate, numberText(rival.end), rival.end / drawn.end)));
    root.dataset.best = rival ? rival.rate : "";
  }

  read();
  const traits = ["rates", "hold", "rule", "noise"];
  for (const trait of traits) model.on(`change:${trait}`, listen);
  const sizes = new ResizeObserver(() => { ticket ??= requestAnimationFrame(frame); rest(); });
  sizes.observe(root);
  change();
  return () => {
    sizes.disconnect();
    for (const trait of traits) model.off(`change:${trait}`, listen);
    if (ticket !== null) cancelAnimationFrame(ticket);
    clearTimeout(restTimer);
    clearTimeout(search);
    root.remove();
  };
}

export default {
  async render({ model, el }) {
    return figure(model, el, await load(model.get("_program")));
  },
};
