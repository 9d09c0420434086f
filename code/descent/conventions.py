"""The rules as the frameworks define them, each with its own defaults: ``CONVENTIONS["keras"]["adam"]``.

An entry is a rule as in ``descent.rules``: ``x, *memory = rule(x, grad, t, *memory, **hyperparameters)``. Its
hyperparameters keep the names of this course. Given the same numbers it takes the steps of PyTorch 2.13 (``torch``),
Keras 3.15 (``keras``, which is also ``tf.keras``), optax 0.2.8 (``optax``) and TensorFlow 2.21's ``tf.compat.v1.train``
(``tf1``), to 1e-12; ``tests/test_conventions.py`` compares them. Where a framework has no such method, there is no entry.

Memory starts at zero here too. Where a framework starts it elsewhere, the rule adds what is missing. All four report
Nesterov's look-ahead point, ``x + mu * v`` of ``nag``, and so do these entries.
"""

import math
import operator
from collections.abc import Callable
from functools import update_wrapper
from inspect import Parameter, signature
from numbers import Real
from types import FunctionType
from typing import NamedTuple

import numpy as np

from descent.rules import RULES, adadelta, adam, adamw, amsgrad, momentum, nadam, nag, sgd
from descent.runs import hyperparameters


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
# of them at 0. So a translation writes down the source's quantities and reads off what the target can set; where the
# target fixes a quantity at another value, there is no exact one.

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
    more("optax", "rmsprop", rmsprop_begun_outside, None, optax["rmsprop"][0].call[:-1] + ", eps_in_sqrt=False)")
    for method in optax:
        for _, form, _, call in list(optax[method]) if method != "adamw" else ():
            more("optax", method, form, "added", f"optax.chain(optax.add_decayed_weights({{decay}}), {call})")
            last = f"optax.chain({call}, optax.add_decayed_weights(-{{lr}} * {{decay}}))"
            more("optax", method, form, "shrunk", optax["adamw"][0].call if method == "adam" else last)
    return offers


OFFERS = _all_offers()
NAMES = {"course": "this course", "torch": "PyTorch", "keras": "Keras", "optax": "optax", "tf1": "TensorFlow 1"}
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
LEAST = 1e-30  # the smallest beginning for a sum that has to be positive
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
RATE_INSIDE = {momentum, nag, nag_inside, rmsprop_inside, rmsprop_begun, rmsprop_begun_outside, rmsprop_from_one}


def _place(offer):
    return "inside" if offer.form in INSIDE else "hat" if offer.form in HAT else "outside"


def _quantities(offer):
    """What the call sets, as setting to quantity."""
    decay = "added" if offer.form is sgd else offer.kind  # for gradient descent the two are one
    own = {"eps": f"eps {_place(offer)}", "decay": decay}
    return {name: own.get(name, name) for name in hyperparameters(offer.rule)}


# A plan is data that Python and the page's script both carry out. Its expressions are a number, the name of a setting,
# or [operator, a, b]; a condition holds where its expression is not 0.
OPERATORS = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "**": operator.pow,
    "<": operator.lt,
    "max": max,
}


def _value(expression, settings):
    if isinstance(expression, list):
        name, *parts = expression
        return OPERATORS[name](*(_value(part, settings) for part in parts))
    return settings[expression] if isinstance(expression, str) else expression


def _plan(method, source, target, offer):
    """How the call of ``offer`` takes the source's steps: the call's settings as expressions, and what stands against it.

    ``limits`` are conditions with a reason each: where one holds, no setting gives the same steps, and ``settings``
    are the nearest. ``notes`` are conditions with something to know each.
    """
    origin = OFFERS[source][method][0]
    given = {quantity: name for name, quantity in _quantities(origin).items()} | FIXED.get(origin.form, {})
    wanted, fixed = _quantities(offer), FIXED.get(offer.form, {})
    settings = {name: given.get(quantity, 0) for name, quantity in wanted.items()}
    limits, notes = [], []
    for quantity in [q for q in given | fixed if q not in wanted.values()]:
        have, need = given.get(quantity, 0), fixed.get(quantity, 0)
        if quantity.startswith("eps") and offer.form is adagrad_without_eps and origin.form is not offer.form:
            inside = quantity == "eps inside"
            settings["initial"] = ["+", settings["initial"], "eps" if inside else ["**", "eps", 2]]
            if inside:
                continue  # the sum starts where eps would have lifted it to: exact
        elif quantity.startswith("eps"):
            power = {("outside", "inside"): 2, ("inside", "outside"): 0.5}.get((_place(origin), _place(offer)), 1)
            settings["eps"] = ["**", "eps", power]
        elif quantity == "dampening":
            settings["lr"] = ["*", "lr", ["-", 1, "dampening"]]
        elif quantity in KINDS and "decay" in wanted:
            share = ["/" if quantity == "added" else "*", "decay", ["-", 1, "mu"]]
            settings["decay"] = share if method in ("momentum", "nag") else "decay"
        test = ["<", have, 1000] if need == STEADY else ["-", have, need]
        if not isinstance(have, str):
            test = int(have != need)
        if test:
            limits.append([test, _reason(quantity, method, source, target, offer)])
    if offer.form is adagrad_without_eps:
        limits.append([["<", settings["initial"], LEAST], f"{_start(target)} wants its sum to begin above 0."])
        settings["initial"] = ["max", settings["initial"], LEAST]
    if "mu" in given and "mu" in wanted and (origin.form in RATE_INSIDE) != (offer.form in RATE_INSIDE):
        where = ("inside", "outside") if origin.form in RATE_INSIDE else ("outside", "inside")
        text = f"{_start(source)} keeps the rate {where[0]} the velocity, {NAMES[target]} {where[1]}: "
        notes.append(["mu", text + "the steps are the same as long as the rate does not change."])
    if method == "nag" and (source == "course") != (target == "course"):
        notes.append([1, "This course reports the point itself, the frameworks the point looked ahead to, x + mu v."])
    if offer.call.startswith("optax.chain(") and offer.kind == "shrunk":
        notes.append([1, "The last number is the rate times the decay: with a schedule, write it as one too."])
    return {"call": offer.call, "settings": settings, "limits": limits, "notes": notes}


