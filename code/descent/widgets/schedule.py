"""A figure to draw a learning rate's course in: drag it, and see at once what many noisy runs make of it.

The runs are computed in the browser by ``schedule/main.js``, from the same lines of Python that NumPy runs.
"""

import math
from collections.abc import Callable, Iterable
from numbers import Real

import anywidget
import numpy as np
import traitlets

from descent import draw, races, tracing, widgets
from descent.checks import find_rule
from descent.errors import told
from descent.notes import hyperparameters, name_of
from descent.surfaces import Surface, find_surface
from descent.walk import descend, noisy, scheduled

LOW, HIGH = 1e-3, 10**0.5  # rates that can be reached
RUNS = 64  # the seeds 1 to 64 of ``noisy``
# name: (shares of the largest rate at even times from the first step to the last, is each held until the next?)
SHAPES = {
    "constant": ((1, 1, 1, 1, 1, 1), False),
    "step": ((1, 1, 0.3, 0.3, 0.09, 0.09), True),
    "exponential": (tuple(0.01 ** (k / 5) for k in range(6)), False),
    "1 / t": (tuple(1 / (1 + 10 * k / 5) for k in range(6)), False),
    "linear": (tuple(max(0.004, 1 - k / 5) for k in range(6)), False),
    "cosine": (tuple(max(0.004, (1 + math.cos(math.pi * k / 5)) / 2) for k in range(6)), False),
    "stable, then down": ((1, 1, 1, 1, 0.5, 0.004), False),
    "warm-up + cosine": (tuple(max(0.004, min(0.03 + 10 * k, (1 + math.cos(math.pi * k / 5)) / 2)) for k in range(6)), False),
}  # fmt: skip


