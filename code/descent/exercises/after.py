"""The exercises of chapter 14, after Adam."""

import numpy as np

from descent.exercises.answers import Number, Numbers, Rule


def signum(x, grad, t, m=0, *, lr=0.001, beta1=0.9):
    """Step by the rate against the sign of the new average."""
    m = beta1 * m + (1 - beta1) * grad(x)
    return x - lr * np.sign(m), m


def signum_late(x, grad, t, m=0, *, lr=0.001, beta1=0.9):
    """A mistake: the sign of the old average."""
    return x - lr * np.sign(m), beta1 * m + (1 - beta1) * grad(x)


def signum_of_signs(x, grad, t, m=0, *, lr=0.001, beta1=0.9):
    """A mistake: the average of the signs."""
    m = beta1 * m + (1 - beta1) * np.sign(grad(x))
    return x - lr * m, m


def signum_swapped(x, grad, t, m=0, *, lr=0.001, beta1=0.9):
    """A mistake: the shares exchanged."""
    return signum(x, grad, t, m, lr=lr, beta1=1 - beta1)


def signum_forgetful(x, grad, t, m=0, *, lr=0.001, beta1=0.9):
    """A mistake: no memory at all."""
    return x - lr * np.sign(grad(x)), m


def signum_plain(x, grad, t, m=0, *, lr=0.001, beta1=0.9):
    """A mistake: no sign."""
    m = beta1 * m + (1 - beta1) * grad(x)
    return x - lr * m, m


def rounds_of(cubic, sigma):
    """How many rounds lift ``sigma`` above 0.99."""
    rounds = 0
    while sigma <= 0.99:
        sigma, rounds = cubic(sigma), rounds + 1
    return rounds


CHECKERS = {
    "after-1": Number(
        -1 / 0.5,
        "It rests where the sign of the slope plus 0.5 x is zero.",
        mistakes=(
            (-6, "That is slope over decay. Lion does not see how steep the slope is."),
            (-200, "The rate multiplies the step and the decay alike, so it cancels."),
            (-0.5, "Upside down: one over the decay."),
            (-0.02, "The rate multiplies the step and the decay alike, so it cancels."),
        ),
    ),
    "after-2": Numbers(
        tuple(7 * 4 * memories for memories in (2, 1, 0)),
        "Count the memories in each rule's signature: m and s, m, none.",
        mistakes=(
            (
                (84, 56, 28),
                "That includes the weights themselves; the question is what the rule remembers beside them.",
            ),
            ((14, 7, 0), "Those are billions of numbers; each takes 4 bytes."),
            ((56e9, 28e9, 0), "Those are bytes. Give gigabytes, 1e9 bytes each."),
            ((2, 1, 0), "Those are the memories a weight. Each takes 4 bytes, for 7 billion weights."),
        ),
    ),
    "after-3": Rule(
        signum,
        "First the average of slopes, then its sign, times lr.",
        settings=({"lr": 0.3, "beta1": 0.8}, {"lr": 0.5, "beta1": 0.7}),
        mistakes=(
            (signum_late, "That is the sign of the old average: renew m before the step."),
            (signum_of_signs, "That averages the signs. Average the slopes, and take the sign of the average."),
            (signum_swapped, "The shares are exchanged: the old average keeps beta1, the new slope gets 1 - beta1."),
            (signum_forgetful, "That is the sign of the slope alone. Average the slopes first, with beta1."),
            (
                signum_plain,
                "That steps along the average. Take its sign: only the direction of each coordinate counts.",
            ),
        ),
    ),
    "after-4": Number(
        rounds_of(lambda s: 1.5 * s - 0.5 * s**3, 0.01),
        "Apply p again and again to 0.01, and count.",
        whole=True,
        mistakes=(
            (12, "That is how long the factor 1.5 alone would take. Near 1 the cube slows it down; run the loop."),
            (13, "One more: count how often p was applied."),
            (15, "One less: 0.01 itself is round 0."),
        ),
    ),
    "after-5": Number(
        1150 / 1250,
        "The baseline's time over the method's, in steps of the baseline.",
        mistakes=(
            (1400 / 1250, "Right for the untuned baseline. Tuned, it needs 1150 steps."),
            (1150 / 1000, "That counts steps. One step of the new method takes 1.25 times as long."),
            (1.4, "That is the paper's number: an untuned baseline, and steps in place of hours."),
            (1250 / 1150, "Upside down: the baseline's time over the method's."),
        ),
    ),
}

PROOFS = ("after-6",)
