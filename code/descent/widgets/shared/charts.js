// Charts: lines, bars, histograms and heat maps, as descent.draw makes them.
import { set, svg } from "./elements.js";
import { colour, HALO, marker } from "./looks.js";
import { clamp, tickText } from "./numbers.js";
import { axes, endLabels, line, longest, namedLines, numbered, text, WIDE_LETTER } from "./axes.js";
import { limitsOf, makeScale, ticksOf } from "./scales.js";

// A curve with its band and, where it is one point, its marker; and the place of its end, where it has one.
function curveOf(c, x, y, rows) {
  const xs = numbered(rows[c.x], x.log);
  const ys = numbered(rows[c.y], y.log);
  const px = xs.map(x);
  const py = ys.map(y);
  const nodes = [];
  if (c.low !== undefined) {
    const edge = (row) => rows[row].map((v) => y(y.log ? Math.max(v, y.low / 10) : v));
    const band = line([...px, ...[...px].reverse()], [...edge(c.low), ...edge(c.high).reverse()]);
    nodes.push(svg("path", { d: band, fill: "var(--c)", "fill-opacity": 0.18, style: colour(c.look) }));
  }
  const last = ys.reduce(
    (found, v, i) => (Number.isFinite(v) && Number.isFinite(xs[i]) && xs[i] <= x.high * (1 + 1e-9) ? i : found),
    -1,
  );
  nodes.push(
    svg("path", {
      d: line(px, py),
      fill: "none",
      stroke: "var(--c)",
      "stroke-width": c.look.width * 0.9,
      "stroke-dasharray": c.look.dash,
      "stroke-linejoin": "round",
      style: colour(c.look),
      "data-part": "curve",
      "data-name": c.name,
      "data-end": last < 0 ? "" : `${xs[last]},${ys[last]}`,
    }),
  );
  if (px.length === 1) {
    const place = { transform: `translate(${px[0]} ${py[0]})`, fill: "var(--c)", style: colour(c.look) };
    nodes.push(svg("path", { d: marker(c.look, 4), ...place }));
  }
  return { nodes, end: last < 0 ? null : { y: py[last], label: c.label, look: c.look } };
}

