"""The exercises' checkers: right answers pass, and typical wrong ones are told what is wrong."""

import numpy as np
import pytest
from descent import SURFACES, momentum, sgd
from descent.exercises import CHECKERS, check

POST003 = SURFACES["post003"].grad


def against_the_sign(x, grad, t, *, lr=0.1):
    return (x - lr * np.sign(grad(x)),)


def along_the_sign(x, grad, t, *, lr=0.1):
    return (x + lr * np.sign(grad(x)),)


def whole_stride(x, grad, t, *, lr=0.1):
    return (x - lr * grad(x) / np.linalg.norm(grad(x)),)


def rate_outside(x, grad, t, v=0, *, lr=0.01, mu=0.9):
    v = mu * v + grad(x)
    return x - lr * v, v


def two_rates(x, grad, t, v=0, *, lr=0.01, mu=0.9):
    return momentum(x, grad, t, v, lr=lr / 2, mu=mu)


def two_slopes(x, grad, t, last=0, *, lr=0.01):
    g = grad(x)
    return x - lr * (g + last) / 2, g


def two_slopes_added(x, grad, t, last=0, *, lr=0.01):
    g = grad(x)
    return x - lr * (g + last), g


def all_slopes(x, grad, t, last=0, *, lr=0.01):
    g = (grad(x) + last) / 2
    return x - lr * g, g


def two_slopes_swapped(x, grad, t, last=0, *, lr=0.01):
    g = grad(x)
    return x - lr * (g - last) / 2, g


RIGHT = [
    ("gradient-1", POST003),
    ("gradient-2", np.log(10)),
    ("gradient-3", 1173),
    ("gradient-4", 1e6),
    ("gradient-6", against_the_sign),
    ("problems-1", 6908),
    ("problems-2", 9),
    ("problems-3", 567),
    ("problems-4", two_slopes),
    ("momentum-1", -0.135),
    ("momentum-2", -0.6),
    ("momentum-3", 0.01),
    ("momentum-4", 0.7088),
    ("momentum-5", rate_outside),
]

WRONG = [  # exercise, answer, part of what is said
    ("gradient-1", 3, "a function"),
    ("gradient-1", lambda p: p[2], "does not turn a point into two slopes"),
    ("gradient-1", lambda p: -POST003(p), "minus the gradient"),
    ("gradient-1", lambda p: POST003(p) + [0.3, 0] * p[..., :1] ** 2, "Still wrong: d/dx: +0.30 x**2 too much."),
    ("gradient-1", lambda p: POST003(p) - [0, 0.5] * p[..., 1:], "Still wrong: d/dy: -0.50 y too much."),
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
    ("problems-1", 3454, "the loss"),
    ("problems-1", 3000, "base ten"),
    ("problems-1", 690, "multiplies the distance"),
    ("problems-2", 1, "net way"),
    ("problems-2", 5, "heights"),
    ("problems-2", 7, "first jump"),
    ("problems-3", 566.32, "whole"),
    ("problems-3", 566, "one more"),
    ("problems-3", 553, "exp(0.05)"),
    ("problems-3", 539, "toward the saddle"),
    ("problems-3", 1000, "multiplied"),
    ("problems-4", sgd, "gradient descent"),
    ("problems-4", two_slopes_added, "adds"),
    ("problems-4", all_slopes, "bare slope"),
    ("problems-4", two_slopes_swapped, "parts from the right path"),
    ("momentum-1", 0.135, "already goes"),
    ("momentum-1", -0.15, "after two steps"),
    ("momentum-1", -0.3, "third velocity"),
    ("momentum-2", -60, "forgot the learning rate"),
    ("momentum-2", -0.03, "after one push"),
    ("momentum-2", -0.03 / 1.95, "alternate"),
    ("momentum-2", 0.6, "sign"),
    ("momentum-3", 0.2, "twenty times as noisy"),
    ("momentum-3", 4, "wrong way round"),
    ("momentum-3", 0.1, "lr / (1 - mu)"),
    ("momentum-4", 0, "across the ravine"),
    ("momentum-4", 0.975**2, "square root"),
    ("momentum-4", 0.9, "two roots"),
    ("momentum-5", 0.9, "a function"),
    ("momentum-5", sgd, "no hyperparameter 'mu'"),
    ("momentum-5", two_rates, "step 1."),
    ("momentum-5", momentum, "step 21. Keep lr out"),
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
