"""``descend``: what it returns, what it does with a run that is lost, and what it says about bad input."""

import warnings

import numpy as np
import pytest
from descent import (
    SURFACES,
    Diverged,
    Network,
    adam,
    blobs,
    clip_by_norm,
    curve,
    descend,
    digits,
    minibatches,
    momentum,
    penalised,
    running_statistics,
    sgd,
    shifted,
    train,
)
from descent.notes import hyperparameters, memories
from descent.rules import RULES
from descent.walk import BOUND
from hypothesis import given
from hypothesis import strategies as st

RAVINE = SURFACES["ravine"]


def message(error, **changes):
    """The one line that ``descend`` says about a bad call."""
    call = {"rule": momentum, "grad": RAVINE.grad, "start": (-4, 2), "steps": 3} | changes
    with pytest.raises(error) as caught:
        descend(call.pop("rule"), call.pop("grad"), call.pop("start"), call.pop("steps"), **call)
    text = str(caught.value)
    assert text
    assert "\n" not in text
    assert len(text) < 200
    return text


@pytest.mark.parametrize("shape", [(2,), (5, 2), (3, 4, 2), (0, 2)])
@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_shapes(rule, shape):
    start = np.full(shape, 0.5)
    run = descend(rule, RAVINE.grad, start, 7)
    assert run.xs.shape == (8, *shape)
    assert run.final.shape == shape
    assert np.shape(run.failed_at) == shape[:-1]
    assert np.all(run.failed_at == -1)
    np.testing.assert_array_equal(run.xs[0], start)
    last = descend(rule, RAVINE.grad, start, 7, keep="last")
    assert last.xs.shape == (1, *shape)
    np.testing.assert_array_equal(last.final, run.final)


@pytest.mark.parametrize("d", [1, 3, 17])
def test_any_number_of_coordinates(d):
    run = descend(sgd, lambda x: x, np.ones(d), 5, lr=0.5)
    np.testing.assert_array_equal(run.xs, np.ones(d) * 0.5 ** np.arange(6)[:, None])


def test_each_point_follows_from_the_one_before():
    run = descend(momentum, RAVINE.grad, RAVINE.start, 20, lr=0.5)
    x, v = np.array(RAVINE.start), 0
    for t in range(1, 21):
        x, v = momentum(x, RAVINE.grad, t, v, lr=0.5)
        np.testing.assert_array_equal(run.xs[t], x)


def test_steps_are_counted_from_one():
    seen = []

    def note(x, grad, t, *, lr=0.1):
        seen.append(t)
        return (x - lr * grad(x),)

    descend(note, RAVINE.grad, RAVINE.start, 4)
    assert seen == [1, 2, 3, 4]


def test_no_step_is_the_start():
    for keep in ("all", "last"):
        run = descend(sgd, RAVINE.grad, (-4, 2), 0, keep=keep)
        np.testing.assert_array_equal(run.xs, [[-4, 2]])


def test_start_stays_untouched():
    start = np.array([-4.0, 2.0])
    descend(sgd, RAVINE.grad, start, 5)
    np.testing.assert_array_equal(start, [-4, 2])


def test_rates_of_a_batch_widen_one_start():
    run = descend(sgd, RAVINE.grad, RAVINE.start, 4, lr=np.array([[0.1], [1], [1.9]]))
    assert run.xs.shape == (5, 3, 2)
    np.testing.assert_array_equal(run.xs[:, 1], descend(sgd, RAVINE.grad, RAVINE.start, 4, lr=1).xs)


def test_a_lost_member_becomes_nan_and_the_others_go_on(recwarn, capsys):
    rates = np.array([[0.5], [3], [40]])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        run = descend(sgd, RAVINE.grad, RAVINE.start, 400, lr=rates)
    # y is multiplied by 1 - lr at each step.
    lost = [-1] + [next(t for t in range(400) if 2 * (lr - 1) ** t >= BOUND) for lr in (3, 40)]
    np.testing.assert_array_equal(run.failed_at, lost)
    assert np.all(np.isfinite(run.xs[:, 0]))
    for member in (1, 2):
        assert np.all(np.isfinite(run.xs[: lost[member], member]))
        assert np.all(np.isnan(run.xs[lost[member] :, member]))
    assert not capsys.readouterr().err
    assert repr(run) == "Run(400 steps of shape (3, 2), 2 diverged)"


