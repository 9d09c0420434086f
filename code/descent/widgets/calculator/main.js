// Carries out the plans that conventions.py made: which settings take the same steps in another framework.
import { FORMS } from "./forms.js";

const OPERATORS = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => a / b,
  min: Math.min,
  max: Math.max,
  sign: Math.sign,
};
const TINY = 1e-25;
const value = (expression, settings) =>
  Array.isArray(expression)
    ? OPERATORS[expression[0]](...expression.slice(1).map((part) => value(part, settings)))
    : typeof expression === "string" ? settings[expression] : expression;

const number = (x) => String(Number(x.toPrecision(12)));
const written = (call, settings) =>
  call.replace(/\{(\w+)\}/g, (_, name) =>
    name === "centered" ? (settings.centered ? "True" : "False")
      : name.startsWith("beta") && settings[name] === 0 ? "0.0" : number(settings[name]));

export function translate(data, method, source, target, settings, slope = 0.01) {
  for (const framework of [source, target]) {
    const absent = data.missing[`${method} ${framework}`];
    if (absent) return { call: null, settings: null, exact: false, reasons: [absent], notes: [], apart: [0, 0, 0], unsearched: 0 };
  }
  const holds = (test) => Math.abs(value(test, settings)) > TINY;
  const holding = (conditions = []) =>
    conditions.filter(([test]) => holds(test)).map(([, text]) => data.texts[text]);
  const plans = data.plans[`${method} ${source} ${target}`].map((plan) => [plan, holding(plan.limits)]);
  const [plan, reasons] = plans.reduce((best, other) => (other[1].length < best[1].length ? other : best));
  const call = data.texts[plan.call];
  const made = {};
  for (const [, name] of call.matchAll(/\{(\w+)\}/g)) made[name] = value(plan.settings[name] ?? name, settings);
  const found = { call: written(call, made), settings: made, exact: !reasons.length, reasons, notes: holding(plan.notes) };
  if (found.exact) return { ...found, apart: [0, 0, 0], unsearched: 0 };
  const theirs = stepsOn(data, data.origins[`${method} ${source}`], settings, slope);
  const distance = (row) => apart(data, plan.rule, row, theirs, slope);
  const nearest = search(made, (plan.guards ?? []).some((i) => holds(plan.limits[i][0])), (row) => mean(distance(row)));
  return { ...found, call: written(call, nearest), settings: nearest, apart: distance(nearest), unsearched: mean(distance(made)) };
}

// What follows is the search of conventions.py once more, number for number; the tests compare them.
const FROM_ONE = ["mu", "rho", "beta1", "beta2"];
const STRIDES = [70, 35, 18, 9, 4, 2, 1];
const STRIDE_PAIRS = STRIDES.flatMap((k, a) => STRIDES.filter((_, b) => Math.abs(a - b) <= 1).map((j) => [k, j]));
const MARGIN = 0.02;
const ROUNDS = 100;
const mean = (three) => (three[0] + three[1] + three[2]) / 3;

// Where the slopes are asked for, made into steps: 12 numbers a step, four kinds of slopes at each of three sizes.
export function stepsOn(data, [form, kind], settings, slope) {
  const { step, memory } = FORMS[form];
  const count = data.slopes.length;
  const asked = new Float64Array(12 * count);
  const state = new Float64Array(2 * (memory + 1));
  const g = new Float64Array(2);
  const pull = kind === "added" ? settings.decay : 0;
  const keep = kind === "shrunk" ? settings.lr * settings.decay : 0;
  let at = 0, gx = 0, gy = 0;
  const ask = (x, y, out) => {
    asked[at] = x;
    asked[at + 1] = y;
    out[0] = gx + pull * x;
    out[1] = gy + pull * y;
  };
  for (let lane = 0; lane < 6; lane++) {
    const size = data.sizes[lane >> 1] * slope;
    state.fill(0);
    state[0] = state[1] = data.start;
    for (let t = 0; t < count; t++) {
      at = 12 * t + 2 * lane;
      gx = size * data.slopes[t][2 * (lane & 1)];
      gy = size * data.slopes[t][2 * (lane & 1) + 1];
      const [x, y] = state;
      state[0] -= keep * x;
      state[1] -= keep * y;
      step(state, t + 1, settings, ask, g);
      if (keep) [asked[at], asked[at + 1]] = [x, y];
    }
  }
  const steps = new Float64Array(12 * (count - 1));
  for (let i = 0; i < steps.length; i++) steps[i] = asked[i + 12] - asked[i];
  return steps;
}

export function apart(data, rule, settings, theirs, slope) {
  const ours = stepsOn(data, rule, settings, slope);
  const gap = [0, 0, 0], way = [0, 0, 0];
  for (let i = 0; i < ours.length; i++) {
    const size = Math.floor((i % 12) / 4);
    gap[size] += Math.abs(ours[i] - theirs[i]);
    way[size] += Math.abs(theirs[i]);
  }
  return gap.map((sum, size) => (Number.isNaN(sum / way[size]) ? Infinity : sum / way[size]));
}

