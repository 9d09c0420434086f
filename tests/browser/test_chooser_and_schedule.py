"""The Chooser and the Schedule in a browser, on a page without Python."""

import math
import re

import numpy as np
import pytest
from conftest import frames, ready, slide
from descent import Chooser, Schedule, draw
from pages import ids, in_every_look, rest, too_small, violations

KNOBS = {"layers": [2, 5, 9], "activation": ["tanh", "relu"]}


def picture(layers, activation):
    t = np.arange(20)
    curves = draw.lines({"sgd": layers * 0.9**t, "adam": layers * 0.5**t}, bands={"sgd": (0.8**t, 2 * 0.9**t + 9)},
                        log="y", title="Curves", alt="Two curves.", levels=[(0.1, "goal")], stops=[(4, "cut")])  # fmt: skip
    bars = draw.bars({"sgd": 0.1 * layers, "adam": 0.02}, errors={"sgd": (0.05, 2)}, alt="Two bars.", title=activation)
    return draw.row(curves, bars, alt=f"With {layers} layers of {activation} it ends at {0.1 * layers:.1f}.")


def heat(n):
    values = np.add.outer(np.arange(5), n * np.arange(7.0))
    values[0, 0] = np.nan
    image = draw.heat(values, x=np.logspace(-3, 0, 7), y=np.linspace(0, 1, 5), log="x", bar="steps", xlabel="rate",
                      alt="Heat.", marks=[("here", (0.1, 0.5))], borders=[([0.001, 1], [0.2, 0.8])])  # fmt: skip
    spread = draw.histogram({"a": np.linspace(-1, 1, 99) ** 3, "b": np.linspace(-1, 1, 9)}, 10, alt="A histogram.")
    return draw.row(image, spread, draw.lines({"a": [1, np.nan, 3]}, alt="A gap."), alt=f"Times {n}.")


def words(page):
    return page.get_by_role("status").first.inner_text()


def settled(page):
    """Wait until the best constant rate is found and said."""
    page.wait_for_function("() => document.querySelector('[data-descent-panel]').dataset.best")
    ready(page)


def mean_end(page, part="mean"):
    return float(page.locator(f'[data-part="{part}"]').get_attribute("data-end"))


# -- the Chooser


def test_sliders_and_buttons_choose(show):
    page = show(Chooser(picture, KNOBS, chosen=(5, "tanh")))
    assert words(page) == "With 5 layers of tanh it ends at 0.5."
    slide(page, "knob0", 2)
    page.get_by_role("radio", name="relu").click()
    ready(page)
    assert words(page) == "With 9 layers of relu it ends at 0.9."
    bar = page.locator('[data-part="bar"][data-name="sgd"]')
    assert float(bar.get_attribute("data-value")) == 0.9
    end = page.locator('[data-part="curve"][data-name="adam"]').get_attribute("data-end")
    x, y = (float(v) for v in end.split(","))
    assert (x, y) == (19, pytest.approx(9 * 0.5**19, rel=1e-3))
    assert page.locator(".heading").all_inner_texts() == ["Curves", "relu"]
    assert page.locator('svg[role="img"]').first.get_attribute("aria-label") == "Two curves."


def test_keys_alone_choose(show):
    page = show(Chooser(picture, KNOBS))
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    ready(page)
    assert words(page) == "With 5 layers of relu it ends at 0.5."
    assert page.locator("input[name=knob0]").get_attribute("aria-valuetext") == "5"
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"


def test_all_choices_share_their_axes_and_a_drawing_may_have_its_own(show):
    def heights(**options):
        page = show(Chooser(lambda n: draw.lines({"a": [0, n]}, alt=f"{n}.", **options), {"n": [1, 10]}))
        low = page.locator('[data-part="curve"]').bounding_box()["height"]
        slide(page, "knob0", 1)
        return low, page.locator('[data-part="curve"]').bounding_box()["height"]

    low, high = heights()
    assert high == pytest.approx(10 * low, rel=0.2)
    assert heights(ylim=(0, 1))[0] == pytest.approx(1.08 * high, rel=0.1)


def test_chips_switch_curves_off_everywhere(show):
    page = show(Chooser(picture, KNOBS, chips=True))
    assert page.locator('[data-name="sgd"]').count() == 2
    page.locator('.chip[data-rule="sgd"]').click()
    ready(page)
    assert page.locator('[data-name="sgd"]').count() == 0
    assert page.locator('[data-name="adam"]').count() == 2
    assert page.locator('.chip[data-rule="sgd"]').get_attribute("aria-pressed") == "false"
    page.locator('.chip[data-rule="adam"]').click()
    ready(page)
    slide(page, "knob0", 1)
    page.locator('.chip[data-rule="sgd"]').click()
    ready(page)
    assert page.locator('[data-name="sgd"]').count() == 2


