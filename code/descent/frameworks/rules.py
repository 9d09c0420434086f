"""The formulas that frameworks have where they differ from ``descent.rules``; cards name them."""

import numpy as np


def momentum_outside(x, grad, t, v=0, *, lr=0.01, mu=0.9):
    """Momentum with the rate outside: ``v`` gathers bare slopes, and a new ``lr`` acts on all of them at once."""
    v = mu * v + grad(x)
    return x - lr * v, v


def momentum_dampened(x, grad, t, v=0, *, lr=0.01, mu=0.9, dampening=0.0):
    """The same; every slope but the first enters ``v`` weakened by ``dampening``."""
    v = mu * v + (1 - dampening * np.minimum(t - 1, 1)) * grad(x)
    return x - lr * v, v


def nag_inside(x, grad, t, v=0, *, lr=0.01, mu=0.9):
    """NAG as seen from where it looks: ``x`` is the point ahead, and the slope is read right there."""
    push = lr * grad(x)
    v = mu * v - push
    return x + mu * v - push, v


def nag_outside(x, grad, t, v=0, *, lr=0.01, mu=0.9):
    """The same with the rate outside: ``v`` gathers bare slopes."""
    g = grad(x)
    v = mu * v + g
    return x - lr * (g + mu * v), v


def adagrad_outside(x, grad, t, s=0, *, lr=0.01, eps=1e-10, initial=0.0):
    """Adagrad with a sum that begins at ``initial``."""
    g = grad(x)
    s = s + g**2
    return x - lr * g / (np.sqrt(initial + s) + eps), s


def adagrad_inside(x, grad, t, s=0, *, lr=0.01, eps=1e-7, initial=0.1):
    """Adagrad with ``eps`` inside the root, and a sum that begins at ``initial``."""
    g = grad(x)
    s = s + g**2
    return x - lr * g / np.sqrt(initial + s + eps), s


def adagrad_without_eps(x, grad, t, s=0, *, lr=0.01, initial=0.1):
    """Adagrad whose only guard against a division by zero is that its sum begins at ``initial``."""
    g = grad(x)
    s = s + g**2
    return x - lr * g / np.sqrt(initial + s), s


def rmsprop_outside(x, grad, t, s=0, m=0, b=0, *, lr=0.01, rho=0.9, eps=1e-8, mu=0.0, centered=0.0):
    """RMSprop, then momentum ``mu`` with the rate outside; ``centered`` = 1 takes the mean slope's square off first."""
    g = grad(x)
    s = rho * s + (1 - rho) * g**2
    m = rho * m + (1 - rho) * g
    b = mu * b + g / (np.sqrt(s - centered * m**2) + eps)
    return x - lr * b, s, m, b


def rmsprop_begun_outside(x, grad, t, s=0, m=0, b=0, *, lr=0.01, rho=0.9, eps=1e-8, mu=0.0, centered=0.0, initial=0.0):
    """The same with the rate inside, and an average that begins at ``initial``, of which ``rho**t`` is left."""
    g = grad(x)
    s = rho * s + (1 - rho) * g**2
    m = rho * m + (1 - rho) * g
    b = mu * b + lr * g / (np.sqrt(rho**t * initial + s - centered * m**2) + eps)
    return x - b, s, m, b


def rmsprop_begun(x, grad, t, s=0, m=0, b=0, *, lr=0.01, rho=0.9, eps=1e-8, mu=0.0, centered=0.0, initial=0.0):
    """The same with ``eps`` inside the root."""
    g = grad(x)
    s = rho * s + (1 - rho) * g**2
    m = rho * m + (1 - rho) * g
    b = mu * b + lr * g / np.sqrt(rho**t * initial + s - centered * m**2 + eps)
    return x - b, s, m, b


def rmsprop_inside(x, grad, t, s=0, m=0, b=0, *, lr=0.01, rho=0.9, eps=1e-7, mu=0.0, centered=0.0):
    """The same with an average that always begins at 0."""
    return rmsprop_begun(x, grad, t, s, m, b, lr=lr, rho=rho, eps=eps, mu=mu, centered=centered)


