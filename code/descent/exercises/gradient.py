"""The exercises of chapter 1, gradient descent."""

import numpy as np

from descent.exercises.answers import Number, Rule, Values
from descent.rules import sgd
from descent.surfaces import SURFACES


def wrong_terms(found, wanted):
    """Which terms of the gradient of post 003's surface are wrong, read off by least squares."""
    x, y = POINTS.T
    terms = {
        "1": x**0, "x": x, "y": y, "x**2": x**2, "x*y": x * y, "y**2": y**2, "x**2*y": x**2 * y, "x*y**2": x * y**2
    }  # fmt: skip
    columns, off = np.stack(list(terms.values()), -1), np.array(found) - np.array(wanted)
    weights = np.linalg.lstsq(columns, off)[0] if np.all(np.isfinite(off)) else np.nan * np.ones((8, 2))
    if not np.allclose(columns @ weights, off, atol=1e-6):
        return "Not yet, and not by a term of the formula: both slopes are polynomials, like the printed ones."
    left = [
        f"d/d{name}: {w:+.2f} {term} too much"
        for name, column in zip("xy", weights.T, strict=True)
        for term, w in zip(terms, column, strict=True)
        if abs(w) > 1e-6
    ]
    more = f", and {len(left) - 3} more" if len(left) > 3 else ""
    return f"Not yet. Still wrong: {', '.join(left[:3])}{more}."


def steady(x, grad, t, *, lr=0.1):
    """Every coordinate moves by ``lr`` against the sign of its slope."""
    return (x - lr * np.sign(grad(x)),)


def as_a_whole(x, grad, t, *, lr=0.1):
    """A mistake: the whole point moves by ``lr``."""
    g = grad(x)
    return (x - lr * g / np.linalg.norm(g),)


def of_the_place(x, grad, t, *, lr=0.1):
    """A mistake: the sign of the place, not of the slope."""
    return (x - lr * np.sign(x),)


POINTS = np.random.default_rng(0).uniform(-2, 2, (40, 2))
CHECKERS = {
    "gradient-1": Values(
        lambda p: SURFACES["post003"].grad(p),
        "",
        cases=tuple((p,) for p in POINTS),
        mistakes=(
            (
                lambda p: -SURFACES["post003"].grad(p),
                "That is minus the gradient: the rule takes the minus sign itself.",
            ),
        ),
        explain=wrong_terms,
    ),
    "gradient-2": Number(
        np.log(10),
        "The truth was given the probability 1/10; how surprised is the model?",
        mistakes=(
            (np.log2(10), "That is in bits. In nats the logarithm is the natural one."),
            (1, "That is the logarithm to base ten. In nats it is the natural one."),
            (-np.log(10), "That is the logarithm of 1/10. The surprise is minus that."),
        ),
    ),
    "gradient-3": Number(
        3 * 391,
        "Count the batches of one epoch first.",
        whole=True,
        mistakes=(
            (3 * 390, "You dropped the last batch of each epoch: 80 images are left over, and they make a step, too."),
            (3 * 50_000 / 128, "There is no part of a step: the last, smaller batch of each epoch counts as one."),
            (1172, "That runs the three epochs together. Each epoch ends with a smaller batch of its own."),
            (391, "That is one epoch; there are three."),
        ),
    ),
    "gradient-4": Number(
        1000**2,
        "How much smaller is the slope, and how much longer the step?",
        mistakes=(
            (
                1000,
                "That is one factor of two: the slope is a thousand times smaller, and the step, in millimetres, a thousand times longer.",
            ),
            (1, "With the same rate the walker all but stands still. Compute the slope in loss per millimetre."),
            (1e-3, "The other way round: smaller slopes and longer steps (in millimetres) need a larger rate."),
            (1e-6, "The other way round: smaller slopes and longer steps (in millimetres) need a larger rate."),
        ),
    ),
    "gradient-6": Rule(
        steady,
        "Each coordinate moves by lr, against the sign of its slope, np.sign(grad(x)).",
        settings=({"lr": 0.23}, {"lr": 0.4}),
        mistakes=(
            (as_a_whole, "That moves the whole point by lr. Here each coordinate moves by lr on its own."),
            (of_the_place, "That never asks for the slope: take the sign of grad(x), not of x."),
            (sgd, "That is gradient descent: it moves farther where it is steeper. Use the sign of the slope alone."),
        ),
    ),
}

PROOFS = ("gradient-5",)
