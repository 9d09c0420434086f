// @ts-check
// What a reader has solved, kept in this browser alone: by exercise true, or how many answers were wrong so far.

const KEY = "descent-exercises";

/** @returns {Record<string, boolean | number>} */
function kept() {
  try {
    return Object(JSON.parse(localStorage.getItem(KEY) ?? "{}"));
  } catch {
    return {};
  }
}
/** @param {string} name @param {boolean | number} value */
export function keep(name, value) {
  try {
    localStorage.setItem(KEY, JSON.stringify({ ...kept(), [name]: value }));
  } catch {
    // A full or forbidden storage: then it is forgotten.
  }
}
/** @param {string} name */
export const doneOf = (name) => kept()[name] === true;
/** @param {string} name */
export const triesOf = (name) => Number(kept()[name]) || 0;
