// @ts-check
// A number that is written out, such as 3 * 391 or -sqrt(2)/10: it is read, and never run.

/** @typedef {{ tokens: string[], at: number, open: number }} Reading */

/** @type {Record<string, (x: number) => number>} */
const FUNCTIONS = { sqrt: Math.sqrt, log: Math.log, ln: Math.log, exp: Math.exp, log2: Math.log2, log10: Math.log10 };
/** @type {Record<string, number>} */
const NAMED = { pi: Math.PI, π: Math.PI };
const NUMBER_TOKEN = /(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|[a-zπ]\w*|\*\*|\S/giu;
const MOST_TYPED = 200;
const MOST_OPEN = 30;

/** The next token, if it is one of those wanted. @param {Reading} it @param {string[]} wanted */
const nextOf = (it, ...wanted) => (wanted.includes(it.tokens[it.at]) ? it.tokens[it.at++] : "");

/** What cannot be read is no number. @param {Reading} it @returns {number} */
function factor(it) {
  const token = it.tokens[it.at++] ?? "";
  const apply = Object.hasOwn(FUNCTIONS, token) ? FUNCTIONS[token] : null;
  if (token === "(" || (apply && nextOf(it, "("))) {
    if (++it.open > MOST_OPEN) return NaN;
    const inside = sumOf(it);
    return nextOf(it, ")") ? (apply ?? Number)(inside) : NaN;
  }
  if (Object.hasOwn(NAMED, token)) return NAMED[token];
  return /^[\d.]/.test(token) ? Number(token) : NaN;
}
/** @param {Reading} it @returns {number} */
function raisedFactor(it) {
  const base = factor(it);
  return nextOf(it, "**", "^") ? base ** signedFactor(it) : base;
}
/** @param {Reading} it @returns {number} */
function signedFactor(it) {
  let minus = false;
  for (let sign = nextOf(it, "-", "+"); sign; sign = nextOf(it, "-", "+")) minus = minus !== (sign === "-");
  return minus ? -raisedFactor(it) : raisedFactor(it);
}
/** @param {Reading} it @returns {number} */
function productOf(it) {
  let found = signedFactor(it);
  for (let sign = nextOf(it, "*", "/"); sign; sign = nextOf(it, "*", "/")) {
    found = sign === "*" ? found * signedFactor(it) : found / signedFactor(it);
  }
  return found;
}
/** @param {Reading} it @returns {number} */
function sumOf(it) {
  let found = productOf(it);
  for (let sign = nextOf(it, "+", "-"); sign; sign = nextOf(it, "+", "-")) {
    found = sign === "+" ? found + productOf(it) : found - productOf(it);
  }
  return found;
}

/** The number that a text stands for; NaN where it stands for none. @param {string} text */
export function numberFrom(text) {
  if (text.length > MOST_TYPED) return NaN;
  const plain = text
    .replace(/(?<=\d)[\s_]+(?=\d{3}(?!\d))/g, "") // 10 000
    .replace(/(?:np|math)\./g, "")
    .replace(/[−–]/g, "-")
    .replace(/[·×⋅]/g, "*")
    .replace(/÷/g, "/")
    .toLowerCase();
  /** @type {Reading} */
  const it = { tokens: plain.match(NUMBER_TOKEN) ?? [], at: 0, open: 0 };
  const found = sumOf(it);
  return it.at === it.tokens.length ? found : NaN;
}
