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
import platform
import struct
import sys
from ctypes import CDLL, CFUNCTYPE, c_double, c_int64, c_void_p, cast
from functools import lru_cache
from itertools import chain, pairwise
from threading import Thread
from types import CodeType, FunctionType

import numpy as np

from descent.notes import OPERATORS, Note, TracingError, hyperparameters, notes, positional
from descent.rules import RULES

# From so many steps of one run on, a loop is worth what it costs: LLVM is found in 50 ms, once, and a loop is written
# and compiled in 20. NumPy takes 60 for so many; for each step as long as for ``CALL`` runs, however few they are.
WORTH, CALL = 2e6, 1000
WIDTH = 32  # runs that go together
SPAN = 32  # steps between two looks at whether all are still there
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
# A quotient whose divisor is the same for all runs: by way of its inverse, four times as fast as the processor divides,
# and to the same bit. What a quotient that is right but for its last digit leaves over is exact, and with the inverse,
# rounded once, says what the last digit is (Markstein 1990; proved in section 13.1 of russinoff.com/libman). Zeros,
# which have a sign, and what would leave over less than a double can hold are divided.
DIVISOR = """
{d}.reverse = fdiv double 1.0, {d}.read
{d}.minus = fneg double {d}.read
{d}.size = call double @llvm.fabs.f64(double {d}.read)
{d}.tiny = fcmp olt double {d}.size, 0x39B0000000000000
{d}.huge = fcmp ogt double {d}.size, 0x4630000000000000
{d}.odd = or i1 {d}.tiny, {d}.huge
"""
QUOTIENT = """
{q}.0 = fmul {V} {n}, {d}.inverse
{q}.rest0 = call {V} @llvm.fma.{v}({V} {d}.negative, {V} {q}.0, {V} {n})
{q}.1 = call {V} @llvm.fma.{v}({V} {q}.rest0, {V} {d}.inverse, {V} {q}.0)
{q}.rest1 = call {V} @llvm.fma.{v}({V} {d}.negative, {V} {q}.1, {V} {n})
{q}.2 = call {V} @llvm.fma.{v}({V} {q}.rest1, {V} {d}.inverse, {V} {q}.1)
{q}.size = call {V} @llvm.fabs.{v}({V} {n})
{q}.tiny = fcmp olt {V} {q}.size, splat (double 0x07B0000000000000)
{q}.huge = fcmp ogt {V} {q}.size, splat (double 0x7830000000000000)
{q}.odd = or {B} {q}.tiny, {q}.huge
{q}.some = call i1 @llvm.vector.reduce.or.v{width}i1({B} {q}.odd)
{q}.any = or i1 {q}.some, {d}.odd
br label {q}.fast
{label}.fast:
br i1 {q}.any, label {q}.slow, label {q}.done
{label}.slow:
{q}.3 = fdiv {V} {n}, {d}
br label {q}.done
{label}.done:
{q} = phi {V} [ {q}.2, {q}.fast ], [ {q}.3, {q}.slow ]
"""
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
        write = _kept if rule in RULES.values() else _written  # a learner's rule may change
        text, shared = write(rule, slope, tuple(varying))
        run = _compiled(text)
        always, each = shared(hyperparameters(rule) | hyper, range(1, steps + 1))
        table = np.empty((steps, len(always) + np.shape(each)[-1]))
        table[:, : len(always)], table[:, len(always) :] = always, each
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
    threads = [Thread(target=run, args=(*arrays, *ends, whole, steps, every, bound)) for ends in parts[1:]]
    for thread in threads:
        thread.start()
    run(*arrays, *parts[0], whole, steps, every, bound)
    for thread in threads:
        thread.join()
    kept = np.moveaxis(points[..., :runs], 1, -1).reshape(-1, *x.shape)
    return kept, lost[:runs].reshape(x.shape[:-1])


def _cores():
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class _Lines:
    """Instructions: of a rule, for each of its two coordinates, or of a gradient, for each of its two numbers."""

    def __init__(self):
        self.lines, self.divisors = [], []

    def add(self, kind, *operands):
        """Write one operation of NumPy, and say what its result is called."""
        if kind not in INSTRUCTIONS:
            raise TracingError(f"np.{kind.__name__} has no instruction")
        if kind is np.power and operands[1] == _constant(3.0):
            return self.add(np.multiply, self.add(np.square, operands[0]), operands[0])
        if kind is np.true_divide and operands[1].startswith("%once") and _melts():
            return self.divide(*operands)
        names = list(operands)
        for text in INSTRUCTIONS[kind].split("; "):
            self.lines.append(f"%v{len(self.lines)} = {text.format(*names, **WORDS)}")
            names.append(f"%v{len(self.lines) - 1}")
        return names[-1]

    def divide(self, number, divisor):
        """Write a division by a number of the table."""
        name = f"%v{len(self.lines)}"
        named = {"q": name, "label": name[1:], "n": number, "d": divisor}
        self.lines += QUOTIENT.strip().format(**named, width=WIDTH, **WORDS).splitlines()
        if divisor not in self.divisors:
            self.divisors.append(divisor)
        return name

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


