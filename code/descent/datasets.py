"""Small data, the same for the same seed, and nothing downloaded: digits, clouds of points, lines and curves.

Rows are examples. Labels are whole numbers ``(n,)``, targets of a regression ``(n, outputs)``. Random data take
``seed``, a number or a generator, and ``dtype``.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from descent.checks import count, flag, floating, generator, number, numbers, short
from descent.errors import told

TEST = 597  # how many of the 1797 digits are kept for testing
DIGITS = 1797
Seed = int | np.random.Generator


class Data(NamedTuple):
    """Rows to train on, rows to test on, and maybe rows to choose settings with (validation)."""

    X: np.ndarray
    y: np.ndarray
    X_test: np.ndarray | None = None
    y_test: np.ndarray | None = None
    X_val: np.ndarray | None = None
    y_val: np.ndarray | None = None


@told
def digits(
    train: int | None = None,
    *,
    val: int = 0,
    seed: Seed = 0,
    standardised: bool = False,
    dtype: DTypeLike = np.float32,
) -> Data:
    """Handwritten digits of 8 by 8 pixels, scikit-learn's copy: ``X`` has 64 columns from 0 to 1, ``y`` the digit.

    597 are the test set, ``val`` further ones the validation set, and ``train`` of the rest (all 1200 - ``val`` if
    not given) the training set; in each the ten digits are about equally frequent. ``standardised`` takes the
    training set's mean out of each pixel and divides by its standard deviation (by 1 where a pixel never changes).
    """
    from sklearn.datasets import load_digits  # a second to import, and few chapters need it

    room = DIGITS - TEST
    if not 0 <= count("val", val) < room:
        raise ValueError(f"val is {val!r}; it must be from 0 to {room - 1}")
    train = room - val if train is None else count("train", train)
    if not 0 < train <= room - val:
        raise ValueError(f"train is {train!r}; with {val} for validation it must be from 1 to {room - val}")
    flag("standardised", standardised)
    dtype = floating(dtype)
    X, y = load_digits(return_X_y=True)
    order = stratified(y, generator(seed))
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


@told
def shifted(images: ArrayLike, right: ArrayLike, down: ArrayLike, side: int = 8) -> np.ndarray:
    """Images of ``side`` by ``side`` pixels, rows of ``X``, moved by whole pixels; what comes in is 0.

    ``right`` and ``down`` are whole numbers, or one for each image: random shifts by up to one pixel are
    ``shifted(X, *rng.integers(-1, 2, (2, len(X))))``.
    """
    images, side = np.asarray(images), count("side", side, least=1)
    if images.ndim != 2 or images.shape[1] != side * side:
        raise ValueError(f"images have the shape {images.shape}; they must be rows of {side} by {side} pixels")
    for name, d in (("right", right), ("down", down)):
        if np.asarray(d).dtype.kind not in "iu" or np.shape(d) not in ((), (len(images),)):
            raise ValueError(f"{name} is {short(d)}; it must be a whole number, or one for each image")
    far = np.empty((2, len(images), 1), int)
    far[0, :, 0], far[1, :, 0] = down, right
    wanted = np.arange(side) - far  # the row and the column that each pixel comes from
    near = np.minimum(np.maximum(wanted, 0), side - 1)
    inside, (rows, columns) = wanted == near, near
    rows += side * np.arange(len(images))[:, None]
    inside = inside[0, :, :, None] & inside[1, :, None, :]
    places = side * rows[:, :, None] + columns[:, None, :]
    return images.take(places.reshape(images.shape)) * inside.reshape(images.shape)


def minibatches(X: ArrayLike, y: ArrayLike, size: int, rng: Seed) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield ``(X, y)`` of ``size`` rows until every row was seen once, in random order; the last may be shorter."""
    X, y, size = np.asarray(X), np.asarray(y), count("size", size, least=1)
    if len(X) != len(y):
        raise ValueError(f"X has {len(X)} rows and y has {len(y)}; they must be the same rows")
    order = generator(rng).permutation(len(X))
    X, y = X.take(order, axis=0), y.take(order, axis=0)  # one copy an epoch: the batches are views of it
    for first in range(0, len(X), size):
        yield X[first : first + size], y[first : first + size]


