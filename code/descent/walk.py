"""Run a rule down a slope: from one start, or from a whole batch of starts and settings at once."""

import math
import os
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import wraps

import numpy as np
from numpy.typing import ArrayLike

from descent import chunks, loops
from descent.advice import advised
from descent.checks import check_function, check_hyper, count, find_rule, number, numbers, share, short
from descent.errors import told
from descent.notes import check_result, hyperparameters, name_of
from descent.surfaces import Surface, find_surface, is_expression

BOUND = 1e6  # a coordinate this far from the origin counts as lost


class Diverged(ArithmeticError):
    """Raised by ``descend(..., strict=True)`` when a run leaves the bound or stops being a number.

    ``step`` is when, and ``member`` which of the batch, as an index; the first of those lost at that step.
    """

    step: int
    member: tuple[int, ...]


@dataclass(frozen=True)
class Run:
    """What ``descend`` recorded.

    ``xs`` has the shape ``(steps + 1, ..., d)``, or ``(1, ..., d)`` with ``keep="last"``, or as many points as are
    kept; lost members are NaN from the step at which they were lost. ``failed_at`` is that step for each member, or -1.
    """

    xs: np.ndarray
    failed_at: np.ndarray | int

    @property
    def final(self) -> np.ndarray:
        """The last point of each member, shape ``(..., d)``."""
        return self.xs[-1]

    def __repr__(self) -> str:
        lost = int(np.sum(self.failed_at >= 0))
        points = f"{len(self.xs)} point" + "s" * (len(self.xs) != 1)
        return f"Run({points} of shape {self.xs.shape[1:]}" + f", {lost} diverged" * (lost > 0) + ")"


@told
def descend(
    rule: str | Callable[..., tuple],
    grad: str | Surface | Callable[[np.ndarray], ArrayLike],
    start: ArrayLike,
    steps: int,
    *,
    keep: str | int = "all",
    strict: bool = False,
    bound: float = BOUND,
    executor: Executor | None = None,
    progress: bool = False,
    **hyper: ArrayLike,
) -> Run:
    """Take ``steps`` steps of ``rule`` along ``grad`` from ``start``.

    ``rule`` is a function or a name, and ``grad`` a function of the point, or a surface: the name of one, a formula or
    a ``Surface``.
    ``start`` has the shape ``(..., d)``: one point, or a batch. Hyperparameters are numbers, or arrays that broadcast
    against ``start`` (for one rate per member, shape ``(..., 1)``). A member that leaves ``|x| < bound`` or stops
    being a number turns into NaN and its step is recorded; with ``strict=True`` that raises ``Diverged``. Everything
    else that is wrong raises ``ValueError`` or ``TypeError`` at once.
    ``keep`` says which points are recorded: ``"all"``, the ``"last"``, or with a whole number ``k`` the start, every
    ``k``-th and the last.

    ``executor``, any of ``concurrent.futures`` (threads, processes, Dask's ``client.get_executor()``, MPI's), shares a
    batch out in chunks, with the same result to the last bit where ``rule`` and ``grad`` treat each member by itself.
    A chunk that its workers lose raises ``RuntimeError``. ``progress=True`` shows a bar meanwhile.

    >>> from descent import SURFACES, momentum
    >>> ravine = SURFACES["ravine"]
    >>> descend(momentum, ravine.grad, ravine.start, 200, lr=0.5)
    Run(201 points of shape (2,))
    """
    rule, grad = find_rule(rule), _slope_of(grad)
    x = _start(start)
    steps = count("steps", steps)
    hyper = check_hyper(rule, hyper, taken=("keep", "strict", "bound", "executor", "progress"))
    kept = _kept(keep, steps)
    if not numbers("bound", bound, "it must be a number") > 0:
        raise ValueError(f"bound is {short(bound)}; it must be greater than 0")
    chunks.check_executor(executor, progress)
    x = _batch(x, hyper)
    _check_size(len(kept) * x.nbytes, len(kept))
    how = (steps, kept, strict, bound)
    if executor is None or x.ndim == 1:
        return _run(*_walked(rule, grad, x, hyper, *how))
    return _run(*_in_chunks(executor, progress, rule, grad, x, hyper, *how))


def _walked(rule, grad, x, hyper, steps, kept, strict, bound):
    """The points that are kept and the step at which each run was lost, or -1."""
    slope = lambda at: np.asarray(grad(at))  # noqa: E731 - lists become arrays
    with advised(rule), np.errstate(all="ignore"):
        if done := _in_a_loop(rule, grad, x, steps, kept, strict, bound, hyper):
            return done
        _check_slope(slope(x), x)
        xs, row = np.empty((len(kept), *x.shape)), dict(zip(kept, range(len(kept)), strict=True))
        xs[0] = first = x
        failed_at = np.full(x.shape[:-1], -1)
        memory = ()
        for t in range(1, steps + 1):
            after = rule(x, slope, t, *memory, **hyper)
            if t == 1:
                check_result(rule, after, x.shape)
            before, x, memory = x, np.asarray(after[0]), after[1:]
            near = np.abs(x) < bound
            if not near.all() and np.any(lost := ~near.all(axis=-1) & (failed_at < 0)):
                if strict:
                    raise _diverged(rule, slope, first, before, x, t, bound, lost)
                failed_at = np.where(lost, t, failed_at)
                x = np.where(lost[..., None], np.nan, x)
            if t in row:
                xs[row[t]] = x
    return xs, failed_at


