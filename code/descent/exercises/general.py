"""The exercises of chapter 13, regularization."""

import numpy as np

from descent.exercises.answers import Number, Numbers, Rule, Values
from descent.networks import soft_threshold
from descent.rules import momentum


def patient(losses, patience, progress=lambda loss, best: loss < best, wait=0):
    """The best epoch that a training which stops after ``patience`` epochs without progress has seen."""
    best = 0
    for epoch, loss in enumerate(losses):
        if progress(loss, losses[best]):
            best = epoch
        if epoch - best >= patience + wait:
            break
    return best


def stopped_at(losses, patience):
    """A mistake: the epoch at which the training ends."""
    return min(patient(losses, patience) + patience, len(losses) - 1)


def impatient(losses, patience):
    """A mistake: counts all bad epochs, not those since the best one."""
    best, bad = 0, 0
    for epoch, loss in enumerate(losses):
        best, bad = (epoch, bad) if loss < losses[best] else (best, bad + (epoch > 0))
        if bad >= patience:
            break
    return best


def by_neighbours(losses, patience):
    """A mistake: compares with the epoch before, not with the best."""
    best, bad = 0, 0
    for epoch in range(1, len(losses)):
        bad = 0 if losses[epoch] < losses[epoch - 1] else bad + 1
        best = epoch if losses[epoch] < losses[best] else best
        if bad >= patience:
            break
    return best


def sparse_momentum(x, grad, t, v=0, *, lr=0.01, mu=0.9, l1=0.1):
    """Momentum on the data's slope, then a pull towards zero that stops there."""
    x, v = momentum(x, grad, t, v, lr=lr, mu=mu)
    return soft_threshold(x, lr * l1), v


def pulled_by(strength):
    """The same with a pull of another strength."""

    def rule(x, grad, t, v=0, *, lr=0.01, mu=0.9, l1=0.1):
        x, v = momentum(x, grad, t, v, lr=lr, mu=mu)
        return soft_threshold(x, strength(lr, mu, l1)), v

    return rule


def pulled_by_slope(x, grad, t, v=0, *, lr=0.01, mu=0.9, l1=0.1):
    """A mistake: the sign as part of the slope."""
    return momentum(x, lambda x: grad(x) + l1 * np.sign(x), t, v, lr=lr, mu=mu)


def pulled_past_zero(x, grad, t, v=0, *, lr=0.01, mu=0.9, l1=0.1):
    """A mistake: the pull does not stop at zero."""
    x, v = momentum(x, grad, t, v, lr=lr, mu=mu)
    return x - lr * l1 * np.sign(x), v


def pulled_by_share(x, grad, t, v=0, *, lr=0.01, mu=0.9, l1=0.1):
    """A mistake: weight decay."""
    x, v = momentum(x, grad, t, v, lr=lr, mu=mu)
    return x * (1 - lr * l1), v


def pulled_first(x, grad, t, v=0, *, lr=0.01, mu=0.9, l1=0.1):
    """A mistake: the pull comes before the step."""
    return momentum(soft_threshold(x, lr * l1), grad, t, v, lr=lr, mu=mu)


def pulled_velocity(x, grad, t, v=0, *, lr=0.01, mu=0.9, l1=0.1):
    """A mistake: the pull acts on the velocity."""
    v = soft_threshold(mu * v - lr * grad(x), lr * l1)
    return x + v, v


def pulled_without_memory(x, grad, t, v=0, *, lr=0.01, mu=0.9, l1=0.1):
    """A mistake: the velocity is not used."""
    return soft_threshold(x - lr * grad(x), lr * l1), v


