"""The chapter on back-propagation: its own cells give the numbers recorded from PyTorch, and its loop is exact."""

import json

import numpy as np
import pytest
from descent.networks import Network
from frameworks.classic import BY_HAND, FILE, ours, run

RECORDED = json.loads(FILE.read_text())["numbers"]


@pytest.fixture(scope="module")
def numbers():
    return ours()


@pytest.mark.parametrize("name", RECORDED)
def test_by_hand_is_what_pytorch_computed(numbers, name):
    np.testing.assert_allclose(numbers[name], RECORDED[name], rtol=0, atol=1e-12)


def test_the_recorded_numbers_are_the_classic_ones():
    assert RECORDED["E"] == pytest.approx(0.0239719008, abs=1e-10)
    assert RECORDED["new_E"] == pytest.approx(0.0232363389, abs=1e-10)
    assert RECORDED["dW1"][0][0] == pytest.approx(0.000808875, abs=1e-9)


@pytest.mark.parametrize("sizes", [(3, 2), (2, 5, 3), (4, 7, 6, 5, 3)])
def test_the_loop_for_any_depth(sizes):
    back, rng = run("setup", "sweep", "back")["back"], np.random.default_rng(len(sizes))
    net = Network(sizes, hidden="tanh")
    X, y, w = rng.normal(size=(9, sizes[0])), rng.integers(sizes[-1], size=9), rng.normal(size=net.size)
    nudges = 1e-5 * np.eye(net.size)
    measured = [(net.loss(w + n, X, y) - net.loss(w - n, X, y)) / 2e-5 for n in nudges]
    np.testing.assert_allclose(back(net, w, X, y), measured, rtol=0, atol=1e-9)


def test_the_chapter_forgets_a_road_and_moves_too_early():
    """The two mistakes are as large as the chapter says."""
    v = run(*BY_HAND, "too-early")
    assert v["one_road"] / v["dE_dw1"] == pytest.approx(1 - 0.3078, abs=1e-4)
    assert v["early"][0, 0] / v["dE_dw1"] == pytest.approx(1 - 0.0216, abs=1e-4)
