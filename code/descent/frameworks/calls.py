"""How a rule is set up in each framework: the calls, every one with what then runs."""

from collections.abc import Callable
from typing import NamedTuple

from descent.frameworks.entries import CONVENTIONS, DECAY, FORMS, FRAMEWORKS, entry
from descent.frameworks.rules import nadam_paced, rmsprop_begun_outside, rmsprop_inside
from descent.notes import hyperparameters
from descent.rules import CARDS, RULES, adam, adamw, amsgrad

# The calls that set an entry of CONVENTIONS up, with {our names} for its settings.
CALLS = {
    framework: {card.name: card.frameworks[framework].call for card in CARDS if framework in card.frameworks}
    for framework in FRAMEWORKS
}
# What frameworks call our NAG; the other names are the cards'.
METHODS = {card.name: card.sentence for card in CARDS if card.frameworks} | {"nag": "Nesterov's momentum"}


class Offer(NamedTuple):
    """One way to set a method up: the rule that then runs, its formula, what ``decay`` does in it, and the call."""

    rule: Callable
    form: Callable
    kind: str | None
    call: str


def _first_offers():
    """Each framework's own way by framework and method; ``course`` is this course."""
    offers = {"course": {}}
    for method in METHODS:
        rule = RULES[method]
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
        rule = form if framework == "course" else entry(framework, method, form, kind, {})
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


def written(call, settings):
    """The call with its numbers; ``centered`` is yes or no, and a beta of 0 is written 0.0, for PyTorch."""
    texts = {name: str(bool(value)) if name == "centered" else f"{value:.12g}" for name, value in settings.items()}
    texts |= {name: "0.0" for name in ("beta1", "beta2") if settings.get(name) == 0}
    return call.format(**texts)
