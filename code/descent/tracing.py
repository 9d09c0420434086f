"""Run a rule once on numbers that take notes, and write the notes down as JavaScript.

The rule that NumPy runs and the rule that runs under the reader's mouse are the same lines of Python: each operation
on a ``Note`` appends one line for each of the two coordinates. ``program`` collects rules and surfaces into one
module text for the explorer.
"""

import json
import re

import numpy as np
import sympy

from descent.rules import RULES
from descent.runs import BOUND, check_result, hyperparameters, memories
from descent.surfaces import X, Y, derivative

OPERATORS = {
    np.add: "{} + {}",
    np.subtract: "{} - {}",
    np.multiply: "{} * {}",
    np.true_divide: "{} / {}",
    np.negative: "-{}",
    np.positive: "{}",
    np.power: "{} ** {}",
    np.square: "{0} * {0}",
    np.reciprocal: "1 / {}",
    np.sqrt: "Math.sqrt({})",
    np.abs: "Math.abs({})",
    np.sign: "Math.sign({})",
    np.exp: "Math.exp({})",
    np.log: "Math.log({})",
    np.tanh: "Math.tanh({})",
    np.maximum: "Math.max({}, {})",
    np.minimum: "Math.min({}, {})",
}
LABELS = {
    "sgd": "Gradient descent",
    "momentum": "Momentum",
    "nag": "NAG",
    "adagrad": "Adagrad",
    "rmsprop": "RMSprop",
    "adam": "Adam",
    "adadelta": "Adadelta",
    "adamw": "AdamW",
    "amsgrad": "AMSGrad",
    "nadam": "Nadam",
}


class TracingError(TypeError):
    """Raised when a rule does something that cannot be written down as straight-line JavaScript."""


class Note(np.lib.mixins.NDArrayOperatorsMixin):
    """A number that records what is done to it: ``names`` holds its JavaScript name for each coordinate."""

    def __init__(self, names, lines):
        self.names = names
        self.lines = lines

    def __array_ufunc__(self, ufunc, method, *inputs, **options):
        if "out" in options:
            raise TracingError("a rule may not change a number in place; write x = x - step instead of x -= step")
        if ufunc in (np.less, np.less_equal, np.greater, np.greater_equal, np.equal, np.not_equal):
            raise TracingError(_hint("a comparison", "asks a rule to branch, and a rule may not branch on a number"))
        if method != "__call__" or options or ufunc not in OPERATORS:
            name = ufunc.__name__ if method == "__call__" else f"{ufunc.__name__}.{method}"
            raise TracingError(_hint(f"np.{name}", "has no translation"))
        if ufunc is np.power and isinstance(inputs[1], int) and inputs[1] == 2:
            ufunc, inputs = np.square, inputs[:1]
        operands = [_names(value) for value in inputs]
        template = OPERATORS[ufunc]
        first, second = (template.format(*(names[i] for names in operands)) for i in (0, 1))
        return self.record(first, second)

    def __array_function__(self, function, *_):
        # Otherwise np.linalg.norm and its like would quietly treat a note as one number.
        raise TracingError(_hint(f"np.{function.__name__}", "has no translation"))

    def __array__(self, *_, **__):
        raise TracingError(_hint("an array", "is not needed: arithmetic acts on all coordinates"))

    def record(self, first, second):
        """Write down the two coordinates' expressions, or one line where they are the same."""
        a = f"n{len(self.lines)}"
        self.lines.append(f"const {a} = {first};")
        if first == second:
            return Note((a, a), self.lines)
        b = f"n{len(self.lines)}"
        self.lines.append(f"const {b} = {second};")
        return Note((a, b), self.lines)

    def __bool__(self):
        raise TracingError(
            _hint("if, while, and, or, max() or min()", "needs a number, and a rule may not branch on one")
        )

    def __float__(self):
        raise TracingError(_hint("float() or the math module", "needs a plain number"))

    __int__ = __index__ = __float__

    def __getitem__(self, _):
        raise TracingError(_hint("indexing", "looks at one coordinate, and a rule treats all alike"))

    def __iter__(self):
        raise TracingError(_hint("looping over coordinates", "is not needed: arithmetic acts on all of them"))


