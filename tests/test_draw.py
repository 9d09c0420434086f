"""Figures: each kind draws, says what it shows, and comes out the same each time."""

import json
import os
import re
import subprocess
import sys
from itertools import islice
from xml.etree import ElementTree

import numpy as np
import pytest
from conftest import ROOT
from descent import SURFACES, adam, descend, draw, momentum, sgd
from descent.rules import RULES
from publish.__main__ import MACHINES
from publish.checking import same_drawing
from publish.dark import DARK, GROUND, darkened
from publish.engine import engine

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
    "boxes": lambda: draw.boxes(["a", "b"], [(0, 0), (1, -1)], [(0, 1)], alt="From a to b."),
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


@pytest.mark.parametrize("colours", [draw.LOOKS["adam"][:2], ("#a0459a", "#d98ad6")], ids=["now", "after a change"])
def test_rules_without_a_card_look_like_none_that_has_one_and_unlike_each_other(monkeypatch, colours):
    monkeypatch.setitem(draw.LOOKS, "adam", (*colours, *draw.LOOKS["adam"][2:]))
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


@pytest.mark.parametrize("look", [*draw.LOOKS.values(), *draw.SPARE], ids=lambda look: look[0])
def test_names_in_a_curves_colour_can_be_read_in_light_and_in_dark(look):
    """At least 4.5 to 1, as text must (WCAG 2.2, 1.4.3)."""
    light = draw.readable(look[0])
    assert 1.05 / (luminance(light) + 0.05) >= 4.5
    assert DARK[light] == look[1]
    assert (luminance(DARK[light]) + 0.05) / (luminance(GROUND) + 0.05) >= 4.5


def test_other_colours_keep_their_hue_in_the_dark_and_heat_maps_all_of_it():
    assert darkened('style="fill: #ffffff"') == f'style="fill: {GROUND}"'
    red, green, blue = (int(darkened(": #2a9d3f")[i : i + 2], 16) for i in (3, 5, 7))
    assert green > max(red, blue)
    pictures = [re.findall(';base64,[^"]+', make(DRAWINGS["heat"]().svg())) for make in (str, darkened)]
    assert pictures[0] == pictures[1]
    (light,), (turned,) = (re.findall(';base64,[^"]+', make(DRAWINGS["regions"]().svg())) for make in (str, darkened))
    assert light != turned


def test_drawings_write_numbers_as_the_live_figures_do():
    numbers = (ROOT / "code/descent/widgets/shared/numbers.js").read_text(encoding="utf-8").replace("export ", "")
    values = [0, 1, -3, 0.25, 1e-3, 2e-7, 1e5, 31_400_000, -1e-12, 99_999, 0.1 + 0.2]
    theirs = json.loads(engine(numbers).eval(f"JSON.stringify({values}.map(tickText))"))
    assert [draw.tick_text(value) for value in values] == theirs
    assert draw.power(-12) == "10⁻¹²" == engine(numbers).eval("power(-12)")


@pytest.mark.parametrize(
    ("values", "first"), [([1e-6, 1], "10⁻⁶"), ([1e-2, 1e2], "0.01"), ([2e-9, 3e-9], "2·10⁻⁹"), ([1, 1e9], "10⁰")]
)
def test_ticks_are_written_in_one_way(values, first):
    figure = draw.lines({"a": values}, log="y", alt="A line.").figure()
    figure.canvas.draw()
    texts = [tick.get_text() for tick in figure.axes[0].get_yticklabels(which="both") if tick.get_text()]
    assert first in texts
    assert not [text for text in texts if "$" in text or "e" in text]


def test_a_smaller_drawing_is_the_same_drawing():
    svg = DRAWINGS["row"]().svg()
    assert not re.search("<metadata|<!--|<!DOCTYPE", svg)
    assert len(re.findall(r"scale\(0\.085 -0\.085\)", svg)) == 18  # letters keep their size
    to_and_fro = draw.lines({"a": ([0, 2, 1, 3], [1, 1, 1, 1])}, alt="A line to and fro.").svg()
    assert any(len(re.findall("L", path)) == 3 for path in re.findall(r'(?<= d=)"([^"Zz]*)"', to_and_fro))


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


ALL_MAPS = """
import json
from descent import SURFACES, draw
print(json.dumps({name: draw.paths(surface, alt="A map.").svg() for name, surface in SURFACES.items()}))
"""


@pytest.mark.parametrize("machine", MACHINES)
def test_a_map_is_the_same_drawing_on_every_processor(machine):
    command, elsewhere = [sys.executable, "-c", ALL_MAPS], os.environ | MACHINES[machine]
    done = subprocess.run(command, env=elsewhere, capture_output=True, encoding="utf-8", check=True)
    for name, svg in json.loads(done.stdout).items():
        assert same_drawing(svg, draw.paths(SURFACES[name], alt="A map.").svg()), name


@pytest.mark.parametrize("towards", [-np.inf, np.inf], ids=["lower", "higher"])
@pytest.mark.parametrize("surface", SURFACES.values(), ids=SURFACES)
def test_a_map_does_not_depend_on_the_last_bit_of_its_levels(surface, towards, monkeypatch):
    levels, drawing = draw.levels, draw.paths(surface, alt="A map.")
    plain = drawing.svg()
    monkeypatch.setattr(draw, "levels", lambda *given: np.nextafter(levels(*given), towards))
    assert same_drawing(plain, drawing.svg())


def test_a_histogram_shows_shares_of_all_numbers():
    (panel,) = draw.histogram({"a": [0.5, 1.5, 1.6, 9]}, [0, 1, 2], alt="Two bins.").panels
    np.testing.assert_allclose(panel["curves"][0]["y"], [0.25, 0.5])


def test_a_curve_needs_as_many_x_as_y():
    with pytest.raises(ValueError, match="a has 3 x and 2 y"):
        draw.lines({"a": [1, 2]}, x=[1, 2, 3], alt="A line.")
