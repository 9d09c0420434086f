// @ts-check
// Expressions as Python reads them, as a tree in which nothing has been computed yet.
import { refuse } from "./faults.js";

/** @typedef {import("./pieces.js").Token} Token */
/** @typedef {import("./faults.js").Span} Span */
/**
 * @typedef {Span & (
 *   | { kind: "number", value: number, whole: boolean }
 *   | { kind: "text" }
 *   | { kind: "name", name: string }
 *   | { kind: "sign", sign: string, parts: Node[] }
 *   | { kind: "tuple" | "list", parts: Node[] }
 *   | { kind: "call", called: Node, given: Node[], named: { name: string, value: Node, from: number, to: number }[] }
 *   | { kind: "attribute", of: Node, name: string }
 *   | { kind: "index", of: Node }
 *   | { kind: "lambda", names: string[], body: Node }
 * )} Node
 */
/** @typedef {{ text: string, tokens: Token[], at: number, deep: number }} Reading one line */

const MOST_DEEP = 40;
const WORDS = new Set(
  "if else elif while for in and or not is lambda def class return yield import from as global nonlocal with try except finally raise assert del pass break continue async await None True False match".split(
    " ",
  ),
);
const COMPARE = ["<", ">", "<=", ">=", "==", "!=", "is", "in"];

/** Is this a word of Python's own? @param {string | undefined} word */
export const isKeyword = (word) => WORDS.has(word ?? "");
/** @param {Reading} it */
export const peek = (it) => it.tokens[it.at];
/** The next token, if it is one of those wanted. @param {Reading} it @param {string[]} wanted @returns {Token | null} */
export function take(it, ...wanted) {
  const token = peek(it);
  return token && token.kind !== "text" && wanted.includes(token.text) ? it.tokens[it.at++] : null;
}
/** Where a line is at its end. @param {Reading} it @returns {Span} */
export const rest = (it) =>
  peek(it) ?? { from: it.tokens[it.tokens.length - 1].to, to: it.tokens[it.tokens.length - 1].to };
/** @param {Reading} it @param {Span} span */
const wordsOf = (it, { from, to }) => it.text.slice(from, to);

/** Refuse what branches, in the words of descent.advice. @param {Reading} it @param {Span} span @returns {never} */
export function branches(it, span) {
  const branch = ["while", "if", "and", "or"].find((word) => it.tokens.some(({ text }) => text === word));
  return refuse(span, "branch", { what: branch ? `with ${branch}` : `on ${wordsOf(it, span)}` });
}

/** What cannot stand here. @param {Reading} it @returns {never} */
export function strange(it) {
  const token = peek(it);
  if (!token) return refuse(rest(it), "end");
  if (["if", "else", "and", "or", "not"].includes(token.text)) return branches(it, token);
  if (token.text === "for") return refuse(token, "loop");
  if (token.text === "yield") return refuse(token, "leave", { word: token.text });
  const last = it.tokens[it.at - 1];
  if (last && token.kind !== "sign" && last.kind !== "sign" && !isKeyword(token.text) && !isKeyword(last.text))
    return refuse({ from: last.from, to: token.to }, "times", { a: last.text, b: token.text });
  return refuse(token, "strange", { word: token.text });
}

/** @param {Reading} it @param {() => Node} read @returns {Node} */
function deeper(it, read) {
  if (++it.deep > MOST_DEEP) refuse(rest(it), "deep");
  const node = read();
  it.deep--;
  return node;
}

/** @param {Reading} it @returns {Node} */
function lambda(it) {
  const { from } = it.tokens[it.at - 1];
  const names = [];
  while (!take(it, ":")) {
    const token = it.tokens[it.at];
    if (token?.kind !== "name" || isKeyword(token.text)) strange(it);
    names.push(it.tokens[it.at++].text);
    if (!take(it, ",") && peek(it)?.text !== ":") strange(it);
  }
  const body = expression(it);
  return { kind: "lambda", names, body, from, to: body.to };
}

/** What stands in parentheses, from the opening one on. @param {Reading} it @returns {Node} */
function group(it) {
  const { from, text } = it.tokens[it.at - 1];
  const close = text === "(" ? ")" : "]";
  const parts = [];
  let comma = null;
  let end = take(it, close);
  while (!end) {
    parts.push(expression(it));
    comma = take(it, ",") ?? comma;
    end = take(it, close);
    if (!end && it.tokens[it.at - 1].text !== ",") strange(it);
  }
  const span = { from, to: end.to };
  if (text === "[") return { kind: "list", parts, ...span };
  return parts.length === 1 && !comma ? { ...parts[0], ...span } : { kind: "tuple", parts, ...span };
}

