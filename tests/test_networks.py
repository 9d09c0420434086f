"""Networks: gradients against differences and PyTorch, batch norm, dropout, and what is said about bad input."""

import itertools
import json
import sys
from pathlib import Path

import numpy as np
import pytest
from descent import (
    Network,
    adam,
    clip_by_norm,
    clip_by_value,
    cross_entropy,
    descend,
    digits,
    fold_batch_norm,
    momentum,
    penalised,
    running_statistics,
    sgd,
    soft_threshold,
    softmax,
    train,
)
from descent.networks import ACTIVATIONS, NORM_EPS, OUTPUTS, drop, normalise, normalise_rows, softmax_slope
from hypothesis import given
from hypothesis import strategies as st

FRAMEWORKS = Path(__file__).parent / "frameworks"
RECORDED = json.loads((FRAMEWORKS / "networks.json").read_text())
sys.path.insert(0, str(FRAMEWORKS))
from record_networks import ADDED, CASES, SIZES, SQUARE, batches, example  # noqa: E402

OPTIONS = list(itertools.product(ACTIVATIONS, OUTPUTS, (False, True), (0, 0.4), (0, 0.3)))


def problem(sizes, output="softmax", n=7, seed=0):
    """Rows and targets that fit a network."""
    rng = np.random.default_rng(seed)
    y = rng.integers(0, sizes[-1], n) if output == "softmax" else rng.random((n, sizes[-1]))
    return rng.standard_normal((n, sizes[0])), y


def differences(f, w, h=1e-5):
    """The gradient of ``f`` by central differences of fourth order."""
    steps = h * np.eye(len(w))
    return np.array([(8 * (f(w + e) - f(w - e)) - (f(w + 2 * e) - f(w - 2 * e))) / (12 * h) for e in steps])


@pytest.mark.parametrize(("hidden", "output", "batch_norm", "dropout", "dropconnect"), OPTIONS)
def test_gradient_is_that_of_differences(hidden, output, batch_norm, dropout, dropconnect):
    net = Network((3, 4, 3, 2), hidden, output, batch_norm, dropout, dropconnect)
    X, y = problem(net.sizes, output)
    w = net.init(1, dtype=np.float64) + 0.1 * np.random.default_rng(2).standard_normal(net.size)
    frozen = [net.statistics(w, problem(net.sizes, n=20)[0])] if batch_norm else []
    rng = 5 if dropout or dropconnect else None
    for stats in [None, *frozen]:
        got = net.grad(w, X, y, rng, stats)
        expected = differences(lambda w: net.loss(w, X, y, rng, stats), w)  # noqa: B023
        assert np.abs(expected).max() > 1e-2
        np.testing.assert_allclose(got, expected, rtol=0, atol=1e-7)


@pytest.mark.parametrize("case", range(len(CASES)), ids=["-".join(map(str, case)) for case in CASES])
def test_loss_and_gradient_are_those_of_pytorch(case):
    hidden, output, batch_norm = CASES[case]
    net = Network(SIZES, hidden=hidden, output=output, batch_norm=batch_norm)
    data, theirs = example(net.size, output), RECORDED["cases"][case]
    assert net.loss(*data) == pytest.approx(theirs["loss"], rel=0, abs=1e-12)
    np.testing.assert_allclose(net.grad(*data), theirs["grad"], rtol=0, atol=1e-12)


@pytest.mark.parametrize("case", range(len(ADDED)), ids=["-".join(map(str, case)) for case in ADDED])
def test_residual_layers_and_layer_norm_are_those_of_pytorch(case):
    hidden, norm, residual = ADDED[case]
    net = Network(SQUARE, hidden, residual=residual, **({norm: True} if norm else {}))
    data, theirs = example(net.size, "softmax", sizes=SQUARE), RECORDED["added"][case]
    assert net.loss(*data) == pytest.approx(theirs["loss"], rel=0, abs=1e-12)
    assert np.abs(theirs["grad"]).max() > 1e-3
    np.testing.assert_allclose(net.grad(*data), theirs["grad"], rtol=0, atol=1e-12)


