"""Exercises as the page holds them: their rows of data, in which no answer and no sentence can be read.

The page judges without Python, so it must hold what Python knows; a reader who looks into its source shall not see the
answer there. So an interval of numbers is written as where its grid begins and how wide a cell is, in logarithms: which
of the cells it is stays unsaid. What is said to an answer is locked with the names of the cells in which its numbers
lie. Whoever tries all cells finds the answer, as by trying all answers.
"""

import inspect
import json
import math

import numpy as np

from descent.exercises.answers import HILL, SAYS, SLACK, STEPS, ZERO, Choice, Number, Numbers, Rule, path
from descent.tracing import surface_program
from descent.widgets import editor, source

MASK = 0xFFFFFFFF
MARKS = (1, 2, 3, 5, 8, 13, 21, STEPS)  # the steps after which a wrong rule is known
LOST = 1e6


def program(entry="exercises/main.js"):
    """The page's program that judges answers, or one of its modules with all that it imports."""
    hill = (
        f"export const hill = {surface_program(HILL)};\nexport const steps = {STEPS};\nexport const LOST = {LOST:g};\n"
    )
    says = f"export const says = {json.dumps(SAYS)};\n"
    given = {"exercises/hill.js": hill, "exercises/says.js": says, "editor/known.js": editor.known()}
    return source(entry, given=given)


def is_sealed(exercise):
    """Whether the page can judge answers to an exercise: not those that have to be run."""
    return isinstance(exercise, Rule | Number | Numbers | Choice) and not getattr(exercise, "judged", None)


def sealed(name, exercise):
    """What the page needs to judge answers to an exercise, as JSON takes it; ``None`` where only Python can judge."""
    if not is_sealed(exercise):
        return None
    with np.errstate(all="ignore"):
        return (_sealed_rule if isinstance(exercise, Rule) else _sealed_numbers)(name, exercise)


def _sealed_rule(name, exercise):
    """The right paths, in which the rule cannot be read, and where the wrong ones are after ``MARKS``.

    ``begin`` is a text to begin with, ``trials`` the hyperparameters of the two halves of each walk. What is said is
    locked with the exercise's name alone: nobody reads it by chance.
    """
    trials = exercise.trials()
    marks = [*MARKS]
    return {
        "name": name,
        "begin": _first_text(exercise),
        "trials": [[trial[0], trial[-1]] for trial in trials],
        "settings": list(exercise.settings),
        "hint": locked(name, exercise.hint),
        "right": [_plain(path(exercise.right, trial)) for trial in trials],
        "marks": marks,
        "mistakes": [
            [[_plain(path(wrong, trial)[marks]) for trial in trials], locked(name, said)]
            for wrong, said in exercise.mistakes
        ],
    }


def _first_text(exercise):
    """The text that is to be changed, or else gradient descent with the exercise's hyperparameters."""
    if exercise.begin:
        return exercise.begin if isinstance(exercise.begin, str) else inspect.getsource(exercise.begin).rstrip()
    usual = exercise.right.__kwdefaults__  # a signature may have been rewritten by a maker of pages
    first = ", ".join(f"{key}={usual[key]:g}" for key in exercise.settings[0])
    return f"def rule(x, grad, t, *, {first}):\n    return (x - lr * grad(x),)"


def _plain(points):
    """Points as lists of numbers with ten digits; ``None`` where a walk is lost, as rounding alone decides where it is."""
    return [[float(f"{v:.10g}") if abs(v) < LOST else None for v in point] for point in points.tolist()]


def _sealed_numbers(name, exercise):
    """Rows of numbers, and how many choices there are where a number is that of a choice.

    ``rows`` holds in order ``[cells, tag, said]``: for each number of the answer its grid ``[begin, width]`` or 0 where
    any number will do; a tag by which the row knows its answers; and what is said, locked, as hexadecimal digits. The
    first ``right`` of them are those of right answers, and what is said there is why they are right.
    """
    rows, because = exercise.rows(), getattr(exercise, "because", "")
    return {
        "name": name,
        **({"choices": len(exercise.letters)} if isinstance(exercise, Choice) else {"count": len(rows[0].parts)}),
        "right": sum(not row.said for row in rows),
        "rows": [_row(f"{name}:{k}", row, because) for k, row in enumerate(rows)],
    }


def _row(place, row, because):
    grids = [part and _grid(*part) for part in row.parts]
    cells = [part and _cell(part[0], *grid) for part, grid in zip(row.parts, grids, strict=True)]
    key = f"{place}:{','.join(cell or '*' for cell in cells)}"
    return [[grid or 0 for grid in grids], digest(key), locked(key, row.said or because)]


def _grid(wanted, allowed):
    """Where the cells of a grid begin of which one is the interval around ``wanted``, and how wide they are."""
    allowed *= 1 + SLACK
    width = math.log1p(allowed) - math.log1p(-allowed)
    return [(math.log(abs(wanted) or 1) + math.log1p(-allowed)) % width, width]


def _cell(value, begin, width):
    """The name of the cell in which a number lies."""
    if abs(value) <= ZERO:
        return "0"
    return f"{'-' if value < 0 else '+'}{math.floor((math.log(abs(value)) - begin) / width)}"


def digest(text):
    """A number of 32 bits that changes with every letter of an ASCII text, as ``digest`` in JavaScript."""
    mixed = 0x9E3779B9
    for code in text.encode("ascii"):
        mixed = (mixed ^ code) * 0x85EBCA6B & MASK
        mixed ^= mixed >> 13
    mixed = mixed * 0xC2B2AE35 & MASK
    return mixed ^ mixed >> 16


def locked(key, text):
    """A text of Latin letters, locked with a key: two hexadecimal digits a letter."""
    return bytes(code ^ digest(f"{key}:{k}") & 255 for k, code in enumerate(text.encode("latin-1"))).hex()
