"""Surfaces of a reader's own: formula, window, start."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
from conftest import ready
from descent import (
    SURFACES,
    Explorer,
    Surface,
    descend,
    losses,
    momentum,
    sgd,
    steps_to,
    tuned_rate,
)
from pages import RAVINE, end, goes_to, maps_done, more, numbers_in, own, picture_of, rest, said, start
from test_formulas import WITH, WITHOUT


def test_a_surface_of_ones_own_on_a_page_without_python(show):
    page = show(Explorer(["ravine", "beale"], ["sgd", "momentum"], lr=0.1))
    more(page)
    page.get_by_text("A surface of your own").click()
    box = page.get_by_label("Formula in x and y")
    box.fill("x**2 +")
    box.press("Enter")
    page.get_by_text("Something is missing at the end; use x, y, numbers").wait_for()
    goes_to(page, sgd, RAVINE, (-4, 2), 120, lr=0.1)
    for formula in ("x**2/2 + sin(y)", "x**2/4 + y**2*cos(x)**2 + 2*y**2"):
        box.fill(formula)
        box.press("Enter")
        page.wait_for_function("(text) => document.querySelector('.map title').textContent.includes(text)", arg=formula)
        ready(page)
        for rule in (sgd, momentum):
            goes_to(page, rule, Surface(formula), (-2, 1), 120, lr=0.1)
    page.get_by_text("Maps of all settings and all starts").click()
    maps_done(page)
    rest(page)
    address, last = page.url, end(page, "momentum")
    page.goto("about:blank")
    page.goto(address)
    page.wait_for_function("() => document.querySelector('.map title')?.textContent.includes('cos(x)')")
    ready(page)
    assert end(page, "momentum") == last
    page.get_by_role("radio", name="Beale").click()
    ready(page)
    goes_to(page, sgd, SURFACES["beale"], SURFACES["beale"].start, 120, lr=0.1)


CHAPTERS = Path(__file__).parents[2] / "chapters"


ARRIVAL = re.compile(r"reach|goal|steps to|arriv|> \d+", re.IGNORECASE)


EVERYTHING = """
() => { const root = document.querySelector('[data-descent-explorer]');
  const named = [...root.querySelectorAll('[aria-label], [aria-valuetext], title')].filter((e) => e.checkVisibility());
  return [root.innerText, ...named.flatMap((e) => [e.getAttribute('aria-label'), e.getAttribute('aria-valuetext'), e.textContent]),
    ...[...root.querySelectorAll('svg text')].map((e) => e.textContent)].join('\\n'); }
