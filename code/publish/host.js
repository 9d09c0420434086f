// Runs anywidget models in a page without a kernel: the part of a widget manager that they need.
(() => {
  const TYPE = "application/vnd.jupyter.widget-";
  const data = (kind) =>
    [...document.querySelectorAll(`script[type="${TYPE}${kind}+json"]`)].map((script) => [
      script,
      JSON.parse(script.textContent),
    ]);

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
    send() {}
  }

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
    } catch (error) {
      fail(host, error);
    }
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
    for (const [, { state }] of data("state")) Object.assign(states, state);
    const waiting = new Map();
    let last = Promise.resolve();
    const go = (host) => {
      const id = waiting.get(host);
      if (!waiting.delete(host)) return;
      near.unobserve(host);
      last = last.then(() => start(host, id)).then(() => new Promise((next) => setTimeout(next)));
    };
    const near = new IntersectionObserver(
      (entries) => entries.filter((entry) => entry.isIntersecting).forEach((entry) => go(entry.target)),
      { rootMargin: "600px" },
    );
    for (const [script, { model_id }] of data("view")) {
      const host = Object.assign(document.createElement("div"), { className: "widget-host" });
      host.dataset.widget = "waiting";
      host.dataset.kind = states[model_id]?.state._anywidget_id ?? "";
      script.after(host);
      waiting.set(host, model_id);
      near.observe(host);
    }
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
