// The run as a table, made when the reader opens it: about twenty steps of all rules, or every step of one.
import { html, veil } from "../shared/elements.js";
import { levelText, pairText, rateText, shortText } from "./numbers.js";
import { rich } from "./rich.js";
import { stepsOf } from "./steps.js";
import { minus, size } from "./vectors.js";
import { words } from "./words.js";

const column = (text, attributes) => html("th", { scope: "col", ...attributes }, ...rich(text));
const row = (k, texts) =>
  html("tr", {}, html("th", { scope: "row" }, String(k)), ...texts.map((text) => html("td", {}, text)));
const levelColumn = ({ goal }) => (goal ? words.lossColumn : words.height);

function headOfAll(fig, on) {
  const numbers = ["*x*", "*y*", levelColumn(fig.surface)];
  return [
    html(
      "tr",
      {},
      column(words.stepColumn, { rowspan: 2 }),
      ...on.map((name) => html("th", { scope: "colgroup", colspan: 3 }, fig.looks[name].label)),
    ),
    html("tr", {}, ...on.flatMap(() => numbers.map((text) => column(text)))),
  ];
}
function cellsOf(r, k, surface) {
  if (k > r.last) return ["–", "–", words.diverged];
  return [shortText(r.xs[k]), shortText(r.ys[k]), levelText(surface, r.losses[k])];
}
function rowsOfAll(fig, on) {
  const last = fig.state.steps;
  const every = Math.ceil(last / 20);
  const steps = [];
  for (let k = 0; k < last; k += every) steps.push(k);
  return [...steps, last].map((k) =>
    row(
      k,
      on.flatMap((name) => cellsOf(fig.runs[name], k, fig.surface)),
    ),
  );
}

// Every step of one rule: where it led, what it read and remembered, and how long it was.
function headOfOne(fig, name) {
  const { names } = fig.program.rules[name];
  const rate = fig.variation(name).shares.length ? ["*η*"] : [];
  const place = [words.stepColumn, "*x*, *y*", levelColumn(fig.surface)];
  const columns = [...place, ...rate, words.slopeColumn, ...names.map((text) => `*${text}*`), words.lengthColumn];
  return [html("tr", {}, ...columns.map((text) => column(text)))];
}
function rowsOfOne(fig, name) {
  const { hyper, last, lostAt, losses } = fig.runs[name];
  const { shares } = fig.variation(name);
  const level = (k) => (k > last ? words.diverged : levelText(fig.surface, losses[k]));
  const nothing = fig.program.rules[name].names.map(() => "0");
  const rows = [row(0, [pairText(fig.state.start), level(0), ...(shares.length ? ["–"] : []), "–", ...nothing, "–"])];
  const steps = stepsOf(fig.ruleOf(name), hyper, fig.noisy, fig.state.start);
  for (let k = 1; k <= (lostAt || last); k++) {
    const { from, to, slope, memory } = steps.next().value;
    const rate = shares.length ? [rateText(hyper.lr * shares[k - 1])] : [];
    const length = shortText(size(minus(to, from)));
    rows.push(
      row(k, [pairText(to), level(k), ...rate, slope ? pairText(slope) : "–", ...memory.map(pairText), length]),
    );
  }
  return rows;
}

function chooserOf(choose) {
  const select = html("select", { class: "which", onchange: choose });
  const draw = (fig, on) => {
    const text = on.join();
    if (select.written === text) return;
    select.written = text;
    const { value } = select;
    const options = on.map((name) => html("option", { value: name }, fig.looks[name].label));
    select.replaceChildren(html("option", { value: "" }, words.allOfThem), ...options);
    select.value = on.includes(value) ? value : "";
  };
  return { select, draw };
}

export function tablePart(fig) {
  const { state } = fig;
  let stale = true;
  const change = () => {
    stale = true;
    fig.change("view");
  };
  const table = html("table");
  const { select, draw: drawChoice } = chooserOf(change);
  const scroller = html("div", { class: "scroller", tabindex: 0, role: "region", "aria-label": words.table }, table);
  const node = html(
    "details",
    { class: "as-table", ontoggle: () => fig.change("view") },
    html("summary", {}, words.table),
    html("label", { class: "map-rule" }, `${words.tableRule} `, select),
    scroller,
  );
  const draw = (dirty) => {
    veil(node, state.asking);
    stale ||= Boolean(dirty.run);
    if (!node.open || !stale || state.asking) return;
    const on = fig.on();
    drawChoice(fig, on);
    stale = false;
    const [head, rows] = select.value
      ? [headOfOne(fig, select.value), rowsOfOne(fig, select.value)]
      : [headOfAll(fig, on), rowsOfAll(fig, on)];
    table.replaceChildren(html("thead", {}, ...head), html("tbody", {}, ...rows));
  };
  const fold = () => {
    node.open = false;
  };
  return { node, draw, fold };
}
