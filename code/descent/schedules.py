"""How a learning rate goes over a run: the shares of it that the explorer offers, by name.

Each is a function of the step ``t = 1, 2, ...`` and of how many ``steps`` there are, and its last share stays beyond
them. Cosines are rounded to a millionth (2⁻²⁰), so that JavaScript gets the same to the last bit.
"""

import math


def constant(t: int, steps: int) -> float:
    """The same rate all along."""
    return 1.0


def step(t: int, steps: int) -> float:
    """A tenth of the rate from half-way on."""
    return 1.0 if 2 * t <= steps else 0.1


def cosine(t: int, steps: int) -> float:
    """From all of it down to almost nothing, along half a cosine (Loshchilov and Hutter 2017)."""
    done = (min(t, steps) - 1) / steps
    return math.floor(2**19 * (1 + math.cos(math.pi * done)) + 0.5) / 2**20


def warmup(t: int, steps: int) -> float:
    """Up in equal parts over the first tenth of the steps, then down along a cosine (Goyal et al. 2017)."""
    t, rise = min(t, steps), math.ceil(steps / 10)
    return t / rise if t <= rise else cosine(t - rise, steps - rise)


SCHEDULES = {"constant": constant, "step": step, "cosine": cosine, "warm-up": warmup}
