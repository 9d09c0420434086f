// @ts-check
// The text of a rule, read by a small grammar and never run as it stands: what goes to the browser are our own lines,
// those that descent.tracing writes for the same text.
import { Fault } from "./faults.js";
import { ruleOf } from "./statements.js";
import { notesOf } from "./walking.js";
import { stepText } from "./writing.js";

/** @typedef {{ name: string, memory: number, names: string[], hyper: Record<string, number>, step: string }} Program */
/** @typedef {{ says: string, line: number, from: number, to: number }} Trouble the line's number, and the words' places in the text */

/** A rule's facts and its step as JavaScript, or what is wrong. Never throws. @param {string} text @returns {{ rule?: Program, trouble?: Trouble }} */
export function readRule(text) {
  try {
    const rule = ruleOf(text);
    const { hyper, memories, steps, result } = notesOf(rule);
    return {
      rule: { name: rule.head.name, memory: memories.length, names: memories, hyper, step: stepText(steps, result) },
    };
  } catch (error) {
    const { from, to } = error instanceof Fault ? error.span : { from: 0, to: 0 };
    const says = error instanceof Error ? error.message : "";
    return { trouble: { says, line: text.slice(0, from).split("\n").length, from, to } };
  }
}
