// The maps below the figure: how one rule fares at every setting, and from every start.
import { html, show, veil } from "../shared/elements.js";
import { settingsMap, startsMap } from "./map_kinds.js";
import { words } from "./words.js";

// Calls `repaint` whenever the page turns light or dark; returns how to stop that.
function watchTheme(repaint) {
  const themes = new MutationObserver(repaint);
  const system = matchMedia("(prefers-color-scheme: dark)");
  for (const target of [document.documentElement, document.body])
    themes.observe(target, { attributeFilter: ["data-theme", "data-jp-theme-light"] });
  system.addEventListener("change", repaint);
  return () => {
    themes.disconnect();
    system.removeEventListener("change", repaint);
  };
}

export function mapsPart(fig) {
  const { state } = fig;
  const maps = [settingsMap(fig), startsMap(fig)];
  const which = html("select", {
    class: "which",
    "aria-label": words.mapRule,
    onchange: () => {
      state.who = which.value;
      fig.change("run");
    },
  });
  const toggle = (event) => {
    event.preventDefault();
    state.maps = !state.maps;
    fig.change("view");
  }; // `draw` opens and closes
  const node = html(
    "details",
    { class: "maps" },
    html("summary", { onclick: toggle }, words.maps),
    html("label", { class: "map-rule" }, `${words.mapRule} `, which),
    html("div", { class: "map-pair" }, ...maps.map((map) => map.node)),
  );
  const draw = () => {
    const on = fig.on();
    const text = on.join();
    show(node, on.length > 0);
    veil(node, state.asking);
    node.open = state.maps;
    if (!state.more || !node.open || state.asking || !on.length || !fig.seen) {
      for (const map of maps) map.leave();
      return;
    }
    if (which.written !== text) {
      which.written = text;
      which.replaceChildren(...on.map((rule) => html("option", { value: rule }, fig.looks[rule].label)));
    }
    which.value = fig.chosen();
    for (const map of maps) map.draw();
  };
  const unwatch = watchTheme(() => {
    for (const map of maps) map.repaint();
  });
  const leave = () => {
    unwatch();
    for (const map of maps) map.leave();
  };
  return { node, draw, leave };
}