def test_heat_maps_leave_missing_cells_blank(show):
    page = show(Chooser(heat, {"n": [1, 2]}))
    assert page.locator('[data-part="heat"] rect').count() == 34
    gap = page.locator('[data-part="curve"][data-name="a"]').last.get_attribute("d")
    assert gap.count("M") == 2
    fills = page.eval_on_selector_all(
        '[data-part="heat"] rect', "all => new Set(all.map((r) => getComputedStyle(r).fill)).size"
    )
    assert fills == 10


def test_nothing_below_jumps_when_the_sentence_grows(show):
    page = show(Chooser(lambda n: draw.lines({"a": [1, n]}, alt="Long " * n + "."), {"n": [1, 90]}), width=390)
    before = page.locator("[data-descent-panel]").bounding_box()["height"]
    slide(page, "knob0", 1)
    assert page.locator("[data-descent-panel]").bounding_box()["height"] == before


# -- the Schedule


def test_the_runs_are_those_of_python(show):
    figure = Schedule("sgd", "cosine", steps=200)
    page = show(figure)
    assert mean_end(page) == pytest.approx(figure.losses()[-1].mean(), rel=1e-9)
    settled(page)
    best = float(page.locator("[data-descent-panel]").get_attribute("data-best"))
    constants = {}
    for k in range(-150, 25):
        figure = Schedule("sgd", "constant", lr=max(0.001, 10 ** (k / 50)), steps=200)
        constants[10 ** (k / 50)] = figure.losses()[-1].mean()
    expected = min(constants, key=lambda rate: math.inf if math.isnan(constants[rate]) else constants[rate])
    assert best == pytest.approx(expected)
    assert mean_end(page, "constant") == pytest.approx(constants[expected], rel=1e-3)
    assert re.search(r"ends at 0\.\d+\. The best constant rate, 0\.\d+, ends at 0\.\d+:", words(page))


def test_shapes_rules_and_sliders_change_the_runs(show):
    page = show(Schedule(["sgd", "adam"], "constant", lr=0.5, steps=100))
    page.get_by_role("button", name="step", exact=True).click()
    ready(page)
    figure = Schedule("sgd", "step", lr=0.5, steps=100)
    assert mean_end(page) == pytest.approx(figure.losses()[-1].mean(), rel=1e-9)
    assert page.get_by_role("button", name="step", exact=True).get_attribute("aria-pressed") == "true"
    page.get_by_role("radio", name="Adam").click()
    slide(page, "full", -1)
    slide(page, "noise", 0)
    figure = Schedule("adam", "step", lr=0.1, noise=0, steps=100)
    assert mean_end(page) == pytest.approx(figure.losses()[-1].mean(), rel=0.02)


def test_arrow_keys_move_a_point(show):
    page = show(Schedule("sgd", "constant", lr=0.1, steps=100))
    page.locator('[data-part="point"]').nth(2).focus()
    for key in ("ArrowUp", "ArrowUp", "Shift+ArrowDown", "PageUp"):
        page.keyboard.press(key)
    ready(page)
    figure = Schedule("sgd", "constant", lr=0.1, steps=100)
    rate = 0.1
    for move in (0.05, 0.05, -0.25, 0.25):
        rate = float(f"{rate * 10**move:.4g}")
    figure.rates = [0.1, 0.1, rate, 0.1, 0.1, 0.1]
    assert mean_end(page) == pytest.approx(figure.losses()[-1].mean(), rel=1e-9)
    point = page.locator('[data-part="point"]').nth(2)
    assert point.get_attribute("aria-label") == "Rate at step 41"
    assert point.get_attribute("aria-valuetext") == "rate 0.126"
    page.keyboard.press("End")
    ready(page)
    assert point.get_attribute("aria-valuetext") == "rate 3.16"


@pytest.mark.parametrize("at", [0, 5])
def test_the_mouse_drags_a_point(show, at):
    page = show(Schedule("sgd", "constant", lr=0.1))
    box = page.locator('[data-part="point"]').nth(at).bounding_box()
    x, y = box["x"] + 22, box["y"] + 22
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y - 40, steps=5)
    page.mouse.up()
    ready(page)
    moved = page.locator('[data-part="point"]').nth(at).bounding_box()
    assert moved["y"] == pytest.approx(box["y"] - 40, abs=1)
    others = [page.locator('[data-part="point"]').nth(k).get_attribute("aria-valuetext") for k in range(6) if k != at]
    assert others == ["rate 0.1"] * 5


