"""Checkers for the exercises: ``check("momentum-1", answer)`` says whether an answer is right and, if not, why.

A checker is a function from the answer to a sentence about what is wrong with it, or to ``""`` when it is right. It
computes the right answer; it does not look it up.
"""

from dataclasses import dataclass

import numpy as np

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


CHECKERS = {}
