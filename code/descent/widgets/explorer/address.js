// The page's address carries the states of the explorers that were touched: "#explorer-2:steps=60&explorer-3:...".
const ADDRESS = /^(explorer-\d+)(?::(.*))?$/s;
export const linksInAddress = () =>
  new Map(
    location.hash
      .slice(1)
      .split("&")
      .map((part) => part.match(ADDRESS))
      .filter(Boolean)
      .map(([, key, text = ""]) => [key, text]),
  );
export const addressOf = (links) =>
  location.href.split("#")[0] +
  (links.size ? "#" : "") +
  [...links].map(([key, text]) => (text ? `${key}:${text}` : key)).join("&");
export function putInAddress(key, text) {
  const links = linksInAddress();
  if ((links.get(key) ?? "") === text) return;
  if (text) links.set(key, text);
  else links.delete(key);
  try {
    history.replaceState(history.state, "", addressOf(links));
  } catch {
    /* a frame that may not: the link can still be copied */
  }
}

// What an explorer on a page is called in the address; null in a live notebook, which has none of its own.
export function keyOf(element) {
  const host = element.closest(".widget-host");
  const place = [...document.querySelectorAll(".widget-host")].indexOf(host);
  return place < 0 ? null : `explorer-${place + 1}`;
}

export function bringForward(node) {
  // also out of a closed solution
  for (let fold = node.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  node.scrollIntoView({ block: "nearest" });
}
