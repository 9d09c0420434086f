"""Compiled loops: the same bits as NumPy, and NumPy itself where a loop would not do."""

import json
import os
import subprocess
import sys
from functools import partial

import numpy as np
import pytest
from descent import Network, adam, clip_by_norm, digits, momentum, nag, softmax, train, training
from descent.fused import elementwise, fused
from descent.networks import ACTIVATIONS, after_bias, softmax_slope, times_slope
from descent.notes import memories
from descent.rules import RULES
from test_tracing import LEARNERS, alternating, clipped, everything, extragradient, heavy_ball

COMPILED = [*RULES.values(), alternating, clipped, extragradient, heavy_ball]
SPECIAL = [0.0, -0.0, 1.0, -1.0, 1e-30, 1e30, np.inf, -np.inf, np.nan]


def same(first, second):
    """Equal to the last bit, in shape and in type; one NaN counts as good as another."""
    assert len(first) == len(second)
    for a, b in zip(first, second, strict=True):
        assert (a.shape, a.dtype) == (b.shape, b.dtype)
        np.testing.assert_array_equal(a, b)


def walk(step, rule, dtype, steps=60, **hyper):
    """All states of ``steps`` steps along a slope that bends and shakes."""
    rng = np.random.default_rng(0)
    shakes = rng.standard_normal((steps, 501)).astype(dtype)
    state = [rng.standard_normal(501).astype(dtype), *(np.zeros(501, dtype) for _ in range(memories(rule)))]
    seen = []
    for t in range(1, steps + 1):
        state = step(state[0], lambda x: np.cos(x) + shakes[t - 1], t, *state[1:], **hyper)  # noqa: B023
        seen += state
    return seen


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("rule", COMPILED, ids=lambda rule: rule.__name__)
def test_a_loop_gives_the_same_bits(rule, dtype):
    assert fused(rule) is not rule
    for hyper in ({}, {"lr": 0.3}):
        same(walk(fused(rule), rule, dtype, **hyper), walk(rule, rule, dtype, **hyper))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_what_is_not_a_number_goes_the_same_way(dtype):
    pairs = np.array(np.meshgrid(SPECIAL, SPECIAL), dtype).reshape(2, -1)
    with np.errstate(all="ignore"):
        for rule in COMPILED:
            state = [pairs[0], *[np.abs(pairs[1])] * memories(rule)]
            grad = lambda x: pairs[1] + 0 * x  # noqa: E731
            same(fused(rule)(state[0], grad, 3, *state[1:], lr=0.1), rule(state[0], grad, 3, *state[1:], lr=0.1))


def test_only_what_is_the_same_everywhere_is_compiled():
    def branching(x, grad, t, *, lr=0.01):
        return (x - lr * grad(x) if t < 5 else x,)

    assert fused(everything) is everything  # exp, log and tanh
    assert fused(branching) is branching


def test_the_notes_are_taken_once():
    calls = []

    def counting(x, grad, t, *, lr=0.01):
        calls.append(t)
        return (x - lr * grad(x),)

    step = fused(counting)
    for t in (1, 2, 3):
        step(np.ones(3), np.cos, t)
    assert len(calls) == 1


