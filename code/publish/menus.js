// The theme's menus, in place of its script and of Bootstrap's, which are ten times as long and read the page's layout.
(() => {
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const root = document.documentElement;
  const wide = (pixels) => matchMedia(`(min-width: ${pixels}px)`).matches;

  // Light, dark, or as the system is.
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const show = (mode) => {
    root.dataset.mode = mode;
    root.dataset.theme = mode === "auto" ? (dark.matches ? "dark" : "light") : mode;
  };
  dark.addEventListener("change", () => show(root.dataset.mode));
  for (const button of all(".theme-switch-button")) {
    button.title = button.dataset.bsTitle;
    button.addEventListener("click", () => {
      const turns = dark.matches ? ["auto", "light", "dark"] : ["auto", "dark", "light"];
      show(turns[(turns.indexOf(root.dataset.mode) + 1) % turns.length]);
      localStorage.setItem("mode", root.dataset.mode);
    });
  }

  // Menus that drop from a button.
  const drop = (button, open) => {
    button.setAttribute("aria-expanded", open);
    button.nextElementSibling.classList.toggle("show", open);
  };
  const dropped = '[data-bs-toggle="dropdown"][aria-expanded="true"]';
  addEventListener("click", ({ target }) => {
    const button = target.closest('[data-bs-toggle="dropdown"]');
    const open = button?.getAttribute("aria-expanded") === "false";
    for (const other of all(dropped)) drop(other, false);
    if (button) drop(button, open);
  });
  addEventListener("keydown", ({ key }) => {
    if (key !== "Escape") return;
    for (const button of all(dropped)) {
      if (button.parentElement.contains(document.activeElement)) button.focus();
      drop(button, false);
    }
  });

  // Search: the page's own field, or a window with one. Escape closes a window, and a click beside it.
  const closed = (dialog) => {
    dialog.addEventListener("click", ({ target, clientX: x, clientY: y }) => {
      const box = dialog.getBoundingClientRect();
      if (target === dialog && (x < box.left || x > box.right || y < box.top || y > box.bottom)) dialog.close();
    });
    dialog.addEventListener("keydown", ({ key }) => key === "Escape" && dialog.close());
  };
  const field = document.querySelector(":not(#pst-search-dialog) > form.bd-search input");
  const search = document.getElementById("pst-search-dialog");
  const find = () => {
    if (field) field.select();
    else if (search.open) search.close();
    else search.showModal();
  };
  closed(search);
  const apple = /^(Mac|iPhone)/.test(navigator.platform);
  if (apple) for (const key of all(".kbd-shortcut__modifier")) key.textContent = "⌘";
  for (const button of all(".search-button__button")) button.addEventListener("click", find);
  addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "k" || event.shiftKey || event.altKey || (apple ? !event.metaKey : !event.ctrlKey))
      return;
    event.preventDefault();
    find();
  });

  // On narrow windows what stands beside the text comes in a window of its own.
  const move = (from, to) => {
    to.append(...from.childNodes);
    to.classList.add(...from.classList);
    from.removeAttribute("class");
  };
  for (const name of ["primary", "secondary"]) {
    const [button] = all(`.${name}-toggle`);
    const bar = document.getElementById(`pst-${name}-sidebar`);
    const dialog = document.getElementById(`pst-${name}-sidebar-modal`);
    if (!button || !bar || !dialog) continue;
    button.addEventListener("click", () => {
      move(bar, dialog);
      dialog.showModal();
    });
    dialog.addEventListener("close", () => move(dialog, bar));
    closed(dialog);
  }

  // The list of chapters stays where it was from page to page, and shows the page that is open.
  const [list] = all("#pst-primary-sidebar");
  const here = list && all(".bd-docs-nav .active", list).at(-1);
  if (here && wide(992)) {
    const kept = Number(sessionStorage.getItem("sidebar-scroll-top") ?? NaN);
    const below = here.getBoundingClientRect().y - list.getBoundingClientRect().y - list.clientHeight / 4;
    list.scrollTop = Number.isNaN(kept) ? (below > list.clientHeight / 4 ? below : 0) : kept;
    addEventListener("pagehide", () => sessionStorage.setItem("sidebar-scroll-top", list.scrollTop));
  }

  // The list of the page's sections shows which one is being read.
  const entries = new Map();
  const read = (link) => {
    for (const other of entries.values()) {
      other.classList.toggle("active", other === link);
      if (other === link) other.setAttribute("aria-current", "true");
      else other.removeAttribute("aria-current");
    }
    for (const entry of all("#pst-page-toc-nav .toc-entry")) entry.classList.toggle("active", entry.contains(link));
  };
  const seen = new IntersectionObserver(
    (changes) => {
      const last = changes.findLast((change) => change.isIntersecting);
      if (last) read(entries.get(last.target));
    },
    { rootMargin: "0px 0px -70% 0px" },
  );
  for (const link of all('#pst-page-toc-nav a[href^="#"]')) {
    const section = document.getElementById(decodeURIComponent(link.hash.slice(1)));
    const heading = section?.querySelector("h1, h2, h3, h4, h5, h6") ?? section;
    if (!heading) continue;
    entries.set(heading, link);
    seen.observe(heading);
  }
})();
