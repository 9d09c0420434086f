"""A row of what was measured, and the clock."""

import time
from pathlib import Path

ROOT = Path(__file__).parents[2]


def row(what, ours, unit, peer="", theirs=None):
    """``ours`` beside a peer's."""
    ratio = None if theirs is None else round(ours / theirs, 3)
    return {"what": what, "ours": round(float(ours), 3), "unit": unit, "peer": peer, "theirs": theirs, "ratio": ratio}


def timed(work):
    """Seconds of one call."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
