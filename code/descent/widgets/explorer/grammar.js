// @ts-check
// A surface of the reader's own: a formula in x and y is read by this small grammar and never run as it stands.
import { say } from "../shared/say.js";
import { added, applied, complain, constant, DERIVATIVES, divided, multiplied, raised, variable } from "./jets.js";
import { closingText, insteadText, unknownText } from "./texts.js";
import { isName, isNumber, tokensOf } from "./tokens.js";
import { words } from "./words.js";

/** @typedef {import("./jets.js").Jet} Jet */
/** @typedef {import("./jets.js").Lines} Lines */
/**
 * @typedef {object} Reading
 * @property {string[]} tokens @property {Lines} lines @property {number} at the next token
 * @property {number} count operations so far @property {number} open parentheses
 * @property {number} loose after a power whose exponent a further factor might belong to
 */

export const MOST_LENGTH = 300; // these limits as in descent.formulas
const MOST = { operations: 60, depth: 6, open: 30 };
const tooMany = () => complain(say(words.formula.operations, { n: MOST.operations, depth: MOST.depth }));

/** The next token, if it is one of those wanted. @param {Reading} it @param {string[]} wanted */
const next = (it, ...wanted) => (wanted.includes(it.tokens[it.at]) ? it.tokens[it.at++] : null);
/** @param {Reading} it @param {number} deep @param {Jet} result @returns {Jet} */
const made = (it, deep, result) =>
  ++it.count > MOST.operations || deep > MOST.depth ? tooMany() : { ...result, deep };
/** @param {string | undefined} token @returns {never} */
function strange(token) {
  return complain(
    insteadText(token) ??
      (isNumber(token) ? say(words.formula.sign, { found: token }) : unknownText(token, Object.keys(DERIVATIVES))),
  );
}

/** What is in parentheses. @param {Reading} it @returns {Jet} */
function inner(it) {
  if (++it.open > MOST.open) tooMany();
  const found = sums(it);
  if (!next(it, ")")) complain(insteadText(it.tokens[it.at]) ?? closingText(it.tokens[it.at]));
  it.open--;
  return found;
}
/** @param {Reading} it @returns {Jet} */
function atom(it) {
  const token = it.tokens[it.at++];
  if (token === "(") return inner(it);
  if (token === "x" || token === "y") return variable(token);
  if (token === "pi") return constant(Math.PI);
  if (Object.hasOwn(DERIVATIVES, token ?? "")) {
    if (!next(it, "(")) complain(say(words.formula.call, { name: token }));
    const a = inner(it);
    return made(it, a.deep + 1, applied(it.lines, token, a));
  }
  return isNumber(token) ? constant(Number(token)) : strange(token);
}
/** @param {Reading} it @returns {Jet} */
function powers(it) {
  const base = atom(it);
  if (!next(it, "**")) return base;
  const exponent = signed(it);
  if (isName(it.tokens[it.at - 1])) it.loose = it.at;
  return made(it, Math.max(base.deep, exponent.deep) + 1, raised(it.lines, base, exponent));
}
/** @param {Reading} it @returns {Jet} */
function signed(it) {
  const sign = next(it, "-", "+");
  if (!sign) return powers(it);
  const a = signed(it);
  return sign === "-" ? made(it, a.deep, multiplied(it.lines, constant(-1), a)) : a;
}
/** @param {Reading} it @returns {Jet} */
function products(it) {
  let found = signed(it);
  let parted = false;
  for (;;) {
    const sign = next(it, "*", "/");
    const token = it.tokens[it.at];
    if (!sign && !isName(token) && token !== "(") return found;
    if (!sign && (parted || it.loose === it.at)) complain(say(words.formula.twoThings, { found: token }));
    parted ||= sign === "/";
    const b = sign ? signed(it) : powers(it);
    found = made(
      it,
      Math.max(found.deep, b.deep + Number(sign === "/")),
      (sign === "/" ? divided : multiplied)(it.lines, found, b),
    );
  }
}
/** @param {Reading} it @returns {Jet} */
function sums(it) {
  let found = products(it);
  for (let sign = next(it, "+", "-"); sign; sign = next(it, "+", "-")) {
    const b = products(it);
    found = made(it, Math.max(found.deep, b.deep), added(it.lines, found, b, sign === "+" ? 1 : -1));
  }
  return found;
}

/** The lines that compute a formula and its derivatives, and the last jet; by the rules of descent.formulas. @param {string} text */
function readFormula(text) {
  if ([...text].length > MOST_LENGTH) complain(say(words.formula.long, { n: MOST_LENGTH }));
  /** @type {Reading} */
  const it = { tokens: tokensOf(text), lines: [], at: 0, count: 0, open: 0, loose: -1 };
  const result = sums(it);
  if (it.at < it.tokens.length) strange(it.tokens[it.at]);
  return { lines: it.lines, result };
}

/** A method with the lines that it needs. @param {Lines} lines @param {string} head @param {[string, string][]} targets */
function method(lines, head, targets) {
  const needed = new Set(targets.flatMap(([, code]) => code.match(/k\d+/g) ?? []));
  const kept = [];
  for (const [name, code] of [...lines].reverse()) {
    if (!needed.has(name)) continue;
    kept.unshift(`const ${name} = ${code};`);
    for (const used of code.match(/k\d+/g) ?? []) needed.add(used);
  }
  return `${head} { ${[...kept, ...targets.map(([target, code]) => `${target}${code};`)].join(" ")} }`;
}

/** The formula as JavaScript: `make()` with value and slope. Throws a SyntaxError that says what is wrong. @param {string} text */
export function formulaText(text) {
  const {
    lines,
    result: { v, x, y },
  } = readFormula(text);
  const value = method(lines, "value(x, y)", [["return ", v]]);
  const slope = method(lines, "slope(x, y, g)", [
    ["g[0] = ", x],
    ["g[1] = ", y],
  ]);
  return `make() { return { ${value}, ${slope} }; }`;
}