@pytest.mark.parametrize("norm", ["batch_norm", "layer_norm", None])
@pytest.mark.parametrize("residual", [False, True])
@pytest.mark.parametrize("dropout", [0, 0.4])
@pytest.mark.parametrize("hidden", ACTIVATIONS)
def test_gradient_through_residual_layers_is_that_of_differences(norm, residual, dropout, hidden):
    net = Network((3, 3, 4, 4, 2), hidden, dropout=dropout, residual=residual, **({norm: True} if norm else {}))
    X, y = problem(net.sizes)
    w = net.init(1, dtype=np.float64) + 0.1 * np.random.default_rng(2).standard_normal(net.size)
    got, expected = net.grad(w, X, y, 5), differences(lambda w: net.loss(w, X, y, 5), w)
    assert np.abs(expected).max() > 1e-2
    np.testing.assert_allclose(got, expected, rtol=0, atol=1e-7)


def test_a_residual_layer_adds_what_came_in_where_the_widths_agree():
    plain, net = (Network((3, 4, 4, 2), residual=residual) for residual in (False, True))
    w, (X, _) = net.init(0, dtype=np.float64), problem(net.sizes)
    (_, first, second, _), (_, same, added, _) = plain.forward(w, X), net.forward(w, X)
    np.testing.assert_array_equal(first, same)
    np.testing.assert_allclose(added, first + second, rtol=1e-12)
    net.layers(w)[1][0][...] = 0  # such a layer changes nothing
    np.testing.assert_array_equal(net.forward(w, X)[2], net.forward(w, X)[1])


@pytest.mark.parametrize(
    ("kind", "rule", "lr", "epochs", "low", "high"),
    [
        ({"batch_norm": True}, adam, 0.001, 200, 0, 0.3),
        ({"batch_norm": True}, momentum, 0.003, 200, 0, 0.3),
        ({}, adam, 0.001, 200, 0.3, 1),  # plain ones do learn something meanwhile
        # after a tenth of the steps, at rates that are not its best
        ({"batch_norm": True, "residual": True}, adam, 0.001, 20, 0.6, 1),
        ({"batch_norm": True, "residual": True}, momentum, 0.003, 20, 0.6, 1),
    ],
)
def test_fifty_layers_under_batch_norm_alone_learn_nothing_in_a_thousand_steps(kind, rule, lr, epochs, low, high):
    """What chapter 12 says of them, from another start than the chapter's."""
    net, data = Network((64, *[32] * 50, 10), **kind), digits(300, val=300, dtype=np.float64)[:2]
    run = train(rule, net, data, epochs, seed=1, start=net.init(1, dtype=np.float64), lr=lr, curves=False)
    assert low < run.train_accuracy[-1] <= high


def test_layer_norm_asks_nobody_else_in_the_batch():
    net = Network((4, 6, 6, 3), layer_norm=True)
    w, (X, y) = net.init(0, dtype=np.float64), problem(net.sizes)
    np.testing.assert_allclose(net.predict(w, X)[:1], net.predict(w, X[:1]), rtol=1e-12)
    z = np.random.default_rng(0).exponential(size=(5, 40))
    rows, _ = normalise_rows(z, np.ones(40), np.zeros(40))
    columns, _ = normalise(z.T, np.ones(5), np.zeros(5))
    np.testing.assert_allclose(rows, columns.T, rtol=1e-12)  # batch norm along the other axis
    assert net.statistics(w, X) == []
    assert np.isfinite(net.grad(w, X[:1], y[:1])).all()
    assert says(Network, (2, 3, 2), batch_norm=True, layer_norm=True) == (
        "batch_norm and layer_norm are both True; a layer has one of them"
    )


