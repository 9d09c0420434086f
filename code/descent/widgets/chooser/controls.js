// What is chosen with: a slider or buttons for each knob, and chips that hide curves.
import { words } from "./words.js";
import { html, write } from "../shared/elements.js";
import { roam, segments, slider, stopAt } from "../shared/inputs.js";
import { colour, sample } from "../shared/looks.js";

const WIDE = 7; // pixels of an average letter under a slider

function buttonsOf(knob, title, choose) {
  const items = knob.texts.map((said, i) => [String(i), said]);
  const row = segments(knob.label, "radio", items, (i) => choose(Number(i)));
  const head = html("div", { class: "knob-head", "aria-hidden": "true" }, title);
  return { node: html("div", { class: "knob buttons" }, head, row.node), put: (i) => row.mark(String(i)) };
}

export function knobOf(knob, name, choose) {
  const title = html("span", {}, knob.label);
  if (!knob.slider) return buttonsOf(knob, title, choose);
  const head = html("b");
  const last = knob.texts.length - 1;
  const input = slider(name, knob.label, { min: 0, max: last, step: 1 }, choose);
  const ticks = html("div", { "aria-hidden": "true" });
  const track = html("div", { class: "track" }, input.node, ticks);
  const put = (i) => {
    input.put(i, knob.texts[i]);
    write(head, knob.texts[i]);
  };
  // Every value has its mark; all are named where there is room, else the first and the last.
  const size = () => {
    const tight = WIDE * knob.texts.join("  ").length > track.clientWidth;
    const tick = (said, i) => {
      const place = { class: "tick", style: `left: calc(7px + (100% - 14px) * ${i / last})` };
      return html("span", place, html("span", {}, tight && i && i < last ? "" : said));
    };
    ticks.replaceChildren(...knob.texts.map(tick));
  };
  return { node: html("div", { class: "knob" }, html("div", { class: "knob-head" }, title, head), track), put, size };
}

export function chipsOf(series, off, change) {
  const node = html("div", { class: "chips", role: "toolbar", "aria-label": words.legend });
  for (const { name, label, look } of series) {
    const toggle = () => {
      if (!off.delete(name)) off.add(name);
      chip.setAttribute("aria-pressed", !off.has(name));
      change();
    };
    const chip = html(
      "button",
      {
        type: "button",
        class: "chip",
        "data-rule": name,
        "aria-pressed": "true",
        style: colour(look),
        onclick: toggle,
      },
      html("span", { class: "long" }, label),
      html("span", { class: "short" }, words.short[label] ?? label),
      sample(look),
    );
    node.append(chip);
  }
  const stop = (chip) => stopAt(node, chip);
  roam(node, stop);
  stop(node.firstChild);
  return node;
}
