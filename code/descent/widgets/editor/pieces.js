// @ts-check
// The text of a rule as lines of tokens, as Python parts it: what stands in parentheses is one line.
import { refuse } from "./faults.js";

/** @typedef {{ text: string, from: number, to: number, kind: "name" | "number" | "text" | "sign" }} Token */
/** @typedef {{ indent: number, tokens: Token[] }} Line */

export const MOST_LETTERS = 4000;
const NUMBER = "(?:\\d[\\d_]*\\.?[\\d_]*|\\.\\d[\\d_]*)(?:[eE][+-]?\\d+)?";
const NAME = "[\\p{L}_][\\p{L}\\p{N}_]*";
const TEXT =
  "(?:[rRbBuUfF]{0,2})(?:\"\"\"[^]*?\"\"\"|'''[^]*?'''|\"(?:[^\"\\\\\\n]|\\\\.)*\"|'(?:[^'\\\\\\n]|\\\\.)*')";
const SIGN = "\\*\\*=|//=|\\*\\*|//|[=!<>]=|->|:=|[-+*/%@&|^]=|[^]";
const PIECE = new RegExp(`(#[^\\n]*)|([ \\t\\r\\f]+|\\\\\\r?\\n)|(${TEXT})|(${NUMBER})|(${NAME})|(${SIGN})`, "uy");
/** @type {Record<string, string>} */
const INSTEAD = { "−": "-", "–": "-", "·": "*", "×": "*", "⋅": "*", "÷": "/", "²": "**2", "³": "**3", "\xa0": " " };
/** @type {Record<string, string>} */
const CLOSING = { "(": ")", "[": "]", "{": "}" };

/** @param {Token} token @param {Token[]} open the brackets that are open */
function bracket(token, open) {
  if (Object.hasOwn(CLOSING, token.text)) {
    if (open.push(token) > 30) refuse(token, "deep");
  } else if (/^[)\]}]$/.test(token.text)) {
    const opening = open.pop();
    if (!opening || CLOSING[opening.text] !== token.text) refuse(token, "opening", { sign: token.text });
  }
}

/** @param {Token} token @param {Token | undefined} last */
function check(token, last) {
  const { text } = token;
  if (Object.hasOwn(INSTEAD, text)) refuse(token, "sign", { instead: INSTEAD[text], sign: text });
  if (/^["'`\\$?!;]$/.test(text)) refuse(token, /["']/.test(text) ? "quote" : "strange", { word: text });
  if (last?.kind === "number" && last.to === token.from && token.kind === "name")
    refuse({ from: last.from, to: token.to }, "times", { a: last.text, b: text });
}

/** The lines of a text. Throws a Fault. @param {string} text @returns {Line[]} */
export function linesOf(text) {
  if (text.length > MOST_LETTERS) refuse({ from: MOST_LETTERS, to: text.length }, "long", { n: MOST_LETTERS });
  /** @type {Line[]} */
  const lines = [];
  /** @type {Token[]} */
  const open = [];
  let begin = 0; // of the line in the text
  /** @type {Line | null} */
  let line = null;
  PIECE.lastIndex = 0;
  for (let found = PIECE.exec(text); found; found = PIECE.exec(text)) {
    const [piece, comment, space, string, number, name] = found;
    const from = found.index;
    if (comment !== undefined || space !== undefined) continue;
    if (piece === "\n") {
      if (!open.length) line = null;
      begin = from + 1;
      continue;
    }
    const kind = string !== undefined ? "text" : number !== undefined ? "number" : name !== undefined ? "name" : "sign";
    /** @type {Token} */
    const token = { text: kind === "name" ? piece.normalize("NFKC") : piece, from, to: from + piece.length, kind };
    check(token, line?.tokens.at(-1));
    bracket(token, open);
    if (!line) lines.push((line = { indent: from - begin, tokens: [] }));
    line.tokens.push(token);
    if (kind === "text") begin = from + piece.lastIndexOf("\n") + 1 || begin;
  }
  if (open.length) refuse(open[open.length - 1], "closing", { sign: CLOSING[open[open.length - 1].text] });
  return lines;
}
