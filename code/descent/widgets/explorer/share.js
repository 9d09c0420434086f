// Copy and save.
import { html, write } from "../shared/elements.js";
import { say } from "../shared/say.js";
import { addressOf } from "./address.js";
import { bitmap, download, picture } from "./picture.js";
import { pythonText } from "./python.js";
import { words } from "./words.js";

const button = (name, onclick) => html("button", { type: "button", onclick }, name);

// Copies a text; where that is not allowed, it is shown to be copied by hand.
async function copy(fig, told, text, done) {
  try {
    await navigator.clipboard.writeText(text);
    return fig.say(done);
  } catch {
    /* shown */
  }
  const field = html("input", { readonly: "", "aria-label": words.copyThis });
  field.value = text;
  told.replaceChildren(words.copyThis, field);
  field.select();
}

async function save(fig, root, suffix) {
  const name = `${[fig.state.surface, ...fig.on()].join("-")}.${suffix}`;
  const drawn = picture(fig, root, fig.inWords());
  download(suffix === "svg" ? new Blob([drawn.text], { type: "image/svg+xml" }) : await bitmap(drawn), name);
  fig.say(say(words.saved, { name }));
}

// `key` is the figure's in the page's address, `made` how it was made in Python.
export function sharePart(fig, root, key, made) {
  const told = html("p", { class: "told", "aria-live": "polite" });
  const copyLink = () => copy(fig, told, addressOf(new Map([[key, fig.link()]])), words.linkCopied);
  fig.say = (text) => write(told, text);
  fig.python ??= () => pythonText(fig, made);
  const node = html(
    "div",
    { class: "foot" },
    button(words.editRule, () => fig.edit()),
    ...(key ? [button(words.copyLink, copyLink)] : []),
    button(words.copyPython, () => copy(fig, told, fig.python(), words.pythonCopied)),
    button(words.saveSvg, () => save(fig, root, "svg")),
    button(words.savePng, () => save(fig, root, "png")),
  );
  const draw = (dirty) => {
    if (dirty.run && !dirty.size) fig.say("");
  };
  return { node, told, draw };
}
