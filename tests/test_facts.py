"""What the page on conventions says about batch norm, dropout, clipping and L2, against what the frameworks did.

The numbers in ``frameworks/facts.json`` were measured there by ``frameworks/facts.py``.
"""

import json
from pathlib import Path

import numpy as np
import pytest
from frameworks.facts import BATCH, FILE, LIMIT, SLOPES

FACTS = json.loads(FILE.read_text())
PAGE = (Path(__file__).parents[1] / "chapters" / "conventions.ipynb").read_text()
X = np.array(BATCH)


@pytest.mark.parametrize(("framework", "new", "eps", "ddof"), [("torch", 0.1, 1e-5, 1), ("keras", 1 - 0.99, 1e-3, 0)])
def test_batch_norm(framework, new, eps, ddof):
    """``new`` is the weight of the new batch; the running variance is divided by n - ddof, the batch's own by n."""
    fact = FACTS[framework]["batch_norm"]
    assert fact["eps"] == eps
    assert fact["momentum"] == {"torch": new, "keras": 0.99}[framework]
    mean, variance = new * X.mean(0), (1 - new) * 1 + new * X.var(0, ddof=ddof)
    near = 1e-12 if framework == "torch" else 1e-6  # Keras's layer computes in single precision, whatever its dtype
    np.testing.assert_allclose(fact["out"], (X - X.mean(0)) / np.sqrt(X.var(0) + eps), rtol=0, atol=near)
    np.testing.assert_allclose(fact["mean"], mean, rtol=0, atol=near)
    np.testing.assert_allclose(fact["variance"], variance, rtol=0, atol=near)
    np.testing.assert_allclose(fact["frozen"], (X - mean) / np.sqrt(variance + eps), rtol=0, atol=near)
    other = (1 - new) * 1 + new * X.var(0, ddof=1 - ddof)
    assert np.abs(np.array(fact["variance"]) - other).min() > 1e-3


@pytest.mark.parametrize("framework", ["torch", "keras"])
def test_dropout_takes_the_share_dropped_and_makes_up_for_it_in_training(framework):
    fact = FACTS[framework]["dropout"]
    np.testing.assert_allclose(fact["values"], [0, 1 / 0.8], rtol=0, atol=1e-12)
    assert abs(fact["dropped"] - 0.2) < 3 * np.sqrt(0.2 * 0.8 / 10_000)
    assert fact["calm"] == [1, 1, 1]


def test_clipping_by_norm():
    slopes = np.array(SLOPES)
    norms, whole = np.linalg.norm(slopes, axis=1, keepdims=True), np.linalg.norm(slopes)
    np.testing.assert_allclose(FACTS["torch"]["clip_norm"], slopes * LIMIT / (whole + 1e-6), rtol=0, atol=1e-12)
    np.testing.assert_allclose(FACTS["keras"]["clip_norm"], slopes * LIMIT / norms, rtol=0, atol=1e-12)
    np.testing.assert_allclose(FACTS["keras"]["clip_all"], slopes * LIMIT / whole, rtol=0, atol=1e-12)
    np.testing.assert_allclose(FACTS["optax"]["clip_norm"], slopes * LIMIT / whole, rtol=0, atol=1e-12)
    assert np.abs(np.array(FACTS["torch"]["clip_norm"]) - slopes * LIMIT / whole).max() > 1e-8


@pytest.mark.parametrize("framework", ["torch", "keras", "optax"])
def test_clipping_by_value_turns_the_direction(framework):
    assert FACTS[framework]["clip_value"] == np.clip(SLOPES, -LIMIT, LIMIT).tolist() == [[1, 1], [0, 1]]


def test_the_penalty_of_keras_has_no_half():
    """L2(0.01) of three ones is 0.03, and pulls each by 0.02; PyTorch's weight_decay=0.01 pulls by 0.01."""
    assert FACTS["keras"]["l2"] == pytest.approx(0.01 * 3, abs=1e-12)
    assert FACTS["keras"]["l1"] == pytest.approx(0.01 * 3, abs=1e-12)
    np.testing.assert_allclose(FACTS["torch"]["pull_of_decay"], [0.01] * 3, rtol=0, atol=1e-12)


def test_first_weights_of_a_dense_layer():
    """640 uniform draws come within 2 % of their bound, and never beyond."""
    for framework, bound in (("torch", 1 / np.sqrt(64)), ("keras", np.sqrt(6 / (64 + 10)))):
        assert 0.98 * bound < FACTS[framework]["first_weights"] <= bound


@pytest.mark.parametrize("words", ["0.1, the weight of the *new* batch", "0.99, the weight of the *old* average"])
def test_the_page_says_so(words):
    assert words in PAGE