/** @param {Reading} it @param {Node} called @returns {Node} */
function call(it, called) {
  const given = [];
  const named = [];
  let end = take(it, ")");
  while (!end) {
    const [token, equals] = [it.tokens[it.at], it.tokens[it.at + 1]];
    if (token?.kind === "name" && equals?.text === "=") {
      it.at += 2;
      named.push({ name: token.text, value: expression(it), from: token.from, to: token.to });
    } else if (named.length) strange(it);
    else given.push(expression(it));
    const comma = take(it, ",");
    end = take(it, ")");
    if (!end && !comma) strange(it);
  }
  return { kind: "call", called, given, named, from: called.from, to: end.to };
}

/** @param {Reading} it @returns {Node} */
function atom(it) {
  const token = peek(it);
  if (take(it, "(", "[")) return deeper(it, () => group(it));
  if (token?.kind === "number") {
    it.at++;
    const digits = token.text.replaceAll("_", "");
    if (/^0+[1-9]/.test(digits) && /^\d+$/.test(digits)) refuse(token, "strange", { word: token.text });
    return { kind: "number", value: Number(digits), whole: /^\d+$/.test(digits), from: token.from, to: token.to };
  }
  if (token?.kind === "text" || (token && ["None", "True", "False"].includes(token.text))) {
    it.at++;
    return { kind: "text", from: token.from, to: token.to };
  }
  if (token?.kind !== "name" || isKeyword(token.text)) strange(it);
  it.at++;
  return { kind: "name", name: token.text, from: token.from, to: token.to };
}

/** @param {Reading} it @returns {Node} */
function trailed(it) {
  let node = atom(it);
  for (let sign = take(it, "(", "[", "."); sign; sign = take(it, "(", "[", ".")) {
    const of = node;
    if (sign.text === "(") node = deeper(it, () => call(it, of));
    else if (sign.text === "[") {
      deeper(it, () => group(it));
      node = { kind: "index", of, from: of.from, to: it.tokens[it.at - 1].to };
    } else {
      const name = peek(it);
      if (name?.kind !== "name") strange(it);
      it.at++;
      node = { kind: "attribute", of, name: name.text, from: of.from, to: name.to };
    }
  }
  return node;
}

/** @param {string} sign @param {Node[]} parts @param {number} from @returns {Node} */
const signs = (sign, parts, from) => ({ kind: "sign", sign, parts, from, to: parts[parts.length - 1].to });

/** @param {Reading} it @returns {Node} */
function raised(it) {
  const base = trailed(it);
  return take(it, "**") ? signs("**", [base, deeper(it, () => signed(it))], base.from) : base;
}
/** @param {Reading} it @returns {Node} */
function signed(it) {
  const sign = take(it, "-", "+");
  return sign ? signs(`${sign.text} `, [deeper(it, () => signed(it))], sign.from) : raised(it);
}
/** A chain of signs of one rank. @param {Reading} it @param {(it: Reading) => Node} part @param {string[]} wanted @returns {Node} */
function chain(it, part, ...wanted) {
  let node = part(it);
  for (let sign = take(it, ...wanted); sign; sign = take(it, ...wanted))
    node = signs(sign.text, [node, part(it)], node.from);
  return node;
}
/** @param {Reading} it @returns {Node} */
const product = (it) => chain(it, signed, "*", "/", "//", "%", "@");
/** @param {Reading} it @returns {Node} */
const sum = (it) => chain(it, product, "+", "-");

/** One expression, without the commas around it. @param {Reading} it @returns {Node} */
export function expression(it) {
  if (take(it, "lambda")) return deeper(it, () => lambda(it));
  const negated = take(it, "not");
  const node = sum(it);
  if (take(it, "^")) {
    const { to } = sum(it);
    const word = wordsOf(it, { from: node.from, to });
    refuse({ from: node.from, to }, "power", { word: word.replaceAll("^", "**") });
  }
  if (take(it, ...COMPARE)) branches(it, { from: node.from, to: sum(it).to });
  if (negated) branches(it, { from: negated.from, to: node.to });
  return node;
}

/** One expression, or a tuple of several. @param {Reading} it @returns {Node} */
export function expressions(it) {
  const parts = [expression(it)];
  let comma = false;
  while (take(it, ",")) {
    comma = true;
    if (!peek(it) || peek(it).text === "=") break;
    parts.push(expression(it));
  }
  return comma ? { kind: "tuple", parts, from: parts[0].from, to: it.tokens[it.at - 1].to } : parts[0];
}
