// The rules, to be switched on and off.
import { html, veil } from "../shared/elements.js";
import { roam, stopAt } from "../shared/inputs.js";
import { colour, sample } from "../shared/looks.js";
import { say } from "../shared/say.js";
import { rateText } from "./numbers.js";
import { writeRich } from "./rich.js";
import { short } from "./texts.js";
import { words } from "./words.js";

function chipOf(fig, name) {
  const look = fig.looks[name];
  const note = html("small");
  const chip = html(
    "button",
    {
      type: "button",
      class: "chip",
      "data-rule": name,
      style: colour(look),
      onclick: () => fig.toggle(name),
      onpointerenter: () => fig.highlight(name),
      onpointerleave: () => fig.highlight(null),
      onfocus: () => chip.matches(":focus-visible") && fig.highlight(name),
      onblur: () => fig.highlight(null),
    },
    html("span", { class: "long" }, look.label),
    html("span", { class: "short" }, short(look.label)),
    sample(look),
    note,
  );
  const draw = (r) => {
    const lost = r?.lostAt || 0;
    const lr = r?.hyper.lr;
    const rate = lr === undefined ? "" : rateText(lr);
    chip.setAttribute("aria-pressed", Boolean(r));
    chip.classList.toggle("lost", lost > 0);
    const text = lost
      ? fig.narrow()
        ? say(words.lostAt, { k: lost })
        : say(words.divergedAt, { k: lost })
      : rate
        ? say(words.rateNote, { rate })
        : "";
    writeRich(note, text);
  };
  return { chip, draw };
}

export function chipsPart(fig) {
  const chips = fig.names.map((name) => [name, chipOf(fig, name)]);
  const node = html(
    "div",
    { class: "chips", role: "toolbar", "aria-label": words.rules },
    ...chips.map(([, { chip }]) => chip),
  );
  const stop = (chip) => stopAt(node, chip);
  roam(node, stop);
  stop(node.firstChild);
  const draw = (dirty) => {
    veil(node, fig.state.asking);
    if (dirty.run) for (const [name, chip] of chips) chip.draw(fig.runs[name]);
  };
  const tone = (name) => getComputedStyle(node.querySelector(`[data-rule="${name}"] .sample line`)).stroke; // as it is drawn now
  return { node, draw, tone };
}
