"""The exercises of chapter 3, momentum."""

import numpy as np

from descent.exercises.answers import Number, Rule
from descent.rules import momentum


def averaged(x, grad, t, v=0, *, lr=0.01, mu=0.9):
    """A mistake: the velocity is an average."""
    v = mu * v + (1 - mu) * grad(x)
    return x - lr * v, v


def velocity_late(x, grad, t, v=0, *, lr=0.01, mu=0.9):
    """A mistake: the step is taken with the old velocity."""
    return x - lr * v, mu * v + grad(x)


def rate_outside(x, grad, t, v=0, *, lr=0.01, mu=0.9):
    """Momentum whose velocity gathers bare slopes."""
    v = mu * v + grad(x)
    return x - lr * v, v


CHECKERS = {
    "momentum-1": Number(
        0.9 * (0.9 * -0.5 + 0.3),
        "Write down the third velocity, set it to zero and solve for the slope.",
        mistakes=(
            (
                0.135,
                "That slope pushes the way the ball already goes. To stop it, the push must be against the velocity.",
            ),
            (-0.15, "That is the velocity after two steps. Before the third push arrives it has faded once more."),
            (0.15, "That is the velocity after two steps. Before the third push arrives it has faded once more."),
        ),
    ),
    "momentum-2": Number(
        -0.01 * 3 / (1 - 0.95),
        "At the end one step changes nothing: solve v = mu * v - lr * g for v.",
        mistakes=(
            (-60, "You forgot the learning rate: each push is lr times the slope."),
            (-0.03, "That is the velocity after one push. Many more follow; let them pile up."),
            (-0.03 / 1.95, "1/(1+mu) belongs to pushes that alternate. These agree."),
            (90, "That is the number of steps to 99 %. The check wants the velocity."),
        ),
    ),
    "momentum-3": Number(
        0.2 * (1 - 0.95),
        "What must agree is lr / (1 - mu).",
        also=(0.195 / 17.6,),  # the rate at which the variance is the same to the last digit
        mistakes=(
            (0.2, "The same rate is about twenty times as noisy: each push now echoes through twenty steps."),
            (4, "That is the wrong way round: memory makes every push count for more, so the rate must go down."),
            (0.19, "That multiplies by mu. A push is echoed 1 / (1 - mu) times: twenty times, not once."),
        ),
    ),
    "momentum-4": Number(
        (1 - np.sqrt(1 / 40)) ** 2,
        "The two roots meet where (1 + mu - lr/40)**2 = 4*mu.",
        mistakes=(
            (0, "That is for the curvature across the ravine, 1. Along it the curvature is 1/40."),
            (
                (1 - 1 / 40) ** 2,
                "Nearly: the square root of lr times the curvature, not the product itself, is taken from 1.",
            ),
            (
                1 - np.sqrt(1 / 40),
                "That is the root of mu. Creeping ends where lr times the curvature is (1 - sqrt(mu))**2.",
            ),
        ),
    ),
    "momentum-5": Rule(
        rate_outside,
        "The velocity gathers bare slopes, and lr stands in the step alone.",
        settings=({"lr": 0.3, "mu": 0.8}, {"lr": 0.15, "mu": 0.6}),
        changing=True,
        begin=momentum,
        mistakes=(
            (averaged, "That is an average of slopes. The velocity gathers them whole, without 1 - mu."),
            (velocity_late, "Renew v before you step by it."),
            (momentum, "Right at a constant rate. When lr is halved on the way it goes wrong: keep lr out of v."),
        ),
    ),
}

PROOFS = ("momentum-6",)
