// A link opens the state that it carries, when the page is loaded and whenever its address changes.
import { clamp } from "../shared/numbers.js";
import { bringForward, linksInAddress } from "./address.js";
import { linkText, ownInLink, readLink } from "./link.js";
import { words } from "./words.js";

export function addLinks(fig, root, key) {
  const { state } = fig;
  fig.link = () => linkText(state, fig.initial);
  const open = (event, tried = false) => {
    const links = linksInAddress();
    const text = links.get(key);
    if (text === undefined) return;
    if (links.keys().next().value === key) bringForward(root);
    if (text === fig.link()) return;
    const own = ownInLink(text);
    if (own && !tried) {
      // which has to be read first
      fig
        .useFormula(own)
        .catch(() => {})
        .then(() => open(null, true));
      return;
    }
    fig.begin();
    const good = readLink(text, { ...fig, surfaces: fig.program.surfaces });
    fig.useSurface();
    if (!fig.parts.map.shows(state.start)) state.start = state.start.map((v, c) => clamp(v, ...fig.surface.window[c]));
    fig.change("surface");
    if (!good) {
      fig.drawNow();
      fig.say(words.oldLink);
    }
  };
  const hear = () => {
    if (!key) return;
    open();
    addEventListener("hashchange", open);
  };
  return { hear, leave: () => removeEventListener("hashchange", open) };
}
