"""The exercises: ``check("momentum-1", answer)`` says whether an answer is right and, if not, why.

Each chapter has a module here, whose ``CHECKERS`` holds its exercises by name: the right answer, which is computed and
not looked up, and the known mistakes, each with what to say to it. ``PROOFS`` names those in which there is nothing to
check. The kinds of answers and their judges are in ``answers``.

>>> check("nag-1", "much")
The answer is a number; this is text: leave out the quotes.
"""

import re
import warnings
from dataclasses import dataclass
from difflib import get_close_matches

import numpy as np

from descent.exercises import (
    adadelta,
    adagrad,
    adam,
    after,
    backprop,
    deep,
    detectives,
    general,
    gradient,
    momentum,
    museum,
    nag,
    problems,
    quick,
    race,
    rates,
    rmsprop,
)
from descent.exercises.answers import Unclear

CHAPTERS = (
    gradient,
    problems,
    momentum,
    nag,
    adagrad,
    rmsprop,
    adam,
    adadelta,
    rates,
    race,
    backprop,
    deep,
    general,
    after,
    detectives,
    museum,
    quick,
)
CHECKERS = {name: exercise for chapter in CHAPTERS for name, exercise in chapter.CHECKERS.items()}
PROOFS = tuple(name for chapter in CHAPTERS for name in getattr(chapter, "PROOFS", ()))


@dataclass(frozen=True)
class Verdict:
    """What ``check`` found: true when the answer is right; shown as a sentence."""

    right: bool
    message: str

    def __bool__(self):
        return self.right

    def __repr__(self):
        return self.message


def check(name, answer=...):
    """Check an answer to the exercise ``name``: a number, several numbers, a letter, or a function, as the exercise asks.

    Whatever the answer is, it gets a ``Verdict`` of one line, and no error. What is handed over stays as it was.
    """
    known = [*CHECKERS, *PROOFS]
    label = re.sub(r"[\W_]+", "-", name[:40].strip().lower()) if isinstance(name, str) else ""
    if label not in known:
        near = get_close_matches(label, known, 1)
        said = f"did you mean {near[0]!r}?" if near else 'a name is the label of an exercise, such as "momentum-2".'
        return Verdict(False, f"There is no exercise {label!r}; {said}" if label else said.capitalize())
    if label in PROOFS:
        return Verdict(False, "This exercise asks for a proof, and nothing is checked; its solution shows one.")
    if any(part is ... for part in (answer if isinstance(answer, list | tuple) else [answer])):
        return Verdict(False, "Put your answer in place of the three dots.")
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            wrong = CHECKERS[label].judge(answer)
    except Unclear as unclear:
        wrong = str(unclear)
    because = getattr(CHECKERS[label], "because", "")
    return Verdict(not wrong, wrong or f"Right. {because}".rstrip())
