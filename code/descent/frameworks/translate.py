"""From one framework's settings to another's: exactly where that can be, else the nearest."""

import math
from collections.abc import Callable
from numbers import Real
from typing import NamedTuple

from descent.frameworks.calls import METHODS, NAMES, OFFERS, written
from descent.frameworks.entries import ASKED
from descent.frameworks.nearest import TINY, apart, nearest_settings, steps_on
from descent.frameworks.plans import bounds, complaint, missing, plans, worked_out
from descent.notes import hyperparameters


class Translation(NamedTuple):
    """What ``translate`` returns.

    ``settings`` are the target's, by our names, and ``call`` is the code that sets them. Where ``exact``, they take the
    source's steps; else they are the nearest, and ``reasons`` say why there is nothing better. ``notes`` say what else
    to know. ``rule`` is what then runs: ``descend(rule, grad, start, steps, **settings)``. ``apart`` says how far off a
    step is on average, as a share of the source's, at slopes a tenth as large as ``slope``, as large, and ten times as
    large; ``unsearched`` is the mean of the three with the numbers as they were before the search. Without any such
    method in the target, ``settings``, ``call`` and ``rule`` are ``None``.
    """

    settings: dict | None
    call: str | None
    exact: bool
    reasons: tuple
    notes: tuple
    rule: Callable | None
    apart: tuple = (0.0, 0.0, 0.0)
    unsearched: float = 0.0


def translate(method, source, target, *, slope=0.01, **settings):
    """The settings with which ``target`` takes the steps that ``source`` takes with ``settings``.

    ``method`` is the name of a rule, such as ``"adam"``; ``source`` and ``target`` are ``"torch"``, ``"keras"``,
    ``"tfkeras"``, ``"optax"``, ``"tf1"`` or ``"course"``. ``settings`` have our names; those left out are the source's
    own defaults. Where there are no such settings, the nearest depend on how large the slopes are: about ``slope``.
    Returns a ``Translation``. Raises ``ValueError`` or ``TypeError`` for what does not exist or cannot be.

    >>> translate("adam", "torch", "optax", lr=0.01).call
    'optax.adam(0.01, b1=0.9, b2=0.999, eps=1e-08)'
    """
    for framework in (source, target):
        if framework not in OFFERS:
            raise ValueError(f"unknown framework {framework!r}; use {', '.join(OFFERS)}")
    if method not in OFFERS[source]:
        known = ", ".join(OFFERS[source])
        raise ValueError(missing(method, source) if method in METHODS else f"unknown method {method!r}; use {known}")
    if text := complaint("slope", _number("slope", slope), *SLOPE):
        raise ValueError(f"slope is {slope!r}; {text[:-1]}")
    settings = _filled(method, source, settings)
    if not (found := plans(method, source, target)):
        return Translation(None, None, False, (missing(method, target),), (), None)

    def holding(conditions):
        return tuple(text for test, text in conditions if abs(worked_out(test, settings)) > TINY)

    best = min(found, key=lambda plan: len(holding(plan["limits"])))
    rule = OFFERS[target][method][found.index(best)].rule
    new = {name: float(worked_out(expression, settings)) for name, expression in best["settings"].items()}
    reasons, notes = holding(best["limits"]), holding(best["notes"])
    if not reasons:
        return Translation(new, written(best["call"], new), True, (), notes, rule)
    theirs = steps_on(OFFERS[source][method][0].rule, settings, slope)
    any_eps = any(abs(worked_out(best["limits"][i][0], settings)) > TINY for i in best["guards"])
    nearest = nearest_settings(rule, new, any_eps, theirs, slope)
    far = tuple(apart(rule, nearest, theirs, slope).tolist())
    before = float(apart(rule, new, theirs, slope).mean())
    return Translation(nearest, written(best["call"], nearest), False, reasons, notes, rule, far, before)


SLOPE = (0, None, False, False)


def _number(name, value):
    """``value`` where it is a number; what is none is not a number."""
    return value if isinstance(value, Real) and (name == "centered" or not isinstance(value, bool)) else math.nan


def _filled(method, framework, given):
    """The settings, checked, with the framework's defaults for those not given."""
    limits, asked = bounds(method, framework), ASKED.get((framework, method), set()) - set(given)
    for name in given:
        if name not in limits:
            raise TypeError(f"{METHODS[method]} in {NAMES[framework]} has no {name!r}; it has {', '.join(limits)}")
    settings = hyperparameters(OFFERS[framework][method][0].rule) | given
    for name, value in settings.items():
        if text := complaint(name, _number(name, value), *limits[name]):
            raise ValueError(f"{name} is {value!r}; {text[:-1]}")
    if asked:
        raise TypeError(f"{NAMES[framework]} has no default for {', '.join(sorted(asked))}; give it a value")
    return {name: float(value) for name, value in settings.items()}
