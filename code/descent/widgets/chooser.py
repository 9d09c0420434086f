"""A figure with knobs: one to three sliders or rows of buttons choose among drawings that Python has computed.

Nothing is computed in the browser: every combination is drawn once in Python, its numbers are rounded and stored, and
``chooser/main.js`` shows the one that is chosen. So what moves under the mouse is a real run.
"""

import itertools
import json
import math
import re
from collections.abc import Callable, Sequence
from numbers import Real

import anywidget
import numpy as np
import traitlets

from descent import draw, widgets
from descent.errors import told

DIGITS = 4  # significant digits of the numbers that are stored
MOST = 400  # combinations


class Chooser(anywidget.AnyWidget):
    """Sliders and buttons choose among drawings of real runs.

    ``picture`` is a function that returns a drawing: ``draw.lines``, ``draw.losses``, ``draw.bars``,
    ``draw.histogram`` or ``draw.heat``, or up to three of them side by side (``draw.row``). Its ``alt`` is the
    sentence below the figure, so let it say what this very choice shows, with the number.
    ``knobs`` maps one to three labels to the values to choose from. Numbers become a slider, texts a row of buttons.
    ``picture`` is called once for every combination, with the values in the order of the knobs.

    An axis without limits of its own has the same ones for all choices, so that what moves is the run. Give ``xlim``
    or ``ylim`` to a drawing to decide otherwise. ``chips=True`` puts a legend above the figure whose chips switch
    curves or bars on and off. ``chosen`` (the values, in the order of the knobs) can be given, read and set.

    Example::

        def picture(rate, rule):
            losses = races.losses(descend(RULES[rule], ravine.grad, ravine.start, 60, lr=rate), ravine)
            return draw.losses({rule: losses}, alt=f"After 60 steps the loss is {losses[-1]:.2g}.")

        Chooser(picture, {"learning rate": [0.01, 0.1, 1], "rule": ["sgd", "momentum"]}, chosen=(0.1, "sgd"))
    """

    _esm = widgets.source("chooser/main.js")
    _css = widgets.style("boxes.css", "explorer.css", "charts.css")

    chosen = traitlets.List().tag(sync=True)
    _figure = traitlets.Unicode().tag(sync=True)

    @told
    def __setattr__(self, name, value):
        knob = not name.startswith("_") and name in self._knobs
        widgets.check_attribute(self, name, f"it is a knob: figure.chosen = {self.chosen!r}" if knob else "")
        super().__setattr__(name, widgets.plain(value))

    @told
    def __init__(
        self,
        picture: Callable[..., draw.Drawing],
        knobs: dict[str, Sequence],
        *,
        chosen: Sequence | None = None,
        chips: bool = False,
    ):
        self._knobs = _knobs(knobs)
        choices = list(itertools.product(*self._knobs.values()))
        if len(choices) > MOST:
            raise ValueError(f"these knobs have {len(choices)} combinations; offer fewer values, {MOST} at most")
        self._drawings = {choice: _drawing(picture, choice) for choice in choices}
        _same_panels(self._drawings)
        chosen = list(choices[0] if chosen is None else chosen)
        super().__init__(_figure=_text(self._knobs, self._drawings.values(), chips), chosen=chosen)

    @traitlets.validate("chosen")
    def _check_chosen(self, proposal):
        chosen = list(proposal.value)
        if len(chosen) != len(self._knobs):
            raise traitlets.TraitError(f"chosen is {chosen!r}; give one value for each of {', '.join(self._knobs)}")
        return [
            _offered(value, label, values) for value, (label, values) in zip(chosen, self._knobs.items(), strict=True)
        ]

    @property
    def drawing(self) -> draw.Drawing:
        """The drawing that is shown, as ``picture`` returned it."""
        return self._drawings[tuple(self.chosen)]

    def _repr_mimebundle_(self, **options):
        return widgets.bundle(super()._repr_mimebundle_(**options), {"image/svg+xml": self.drawing.svg()}, str(self))

    def __repr__(self):
        values = ", ".join(f"{label} {_said(value)}" for label, value in zip(self._knobs, self.chosen, strict=True))
        return f"{values[0].upper()}{values[1:]}: {_raised(self.drawing.alt).removesuffix('.')}"

    __str__ = __repr__


# -- what is given


def _knobs(knobs):
    if not isinstance(knobs, dict) or not 1 <= len(knobs) <= 3:
        raise ValueError("knobs must be a dict of one to three labels and their values, such as {'depth': [2, 5, 10]}")
    return {label: _values(label, values) for label, values in knobs.items()}


def _values(label, values):
    if not isinstance(label, str) or not label.strip():
        raise ValueError(f"a knob is called {label!r}; give it a label in words")
    values = [value.item() if isinstance(value, np.generic) else value for value in values]
    numbers = all(isinstance(v, Real) and not isinstance(v, bool) and math.isfinite(v) for v in values)
    if not numbers and not all(isinstance(v, str) and v for v in values):
        raise ValueError(f"{label} offers {values!r}; give numbers for a slider, or texts for buttons")
    if len(values) < 2 or len(set(values)) < len(values):
        raise ValueError(f"{label} offers {values!r}; give at least two values, all different")
    return sorted(values) if numbers else values


def _offered(value, label, values):
    for offered in values:
        if value == offered or (isinstance(value, Real) and isinstance(offered, Real) and math.isclose(value, offered)):
            return offered
    raise traitlets.TraitError(f"{label} has no choice {value!r}; use {', '.join(map(_said, values))}")


