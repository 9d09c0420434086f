"""The data: seeded, of the right shapes, and what their descriptions say."""

import numpy as np
import pytest
from descent import (
    Network,
    adam,
    blobs,
    curve,
    digits,
    linear,
    minibatches,
    rare_features,
    shifted,
    spiral,
    train,
    two_moons,
)
from descent.datasets import TEST, stratified
from hypothesis import given
from hypothesis import strategies as st

CLOUDS = {"blobs": blobs, "two_moons": two_moons, "spiral": spiral}
ALL = CLOUDS | {"linear": linear, "curve": curve, "rare_features": rare_features}


@pytest.mark.parametrize("make", [*ALL.values(), digits], ids=[*ALL, "digits"])
def test_the_seed_decides(make):
    first, again, other = make(seed=1), make(seed=1), make(seed=2)
    for a, b in zip(first, again, strict=True):
        assert (a is None and b is None) or np.array_equal(a, b)
    assert not np.array_equal(first.X, other.X)
    for dtype in (np.float32, np.float64):
        assert make(dtype=dtype).X.dtype == dtype


def test_digits_are_split_without_overlap():
    data = digits(900, val=200)
    assert [a.shape for a in data] == [(900, 64), (900,), (TEST, 64), (TEST,), (200, 64), (200,)]
    assert data.X.min() == 0
    assert data.X.max() == 1
    rows = np.concatenate([data.X, data.X_test, data.X_val])
    everything = digits()
    assert len(everything.X) + len(everything.X_test) == 1797
    # The scans hold no two equal images, so rows tell overlaps.
    assert len(np.unique(rows, axis=0)) == len(rows)
    np.testing.assert_array_equal(data.X_test, everything.X_test)
    for y in (data.y, data.y_test, data.y_val):
        shares = np.bincount(y, minlength=10) / len(y)
        np.testing.assert_allclose(shares, 0.1, atol=0.02)
    assert everything.X_val is everything.y_val is None


def test_standardised_digits():
    data, plain = digits(500, standardised=True, dtype=np.float64), digits(500, dtype=np.float64)
    np.testing.assert_allclose(data.X.mean(axis=0), 0, atol=1e-12)
    varies = plain.X.std(axis=0) > 0
    assert 0 < np.sum(~varies) < 10
    np.testing.assert_allclose(data.X.std(axis=0)[varies], 1, rtol=1e-9)
    expected = (plain.X_test - plain.X.mean(0))[:, varies] / plain.X.std(0)[varies]
    np.testing.assert_allclose(data.X_test[:, varies], expected, rtol=1e-9)
    assert np.all(np.isfinite(data.X_test))


@pytest.mark.parametrize(
    ("call", "text"),
    [
        ({"train": 0}, "train is 0; with 0 for validation it must be from 1 to 1200"),
        ({"train": 1000, "val": 300}, "train is 1000; with 300 for validation it must be from 1 to 900"),
        ({"val": -1}, "val is -1; it must be a whole number, 0 or more"),
        ({"val": 1200}, "val is 1200; it must be from 0 to 1199"),
    ],
)
def test_more_digits_than_there_are(call, text):
    with pytest.raises(ValueError, match="it must be") as caught:
        digits(**call)
    assert str(caught.value) == text


@given(st.lists(st.integers(0, 3), min_size=1, max_size=60), st.integers(0, 5))
def test_stratified_is_an_order_of_all_rows(labels, seed):
    y = np.array(labels)
    order = stratified(y, np.random.default_rng(seed))
    np.testing.assert_array_equal(np.sort(order), np.arange(len(y)))


def test_every_stretch_is_stratified():
    y = np.repeat([0, 1, 2], [300, 200, 100])
    mixed = y[stratified(y, np.random.default_rng(0))]
    for stretch in (mixed[:60], mixed[200:260], mixed[-60:]):
        np.testing.assert_allclose(np.bincount(stretch, minlength=3), [30, 20, 10], atol=3)


