// @ts-check
// A rule, walked through once on numbers that take notes.
import { Fault, nearestTo, refuse } from "./faults.js";
import { headText, starless } from "./head.js";
import { known } from "./known.js";
import { arithmetic, computed, constant, finite, noted, takes, untranslated } from "./notes.js";
import { ruleOf } from "./statements.js";

/** @typedef {import("./faults.js").Span} Span */
/** @typedef {import("./tree.js").Node} Node */
/** @typedef {import("./statements.js").Rule} Rule */
/** @typedef {import("./statements.js").Target} Target */
/** @typedef {import("./notes.js").Value} Value */
/** @typedef {Map<string, Thing>} Scope */
/**
 * @typedef {Value | { kind: "tuple" | "list", parts: Thing[] } | { kind: "text" | "grad" }
 *   | { kind: "numpy" | "rule" | "builtin", name: string } | { kind: "lambda", names: string[], body: Node, walk: Walk }} Thing
 */
/** @typedef {{ rule: Rule, scope: Scope, outer: Scope | null, steps: import("./notes.js").Step[], work: { left: number } }} Walk */

const MOST_WORK = 5000; // parts of expressions
const BUILTIN = ["abs", "max", "min", "float", "int", "round", "sum", "len", "range"];
const GLOBAL = new Map([["np", /** @type {Thing} */ ({ kind: "numpy", name: "" })]]);
for (const name of Object.keys(known.rules)) GLOBAL.set(name, { kind: "rule", name });
for (const name of BUILTIN) GLOBAL.set(name, { kind: "builtin", name });

/** @type {Map<string, Rule>} */
const read = new Map();
/** @param {string} name */
function knownRule(name) {
  if (!read.has(name)) read.set(name, ruleOf(known.rules[name]));
  return /** @type {Rule} */ (read.get(name));
}
/** @param {Walk} walk @param {Span} span */
const wordOf = ({ rule }, { from, to }) => rule.head.text.slice(from, to);

/** The names that a rule assigns to. @param {Rule} rule */
function assigned({ statements }) {
  /** @param {Target} target @returns {string[]} */
  const names = ({ name, parts }) => (parts ? parts.flatMap(names) : [/** @type {string} */ (name)]);
  return statements.flatMap((one) =>
    one.kind === "assign" ? one.targets.flatMap(names) : one.kind === "change" ? [one.name] : [],
  );
}

/** @param {Walk} walk @param {string} missing @param {Span} span @returns {never} */
function unknownName(walk, missing, span) {
  const { head } = walk.rule;
  const { name } = head;
  if (assigned(walk.rule).includes(missing)) refuse(span, "early", { name, missing });
  if (takes(missing)) refuse(span, "bare", { missing });
  const near = nearestTo(
    missing,
    [...head.given, ...head.hyper].map((p) => p.name),
  );
  if (near) refuse(span, "meant", { name, missing, near });
  if (missing === "math") refuse(span, "leave", { word: missing });
  if (Object.hasOwn(known.usual, missing))
    refuse(span, "setting", { name, missing, head: headText(head, { more: `${missing}=${known.usual[missing]}` }) });
  return refuse(span, "unknown", { name, missing });
}

/** @param {Walk} walk @param {string} name @param {Span} span @returns {Thing} */
function lookUp(walk, name, span) {
  const found = walk.scope.get(name) ?? walk.outer?.get(name);
  if (found) return found;
  if (assigned(walk.rule).includes(name)) unknownName(walk, name, span);
  return GLOBAL.get(name) ?? unknownName(walk, name, span);
}

/** A number, where one is needed. @param {Walk} walk @param {Thing} thing @param {Span} span @returns {Value} */
function numberOf(walk, thing, span) {
  if (thing.kind === "grad") refuse(span, "uncalled");
  if (thing.kind !== "constant" && thing.kind !== "note") refuse(span, "numbers", { value: wordOf(walk, span) });
  return /** @type {Value} */ (thing);
}
/** @param {Walk} walk @param {Node} node */
const numberAt = (walk, node) => numberOf(walk, valueOf(walk, node), node);

