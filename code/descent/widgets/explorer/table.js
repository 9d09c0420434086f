// The run as a table, about twenty steps of it, made when the reader opens it.
import { html, veil } from "../shared/elements.js";
import { levelText, shortText } from "./numbers.js";
import { rich } from "./rich.js";
import { words } from "./words.js";

const column = (text) => html("th", { scope: "col" }, ...rich(text));

function headOf(fig, on) {
  const numbers = [column("*x*"), column("*y*"), column(fig.surface.goal ? words.lossColumn : words.height)];
  return html(
    "thead",
    {},
    html(
      "tr",
      {},
      html("th", { scope: "col", rowspan: 2 }, words.stepColumn),
      ...on.map((name) => html("th", { scope: "colgroup", colspan: 3 }, fig.looks[name].label)),
    ),
    html("tr", {}, ...on.flatMap(() => numbers.map((cell) => cell.cloneNode(true)))),
  );
}
function cellsOf(r, k, surface) {
  const texts =
    k > r.last ? ["–", "–", words.diverged] : [shortText(r.xs[k]), shortText(r.ys[k]), levelText(surface, r.losses[k])];
  return texts.map((text) => html("td", {}, text));
}
function bodyOf(fig, on, last) {
  const every = Math.ceil(last / 20);
  const steps = [];
  for (let k = 0; k < last; k += every) steps.push(k);
  return html(
    "tbody",
    {},
    ...[...steps, last].map((k) =>
      html(
        "tr",
        {},
        html("th", { scope: "row" }, String(k)),
        ...on.flatMap((name) => cellsOf(fig.runs[name], k, fig.surface)),
      ),
    ),
  );
}

export function tablePart(fig) {
  const { state } = fig;
  const table = html("table");
  const scroller = html("div", { class: "scroller", tabindex: 0, role: "region", "aria-label": words.table }, table);
  const node = html(
    "details",
    { class: "as-table", ontoggle: () => fig.change("view") },
    html("summary", {}, words.table),
    scroller,
  );
  let stale = true;
  const draw = (dirty) => {
    veil(node, state.asking);
    stale ||= Boolean(dirty.run);
    if (!node.open || !stale || state.asking) return;
    stale = false;
    table.replaceChildren(headOf(fig, fig.on()), bodyOf(fig, fig.on(), state.steps));
  };
  return {
    node,
    draw,
    fold: () => {
      node.open = false;
    },
  };
}