const CHARTS = {
  lines(node, panel, limits, width, height, rows) {
    const named = panel.labelled ? Math.min(0.36 * width, 10 + WIDE_LETTER * longest(panel.curves)) : 10;
    const box = [42, panel.ylabel ? 18 : 8, width - named, height - (panel.xlabel ? 38 : 22)];
    const x = makeScale(limits.x, panel.log.includes("x"), box[0], box[2]);
    const y = makeScale(limits.y, panel.log.includes("y"), box[3], box[1]);
    const clip = node.id + "-clip";
    const drawn = panel.curves.map((c) => curveOf(c, x, y, rows));
    const curves = svg("g", { "clip-path": `url(#${clip})` }, ...drawn.flatMap(({ nodes }) => nodes));
    const ends = panel.labelled ? drawn.flatMap(({ end }) => (end ? [end] : [])) : [];
    node.append(
      svg(
        "clipPath",
        { id: clip },
        svg("rect", {
          x: box[0],
          y: box[1] - 2,
          width: Math.max(0, box[2] - box[0] + 2),
          height: Math.max(0, box[3] - box[1] + 4),
        }),
      ),
      ...axes(panel, x, y, box),
      curves,
      ...namedLines(panel.levels, panel.stops, x, y, box),
      ...endLabels(ends, box[2], box[1], box[3]),
    );
  },

  histogram(node, panel, limits, width, height, rows) {
    const box = [42, panel.ylabel || panel.curves.length > 1 ? 18 : 8, width - 10, height - (panel.xlabel ? 38 : 22)];
    const x = makeScale(limits.x, false, box[0], box[2]);
    const y = makeScale(limits.y, false, box[3], box[1]);
    node.append(...axes(panel, x, y, box));
    let place = width - 10;
    for (const c of [...panel.curves].reverse()) {
      const edges = rows[c.x];
      const shares = rows[c.y];
      const path =
        `M${x(edges[0])} ${y(0)}` +
        shares
          .map((v, i) => `V${Math.round(10 * y(Math.min(v, y.high))) / 10}H${Math.round(10 * x(edges[i + 1])) / 10}`)
          .join("") +
        `V${y(0)}`;
      node.append(
        svg("path", {
          d: path,
          fill: "var(--c)",
          "fill-opacity": 0.18,
          stroke: "var(--c)",
          "stroke-width": 1.4,
          style: colour(c.look),
          "data-part": "curve",
          "data-name": c.name,
        }),
      );
      if (panel.curves.length > 1) {
        node.append(text(place, 9, c.label, { "text-anchor": "end", style: `${colour(c.look)};fill:var(--c)` }));
        place -= c.label.length * WIDE_LETTER + 10;
      }
    }
  },

  bars(node, panel, limits, width, height, rows) {
    const named = Math.min(0.4 * width, 10 + WIDE_LETTER * longest(panel.bars));
    const box = [named, panel.levels?.length ? 16 : 6, width - 12, height - (panel.xlabel ? 38 : 22)];
    const room = (box[3] - box[1]) / panel.bars.length;
    const x = makeScale(limits.x, panel.log.includes("x"), box[0], box[2]);
    node.append(...axes(panel, x, null, box, { gridX: true, yTicks: false }));
    panel.bars.forEach((b, i) => {
      const [value] = rows[b.y];
      const middle = box[1] + (i + 0.5) * room;
      const thick = Math.min(22, room * 0.62);
      const style = colour(b.look);
      node.append(text(box[0] - 6, middle + 3.5, b.label, { "text-anchor": "end" }));
      if (value === null) return;
      const zero = x(x.log ? x.low : clamp(0, x.low, x.high));
      const end = clamp(x(x.log ? Math.max(value, x.low) : value), box[0], box[2]);
      node.append(
        svg("rect", {
          x: Math.min(zero, end),
          y: middle - thick / 2,
          width: Math.max(1, Math.abs(end - zero)),
          height: thick,
          rx: 1.5,
          fill: "var(--c)",
          "fill-opacity": 0.85,
          style,
          "data-part": "bar",
          "data-name": b.name,
          "data-value": value,
        }),
      );
      if (b.low === undefined) return;
      const [low, high] = [rows[b.low][0], rows[b.high][0]].map((v) =>
        clamp(x(x.log ? Math.max(v, x.low) : v), box[0], box[2]),
      );
      const whisker = `M${low} ${middle - 4}v8m0 -4H${high}m0 -4v8`;
      for (const [stroke, thickness] of [
        ["var(--paper)", 3.6],
        ["var(--ink)", 1.4],
      ])
        node.append(svg("path", { d: whisker, fill: "none", stroke, "stroke-width": thickness }));
    });
    for (const [v, words] of panel.levels ?? []) {
      const flip = x(v) > width - words.length * WIDE_LETTER - 8;
      node.append(
        svg("line", {
          x1: x(v),
          x2: x(v),
          y1: box[1] - 4,
          y2: box[3],
          stroke: "var(--ink3)",
          "stroke-dasharray": "2 3",
        }),
        text(x(v) + (flip ? -3 : 3), 9, words, { "text-anchor": flip ? "end" : "start" }),
      );
    }
  },

  heat(node, panel, limits, width, height, rows) {
    const box = [42, panel.ylabel ? 18 : 8, width - 62, height - (panel.xlabel ? 38 : 22)];
    const xs = rows[panel.x];
    const ys = rows[panel.y];
    const values = rows[panel.values];
    const x = makeScale(edgesOf(xs, panel.log.includes("x")), panel.log.includes("x"), box[0], box[2]);
    const y = makeScale(edgesOf(ys, panel.log.includes("y")), panel.log.includes("y"), box[3], box[1]);
    const [low, high] = limits.value;
    const cells = svg("g", { "shape-rendering": "crispEdges", "data-part": "heat" });
    const tone = (v) => mixed(panel.colours, clamp((v - low) / (high - low || 1), 0, 1));
    const across = borders(xs.map(x));
    const down = borders(ys.map(y));
    ys.forEach((_, j) =>
      xs.forEach((_, i) => {
        const v = values[j * xs.length + i];
        if (v === null) return;
        cells.append(
          svg("rect", {
            x: across[i],
            y: Math.min(down[j], down[j + 1]),
            width: across[i + 1] - across[i],
            height: Math.abs(down[j + 1] - down[j]),
            fill: tone(v),
          }),
        );
      }),
    );
    const lines = panel.borders.flatMap(([a, b]) =>
      [
        ["var(--paper)", 4],
        ["var(--ink)", 1.6],
      ].map(([stroke, thick]) =>
        svg("path", { d: line(rows[a].map(x), rows[b].map(y)), fill: "none", stroke, "stroke-width": thick }),
      ),
    );
    const marks = panel.marks.map(([words, a, b]) =>
      text(x(a), y(b) + 3.5, words, { "text-anchor": "middle", style: `fill:var(--ink);${HALO}` }),
    );
    node.append(
      cells,
      ...axes(panel, x, y, box, { gridY: false }),
      ...lines,
      ...marks,
      ...legend(panel, [low, high], box, width),
    );
  },
};

