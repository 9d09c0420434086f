"""What the figure says must be true: of surfaces without a minimum, of every drag, of learner's rules, in pictures and links."""

import json
import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import numpy as np
import pytest
from conftest import ready, slide
from descent import SURFACES, Explorer, Surface, descend, draw, losses, momentum, sgd, steps_to, tuned_rate
from descent.rules import RULES
from test_explorer_page import end, goes_to, link, numbers_in, picture_of, rest, start
from test_formulas import WITH, WITHOUT

CHAPTERS = Path(__file__).parents[1] / "chapters"
ARRIVAL = re.compile(r"reach|goal|steps to|arriv|> \d+", re.IGNORECASE)
EVERYTHING = """
() => { const root = document.querySelector('[data-descent-explorer]');
  const named = [...root.querySelectorAll('[aria-label], [aria-valuetext], title')].filter((e) => e.checkVisibility());
  return [root.innerText, ...named.flatMap((e) => [e.getAttribute('aria-label'), e.getAttribute('aria-valuetext'), e.textContent]),
    ...[...root.querySelectorAll('svg text')].map((e) => e.textContent)].join('\\n'); }
"""


def own(page, formula, window=None, at=None):
    """Put a formula into the figure's own box, and wait until it is drawn."""
    if not page.locator("input[name=formula]").is_visible():
        page.get_by_text("A surface of your own").click()
    for name, pair in zip(("own-x", "own-y", "own-start"), (*(window or (None, None)), at), strict=True):
        if pair:
            page.locator(f"input[name={name}]").fill(f"{pair[0]}, {pair[1]}")
    page.locator("input[name=formula]").fill(formula)
    page.locator("input[name=formula]").press("Enter")
    page.wait_for_function(
        "(text) => document.querySelector('.map title').textContent.includes(text)", arg=f"({formula})"
    )
    ready(page)


def said(page):
    return page.locator(".readout").inner_text()


# -- surfaces with and without a minimum


def test_without_a_minimum_nothing_is_reached(show):
    page = show(Explorer(rules=["sgd", "momentum"]))
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


# -- the box


def test_window_and_start_can_be_set_and_linked(show):
    page = show(Explorer(rules=["sgd", "momentum"]))
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
        ready(page)
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


# -- one run in sentence, table and map


def test_a_held_drag_shows_one_run_everywhere(show):
    page = show(Explorer(rules=["sgd"], lr=0.5, steps=60))
    page.get_by_text("The run as a table").click()
    ready(page)
    page.locator(".map").scroll_into_view_if_needed()
    box = page.locator('[data-part="start"]').bounding_box()
    page.mouse.move(box["x"] + 22, box["y"] + 22)
    page.mouse.down()
    for way in (60, 120, 170):
        page.mouse.move(box["x"] + 22 + way, box["y"] + 22 + way / 3)
        ready(page)
        at = start(page)
        ends = [round(v, 12) for v in end(page, "sgd")]
        last = page.locator(".as-table tbody tr").last.inner_text().split("\t")
        first = page.locator(".as-table tbody tr").first.inner_text().split("\t")
        assert numbers_in(first[1]) + numbers_in(first[2]) == pytest.approx(at, abs=0.006)
        assert numbers_in(last[1]) == pytest.approx(ends[:1], rel=0.06)
        steps = steps_to(sgd, SURFACES["ravine"], start=numbers_at(page), lr=0.5)
        assert said(page) == f"Gradient descent reaches loss 10⁻⁶ after {steps} steps."
    page.mouse.up()


def numbers_at(page):
    """The start, exactly: the link is not there yet while the mouse is held, the path's first point is."""
    return page.evaluate("() => document.querySelector('[data-part=start]').dataset.at.split(',').map(Number)")


def test_answering_does_not_change_the_height(show):
    tall = "() => document.querySelector('[data-descent-explorer]').offsetHeight"
    for width in (1280, 390):
        for options in (
            {"rules": ["sgd", "nag"], "ask": True},
            {"rules": ["sgd"], "ask": "steps"},
            {"ask": True, "anatomy": True},
        ):
            page = show(Explorer(**options), width=width, reduced_motion="reduce")
            before = page.evaluate(tall)
            page.locator(".answer").first.click()
            rest(page)
            assert page.evaluate(tall) >= before
            assert page.evaluate(tall) <= before + 60  # a longer sentence


def test_reset_resets_everything(show):
    page = show(Explorer(["ravine", "beale"], ["sgd", "momentum"], lr=0.1, ask=True), reduced_motion="reduce")
    before = picture_of(page)
    page.locator(".answer").first.click()
    rest(page)
    assert said(page).startswith(("You called it.", "Not this time"))
    page.get_by_text("Maps of all settings and all starts").click()
    page.get_by_text("The run as a table").click()
    slide(page, "steps", 40)
    slide(page, "noise", 0.4)
    slide(page, "mu", 0.3)
    slide(page, "lr", -1.7)
    own(page, "x²+4y²", window=((-2, 2), (-2, 2)), at=(1, 1))
    page.locator("input[name=formula]").fill("x +")
    page.locator("input[name=formula]").press("Enter")
    page.get_by_role("button", name="Reset").click()
    assert picture_of(page) == before
    assert page.evaluate("location.hash") == ""
    page.locator(".answer").first.click()
    page.get_by_text("A surface of your own").click()
    assert [page.locator(f"input[name={n}]").input_value() for n in ("formula", "own-x", "own-start")] == [
        "",
        "−3, 3",
        "−2, 1",
    ]
    assert page.locator(".own-said").inner_text() == ""
    page.get_by_role("button", name="Reset").click()
    rest(page)
    page.get_by_role("button", name="Skip the question").click()
    rest(page)
    assert "time" not in said(page)
    assert "called" not in said(page)


