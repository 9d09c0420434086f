// The start or a pin under the reader's hands: dragged, tapped to, or moved with the arrow keys.
import { minus, size } from "./vectors.js";
const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

// Which way an arrow key points, two numbers, or undefined; the page is kept from scrolling.
export function wayOf(event) {
  const way = WAYS[event.key];
  if (way) event.preventDefault();
  return way;
}

// `place(px, py, box)` is told where on a map, which has that box, the pointer has brought the handle.
export function dragHandle(fig, node, handle, place) {
  let grip = null; // where inside the ring the pointer took hold
  let tap = null; // where a finger came down beside the ring: a tap moves the start, anything more scrolls the page
  const onRing = (event) => handle.contains(event.target);
  const follow = (event) => {
    const box = node.getBoundingClientRect();
    place(event.clientX - box.left - grip[0], event.clientY - box.top - grip[1], box);
  };
  const take = (event) => {
    if (event.button) return;
    if (event.pointerType === "touch" && !onRing(event)) {
      tap = [event.clientX, event.clientY];
      return;
    }
    event.preventDefault();
    fig.stop();
    const box = handle.getBoundingClientRect();
    grip = onRing(event)
      ? [event.clientX - box.left - box.width / 2, event.clientY - box.top - box.height / 2]
      : [0, 0];
    fig.dragging = true;
    node.setPointerCapture(event.pointerId);
    handle.focus({ preventScroll: true });
    if (!onRing(event)) follow(event);
  };
  const drop = (event) => {
    if (tap && event.type === "pointerup" && size(minus(tap, [event.clientX, event.clientY])) < 10) {
      grip = [0, 0];
      follow(event);
    }
    tap = null;
    if (!grip) return;
    grip = null;
    fig.dragging = false;
    fig.change("run");
  };
  node.addEventListener("pointerdown", take);
  node.addEventListener("pointermove", (event) => {
    if (grip) follow(event);
  });
  node.addEventListener("pointerup", drop);
  node.addEventListener("pointercancel", drop);
}
