import { clamp, colour, HALO, marker, power, set, svg } from "./elements.js";

/* ---------- charts: lines, bars, histograms and heat maps, as descent.draw makes them -- */
const finiteNumbers = (values) => values.filter((v) => Number.isFinite(v));
export const WIDE_LETTER = 6.1; // pixels of an average letter at 11 px

// From numbers to pixels: `scale(v)` with `scale.low`, `scale.high` and `scale.log`.
export function makeScale([low, high], log, from, to) {
  const f = log ? Math.log10 : (v) => v, a = f(low), b = f(high);
  return Object.assign((v) => from + ((f(v) - a) / (b - a || 1)) * (to - from), { low, high, log });
}

function ticksOf({ low, high, log }, room) { // at most about `room` of them
  if (log && high / low >= 8) {
    const first = Math.ceil(Math.log10(low) - 1e-9), last = Math.floor(Math.log10(high) + 1e-9);
    const every = Math.ceil((last - first + 1) / room), all = [];
    for (let e = every * Math.ceil(first / every); e <= last; e += every) all.push(10 ** e);
    if (all.length > 1) return all;
  }
  const step = [1, 2, 5, 10].map((m) => m * 10 ** Math.floor(Math.log10((high - low) / room))).find((s) => (high - low) / s <= room);
  const all = [];
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + step * 1e-9; k++) all.push(Number((k * step).toPrecision(12)));
  return log ? all.filter((v) => v > 0) : all;
}

function tickTexts(values, log) { // of one kind: 10⁻⁵, 10⁻³ and 10⁻¹ rather than 10⁻⁵, 0.001 and 0.1
  const raised = log && values.some((v) => v < 0.001 || v >= 1e5) && values.every((v) => Number.isInteger(Math.round(1e9 * Math.log10(v)) / 1e9));
  return values.map((v) => (raised ? power(Math.round(Math.log10(v))) : tickText(v)));
}
export function tickText(v) {
  const size = Math.abs(v), e = Math.log10(size);
  if (v === 0 || (size >= 0.001 && size < 1e5)) return String(Number(v.toPrecision(6))).replace("-", "−");
  if (Math.abs(e - Math.round(e)) < 1e-9) return (v < 0 ? "−" : "") + power(Math.round(e));
  const whole = Math.floor(e);
  return `${v < 0 ? "−" : ""}${Number((size / 10 ** whole).toPrecision(3))}·${power(whole)}`;
}

// The smallest and the largest number with a little air around; `base` is a number that must be seen, such as 0.
// An axis's own limits, where it has them, go first.
function limitsOf(values, log, own, { base = null, air = 0.04 } = {}) {
  let low = base ?? Infinity, high = base ?? -Infinity;
  for (const v of values) if (Number.isFinite(v) && (!log || v > 0)) { low = Math.min(low, v); high = Math.max(high, v); }
  if (low === Infinity) [low, high] = log ? [0.1, 1] : [0, 1];
  if (low === high) [low, high] = log ? [low / 2, high * 2] : [low - (Math.abs(low) || 1) / 2, high + (Math.abs(high) || 1) / 2];
  const stretch = log ? (high / low) ** air : (high - low) * air;
  const airy = log ? [low / stretch, high * stretch] : [low === base ? low : low - stretch, high === base ? high : high + stretch];
  return [own?.[0] ?? airy[0], own?.[1] ?? airy[1]];
}

export const line = (xs, ys) => { // a gap where a number is missing
  let path = "", pen = "M";
  xs.forEach((x, i) => {
    if (Number.isFinite(x) && Number.isFinite(ys[i])) {
      path += `${pen}${Math.round(10 * x) / 10} ${Math.round(10 * clamp(ys[i], -4000, 4000)) / 10}`;
      pen = "L";
    } else pen = "M";
  });
  return path;
};
const text = (x, y, words, attributes = {}) => svg("text", { x, y, ...attributes }, words);
const longest = (series) => Math.max(0, ...series.map(({ label }) => label.length)); // in letters
const numbered = (values, log) => values.map((v) => (v === null || (log && v <= 0) ? NaN : v));

