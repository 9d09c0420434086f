"""The quick questions: every number in a reason is computed, here or in a cell of the chapter, which its test runs again.

What a reason says in words, such as "nearly six times", is asserted beside it.
"""

import re

import numpy as np
import pytest
from descent import Network, adadelta, adagrad, adam, adamw, descend, digits, momentum, nag, rmsprop, sgd, steps_to
from descent.exercises import quick
from descent.races import tuned_rate
from descent.surfaces import SURFACES
from descent.walk import uncorrected
from publish import tables
from test_exercises import printed
from test_teaching import limit, step

NUMBER = re.compile(r"(?<![\w.-])\d+(?:\.\d+)?(?!\w)")
ravine = SURFACES["ravine"]


def numbers(text):
    """The numbers that a reader meets in a text, in order."""
    return NUMBER.findall(re.sub(r"(?<=\d) (?=\d{3}\b)", "", text))


def told(question):
    """The numbers in the reasons of a question: that of the right choice comes first."""
    return numbers(" ".join([question.because, *(said for _, said in question.mistakes)]))


def shown(chapter, name):
    """What the cell of this name prints, line by line."""
    (cell,) = [cell for cell in tables.cells(chapter) if cell["id"] == name]
    return printed(cell).splitlines()


def values(chapter, name):
    """The numbers that the cell prints in each of its lines."""
    return [[float(number) for number in numbers(line)] for line in shown(chapter, name)]


# What each chapter computes: for each question the numbers of its reasons, in order. ------------------------------------


def gradient():
    *_, (examples, times) = values("01-gradient-descent", "more-data")
    return {3: [times, examples / 10]}


def problems():
    counts = [steps_to(sgd, ravine, lr=lr) for lr in (1, 1.9)]
    (near, nearer), _ = [
        [*map(int, re.findall(r"\b\d+\b", line)[-2:])] for line in shown("02-gd-problems", "saddle-escape")
    ]
    return {1: counts, 2: [nearer], 3: [nearer, near]}


def momentum_():
    x = descend(momentum, ravine.grad, ravine.start, 400, lr=1.9, mu=0.9).xs[:, 0]
    counts = [steps_to(momentum, ravine, lr=lr, mu=0.9) for lr in (0.2, 0.5, 1, 1.5, 1.9)]
    assert np.isclose(step(momentum, 1000, [1.0] * 1000, lr=1, mu=0.9), 10)
    assert np.isclose(step(momentum, 1000, [(-1.0) ** n for n in range(1000)], lr=1, mu=0.9), 0.5, atol=0.05)
    (_, plain, ball), *_, (_, plain_far, ball_far) = values("03-momentum", "square-root-table")
    swings = [0.9, np.abs(np.diff(x)).sum(), -x[0], 100 * (1 - np.sqrt(0.9)), 0.2, 1.9, min(counts), max(counts)]
    return {1: [0.9], 2: swings, 3: [1], 4: [ball, ball_far, plain, plain_far]}


def nesterov():
    (keeps,), (brakes,) = values("04-nag", "at-the-bottom")
    return {1: [brakes, keeps, 0.9], 2: [0, 1], 3: [limit(nag, mu=0.9), 0.9, limit(momentum, mu=0.9), 1]}


def adagrad_():
    (_, plain), _, (_, fading), _, (_, own), _ = values("05-adagrad", "sparse-race")
    assert fading > plain > own
    way = -descend(adagrad, np.ones_like, [0.0], 4000, lr=1).xs[:, 0]
    assert np.isclose(way[4000] / way[1000], 2, rtol=0.02)
    assert np.isclose(way[4000] / np.sqrt(4000), 2, rtol=0.02)
    tossed, pushed = ([10.0 * sign**n for n in range(100)] for sign in (-1, 1))
    assert np.isclose(step(adagrad, 100, tossed, lr=1), step(adagrad, 100, pushed, lr=1))
    (_, aligned), _, (_, askew) = [line[-2:] for line in values("05-adagrad", "best-diagonal")]
    assert (aligned, askew) == (1, 40)
    return {2: [fading, own]}


