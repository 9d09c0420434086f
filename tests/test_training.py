"""``train``: the rule on minibatches, what is kept and measured, and what it says about bad input."""

import re
import warnings
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from threading import Event, Thread

import nbformat
import numpy as np
import pytest
from descent import (
    Network,
    adam,
    blobs,
    clip_by_norm,
    curve,
    descend,
    digits,
    fair_race,
    minibatches,
    momentum,
    networks,
    penalised,
    running_statistics,
    sgd,
    shifted,
    train,
)
from descent.notes import memories
from descent.rules import RULES
from threadpoolctl import threadpool_info, threadpool_limits

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


def test_the_best_weights_are_those_of_the_lowest_validation_loss():
    data = digits(60, val=200)
    net, how = Network((64, 16, 10), batch_norm=True), {"lr": 0.03, "batch": 20}
    best, last = (train(adam, net, data, 30, keep=keep, **how) for keep in ("best", "last"))
    np.testing.assert_array_equal(best.val_loss, last.val_loss)
    assert best.epoch == np.argmin(best.val_loss)
    assert 0 < best.epoch < last.epoch == 30
    stopped = train(adam, net, data, best.epoch, **how)
    np.testing.assert_array_equal(best.weights, stopped.weights)
    np.testing.assert_array_equal(np.stack(best.stats[0]), np.stack(stopped.stats[0]))
    assert net.loss(best.weights, data.X_val, data.y_val, stats=best.stats) == best.val_loss.min()


def test_the_best_weights_outlive_a_divergence_and_a_rule_that_writes_in_place():
    def growing(x, grad, t, *, lr=0.1):
        x -= np.float32(lr * t**8) * grad(x)
        return (x,)

    data = CLOUDS._replace(X_val=CLOUDS.X, y_val=CLOUDS.y)
    done = train(growing, Network((2, 3), output="softmax"), data, 400, batch=None, l2=0.1, lr=1e-3, keep="best")
    assert done.failed_at > done.epoch >= 1
    assert np.all(np.isfinite(done.weights))
    assert Network((2, 3)).loss(done.weights, CLOUDS.X, CLOUDS.y) == done.val_loss[done.epoch]


def test_without_curves_only_the_end_is_measured():
    data = digits(100, val=50)
    net = Network((64, 8, 10))
    full, short = (train(momentum, net, data, 4, curves=curves) for curves in (True, False))
    np.testing.assert_array_equal(full.weights, short.weights)
    for name in ("train_loss", "train_accuracy", "test_loss", "val_loss", "val_accuracy"):
        assert np.all(np.isnan(getattr(short, name)[:-1]))
        assert getattr(short, name)[-1] == getattr(full, name)[-1]
    lost = train(sgd, Network((1, 10, 1), output="linear"), curve(), 30, lr=1e3, curves=False)
    assert 0 < lost.failed_at <= 30