def _in_chunks(executor, progress, rule, grad, x, hyper, steps, kept, strict, bound):
    """The same, from an executor."""
    xs, failed_at, lost = np.empty((len(kept), *x.shape)), np.empty(x.shape[:-1], int), []
    parts, asked = chunks.cut(x.shape[:-1], 8 * x.shape[-1] * (steps + 1)), []
    where = f" along axis {np.argmax(x.shape[:-1])} of the batch" * (x.ndim > 2)
    for part in parts:
        own = part.of(x, 1).copy(), {setting: part.of(value, 1) for setting, value in hyper.items()}
        if not asked:  # a step of the first tells here what is wrong with the rule, and where
            chunks.here(part, _walked, rule, grad, *own, min(steps, 1), [min(steps, 1)], False, bound)
            sent = chunks.packed(executor, "rule", rule), chunks.packed(executor, "grad", grad)
        name = f"{name_of(rule)}'s {part.said('run')}{where}"
        asked.append(chunks.Chunk(name, part, _one_chunk, sent, (*own, steps, kept, strict, bound)))
    done = chunks.results(executor, asked, name_of(rule) if progress else "")
    for part, result in zip(parts, done, strict=True):
        if isinstance(result, Diverged):
            result.member = part.among_all(result.member)
            lost.append(result)
        else:
            xs[part.index(1)], failed_at[part.index()] = result
    if lost:
        raise min(lost, key=lambda error: (error.step, error.member))
    return xs, failed_at


def _one_chunk(*given):
    """In a worker: a chunk of a strict run that was lost is a result, for another may have been lost before it."""
    try:
        return _walked(*given)
    except Diverged as error:
        return error


@told
def noisy(rule: str | Callable[..., tuple], noise: float, seed: ArrayLike = 1) -> Callable[..., tuple]:
    """The rule, reading every slope through noise of standard deviation ``noise``, as from mini-batches.

    The noise depends on ``seed`` and the step alone, so that all rules see the same, here and in the explorer. With
    seeds of shape ``(n,)`` the ``n`` members of a batch each get noise of their own.

    >>> from descent import sgd
    >>> descend(noisy(sgd, 0.5), lambda x: x, (1, 1), 1, lr=0.1).final.round(4)
    array([0.9055, 0.84  ])
    """
    rule = find_rule(rule)
    noise = number("noise", noise, least=0)
    if np.asarray(seed).dtype.kind not in "iu":
        raise ValueError(f"seed is {short(seed)}; it must be a whole number, or an array of them")

    @wraps(rule)
    def shaken(x, grad, t, *memory, **hyper):
        return rule(x, lambda at: grad(at) + noise * _bell(chunks.own(seed), t, at.shape[-1]), t, *memory, **hyper)

    return shaken


@told
def scheduled(rule: str | Callable[..., tuple], schedule: Callable[[int], ArrayLike]) -> Callable[..., tuple]:
    """The rule with a rate that changes: at step ``t = 1, 2, ...`` its ``lr`` is multiplied by ``schedule(t)``.

    >>> from descent import sgd
    >>> descend(scheduled(sgd, lambda t: 1 / t), lambda x: x, (1.0, 1.0), 2, lr=0.5).final
    array([0.375, 0.375])
    """
    rule = find_rule(rule)
    check_function("schedule", schedule, "lambda t: 1 / t")
    if "lr" not in hyperparameters(rule):
        raise ValueError(f"{name_of(rule)} has no lr for a schedule to change")
    own = hyperparameters(rule)["lr"]

    @wraps(rule)
    def changing(x, grad, t, *memory, **hyper):
        return rule(x, grad, t, *memory, **hyper | {"lr": hyper.get("lr", own) * chunks.own(share(schedule, t), 1)})

    return changing


def uncorrected(rule: str | Callable[..., tuple]) -> Callable[..., tuple]:
    """The rule without its correction for starting at zero: it is told that it has been running for ever.

    Then ``1 - beta**t`` is 1. For the rules of Adam's family, whose step depends on ``t`` in this way alone.

    >>> from descent import adam
    >>> descend(uncorrected(adam), lambda x: x, (1.0,), 1, lr=0.1).final.round(4)
    array([0.6838])
    """
    rule = find_rule(rule)

    @wraps(rule)
    def running(x, grad, t, *memory, **hyper):
        return rule(x, grad, math.inf, *memory, **hyper)

    return running