def rmsprop_():
    steep = [100.0] * 10 + [1.0] * 90
    back = step(rmsprop, 100, steep, lr=1, rho=0.9), 1 / np.sqrt(np.mean(np.square(steep)))
    for slope in (1, 1e6):
        assert np.isclose(step(rmsprop, 1, [slope], lr=1, rho=0.99), 10)
    for rho, curvature, lr in ((0.9, 1, 0.1), (0.99, 1, 0.1), (0.9, 4, 0.1), (0.9, 1, 0.05)):
        x = descend(rmsprop, lambda x, c=curvature: c * x, [1.0], 6000, lr=lr, rho=rho).xs[-500:, 0]
        assert np.allclose(np.abs(np.diff(x)), lr, rtol=1e-3)
    old, _, new, _ = [re.findall(r"[\d.]+", line) for line in shown("06-rmsprop", "moving-target-best")]
    (*rates, _, _, behind), (*same, _, _, left) = [[*map(float, line)] for line in (old, new)]
    assert len(rates) == len(same) == 3
    assert behind < left
    assert {*same} == {0.01}
    return {1: [len(steep) - 10, *(100 * share for share in back)], 4: [same[0], 100, 10_000, rates[0], rates[2]]}


def adam_():
    huge = [1000.0 * (-1) ** n for n in range(20_000)]
    assert np.isclose(step(adam, 20_000, huge, lr=1), 1 / 19)
    early = [step(uncorrected(adam), n, [1.0] * 30, lr=1) for n in range(1, 31)]
    bears = limit(momentum, mu=0.9) / (1 - 0.9)  # an average counts each push so much less
    x = np.abs(descend(adam, lambda x: x, [1.0], 20_000, lr=0.01).xs[:, 0])
    assert x[5001:6001].max() < 1e-100 < 0.01 < x[10_000:].max()
    inside, *memory = np.ones(2), 0, 0
    outside, *rest = np.ones(2), 0, 0
    for t in range(1, 4001):
        g = np.array([0.01, 10]) * (-1) ** t
        inside, *memory = adam(inside, lambda x, g=g: g + 0.1 * x, t, *memory, lr=0.001)
        outside, *rest = adamw(outside, lambda x, g=g: g, t, *rest, lr=0.001, decay=0.1)
    assert abs(inside[0]) < 1e-3
    assert np.ptp(outside) < 5e-3
    longest = np.argmax(early)
    return {2: [early[0], early[longest], longest + 1], 3: [1, bears], 4: [outside[0], 10, 1, inside[1]]}


def adadelta_():
    assert np.isclose(step(adam, 1, [1.0], lr=0.1), step(adam, 1, [0.001], lr=0.1), rtol=1e-4)
    huge = descend(adadelta, ravine.grad, ravine.start, 200, eps=1e6).xs
    assert np.allclose(huge, descend(sgd, ravine.grad, ravine.start, 200, lr=1.0).xs, atol=1e-6)
    rests, grows = np.abs(
        descend(adadelta, lambda x: np.array([[1.9], [2.1]]) * x, np.ones((2, 1)), 30_000).xs[..., 0]
    ).T
    assert rests[-100:].max() < 1e-100
    assert grows[-100:].max() > 1.5 * grows[9900:10_000].max() > 2 * grows[1900:2000].max()
    return {2: [step(adadelta, 1, [1.0])], 4: [1, 1.9, limit(sgd), 1]}


def rates():
    (good, grid), (_, chance), _ = values("09-learning-rate", "search-hits")
    data, net = digits(1000, dtype=np.float64), Network((64, 32, 10))
    w = net.init(0, dtype=np.float64)
    after, *_ = adam(w, lambda w: net.grad(w, data.X[:500], data.y[:500]), 1, lr=0.2)
    share = np.linalg.norm(after - w) / np.linalg.norm(w)
    (short, early, _), *_, (long, late, _) = values("09-learning-rate", "horizon")
    return {2: [good, grid, chance], 3: [0.2, 100 * share], 4: [early, short, late, long]}


