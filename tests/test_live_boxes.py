"""The boxes "In a live notebook": each joins a figure to Python, and does what its text says."""

import re

import pytest
from conftest import ROOT
from publish import notebooks
from test_roles import CHAPTERS

TITLE = "{admonition} In a live notebook: "


def cells(chapter):
    return notebooks.read((ROOT / "chapters" / f"{chapter}.ipynb").read_text(encoding="utf-8")).cells


def box(chapter):
    """The program that the box of a chapter asks the reader to run."""
    text = next(cell.source for cell in cells(chapter) if TITLE in cell.source)
    return re.search(r"```python\n(.*?)```", text[text.index(TITLE) :], re.DOTALL)[1]


def ran(chapter, *needed):
    """What there is after the set-up of a chapter, the cells that its box needs, and the box."""
    names = {}
    for cell in cells(chapter):
        if cell.id in ("setup", *needed):
            exec(cell.source, names)
    exec(box(chapter), names)
    return names


def starts(names, start):
    """What the box says when the reader drags the start."""
    names["figure"].start = start
    return names["said"].value


# What the box of a chapter needs besides the set-up, what the reader does, and what is then said.
BOXES = {
    "01-gradient-descent": ((), lambda names: starts(names, [-4, 0]), "by 0 degrees"),
    "02-gd-problems": ((), lambda names: names["narrow"](80), "rate 1.975: 292 steps"),
    "04-nag": ((), lambda names: names["remember"](1.0), "across the valley NAG remembers 0.00"),
    "06-rmsprop": ((), lambda names: names["remember"](0.99), "half-life 69.0 steps, first step 10.0 rates"),
    "07-adam": ((), lambda names: names["ratios"](2), "The ratio of each coordinate."),
    "08-adadelta": (("adadelta-rule",), lambda names: names["hidden_rate"](1e-4), "0.032, at the goal after 316 steps"),
    "10-fair-race": (("bowl",), lambda names: names["race"](0.01), "nag       needs 130 steps"),
    "11-backpropagation": (
        ("duo", "two-weights"),
        lambda names: starts(names, [0, 1]),
        "[-3.5  0. ], measured [-3.5  0. ]",
    ),
    "13-regularization": (("moons", "moons-border"), lambda names: names["show"](0.01), "strength 0.01"),
    "14-after-adam": (("lion-rule",), lambda names: starts(names, [-4.03, 2.04]), "last ten steps: 8.1e-04"),
}


def test_every_chapter_has_its_box():
    with_box = {name for name in CHAPTERS if any(TITLE in cell.source for cell in cells(name))}
    assert with_box >= {*CHAPTERS} - {"12-deep-networks"}
    assert all("from ipywidgets import" in box(name) for name in with_box)


@pytest.mark.parametrize("chapter", BOXES)
def test_a_box_joins_the_figure_to_python(chapter, capsys):
    needed, act, said = BOXES[chapter]
    names = ran(chapter, *needed)
    before = names["figure"].trait_values() if "figure" in names else {}
    capsys.readouterr()
    assert said in f"{act(names)} {capsys.readouterr().out}"
    assert "figure" not in names or names["figure"].trait_values() != before
