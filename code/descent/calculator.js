// Carries out the plans that conventions.py made: which settings take the same steps in another framework.
const OPERATORS = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => a / b,
  "**": (a, b) => a ** b,
  "<": (a, b) => a < b,
  max: Math.max,
};
const value = (expression, settings) =>
  Array.isArray(expression)
    ? OPERATORS[expression[0]](...expression.slice(1).map((part) => value(part, settings)))
    : typeof expression === "string" ? settings[expression] : expression;

const number = (x) => String(Number(x.toPrecision(12)));
const written = (call, settings) =>
  call.replace(/\{(\w+)\}/g, (_, name) =>
    name === "centered" ? (settings.centered ? "True" : "False") : number(settings[name]));

export function translate(data, method, source, target, settings) {
  for (const framework of [source, target]) {
    const absent = data.missing[`${method} ${framework}`];
    if (absent) return { call: null, settings: null, exact: false, reasons: [absent], notes: [] };
  }
  const holding = (conditions = []) =>
    conditions.filter(([test]) => value(test, settings)).map(([, text]) => data.texts[text]);
  const plans = data.plans[`${method} ${source} ${target}`].map((plan) => [plan, holding(plan.limits)]);
  const [plan, reasons] = plans.reduce((best, other) => (other[1].length < best[1].length ? other : best));
  const call = data.texts[plan.call];
  const made = {};
  for (const [, name] of call.matchAll(/\{(\w+)\}/g)) made[name] = value(plan.settings[name] ?? name, settings);
  return { call: written(call, made), settings: made, exact: !reasons.length, reasons, notes: holding(plan.notes) };
}

export const complaint = (x, [low, high, fromLow, toHigh], text) =>
  (fromLow ? x >= low : x > low) && (high === null ? x < Infinity : toHigh ? x <= high : x < high) ? "" : text;

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
  const turn = make("button", { type: "button", textContent: "Turn round", data: { part: "turn" } });
  const root = make("div", { className: "descent-calculator", data: { descentCalculator: "" } },
    make("div", { className: "question" },
      choose("method", "method", data.methods), choose("source", "from", data.frameworks),
      choose("target", "to", data.frameworks), turn),
    fields, answer);
  el.replaceChildren(root);
  const select = (name) => root.querySelector(`select[name=${name}]`);
  const shown = () => data.fields[model.get("source")][model.get("method")] ?? [];
  let last = null;

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
    return [settings, wrong];
  }

  function tell() {
    const [settings, wrong] = read();
    const { frameworks } = data;
    const target = model.get("target");
    last = wrong.length ? null : translate(data, model.get("method"), model.get("source"), target, settings);
    if (!last) verdict.textContent = "These settings cannot be:";
    else if (!last.call) verdict.textContent = "There is nothing to carry over:";
    else if (last.exact) verdict.textContent = `The same steps in ${frameworks[target]}:`;
    else verdict.textContent = `No setting of ${frameworks[target]} takes the same steps. The nearest:`;
    answer.dataset.exact = String(Boolean(last?.exact));
    call.textContent = last?.call ?? "";
    call.parentElement.hidden = copy.hidden = !last?.call;
    turn.disabled = !last?.call;
    reasons.replaceChildren(
      ...wrong.map((text) => make("li", { textContent: text })),
      ...(last?.reasons ?? []).map((text) => make("li", { textContent: text, data: { part: "reason" } })),
      ...(last?.notes ?? []).map((text) => make("li", { textContent: text, data: { part: "note" } })),
    );
    copy.textContent = "Copy";
    root.dataset.state = "ready";
    return wrong.length ? null : settings;
  }

  function draw() {
    for (const name of ["method", "source", "target"]) select(name).value = model.get(name);
    const given = model.get("settings");
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
  const events = "change:method change:source change:target change:settings";
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
