"""Figures and ipywidgets' own sliders, lists and boxes, tied together with ``link``."""

import json
from collections import Counter

import ipywidgets
import pytest
from conftest import ROOT
from descent import Explorer, draw
from descent.widgets.calculator import Calculator
from descent.widgets.chooser import Chooser
from descent.widgets.schedule import Schedule
from ipywidgets import link
from traitlets import TraitError


def explorer():
    return Explorer(["ravine", "rosenbrock"], ["sgd", "momentum"])


def chooser():
    return Chooser(lambda k: draw.lines({"k": [k, k]}, alt=f"Level {k}."), {"k": [1, 2, 3]})


CHANGES = [
    (explorer, "surface", "rosenbrock"),
    (explorer, "parameters", {"kappa": 10.0, "tilt": 0.0}),
    (explorer, "start", [1.0, 0.5]),
    (explorer, "steps", 33),
    (explorer, "noise", 0.25),
    (explorer, "schedule", "cosine"),
    (explorer, "bias_correction", False),
    (explorer, "rules", ["momentum"]),
    (explorer, "settings", {"sgd": {"lr": 0.3}, "momentum": {"lr": 0.02, "mu": 0.5}}),
    (explorer, "ask", "steps"),
    (explorer, "texts", {"sgd": "def sgd(x, grad, t, *, lr=0.3):\n    return (x - lr * grad(x),)"}),
    (chooser, "chosen", [2]),
    (Schedule, "rule", "adam"),
    (Schedule, "rates", [0.1] * 6),
    (Schedule, "hold", True),
    (Schedule, "noise", 0.5),
    (Calculator, "method", "momentum"),
    (Calculator, "source", "keras"),
    (Calculator, "target", "optax"),
    (Calculator, "settings", {"lr": 0.1}),
    (Calculator, "slope", 0.5),
]


def test_every_trait_of_every_figure_is_tried():
    kinds = (Explorer, Chooser, Schedule, Calculator)
    known = {(kind.__name__, trait) for kind in kinds for trait in kind.class_own_traits(sync=True) if trait[0] != "_"}
    assert {(type(make()).__name__, trait) for make, trait, _ in CHANGES} == known


@pytest.mark.parametrize(("make", "trait", "value"), CHANGES)
def test_linked_figures_follow_each_other_and_each_speaks_once(make, trait, value):
    one, two = make(), make()
    first = getattr(one, trait)
    link((one, trait), (two, trait))
    said = Counter()
    for figure in (one, two):
        figure.observe(lambda change: said.update([(id(change.owner), change.name)]))
    for figure, new in [(one, value), (two, first)]:
        said.clear()
        setattr(figure, trait, new)
        assert getattr(one, trait) == getattr(two, trait) == new
        assert set(said.values()) == {1}


@pytest.mark.parametrize(("make", "trait", "value"), CHANGES)
def test_linked_figures_refuse_what_cannot_be_and_stay_together(make, trait, value):
    one, two = make(), make()
    link((one, trait), (two, trait))
    setattr(two, trait, value)
    with pytest.raises(TraitError):
        setattr(one, trait, None)
    assert getattr(one, trait) == getattr(two, trait) == value


def test_figures_linked_in_every_trait_go_to_another_surface_together():
    one, two = explorer(), explorer()
    traits = [trait for make, trait, _ in CHANGES if make is explorer]
    for trait in traits:
        link((one, trait), (two, trait))
    for figure, surface in [(one, "rosenbrock"), (two, "ravine")]:
        figure.surface = surface
        for trait in traits:
            assert getattr(one, trait) == getattr(two, trait) == getattr(figure, trait)
        assert one.settings == Explorer(surface).settings
    two.parameters = {"kappa": 5}
    assert one.parameters == two.parameters == {"kappa": 5, "tilt": 0}
    with pytest.raises(TraitError, match="unknown parameter 'height'"):
        one.parameters = {"height": 1}


