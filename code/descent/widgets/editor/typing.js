// Typing into a text area.

// Type a text as a reader would, so that the area's own undo takes it back.
export function type(area, text) {
  area.focus();
  if (!document.execCommand("insertText", false, text))
    area.setRangeText(text, area.selectionStart, area.selectionEnd, "end");
}

// A new line begins where the line before it begins, and one level deeper after a colon.
export function newLine(event, area) {
  if (event.key !== "Enter" || event.isComposing || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  const before = area.value.slice(0, area.selectionStart).split("\n").at(-1);
  type(area, `\n${before.match(/^ */)[0]}${/:\s*$/.test(before) ? "    " : ""}`);
}
