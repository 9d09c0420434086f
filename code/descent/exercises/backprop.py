"""The exercises of chapter 11, back-propagation."""

import numpy as np

from descent.exercises.answers import Number, Numbers, Values


def by_hand():
    """What the 2-2-2 network of the chapter sends back at its first weights: the errors at ``h`` and before the bend."""
    x, t = np.array([0.1, 0.2]), np.array([0.4, 0.6])
    h = 1 / (1 + np.exp(-x @ FIRST))
    o = 1 / (1 + np.exp(-h @ SECOND))
    back = SECOND @ ((o - t) * o * (1 - o))
    return back, back * h * (1 - h)


def tanh_slopes(X, W1, W2, T, bend=lambda h: 1 - h**2):
    """The slopes of a network with tanh units and bare outputs; ``bend`` is for mistakes."""
    h = np.tanh(X @ W1)
    delta = h @ W2 - T
    return X.T @ (delta @ W2.T * bend(h)), h.T @ delta


def scaled(factor):
    """The slopes, all multiplied by the same."""
    return lambda X, W1, W2, T: [factor * part for part in tanh_slopes(X, W1, W2, T)]


def bent_otherwise(bend):
    """The slopes with another slope of the bend."""
    return lambda X, W1, W2, T: tanh_slopes(X, W1, W2, T, bend)


FIRST, SECOND = np.array([[0.30, 0.40], [0.25, 0.35]]), np.array([[0.45, 0.70], [0.40, 0.60]])
BACK, DELTA = by_hand()
CHANCES = np.exp([2.0, 1, 0]) / np.exp([2.0, 1, 0]).sum()
ROWS = tuple(np.random.default_rng(4).normal(size=size) for size in ((5, 3), (3, 4), (4, 2), (5, 2)))
CHECKERS = {
    "backprop-1": Number(
        65 * 128 + 129 * 64 + 65 * 10,
        "For each gap: (units on the left + 1) * (units on the right).",
        whole=True,
        mistakes=(
            (64 * 128 + 128 * 64 + 64 * 10, "Those are the weights. Each unit after the input has a bias, too."),
            (65 * 10, "That is a network without hidden layers. Count each gap between two layers."),
            (64 * 128 + 128 * 64 + 64 * 10 + 266, "The 64 inputs have no biases: they are data."),
            (64 * 128 + 128 * 64 + 64 * 10 + 3, "A layer has as many biases as units, not one."),
            (266, "Those are the units. Count what lies between them."),
        ),
    ),
    "backprop-2": Number(
        FIRST[0] @ DELTA,
        "dE/dz1 times w1, plus dE/dz2 times w3.",
        mistakes=(
            (FIRST[0, 0] * DELTA[0], "That is what comes through one hidden unit. x1 feeds both: add the two."),
            (FIRST[0, 1] * DELTA[1], "That is what comes through one hidden unit. x1 feeds both: add the two."),
            (FIRST[0] @ BACK, "The sigmoids of the hidden units are missing: each road passes h * (1 - h)."),
            (
                0.1 * DELTA.sum(),
                "You multiplied by x1, as for a weight. The slope of an input is multiplied by the weights it meets.",
            ),
            (FIRST[1] @ DELTA, "That is the slope of x2. x1 meets w1 and w3."),
            (
                FIRST[:, 0] @ DELTA,
                "Those are the weights into h1. x1 meets w1 and w3: the other way through the matrix.",
            ),
        ),
    ),
    "backprop-3": Numbers(
        tuple(CHANCES - [0, 1, 0]),
        "Write the loss as log(sum(exp(z))) - z[1] and differentiate with respect to each logit.",
        mistakes=(
            (tuple(CHANCES), "Those are the probabilities. The true class's slope has one more term."),
            (tuple([0, 1, 0] - CHANCES), "The signs are turned: more of a wrong logit must raise the loss."),
            (tuple(CHANCES - [1, 0, 0]), "The true class is the second."),
            (tuple(CHANCES - [0, 0, 1]), "The true class is the second: count from one."),
            (
                tuple(CHANCES * (1 - CHANCES)),
                "That is each probability's slope with respect to its own logit. The loss is asked for.",
            ),
        ),
    ),
    "backprop-4": Values(
        tanh_slopes,
        "",
        cases=(ROWS,),
        parts=(
            ("slopes of W1", "Those of W2 are. Send the error back through W2.T, then through the tanh."),
            ("slopes of W2", "The outputs are bare, so the error there is H @ W2 - T, and W2's slopes are H.T @ it."),
        ),
        mistakes=(
            (scaled(1 / 5), "That is the mean over the samples. Here the loss is their sum."),
            (scaled(1 / 10), "That is the mean over samples and outputs. Here the loss is their sum."),
            (scaled(-1), "Both have the wrong sign: the error is output minus target."),
            (scaled(2), "Twice too much: the loss is half the squared error, so no 2 is left."),
            (
                bent_otherwise(lambda h: 1),
                "The slopes of W2 are right. In those of W1 the slope of tanh is missing, 1 - h**2.",
            ),
            (
                bent_otherwise(lambda h: h * (1 - h)),
                "The slopes of W2 are right. h * (1 - h) is the sigmoid's slope; that of tanh is 1 - h**2.",
            ),
            (
                bent_otherwise(lambda h: 1 - np.tanh(h) ** 2),
                "The slopes of W2 are right. H is the tanh already: its slope is 1 - H**2, without another tanh.",
            ),
        ),
    ),
    "backprop-5": Number(
        3 - 64 * 128 / (2 * 64 * 128 + 640),
        "Each layer: one product forward, two back; the first layer only one back.",
        mistakes=(
            (
                3,
                "Nearly: nobody asks for the slopes of the inputs, so the first layer is spared one of its three products.",
            ),
            (2 - 64 * 128 / (2 * 64 * 128 + 640), "That is the way back alone. The way forward comes first."),
            (
                2,
                "That counts one product on the way back. There are two a layer: one for its weights, one for the message.",
            ),
        ),
    ),
    "backprop-6": Numbers(
        (np.sqrt(2 + np.sqrt(5)), 1 / np.sqrt(2 + np.sqrt(5))),
        "Solve x**2 - y**2 = 4 together with x*y = 1.",
        mistakes=(
            ((2, 0.5), "That moves y alone. x moves a little, too."),
            ((1, 1), "That is a minimum, but x**2 - y**2 is 0 there; at the start it is 4."),
            (
                (1 / np.sqrt(2 + np.sqrt(5)), np.sqrt(2 + np.sqrt(5))),
                "The other way round: x starts larger, and stays so.",
            ),
            ((2 + np.sqrt(5), 1 / (2 + np.sqrt(5))), "That is the square of x: take its root."),
        ),
    ),
}
