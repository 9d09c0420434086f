// The line in words, which is also read aloud once the figure has come to rest.
import { html, write } from "../shared/elements.js";
import { putInAddress } from "./address.js";
import { sentence } from "./sentence.js";
import { plain } from "./texts.js";
import { words } from "./words.js";
const REST = 280; // milliseconds without input

export function readoutPart(fig, key) {
  const { state } = fig;
  const node = html("p", { class: "readout", role: "status", "aria-live": "polite" });
  let said = "";
  let timer = 0;
  const verdictNow = () => (fig.verdict.on === fig.situation() ? fig.verdict.text : "");
  fig.inWords = () => {
    if (state.asking) return words.guess;
    if (fig.anatomyShown() && fig.on().length) return plain(fig.stepWords);
    return [verdictNow(), said].filter(Boolean).join(" ");
  };
  fig.rest = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      node.setAttribute("aria-busy", "false"); // now it is read aloud
      if (key && !fig.dragging && !fig.waits) putInAddress(key, fig.link());
    }, REST);
  };
  const speak = () => {
    if (fig.playing() && !state.asking && fig.verdict.on === fig.situation()) return; // the run is on its way to show it
    if (node.textContent === fig.inWords()) return;
    node.setAttribute("aria-busy", "true");
    write(node, fig.inWords());
  };
  const draw = (dirty) => {
    if (dirty.run && !state.asking) said = sentence(fig);
    speak();
    node.classList.toggle("unseen", fig.anatomyShown() && !state.asking && fig.on().length > 0);
  };
  return { node, draw, leave: () => clearTimeout(timer) };
}
