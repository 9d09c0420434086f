"""The exercises of chapter 5, Adagrad."""

import numpy as np

from descent.exercises.answers import Number, Rule
from descent.rules import adagrad


def warm(x, grad, t, s=0, *, lr=0.01, first=0.1):
    """Adagrad whose score begins at ``first``."""
    g = grad(x)
    s = s + g**2
    return x - lr * g / np.sqrt(first + s), s


def warmed_each_step(x, grad, t, s=0, *, lr=0.01, first=0.1):
    """A mistake: ``first`` is added at every step."""
    g = grad(x)
    s = s + g**2 + first
    return x - lr * g / np.sqrt(s), s


def warmed_outside(x, grad, t, s=0, *, lr=0.01, first=0.1):
    """A mistake: ``first`` beside the root."""
    return adagrad(x, grad, t, s, lr=lr, eps=first)


def warm_and_late(x, grad, t, s=0, *, lr=0.01, first=0.1):
    """A mistake: the step's own slope comes too late."""
    g = grad(x)
    return x - lr * g / np.sqrt(first + s), s + g**2


def warm_without_root(x, grad, t, s=0, *, lr=0.01, first=0.1):
    """A mistake: no root."""
    g = grad(x)
    s = s + g**2
    return x - lr * g / (first + s), s


CHECKERS = {
    "adagrad-1": Number(
        -12 / 13,
        "Add 9, 16 and 144, take the root, and step downhill.",
        mistakes=tuple(
            (sign * wrong, said)
            for wrong, said in (
                (12 / 169, "You forgot the root: the divisor is the root of the sum of squares."),
                (12 / 5, "The slope of this step belongs in the sum before dividing. No step is longer than lr."),
                (12 / 19, "You added the slopes. Add their squares, then take the root."),
                (1, "That is the first step, or a step with no memory: here 9 and 16 are in the sum as well."),
            )
            for sign in (1, -1)
        ),
    ),
    "adagrad-2": Number(
        1000,
        "How long is the first step, in metres and in millimetres?",
        mistakes=(
            (
                1e6,
                "That was gradient descent. Adagrad divides the size of the slopes out; only the distances are left.",
            ),
            (
                1,
                "The size of the slopes cancels, but the distances have grown: the first step is lr long, in millimetres.",
            ),
            (1e-3, "The other way round: the same way is more millimetres, so the steps must be larger numbers."),
        ),
    ),
    "adagrad-3": Number(
        int(np.argmax(np.cumsum(0.5 / np.sqrt(np.arange(1, 2000))) >= 30)) + 1,
        "Step t is 0.5 / sqrt(t) long. Add them up until they reach 30.",
        whole=True,
        mistakes=(
            (900, "That is the estimate. The sum lags a little behind it; count."),
            (60, "That would be steps of 0.5 each. They shrink like 1/sqrt(t)."),
            (943, "One more: step number 1 is the first entry of the sum."),
            (945, "One less: step number 1 is the first entry of the sum."),
        ),
    ),
    "adagrad-4": Number(
        np.sqrt(1e-8 / 3) / 1e-8,
        "Solve g / (g + eps) = 1/2 and g / sqrt(g**2 + eps) = 1/2 for g.",
        mistakes=(
            (1e-8 / np.sqrt(1e-8 / 3), "The other way round: the larger slope, inside the root, over the smaller one."),
            (1e4, "At g = sqrt(eps) the inner form has fallen to 1/sqrt(2) of lr. Where is it 1/2?"),
            (np.sqrt(1e-8 / 3), "That is the slope for epsilon inside the root. How many times the other one is it?"),
        ),
    ),
    "adagrad-5": Rule(
        warm,
        "The divisor is the root of first + s, where s starts at 0 and holds this step's slope, too.",
        settings=({"lr": 0.4, "first": 0.5}, {"lr": 0.7, "first": 2.0}),
        mistakes=(
            (adagrad, "That is Adagrad with a score from zero. Put first under the root, as the argument first=0.1."),
            (warmed_each_step, "That adds first at every step. It should count once: keep it out of s."),
            (warmed_outside, "first stands outside the root there. Keras adds it to the score, inside."),
            (warm_and_late, "Add this step's slope to s before you divide."),
            (warm_without_root, "first is where it belongs. The root is missing: divide by the root of first + s."),
        ),
    ),
}

PROOFS = ("adagrad-6",)
