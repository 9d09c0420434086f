"""Write the notes that a rule leaves behind (``descent.notes``) down as JavaScript.

The rule that NumPy runs and the rule that runs under the reader's mouse are the same lines of Python: each operation
on a ``Note`` appends one line for each of the two coordinates. ``program`` collects rules and surfaces into one
module text for the explorer.
"""

import json
import re
from contextlib import redirect_stdout

import numpy as np
import sympy

from descent import errors
from descent.advice import advised, draws, kept_outside, random_numbers
from descent.algebra import X, Y, gradient, hessian
from descent.checks import find_rule
from descent.notes import (
    OPERATORS,
    Note,
    TracingError,
    first_line,
    hyperparameters,
    memories,
    name_of,
    notes,
    positional,
)
from descent.rules import CARDS, RULES
from descent.sentences import sentence
from descent.walk import BOUND

# The names that readers see.
LABELS = {card.name: card.label for card in CARDS}


def trace(rule):
    """The rule as a JavaScript function ``step(s, t, h, slope, g)``, and how many memories it keeps.

    ``s`` holds the point and the memories, two numbers each, and is updated in place; ``h`` the hyperparameters;
    ``slope(x, y, g, t)`` writes the gradient into ``g``.
    """
    rule = traceable(rule)
    steps, result = _the_same_twice(rule)
    lines, pairs = [], []

    def names(value):
        """The JavaScript of a value, for each of the two coordinates."""
        if isinstance(value, Note):
            return pairs[value.place]
        text = repr(value).removesuffix(".0")
        return 2 * (f"({text})" if text.startswith("-") else text,)

    def record(first, second):
        """Write down the two coordinates' expressions, or one line where they are the same."""
        a = b = f"n{len(lines)}"
        lines.append(f"const {a} = {first};")
        if first != second:
            b = f"n{len(lines)}"
            lines.append(f"const {b} = {second};")
        return a, b

    for place, (kind, operands) in enumerate(steps):
        if kind == "array":
            pair = record(f"s[{2 * place}]", f"s[{2 * place + 1}]")
        elif kind == "number":
            pair = 2 * ("t" if operands[0] == "t" else f"h.{operands[0]}",)
        elif kind == "slope":
            lines.append("slope({}, {}, g, t);".format(*names(operands[0])))
            pair = record("g[0]", "g[1]")
        else:
            pair = record(*(OPERATORS[kind].format(*both) for both in zip(*map(names, operands), strict=True)))
        pairs.append(pair)
    body = lines + [f"s[{2 * i + c}] = {names(value)[c]};" for i, value in enumerate(result) for c in (0, 1)]
    return "step(s, t, h, slope, g) {\n" + "".join(f"    {line}\n" for line in body) + "  }", memories(rule)


def label(rule):
    """The field's name for the course's rules, the function's for a learner's."""
    return name_of(rule) if is_own(rule) else LABELS[name_of(rule)]


def is_own(rule):
    """Is this a learner's rule, rather than the course's of that name?"""
    return RULES.get(name_of(rule)) is not rule


def program(rules, surfaces):
    """One JavaScript module with the given rules (functions) and surfaces, for the explorer."""
    rule_texts, surface_texts = [], []
    for rule in rules:
        step, count = trace(rule)
        names = json.dumps([memory.name for memory in positional(rule)[3:]])
        facts = f"label: {json.dumps(label(rule))}, memory: {count}, names: {names}, hyper: {json.dumps(hyperparameters(rule))}"
        rule_texts.append(f"{name_of(rule)}: {{ {facts},\n  {step} }}")
    for surface in surfaces:
        surface_texts.append(f"{json.dumps(surface.name)}: {surface_program(surface)}")
    return (
        f"export const bound = {BOUND:g};\n"
        "export const rules = {\n" + ",\n".join(rule_texts) + "\n};\n"
        "export const surfaces = {\n" + ",\n".join(surface_texts) + "\n};\n"
    )


def surface_program(surface):
    """A surface as JavaScript: its facts, and ``make(p)``, which puts parameters in."""
    f = surface.general
    values = surface.value(surface.minima) if len(surface.minima) else np.empty(0)
    lowest = values <= surface.floor + 1e-9
    facts = {
        "label": re.sub(r"_|(?<=[a-z])(?=\d)", " ", surface.name).capitalize(),
        "window": surface.window,
        "start": surface.start,
        "minima": surface.minima[lowest].tolist(),
        "others": surface.minima[~lowest].tolist(),
        "floor": surface.floor,
        "goal": surface.has_minimum,
        "quadratic": not surface.expression.diff(X, 2).free_symbols
        and not surface.expression.diff(Y, 2).free_symbols
        and not surface.expression.diff(X, Y).free_symbols,
        "parameters": {name: float(value) for name, value in surface.parameters.items()},
    }
    parameters = f"const {{ {', '.join(surface.parameters)} }} = p; " if surface.parameters else ""
    methods = [
        _method("value(x, y)", ["return "], [f]),
        _method("slope(x, y, g)", ["g[0] = ", "g[1] = "], gradient(f)),
        _method("hessian(x, y, h)", ["h[0] = ", "h[1] = ", "h[2] = "], hessian(f)),
    ]
    return json.dumps(facts)[:-1] + f",\n  make(p) {{ {parameters}return {{\n" + ",\n".join(methods) + " }; } }"


def _method(head, targets, expressions):
    known = set().union(*(expression.free_symbols for expression in expressions))
    # Called as in NumPy's function, because products are put in the order of their names.
    shared, reduced = sympy.cse(expressions, symbols=sympy.numbered_symbols("x", exclude=known))
    lines = [f"const {name} = {_javascript(value)};" for name, value in shared]
    lines += [f"{target}{_javascript(value)};" for target, value in zip(targets, reduced, strict=True)]
    return f"    {head} {{ {' '.join(lines)} }}"


def _javascript(expression):
    return sympy.jscode(sympy.N(expression, 17) if expression.is_number else expression)


def traceable(rule):
    """The rule, with a number as default for each hyperparameter: it becomes a slider."""
    try:
        rule = find_rule(rule)
    except TypeError as error:  # whoever traces is told so by one type of error
        raise errors.pointing(TracingError(str(error)), errors.place(error)) from None
    for name, default in hyperparameters(rule).items():
        if not isinstance(default, (int, float)):
            said = sentence("default", name=name_of(rule), setting=name)
            raise errors.pointing(TracingError(said), first_line(rule))
    return rule


def _the_same_twice(rule):
    """The notes of a rule that does the same whenever it is called."""
    with advised(rule):
        steps, result = notes(rule)
        with redirect_stdout(None):  # what it prints is printed once
            again, other = notes(rule)
    if _text(steps, result) != _text(again, other):
        raise errors.pointing(
            TracingError(random_numbers(rule) if draws(rule) else kept_outside(rule)), first_line(rule)
        )
    return steps, result


def _text(steps, result):
    """Notes as text, in which each number that was made has its place for a name."""

    def name(value):
        return f"#{value.place}" if isinstance(value, Note) else repr(value)

    return [(kind, *map(name, operands)) for kind, operands in steps], [*map(name, result)]
