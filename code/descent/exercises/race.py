"""The exercises of chapter 10, a fair race."""

from math import comb

import numpy as np

from descent.exercises.answers import Number, Numbers, Rule, Values
from descent.rules import adam, sgd
from descent.surfaces import SURFACES
from descent.walk import descend


def lowest_of_normal(count):
    """How far the lowest of ``count`` normal numbers lies below the mean, on average, in standard deviations."""
    x = np.linspace(-8, 8, 4001)
    density = np.exp(-(x**2) / 2) / np.sqrt(2 * np.pi)
    below = (np.cumsum(density) - density / 2) * (x[1] - x[0])
    return np.sum(x * count * below ** (count - 1) * density) * (x[1] - x[0])


def best_of(costs, n):
    """The expected lowest of ``n`` random draws (with replacement) from ``costs``, shape ``(k,)``."""
    costs = np.sort(np.asarray(costs, dtype=float))
    left = np.arange(len(costs), -1, -1) / len(costs)
    return np.sum(costs * -np.diff(left**n))


def best_without_return(costs, n):
    """A mistake: the same cost is never drawn twice."""
    costs = np.sort(costs)
    return sum(cost * comb(len(costs) - k, n - 1) for k, cost in enumerate(costs, 1)) / comb(len(costs), n)


def twice(x, grad, t, *, lr=0.01):
    """Two steps of gradient descent, called one: two gradients a step."""
    (x,) = sgd(x, grad, t, lr=lr)
    return sgd(x, grad, t, lr=lr)


def doubled(x, grad, t, *, lr=0.01):
    """A mistake: one step of twice the length."""
    return sgd(x, grad, t, lr=2 * lr)


def half_and_half(x, grad, t, *, lr=0.01):
    """A mistake: two steps of half the length."""
    return twice(x, grad, t, lr=lr / 2)


def disguised(lr, eps):
    """What keeps Adam without memory of a direction from walking as gradient descent at the rate 1.5."""
    if not (lr > 0 and eps > 0):
        return "Both are positive."
    if not np.isclose(lr / eps, 1.5, rtol=1e-6):
        return f"Where eps outweighs the root, the step is lr / eps = {lr / eps:.4g} times the slope; it must be 1.5."
    ravine = SURFACES["ravine"]
    hidden = descend(adam, ravine.grad, ravine.start, 60, lr=lr, beta1=0, eps=eps)
    plain = descend(sgd, ravine.grad, ravine.start, 60, lr=1.5)
    apart = np.abs(hidden.xs - plain.xs).max()
    return f"The ratio is right, but the paths part by {apart:.2g}. Take a larger eps." if not apart <= 1e-3 else ""


CHECKERS = {
    "race-1": Numbers(
        (2 / 50, 2 * 1.9 / 50, 2 * 1.9 / (2.8 * 50)),
        "2/L; 2(1 + mu)/L; 2(1 + mu)/((1 + 2 mu) L), with L = 50 and mu = 0.9.",
        mistakes=(
            (
                (0.04, 0.076, 0.076),
                "Number 3 is momentum's. NAG reads the slope ahead, where it is steeper, and must be gentler.",
            ),
            ((2, 3.8, 3.8 / 2.8), "Those are the limits for a curvature of 1; here it is 50."),
            ((0.04, 3.8 / 140, 0.076), "The right three; NAG's is the smaller one of the last two."),
        ),
    ),
    "race-2": Number(
        0.03 * lowest_of_normal(5),
        "Draw five numbers many times, and take the mean of the smallest.",
        digits=2,
        mistakes=(
            (lowest_of_normal(5), "That is in standard deviations; one of them is 0.03."),
            (
                0.03 / np.sqrt(5),
                "That is the standard error of a mean of five. The question is about the lowest of five.",
            ),
            (0.03, "That is one standard deviation. The lowest of five lies farther out, on average."),
        ),
    ),
    "race-3": Values(
        best_of,
        "All n draws are at least c with probability (share of costs >= c)**n.",
        cases=tuple(
            (np.array(c), n)
            for c, n in (([3.0, 1, 2], 1), ([3.0, 1, 2], 2), ([0.3, 2.3, 2.3, 0.5, 1.0], 4), ([2.0], 3))
        ),
        mistakes=(
            (lambda costs, n: np.min(costs), "That is the best of all; with n draws you may miss it."),
            (lambda costs, n: np.mean(costs), "That is right for n = 1 only."),
            (lambda costs, n: np.min(costs[:n]), "That is the best of the first n; average over all draws of n."),
            (lambda costs, n: np.mean(np.sort(costs)[:n]), "That is the mean of the n best."),
            (best_without_return, "That is for draws that are not put back. Here the same one may come twice."),
            (lambda costs, n: -best_of(-costs, n), "That is the expected highest of n draws. Low costs are good."),
        ),
    ),
    "race-4": Rule(
        twice,
        "Step, ask for the slope where you have arrived, and step again.",
        settings=({"lr": 0.3}, {"lr": 0.8}),
        mistakes=(
            (doubled, "That is one step of twice the length. Ask for the slope a second time, where you have arrived."),
            (sgd, "That is gradient descent itself. After its step take another one."),
            (half_and_half, "Each of the two steps has the whole rate: that is the cheat."),
        ),
    ),
    "race-5": Numbers((1.5e6, 1e6), "", judged=disguised),
}

PROOFS = ("race-6",)
