// A link opens the state that it carries, when the page is loaded and whenever its address changes.
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
    fig.parts.map.bring(state.start);
    fig.change("surface");
    if (!good) fig.verdict = { text: words.oldLink, on: fig.situation() };
  };
  const hear = () => {
    if (!key) return;
    open();
    addEventListener("hashchange", open);
  };
  return { hear, leave: () => removeEventListener("hashchange", open) };
}
