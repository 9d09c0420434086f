"""Run a rule down a slope: from one start, or from a whole batch of starts and settings at once."""

from dataclasses import dataclass
from functools import wraps

import numpy as np

from descent.checks import check_hyper, count, numbers, short
from descent.notes import check_result, name_of

BOUND = 1e6  # a coordinate this far from the origin counts as lost


class Diverged(ArithmeticError):
    """Raised by ``descend(..., strict=True)`` when a run leaves the bound."""


@dataclass(frozen=True)
class Run:
    """What ``descend`` recorded.

    ``xs`` has the shape ``(steps + 1, ..., d)``, or ``(1, ..., d)`` with ``keep="last"``; lost members are NaN from
    the step at which they were lost. ``failed_at`` is that step for each member, or -1.
    """

    xs: np.ndarray
    failed_at: np.ndarray

    @property
    def final(self):
        """The last point of each member, shape ``(..., d)``."""
        return self.xs[-1]

    def __repr__(self):
        lost = int(np.sum(self.failed_at >= 0))
        return f"Run({len(self.xs) - 1} steps of shape {self.xs.shape[1:]}" + (f", {lost} diverged)" if lost else ")")


def descend(rule, grad, start, steps, *, keep="all", strict=False, **hyper):
    """Take ``steps`` steps of ``rule`` along ``grad`` from ``start``.

    ``start`` has the shape ``(..., d)``: one point, or a batch. Hyperparameters are numbers, or arrays that broadcast
    against ``start`` (for one rate per member, shape ``(..., 1)``). A member that leaves ``|x| < BOUND`` or stops
    being a number turns into NaN and its step is recorded; with ``strict=True`` that raises ``Diverged``. Everything
    else that is wrong raises ``ValueError`` or ``TypeError`` before the first step.
    """
    if not callable(rule):
        raise TypeError(f"{short(rule)} is not a rule; give the function, such as momentum")
    if not callable(grad):
        raise TypeError(f"grad is {short(grad)}; it must be a function of the point, such as surface.grad")
    x = _start(start)
    steps = count("steps", steps)
    hyper = check_hyper(rule, hyper)
    if keep not in ("all", "last"):
        raise ValueError(f'keep is {keep!r}; use "all" or "last"')
    x = np.broadcast_to(x, np.broadcast_shapes(x.shape, *(h.shape for h in hyper.values()))).copy()
    with np.errstate(all="ignore"):
        _gradient(grad, x)
        xs = np.empty((steps + 1 if keep == "all" else 1, *x.shape))
        xs[0] = x
        failed_at = np.full(x.shape[:-1], -1)
        memory = ()
        for t in range(1, steps + 1):
            after = rule(x, grad, t, *memory, **hyper)
            if t == 1:
                check_result(rule, after)
            x, *memory = after
            lost = ~np.all(np.abs(x) < BOUND, axis=-1) & (failed_at < 0)
            if lost.any():
                if strict:
                    raise Diverged(f"{name_of(rule)} left |x| < {BOUND:g} at step {t}; try a smaller lr")
                failed_at = np.where(lost, t, failed_at)
                x = np.where(lost[..., None], np.nan, x)
            xs[t if keep == "all" else 0] = x
    return Run(xs, failed_at if failed_at.ndim else int(failed_at))


def noisy(rule, noise, seed=1):
    """The rule, reading every slope through noise of standard deviation ``noise``, as from mini-batches.

    The noise depends on ``seed`` and the step alone, so that all rules see the same, here and in the explorer. With
    seeds of shape ``(n,)`` the ``n`` members of a batch each get noise of their own.

    >>> from descent import sgd
    >>> descend(noisy(sgd, 0.5), lambda x: x, (1, 1), 1, lr=0.1).final.round(4)
    array([0.9055, 0.84  ])
    """

    @wraps(rule)
    def shaken(x, grad, t, *memory, **hyper):
        return rule(x, lambda at: grad(at) + noise * _bell(seed, t, at.shape[-1]), t, *memory, **hyper)

    return shaken


def scheduled(rule, schedule):
    """The rule with a rate that changes: at step ``t = 1, 2, ...`` its ``lr`` is multiplied by ``schedule(t)``.

    >>> from descent import sgd
    >>> descend(scheduled(sgd, lambda t: 1 / t), lambda x: x, (1.0, 1.0), 2, lr=0.5).final
    array([0.375, 0.375])
    """

    @wraps(rule)
    def changing(x, grad, t, *memory, **hyper):
        return rule(x, grad, t, *memory, **hyper | {"lr": hyper["lr"] * schedule(t)})

    return changing


def _bell(seed, t, count):
    """Roughly bell-shaped numbers, mean 0 and variance 1: each from four uniform ones, hashed from a counter.

    No logarithm and no cosine, so that JavaScript gets the same to the last bit.
    """
    h = 4 * (count * t + np.arange(count)[:, None]) + np.arange(4)
    h = (h + np.asarray(seed)[..., None, None] * 0x27D4EB2F) * 0x9E3779B1 & 0xFFFFFFFF
    h = (h ^ h >> 16) * 0x85EBCA6B & 0xFFFFFFFF
    h = (h ^ h >> 13) * 0xC2B2AE35 & 0xFFFFFFFF
    return (np.sum(h ^ h >> 16, axis=-1) / 2**32 - 2) * np.sqrt(3)


def _start(start):
    try:
        x = numbers(start)
    except (TypeError, ValueError):
        raise TypeError(f"start is {short(start)}; it must be numbers of the shape (..., d)") from None
    if x.ndim == 0 or x.shape[-1] == 0:
        raise ValueError(f"start is {short(start)}; it must have at least one coordinate, such as (-4, 2)")
    if not np.all(np.isfinite(x)):
        raise ValueError(f"start is {short(start)}; every coordinate must be finite")
    return x


def _gradient(grad, x):
    g = np.shape(grad(x))
    if g != x.shape:
        raise ValueError(f"the gradient has the shape {g} where the point has {x.shape}; they must be the same")