def test_a_finger_drags_a_point(show):
    page = show(Schedule("sgd", "constant", lr=0.1), width=390, has_touch=True, is_mobile=True)
    point = page.locator('[data-part="point"]').nth(3)
    point.scroll_into_view_if_needed()
    box = point.bounding_box()
    x, y = box["x"] + 22, box["y"] + 22
    touch = page.context.new_cdp_session(page)
    touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
    touch.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [{"x": x, "y": y + 30}]})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    ready(page)
    assert point.bounding_box()["y"] == pytest.approx(box["y"] + 30, abs=1)


def test_lost_runs_are_said(show):
    page = show(Schedule("sgd", "constant", lr=2.5, steps=200))
    settled(page)
    assert words(page).startswith("Gradient descent: 64 of 64 runs are lost; somewhere the rate is too large")
    assert "The best constant rate" in words(page)


# -- both


def test_a_chooser_hears_python_and_tells_it(stub):
    page = stub(Chooser(picture, KNOBS))
    page.evaluate("() => model.set('chosen', [9, 'relu'])")
    ready(page)
    assert words(page) == "With 9 layers of relu it ends at 0.9."
    slide(page, "knob0", 0)
    assert page.evaluate("() => [model.get('chosen'), saved]") == [[2, "relu"], 1]


def test_a_schedule_hears_python_and_tells_it(stub):
    page = stub(Schedule(["sgd", "adam"], steps=60))
    page.evaluate(
        "() => { model.set('rule', 'adam'); model.set('rates', [1, 1, 1, 1, 1, 0.1]); model.set('noise', 0.1); }"
    )
    ready(page)
    figure = Schedule("adam", noise=0.1, steps=60)
    figure.rates = [1, 1, 1, 1, 1, 0.1]
    assert mean_end(page) == pytest.approx(figure.losses()[-1].mean(), rel=1e-9)
    page.get_by_role("button", name="constant").click()
    rest(page)
    assert page.evaluate("() => model.get('rates')") == [1] * 6


@pytest.mark.parametrize("garbage", ["null", "'x'", "-1", "1e9", "[]", "{}", "[NaN, 1]", "[9, 'relu', 3, [], {}, '']"])
def test_garbage_does_not_break_a_figure(stub, garbage):
    for figure, traits in ((Chooser(picture, KNOBS), ["chosen"]), (Schedule(steps=30), ["rates", "rule", "noise"])):
        page = stub(figure)
        for trait in traits:
            page.evaluate(f"() => model.set('{trait}', {garbage})")
        ready(page)
        rest(page)
        assert page.locator("[data-descent-panel]").count() == 1


@pytest.mark.parametrize("make", [lambda: Chooser(picture, KNOBS), Schedule], ids=["chooser", "schedule"])
def test_leaving_leaves_nothing_behind(stub, make):
    page = stub(make())
    assert page.evaluate("() => model.listening()") > 0
    page.evaluate("() => leave()")
    frames(page)
    assert page.evaluate("() => [model.listening(), document.body.childElementCount]") == [0, 0]


ALL = (
    lambda: Chooser(picture, KNOBS, chips=True),
    lambda: Chooser(heat, {"how many times the usual value": [0.00125, 12500]}),
    Schedule,
)


@pytest.mark.parametrize("width", [320, 390, 768, 1280, 2560])
def test_no_sideways_scrolling_and_no_small_targets(show, width):
    page = show(*[make() for make in ALL], width=width)
    assert page.evaluate("document.documentElement.scrollWidth") == width
    least = 44 if width <= 390 else 24
    assert too_small(page, least) == []
    outside = page.evaluate(
        "() => [...document.querySelectorAll('.plot svg text, .tick > span')].filter((e) => {"
        " const box = e.getBoundingClientRect(), around = e.closest('[data-descent-panel]').getBoundingClientRect();"
        " return box.width && (box.left < around.left - 1 || box.right > around.right + 1); }).map((e) => e.textContent)"
    )
    assert outside == []


@in_every_look
def test_accessible(show, look):
    page = show(*[make() for make in ALL], **look)
    assert violations(page) == []


def test_ids_are_unique_among_many(show):
    page = show(*[make() for make in ALL + ALL])
    assert len(ids(page)) == len(set(ids(page))) >= 12


def test_on_paper_the_knobs_are_gone_and_the_picture_stays(show):
    page = show(ALL[0](), ALL[2]())
    page.emulate_media(media="print")
    assert not page.locator(".dials").first.is_visible()
    assert not page.get_by_role("button", name="cosine").is_visible()
    assert page.locator('[data-part="bar"]').first.is_visible()
    assert page.locator(".readout").first.is_visible()
