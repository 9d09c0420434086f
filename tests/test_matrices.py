"""The rules that are not elementwise: against PyTorch and optax, and against what they are in exact arithmetic."""

import json

import numpy as np
import pytest
from descent import Network, adam, blobs, train
from descent.matrices import muon, newton_schulz, on_layers, prodigy, soap
from frameworks.facts import FILE, MATRIX

FACTS = json.loads(FILE.read_text())
GOAL = np.array(MATRIX)
NET = Network((2, 8, 3), hidden="tanh")


def walk(rule, steps, **hyper):
    x, memory, points = np.zeros_like(GOAL), (), []
    for t in range(1, steps + 1):
        x, *memory = rule(x, lambda x: x - GOAL, t, *memory, **hyper)
        points.append(x)
    return np.array(points)


def test_muon_is_that_of_optax_and_of_pytorch():
    """From the second step on optax corrects its average for its start, ever so little; PyTorch's has half precision."""
    far = np.abs(walk(muon, 6, lr=0.1) - FACTS["optax"]["muon"]).max(axis=(1, 2))
    assert far[0] < 1e-7
    assert far.max() < 0.005
    one, _ = muon(np.zeros_like(GOAL), lambda x: GOAL, 1, lr=0.1)
    np.testing.assert_allclose(one, FACTS["torch"]["muon"], rtol=0, atol=0.003)
    assert np.abs(one).max() > 0.05


def test_prodigy_is_that_of_optax():
    """PyTorch has none. SOAP is in neither: it is compared with its paper below."""
    np.testing.assert_allclose(walk(prodigy, 6, first=1e-2), FACTS["optax"]["prodigy"], rtol=0, atol=1e-12)


def test_newton_schulz_brings_singular_values_near_one_and_keeps_directions():
    G = np.random.default_rng(0).normal(size=(4, 6))
    U, _, V = np.linalg.svd(G, full_matrices=False)
    after = U.T @ newton_schulz(G) @ V.T
    assert np.abs(after - np.diag(np.diag(after))).max() < 1e-12
    assert 0.68 < np.diag(after).min() <= np.diag(after).max() < 1.14


def test_muon_does_not_mind_which_side_is_longer():
    G = np.random.default_rng(1).normal(size=(5, 2))
    wide = muon(np.zeros((2, 5)), lambda x: G.T, 1, lr=1)[0] / np.sqrt(5 / 2)
    np.testing.assert_allclose(muon(np.zeros((5, 2)), lambda x: G, 1, lr=1)[0], wide.T, atol=1e-12)


def test_soap_turns_with_its_matrix_and_is_adam_along_its_own_axes():
    rng = np.random.default_rng(2)
    G, (Q, R) = rng.normal(size=(3, 3)), (np.linalg.qr(rng.normal(size=(3, 3)))[0] for _ in range(2))
    here, there = (soap(np.zeros((3, 3)), lambda x, s=s: s, 1, lr=1, eps=1e-3)[0] for s in (G, Q @ G @ R))
    np.testing.assert_allclose(Q @ here @ R, there, rtol=0, atol=1e-3)
    assert np.abs(adam(0, lambda x: Q @ G @ R, 1, lr=1)[0] - Q @ adam(0, lambda x: G, 1, lr=1)[0] @ R).max() > 0.1
    own = np.diag([3.0, 2.0, 1.0])
    np.testing.assert_allclose(soap(np.zeros((3, 3)), lambda x: own, 1, lr=1)[0], -np.eye(3), atol=1e-6)


def bent(shape, seed):
    """A quadratic slope that mixes all entries of a matrix, so that its axes turn on the way."""
    rng, size = np.random.default_rng(seed), int(np.prod(shape))
    A, goal = rng.normal(size=(size, size)), rng.normal(size=shape)
    H = A @ A.T / size
    return lambda x: (H @ (x - goal).ravel()).reshape(shape)


def steps_of(rule, grad, x, steps, **hyper):
    memory, points = (), []
    for t in range(1, steps + 1):
        x, *memory = rule(x, grad, t, *memory, **hyper)
        points.append(x)
    return np.array(points)