def threads():
    return [library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"]


@pytest.fixture
def before():
    """The threads of each BLAS while a test runs: two."""
    train(sgd, SMALL, CLOUDS, 1)  # what it needs is loaded now
    networks.libraries.cache_clear()
    limit = threadpool_limits(2, user_api="blas")
    yield threads()
    limit.restore_original_limits()


def test_blas_has_its_threads_back(before):
    seen = []
    train(sgd, SMALL, CLOUDS, 1, clip=lambda g: seen.append(threads()) or g)
    SMALL.loss(SMALL.init(0), CLOUDS.X, CLOUDS.y)
    assert threads() == before
    with pytest.raises(ZeroDivisionError):
        train(sgd, SMALL, CLOUDS, 1, clip=lambda g: 1 / 0)
    assert threads() == before
    assert len(before) > 0
    assert seen[0] == [1] * len(before)


def test_blas_has_its_threads_back_when_two_have_trained_at_once(before):
    came, left, seen = Event(), Event(), []

    def in_the_other(g):
        seen.append(threads())
        came.set()
        assert left.wait(60)
        return g

    other = Thread(target=train, args=(sgd, SMALL, CLOUDS, 1), kwargs={"clip": in_the_other})

    def in_the_first(g):
        if not came.is_set():
            other.start()
            assert came.wait(60)
        return g

    train(sgd, SMALL, CLOUDS, 1, clip=in_the_first)
    left.set()
    other.join()
    assert threads() == before
    assert seen[0] == [1] * len(before)


def test_blas_keeps_to_one_thread_while_threads_share_a_race(before):
    """Each that trains would give it back when it is done, while others still train."""
    seen = []

    def cost(rates, seeds):
        seen.append(threads())
        return np.ones((len(rates), len(seeds)))

    with ThreadPoolExecutor(2) as executor:
        fair_race({"a": cost}, [0], [1], executor=executor)
    assert seen == len(seen) * [[1] * len(before)]
    assert threads() == before


def test_lists_are_welcome_in_training():
    X, y = CLOUDS.X.tolist(), CLOUDS.y.tolist()
    given = train(sgd, SMALL, [X, y], 3, start=SMALL.init(0, dtype=float).tolist(), l2=[0.1] * SMALL.size, clip=list)
    same = train(sgd, SMALL, CLOUDS, 3, start=SMALL.init(0, dtype=float), l2=0.1)
    np.testing.assert_array_equal(given.weights, same.weights)


def test_a_rule_without_a_name_trains():
    for rule in (partial(momentum, mu=0.5), lambda x, grad, t, *, lr=0.1: (x - lr * grad(x),)):
        assert train(rule, SMALL, CLOUDS, 2).train_loss[-1] < train(rule, SMALL, CLOUDS, 0).train_loss[0]
    with pytest.raises(TypeError, match=r"^my_momentum has no hyperparameter 'beta'; it has lr, mu$"):
        train(partial(momentum, mu=0.5), SMALL, CLOUDS, 1, beta=1)


PAIRS = "give (X, y), and pairs of test and validation rows after them"


def start_of(value):
    weights = SMALL.init(0)
    weights[0] = value
    return weights


@pytest.mark.parametrize(
    ("changes", "error", "text"),
    [
        ({"rule": 3}, TypeError, "3 is not a rule; give a name, such as 'momentum', or a function"),
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
        ({"net": None}, TypeError, "net is None; it must be a Network, such as Network((64, 32, 10))"),
        ({"data": None}, TypeError, f"data is None; {PAIRS}"),
        ({"data": {"X": 1, "y": 2}}, TypeError, f"data is {{'X': 1, 'y': 2}}; {PAIRS}"),
        ({"data": "digits"}, TypeError, f"data is 'digits'; {PAIRS}"),
        ({"data": (None, CLOUDS.y)}, ValueError, f"the training rows lack X; {PAIRS}"),
        ({"data": (None, None)}, ValueError, f"the training rows lack X; {PAIRS}"),
        ({"data": (CLOUDS.X, None)}, ValueError, f"the training rows lack y; {PAIRS}"),
        ({"data": (*CLOUDS[:2], CLOUDS.X, None)}, ValueError, f"the test rows lack y; {PAIRS}"),
        ({"data": (np.array([[1j, 2]]), [0])}, TypeError, "X is array([[0.+1.j, 2.+0.j]]); it must be numbers, one row an example"),
        ({"data": ([["1", "2"]], [0])}, TypeError, "X is array([['1', '2']], dtype='<U1'); it must be numbers, one row an example"),
        ({"data": (CLOUDS.X, CLOUDS.y > 1)}, ValueError, "y holds bool values; softmax needs whole-number labels 0 to 2"),
        ({"seed": -1}, ValueError, "seed is -1; it must be a whole number, 0 or more"),
        ({"seed": True}, ValueError, "seed is True; it must be a whole number, 0 or more"),
        ({"lr": True}, TypeError, "lr is True; it must be a number"),
        ({"lr": "0.1"}, TypeError, "lr is '0.1'; it must be a number"),
        ({"l2": True}, TypeError, "l2 is True; it must be a number, or one for each weight"),
        ({"l1": "0.1"}, TypeError, "l1 is '0.1'; it must be a number, or one for each weight"),
        ({"l1": [1, 2]}, ValueError, "l1 has the shape (2,); give one number, or one for each of 51 weights"),
        ({"clip": 1.0}, TypeError, "clip is 1.0; it must be a function, such as lambda g: clip_by_norm(g, 1)"),
        ({"clip": np.sum}, ValueError, "clip returned the shape () where it got (51,); they must be the same"),
        ({"schedule": [1, 0.5]}, TypeError, "schedule is [1, 0.5]; it must be a function, such as lambda t: 1 / t"),
        ({"schedule": lambda t: -1.0}, ValueError, "the schedule at step 1 is -1.0; it must be finite and not negative"),
        ({"schedule": lambda t: np.nan}, ValueError, "the schedule at step 1 is nan; it must be finite and not negative"),
        ({"augment": True}, TypeError, "augment is True; it must be a function, such as lambda X, rng: X + 0.1 * rng.standard_normal(X.shape)"),
        ({"augment": lambda X, rng: X[:3]}, ValueError, "augment returned the shape (3, 2) where it got (60, 2); they must be the same"),
        ({"augment": lambda X, rng: X * np.nan}, ValueError, "X holds NaN or infinity; every value must be finite"),
        ({"keep": "all"}, ValueError, "keep is 'all'; use \"last\" or \"best\""),
        ({"keep": "best"}, ValueError, 'keep="best" needs validation rows, such as those of digits(val=200)'),
        ({"curves": "no"}, ValueError, "curves is 'no'; it must be True or False"),
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


def test_the_example_of_early_stopping_runs(tmp_path, monkeypatch, capsys):
    """Chapter 13 shows it on a table of the reader's own; here it is 200 points of three clouds, with useless columns."""
    chapter = nbformat.read(Path(__file__).parents[1] / "chapters" / "13-regularization.ipynb", as_version=4)
    [cell] = [cell.source for cell in chapter.cells if cell.cell_type == "markdown" and 'keep="best"' in cell.source]
    [example] = re.findall(r"```python\n(.*?)```", cell, re.DOTALL)
    clouds = blobs(200, spread=1.0)
    useless = np.random.default_rng(1).standard_normal((200, 20))
    table = np.column_stack([100 + 7 * clouds.X, useless, clouds.y])
    np.savetxt(tmp_path / "mine.csv", table, delimiter=",", header="one line", comments="")
    monkeypatch.chdir(tmp_path)
    exec(example, {})
    epoch, accuracy = capsys.readouterr().out.split()
    assert 0 < int(epoch) < 200
    assert float(accuracy) > 0.7


def test_under_batch_norm_a_slope_belongs_to_the_weights_it_is_asked_for():
    """The way forward that gave the averages is used again at the same weights only, even by a rule that writes into them."""

    def ahead(x, grad, t, *, lr=0.1):
        return (x - lr * grad(0.9 * x),)

    def within(x, grad, t, *, lr=0.1):
        before = x.copy()
        x *= 0.9
        return (before - lr * grad(x),)

    net = Network((64, 16, 10), batch_norm=True)
    one, other = (train(rule, net, digits(100)[:2], 2, start=net.init(0)) for rule in (ahead, within))
    assert np.array_equal(one.weights, other.weights)
