"""The settings that come nearest where none are the same: how far apart two rules are, and the search."""

import random

import numpy as np

TINY = 1e-25  # what is smaller changes no step

# How far apart two calls are: both walk down the same slopes, at three sizes, and their steps are compared.
STEPS, SIZES, START = 200, (0.1, 1, 10), 0.1


def _unit_slopes():
    """Slopes of size 1 at each step of four weights: steady, drifting, only noise, and fading to a tenth."""
    draw = random.Random(1).random
    noise = np.array([[sum(draw() for _ in range(12)) - 6 for _ in range(4)] for _ in range(STEPS + 1)])
    fade = 10 ** -np.linspace(0, 1, STEPS + 1)
    slopes = np.array([1, 0.5, 0, 0.5]) + np.array([0.2, 0.9, 1, 0.9]) * noise
    slopes[:, 3] *= fade
    return slopes.round(3)


UNIT_SLOPES = _unit_slopes()


def steps_on(rule, settings, slope=0.01):
    """The 200 steps of ``rule`` where the slopes are given, whatever the point: shape (200, ..., 3, 4).

    Three sizes (a tenth of ``slope``, ``slope``, ten times as much) of four kinds of slopes. Settings may be arrays of
    shape (n, 1, 1). A step leads from where a slope is asked for to where the next one is.
    """
    asked = []
    x, memory = np.full((3, 4), START), ()
    for t, unit in enumerate(UNIT_SLOPES, 1):
        g = np.multiply.outer(np.array(SIZES) * slope, unit)

        def grad(at, g=g):
            asked.append(at)
            return g

        x, *memory = rule(x, grad, t, *memory, **settings)
    asked[0] = np.broadcast_to(asked[0], asked[-1].shape)
    return np.diff(asked, axis=0)


def apart(rule, settings, theirs, slope=0.01):
    """How far off a step is on average, as a share of ``theirs`` (``steps_on`` of the other rule): one for each size."""
    with np.errstate(all="ignore"):
        ours = steps_on(rule, settings, slope)
        theirs = theirs.reshape(STEPS, *(1,) * (ours.ndim - 3), 3, 4)
        gap = np.abs(ours - theirs).sum((0, -1)) / np.abs(theirs).sum((0, -1))
    return np.where(np.isnan(gap), np.inf, gap)


FROM_ONE = ("mu", "rho", "beta1", "beta2")  # what is changed by shares of its distance from 1
STRIDES = (70, 35, 18, 9, 4, 2, 1)  # in per cent, compounded: from twice as much to a hundredth more
STRIDE_PAIRS = [(k, j) for a, k in enumerate(STRIDES) for b, j in enumerate(STRIDES) if abs(a - b) <= 1]
MARGIN = 0.02  # a change has to gain this much
ROUNDS = 100


def _moved(name, value, k, digits):
    """A setting, ``k`` per cent larger (or nearer to 1), in so many digits."""
    if k == 0:
        return value
    if name in FROM_ONE:
        return 1 - float(f"{(1 - value) * 1.01**-k:.{digits}g}")
    return float(f"{value * 1.01**k:.{digits}g}")


def changes(settings):
    """How the search changes settings: each alone, then each two together, as numbers of per cent by name."""
    free = [name for name, value in settings.items() if name not in ("centered", "dampening") and value > TINY]
    alone = [{name: k * sign} for k in STRIDES for name in free for sign in (1, -1)]
    pairs = [
        {one: k * sign, other: j * turn}
        for k, j in STRIDE_PAIRS
        for i, one in enumerate(free)
        for other in free[:i]
        for sign in (1, -1)
        for turn in (1, -1)
    ]
    return [moves for moves in (alone, pairs) if moves]


def changed(settings, place, digits=6):
    """The settings, each by its number of per cent; ``None`` where that cannot be."""
    row = {name: _moved(name, value, place.get(name, 0), digits) for name, value in settings.items()}
    return row if all(0 < row[name] < 1 for name in FROM_ONE if place.get(name)) else None


def nearest_settings(rule, settings, any_eps, theirs, slope):
    """The settings that bring ``rule`` nearest to ``theirs``, beginning from ``settings``: a search, no formula.

    With ``any_eps`` first eps, in half powers of ten; then every setting, alone and in pairs, up and down by the
    ``STRIDES``, until nothing gains any more. Three digits are enough where more bring nothing.
    """

    def least(rows):
        columns = {name: np.array([row[name] for row in rows])[:, None, None] for name in settings}
        errors = apart(rule, columns, theirs, slope).mean(-1)
        i = int(errors.argmin())
        return rows[i], errors[i]

    best, error = least([settings])
    if any_eps and "eps" in settings:
        row, found = least([settings | {"eps": float(f"{digit}e-{k}")} for k in range(17) for digit in (3, 1)])
        if found < error * (1 - MARGIN):
            best, error = row, found
    base, place = best, {}
    for _ in range(ROUNDS):
        for moves in changes(base):
            places = [place | {name: place.get(name, 0) + k for name, k in move.items()} for move in moves]
            places = [at for at in places if changed(base, at)]
            row, found = least([changed(base, at) for at in places])
            if found < error * (1 - MARGIN):
                best, error = row, found
                place = next(at for at in places if changed(base, at) == row)
                break
        else:
            break
    short = changed(base, place, 3)
    return short if short and least([short])[1] < error * (1 + MARGIN) else best