CHECKERS = {
    "general-1": Number(
        2 * 0.003,
        "Set the two slopes equal.",
        mistakes=(
            (0.003, "Keras adds 0.003 * w**2. What is its slope?"),
            (0.0015, "The other way: PyTorch's weight decay is the slope's factor already."),
        ),
    ),
    "general-2": Number(
        0.7 * 5,
        "The mean over the masks: each input arrives with which chance?",
        mistakes=(
            (1.5, "That scales by the share that is dropped. Which share arrives?"),
            (5 / 0.7, "Dividing by 0.7 is for training, in inverted dropout. Testing without it must go down, not up."),
            (
                5,
                "That is right for inverted dropout. Here nothing was divided in training, so only a share of the sum arrived.",
            ),
            (0.7, "That is the share that arrives. What does the unit say?"),
        ),
    ),
    "general-3": Values(
        lambda losses, patience: patient(losses, patience),
        "Count the epochs since the best one; an equal loss is no progress.",
        cases=tuple(
            (np.array(losses), patience)
            for losses, patience in (
                ([3, 2, 2.5, 1, 1.2, 1.1, 0.5], 2),
                ([3, 2, 2.5, 2.6, 1], 2),
                ([3, 2, 1.0], 5),
                ([1.0, 2, 3], 1),
                ([2, 2, 2, 1.0], 2),
                ([1.0, 1, 1], 5),
                ([5.0], 1),
                ([4, 5, 3, 3.5, 3.4, 2.0], 2),
                ([4, 3, 5, 4.5, 4.4, 2.0], 3),
                ([3, 4, 2, 4, 1.0], 2),
                ([3, 2, 4, 4, 4, 4, 4, 1.0], 2),
            )
        ),
        mistakes=(
            (stopped_at, "That is the epoch at which one stops. Which weights does one keep?"),
            (lambda losses, patience: int(np.argmin(losses)), "That looks at all epochs, as if one had not stopped."),
            (
                lambda losses, patience: patient(losses, patience, lambda loss, best: loss <= best),
                "An equal loss is no improvement: it must be lower than the best.",
            ),
            (
                lambda losses, patience: patient(losses, patience, wait=1),
                "That waits one epoch longer than patience says.",
            ),
            (
                lambda losses, patience: patient(losses, patience, wait=-1),
                "That stops one epoch sooner than patience says.",
            ),
            (
                lambda losses, patience: losses[patient(losses, patience)],
                "That is the loss at the best epoch. Return the epoch.",
            ),
            (lambda losses, patience: patient(losses, patience) + 1, "That counts from 1. The first epoch is 0."),
            (impatient, "That counts all bad epochs together. After an improvement the patience begins anew."),
            (by_neighbours, "That compares with the epoch before. Progress is measured against the best."),
        ),
    ),
    "general-4": Rule(
        sparse_momentum,
        "First the step of momentum, then the pull: soft_threshold(x, lr * l1).",
        settings=({"lr": 0.3, "mu": 0.6, "l1": 0.7}, {"lr": 0.2, "mu": 0.8, "l1": 1.3}),
        mistakes=(
            (pulled_by(lambda lr, mu, l1: l1), "The pull is lr * l1 a step: it has to shrink with the steps."),
            (
                pulled_by(lambda lr, mu, l1: lr * l1 / (1 - mu)),
                "That pulls by lr * l1 / (1 - mu): the repair of the solution's last lines. Here the pull is lr * l1.",
            ),
            (momentum, "That is momentum, without the pull."),
            (
                pulled_by_share,
                "That shrinks x by a share of itself, as L2 does. This pull has the same size everywhere.",
            ),
            (pulled_by_slope, "That adds the sign to the slope, and jumps over zero. Pull after the step."),
            (pulled_past_zero, "That pull does not stop at zero, it passes it: use soft_threshold."),
            (pulled_first, "The pull comes after the step, not before it."),
            (pulled_velocity, "That pulls the velocity towards zero. Pull x, after the step."),
            (pulled_without_memory, "The velocity is not used: renew v and step by it."),
        ),
    ),
    "general-5": Number(
        1 / (0.05 * 200),
        "Compare lr * t * curvature with curvature / price.",
        mistakes=(
            (10, "That is lr * t; a longer training is a smaller price."),
            (1 / 200, "That forgets the rate: the steps are 0.05 times the slope."),
            (0.05 / 200, "Both the rate and the steps make the training longer: they belong on the same side."),
        ),
    ),
    "general-6": Numbers(
        (0.5**2, 1 / 0.5**2),
        "Both masks must keep it; each divides by 0.5.",
        mistakes=(
            ((0.25, 2), "The share is right. Each of the two masks divides what it keeps by a half."),
            ((0.5, 2), "That is one mask. The second one is drawn anew."),
            ((0.75, 4), "That is the share dropped."),
            ((0.25, 0.25), "The share is right. Keras divides by the share that is kept, so the factor is above 1."),
            ((0.25, 1), "The share is right. Keras keeps the mean: what survives is made larger."),
            ((4, 0.25), "The right two, in the other order: the share first."),
        ),
    ),
}
