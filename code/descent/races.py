"""Fair comparison: what a tuned rate is, and what it means to reach a loss.

Both definitions live here only; the explorer's JavaScript is tested against them.
"""

import numpy as np

from descent.runs import descend

STAY = 61  # a loss counts as reached when it stays below the goal for this many steps in a row
TUNING_STEPS = 200
SMALLEST = 1e-8  # losses below this count as this: a finish beyond it wins nothing more
COARSE = np.arange(-288, 97, 8)  # rates 10 ** (j / 64): 4.5 decades below 1 to 1.5 above, 8 a decade
NEAR_BEST = 0.1  # within this mean log10 loss of the best, the smallest rate is preferred


def losses(run, surface):
    """The loss above the surface's lowest value at each recorded point; shape ``(steps + 1, ...)``."""
    with np.errstate(all="ignore"):
        return surface.value(run.xs) - surface.floor


def reaches(losses, goal, stay=STAY):
    """The first step from which the losses are below ``goal`` for ``stay`` steps in a row, or ``None``.

    ``losses`` has the shape ``(steps + 1,)``. A lucky dip does not count, and neither does a run that ends before it
    has stayed.

    >>> reaches([1.0, 0.1, 1.0, 0.1, 0.1], goal=0.5, stay=2)
    3
    """
    in_a_row = 0
    for k, loss in enumerate(losses):
        in_a_row = in_a_row + 1 if loss < goal else 0
        if in_a_row == stay:
            return k - stay + 1
    return None


def steps_to(rule, surface, goal=1e-6, *, start=None, at_most=4000, **hyper):
    """How many steps the rule takes to reach ``goal`` above the surface's lowest value, or ``None``."""
    run = descend(rule, surface.grad, surface.start if start is None else start, at_most + STAY - 1, **hyper)
    return reaches(losses(run, surface), goal)


def tuning_starts(surface):
    """The surface's start and a neighbour on either side, 8 % of half the window away; shape ``(3, 2)``."""
    (x0, x1), (y0, y1) = surface.window
    reach = 0.08 * min(x1 - x0, y1 - y0) / 2
    return np.array(surface.start) + reach * np.array([[-1, 1], [0, 0], [1, -1]])


def tuning_cost(rule, surface, rates, **hyper):
    """Mean log10 loss of each rate over the first 200 steps from the tuning starts; shape ``(len(rates),)``.

    The loss is taken above the minimum nearest to where the run ends. A rate that ever lifts the loss above its start
    costs infinity.
    """
    starts = tuning_starts(surface)
    lr = np.asarray(rates, dtype=float)[:, None, None]
    run = descend(rule, surface.grad, starts, TUNING_STEPS, lr=lr, **hyper)
    above = losses(run, surface)
    with np.errstate(all="ignore"):
        lifted = ~np.all(above <= 1.0001 * above[0], axis=(0, 2))
        above = above[1:] - _valley(surface, run.final)
        cost = np.mean(np.log10(np.maximum(above, SMALLEST)), axis=(0, 2))
    return np.where(lifted, np.inf, cost)


def tuned_rate(rule, surface, **hyper):
    """The gentlest rate within a hair of the best: the rate that a fair race gives a rule on a surface.

    Of the rates ``10 ** (j / 64)``, coarse and then finely round the best, the smallest whose ``tuning_cost`` is
    within 0.1 of the lowest. Raises ``ValueError`` when every rate lifts the loss.
    """
    cost = dict(zip(COARSE, tuning_cost(rule, surface, 10 ** (COARSE / 64), **hyper), strict=True))
    best = min(cost.values())
    if not np.isfinite(best):
        raise ValueError(f"no learning rate from 10^-4.5 to 10^1.5 lets {rule.__name__} descend on {surface.name}")
    middle = min(j for j in cost if cost[j] == best)
    fine = np.arange(middle - 7, middle + 8)
    cost |= dict(zip(fine, tuning_cost(rule, surface, 10 ** (fine / 64), **hyper), strict=True))
    limit = min(cost.values()) + NEAR_BEST
    return float(10 ** (min(j for j in cost if cost[j] <= limit) / 64))


def _valley(surface, points):
    """How far above the floor the minimum nearest to each point lies; shape ``points.shape[:-1]``."""
    if not len(surface.minima):
        return np.zeros(points.shape[:-1])
    distance = np.linalg.norm(points[..., None, :] - surface.minima, axis=-1)
    nearest = np.argmin(np.where(np.isnan(distance), np.inf, distance), axis=-1)
    return surface.value(surface.minima)[nearest] - surface.floor