class Schedule(anywidget.AnyWidget):
    """Six points draw the learning rate over time; beside it, the loss of 64 runs through noise.

    ``rules`` are names or functions, of which the reader chooses one; ``shape`` is one of ``SHAPES``, with ``lr`` as
    its largest rate. ``surface`` is a name, a formula or a ``Surface``; each slope on it is read through noise of standard
    deviation ``noise``, the noise of ``noisy`` with the seeds 1 to 64. The words below compare the mean loss at the
    end with that of the best constant rate.

    ``rates`` (six numbers from 0.001 to 3.16, at even times from the first step to the last, joined by straight lines
    on the logarithmic axis), ``hold`` (each rate holds until the next), ``rule`` and ``noise`` can be read and set;
    ``rate(t)`` is the rate at step ``t``, so that ``train(..., lr=1, schedule=figure.rate)`` uses what was drawn.

    Example::

        Schedule(["sgd", "adam"], "cosine", lr=1, noise=0.3, steps=400)
    """

    _esm = widgets.source("schedule/main.js")
    _css = widgets.style("boxes.css", "explorer.css", "charts.css")

    rule = traitlets.Unicode().tag(sync=True)
    rates = traitlets.List().tag(sync=True)
    hold = traitlets.Bool().tag(sync=True)
    noise = traitlets.Float().tag(sync=True)
    _program = traitlets.Unicode().tag(sync=True)
    _facts = traitlets.Dict().tag(sync=True)

    @told
    def __setattr__(self, name, value):
        widgets.check_attribute(self, name, "the rates are drawn: figure.rates = [...], six of them" * (name == "lr"))
        super().__setattr__(name, widgets.plain(value))

    @told
    def __init__(
        self,
        rules: str | Callable | Iterable[str | Callable] = ("sgd", "momentum", "adam"),
        shape: str = "cosine",
        *,
        lr: float = 1.0,
        surface: str | Surface = "ravine",
        noise: float = 0.3,
        steps: int = 400,
    ):
        self._surface, self._steps = find_surface(surface), _steps(steps)
        self._rules = _rules(rules)
        shares, hold = widgets.named(shape, SHAPES, "shape")
        facts = {
            "surface": self._surface.name,
            "steps": self._steps,
            "runs": RUNS,
            "low": LOW,
            "high": HIGH,
            "shapes": [[name, [float(f"{s:.4g}") for s in shares], hold] for name, (shares, hold) in SHAPES.items()],
            "looks": {name: widgets.look(*look) for name, _, look in draw.dress(self._rules)},
        }
        super().__init__(
            _program=tracing.program(self._rules.values(), [self._surface]),
            _facts=facts,
            rule=next(iter(self._rules)),
            rates=[_rate(lr) * share for share in shares],
            hold=hold,
            noise=noise,
        )

    @traitlets.validate("rule")
    def _check_rule(self, proposal):
        if proposal.value not in self._rules:
            raise traitlets.TraitError(f"unknown rule {proposal.value!r}; this figure has {', '.join(self._rules)}")
        return proposal.value

    @traitlets.validate("rates")
    def _check_rates(self, proposal):
        rates = list(proposal.value)
        if len(rates) != 6 or not all(isinstance(r, Real) and r > 0 and math.isfinite(r) for r in rates):
            raise traitlets.TraitError(f"rates is {rates!r}; give six positive numbers")
        return [float(f"{min(HIGH, max(LOW, rate)):.4g}") for rate in rates]

    @traitlets.validate("noise")
    def _check_noise(self, proposal):
        if not 0 <= proposal.value <= 10:
            raise traitlets.TraitError(f"noise is {proposal.value!r}; it must be a number from 0 to 10")
        return proposal.value

    def rate(self, t: float) -> float:
        """The learning rate at step ``t``, from 1 to the last; beyond, the last."""
        count = len(self.rates)
        place = min(max((t - 1) / (self._steps if self.hold else self._steps - 1), 0), 1) * (
            count if self.hold else count - 1
        )
        k = min(math.floor(place), count - 1)
        if self.hold or k == count - 1:
            return self.rates[k]
        return self.rates[k] * (self.rates[k + 1] / self.rates[k]) ** (place - k)

    def losses(self) -> np.ndarray:
        """The losses above the surface's lowest value of the runs that are drawn, of shape ``(steps + 1, 64)``."""
        start = np.tile(np.asarray(self._surface.start, dtype=float), (RUNS, 1))
        rule = noisy(scheduled(self._rules[self.rule], self.rate), self.noise, 1 + np.arange(RUNS))
        return races.losses(descend(rule, self._surface.grad, start, self._steps, lr=1.0), self._surface)

    def still(self) -> draw.Drawing:
        """The same picture on paper; a ``draw.Drawing``."""
        losses, steps = self.losses(), 1 + np.arange(self._steps)
        rates = [self.rate(t) for t in steps]
        ghosts = np.quantile(np.nan_to_num(losses, nan=np.inf), [0.05, 0.95], axis=1, method="nearest")
        above = float(10 ** np.floor(np.log10(max(np.nanmin(ghosts[0]), 1e-9))))
        return draw.row(
            draw.lines({"learning rate": (steps, rates)}, log="y", xlabel="step", title="learning rate", ylim=(LOW, HIGH), alt=str(self)),
            draw.losses({self.rule: losses.mean(axis=1)}, bands={self.rule: ghosts}, title=f"mean loss of {RUNS} runs", ylim=(above, None), alt=str(self)),
            alt=str(self),
        )  # fmt: skip

    def _repr_mimebundle_(self, **options):
        return widgets.bundle(super()._repr_mimebundle_(**options), {"image/svg+xml": self.still().svg()}, str(self))

    def __repr__(self):
        first, last = (f"{rate:.3g}" for rate in (self.rates[0], self.rates[-1]))
        label = tracing.label(self._rules[self.rule])
        return f"Schedule: {label} on {self._surface.name}, rate {first} at first and {last} at the end of {self._steps} steps"

    __str__ = __repr__


def _rules(rules):
    one = isinstance(rules, str) or callable(rules) or not isinstance(rules, Iterable)
    rules = [find_rule(rule) for rule in ([rules] if one else rules)]
    if not rules:
        raise ValueError("rules is empty; give at least one rule, a name or a function")
    for rule in rules:
        if "lr" not in hyperparameters(rule):
            raise ValueError(f"{name_of(rule)} has no lr for a schedule to change")
    return {name_of(rule): rule for rule in rules}


def _steps(steps):
    if isinstance(steps, bool) or not hasattr(steps, "__index__") or not 10 <= steps <= 1000:
        raise ValueError(f"steps is {steps!r}; it must be a whole number from 10 to 1000")
    return int(steps)


def _rate(lr):
    if not isinstance(lr, Real) or isinstance(lr, bool) or not LOW <= lr <= HIGH:
        raise ValueError(f"lr is {lr!r}; it must be a number from {LOW:g} to {HIGH:.3g}")
    return float(lr)
