"""Read a rule: its signature, and, run once on numbers that take notes, what it computes.

The notes are a list of steps, each with the places of those that it uses. ``descent.tracing`` writes them down as
JavaScript for the explorer, ``descent.fused`` as one compiled loop.
"""

import inspect
from functools import partial
from typing import NamedTuple

import numpy as np

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
COMPARISONS = (np.less, np.less_equal, np.greater, np.greater_equal, np.equal, np.not_equal)


class TracingError(TypeError):
    """Raised when a rule does something that cannot be written down as a straight line of steps."""


class Step(NamedTuple):
    """One note: an operator of NumPy with its operands, each a ``Note`` or a float.

    Or what a rule is given: ``"array"`` (the point, then the memories), ``"slope"`` with the point it is read at,
    and ``"number"`` with a name.
    """

    kind: object
    operands: tuple


class Note(np.lib.mixins.NDArrayOperatorsMixin):
    """A number that writes down what is done to it, as a ``Step`` of its ``steps`` at its ``place``."""

    def __init__(self, steps, kind, *operands):
        self.steps, self.place = steps, len(steps)
        steps.append(Step(kind, tuple(operand if kind == "number" else _operand(operand) for operand in operands)))

    def __array_ufunc__(self, ufunc, method, *inputs, **options):
        if "out" in options:
            raise TracingError("a rule may not change a number in place; write x = x - step instead of x -= step")
        if ufunc in COMPARISONS:
            raise TracingError(_hint("a comparison", "asks a rule to branch, and a rule may not branch on a number"))
        if method != "__call__" or options or ufunc not in OPERATORS:
            name = ufunc.__name__ if method == "__call__" else f"{ufunc.__name__}.{method}"
            raise TracingError(_hint(f"np.{name}", "has no translation"))
        if ufunc is np.power and isinstance(inputs[1], int) and inputs[1] == 2:
            ufunc, inputs = np.square, inputs[:1]
        return Note(self.steps, ufunc, *inputs)

    def __array_function__(self, function, *_):
        # Otherwise np.linalg.norm and its like would quietly treat a note as one number.
        raise TracingError(_hint(f"np.{function.__name__}", "has no translation"))

    def __array__(self, *_, **__):
        raise TracingError(_hint("an array", "is not needed: arithmetic acts on all coordinates"))

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


def notes(rule):
    """The steps of ``rule``, and its result: the next point and memories, each a ``Note`` or a float."""
    steps = []
    # Read first and written last, so that a rule may hand old numbers on, such as ``return x - step, x``.
    state = [Note(steps, "array") for _ in range(memories(rule) + 1)]
    hyper = {name: Note(steps, "number", name) for name in hyperparameters(rule)}
    t = Note(steps, "number", "t")
    try:
        result = rule(state[0], lambda where: Note(steps, "slope", where), t, *state[1:], **hyper)
        check_result(rule, result)
        return steps, tuple(_operand(value) for value in result)
    except TracingError:
        raise
    except Exception as error:
        raise TracingError(f"{name_of(rule)} cannot be written down step by step: {error}") from error


def check_result(rule, result, shape=None):
    """Say it in one line when ``result`` is not a tuple of ``x``, numbers of that shape, and the rule's memories."""
    count = memories(rule)
    if not isinstance(result, tuple) or len(result) != count + 1:
        raise TypeError(f"{name_of(rule)} must return (x, ...), a tuple of x and its memories ({count})")
    if shape is None:
        return
    x = np.asarray(result[0])
    if x.shape != shape or x.dtype.kind not in "iufO":
        raise ValueError(
            f"{name_of(rule)} returned {x.dtype} of the shape {x.shape} for x; it must be numbers of the shape {shape}"
        )


def name_of(rule):
    """What a rule is called: by its own name, or by one made up for a partial, an object or a lambda.

    >>> name_of(partial(max, 1)), name_of(lambda x, grad, t: (x,))
    ('my_max', 'my_rule')
    """
    rule = inspect.unwrap(rule)
    if isinstance(rule, partial) and not hasattr(rule, "__name__"):
        return f"my_{name_of(rule.func).removeprefix('my_')}"
    name = getattr(rule, "__name__", type(rule).__name__)
    return name if name.isidentifier() else "my_rule"


def memories(rule):
    """How many memories the rule keeps: its positional arguments after ``x``, ``grad`` and ``t``."""
    positional = inspect.Parameter.POSITIONAL_OR_KEYWORD
    return sum(p.kind is positional for p in inspect.signature(rule).parameters.values()) - 3


def hyperparameters(rule):
    """The rule's hyperparameters and their defaults, read from its signature."""
    return {
        p.name: p.default
        for p in inspect.signature(rule).parameters.values()
        if p.kind is inspect.Parameter.KEYWORD_ONLY
    }


def _operand(value):
    if isinstance(value, Note):
        return value
    if isinstance(value, (int, float, np.integer, np.floating)) and not isinstance(value, bool) and np.isfinite(value):
        return float(value)
    raise TracingError(f"a rule computes with numbers only; {value!r} is none")


def _hint(what, why):
    return f"{what} {why}; use arithmetic, np.sqrt, np.abs, np.sign, np.maximum or np.minimum"
