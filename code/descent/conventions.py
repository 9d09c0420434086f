"""The rules as the frameworks define them, each with its own defaults: ``CONVENTIONS["keras"]["adam"]``.

An entry is a rule as in ``descent.rules``: ``x, *memory = rule(x, grad, t, *memory, **hyperparameters)``. Its
hyperparameters keep the names of this course. Given the same numbers it takes the steps of PyTorch 2.13 (``torch``),
Keras 3.15 (``keras``, which is also ``tf.keras``), optax 0.2.8 (``optax``) and TensorFlow 2.21's ``tf.compat.v1.train``
(``tf1``), to 1e-12; ``tests/test_conventions.py`` compares them. Where a framework has no such method, there is no entry.

Memory starts at zero here too. Where a framework starts it elsewhere, the rule adds what is missing. All four report
Nesterov's look-ahead point, ``x + mu * v`` of ``nag``, and so do these entries.
"""

from types import FunctionType

import numpy as np

from descent.rules import adadelta, adagrad, adam, adamw, amsgrad, momentum, nadam, sgd


def momentum_outside(x, grad, t, v=0, *, lr=0.01, mu=0.9):
    """Momentum with the rate outside: ``v`` gathers bare slopes, and a new ``lr`` acts on all of them at once."""
    v = mu * v + grad(x)
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


def rmsprop_outside(x, grad, t, s=0, b=0, *, lr=0.01, rho=0.9, eps=1e-8, mu=0.0):
    """RMSprop, then momentum ``mu`` with the rate outside; ``b`` gathers scaled slopes."""
    g = grad(x)
    s = rho * s + (1 - rho) * g**2
    b = mu * b + g / (np.sqrt(s) + eps)
    return x - lr * b, s, b


def rmsprop_inside(x, grad, t, s=0, b=0, *, lr=0.01, rho=0.9, eps=1e-8, mu=0.0):
    """RMSprop with ``eps`` inside the root, then momentum ``mu`` with the rate inside; ``b`` gathers steps."""
    g = grad(x)
    s = rho * s + (1 - rho) * g**2
    b = mu * b + lr * g / np.sqrt(s + eps)
    return x - b, s, b


def rmsprop_from_one(x, grad, t, s=0, b=0, *, lr=0.01, rho=0.9, eps=1e-10, mu=0.0):
    """The same with an average that begins at 1, of which ``rho**t`` is left: the first steps are short."""
    g = grad(x)
    s = rho * s + (1 - rho) * g**2
    b = mu * b + lr * g / np.sqrt(rho**t + s + eps)
    return x - b, s, b


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


# Which formula a framework's method is, and the framework's defaults where they are not the formula's own.
FORMS = {
    "torch": {
        "sgd": (sgd, {"lr": 0.001}),
        "momentum": (momentum_outside, {"lr": 0.001, "mu": 0.0}),
        "nag": (nag_outside, {"lr": 0.001, "mu": 0.0}),
        "adagrad": (adagrad, {"lr": 0.01, "eps": 1e-10}),
        "rmsprop": (rmsprop_outside, {"lr": 0.01, "rho": 0.99, "eps": 1e-8}),
        "adam": (adam, {"lr": 0.001, "eps": 1e-8}),
        "amsgrad": (amsgrad, {"lr": 0.001, "eps": 1e-8}),
        "nadam": (nadam_paced, {"lr": 0.002, "eps": 1e-8}),
        "adadelta": (adadelta, {"lr": 1.0, "rho": 0.9, "eps": 1e-6}),
        "adamw": (adamw, {"lr": 0.001, "eps": 1e-8, "decay": 0.01}),
    },
    "keras": {
        "sgd": (sgd, {"lr": 0.01}),
        "momentum": (momentum, {"lr": 0.01, "mu": 0.0}),
        "nag": (nag_inside, {"lr": 0.01, "mu": 0.0}),
        "adagrad": (adagrad_inside, {"lr": 0.001, "eps": 1e-7, "initial": 0.1}),
        "rmsprop": (rmsprop_inside, {"lr": 0.001, "rho": 0.9, "eps": 1e-7}),
        "adam": (adam_hat, {"lr": 0.001, "eps": 1e-7}),
        "amsgrad": (amsgrad_hat, {"lr": 0.001, "eps": 1e-7}),
        "nadam": (nadam_hurried, {"lr": 0.001, "eps": 1e-7}),
        "adadelta": (adadelta, {"lr": 0.001, "rho": 0.95, "eps": 1e-7}),
        "adamw": (adamw_hat, {"lr": 0.001, "eps": 1e-7, "decay": 0.004}),
    },
    "optax": {
        "sgd": (sgd, {}),
        "momentum": (momentum_outside, {"mu": 0.0}),
        "nag": (nag_outside, {"mu": 0.0}),
        "adagrad": (adagrad_inside, {"eps": 1e-7, "initial": 0.1}),
        "rmsprop": (rmsprop_inside, {"rho": 0.9, "eps": 1e-8}),
        "adam": (adam, {"eps": 1e-8}),
        "amsgrad": (amsgrad_corrected, {"eps": 1e-8}),
        "nadam": (nadam, {"eps": 1e-8}),
        "adadelta": (adadelta, {"rho": 0.9, "eps": 1e-6}),
        "adamw": (adamw, {"eps": 1e-8, "decay": 1e-4}),
    },
    "tf1": {
        "sgd": (sgd, {}),
        "momentum": (momentum_outside, {}),
        "nag": (nag_outside, {}),
        "adagrad": (adagrad_without_eps, {"initial": 0.1}),
        "rmsprop": (rmsprop_from_one, {"rho": 0.9, "eps": 1e-10}),
        "adam": (adam_hat, {"lr": 0.001, "eps": 1e-8}),
        "adadelta": (adadelta, {"lr": 0.001, "rho": 0.95, "eps": 1e-8}),
    },
}
# What a framework has no default for and asks for. Here the formula's own default stands.
ASKED = {(framework, name): {"lr"} for framework in ("optax", "tf1") for name in FORMS[framework]}
ASKED |= {("tf1", "momentum"): {"lr", "mu"}, ("tf1", "nag"): {"lr", "mu"}}
ASKED |= {("tf1", "adam"): set(), ("tf1", "adadelta"): set()}


def _renamed(rule, name, defaults):
    """The same lines as ``rule`` under another name and with other defaults."""
    copy = FunctionType(rule.__code__, rule.__globals__, name, rule.__defaults__, rule.__closure__)
    copy.__kwdefaults__ = rule.__kwdefaults__ | defaults
    copy.__doc__ = rule.__doc__
    return copy


CONVENTIONS = {
    framework: {name: _renamed(form, f"{framework}_{name}", defaults) for name, (form, defaults) in forms.items()}
    for framework, forms in FORMS.items()
}
