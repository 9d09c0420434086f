"""Machine code from notes: what a rule does, as instructions of LLVM, each for ``WIDTH`` numbers at once.

``descent.loops`` makes a loop over many runs of them. They are no second copy of a rule: ``descent.notes`` takes down
what the rule does, and each step of the notes is written as an instruction. Arithmetic and roots are IEEE's, to NumPy's
last bit; ``exp`` and its like may differ in it. What cannot be written so, such as a rule that branches or prints, raises
``TracingError``.
"""

import dis
import inspect
import platform
import struct
import sys
from ctypes import CDLL, CFUNCTYPE, c_void_p, cast
from functools import lru_cache
from types import CodeType, FunctionType

import numpy as np

from descent.notes import OPERATORS, Note, TracingError, notes, positional
from descent.rules import RULES

WIDTH = 32  # numbers that go together
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
# A quotient whose divisor is the same for all runs: by way of its inverse, which takes a third of the time of a division,
# and to the same bit. What the first quotient leaves over is exact, and with the inverse says what its last digit is
# (Brisebarre, Muller and Raina 2004, doi 10.1109/TC.2004.37). Divided are, unless the run is lost (%there is false):
# zeros, which have a sign, quotients below 2**-800 or not finite, and all by a divisor outside 2**-100 to 2**100.
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
{q}.rest = call {V} @llvm.fma.{v}({V} {d}.negative, {V} {q}.0, {V} {n})
{q}.1 = call {V} @llvm.fma.{v}({V} {q}.rest, {V} {d}.inverse, {V} {q}.0)
{q}.size = call {V} @llvm.fabs.{v}({V} {q}.1)
{q}.doubt = fcmp ule {V} {q}.size, splat (double 0x0DF0000000000000)
{q}.odd = and {B} {q}.doubt, %there
{q}.some = call i1 @llvm.vector.reduce.or.v{width}i1({B} {q}.odd)
{q}.any = or i1 {q}.some, {d}.odd
br label {q}.fast
{label}.fast:
br i1 {q}.any, label {q}.slow, label {q}.done
{label}.slow:
{q}.2 = fdiv {V} {n}, {d}
br label {q}.done
{label}.done:
{q} = phi {V} [ {q}.1, {q}.fast ], [ {q}.2, {q}.slow ]
"""
# What a rule may name so that nobody sees it run once more, to take notes.
HARMLESS = {"abs", "np", "numpy", "range", "true_divide", *(kind.__name__ for kind in OPERATORS)}


class Lines:
    """Instructions: of a rule, for each of its two coordinates, or of a gradient, for each of its two numbers."""

    def __init__(self):
        self.lines, self.divisors = [], []

    def add(self, kind, *operands):
        """Write one operation of NumPy, and say what its result is called."""
        if kind not in INSTRUCTIONS:
            raise TracingError(f"np.{kind.__name__} has no instruction")
        if kind is np.power and operands[1] == constant(3.0):
            return self.add(np.multiply, self.add(np.square, operands[0]), operands[0])
        if kind is np.true_divide and operands[1].startswith("%once") and melts():
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
            return names[value.place] if isinstance(value, Note) else sides * (constant(value),)

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


def constant(value):
    """A number, the same for all."""
    return f"splat (double 0x{struct.pack('>d', value).hex()})"


def many(name, kind, one):
    """Instructions that give all the same number."""
    many = f"<{WIDTH} x {kind}>"
    return [
        f"{name}.one = insertelement {many} poison, {kind} {one}, i64 0",
        f"{name} = shufflevector {many} {name}.one, {many} poison, <{WIDTH} x i32> zeroinitializer",
    ]


def read(once):
    """Instructions that read a row of numbers that are the same for all, under the names of their places."""
    for column, place in enumerate(once):
        name = f"%once{place}"
        yield f"{name}.at = getelementptr double, ptr %row, i64 {column}"
        yield f"{name}.read = load double, ptr {name}.at"
        yield from many(name, "double", f"{name}.read")


def turned(name):
    """Instructions that make of such a number what a quotient needs."""
    yield from DIVISOR.strip().format(d=name).splitlines()
    yield from many(f"{name}.inverse", "double", f"{name}.reverse")
    yield from many(f"{name}.negative", "double", f"{name}.minus")


def shared(steps, *varying):
    """The places, in order, of the used steps that are the same for all numbers, but for what ``varying`` names."""
    used = {value.place for step in steps for value in step.operands if isinstance(value, Note)}
    found = []
    for place, (kind, operands) in enumerate(steps):
        same = all(not isinstance(value, Note) or value.place in found for value in operands)
        given = kind in ("array", "slope") or (kind == "number" and operands[0] in varying)
        if same and place in used and not given:
            found.append(place)
    return found


def function(steps, always, each):
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


def noted(rule):
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


@lru_cache
def melts():
    """Has the processor an instruction that rounds a product and a sum once?"""
    import llvmlite.binding as llvm

    return platform.machine().lower() in ("arm64", "aarch64") or llvm.get_host_cpu_features().get("fma", False)


@lru_cache(maxsize=64)
def compiled(text, *kinds):
    """The function ``loop`` in machine code, with arguments of these kinds; it runs without Python's lock."""
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
    loop = CFUNCTYPE(None, *kinds)(engine.get_function_address("loop"))
    loop.engine = engine  # it holds the code
    return loop


def _address(name):
    """Where the system's function is: by itself LLVM finds it only once it has compiled another loop."""
    try:
        return cast(getattr(CDLL(LIBRARIES.get(sys.platform)), name), c_void_p).value
    except (AttributeError, OSError):
        raise ImportError(f"this machine has no {name}") from None
