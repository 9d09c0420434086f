// A sentence of the words, with its {gaps} filled. Where it has two forms, `count` says which: one, or other.
export function say(text, values) {
  const form = typeof text === "string" ? text : values.count === 1 ? text.one : text.other;
  return form.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}