@told
def linear(
    n: int = 100,
    weights: ArrayLike = (2.0, -1.0),
    bias: float = 0.5,
    *,
    noise: float = 0.1,
    seed: Seed = 0,
    dtype: DTypeLike = np.float64,
) -> Data:
    """Regression on a plane: ``y = X @ weights + bias + noise``, with normal ``X`` ``(n, d)`` and ``y`` ``(n, 1)``."""
    rng, dtype, n = _checked(n, seed, dtype, noise=noise)
    weights, bias = numbers("weights", weights, "they must be numbers of the shape (d,)"), number("bias", bias)
    if weights.ndim != 1:
        raise ValueError(f"weights have the shape {weights.shape}; give one for each column of X, (d,)")
    X = rng.standard_normal((n, len(weights)))
    y = X @ weights + bias + noise * rng.standard_normal(n)
    return Data(X.astype(dtype), y[:, None].astype(dtype))


@told
def curve(n: int = 20, *, noise: float = 0.2, test: int = 200, seed: Seed = 0, dtype: DTypeLike = np.float64) -> Data:
    """A noisy wave ``sin(pi x)`` on ``-1 < x < 1``, few points of it; the test points are evenly spaced and exact."""
    rng, dtype, n = _checked(n, seed, dtype, noise=noise)
    test = count("test", test, least=1)
    x, x_test = np.sort(rng.uniform(-1, 1, n)), np.linspace(-1, 1, test)
    y = np.sin(np.pi * x) + noise * rng.standard_normal(n)
    return Data(*(a[:, None].astype(dtype) for a in (x, y, x_test, np.sin(np.pi * x_test))))


@told
def blobs(
    n: int = 300, classes: int = 3, *, spread: float = 0.5, seed: Seed = 0, dtype: DTypeLike = np.float64
) -> Data:
    """Round clouds, their centres on a circle of radius 2; ``spread`` is their standard deviation."""
    rng, dtype, n = _checked(n, seed, dtype, spread=spread)
    y = np.arange(n) % count("classes", classes, least=1)
    angle = 2 * np.pi * y / classes
    X = 2 * np.stack([np.cos(angle), np.sin(angle)], -1) + spread * rng.standard_normal((n, 2))
    return Data(X.astype(dtype), y)


@told
def two_moons(n: int = 300, *, noise: float = 0.15, seed: Seed = 0, dtype: DTypeLike = np.float64) -> Data:
    """Two half circles, one hooked into the other."""
    rng, dtype, n = _checked(n, seed, dtype, noise=noise)
    y = np.arange(n) % 2
    angle = np.pi * rng.random(n)
    X = np.stack([np.cos(angle), np.sin(angle)], -1)
    X = np.where(y[:, None] == 1, np.array([1, 0.5]) - X, X) + noise * rng.standard_normal((n, 2))
    return Data(X.astype(dtype), y)


@told
def spiral(
    n: int = 300,
    classes: int = 3,
    *,
    turns: float = 0.75,
    noise: float = 0.05,
    seed: Seed = 0,
    dtype: DTypeLike = np.float64,
) -> Data:
    """Arms that wind round each other, from the middle to radius 1."""
    rng, dtype, n = _checked(n, seed, dtype, noise=noise)
    turns = number("turns", turns)
    y = np.arange(n) % count("classes", classes, least=1)
    radius = 0.05 + 0.95 * rng.random(n)
    angle = 2 * np.pi * (y / classes + turns * radius)
    X = radius[:, None] * np.stack([np.cos(angle), np.sin(angle)], -1) + noise * rng.standard_normal((n, 2))
    return Data(X.astype(dtype), y)


@told
def rare_features(
    n: int = 500, d: int = 20, *, noise: float = 0.1, seed: Seed = 0, dtype: DTypeLike = np.float64
) -> Data:
    """Sparse regression: feature k is 1 in about one row of k + 1 and else 0; every weight is 1. ``y`` is ``(n, 1)``."""
    rng, dtype, n = _checked(n, seed, dtype, noise=noise)
    d = count("d", d, least=1)
    X = (rng.random((n, d)) * np.arange(1, d + 1) < 1).astype(float)
    y = X.sum(axis=1) + noise * rng.standard_normal(n)
    return Data(X.astype(dtype), y[:, None].astype(dtype))


def _checked(n, seed, dtype, **spread):
    """The generator, the type and the number of rows of made-up data, and a ``spread`` that is not negative."""
    for name, value in spread.items():
        number(name, value, least=0)
    return generator(seed), floating(dtype), count("n", n, least=1)
