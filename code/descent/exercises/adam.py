"""The exercises of chapter 7, Adam."""

import numpy as np

from descent.exercises.answers import Number, Numbers, Rule
from descent.rules import adam


def adamax(x, grad, t, m=0, u=0, *, lr=0.01, beta1=0.9, beta2=0.999, eps=1e-8, hat=True, u_hat=False):
    """Adam with a fading maximum in place of the root of ``s``; ``hat`` and ``u_hat`` are for mistakes."""
    g = grad(x)
    m = beta1 * m + (1 - beta1) * g
    u = np.maximum(beta2 * u, np.abs(g))
    return x - lr * m / (1 - hat * beta1**t) / (u / (1 - u_hat * beta2**t) + eps), m, u


def adamax_of_squares(x, grad, t, m=0, u=0, *, lr=0.01, beta1=0.9, beta2=0.999, eps=1e-8):
    """A mistake: the largest square, and its root."""
    g = grad(x)
    m = beta1 * m + (1 - beta1) * g
    u = np.maximum(beta2 * u, g**2)
    return x - lr * m / (1 - beta1**t) / (np.sqrt(u) + eps), m, u


def adamax_rooted(x, grad, t, m=0, u=0, *, lr=0.01, beta1=0.9, beta2=0.999, eps=1e-8):
    """A mistake: the root of a size."""
    g = grad(x)
    m = beta1 * m + (1 - beta1) * g
    u = np.maximum(beta2 * u, np.abs(g))
    return x - lr * m / (1 - beta1**t) / (np.sqrt(u) + eps), m, u


def adamax_of_averages(x, grad, t, m=0, u=0, *, lr=0.01, beta1=0.9, beta2=0.999, eps=1e-8):
    """A mistake: the slope enters the maximum weakened."""
    g = grad(x)
    m = beta1 * m + (1 - beta1) * g
    u = np.maximum(beta2 * u, (1 - beta2) * np.abs(g))
    return x - lr * m / (1 - beta1**t) / (u + eps), m, u


def adamax_of_m(x, grad, t, m=0, u=0, *, lr=0.01, beta1=0.9, beta2=0.999, eps=1e-8):
    """A mistake: the size of the average."""
    m = beta1 * m + (1 - beta1) * grad(x)
    u = np.maximum(beta2 * u, np.abs(m))
    return x - lr * m / (1 - beta1**t) / (u + eps), m, u


def adamax_guarded(x, grad, t, m=0, u=0, *, lr=0.01, beta1=0.9, beta2=0.999, eps=1e-8):
    """A mistake: ``eps`` inside the maximum."""
    g = grad(x)
    m = beta1 * m + (1 - beta1) * g
    u = np.maximum(beta2 * u, np.abs(g) + eps)
    return x - lr * m / (1 - beta1**t) / u, m, u


def adamax_of_g(x, grad, t, m=0, u=0, *, lr=0.01, beta1=0.9, beta2=0.999, eps=1e-8):
    """A mistake: no ``|...|`` round the slope."""
    g = grad(x)
    m = beta1 * m + (1 - beta1) * g
    u = np.maximum(beta2 * u, g)
    return x - lr * m / (1 - beta1**t) / (u + eps), m, u


def with_hats(**hats):
    """Adamax with its hats put on or taken off."""

    def rule(x, grad, t, m=0, u=0, *, lr=0.01, beta1=0.9, beta2=0.999, eps=1e-8):
        return adamax(x, grad, t, m, u, lr=lr, beta1=beta1, beta2=beta2, eps=eps, **hats)

    return rule


