"""The exercises of the museum."""

import numpy as np

from descent.exercises.answers import Number, Rule, Values
from descent.exercises.nag import BOOK, TWO_VELOCITIES, renewed_too_early
from descent.frameworks.rules import nag_inside
from descent.rules import adagrad, adam, momentum, nag

RETOLD = """def retold(x, grad, t, s=0, *, lr=0.1, eps=1e-10):
    g = grad(x)
    s = s + g**2
    return x - lr * g / (s + eps), s"""
VERSION = """def version(x, grad, t, m=0, s=0, *, lr=0.1, eps=1e-8):
    g = grad(x)
    m = 0.9 * m + 0.1 * g
    s = 0.999 * s + 0.001 * g**2
    m_hat, s_hat = m / (1 - 0.9**t), s / (1 - 0.999**t)
    return x - lr * m_hat / np.sqrt(s_hat) + eps, m, s"""


def museum_adagrad(divisor, after=0, kept=1, late=0):
    """Adagrad as in the exhibit, with another divisor, with ``eps`` added to the weight, or with another sum."""

    def rule(x, grad, t, s=0, *, lr=0.1, eps=1e-10):
        g = grad(x)
        s = kept * s + g**2
        return x - lr * g / divisor(s - late * g**2, eps) + after * eps, s

    return rule


def museum_adam(step):
    """Adam as in the exhibit, with another last line: a function of the step's top, of ``s_hat`` and of ``eps``."""

    def rule(x, grad, t, m=0, s=0, *, lr=0.1, eps=1e-8):
        g = grad(x)
        m, s = 0.9 * m + 0.1 * g, 0.999 * s + 0.001 * g**2
        return x - step(lr * m / (1 - 0.9**t), s / (1 - 0.999**t), eps), m, s

    return rule


def line_slopes(w, x, y, sign=1, bias=1, both=1.0):
    """The slopes of the mean squared error of a straight line; the rest is for mistakes."""
    miss = w[0] * x + bias * w[1] - y
    return 2 * both * np.array([sign * np.mean(miss * x), np.mean(miss)])


def line_mistake(**changed):
    """The slopes with something changed."""
    return lambda w, x, y: line_slopes(w, x, y, **changed)


def early_with(step):
    """NAG whose velocity is renewed first, with another last line: of the old and the new v, ``lr * g`` and ``mu``."""

    def rule(x, grad, t, v=0, *, lr=0.01, mu=0.9):
        g = grad(x)
        old, v = v, mu * v - lr * g
        return x + step(old, v, lr * g, mu), v

    return rule


def order(errors):
    """The order of convergence from the last three errors."""
    first, second, third = np.log(errors[-3:])
    return (third - second) / (second - first)


def momentum_rate(lr, curvature, mu):
    """Momentum's factor per step on a parabola."""
    return np.abs(np.roots([1, -(1 + mu - lr * curvature), mu])).max()


def where_it_swings(factor):
    """A mistake: another factor where it swings."""

    def rate(lr, curvature, mu):
        return factor(mu) if (1 + mu - lr * curvature) ** 2 < 4 * mu else momentum_rate(lr, curvature, mu)

    return rate


