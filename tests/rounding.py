"""What two machines may differ by: the same run, with every operation rounded as another library might round it.

Arithmetic and roots are IEEE's, so a rule's text gives the same bits everywhere; ``exp``, ``tanh`` and powers do not:
V8 and NumPy differ by up to two units in the last place. A surface is, on top of that, another text in JavaScript: the
same formula with its terms in another order, so there each operation may be off by one.
"""

import zlib
from functools import wraps

import numpy as np
from descent import descend
from descent.notes import hyperparameters
from descent.walk import Run

INEXACT = {np.exp, np.log, np.tanh, np.sin, np.cos, np.tan, np.sinh, np.cosh, np.arctan, np.power, np.float_power}
EXACT = {np.negative, np.positive, np.absolute, np.sign, np.maximum, np.minimum}


def by_name(*names):
    """A random generator that depends on the names alone, whatever else there is and in whatever order."""
    return np.random.default_rng(zlib.crc32(" ".join(map(str, names)).encode()))


class Shaken(np.ndarray):
    """Numbers whose operations are rounded otherwise, but for the first of the batch: shape ``(members, ...)``.

    ``ulps`` is how far an exact operation is off, ``random`` what decides by how much and where.
    """

    def __array_finalize__(self, other):
        self.ulps, self.random = getattr(other, "ulps", 0), getattr(other, "random", None)

    def __array_ufunc__(self, ufunc, method, *inputs, **options):
        result = getattr(ufunc, method)(*(np.asarray(i) if isinstance(i, Shaken) else i for i in inputs), **options)
        if not isinstance(result, np.ndarray) or result.dtype.kind != "f":
            return result
        ulps = 2 if ufunc in INEXACT else 0 if ufunc in EXACT else self.ulps
        if ulps and result.ndim:
            off = self.random.integers(-ulps, ulps + 1, result.shape)
            off[0] = 0
            result = result + off * np.spacing(result)
        return shaken(result, self.ulps, self.random)


def shaken(x, ulps, random):
    """``x``, of the shape ``(members, ...)``, as numbers that are rounded otherwise."""
    x = np.asarray(x).view(Shaken)
    x.ulps, x.random = ulps, random
    return x


def rounded_otherwise(rule, surface, starts, steps, hyper, *, members=12, seed=0):
    """NumPy's run of ``rule``, and ``members - 1`` that are rounded otherwise: a ``Run`` of ``(members, ..., 2)``."""
    random = by_name(seed)

    def grad(x):
        slopes = surface._grad(*(shaken(np.asarray(x)[..., i], 1, random) for i in (0, 1)))
        return shaken(np.stack([np.broadcast_to(slope, x.shape[:-1]) for slope in slopes], -1), 0, random)

    @wraps(rule)
    def shaken_rule(x, _, t, *memory, **hyper):
        numbers = hyperparameters(rule) | hyper
        hyper = {name: shaken(np.broadcast_to(number, x.shape), 0, random) for name, number in numbers.items()}
        memory = [shaken(m, 0, random) if np.ndim(m) else m for m in memory]
        return tuple(map(np.asarray, rule(shaken(x, 0, random), grad, t, *memory, **hyper)))

    return descend(shaken_rule, grad, np.broadcast_to(starts, (members, *np.shape(starts))), steps, **hyper)


def only(runs, i):
    """The runs from the ``i``-th of a batch of starts."""
    return Run(runs.xs[:, :, i], runs.failed_at[:, i])


def allowance(runs, *, times=10, least=1e-12):
    """How far from NumPy's run another machine's may be, step by step; shape ``(steps + 1,)``.

    That is ``times`` the largest distance so far of the other runs of ``rounded_otherwise`` from the first, and never
    less than ``least``, relative to the point.
    """
    ours = runs.xs[:, 0]
    with np.errstate(all="ignore"):
        spread = np.nanmax(np.abs(runs.xs - ours[:, None]), axis=(1, 2), initial=0)
    return np.maximum(least * np.maximum(1, np.abs(ours).max(-1)), times * np.maximum.accumulate(spread))


def apart(path, runs):
    """Where ``path``, of shape ``(n, 2)``, is further from NumPy's run than rounding allows; shape ``(n,)``."""
    return np.abs(path - runs.xs[: len(path), 0]).max(-1) > allowance(runs)[: len(path)]


def lost_alike(step, runs):
    """Is a run that is lost at ``step`` (-1: never) lost where NumPy's is, or as near to it as rounding decides?"""
    steps = np.where(runs.failed_at < 0, len(runs.xs), runs.failed_at)
    width = steps.max() - steps.min()
    return steps.min() - width <= (step if step >= 0 else len(runs.xs)) <= steps.max() + width
