"""Figures: each kind draws, says what it shows, and comes out the same each time."""

import re
from itertools import islice
from xml.etree import ElementTree

import numpy as np
import pytest
from descent import SURFACES, adam, descend, draw, momentum, sgd
from descent.rules import RULES

RAVINE = SURFACES["ravine"]
RUNS = {rule.__name__: descend(rule, RAVINE.grad, RAVINE.start, 40, lr=0.3) for rule in (sgd, momentum, adam)}
CURVES = {name: RAVINE.value(run.xs) for name, run in RUNS.items()}
LOST = {"sgd": descend(sgd, RAVINE.grad, RAVINE.start, 60, lr=9)}
GRID = np.add.outer(np.arange(5.0), np.arange(7.0))
DRAWINGS = {
    "map": lambda: draw.paths(RAVINE, alt="A map."),
    "paths": lambda: draw.paths(RAVINE, RUNS, alt="Three paths.", marks=[("goal", (0, 0))], title="Down"),
    "points": lambda: draw.paths(RAVINE, {"by hand": RUNS["sgd"].xs}, alt="One path."),
    "lost": lambda: draw.paths(RAVINE, LOST, alt="A path that is lost.", title="Lost"),
    "losses": lambda: draw.losses(CURVES, goal=1e-2, alt="Three losses."),
    "lost loss": lambda: draw.losses({"sgd": RAVINE.value(LOST["sgd"].xs)}, alt="A loss that is lost."),
    "lines": lambda: draw.lines(
        {"a": [1, 2, 3], "b": ([1, 2], [3, 4])}, alt="Lines.", levels=[(2, "two")], stops=[(1, "one")]
    ),
    "log": lambda: draw.lines({"a": [1, 0, 100]}, x=[1, 10, 100], log="xy", alt="A line on two log axes."),
    "heat": lambda: draw.heat(GRID, x=np.arange(7), y=np.arange(5), alt="A heat map.", bar="steps"),
    "strips": lambda: draw.strips({"a": [1, 2, 3], "adam": [2]}, alt="Points in two lines.", levels=[(2, "par")]),
    "band": lambda: draw.lines({"sgd": [1, 2, 3]}, bands={"sgd": ([0, 1, 2], [2, 3, 4])}, alt="A line with a band."),
    "bars": lambda: draw.bars({"sgd": 1, "adam": 3}, errors={"adam": (2, 5)}, levels=[(2, "two")], alt="Two bars."),
    "histogram": lambda: draw.histogram({"a": [1, 2, 2, 3], "b": [[2, 2], [1, 4]]}, 4, alt="Two histograms."),
    "dots": lambda: draw.dots({"a": [(1, 2), (3, 4)], "b": [(0, 0)]}, alt="Dots.", equal=True),
    "arrows": lambda: draw.arrows([("v", (0, 0), (1, 1), "#006ba8")], surface=RAVINE, alt="An arrow."),
    "network": lambda: draw.network([["x"], ["h1", "h2"]], [[["1", ""]]], back=True, alt="One unit and two."),
    "regions": lambda: draw.regions(
        lambda points: points[:, 0], {"a": [(0, 0), (0, 1)], "b": [(1, 0), (1, 1)]}, alt="Two halves."
    ),
    "row": lambda: draw.row(draw.paths(RAVINE, RUNS, alt="Paths."), draw.losses(CURVES, alt="Losses."), widths=[2, 1]),
}


@pytest.mark.parametrize("make", DRAWINGS.values(), ids=DRAWINGS)
def test_draws_the_same_picture_each_time(make, recwarn):
    drawing = make()
    svg = drawing.svg()
    assert svg == make().svg()
    root = ElementTree.fromstring(svg)
    assert root.tag.endswith("svg")
    assert drawing.alt in "".join(root.itertext())
    assert not re.search(r"(?i)\bnan\b", svg)
    assert len(svg) < 120_000
    assert not [str(w.message) for w in recwarn]


@pytest.mark.parametrize("make", DRAWINGS.values(), ids=DRAWINGS)
def test_a_notebook_gets_a_picture_and_a_sentence(make):
    drawing = make()
    bundle = drawing._repr_mimebundle_()
    assert set(bundle) == {"image/svg+xml", "text/plain"}
    assert bundle["text/plain"] == drawing.alt == repr(drawing)