# -- rules of the learner's own


def mine(name):
    """Gradient descent with half a step, under any name: on a curvature of 1 it bears rates up to 4."""

    def rule(x, grad, t, *, lr=0.1):
        return (x - 0.5 * lr * grad(x),)

    rule.__name__ = name
    return rule


@pytest.mark.parametrize("name", ["sgd", "momentum", "nag", "half_steps"])
def test_a_learners_rule_gets_no_limits_that_are_not_its_own(show, name):
    page = show(Explorer(rules=[mine(name)], lr=3.9))
    assert page.locator(".tick", has_text="L").count() == 0
    assert "diverge" not in said(page)
    last = descend(mine(name), SURFACES["ravine"].grad, (-4, 2), 120, lr=3.9).final
    np.testing.assert_allclose(end(page, name), last, rtol=0, atol=1e-9)


def test_a_learners_rule_looks_like_none_of_ours(show):
    names = ["sgd", "lion", "schedule_free", "two_slopes"]
    explorer = Explorer(rules=["momentum", "adam", *map(mine, names)])
    for name in names:
        look = explorer._looks[name]
        for ours in draw.LOOKS.values():
            colour, dark, dash, marker, _ = ours
            assert colour != look["light"]
            assert dark != look["dark"]
            assert " ".join(f"{d:g}" for d in dash) != look["dash"]
            assert marker != look["marker"]
    assert len({json.dumps(look) for look in explorer._looks.values()}) == 6
    labels = [explorer._looks[name]["label"] for name in names]
    assert labels == ["your sgd", "Lion", "Schedule-Free", "two slopes"]
    assert "your sgd, Lion, Schedule-Free and two slopes" in repr(explorer)
    page = show(explorer)
    assert page.locator(".chip .long").all_inner_texts() == ["Momentum", "Adam", *labels]


def contrast(one, other):
    def light(colour):
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
        return 0.2126 * r + 0.7152 * g + 0.0722 * b

    low, high = sorted((light(one), light(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("look", draw.LEARNERS)
def test_learners_colours_are_legible(look):
    light, dark, *_ = look
    assert min(contrast(light, ground) for ground in ("#ffffff", "#e7ecf1")) >= 4.5
    assert min(contrast(dark, ground) for ground in ("#14181e", "#2a323c")) >= 4.5


def signs(x, grad, t, *, lr=0.1):
    return (x - lr * np.sign(grad(x)),)


def test_a_loss_that_swings_in_every_step_is_drawn_as_dots(show):
    page = show(Explorer(rules=["sgd", signs], steps=200, start=(-4.03, 2.02), lr=0.1))
    curves = page.locator(".chart g[clip-path] > g > path:nth-child(2)")
    assert "h2" not in curves.nth(0).get_attribute("d")
    points = re.findall(r"([ML])([\d.]+) ([\d.]+)", curves.nth(1).get_attribute("d"))
    drawn = [abs(float(y) - float(points[i - 1][2])) for i, (pen, _, y) in enumerate(points) if pen == "L"]
    assert sum(drawn) < 600  # pixels of line


def test_the_best_is_only_who_arrived_first(show):
    page = show(Explorer(rules=["sgd", "momentum", signs], mu=0.8))
    best = page.locator("td.best")
    assert best.all_inner_texts() == ["67"]
    slide(page, "steps", 30)
    assert best.count() == 0


# -- pictures and links


def test_a_saved_picture_holds_its_whole_sentence(show, tmp_path):
    for width in (1280, 390):
        page = show(Explorer(rules=list(RULES), mu=0.8, noise=0.3), width=width)
        rest(page)
        sentence = said(page)
        assert len(sentence) > 200
        with page.expect_download() as saving:
            page.get_by_role("button", name="Save as SVG").click()
        saving.value.save_as(tmp_path / "picture.svg")
        text = (tmp_path / "picture.svg").read_text()
        lines = [node.text for node in ElementTree.fromstring(text) if node.tag.endswith("text")]
        assert sentence in " ".join(lines)
        edges = page.evaluate(
            "(text) => { const box = document.createElement('div'); box.innerHTML = text; document.body.append(box);"
            " const svg = box.firstChild, whole = svg.getBoundingClientRect();"
            " return [...svg.children].filter((e) => e.tagName === 'text').map((e) => { const r = e.getBoundingClientRect();"
            " return [whole.right - r.right, whole.bottom - r.bottom, r.left - whole.left]; }).flat(); }",
            text,
        )
        assert min(edges) >= 0


def test_links_are_short_and_exact(show):
    page = show(Explorer(["ravine", "beale"], ["sgd", "momentum", "adam"]))
    box = page.locator('[data-part="start"]').bounding_box()
    page.mouse.move(box["x"] + 22, box["y"] + 22)
    page.mouse.down()
    page.mouse.move(box["x"] + 93, box["y"] + 51, steps=3)
    page.mouse.up()
    page.get_by_label("tilted").check()
    slide(page, "scale", 0.333)
    for name, value in (("lr", -1.23456), ("mu", 0.7), ("noise", 0.2)):
        slide(page, name, value)
    address = link(page)
    assert not re.search(r"\d{6}", address), address
    before = picture_of(page)
    page.reload()
    assert picture_of(page) == before


def test_a_start_far_away_is_brought_into_the_window(show):
    page = show(Explorer())
    page.goto(f"{page.url}#explorer-1:start=999,-999")
    rest(page)
    corner = SURFACES["ravine"].window[0][1], SURFACES["ravine"].window[1][0]
    assert start(page) == list(corner)
    goes_to(page, momentum, SURFACES["ravine"], corner, 120, **Explorer().settings["momentum"])
