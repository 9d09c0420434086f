"""Run a rule down a slope: from one start, from a whole batch of starts and settings at once, or on a network."""

import inspect
import sys
import time
from dataclasses import dataclass
from functools import wraps

import numpy as np

from descent.datasets import minibatches
from descent.fused import fused
from descent.networks import measured, penalised, running_statistics
from descent.notes import check_result, hyperparameters
from descent.rules import RULES

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
        raise TypeError(f"{_short(rule)} is not a rule; give the function, such as momentum")
    if not callable(grad):
        raise TypeError(f"grad is {_short(grad)}; it must be a function of the point, such as surface.grad")
    x = _start(start)
    steps = _count("steps", steps)
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
                    raise Diverged(f"{rule.__name__} left |x| < {BOUND:g} at step {t}; try a smaller lr")
                failed_at = np.where(lost, t, failed_at)
                x = np.where(lost[..., None], np.nan, x)
            xs[t if keep == "all" else 0] = x
    return Run(xs, failed_at if failed_at.ndim else int(failed_at))


@dataclass(frozen=True)
class Training:
    """What ``train`` recorded.

    ``weights`` and, with batch norm, ``stats`` are those after the last epoch. The curves have the shape
    ``(epochs + 1,)``, the start first, and are measured as a finished network is used: nothing dropped, batch norm by
    its running averages, no penalty in the loss. Curves of rows that were not given are ``None``, and so are
    accuracies where there are no labels. ``failed_at`` is the epoch after which the training loss or a weight was not
    a finite number any more, or -1; from it on the curves are NaN.
    """

    weights: np.ndarray
    stats: list | None
    train_loss: np.ndarray
    train_accuracy: np.ndarray | None
    test_loss: np.ndarray | None
    test_accuracy: np.ndarray | None
    val_loss: np.ndarray | None
    val_accuracy: np.ndarray | None
    failed_at: int

    def __repr__(self):
        lost = f", diverged in epoch {self.failed_at}" if self.failed_at >= 0 else ""
        return f"Training({len(self.train_loss) - 1} epochs, training loss {self.train_loss[-1]:.3g}{lost})"


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


def train(
    rule, net, data, epochs, *,
    batch=64, seed=0, start=None, schedule=None, l2=0, l1=0, clip=None, augment=None, **hyper,
):  # fmt: skip
    """Train ``net`` with ``rule`` on minibatches of ``data``, ``epochs`` times through; returns a ``Training``.

    ``data`` is a ``Data`` or any ``(X, y, X_test, y_test, X_val, y_val)``, of which the last pairs may be left out.
    ``start`` is the flat vector to begin with, and its dtype is used throughout; without it, ``net.init(seed)``.
    ``seed`` decides that start, the order of the rows and the masks of dropout. ``batch=None`` takes all rows at once.
    ``schedule`` is a function of the step ``t = 1, 2, ...`` (one a batch); ``lr`` is multiplied by it. ``l2`` and
    ``l1`` are those of ``penalised``. ``clip`` is a function of the gradient, such as
    ``lambda g: clip_by_norm(g, 1)``, and ``augment`` one of ``(X, rng)`` that changes the rows of each batch.
    Divergence is recorded; anything else that is wrong raises ``ValueError`` or ``TypeError`` before the first step.
    The rules of ``descent.rules`` run as one compiled loop each (``descent.fused``), with the same result.

    >>> from descent import Network, adam, digits
    >>> bool(train(adam, Network((64, 32, 10)), digits(), 20).test_accuracy[-1] > 0.9)
    True
    """
    if not callable(rule):
        raise TypeError(f"{_short(rule)} is not a rule; give the function, such as momentum")
    epochs, seed = _count("epochs", epochs), _count("seed", seed)
    w = np.array(net.init(seed) if start is None else start)
    if w.dtype.kind != "f" or not np.all(np.isfinite(w)):
        raise ValueError("start must be an array of finite floating-point numbers, such as net.init(0)")
    if not 2 <= len(data) <= 6 or len(data) % 2:
        parts = "1 part" if len(data) == 1 else f"{len(data)} parts"
        raise ValueError(f"data has {parts}; give (X, y), and pairs of test and validation rows after them")
    sets = [net.check(w, *pair) if pair[0] is not None else None for pair in zip(data[::2], data[1::2], strict=True)]
    X, y = sets[0]
    rows = len(X) if batch is None else _count("batch", batch, least=1)
    hyper = {name: _like(value, w) for name, value in check_hyper(rule, hyper).items()}
    rate = hyper.get("lr", hyperparameters(rule).get("lr"))
    if schedule is not None and rate is None:
        raise ValueError(f"{rule.__name__} has no lr for a schedule to change")
    penalty = {name: _penalty(name, value, w) for name, value in (("l2", l2), ("l1", l1)) if np.any(value)}
    order, masks = np.random.default_rng([seed, 1]), np.random.default_rng([seed, 2])
    curves, failed_at, memory, t = np.full((3, 2, epochs + 1), np.nan), -1, _memory(rule, w), 0
    stats = running_statistics(None, net.statistics(w, X), share=0) if net.batch_norm else None

    step = fused(rule) if rule in RULES.values() else rule

    def slopes(X, y):
        def grad(w):
            g = net.backward(w, X, y, masks)
            return g if clip is None else clip(g)

        return penalised(grad, **penalty) if penalty else grad

    with np.errstate(all="ignore"):
        for epoch in _shown(range(epochs + 1)):
            for some_X, some_y in minibatches(X, y, rows, order) if epoch else ():
                t += 1
                if augment is not None:
                    some_X = augment(some_X, order)
                    some_X = net.check(w, some_X) if t == 1 else np.asarray(some_X, w.dtype)
                if stats is not None:
                    stats = running_statistics(stats, measured(net.trace(w, some_X, masks)), n=len(some_X))
                if schedule is not None:
                    hyper["lr"] = _like(rate * schedule(t), w)
                after = step(w, slopes(some_X, some_y), t, *memory, **hyper)
                if t == 1:
                    check_result(rule, after)
                w, *memory = after
            for k, rows_given in enumerate(sets):
                if rows_given is not None:
                    curves[k, :, epoch] = net.measure(w, *rows_given, stats)
            if not (np.isfinite(curves[0, 0, epoch]) and np.all(np.isfinite(w))):
                curves[:, :, epoch], failed_at = np.nan, epoch
                break
    given = [k < len(sets) and sets[k] is not None for k in range(3)]
    labels = net.output == "softmax"
    pairs = [curves[k, i] if given[k] and (labels or not i) else None for k in range(3) for i in range(2)]
    return Training(w, stats, *pairs, failed_at)