def test_the_classic_two_layers_by_hand():
    """Two inputs, two hidden units, two outputs, no biases: every number can be followed on paper."""
    net = Network((2, 2, 2), hidden="sigmoid", output="sigmoid")
    w = np.zeros(net.size)
    (W1, _), (W2, _) = net.layers(w)
    W1[...], W2[...] = [[0.3, 0.4], [0.25, 0.35]], [[0.45, 0.7], [0.4, 0.6]]
    X, y = np.array([[0.1, 0.2]]), np.array([[0.4, 0.6]])
    values = net.forward(w, X)
    np.testing.assert_allclose(values[1], [[0.51998934, 0.52747230]], atol=5e-9)
    np.testing.assert_allclose(values[2], [[0.60944600, 0.66384491]], atol=5e-9)
    assert net.loss(w, X, y) == pytest.approx(0.0239719008, abs=5e-11)
    g = net.grad(w, X, y)
    (dW1, _), (dW2, _) = net.layers(g)
    assert dW1[0, 0] == pytest.approx(0.000808875, abs=5e-10)
    np.testing.assert_allclose(W2 - 0.5 * dW2, [[0.43703857, 0.69629578], [0.38685205, 0.59624247]], atol=5e-9)
    np.testing.assert_allclose(W1 - 0.5 * dW1, [[0.29959556, 0.39964496], [0.24919112, 0.34928991]], atol=5e-9)


def test_layers_are_views():
    net = Network((3, 4, 2), batch_norm=True)
    w = np.arange(net.size, dtype=float)
    (W, b, gamma, beta), (V, c) = net.layers(w)
    assert [a.shape for a in (W, b, gamma, beta, V, c)] == [(3, 4), (4,), (4,), (4,), (4, 2), (2,)]
    assert net.size == 3 * 4 + 3 * 4 + 4 * 2 + 2
    np.testing.assert_array_equal(np.concatenate([a.ravel() for a in (W, b, gamma, beta, V, c)]), w)
    W[0, 0] = -7
    assert w[0] == -7
    assert net.is_matrix().sum() == 12 + 8
    np.testing.assert_array_equal(net.layers(net.is_matrix())[1][1], [0, 0])


@pytest.mark.parametrize(
    ("scheme", "spread"), [("he", np.sqrt(2 / 400)), ("xavier", np.sqrt(2 / 500)), (0.3, 0.3), (0, 0)]
)
def test_start(scheme, spread):
    net = Network((400, 100, 3), batch_norm=True)
    w = net.init(0, scheme)
    W, b, gamma, beta = net.layers(w)[0]
    assert w.dtype == np.float32
    assert W.std() == pytest.approx(spread, rel=0.02)
    assert abs(W.mean()) <= 0.02 * spread
    assert np.all(b == 0)
    assert np.all(gamma == 1)
    assert np.all(beta == 0)
    np.testing.assert_array_equal(net.init(0, scheme, np.float64).astype(np.float32), w)
    np.testing.assert_array_equal(net.init(np.random.default_rng(0), scheme), w)