def _drawing(picture, choice):
    drawing, said = picture(*choice), ", ".join(map(_said, choice))
    if not isinstance(drawing, draw.Drawing):
        raise TypeError(f"picture({said}) returned {type(drawing).__name__}; it must return a drawing")
    if len(drawing.panels) != len(drawing.painters):
        raise TypeError(f"picture({said}): a Chooser shows draw.lines, draw.losses, bars, histogram and heat only")
    if not 1 <= len(drawing.panels) <= 3:
        raise ValueError(f"picture({said}) has {len(drawing.panels)} panels; a Chooser shows one to three")
    return drawing


def _same_panels(drawings):
    kinds = {choice: [panel["kind"] for panel in drawing.panels] for choice, drawing in drawings.items()}
    first, *others = kinds
    for choice in others:
        if kinds[choice] != kinds[first]:
            raise ValueError(
                f"picture({', '.join(map(_said, choice))}) shows {', '.join(kinds[choice])}, "
                f"but picture({', '.join(map(_said, first))}) shows {', '.join(kinds[first])}"
            )


# -- what is stored


def _text(knobs, drawings, chips):
    """The whole figure as JSON; equal rows of numbers are stored once, in ``rows``."""
    rows = {}
    pictures = [
        {"words": _raised(drawing.alt), "panels": [_named_panel(panel, rows) for panel in drawing.panels]}
        for drawing in drawings
    ]
    offered = [
        {"label": label, "slider": not isinstance(values[0], str), "values": values, "texts": _texts(values)}
        for label, values in knobs.items()
    ]
    figure = {"knobs": offered, "chips": bool(chips), "rows": list(map(json.loads, rows)), "pictures": pictures}
    return json.dumps(figure, ensure_ascii=False, separators=(",", ":"))


def _named_panel(panel, rows):
    """A panel with a name for those who do not see it: its own, or, where that is one word, what it shows."""
    name, across = panel.get("title") or panel.get("ylabel") or panel["kind"], panel.get("xlabel")
    shows = f"{name} against {across}" if across else name
    return _panel(panel, rows) | {"alt": _raised(panel["alt"] if len(panel["alt"].split()) > 1 else shows)}


def _panel(panel, rows):
    """A panel as plain JSON: its parts under their names, arrays as places in ``rows``."""

    def kept(value):
        return rows.setdefault(json.dumps(_rounded(value), separators=(",", ":")), len(rows))

    stored = {key: value for key, value in panel.items() if key not in ARRAYS and value is not None}
    stored |= {key: _named(panel[key]) for key in ("levels", "stops") if key in panel}
    stored |= {key: _rounded(panel[key]) for key in ("xlim", "ylim", "limits") if panel.get(key) is not None}
    stored |= {key: [_series(one, kept) for one in panel[key]] for key in ("curves", "bars") if key in panel}
    if panel["kind"] == "lines":
        stored["labelled"] = len(panel["curves"]) > 1 or any(one["name"] in draw.LOOKS for one in panel["curves"])
    if panel["kind"] == "heat":
        stored |= {key: kept(np.ravel(panel[key])) for key in ("x", "y", "values")}
        stored["borders"] = [[kept(xs), kept(ys)] for xs, ys in panel["borders"]]
        stored["marks"] = [[text, *_rounded(place)] for text, place in panel["marks"]]
    return stored


ARRAYS = ("curves", "bars", "levels", "stops", "xlim", "ylim", "limits", "x", "y", "values", "borders", "marks")


def _series(one, kept):
    stored = {"name": one["name"], "label": one["label"], "x": kept(one["x"]), "y": kept(one["y"])}
    if one["band"] is not None:
        stored |= {"low": kept(np.atleast_1d(one["band"][0])), "high": kept(np.atleast_1d(one["band"][1]))}
    return stored | {"look": widgets.look(*one["look"])}


def _named(levels):
    return [[*_rounded([value]), _raised(text)] for value, text in levels]


def _rounded(values):
    """A list of numbers with ``DIGITS`` significant digits, and ``None`` for those that are not finite."""
    return [_short(float(value)) if value is not None and math.isfinite(value) else None for value in values]


def _short(value):
    value = float(f"{value:.{DIGITS}g}")
    return int(value) if value.is_integer() and abs(value) < 1e6 else value


def _texts(values):
    """The values in words, with three digits where that tells them apart."""
    short = [_said(value) for value in values]
    return short if len(set(short)) == len(values) else [_said(value, 6) for value in values]


def _said(value, digits=3):
    """A value in words: 1e-05 as 10⁻⁵."""
    if isinstance(value, str):
        return value
    if value == 0 or 1e-3 <= abs(value) < 1e5:
        return f"{value:g}" if float(value).is_integer() else f"{value:.{digits}g}"
    return _raised(f"{value:.{digits - 1}e}")


def _raised(text):
    """A text with its powers of ten as people write them: 2.0e-10 as 2·10⁻¹⁰."""

    def raised(found):
        factor, power = f"{float(found[1]):g}", draw.power(int(found[2]))
        return ("" if factor == "1" else "-" if factor == "-1" else f"{factor}·") + power

    return re.sub(r"(?<![\w.])(-?\d+(?:\.\d+)?)e([-+]?\d+)\b", raised, text)
