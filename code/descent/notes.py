"""Read a rule: its signature, and, run once on numbers that take notes, what it computes.

The notes are a list of steps, each with the places of those that it uses. ``descent.tracing`` writes them down as
JavaScript for the explorer, ``descent.loops`` as one loop in machine code.
"""

import ast
import inspect
import textwrap
from functools import partial
from typing import NamedTuple

import numpy as np

from descent.errors import Place, pointing
from descent.rules import RULES
from descent.sentences import SENTENCES, sentence

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
# What to do in place of a function of NumPy that has no translation.
SINGLY = "a rule in a figure treats each coordinate alone, so leave it out (descend runs it)"
UNNEEDED = "a memory starts at 0 by itself, so leave it out"
INSTEAD = dict.fromkeys(("sum", "mean", "max", "min", "dot", "prod", "std", "var", "linalg.norm", "matmul"), SINGLY)
INSTEAD |= dict.fromkeys(("zeros_like", "ones_like", "full_like", "empty_like"), UNNEEDED)
INSTEAD |= {
    "clip": "write np.minimum(np.maximum(g, low), high)",
    "where": "use np.sign, np.maximum or np.minimum",
    "bitwise_xor": "write ** for a power, such as g**2",
}


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
        steps.append(
            Step(kind, tuple(operand if kind == "number" else _operand(operand, steps) for operand in operands))
        )

    def __array_ufunc__(self, ufunc, method, *inputs, **options):
        if "out" in options:
            raise TracingError("a rule may not change a number in place; write x = x - step instead of x -= step")
        if ufunc in COMPARISONS:
            raise TracingError(_hint("a comparison", "asks a rule to branch, and a rule may not branch on a number"))
        if method != "__call__" or options or ufunc not in OPERATORS:
            raise _untranslated(
                {"add.reduce": "sum", "multiply.reduce": "prod"}.get(name := _name(ufunc, method), name)
            )
        if ufunc is np.power and isinstance(inputs[1], int) and inputs[1] == 2:
            ufunc, inputs = np.square, inputs[:1]
        return Note(self.steps, ufunc, *inputs)

    def __array_function__(self, function, *_):
        # Otherwise np.linalg.norm and its like would quietly treat a note as one number.
        raise _untranslated(f"{function.__module__}.{function.__name__}".removeprefix("numpy."))

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
        raise TracingError(SENTENCES["index"])

    def __iter__(self):
        raise TracingError(SENTENCES["loop"])

    __len__ = __iter__

    def __repr__(self):
        return "(known only while the figure runs; descend prints numbers)"

    def __format__(self, _):
        return repr(self)


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
        return steps, tuple(_operand(value, steps) for value in result)
    except TracingError:
        raise
    except Exception as error:
        raise TracingError(f"{name_of(rule)} cannot be written down step by step: {error}") from error


def check_result(rule, result, shape=None):
    """Say it in one line when ``result`` is not a tuple of ``x``, numbers of that shape, and the rule's memories."""
    if not isinstance(result, tuple) or len(result) != memories(rule) + 1:
        if loose := [memory.name for memory in positional(rule)[3:] if memory.name in SETTINGS]:
            raise pointing(TypeError(starless(rule, loose[0])), first_line(rule))
        raise pointing(TypeError(_wrong_result(rule, result)), _return_line(rule))
    if shape is None:
        return
    x = np.asarray(result[0])
    if x.shape != shape or x.dtype.kind not in "iufO":
        said = (
            f"{name_of(rule)} returned {x.dtype} of the shape {x.shape} for x; it must be numbers of the shape {shape}"
        )
        raise pointing(ValueError(said), _return_line(rule))


def _wrong_result(rule, result):
    """What to write instead of what the rule returns."""
    name, names = name_of(rule), [p.name for p in positional(rule)[3:]]
    values = _returned(rule) or ["x"] * len(result if isinstance(result, tuple) else ())
    first = values[0] if values and result is not None else "x"
    verb = "" if getattr(rule, "__name__", "") == "<lambda>" else "return "
    wanted = verb + (
        ", ".join([first, *names]) if names and verb else f"({', '.join([first, *names])}{',' * (not names)})"
    )
    whole = f"x and its memor{'ies' if len(names) > 1 else 'y'} {', '.join(names)}" if names else "x alone, as a tuple"
    if result is None:
        return sentence("nothing", name=name, wanted=wanted)
    if isinstance(result, list):
        return sentence("list", name=name, wanted=wanted)
    if not isinstance(result, tuple):
        return sentence("must", name=name, whole=whole, wanted=wanted) + " with a comma behind x" * (not names)
    if not names:
        kept = values[1] if str(values[1]).isidentifier() else "v"
        return sentence("memoryless", name=name, count=len(values), head=signature(rule, memory=kept))
    count = f"{len(values)} value{'s' * (len(values) != 1)}"
    return sentence("values", name=name, count=count, whole=whole, wanted=wanted)


