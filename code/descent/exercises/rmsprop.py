"""The exercises of chapter 6, RMSprop."""

import numpy as np

from descent.exercises.answers import Number, Rule
from descent.rules import rmsprop


def centered(x, grad, t, s=0, m=0, *, lr=0.01, rho=0.9, eps=1e-8):
    """Divide by the root of the variance of recent slopes, which rounding may make negative."""
    g = grad(x)
    s = rho * s + (1 - rho) * g**2
    m = rho * m + (1 - rho) * g
    return x - lr * g / (np.sqrt(np.maximum(s - m**2, 0)) + eps), s, m


def centered_inside(x, grad, t, s=0, m=0, *, lr=0.01, rho=0.9, eps=1e-8):
    """A mistake: ``eps`` under the root."""
    _, s, m = centered(x, grad, t, s, m, rho=rho)
    return x - lr * grad(x) / np.sqrt(s - m**2 + eps), s, m


def centered_average(x, grad, t, s=0, m=0, *, lr=0.01, rho=0.9, eps=1e-8):
    """A mistake: steps along the average."""
    _, s, m = centered(x, grad, t, s, m, rho=rho)
    return x - lr * m / (np.sqrt(s - m**2) + eps), s, m


def centered_without_root(x, grad, t, s=0, m=0, *, lr=0.01, rho=0.9, eps=1e-8):
    """A mistake: divides by the variance."""
    _, s, m = centered(x, grad, t, s, m, rho=rho)
    return x - lr * grad(x) / (s - m**2 + eps), s, m


def centered_by_last(x, grad, t, s=0, m=0, *, lr=0.01, rho=0.9, eps=1e-8):
    """A mistake: takes off the average of the slopes before this one."""
    g = grad(x)
    s = rho * s + (1 - rho) * g**2
    return x - lr * g / (np.sqrt(np.maximum(s - m**2, 0)) + eps), s, rho * m + (1 - rho) * g


CHECKERS = {
    "rmsprop-1": Number(
        0.5 ** (1 / 100),
        "After 100 steps the weight has been multiplied by rho**100.",
        digits=5,
        mistakes=(
            (1 - 1 / 100, "At 0.99 a value counts 37 % after 100 steps, and half after 69."),
            (
                1 - 0.5 / 100,
                "That would be a straight line down to a half. Each step multiplies: 100 factors rho make a half.",
            ),
            (1 - 2 / 101, "That is the rho of a window of 100. Its half-life is shorter, 35 steps."),
        ),
    ),
    "rmsprop-2": Number(
        0.001 / np.sqrt(1 - 0.999),
        "s is (1 - rho) * g**2 after one step; the step goes against the slope, by lr times the slope over the root of s.",
        mistakes=(
            (
                0.001,
                "One rate is the step once s has settled. In the first step s is only a thousandth of the squared slope.",
            ),
            (
                0.02 / np.sqrt(0.001),
                "The size of the slope cancels: it stands above the line and, in the root of s, below it.",
            ),
            (1, "You forgot the root: the step is divided by the root of s, not by s."),
            (
                -0.001 / np.sqrt(0.001),
                "The size is right, the sign is not: the slope is negative, so the weight goes up.",
            ),
        ),
    ),
    "rmsprop-3": Number(
        2 * np.sqrt(2e-6 / (1 + 1 / 40)),
        "Both coordinates jump between lr/2 and -lr/2. What is the loss there?",
        mistakes=(
            (
                2 * np.sqrt(2e-6),
                "That counts only the jumps across the valley. Along it, where the curvature is 1/40, it jumps as far.",
            ),
            (np.sqrt(2e-6 / (1 + 1 / 40)), "That is how far it may be from the minimum. The rate is twice that."),
            (
                2 * np.sqrt(1e-6 / (1 + 1 / 40)),
                "The loss has a factor 1/2: it is half the curvature times the square of the distance.",
            ),
        ),
    ),
    "rmsprop-4": Rule(
        centered,
        "Divide the slope by np.sqrt(s - m**2) + eps, and return s and m.",
        settings=({"lr": 0.05, "rho": 0.8, "eps": 0.2}, {"lr": 0.1, "rho": 0.6, "eps": 0.5}),
        begin=rmsprop,
        mistakes=(
            (rmsprop, "That is RMSprop itself. Take m**2 away from s under the root."),
            (centered_inside, "Nearly: eps stands outside the root here."),
            (
                centered_average,
                "You step along the average m. Here it is only subtracted; the step goes along the slope g.",
            ),
            (centered_without_root, "That divides by the variance plus eps. Take the root of the variance."),
            (centered_by_last, "m is a step behind there: renew it with this step's slope, as s, before you divide."),
        ),
    ),
}

PROOFS = ("rmsprop-5",)
