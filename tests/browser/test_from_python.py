"""What Python sets and hears."""

import json
import random

import pytest
from conftest import PROGRAMS, frames, ready, slide
from descent import SURFACES, Explorer, Surface, momentum, sgd
from descent.rules import RULES
from descent.surfaces import ravine
from pages import RAVINE, goes_to, more, rest


def python_from(page):
    page.get_by_role("button", name="Copy as Python").click()
    page.get_by_text("Python copied.").wait_for()
    return page.evaluate("navigator.clipboard.readText()")


BOWL = Surface("x**2 + 3*y**4", name="a bowl", window=((-2, 2), (-1, 3)), start=(1, 1))


@pytest.mark.parametrize(
    ("options", "change"),
    [
        ({"mu": 0.8}, lambda page: None),
        ({"lr": 0.3, "rules": ["sgd", "momentum", "adam"]}, lambda page: slide(page, "steps", 44)),
        ({"rules": ["momentum", "adam"]}, lambda page: slide(page, "mu", 0.7)),
        ({}, lambda page: slide(page, "scale", 0.25)),
        ({"rules": ["adagrad", "rmsprop"]}, lambda page: None),
        ({"noise": 0.5}, lambda page: slide(page, "noise", 0)),
        ({"rules": ["adam"], "schedule": "step", "bias_correction": False}, lambda page: None),
        ({"surface": ["beale", "ravine"]}, lambda page: page.get_by_role("radio", name="Ravine").click()),
        ({"anatomy": True}, lambda page: page.get_by_label("tilted").check()),
        ({"surface": BOWL, "ask": True}, lambda page: None),
    ],
)
def test_the_python_call_makes_the_same_explorer(show, options, change):
    page = show(Explorer(**options), permissions=["clipboard-read", "clipboard-write"])
    more(page)
    change(page)
    ready(page)
    *lines, last = python_from(page).splitlines()
    names = {"Explorer": Explorer, "Surface": Surface}
    exec("\n".join(lines), names)
    explorer = eval(last, names)
    for rule in explorer.rules:
        surface = explorer._surface_at(explorer.surface, explorer.parameters)
        goes_to(
            page, explorer._variant(RULES[rule]), surface, explorer.start, explorer.steps, **explorer.settings[rule]
        )
    assert bool(explorer.ask) == page.locator(".ask").is_visible()


def test_traits_set_from_python_redraw(stub):
    explorer = Explorer(["ravine", "beale"], ["sgd", "momentum"], mu=0.8)
    page = stub(explorer)
    page.evaluate("() => { model.set('start', [1, 0.5]); model.set('steps', 30); }")
    ready(page)
    goes_to(page, momentum, RAVINE, (1, 0.5), 30, **explorer.settings["momentum"])
    page.evaluate("() => model.set('settings', { momentum: { lr: 0.02, mu: 0.5 } })")
    ready(page)
    goes_to(page, momentum, RAVINE, (1, 0.5), 30, lr=0.02, mu=0.5)
    goes_to(page, sgd, RAVINE, (1, 0.5), 30, **explorer.settings["sgd"])
    page.evaluate("() => { model.set('parameters', { kappa: 10 }); model.set('rules', ['momentum']); }")
    ready(page)
    goes_to(page, momentum, ravine(10), (1, 0.5), 30, lr=0.02, mu=0.5)
    assert page.locator('[data-part="path"]').count() == 1
    page.evaluate("() => { model.set('surface', 'beale'); model.set('start', [0.5, 1]); }")
    ready(page)
    goes_to(page, momentum, SURFACES["beale"], (0.5, 1), 30, lr=0.02, mu=0.5)


def test_a_surface_that_comes_alone_brings_its_start_and_its_rates(stub):
    """As from another figure, linked in the browser (``jslink``); a rate that was set by hand stays."""
    page = stub(Explorer(["ravine", "rosenbrock"], ["sgd", "momentum"]))
    page.evaluate("() => model.set('settings', { momentum: { lr: 1e-4 } })")
    page.evaluate("() => model.set('surface', 'rosenbrock')")
    rest(page)
    alone = Explorer("rosenbrock", ["sgd", "momentum"])
    assert page.evaluate("() => model.get('start')") == alone.start
    told = page.evaluate("() => model.get('settings')")
    assert told["sgd"]["lr"] == pytest.approx(alone.settings["sgd"]["lr"], rel=1e-12)
    assert told["momentum"]["lr"] == 1e-4


def test_what_is_drawn_is_told_to_python(stub):
    page = stub(Explorer(mu=0.8))
    told = page.evaluate("() => model.get('settings')")
    assert told == Explorer(mu=0.8).settings
    before = page.evaluate("() => saved")
    slide(page, "mu", 0.5)
    page.locator('[data-part="start"]').focus()
    page.keyboard.press("ArrowRight")
    ready(page)
    rest(page)
    assert page.evaluate("() => saved") > before
    settings, at = page.evaluate("() => [model.get('settings'), model.get('start')]")
    assert settings["momentum"]["mu"] == 0.5
    assert settings["momentum"]["lr"] == pytest.approx(Explorer(mu=0.5).settings["momentum"]["lr"], rel=1e-12)
    goes_to(page, momentum, RAVINE, at, 120, **settings["momentum"])


