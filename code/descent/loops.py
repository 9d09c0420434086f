"""Many runs as one loop in machine code: a rule and a surface's gradient, from the notes that they leave behind.

NumPy goes over all runs once for each operation. The loop takes all steps of a few runs before it goes on to the next,
so that what they hold stays in the processor. Where there is none, NumPy does it: nothing depends on a loop but the time.
"""

import os
from ctypes import c_double, c_int64, c_void_p
from functools import lru_cache
from itertools import chain, pairwise
from threading import Thread

import numpy as np

from descent.machine import WIDTH, WORDS, Lines, compiled, constant, function, many, noted, read, shared, turned
from descent.notes import Note, TracingError, hyperparameters
from descent.rules import RULES

# From so many steps of one run on, a loop is worth what it costs: LLVM is found in 50 ms, once, and a loop is written
# and compiled in 20. NumPy takes 60 for so many; for each step as long as for ``CALL`` runs, however few they are.
WORTH, CALL = 2e6, 1000
SPAN = 32  # steps between two looks at whether all are still there
SIGNATURE = (*4 * [c_void_p], *5 * [c_int64], c_double)


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
        text, numbers = write(rule, slope, tuple(varying))
        run = compiled(text, *SIGNATURE)
        always, each = numbers(hyperparameters(rule) | hyper, range(1, steps + 1))
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
  %there = icmp slt {I} %gone, zeroinitializer
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
  %before = xor {B} %there, splat (i1 true)
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
    steps, result, starts = noted(rule)
    always, lines, taken = shared(steps, "t", *varying), Lines(), []
    once = always + [place for place in shared(steps, *varying) if place not in always]
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
    firsts = [sources["x"], *(2 * (constant(start),) for start in starts)]
    # Of each number that a run holds: its name in a step, where it starts, and its name after a step and after a span.
    state = [*zip(*(chain(*names) for names in (olds, firsts, [(x, y), *news], [("%x", "%y"), *news])), strict=True)]
    parts = {
        "loads": [load for k, name in enumerate(chain(*sources.values())) for load in _load(name, k)],
        "spans": [
            f"{old}.then = phi {{V}} [ {first}, %block ], [ {old}.then, %again ], [ {after}, %on ]"
            for old, first, _new, after in state
        ],
        "phis": [f"{old} = phi {{V}} [ {old}.then, %span ], [ {new}, %taken ]" for old, _first, new, _after in state],
        "row": read(once),
        "lines": [*chain(*map(turned, lines.divisors)), *lines.lines],
        "far": many("%far", "double", "%bound"),
        "farther": many("%farther", "double", "%square"),
        "now": many("%now", "i64", "%t1"),
    }
    filled = {name: "\n  ".join(part).format(**WORDS) for name, part in parts.items()}
    sizes = {"columns": len(once), "width": WIDTH, "span": SPAN}
    return LOOP.format(x=x, y=y, **sizes, **filled, **WORDS), function(steps, always, once[len(always) :])


_kept = lru_cache(maxsize=64)(_written)


def _load(name, k):
    """Instructions that read the ``k``-th line of what is given."""
    yield f"{name}.line = mul i64 %whole, {k}"
    yield f"{name}.from = add i64 {name}.line, %k"
    yield f"{name}.at = getelementptr double, ptr %given, i64 {name}.from"
    yield f"{name} = load {{V}}, ptr {name}.at, align 8"