def race():
    wins = {line.split()[2]: float(numbers(line)[0]) for line in shown("10-fair-race", "idea-numbers")[:-1]}
    boards = [shown("10-fair-race", name) for name in ("first-race-table", "turned-code")]
    upright, turned = ({line.split()[0]: line.split()[1:3] for line in board[1:]} for board in boards)
    assert all(upright[rule] == turned[rule] for rule in ("sgd", "momentum", "nag"))
    assert "0.01" not in [rate for rate, _ in upright.values()]
    gaps = [re.findall(r"[\d.]+", line) for line in shown("10-fair-race", "seeds-gaps")]
    assert [float(gap) > 2 * float(error) for gap, error in gaps] == [True, False, False]
    return {1: [wins["adam"], wins["adagrad"]], 3: [float(turned["adagrad"][1]) / float(upright["adagrad"][1])]}


def backprop():
    (_, one, both), _ = [re.findall(r"[\d.]+", line) for line in shown("11-backpropagation", "measure-w1")]
    assert values("11-backpropagation", "count")[0][0] < 3
    return {1: [100 * (1 - float(one) / float(both))]}


def deep():
    pictures, net = digits(300, dtype=np.float64)[:2], Network((64, *[32] * 5, 10), hidden="sigmoid")
    w = net.init(0, "xavier", np.float64)
    slopes = [np.linalg.norm(dW) for dW, _ in net.layers(net.grad(w, *pictures))]
    assert slopes[0] < 0.002 * slopes[-1]
    assert all("True" in line for line in shown("12-deep-networks", "tanh-instead"))
    one = Network((64, 64, 10))
    signs = [one.forward(one.init(0, spread, np.float64), pictures[0])[1] > 0 for spread in ("xavier", "he")]
    assert np.array_equal(*signs)
    assert np.isclose(1 - np.sqrt(0.5), 0.3, atol=0.01)
    return {4: [100 * values("12-deep-networks", "testing-numbers")[-1][0]]}


def regularization():
    rows = values("13-regularization", "strengths")
    best = max(rows, key=lambda row: row[1])
    assert rows[0][3] == 100
    assert rows[-1][2] < rows[0][2]
    untouched = values("13-regularization", "augmented-numbers")[0][-1]
    return {1: [best[3], rows[-1][0]], 3: [untouched]}


def after_adam():
    default = steps_to(adam, ravine, at_most=8000)
    times = default / steps_to(adam, ravine, lr=tuned_rate(adam, ravine))
    (_, old, new), *_ = [numbers(part) for part in shown("14-after-adam", "trick-schedule")[0].split(";")]
    shares = re.findall(r"([\d.]+)%", shown("14-after-adam", "muon-race")[2])
    assert shown("14-after-adam", "muon-race")[2].startswith("adam")
    assert 5.5 < float(shares[1]) / float(shares[0]) < 6
    return {1: [times], 2: [float(new), float(old), 1000]}


COMPUTED = {
    "gradient": gradient,
    "problems": problems,
    "momentum": momentum_,
    "nag": nesterov,
    "adagrad": adagrad_,
    "rmsprop": rmsprop_,
    "adam": adam_,
    "adadelta": adadelta_,
    "rates": rates,
    "race": race,
    "backprop": backprop,
    "deep": deep,
    "general": regularization,
    "after": after_adam,
}


@pytest.mark.parametrize("chapter", COMPUTED)
def test_every_number_of_a_reason_is_computed(chapter):
    wanted = COMPUTED[chapter]()
    for name, question in quick.CHECKERS.items():
        if name.startswith(f"quick-{chapter}-"):
            computed = wanted.pop(int(name[-1]), [])
            texts = told(question)
            assert len(texts) == len(computed), (name, texts)
            assert texts == [
                f"{value:.{len(text.partition('.')[2])}f}" for text, value in zip(texts, computed, strict=True)
            ], name
    assert not wanted


def test_no_chapter_is_left_out():
    for chapter in COMPUTED:
        assert 3 <= sum(name.startswith(f"quick-{chapter}-") for name in quick.CHECKERS) <= 5
    assert {name.split("-")[1] for name in quick.CHECKERS} == {*COMPUTED}
    assert len(COMPUTED) == 14


def test_right_letters_are_spread():
    """So that nobody gets far with one letter: none is right in half of the questions, nor in all of a chapter."""
    rights = [question.right for question in quick.CHECKERS.values()]
    assert all(0.2 < rights.count(letter) / len(rights) < 0.5 for letter in "abc")
    for chapter in COMPUTED:
        assert len({q.right for name, q in quick.CHECKERS.items() if name.startswith(f"quick-{chapter}-")}) > 1