@pytest.mark.parametrize("keep", ["all", "last"])
def test_one_lost_run(keep):
    run = descend(sgd, SURFACES["rosenbrock"].grad, (-1.35, 0.25), 50, lr=1, keep=keep)
    assert isinstance(run.failed_at, int)
    assert 0 < run.failed_at < 10
    assert np.all(np.isnan(run.final))


def test_a_gradient_that_is_not_a_number_loses_the_run_at_that_step():
    run = descend(sgd, lambda x: np.where(x < 0.5, np.nan, 1.0), (1.0,), 10, lr=0.2)
    assert run.failed_at == 4
    np.testing.assert_allclose(run.xs[:4, 0], [1, 0.8, 0.6, 0.4])


def test_strict_raises_and_says_what_to_do():
    with pytest.raises(Diverged, match=r"^sgd left .* at step 19; try a smaller lr$"):
        descend(sgd, RAVINE.grad, RAVINE.start, 100, lr=3, strict=True)
    assert descend(sgd, RAVINE.grad, RAVINE.start, 100, lr=1, strict=True).failed_at == -1


@given(name=st.text("abcdefgh_", min_size=1).filter(lambda n: n not in ("grad", "keep")))
def test_unknown_hyperparameter_names_the_known_ones(name):
    assert message(TypeError, **{name: 1}) == f"momentum has no hyperparameter {name!r}; it has lr, mu"


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_every_rule_names_its_own(rule):
    assert message(TypeError, rule=rule, gamma=1).endswith(f"it has {', '.join(hyperparameters(rule))}")


@given(lr=st.floats(max_value=0, allow_infinity=False))
def test_rate_must_be_positive(lr):
    assert message(ValueError, lr=lr) == f"lr is {lr!r}; a learning rate must be greater than 0"


@given(value=st.floats(allow_nan=False, allow_infinity=False).filter(lambda v: not 0 <= v < 1))
@pytest.mark.parametrize(
    ("rule", "name"), [("momentum", "mu"), ("nag", "mu"), ("rmsprop", "rho"), ("adam", "beta1"), ("adamw", "beta2")]
)
def test_decays_must_be_fractions(rule, name, value):
    assert message(ValueError, rule=RULES[rule], **{name: value}) == (
        f"{name} is {value!r}; it must be at least 0 and less than 1"
    )


@pytest.mark.parametrize("name", ["eps", "decay"])
def test_eps_and_decay_must_not_be_negative(name):
    assert message(ValueError, rule=RULES["adamw"], **{name: -0.1}) == f"{name} is -0.1; it must not be negative"
    descend(RULES["adamw"], RAVINE.grad, RAVINE.start, 1, **{name: 0})


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("name", ["lr", "mu"])
def test_hyperparameters_must_be_finite(name, value):
    assert message(ValueError, **{name: value}) == f"{name} is {value!r}; it must be finite"


@pytest.mark.parametrize("value", ["fast", None, [[1], [2, 3]], {}, 1j])
def test_hyperparameters_must_be_numbers(value):
    assert message(TypeError, lr=value) == f"lr is {value!r}; it must be a number"


def test_one_bad_rate_in_a_batch():
    assert message(ValueError, lr=np.array([[0.1], [-0.1]])).startswith("lr is array([[ 0.1], [-0.1]]); a learning")


@given(bad=st.sampled_from([np.nan, np.inf, -np.inf]), place=st.integers(0, 5))
def test_start_must_be_finite(bad, place):
    start = np.zeros((3, 2))
    start.flat[place] = bad
    text = message(ValueError, start=start)
    assert text.startswith("start is array([[")
    assert text.endswith("every coordinate must be finite")
    assert message(ValueError, start=(1.0, bad)) == f"start is (1.0, {bad!r}); every coordinate must be finite"