@pytest.mark.parametrize("garbage", ["null", "'x'", "-1", "1e9", "[]", "{}", "[NaN, 1]", "{sgd: {lr: -1}}", "[[]]"])
def test_garbage_from_anywhere_does_not_break_the_figure(stub, garbage):
    page = stub(Explorer(["ravine", "beale"]))
    for trait in ("surface", "parameters", "start", "steps", "settings"):
        page.evaluate(f"() => model.set('{trait}', {garbage})")
    ready(page)
    goes_to(page, sgd, RAVINE, RAVINE.start, 120, **Explorer().settings["sgd"])


def test_leaving_leaves_nothing_behind(stub):
    page = stub(Explorer())
    assert page.evaluate("() => model.listening()") > 0
    page.evaluate("() => leave()")
    frames(page)
    assert page.evaluate("() => [model.listening(), document.body.childElementCount]") == [0, 0]


def garbage(chance, depth=2):
    leaves = [
        None,
        True,
        0,
        -1,
        1e308,
        -1e-320,
        120,
        2.5,
        "",
        "sgd",
        "NaN",
        "ravine",
        "<img onerror=hacked=1>",
        "x" * 500,
    ]
    leaves += ["constructor", "toString", "<script>hacked=1</script>"]
    kind = chance.randrange(4) if depth else 3
    if kind == 0:
        return [garbage(chance, depth - 1) for _ in range(chance.randrange(4))]
    if kind == 1:
        names = ["sgd", "momentum", "lr", "mu", "kappa", "tilt", "__proto__", "constructor", "0", "length"]
        return {chance.choice(names): garbage(chance, depth - 1) for _ in range(chance.randrange(4))}
    return chance.choice(leaves)


SET_TRAITS = """
async (sets) => {
  let slowest = 0;
  for (const [name, value] of sets) {
    const began = performance.now();
    model.set(name, value);
    await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    slowest = Math.max(slowest, performance.now() - began);
  }
  return [slowest, typeof hacked];
}
"""


def test_a_thousand_wrong_traits_never_break_the_figure(stub):
    chance = random.Random(2)
    page = stub(Explorer(["ravine", "beale"], anatomy=True, mu=0.8))
    traits = ["surface", "start", "steps", "rules", "settings", "parameters", "ask", "noise"]
    slowest, hacked = page.evaluate(SET_TRAITS, [[chance.choice(traits), garbage(chance)] for _ in range(1000)])
    assert hacked == "undefined"
    assert slowest < 1000
    page.get_by_role("button", name="Reset").click()
    ready(page)
    goes_to(page, momentum, RAVINE, RAVINE.start, 120, **Explorer(mu=0.8).settings["momentum"])


def test_many_renderings_leak_nothing(stub):
    page = stub(Explorer(anatomy=True))
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")

    def render(times):
        for _ in range(times):
            page.evaluate("async () => { leave(); window.leave = await again(); }")
            ready(page)
        session.send("HeapProfiler.collectGarbage")
        metrics = {m["name"]: m["value"] for m in session.send("Performance.getMetrics")["metrics"]}
        return [metrics[name] for name in ("Nodes", "JSEventListeners", "JSHeapUsedSize")]

    before, after = render(10), render(100)
    assert after[0] <= before[0] + 200  # one explorer has over 500 nodes
    assert after[1] <= before[1] + 10
    assert after[2] <= before[2] + 1_000_000


BOXES = """\
from descent import Explorer
from descent.widgets.calculator import Calculator
from ipywidgets import HBox, VBox
wide = Explorer()
wide.layout.width = "500px"
VBox([HBox([Explorer(), Explorer()]), VBox([Explorer(), Calculator()], layout={"align_items": "center"}), HBox([wide])])"""
PLACES = """
() => [...document.querySelectorAll('.jp-OutputArea-output :is([data-descent-explorer], [data-descent-calculator])')]
  .map((e) => e.getBoundingClientRect().toJSON())
"""


@pytest.mark.parametrize("program", PROGRAMS)
def test_figures_share_a_box_side_by_side_where_there_is_room(visit, desk, program):
    cell = {"cell_type": "code", "id": "a", "metadata": {}, "source": BOXES, "outputs": [], "execution_count": None}
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    notebook = {"nbformat": 4, "nbformat_minor": 5, "metadata": kernel, "cells": [cell]}
    desk.notebook("boxes").write_text(json.dumps(notebook), encoding="utf-8")
    page = visit(program, "boxes", height=3600)
    page.locator(".jp-CodeCell .cm-content").first.click()
    page.keyboard.press("Shift+Enter")
    page.locator(".jp-OutputArea-output [data-state=ready]").nth(4).wait_for()
    left, right, above, below, given = page.evaluate(PLACES)
    assert left["width"] == right["width"] > 400
    assert left["y"] == right["y"]
    assert left["right"] <= right["x"]
    assert min(above["width"], below["width"]) > 700
    assert given["width"] == 500

    page.set_viewport_size({"width": 760, "height": 3600})
    page.wait_for_function(f"() => {{ const [one, two] = ({PLACES})(); return two.y >= one.bottom; }}")
    room = page.locator(".jp-OutputArea-output").first.bounding_box()
    for figure in page.evaluate(PLACES)[:4]:
        assert room["width"] * 0.9 < figure["width"] <= room["width"]
