// Text with a little emphasis.
import { html } from "../shared/elements.js";

// "*x*" becomes italic maths, "**x**" bold, "[kind|words]" coloured words, a line break a line break.
export function rich(text) {
  return text
    .split(/(\[\w+\|[^\]]*\]|\*\*[^*]+\*\*|\*[^*]+\*|\n)/)
    .filter(Boolean)
    .map((piece) => {
      const coloured = piece.match(/^\[(\w+)\|([^\]]*)\]$/);
      if (coloured) return html("span", { class: `kind-${coloured[1]}` }, ...rich(coloured[2]));
      if (piece === "\n") return html("br");
      if (piece.startsWith("**")) return html("b", {}, piece.slice(2, -2));
      return piece.startsWith("*") ? html("i", { class: "math" }, piece.slice(1, -1)) : piece;
    });
}
export function writeRich(node, text) {
  if (node.written === text) return;
  node.written = text;
  node.replaceChildren(...rich(text));
}