def soap_of_the_paper(grad, x, steps, lr, beta1=0.95, beta2=0.95, eps=1e-8, every=10):
    """Algorithm 3 of Vyas et al. (2025) on the flat vector, in sums over all slopes seen, with Adam's corrections.

    As in the rule, axes are looked for before a step, with its slope, not after the one before, and settled where
    nothing was seen.
    """
    (n, k), slopes, turned, points = x.shape, [], [], []
    for t in range(1, steps + 1):
        slopes.append(grad(x))
        ages = range(t - 1, -1, -1)
        if t % every == 1:
            left, right = (1e-8 * np.diag(np.arange(float(m))) for m in (n, k))
            for age, G in zip(ages, slopes, strict=True):
                for i, j in np.ndindex(n, k):
                    left[:, i] += (1 - beta2) * beta2**age * G[:, j] * G[i, j]
                    right[:, j] += (1 - beta2) * beta2**age * G[i, :] * G[i, j]
            axes = np.kron(np.linalg.svd(left)[0], np.linalg.svd(right)[0])
        turned.append(axes.T @ slopes[-1].ravel())
        mean = sum((1 - beta1) * beta1**age * (axes.T @ G.ravel()) for age, G in zip(ages, slopes, strict=True))
        square = sum((1 - beta2) * beta2**age * g**2 for age, g in zip(ages, turned, strict=True))
        step = mean / (1 - beta1**t) / (np.sqrt(square / (1 - beta2**t)) + eps)
        x = x - lr * (axes @ step).reshape(n, k)
        points.append(x)
    return np.array(points)


@pytest.mark.parametrize(("shape", "hyper"), [((3, 4), {}), ((4, 2), {"beta1": 0.9, "beta2": 0.99, "every": 3})])
def test_soap_is_that_of_its_paper(shape, hyper):
    """Along its axes the first slope is a diagonal, and beside it is rounding: ``eps`` must be larger than that."""
    grad, start, how = bent(shape, 3), np.zeros(shape), {"lr": 0.03, "eps": 1e-3}
    ours, theirs = steps_of(soap, grad, start, 25, **how, **hyper), soap_of_the_paper(grad, start, 25, **how, **hyper)
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-6)
    assert np.abs(ours - steps_of(adam, grad, start, 25, **how, beta1=0.95, beta2=0.95)).max() > 0.02


def test_soap_with_axes_that_stay_is_adam_on_the_turned_problem():
    grad, start, betas = bent((3, 4), 4), np.zeros((3, 4)), {"beta1": 0.95, "beta2": 0.95}
    _, *memory = soap(start, grad, 1)
    U, V = memory[-2:]
    there = steps_of(adam, lambda x: U.T @ grad(U @ x @ V.T) @ V, U.T @ start @ V, 40, lr=0.03, **betas)
    here = steps_of(soap, grad, start, 40, lr=0.03, every=1000)
    np.testing.assert_allclose(here, U @ there @ V.T, rtol=0, atol=1e-8)


def test_soap_along_the_axes_is_adam():
    goal, bends = np.diag([3.0, -2.0, 1.0]), np.diag([1.0, 0.5, 0.2])
    ways = [(soap, {}), (adam, {"beta1": 0.95, "beta2": 0.95})]
    here, there = (
        steps_of(rule, lambda x: bends * (x - goal), np.zeros((3, 3)), 30, lr=0.1, **hyper) for rule, hyper in ways
    )
    np.testing.assert_allclose(here, there, rtol=0, atol=1e-6)
    assert np.abs(here[-1]).max() > 1


@pytest.mark.parametrize("rule", [muon, soap])
def test_on_layers_is_the_rule_for_each_matrix_and_adam_for_the_biases(rule):
    w, g = NET.init(0, dtype=np.float64), NET.init(1, dtype=np.float64) + 0.1
    new, memory = on_layers(NET, rule)(w, lambda w: g, 1, lr=0.1)
    assert len(memory) == 4
    for (W, b), (G, c), (V, d) in zip(NET.layers(w), NET.layers(g), NET.layers(new), strict=True):
        np.testing.assert_array_equal(V, rule(W, lambda _, G=G: G, 1, lr=0.1)[0])
        np.testing.assert_array_equal(d, adam(b, lambda _, c=c: c, 1, lr=0.1)[0])


@pytest.mark.parametrize(("rule", "lr"), [(on_layers(NET, muon), 0.05), (on_layers(NET, soap), 0.03), (prodigy, 1.0)])
def test_they_train_a_network(rule, lr):
    done = train(rule, NET, blobs(90), 30, batch=30, lr=lr)
    assert done.train_accuracy[-1] > 0.95