def trace(rule):
    """The rule as a JavaScript function ``step(s, t, h, slope, g)``, and how many memories it keeps.

    ``s`` holds the point and the memories, two numbers each, and is updated in place; ``h`` the hyperparameters;
    ``slope(x, y, g, t)`` writes the gradient into ``g``.
    """
    _check_signature(rule)
    count, lines = memories(rule), []

    def grad(where):
        x, y = _names(where)
        lines.append(f"slope({x}, {y}, g, t);")
        return Note(("", ""), lines).record("g[0]", "g[1]")

    # Read first and written last, so that a rule may hand old numbers on, such as ``return x - step, x``.
    state = [Note(("", ""), lines).record(f"s[{2 * i}]", f"s[{2 * i + 1}]") for i in range(count + 1)]
    hyper = {name: Note((f"h.{name}", f"h.{name}"), lines) for name in hyperparameters(rule)}
    try:
        result = rule(state[0], grad, Note(("t", "t"), lines), *state[1:], **hyper)
        check_result(rule, result)
    except TracingError:
        raise
    except Exception as error:
        raise TracingError(f"{rule.__name__} cannot be written down as JavaScript: {error}") from error
    names = [_names(value) for value in result]
    body = lines + [f"s[{2 * i + c}] = {names[i][c]};" for i in range(count + 1) for c in (0, 1)]
    return "step(s, t, h, slope, g) {\n" + "".join(f"    {line}\n" for line in body) + "  }", count


def label(rule):
    """The name a reader sees: the field's own for the course's rules, the function's for a learner's."""
    return LABELS[rule.__name__] if RULES.get(rule.__name__) is rule else rule.__name__


def program(rules, surfaces):
    """One JavaScript module with the given rules (functions) and surfaces, for the explorer."""
    rule_texts, surface_texts = [], []
    for rule in rules:
        step, count = trace(rule)
        facts = f"label: {json.dumps(label(rule))}, memory: {count}, hyper: {json.dumps(hyperparameters(rule))}"
        rule_texts.append(f"{rule.__name__}: {{ {facts},\n  {step} }}")
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
        "quadratic": not surface.expression.diff(X, 2).free_symbols
        and not surface.expression.diff(Y, 2).free_symbols
        and not surface.expression.diff(X, Y).free_symbols,
        "parameters": {name: float(value) for name, value in surface.parameters.items()},
    }
    parameters = f"const {{ {', '.join(surface.parameters)} }} = p; " if surface.parameters else ""
    methods = [
        _method("value(x, y)", ["return "], [f]),
        _method("slope(x, y, g)", ["g[0] = ", "g[1] = "], [derivative(f, X), derivative(f, Y)]),
        _method(
            "hessian(x, y, h)",
            ["h[0] = ", "h[1] = ", "h[2] = "],
            [derivative(f, X, X), derivative(f, X, Y), derivative(f, Y, Y)],
        ),
    ]
    return json.dumps(facts)[:-1] + f",\n  make(p) {{ {parameters}return {{\n" + ",\n".join(methods) + " }; } }"


def _method(head, targets, expressions):
    shared, reduced = sympy.cse(expressions, symbols=sympy.numbered_symbols("c"))
    lines = [f"const {name} = {_javascript(value)};" for name, value in shared]
    lines += [f"{target}{_javascript(value)};" for target, value in zip(targets, reduced, strict=True)]
    return f"    {head} {{ {' '.join(lines)} }}"


def _javascript(expression):
    return sympy.jscode(sympy.N(expression, 17) if expression.is_number else expression)


def _names(value):
    if isinstance(value, Note):
        return value.names
    if isinstance(value, (int, float, np.integer, np.floating)) and not isinstance(value, bool) and np.isfinite(value):
        text = repr(float(value)).removesuffix(".0")
        return (f"({text})", f"({text})") if text.startswith("-") else (text, text)
    raise TracingError(f"a rule computes with numbers only; {value!r} is none")


def _check_signature(rule):
    if not callable(rule) or not re.fullmatch(r"[A-Za-z_]\w*", getattr(rule, "__name__", "")):
        raise TracingError(f"{rule!r} is not a rule; define one with def my_rule(x, grad, t, ..., *, lr=0.01)")
    if memories(rule) < 0:
        raise TracingError(f"{rule.__name__} must take x, grad and t first: def {rule.__name__}(x, grad, t, ...)")
    for name, default in hyperparameters(rule).items():
        if not isinstance(default, (int, float)):
            raise TracingError(f"{rule.__name__} needs a number as default for {name}: *, {name}=0.01")


def _hint(what, why):
    return f"{what} {why}; use arithmetic, np.sqrt, np.abs, np.sign, np.maximum or np.minimum"