/** @param {Walk} walk @param {Extract<Node, { kind: "attribute" }>} node @returns {Thing} */
function attributeOf(walk, node) {
  if (node.of.kind === "name" && node.of.name === "math" && !walk.scope.has("math"))
    refuse(node, "math", { found: node.name });
  const of = valueOf(walk, node.of);
  if (of.kind === "grad") refuse(node, "uncalled");
  if (of.kind !== "numpy" || takes(of.name)) {
    const shape = ["shape", "size", "ndim", "dtype", "T"].includes(node.name);
    const why = known.sentences[shape ? "shapes" : "arithmeticAlone"];
    return refuse(node, "attribute", { word: wordOf(walk, node), why });
  }
  if (!of.name && node.name === "pi") return constant(Math.PI);
  if (!of.name && node.name === "e") return constant(Math.E);
  return { kind: "numpy", name: of.name ? `${of.name}.${node.name}` : node.name };
}

/** A call of a function of NumPy's. @param {Walk} walk @param {string} name @param {Extract<Node, { kind: "call" }>} node @returns {Thing} */
function numpyCall(walk, name, node) {
  if (name.startsWith("random")) refuse(node, "random", { name: walk.rule.head.name });
  const most = takes(name);
  if (!most) {
    const near =
      known.others.includes(name) || Object.hasOwn(known.instead, name)
        ? ""
        : nearestTo(name, Object.keys(known.operators));
    if (near) refuse(node.called, "numpy", { name, near });
    untranslated(node.called, name);
  }
  if (node.given.length !== most || node.named.length) refuse(node, "takes", { name: `np.${name}`, n: most });
  return computed(
    walk.steps,
    name,
    node.given.map((part) => numberAt(walk, part)),
    node,
  );
}

/** @param {Walk} walk @param {string} name @param {Extract<Node, { kind: "call" }>} node @returns {Thing} */
function builtinCall(walk, name, node) {
  if (name === "abs") return numpyCall(walk, "abs", node);
  if (name === "max" || name === "min") refuse(node, "extreme", { name });
  if (["float", "int", "round"].includes(name)) refuse(node, "single", { name, instead: known.sentences.asIs });
  return refuse(node, "loop");
}

/** @param {Walk} walk @param {Thing} called @param {Thing[]} given @param {Span} span @returns {Thing} */
function applied(walk, called, given, span) {
  if (called.kind === "grad") {
    const word = wordOf(walk, span);
    if (given.length !== 1) refuse(span, given.length ? "point" : "nowhere", { word });
    return noted(walk.steps, "slope", [numberOf(walk, given[0], span)], span);
  }
  if (called.kind !== "lambda") return refuse(span, "numbers", { value: wordOf(walk, span) });
  if (given.length !== called.names.length) refuse(span, "takes", { name: "lambda", n: called.names.length });
  const scope = new Map(called.names.map((name, i) => [name, given[i]]));
  return valueOf({ ...called.walk, scope, outer: joined(called.walk) }, called.body);
}
/** @param {Walk} walk @returns {Scope} */
const joined = ({ scope, outer }) => (outer ? new Map([...outer, ...scope]) : scope);