def _kept(keep, steps):
    """The steps whose points are recorded."""
    if keep == "all":
        return range(steps + 1)
    if keep == "last":
        return [steps]
    if isinstance(keep, str) or not isinstance(keep, (int, np.integer)) or isinstance(keep, bool) or keep < 1:
        raise ValueError(f'keep is {short(keep)}; use "all", "last", or k for every k-th point')
    return [*range(0, steps, keep), steps]


def _check_size(size, points):
    """What the memory cannot hold is refused before it is tried."""
    if size > (room := _memory()):
        least = math.ceil(size / room) + 1
        raise ValueError(
            f"the points take {size / 1e9:.3g} GB, and this machine has {room / 1e9:.3g}; "
            + (f'give keep="last", or keep={least}' if points > 1 else "start fewer runs")
        )


def _memory():
    """The bytes of this machine's memory, where it says them."""
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        return math.inf


def _in_a_loop(rule, grad, x, steps, kept, strict, bound, hyper):
    """The same from one compiled loop; ``None`` where there is none, it does not pay, or ``Diverged`` is due."""
    of_a_surface = getattr(grad, "__func__", None) is Surface.grad and x.shape[-1] == 2
    if not of_a_surface or not loops.worth(steps, chunks.in_all(x[..., 0].size)):
        return None
    every = kept[1] if len(kept) > 1 else steps
    done = loops.walked(rule, grad.__self__._grad, x, steps, every, bound, hyper)
    if done is None or (strict and np.any(done[1] >= 0)):
        return None
    return done[0][-len(kept) :], done[1]


def _run(xs, failed_at):
    return Run(xs, failed_at if failed_at.ndim else int(failed_at))


def _bell(seed, t, count):
    """Roughly bell-shaped numbers, mean 0 and variance 1: each from four uniform ones, hashed from a counter.

    No logarithm and no cosine, so that JavaScript gets the same to the last bit.
    """
    h = 4 * (count * t + np.arange(count)[:, None]) + np.arange(4)
    h = (h + np.asarray(seed)[..., None, None] * 0x27D4EB2F) * 0x9E3779B1 & 0xFFFFFFFF
    h = (h ^ h >> 16) * 0x85EBCA6B & 0xFFFFFFFF
    h = (h ^ h >> 13) * 0xC2B2AE35 & 0xFFFFFFFF
    return (np.sum(h ^ h >> 16, axis=-1) / 2**32 - 2) * np.sqrt(3)


def _slope_of(grad):
    if callable(grad):
        return grad
    if not (isinstance(grad, (str, Surface)) or is_expression(grad)):
        raise TypeError(
            f"grad is {short(grad)}; it must be a function of the point, such as surface.grad, or a surface"
        )
    return find_surface(grad).grad


def _start(start):
    x = numbers("start", start, "it must be numbers of the shape (..., d)")
    if x.ndim == 0 or x.shape[-1] == 0:
        raise ValueError(f"start is {short(start)}; it must have at least one coordinate, such as (-4, 2)")
    if not np.all(np.isfinite(x)):
        raise ValueError(f"start is {short(start)}; every coordinate must be finite")
    return x


def _batch(x, hyper):
    """The start as often as the hyperparameters ask for it."""
    for name, value in hyper.items():
        try:
            x = np.broadcast_to(x, np.broadcast_shapes(x.shape, np.shape(value)))
        except ValueError:
            raise ValueError(
                f"{name} has the shape {np.shape(value)} where the points have {x.shape}; for one a run, give (n, 1)"
            ) from None
    return x.copy()


def _check_slope(slope, x):
    numbers("the gradient", slope, f"it must be numbers of the shape {x.shape}")
    if slope.shape != x.shape:
        raise ValueError(
            f"the gradient has the shape {slope.shape} where the point has {x.shape}; they must be the same"
        )


def _diverged(rule, slope, first, before, after, t, bound, lost):
    """The error that says what became of the first member that was lost."""
    member = tuple(np.argwhere(lost)[0].tolist())
    error = Diverged(_how(name_of(rule), slope, first, before, after, t, bound, member))
    error.step, error.member = t, member
    return error


def _how(who, slope, first, before, after, t, bound, member):
    """What became of a member, and what may help."""
    there = slope(before)[member]
    if np.any(np.isnan(after[member])) or not np.all(np.isfinite(there)):
        return (
            f"{who} is not a number after step {t}: at x = {before[member].tolist()} the slope is {there.tolist()}; "
            "look for 0/0, a root or logarithm of a negative number, or an overflow"
        )
    steep, at_first = (np.linalg.norm(slope(x)[member]) for x in (after, first))
    if steep <= at_first:
        return (
            f"{who} left |x| < {bound:g} at step {t}, where the slope is no steeper than at the start; "
            "if the way is that long, give a larger bound="
        )
    return f"{who} left |x| < {bound:g} at step {t}; try a smaller lr"
