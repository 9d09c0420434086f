"""The exercises' checkers: right answers pass, and typical wrong ones are told what is wrong."""

import numpy as np
import pytest
from descent import SURFACES, sgd
from descent.exercises import CHECKERS, check

POST003 = SURFACES["post003"].grad


def against_the_sign(x, grad, t, *, lr=0.1):
    return (x - lr * np.sign(grad(x)),)


def along_the_sign(x, grad, t, *, lr=0.1):
    return (x + lr * np.sign(grad(x)),)


def whole_stride(x, grad, t, *, lr=0.1):
    return (x - lr * grad(x) / np.linalg.norm(grad(x)),)


RIGHT = [
    ("gradient-1", POST003),
    ("gradient-2", np.log(10)),
    ("gradient-3", 1173),
    ("gradient-4", 1e6),
    ("gradient-6", against_the_sign),
]

WRONG = [  # exercise, answer, part of what is said
    ("gradient-1", 3, "a function"),
    ("gradient-1", lambda p: p[2], "does not turn a point into two slopes"),
    ("gradient-1", lambda p: -POST003(p), "minus the gradient"),
    ("gradient-1", lambda p: POST003(p) + [0.3, 0] * p[:, :1] ** 2, "Still wrong: d/dx: +0.30 x**2 too much."),
    ("gradient-1", lambda p: POST003(p) - [0, 0.5] * p[:, 1:], "Still wrong: d/dy: -0.50 y too much."),
    ("gradient-2", np.log2(10), "bits"),
    ("gradient-2", 1, "base ten"),
    ("gradient-2", -np.log(10), "sign"),
    ("gradient-2", 0.1, "surprised"),
    ("gradient-3", 1170, "last batch"),
    ("gradient-3", 1171.875, "part of a step"),
    ("gradient-3", 391, "one epoch"),
    ("gradient-3", 12, "batches of one epoch"),
    ("gradient-4", 1000, "one factor"),
    ("gradient-4", 1, "stands still"),
    ("gradient-4", 1e-6, "other way round"),
    ("gradient-4", 31, "how much longer"),
    ("gradient-6", sgd, "np.sign"),
    ("gradient-6", along_the_sign, "uphill"),
    ("gradient-6", whole_stride, "each coordinate"),
]


def _id(value):
    return value if isinstance(value, str) else ""


@pytest.mark.parametrize(("name", "answer"), RIGHT, ids=_id)
def test_right_answers_pass(name, answer):
    assert check(name, answer), check(name, answer).message


@pytest.mark.parametrize(("name", "answer", "said"), WRONG, ids=_id)
def test_wrong_answers_are_told_why(name, answer, said):
    verdict = check(name, answer)
    assert not verdict
    assert said in verdict.message


def test_each_tried_checker_is_tried_both_ways():
    assert {name for name, _ in RIGHT} == {name for name, *_ in WRONG}


@pytest.mark.parametrize("name", CHECKERS)
def test_three_dots_are_no_answer(name):
    assert "three dots" in check(name, ...).message


def test_unknown_exercise_names_its_neighbours():
    with pytest.raises(ValueError, match="gradient-1, gradient-2"):
        check("gradient-77", 1)
