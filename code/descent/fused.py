"""Arithmetic on whole arrays as one compiled loop, with the same result to the last bit.

NumPy goes over the arrays once for each operation, fourteen times for Adam. The loop does all of them on one entry
before the next, so that each number is read once and written once. It is no second copy: ``descent.notes`` takes down
what a function does, and numba compiles the notes. Where that cannot be done (a function whose last bit depends on who
computes it, such as ``exp``; a machine without numba), the function itself is used.
"""

from functools import cache, wraps
from math import sqrt

import numpy as np

from descent.notes import OPERATORS, Note, TracingError, hyperparameters, memories, notes

try:
    from numba import njit
except ImportError:  # there is none for some machines, such as Macs with an Intel processor
    njit = None

PLAIN = {int, float}
KINDS = "fd"  # the types that numba computes with: single and double precision
# What IEEE 754 fixes to the last bit; not-a-number goes the way it goes in NumPy.
EXACT = {kind: OPERATORS[kind] for kind in (np.add, np.subtract, np.multiply, np.true_divide, np.negative, np.square)}
EXACT |= {
    np.sqrt: "sqrt({})",
    np.abs: "abs({})",
    np.sign: "(one(1) if {0} > one(0) else one(-1) if {0} < one(0) else {0})",
    np.maximum: "({0} if {0} >= {1} or {0} != {0} else {1})",
    np.minimum: "({0} if {0} <= {1} or {0} != {0} else {1})",
}


def compiled(loops):
    """A function of arrays, written as loops, in machine code where numba can do that, and else as it is."""
    fast = njit(error_model="numpy")(loops) if njit else loops

    @wraps(loops)
    def either(first, *others):
        return (fast if first.dtype.char in KINDS else loops)(first, *others)

    return either


@cache
def fused(rule):
    """The rule with all its arithmetic in one loop: the same arguments, the same result.

    Only for rules that do nothing but compute, such as those of ``descent.rules``: it runs them once, to take notes.

    >>> from descent.rules import adam
    >>> x = np.ones(3)
    >>> new, m, s = fused(adam)(x, np.cos, 1, 0 * x, 0 * x, lr=0.1)
    >>> bool(np.all(new == adam(x, np.cos, 1, lr=0.1)[0]))
    True
    """
    try:
        steps, result = notes(rule)
        finish = _loop(steps, result)
        slopes = [(place, step.operands) for place, step in enumerate(steps) if step.kind == "slope"]
        # How to find the point at which each slope is read; most rules read theirs at x itself.
        looks = [None if _is_x(*operands) else _loop(steps[:place], operands) for place, operands in slopes]
    except TracingError:
        return rule
    defaults, count = hyperparameters(rule), memories(rule)

    @wraps(rule)
    def step(x, grad, t, *memory, **hyper):
        numbers, arrays = (*(defaults | hyper).values(), t), [x, *memory]
        plain = len(numbers) == len(defaults) + 1 and PLAIN.issuperset(map(type, numbers))
        if not plain or len(memory) != count or x.ndim != 1 or x.dtype.char not in KINDS or not _fit(x, memory):
            return rule(x, grad, t, *memory, **hyper)
        for look in looks:
            arrays.append(grad(_run(look, numbers, arrays)[0] if look else x))
        return _run(finish, numbers, arrays) if _fit(x, arrays[count + 1 :]) else rule(x, grad, t, *memory, **hyper)

    return step


def _run(loop, numbers, arrays):
    """Call what ``_loop`` made, and return the new arrays."""
    shared, loop, results = loop
    new = [np.empty_like(arrays[0]) for _ in results]
    loop(*shared(*numbers), *arrays, *new)
    return tuple(new)


def elementwise(f, dims):
    """``f`` of matrices (n, m) and rows (m,) in one loop; ``dims`` says which is which, and the first is a matrix.

    >>> elementwise(lambda z, b: np.maximum(z + b, 0), (2, 1))(np.array([[1.0, -5.0]]), np.array([1.0, 2.0]))
    array([[2., 0.]])
    """
    steps = []
    try:
        _, loop, _ = _loop(steps, (f(*(Note(steps, "array") for _ in dims)),), dims)
    except (TracingError, AttributeError):  # a note has no methods, such as sum
        return f

    @wraps(f)
    def whole(first, *others):
        if first.dtype.char not in KINDS:
            return f(first, *others)
        new = np.empty_like(first)
        loop(first, *others, new)
        return new

    return whole


def _is_x(point):
    return isinstance(point, Note) and point.place == 0


def _fit(x, others):
    """Whether all are arrays of the shape and type of ``x``."""
    kind, shape = x.dtype, x.shape
    return not [a for a in others if type(a) is not np.ndarray or a.dtype != kind or a.shape != shape]


def _loop(steps, results, dims=None):
    """Compile ``steps``: a function of the numbers that all entries share, one of these and all arrays, and ``results``.

    The last arrays are new ones, written into, one for each of ``results``. ``dims`` are those of the others: 2 for a
    matrix, 1 for a row beside it; without, all are vectors.
    """
    if njit is None:
        raise TracingError("numba is not installed")
    made = {"sqrt": sqrt}
    exec(_text(steps, results, dims), made)
    return made["shared"], njit(error_model="numpy")(made["loop"]), results


def _text(steps, results, dims):
    """The text of the two functions that ``_loop`` compiles.

    What the entries share is computed in double precision and then rounded to the arrays' own (``one``), as in NumPy.
    """
    given, arrays, once, each = [], [], [], []
    names = []  # what the value of each step is called in the loop

    def text(value):
        return names[value.place] if isinstance(value, Note) else f"one({value!r})"

    for place, (kind, operands) in enumerate(steps):
        name = f"v{place}"
        if kind == "number":
            given.append(name)
            name = f"one({name})"
        elif kind in ("array", "slope"):
            name = f"a{place}[i, j]" if dims and dims[len(arrays)] == 2 else f"a{place}[j]"
            arrays.append(f"a{place}")
        elif all(text(value).startswith("one(") for value in operands):
            once.append(f"{name} = {OPERATORS[kind].format(*(text(value)[3:] for value in operands))}")
            name = f"one({name})"
        elif kind in EXACT:
            each.append(f"{name} = {EXACT[kind].format(*map(text, operands))}")
        else:
            raise TracingError(f"np.{kind.__name__} may differ in its last bit")
        names.append(name)
    at = "[i, j]" if dims else "[j]"
    new = [f"new{k}" for k in range(len(results))]
    each += [f"{name}{at} = {text(value)}" for name, value in zip(new, results, strict=True)]
    shared = [f"v{place}" for place in range(len(steps)) if any(f"one(v{place})" in line for line in each)]
    lines = "\n            ".join(each)
    return f"""
def shared({", ".join(given)}):
    {"; ".join([*once, f"return [{', '.join(shared)}]"])}

def loop({", ".join(shared + arrays + new)}):
    one = new0.dtype.type
    for i in range({"new0.shape[0]" if dims else 1}):
        for j in range(new0.shape[-1]):
            {lines}
"""
