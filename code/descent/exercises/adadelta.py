"""The exercises of chapter 8, Adadelta."""

import numpy as np

from descent.exercises.answers import Number, Numbers, Rule
from descent.rules import adadelta


def taken(x, grad, t, s=0, d=0, *, lr=1.0, rho=0.9, eps=1e-6):
    """Adadelta that averages the steps as they were taken."""
    g = grad(x)
    s = rho * s + (1 - rho) * g**2
    step = lr * np.sqrt(d + eps) / np.sqrt(s + eps) * g
    return x - step, s, rho * d + (1 - rho) * step**2


def taken_once_more(x, grad, t, s=0, d=0, *, lr=1.0, rho=0.9, eps=1e-6):
    """A mistake: ``lr`` enters the average unsquared."""
    after, s, kept = adadelta(x, grad, t, s, d, lr=lr, rho=rho, eps=eps)
    return after, s, rho * d + lr * (kept - rho * d)


def averaged_first(x, grad, t, s=0, d=0, *, lr=1.0, rho=0.9, eps=1e-6):
    """A mistake: the average holds the step before it is taken."""
    g = grad(x)
    s = rho * s + (1 - rho) * g**2
    step = lr * np.sqrt(d + eps) / np.sqrt(s + eps) * g
    d = rho * d + (1 - rho) * step**2
    return x - lr * np.sqrt(d + eps) / np.sqrt(s + eps) * g, s, d


def applied_twice(x, grad, t, s=0, d=0, *, lr=1.0, rho=0.9, eps=1e-6):
    """A mistake: ``lr`` acts twice."""
    after, s, d = taken(x, grad, t, s, d, lr=lr, rho=rho, eps=eps)
    return x + lr * (after - x), s, d


CHECKERS = {
    "adadelta-1": Number(
        np.sqrt(1e-4 / (1 - 0.96)),
        "Put d = 0 and s = (1 - rho) * g**2 into the rule.",
        mistakes=(
            (
                0.01,
                "Nearly: the average of squared slopes starts at 0 too, so at first it holds 1 - rho of the slope's square.",
            ),
            (1e-4 / 0.04, "That is the square of the step: take the root."),
            (50, "You multiplied by the slope and forgot to divide by its typical size."),
            (0.01 / np.sqrt(0.96), "s keeps rho of its past, which is 0, and takes in 1 - rho of the squared slope."),
        ),
    ),
    "adadelta-2": Numbers(
        (1e-6 * 100**2, 1e-6 / 100**2),
        "What are the units under each root?",
        mistakes=(
            (
                (1e-10, 1e-2),
                "The other way round: the upper one stands beside squared lengths, which grow in centimetres.",
            ),
            ((1e-4, 1e-8), "Epsilon stands under a root, beside a square: it is converted twice."),
            (
                (1e-2, 1e-2),
                "The upper one is right. The lower one stands beside squared slopes; do they grow in centimetres?",
            ),
            ((1e-2, 1e-6), "The upper one is right. The slopes change as well: loss per centimetre."),
            (
                (1e-2, 1e-8),
                "The upper one is right. The lower one stands beside a square as well: it is converted twice.",
            ),
        ),
    ),
    "adadelta-3": Number(
        1e6 ** (1 / 3),
        "The distance goes with sqrt(eps) * t**1.5. Keep it, and solve for t.",
        tolerance=0.15,
        mistakes=(
            (
                1000,
                "The first step is 1000 times shorter. But steps grow on the way, so that is not the number of steps.",
            ),
            (1e6, "Epsilon stands under a root, and steps grow on the way: it is far less."),
            (100 ** (1 / 3), "That is for a hundredth of epsilon; here it is a millionth."),
            (
                1000**1.5,
                "The other way round: t to the power 1.5 must make up for the factor 1000, so t to 1000 ** (2/3).",
            ),
        ),
    ),
    "adadelta-4": Rule(
        taken,
        "Average (lr * step)**2, and move by lr * step.",
        settings=({"lr": 0.5, "rho": 0.8, "eps": 0.01}, {"lr": 1.5, "rho": 0.6, "eps": 0.05}),
        begin=adadelta,
        mistakes=(
            (adadelta, "That averages the steps before lr is applied. Average those that were taken."),
            (taken_once_more, "The average holds squares, so lr enters it squared: (lr * step)**2."),
            (
                averaged_first,
                "d is renewed before the step there: the step is taken with the d of the steps before it.",
            ),
            (applied_twice, "lr is in the step already; it is applied twice when x moves."),
        ),
    ),
    "adadelta-5": Numbers(
        tuple(np.linalg.eigvalsh([[2, 4], [4, 2]])),
        "Solve (2 - z)**2 = 4**2.",
        mistakes=(
            ((6, -2), "Right numbers; put the smaller first."),
            ((2, 2), "Those are the curvatures along the axes. The mixed derivative, 4, belongs to the Hessian too."),
            ((-1, 3), "Half of it: the second derivative of x**2 is 2, and the mixed one of 4*x*y is 4."),
            (
                (0, 4),
                "The mixed derivative of 4*x*y is 4, not 2: it stands in two corners of the Hessian, whole in each.",
            ),
            ((-3, 5), "The mixed derivative is right. The second derivative of x**2 is 2, not 1."),
        ),
    ),
}

PROOFS = ("adadelta-6",)
