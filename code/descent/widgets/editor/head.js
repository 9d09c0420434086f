// @ts-check
// A rule's first line: its name, its memories and its hyperparameters.
import { refuse } from "./faults.js";
import { known } from "./known.js";
import { expression, isKeyword, peek, strange, take } from "./tree.js";

/** @typedef {import("./tree.js").Node} Node */
/** @typedef {import("./tree.js").Reading} Reading */
/** @typedef {import("./faults.js").Span} Span */
/** @typedef {Span & { name: string, usual: Node | null }} Parameter */
/** @typedef {Span & { text: string, name: string, given: Parameter[], hyper: Parameter[] }} Head */

const MOST_NAME = 30;

/** A name that a rule gives to something. @param {Reading} it */
export function ownName(it) {
  const token = peek(it);
  if (token?.kind !== "name" || isKeyword(token.text)) strange(it);
  it.at++;
  if (token.text.length > MOST_NAME || token.text.startsWith("__") || token.text in {})
    refuse(token, "another", { word: token.text.slice(0, MOST_NAME) });
  return token;
}

/** @param {Reading} it @returns {Parameter} */
function parameter(it) {
  const { text: name, from, to } = ownName(it);
  if (peek(it)?.text === ":") refuse({ from, to: peek(it).to }, "annotation", { name });
  const usual = take(it, "=") ? expression(it) : null;
  return { name, usual, from, to: usual?.to ?? to };
}

/** @param {Reading} it @returns {[Parameter[], Parameter[]]} */
function parameters(it) {
  /** @type {[Parameter[], Parameter[]]} */
  const both = [[], []];
  let starred = 0;
  while (!take(it, ")")) {
    const star = take(it, "*", "**");
    if (star && (star.text === "**" || starred || peek(it)?.kind === "name"))
      refuse({ from: star.from, to: peek(it)?.to ?? star.to }, "names", {
        word: it.text.slice(star.from, peek(it)?.to),
      });
    if (star) starred = 1;
    else both[starred].push(parameter(it));
    if (!take(it, ",") && peek(it)?.text !== ")") strange(it);
  }
  return both;
}

/** The first line as it should be, with a star before a parameter or with one more memory or hyperparameter. @param {Head} head @param {{ star?: string, memory?: string, more?: string }} [change] */
export function headText({ text, name, given, hyper }, { star, memory, more } = {}) {
  /** @param {Parameter} p */
  const written = (p) => p.name + (p.usual ? `=${text.slice(p.usual.from, p.usual.to)}` : "");
  const parts = given.map((p) => (p.name === star ? "*, " : "") + written(p));
  if (memory) parts.splice(3, 0, `${memory}=0`);
  if ((hyper.length && !star) || more) parts.push("*");
  return `def ${name}(${[...parts, ...hyper.map(written), ...(more ? [more] : [])].join(", ")})`;
}

/** Refuse a first line by which no rule can be called, in the words of descent.checks. @param {Head} head */
function checkHead(head) {
  const { name, given, hyper } = head;
  const first = given.slice(0, 3).map((p) => p.name);
  const swapped = [...first].sort().join() === "grad,t,x" && first.join() !== "x,grad,t";
  if (first.length < 3 || swapped || first.some((own) => known.settings.includes(own))) refuse(head, "first", { name });
  for (const p of given.slice(3)) {
    if (!p.usual && known.settings.includes(p.name)) starless(head, p.name);
    if (!p.usual) refuse(p, "begin", { name, memory: p.name });
  }
  const names = [...given, ...hyper].map((p) => p.name);
  for (const p of [...given, ...hyper])
    if (names.indexOf(p.name) !== names.lastIndexOf(p.name)) refuse(p, "twice", { name: p.name });
}

/** @param {Head} head @param {string} setting @returns {never} */
export function starless(head, setting) {
  return refuse(head, "starless", { name: head.name, setting, head: headText(head, { star: setting }) });
}

/** Read it, up to the colon. @param {Reading} it @returns {Head} */
export function headOf(it) {
  const { from } = it.tokens[0];
  if (!take(it, "def")) refuse(it.tokens[0], "def");
  const { text: name } = ownName(it);
  if (!take(it, "(")) refuse({ from, to: it.tokens[it.at - 1].to }, "head", { name });
  const [given, hyper] = parameters(it);
  const { to } = it.tokens[it.at - 1];
  if (!take(it, ":")) refuse({ from, to }, "colon");
  const head = { text: it.text, name, given, hyper, from, to };
  checkHead(head);
  return head;
}