def check_hyper(rule, hyper):
    """Return ``hyper`` as float arrays, or say in one line what is wrong with it."""
    known = hyperparameters(rule)
    checked = {}
    for name, value in hyper.items():
        if name not in known:
            raise TypeError(f"{rule.__name__} has no hyperparameter {name!r}; it has {', '.join(known)}")
        try:
            number = _numbers(value)
        except (TypeError, ValueError):
            raise TypeError(f"{name} is {value!r}; it must be a number") from None
        if not np.all(np.isfinite(number)):
            raise ValueError(f"{name} is {_short(value)}; it must be finite")
        if name == "lr" and not np.all(number > 0):
            raise ValueError(f"lr is {_short(value)}; a learning rate must be greater than 0")
        if name in ("mu", "rho", "beta1", "beta2") and not np.all((number >= 0) & (number < 1)):
            raise ValueError(f"{name} is {_short(value)}; it must be at least 0 and less than 1")
        if name in ("eps", "decay") and not np.all(number >= 0):
            raise ValueError(f"{name} is {_short(value)}; it must not be negative")
        checked[name] = number[()]
    return checked


def _start(start):
    try:
        x = _numbers(start)
    except (TypeError, ValueError):
        raise TypeError(f"start is {_short(start)}; it must be numbers of the shape (..., d)") from None
    if x.ndim == 0 or x.shape[-1] == 0:
        raise ValueError(f"start is {_short(start)}; it must have at least one coordinate, such as (-4, 2)")
    if not np.all(np.isfinite(x)):
        raise ValueError(f"start is {_short(start)}; every coordinate must be finite")
    return x


def _numbers(value):
    if value is None:  # which NumPy would read as NaN
        raise TypeError
    return np.asarray(value, dtype=float)


def _count(name, value, least=0):
    if not isinstance(value, (int, np.integer)) or isinstance(value, bool) or value < least:
        raise ValueError(f"{name} is {_short(value)}; it must be a whole number, {least} or more")
    return int(value)


def _like(value, w):
    """A number that keeps the dtype of ``w``: a plain one, or an array of that dtype."""
    return float(value) if np.ndim(value) == 0 else np.asarray(value, dtype=w.dtype)


def _memory(rule, w):
    """The memory at its start, in the shape and dtype of ``w``: beside a lone 0, ``sqrt(0 + eps)`` is a float64."""
    parameters = inspect.signature(rule).parameters.values()
    starts = [p.default for p in parameters if p.kind is p.POSITIONAL_OR_KEYWORD and p.default is not p.empty]
    return [np.full_like(w, start) if isinstance(start, (int, float)) else start for start in starts]


def _penalty(name, value, w):
    amount = _like(value, w)
    if not np.all(np.isfinite(amount)) or np.any(np.asarray(amount) < 0):
        raise ValueError(f"{name} is {_short(value)}; it must be finite and not negative")
    return amount


def _shown(rounds):
    """The same rounds; after the first second their number is shown where someone is watching a terminal."""
    start, watched = time.monotonic(), sys.stderr is not None and sys.stderr.isatty()
    shown = False
    for k in rounds:
        yield k
        if watched and time.monotonic() - start > 1:
            shown = True
            print(f"\r{k + 1}/{len(rounds)}", end="", file=sys.stderr, flush=True)
    if shown:
        print("\r" + " " * 20 + "\r", end="", file=sys.stderr, flush=True)


def _gradient(grad, x):
    g = np.shape(grad(x))
    if g != x.shape:
        raise ValueError(f"the gradient has the shape {g} where the point has {x.shape}; they must be the same")


def _short(value):
    text = " ".join(repr(value).split())
    return text if len(text) < 60 else text[:57] + "..."
