"""The calculator: one framework's settings, and those with which another takes the same steps.

``descent.conventions`` decides; what it finds goes to the page as data, which ``calculator/main.js`` carries out.
"""

import json
import math
from functools import lru_cache
from numbers import Real
from textwrap import fill

import anywidget
import numpy as np
import traitlets

from descent import widgets
from descent.conventions import translate
from descent.errors import told
from descent.frameworks.calls import METHODS, NAMES, OFFERS
from descent.frameworks.entries import ASKED
from descent.frameworks.nearest import SIZES, START, UNIT_SLOPES
from descent.frameworks.plans import bounds, complaint, missing, plans
from descent.frameworks.translate import SLOPE
from descent.notes import hyperparameters
from descent.tracing import trace

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
NEAR = 0.1  # a step this far off is near no more
MOMENTUM = 0.9  # shown first where the framework's own default is none


def programs():
    """The formulas as JavaScript: what the page's search for the nearest settings walks with."""
    forms = {offer.form for methods in OFFERS.values() for offers in methods.values() for offer in offers}
    texts = []
    for form in sorted(forms, key=lambda form: form.__name__):
        step, memory = trace(form)
        step = "\n".join(f"    {line.strip()}" for line in step.splitlines())
        texts.append(f"  {form.__name__}: {{\n    memory: {memory},\n{step},\n  }}")
    return "export const FORMS = {\n" + ",\n".join(texts) + "\n};\n"


class Calculator(anywidget.AnyWidget):
    """Carry settings from one framework to another, on the page or in a notebook.

    ``method``, ``source`` and ``target`` are names as in ``conventions.translate``; ``settings`` are the source's, the
    defaults where not given; ``slope`` is how large the slopes are, on which the nearest settings depend. All five can
    be read and set at any time.
    """

    _esm = widgets.source("calculator/main.js", given={"calculator/forms.js": programs()})
    _css = widgets.style("boxes.css", "calculator.css")

    method = traitlets.Enum(list(METHODS)).tag(sync=True)
    source = traitlets.Enum(list(OFFERS)).tag(sync=True)
    target = traitlets.Enum(list(OFFERS)).tag(sync=True)
    settings = traitlets.Dict().tag(sync=True)
    slope = traitlets.Float(0.01).tag(sync=True)
    _data = traitlets.Unicode().tag(sync=True)

    @told
    def __setattr__(self, name, value):
        instead = f"it is a setting: figure.settings = {{{name!r}: {value!r}}}" if name in LABELS else ""
        widgets.check_attribute(self, name, instead)
        super().__setattr__(name, widgets.plain(value))

    @told
    def __init__(
        self,
        method: str = "adam",
        source: str = "torch",
        target: str = "keras",
        *,
        slope: float = 0.01,
        **settings: float,
    ):
        translate(method, source, target, slope=slope, **(usual(method, source) | settings))
        super().__init__(_data=data(), method=method, source=source, target=target, slope=slope, settings=settings)

    @traitlets.validate("settings")
    def _check_settings(self, proposal):
        """What the framework has must be right; what it has not waits for one that has it."""
        limits = bounds(self.method, self.source) if self.method in OFFERS[self.source] else {}
        for name in limits.keys() & proposal.value.keys():
            _check(name, proposal.value[name], limits[name])
        return proposal.value

    @traitlets.validate("slope")
    def _check_slope(self, proposal):
        _check("slope", proposal.value, SLOPE)
        return proposal.value

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
        ends = (self.source, self.target)
        own, answer = (translate(self.method, self.source, end, slope=self.slope, **given) for end in ends)
        if not answer.call:
            return "\n".join([own.call, *answer.reasons])
        error = sum(answer.apart) / 3
        says = "takes the same steps as" if answer.exact else "is nearest to" if error < NEAR else "is least far from"
        far = () if answer.exact else (measured(answer, self.slope),)
        return "\n".join(
            [own.call, says, answer.call, *(fill(text, 80) for text in answer.reasons + far + answer.notes)]
        )


def _check(name, value, limits):
    if text := complaint(name, value if isinstance(value, Real) else math.nan, *limits):
        raise traitlets.TraitError(f"{name} is {value!r}; {text[:-1]}")


def percent(share):
    """A share in per cent, in two digits."""
    if share == np.inf:
        return "without measure"
    text = np.format_float_positional(float(f"{100 * share:.2g}"), trim="-")
    return "less than 0.000001 %" if share < 1e-8 else f"{text} %"


def measured(answer, slope):
    """How far off the nearest settings are."""
    sizes = ", ".join(f"{size * slope:.12g}" for size in SIZES)
    return (
        f"Over 200 steps on the same slopes, of size {sizes}, a step is on average "
        f"{', '.join(map(percent, answer.apart))} off. With the numbers left as they are: {percent(answer.unsearched)}."
    )


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

    def numbered(plan, offer):
        conditions = {
            key: [[test, number(text)] for test, text in plan[key]] for key in ("limits", "notes") if plan[key]
        }
        conditions |= {"guards": plan["guards"]} if plan["guards"] else {}
        settings = {name: e for name, e in plan["settings"].items() if e != name}
        return {"call": number(plan["call"]), "settings": settings, "rule": program(offer)} | conditions

    fields = {
        framework: {method: fields_of(method, framework) for method in methods} for framework, methods in OFFERS.items()
    }
    found = {
        f"{method} {source} {target}": [
            numbered(*pair) for pair in zip(plans(method, source, target), OFFERS[target].get(method, ()), strict=True)
        ]
        for source, methods in OFFERS.items()
        for method in methods
        for target in OFFERS
    }
    absent = {f"{m} {f}": missing(m, f) for f in OFFERS for m in METHODS if m not in OFFERS[f]}
    origins = {f"{m} {f}": program(offers[0]) for f, methods in OFFERS.items() for m, offers in methods.items()}
    content = {"methods": METHODS, "frameworks": NAMES, "fields": fields, "plans": found, "missing": absent}
    content |= {"origins": origins, "slopes": UNIT_SLOPES.tolist(), "sizes": SIZES, "start": START}
    return json.dumps(content | {"texts": list(texts)}, separators=(",", ":"))


def program(offer):
    """The formula that an offer walks with, and what the decay beside it does."""
    return [offer.form.__name__, None if "decay" in hyperparameters(offer.form) else offer.kind]


def fields_of(method, framework):
    """The fields for a framework's settings: name, label, first value, whether it is asked for, bounds, complaint."""
    values, asked = usual(method, framework), ASKED.get((framework, method), ())
    return [
        [name, LABELS[name], values[name], name in asked, limits, complaint(name, float("nan"), *limits)]
        for name, limits in bounds(method, framework).items()
    ]