function moved(name, now, k, digits) {
  if (!k) return now;
  const short = (x) => Number(x.toPrecision(digits));
  return FROM_ONE.includes(name) ? 1 - short((1 - now) * 1.01 ** -k) : short(now * 1.01 ** k);
}

function changes(settings) {
  const free = Object.keys(settings).filter((name) => !["centered", "dampening"].includes(name) && settings[name] > TINY);
  const alone = STRIDES.flatMap((k) => free.flatMap((name) => [{ [name]: k }, { [name]: -k }]));
  const pairs = STRIDE_PAIRS.flatMap(([k, j]) => free.flatMap((one, i) => free.slice(0, i).flatMap((other) =>
    [k, -k].flatMap((a) => [{ [one]: a, [other]: j }, { [one]: a, [other]: -j }]))));
  return [alone, pairs].filter((moves) => moves.length);
}

function changed(settings, place, digits = 6) {
  const row = {};
  for (const [name, now] of Object.entries(settings)) row[name] = moved(name, now, place[name], digits);
  return FROM_ONE.every((name) => !place[name] || (row[name] > 0 && row[name] < 1)) ? row : null;
}

function search(settings, anyEps, distance) {
  let best = settings;
  let error = distance(settings);
  const tryAll = (rows) => {
    const errors = rows.map((row) => (row ? distance(row) : Infinity));
    const i = errors.indexOf(Math.min(...errors));
    if (!(errors[i] < error * (1 - MARGIN))) return -1;
    [best, error] = [rows[i], errors[i]];
    return i;
  };
  if (anyEps && "eps" in settings)
    tryAll(Array.from({ length: 34 }, (_, i) => ({ ...settings, eps: Number(`${i % 2 ? 1 : 3}e-${i >> 1}`) })));
  const base = best;
  let place = {};
  for (let round = 0; round < ROUNDS; round++) {
    const better = changes(base).some((moves) => {
      const places = moves.map((move) => {
        const next = { ...place };
        for (const [name, k] of Object.entries(move)) next[name] = (place[name] ?? 0) + k;
        return next;
      });
      const i = tryAll(places.map((next) => changed(base, next)));
      if (i >= 0) place = places[i];
      return i >= 0;
    });
    if (!better) break;
  }
  const short = changed(base, place, 3);
  return short && distance(short) < error * (1 + MARGIN) ? short : best;
}

export const complaint = (x, [low, high, fromLow, toHigh], text) =>
  (fromLow ? x >= low : x > low) && (high === null ? x < Infinity : toHigh ? x <= high : x < high) ? "" : text;

const SLOPE = [0, null, false, false];
const percent = (share) => {
  const text = Number((100 * share).toPrecision(2));
  if (share === Infinity) return "without measure";
  return share < 1e-8 ? "less than 0.000001 %" : `${text < 1e-4 ? text.toFixed(7).replace(/0+$/, "") : text} %`;
};

export const headline = (target, error) =>
  error < 0.1
    ? `Nearest in ${target}, a step ${percent(error)} off:`
    : `No setting of ${target} comes near. The least far, a step ${percent(error)} off:`;

export function measured(data, answer, slope) {
  const list = (items) => items.join(", ");
  return `Over 200 steps on the same slopes, of size ${list(data.sizes.map((size) => number(size * slope)))}, a step is on `
    + `average ${list(answer.apart.map(percent))} off. With the numbers left as they are: ${percent(answer.unsearched)}.`;
}

function make(tag, properties = {}, ...children) {
  const { data, ...rest } = properties;
  const element = Object.assign(document.createElement(tag), rest);
  Object.assign(element.dataset, data);
  element.append(...children);
  return element;
}