def test_other_arguments_get_the_rule_itself():
    x, rates, zero = np.linspace(-1, 1, 7), np.linspace(0.1, 0.7, 7), np.zeros(7)
    square, rates_first = x[:6].reshape(2, 3), np.full((2, 1), 0.1)
    for rule, state, hyper in [
        (momentum, (x, zero), {"lr": rates}),
        (momentum, (x,), {}),
        (momentum, (x, 0), {}),
        (momentum, (square, 0 * square), {"lr": rates_first}),
        (momentum, (square, 0 * square), {}),
        (nag, (x.astype(np.float16), zero.astype(np.float16)), {"lr": 0.5}),
        (adam, (x.astype(np.longdouble), zero, zero), {}),
        (adam, (x, zero.astype(np.float32), zero), {}),
    ]:
        same(fused(rule)(state[0], np.cos, 2, *state[1:], **hyper), rule(state[0], np.cos, 2, *state[1:], **hyper))
    same(fused(adam)(x, lambda x: np.float32([2]), 2, zero, zero), adam(x, lambda x: np.float32([2]), 2, zero, zero))
    for wrong in ({"rate": 0.1}, {"lr": 0.1, "rate": 0.1}):
        with pytest.raises(TypeError, match="unexpected keyword argument 'rate'"):
            fused(adam)(x, np.cos, 1, zero, zero, **wrong)
    with pytest.raises(ValueError, match="could not be broadcast"):
        fused(adam)(x, lambda x: x[:3], 1, zero, zero)


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.float16, np.longdouble])
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_the_loops_of_a_layer_give_the_same_bits(name, dtype):
    function, slope = ACTIVATIONS[name]
    with np.errstate(all="ignore"):
        z = np.array(np.meshgrid(SPECIAL, SPECIAL)[0], dtype)
        b = np.array(SPECIAL[::-1], dtype)
        same([after_bias(function)(z, b), times_slope(slope)(z, z.T)], [function(z + b), z * slope(z.T)])


def test_elementwise_leaves_what_it_cannot_compile():
    for f in (lambda z: np.exp(z), lambda z: z.sum(), lambda z: z if z > 0 else 0 * z):
        assert elementwise(f, (2,)) is f


@pytest.mark.parametrize(("dtype", "limit"), [(np.float32, 2e-7), (np.float64, 2e-16), (np.float16, 1e-3)])
def test_the_slope_of_softmax(dtype, limit):
    rng = np.random.default_rng(0)
    z, y = (20 * rng.standard_normal((30, 7))).astype(dtype), rng.integers(0, 7, 30)
    slope = softmax_slope(z, y)
    assert slope.dtype == dtype
    np.testing.assert_allclose(slope, (softmax(z.astype(float)) - np.eye(7)[y]) / 30, rtol=0, atol=limit)
    far = softmax_slope(np.array([[1e4, -1e4, 0]], dtype), np.array([1]))
    np.testing.assert_array_equal(far, [[1, -1, 0]])


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_train_is_the_rule_as_written(rule, monkeypatch):
    def run():
        options = {"l2": 1e-3, "clip": lambda g: clip_by_norm(g, 1), "schedule": lambda t: 1 / t}
        return train(rule, Network((64, 12, 10), dropout=0.2), digits(200), 2, lr=0.01, **options).weights

    quick = run()
    monkeypatch.setattr(training, "fused", lambda rule: rule)
    same([quick], [run()])


def test_without_numba_all_is_the_same_but_slower():
    code = """
import json, sys
sys.modules["numba"] = None
import numpy as np
from descent import Network, adam, digits, train
from descent.fused import fused
assert fused(adam) is adam
print(json.dumps(train(adam, Network((64, 12, 10)), digits(200, dtype=np.float64), 2).train_loss.tolist()))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=os.environ, check=True)
    here = train(adam, Network((64, 12, 10)), digits(200, dtype=np.float64), 2).train_loss
    np.testing.assert_allclose(json.loads(done.stdout), here, rtol=1e-6)


def test_learners_rules_are_run_as_written():
    """A rule of one's own may print, count or branch: only the course's rules, which do not, are compiled."""
    steps = []

    def counting(x, grad, t, *, lr=0.1):
        steps.append(t)
        return (x - lr * grad(x),)

    assert counting not in LEARNERS
    train(counting, Network((64, 10)), digits(128), 2)
    assert steps == [1, 2, 3, 4]


def test_a_rule_without_a_name_trains():
    X, y = digits(128)[:2]
    named = train(adam, Network((64, 10)), (X, y), 2, eps=1e-3).weights
    same([train(partial(adam, eps=1e-3), Network((64, 10)), (X, y), 2).weights], [named])
