// What lies below the first screens is laid out when the page is there, one section a frame, and the whole page keeps
// still and quick to the touch. Where it is entered further down, or come back to, everything has its place at once.
(() => {
  const below = [...document.querySelectorAll("article > section > section ~ section ~ section")];
  const next = () => {
    below.shift()?.classList.add("laid");
    if (below.length) requestAnimationFrame(next);
  };
  const entered = performance.getEntriesByType("navigation")[0]?.type;
  if (entered === "navigate" && !location.hash) addEventListener("load", () => requestAnimationFrame(next));
  else for (const section of below) section.classList.add("laid");
})();
// What scrolls sideways must be reachable by keyboard. Looked at where it comes near: reading a width lays it out.
(() => {
  const SCROLLERS =
    ".katex-display, pre, .pst-scrollable-table-container, .table-wrapper, .cell_output > .output, .cell_output:has(> img)";
  const near = new IntersectionObserver(
    (entries) => {
      const seen = entries.filter((entry) => entry.isIntersecting).map((entry) => entry.target);
      const scrolling = new Set(seen.filter((element) => element.scrollWidth > element.clientWidth));
      for (const element of seen) {
        if (scrolling.has(element)) element.tabIndex = 0;
        else element.removeAttribute("tabindex");
      }
    },
    { rootMargin: "1000px" },
  );
  const look = () => {
    near.disconnect();
    for (const element of document.querySelectorAll(SCROLLERS)) near.observe(element);
  };
  addEventListener("load", look);
  addEventListener("resize", look);
})();
// Fields for guesses are made where they come near. Browsers that fill in forms look at all fields of a page once it is
// read, and lay out whatever is folded around them.
(() => {
  const make = (place) => {
    const field = Object.assign(document.createElement("input"), { autocomplete: "off" });
    field.dataset.guess = place.dataset.guess;
    place.replaceWith(field);
  };
  const near = new IntersectionObserver(
    (entries) => entries.filter((entry) => entry.isIntersecting).forEach(({ target }) => make(target)),
    { rootMargin: "1000px" },
  );
  for (const place of document.querySelectorAll("span[data-guess]")) near.observe(place);
})();
// What judges an answer comes when its button is pressed; marks of what is solved, where something is.
(() => {
  const coming = new Map();
  const add = (file) => {
    const node = file.endsWith(".css")
      ? Object.assign(document.createElement("link"), { rel: "stylesheet", href: file })
      : Object.assign(document.createElement("script"), { src: file });
    return new Promise((done, fail) => {
      Object.assign(node, {
        onload: done,
        onerror: () => (coming.delete(file), fail(new Error(`${file} is not there`))),
      });
      document.head.append(node);
    });
  };
  const load = (files) => Promise.all(files.map((file) => coming.get(file) ?? coming.set(file, add(file)).get(file)));
  const filesOf = (place) => place.dataset.files.split(" ");
  document.addEventListener("click", async ({ target }) => {
    const place = target.closest?.(".exercise-answer > button")?.parentElement;
    if (!place) return;
    await load(filesOf(place));
    window.answerHere(place);
  });
  // A guess is judged when the answer below it opens, which the key that ends it does, too.
  const first = document.querySelector(".exercise-answer");
  const judge = async (fold) => {
    const guess = fold.previousElementSibling;
    if (!fold.open || !guess?.matches(".guess") || !guess.control?.value) return;
    await load(filesOf(first).slice(0, 2));
    window.judgeGuess(guess.control, fold);
  };
  document.addEventListener("toggle", ({ target }) => judge(target), true);
  document.addEventListener("keydown", ({ key, target }) => {
    const fold = key === "Enter" && target.closest?.(".guess")?.nextElementSibling;
    if (fold?.open) judge(fold);
    else if (fold) fold.open = true;
  });
  if (first && localStorage.getItem("descent-exercises")) load(filesOf(first).slice(0, 2));
})();
// The style keeps folded notes closed until they have their buttons, so that nothing moves. If one got none, all open;
// not otherwise, for then the browser works out the style of the whole page again.
if (document.querySelector(".dropdown > .admonition-title:not(:has(> button))")) {
  delete document.documentElement.dataset.scripts;
}
// A link into something folded opens it, and paper shows what goes deeper.
(() => {
  const open = () => {
    const target = document.querySelector(":target");
    for (let fold = target?.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
    const deeper = target?.closest("section")?.querySelector(":scope > .layer-deeper"); // its own heading is the target
    if (deeper) deeper.open = true;
    if (target?.closest("details.layer")) target.scrollIntoView();
  };
  addEventListener("hashchange", open);
  addEventListener("beforeprint", () =>
    document.querySelectorAll(".layer-deeper, .layer-reveal").forEach((fold) => (fold.open = true)),
  );
  open();
})();
// The name of a rule in the text, under the pointer, lights what the rule does in the figures of its section.
(() => {
  let lit = [];
  const light = (chips) => {
    if (chips[0] === lit[0]) return;
    for (const chip of lit) chip.dispatchEvent(new PointerEvent("pointerleave"));
    for (const chip of chips) chip.dispatchEvent(new PointerEvent("pointerenter"));
    lit = chips;
  };
  const named = ({ clientX, clientY, target }) => {
    const section = target.closest?.("p, li")?.closest("section");
    const chips = [...(section?.querySelectorAll(".chip[data-rule]") ?? [])];
    const { offsetNode, offset } = (chips.length && document.caretPositionFromPoint?.(clientX, clientY)) || {};
    if (offsetNode?.nodeType !== Node.TEXT_NODE) return [];
    const whole = (label) => new RegExp(`\\b${label.replace(/\W/g, "\\$&")}\\b`, "gi");
    const under = ({ index, 0: { length } }) => index <= offset && offset <= index + length;
    const names = (chip) => [...offsetNode.data.matchAll(whole(chip.querySelector(".long").textContent))];
    return chips.filter((chip) => names(chip).some(under));
  };
  addEventListener("pointermove", (event) => {
    if (event.pointerType === "mouse") light(named(event));
  });
})();