function render({ model, el, signal }) {
  const data = JSON.parse(model.get("_data"));
  const choose = (name, label, options) =>
    make("label", {}, make("span", { textContent: label }),
      make("select", { name }, ...Object.entries(options).map(([key, text]) => new Option(text, key))));
  const fields = make("fieldset", { data: { part: "settings" } });
  const verdict = make("p", { data: { part: "verdict" } });
  const call = make("code", { data: { part: "call" } });
  const copy = make("button", { type: "button", textContent: "Copy", data: { part: "copy" } });
  const reasons = make("ul", { data: { part: "reasons" } });
  const answer = make("div", { className: "answer" }, verdict, make("pre", { tabIndex: 0 }, call), copy, reasons);
  answer.setAttribute("role", "status");
  const slopes = make("input", { type: "text", inputMode: "decimal", name: "slope", autocomplete: "off", spellcheck: false });
  const turn = make("button", { type: "button", textContent: "Turn round", data: { part: "turn" } });
  const root = make("div", { className: "descent-calculator", data: { descentCalculator: "" } },
    make("div", { className: "question" },
      choose("method", "method", data.methods), choose("source", "from", data.frameworks),
      choose("target", "to", data.frameworks),
      make("label", {}, make("span", { textContent: "slopes of about" }), slopes), turn),
    fields, answer);
  el.replaceChildren(root);
  const select = (name) => root.querySelector(`select[name=${name}]`);
  const shown = () => data.fields[model.get("source")][model.get("method")] ?? [];
  let last = null;

  const slope = () => (slopes.value.trim() === "" ? NaN : Number(slopes.value));

  function read() {
    const settings = {};
    const wrong = [];
    for (const [name, , , , limits, text] of shown()) {
      const input = fields.querySelector(`[name=${name}]`);
      settings[name] = name === "centered" ? Number(input.checked) : input.value.trim() === "" ? NaN : Number(input.value);
      const line = complaint(settings[name], limits, text);
      input.setAttribute("aria-invalid", String(Boolean(line)));
      if (line) wrong.push(line);
    }
    const line = complaint(slope(), SLOPE, "the slopes must be a number, more than 0.");
    slopes.setAttribute("aria-invalid", String(Boolean(line)));
    if (line) wrong.push(line);
    return [settings, wrong];
  }

  function tell() {
    const [settings, wrong] = read();
    const { frameworks } = data;
    const target = model.get("target");
    last = wrong.length ? null : translate(data, model.get("method"), model.get("source"), target, settings, slope());
    if (!last) verdict.textContent = "These settings cannot be:";
    else if (!last.call) verdict.textContent = "There is nothing to carry over:";
    else if (last.exact) verdict.textContent = `The same steps in ${frameworks[target]}:`;
    else verdict.textContent = headline(frameworks[target], mean(last.apart));
    answer.dataset.exact = String(Boolean(last?.exact));
    call.textContent = last?.call ?? "";
    call.parentElement.hidden = copy.hidden = !last?.call;
    turn.disabled = !last?.call;
    reasons.replaceChildren(
      ...wrong.map((text) => make("li", { textContent: text })),
      ...(last?.reasons ?? []).map((text) => make("li", { textContent: text, data: { part: "reason" } })),
      ...(last?.call && !last.exact ? [make("li", { textContent: measured(data, last, slope()), data: { part: "apart" } })] : []),
      ...(last?.notes ?? []).map((text) => make("li", { textContent: text, data: { part: "note" } })),
    );
    copy.textContent = "Copy";
    root.dataset.state = "ready";
    return wrong.length ? null : settings;
  }

  function draw() {
    for (const name of ["method", "source", "target"]) select(name).value = model.get(name);
    const given = model.get("settings");
    slopes.value = number(model.get("slope"));
    fields.replaceChildren(
      make("legend", { textContent: `settings in ${data.frameworks[model.get("source")]}` }),
      ...shown().map(([name, label, first, asked]) => {
        const now = given[name] ?? first;
        const input = name === "centered"
          ? make("input", { type: "checkbox", name, checked: Boolean(now) })
          : make("input", { type: "text", inputMode: "decimal", name, value: number(now), autocomplete: "off", spellcheck: false });
        const words = make("small", { textContent: asked ? `${label}, no default` : label });
        return make("label", {}, make("span", {}, make("code", { textContent: name }), " ", words), input);
      }),
    );
    tell();
  }

  const redraw = () => root.isConnected && !model.quiet && draw();
  const events = "change:method change:source change:target change:settings change:slope";
  model.on(events, redraw);
  signal?.addEventListener("abort", () => model.off(events, redraw));

  // The fields that the reader is typing in must not be made anew.
  function store(changes) {
    model.quiet = true;
    for (const [name, item] of Object.entries(changes)) model.set(name, item);
    model.quiet = false;
    model.save_changes();
  }
  root.addEventListener("change", ({ target }) => {
    if (target.tagName !== "SELECT") return;
    store({ [target.name]: target.value, ...(target.name === "target" ? {} : { settings: {} }) });
    if (target.name === "target") tell();
    else draw();
  });
  fields.addEventListener("input", () => {
    const settings = tell();
    if (settings) store({ settings });
  });
  slopes.addEventListener("input", () => {
    if (tell()) store({ slope: slope() });
  });
  turn.addEventListener("click", () => {
    const known = new Set((data.fields[model.get("target")][model.get("method")] ?? []).map(([name]) => name));
    const settings = Object.fromEntries(Object.entries(last.settings).filter(([name]) => known.has(name)));
    store({ source: model.get("target"), target: model.get("source"), settings });
    draw();
  });
  copy.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(call.textContent);
      copy.textContent = "Copied";
    } catch {
      getSelection().selectAllChildren(call);
      copy.textContent = "Selected: copy it with the keyboard";
    }
  });
  draw();
}

export default { render };