"""


def test_without_a_minimum_nothing_is_reached(show):
    page = show(Explorer(rules=["sgd", "momentum"]))
    more(page)
    page.get_by_text("The run as a table").click()
    for formula in WITHOUT:
        own(page, formula)
        words = page.evaluate(EVERYTHING)
        assert not ARRIVAL.search(words), (formula, ARRIVAL.search(words))
        assert page.locator("[data-part=goal]").count() == 0
        assert said(page).startswith("There is no minimum in this window.")
        run = descend(sgd, Surface(formula).grad, (-2, 1), 120, lr=0.01)
        height = numbers_in(page.locator(".panel tbody td").first.inner_text())
        if run.failed_at < 0:
            np.testing.assert_allclose(height, Surface(formula).value(run.final), rtol=0.06)


def test_with_a_minimum_it_is_the_goal_and_steps_agree_with_numpy(show):
    page = show(Explorer(rules=["sgd"]))
    more(page)
    arrived = 0
    for formula in WITH:
        own(page, formula)
        surface = Surface(formula)
        assert page.locator("[data-part=goal]").count() == 1, formula
        lr = Explorer(surface, ["sgd"]).settings["sgd"]["lr"]
        steps, run = steps_to(sgd, surface, lr=lr), descend(sgd, surface.grad, (-2, 1), 120, lr=lr)
        if steps is not None:
            assert said(page) == f"Gradient descent reaches loss 10⁻⁶ after {steps} steps.", formula
            arrived += 1
        elif (lost := descend(sgd, surface.grad, (-2, 1), 4060, lr=lr).failed_at) >= 0:
            assert said(page) == f"Gradient descent diverges at step {lost}.", formula
            continue
        else:
            assert "has not reached loss 10⁻⁶" in said(page) or "shallower valley" in said(page), formula
        loss = max(float(losses(run, surface)[-1]), 0)
        shown = page.locator(".panel tbody td").first.inner_text()
        assert shown == "< 10⁻¹⁵" if loss < 1e-15 else numbers_in(shown) == pytest.approx([loss], rel=0.06), formula
    assert arrived >= 12


@pytest.mark.parametrize("formula", WITHOUT[:3])
def test_a_surface_made_in_python_is_shown_the_same_way(show, formula):
    explorer = Explorer(Surface(formula), ["sgd", "adam"], ask=True, maps=True)
    assert explorer.settings["sgd"]["lr"] == 0.01
    assert not ARRIVAL.search(repr(explorer))
    assert [panel["title"] for panel in explorer.still().panels] == ["height"]
    page = show(explorer)
    assert page.locator(".question").inner_text() == "Which is lowest after 120 steps?"
    page.get_by_role("button", name="Skip the question").click()
    page.wait_for_function(
        "() => document.querySelectorAll('.map-figure[data-stride=\"1\"]').length === 2", timeout=60_000
    )
    assert not ARRIVAL.search(page.evaluate(EVERYTHING))


def test_without_a_minimum_the_lowest_is_asked_for(show):
    page = show(Explorer(Surface("x**2 - y**2"), ["sgd", "momentum"], ask="steps"), reduced_motion="reduce")
    page.locator(".answer", has_text="Momentum").click()
    ready(page)
    assert said(page).startswith(
        "You called it. There is no minimum in this window. After 120 steps momentum is at height"
    )


def test_below_the_minimum_beyond_the_window_is_not_arrived(show):
    page = show(Explorer(rules=["sgd"]))
    own(page, "x**3 - 3*x + y**2", at=(2, 1))
    assert said(page).startswith("Gradient descent reaches loss")
    own(page, "x**3 - 3*x + y**2", at=(-2, 1))
    assert said(page).startswith("Gradient descent diverges")


def test_window_and_start_can_be_set_and_linked(show):
    page = show(Explorer(rules=["sgd", "momentum"]))
    more(page)
    page.get_by_text("A surface of your own").click()
    page.locator("input[name=formula]").fill("ln(x) + y²")
    page.locator("input[name=formula]").press("Enter")
    page.get_by_text("It has no ordinary height or slope at the start (−2, 1).").wait_for()
    own(page, "ln(x) + 1/x + y²", window=((0.1, 4), (-2, 2)), at=(3, 1))
    assert start(page) == [3, 1]
    assert said(page).startswith(("Gradient descent reaches", "Momentum reaches"))
    surface = Surface("log(x) + 1/x + y**2", window=((0.1, 4), (-2, 2)), start=(3, 1))
    goes_to(page, sgd, surface, (3, 1), 120, lr=tuned_rate(sgd, surface))
    page.get_by_text("A surface of your own").click()
    page.locator('[data-part="start"]').focus()
    page.keyboard.press("ArrowLeft")
    before, address = picture_of(page), page.url
    page.goto("about:blank")
    page.goto(address)
    page.wait_for_function("() => document.querySelector('.map title')?.textContent.includes('ln(x)')")
    assert picture_of(page) == before


@pytest.mark.parametrize(
    ("window", "at", "complaint"),
    [
        (((3, -3), (-3, 3)), None, "Two numbers each"),
        (((-3, 3), ("a", 3)), None, "Two numbers each"),
        (((-3, 3), (-3, 3e4)), None, "Two numbers each"),
        (None, (5, 1), "The start lies outside the window."),
    ],
)
def test_a_wrong_window_or_start_is_told(show, window, at, complaint):
    page = show(Explorer())
    more(page)
    page.get_by_text("A surface of your own").click()
    for name, pair in zip(("own-x", "own-y", "own-start"), (*(window or (None, None)), at), strict=True):
        if pair:
            page.locator(f"input[name={name}]").fill(f"{pair[0]}, {pair[1]}")
    page.get_by_role("button", name="Show").click()
    page.get_by_text(complaint).wait_for()
    goes_to(page, sgd, SURFACES["ravine"], (-4, 2), 120, **Explorer().settings["sgd"])


def stored_explorers():
    """The states of all explorers that the chapters store, by chapter."""
    found = {}
    for path in sorted(CHAPTERS.glob("*.ipynb")):
        widgets = json.loads(path.read_text())["metadata"].get("widgets_of_the_site", {})
        models = next(iter(widgets.values()), {"state": {}})["state"].values()
        states = [model["state"] for model in models if "_program" in model["state"] and "_looks" in model["state"]]
        if states:
            found[path.stem] = states
    return found


def test_the_boxs_own_example_runs_well_in_every_chapter(show):
    for chapter, states in stored_explorers().items():
        page = show(*[Explorer(steps=1) for _ in states])
        page.evaluate(
            RENDER,
            [
                {**state, "ask": ""}
                for state in ({k: v for k, v in s.items() if k not in ("_esm", "_css", "layout")} for s in states)
            ],
        )
        more(page)
        for number in range(len(states)):
            figure = page.locator("[data-descent-explorer]").nth(number)
            figure.get_by_text("A surface of your own").click()
            figure.get_by_role("button", name="Show").click()
            figure.locator(".map title", has_text="x**2 + 3*y**2").wait_for(state="attached")
        rest(page)
        assert "diverge" not in " ".join(page.locator(".readout").all_inner_texts()), chapter
        ends = page.locator("[data-part=path]").evaluate_all("(paths) => paths.map((path) => path.dataset.end)")
        assert "NaN,NaN" not in ends, chapter


RENDER = """
async (states) => {
  const widget = (await import(URL.createObjectURL(new Blob([SOURCE], { type: 'text/javascript' })))).default;
  const hosts = [...document.querySelectorAll('.widget-host')];
  for (const [i, state] of states.entries()) {
    hosts[i].replaceChildren();
    const model = { get: (name) => state[name], set: (name, value) => { state[name] = value; }, on() {}, off() {}, save_changes() {} };
    await widget.render({ model, el: hosts[i] });
  }
}
""".replace("SOURCE", json.dumps(Explorer._esm))
