"""How a setting is carried from one framework to another, as data that Python and the page's script both carry out.

The same settings are written in every framework as *quantities*: mostly the setting itself, but ``eps`` is one of
three, by its place, and ``decay`` one of two, by what it does. A call sets some quantities and fixes the others, most
of them at 0. Where all quantities of two calls are the same, so are the steps; where one cannot be, the nearest
settings are searched for, by walking down the same slopes.
"""

import math
import operator

from descent.frameworks.calls import METHODS, NAMES, OFFERS
from descent.frameworks.rules import (
    adagrad_inside,
    adagrad_without_eps,
    adam_hat,
    adamw_hat,
    amsgrad_corrected,
    amsgrad_hat,
    nadam_hurried,
    nag_inside,
    rmsprop_begun,
    rmsprop_begun_outside,
    rmsprop_either,
    rmsprop_from_one,
    rmsprop_inside,
)
from descent.notes import hyperparameters
from descent.rules import adadelta, momentum, nadam, nag, sgd

STEADY = 1e9  # a pace so fast that Nadam's beta1 is all there from the first step on; so is any from 1000 on
LEAST = 1e-30  # stands for 0 where a framework refuses it or reads it as its default
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


def worked_out(expression, settings):
    """The number that an expression is with these settings."""
    if isinstance(expression, list):
        name, *parts = expression
        return OPERATORS[name](*(worked_out(part, settings) for part in parts))
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