CHECKERS = {
    "adam-1": Numbers(
        tuple(-0.01 * np.sign([0.003, -700])),
        "At the first step m_hat is g, and s_hat is g squared.",
        mistakes=(
            ((0.01, -0.01), "That walks uphill: a step goes against the sign of its slope."),
            ((-0.00003, 7), "That is gradient descent. In Adam the size of the slope is divided away."),
            ((-1, 1), "The signs are right; the size of the step is the learning rate, not 1."),
            ((0.003 - 0.01, -700 + 0.01), "That takes the slope for the place. How does each coordinate change?"),
        ),
    ),
    "adam-2": Number(
        np.ceil(np.log(0.01) / np.log(0.999)),
        "Which share of the weights lies on the zero at the start, after t steps?",
        whole=True,
        mistakes=(
            (np.ceil(np.log(0.01) / np.log(0.9)), "That is m with 0.9. The slow one is s, with 0.999."),
            (1000, "After 1000 steps it has 63 %. Solve 1 - 0.999**t = 0.99 for t."),
            (4602, "Nearly: a step is whole, and at this one it is still below 99 %."),
            (np.log(0.01) / np.log(0.999), "Nearly: a step is whole, and at the one before it is still below 99 %."),
            (4605, "That is the limit exp(-t/1000) = 0.01. The factor is 0.999 a step."),
        ),
    ),
    "adam-3": Number(
        0.3 / np.hypot(0.3, 0.4),
        "The mean square is mean**2 + deviation**2; the step is the mean over its root.",
        digits=2,
        mistakes=(
            (0.75, "You divided by the standard deviation. s averages squares, and the mean is in them, too."),
            (0.3, "That is the average slope. It is still to be divided by the root of s."),
            (1.2, "You divided by s; Adam divides by its root."),
            (1, "A full step is for slopes that all agree. These are noisy."),
            (0.3 / 0.7, "You divided by mean plus deviation. Add their squares, and take the root."),
        ),
    ),
    "adam-4": Rule(
        with_hats(),
        "u is the larger of beta2 * u and |g|; the step is lr times m_hat over u + eps.",
        settings=(
            {"lr": 0.2, "beta1": 0.8, "beta2": 0.9, "eps": 0.05},
            {"lr": 0.4, "beta1": 0.6, "beta2": 0.7, "eps": 0.2},
        ),
        begin=adam,
        mistakes=(
            (
                adam,
                "That is Adam. In place of s keep u, the larger of beta2 * u and |g|, and divide by u + eps, without a root.",
            ),
            (
                with_hats(u_hat=True),
                "u is right and has a hat that it does not need: a maximum has its full size from the first slope on.",
            ),
            (with_hats(hat=False), "u is right. m has lost its hat: it is still an average that starts at zero."),
            (
                with_hats(hat=False, u_hat=True),
                "The hat sits on u. It belongs on m, which is an average that starts at zero.",
            ),
            (
                adamax_of_squares,
                "That keeps the largest square, which fades by beta2, so its root fades by the root of beta2. Keep the largest size, |g|.",
            ),
            (adamax_rooted, "u is right, but it is a size already, not a square: divide by it without a root."),
            (adamax_of_averages, "The slope enters u whole, |g|, without 1 - beta2: a maximum shares out no weights."),
            (adamax_of_m, "That keeps the largest average. Keep the largest slope: |g|, not |m|."),
            (
                adamax_guarded,
                "eps stands inside the maximum there, where it fades with u. Add it to u when you divide.",
            ),
            (adamax_of_g, "u forgets slopes that are negative: take |g|."),
        ),
    ),
    "adam-5": Number(
        1 / np.sqrt(1 - 0.999),
        "Add up the first step, beta1 times it, beta1**2 times it, ...",
        mistakes=(
            (
                0.1 / np.sqrt(0.001),
                "That is the first step. m fades slowly, and goes on pushing when the slope is gone.",
            ),
            (10, "The fading of m is in it; but the first step is not one learning rate."),
            (0.9 / np.sqrt(0.001), "The first step is missing: beta1**0 belongs in the sum, too."),
            (
                1,
                "That is for a slope at the very start, whose step the hats make one rate long. Here the hats have worn off.",
            ),
        ),
    ),
    "adam-6": Number(
        0.1 / np.sqrt(0.001 * (1 - 0.9**2 / 0.999)),
        "Sum the geometric series of (beta1**2 / beta2)**k.",
        digits=4,
        mistakes=(
            (0.1 / np.sqrt(0.001), "That is one slope after a silence. Slopes that grow from step to step go farther."),
            (1 / np.sqrt(0.001), "That is the whole way of exercise 5, over many steps. Here one step is asked for."),
            (
                0.1 / np.sqrt(0.001 * (1 - 0.9 / np.sqrt(0.999))),
                "The series runs over the squares, (beta1**2 / beta2)**k: Cauchy-Schwarz squares both factors.",
            ),
            (0.1 / np.sqrt(0.001 * (1 - 0.9**2)), "Nearly: the series has the ratio beta1**2 / beta2, not beta1**2."),
        ),
    ),
}