const borders = (p) => [
  p[0] - (p[1] - p[0]) / 2,
  ...p.slice(1).map((v, i) => (v + p[i]) / 2),
  p.at(-1) + (p.at(-1) - p.at(-2)) / 2,
];
// Half a cell beyond the first and the last number.
const edgesOf = (values, log) => {
  const edges = borders(values.map((v) => (log ? Math.log10(v) : v)));
  return [edges[0], edges.at(-1)].map((v) => (log ? 10 ** v : v));
};
function mixed(colours, part) {
  const at = part * (colours.length - 1);
  const i = Math.min(Math.floor(at), colours.length - 2);
  return `color-mix(in srgb, ${colours[i + 1]} ${Math.round(100 * (at - i))}%, ${colours[i]})`;
}
function legend(panel, [low, high], [, top, right, bottom], width) {
  const y = makeScale([low, high], false, bottom, top);
  const tall = (bottom - top) / 16;
  return [
    ...Array.from({ length: 16 }, (_, i) =>
      svg("rect", {
        x: right + 10,
        y: bottom - (i + 1) * tall,
        width: 9,
        height: tall + 0.5,
        fill: mixed(panel.colours, (i + 0.5) / 16),
      }),
    ),
    ...ticksOf(y, 4).map((v) => text(right + 23, y(v) + 3.5, tickText(v))),
    ...(panel.bar ? [text(width, 9, panel.bar, { "text-anchor": "end" })] : []),
  ];
}

const finiteNumbers = (values) => values.filter((v) => Number.isFinite(v));

// The limits that all panels at one place share: those of their numbers, unless a panel gives its own.
export function sharedLimits(panels, rows) {
  const of = (keys) =>
    panels.flatMap((p) =>
      (p.curves ?? p.bars).flatMap((c) => keys.flatMap((key) => (c[key] === undefined ? [] : rows[c[key]]))),
    );
  const [{ kind, log = "" }] = panels;
  if (kind === "heat") {
    const values = finiteNumbers(panels.flatMap((p) => rows[p.values]));
    const both = values.reduce(([a, b], v) => [Math.min(a, v), Math.max(b, v)], [Infinity, -Infinity]);
    return (panel) => ({ value: panel.limits ?? both });
  }
  if (kind === "bars") {
    const values = [...of(["y", "low", "high"]), ...panels.flatMap((p) => (p.levels ?? []).map(([v]) => v))];
    return (panel) => ({ x: limitsOf(values, log.includes("x"), panel.xlim, { base: log.includes("x") ? null : 0 }) });
  }
  const xs = of(["x"]);
  const ys = of(["y", "low", "high"]);
  return (panel) => ({
    x: limitsOf(xs, log.includes("x"), panel.xlim, { air: 0 }),
    y: limitsOf(ys, log.includes("y"), panel.ylim, { base: kind === "histogram" ? 0 : null }),
  });
}

// Draw a panel into an empty svg of the given size.
export function chart(node, panel, limits, width, height, rows) {
  node.replaceChildren();
  set(node, { width, height, viewBox: `0 0 ${width} ${height}` });
  CHARTS[panel.kind](node, panel, limits(panel), width, height, rows);
}
