"""The detectives' evidence: every fault shows its sign in the recorded curves, and no other case has all of it."""

import re
from functools import cache

import numpy as np
import pytest
from descent.exercises import CHECKERS, cases, detectives
from descent.exercises.answers import Choice
from publish import tables
from test_exercises import exercises

GUESS = np.log(10)  # the loss of whoever gives every digit the same chance


@cache
def record(case):
    return getattr(cases, case)()


def gap(run):
    return run.val - run.train


SIGNS = {  # what is to be seen in the two curves
    "fit": lambda r: r.train[-1] < 0.1 and 0.1 < gap(r)[-1] < 0.3 and r.val[-1] < 1.2 * r.val.min(),
    "rate_too_small": lambda r: np.all(np.diff(r.train) < 0) and np.all(np.diff(r.val) < 0) and r.train[-1] > 1.5,
    "dead_units": lambda r: np.ptp(r.train) < 0.01 and abs(r.train - GUESS).max() < 0.01,
    "labels_shuffled": lambda r: r.val.min() > GUESS and r.val[-1] > r.val[1] + 0.1 and r.train[-1] < r.train[1] - 0.3,
    "rate_too_large": lambda r: 1 < r.train[-1] < GUESS and np.sum(np.diff(r.train) > 0.2) >= 3,
    "not_shuffled": lambda r: np.all(r.train[:11] > GUESS) and r.train[-1] < 1,
    "offset_inputs": lambda r: r.train[0] > 4 and np.all(abs(r.train[1:] - GUESS) < 0.3) and np.ptp(r.train[1:]) > 0.1,
    "overfitting": lambda r: r.train[-1] < 0.1 and 0.7 < r.val.min() < 1 and r.val[-1] > 1.3 * r.val.min(),
    "wrong_sign_of_decay": lambda r: r.train[-1] < 0.001 and r.val.min() < 0.4 and r.val[-1] > 5 * r.val.min(),
    "dropout_left_on": lambda r: gap(r)[0] > 0.2 and r.train[-1] < 0.2 and r.val[-1] < 1.2 * r.val.min(),
    "leakage": lambda r: np.all(gap(r)[3:] < 0) and r.val[-1] < 0.05,
    "exploding": lambda r: np.all(r.train[1:] > 1e6),
    "no_bias_correction": lambda r: r.train[1] > r.train[0] + 1 and r.train[2] < 1.5,
}


def test_every_case_has_a_sign():
    assert [*SIGNS] == ["fit", *(case.__name__ for case in cases.CASES)]


@pytest.mark.parametrize("case", SIGNS)
def test_the_sign_tells_a_case_from_all_others(case):
    assert [other for other in SIGNS if SIGNS[other](record(case))] == [case]


def test_every_training_is_recorded_from_its_start_on():
    for case in SIGNS:
        run = record(case)
        assert run.train.shape == run.val.shape == (cases.EPOCHS + 1,), case
        assert np.all(np.isfinite([run.train, run.val])), case
        assert run.train[-1] == pytest.approx(run.net.loss(run.weights, *run.data[:2])), case


# What is behind the curves ----------------------------------------------------------------------------------------------


def test_dead_units_have_no_slope():
    run = record("dead_units")
    for X, y in (run.data[:2], run.data[4:]):
        (first, *_), (second, _) = run.net.layers(run.net.grad(run.weights, X, y))
        assert not first.any()
        assert not second.any()


def test_dropout_is_all_that_is_wrong_where_it_was_left_on():
    run = record("dropout_left_on")
    assert run.net.loss(run.weights, *run.data[4:]) < 0.5 * run.val[-1]


def test_weights_grow_by_a_share_of_themselves():
    lengths = [np.linalg.norm(record(case).weights) for case in ("fit", "wrong_sign_of_decay")]
    assert lengths[1] > 4 * lengths[0]
    x = np.array([1.0, -2.0])
    assert np.allclose(cases.growing(x, np.zeros_like, 1, lr=0.1, decay=0.5)[0], 1.05 * x)


