"""The detectives' evidence: a healthy training on the digits, twelve with one fault each, and six paths.

Every training is ``fit`` but for its fault: 300 digits, batches of ten, gradient descent at the rate 0.2, twenty epochs.
``CASES`` has the faulty ones in the order in which the chapter asks for them, ``PATHS`` the paths.
"""

from functools import cache
from typing import NamedTuple

import numpy as np

from descent.datasets import Data, digits
from descent.networks import Network
from descent.rules import adagrad, adam, momentum, nag, rmsprop, sgd
from descent.surfaces import SURFACES
from descent.training import train
from descent.walk import descend

NET = Network((64, 32, 10), hidden="leaky_relu")
EPOCHS = 20


class Record(NamedTuple):
    """The losses after each epoch, the start first, the weights at the end, and the network and data that had them."""

    train: np.ndarray
    val: np.ndarray
    weights: np.ndarray
    net: Network
    data: Data


@cache
def all_digits():
    """300 digits to train on, 300 to validate, 597 to test."""
    return digits(300, val=300, dtype=np.float64)


def fit(rule=sgd, net=NET, data=None, start=None, **changes):
    """Train as in the healthy case, but for ``changes``."""
    data = all_digits() if data is None else data
    start = net.init(1, dtype=np.float64) if start is None else start
    run = train(rule, net, data, EPOCHS, **{"lr": 0.2, "batch": 10, "seed": 1, "start": start} | changes)
    return Record(run.train_loss, run.val_loss, run.weights, net, data)


def rate_too_small():
    """A hundredth of the rate."""
    return fit(lr=0.002)


def dead_units():
    """Plain ReLU, whose biases begin so far below zero that no unit ever says anything."""
    net = Network((64, 32, 10))
    start = net.init(1, dtype=np.float64)
    net.layers(start)[0][1][...] = -10
    return fit(net=net, start=start)


def labels_shuffled():
    """The labels of the training rows are in another order than the rows."""
    return fit(data=all_digits()._replace(y=np.random.default_rng(0).permutation(all_digits().y)))


def rate_too_large():
    """Six times the rate, in an order of batches that does not make chaos of the last bit."""
    return fit(lr=1.2, seed=15)


def not_shuffled(epochs=EPOCHS, order=range(10)):
    """All zeros first, then all ones, and so on, in every epoch; or in another ``order``."""
    w, rows = NET.init(1, dtype=np.float64), all_digits()
    weights = [w]
    for epoch in range(epochs):
        for digit in order:
            some = rows.X[rows.y == digit], rows.y[rows.y == digit]
            w = train(sgd, NET, some, 1, lr=0.2, batch=10, seed=epoch, start=w, curves=False).weights
        weights.append(w)
    curves = [[NET.loss(w, X, y) for w in weights] for X, y in (rows[:2], rows[4:])]
    return Record(*map(np.array, curves), w, NET, rows)


def offset_inputs():
    """Every pixel is too large by one."""
    rows = all_digits()
    return fit(data=rows._replace(X=rows.X + 1, X_val=rows.X_val + 1))


def overfitting():
    """Sixty digits, some of them labelled wrong, a wide network, and momentum."""
    rows, rng = digits(60, val=300, dtype=np.float64), np.random.default_rng(1)
    wrong = np.where(rng.random(60) < 0.3, rng.integers(0, 10, 60), rows.y)
    return fit(momentum, Network((64, 128, 10), hidden="leaky_relu"), rows._replace(y=wrong), lr=0.1)


def growing(x, grad, t, *, lr=0.01, decay=0.015):
    """A mistake: weight decay with the wrong sign."""
    return (x - lr * (grad(x) - decay * x),)


def wrong_sign_of_decay():
    """Weights grow by a share of themselves where they should shrink."""
    return fit(growing)


def dropout_left_on():
    """Dropout is on when the validation loss is measured, too."""
    net, rows, masks = Network((64, 32, 10), hidden="leaky_relu", dropout=0.5), all_digits(), np.random.default_rng(5)
    w = net.init(1, dtype=np.float64)
    weights = [w]
    for epoch in range(EPOCHS):
        w = train(sgd, net, rows[:2], 1, lr=0.2, batch=10, seed=epoch, start=w, curves=False).weights
        weights.append(w)
    seen = [net.loss(w, *rows[:2]) for w in weights]
    noisy = [net.loss(w, *rows[4:], masks) for w in weights]
    return Record(np.array(seen), np.array(noisy), w, net, rows)


def leakage():
    """Rows were copied to have more of them, and only then set apart for validation."""
    rows = digits(200, val=100, dtype=np.float64)
    X, y = (np.concatenate([own, copied, copied]) for own, copied in ((rows.X, rows.X_val), (rows.y, rows.y_val)))
    return fit(data=rows._replace(X=X, y=y))


def exploding():
    """A hundred times the rate."""
    return fit(lr=20)


def uncorrected(x, grad, t, m=0, s=0, *, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    """A mistake: Adam without its bias correction."""
    g = grad(x)
    m = beta1 * m + (1 - beta1) * g
    s = beta2 * s + (1 - beta2) * g**2
    return x - lr * m / (np.sqrt(s) + eps), m, s


def no_bias_correction():
    """Adam whose two averages begin at zero, and are taken as they are."""
    return fit(uncorrected, lr=0.05)


CASES = (
    rate_too_small,
    dead_units,
    labels_shuffled,
    rate_too_large,
    not_shuffled,
    offset_inputs,
    overfitting,
    wrong_sign_of_decay,
    dropout_left_on,
    leakage,
    exploding,
    no_bias_correction,
)
PATHS = (
    (momentum, {"lr": 0.1, "mu": 0.9}),
    (sgd, {"lr": 1.8}),
    (adam, {"lr": 0.3}),
    (nag, {"lr": 0.1, "mu": 0.9}),
    (rmsprop, {"lr": 0.5}),
    (adagrad, {"lr": 0.5}),
)


def walks():
    """The points of each of ``PATHS``, sixty steps down the ravine: six arrays of shape (61, 2)."""
    ravine = SURFACES["ravine"]
    return [descend(rule, ravine, ravine.start, 60, **hyper).xs for rule, hyper in PATHS]