def _shared(steps, *varying):
    """The places, in order, of the used steps that are the same for all numbers, but for what ``varying`` names."""
    used = {value.place for step in steps for value in step.operands if isinstance(value, Note)}
    found = []
    for place, (kind, operands) in enumerate(steps):
        shared = all(not isinstance(value, Note) or value.place in found for value in operands)
        given = kind in ("array", "slope") or (kind == "number" and operands[0] in varying)
        if shared and place in used and not given:
            found.append(place)
    return found


def _function(steps, always, each):
    """A function of the settings and of times, which does the steps that are shared: in Python, as in the rule.

    It returns a list of what they give ``always``, and a list of lists of what they give at ``each`` time.
    """

    def name(value):
        return f"v{value.place}" if isinstance(value, Note) else f"({value!r})"

    def line(place):
        kind, operands = steps[place]
        if kind == "number":
            return f"v{place} = " + ("t" if operands[0] == "t" else f"given[{operands[0]!r}]")
        if "Math" in OPERATORS[kind]:
            raise TracingError(f"np.{kind.__name__} of one number")
        return f"v{place} = {OPERATORS[kind].format(*map(name, operands))}"

    results = [f"[{', '.join(f'v{place}' for place in places)}]" for places in (always, each)]
    lines = ["def shared(given, times):", *(f"    {line(place)}" for place in always), "    rows = []"]
    if each:
        lines += ["    for t in times:", *(f"        {line(place)}" for place in each)]
        lines.append(f"        rows.append({results[1]})")
    made = {}
    exec("\n".join([*lines, f"    return {results[0]}, rows"]), made)
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
# Steps are taken in spans. After each, the sum of all squares says that no run can have been out of bounds; where it
# does not, the span is taken again from its start, one step at a time, and each point is looked at.
LOOP = """
define void @loop(ptr %given, ptr %table, ptr %points, ptr %lost, i64 %first, i64 %last, i64 %whole, i64 %steps,
                  i64 %every, double %bound) {{
start:
  {far}
  %square = fmul double %bound, %bound
  {farther}
  br label %block
block:
  %k = phi i64 [ %first, %start ], [ %k1, %end ]
  {loads}
  %to0 = getelementptr double, ptr %points, i64 %k
  br label %span
span:
  %t = phi i64 [ 0, %block ], [ %t, %again ], [ %s1, %on ]
  %single = phi i64 [ 0, %block ], [ %until, %again ], [ %single, %on ]
  %due = phi i64 [ %every, %block ], [ %due, %again ], [ %due2, %on ]
  %to = phi ptr [ %to0, %block ], [ %to, %again ], [ %to2, %on ]
  %gone = phi {I} [ splat (i64 -1), %block ], [ %gone, %again ], [ %gone1, %on ]
  {spans}
  %t1 = add i64 %t, 1
  %slow = icmp slt i64 %t, %single
  %length = select i1 %slow, i64 1, i64 {span}
  %reach = add i64 %t, %length
  %near = call i64 @llvm.smin.i64(i64 %reach, i64 %due)
  %until = call i64 @llvm.smin.i64(i64 %near, i64 %steps)
  br label %step
step:
  %s = phi i64 [ %t, %span ], [ %s1, %taken ]
  %size = phi {V} [ zeroinitializer, %span ], [ %size2, %taken ]
  {phis}
  %at = mul i64 %s, {columns}
  %row = getelementptr double, ptr %table, i64 %at
  {row}
  {lines}
  br label %taken
taken:
  %size1 = call {V} @llvm.fmuladd.{v}({V} {x}, {V} {x}, {V} %size)
  %size2 = call {V} @llvm.fmuladd.{v}({V} {y}, {V} {y}, {V} %size1)
  %s1 = add i64 %s, 1
  %more = icmp slt i64 %s1, %until
  br i1 %more, label %step, label %over
over:
  %small = fcmp olt {V} %size2, %farther
  %before = icmp sge {I} %gone, zeroinitializer
  %sure = or {B} %small, %before
  %fine = call i1 @llvm.vector.reduce.and.v{width}i1({B} %sure)
  br i1 %fine, label %next, label %doubt
doubt:
  %alone = icmp eq i64 %until, %t1
  br i1 %alone, label %stray, label %again
again:
  br label %span
stray:
  %x1 = call {V} @llvm.fabs.{v}({V} {x})
  %y1 = call {V} @llvm.fabs.{v}({V} {y})
  %inx = fcmp olt {V} %x1, %far
  %iny = fcmp olt {V} %y1, %far
  %in = and {B} %inx, %iny
  %kept = or {B} %in, %before
  {now}
  %gone2 = select {B} %kept, {I} %gone, {I} %now
  %x2 = select {B} %kept, {V} {x}, {V} splat (double 0x7FF8000000000000)
  %y2 = select {B} %kept, {V} {y}, {V} splat (double 0x7FF8000000000000)
  br label %next
next:
  %gone1 = phi {I} [ %gone, %over ], [ %gone2, %stray ]
  %x = phi {V} [ {x}, %over ], [ %x2, %stray ]
  %y = phi {V} [ {y}, %over ], [ %y2, %stray ]
  %further = icmp slt i64 %s1, %steps
  %early = icmp slt i64 %s1, %due
  %pass = and i1 %further, %early
  br i1 %pass, label %on, label %keep
keep:
  store {V} %x, ptr %to, align 8
  %beside = getelementptr double, ptr %to, i64 %whole
  store {V} %y, ptr %beside, align 8
  %to1 = getelementptr double, ptr %beside, i64 %whole
  %due1 = add i64 %due, %every
  br i1 %further, label %on, label %end
on:
  %to2 = phi ptr [ %to, %next ], [ %to1, %keep ]
  %due2 = phi i64 [ %due, %next ], [ %due1, %keep ]
  br label %span
end:
  %note = getelementptr i64, ptr %lost, i64 %k
  store {I} %gone1, ptr %note, align 8
  %k1 = add i64 %k, {width}
  %others = icmp slt i64 %k1, %last
  br i1 %others, label %block, label %done
done:
  ret void
}}
"""


