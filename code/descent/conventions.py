"""The rules as the frameworks define them, each with its own defaults: ``CONVENTIONS["keras"]["adam"]``.

An entry is a rule as in ``descent.rules``: ``x, *memory = rule(x, grad, t, *memory, **hyperparameters)``. Its
hyperparameters keep the names of this course. Given the same numbers it takes the steps of PyTorch 2.13 (``torch``),
Keras 3.15 (``keras``, which is also ``tf.keras`` from 2.16 on), ``tf.keras`` up to 2.10 (``tfkeras``; later its
``tf.keras.optimizers.legacy``), optax 0.2.8 (``optax``) and TensorFlow 2.21's ``tf.compat.v1.train`` (``tf1``), to 1e-12;
``tests/test_conventions.py`` compares them. Where a framework has no such method, there is no entry.

Memory starts at zero here too. Where a framework starts it elsewhere, the rule adds what is missing. All five report
Nesterov's look-ahead point, ``x + mu * v`` of ``nag``, and so do these entries.
"""

import math
import operator
import random
from collections.abc import Callable
from functools import update_wrapper
from inspect import Parameter, signature
from numbers import Real
from types import FunctionType
from typing import NamedTuple

import numpy as np

from descent.notes import hyperparameters
from descent.rules import RULES, adadelta, adam, adamw, amsgrad, momentum, nadam, nag, sgd


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


