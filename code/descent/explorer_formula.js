// A surface of the reader's own: a formula in x and y is read by the small grammar below and never run as it stands.
// What is written down for the browser are our own lines, one for each derivative of each operation, up to the second.

/* ---------- formulas: reading ---------------------------------------------------------- */
const OWN = "yours"; // what such a surface is called
const OWN_WINDOW = [[-3, 3], [-3, 3]], OWN_START = [-2, 1]; // as in descent.Surface
const MOST = { length: 300, operations: 60, power: 64 };
// For f(u): its first and second derivative.
const DERIVATIVES = {
  sqrt: ["0.5 / f", "-0.25 / (f * u)"], exp: ["f", "f"], log: ["1 / u", "-1 / (u * u)"],
  sin: ["Math.cos(u)", "-f"], cos: ["-Math.sin(u)", "-f"], tan: ["1 + f * f", "2 * f * (1 + f * f)"],
  sinh: ["Math.cosh(u)", "f"], cosh: ["Math.sinh(u)", "f"], tanh: ["1 - f * f", "-2 * f * (1 - f * f)"],
  atan: ["1 / (1 + u * u)", "-2 * u / (1 + u * u) ** 2"], abs: ["Math.sign(u)", "0"],
};
const PARTS = ["x", "y", "xx", "xy", "yy"];
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
  const flat = Object.fromEntries(PARTS.map((part) => [part, "0"]));
  const constant = (n) => (Number.isFinite(n) ? { ...flat, v: n < 0 || 1 / n < 0 ? `(${n})` : `${n}`, n } : complain(WORDS.formula.number));
  const jet = (v, rule) => ({ v, ...Object.fromEntries(PARTS.map((part) => [part, rule(part, part[0], part[1])])) });
  const plus = (a, b, sign = "1") => (a.n !== undefined && b.n !== undefined ? constant(a.n + Number(sign) * b.n)
    : jet(sum([a.v], [sign === "1" ? sign : "(-1)", b.v]), (part) => sum([a[part]], [sign === "1" ? sign : "(-1)", b[part]])));
  const times = (a, b) => (a.n !== undefined && b.n !== undefined ? constant(a.n * b.n)
    : jet(sum([a.v, b.v]), (part, i, j) => (j ? sum([a[part], b.v], [a[i], b[j]], [a[j], b[i]], [a.v, b[part]]) : sum([a[part], b.v], [a.v, b[part]]))));
  // f(a), where `value`, `first` and `second` are written in u (and f, for the last two)
  const through = (a, value, first, second) => {
    const f = put(value.replace(/\bu\b/g, a.v)), fill = (code) => put(code.replace(/\b[uf]\b/g, (name) => (name === "u" ? a.v : f)));
    const d = fill(first), dd = fill(second);
    return jet(f, (part, i, j) => (j ? sum([dd, a[i], a[j]], [d, a[part]]) : sum([d, a[i]])));
  };
  const over = (a, b) => (a.n !== undefined && b.n !== undefined ? constant(a.n / b.n) : times(a, b.n !== undefined ? constant(1 / b.n) : through(b, "1 / u", "-f * f", "2 * f * f * f")));
  const call = (name, a) => (a.n !== undefined ? constant(Math[name](a.n)) : through(a, `Math.${name}(u)`, ...DERIVATIVES[name]));
  const power = (a, b) => {
    const n = b.n;
    if (Math.abs(n) > MOST.power) complain(WORDS.formula.power(MOST.power));
    if (a.n !== undefined && n !== undefined) return constant(a.n ** n);
    if (n === 0) return constant(1);
    if (n === 1) return a;
    if (n === 2) return through(a, "u * u", "2 * u", "2");
    if (n !== undefined) return through(a, `u ** (${n})`, `(${n}) * u ** (${n - 1})`, `(${n * (n - 1)}) * u ** (${n - 2})`);
    return call("exp", times(b, call("log", a)));
  };
  const variable = (name) => ({ ...flat, v: name, [name]: "1" });
  return { constant, plus, times, over, call, power, variable };
}

// The lines that compute a formula and its derivatives, and the last jet. Throws a SyntaxError that says what is wrong.
function readFormula(text) {
  if (text.length > MOST.length) complain(WORDS.formula.long(MOST.length));
  const tokens = text.match(/\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?|[A-Za-z_]\w*|\*\*|\S/gu) ?? [];
  const lines = [], { constant, plus, times, over, call, power, variable } = jets(lines);
  let at = 0, count = 0;
  const next = (...wanted) => (wanted.includes(tokens[at]) ? tokens[at++] : null);
  const expect = (sign) => next(sign) ?? complain(WORDS.formula.expected(sign, tokens[at]));
  const counted = (result) => (++count > MOST.operations ? complain(WORDS.formula.operations(MOST.operations)) : result);
  const inner = () => { const found = sums(); expect(")"); return found; };
  function atom() {
    const token = tokens[at++];
    if (token === "(") return inner();
    if (token === "x" || token === "y") return variable(token);
    if (token === "pi") return constant(Math.PI);
    if (/^[\d.]/.test(token ?? "") && token !== ".") return constant(Number(token));
    if (!Object.hasOwn(DERIVATIVES, token ?? "")) complain(WORDS.formula.unknown(token, Object.keys(DERIVATIVES)));
    expect("(");
    return counted(call(token, inner()));
  }
  function powers() {
    const base = atom();
    return next("**") ? counted(power(base, signed())) : base;
  }
  function signed() {
    const sign = next("-", "+");
    if (!sign) return powers();
    return sign === "-" ? counted(times(constant(-1), signed())) : signed();
  }
  function products() {
    let found = signed();
    for (let sign; (sign = next("*", "/"));) found = counted((sign === "*" ? times : over)(found, signed()));
    return found;
  }
  function sums() {
    let found = products();
    for (let sign; (sign = next("+", "-"));) found = counted(plus(found, products(), sign === "+" ? "1" : "-1"));
    return found;
  }
  const result = sums();
  if (at < tokens.length) complain(WORDS.formula.unknown(tokens[at], Object.keys(DERIVATIVES)));
  return { lines, result };
}

