"""The calculator: one framework's settings, and those with which another takes the same steps.

``descent.conventions`` decides; what it finds goes to the page as data, which ``calculator.js`` carries out.
"""

import json
from functools import lru_cache
from textwrap import fill

import anywidget
import traitlets

from descent import widgets
from descent.conventions import ASKED, METHODS, NAMES, OFFERS, bounds, complaint, missing, plans, translate
from descent.runs import hyperparameters

LABELS = {
    "lr": "rate",
    "mu": "momentum",
    "dampening": "dampening",
    "rho": "memory of squares",
    "beta1": "memory of slopes",
    "beta2": "memory of squares",
    "eps": "guard against 0",
    "initial": "where memory begins",
    "pace": "pace of beta1",
    "centered": "less the mean slope",
    "decay": "weight decay",
}
MOMENTUM = 0.9  # shown first where the framework's own default is none


class Calculator(anywidget.AnyWidget):
    """Carry settings from one framework to another, on the page or in a notebook.

    ``method``, ``source`` and ``target`` are names as in ``conventions.translate``; ``settings`` are the source's, the
    defaults where not given. All four can be read and set at any time.
    """

    _esm = widgets.source("calculator.js")
    _css = widgets.source("calculator.css")

    method = traitlets.Enum(list(METHODS)).tag(sync=True)
    source = traitlets.Enum(list(OFFERS)).tag(sync=True)
    target = traitlets.Enum(list(OFFERS)).tag(sync=True)
    settings = traitlets.Dict().tag(sync=True)
    _data = traitlets.Unicode().tag(sync=True)

    def __init__(self, method="adam", source="torch", target="keras", **settings):
        translate(method, source, target, **(usual(method, source) | settings))
        super().__init__(_data=data(), method=method, source=source, target=target, settings=settings)

    def _repr_mimebundle_(self, **options):
        return widgets.bundle(super()._repr_mimebundle_(**options), {}, str(self))

    def __repr__(self):
        return f"Calculator: {METHODS[self.method]} from {NAMES[self.source]} to {NAMES[self.target]}"

    def __str__(self):
        """The question and the answer, as they stand."""
        if self.method not in OFFERS[self.source]:
            return missing(self.method, self.source)
        first = usual(self.method, self.source)
        given = first | {name: value for name, value in self.settings.items() if name in first}
        own, answer = (translate(self.method, self.source, end, **given) for end in (self.source, self.target))
        found = ["takes the same steps as" if answer.exact else "is nearest to", answer.call] if answer.call else []
        return "\n".join([own.call, *found, *(fill(text, 80) for text in answer.reasons + answer.notes)])


def usual(method, framework):
    """What the fields hold at first: the framework's defaults, and something where it has none."""
    offers = OFFERS.get(framework, {}).get(method)
    settings = hyperparameters(offers[0].rule) if offers else {}
    return settings | ({"mu": MOMENTUM} if offers and method in ("momentum", "nag") else {})


@lru_cache(maxsize=1)
def data():
    """Everything that the page needs, as JSON; texts stand in a list of their own and are referred to by number."""
    texts = {}

    def number(text):
        return texts.setdefault(text, len(texts))

    def numbered(plan):
        conditions = {
            key: [[test, number(text)] for test, text in plan[key]] for key in ("limits", "notes") if plan[key]
        }
        settings = {name: e for name, e in plan["settings"].items() if e != name}
        return {"call": number(plan["call"]), "settings": settings} | conditions

    fields = {
        framework: {method: fields_of(method, framework) for method in methods} for framework, methods in OFFERS.items()
    }
    found = {
        f"{method} {source} {target}": [numbered(plan) for plan in plans(method, source, target)]
        for source, methods in OFFERS.items()
        for method in methods
        for target in OFFERS
    }
    absent = {f"{m} {f}": missing(m, f) for f in OFFERS for m in METHODS if m not in OFFERS[f]}
    content = {"methods": METHODS, "frameworks": NAMES, "fields": fields, "plans": found, "missing": absent}
    return json.dumps(content | {"texts": list(texts)}, separators=(",", ":"))


def fields_of(method, framework):
    """The fields for a framework's settings: name, label, first value, whether it is asked for, bounds, complaint."""
    values, asked = usual(method, framework), ASKED.get((framework, method), ())
    return [
        [name, LABELS[name], values[name], name in asked, limits, complaint(name, float("nan"), *limits)]
        for name, limits in bounds(method, framework).items()
    ]
