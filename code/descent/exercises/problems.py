"""The exercises of chapter 2, where gradient descent struggles."""

import numpy as np

from descent.exercises.answers import Number, Rule
from descent.rules import sgd


def two_slopes(x, grad, t, last=0, *, lr=0.01):
    """Step along the average of the last two slopes."""
    g = grad(x)
    return x - lr * (g + last) / 2, g


def two_added(x, grad, t, last=0, *, lr=0.01):
    """A mistake: the sum of two slopes."""
    g = grad(x)
    return x - lr * (g + last), g


def nothing_kept(x, grad, t, last=0, *, lr=0.01):
    """A mistake: the old memory is returned."""
    return x - lr * (grad(x) + last) / 2, last


def averages_kept(x, grad, t, last=0, *, lr=0.01):
    """A mistake: the average is remembered."""
    g = (grad(x) + last) / 2
    return x - lr * g, g


def first_alone(x, grad, t, last=0, *, lr=0.01):
    """A mistake, or almost: the first slope counts whole."""
    g = grad(x)
    return x - lr * (g + (g if t == 1 else last)) / 2, g


CHECKERS = {
    "problems-1": Number(
        np.log(1e6) / np.log(1001 / 999),
        "Each step multiplies the distance by (1000 - 1) / (1000 + 1).",
        mistakes=(
            (
                np.log(1e6) / np.log(1001 / 999) / 2,
                "That is for the loss, which falls with the square of the distance. Here the distance is asked for.",
            ),
            (6 / np.log(1001 / 999), "One logarithm is to base ten and the other is natural; take the same for both."),
            (
                np.log(1e6) / -np.log(1 - 1 / 1000),
                "That is for the rate 1/L. At the best rate both ends shrink by (kappa - 1) / (kappa + 1).",
            ),
        ),
    ),
    "problems-2": Number(
        1.8 / (1 - 0.8),
        "The first jump is 1.8 long, and each next one 0.8 of the last.",
        mistakes=(
            (1, "That is the net way from 1 to 0. The walker crosses over and back: add the lengths of all jumps."),
            (5, "You added the heights 1, 0.8, 0.64, ... A jump goes from one side to the other, so it is longer."),
            (4, "You added 0.8, 0.64, ... A jump goes from one side to the other: from 1 to -0.8 it is 1.8 long."),
        ),
    ),
    "problems-3": Number(
        np.ceil(np.log(1e12) / np.log(1.05)),
        "By what is y multiplied at each step?",
        whole=True,
        mistakes=(
            (566, "At that step |y| is still just below 1; one more."),
            (np.log(1e12) / np.log(1.05), "Nearly: a step is whole. Which is the first whole number beyond it?"),
            (
                np.ceil(np.log(1e12) / -np.log(0.95)),
                "0.95 is the factor toward the saddle, in x. Away from the ridge the factor is 1.05.",
            ),
            (
                np.ceil(np.log(1e12) / 0.05),
                "That is the limit of tiny rates. At 0.05 a step multiplies y by 1.05, not by exp(0.05).",
            ),
        ),
    ),
    "problems-4": Rule(
        two_slopes,
        "Step by lr times (g + last) / 2, and return the bare slope as the memory.",
        settings=({"lr": 0.6}, {"lr": 1.1}),
        mistakes=(
            (sgd, "That is gradient descent. Is the slope returned as memory, and used one step later?"),
            (
                nothing_kept,
                "That steps by half a slope: return the slope of this step as the memory, in place of last.",
            ),
            (two_added, "That adds the two slopes. Their average is half of it."),
            (averages_kept, "That remembers the average, so every old slope stays in it. Remember the bare slope."),
            (
                first_alone,
                "Right from the second step on. In the first, the memory is 0, and belongs in the average too.",
            ),
        ),
    ),
}

PROOFS = ("problems-5",)