def starless(rule, setting):
    """What to say where the star before the hyperparameters is missing."""
    return sentence("starless", name=name_of(rule), setting=setting, head=signature(rule, star=setting))


def signature(rule, star=None, memory=None):
    """The rule's first line, without what annotates it; with a star before a parameter, or with one more memory."""
    parts = []
    for p in inspect.signature(rule).parameters.values():
        keyword = p.kind is p.KEYWORD_ONLY
        if "*" not in parts and ((keyword and not star) or p.name == star):
            parts.append("*")
        mark = {p.VAR_POSITIONAL: "*", p.VAR_KEYWORD: "**"}.get(p.kind, "")
        parts.append(mark + p.name + (f"={p.default!r}" if p.default is not p.empty else ""))
    parts[3:3] = [f"{memory}=0"] if memory else []
    return f"def {name_of(rule)}({', '.join(parts)})"


def text_of(rule):
    """The lines of the rule's text, the number of the first, and their tree; ``([], 0, None)`` where it is not known."""
    rule = inspect.unwrap(rule)
    while isinstance(rule, partial):
        rule = rule.func
    call = rule if inspect.isroutine(rule) or isinstance(rule, type) else type(rule).__call__
    try:
        lines, first = inspect.getsourcelines(call)
        return lines, first, ast.parse(textwrap.dedent("".join(lines)))
    except (OSError, TypeError, SyntaxError):
        return [], 0, None


def first_line(rule):
    """Where the rule's text begins, or ``None``."""
    lines, first, _ = text_of(rule)
    heads = [k for k, line in enumerate(lines) if not line.lstrip().startswith("@")]
    return Place(first + heads[0], lines[heads[0]].strip(), "") if heads else None


def _result(rule):
    """What the rule returns in its last line, or a lambda in its only one: the node, or ``None``."""
    nodes = list(ast.walk(tree)) if (tree := text_of(rule)[2]) else []
    lambdas = [node for node in nodes if isinstance(node, ast.Lambda)]
    if getattr(rule, "__name__", "") == "<lambda>" and len(lambdas) == 1:
        return lambdas[0].body
    found = [node for node in nodes if isinstance(node, ast.Return)]
    return max(found, key=lambda node: node.lineno).value if found else None


def _returned(rule):
    """The texts of what the rule's last line returns."""
    node = _result(rule)
    parts = node.elts if isinstance(node, (ast.Tuple, ast.List)) else [node] * (node is not None)
    return [ast.unparse(part) for part in parts]


def _return_line(rule):
    node, (lines, first, _) = _result(rule), text_of(rule)
    if node is None:
        return first_line(rule)
    return Place(first + node.lineno - 1, lines[node.lineno - 1].strip(), "")


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


def positional(rule):
    """The rule's positional parameters: ``x``, ``grad``, ``t`` and its memories."""
    parameters = inspect.signature(rule).parameters.values()
    return [p for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]


def memories(rule):
    """How many memories the rule keeps: its positional arguments after ``x``, ``grad`` and ``t``."""
    return len(positional(rule)) - 3


def hyperparameters(rule):
    """The rule's hyperparameters and their defaults, read from its signature."""
    return {
        p.name: p.default
        for p in inspect.signature(rule).parameters.values()
        if p.kind is inspect.Parameter.KEYWORD_ONLY
    }


SETTINGS = {name for rule in RULES.values() for name in hyperparameters(rule)}


def _operand(value, steps):
    if isinstance(value, Note) and value.steps is steps:
        return value
    if isinstance(value, (int, float, np.integer, np.floating)) and not isinstance(value, bool) and np.isfinite(value):
        return float(value)
    if isinstance(value, Note):
        raise TracingError("a number was kept from the step before, outside the rule; make it a memory, such as v=0")
    raise TracingError(sentence("numbers", value=repr(value)))


def _name(ufunc, method):
    return ufunc.__name__ if method == "__call__" else f"{ufunc.__name__}.{method}"


def _untranslated(name):
    return TracingError(sentence("untranslated", name=name, instead=INSTEAD.get(name, SENTENCES["arithmetic"])))


def _hint(what, why):
    return f"{what} {why}; {SENTENCES['arithmetic']}"
