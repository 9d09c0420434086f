"""Checkers for the exercises: ``check("momentum-1", answer)`` says whether an answer is right and, if not, why.

A checker is a function from the answer to a sentence about what is wrong with it, or to ``""`` when it is right. It
computes the right answer; it does not look it up.
"""

from dataclasses import dataclass

import numpy as np

from descent.rules import momentum
from descent.runs import descend
from descent.surfaces import SURFACES


@dataclass(frozen=True)
class Verdict:
    """What ``check`` found: true when the answer is right; shown as a sentence."""

    right: bool
    message: str

    def __bool__(self):
        return self.right

    def __repr__(self):
        return self.message


def check(name, answer):
    """Check an answer to the exercise ``name``: a number, several numbers, or a function, as the exercise asks."""
    if name not in CHECKERS:
        chapter = name.rpartition("-")[0]
        near = [known for known in CHECKERS if known.rpartition("-")[0] == chapter] or list(CHECKERS)
        raise ValueError(f"there is no exercise {name!r} to check; there are {', '.join(near)}")
    if answer is ...:
        return Verdict(False, "Put your answer in place of the three dots.")
    wrong = CHECKERS[name](answer)
    return Verdict(not wrong, wrong or "Right.")


def number(answer, right, hint, tolerance=1e-3):
    """``""`` if ``answer`` is the number ``right`` (relative tolerance), else what is wrong and a hint."""
    try:
        value = float(answer)
    except (TypeError, ValueError):
        return f"The answer is a number; this is {type(answer).__name__}."
    if abs(value - right) <= tolerance * max(1, abs(right)):
        return ""
    if abs(value + right) <= tolerance * max(1, abs(right)):
        return f"The size is right, the sign is not: {value:g}. {hint}"
    return f"Not {value:g}. {hint}"


def numbers(answer, right, hint, tolerance=1e-3):
    """The same for several numbers; the first wrong one is named."""
    try:
        values = np.asarray(answer, dtype=float)
    except (TypeError, ValueError):
        return "The answer is several numbers, such as (1.0, 2.0)."
    right = np.asarray(right, dtype=float)
    if values.shape != right.shape:
        return f"The answer has the shape {right.shape}; this has {values.shape}."
    for i, (value, wanted) in enumerate(zip(values.flat, right.flat, strict=True), 1):
        if number(value, wanted, hint, tolerance):
            return f"Number {i} is not {value:g}. {hint}"
    return ""


def same_steps(answer, rule, hint, *, surface="ravine", steps=40, **hyper):
    """``""`` if the function ``answer`` takes the same steps as ``rule``, else the first step where they part."""
    if not callable(answer):
        return "The answer is a rule: a function of x, grad, t and its memory."
    surface = SURFACES[surface]
    try:
        mine = descend(answer, surface.grad, surface.start, steps, **hyper)
    except Exception as error:
        return f"The rule does not run: {error}"
    theirs = descend(rule, surface.grad, surface.start, steps, **hyper)
    apart = ~np.all(np.isclose(mine.xs, theirs.xs, rtol=1e-9, atol=1e-12), axis=-1)
    return f"It parts from the right path at step {int(np.argmax(apart))}. {hint}" if apart.any() else ""


# One function an exercise, in the order of the chapters; the table at the end names them all.


def stop_the_ball(answer):
    """momentum-1: slopes 0.5 and -0.3, mu 0.9; the third slope that leaves no velocity."""
    v = 0.9 * (0.9 * 0 - 0.5) + 0.3  # in units of lr, which cancels
    if number(answer, -0.9 * v, "") == "":
        return "That slope pushes the way the ball already goes. To stop it, the push must be against the velocity."
    if number(answer, v, "") == "":
        return "That is the velocity after two steps. Before the third push arrives it has faded once more."
    return number(answer, 0.9 * v, "Write down the third velocity, set it to zero and solve for the slope.")


def terminal_velocity(answer):
    """momentum-2: slope 3, lr 0.01, mu 0.95."""
    g, lr, mu = 3, 0.01, 0.95
    v = -lr * g / (1 - mu)
    if number(answer, v / lr, "") == "":
        return "You forgot the learning rate: each push is lr times the slope."
    if number(answer, -lr * g, "") == "":
        return "That is the velocity after one push. Many more follow; let them pile up."
    if number(answer, -lr * g / (1 + mu), "") == "":
        return "1/(1+mu) belongs to pushes that alternate. These agree."
    return number(answer, v, "At the end one step changes nothing: solve v = mu * v - lr * g for v.")


def same_noise(answer):
    """momentum-3: the rate at mu 0.95 that is as noisy as plain gradient descent at 0.2."""
    if number(answer, 0.2, "") == "":
        return "The same rate is about twenty times as noisy: each push now echoes through twenty steps."
    if number(answer, 0.2 / (1 - 0.95), "") == "":
        return "That is the wrong way round: memory makes every push count for more, so the rate must go down."
    return number(answer, 0.2 * (1 - 0.95), "What must agree is lr / (1 - mu).")


def no_overshoot(answer):
    """momentum-4: the largest mu that does not pass the end of the ravine, at lr 1."""
    lr, along = 1, 1 / 40
    if number(answer, (1 - np.sqrt(lr * 1)) ** 2, "") == "":
        return "That is for the curvature across the ravine, 1. Along it the curvature is 1/40."
    if number(answer, (1 - lr * along) ** 2, "") == "":
        return "Nearly: the square root of lr times the curvature, not the product itself, is taken from 1."
    return number(answer, (1 - np.sqrt(lr * along)) ** 2, "The two roots meet where (1 + mu - lr/40)**2 = 4*mu.")


def rate_outside(answer):
    """momentum-5: momentum whose velocity leaves the rate out, tried with a rate that is halved on the way."""
    wrong = same_steps(answer, momentum, "At a constant rate it must take the same steps as momentum.", lr=0.2, mu=0.9)
    if wrong:
        return wrong
    surface = SURFACES["ravine"]
    x = right = np.array(surface.start)
    memory, v = (), 0
    for t in range(1, 41):
        lr = 0.2 if t <= 20 else 0.1
        x, *memory = answer(x, surface.grad, t, *memory, lr=lr, mu=0.9)
        v = 0.9 * v + surface.grad(right)
        right = right - lr * v
        if not np.allclose(x, right, rtol=1e-9, atol=1e-12):
            return f"Right at a constant rate; when lr is halved after step 20 it goes wrong at step {t}. Keep lr out of v."
    return ""


CHECKERS = {
    "momentum-1": stop_the_ball,
    "momentum-2": terminal_velocity,
    "momentum-3": same_noise,
    "momentum-4": no_overshoot,
    "momentum-5": rate_outside,
}
