// The panel that takes one step apart: its arrows on the map and in the loupe, and what it is made of.
import { html, show, svg, veil } from "../shared/elements.js";
import { clamp } from "../shared/numbers.js";
import { say } from "../shared/say.js";
import { arrow, ringAt } from "./arrows.js";
import { dissect, explain, kindOf, stepWords } from "./dissect.js";
import { loupeOf } from "./loupe.js";
import { lossText, shortText } from "./numbers.js";
import { writeRich } from "./rich.js";
import { minus, size } from "./vectors.js";
import { words } from "./words.js";

function drawOnMap(map, parts, ring, from) {
  const { at } = map.view();
  const longest = Math.max(...parts.map((a) => size(minus(at(a.to), at(a.from)))));
  const [cx, cy] = at(from);
  if (longest > 22) map.putArrows(...parts.flatMap((a) => arrow(a, at(a.from), at(a.to))), ...ringAt(ring && at(ring)));
  else map.putArrows(svg("circle", { cx, cy, r: 11, fill: "none", stroke: "var(--ink)", "stroke-width": 1.2 })); // too small to take apart here
}

function drawTerms(terms, text, bars, share) {
  if (text) return writeRich(terms, text);
  terms.written = null;
  const longest = Math.max(...bars.filter(Number.isFinite), 1e-300);
  terms.replaceChildren(
    share ? say(words.parts.corrected, { share: shortText(share) }) : words.parts.effective,
    ...bars.map((v, i) =>
      html(
        "div",
        { class: "bar" },
        html("i", { class: "math" }, "xy"[i]),
        html("span", { style: `width:${clamp((100 * v) / longest || 0, 1, 100)}%` }),
        html("span", {}, lossText(Number.isFinite(v) ? v : NaN)),
      ),
    ),
  );
}

export function stepPart(fig, map) {
  const { state } = fig;
  const which = html("select", {
    class: "which",
    "aria-label": words.whichRule,
    onchange: () => {
      state.who = which.value;
      fig.change("view");
    },
  });
  const loupe = loupeOf(fig);
  const terms = html("div", { class: "terms" });
  const numbers = html("p", { class: "numbers", "aria-hidden": "true" });
  const node = html("div", { class: "one-step" }, loupe.node, terms);

  function drawStep(name) {
    const { last, hyper } = fig.runs[name];
    const k = clamp(fig.step(), 0, Math.max(0, last - 1));
    const d = dissect(fig.ruleOf(name), kindOf(fig, name), hyper, fig.variation(name), fig.noisy, state.start, k);
    const { arrows, ring, text, bars } = explain(d);
    fig.stepWords = stepWords(d, fig.looks[name].label);
    writeRich(numbers, fig.stepWords);
    if (!arrows.every((a) => [...a.from, ...a.to].every(Number.isFinite))) return;
    drawOnMap(map, arrows, ring, d.from);
    loupe.draw(name, d, arrows, ring, map.view().scale);
    drawTerms(terms, text, bars, d.share);
  }
  const draw = (dirty) => {
    const on = fig.on();
    const open = fig.anatomyShown() && on.length > 0 && !state.asking;
    show(node, open);
    show(numbers, open);
    veil(which, !open);
    if (!open) return map.putArrows();
    if (!on.includes(state.who)) state.who = on[0];
    if (dirty.rules || !which.options.length)
      which.replaceChildren(...on.map((name) => html("option", { value: name }, fig.looks[name].label)));
    which.value = state.who;
    drawStep(state.who);
  };
  return { node, which, numbers, draw };
}
