"""The exercises of chapter 4, NAG."""

from descent.exercises.answers import Number, Rule
from descent.frameworks.rules import nag_inside
from descent.rules import momentum, nag

BOOK = """def book(x, grad, t, v=0, *, lr=0.01, mu=0.9):
    g = grad(x)
    v = mu * v - lr * g
    return x + mu**2 * v - (1 + mu) * lr * g, v"""


def renewed_too_early(x, grad, t, v=0, *, lr=0.01, mu=0.9):
    """A mistake: NAG in the look-ahead points, with the new velocity where the old one belongs."""
    g = grad(x)
    v = mu * v - lr * g
    return x + mu**2 * v - (1 + mu) * lr * g, v


def book_with(power, ahead):
    """The book's rule with another power of ``mu`` on the velocity, or without ``mu`` in the push."""

    def rule(x, grad, t, v=0, *, lr=0.01, mu=0.9):
        g = grad(x)
        return x + mu**power * v - (1 + ahead * mu) * lr * g, mu * v - lr * g

    return rule


def far(x, grad, t, v=0, *, lr=0.01, mu=0.9):
    """NAG that reads the slope two velocities ahead."""
    v = mu * v - lr * grad(x + 2 * mu * v)
    return x + v, v


def far_and_faster(x, grad, t, v=0, *, lr=0.01, mu=0.9):
    """A mistake: twice the memory as well."""
    v = 2 * mu * v - lr * grad(x + 2 * mu * v)
    return x + v, v


def looks_without_mu(x, grad, t, v=0, *, lr=0.01, mu=0.9):
    """A mistake: looks at ``x + 2 * v``."""
    v = mu * v - lr * grad(x + 2 * v)
    return x + v, v


TWO_VELOCITIES = ({"lr": 0.5, "mu": 0.45}, {"lr": 0.8, "mu": 0.3})
CHECKERS = {
    "nag-1": Number(
        0.9 * (1 - 0.05 * 8),
        "Put the slope at x + mu * v into the rule and collect what stands with v.",
        mistakes=(
            (0.9, "That is the memory where the ground is flat. Here looking ahead takes some of it away."),
            (0.4, "That is lr times the curvature, the part that is lost. What remains of mu?"),
            (0.5, "The loss is a fraction of mu: multiply by what remains, do not subtract."),
            (0.36, "That is the part of mu that is lost, mu * lr * curvature. What remains?"),
        ),
    ),
    "nag-2": Number(
        2 * 1.5 / 2 / 4,
        "lr times the curvature may go up to 2 * (1 + mu) / (1 + 2 * mu).",
        mistakes=(
            (3 / 4, "That is momentum's limit, 2 * (1 + mu) / curvature. Looking ahead makes it smaller."),
            (2 / 4, "That is gradient descent's limit."),
            (3 / 2, "That is the limit of lr times the curvature. The rate alone is asked for."),
        ),
    ),
    "nag-3": Rule(
        nag_inside,
        "The step is mu**2 * v - (1 + mu) * lr * g, with the old v.",
        settings=TWO_VELOCITIES,
        begin=BOOK,
        mistakes=(
            (renewed_too_early, "That still steps with the updated velocity. Which v belongs in mu**2 * v?"),
            (nag, "Those are the positions. The book's points are the ones looked at; ask for the slope at x itself."),
            (momentum, "That is momentum. The step has mu**2 * v and (1 + mu) * lr * g in it."),
            (book_with(1, 1), "The push is right. The old velocity stands in the step with mu**2, not mu."),
            (book_with(2, 0), "The old velocity is right. The push stands in the step with 1 + mu."),
        ),
    ),
    "nag-4": Rule(
        far,
        "Only the argument of grad changes: x + 2 * mu * v.",
        settings=TWO_VELOCITIES,
        begin=nag,
        mistakes=(
            (nag, "That looks one velocity ahead, as nag does."),
            (far_and_faster, "That doubles the memory as well. Only the place where the slope is read moves farther."),
            (looks_without_mu, "That looks at x + 2 * v: mu belongs to it, 2 * mu * v."),
            (momentum, "That is momentum: it reads the slope at x itself."),
        ),
    ),
}

PROOFS = ("nag-5",)