@pytest.mark.parametrize(
    ("start", "error", "text"),
    [
        (3, ValueError, "start is 3; it must have at least one coordinate, such as (-4, 2)"),
        ([], ValueError, "start is []; it must have at least one coordinate, such as (-4, 2)"),
        ("here", TypeError, "start is 'here'; it must be numbers of the shape (..., d)"),
        (None, TypeError, "start is None; it must be numbers of the shape (..., d)"),
        ([[1, 2], [3]], TypeError, "start is [[1, 2], [3]]; it must be numbers of the shape (..., d)"),
        ((1j, 2), TypeError, "start is (1j, 2); it must be numbers of the shape (..., d)"),
    ],
)
def test_start_must_be_points(start, error, text):
    assert message(error, start=start) == text


@given(steps=st.one_of(st.integers(max_value=-1), st.floats(), st.booleans(), st.none(), st.just("ten")))
def test_steps_must_be_a_whole_number(steps):
    assert message(ValueError, steps=steps) == f"steps is {steps!r}; it must be a whole number, 0 or more"


def test_numpy_integers_are_whole_numbers():
    assert len(descend(sgd, RAVINE.grad, RAVINE.start, np.int32(3)).xs) == 4


@pytest.mark.parametrize("wrong", [(), (1,), (3,), (2, 1), (1, 2)])
def test_gradient_must_have_the_shape_of_the_point(wrong):
    text = message(ValueError, grad=lambda x: np.zeros(wrong))
    assert text == f"the gradient has the shape {wrong} where the point has (2,); they must be the same"


def test_keep_must_be_known():
    assert message(ValueError, keep="some") == 'keep is \'some\'; use "all" or "last"'


def test_rates_that_do_not_fit_the_start():
    assert "(3,)" in message(ValueError, lr=np.array([0.1, 0.2, 0.3]))


def test_a_rule_must_be_a_rule():
    assert message(TypeError, rule="adam") == "'adam' is not a rule; give the function, such as momentum"


def test_a_gradient_must_be_a_function():
    assert message(TypeError, grad=RAVINE) == (
        "grad is Surface('x**2/80 + y**2/2', name='ravine'); it must be a function of the point, such as surface.grad"
    )
    assert "must be a function" in message(TypeError, grad=np.zeros(2))


def test_a_rule_must_return_a_tuple():
    def forgetful(x, grad, t, *, lr=0.1):
        return x - lr * grad(x)

    assert message(TypeError, rule=forgetful) == "forgetful must return (x, ...), a tuple of x and its memories (0)"


def test_a_rule_must_return_its_memory():
    def forgetful(x, grad, t, v=0, *, lr=0.1):
        return (x - lr * grad(x),)

    assert message(TypeError, rule=forgetful) == "forgetful must return (x, ...), a tuple of x and its memories (1)"


CLOUDS = blobs(60, spread=1.0)
SMALL = Network((2, 8, 3), hidden="tanh")
TRAIN = {"epochs": 3, "batch": 16, "seed": 5, "lr": 0.1}


def by_hand(rule, net, data, start, epochs, batch, seed, change=lambda grad, t: grad, rates=None, **hyper):
    """What ``train`` does, written out: no schedule, no checks, no curves."""
    order, masks = np.random.default_rng([seed, 1]), np.random.default_rng([seed, 2])
    w, memory, t = start, [np.zeros_like(start)] * memories(rule), 0
    for _ in range(epochs):
        for X, y in minibatches(data.X, data.y, batch, order):
            t += 1
            grad = change(lambda w: net.grad(w, X, y, masks), t)  # noqa: B023
            w, *memory = rule(w, grad, t, *memory, **hyper | ({"lr": rates(t)} if rates else {}))
    return w


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_training_is_the_rule_on_minibatches(rule, dtype):
    start = SMALL.init(1, dtype=dtype)
    done = train(rule, SMALL, CLOUDS, start=start, **TRAIN)
    data = CLOUDS._replace(X=CLOUDS.X.astype(dtype))
    np.testing.assert_array_equal(done.weights, by_hand(rule, SMALL, data, start, **TRAIN))
    assert done.weights.dtype == dtype
    assert done.failed_at == -1
    assert done.train_loss.shape == (4,)
    for k, w in ((0, start), (3, done.weights)):
        assert done.train_loss[k] == SMALL.loss(w, CLOUDS.X, CLOUDS.y)
        assert done.train_accuracy[k] == SMALL.accuracy(w, CLOUDS.X, CLOUDS.y)
    assert done.test_loss is done.test_accuracy is done.val_loss is done.val_accuracy is done.stats is None


