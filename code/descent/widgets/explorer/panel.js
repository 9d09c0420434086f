// Below the chart: the standings, or one step taken apart.
import { html, set, show, veil } from "../shared/elements.js";
import { segments } from "../shared/inputs.js";
import { words } from "./words.js";

export function panelPart(fig, standings, oneStep) {
  const { state, id } = fig;
  const tabs = segments(
    words.belowChart,
    "tab",
    [
      ["standings", words.standings],
      ["step", words.oneStep],
    ],
    (tab) => {
      state.tab = tab;
      if (tab === "step" && state.step >= state.steps) state.step = Math.min(8, state.steps - 1);
      fig.change("view");
    },
  );
  for (const tab of tabs.node.children) set(tab, { id: `${id}-${tab.dataset.value}`, "aria-controls": `${id}-panel` });
  const head = html("div", { class: "panel-head" }, tabs.node, oneStep.which);
  const node = html("div", { class: "panel", role: "tabpanel", id: `${id}-panel` }, standings.node, oneStep.node);
  const draw = () => {
    tabs.mark(state.tab);
    node.setAttribute("aria-labelledby", `${id}-${state.tab}`);
    veil(head, state.asking);
    veil(node, state.asking);
    show(standings.node, state.tab === "standings");
  };
  return { head, node, draw };
}
