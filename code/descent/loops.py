"""Many runs as one loop in machine code: a rule and a surface's gradient, from the notes that they leave behind.

NumPy goes over all runs once for each operation. The loop takes all steps of a few runs before it goes on to the next,
so that what they hold stays in the processor. It is no second copy: ``descent.notes`` takes down what the rule and the
gradient do, and each step of the notes is written as an instruction of LLVM for ``WIDTH`` runs at once. Arithmetic and
roots are IEEE's, to NumPy's last bit; ``exp`` and its like may differ in it. What cannot be written so (a rule that
branches or prints, a machine without llvmlite) is left to NumPy: nothing depends on a loop but the time.
"""

import dis
import inspect
import os
import struct
import sys
from concurrent.futures import ThreadPoolExecutor
from ctypes import CDLL, CFUNCTYPE, c_double, c_int64, c_void_p, cast
from functools import lru_cache
from itertools import chain, pairwise
from types import CodeType, FunctionType

import numpy as np

from descent.notes import OPERATORS, Note, TracingError, hyperparameters, notes, positional
from descent.rules import RULES

# From so many steps of one run on, a loop is worth what it costs: LLVM is found in 50 ms, once, and a loop is written
# and compiled in 20. NumPy takes 60 for so many; for each step as long as for ``CALL`` runs, however few they are.
WORTH, CALL = 2e6, 1000
WIDTH = 32  # runs that go together
WORDS = {"V": f"<{WIDTH} x double>", "B": f"<{WIDTH} x i1>", "I": f"<{WIDTH} x i64>", "v": f"v{WIDTH}f64"}
LIBRARY = ("exp", "log", "tanh", "pow")  # what is not the processor's own, and where each system keeps it
LIBRARIES = {"linux": "libm.so.6", "darwin": "libSystem.dylib", "win32": "ucrtbase"}
# V is the type of as many numbers, B of truths, I of whole numbers; {0} and {1} are the operands, and behind them come
# the results of the lines before. Not-a-number goes the way it goes in NumPy.
INSTRUCTIONS = {
    np.add: "fadd {V} {0}, {1}",
    np.subtract: "fsub {V} {0}, {1}",
    np.multiply: "fmul {V} {0}, {1}",
    np.true_divide: "fdiv {V} {0}, {1}",
    np.negative: "fneg {V} {0}",
    np.positive: "fsub {V} {0}, zeroinitializer",
    np.square: "fmul {V} {0}, {0}",
    np.reciprocal: "fdiv {V} splat (double 1.0), {0}",
    np.sign: "fcmp ogt {V} {0}, zeroinitializer; fcmp olt {V} {0}, zeroinitializer; fadd {V} {0}, zeroinitializer; "
    "select {B} {2}, {V} splat (double -1.0), {V} {3}; select {B} {1}, {V} splat (double 1.0), {V} {4}",
    np.maximum: "fcmp oge {V} {0}, {1}; fcmp uno {V} {0}, {0}; or {B} {2}, {3}; select {B} {4}, {V} {0}, {V} {1}",
    np.minimum: "fcmp ole {V} {0}, {1}; fcmp uno {V} {0}, {0}; or {B} {2}, {3}; select {B} {4}, {V} {0}, {V} {1}",
    np.sqrt: "call {V} @llvm.sqrt.{v}({V} {0})",
    np.abs: "call {V} @llvm.fabs.{v}({V} {0})",
    np.exp: "call {V} @llvm.exp.{v}({V} {0})",
    np.log: "call {V} @llvm.log.{v}({V} {0})",
    np.tanh: "call {V} @llvm.tanh.{v}({V} {0})",
    np.power: "call {V} @llvm.pow.{v}({V} {0}, {V} {1})",
}
# What a rule may name so that nobody sees it run once more, to take notes.
HARMLESS = {"abs", "np", "numpy", "range", "true_divide", *(kind.__name__ for kind in OPERATORS)}


def worth(steps, runs):
    """Is so much work worth a loop?"""
    return runs > 0 and steps * (CALL + runs) >= WORTH


