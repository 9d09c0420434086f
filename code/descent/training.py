"""Train a network with a rule, on minibatches."""

import inspect
import sys
import time
from dataclasses import dataclass

import numpy as np

from descent.checks import check_hyper, count, short
from descent.datasets import minibatches
from descent.fused import fused
from descent.networks import measured, penalised, running_statistics
from descent.notes import check_result, hyperparameters, name_of
from descent.rules import RULES


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
        raise TypeError(f"{short(rule)} is not a rule; give the function, such as momentum")
    epochs, seed = count("epochs", epochs), count("seed", seed)
    w = np.array(net.init(seed) if start is None else start)
    if w.dtype.kind != "f" or not np.all(np.isfinite(w)):
        raise ValueError("start must be an array of finite floating-point numbers, such as net.init(0)")
    if not 2 <= len(data) <= 6 or len(data) % 2:
        parts = "1 part" if len(data) == 1 else f"{len(data)} parts"
        raise ValueError(f"data has {parts}; give (X, y), and pairs of test and validation rows after them")
    sets = [net.check(w, *pair) if pair[0] is not None else None for pair in zip(data[::2], data[1::2], strict=True)]
    X, y = sets[0]
    rows = len(X) if batch is None else count("batch", batch, least=1)
    hyper = {name: _like(value, w) for name, value in check_hyper(rule, hyper).items()}
    rate = hyper.get("lr", hyperparameters(rule).get("lr"))
    if schedule is not None and rate is None:
        raise ValueError(f"{name_of(rule)} has no lr for a schedule to change")
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
        raise ValueError(f"{name} is {short(value)}; it must be finite and not negative")
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