/** A call of one of the course's rules. @param {Walk} walk @param {string} name @param {Extract<Node, { kind: "call" }>} node @returns {Thing} */
function ruleCall(walk, name, node) {
  if (name === walk.rule.head.name) refuse(node, "itself", { name });
  const { head, statements } = knownRule(name);
  const given = node.given.map((part) => valueOf(walk, part));
  const names = head.given.map((p) => p.name);
  if (given.length < 3 || given.length > names.length) refuse(node, "signature", { head: headText(head) });
  /** @type {Scope} */
  const scope = new Map();
  names.forEach((own, i) => scope.set(own, given[i] ?? constant(0, true)));
  const inner = { ...walk, rule: { head, statements }, scope, outer: null };
  for (const { name: own, usual } of head.hyper) scope.set(own, valueOf(inner, /** @type {Node} */ (usual)));
  for (const { name: own, value, from, to } of node.named) {
    if (!names.slice(3).includes(own) && !head.hyper.some((p) => p.name === own)) {
      const all = head.hyper.map((p) => p.name);
      const near = nearestTo(own, all);
      refuse({ from, to }, "hyper", { name, own, meant: near && `did you mean ${near}? `, all: all.join(", ") });
    }
    scope.set(own, valueOf(walk, value));
  }
  try {
    return walked(inner) ?? refuse(node, "numbers", { value: "None" });
  } catch (fault) {
    if (fault instanceof Fault) throw new Fault(fault.message, node); // not a place in another text
    throw fault;
  }
}

/** @param {Walk} walk @param {Extract<Node, { kind: "call" }>} node @returns {Thing} */
function callOf(walk, node) {
  if (node.called.kind === "name" && node.called.name === walk.rule.head.name && !walk.scope.has(node.called.name))
    refuse(node, "itself", { name: node.called.name });
  const called = valueOf(walk, node.called);
  if (called.kind === "numpy") return numpyCall(walk, called.name, node);
  if (called.kind === "builtin") return builtinCall(walk, called.name, node);
  if (called.kind === "rule") return ruleCall(walk, called.name, node);
  const given = node.given.map((part) => valueOf(walk, part));
  if (node.named.length)
    refuse(node, called.kind === "grad" ? "point" : "numbers", { word: wordOf(walk, node), value: wordOf(walk, node) });
  return applied(walk, called, given, node);
}

/** @param {Walk} walk @param {Node} node @returns {Thing} */
function valueOf(walk, node) {
  if (--walk.work.left < 0) refuse(node, "many", { n: MOST_WORK });
  switch (node.kind) {
    case "number":
      return constant(node.value, node.whole);
    case "name":
      return lookUp(walk, node.name, node);
    case "sign": {
      const given = node.parts.map((part) => numberAt(walk, part));
      return arithmetic(walk.steps, node.sign, given, node, wordOf(walk, node));
    }
    case "tuple":
    case "list":
      return { kind: node.kind, parts: node.parts.map((part) => valueOf(walk, part)) };
    case "call":
      return callOf(walk, node);
    case "attribute":
      return attributeOf(walk, node);
    case "index":
      return refuse(node, "index");
    case "lambda":
      return { kind: "lambda", names: node.names, body: node.body, walk };
    default:
      return { kind: "text" };
  }
}

/** @param {Walk} walk @param {Target} target @param {Thing} value */
function assign(walk, target, value) {
  if (target.name) {
    walk.scope.set(target.name, value);
    return;
  }
  const parts = /** @type {Target[]} */ (target.parts);
  if (value.kind !== "tuple" && value.kind !== "list") return refuse(target, "loop");
  if (value.parts.length !== parts.length) refuse(target, "unpack", { n: parts.length, m: value.parts.length });
  parts.forEach((part, i) => assign(walk, part, value.parts[i]));
}

/** `x -= step`: only of a number that is known already. @param {Walk} walk @param {Extract<import("./statements.js").Statement, { kind: "change" }>} line */
function change(walk, line) {
  const old = numberOf(walk, lookUp(walk, line.name, line), line);
  const step = wordOf(walk, line.value);
  const rank = ["+", "-"].includes(line.sign) ? ["+", "-"] : ["+", "-", "*", "/", "//", "%", "@"];
  const loose = line.value.kind === "sign" && rank.includes(line.value.sign) && !step.startsWith("(");
  const written = `${line.name} ${line.sign} ${loose ? `(${step})` : step}`;
  if (old.kind === "note") refuse(line, "place", { target: line.name, step: written, line: line.line });
  walk.scope.set(line.name, arithmetic(walk.steps, line.sign, [old, numberAt(walk, line.value)], line, line.line));
}