def test_training_of_every_kind_together():
    """Dropout, a schedule, penalties and clipping: each does what it does alone, in this order."""
    net = Network((2, 8, 3), dropout=0.3, dropconnect=0.2)
    start = net.init(2, dtype=np.float64)
    halved = {"schedule": lambda t: 0.5**t, "l2": 0.1, "l1": net.is_matrix() * 0.01}
    got = train(momentum, net, CLOUDS, start=start, clip=lambda g: clip_by_norm(g, 0.2), **halved, **TRAIN).weights

    def change(grad, t):
        return penalised(lambda w: clip_by_norm(grad(w), 0.2), 0.1, net.is_matrix(np.float64) * np.float32(0.01))

    settings = {name: value for name, value in TRAIN.items() if name != "lr"}
    expected = by_hand(momentum, net, CLOUDS, start, **settings, change=change, rates=lambda t: 0.1 * 0.5**t)
    np.testing.assert_allclose(got, expected, rtol=1e-12, atol=0)


def test_the_seed_decides_everything_random():
    net = Network((2, 8, 3), dropout=0.3)
    first, again, other = (train(adam, net, CLOUDS, 2, seed=seed).weights for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert first.dtype == np.float32
    assert np.abs(first - other).max() > 0.1
    np.testing.assert_array_equal(train(adam, net, CLOUDS, 0, seed=1).weights, net.init(1))


def test_all_rows_at_once_is_descent():
    start = SMALL.init(0, dtype=np.float64)
    done = train(sgd, SMALL, CLOUDS, 20, batch=None, start=start, lr=0.3)
    run = descend(sgd, lambda w: SMALL.grad(w, CLOUDS.X, CLOUDS.y), start, 20, lr=0.3)
    np.testing.assert_allclose(done.weights, run.final, rtol=1e-9)


def test_batch_norm_keeps_running_averages():
    net = Network((2, 8, 3), batch_norm=True)
    data = CLOUDS._replace(X=5 + 3 * CLOUDS.X)
    start = net.init(0, dtype=np.float64)
    done = train(sgd, net, data, 1, batch=20, seed=3, lr=1e-12, start=start)
    stats = None
    for X, _ in minibatches(data.X, data.y, 20, np.random.default_rng([3, 1])):
        stats = running_statistics(stats, net.statistics(start, X), n=20)
    np.testing.assert_allclose(np.stack(done.stats[0]), np.stack(stats[0]), rtol=1e-9)
    assert done.train_loss[-1] == net.loss(done.weights, data.X, data.y, stats=done.stats)
    assert done.train_loss[-1] != pytest.approx(net.loss(done.weights, data.X, data.y), rel=1e-3)


def test_curves_of_test_and_validation_rows():
    data = digits(300, val=100)
    net = Network((64, 20, 10))
    done = train(adam, net, data, 10, lr=0.01)
    for name, X, y in (("test", data.X_test, data.y_test), ("val", data.X_val, data.y_val)):
        assert getattr(done, f"{name}_loss")[-1] == net.loss(done.weights, X, y)
        assert getattr(done, f"{name}_accuracy")[-1] == net.accuracy(done.weights, X, y)
        assert getattr(done, f"{name}_loss").shape == (11,)
    assert done.test_accuracy[-1] > 0.8 > 0.3 > done.test_accuracy[0]
    same = train(adam, net, data[:2], 10, lr=0.01)
    np.testing.assert_array_equal(same.weights, done.weights)
    assert same.test_loss is None


def test_a_regression_has_no_accuracy():
    done = train(adam, Network((1, 20, 1), hidden="tanh", output="linear"), curve(), 50, lr=0.02)
    assert done.train_accuracy is done.test_accuracy is None
    assert done.train_loss[-1] < 0.5 * done.train_loss[0]
    assert done.test_loss.shape == (51,)


def test_digits_reach_what_they_should():
    done = train(adam, Network((64, 128, 64, 10)), digits(), 15)
    assert done.test_accuracy[-1] > 0.95


def test_augmentation_sees_each_batch():
    shapes = []

    def augment(X, rng):
        shapes.append(X.shape)
        return shifted(X, *rng.integers(-1, 2, (2, len(X))))

    data = digits(100)
    changed = train(adam, Network((64, 10)), data, 2, augment=augment)
    assert shapes == [(64, 64), (36, 64)] * 2
    assert changed.weights.dtype == np.float32
    assert np.any(changed.weights != train(adam, Network((64, 10)), data, 2).weights)


def test_divergence_is_recorded():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        done = train(sgd, Network((1, 10, 1), output="linear"), curve(), 30, lr=1e3)
    assert 0 < done.failed_at < 30
    assert np.all(np.isfinite(done.train_loss[: done.failed_at]))
    assert np.all(np.isnan(done.train_loss[done.failed_at :]))
    assert np.all(np.isnan(done.test_loss[done.failed_at :]))
    assert repr(done) == f"Training(30 epochs, training loss nan, diverged in epoch {done.failed_at})"


def test_nothing_is_printed_where_nobody_watches(capsys, monkeypatch):
    seconds = iter(range(100))
    monkeypatch.setattr("descent.training.time.monotonic", lambda: next(seconds))
    train(sgd, SMALL, CLOUDS, 5)
    assert capsys.readouterr() == ("", "")
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    train(sgd, SMALL, CLOUDS, 5)
    shown = capsys.readouterr()
    assert not shown.out
    assert "\r6/6" in shown.err
    assert shown.err.endswith("\r")


def start_of(value):
    weights = SMALL.init(0)
    weights[0] = value
    return weights


@pytest.mark.parametrize(
    ("changes", "error", "text"),
    [
        ({"rule": "adam"}, TypeError, "'adam' is not a rule; give the function, such as momentum"),
        ({"epochs": -1}, ValueError, "epochs is -1; it must be a whole number, 0 or more"),
        ({"epochs": 2.0}, ValueError, "epochs is 2.0; it must be a whole number, 0 or more"),
        ({"batch": 0}, ValueError, "batch is 0; it must be a whole number, 1 or more"),
        ({"seed": None}, ValueError, "seed is None; it must be a whole number, 0 or more"),
        ({"lr": -1}, ValueError, "lr is -1; a learning rate must be greater than 0"),
        ({"mu": 0.9}, TypeError, "sgd has no hyperparameter 'mu'; it has lr"),
        ({"l2": -1}, ValueError, "l2 is -1; it must be finite and not negative"),
        ({"l1": np.nan}, ValueError, "l1 is nan; it must be finite and not negative"),
        ({"start": np.arange(51)}, ValueError, "start must be an array of finite floating-point numbers, such as net.init(0)"),
        ({"start": start_of(np.inf)}, ValueError, "start must be an array of finite floating-point numbers, such as net.init(0)"),
        ({"start": np.zeros(3)}, ValueError, "the weights have the shape (3,); this network has (51,)"),
        ({"data": (CLOUDS.X, CLOUDS.y + 1)}, ValueError, "the labels go from 1 to 3; this network knows 0 to 2"),
        ({"data": (CLOUDS.X[:0], CLOUDS.y[:0])}, ValueError, "X has the shape (0, 2); it must be (n, 2), at least one row"),
        ({"data": (CLOUDS.X,)}, ValueError, "data has 1 part; give (X, y), and pairs of test and validation rows after them"),
        ({"augment": lambda X, rng: X[:, :1]}, ValueError, "augment returned the shape (60, 1) where it got (60, 2); they must be the same"),
    ],
)  # fmt: skip
def test_training_says_what_is_wrong(changes, error, text):
    call = {"rule": sgd, "net": SMALL, "data": CLOUDS, "epochs": 2} | changes
    with pytest.raises(error) as caught:
        train(**call)
    assert str(caught.value) == text


def test_a_schedule_needs_a_rate():
    def plain(x, grad, t):
        return (x - 0.1 * grad(x),)

    with pytest.raises(ValueError, match=r"^plain has no lr for a schedule to change$"):
        train(plain, SMALL, CLOUDS, 1, schedule=lambda t: 1)
    assert train(plain, SMALL, CLOUDS, 1).failed_at == -1
