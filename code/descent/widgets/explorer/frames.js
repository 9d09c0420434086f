// When the figure is drawn: in the next frame after a change, and when the page is idle if it is out of sight.
import { observeAnew } from "../shared/sizes.js";

const whenIdle = (work) =>
  globalThis.requestIdleCallback ? requestIdleCallback(work, { timeout: 500 }) : setTimeout(work, 60);
const dropIdle = (ticket) => (globalThis.cancelIdleCallback ? cancelIdleCallback(ticket) : clearTimeout(ticket));

// `draw(dirty)` is told what has changed: "size", "surface", "run", "rules", "view"; `look(seen)` is
// told when the figure comes into sight or out of it.
export function framesOf(root, draw, look) {
  let dirty = { size: true, surface: true, run: true, rules: true };
  let ticket = null;
  let idleTicket = null;
  let seen = true;
  let drawnWidth = 0;
  const frame = () => {
    ticket = idleTicket = null;
    drawnWidth = root.clientWidth;
    if (!drawnWidth) return observeAnew(sizes, root); // hidden, perhaps for a moment only: drawn when it has a size
    draw(dirty);
    dirty = {};
    root.dataset.state = "ready";
  };
  const ask = () => {
    if (ticket === null && seen) ticket = requestAnimationFrame(frame);
    else if (idleTicket === null && !seen) idleTicket = whenIdle(frame);
  };
  const change = (what) => {
    dirty[what] = true;
    if (what === "surface") dirty.run = true;
    root.dataset.state = "busy";
    ask();
  };
  const sizes = new ResizeObserver(() => {
    if (root.clientWidth === drawnWidth) return;
    dirty.size = true;
    change("surface");
  });
  const sights = new IntersectionObserver(
    (entries) => {
      seen = entries.at(-1).isIntersecting;
      look(seen);
      if (root.dataset.state === "busy") ask();
    },
    { rootMargin: "200px" },
  );
  const watch = () => {
    sizes.observe(root);
    sights.observe(root);
  };
  const leave = () => {
    sizes.disconnect();
    sights.disconnect();
    if (ticket !== null) cancelAnimationFrame(ticket);
    if (idleTicket !== null) dropIdle(idleTicket);
  };
  return { change, frame, watch, leave };
}
