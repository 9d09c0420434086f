"""Rules that are not elementwise: two that see a weight matrix as a matrix, and one that sees all weights at once.

They have the form of ``descent.rules``, ``x, *memory = rule(x, grad, t, *memory, **hyper)``, with ``x`` a matrix
``(fan_in, fan_out)`` for ``muon`` and ``soap``, and the whole vector for ``prodigy``. ``on_layers`` makes of a rule for
matrices one for all weights of a network, so that ``train`` and ``network_run`` take it.
"""

from collections.abc import Callable
from itertools import chain

import numpy as np

from descent.errors import told
from descent.networks import Network
from descent.rules import adam


def newton_schulz(g, steps=5, a=3.4445, b=-4.775, c=2.0315):
    """Make all singular values of ``g``, shape ``(..., n, m)``, about 1, by products alone (Jordan et al. 2024)."""
    x = g / (np.linalg.norm(g, axis=(-2, -1), keepdims=True) + 1e-30)
    for _ in range(steps):
        s = x @ np.swapaxes(x, -1, -2)
        x = a * x + (b * s + c * s @ s) @ x
    return x


def muon(x, grad, t, m=0, *, lr=0.02, mu=0.95):
    """Step by Nesterov's momentum, its singular values made about 1 (Jordan et al. 2024)."""
    g = grad(x)
    m = mu * m + g
    ahead = g + mu * m
    n, k = x.shape[-2:]
    wide = ahead if n <= k else np.swapaxes(ahead, -1, -2)  # the products are smaller this way
    step = newton_schulz(wide)
    step = step if n <= k else np.swapaxes(step, -1, -2)
    return x - lr * np.sqrt(max(1, k / n)) * step, m


def soap(x, grad, t, m=0, s=0, left=0, right=0, U=0, V=0, *, lr=0.003, beta1=0.95, beta2=0.95, eps=1e-8, every=10):
    """Adam along the axes that Shampoo finds, looked for anew every tenth step (Vyas et al. 2025, Algorithm 3).

    They are looked for before the step, today's slope included; there, after the step before.
    """
    g = grad(x)
    m = beta1 * m + (1 - beta1) * g
    left, right = beta2 * left + (1 - beta2) * g @ g.T, beta2 * right + (1 - beta2) * g.T @ g
    if t % every == 1:
        U, V = _axes(left), _axes(right)
    s = beta2 * s + (1 - beta2) * (U.T @ g @ V) ** 2
    step = (U.T @ m @ V) / (1 - beta1**t) / (np.sqrt(s / (1 - beta2**t)) + eps)
    return x - lr * U @ step @ V.T, m, s, left, right, U, V


def _axes(seen):
    """The eigenvectors of a symmetric matrix; where nothing was seen yet, the coordinates' own, on every machine."""
    return np.linalg.eigh(seen + 1e-8 * np.diag(np.arange(len(seen))))[1]


def prodigy(x, grad, t, m=0, s=0, r=0, q=0, gone=0, d=0, *, lr=1.0, beta1=0.9, beta2=0.999, eps=1e-8, first=1e-6):
    """Adam at a rate ``d`` found on the way: how far, at least, the goal must lie (Mishchenko and Defazio 2024).

    ``gone`` is how far the weights have come; ``d`` is one number, kept beside each weight.
    """
    g, d = grad(x), np.maximum(d, first)
    m = beta1 * m + (1 - beta1) * d * g
    s = beta2 * s + (1 - beta2) * (d * g) ** 2
    rate = lr * d * np.sqrt(1 - beta2**t) / (1 - beta1**t)
    r = np.sqrt(beta2) * r + rate * d * np.sum(g * gone)
    q = np.sqrt(beta2) * q + rate * d * g
    d = np.maximum(d, r / (np.sum(np.abs(q)) + 1e-30))
    step = rate * m / (np.sqrt(s) + d * eps)
    return x - step, m, s, r, q, gone + step, d


@told
def on_layers(net: Network, rule: Callable[..., tuple], rest: Callable[..., tuple] = adam) -> Callable[..., tuple]:
    """A rule on the flat vector of ``net``: ``rule`` for each matrix, ``rest`` for biases, at the same rate."""

    def step(w, grad, t, memory=None, *, lr=0.01):
        g, new, kept = grad(w), np.empty_like(w), []
        parts = [chain(*net.layers(v)) for v in (new, w, g)]
        for k, (after, before, slope) in enumerate(zip(*parts, strict=True)):
            of = rule if before.ndim == 2 else rest
            after[...], *more = of(before, lambda _, slope=slope: slope, t, *(memory[k] if memory else ()), lr=lr)
            kept.append(more)
        return new, kept

    step.__name__ = rule.__name__
    return step