// The formula as JavaScript: `make()` with value, slope and hessian, each with the lines that it needs.
export function formulaText(text) {
  const { lines, result } = readFormula(text);
  const method = (head, targets) => {
    const needed = new Set(targets.flatMap(([, code]) => code.match(/k\d+/g) ?? [])), kept = [];
    for (const [name, code] of [...lines].reverse()) if (needed.has(name)) { kept.unshift(`const ${name} = ${code};`); for (const used of code.match(/k\d+/g) ?? []) needed.add(used); }
    return `${head} { ${[...kept, ...targets.map(([target, code]) => `${target}${code};`)].join(" ")} }`;
  };
  const { v, x, y, xx, xy, yy } = result;
  return `make() { return { ${[method("value(x, y)", [["return ", v]]), method("slope(x, y, g)", [["g[0] = ", x], ["g[1] = ", y]]),
    method("hessian(x, y, h)", [["h[0] = ", xx], ["h[1] = ", xy], ["h[2] = ", yy]])].join(", ")} }; }`;
}

/* ---------- formulas: facts ------------------------------------------------------------ */
// The local minima in the window, lowest first: Newton's method from every dip of a grid.
export function findMinima({ value, slope, hessian }, [[x0, x1], [y0, y1]]) {
  const n = 60, g = new Float64Array(2), h = new Float64Array(3), found = [];
  const at = (i, j) => [x0 + ((x1 - x0) * i) / n, y0 + ((y1 - y0) * j) / n], height = (i, j) => value(...at(i, j));
  const dips = (i, j) => [-1, 0, 1].every((a) => [-1, 0, 1].every((b) => !(height(i + a, j + b) < height(i, j))));
  for (let i = 0; i <= n; i++) for (let j = 0; j <= n; j++) {
    if (!dips(i, j)) continue;
    let [x, y] = at(i, j);
    for (let round = 0; round < 50; round++) {
      slope(x, y, g);
      hessian(x, y, h);
      const det = h[0] * h[2] - h[1] * h[1];
      x -= (h[2] * g[0] - h[1] * g[1]) / det;
      y -= (h[0] * g[1] - h[1] * g[0]) / det;
    }
    slope(x, y, g);
    hessian(x, y, h);
    const curved = h[0] > 0 && h[0] * h[2] - h[1] * h[1] > 1e-9, inside = x >= x0 && x <= x1 && y >= y0 && y <= y1;
    if (curved && inside && Math.hypot(...g) < 1e-9 && found.every(([a, b]) => Math.hypot(a - x, b - y) > 1e-5)) found.push([x, y]);
  }
  return found.sort((a, b) => value(...a) - value(...b));
}

function factsOf(field, label) {
  const minima = findMinima(field, OWN_WINDOW), [[x0, x1], [y0, y1]] = OWN_WINDOW;
  let floor = minima.length ? field.value(...minima[0]) : Infinity;
  if (!minima.length) for (let i = 0; i <= 100; i++) for (let j = 0; j <= 100; j++) {
    const f = field.value(x0 + ((x1 - x0) * i) / 100, y0 + ((y1 - y0) * j) / 100);
    if (f < floor) floor = f;
  }
  const lowest = minima.filter((m) => field.value(...m) <= floor + 1e-9);
  return { label, window: OWN_WINDOW, start: OWN_START, minima: lowest, others: minima.slice(lowest.length), floor, quadratic: false, parameters: {} };
}

// A surface from a formula: what the figure draws, and the text that a worker gets. Throws a SyntaxError.
async function ownSurface(formula) {
  const make = formulaText(formula), { surface } = await load(`export const surface = { ${make} };`);
  const field = surface.make(), height = field.value(...OWN_START);
  if (!Number.isFinite(height)) complain(WORDS.formula.start);
  const facts = factsOf(field, formula);
  return { surface: { ...surface, ...facts }, text: `\nsurfaces.${OWN} = { ${make}, ...${JSON.stringify(facts)} };\n` };
}

/* ---------- formulas: the box ---------------------------------------------------------- */
function ownPart(fig) {
  const { state } = fig, said = html("span", { class: "own-said", role: "status" });
  const input = html("input", { type: "text", name: "formula", "aria-label": WORDS.ownName, maxlength: MOST.length, autocomplete: "off", spellcheck: "false", placeholder: "x**2 + 3*y**2" });
  const submit = async (event) => {
    event.preventDefault();
    try {
      await fig.useFormula(input.value);
      state.formula = fig.own.formula;
      fig.pickSurface(OWN);
      write(said, "");
    } catch (error) { write(said, error.message); }
  };
  const form = html("form", { class: "own-form", onsubmit: submit }, html("span", {}, ...rich(WORDS.ownHeight)), input, html("button", {}, WORDS.ownShow));
  const node = html("details", { class: "own" }, html("summary", {}, WORDS.ownSurface), form, said);
  const draw = (dirty) => {
    show(node, !state.asking);
    if (dirty.surface && state.surface === OWN && document.activeElement !== input) input.value = state.formula;
  };
  return { node, draw };
}