@pytest.mark.parametrize("hidden", ACTIVATIONS)
@pytest.mark.parametrize("output", OUTPUTS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_arithmetic_stays_in_the_dtype_of_the_weights(hidden, output, dtype):
    net = Network((4, 5, 3), hidden, output, True, 0.5, 0.5)
    w, (X, y) = net.init(0, dtype=dtype), problem(net.sizes, output)
    assert all(a.dtype == dtype for a in net.forward(w, X, rng=1))
    assert net.grad(w, X, y, rng=1).dtype == dtype
    stats = running_statistics(None, net.statistics(w, X), n=len(X))
    assert all(a.dtype == dtype for pair in stats for a in pair)
    assert net.grad(w, X, y, rng=1, stats=stats).dtype == dtype


def test_nothing_is_changed_by_asking():
    net = Network((4, 5, 5, 3), batch_norm=True, dropout=0.5, dropconnect=0.5)
    w, (X, y) = net.init(0, dtype=np.float64), problem(net.sizes)
    before = w.copy(), X.copy(), y.copy()
    first = net.grad(w, X, y, rng=3)
    np.testing.assert_array_equal(net.grad(w, X, y, rng=3), first)
    for old, new in zip(before, (w, X, y), strict=True):
        np.testing.assert_array_equal(old, new)
    assert np.any(net.grad(w, X, y, rng=4) != first)


def test_the_rules_run_on_a_network():
    net = Network((2, 8, 2), hidden="tanh")
    X = np.array([[0, 0], [0, 1], [1, 0], [1, 1.0]])
    y = np.array([0, 1, 1, 0])
    run = descend(sgd, lambda w: net.grad(w, X, y), net.init(0, dtype=np.float64), 2000, lr=0.5)
    assert net.accuracy(run.final, X, y) == 1
    assert net.loss(run.final, X, y) < 0.01 < net.loss(run.xs[0], X, y)


@given(st.lists(st.floats(-1e4, 1e4), min_size=2, max_size=6))
def test_softmax_and_cross_entropy(scores):
    z = np.array([scores])
    p = softmax(z)
    assert p.sum() == pytest.approx(1)
    assert np.all(p >= 0)
    np.testing.assert_allclose(softmax(z + 100), p, atol=1e-9)
    loss = cross_entropy(z, np.array([0]))
    assert np.isfinite(loss)
    assert loss == pytest.approx(np.logaddexp.reduce(z[0]) - z[0, 0], abs=1e-9)


def test_losses_by_their_definition():
    X, y = problem((4, 3), "linear")
    for output in OUTPUTS:
        net = Network((4, 3), output=output)
        w = net.init(0, dtype=np.float64)
        labels = np.arange(7) % 3
        out = net.predict(w, X)
        if output == "softmax":
            expected = -np.mean(np.log(out[np.arange(7), labels]))
            assert net.loss(w, X, labels) == pytest.approx(expected, rel=1e-12)
            assert net.accuracy(w, X, labels) == np.mean(out.argmax(1) == labels)
        else:
            assert net.loss(w, X, y) == pytest.approx(np.sum((out - y) ** 2) / 14, rel=1e-12)


def test_batch_norm_of_a_batch():
    rng = np.random.default_rng(0)
    z = rng.exponential(size=(50, 3)) * [1, 10, 0.1] + [0, 5, -3]
    hat, _ = normalise(z, np.ones(3), np.zeros(3))
    np.testing.assert_allclose(hat.mean(0), 0, atol=1e-12)
    np.testing.assert_allclose(hat.var(0), z.var(0) / (z.var(0) + NORM_EPS), rtol=1e-12)
    moved, _ = normalise(z, np.array([2.0, 3, 4]), np.array([1.0, 0, -1]))
    np.testing.assert_allclose(moved, hat * [2, 3, 4] + [1, 0, -1], rtol=1e-12)


def test_batch_norm_of_a_column_that_does_not_vary():
    net = Network((2, 3, 2), hidden="linear", batch_norm=True)
    w = net.init(0, dtype=np.float64)
    net.layers(w)[0][3][...] = [5, 6, 7]
    same = np.ones((4, 2))
    np.testing.assert_allclose(net.forward(w, same)[1], np.tile([5, 6, 7], (4, 1)), atol=1e-9)
    assert np.all(np.isfinite(net.grad(w, same, np.array([0, 1, 0, 1]))))
    assert np.all(np.isfinite(net.grad(w, same[:1], np.array([0]))))


# Keras computes its batch norm in float32, also in a float64 layer.
@pytest.mark.parametrize(
    ("framework", "share", "unbiased", "exact"), [("torch", 0.1, True, 1e-12), ("keras", 0.01, False, 1e-6)]
)
def test_running_averages_are_those_of_the_frameworks(framework, share, unbiased, exact):
    theirs, stats = RECORDED["running"][framework], None
    for batch in batches():
        stats = running_statistics(stats, [(batch.mean(0), batch.var(0))], share, n=len(batch) if unbiased else None)
    [(mean, var)] = stats
    np.testing.assert_allclose(mean, theirs["mean"], rtol=exact)
    np.testing.assert_allclose(var, theirs["var"], rtol=exact)
    assert np.abs(mean).max() > 0.01
    said = (batches()[0] - mean) / np.sqrt(var + theirs["eps"])
    np.testing.assert_allclose(said, theirs["said"], rtol=exact, atol=exact)
    if framework == "torch":
        ours, _ = normalise(batches()[0], np.ones(3), np.zeros(3), (mean, var))
        np.testing.assert_allclose(ours, theirs["said"], rtol=exact)
        assert theirs["eps"] == NORM_EPS


def test_statistics_measure_what_normalises():
    net = Network((4, 6, 5, 3), batch_norm=True)
    w, (X, y) = net.init(0, dtype=np.float64), problem(net.sizes, n=30)
    stats = net.statistics(w, X)
    assert [(m.shape, v.shape) for m, v in stats] == [((6,), (6,)), ((5,), (5,))]
    W, b, *_ = net.layers(w)[0]
    np.testing.assert_allclose(stats[0][1], (X @ W + b).var(axis=0), rtol=1e-12)
    assert net.loss(w, X, y, stats=stats) == pytest.approx(net.loss(w, X, y), rel=1e-12)
    # Frozen, a row's answer does not depend on its company.
    np.testing.assert_allclose(net.predict(w, X[:1], stats), net.predict(w, X, stats)[:1], rtol=1e-12)
    assert Network((4, 6, 3)).statistics(Network((4, 6, 3)).init(0), X) == []


@pytest.mark.parametrize("hidden", ACTIVATIONS)
@pytest.mark.parametrize("residual", [False, True])
def test_folding_batch_norm_away(hidden, residual):
    net = Network((4, 6, 6, 3), hidden=hidden, batch_norm=True, residual=residual)
    rng = np.random.default_rng(0)
    w, (X, _) = net.init(0, dtype=np.float64) + 0.2 * rng.standard_normal(net.size), problem(net.sizes, n=40)
    stats = net.statistics(w, X)
    plain, folded = fold_batch_norm(net, w, stats)
    assert not plain.batch_norm
    assert folded.shape == (plain.size,)
    np.testing.assert_allclose(plain.predict(folded, X), net.predict(w, X, stats), rtol=0, atol=1e-13)


def test_batch_norm_makes_a_matrix_free_of_scale():
    net = Network((4, 6, 3), batch_norm=True)
    w, (X, y) = net.init(0, dtype=np.float64), problem(net.sizes, n=40)
    wide = w.copy()
    net.layers(wide)[0][0][...] *= 10
    assert net.loss(wide, X, y) == pytest.approx(net.loss(w, X, y), rel=1e-5)
    g, g_wide = (net.layers(net.grad(v, X, y))[0][0] for v in (w, wide))
    assert np.linalg.norm(g) / np.linalg.norm(g_wide) == pytest.approx(10, rel=1e-4)
    assert np.sum(g * net.layers(w)[0][0]) == pytest.approx(0, abs=1e-4)


@pytest.mark.parametrize("framework", ["torch", "keras"])
def test_dropout_means_what_the_frameworks_mean(framework):
    theirs = RECORDED["dropout"][framework]
    ours, mask = drop(np.ones(20000), 0.2, np.random.default_rng(0))
    np.testing.assert_allclose(np.unique(ours), theirs["values"], rtol=1e-12)
    assert np.mean(ours == 0) == pytest.approx(theirs["zeros"], abs=0.01)
    np.testing.assert_array_equal(mask, ours)


def test_dropout_keeps_the_mean():
    """Over all masks of a linear layer; exact, because what is kept is divided by the share kept."""
    net = Network((3, 200, 1), hidden="linear", output="linear", dropout=0.5)
    w, (X, _) = net.init(0, dtype=np.float64), problem((3, 1))
    rng = np.random.default_rng(1)
    mean = np.mean([net.forward(w, X, rng)[-1] for _ in range(4000)], axis=0)
    np.testing.assert_allclose(mean, net.predict(w, X), atol=0.1)
    hidden = net.forward(w, X, rng=2)[1]
    assert np.mean(hidden == 0) == pytest.approx(0.5, abs=0.05)
    kept = hidden != 0
    np.testing.assert_allclose(hidden[kept], 2 * net.forward(w, X)[1][kept], rtol=1e-12)


def test_dropconnect_cuts_weights():
    net = Network((50, 40), output="linear", dropconnect=0.25)
    w = net.init(0, dtype=np.float64)
    eye = np.eye(50)
    used = net.forward(w, eye, rng=1)[-1]
    W, _ = net.layers(w)[0]
    assert np.mean(used == 0) == pytest.approx(0.25, abs=0.03)
    np.testing.assert_allclose(used[used != 0], W[used != 0] / 0.75, rtol=1e-6)
    np.testing.assert_array_equal(net.predict(w, eye), W)


def test_clipping():
    g = np.array([0.5, 100.0])
    np.testing.assert_array_equal(clip_by_value(g, 1), [0.5, 1])
    by_norm = clip_by_norm(g, 1)
    assert np.linalg.norm(by_norm) == pytest.approx(1)
    assert by_norm[0] / by_norm[1] == pytest.approx(0.005)
    np.testing.assert_array_equal(clip_by_norm(g, 1000), g)
    assert clip_by_norm(np.array([3, 4], np.float32), 1).dtype == np.float32


def test_penalties():
    grad = penalised(lambda w: np.ones_like(w), l2=0.5, l1=np.array([0, 0, 2.0]))
    np.testing.assert_array_equal(grad(np.array([2.0, -2, -4])), [2, 0, 1 - 2 - 2])
    w = np.array([0.3, -1.2, 2])
    numeric = differences(lambda w: 0.7 / 2 * np.sum(w**2) + 0.2 * np.sum(np.abs(w)), w)
    np.testing.assert_allclose(penalised(np.zeros_like, l2=0.7, l1=0.2)(w), numeric, atol=1e-9)


def test_soft_threshold_is_the_proximal_step():
    w = np.array([-2, -0.4, 0, 0.3, 1.5])
    np.testing.assert_allclose(soft_threshold(w, 0.5), [-1.5, 0, 0, 0, 1])
    grid = np.linspace(-3, 3, 60001)
    for value in w:
        nearest = grid[np.argmin(0.5 * (grid - value) ** 2 + 0.5 * np.abs(grid))]
        assert soft_threshold(value, 0.5) == pytest.approx(nearest, abs=1e-4)


def says(call, *args, **options):
    """The one line that a bad call raises."""
    with pytest.raises(ValueError) as caught:  # noqa: PT011
        call(*args, **options)
    text = str(caught.value)
    assert text
    assert "\n" not in text
    assert len(text) < 200
    return text


@pytest.mark.parametrize("sizes", [(3,), (), (3, 0), (3, -1, 2), (3, 2.5), (3, True), "ab", 7])
def test_bad_sizes(sizes):
    assert says(Network, sizes) == (
        f"sizes is {sizes!r}; give the width of each layer, inputs first, such as (64, 32, 10)"
    )


def test_unknown_names_name_the_known():
    assert says(Network, (2, 2), hidden="swish") == (
        "hidden is 'swish'; known are sigmoid, tanh, relu, leaky_relu, linear"
    )
    assert says(Network, (2, 2), output="relu") == "output is 'relu'; known are softmax, linear, sigmoid"
    for scheme in ("kaiming", -1, np.nan, None, True, ["he"]):
        assert says(Network((2, 2)).init, 0, scheme) == (
            f"scheme is {scheme!r}; known are he, xavier, or a standard deviation"
        )


@pytest.mark.parametrize("name", ["dropout", "dropconnect"])
@pytest.mark.parametrize("rate", [1, -0.1, 1.5, np.nan, "half", None, False, True])
def test_bad_rates(name, rate):
    assert says(Network, (2, 3, 2), **{name: rate}) == (
        f"{name} is {rate!r}; it is the share dropped, at least 0 and less than 1"
    )


@pytest.mark.parametrize("switch", ["no", "yes", 1, 0, None, [True]])
@pytest.mark.parametrize("name", ["batch_norm", "layer_norm", "residual"])
def test_a_switch_is_on_or_off(switch, name):
    assert says(Network, (2, 3, 2), **{name: switch}) == f"{name} is {switch!r}; it must be True or False"
    assert Network((2, 3, 2), batch_norm=np.True_).size == Network((2, 3, 2)).size + 6


@pytest.mark.parametrize("dtype", [int, np.int8, bool, complex, "text", None.__class__])
def test_weights_are_floating_point_numbers(dtype):
    expected = "; it must be a floating-point type, such as np.float32"
    assert says(Network((2, 3, 2)).init, 0, dtype=dtype).endswith(expected)


@pytest.mark.parametrize("seed", [-1, 2.5, "one", True])
def test_bad_seeds(seed):
    net = Network((2, 3, 2), dropout=0.5)
    expected = f"seed is {seed!r}; give a whole number, 0 or more, or a generator of NumPy"
    assert says(net.init, seed) == says(net.forward, net.init(0), [[1, 2]], rng=seed) == expected


def test_a_regression_has_no_accuracy():
    for output in ("linear", "sigmoid"):
        net = Network((3, 2), output=output)
        said = says(net.accuracy, net.init(0), np.zeros((5, 3)), np.zeros((5, 2)))
        assert said == f"this network has {output} output and no labels; measure it by its loss"


@pytest.mark.parametrize("X", [[[1j, 2, 3]], [["1", "2", "3"]], [[None, 1, 2]], [[1, 2, "x"]]])
def test_rows_are_numbers(X):
    with pytest.raises(TypeError, match=r"^X is array\(.*; it must be numbers, one row an example$"):
        NET.predict(W, X)


def test_lists_and_black_and_white_are_welcome():
    X, y = problem((3, 2), n=5)
    wide = W.astype(float)
    assert NET.loss(wide.tolist(), X.tolist(), y.tolist()) == NET.loss(wide, X, y)
    np.testing.assert_array_equal(NET.grad(wide.tolist(), X.tolist(), y.tolist()), NET.grad(wide, X, y))
    np.testing.assert_array_equal(NET.predict(W, X > 0), NET.predict(W, (X > 0).astype(float)))
    ones = [1] * NET.size  # whole numbers, in which nothing may be rounded down
    np.testing.assert_array_equal(NET.predict(ones, X), NET.predict(np.ones(NET.size), X))
    np.testing.assert_array_equal(softmax([[1, 2], [3, 4]]), softmax(np.array([[1.0, 2], [3, 4]])))
    assert cross_entropy([[1, 2], [3, 4]], [0, 1]) == cross_entropy(np.array([[1.0, 2], [3, 4]]), np.array([0, 1]))
    np.testing.assert_array_equal(soft_threshold([1, -2], 0.5), [0.5, -1.5])


def test_labels_are_neither_one_hot_nor_counted_backwards():
    z = np.zeros((2, 2))
    assert says(cross_entropy, z, np.eye(2, dtype=int)).startswith(
        "y has the shape (2, 2) where the logits have (2, 2)"
    )
    assert says(cross_entropy, z, [-1, 0]) == "the labels go from -1 to 0; this network knows 0 to 1"
    assert says(cross_entropy, z, [0.0, 1.0]) == "y holds float64 values; softmax needs whole-number labels 0 to 1"


def test_what_else_would_be_silently_wrong():
    assert says(NET.layers, np.zeros(NET.size + 3)).startswith("the weights have the shape")
    assert says(soft_threshold, [1.0, 2.0], -0.5) == "amount is -0.5; it must not be negative"
    normed = Network((3, 4, 2), batch_norm=True)
    assert says(fold_batch_norm, normed, normed.init(0), None).startswith("batch norm needs stats= here")


NET = Network((3, 4, 2))
W = NET.init(0)
GOOD = np.zeros((5, 3)), np.zeros(5, int)


@pytest.mark.parametrize("call", [NET.loss, NET.grad, NET.accuracy])
@pytest.mark.parametrize(
    ("w", "X", "y", "text"),
    [
        (W[1:], *GOOD, f"the weights have the shape ({len(W) - 1},); this network has ({len(W)},)"),
        (W, np.zeros((5, 4)), GOOD[1], "X has the shape (5, 4); it must be (n, 3), at least one row"),
        (W, np.zeros(3), GOOD[1], "X has the shape (3,); it must be (n, 3), at least one row"),
        (W, np.zeros((0, 3)), [], "X has the shape (0, 3); it must be (n, 3), at least one row"),
        (W, np.full((5, 3), np.nan), GOOD[1], "X holds NaN or infinity; every value must be finite"),
        (W, GOOD[0], GOOD[1][1:], "y has the shape (4,); for these X and softmax output it must be (5,)"),
        (W, GOOD[0], GOOD[1][:, None], "y has the shape (5, 1); for these X and softmax output it must be (5,)"),
        (W, GOOD[0], np.zeros(5), "y holds float64 values; softmax needs whole-number labels 0 to 1"),
        (W, GOOD[0], [0, 1, 2, 0, 0], "the labels go from 0 to 2; this network knows 0 to 1"),
        (W, GOOD[0], [0, 1, -1, 0, 0], "the labels go from -1 to 1; this network knows 0 to 1"),
    ],
)
def test_bad_data(call, w, X, y, text):
    assert says(call, w, X, y) == text


def test_bad_targets():
    net = Network((3, 2), output="linear")
    w = net.init(0)
    assert says(net.loss, w, GOOD[0], np.zeros(5)) == (
        "y has the shape (5,); for these X and linear output it must be (5, 2)"
    )
    assert says(net.loss, w, GOOD[0], np.full((5, 2), np.inf)) == "y holds something else than finite numbers"


def test_batch_norm_wants_to_know_its_statistics():
    net = Network((3, 4, 2), batch_norm=True)
    expected = "batch norm needs stats= here, such as training.stats or net.statistics(w, X)"
    assert says(net.predict, net.init(0), GOOD[0]) == expected
    assert says(net.accuracy, net.init(0), *GOOD) == expected


@pytest.mark.parametrize(("dtype", "limit"), [(np.float32, 2e-7), (np.float64, 2e-16), (np.float16, 1e-3)])
def test_the_slope_of_softmax(dtype, limit):
    rng = np.random.default_rng(0)
    z, y = (20 * rng.standard_normal((30, 7))).astype(dtype), rng.integers(0, 7, 30)
    slope = softmax_slope(z, y)
    assert slope.dtype == dtype
    np.testing.assert_allclose(slope, (softmax(z.astype(float)) - np.eye(7)[y]) / 30, rtol=0, atol=limit)
    far = softmax_slope(np.array([[1e4, -1e4, 0]], dtype), np.array([1]))
    np.testing.assert_array_equal(far, [[1, -1, 0]])