def test_png():
    png = DRAWINGS["losses"]().png(dpi=50)
    assert png.startswith(b"\x89PNG")
    assert png == DRAWINGS["losses"]().png(dpi=50)


def test_a_row_speaks_for_its_panels():
    assert DRAWINGS["row"]().alt == "Paths. Losses."
    assert len(DRAWINGS["row"]().figure().axes) == 2


@pytest.mark.parametrize("alt", ["", None])
def test_a_figure_needs_words(alt):
    with pytest.raises(ValueError, match=r"^a figure needs alt, a sentence that says what it shows$"):
        draw.paths(RAVINE, RUNS, alt=alt)


def test_paths_are_where_the_runs_were():
    [axes] = DRAWINGS["paths"]().figure().axes
    drawn = [line.get_xydata() for line in axes.lines]
    for run in RUNS.values():
        assert any(points.shape == run.xs.shape and np.array_equal(points, run.xs) for points in drawn)
    assert any(np.array_equal(points, [[0, 0]]) for points in drawn)
    assert (axes.get_xlim(), axes.get_ylim()) == RAVINE.window


def test_each_rule_looks_the_same_everywhere_and_unlike_the_others():
    assert set(draw.LOOKS) == set(RULES)
    assert len({look[0] for look in draw.LOOKS.values()}) == len(RULES)
    assert len({look[1] for look in draw.LOOKS.values()}) == len(RULES)
    for drawing in (DRAWINGS["paths"](), DRAWINGS["losses"]()):
        [axes] = drawing.figure().axes
        colours = {line.get_color() for line in axes.lines}
        assert {draw.LOOKS[name][0] for name in RUNS} <= colours


def test_rules_without_a_card_look_like_none_that_has_one_and_unlike_each_other():
    ours, theirs = list(draw.LOOKS.values()), list(islice(draw.strangers(), 12))
    assert len(set(theirs)) == 12
    for ink, dark, dash, marker, _ in theirs:
        assert all(ink != look[0] and dark != look[1] and dash != look[2] and marker != look[3] for look in ours)


@pytest.mark.parametrize("rules", [[], ["sgd", "momentum", "nag", "rmsprop", "adam"], [*RULES]], ids=len)
def test_strangers_among_rules_are_drawn_in_looks_of_their_own(rules):
    dressed = {name: tuple(look) for name, _, look in draw.dress(dict.fromkeys([*rules, *"abcdefgh"], 0))}
    assert {name: dressed[name] for name in rules} == {name: draw.LOOKS[name] for name in rules}
    assert len(set(dressed.values())) == len(dressed)


def luminance(colour):
    channels = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return linear @ [0.2126, 0.7152, 0.0722]


@pytest.mark.parametrize("name", RULES)
def test_colours_stand_out(name):
    """At least 3 to 1 against the page, as lines must (WCAG 2.2, 1.4.11)."""
    light, dark, *_ = draw.LOOKS[name]
    assert 1.05 / (luminance(light) + 0.05) >= 3
    assert (luminance(dark) + 0.05) / (luminance("#14181d") + 0.05) >= 3


def test_names_at_the_ends_do_not_overlap():
    curves = {name: np.linspace(1, 0.5 + i / 1000, 20) for i, name in enumerate(["sgd", "momentum", "nag", "adam"])}
    figure = draw.lines(curves, alt="Four curves that end together.").figure()
    [axes] = figure.axes
    heights = sorted(text.xy[1] for text in axes.texts)
    assert len(heights) == 4
    assert min(np.diff(heights)) > 0.06


@pytest.mark.parametrize("surface", SURFACES.values(), ids=SURFACES)
def test_contour_levels_rise_from_the_floor(surface):
    grid = np.stack(np.meshgrid(*(np.linspace(*side, 60) for side in surface.window)), -1)
    levels = draw.levels(surface, surface.value(grid))
    assert np.all(np.diff(levels) > 0)
    assert levels[0] > surface.floor
    assert len(levels) == 13


def test_a_histogram_shows_shares_of_all_numbers():
    (panel,) = draw.histogram({"a": [0.5, 1.5, 1.6, 9]}, [0, 1, 2], alt="Two bins.").panels
    np.testing.assert_allclose(panel["curves"][0]["y"], [0.25, 0.5])


def test_a_curve_needs_as_many_x_as_y():
    with pytest.raises(ValueError, match="a has 3 x and 2 y"):
        draw.lines({"a": [1, 2]}, x=[1, 2, 3], alt="A line.")
