// Lets an observer tell the size of a node that has one, also if it is the one it told last, as when a figure was hidden
// for a moment.
export function observeAnew(sizes, node) {
  sizes.unobserve(node);
  sizes.observe(node);
}
