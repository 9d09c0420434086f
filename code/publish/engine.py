"""Libraries in JavaScript, run by the V8 engine of the wheel mini-racer: the same on every system, and without Node."""

import atexit
import os
from functools import cache


def engine(*sources):
    """One V8 for each process, in which the given sources have run: it does not survive a fork."""
    return _engine(os.getpid(), sources)


@cache
def _engine(process, sources):
    from py_mini_racer import MiniRacer

    made = MiniRacer()
    atexit.register(
        made.close
    )  # later, when Python itself is taken down, it would wait for a thread that no longer runs
    for source in sources:
        made.eval(source)
    return made
