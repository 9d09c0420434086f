"""Each framework's rules with its own defaults, and what weight decay means there; ``descent.conventions`` offers them."""

from functools import update_wrapper
from inspect import Parameter, signature
from types import FunctionType

from descent import rules as ours
from descent.frameworks import rules as theirs
from descent.rules import CARDS

FRAMEWORKS = ("torch", "keras", "tfkeras", "optax", "tf1")


def formula(card, name):
    """The formula that a card names: one of the frameworks', or one of ours."""
    form = vars(theirs).get(name) or vars(ours).get(name)
    if form is None:
        raise ValueError(
            f"the card of {card.name} names {name!r}, a formula that is neither in rules nor in frameworks.rules"
        )
    return form


def _of(framework):
    return [(card, card.frameworks[framework]) for card in CARDS if framework in card.frameworks]


# Which formula a framework's method is, and the framework's defaults where they are not the formula's own.
FORMS = {
    framework: {
        card.name: (formula(card, form), {name: value for name, value in defaults.items() if value is not None})
        for card, (form, _, defaults) in _of(framework)
    }
    for framework in FRAMEWORKS
}
# What a framework has no default for and asks for. Here the formula's own default stands.
ASKED = {
    (framework, card.name): {name for name, value in convention.defaults.items() if value is None}
    for framework in FRAMEWORKS
    for card, convention in _of(framework)
}


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


def entry(framework, method, form, kind, defaults):
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
        method: entry(framework, method, form, None if method == "adamw" else DECAY.get(framework), defaults)
        for method, (form, defaults) in forms.items()
    }
    for framework, forms in FORMS.items()
}
