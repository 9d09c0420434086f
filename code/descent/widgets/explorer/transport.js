// Below the map: play, pause, the step shown, and the ways out of a question and back to the beginning.
import { html, show, svg, write } from "../shared/elements.js";
import { say } from "../shared/say.js";
import { writeRich } from "./rich.js";
import { words } from "./words.js";

export function transportPart(fig) {
  const { state } = fig;
  const count = html("span", { class: "count" });
  const icon = svg("path", { fill: "currentColor" });
  const play = html(
    "button",
    { type: "button", class: "play", onclick: () => fig.playOrStop() },
    svg("svg", { viewBox: "0 0 12 12", "aria-hidden": "true" }, icon),
  );
  const predict = html("button", { type: "button", onclick: () => fig.askFirst(!state.asking) });
  const reset = html("button", { type: "button", onclick: () => fig.reset() }, words.reset);
  const node = html("div", { class: "transport foot" }, play, count, predict, reset);
  const draw = () => {
    writeRich(count, say(words.stepOfRich, { k: fig.step(), n: state.steps }));
    icon.setAttribute("d", fig.playing() ? "M2 1H5V11H2ZM7 1H10V11H7Z" : "M2 1L11 6L2 11Z");
    play.disabled = state.asking;
    play.setAttribute("aria-label", fig.playing() ? words.pause : fig.calm() ? words.tenSteps : words.play);
    show(predict, state.asking || state.more);
    write(predict, state.asking ? words.skip : words.predict);
  };
  return { node, draw, focus: () => play.focus() };
}
