// The layers of a contour map.
import { set, svg } from "../shared/elements.js";
import { outline } from "./contours.js";

// One translucent layer of paper per level: the valley is the colour of the page in both themes.
export function drawLevels(group, grid, levels, opacity) {
  while (group.childNodes.length > levels.length) group.lastChild.remove();
  levels.forEach((level, i) => {
    const path = group.childNodes[i] ?? group.appendChild(svg("path", { class: "level" }));
    set(path, { d: outline(grid, level), "fill-opacity": opacity });
  });
}