def rmsprop_either(x, grad, t, s=0, m=0, b=0, *, lr=0.01, rho=0.9, eps=1e-7, mu=0.0, centered=0.0):
    """The same with ``eps`` inside the root where there is momentum, and outside where there is none."""
    g = grad(x)
    s = rho * s + (1 - rho) * g**2
    m = rho * m + (1 - rho) * g
    inside = np.sign(mu)
    b = mu * b + lr * g / (np.sqrt(s - centered * m**2 + inside * eps) + (1 - inside) * eps)
    return x - b, s, m, b


def rmsprop_from_one(x, grad, t, s=0, m=0, b=0, *, lr=0.01, rho=0.9, eps=1e-10, mu=0.0, centered=0.0):
    """The same with an average that always begins at 1: the first steps are short."""
    return rmsprop_begun(x, grad, t, s, m, b, lr=lr, rho=rho, eps=eps, mu=mu, centered=centered, initial=1)


def adam_hat(x, grad, t, m=0, s=0, *, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-7):
    """Adam with both corrections in the rate, so that ``eps`` stands beside the uncorrected root ("epsilon hat")."""
    g = grad(x)
    m = beta1 * m + (1 - beta1) * g
    s = beta2 * s + (1 - beta2) * g**2
    rate = lr * np.sqrt(1 - beta2**t) / (1 - beta1**t)
    return x - rate * m / (np.sqrt(s) + eps), m, s


def adamw_hat(x, grad, t, m=0, s=0, *, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-7, decay=0.004):
    """``adam_hat`` after shrinking ``x`` by the fraction ``lr * decay``."""
    slope = grad(x)
    x = x - lr * decay * x
    return adam_hat(x, lambda _: slope, t, m, s, lr=lr, beta1=beta1, beta2=beta2, eps=eps)


def amsgrad_hat(x, grad, t, m=0, s=0, top=0, *, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-7):
    """AMSGrad with both corrections in the rate; ``top`` is the largest uncorrected average."""
    g = grad(x)
    m = beta1 * m + (1 - beta1) * g
    s = beta2 * s + (1 - beta2) * g**2
    top = np.maximum(top, s)
    rate = lr * np.sqrt(1 - beta2**t) / (1 - beta1**t)
    return x - rate * m / (np.sqrt(top) + eps), m, s, top


def amsgrad_corrected(x, grad, t, m=0, s=0, top=0, *, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    """AMSGrad whose ``top`` is the largest *corrected* average: an early large slope is never forgotten."""
    g = grad(x)
    m = beta1 * m + (1 - beta1) * g
    s = beta2 * s + (1 - beta2) * g**2
    top = np.maximum(top, s / (1 - beta2**t))
    return x - lr * m / (1 - beta1**t) / (np.sqrt(top) + eps), m, s, top


def nadam_paced(x, grad, t, m=0, s=0, q=0, *, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8, pace=0.004):
    """Nadam with Dozat's schedule: from half of ``beta1`` up to all of it; ``q`` is 1 minus their product so far."""
    g = grad(x)
    m = beta1 * m + (1 - beta1) * g
    s = beta2 * s + (1 - beta2) * g**2
    now, then = (beta1 * (1 - 0.96 ** (pace * k) / 2) for k in (t, t + 1))
    q = 1 - (1 - q) * now
    ahead = then * m / (1 - (1 - q) * then) + (1 - now) * g / q
    return x - lr * ahead / (np.sqrt(s / (1 - beta2**t)) + eps), m, s, q


def nadam_hurried(x, grad, t, m=0, s=0, q=0, *, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-7):
    """The same schedule 250 times as fast: all of ``beta1`` after about a hundred steps."""
    return nadam_paced(x, grad, t, m, s, q, lr=lr, beta1=beta1, beta2=beta2, eps=eps, pace=1)
