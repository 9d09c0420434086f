"""What the page on conventions says about layers, clipping and single arguments, against what the frameworks did.

The numbers in ``frameworks/facts.json`` were measured there by ``frameworks/facts.py``.
"""

import json
from pathlib import Path

import numpy as np
import pytest
from descent import adadelta, adagrad, adam
from descent.conventions import CONVENTIONS
from descent.frameworks.rules import rmsprop_begun
from frameworks.facts import BATCH, EVEN, FILE, LIMIT, SLOPES, START, WALK

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


# Single arguments -----------------------------------------------------------------------------------------------------


def walk(rule, slopes=WALK, start=START, **settings):
    """Where a rule goes on given slopes; a setting may be a function of the step."""
    x, memory, points = start, (), []
    for t, slope in enumerate(slopes, 1):
        now = {name: value(t) if callable(value) else value for name, value in settings.items()}
        x, *memory = rule(x, lambda _, slope=slope: slope, t, *memory, **now)
        points.append(float(x))
    return points


def same(ours, theirs):
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-12)


def test_rates_that_fall_with_the_inverse_of_time():
    """PyTorch's lr_decay, decay= of tf.keras up to 2.10, and the schedule that replaces it: lr / (1 + decay * (t - 1))."""
    falling = {rate: lambda t, rate=rate: rate / (1 + 0.5 * (t - 1)) for rate in (0.1, 0.125)}
    same(walk(adagrad, lr=falling[0.1], eps=1e-10), FACTS["torch"]["lr_decay"])
    sgd = CONVENTIONS["keras"]["sgd"]
    same(walk(sgd, lr=falling[0.125]), FACTS["tfkeras"]["decay"])
    same(walk(sgd, lr=falling[0.1]), FACTS["keras"]["inverse_time"])


def test_keras_now_ignores_decay_and_says_so():
    same(walk(CONVENTIONS["keras"]["sgd"], lr=0.1), FACTS["keras"]["decay"])
    assert FACTS["keras"]["decay_says"] == ["Argument `decay` is no longer supported and will be ignored."]


def test_old_keras_reads_eps_0_as_its_default():
    assert FACTS["tfkeras"]["eps_zero"] == FACTS["tfkeras"]["eps_zero_rmsprop"] == 1e-7


def test_arguments_that_only_optax_has():
    fact = FACTS["optax"]

    def root(x, grad, t, m=0, s=0):
        m, s = 0.9 * m + 0.1 * grad(x), 0.999 * s + 0.001 * grad(x) ** 2
        return x - 0.1 * m / (1 - 0.9**t) / (np.sqrt(s / (1 - 0.999**t) + 0.01) + 1e-8), m, s

    def ahead(x, grad, t, s=0, m=0, b=0):
        _, s, m, b = rmsprop_begun(x, grad, t, s, m, b, lr=0.1, rho=0.9, eps=1e-8, mu=0.5)
        push = 0.1 * grad(x) / np.sqrt(s + 1e-8)
        return x - push - 0.5 * b, s, m, b

    same(walk(root), fact["eps_root"])
    same(walk(adam, lr=0.1, beta1=0, beta2=0.9), fact["bias_correction"])
    same(walk(ahead), fact["nesterov"])
    pulled = lambda x, grad, t, *memory, **how: adadelta(x, lambda at: grad(at) + 0.5 * at, t, *memory, **how)  # noqa: E731
    same(walk(pulled, lr=0.1, rho=0.9, eps=1e-6), fact["weight_decay"])


@pytest.mark.parametrize("framework", ["torch", "keras", "optax"])
def test_leaving_weights_out_of_decay(framework):
    """A weight that nothing pulls at, rate 0.1, decay 0.5: with it 0.95 is left, without it everything."""
    same(FACTS[framework]["left_out"], [0.95, 1])


def test_adam_in_half_precision():
    """No slope: NaN; a slope whose square is 0: an infinite step. The rule does the same in NumPy."""
    assert FACTS["torch"]["half"].items() >= {"0": "nan", "0.0001": "-inf"}.items()
    assert FACTS["torch"]["half"]["0.01"] == pytest.approx(0.299, abs=1e-3)
    with np.errstate(all="ignore"):
        ours = [walk(adam, [np.float16(slope)], np.float16(START))[0] for slope in (0, 1e-4, 1e-2)]
    assert np.isnan(ours[0])
    assert ours[1] == -np.inf
    assert ours[2] == pytest.approx(0.299, abs=1e-3)


@pytest.mark.parametrize("slope", [EVEN[0], 0.3, 0.7])
def test_centered_rmsprop_is_lost_on_an_even_slope(slope):
    """The variance of an even slope is 0: what is left is rounding, in PyTorch as in its convention here."""
    assert FACTS["torch"]["centered_is_lost"] is True
    for framework in CONVENTIONS:
        settings = {"lr": 0.01, "rho": 0.9, "centered": 1.0}
        with np.errstate(all="ignore"):
            points = walk(CONVENTIONS[framework]["rmsprop"], [np.float64(slope)] * EVEN[1], **settings)
        largest = np.abs(np.diff(points)).max()
        eps = {"torch": 1e-8, "keras": 1e-7**0.5, "tfkeras": 1e-7, "optax": 1e-4, "tf1": 1e-5}[framework]
        assert np.isnan(largest) or largest > 0.1 * 0.01 * slope / eps
