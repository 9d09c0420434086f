"""Train a network with a rule, on minibatches."""

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from descent.advice import advised
from descent.checks import check_function, check_hyper, count, find_rule, flag, numbers, share, short
from descent.datasets import minibatches
from descent.errors import told
from descent.networks import Network, measured, one_thread, penalised, running_statistics
from descent.notes import check_result, hyperparameters, name_of, positional

TAKEN = ("batch", "seed", "start", "schedule", "l2", "l1", "clip", "augment", "keep", "curves")


@dataclass(frozen=True)
class Training:
    """What ``train`` recorded.

    ``weights`` and, with batch norm, ``stats`` are those after ``epoch``: the last one, or with ``keep="best"`` that
    of the lowest validation loss. The curves have the shape
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
    epoch: int

    def __repr__(self) -> str:
        lost = f", diverged in epoch {self.failed_at}" if self.failed_at >= 0 else ""
        return f"Training({len(self.train_loss) - 1} epochs, training loss {self.train_loss[-1]:.3g}{lost})"


@told
def train(
    rule: str | Callable[..., tuple], net: Network, data: tuple, epochs: int, *,
    batch: int | None = 64, seed: int = 0, start: ArrayLike | None = None,
    schedule: Callable[[int], float] | None = None, l2: ArrayLike = 0, l1: ArrayLike = 0,
    clip: Callable[[np.ndarray], ArrayLike] | None = None, augment: Callable[..., ArrayLike] | None = None,
    keep: str = "last", curves: bool = True, **hyper: ArrayLike,
) -> Training:  # fmt: skip
    """Train ``net`` with ``rule`` on minibatches of ``data``, ``epochs`` times through; returns a ``Training``.

    ``data`` is a ``Data`` or any ``(X, y, X_test, y_test, X_val, y_val)``, of which the last pairs may be left out.
    ``start`` is the flat vector to begin with, and its dtype is used throughout; without it, ``net.init(seed)``.
    ``seed`` decides that start, the order of the rows and the masks of dropout. ``batch=None`` takes all rows at once.
    ``schedule`` is a function of the step ``t = 1, 2, ...`` (one a batch); ``lr`` is multiplied by it. ``l2`` and
    ``l1`` are those of ``penalised``. ``clip`` is a function of the gradient, such as
    ``lambda g: clip_by_norm(g, 1)``, and ``augment`` one of ``(X, rng)`` that changes the rows of each batch.
    ``keep="best"`` gives back the weights of the epoch with the lowest validation loss, and ``curves=False`` saves
    time: only the end is measured. Divergence is recorded; anything else that is wrong raises ``ValueError`` or
    ``TypeError`` at once. BLAS works in one thread meanwhile.

    >>> from descent import Network, adam, digits
    >>> bool(train(adam, Network((64, 32, 10)), digits(), 20).test_accuracy[-1] > 0.9)
    True
    """
    rule = find_rule(rule)
    if not isinstance(net, Network):
        raise TypeError(f"net is {short(net)}; it must be a Network, such as Network((64, 32, 10))")
    epochs, seed = count("epochs", epochs), count("seed", seed)
    w = _weights(net, start, seed)
    sets = _sets(net, w, data)
    size = len(sets[0][0]) if batch is None else count("batch", batch, least=1)
    hyper = _hyper(rule, hyper, schedule, w)
    _check_functions(schedule=schedule, clip=clip, augment=augment)
    penalty = _penalty(w, l2=l2, l1=l1)
    if keep not in ("last", "best"):
        raise ValueError(f'keep is {short(keep)}; use "last" or "best"')
    if keep == "best" and sets[2] is None:
        raise ValueError('keep="best" needs validation rows, such as those of digits(val=200)')
    every = flag("curves", curves) or keep == "best"
    how = _How(rule, net, epochs, size, seed, hyper, schedule, penalty, clip, augment)
    with advised(rule):
        return _recorded(how, sets, _steps(how, w, *sets[0]), keep == "best", every)


class _How(NamedTuple):
    """What ``train`` was asked for, checked."""

    rule: Callable
    net: Network
    epochs: int
    size: int
    seed: int
    hyper: dict
    schedule: Callable | None
    penalty: dict
    clip: Callable | None
    augment: Callable | None


def _steps(how, w, X, y):
    """Yield the weights and the running statistics of batch norm: at the start, and after each epoch."""
    order, masks = np.random.default_rng([how.seed, 1]), np.random.default_rng([how.seed, 2])
    memory, t = _memory(how.rule, w), 0
    stats = running_statistics(None, how.net.statistics(w, X), share=0) if how.net.batch_norm else None
    yield w, stats
    for _ in range(how.epochs):
        for some_X, some_y in minibatches(X, y, how.size, order):
            t += 1
            if how.augment is not None:
                some_X = _augmented(how, w, some_X, order)
            known = None
            if stats is not None:
                known = w.copy(), how.net.trace(w, some_X, masks)
                stats = running_statistics(stats, measured(known[1]), n=len(some_X))
            after = how.rule(w, _slope(how, some_X, some_y, masks, known), t, *memory, **_hyper_at(how, t, w))
            if t == 1:
                check_result(how.rule, after, w.shape)
            w, *memory = after
        yield w, stats


def _augmented(how, w, X, rng):
    changed = np.asarray(how.augment(X, rng))
    if changed.shape != X.shape:
        raise ValueError(f"augment returned the shape {changed.shape} where it got {X.shape}; they must be the same")
    return how.net.check(w, changed)


def _slope(how, X, y, masks, known=None):
    """The gradient as a function of the weights; ``known`` are weights and the way forward at them."""
    if how.net.dropout or how.net.dropconnect:
        known = None  # every way forward draws new masks

    def grad(w):
        there = known is not None and np.array_equal(w, known[0])
        g = how.net.backward(w, X, y, masks, steps=known[1] if there else None)
        if how.clip is None:
            return g
        clipped = np.asarray(how.clip(g))
        if clipped.shape != g.shape:
            raise ValueError(f"clip returned the shape {clipped.shape} where it got {g.shape}; they must be the same")
        return clipped

    return penalised(grad, **how.penalty) if how.penalty else grad


def _hyper_at(how, t, w):
    if how.schedule is None:
        return how.hyper
    return how.hyper | {"lr": _like(how.hyper["lr"] * share(how.schedule, t), w)}


def _recorded(how, sets, steps, best, every):
    """Measure what ``steps`` yields, and keep the weights of the last epoch or of the best one."""
    curves, failed_at, lowest = np.full((3, 2, how.epochs + 1), np.nan), -1, np.inf
    with np.errstate(all="ignore"), one_thread():
        for epoch, (w, stats) in zip(_shown(range(how.epochs + 1)), steps, strict=False):
            if every or epoch == how.epochs:
                for k, rows in enumerate(sets):
                    if rows is not None:
                        curves[k, :, epoch] = how.net.measure(w, *rows, stats)
                fine = np.isfinite(curves[0, 0, epoch]) and _finite(w)
            else:
                fine = _finite(w)
            if not fine:
                curves[:, :, epoch], failed_at = np.nan, epoch
            if best and (epoch == 0 or curves[2, 0, epoch] < lowest):
                kept, lowest = (w.copy(), stats, epoch), min(lowest, curves[2, 0, epoch])
            if not fine:
                break
    labels = how.net.output == "softmax"
    pairs = [
        curves[k, i] if rows is not None and (labels or not i) else None
        for k, rows in enumerate(sets)
        for i in range(2)
    ]
    weights, stats, epoch = kept if best else (w.copy(), stats, epoch)
    return Training(weights, stats, *pairs, failed_at, epoch)


def _finite(w):
    """Is every weight a finite number? So they are where the sum of their squares is one, which is found sooner."""
    return np.isfinite(w.dot(w)) or np.all(np.isfinite(w))


def _weights(net, start, seed):
    w = np.array(net.init(seed) if start is None else start)
    if w.dtype.kind != "f" or not np.all(np.isfinite(w)):
        raise ValueError("start must be an array of finite floating-point numbers, such as net.init(0)")
    return w


def _sets(net, w, data):
    """The checked rows ``(X, y)`` to train on, to test on and to choose with; ``None`` for those not given."""
    wanted = "give (X, y), and pairs of test and validation rows after them"
    if not isinstance(data, (tuple, list)):
        raise TypeError(f"data is {short(data)}; {wanted}")
    if not 2 <= len(data) <= 6 or len(data) % 2:
        raise ValueError(f"data has {len(data)} part{'s' * (len(data) != 1)}; {wanted}")
    sets = []
    for name, X, y in zip(("training", "test", "validation"), data[::2], data[1::2], strict=False):
        if (X is None) != (y is None) or (X is None and not sets):
            raise ValueError(f"the {name} rows lack {'X' if X is None else 'y'}; {wanted}")
        sets.append(None if X is None else net.check(w, X, y))
    return sets + [None] * (3 - len(sets))


def _hyper(rule, hyper, schedule, w):
    """The checked hyperparameters in the dtype of ``w``; the rate among them if a schedule is to change it."""
    hyper = check_hyper(rule, hyper, TAKEN)
    if schedule is not None and "lr" not in hyper:
        if "lr" not in hyperparameters(rule):
            raise ValueError(f"{name_of(rule)} has no lr for a schedule to change")
        hyper["lr"] = hyperparameters(rule)["lr"]
    return {name: _like(value, w) for name, value in hyper.items()}


def _check_functions(**given):
    examples = {
        "schedule": "lambda t: 1 / t",
        "clip": "lambda g: clip_by_norm(g, 1)",
        "augment": "lambda X, rng: X + 0.1 * rng.standard_normal(X.shape)",
    }
    for name, value in given.items():
        if value is not None:
            check_function(name, value, examples[name])


def _penalty(w, **prices):
    """The prices that are not 0, in the dtype of ``w``."""
    for name, value in prices.items():
        amount = numbers(name, value, "it must be a number, or one for each weight")
        if amount.shape not in ((), w.shape):
            raise ValueError(
                f"{name} has the shape {amount.shape}; give one number, or one for each of {w.size} weights"
            )
        if not np.all(np.isfinite(amount)) or np.any(amount < 0):
            raise ValueError(f"{name} is {short(value)}; it must be finite and not negative")
    return {name: _like(value, w) for name, value in prices.items() if np.any(value)}


def _like(value, w):
    """A number that keeps the dtype of ``w``: a plain one, or an array of that dtype."""
    return float(value) if np.ndim(value) == 0 else np.asarray(value, dtype=w.dtype)


def _memory(rule, w):
    """The memory at its start, in the shape and dtype of ``w``: beside a lone 0, ``sqrt(0 + eps)`` is a float64."""
    starts = [p.default for p in positional(rule)[3:]]
    return [np.full_like(w, start) if isinstance(start, (int, float)) else start for start in starts]


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
