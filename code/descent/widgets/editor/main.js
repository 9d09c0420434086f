// The rule editor. At every keystroke the text is read, and the figure runs what it says; what cannot be read is told by
// line and word, and the last run that could stays on the map, dimmed.
import { html } from "../shared/elements.js";
import { known } from "./known.js";
import { mirrorOf } from "./mirror.js";
import { addTexts, compiled } from "./rules.js";
import { original, sheetOf } from "./sheet.js";
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
function follow(fig, root, sheet, mirror, { refresh, drafts }) {
  const { knobs } = fig.parts;
  const { draw } = knobs;
  knobs.draw = (dirty) => {
    draw(dirty);
    for (const name of drafts.keys()) dim(root, name);
    if (!sheet.node.isConnected) return;
    if (dirty.run) refresh();
    sheet.drawKnobs();
    if (mirror.node.isConnected) mirror.draw();
  };
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
    fig.parts.knobs.leave = () => model.off("change:texts", adopt);
    return adopt();
  };
  return { tell, hear };
}

function editorOf(fig, root, model) {
  const names = fig.names.filter((name) => Object.hasOwn(known.rules, name) && !fig.looks[name].own);
  if (!names.length) return { open() {} };
  const trait = traitOf(model, fig);
  const own = addTexts(fig, trait.tell);
  const sheet = sheetOf(fig, names);
  const mirror = mirrorOf(root);
  const { node, area, which } = sheet;
  const written = writing(fig, sheet, own);
  let quiet = Object.keys(model.get("texts") ?? {}).length > 0; // nobody asked for the focus
  const heard = trait.hear(own, written);
  const { begin } = fig;
  fig.begin = () => {
    written.drafts.clear();
    begin();
  };
  follow(fig, root, sheet, mirror, written);
  const close = () => {
    node.dispatchEvent(new CustomEvent("rule-closed", { bubbles: true }));
    node.remove();
  };
  node.querySelector(".rule-head").append(html("button", { type: "button", onclick: close }, words.close));
  // In the figure, or in the `place` where the page shows the rule.
  const open = async ({ rule, place } = {}) => {
    const linked = location.hash.includes("text.");
    await heard;
    if (linked) {
      await own.prepare(location.hash);
      dispatchEvent(new HashChangeEvent("hashchange"));
    }
    if (node.parentElement !== place) close();
    which.value = names.includes(rule) ? rule : (names.find((name) => own.texts.has(name)) ?? names.at(-1));
    (place ?? root.querySelector(".rest")).prepend(node);
    sheet.showAllKnobs(Boolean(place));
    if (place) node.append(mirror.node);
    else mirror.node.remove();
    if (!place && !fig.state.more) fig.showMore(true);
    written.take();
    fig.change("view");
    if (place || !(linked || quiet)) area.focus();
    quiet = false;
  };
  return { open };
}

export function edit(fig, root, where, model) {
  fig.editor ??= editorOf(fig, root, model);
  return fig.editor.open(where);
}
