"""The exercises of chapter 12, deep networks."""

import numpy as np

from descent.exercises.answers import Number, Numbers, Values


def clip_all(slopes, limit):
    """A list of arrays, shortened by one factor so that all of them together are at most ``limit`` long."""
    length = np.sqrt(sum(np.sum(g**2) for g in slopes))
    return [g * limit / length if length > limit else g for g in slopes]


def clip_always(slopes, limit):
    """A mistake: short ones are lengthened."""
    length = np.sqrt(sum(np.sum(g**2) for g in slopes))
    return [g * limit / length for g in slopes]


def clip_by_zero(slopes, limit):
    """A mistake: right but for slopes that are all zero."""
    length = np.sqrt(sum(np.sum(g**2) for g in slopes))
    return [g * np.minimum(1, np.float64(limit) / length) if length else g * np.nan for g in slopes]


def layer_norm(z, axis=1, ddof=0, inside=1e-5, outside=0.0):
    """Each row to mean 0 and variance 1; the rest is for mistakes."""
    mean, var = z.mean(axis, keepdims=True), z.var(axis, keepdims=True, ddof=ddof)
    return (z - mean) / (np.sqrt(var + inside) + outside)


MIXED = np.array([[1.0, 2, 6], [0, -3, 9], [2, 2.5, 3], [1, 1.002, 0.998], [4, 4, 4]])
CHECKERS = {
    "deep-1": Numbers(
        (np.sqrt(2 / 256), np.sqrt(2 / 320)),
        "He: the root of 2 / fan_in. Xavier: the root of 2 / (fan_in + fan_out).",
        mistakes=(
            ((2 / 256, 2 / 320), "Those are the variances. The standard deviation is the root."),
            ((np.sqrt(2 / 320), np.sqrt(2 / 256)), "The right two, in the other order: He first."),
            ((np.sqrt(2 / 64), np.sqrt(2 / 320)), "He counts what comes in, not what goes out: 256."),
            (
                (np.sqrt(1 / 256), np.sqrt(2 / 320)),
                "Xavier is right. He doubles the variance, 2 / fan_in, because a ReLU lets half of it through.",
            ),
            (
                (np.sqrt(2 / 256), np.sqrt(1 / 320)),
                "He is right. Xavier is one over the mean of fan_in and fan_out, so 2 over their sum.",
            ),
            (
                (np.sqrt(2 / 256), np.sqrt(1 / 256)),
                "He is right. In this course Xavier counts both sides: 2 / (fan_in + fan_out).",
            ),
        ),
    ),
    "deep-2": Number(
        np.sqrt(2 / (1.04 * 100)),
        "Which share of E[z**2] does each half let through?",
        mistakes=(
            (np.sqrt(2 / 100), "That is He's, for a plain ReLU. The negative half still passes 0.2 of itself."),
            (np.sqrt(2 / 120), "It is the mean square that must be kept: the slope enters squared."),
            (2 / 104, "That is the variance. The standard deviation is its root."),
            (
                np.sqrt(1 / 104),
                "Each half of the values carries half of the mean square: 2 over 1.04 times the inputs.",
            ),
        ),
    ),
    "deep-3": Numbers(
        (6 * 2 / 2, 6 * (1 - 3) / 2 + 5),
        "Write gamma * (w * x + b - mean) / std + beta as a line in x.",
        mistakes=(
            ((6, 8), "The running mean is taken off before the factor."),
            ((3, 2), "Divide by the standard deviation, the root of the variance."),
            ((6, -6), "The weight is right. beta is added to the bias at the end."),
            ((6, 3), "The weight is right. The factor gamma / std multiplies what is left of the bias, 1 - 3, too."),
            ((6, 5), "The weight is right. The factor gamma / std multiplies the running mean, too."),
        ),
    ),
    "deep-4": Values(
        clip_all,
        "One factor for all, limit over their common length, and only where that is longer than the limit.",
        cases=tuple(
            ([np.array(g) for g in slopes], limit)
            for slopes, limit in (
                ([[3.0, 4.0], [0.0, 12.0]], 1.5),
                ([[0.3, 0.4], [0.1]], 1.5),
                ([[3.0, 0.0, 4.0]], 5.0),
                ([[0.0, 0.0], [0.0]], 2.0),
                ([[[30.0, 1.0], [2.0, -3.0]], [-40.0]], 5.0),
            )
        ),
        mistakes=(
            (
                lambda slopes, limit: [clip_all([g], limit)[0] for g in slopes],
                "Each array is shortened by itself, which turns the whole. One factor for all.",
            ),
            (
                lambda slopes, limit: [np.clip(g, -limit, limit) for g in slopes],
                "That is clipping by value. One factor for all.",
            ),
            (
                clip_always,
                "That makes short gradients longer, and divides by zero when all are zero. What is short enough stays.",
            ),
            (
                lambda slopes, limit: clip_always(slopes, limit) if any(g.any() for g in slopes) else slopes,
                "That makes short gradients longer. What is short enough stays as it is.",
            ),
            (clip_by_zero, "It divides by zero when all slopes are zero."),
            (
                lambda slopes, limit: [g * min(1, limit / sum(map(np.linalg.norm, [*slopes, 1e-300]))) for g in slopes],
                "The length of all is not the sum of their lengths: it is the root of the sum of all squares.",
            ),
            (
                lambda slopes, limit: [
                    g * min(1, limit / max(sum(np.sum(a**2) for a in slopes), 1e-300)) for g in slopes
                ],
                "The root is missing: the length of all is the root of the sum of all squares.",
            ),
        ),
    ),
    "deep-5": Values(
        layer_norm,
        "Each row, and a row that comes alone, gets mean 0 and variance 1, with 1e-5 added to the variance.",
        cases=((MIXED,), (MIXED[:1],), (np.array([[2.0, -1, 0.5, 7], [0, 0, 1, 0.1]]),)),
        mistakes=(
            (lambda z: layer_norm(z, axis=0), "That is batch norm: it goes down the columns. Go along the rows."),
            (lambda z: layer_norm(z, ddof=1), "Divide the variance by n, not by n - 1."),
            (lambda z: layer_norm(z, inside=0), "Epsilon is missing: a row of equal numbers gives 0/0."),
            (lambda z: layer_norm(z, inside=0, outside=1e-5), "Epsilon is added to the variance, under the root."),
            (
                lambda z: z - z.mean(1, keepdims=True),
                "The mean is taken off. Divide by the root of the variance as well.",
            ),
            (
                lambda z: (z - z.mean(1, keepdims=True)) / (z.var(1, keepdims=True) + 1e-5),
                "That divides by the variance. Divide by its root.",
            ),
            (
                lambda z: (z - z.mean()) / np.sqrt(z.var() + 1e-5),
                "That takes one mean over everything. Each row has its own.",
            ),
        ),
    ),
    "deep-6": Number(
        np.sqrt(13),
        "Pythagoras: the step, 0.25 * 8 long, is at right angles to w.",
        mistakes=(
            (13, "That is the square of the length."),
            (1, "That is 3 - 2, as if the step went back along w. It is at right angles to w."),
            (5, "That is 3 + 2, as if the step went on along w. It is at right angles to w."),
            (np.sqrt(73), "The angle is right. The step is not as long as the slope: it is 0.25 * 8 long."),
            (3, "That is the length before. A step at right angles makes w longer."),
            (np.sqrt(5), "That is the root of 9 - 4. w is a leg of the triangle, not its long side."),
        ),
    ),
}
