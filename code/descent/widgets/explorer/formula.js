// A surface of the reader's own: a formula in x and y is read by the small grammar below and never run as it stands.
// What is written down for the browser are our own lines, one for each derivative of each operation.
import { clamp, html, load, power, run, set, SUPERSCRIPT, veil, write } from "../shared/elements.js";
import { plain, WORDS } from "./texts.js";

/* ---------- formulas: reading ---------------------------------------------------------- */
export const OWN = "yours"; // what such a surface is called
export const OWN_WINDOW = [[-3, 3], [-3, 3]]; // as in descent.Surface
export const OWN_START = [-2, 1];
const MOST = { length: 300, operations: 60, depth: 6, open: 30, power: 64, size: 1e300 }; // as in descent.formulas
const ALIASES = { ln: "log", arctan: "atan", X: "x", Y: "y" };
const SIGNS = { "−": "-", "–": "-", "·": "*", "×": "*", "⋅": "*", "÷": "/", "^": "**", "π": " pi ", "√": " sqrt " };
const NUMBER = "(?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][+-]?\\d+)?";
// The derivative of f(u).
const DERIVATIVES = {
  sqrt: "0.5 / f", exp: "f", log: "1 / u", sin: "Math.cos(u)", cos: "-Math.sin(u)", tan: "1 + f * f",
  sinh: "Math.cosh(u)", cosh: "Math.sinh(u)", tanh: "1 - f * f", atan: "1 / (1 + u * u)", abs: "Math.sign(u)",
};
const NAMES = [...Object.keys(DERIVATIVES), ...Object.keys(ALIASES), "pi", "x", "y"].sort((a, b) => b.length - a.length);
const TOKEN = new RegExp(`${NUMBER}|[A-Za-z_]\\w*|\\*\\*|[^ \\t\\r\\n\\xa0]`, "gu"), PIECE = new RegExp(NAMES.join("|"), "g");
const complain = (text) => { throw new SyntaxError(text); };

// Arithmetic on jets: a value and its derivatives, each the name of a line or a number. Constants carry their number.
function jets(lines) {
  const put = (code) => {
    if (/^\w+$|^\d+(\.\d+)?$/.test(code)) return code;
    lines.push([`k${lines.length}`, code]);
    return lines.at(-1)[0];
  };
  const sum = (...terms) => { // of products; what is zero is left out
    const kept = terms.filter((factors) => !factors.includes("0")).map((factors) => factors.filter((f) => f !== "1").join(" * ") || "1");
    return kept.length ? put(kept.join(" + ")) : "0";
  };
  const flat = { deep: 0, x: "0", y: "0" };
  const constant = (n) => (Math.abs(n) < MOST.size ? { ...flat, v: n < 0 || 1 / n < 0 ? `(${n})` : `${n}`, n } : complain(WORDS.formula.number));
  const jet = (v, rule) => ({ v, x: rule("x"), y: rule("y") });
  const plus = (a, b, sign = "1") => (a.n !== undefined && b.n !== undefined ? constant(sign === "1" ? a.n + b.n : a.n - b.n)
    : jet(sum([a.v], [sign, b.v]), (part) => sum([a[part]], [sign, b[part]])));
  const times = (a, b) => (a.n !== undefined && b.n !== undefined ? constant(a.n * b.n) : jet(sum([a.v, b.v]), (part) => sum([a[part], b.v], [a.v, b[part]])));
  // f(a), where `value` is written in u and `slope` in u and f
  const through = (a, value, slope) => {
    const f = put(value.replace(/\bu\b/g, a.v)), d = put(slope.replace(/\b[uf]\b/g, (name) => (name === "u" ? a.v : f)));
    return jet(f, (part) => sum([d, a[part]]));
  };
  const over = (a, b) => (a.n !== undefined && b.n !== undefined ? constant(a.n / b.n) : times(a, b.n !== undefined ? constant(1 / b.n) : through(b, "1 / u", "-f * f")));
  const call = (name, a) => (a.n !== undefined ? constant(Math[name](a.n)) : through(a, `Math.${name}(u)`, DERIVATIVES[name]));
  const power = (a, b) => {
    const n = b.n;
    if (Math.abs(n) > MOST.power) complain(WORDS.formula.power(MOST.power));
    if (a.n !== undefined && n !== undefined) return constant(a.n ** n);
    if (n === 0) return constant(1);
    if (n === 1) return a;
    if (n === 2) return through(a, "u * u", "2 * u");
    if (n !== undefined) return through(a, `u ** (${n})`, `(${n}) * u ** (${n - 1})`);
    return call("exp", times(b, call("log", a)));
  };
  const variable = (name) => ({ ...flat, v: name, [name]: "1" });
  return { constant, plus, times, over, call, power, variable };
}