def walked(rule, slope, x, steps, every, bound, hyper):
    """The runs of ``rule`` from ``x``, shape ``(..., 2)``, or ``None`` where NumPy has to do them.

    ``slope`` is a function of two numbers that returns two. Returns the start, every ``every``-th point and the
    last, shape ``(1 + ceil(steps / every), ..., 2)``, and the step at which each run was lost, or -1, shape ``(...)``.
    """
    varying = {name: value for name, value in hyper.items() if np.ndim(value)}
    try:
        text, shared = _written(rule, slope, varying)
        run = _compiled(text)
        numbers = hyperparameters(rule) | hyper
        table = np.array([shared(numbers | {"t": t}) for t in range(1, steps + 1)], float)
    except (TypeError, ArithmeticError, ImportError, RuntimeError):
        return None
    runs = x[..., 0].size
    whole = -(-runs // WIDTH) * WIDTH
    given = np.empty((1 + len(varying), 2, whole))
    for place, values in zip(given, [x, *varying.values()], strict=True):
        place[:, :runs] = np.broadcast_to(values, x.shape).reshape(runs, 2).T
        place[:, runs:] = place[:, :1]
    points, lost = np.empty((1 + -(-steps // every), 2, whole)), np.empty(whole, np.int64)
    points[0] = given[0]
    arrays = [array.ctypes.data for array in (given, table, points[1:], lost)]
    cores = _cores() if worth(steps, runs - CALL) else 1
    ends = [whole // WIDTH * part // cores * WIDTH for part in range(cores + 1)]
    parts = [ends for ends in pairwise(ends) if ends[0] < ends[1]]
    work = lambda ends: run(*arrays, *ends, whole, steps, every, bound)  # noqa: E731
    if len(parts) == 1:
        work(parts[0])
    else:
        with ThreadPoolExecutor(cores) as pool:
            list(pool.map(work, parts))
    kept = np.moveaxis(points[..., :runs], 1, -1).reshape(-1, *x.shape)
    return kept, lost[:runs].reshape(x.shape[:-1])


def _cores():
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class _Lines:
    """Instructions: of a rule, for each of its two coordinates, or of a gradient, for each of its two numbers."""

    def __init__(self):
        self.lines = []

    def add(self, kind, *operands):
        """Write one operation of NumPy, and say what its result is called."""
        if kind not in INSTRUCTIONS:
            raise TracingError(f"np.{kind.__name__} has no instruction")
        if kind is np.power and operands[1] == _constant(3.0):
            return self.add(np.multiply, self.add(np.square, operands[0]), operands[0])
        names = list(operands)
        for text in INSTRUCTIONS[kind].split("; "):
            self.lines.append(f"%v{len(self.lines)} = {text.format(*names, **WORDS)}")
            names.append(f"%v{len(self.lines) - 1}")
        return names[-1]

    def write(self, steps, arrays, given=None, slope=None):
        """Write ``steps``; returns a function that says what a value of theirs is called, for each coordinate.

        ``arrays`` are the names of the arrays in order, ``given`` those of steps that are known already, by place, and
        ``slope`` is a function of the names of a point.
        """
        names, arrays, sides = [], iter(arrays), len(arrays[0])

        def called(value):
            return names[value.place] if isinstance(value, Note) else sides * (_constant(value),)

        for place, (kind, operands) in enumerate(steps):
            if place in (given or {}):
                names.append(given[place])
            elif kind == "array":
                names.append(next(arrays))
            elif kind == "slope":
                names.append(slope(called(operands[0])))
            else:
                names.append([self.add(kind, *pair) for pair in zip(*map(called, operands), strict=True)])
        return called


def _constant(value):
    """A number, the same for all runs."""
    return f"splat (double 0x{struct.pack('>d', value).hex()})"


def _many(name, kind, one):
    """Instructions that give all runs one number."""
    many = f"<{WIDTH} x {kind}>"
    return [
        f"{name}.one = insertelement {many} poison, {kind} {one}, i64 0",
        f"{name} = shufflevector {many} {name}.one, {many} poison, <{WIDTH} x i32> zeroinitializer",
    ]


def _once(steps, varying):
    """The places of the steps that are the same for all numbers, but for what ``varying`` names."""
    found = set()
    for place, (kind, operands) in enumerate(steps):
        shared = all(not isinstance(value, Note) or value.place in found for value in operands)
        if kind not in ("array", "slope") and shared and not (kind == "number" and operands[0] in varying):
            found.add(place)
    return found


def _shared(steps, once):
    """A function of the settings and ``t`` that gives the values of the steps done ``once``: in Python, as in the rule."""

    def name(value):
        return f"v{value.place}" if isinstance(value, Note) else f"({value!r})"

    lines = []
    for place in sorted(once):
        kind, operands = steps[place]
        if kind != "number" and "Math" in OPERATORS[kind]:
            raise TracingError(f"np.{kind.__name__} of one number")
        text = f"given[{operands[0]!r}]" if kind == "number" else OPERATORS[kind].format(*map(name, operands))
        lines.append(f"    v{place} = {text}\n")
    made = {}
    exec(f"def shared(given):\n{''.join(lines)}    return [{', '.join(f'v{place}' for place in sorted(once))}]", made)
    return made["shared"]


def _noted(rule):
    """The notes of a rule of the course, or of one that is sure to do nothing but compute; and how its memories start."""
    if not _computes_only(rule):
        raise TracingError("the rule may do more than compute")
    starts = [p.default for p in positional(rule)[3:]]
    if not all(type(value) in (int, float) for value in starts):
        raise TracingError("a memory starts as something else than a number")
    return *notes(rule), starts


def _computes_only(rule):
    """Does the text name nothing but its own numbers, NumPy's arithmetic, plain numbers and functions of that kind?"""
    if not isinstance(rule, FunctionType):
        return False
    if rule in RULES.values():
        return True
    own, codes = rule.__code__, [rule.__code__]
    outside = rule.__globals__ | inspect.getclosurevars(rule).nonlocals
    for code in codes:
        codes += [constant for constant in code.co_consts if isinstance(constant, CodeType)]
        named = [outside.get(n) for n in {*code.co_names, *code.co_freevars} - {*own.co_cellvars} - HARMLESS]
        if not all(type(value) in (int, float) or _computes_only(value) for value in named):
            return False
        for step in dis.get_instructions(code):
            if step.opname == "STORE_GLOBAL" or (step.opname == "STORE_DEREF" and step.argval in own.co_freevars):
                return False
    return True


# What is done around the arithmetic: x lies before y, for all runs, in what is given and in each row of points.
# Only where a run is out of bounds does a step go by way of ``stray``: asking is cheap, and marking is not.
LOOP = """
define void @loop(ptr %given, ptr %table, ptr %points, ptr %lost, i64 %first, i64 %last, i64 %whole, i64 %steps,
                  i64 %every, double %bound) {{
start:
  {far}
  br label %block
block:
  %k = phi i64 [ %first, %start ], [ %k1, %end ]
  {loads}
  %to0 = getelementptr double, ptr %points, i64 %k
  br label %step
step:
  %t = phi i64 [ 0, %block ], [ %t1, %again ]
  %t1 = phi i64 [ 1, %block ], [ %t2, %again ]
  %due = phi i64 [ %every, %block ], [ %due2, %again ]
  %to = phi ptr [ %to0, %block ], [ %to2, %again ]
  %gone = phi {I} [ splat (i64 -1), %block ], [ %gone1, %again ]
  {phis}
  %at = mul i64 %t, {columns}
  %row = getelementptr double, ptr %table, i64 %at
  {row}
  {lines}
  %size0 = call {V} @llvm.fabs.{v}({V} {x})
  %size1 = call {V} @llvm.fabs.{v}({V} {y})
  %in0 = fcmp olt {V} %size0, %far
  %in1 = fcmp olt {V} %size1, %far
  %in = and {B} %in0, %in1
  %fine = call i1 @llvm.vector.reduce.and.v{width}i1({B} %in)
  br i1 %fine, label %next, label %stray
stray:
  %there = icmp slt {I} %gone, zeroinitializer
  %kept = select {B} %there, {B} %in, {B} splat (i1 true)
  {now}
  %gone2 = select {B} %kept, {I} %gone, {I} %now
  %x2 = select {B} %kept, {V} {x}, {V} splat (double 0x7FF8000000000000)
  %y2 = select {B} %kept, {V} {y}, {V} splat (double 0x7FF8000000000000)
  br label %next
next:
  %gone1 = phi {I} [ %gone, %step ], [ %gone2, %stray ]
  %x = phi {V} [ {x}, %step ], [ %x2, %stray ]
  %y = phi {V} [ {y}, %step ], [ %y2, %stray ]
  %more = icmp slt i64 %t1, %steps
  %early = icmp slt i64 %t1, %due
  %pass = and i1 %more, %early
  br i1 %pass, label %again, label %keep
keep:
  store {V} %x, ptr %to, align 8
  %beside = getelementptr double, ptr %to, i64 %whole
  store {V} %y, ptr %beside, align 8
  %to1 = getelementptr double, ptr %beside, i64 %whole
  %due1 = add i64 %due, %every
  br label %again
again:
  %to2 = phi ptr [ %to, %next ], [ %to1, %keep ]
  %due2 = phi i64 [ %due, %next ], [ %due1, %keep ]
  %t2 = add i64 %t1, 1
  br i1 %more, label %step, label %end
end:
  %note = getelementptr i64, ptr %lost, i64 %k
  store {I} %gone1, ptr %note, align 8
  %k1 = add i64 %k, {width}
  %further = icmp slt i64 %k1, %last
  br i1 %further, label %block, label %done
done:
  ret void
}}
"""


def _written(rule, slope, varying):
    """The text of the loop, and a function of the settings and ``t`` that gives a row of its table.

    ``varying`` are the names of the settings that are not the same for all runs.
    """
    steps, result, starts = _noted(rule)
    once, lines, taken = _once(steps, varying), _Lines(), []
    gradient = slope(Note(taken, "array"), Note(taken, "array"))
    if not isinstance(result[0], Note) or result[0].place in once:
        raise TracingError("the next point does not depend on the last")

    def sloped(point):
        called = lines.write(taken, [(name,) for name in point])
        return [called(part)[0] for part in gradient]

    sources = {name: (f"%given{k}.0", f"%given{k}.1") for k, name in enumerate(["x", *varying])}
    given = {place: 2 * (f"%once{place}",) for place in once}
    given |= {k: sources[step.operands[0]] for k, step in enumerate(steps) if step.kind == "number" and k not in once}
    olds = [(f"%old{k}.0", f"%old{k}.1") for k in range(1 + len(starts))]
    (x, y), *news = map(lines.write(steps, olds, given, sloped), result)
    firsts = [sources["x"], *(2 * (_constant(start),) for start in starts)]
    sides = [zip(*pairs, strict=True) for pairs in zip(olds, firsts, [("%x", "%y"), *news], strict=True)]
    parts = {
        "loads": [load for k, name in enumerate(chain(*sources.values())) for load in _load(name, k)],
        "phis": [f"{a} = phi {{V}} [ {b}, %block ], [ {c}, %again ]" for side in sides for a, b, c in side],
        "row": [read for column, place in enumerate(sorted(once)) for read in _read(f"%once{place}", column)],
        "lines": lines.lines,
        "far": _many("%far", "double", "%bound"),
        "now": _many("%now", "i64", "%t1"),
    }
    filled = {name: "\n  ".join(part).format(**WORDS) for name, part in parts.items()}
    return LOOP.format(x=x, y=y, columns=len(once), width=WIDTH, **filled, **WORDS), _shared(steps, once)


def _load(name, k):
    """Instructions that read the ``k``-th line of what is given."""
    yield f"{name}.line = mul i64 %whole, {k}"
    yield f"{name}.from = add i64 {name}.line, %k"
    yield f"{name}.at = getelementptr double, ptr %given, i64 {name}.from"
    yield f"{name} = load {{V}}, ptr {name}.at, align 8"


def _read(name, column):
    """Instructions that read a number of the table, the same for all runs."""
    yield f"{name}.at = getelementptr double, ptr %row, i64 {column}"
    yield f"{name}.read = load double, ptr {name}.at"
    yield from _many(name, "double", f"{name}.read")


@lru_cache(maxsize=64)
def _compiled(text):
    """The loop in machine code, a function that runs without Python's lock."""
    import llvmlite.binding as llvm

    for name in LIBRARY:
        if f"@llvm.{name}." in text:
            llvm.add_symbol(name, _address(name))
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    here = {"cpu": llvm.get_host_cpu_name(), "features": llvm.get_host_cpu_features().flatten()}
    machine = llvm.Target.from_default_triple().create_target_machine(opt=3, **here)
    engine = llvm.create_mcjit_compiler(llvm.parse_assembly(text), machine)
    engine.finalize_object()
    kinds = [*4 * [c_void_p], *5 * [c_int64], c_double]
    loop = CFUNCTYPE(None, *kinds)(engine.get_function_address("loop"))
    loop.engine = engine  # it holds the code
    return loop


def _address(name):
    """Where the system's function is: by itself LLVM finds it only once it has compiled another loop."""
    try:
        return cast(getattr(CDLL(LIBRARIES.get(sys.platform)), name), c_void_p).value
    except (AttributeError, OSError):
        raise ImportError(f"this machine has no {name}") from None
