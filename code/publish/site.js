// What scrolls sideways must be reachable by keyboard. Done while idle: reading a width forces layout.
(() => {
  let queue = [];
  const later = window.requestIdleCallback ?? ((work) => setTimeout(() => work({ timeRemaining: () => 9 }), 50));
  const work = (idle) => {
    while (queue.length && idle.timeRemaining() > 8) {
      const element = queue.shift();
      if (element.scrollWidth > element.clientWidth) element.tabIndex = 0;
      else element.removeAttribute("tabindex");
    }
    if (queue.length) later(work);
  };
  const start = () => {
    queue = [
      ...document.querySelectorAll(
        ".katex-display, pre, .pst-scrollable-table-container, .table-wrapper, .cell_output:has(> img.wide)",
      ),
    ];
    later(work);
  };
  addEventListener("load", start);
  addEventListener("resize", start);
})();
