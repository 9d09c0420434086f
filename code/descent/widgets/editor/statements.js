// @ts-check
// The lines of a rule: one def, with assignments and a return.
import { refuse } from "./faults.js";
import { headOf, headText } from "./head.js";
import { linesOf } from "./pieces.js";
import { branches, expressions, isKeyword, peek, strange, take } from "./tree.js";

/** @typedef {import("./tree.js").Node} Node */
/** @typedef {import("./tree.js").Reading} Reading */
/** @typedef {import("./head.js").Head} Head */
/** @typedef {import("./faults.js").Span} Span */
/**
 * @typedef {Span & (
 *   | { kind: "assign", targets: Target[], value: Node }
 *   | { kind: "change", name: string, sign: string, value: Node, line: string }
 *   | { kind: "return", value: Node | null }
 *   | { kind: "say", value: Node }
 * )} Statement
 */
/** @typedef {Span & { name?: string, parts?: Target[] }} Target */
/** @typedef {{ head: Head, statements: Statement[] }} Rule */

const CHANGES = ["+=", "-=", "*=", "/=", "**=", "//=", "%=", "@="];

/** A name to which something is assigned, or several. @param {Node} node @returns {Target} */
function targetOf(node) {
  const { from, to } = node;
  if (node.kind === "name") return { name: node.name, from, to };
  if (node.kind === "index") refuse(node, "index");
  if (node.kind !== "tuple" && node.kind !== "list") refuse(node, "target");
  return { parts: node.parts.map(targetOf), from, to };
}

/** Refuse a line that begins with a word of Python's that no rule needs. @param {Reading} it @param {Head} head */
function forbidden(it, head) {
  const token = it.tokens[0];
  const word = token.text;
  const span = { from: token.from, to: it.tokens[it.tokens.length - 1].to };
  if (["if", "elif", "else", "while"].includes(word)) branches(it, span);
  if (word === "for") refuse(span, "loop");
  if (word === "yield") refuse(span, "yield", { name: head.name });
  if (word === "global" || word === "nonlocal") {
    const memory = it.tokens[1]?.text ?? "v";
    refuse(span, "outside", { name: head.name, kept: memory, head: headText(head, { memory }) });
  }
  if (isKeyword(word) && !["lambda", "not", "None", "True", "False"].includes(word)) refuse(token, "leave", { word });
}

/** @param {Reading} it @param {Head} head @returns {Statement} */
function statementOf(it, head) {
  const { from } = it.tokens[it.at];
  const span = { from, to: it.tokens[it.tokens.length - 1].to };
  if (take(it, "return")) {
    const value = peek(it) ? expressions(it) : null;
    if (peek(it)) strange(it);
    return { kind: "return", value, ...span };
  }
  forbidden(it, head);
  const parts = [expressions(it)];
  const change = take(it, ...CHANGES);
  if (change) {
    const value = expressions(it);
    if (peek(it)) strange(it);
    if (parts[0].kind !== "name") refuse(parts[0], "target");
    const line = it.text.slice(from, span.to);
    return { kind: "change", name: parts[0].name, sign: change.text.slice(0, -1), value, line, ...span };
  }
  while (take(it, "=")) parts.push(expressions(it));
  if (peek(it)) strange(it);
  const value = /** @type {Node} */ (parts.pop());
  if (!parts.length) return { kind: "say", value, ...span };
  return { kind: "assign", targets: parts.map(targetOf), value, ...span };
}

/** The rule that a text holds. Throws a Fault. @param {string} text @returns {Rule} */
export function ruleOf(text) {
  const lines = linesOf(text).filter(({ tokens }) => !/^import numpy as np$/.test(tokens.map((t) => t.text).join(" ")));
  const [first, ...body] = lines;
  if (!first) return refuse({ from: 0, to: text.length }, "def");
  /** @type {Reading} */
  const start = { text, tokens: first.tokens, at: 0, deep: 0 };
  if (first.tokens[0].text === "async") refuse(first.tokens[0], "async", { name: first.tokens[2]?.text ?? "my_rule" });
  const head = headOf(start);
  const statements = peek(start) ? [statementOf(start, head)] : [];
  if (!body.length && !statements.length) refuse(head, "empty", { name: head.name });
  for (const { indent, tokens } of body) {
    if (indent <= first.indent && tokens[0].text === "def") refuse(tokens[0], "one");
    if (indent <= first.indent || statements.length === 0 ? indent <= first.indent : indent !== body[0].indent)
      refuse(tokens[0], "indent");
    statements.push(statementOf({ text, tokens, at: 0, deep: 0 }, head));
  }
  return { head, statements };
}