@pytest.mark.parametrize("order", [1, -1])
def test_figures_linked_in_every_trait_hear_of_a_surface_that_a_reader_picks(order):
    """The page tunes the rates itself: its last digits, or a rate that was set there, are not Python's."""
    one, two = explorer(), explorer()
    traits = [trait for make, trait, _ in CHANGES if make is explorer][::order]
    for trait in traits:
        link((one, trait), (two, trait))
    rates = {"sgd": {"lr": 0.0012}, "momentum": {"lr": 0.0005, "mu": 0.9}}
    for figure, surface in [(one, "rosenbrock"), (two, "ravine")]:
        shown = Explorer(surface)
        figure.set_state({"surface": surface, "parameters": shown.parameters, "start": shown.start, "settings": rates})
        for trait in traits:
            assert getattr(one, trait) == getattr(two, trait), trait
        assert (one.surface, one.start, one.settings) == (surface, shown.start, rates)
    with pytest.raises(TraitError, match="unknown surface 'moon'"):
        one.set_state({"surface": "moon"})


@pytest.mark.parametrize(
    ("make", "trait", "control", "moved", "back"),
    [
        (explorer, "steps", ipywidgets.IntSlider(min=1, max=1000, value=5), 50, 9),
        (explorer, "noise", ipywidgets.FloatSlider(max=2), 0.5, 0.25),
        (explorer, "surface", ipywidgets.Dropdown(options=["ravine", "rosenbrock"]), "rosenbrock", "ravine"),
        (explorer, "rules", ipywidgets.SelectMultiple(options=["sgd", "momentum"]), ("sgd",), ("momentum",)),
        (explorer, "start", ipywidgets.FloatRangeSlider(min=-5, max=5), (-1.0, 2.0), (0.0, 1.0)),
        (explorer, "ask", ipywidgets.Dropdown(options=["", "first", "steps"]), "first", "steps"),
        (Schedule, "hold", ipywidgets.Checkbox(), True, False),
        (Schedule, "noise", ipywidgets.FloatText(), 0.5, 0.25),
        (Schedule, "rule", ipywidgets.ToggleButtons(options=["sgd", "momentum", "adam"]), "adam", "sgd"),
        (Calculator, "method", ipywidgets.Dropdown(options=["adam", "sgd"]), "sgd", "adam"),
        (Calculator, "slope", ipywidgets.FloatLogSlider(min=-4, max=1), 0.1, 1.0),
    ],
    ids=lambda value: value if isinstance(value, str) else type(value).__name__,
)
def test_a_figure_and_a_control_follow_each_other(make, trait, control, moved, back):
    figure = make()
    link((figure, trait), (control, "value"))
    control.value = moved
    kind = type(control.value)
    assert kind(getattr(figure, trait)) == moved
    setattr(figure, trait, back)
    assert control.value == back


def test_a_slider_holds_one_hyperparameter():
    """As the text shows; the rate that was tuned stays the tuned one."""
    figure, slider = explorer(), ipywidgets.FloatSlider(max=0.99, step=0.01)
    link((figure, "settings"), (slider, "value"), (lambda s: s["momentum"]["mu"], lambda mu: {"momentum": {"mu": mu}}))
    assert slider.value == 0.9
    slider.value = 0.5
    assert figure.settings == Explorer(mu=0.5).settings
    figure.settings = {"momentum": {"mu": 0.25}}
    assert slider.value == 0.25


def test_the_texts_example_runs_and_keeps_the_ratio():
    chapter = json.loads((ROOT / "chapters" / "03-momentum.ipynb").read_text(encoding="utf-8"))
    text = next("".join(cell["source"]) for cell in chapter["cells"] if cell["id"] == "own-controls")
    names = {"Explorer": Explorer}
    exec(text.split("```python\n")[1].split("```")[0], names)
    calm, noisy = names["calm"], names["noisy"]
    noisy.start = [1, 2]
    names["keep_the_ratio"](0.75)
    assert calm.start == [1, 2]
    assert calm.settings == noisy.settings == {"momentum": {"lr": 0.25, "mu": 0.75}}
    assert (calm.noise, noisy.noise) == (0, 0.5)