// Axes with their grid, words and named lines; the plot's box is [left, top, right, bottom].
export function axes(panel, x, y, [left, top, right, bottom], { gridX = false, gridY = true, yTicks = true } = {}) {
  const nodes = [], ticks = ticksOf(x, clamp(Math.floor((right - left) / 58), 2, 7));
  const xTexts = tickTexts(ticks, x.log);
  for (const [i, v] of ticks.entries()) {
    if (gridX) nodes.push(svg("line", { x1: x(v), x2: x(v), y1: top, y2: bottom, stroke: "var(--rule)", "stroke-width": 0.6 }));
    nodes.push(text(x(v), bottom + 15, xTexts[i], { "text-anchor": "middle" }));
  }
  const ups = yTicks ? ticksOf(y, clamp(Math.floor((bottom - top) / 34), 2, 7)) : [], yTexts = tickTexts(ups, y?.log);
  for (const [i, v] of ups.entries()) {
    if (gridY) nodes.push(svg("line", { x1: left, x2: right, y1: y(v), y2: y(v), stroke: "var(--rule)", "stroke-width": 0.6 }));
    nodes.push(text(left - 5, y(v) + 3.5, yTexts[i], { "text-anchor": "end" }));
  }
  nodes.push(svg("line", { x1: left, x2: right, y1: bottom, y2: bottom, stroke: "var(--ink3)", "stroke-width": 1 }));
  if (panel.xlabel) nodes.push(text((left + right) / 2, bottom + 30, panel.xlabel, { "text-anchor": "middle" }));
  if (panel.ylabel) nodes.push(text(0, 9, panel.ylabel));
  return nodes;
}
export function namedLines(levels = [], stops = [], x, y, [left, top, right, bottom]) {
  const dashed = { stroke: "var(--ink3)", "stroke-dasharray": "2 3" };
  const inside = (scale, v) => v >= scale.low && v <= scale.high;
  return [
    ...levels.filter(([v]) => inside(y, v)).flatMap(([v, words]) =>
      [svg("line", { x1: left, x2: right, y1: y(v), y2: y(v), ...dashed }), text(left + 4, y(v) - 4, words, { style: HALO })]),
    ...stops.filter(([v]) => inside(x, v)).flatMap(([v, words]) => {
      const flip = x(v) > right - words.length * WIDE_LETTER - 6;
      return [svg("line", { x1: x(v), x2: x(v), y1: top, y2: bottom, ...dashed }),
        text(x(v) + (flip ? -4 : 4), top + 9, words, { style: HALO, "text-anchor": flip ? "end" : "start" })];
    }),
  ];
}

// Names beside the ends of the curves, pushed apart where two would overlap.
export function endLabels(ends, right, top, bottom, gap = 13) {
  const places = ends.map((end) => ({ ...end, y: clamp(end.y, top, bottom) })).sort((a, b) => a.y - b.y);
  places.forEach((place, i) => { if (i) place.y = Math.max(place.y, places[i - 1].y + gap); });
  const over = places.length ? Math.max(0, places.at(-1).y - bottom) : 0;
  return places.map(({ y, label, look }) => text(right + 5, y - over + 3.5, label, { style: `${colour(look)};fill:var(--c)` }));
}