def test_shifting_images():
    image = np.arange(9.0)
    moved = shifted(image[None], 1, 0, side=3)
    np.testing.assert_array_equal(moved.reshape(3, 3), [[0, 0, 1], [0, 3, 4], [0, 6, 7]])
    moved = shifted(np.stack([image, image]), [0, -1], [1, -1], side=3).reshape(2, 3, 3)
    np.testing.assert_array_equal(moved[0], [[0, 0, 0], [0, 1, 2], [3, 4, 5]])
    np.testing.assert_array_equal(moved[1], [[4, 5, 0], [7, 8, 0], [0, 0, 0]])
    images = digits(50).X
    np.testing.assert_array_equal(shifted(images, 0, 0), images)
    assert not shifted(images, 8, 0).any()
    assert shifted(images, 1, 1).dtype == np.float32


@given(n=st.integers(1, 50), size=st.integers(1, 60), seed=st.integers(0, 3))
def test_minibatches_show_every_row_once(n, size, seed):
    X, y = np.arange(n)[:, None], np.arange(n) + 100
    got = list(minibatches(X, y, size, np.random.default_rng(seed)))
    assert [len(b) for _, b in got] == [size] * (n // size) + [n % size] * (n % size > 0)
    assert sorted(np.concatenate([a[:, 0] for a, _ in got])) == list(range(n))
    for a, b in got:
        np.testing.assert_array_equal(a[:, 0] + 100, b)


def test_minibatches_are_in_a_new_order_each_time():
    rng, X, y = np.random.default_rng(0), np.arange(100), np.arange(100)
    first, second = (np.concatenate([a for a, _ in minibatches(X, y, 30, rng)]) for _ in range(2))
    assert not np.array_equal(first, second)
    assert not np.array_equal(first, X)


@pytest.mark.parametrize("make", CLOUDS.values(), ids=CLOUDS)
def test_a_network_tells_the_clouds_apart(make):
    data = make()
    classes = data.y.max() + 1
    assert np.ptp(np.bincount(data.y)) <= 1
    # No straight border does it, where the cloud is curled.
    straight = train(adam, Network((2, int(classes))), data, 100, lr=0.02).train_accuracy[-1]
    curved = train(adam, Network((2, 32, 32, int(classes))), data, 200, lr=0.01).train_accuracy[-1]
    assert curved > 0.95
    assert make is blobs or straight < 0.92


def test_linear_data():
    data = linear(2000, (2.0, -1.0, 0.5), 3, noise=0.1)
    columns = np.column_stack([data.X, np.ones(2000)])
    fit, *_ = np.linalg.lstsq(columns, data.y[:, 0])
    np.testing.assert_allclose(fit, [2, -1, 0.5, 3], atol=0.01)
    assert np.std(data.y[:, 0] - columns @ fit) == pytest.approx(0.1, rel=0.05)


def test_curve_data():
    data = curve(500, noise=0.2)
    assert np.all(np.diff(data.X[:, 0]) >= 0)
    assert np.std(data.y - np.sin(np.pi * data.X)) == pytest.approx(0.2, rel=0.1)
    np.testing.assert_allclose(data.y_test, np.sin(np.pi * data.X_test))


def test_rare_features():
    data = rare_features(20000, 10, noise=0)
    np.testing.assert_allclose(data.X.mean(axis=0), 1 / np.arange(1, 11), atol=0.01)
    np.testing.assert_array_equal(data.y[:, 0], data.X.sum(axis=1))


def test_neighbouring_pixels_give_each_other_away():
    """Why convolutions drop whole channels: of a pixel's variance the others foretell 70 %, those farther off 30 %."""
    data = digits(dtype=np.float64)
    rows, columns = np.divmod(np.arange(64), 8)

    def foretold(pixel, nearest):
        away = np.maximum(np.abs(rows - rows[pixel]), np.abs(columns - columns[pixel]))
        seen, unseen = (np.column_stack([X[:, away >= nearest], np.ones(len(X))]) for X in (data.X, data.X_test))
        guess = unseen @ np.linalg.lstsq(seen, data.X[:, pixel])[0]
        return 1 - np.mean((guess - data.X_test[:, pixel]) ** 2) / data.X_test[:, pixel].var()

    inked = np.flatnonzero(data.X.std(axis=0) > 0.1)
    assert np.mean([foretold(pixel, 1) for pixel in inked]) == pytest.approx(0.7, abs=0.05)
    assert np.mean([foretold(pixel, 3) for pixel in inked]) == pytest.approx(0.3, abs=0.05)


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda: blobs(-3), "n is -3; it must be a whole number, 1 or more"),
        (lambda: linear(2.5), "n is 2.5; it must be a whole number, 1 or more"),
        (lambda: curve(True), "n is True; it must be a whole number, 1 or more"),
        (lambda: curve(test=0), "test is 0; it must be a whole number, 1 or more"),
        (lambda: spiral(classes=0), "classes is 0; it must be a whole number, 1 or more"),
        (lambda: blobs(classes=2.0), "classes is 2.0; it must be a whole number, 1 or more"),
        (lambda: rare_features(d="20"), "d is '20'; it must be a whole number, 1 or more"),
        (lambda: two_moons(noise=-0.1), "noise is -0.1; it must be one finite number, 0 or more"),
        (lambda: blobs(spread=np.nan), "spread is nan; it must be one finite number, 0 or more"),
        (lambda: linear(noise="loud"), "noise is 'loud'; it must be a number"),
        (lambda: spiral(turns=True), "turns is True; it must be a number"),
        (lambda: linear(bias=1j), "bias is 1j; it must be a number"),
        (lambda: linear(weights=2), "weights have the shape (); give one for each column of X, (d,)"),
        (lambda: linear(weights="ab"), "weights is 'ab'; they must be numbers of the shape (d,)"),
        (lambda: digits(2.5), "train is 2.5; it must be a whole number, 0 or more"),
        (lambda: digits(val=True), "val is True; it must be a whole number, 0 or more"),
        (lambda: digits(standardised="no"), "standardised is 'no'; it must be True or False"),
        (lambda: digits(dtype=int), "dtype is <class 'int'>; it must be a floating-point type, such as np.float32"),
        (lambda: blobs(dtype="whole"), "dtype is 'whole'; it must be a floating-point type, such as np.float32"),
        (lambda: two_moons(seed=-1), "seed is -1; give a whole number, 0 or more, or a generator of NumPy"),
        (lambda: digits(seed="a"), "seed is 'a'; give a whole number, 0 or more, or a generator of NumPy"),
        (lambda: shifted(np.zeros((2, 32)), 0, 0), "images have the shape (2, 32); they must be rows of 8 by 8 pixels"),
        (lambda: shifted(np.zeros((2, 9)), 0.5, 0, side=3), "right is 0.5; it must be a whole number, or one for each image"),
        (lambda: shifted(np.zeros((2, 9)), 0, [1], side=3), "down is [1]; it must be a whole number, or one for each image"),
        (lambda: next(minibatches([[1]], [1], 0, 0)), "size is 0; it must be a whole number, 1 or more"),
        (lambda: next(minibatches([[1]], [1], -1, 0)), "size is -1; it must be a whole number, 1 or more"),
        (lambda: next(minibatches([[1]], [1, 2], 1, 0)), "X has 1 rows and y has 2; they must be the same rows"),
    ],
)  # fmt: skip
def test_says_what_is_wrong(call, text):
    with pytest.raises((ValueError, TypeError)) as caught:
        call()
    assert str(caught.value) == text


def test_lists_are_welcome():
    np.testing.assert_array_equal(shifted([[1, 2, 3, 4]], 1, 0, side=2), [[0, 1, 0, 3]])
    [(X, y)] = minibatches([[1, 2], [3, 4]], ["a", "b"], 5, 0)
    assert sorted(zip(X.tolist(), y.tolist(), strict=True)) == [([1, 2], "a"), ([3, 4], "b")]
    np.testing.assert_array_equal(linear(5, [1, 2]).y, linear(5, np.array([1.0, 2.0])).y)
