"""``lanes.c``, compiled for this machine: the loops that are written by hand, and the bounds."""

import ctypes
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path

import numpy as np
from measures.rows import timed

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


def bounds():
    """What one core can do: multiplications and additions, and bytes to and from memory, each per nanosecond."""
    if library() is None:
        return {}
    times, many = 10**6, 2**24
    seconds = min(timed(lambda: library().multiply_adds(ctypes.c_long(times))) for _ in range(40))
    there, back = np.ones(many), np.ones(many)
    pointers = [ctypes.c_void_p(array.ctypes.data) for array in (there, back)]
    passed = min(timed(lambda: library().pass_over(*pointers, ctypes.c_long(many))) for _ in range(15))
    return {"operations": 2 * 16 * 8 * times / seconds / 1e9, "bytes": 16 * many / passed / 1e9}