const CHARTS = {
  lines(node, panel, limits, width, height, rows) {
    const named = panel.labelled ? Math.min(0.36 * width, 10 + WIDE_LETTER * longest(panel.curves)) : 10;
    const box = [42, panel.ylabel ? 18 : 8, width - named, height - (panel.xlabel ? 38 : 22)];
    const x = makeScale(limits.x, panel.log.includes("x"), box[0], box[2]), y = makeScale(limits.y, panel.log.includes("y"), box[3], box[1]);
    const clip = node.id + "-clip", ends = [], curves = svg("g", { "clip-path": `url(#${clip})` });
    for (const c of panel.curves) {
      const xs = numbered(rows[c.x], x.log), ys = numbered(rows[c.y], y.log), px = xs.map(x), py = ys.map(y);
      if (c.low !== undefined) {
        const edge = (row) => rows[row].map((v) => y(y.log ? Math.max(v, y.low / 10) : v));
        const band = line([...px, ...[...px].reverse()], [...edge(c.low), ...edge(c.high).reverse()]);
        curves.append(svg("path", { d: band, fill: "var(--c)", "fill-opacity": 0.18, style: colour(c.look) }));
      }
      const last = ys.reduce((found, v, i) => (Number.isFinite(v) && Number.isFinite(xs[i]) && xs[i] <= x.high * (1 + 1e-9) ? i : found), -1);
      curves.append(svg("path", { d: line(px, py), fill: "none", stroke: "var(--c)", "stroke-width": c.look.width * 0.9, "stroke-dasharray": c.look.dash,
        "stroke-linejoin": "round", style: colour(c.look), "data-part": "curve", "data-name": c.name, "data-end": last < 0 ? "" : `${xs[last]},${ys[last]}` }));
      if (last >= 0 && panel.labelled) ends.push({ y: py[last], label: c.label, look: c.look });
      if (px.length === 1) curves.append(svg("path", { d: marker(c.look, 4), transform: `translate(${px[0]} ${py[0]})`, fill: "var(--c)", style: colour(c.look) }));
    }
    node.append(svg("clipPath", { id: clip }, svg("rect", { x: box[0], y: box[1] - 2, width: Math.max(0, box[2] - box[0] + 2), height: Math.max(0, box[3] - box[1] + 4) })),
      ...axes(panel, x, y, box), curves, ...namedLines(panel.levels, panel.stops, x, y, box), ...endLabels(ends, box[2], box[1], box[3]));
  },

  histogram(node, panel, limits, width, height, rows) {
    const box = [42, panel.ylabel || panel.curves.length > 1 ? 18 : 8, width - 10, height - (panel.xlabel ? 38 : 22)];
    const x = makeScale(limits.x, false, box[0], box[2]), y = makeScale(limits.y, false, box[3], box[1]);
    node.append(...axes(panel, x, y, box));
    let place = width - 10;
    for (const c of [...panel.curves].reverse()) {
      const edges = rows[c.x], shares = rows[c.y];
      const path = `M${x(edges[0])} ${y(0)}` + shares.map((v, i) => `V${Math.round(10 * y(Math.min(v, y.high))) / 10}H${Math.round(10 * x(edges[i + 1])) / 10}`).join("") + `V${y(0)}`;
      node.append(svg("path", { d: path, fill: "var(--c)", "fill-opacity": 0.18, stroke: "var(--c)", "stroke-width": 1.4, style: colour(c.look), "data-part": "curve", "data-name": c.name }));
      if (panel.curves.length > 1) {
        node.append(text(place, 9, c.label, { "text-anchor": "end", style: `${colour(c.look)};fill:var(--c)` }));
        place -= c.label.length * WIDE_LETTER + 10;
      }
    }
  },

  bars(node, panel, limits, width, height, rows) {
    const named = Math.min(0.4 * width, 10 + WIDE_LETTER * longest(panel.bars));
    const box = [named, panel.levels?.length ? 16 : 6, width - 12, height - (panel.xlabel ? 38 : 22)], room = (box[3] - box[1]) / panel.bars.length;
    const x = makeScale(limits.x, panel.log.includes("x"), box[0], box[2]);
    node.append(...axes(panel, x, null, box, { gridX: true, yTicks: false }));
    panel.bars.forEach((b, i) => {
      const [value] = rows[b.y], middle = box[1] + (i + 0.5) * room, thick = Math.min(22, room * 0.62), style = colour(b.look);
      node.append(text(box[0] - 6, middle + 3.5, b.label, { "text-anchor": "end" }));
      if (value === null) return;
      const zero = x(x.log ? x.low : clamp(0, x.low, x.high)), end = clamp(x(x.log ? Math.max(value, x.low) : value), box[0], box[2]);
      node.append(svg("rect", { x: Math.min(zero, end), y: middle - thick / 2, width: Math.max(1, Math.abs(end - zero)), height: thick, rx: 1.5,
        fill: "var(--c)", "fill-opacity": 0.85, style, "data-part": "bar", "data-name": b.name, "data-value": value }));
      if (b.low === undefined) return;
      const [low, high] = [rows[b.low][0], rows[b.high][0]].map((v) => clamp(x(x.log ? Math.max(v, x.low) : v), box[0], box[2]));
      const whisker = `M${low} ${middle - 4}v8m0 -4H${high}m0 -4v8`;
      for (const [stroke, thickness] of [["var(--paper)", 3.6], ["var(--ink)", 1.4]]) node.append(svg("path", { d: whisker, fill: "none", stroke, "stroke-width": thickness }));
    });
    for (const [v, words] of panel.levels ?? []) {
      const flip = x(v) > width - words.length * WIDE_LETTER - 8;
      node.append(svg("line", { x1: x(v), x2: x(v), y1: box[1] - 4, y2: box[3], stroke: "var(--ink3)", "stroke-dasharray": "2 3" }),
        text(x(v) + (flip ? -3 : 3), 9, words, { "text-anchor": flip ? "end" : "start" }));
    }
  },

  heat(node, panel, limits, width, height, rows) {
    const box = [42, panel.ylabel ? 18 : 8, width - 62, height - (panel.xlabel ? 38 : 22)], xs = rows[panel.x], ys = rows[panel.y], values = rows[panel.values];
    const x = makeScale(edgesOf(xs, panel.log.includes("x")), panel.log.includes("x"), box[0], box[2]);
    const y = makeScale(edgesOf(ys, panel.log.includes("y")), panel.log.includes("y"), box[3], box[1]);
    const [low, high] = limits.value, cells = svg("g", { "shape-rendering": "crispEdges", "data-part": "heat" });
    const tone = (v) => mixed(panel.colours, clamp((v - low) / (high - low || 1), 0, 1));
    const across = borders(xs.map(x)), down = borders(ys.map(y));
    ys.forEach((_, j) => xs.forEach((_, i) => {
      const v = values[j * xs.length + i];
      if (v === null) return;
      cells.append(svg("rect", { x: across[i], y: Math.min(down[j], down[j + 1]), width: across[i + 1] - across[i], height: Math.abs(down[j + 1] - down[j]), fill: tone(v) }));
    }));
    const lines = panel.borders.flatMap(([a, b]) => [["var(--paper)", 4], ["var(--ink)", 1.6]].map(([stroke, thick]) =>
      svg("path", { d: line(rows[a].map(x), rows[b].map(y)), fill: "none", stroke, "stroke-width": thick })));
    const marks = panel.marks.map(([words, a, b]) => text(x(a), y(b) + 3.5, words, { "text-anchor": "middle", style: `fill:var(--ink);${HALO}` }));
    node.append(cells, ...axes(panel, x, y, box, { gridY: false }), ...lines, ...marks, ...legend(panel, [low, high], box, width));
  },
};

