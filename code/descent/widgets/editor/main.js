// The rule editor. At every keystroke the text is read, and the figure runs what it says; what cannot be read is told by
// line and word, and the last run that could stays on the map, dimmed.
import { html } from "../shared/elements.js";
import { baseOf, nameFor } from "./keeping.js";
import { known } from "./known.js";
import { mirrorOf } from "./mirror.js";
import { original } from "./original.js";
import { addTexts, compiled } from "./rules.js";
import { sheetOf } from "./sheet.js";
import { words } from "./words.js";

// What is being written, and what of it runs.
function writing(fig, sheet, { texts, put }) {
  const { area, which } = sheet;
  const drafts = new Map(); // texts that cannot be read yet
  let turn = 0; // of reading: what was read more slowly than something newer is dropped
  let busy = false;
  const read = async () => {
    const mine = ++turn;
    busy = true;
    const [name, text] = [which.value, area.value];
    const { rule, trouble } = await compiled(text);
    if (mine !== turn) return;
    busy = false;
    sheet.paint(trouble);
    if (trouble) drafts.set(name, text);
    else {
      drafts.delete(name);
      put(name, rule, text);
    }
    fig.state.asking = false; // of other rules
    sheet.drawKnobs();
    fig.change("run");
  };
  // Show what runs, or what was being written.
  const kept = () => drafts.get(which.value) ?? texts.get(which.value)?.text ?? original(which.value);
  const take = () => {
    turn++;
    busy = false;
    if (area.value !== kept()) area.value = kept();
    sheet.paint(null);
    sheet.drawKnobs();
    if (drafts.has(which.value)) read();
  };
  // A link, a reset or Python may have put another text.
  const refresh = () => {
    if (!busy && area.value !== kept()) take();
  };
  area.addEventListener("input", read);
  which.addEventListener("change", take);
  return { take, refresh, drafts };
}

// The last run of a text that cannot be read any more.
const dim = (root, name) => {
  for (const path of root.querySelectorAll(`[data-part=path][data-rule=${name}]`)) path.style.opacity = 0.3;
};

// Whenever the figure has been drawn, so are the knobs of the text and, elsewhere on the page, the small map.
const drawingOf =
  (fig, root, sheet, mirror, { refresh, drafts, seat }) =>
  (dirty) => {
    for (const name of drafts.keys()) dim(root, name);
    seat();
    if (!sheet.node.isConnected) return;
    if (!fig.names.includes(sheet.which.value)) sheet.choose(baseOf(sheet.which.value));
    if (dirty.run) refresh();
    sheet.drawKnobs();
    if (mirror.node.isConnected) mirror.draw();
  };

// Keep what is being written as a rule more, and begin again with the text as it was; or take a kept one away.
function keepingOf(fig, { texts, put, remove }, show) {
  const keep = (name) => {
    const { text, rule } = texts.get(name);
    const kept = nameFor(fig, name);
    put(kept, { ...rule, name: kept }, text.replace(`def ${rule.name}`, `def ${kept}`));
    show(name, original(name));
    fig.change("run");
  };
  const takeAway = (name) => {
    remove(name);
    show(baseOf(name));
    fig.change("run");
  };
  return { keep, takeAway };
}

// The texts as a trait: Python and the page hear of each other's.
function traitOf(model, fig) {
  const written = (texts) => Object.fromEntries([...texts].map(([name, { text }]) => [name, text]));
  const same = (texts) => JSON.stringify(model.get("texts") ?? {}) === JSON.stringify(written(texts));
  const tell = (texts) => same(texts) || model.set("texts", written(texts));
  const hear = (own, { take, drafts }) => {
    const adopt = async () => {
      if (same(own.texts)) return;
      drafts.clear();
      for (const [name, text] of Object.entries(await own.adopt(model.get("texts")))) drafts.set(name, text);
      take();
      fig.change("run");
    };
    model.on("change:texts", adopt);
    return { adopted: adopt(), leave: () => model.off("change:texts", adopt) };
  };
  return { tell, hear };
}

// The rules of the figure whose text can be changed, and those that were made of them.
function namesOf(fig) {
  const strange = fig.names.filter((name) => fig.looks[name].own);
  return () => fig.names.filter((name) => !strange.includes(name) && Object.hasOwn(known.rules, baseOf(name)));
}

// Where the editor stands: in the figure, or in the `place` where the page shows the rule, with a small map.
function standOf(fig, root, { node, showAllKnobs }, mirror) {
  let place = null;
  let opened = false;
  const close = () => {
    opened = false;
    node.dispatchEvent(new CustomEvent("rule-closed", { bubbles: true }));
    node.remove();
  };
  // Again after the figure was built anew.
  const seat = () => {
    if (opened && !node.isConnected) (place ?? root.querySelector(".rest")).prepend(node);
  };
  const open = (here = null) => {
    if (node.parentElement !== here) close();
    [place, opened] = [here, true];
    seat();
    showAllKnobs(Boolean(place));
    if (place) node.append(mirror.node);
    else mirror.node.remove();
    if (!place && !fig.state.more) fig.showMore(true);
  };
  return { open, close, seat };
}

function editorOf(fig, root, model) {
  const names = namesOf(fig);
  if (!names().length) return { open() {} };
  const trait = traitOf(model, fig);
  const own = addTexts(fig, trait.tell);
  const show = (name, text) => {
    stand.seat();
    sheet.choose(name);
    written.take();
    sheet.area.focus();
    if (text !== undefined) sheet.replace(text);
  };
  const sheet = sheetOf(fig, names, keepingOf(fig, own, show));
  sheet.choose(names().at(-1));
  const mirror = mirrorOf(root);
  const stand = standOf(fig, root, sheet, mirror);
  const written = writing(fig, sheet, own);
  let quiet = Object.keys(model.get("texts") ?? {}).length > 0; // nobody asked for the focus
  const heard = trait.hear(own, written);
  const { begin } = fig;
  fig.begin = () => {
    written.drafts.clear();
    begin();
  };
  fig.parts.editor = { draw: drawingOf(fig, root, sheet, mirror, { ...written, ...stand }), leave: heard.leave };
  sheet.node.querySelector(".rule-head").append(html("button", { type: "button", onclick: stand.close }, words.close));
  const open = async ({ rule, place } = {}) => {
    const linked = location.hash.includes("text.");
    await heard.adopted;
    if (linked) {
      await own.prepare(location.hash);
      dispatchEvent(new HashChangeEvent("hashchange"));
    }
    stand.open(place);
    sheet.choose(names().includes(rule) ? rule : (names().find((name) => own.texts.has(name)) ?? names().at(-1)));
    written.take();
    fig.change("view");
    if (place || !(linked || quiet)) sheet.area.focus();
    quiet = false;
  };
  return { open };
}

export function edit(fig, root, where, model) {
  fig.editor ??= editorOf(fig, root, model);
  return fig.editor.open(where);
}
