// Runs anywidget models in a page without a kernel: the part of a widget manager that they need.
(() => {
  const STATES = 'script[type="application/vnd.jupyter.widget-state+json"]';

  class Model {
    constructor(state) {
      this.state = state;
      this.listeners = new Map();
    }
    get(name) {
      return this.state[name];
    }
    set(name, value) {
      if (typeof name === "object") {
        for (const [key, item] of Object.entries(name)) this.set(key, item);
      } else if (!Object.is(this.state[name], value)) {
        this.state[name] = value;
        this.emit(`change:${name}`, this, value);
        this.emit("change", this);
      }
    }
    emit(event, ...details) {
      for (const listener of [...(this.listeners.get(event) ?? [])]) listener(...details);
    }
    on(events, listener) {
      for (const event of events.split(" ")) {
        this.listeners.set(event, [...(this.listeners.get(event) ?? []), listener]);
      }
    }
    off(event, listener) {
      if (!event) this.listeners.clear();
      else
        this.listeners.set(
          event,
          (this.listeners.get(event) ?? []).filter((known) => listener && known !== listener),
        );
    }
    save_changes() {}
    // Ask for a program of the figure's that the page does not load by itself; `more` goes along with it.
    async send(name, more) {
      const kept = this.state[`_${name}`];
      if (kept?.$later && !window.widgetTexts?.[kept.$later]) await script(kept.$later);
      this.emit("msg:custom", { [name]: kept?.$later ? window.widgetTexts[kept.$later] : kept, ...more });
    }
  }
  const script = (key) =>
    new Promise((done, fail) => {
      const [other] = document.querySelectorAll('script[src*="_static/widgets/"]');
      const node = document.createElement("script");
      Object.assign(node, { onload: done, onerror: fail, src: other.src.replace(/[^/]*$/, `${key}.js`) });
      document.head.append(node);
    });

  // Long texts were stored once for all pages; publish/site.py left { $text: key } in their place.
  const restore = (value) => {
    if (Array.isArray(value)) return value.map(restore);
    if (value === null || typeof value !== "object") return value;
    if (value.$text) return window.widgetTexts[value.$text];
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, restore(item)]));
  };

  const once =
    (make, known = new Map()) =>
    (key) => {
      if (!known.has(key)) known.set(key, make(key));
      return known.get(key);
    };
  const states = {};
  const addStyle = once((css) =>
    document.head.append(Object.assign(document.createElement("style"), { textContent: css })),
  );
  const load = once(async (source) => {
    const { default: widget } = await import(URL.createObjectURL(new Blob([source], { type: "text/javascript" })));
    return typeof widget === "function" ? widget() : widget;
  });
  const model = once(async (id) => {
    const made = new Model(restore(states[id].state));
    const widget = await load(made.get("_esm"));
    await widget.initialize?.({ model: made });
    return made;
  });

  async function start(host, id) {
    try {
      if (states[id]?.model_module !== "anywidget") throw new Error("this page holds no state for it");
      const made = await model(id);
      if (made.get("_css")) addStyle(made.get("_css"));
      const widget = await load(made.get("_esm"));
      await widget.render({ model: made, el: host, signal: new AbortController().signal });
      host.dataset.widget = "ready";
      link(host);
    } catch (error) {
      fail(host, error);
    }
  }

  // Words that set a figure are plain until it is there.
  function link(host) {
    const key = `explorer-${[...document.querySelectorAll(".widget-host")].indexOf(host) + 1}`;
    for (const words of document.querySelectorAll(`a[data-sets^="${key}:"]`)) words.href = `#${words.dataset.sets}`;
  }

  // Where the page shows a rule, its text can be changed; the last figure above that has it follows, or the first below.
  function offerTexts(hosts, go) {
    const has = (host, rule) => states[host.dataset.model]?.state._looks?.[rule]?.own === false;
    for (const cell of document.querySelectorAll('.cell[class*="tag_shows:descent.rules."]')) {
      const rule = cell.className.match(/tag_shows:descent\.rules\.(\w+)/)[1];
      const fit = hosts.filter((host) => has(host, rule));
      const above = (one) => cell.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_PRECEDING;
      const host = fit.findLast(above) ?? fit[0];
      if (host) offerText(cell, rule, () => go(host).then(() => model(host.dataset.model)));
    }
  }
  function offerText(cell, rule, figure) {
    const [shown] = cell.querySelectorAll(".cell_input");
    const button = Object.assign(document.createElement("button"), { type: "button", className: "edit-rule" });
    button.textContent = "Change this rule";
    button.onclick = async () => {
      const made = await figure();
      const place = Object.assign(document.createElement("div"), { className: "descent-explorer" });
      place.addEventListener("rule-closed", () => {
        place.remove();
        shown.hidden = button.hidden = false;
        button.focus();
      });
      cell.prepend(place);
      shown.hidden = button.hidden = true;
      made.send("editor", { rule, place });
    };
    shown.after(button);
  }

  function fail(host, error) {
    const message = document.createElement("p");
    message.textContent = `This interactive figure could not start: ${error.message}`;
    host.dataset.widget = "failed";
    host.innerHTML = host.parentElement.querySelector("noscript")?.textContent ?? "";
    host.append(message);
  }

  // A widget starts when it comes near the window, or when the browser has nothing else to do. One at a time.
  function boot() {
    for (const { textContent } of document.querySelectorAll(STATES))
      Object.assign(states, JSON.parse(textContent).state);
    const waiting = new Map();
    let last = Promise.resolve();
    const go = (host) => {
      const id = waiting.get(host);
      if (!waiting.delete(host)) return last;
      near.unobserve(host);
      last = last.then(() => start(host, id)).then(() => new Promise((next) => setTimeout(next)));
      return last;
    };
    const near = new IntersectionObserver(
      (entries) => entries.filter((entry) => entry.isIntersecting).forEach((entry) => go(entry.target)),
      { rootMargin: "600px" },
    );
    for (const host of document.querySelectorAll(".widget-host")) {
      waiting.set(host, host.dataset.model);
      near.observe(host);
    }
    offerTexts([...waiting.keys()], go);
    for (const id of waiting.values()) model(id).catch(() => {}); // what they load, they load together; start() says what failed
    const idle = window.requestIdleCallback ?? ((work) => setTimeout(work, 200));
    const rest = () => {
      const [host] = waiting.keys();
      if (!host) return;
      go(host);
      last.then(() => idle(rest));
    };
    addEventListener("load", () => idle(rest));
  }
  if (document.readyState === "loading") addEventListener("DOMContentLoaded", boot);
  else boot();
})();
