"""The update rules, one pure function each.

A rule takes the point ``x``, the gradient *function* ``grad``, the step number ``t = 1, 2, ...`` and its own memory,
and returns the next point followed by the next memory::

    x, *memory = rule(x, grad, t, *memory, **hyperparameters)

Memory is positional and starts at zero; hyperparameters are keyword-only. Only elementwise arithmetic is used, so a
rule runs on one point, on a batch of any shape, on all weights of a network, and on the recording numbers of
``descent.notes``. Units: ``lr`` turns a gradient (loss per unit of ``x``) into a step, except where noted.
"""

import numpy as np


def sgd(x, grad, t, *, lr=0.01):
    """Step downhill, in proportion to the slope (Cauchy 1847; with sampled gradients, Robbins and Monro 1951)."""
    return (x - lr * grad(x),)


def momentum(x, grad, t, v=0, *, lr=0.01, mu=0.9):
    """Let a velocity ``v`` accumulate the downhill pushes (Polyak 1964)."""
    v = mu * v - lr * grad(x)
    return x + v, v


def nag(x, grad, t, v=0, *, lr=0.01, mu=0.9):
    """Momentum that looks ahead: the slope is read where ``v`` is taking us (Nesterov 1983)."""
    v = mu * v - lr * grad(x + mu * v)
    return x + v, v


def adagrad(x, grad, t, s=0, *, lr=0.01, eps=1e-10):
    """Divide each coordinate's step by the root of the sum of its squared slopes (Duchi et al. 2011)."""
    g = grad(x)
    s = s + g**2
    return x - lr * g / (np.sqrt(s) + eps), s


def rmsprop(x, grad, t, s=0, *, lr=0.01, rho=0.9, eps=1e-8):
    """Adagrad with a fading memory: an average of recent squared slopes (Tieleman and Hinton 2012)."""
    g = grad(x)
    s = rho * s + (1 - rho) * g**2
    return x - lr * g / (np.sqrt(s) + eps), s


def adam(x, grad, t, m=0, s=0, *, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    """Average slope over average size, both corrected for starting at zero (Kingma and Ba 2015, Algorithm 1)."""
    g = grad(x)
    m = beta1 * m + (1 - beta1) * g
    s = beta2 * s + (1 - beta2) * g**2
    m_hat, s_hat = m / (1 - beta1**t), s / (1 - beta2**t)
    return x - lr * m_hat / (np.sqrt(s_hat) + eps), m, s


def adadelta(x, grad, t, s=0, d=0, *, lr=1.0, rho=0.9, eps=1e-6):
    """Typical recent step over typical recent slope: the units fit, but for those of ``eps`` (Zeiler 2012)."""
    g = grad(x)
    s = rho * s + (1 - rho) * g**2
    step = np.sqrt(d + eps) / np.sqrt(s + eps) * g
    return x - lr * step, s, rho * d + (1 - rho) * step**2


def adamw(x, grad, t, m=0, s=0, *, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8, decay=0.01):
    """Adam after shrinking ``x`` by the fraction ``lr * decay``, as in PyTorch (Loshchilov and Hutter 2019)."""
    slope = grad(x)
    x = x - lr * decay * x
    return adam(x, lambda _: slope, t, m, s, lr=lr, beta1=beta1, beta2=beta2, eps=eps)


def amsgrad(x, grad, t, m=0, s=0, top=0, *, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    """Adam that divides by the largest ``s`` seen so far, so none is forgotten (Reddi et al. 2018, as in PyTorch)."""
    g = grad(x)
    m = beta1 * m + (1 - beta1) * g
    s = beta2 * s + (1 - beta2) * g**2
    top = np.maximum(top, s)
    return x - lr * m / (1 - beta1**t) / (np.sqrt(top / (1 - beta2**t)) + eps), m, s, top


def nadam(x, grad, t, m=0, s=0, *, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    """Adam that looks ahead as ``nag`` does (Dozat 2016, with a constant ``beta1``, as in optax)."""
    g = grad(x)
    m = beta1 * m + (1 - beta1) * g
    s = beta2 * s + (1 - beta2) * g**2
    ahead = beta1 * m / (1 - beta1 ** (t + 1)) + (1 - beta1) * g / (1 - beta1**t)
    return x - lr * ahead / (np.sqrt(s / (1 - beta2**t)) + eps), m, s


RULES = {rule.__name__: rule for rule in (sgd, momentum, nag, adagrad, rmsprop, adam, adadelta, adamw, amsgrad, nadam)}