# Which formula a framework's method is, and the framework's defaults where they are not the formula's own.
FORMS = {
    "torch": {
        "sgd": (sgd, {"lr": 0.001}),
        "momentum": (momentum_dampened, {"lr": 0.001, "mu": 0.0}),
        "nag": (nag_outside, {"lr": 0.001, "mu": 0.0}),
        "adagrad": (adagrad_outside, {"lr": 0.01, "eps": 1e-10, "initial": 0.0}),
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
    "tfkeras": {
        "sgd": (sgd, {"lr": 0.01}),
        "momentum": (momentum, {"lr": 0.01, "mu": 0.0}),
        "nag": (nag_inside, {"lr": 0.01, "mu": 0.0}),
        "adagrad": (adagrad_outside, {"lr": 0.001, "eps": 1e-7, "initial": 0.1}),
        "rmsprop": (rmsprop_either, {"lr": 0.001, "rho": 0.9, "eps": 1e-7}),
        "adam": (adam_hat, {"lr": 0.001, "eps": 1e-7}),
        "amsgrad": (amsgrad_hat, {"lr": 0.001, "eps": 1e-7}),
        "nadam": (nadam_paced, {"lr": 0.001, "eps": 1e-7}),
        "adadelta": (adadelta, {"lr": 0.001, "rho": 0.95, "eps": 1e-7}),
    },
    "optax": {
        "sgd": (sgd, {}),
        "momentum": (momentum_outside, {"mu": 0.0}),
        "nag": (nag_outside, {"mu": 0.0}),
        "adagrad": (adagrad_inside, {"eps": 1e-7, "initial": 0.1}),
        "rmsprop": (rmsprop_begun, {"rho": 0.9, "eps": 1e-8}),
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


def _added(rule):
    """``rule`` with weight decay as PyTorch means it: ``decay * x`` is added to the slope, wherever that goes then."""

    def decayed(x, grad, t, *memory, decay=0.0, **hyper):
        return rule(x, lambda at: grad(at) + decay * at, t, *memory, **hyper)

    return decayed


def _shrunk(rule):
    """``rule`` with weight decay as Keras means it: ``x`` itself loses the fraction ``lr * decay`` before the step."""
    usual = rule.__kwdefaults__["lr"]

    def decayed(x, grad, t, *memory, decay=0.0, lr=usual, **hyper):
        slope = grad(x)
        return rule(x - lr * decay * x, lambda _: slope, t, *memory, lr=lr, **hyper)

    return decayed


def _entry(framework, method, form, kind, defaults):
    """A rule with the framework's defaults; where ``kind`` says how weight decay acts, with ``decay`` too."""
    rule = _renamed(form, f"{framework}_{method}", defaults)
    if kind is None:
        return rule
    entry = update_wrapper({"added": _added, "shrunk": _shrunk}[kind](rule), rule)
    own = signature(rule)
    decay = Parameter("decay", Parameter.KEYWORD_ONLY, default=0.0)
    entry.__signature__ = own.replace(parameters=[*own.parameters.values(), decay])
    return entry


# How a framework's own argument for weight decay acts, on every method but ``adamw``. optax has none there.
DECAY = {"torch": "added", "keras": "shrunk"}
CONVENTIONS = {
    framework: {
        method: _entry(framework, method, form, None if method == "adamw" else DECAY.get(framework), defaults)
        for method, (form, defaults) in forms.items()
    }
    for framework, forms in FORMS.items()
}

# From here on: how a setting is carried from one framework to another.
#
# The same settings are written in every framework as *quantities*: mostly the setting itself, but ``eps`` is one of
# three, by its place, and ``decay`` one of two, by what it does. A call sets some quantities and fixes the others, most
# of them at 0. Where all quantities of two calls are the same, so are the steps; where one cannot be, the nearest
# settings are searched for, by walking down the same slopes.

# The calls that set an entry of CONVENTIONS up, with {our names} for its settings.
CALLS = {
    "torch": {
        "sgd": "torch.optim.SGD(params, lr={lr}, weight_decay={decay})",
        "momentum": "torch.optim.SGD(params, lr={lr}, momentum={mu}, dampening={dampening}, weight_decay={decay})",
        "nag": "torch.optim.SGD(params, lr={lr}, momentum={mu}, nesterov=True, weight_decay={decay})",
        "adagrad": "torch.optim.Adagrad(params, lr={lr}, eps={eps}, initial_accumulator_value={initial}, "
        "weight_decay={decay})",
        "rmsprop": "torch.optim.RMSprop(params, lr={lr}, alpha={rho}, eps={eps}, momentum={mu}, centered={centered}, "
        "weight_decay={decay})",
        "adam": "torch.optim.Adam(params, lr={lr}, betas=({beta1}, {beta2}), eps={eps}, weight_decay={decay})",
        "amsgrad": "torch.optim.Adam(params, lr={lr}, betas=({beta1}, {beta2}), eps={eps}, amsgrad=True, "
        "weight_decay={decay})",
        "nadam": "torch.optim.NAdam(params, lr={lr}, betas=({beta1}, {beta2}), eps={eps}, momentum_decay={pace}, "
        "weight_decay={decay})",
        "adadelta": "torch.optim.Adadelta(params, lr={lr}, rho={rho}, eps={eps}, weight_decay={decay})",
        "adamw": "torch.optim.AdamW(params, lr={lr}, betas=({beta1}, {beta2}), eps={eps}, weight_decay={decay})",
    },
    "keras": {
        "sgd": "keras.optimizers.SGD({lr}, weight_decay={decay})",
        "momentum": "keras.optimizers.SGD({lr}, momentum={mu}, weight_decay={decay})",
        "nag": "keras.optimizers.SGD({lr}, momentum={mu}, nesterov=True, weight_decay={decay})",
        "adagrad": "keras.optimizers.Adagrad({lr}, initial_accumulator_value={initial}, epsilon={eps}, "
        "weight_decay={decay})",
        "rmsprop": "keras.optimizers.RMSprop({lr}, rho={rho}, momentum={mu}, epsilon={eps}, centered={centered}, "
        "weight_decay={decay})",
        "adam": "keras.optimizers.Adam({lr}, beta_1={beta1}, beta_2={beta2}, epsilon={eps}, weight_decay={decay})",
        "amsgrad": "keras.optimizers.Adam({lr}, beta_1={beta1}, beta_2={beta2}, epsilon={eps}, amsgrad=True, "
        "weight_decay={decay})",
        "nadam": "keras.optimizers.Nadam({lr}, beta_1={beta1}, beta_2={beta2}, epsilon={eps}, weight_decay={decay})",
        "adadelta": "keras.optimizers.Adadelta({lr}, rho={rho}, epsilon={eps}, weight_decay={decay})",
        "adamw": "keras.optimizers.AdamW({lr}, weight_decay={decay}, beta_1={beta1}, beta_2={beta2}, epsilon={eps})",
    },
    "tfkeras": {
        "sgd": "tf.keras.optimizers.SGD({lr})",
        "momentum": "tf.keras.optimizers.SGD({lr}, momentum={mu})",
        "nag": "tf.keras.optimizers.SGD({lr}, momentum={mu}, nesterov=True)",
        "adagrad": "tf.keras.optimizers.Adagrad({lr}, initial_accumulator_value={initial}, epsilon={eps})",
        "rmsprop": "tf.keras.optimizers.RMSprop({lr}, rho={rho}, momentum={mu}, epsilon={eps}, centered={centered})",
        "adam": "tf.keras.optimizers.Adam({lr}, beta_1={beta1}, beta_2={beta2}, epsilon={eps})",
        "amsgrad": "tf.keras.optimizers.Adam({lr}, beta_1={beta1}, beta_2={beta2}, epsilon={eps}, amsgrad=True)",
        "nadam": "tf.keras.optimizers.Nadam({lr}, beta_1={beta1}, beta_2={beta2}, epsilon={eps}, schedule_decay={pace})",
        "adadelta": "tf.keras.optimizers.Adadelta({lr}, rho={rho}, epsilon={eps})",
    },
    "optax": {
        "sgd": "optax.sgd({lr})",
        "momentum": "optax.sgd({lr}, momentum={mu})",
        "nag": "optax.sgd({lr}, momentum={mu}, nesterov=True)",
        "adagrad": "optax.adagrad({lr}, initial_accumulator_value={initial}, eps={eps})",
        "rmsprop": "optax.rmsprop({lr}, decay={rho}, eps={eps}, initial_scale={initial}, centered={centered}, "
        "momentum={mu})",
        "adam": "optax.adam({lr}, b1={beta1}, b2={beta2}, eps={eps})",
        "amsgrad": "optax.amsgrad({lr}, b1={beta1}, b2={beta2}, eps={eps})",
        "nadam": "optax.nadam({lr}, b1={beta1}, b2={beta2}, eps={eps})",
        "adadelta": "optax.adadelta({lr}, rho={rho}, eps={eps})",
        "adamw": "optax.adamw({lr}, b1={beta1}, b2={beta2}, eps={eps}, weight_decay={decay})",
    },
    "tf1": {
        "sgd": "tf.compat.v1.train.GradientDescentOptimizer({lr})",
        "momentum": "tf.compat.v1.train.MomentumOptimizer({lr}, {mu})",
        "nag": "tf.compat.v1.train.MomentumOptimizer({lr}, {mu}, use_nesterov=True)",
        "adagrad": "tf.compat.v1.train.AdagradOptimizer({lr}, initial_accumulator_value={initial})",
        "rmsprop": "tf.compat.v1.train.RMSPropOptimizer({lr}, decay={rho}, momentum={mu}, epsilon={eps}, "
        "centered={centered})",
        "adam": "tf.compat.v1.train.AdamOptimizer({lr}, beta1={beta1}, beta2={beta2}, epsilon={eps})",
        "adadelta": "tf.compat.v1.train.AdadeltaOptimizer({lr}, rho={rho}, epsilon={eps})",
    },
}


class Offer(NamedTuple):
    """One way to set a method up: the rule that then runs, its formula, what ``decay`` does in it, and the call."""

    rule: Callable
    form: Callable
    kind: str | None
    call: str


def _first_offers():
    """Each framework's own way by framework and method; ``course`` is this course."""
    offers = {"course": {}}
    for method, rule in RULES.items():
        given = "".join(f", {name}={{{name}}}" for name in hyperparameters(rule))
        kind = "shrunk" if method == "adamw" else None
        offers["course"][method] = [Offer(rule, rule, kind, f"descend({method}, grad, start, steps{given})")]
    for framework, methods in FORMS.items():
        offers[framework] = {}
        for method, (form, _) in methods.items():
            kind = "shrunk" if method == "adamw" else DECAY.get(framework)
            rule, call = CONVENTIONS[framework][method], CALLS[framework][method]
            offers[framework][method] = [Offer(rule, form, kind, call)]
    return offers


def _all_offers():
    """All ways by framework and method, the framework's own first."""
    offers = _first_offers()
    course, torch, optax = offers["course"], offers["torch"], offers["optax"]

    def more(framework, method, form, kind, call):
        rule = form if framework == "course" else _entry(framework, method, form, kind, {})
        offers[framework][method].append(Offer(rule, form, kind, call))

    more("course", "adam", adamw, "shrunk", course["adamw"][0].call)
    more("torch", "adam", adam, "shrunk", torch["adamw"][0].call)
    more("torch", "amsgrad", amsgrad, "shrunk", torch["amsgrad"][0].call.replace("Adam(", "AdamW("))
    more("torch", "nadam", nadam_paced, "shrunk", torch["nadam"][0].call[:-1] + ", decoupled_weight_decay=True)")
    # With ever so little momentum its eps is inside the root.
    offers["tfkeras"]["rmsprop"].append(offers["tfkeras"]["rmsprop"][0]._replace(form=rmsprop_inside))
    more("optax", "rmsprop", rmsprop_begun_outside, None, optax["rmsprop"][0].call[:-1] + ", eps_in_sqrt=False)")
    for method in optax:
        for _, form, _, call in list(optax[method]) if method != "adamw" else ():
            more("optax", method, form, "added", f"optax.chain(optax.add_decayed_weights({{decay}}), {call})")
            last = f"optax.chain({call}, optax.add_decayed_weights(-{{lr}} * {{decay}}))"
            more("optax", method, form, "shrunk", optax["adamw"][0].call if method == "adam" else last)
    return offers


OFFERS = _all_offers()
NAMES = {
    "course": "this course",
    "torch": "PyTorch",
    "keras": "Keras",
    "tfkeras": "tf.keras up to 2.10",
    "optax": "optax",
    "tf1": "TensorFlow 1",
}
METHODS = {
    "sgd": "gradient descent",
    "momentum": "momentum",
    "nag": "Nesterov's momentum",
    "adagrad": "Adagrad",
    "rmsprop": "RMSprop",
    "adam": "Adam",
    "adadelta": "Adadelta",
    "adamw": "AdamW",
    "amsgrad": "AMSGrad",
    "nadam": "Nadam",
}
STEADY = 1e9  # a pace so fast that Nadam's beta1 is all there from the first step on; so is any from 1000 on
LEAST = 1e-30  # stands for 0 where a framework refuses it or reads it as its default
TINY = 1e-25  # what is smaller changes no step
PLACES = {"outside": "outside the root", "inside": "inside the root", "hat": "beside the uncorrected root"}
INSIDE = {adagrad_inside, rmsprop_inside, rmsprop_begun, rmsprop_from_one, adadelta}
KINDS = {"added": "added to the slope", "shrunk": "taken off the point"}
HAT = {adam_hat, amsgrad_hat, adamw_hat}
FIXED = {
    rmsprop_from_one: {"initial": 1},
    nadam: {"pace": STEADY},
    nadam_hurried: {"pace": 1},
    amsgrad_corrected: {"corrected": 1},
}
RATE_INSIDE = {
    momentum,
    nag,
    nag_inside,
    rmsprop_inside,
    rmsprop_begun,
    rmsprop_begun_outside,
    rmsprop_from_one,
    rmsprop_either,
}

# A plan is data that Python and the page's script both carry out. Its expressions are a number, the name of a setting,
# or [operator, a, b]; a condition holds where its expression is not 0.
OPERATORS = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "min": min,
    "max": max,
    "sign": lambda a: (a > 0) - (a < 0),
}


def _value(expression, settings):
    if isinstance(expression, list):
        name, *parts = expression
        return OPERATORS[name](*(_value(part, settings) for part in parts))
    return settings[expression] if isinstance(expression, str) else expression


def _of(name, *parts):
    """The expression [name, *parts], worked out as far as its numbers go."""
    if not any(isinstance(part, str | list) for part in parts):
        return OPERATORS[name](*parts)
    if name == "*" and 0 in parts:
        return 0
    if (name, parts[-1]) in (("+", 0), ("-", 0), ("*", 1)):
        return parts[0]
    return 0 if name == "-" and parts[0] == parts[1] else [name, *parts]


def _place(form):
    return "inside" if form in INSIDE else "hat" if form in HAT else "outside"


def _quantities(offer, settings):
    """What a call with these settings means, as quantity to expression; ``settings`` are expressions too."""
    found = FIXED.get(offer.form, {}) | settings
    eps = found.pop("eps", 0)
    places = {_place(offer.form): 1}
    if offer.form is adagrad_inside:  # the same as a sum that begins where eps would have lifted it to
        found["initial"] = _of("+", found["initial"], eps)
        places = {}
    elif offer.form is rmsprop_either:
        pushed = _of("sign", found["mu"])
        places = {"inside": pushed, "outside": _of("-", 1, pushed)}
    elif offer.form in HAT:  # without a memory of squares there is nothing to correct
        kept = _of("sign", found["beta2"])
        places = {"hat": kept, "outside": _of("-", 1, kept)}
    found |= {f"eps {place}": _of("*", eps, share) for place, share in places.items()}
    if "decay" in found:
        found["added" if offer.form is sgd else offer.kind] = found.pop("decay")  # for gradient descent the two are one
    if "pace" in found:
        found["pace"] = _of("*", _of("min", found["pace"], 1000), _of("sign", found["beta1"]))
    for quantity, memory in (("initial", "rho"), ("corrected", "beta2")):  # what a rule without memory forgets at once
        if quantity in found and memory in found:
            found[quantity] = _of("*", found[quantity], _of("sign", found[memory]))
    return found


def _settings(method, target, origin, offer, have):
    """The target's settings that mean what the source's do, or where the search for the nearest begins."""
    given = {name: name for name in hyperparameters(origin.rule)}
    wanted = {name: FIXED.get(origin.form, {}).get(name, given.get(name, 0)) for name in hyperparameters(offer.rule)}
    if method == "adagrad" and origin.form is not offer.form:
        wanted |= {"initial": have.get("initial", 0)} if "initial" in wanted else {}
        wanted |= (
            {"eps": have.get("eps outside", 0) if _place(offer.form) == "outside" else 0} if "eps" in wanted else {}
        )
    if offer.form is adagrad_without_eps:
        wanted["initial"] = _of("max", wanted["initial"], LEAST)
    if target == "tfkeras" and "eps" in wanted:
        wanted["eps"] = _of("max", wanted["eps"], LEAST)
        if offer.form is rmsprop_inside:
            wanted["mu"] = _of("max", wanted["mu"], LEAST)
    if "dampening" in given and "dampening" not in wanted:
        wanted["lr"] = ["*", "lr", ["-", 1, "dampening"]]
    if "decay" in given and "decay" in wanted and method in ("momentum", "nag") and origin.kind != offer.kind:
        wanted["decay"] = ["/" if origin.kind == "added" else "*", "decay", ["-", 1, "mu"]]
    return wanted


def _plan(method, source, target, offer):
    """How the call of ``offer`` takes the source's steps: the call's settings as expressions, and what stands against it.

    ``limits`` are conditions with a reason each: where one holds, these settings do not give the same steps, and no
    others do. ``notes`` are conditions with something to know each. ``guards`` are the places of those limits where
    the nearest eps may be of another order.
    """
    origin = OFFERS[source][method][0]
    given = {name: name for name in hyperparameters(origin.rule)}
    have = _quantities(origin, given)
    settings = _settings(method, target, origin, offer, have)
    need = _quantities(offer, settings)
    limits, notes, guards = [], [], []
    for quantity in have | need:
        if quantity == "lr":
            continue
        test = _of("-", have.get(quantity, 0), need.get(quantity, 0))
        if quantity.startswith("eps") or quantity in KINDS:  # told once, where the source has it
            test = _of("*", test, _of("sign", have.get(quantity, 0)))
        if test:
            limits.append([test, _reason(quantity, method, source, target, offer)])
            if quantity.startswith("eps") or (method, quantity) == ("adagrad", "initial"):
                guards.append(len(limits) - 1)
    if "added" in have and offer.kind != "added" and offer.form is not sgd:
        penalty = (
            "keras.regularizers.L2(decay / 2) on every weight" if "keras" in target else "decay * x**2 / 2 in the loss"
        )
        notes.append(["decay", f"Exactly, but not as a setting: no decay here, and {penalty}."])
    if "mu" in given and "mu" in settings and (origin.form in RATE_INSIDE) != (offer.form in RATE_INSIDE):
        where = ("inside", "outside") if origin.form in RATE_INSIDE else ("outside", "inside")
        text = f"{_start(source)} keeps the rate {where[0]} the velocity, {NAMES[target]} {where[1]}: "
        notes.append(["mu", text + "the steps are the same as long as the rate does not change."])
    if method == "nag" and (source == "course") != (target == "course"):
        notes.append([1, "This course reports the point itself, the frameworks the point looked ahead to, x + mu v."])
    if offer.call.startswith("optax.chain(") and offer.kind == "shrunk":
        notes.append([1, "The last number is the rate times the decay: with a schedule, write it as one too."])
    return {"call": offer.call, "settings": settings, "limits": limits, "notes": notes, "guards": guards}


def _start(framework):
    name = NAMES[framework]
    return name if "." in name else name[0].upper() + name[1:]


def _reason(quantity, method, source, target, offer):
    """Why the target cannot have a quantity as the source has it."""
    here, there, title = NAMES[source], NAMES[target], METHODS[method]
    need = FIXED.get(offer.form, {}).get(quantity, 0)
    if quantity.startswith("eps"):
        place = PLACES[quantity.removeprefix("eps ")]
        if offer.form is adagrad_without_eps:
            return f"{there} has no eps in {title}, only the number its sum begins at; {here} has eps {place}."
        theirs = PLACES[_place(offer.form)] + (" as soon as there is momentum" if offer.form is rmsprop_either else "")
        text = f"{_start(source)} has eps {place}, {there} {theirs}: they agree only at eps = 0. "
        if "eps hat" in (quantity, f"eps {_place(offer.form)}"):
            text += "Beside the uncorrected root it acts as eps / sqrt(1 - beta2**t) outside: stronger at first, "
            return text + "the same after some thousand steps."
        return text + "Which number comes nearest depends on how large the slopes are."
    if quantity == "dampening":
        return f"{there} has no dampening. PyTorch damps every slope but the first, so no rate makes up for all of it."
    if quantity == "corrected":
        largest = {0: "uncorrected", 1: "corrected"}
        return (
            f"AMSGrad in {there} keeps the largest {largest[need]} average, in {here} the largest {largest[1 - need]} "
            "one: two methods under one name."
        )
    if quantity == "pace":
        fixed = "keeps beta1 constant" if need == STEADY else f"raises beta1 at the fixed pace {need:g}"
        return f"{there} {fixed} in Nadam, and that cannot be set."
    if quantity == "initial":
        what = "sum" if method == "adagrad" else "average"
        return f"{there} begins the {what} of {title} at {need:g}, and that cannot be set."
    if quantity in KINDS:
        if offer.kind is None:
            return f"{_start(target)} has no weight decay that is {KINDS[quantity]} in {title}."
        text = f"The decay is {KINDS[quantity]} in {here}, {KINDS[offer.kind]} in {there}: two methods, one name. "
        if method in ("momentum", "nag"):
            return text + "Under a steady pull, momentum makes what is added 1 / (1 - mu) times as strong."
        return text + "What is added is divided by the root as the slope is, so the number must be tuned anew."
    if quantity == "centered":
        return f"{there} has no centered {title}."
    return f"{there} has no momentum on top of {title}."


def plans(method, source, target):
    """How ``method`` is carried over: one plan for each way that the target offers, none where it has no such method."""
    return [_plan(method, source, target, offer) for offer in OFFERS[target].get(method, [])]


def missing(method, framework):
    """Why there is no plan at all."""
    return f"{_start(framework)} has no {METHODS[method]}."


def bounds(method, framework):
    """What each setting may be: from, to (``None``: no end), and whether these two are allowed."""
    of = {"lr": (0, None, False, False), "centered": (0, 1, True, True), "dampening": (0, 1, True, True)}
    of |= dict.fromkeys(("mu", "rho", "beta1", "beta2"), (0, 1, True, False))
    if method in ("momentum", "nag"):  # without, it is gradient descent, and PyTorch even drops its dampening
        of["mu"] = (0, 1, False, False)
    if (method, framework) == ("adagrad", "tf1"):
        of["initial"] = (0, None, False, False)
    if framework == "tfkeras" or method == "adadelta":  # the one reads 0 as its default, the other never moves at 0
        of["eps"] = (0, None, False, False)
    return {name: of.get(name, (0, None, True, False)) for name in hyperparameters(OFFERS[framework][method][0].rule)}


def complaint(name, value, low, high, from_low, to_high):
    """What is wrong with a setting, in one line; empty where nothing is."""
    above = value >= low if from_low else value > low
    below = value < math.inf if high is None else value <= high if to_high else value < high
    if above and below:
        return ""
    text = f"at least {low}" if from_low else f"more than {low}"
    text += "" if high is None else f" and at most {high}" if to_high else f" and less than {high}"
    return f"{name} must be a number, {text}."


# How far apart two calls are: both walk down the same slopes, at three sizes, and their steps are compared.
STEPS, SIZES, START = 200, (0.1, 1, 10), 0.1


def _unit_slopes():
    """Slopes of size 1 at each step of four weights: steady, drifting, only noise, and fading to a tenth."""
    draw = random.Random(1).random
    noise = np.array([[sum(draw() for _ in range(12)) - 6 for _ in range(4)] for _ in range(STEPS + 1)])
    fade = 10 ** -np.linspace(0, 1, STEPS + 1)
    slopes = np.array([1, 0.5, 0, 0.5]) + np.array([0.2, 0.9, 1, 0.9]) * noise
    slopes[:, 3] *= fade
    return slopes.round(3)


UNIT_SLOPES = _unit_slopes()


def steps_on(rule, settings, slope=0.01):
    """The 200 steps of ``rule`` where the slopes are given, whatever the point: shape (200, ..., 3, 4).

    Three sizes (a tenth of ``slope``, ``slope``, ten times as much) of four kinds of slopes. Settings may be arrays of
    shape (n, 1, 1). A step leads from where a slope is asked for to where the next one is.
    """
    asked = []
    x, memory = np.full((3, 4), START), ()
    for t, unit in enumerate(UNIT_SLOPES, 1):
        g = np.multiply.outer(np.array(SIZES) * slope, unit)

        def grad(at, g=g):
            asked.append(at)
            return g

        x, *memory = rule(x, grad, t, *memory, **settings)
    asked[0] = np.broadcast_to(asked[0], asked[-1].shape)
    return np.diff(asked, axis=0)


def apart(rule, settings, theirs, slope=0.01):
    """How far off a step is on average, as a share of ``theirs`` (``steps_on`` of the other rule): one for each size."""
    with np.errstate(all="ignore"):
        ours = steps_on(rule, settings, slope)
        theirs = theirs.reshape(STEPS, *(1,) * (ours.ndim - 3), 3, 4)
        gap = np.abs(ours - theirs).sum((0, -1)) / np.abs(theirs).sum((0, -1))
    return np.where(np.isnan(gap), np.inf, gap)


FROM_ONE = ("mu", "rho", "beta1", "beta2")  # what is changed by shares of its distance from 1
STRIDES = (70, 35, 18, 9, 4, 2, 1)  # in per cent, compounded: from twice as much to a hundredth more
STRIDE_PAIRS = [(k, j) for a, k in enumerate(STRIDES) for b, j in enumerate(STRIDES) if abs(a - b) <= 1]
MARGIN = 0.02  # a change has to gain this much
ROUNDS = 100


def _moved(name, value, k, digits):
    """A setting, ``k`` per cent larger (or nearer to 1), in so many digits."""
    if k == 0:
        return value
    if name in FROM_ONE:
        return 1 - float(f"{(1 - value) * 1.01**-k:.{digits}g}")
    return float(f"{value * 1.01**k:.{digits}g}")


def changes(settings):
    """How the search changes settings: each alone, then each two together, as numbers of per cent by name."""
    free = [name for name, value in settings.items() if name not in ("centered", "dampening") and value > TINY]
    alone = [{name: k * sign} for k in STRIDES for name in free for sign in (1, -1)]
    pairs = [
        {one: k * sign, other: j * turn}
        for k, j in STRIDE_PAIRS
        for i, one in enumerate(free)
        for other in free[:i]
        for sign in (1, -1)
        for turn in (1, -1)
    ]
    return [moves for moves in (alone, pairs) if moves]


def changed(settings, place, digits=6):
    """The settings, each by its number of per cent; ``None`` where that cannot be."""
    row = {name: _moved(name, value, place.get(name, 0), digits) for name, value in settings.items()}
    return row if all(0 < row[name] < 1 for name in FROM_ONE if place.get(name)) else None


def _nearest(rule, settings, any_eps, theirs, slope):
    """The settings that bring ``rule`` nearest to ``theirs``, beginning from ``settings``: a search, no formula.

    With ``any_eps`` first eps, in half powers of ten; then every setting, alone and in pairs, up and down by the
    ``STRIDES``, until nothing gains any more. Three digits are enough where more bring nothing.
    """

    def least(rows):
        columns = {name: np.array([row[name] for row in rows])[:, None, None] for name in settings}
        errors = apart(rule, columns, theirs, slope).mean(-1)
        i = int(errors.argmin())
        return rows[i], errors[i]

    best, error = least([settings])
    if any_eps and "eps" in settings:
        row, found = least([settings | {"eps": float(f"{digit}e-{k}")} for k in range(17) for digit in (3, 1)])
        if found < error * (1 - MARGIN):
            best, error = row, found
    base, place = best, {}
    for _ in range(ROUNDS):
        for moves in changes(base):
            places = [place | {name: place.get(name, 0) + k for name, k in move.items()} for move in moves]
            places = [at for at in places if changed(base, at)]
            row, found = least([changed(base, at) for at in places])
            if found < error * (1 - MARGIN):
                best, error = row, found
                place = next(at for at in places if changed(base, at) == row)
                break
        else:
            break
    short = changed(base, place, 3)
    return short if short and least([short])[1] < error * (1 + MARGIN) else best


class Translation(NamedTuple):
    """What ``translate`` returns.

    ``settings`` are the target's, by our names, and ``call`` is the code that sets them. Where ``exact``, they take the
    source's steps; else they are the nearest, and ``reasons`` say why there is nothing better. ``notes`` say what else
    to know. ``rule`` is what then runs: ``descend(rule, grad, start, steps, **settings)``. ``apart`` says how far off a
    step is on average, as a share of the source's, at slopes a tenth as large as ``slope``, as large, and ten times as
    large; ``unsearched`` is the mean of the three with the numbers as they were before the search. Without any such
    method in the target, ``settings``, ``call`` and ``rule`` are ``None``.
    """

    settings: dict | None
    call: str | None
    exact: bool
    reasons: tuple
    notes: tuple
    rule: Callable | None
    apart: tuple = (0.0, 0.0, 0.0)
    unsearched: float = 0.0


def translate(method, source, target, *, slope=0.01, **settings):
    """The settings with which ``target`` takes the steps that ``source`` takes with ``settings``.

    ``method`` is the name of a rule, such as ``"adam"``; ``source`` and ``target`` are ``"torch"``, ``"keras"``,
    ``"tfkeras"``, ``"optax"``, ``"tf1"`` or ``"course"``. ``settings`` have our names; those left out are the source's
    own defaults. Where there are no such settings, the nearest depend on how large the slopes are: about ``slope``.
    Returns a ``Translation``. Raises ``ValueError`` or ``TypeError`` for what does not exist or cannot be.

    >>> translate("adam", "torch", "optax", lr=0.01).call
    'optax.adam(0.01, b1=0.9, b2=0.999, eps=1e-08)'
    """
    for framework in (source, target):
        if framework not in OFFERS:
            raise ValueError(f"unknown framework {framework!r}; use {', '.join(OFFERS)}")
    if method not in OFFERS[source]:
        known = ", ".join(OFFERS[source])
        raise ValueError(missing(method, source) if method in METHODS else f"unknown method {method!r}; use {known}")
    if text := complaint("slope", _number("slope", slope), *SLOPE):
        raise ValueError(f"slope is {slope!r}; {text[:-1]}")
    settings = _filled(method, source, settings)
    if not (found := plans(method, source, target)):
        return Translation(None, None, False, (missing(method, target),), (), None)

    def holding(conditions):
        return tuple(text for test, text in conditions if abs(_value(test, settings)) > TINY)

    best = min(found, key=lambda plan: len(holding(plan["limits"])))
    rule = OFFERS[target][method][found.index(best)].rule
    new = {name: float(_value(expression, settings)) for name, expression in best["settings"].items()}
    reasons, notes = holding(best["limits"]), holding(best["notes"])
    if not reasons:
        return Translation(new, written(best["call"], new), True, (), notes, rule)
    theirs = steps_on(OFFERS[source][method][0].rule, settings, slope)
    any_eps = any(abs(_value(best["limits"][i][0], settings)) > TINY for i in best["guards"])
    nearest = _nearest(rule, new, any_eps, theirs, slope)
    far = tuple(apart(rule, nearest, theirs, slope).tolist())
    before = float(apart(rule, new, theirs, slope).mean())
    return Translation(nearest, written(best["call"], nearest), False, reasons, notes, rule, far, before)


SLOPE = (0, None, False, False)


def _number(name, value):
    """``value`` where it is a number; what is none is not a number."""
    return value if isinstance(value, Real) and (name == "centered" or not isinstance(value, bool)) else math.nan


def _filled(method, framework, given):
    """The settings, checked, with the framework's defaults for those not given."""
    limits, asked = bounds(method, framework), ASKED.get((framework, method), set()) - set(given)
    for name in given:
        if name not in limits:
            raise TypeError(f"{METHODS[method]} in {NAMES[framework]} has no {name!r}; it has {', '.join(limits)}")
    settings = hyperparameters(OFFERS[framework][method][0].rule) | given
    for name, value in settings.items():
        if text := complaint(name, _number(name, value), *limits[name]):
            raise ValueError(f"{name} is {value!r}; {text[:-1]}")
    if asked:
        raise TypeError(f"{NAMES[framework]} has no default for {', '.join(sorted(asked))}; give it a value")
    return {name: float(value) for name, value in settings.items()}


def written(call, settings):
    """The call with its numbers; ``centered`` is yes or no, and a beta of 0 is written 0.0, for PyTorch."""
    texts = {name: str(bool(value)) if name == "centered" else f"{value:.12g}" for name, value in settings.items()}
    texts |= {name: "0.0" for name in ("beta1", "beta2") if settings.get(name) == 0}
    return call.format(**texts)