// Python's signs and names for those on paper; "xy" is x and y.
function tokensOf(text) {
  const plain = text.replace(/[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+/g, (raised) => `**(${raised.replace(/./g, (sign) => (sign === "⁻" ? "-" : SUPERSCRIPT.indexOf(sign)))})`)
    .replace(/[−–·×⋅÷^π√]/g, (sign) => SIGNS[sign]);
  return (plain.match(TOKEN) ?? []).flatMap((token) => {
    const pieces = token.match(PIECE) ?? [];
    return pieces.join("") === token ? pieces.map((piece) => ALIASES[piece] ?? piece) : [token];
  });
}
const NUMBER_ALONE = new RegExp(`^${NUMBER}$`), isName = (token) => /^[A-Za-z_]/.test(token ?? "");

// The lines that compute a formula and its derivatives, and the last jet. Throws a SyntaxError that says what is wrong.
function readFormula(text) { // by the rules of descent.formulas
  const say = WORDS.formula;
  if ([...text].length > MOST.length) complain(say.long(MOST.length));
  const tokens = tokensOf(text), lines = [], { constant, plus, times, over, call, power, variable } = jets(lines);
  let at = 0, count = 0, open = 0, loose = -1; // `loose`: after a power whose exponent a further factor might belong to
  const next = (...wanted) => (wanted.includes(tokens[at]) ? tokens[at++] : null);
  const strange = (token) => complain(say.instead(token) ?? (NUMBER_ALONE.test(token) ? say.sign(token) : say.unknown(token, Object.keys(DERIVATIVES))));
  const made = (deep, result) => (++count > MOST.operations || deep > MOST.depth ? complain(say.operations(MOST.operations, MOST.depth)) : { ...result, deep });
  function inner() {
    if (++open > MOST.open) complain(say.operations(MOST.operations, MOST.depth));
    const found = sums();
    if (!next(")")) complain(say.instead(tokens[at]) ?? say.expected(tokens[at]));
    open--;
    return found;
  }
  function atom() {
    const token = tokens[at++];
    if (token === "(") return inner();
    if (token === "x" || token === "y") return variable(token);
    if (token === "pi") return constant(Math.PI);
    if (Object.hasOwn(DERIVATIVES, token ?? "")) {
      if (!next("(")) complain(say.call(token));
      const a = inner();
      return made(a.deep + 1, call(token, a));
    }
    return NUMBER_ALONE.test(token) ? constant(Number(token)) : strange(token);
  }
  function powers() {
    const base = atom();
    if (!next("**")) return base;
    const exponent = signed();
    if (isName(tokens[at - 1])) loose = at;
    return made(Math.max(base.deep, exponent.deep) + 1, power(base, exponent));
  }
  function signed() {
    const sign = next("-", "+");
    if (!sign) return powers();
    const a = signed();
    return sign === "-" ? made(a.deep, times(constant(-1), a)) : a;
  }
  function products() {
    let found = signed(), divided = false;
    for (;;) {
      const sign = next("*", "/"), token = tokens[at];
      if (!sign && !isName(token) && token !== "(") return found;
      if (!sign && (divided || loose === at)) complain(say.twoThings(token));
      divided ||= sign === "/";
      const b = sign ? signed() : powers();
      found = made(Math.max(found.deep, b.deep + (sign === "/")), (sign === "/" ? over : times)(found, b));
    }
  }
  function sums() {
    let found = products();
    for (let sign; (sign = next("+", "-"));) { const b = products(); found = made(Math.max(found.deep, b.deep), plus(found, b, sign === "+" ? "1" : "(-1)")); }
    return found;
  }
  const result = sums();
  if (at < tokens.length) strange(tokens[at]);
  return { lines, result };
}

// The formula as JavaScript: `make()` with value and slope, each with the lines that it needs.
export function formulaText(text) {
  const { lines, result } = readFormula(text);
  const method = (head, targets) => {
    const needed = new Set(targets.flatMap(([, code]) => code.match(/k\d+/g) ?? [])), kept = [];
    for (const [name, code] of [...lines].reverse()) if (needed.has(name)) { kept.unshift(`const ${name} = ${code};`); for (const used of code.match(/k\d+/g) ?? []) needed.add(used); }
    return `${head} { ${[...kept, ...targets.map(([target, code]) => `${target}${code};`)].join(" ")} }`;
  };
  const { v, x, y } = result;
  return `make() { return { ${[method("value(x, y)", [["return ", v]]), method("slope(x, y, g)", [["g[0] = ", x], ["g[1] = ", y]])].join(", ")} }; }`;
}

/* ---------- formulas: facts ------------------------------------------------------------ */
// The local minima in the window, lowest first: Newton's method from every dip of a grid.
export function findMinima({ value, slope }, [[x0, x1], [y0, y1]]) {
  const n = 60, g = new Float64Array(2), found = [], step = (x1 - x0) / 1e6;
  const at = (i, j) => [x0 + ((x1 - x0) * i) / n, y0 + ((y1 - y0) * j) / n], height = (i, j) => value(...at(i, j));
  const slopeAt = (x, y) => { slope(x, y, g); return [...g]; };
  const curvature = (x, y) => {
    const [right, left, above, below] = [slopeAt(x + step, y), slopeAt(x - step, y), slopeAt(x, y + step), slopeAt(x, y - step)];
    const [xx, xy, yy] = [right[0] - left[0], right[1] - left[1], above[1] - below[1]].map((d) => d / (2 * step));
    return [xx, xy, yy, xx * yy - xy * xy];
  };
  for (let i = 0; i <= n; i++) for (let j = 0; j <= n; j++) {
    if (AROUND.some(([a, b]) => height(i + a, j + b) < height(i, j))) continue;
    let [x, y] = at(i, j);
    for (let round = 0; round < 50; round++) {
      const [xx, xy, yy, det] = curvature(x, y), [gx, gy] = slopeAt(x, y);
      x -= (yy * gx - xy * gy) / det;
      y -= (xx * gy - xy * gx) / det;
    }
    const [xx, xy, yy] = curvature(x, y), least = (xx + yy) / 2 - Math.hypot((xx - yy) / 2, xy), f = value(x, y), reach = [(x1 - x0) / 1000, (y1 - y0) / 1000];
    const near = ([a, b]) => Math.abs(a - x) <= reach[0] && Math.abs(b - y) <= reach[1];
    const shelf = AROUND.some(([a, b]) => value(x + a * reach[0], y + b * reach[1]) < f); // as x**3 has at 0
    const inside = x >= x0 && x <= x1 && y >= y0 && y <= y1;
    if (inside && least > 1e-6 && size(slopeAt(x, y)) < 1e-9 && !shelf && !found.some(near)) found.push([x, y]);
  }
  return found.sort((a, b) => value(...a) - value(...b));
}
const AROUND = [-1, 0, 1].flatMap((i) => [-1, 0, 1].map((j) => [i, j])).filter(([i, j]) => i || j);

// The lowest height in the window, and whether a point inside has it; as Surface._lowest in Python, which says why.
export function findLowest({ value }, window) {
  const n = 100, cell = window.map(([low, high]) => (high - low) / n), gained = [];
  const height = (at) => { const f = value(...at); return Number.isFinite(f) ? f : Infinity; };
  let point = null, lowest = Infinity, edge = Infinity;
  for (let i = 0; i <= n; i++) for (let j = 0; j <= n; j++) {
    const at = window.map(([low, high], c) => low + ((high - low) * [i, j][c]) / n), f = height(at);
    if (i % n === 0 || j % n === 0) edge = Math.min(edge, f);
    else if (!point || f < lowest) { point = at; lowest = f; }
  }
  const onGrid = Math.min(lowest, edge);
  for (let halving = 0; halving < 30; halving++) {
    const before = lowest;
    for (let k = 0; k < 100; k++) {
      const tried = AROUND.map((way) => point.map((v, c) => clamp(v + way[c] * cell[c] * 0.5 ** halving, ...window[c])));
      const best = tried.reduce((a, b) => (height(b) < height(a) ? b : a));
      if (!(height(best) < lowest)) break;
      point = best;
      lowest = height(best);
    }
    gained.push(before - lowest);
  }
  const sum = (from, to) => gained.slice(from, to).reduce((a, b) => a + b);
  const inside = lowest <= edge && point.every((v, c) => v > window[c][0] && v < window[c][1]) && sum(20, 30) <= sum(10, 20) / 2;
  return { floor: inside ? lowest : onGrid, inside };
}

export function factsOf(field, { formula, window, start }) {
  const minima = findMinima(field, window), { floor: low, inside } = findLowest(field, window), floor = minima.length ? field.value(...minima[0]) : low;
  const lowest = minima.filter((m) => field.value(...m) <= floor + 1e-9);
  return { label: formula, window, start, minima: lowest, others: minima.slice(lowest.length), floor, goal: minima.length > 0 || inside, quadratic: false, parameters: {} };
}

// A surface from { formula, window, start }: what the figure draws, and the text that a worker gets. Throws a
// SyntaxError.
export async function ownSurface(own) {
  const { formula, window, start } = own, make = formulaText(formula), g = new Float64Array(2);
  const wrong = [...window, start].find((pair) => pair.length !== 2 || !pair.every((v) => Math.abs(v) <= 1000)) ?? window.find(([low, high]) => !(low < high));
  if (wrong) complain(WORDS.formula.pair);
  if (start.some((v, c) => v < window[c][0] || v > window[c][1])) complain(WORDS.formula.outside);
  const { surface } = await load(`export const surface = { ${make} };`), field = surface.make();
  field.slope(...start, g);
  if (![field.value(...start), ...g].every(Number.isFinite)) complain(WORDS.formula.start(start));
  const facts = factsOf(field, own);
  return { surface: { ...surface, ...facts }, text: `\nsurfaces.${OWN} = { ${make}, ...${JSON.stringify(facts)} };\n` };
}

/* ---------- formulas: the box ---------------------------------------------------------- */
const pairOf = (text) => (text.replaceAll("−", "-").match(new RegExp(`-?${NUMBER}`, "g")) ?? []).map(Number); // however they are set apart

export function ownPart(fig) {
  const { state } = fig, said = html("span", { class: "own-said", role: "status" });
  const box = (name, label, attributes) => html("input", { type: "text", name, "aria-label": label, autocomplete: "off", spellcheck: "false", ...attributes });
  const formula = box("formula", WORDS.ownName, { maxlength: MOST.length, placeholder: "x**2 + 3*y**2" });
  const pairs = ["own-x", "own-y", "own-start"].map((name, i) => box(name, WORDS.ownPairs[i][1], { class: "pair" }));
  const put = ({ formula: text, window, start }) => {
    formula.value = text;
    [...window, start].forEach((pair, i) => { pairs[i].value = pair.join(", ").replaceAll("-", "−"); });
    write(said, "");
  };
  const submit = async (event) => {
    event.preventDefault();
    try {
      const [x, y, start] = pairs.map((input) => pairOf(input.value));
      await fig.useFormula({ formula: formula.value || formula.placeholder, window: [x, y], start });
      fig.pickSurface(OWN);
      put(state.own);
    } catch (error) { write(said, error.message); }
  };
  const form = html("form", { class: "own-form", onsubmit: submit }, html("span", {}, ...rich(WORDS.ownHeight)), formula,
    ...pairs.map((input, i) => html("label", {}, html("span", {}, ...rich(WORDS.ownPairs[i][0])), input)), html("button", {}, WORDS.ownShow));
  const node = html("details", { class: "own" }, html("summary", {}, WORDS.ownSurface), form, said);
  let shown = null;
  const draw = (dirty) => {
    veil(node, state.asking);
    if (dirty.surface && shown !== state.own) put(shown = state.own);
  };
  return { node, draw };
}
