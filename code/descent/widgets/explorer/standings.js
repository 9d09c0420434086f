// The standings: the loss at the step shown, and the steps to the goal.
import { html, show, svg, veil, write } from "../shared/elements.js";
import { colour, marker } from "../shared/looks.js";
import { say } from "../shared/say.js";
import { levelText } from "./numbers.js";
import { words } from "./words.js";

function rowOf(fig, name) {
  const r = fig.runs[name];
  const k = r.arrival !== null && r.arrival <= fig.state.steps ? r.arrival : null;
  return {
    k,
    lostAt: r.lostAt,
    lost: r.lostAt > 0 && fig.step() >= r.lostAt,
    loss: r.losses[Math.min(fig.step(), r.last)],
  };
}
function writeRow([, level, steps], { k, lostAt, lost, loss }, surface, most, soonest) {
  write(level, lost ? words.diverged : levelText(surface, loss));
  write(steps, lostAt ? say(words.lostAt, { k: lostAt }) : k !== null ? String(k) : say(words.moreThan, { n: most }));
  show(steps, surface.goal);
  level.className = lost ? "warn" : "";
  steps.className = lostAt ? "warn" : k === null ? "mute" : k === soonest ? "best" : "";
}
function emptyRow(look) {
  const mark = svg(
    "svg",
    { "aria-hidden": "true", style: colour(look) },
    svg("path", { d: marker(look, 4.2), transform: "translate(6 6)", fill: "var(--c)" }),
  );
  return html("tr", {}, html("th", { scope: "row" }, mark, look.label), html("td"), html("td"));
}

export function standingsPart(fig) {
  const { state } = fig;
  const body = html("tbody");
  const now = html("th", { scope: "col" });
  const toGoal = html("th", { scope: "col" }, words.stepsToGoal);
  const node = html(
    "table",
    {},
    html(
      "thead",
      {},
      html("tr", {}, html("th", { scope: "col" }, html("span", { class: "unseen" }, words.optimizer)), now, toGoal),
    ),
    body,
  );
  const draw = (dirty) => {
    veil(node, state.asking);
    if (dirty.rules) body.replaceChildren(...fig.on().map((name) => emptyRow(fig.looks[name])));
    const rows = fig.on().map((name) => rowOf(fig, name));
    const { goal } = fig.surface;
    const soonest = rows.length > 1 ? Math.min(...rows.map((row) => row.k ?? Infinity)) : null; // of one rule alone, none is best
    write(now, goal ? words.lossNow : words.heightNow);
    show(toGoal, goal);
    rows.forEach((row, i) => {
      body.rows[i].style.opacity = fig.faded(fig.on()[i]) ? 0.4 : "";
      writeRow(body.rows[i].cells, row, fig.surface, state.steps, soonest);
    });
  };
  return { node, draw };
}