/** What the rule returns; null where it returns nothing. @param {Walk} walk @returns {Thing | null} */
function walked(walk) {
  for (const line of walk.rule.statements) {
    if (line.kind === "return") return line.value && valueOf(walk, line.value);
    if (line.kind === "assign") {
      const value = valueOf(walk, line.value);
      for (const target of line.targets) assign(walk, target, value);
    } else if (line.kind === "change") change(walk, line);
    else valueOf(walk, line.value);
  }
  return null;
}

/** The settings and their usual values. @param {Walk} walk @returns {Record<string, number>} */
function hyperOf(walk) {
  const { hyper, name, given } = walk.rule.head;
  for (const { usual } of given) if (usual) valueOf(walk, usual);
  const values = hyper.map((p) => {
    const value = p.usual && valueOf(walk, p.usual);
    if (value?.kind !== "constant" || !Number.isFinite(value.value))
      return refuse(p, "default", { name, setting: p.name });
    return [p.name, value.value];
  });
  return Object.fromEntries(values);
}

/** The notes of a rule, what it returns, and its settings. Throws a Fault. @param {Rule} rule */
export function notesOf(rule) {
  const { head } = rule;
  /** @type {Walk} */
  const walk = { rule, scope: new Map(), outer: null, steps: [], work: { left: MOST_WORK } };
  const hyper = hyperOf(walk);
  const [x, grad, t, ...memories] = head.given.map((p) => p.name);
  for (const name of [x, ...memories]) walk.scope.set(name, noted(walk.steps, "array", [], head));
  walk.scope.set(grad, { kind: "grad" });
  for (const name in hyper) walk.scope.set(name, noted(walk.steps, "number", [name], head));
  walk.scope.set(t, noted(walk.steps, "number", ["t"], head));
  const result = walked(walk);
  const last = rule.statements.findLast(({ kind }) => kind === "return");
  if (result?.kind !== "tuple" || result.parts.length !== memories.length + 1)
    wrongResult(rule, result, memories, last);
  const parts = /** @type {{ parts: Thing[] }} */ (result).parts;
  const span = last ?? head;
  return { hyper, memories, steps: walk.steps, result: parts.map((part) => finite(numberOf(walk, part, span), span)) };
}

/** Say what is wrong with what a rule returns, as descent.notes does. @param {Rule} rule @param {Thing | null} result @param {string[]} names @param {any} last @returns {never} */
function wrongResult({ head }, result, names, last) {
  const { name, text } = head;
  const loose = names.find((memory) => known.settings.includes(memory));
  if (loose) starless(head, loose);
  const node = last?.value ?? null;
  const nodes = node && ["tuple", "list"].includes(node.kind) ? node.parts : node ? [node] : [];
  const values = nodes.map((/** @type {Span} */ part) => text.slice(part.from, part.to));
  const all = [(result && values[0]) || "x", ...names];
  const wanted = `return ${names.length ? all.join(", ") : `(${all[0]},)`}`;
  const several = names.length > 1 ? "ies" : "y";
  const whole = names.length ? `x and its memor${several} ${names.join(", ")}` : "x alone, as a tuple";
  if (!result) return refuse(last ?? head, "nothing", { name, wanted });
  if (result.kind === "list") return refuse(last, "list", { name, wanted });
  if (result.kind !== "tuple")
    return refuse(last, "must", { name, whole, wanted: wanted + (names.length ? "" : " with a comma behind x") });
  if (!names.length) {
    const memory = /^[\p{L}_][\p{L}\p{N}_]*$/u.test(values[1] ?? "") ? values[1] : "v";
    return refuse(last, "memoryless", { name, count: values.length, head: headText(head, { memory }) });
  }
  return refuse(last, "values", {
    name,
    count: `${values.length} value${values.length === 1 ? "" : "s"}`,
    whole,
    wanted,
  });
}
