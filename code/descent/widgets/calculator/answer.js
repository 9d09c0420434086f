// The answer: in one line what it is, the call to copy, and what is to be said of it.
import { make } from "./nodes.js";
import { mean, number, percent } from "./numbers.js";
import { words } from "./words.js";
import { say } from "../shared/say.js";

const NEAR = 0.1; // a step this far off is near no more

const shareText = (share) => (share === Infinity ? words.noMeasure : share < 1e-8 ? words.tiny : percent(share));

export const headline = (framework, error) =>
  say(error < NEAR ? words.nearest : words.far, { framework, error: shareText(error) });

// How far off the nearest settings are.
export const measured = (data, answer, slope) =>
  say(words.measured, {
    sizes: data.sizes.map((size) => number(size * slope)).join(", "),
    apart: answer.apart.map(shareText).join(", "),
    unsearched: shareText(answer.unsearched),
  });

function verdictOf(answer, framework) {
  if (!answer) return words.wrong;
  if (!answer.call) return words.nothing;
  return answer.exact ? say(words.same, { framework }) : headline(framework, mean(answer.apart));
}

async function copyText(call, button) {
  try {
    await navigator.clipboard.writeText(call.textContent);
    button.textContent = words.copied;
  } catch {
    getSelection().selectAllChildren(call);
    button.textContent = words.selected;
  }
}

export function answerOf(data) {
  const verdict = make("p", { data: { part: "verdict" } });
  const call = make("code", { data: { part: "call" } });
  const copy = make("button", { type: "button", textContent: words.copy, data: { part: "copy" } });
  const reasons = make("ul", { data: { part: "reasons" } });
  const node = make("div", { className: "answer" }, verdict, make("pre", { tabIndex: 0 }, call), copy, reasons);
  node.setAttribute("role", "status");
  copy.addEventListener("click", () => copyText(call, copy));

  // `answer` is null where something is wrong, and then says what.
  const tell = (answer, wrong, framework, slope) => {
    const items = (texts = [], part) =>
      texts.map((textContent) => make("li", { textContent, ...(part && { data: { part } }) }));
    verdict.textContent = verdictOf(answer, framework);
    node.dataset.exact = String(Boolean(answer?.exact));
    call.textContent = answer?.call ?? "";
    call.parentElement.hidden = copy.hidden = !answer?.call;
    reasons.replaceChildren(
      ...items(wrong),
      ...items(answer?.reasons, "reason"),
      ...items(answer?.call && !answer.exact ? [measured(data, answer, slope)] : [], "apart"),
      ...items(answer?.notes, "note"),
    );
    copy.textContent = words.copy;
  };
  return { node, tell };
}