def test_leaked_rows_are_training_rows_and_test_rows_are_not():
    rows = record("leakage").data
    known = {row.tobytes() for row in rows.X}
    assert all(row.tobytes() in known for row in rows.X_val)
    assert sum(row.tobytes() in known for row in rows.X_test) < 3
    assert not any(row.tobytes() in {row.tobytes() for row in cases.all_digits().X} for row in cases.all_digits().X_val)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_no_seed_makes_the_course_leap_as_the_uncorrected_rule_does(seed):
    start = cases.NET.init(seed, dtype=np.float64)
    right, wrong = (cases.fit(rule, lr=0.05, start=start) for rule in (cases.adam, cases.uncorrected))
    assert right.train[1] < 1 < wrong.train[1]


# Paths ------------------------------------------------------------------------------------------------------------------


def lengths(xs):
    return np.linalg.norm(np.diff(xs, axis=0), axis=1)


def diagonal(xs):
    return np.isclose(*np.abs(xs[1] - xs[0]), rtol=1e-3)


def turns(xs):
    steps = np.diff(xs[:, 1])
    return np.sum(steps[1:] * steps[:-1] < 0)


PATH_SIGNS = {
    "momentum": lambda xs: not diagonal(xs) and lengths(xs)[1] > lengths(xs)[0] and xs[:, 1].min() < -1,
    "sgd": lambda xs: not diagonal(xs) and turns(xs) == 59,
    "adam": lambda xs: diagonal(xs) and xs[:, 0].max() > 0.5,
    "nag": lambda xs: not diagonal(xs) and lengths(xs)[1] > lengths(xs)[0] and xs[:, 1].min() > -1,
    "rmsprop": lambda xs: diagonal(xs) and lengths(xs)[-1] > lengths(xs)[30] and xs[:, 0].max() < 0.1,
    "adagrad": lambda xs: diagonal(xs) and np.all(np.diff(lengths(xs)) < 0) and xs[:, 1].min() > 0,
}


def test_the_sign_tells_a_path_from_all_others():
    assert [*PATH_SIGNS] == [rule.__name__ for rule, _ in cases.PATHS]
    for name, xs in zip(PATH_SIGNS, cases.walks(), strict=True):
        assert xs.shape == (61, 2)
        assert [other for other, sign in PATH_SIGNS.items() if sign(xs)] == [name]


# Questions --------------------------------------------------------------------------------------------------------------

RIGHT = """\
rate is too small, units are dead, labels are shuffled, rate is too large, rows are not shuffled, pixel is too large,
overfits, decay has the wrong sign, Dropout is on, Validation rows were trained on, a hundred times, bias correction,
Momentum, Gradient descent, Adam, Nesterov, RMSprop, Adagrad"""  # what the right choices name, in order


def test_the_right_choices_name_what_the_cases_are():
    assert len(CHECKERS.keys() & detectives.CHECKERS.keys()) == len(cases.CASES) + len(cases.PATHS)
    for (name, kind), right in zip(detectives.CHECKERS.items(), re.split(r",\s", RIGHT), strict=True):
        choices = dict(re.findall(r"^- \*\*(\w)\*\* (.+)$", exercises()[name][0], re.MULTILINE))
        assert [letter for letter, text in choices.items() if right in text] == [kind.right], name


def test_every_choice_stands_in_the_text_and_has_its_reason():
    for name, kind in CHECKERS.items():
        if isinstance(kind, Choice):
            letters = re.findall(r"^- \*\*(\w)\*\* ", exercises()[name][0], re.MULTILINE)
            assert letters == kind.letters, name
            assert all(said.endswith((".", "?")) for said in (kind.because, *(said for _, said in kind.mistakes)))


def test_no_letter_is_right_more_often_than_chance_would_have_it():
    rights = [kind.right for kind in detectives.CHECKERS.values()]
    assert max(rights.count(letter) for letter in "abcd") <= 6
    assert {*rights} == {*"abcd"}


def test_no_word_before_a_question_names_its_answer():
    """What is seen without opening anything: the text, and what stands for a picture."""
    cells = tables.cells("detectives")
    pictures = [
        text for cell in cells for o in cell.get("outputs", ()) for text in o.get("data", {}).get("text/plain", ())
    ]
    shown = [text for text in pictures if re.match(r"(Curve|Path) \d", text)]
    assert len(shown) == 6
    assert all(
        re.fullmatch(
            r"[\d ., ()-]*",
            re.sub(r"Curve|Path|after|and|epochs|steps|training|validation|loss|out of sight|[:;]", "", text),
        )
        for text in shown
    )
