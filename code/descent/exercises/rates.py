"""The exercises of chapter 9, the learning rate."""

import numpy as np

from descent.exercises.answers import Number, Numbers, Rule
from descent.rules import sgd


def fading(x, grad, t, *, lr=0.01):
    """Gradient descent at the rate ``lr / (1 + t / 20)``."""
    return (x - lr / (1 + t / 20) * grad(x),)


def fading_from_zero(x, grad, t, *, lr=0.01):
    """A mistake: counts from 0."""
    return (x - lr / (1 + (t - 1) / 20) * grad(x),)


def fading_at_once(x, grad, t, *, lr=0.01):
    """A mistake: ``lr / t``."""
    return (x - lr / t * grad(x),)


def fading_twenty(x, grad, t, *, lr=0.01):
    """A mistake: no 1."""
    return (x - lr / (t / 20) * grad(x),)


def fading_linear(x, grad, t, *, lr=0.01):
    """A mistake: 20 in the wrong place."""
    return (x - lr / (1 + 20 * t) * grad(x),)


def fading_brackets(x, grad, t, *, lr=0.01):
    """A mistake: the brackets are missing."""
    return (x - (lr / 1 + t / 20) * grad(x),)


CHECKERS = {
    "rates-1": Number(
        0.4 * 10_000 / 2,
        "The distance is the sum of the rates. What is the cosine's average?",
        mistakes=(
            (4000, "That is the constant rate. The cosine falls from 0.4 to 0: what is it on average?"),
            (0.2, "That is the average rate; there are 10 000 steps."),
            (
                4000 * 2 / np.pi,
                "That is a quarter of a cosine. A schedule goes from 1 to 0 along half a cosine: (1 + cos) / 2.",
            ),
        ),
    ),
    "rates-2": Number(
        np.ceil(np.log(0.01) / np.log(0.95)),
        "All n trials miss with probability 0.95**n.",
        whole=True,
        mistakes=(
            (89, "At 89 it is still just below 0.99; one more."),
            (np.log(0.01) / np.log(0.95), "Right, but there is no part of a trial: round up."),
            (59, "That gives a probability of 0.95; we want 0.99."),
            (99, "Close to a hundred, but the misses multiply: each trial misses with probability 0.95."),
            (20, "After 20 trials one hit is to be expected, but with probability 0.36 there is none."),
            (2, "That takes 0.05 for the chance to miss. A trial hits with 0.05 and misses with 0.95."),
        ),
    ),
    "rates-3": Numbers(
        (0.5, 1),
        "The sum of t**-q is infinite for q up to 1. Use it for q = p and for q = 2p.",
        mistakes=(
            ((1, 0.5), "Right numbers; put the smaller first."),
            ((0, 1), "For p up to 1 the rates add up to infinity. But the squares, t**(-2p), must not."),
            ((1, 2), "For p above 1 the rates themselves have a finite sum: the walk cannot reach far points."),
            ((0, 0.5), "For p up to 1/2 the squares have no finite sum: the noise never dies out."),
        ),
    ),
    "rates-4": Rule(
        fading,
        "The rate at step t is lr / (1 + t / 20), and t starts at 1.",
        settings=({"lr": 0.7}, {"lr": 1.6}),
        mistakes=(
            (sgd, "The rate does not fall. Divide it by 1 + t / 20."),
            (fading_at_once, "That is lr / t: it falls at once. Divide by 1 + t / 20."),
            (fading_from_zero, "That counts steps from 0; here the first step has t = 1."),
            (fading_twenty, "The 1 is missing: divide by 1 + t / 20."),
            (fading_linear, "t is divided by 20, not multiplied: the rate halves after 20 steps."),
            (fading_brackets, "Mind the brackets: the whole of 1 + t / 20 stands under lr."),
        ),
    ),
    "rates-5": Numbers(
        (0.05 * 1024 / 32, 32 * 2 / 0.05),
        "The rate keeps its ratio to the batch, and must stay below 2 / L = 2.",
        mistakes=(
            (
                (0.05 * np.sqrt(32), 1280),
                "That is the square root of the ratio. Linear scaling multiplies the rate as the batch is multiplied.",
            ),
            ((1.6, 640), "The limit of gradient descent is 2 / L, not 1 / L."),
            ((0.05 / 32, 1280), "The other way round: a larger batch is less noisy and allows a larger rate."),
        ),
    ),
    "rates-6": Numbers(
        (4 / 5, 1 / (1 / 4 + 100)),
        "Set the derivative of (1 - lr)**2 * V + lr**2 to zero.",
        digits=4,
        mistakes=(
            ((1, 1 / 100.25), "V is right. The first rate is V / (V + 1), with V = 4."),
            ((1, 1 / 100), "That forgets where V started: 1/V is 1/4 at first, and grows by 1 at every step."),
            ((4 / 5, 1 / 101), "The rate is right. 1/V starts at 1/4, not at 1."),
            ((4 / 5, 1 / 100), "The rate is right. 1/V starts at 1/4, not at 0, and grows by 1 a hundred times."),
            ((4 / 5, 1 / 104), "The rate is right. It is 1/V that starts at 1/4, not V."),
        ),
    ),
}
