"""Run a rule down a slope: from one start, or from a whole batch of starts and settings at once."""

import inspect
from dataclasses import dataclass

import numpy as np

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
    steps = _steps(steps)
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


def check_result(rule, result):
    """Say it in one line when ``result`` is not a tuple of ``x`` and the rule's memories."""
    count = memories(rule)
    if not isinstance(result, tuple) or len(result) != count + 1:
        raise TypeError(f"{rule.__name__} must return (x, ...), a tuple of x and its memories ({count})")


def memories(rule):
    """How many memories the rule keeps: its positional arguments after ``x``, ``grad`` and ``t``."""
    positional = inspect.Parameter.POSITIONAL_OR_KEYWORD
    return sum(p.kind is positional for p in inspect.signature(rule).parameters.values()) - 3


def hyperparameters(rule):
    """The rule's hyperparameters and their defaults, read from its signature."""
    return {
        p.name: p.default
        for p in inspect.signature(rule).parameters.values()
        if p.kind is inspect.Parameter.KEYWORD_ONLY
    }


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


def _steps(steps):
    if not isinstance(steps, (int, np.integer)) or isinstance(steps, bool) or steps < 0:
        raise ValueError(f"steps is {_short(steps)}; it must be a whole number, 0 or more")
    return int(steps)


def _gradient(grad, x):
    g = np.shape(grad(x))
    if g != x.shape:
        raise ValueError(f"the gradient has the shape {g} where the point has {x.shape}; they must be the same")


def _short(value):
    text = " ".join(repr(value).split())
    return text if len(text) < 60 else text[:57] + "..."