def _written(rule, slope, varying):
    """The text of the loop, and a function of the settings and ``t`` that gives a row of its table.

    ``varying`` are the names of the settings that are not the same for all runs.
    """
    steps, result, starts = _noted(rule)
    always, lines, taken = _shared(steps, "t", *varying), _Lines(), []
    once = always + [place for place in _shared(steps, *varying) if place not in always]
    gradient = slope(Note(taken, "array"), Note(taken, "array"))
    if not isinstance(result[0], Note) or result[0].place in once:
        raise TracingError("the next point does not depend on the last")

    def sloped(point):
        called = lines.write(taken, [(name,) for name in point])
        return [called(part)[0] for part in gradient]

    sources = {name: (f"%given{k}.0", f"%given{k}.1") for k, name in enumerate(["x", *varying])}
    given = {place: 2 * (f"%once{place}",) for place in once}
    numbers = {k: step.operands[0] for k, step in enumerate(steps) if step.kind == "number" and k not in once}
    given |= {k: sources.get(name) for k, name in numbers.items()}  # None is used by nobody
    olds = [(f"%old{k}.0", f"%old{k}.1") for k in range(1 + len(starts))]
    (x, y), *news = map(lines.write(steps, olds, given, sloped), result)
    firsts = [sources["x"], *(2 * (_constant(start),) for start in starts)]
    olds, firsts, news, afters = (
        list(chain(*pairs)) for pairs in (olds, firsts, [(x, y), *news], [("%x", "%y"), *news])
    )
    state = list(zip(olds, firsts, news, afters, strict=True))
    parts = {
        "loads": [load for k, name in enumerate(chain(*sources.values())) for load in _load(name, k)],
        "spans": [
            f"{old}.then = phi {{V}} [ {first}, %block ], [ {old}.then, %again ], [ {after}, %on ]"
            for old, first, _, after in state
        ],
        "phis": [f"{old} = phi {{V}} [ {old}.then, %span ], [ {new}, %taken ]" for old, _, new, _ in state],
        "row": [read for column, place in enumerate(once) for read in _read(f"%once{place}", column)],
        "lines": [*chain(*map(_turned, lines.divisors)), *lines.lines],
        "far": _many("%far", "double", "%bound"),
        "farther": _many("%farther", "double", "%square"),
        "now": _many("%now", "i64", "%t1"),
    }
    filled = {name: "\n  ".join(part).format(**WORDS) for name, part in parts.items()}
    sizes = {"columns": len(once), "width": WIDTH, "span": SPAN}
    return LOOP.format(x=x, y=y, **sizes, **filled, **WORDS), _function(steps, always, once[len(always) :])


_kept = lru_cache(maxsize=64)(_written)


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


def _turned(name):
    """Instructions that make of such a number what a quotient needs."""
    yield from DIVISOR.strip().format(d=name).splitlines()
    yield from _many(f"{name}.inverse", "double", f"{name}.reverse")
    yield from _many(f"{name}.negative", "double", f"{name}.minus")


@lru_cache
def _melts():
    """Has the processor an instruction that rounds a product and a sum once?"""
    import llvmlite.binding as llvm

    return platform.machine().lower() in ("arm64", "aarch64") or llvm.get_host_cpu_features().get("fma", False)


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