const borders = (p) => [p[0] - (p[1] - p[0]) / 2, ...p.slice(1).map((v, i) => (v + p[i]) / 2), p.at(-1) + (p.at(-1) - p.at(-2)) / 2];
const edgesOf = (values, log) => { // half a cell beyond the first and the last number
  const edges = borders(values.map((v) => (log ? Math.log10(v) : v)));
  return [edges[0], edges.at(-1)].map((v) => (log ? 10 ** v : v));
};
function mixed(colours, part) {
  const at = part * (colours.length - 1), i = Math.min(Math.floor(at), colours.length - 2);
  return `color-mix(in srgb, ${colours[i + 1]} ${Math.round(100 * (at - i))}%, ${colours[i]})`;
}
function legend(panel, [low, high], [, top, right, bottom], width) {
  const y = makeScale([low, high], false, bottom, top), tall = (bottom - top) / 16;
  return [
    ...Array.from({ length: 16 }, (_, i) => svg("rect", { x: right + 10, y: bottom - (i + 1) * tall, width: 9, height: tall + 0.5, fill: mixed(panel.colours, (i + 0.5) / 16) })),
    ...ticksOf(y, 4).map((v) => text(right + 23, y(v) + 3.5, tickText(v))),
    ...(panel.bar ? [text(width, 9, panel.bar, { "text-anchor": "end" })] : []),
  ];
}

// The limits that all panels at one place share: those of their numbers, unless a panel gives its own.
export function sharedLimits(panels, rows) {
  const of = (keys) => panels.flatMap((p) => (p.curves ?? p.bars).flatMap((c) => keys.flatMap((key) => (c[key] === undefined ? [] : rows[c[key]]))));
  const [{ kind, log = "" }] = panels;
  if (kind === "heat") {
    const values = finiteNumbers(panels.flatMap((p) => rows[p.values])), both = values.reduce(([a, b], v) => [Math.min(a, v), Math.max(b, v)], [Infinity, -Infinity]);
    return (panel) => ({ value: panel.limits ?? both });
  }
  if (kind === "bars") {
    const values = [...of(["y", "low", "high"]), ...panels.flatMap((p) => (p.levels ?? []).map(([v]) => v))];
    return (panel) => ({ x: limitsOf(values, log.includes("x"), panel.xlim, { base: log.includes("x") ? null : 0 }) });
  }
  const xs = of(["x"]), ys = of(["y", "low", "high"]);
  return (panel) => ({ x: limitsOf(xs, log.includes("x"), panel.xlim, { air: 0 }), y: limitsOf(ys, log.includes("y"), panel.ylim, { base: kind === "histogram" ? 0 : null }) });
}

// Draw a panel into an empty svg of the given size.
export function chart(node, panel, limits, width, height, rows) {
  node.replaceChildren();
  set(node, { width, height, viewBox: `0 0 ${width} ${height}` });
  CHARTS[panel.kind](node, panel, limits(panel), width, height, rows);
}
