"""``lanes.c``, compiled for this machine: the loops that are written by hand, and the bounds."""

import ctypes
import os
import shutil
import subprocess
import tempfile
import time
from functools import cache
from pathlib import Path

import numpy as np

SOURCE = Path(__file__).with_name("lanes.c")
# The processor's own instructions, and IEEE's arithmetic as NumPy does it: no product melts into a sum.
FLAGS = "-O3", "-march=native", "-mprefer-vector-width=512", "-fno-math-errno", "-ffp-contract=off", "-shared", "-fPIC"
LANES = 64


@cache
def library():
    """The compiled functions, or ``None`` without a compiler of C that knows these flags."""
    compiler = shutil.which("gcc") or shutil.which("cc")
    if compiler is None:
        return None
    made = Path(tempfile.mkdtemp(), "lanes.so")
    done = subprocess.run([compiler, *FLAGS, SOURCE, "-o", made, "-lm"], capture_output=True)
    return None if done.returncode else ctypes.CDLL(str(made))


def by_hand(rule, surface, start, rates, steps):
    """A function that takes all steps of all runs in the loop that is written by hand; returns the last points."""
    loop, whole = getattr(library(), f"{rule}_{surface}"), -(-len(rates) // LANES) * LANES
    given = [np.full(whole, start[0]), np.full(whole, start[1]), np.resize(rates, whole)]

    def run():
        arrays = [given[0].copy(), given[1].copy(), given[2]]
        loop(*(ctypes.c_void_p(a.ctypes.data) for a in arrays), ctypes.c_long(whole), ctypes.c_long(steps))
        return np.stack(arrays[:2], -1)[: len(rates)]

    return run


def best(work, times=7):
    """The shortest of several seconds."""
    seconds = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - began)
    return min(seconds)


def bounds():
    """What one core can do: multiplications and additions, and bytes to and from memory, each per nanosecond."""
    if library() is None:
        return {}
    times, many = 10**6, 2**24
    seconds = best(lambda: library().multiply_adds(ctypes.c_long(times)), 40)
    there, back = np.ones(many), np.ones(many)
    pointers = [ctypes.c_void_p(array.ctypes.data) for array in (there, back)]
    passed = best(lambda: library().pass_over(*pointers, ctypes.c_long(many)), 15)
    return {"operations": 2 * 16 * 8 * times / seconds / 1e9, "bytes": 16 * many / passed / 1e9}


def cores():
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
