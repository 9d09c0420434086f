"""Small data, the same for the same seed, and nothing downloaded: digits, clouds of points, lines and curves.

Rows are examples. Labels are whole numbers ``(n,)``, targets of a regression ``(n, outputs)``. Random data take
``seed``, a number or a generator, and ``dtype``.
"""

from typing import NamedTuple

import numpy as np

TEST = 597  # how many of the 1797 digits are kept for testing
DIGITS = 1797


class Data(NamedTuple):
    """Rows to train on, rows to test on, and maybe rows to choose settings with (validation)."""

    X: np.ndarray
    y: np.ndarray
    X_test: np.ndarray | None = None
    y_test: np.ndarray | None = None
    X_val: np.ndarray | None = None
    y_val: np.ndarray | None = None


def digits(train=None, *, val=0, seed=0, standardised=False, dtype=np.float32):
    """Handwritten digits of 8 by 8 pixels, scikit-learn's copy: ``X`` has 64 columns from 0 to 1, ``y`` the digit.

    597 are the test set, ``val`` further ones the validation set, and ``train`` of the rest (all 1200 - ``val`` if
    not given) the training set; in each the ten digits are about equally frequent. ``standardised`` takes the
    training set's mean out of each pixel and divides by its standard deviation (by 1 where a pixel never changes).
    """
    from sklearn.datasets import load_digits  # a second to import, and few chapters need it

    room = DIGITS - TEST
    if not 0 <= val < room:
        raise ValueError(f"val is {val!r}; it must be from 0 to {room - 1}")
    train = room - val if train is None else train
    if not 0 < train <= room - val:
        raise ValueError(f"train is {train!r}; with {val} for validation it must be from 1 to {room - val}")
    X, y = load_digits(return_X_y=True)
    order = stratified(y, np.random.default_rng(seed))
    X, y = (X[order] / 16).astype(dtype), y[order]
    if standardised:
        rows = X[TEST + val : TEST + val + train]
        spread = rows.std(axis=0)
        X = (X - rows.mean(axis=0)) / np.where(spread > 0, spread, 1).astype(dtype)
    test, choose = slice(TEST), slice(TEST, TEST + val)
    use = slice(TEST + val, TEST + val + train)
    return Data(X[use], y[use], X[test], y[test], *((X[choose], y[choose]) if val else ()))


def stratified(y, rng):
    """A random order of the rows in which every stretch holds the labels in about their overall shares."""
    place = np.empty(len(y))
    for label in np.unique(y):
        mine = np.flatnonzero(y == label)
        place[mine] = (rng.permutation(len(mine)) + rng.random(len(mine))) / len(mine)
    return np.argsort(place)


def shifted(images, right, down, side=8):
    """Images of ``side`` by ``side`` pixels, rows of ``X``, moved by whole pixels; what comes in is 0.

    ``right`` and ``down`` are whole numbers, or one for each image: random shifts by up to one pixel are
    ``shifted(X, *rng.integers(-1, 2, (2, len(X))))``.
    """
    right, down = (np.broadcast_to(d, len(images))[:, None] for d in (right, down))
    rows, columns = np.arange(side) - down, np.arange(side) - right
    inside = ((rows >= 0) & (rows < side))[:, :, None] & ((columns >= 0) & (columns < side))[:, None, :]
    rows, columns = np.clip(rows, 0, side - 1), np.clip(columns, 0, side - 1)
    square = np.asarray(images).reshape(-1, side, side)
    moved = square[np.arange(len(square))[:, None, None], rows[:, :, None], columns[:, None, :]]
    return (moved * inside).reshape(len(square), -1)


def minibatches(X, y, size, rng):
    """Yield ``(X, y)`` of ``size`` rows until every row was seen once, in random order; the last may be shorter."""
    order = np.random.default_rng(rng).permutation(len(X))
    X, y = X.take(order, axis=0), y.take(order, axis=0)  # one copy an epoch: the batches are views of it
    for first in range(0, len(X), size):
        yield X[first : first + size], y[first : first + size]


def linear(n=100, weights=(2.0, -1.0), bias=0.5, *, noise=0.1, seed=0, dtype=np.float64):
    """Regression on a plane: ``y = X @ weights + bias + noise``, with normal ``X`` ``(n, d)`` and ``y`` ``(n, 1)``."""
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((n, len(weights)))
    y = X @ np.asarray(weights) + bias + noise * rng.standard_normal(n)
    return Data(X.astype(dtype), y[:, None].astype(dtype))


def curve(n=20, *, noise=0.2, test=200, seed=0, dtype=np.float64):
    """A noisy wave ``sin(pi x)`` on ``-1 < x < 1``, few points of it; the test points are evenly spaced and exact."""
    rng = np.random.default_rng(seed)
    x, x_test = np.sort(rng.uniform(-1, 1, n)), np.linspace(-1, 1, test)
    y = np.sin(np.pi * x) + noise * rng.standard_normal(n)
    return Data(*(a[:, None].astype(dtype) for a in (x, y, x_test, np.sin(np.pi * x_test))))


def blobs(n=300, classes=3, *, spread=0.5, seed=0, dtype=np.float64):
    """Round clouds, their centres on a circle of radius 2; ``spread`` is their standard deviation."""
    rng = np.random.default_rng(seed)
    y = np.arange(n) % classes
    angle = 2 * np.pi * y / classes
    X = 2 * np.stack([np.cos(angle), np.sin(angle)], -1) + spread * rng.standard_normal((n, 2))
    return Data(X.astype(dtype), y)


def two_moons(n=300, *, noise=0.15, seed=0, dtype=np.float64):
    """Two half circles, one hooked into the other."""
    rng = np.random.default_rng(seed)
    y = np.arange(n) % 2
    angle = np.pi * rng.random(n)
    X = np.stack([np.cos(angle), np.sin(angle)], -1)
    X = np.where(y[:, None] == 1, np.array([1, 0.5]) - X, X) + noise * rng.standard_normal((n, 2))
    return Data(X.astype(dtype), y)


def spiral(n=300, classes=3, *, turns=0.75, noise=0.05, seed=0, dtype=np.float64):
    """Arms that wind round each other, from the middle to radius 1."""
    rng = np.random.default_rng(seed)
    y = np.arange(n) % classes
    radius = 0.05 + 0.95 * rng.random(n)
    angle = 2 * np.pi * (y / classes + turns * radius)
    X = radius[:, None] * np.stack([np.cos(angle), np.sin(angle)], -1) + noise * rng.standard_normal((n, 2))
    return Data(X.astype(dtype), y)


def rare_features(n=500, d=20, *, noise=0.1, seed=0, dtype=np.float64):
    """Sparse regression: feature k is 1 in about one row of k + 1 and else 0; every weight is 1. ``y`` is ``(n, 1)``."""
    rng = np.random.default_rng(seed)
    X = (rng.random((n, d)) * np.arange(1, d + 1) < 1).astype(float)
    y = X.sum(axis=1) + noise * rng.standard_normal(n)
    return Data(X.astype(dtype), y[:, None].astype(dtype))
