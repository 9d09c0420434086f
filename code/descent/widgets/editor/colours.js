// The text of a rule in colours, with a mark at lines that differ and under the words that are wrong.
import { html } from "../shared/elements.js";

const PARTS =
  /(#[^\n]*)|("""[^]*?(?:"""|$)|'''[^]*?(?:'''|$)|"[^"\n]*"?|'[^'\n]*'?)|(\b(?:def|return|lambda|import|as|if|else|for|while|and|or|not|in)\b)|((?<![\p{L}\w])\d[\d_]*\.?\d*(?:[eE][+-]?\d+)?)|((?<=\bdef )[\p{L}\w]+|[\p{L}_][\p{L}\w.]*(?=\())/gu;
const KINDS = ["comment", "string", "keyword", "number", "name"];

// Pieces of the text with their kinds, none of which goes beyond a line or the words that are wrong.
function piecesOf(text, { from = -1, to = -1 }) {
  const pieces = [];
  const put = (start, end, kind) => {
    for (const [a, b, wrong] of [
      [start, Math.min(end, from), false],
      [Math.max(start, from), Math.min(end, to), true],
      [Math.max(start, to), end, false],
    ])
      if (a < b) pieces.push({ text: text.slice(a, b), kind, wrong });
  };
  let at = 0;
  for (const found of text.matchAll(PARTS)) {
    put(at, found.index, "");
    at = found.index + found[0].length;
    put(found.index, at, KINDS[found.slice(1).findIndex((part) => part !== undefined)]);
  }
  put(at, text.length, "");
  return pieces;
}

// Which lines stand in the original, too: those of the longest common part.
export function newLines(lines, original) {
  const rows = Array.from({ length: lines.length + 1 }, () => new Int16Array(original.length + 1));
  for (let i = lines.length - 1; i >= 0; i--)
    for (let j = original.length - 1; j >= 0; j--)
      rows[i][j] = lines[i] === original[j] ? rows[i + 1][j + 1] + 1 : Math.max(rows[i + 1][j], rows[i][j + 1]);
  const fresh = [];
  for (let i = 0, j = 0; i < lines.length;) {
    if (j < original.length && lines[i] === original[j]) [fresh[i++], j] = [false, j + 1];
    else if (j < original.length && rows[i][j + 1] >= rows[i + 1][j]) j++;
    else fresh[i++] = true;
  }
  return fresh;
}

// The lines of the text as nodes.
export function coloured(text, original, trouble) {
  const fresh = newLines(text.split("\n"), original.split("\n"));
  const lines = fresh.map((changed) => html("span", { class: changed ? "rule-line changed" : "rule-line" }));
  let line = 0;
  for (const { text: piece, kind, wrong } of piecesOf(text, trouble ?? {}))
    piece.split("\n").forEach((part, i) => {
      if (i) line++;
      const names = [kind && `rule-${kind}`, wrong && "rule-wrong"].filter(Boolean).join(" ");
      if (part) lines[line].append(names ? html("span", { class: names }, part) : part);
    });
  for (const node of lines) node.append("\n");
  return lines;
}