CHECKERS = {
    "museum-1": Number(
        0.9,
        "Run the path for several round values and compare the ends.",
        mistakes=((0.95, "That is what the label says. The path with it ends elsewhere."),),
    ),
    "museum-2": Values(
        lambda keep: np.log(0.5) / np.log(keep),
        "Solve keep ** n = 0.5.",
        cases=((0.6,), (0.9,), (0.99,)),
        mistakes=(
            (
                lambda keep: 1 / (1 - keep),
                "That is the exhibit: about 37 % is left after 1 / (1 - keep) steps, not half.",
            ),
            (lambda keep: 2 / (1 - keep) - 1, "That is the length of the window whose values weigh alike."),
            (lambda keep: np.log(0.5) / np.log(1 - keep), "That halves what is new. How long until half is kept?"),
            (lambda keep: np.log(2) / np.log(keep), "The size is right, the sign is not: log(keep) is negative."),
            (
                lambda keep: np.ceil(np.log(0.5) / np.log(keep)),
                "Nearly: do not round, or a half-life of 6.58 becomes 7.",
            ),
            (lambda keep: np.log(2) / (1 - keep), "Nearly right for keep near 1. Solve keep ** n = 0.5 exactly."),
            (lambda keep: np.log(keep) / np.log(0.5), "Upside down: at keep = 0.9 it takes more than one step."),
            (
                lambda keep: 0.5 / (1 - keep),
                "That is a straight line down to a half. Each step multiplies: keep ** n = 0.5.",
            ),
        ),
    ),
    "museum-3": Rule(
        adagrad,
        "Ask of each part of the step: what unit does it have?",
        settings=({"lr": 0.3, "eps": 0.2}, {"lr": 0.6, "eps": 0.5}),
        begin=RETOLD,
        mistakes=(
            (
                museum_adagrad(lambda s, eps: s + eps),
                "That is the exhibit: it divides by the squares. The step still changes with the unit of the loss.",
            ),
            (
                museum_adagrad(lambda s, eps: np.sqrt(s + eps)),
                "The root is right; eps stands under it there. In the exhibit it stands beside the divisor; keep it there.",
            ),
            (museum_adagrad(lambda s, eps: np.sqrt(s)), "The root is right. eps is missing: it guards the division."),
            (
                museum_adagrad(lambda s, eps: np.sqrt(s), 1),
                "The root is right; eps is added to the weight there. Mind the brackets.",
            ),
            (
                museum_adagrad(lambda s, eps: np.sqrt(s) + eps, late=1),
                "The root is right. Add this step's square to s before you divide.",
            ),
            (
                museum_adagrad(lambda s, eps: np.sqrt(s) + eps, kept=0),
                "The root is right. s forgets: add up the squares of all slopes.",
            ),
            (museum_adagrad(lambda s, eps: s), "eps is missing, and the step still changes with the unit of the loss."),
            (
                museum_adagrad(lambda s, eps: s**2 + eps),
                "The wrong way: that makes the unit worse. What undoes a square?",
            ),
        ),
    ),
    "museum-4": Rule(
        adam,
        "eps belongs beside the root of s_hat, in the denominator.",
        settings=({"lr": 0.3, "eps": 0.2}, {"lr": 0.6, "eps": 0.5}),
        begin=VERSION,
        mistakes=(
            (
                museum_adam(lambda top, s, eps: top / np.sqrt(s) - eps),
                "That is the exhibit: eps is added to the weight. Mind the brackets.",
            ),
            (
                museum_adam(lambda top, s, eps: top / np.sqrt(s + eps)),
                "Under the root it weighs more than meant. It stands beside the root, in the denominator.",
            ),
            (
                museum_adam(lambda top, s, eps: top / np.sqrt(s)),
                "Now eps is gone, and with it the guard: it belongs beside the root.",
            ),
            (
                museum_adam(lambda top, s, eps: top / np.sqrt(s) + eps),
                "eps still stands outside the fraction, and only its sign has changed.",
            ),
            (
                museum_adam(lambda top, s, eps: top / (s + eps)),
                "eps is where it belongs. The root of s_hat is missing.",
            ),
        ),
    ),
    "museum-5": Number(
        10_001 * 256 + 257 * 128 + 129 * 46,
        "For each layer: (inputs + 1) * units.",
        whole=True,
        mistakes=(
            (10_001 * 256, "That is the network that was printed: one layer. Two more are meant."),
            (10_000 * 256 + 256 * 128 + 128 * 46, "Those are the weights. Each unit has a bias, too."),
            (10_001 * 256 + 257 * 128, "The last layer is missing: 46 units, each with 128 inputs and a bias."),
            (
                257 * 128 + 129 * 46,
                "Those are the two layers that were lost. The first one belongs to the network, too.",
            ),
        ),
    ),
    "museum-6": Values(
        lambda w, x, y: line_slopes(w, x, y),
        "Differentiate mean((theta * x + phi - y) ** 2) with respect to theta and to phi.",
        cases=tuple(tuple(np.random.default_rng([6, n]).normal(size=size) for size in (2, n, n)) for n in (7, 4, 9)),
        mistakes=(
            (line_mistake(sign=-1, bias=0), "That is the exhibit. Compare both slopes with measured ones."),
            (
                line_mistake(bias=0),
                "The sign is right now. The guess of the line is theta * x + phi: the bias is still missing.",
            ),
            (line_mistake(sign=-1), "The bias is there now. The slope of theta still has the wrong sign."),
            (
                line_mistake(both=-1),
                "Bias and shape are right, both signs are turned: the miss is guess minus y. With y minus guess a minus stands in front.",
            ),
            (line_mistake(sign=-1, both=-1), "The slope of theta is right. That of phi has the wrong sign."),
            (
                lambda w, x, y: len(x) * line_slopes(w, x, y),
                "That is the sum over the examples. The loss is their mean.",
            ),
            (line_mistake(both=0.5), "Half of it: the derivative of a square has a 2."),
            (lambda w, x, y: line_slopes(w, x, y)[::-1], "The right two, in the other order: theta first."),
        ),
    ),
    "museum-7": Rule(
        nag_inside,
        "Write the old v as (new v + lr * g) / mu, and put it into the step.",
        settings=TWO_VELOCITIES,
        begin=BOOK.replace("book", "textbook"),
        mistakes=(
            (renewed_too_early, "That is the exhibit: mu**2 wants the velocity from before."),
            (momentum, "That is momentum. The step looks ahead: it contains mu times the new velocity."),
            (
                early_with(lambda old, v, push, mu: mu * v),
                "mu * v is right, with the new v. The push, - lr * g, is still missing.",
            ),
            (
                early_with(lambda old, v, push, mu: mu * v + push),
                "mu * v is right, with the new v. lr * g is taken off, not added.",
            ),
            (
                early_with(lambda old, v, push, mu: v - push),
                "- lr * g is right. The new v is weakened by mu before it is added.",
            ),
            (nag, "Those are the positions. Here x is the point where the slope is read."),
        ),
    ),
    "museum-8": Values(
        lambda w, x, drop: (1 - drop) * (w @ x),
        "Which share of the inputs is there, on average?",
        cases=tuple(
            (*np.random.default_rng([8, k]).normal(size=(2, 6)), drop) for k, drop in enumerate((0.1, 0.3, 0.8))
        ),
        mistakes=(
            (lambda w, x, drop: drop * (w @ x), "That is the exhibit: it multiplies by the chance of being dropped."),
            (lambda w, x, drop: w @ x, "Right only if training divides by the chance of being kept. Here it does not."),
            (lambda w, x, drop: w @ x / (1 - drop), "That is what frameworks do in training. At test time multiply."),
        ),
    ),
    "museum-9": Values(
        order,
        "Divide the log of the last ratio by the log of the ratio before.",
        cases=tuple(
            (np.array(errors),)
            for errors in (0.5 ** np.arange(1.0, 8), (0.3, 0.05, 0.00175, 2.14375e-6), (1.0, 0.2, 0.02, 0.0006))
        ),
        mistakes=(
            (lambda errors: order(errors) - 1, "One too low, as in the exhibit: a fixed factor has the order 1."),
            (
                lambda errors: errors[-1] / errors[-2],
                "That is the factor of the last step. How does it change with the error?",
            ),
            (
                lambda errors: np.log(errors[-1]) / np.log(errors[-2]),
                "That forgets c. Use three errors, so that it drops out.",
            ),
            (lambda errors: 1 / order(errors), "Upside down: the later step over the earlier one."),
            (lambda errors: np.round(order(errors)), "Do not round: an order need not be whole."),
            (
                lambda errors: order(errors[:3]),
                "Those are the first three errors. The order shows at the end: take the last three.",
            ),
        ),
    ),
    "museum-10": Values(
        momentum_rate,
        "The largest size of the roots of z**2 - (1 + mu - lr * curvature) * z + mu.",
        cases=(
            (0.1, 1.0, 0.9),
            (0.5, 2.0, 0.64),
            (0.001, 1.0, 0.9),
            (0.05, 1.0, 0.1),
            (0.7, 4.0, 0.5),
            (3.5, 1.0, 0.5),
        ),
        mistakes=(
            (
                where_it_swings(lambda mu: 2 * np.sqrt(mu)),
                "That is the exhibit: 2 sqrt(mu) can be more than 1; nothing would converge.",
            ),
            (
                where_it_swings(lambda mu: mu),
                "mu is the product of the two roots. Where it swings each has the size of its root.",
            ),
            (
                lambda lr, curvature, mu: np.sqrt(mu),
                "Right where it swings. Where it creeps the roots are real; the larger rules.",
            ),
            (
                lambda lr, curvature, mu: np.abs(np.roots([1, -(1 + mu - lr * curvature), mu])).min(),
                "That is the smaller root. In the long run the larger one is left.",
            ),
            (
                lambda lr, curvature, mu: np.roots([1, -(1 + mu - lr * curvature), mu]).real.max(),
                "Take the size of the roots: they may be complex, or negative.",
            ),
        ),
    ),
}