def _start(framework):
    return NAMES[framework][0].upper() + NAMES[framework][1:]


def _reason(quantity, method, source, target, offer):
    """Why the target cannot have a quantity as the source has it."""
    here, there, title = NAMES[source], NAMES[target], METHODS[method]
    need = FIXED.get(offer.form, {}).get(quantity, 0)
    if quantity.startswith("eps"):
        place = PLACES[_place(OFFERS[source][method][0])]
        if offer.form is adagrad_without_eps:
            return f"{there} has no eps in {title}, only the number its sum begins at; {here} has eps {place}."
        text = f"{_start(source)} has eps {place}, {there} {PLACES[_place(offer)]}: they agree only at eps = 0. "
        if "eps hat" in (quantity, f"eps {_place(offer)}"):
            return text + "Beside the uncorrected root it acts as eps / sqrt(1 - beta2**t) outside: stronger at first."
        return text + "Squared on its way inside, it guards against equally small slopes."
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


class Translation(NamedTuple):
    """What ``translate`` returns.

    ``settings`` are the target's, by our names, and ``call`` is the code that sets them. Where ``exact``, they take the
    source's steps; else they are the nearest, and ``reasons`` say why there is nothing better. ``notes`` say what else
    to know. ``rule`` is what then runs: ``descend(rule, grad, start, steps, **settings)``. Without any such method in
    the target, ``settings``, ``call`` and ``rule`` are ``None``.
    """

    settings: dict | None
    call: str | None
    exact: bool
    reasons: tuple
    notes: tuple
    rule: Callable | None


def translate(method, source, target, **settings):
    """The settings with which ``target`` takes the steps that ``source`` takes with ``settings``.

    ``method`` is the name of a rule, such as ``"adam"``; ``source`` and ``target`` are ``"torch"``, ``"keras"``,
    ``"optax"``, ``"tf1"`` or ``"course"``. ``settings`` have our names; those left out are the source's own defaults.
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
    settings = _filled(method, source, settings)
    if not (found := plans(method, source, target)):
        return Translation(None, None, False, (missing(method, target),), (), None)

    def holding(conditions):
        return tuple(text for test, text in conditions if _value(test, settings))

    best = min(found, key=lambda plan: len(holding(plan["limits"])))
    rule = OFFERS[target][method][found.index(best)].rule
    new = {name: _value(expression, settings) for name, expression in best["settings"].items()}
    reasons = holding(best["limits"])
    return Translation(new, written(best["call"], new), not reasons, reasons, holding(best["notes"]), rule)


def _filled(method, framework, given):
    """The settings, checked, with the framework's defaults for those not given."""
    limits, asked = bounds(method, framework), ASKED.get((framework, method), set()) - set(given)
    for name in given:
        if name not in limits:
            raise TypeError(f"{METHODS[method]} in {NAMES[framework]} has no {name!r}; it has {', '.join(limits)}")
    settings = hyperparameters(OFFERS[framework][method][0].rule) | given
    for name, value in settings.items():
        number = isinstance(value, Real) and (name == "centered" or not isinstance(value, bool))
        if text := complaint(name, value if number else math.nan, *limits[name]):
            raise ValueError(f"{name} is {value!r}; {text[:-1]}")
    if asked:
        raise TypeError(f"{NAMES[framework]} has no default for {', '.join(sorted(asked))}; give it a value")
    return {name: float(value) for name, value in settings.items()}


def written(call, settings):
    """The call with its numbers; ``centered`` is yes or no."""
    texts = {name: str(bool(value)) if name == "centered" else f"{value:.12g}" for name, value in settings.items()}
    return call.format(**texts)
