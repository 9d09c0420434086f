"""The Explorer in a browser: on a page without Python, and live in JupyterLab."""

import json
import os
import random
import re
import socket
import subprocess
import sys
import time
import urllib.request
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest
from conftest import ready, slide
from descent import SURFACES, Explorer, Surface, adam, adamw, descend, losses, momentum, nag, sgd
from descent.notes import memories
from descent.rules import RULES
from descent.surfaces import ravine
from descent.walk import noisy
from PIL import Image


def end(page, rule):
    path = page.locator(f'[data-part="path"][data-rule="{rule}"]').first
    return [float(v) for v in path.get_attribute("data-end").split(",")]


def start(page):
    text = page.locator('[data-part="start"]').first.get_attribute("aria-valuetext")
    return [float(v) for v in re.findall(r"-?\d+\.\d+", text)]


def goes_to(page, rule, surface, at, steps, **hyper):
    expected = descend(rule, surface.grad, at, steps, **hyper).final
    np.testing.assert_allclose(end(page, rule.__name__), expected, rtol=0, atol=1e-9)


RAVINE = SURFACES["ravine"]


def test_the_paths_end_where_numpy_ends(show):
    explorer = Explorer(rules=["sgd", "momentum", "adam"], steps=90)
    page = show(explorer)
    for rule in (sgd, momentum, adam):
        goes_to(page, rule, RAVINE, explorer.start, 90, **explorer.settings[rule.__name__])


def test_arrow_keys_move_the_start(show):
    page = show(Explorer(lr=0.1))
    page.locator('[data-part="start"]').focus()
    for key in ("ArrowRight", "ArrowUp", "Shift+ArrowRight", "Shift+ArrowDown"):
        page.keyboard.press(key)
    ready(page)
    reach = 3.6 * 0.01
    moved = (-4 + 11 * reach, 2 - 9 * reach)
    goes_to(page, sgd, RAVINE, moved, 120, lr=0.1)
    goes_to(page, momentum, RAVINE, moved, 120, lr=0.1)


def test_the_mouse_drags_the_start(show):
    page = show(Explorer(rules=["sgd"], lr=0.1))
    before, box = start(page), page.locator('[data-part="start"]').bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 60, y + 30, steps=6)
    page.mouse.up()
    ready(page)
    after = start(page)
    assert after[0] > before[0] + 0.5
    assert after[1] < before[1] - 0.2
    np.testing.assert_allclose(end(page, "sgd"), descend(sgd, RAVINE.grad, after, 120, lr=0.1).final, atol=0.01)


def test_a_finger_drags_the_start_and_a_tap_moves_it(show):
    page = show(Explorer(rules=["sgd"]), width=390, has_touch=True, is_mobile=True)
    page.locator('[data-part="start"]').scroll_into_view_if_needed()
    box = page.locator('[data-part="start"]').bounding_box()
    x, y, before = box["x"] + 22, box["y"] + 22, start(page)
    touch = page.context.new_cdp_session(page)
    touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
    touch.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [{"x": x + 40, "y": y + 20}]})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    ready(page)
    dragged = start(page)
    assert dragged[0] > before[0] + 0.5
    page.wait_for_timeout(400)  # or the browser takes the tap for the second half of a double tap
    page.touchscreen.tap(x + 120, y + 60)
    page.wait_for_timeout(400)
    assert start(page)[0] > dragged[0] + 0.5


def test_sliders_change_the_numbers(show):
    page = show(Explorer(rules=["sgd", "momentum", "adam"]))
    slide(page, "lr", np.log10(0.05))
    slide(page, "mu", 0.6)
    slide(page, "steps", 50)
    rate = 10 ** float(page.locator("input[name=lr]").input_value())
    assert rate == pytest.approx(0.05, rel=1e-9)
    goes_to(page, sgd, RAVINE, RAVINE.start, 50, lr=rate)
    goes_to(page, momentum, RAVINE, RAVINE.start, 50, lr=rate, mu=0.6)
    goes_to(page, adam, RAVINE, RAVINE.start, 50, lr=rate, beta1=0.6)


def test_noise_is_the_same_as_in_python_and_is_put_into_words(show):
    page = show(Explorer("two_wells", ["sgd", "momentum"], lr=0.1, noise=0.25))
    two_wells = SURFACES["two_wells"]
    for rule in (sgd, momentum):
        goes_to(page, noisy(rule, 0.25), two_wells, two_wells.start, 120, lr=0.1)
    page.wait_for_timeout(400)
    words = page.get_by_role("status").inner_text()
    assert words.startswith("Gradient descent stays in a shallower valley, near loss 0.69")
    assert "The noise never lets momentum settle: in the long run its loss hovers near" in words
    ends = [losses(descend(noisy(sgd, 0.25, seed), two_wells.grad, two_wells.start, 120, lr=0.1), two_wells)[-1]
            for seed in range(2, 22)]  # fmt: skip
    lowest, highest = (f"{loss:.3f}" if loss < 1 else f"{loss:.2f}" for loss in (min(ends), max(ends)))
    assert f"the loss of gradient descent after 120 steps lies between {lowest} and {highest}." in words
    assert page.locator(".draws").get_attribute("d").count("M") == 20
    slide(page, "noise", 0)
    goes_to(page, sgd, two_wells, two_wells.start, 120, lr=0.1)
    assert page.locator(".draws").get_attribute("d") == ""


def test_the_rate_slider_marks_where_each_rule_becomes_unstable(show):
    page = show(Explorer(rules=["sgd", "momentum", "nag"], lr=0.1, mu=0.5), Explorer(rules=["nag"], lr=0.1, mu=0.5))
    assert page.locator(".tick", has_text="2(1+μ)/(1+2μ)L").count() == 4
    track = page.locator("input[name=lr]").last
    low, high = (float(track.get_attribute(end)) for end in ("min", "max"))
    mark = page.locator(".rates").last.locator(".tick", has_text="2(1+μ)/(1+2μ)L").last.get_attribute("style")
    part = float(re.search(r"\* ([\d.]+)\)", mark)[1])
    assert 10 ** (low + part * (high - low)) == pytest.approx(1.5, rel=1e-9)
    for lr, lost in ((1.49, False), (1.51, True)):
        last = descend(nag, RAVINE.grad, (-4, 2), 3000, lr=lr, mu=0.5).final
        assert (not np.all(np.abs(last) < 1)) == lost


def maps_done(page, count=2):
    page.wait_for_function(
        f"() => document.querySelectorAll('.map-figure[data-stride=\"1\"]').length === {count}", timeout=20_000
    )
    ready(page)


@pytest.mark.parametrize("worker", [True, False])
def test_maps_of_settings_and_of_starts(show, browser, worker):
    page = show(Explorer("two_wells", ["sgd", "momentum"]))
    if not worker:
        page.evaluate("() => { window.Worker = class { constructor() { throw new Error('not here'); } }; }")
    assert page.locator("canvas:visible").count() == 0
    workers = []
    page.on("worker", lambda worker: workers.append(worker))
    page.get_by_text("Maps of all settings and all starts").click()
    page.get_by_label("Optimizer on the maps").select_option("momentum")
    maps_done(page)
    assert (len(workers) >= 2) == worker
    words = page.locator("[data-map=starts] .map-words").inner_text()
    (x0, x1), (y0, y1) = SURFACES["two_wells"].window
    starts = np.stack(np.meshgrid(np.linspace(x0, x1, 200), np.linspace(y0, y1, 200)), -1)
    lr = Explorer("two_wells", ["momentum"]).settings["momentum"]["lr"]
    final = descend(momentum, SURFACES["two_wells"].grad, starts, 260, keep="last", lr=lr).final
    shallow = np.mean(np.hypot(*np.moveaxis(final - SURFACES["two_wells"].minima[1], -1, 0)) < 0.3)
    assert f"{round(100 * shallow)} % end in the shallower valley" in words
    assert page.locator("[data-map=starts] canvas").get_attribute("aria-label") == words
    settings = page.locator("[data-map=settings] .map-words").inner_text()
    best = re.search(r"Quickest: (\d+) steps, at learning rate ([\d.]+) and momentum ([\d.]+)", settings)
    assert int(best[1]) < 20
    assert page.locator("[data-map=settings] .map-swatch").count() == 4


def test_a_place_on_a_map_is_a_setting_or_a_start(show):
    page = show(Explorer("two_wells", ["sgd", "momentum"], maps=True))
    page.get_by_label("Optimizer on the maps").select_option("momentum")
    maps_done(page)
    page.locator("[data-map=settings] .map-board").scroll_into_view_if_needed()
    box = page.locator("[data-map=settings] .map-board").bounding_box()
    page.mouse.click(box["x"] + 0.5 * box["width"], box["y"] + 0.5 * box["height"])
    page.mouse.move(0, 0)
    maps_done(page)
    said = page.locator("[data-part=settings]").get_attribute("aria-valuetext")
    assert re.fullmatch(r"learning rate 0\.03\d?, momentum 0\.(49|50): (at loss|arrives after) .* steps", said)
    pinned = page.locator("[data-part=settings]").get_attribute("style")
    page.locator("[data-part=settings]").focus()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Shift+ArrowRight")
    ready(page)
    assert page.locator("[data-part=settings]").get_attribute("style") != pinned
    assert "momentum 0.50" in page.locator("[data-part=settings]").get_attribute("aria-valuetext")
    page.locator("[data-part=starts]").focus()
    page.keyboard.press("Shift+ArrowRight")
    ready(page)
    (x0, x1), _ = SURFACES["two_wells"].window
    assert start(page)[0] == pytest.approx(-2.6 + 0.1 * (x1 - x0), abs=0.006)
    maps_done(page)


def test_maps_stop_with_their_rule_and_redraw_in_the_dark(show):
    page = show(Explorer(["ravine", "beale"], ["adam", "sgd"], maps=True))
    pixel = "() => document.querySelector('[data-map=starts] canvas').toDataURL()"
    page.get_by_role("radio", name="Beale").click()
    ready(page)
    page.locator('.chip[data-rule="adam"]').click()
    maps_done(page)
    assert page.locator("[data-map=starts] .map-words").inner_text().startswith("With gradient descent, ")
    light = page.evaluate(pixel)
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    page.wait_for_timeout(100)
    assert page.evaluate(pixel) != light
    page.get_by_role("radio", name="Ravine").click()
    page.wait_for_timeout(100)  # a map is under way
    page.get_by_text("Maps of all settings and all starts").click()
    for _ in range(50):  # a busy machine takes a while to end a worker
        if page.workers:
            page.wait_for_timeout(100)
    assert len(page.workers) == 0


def test_a_surface_of_ones_own_on_a_page_without_python(show):
    page = show(Explorer(["ravine", "beale"], ["sgd", "momentum"], lr=0.1))
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
    page.wait_for_timeout(400)
    address, last = page.url, end(page, "momentum")
    page.goto("about:blank")
    page.goto(address)
    page.wait_for_function("() => document.querySelector('.map title')?.textContent.includes('cos(x)')")
    ready(page)
    assert end(page, "momentum") == last
    page.get_by_role("radio", name="Beale").click()
    ready(page)
    goes_to(page, sgd, SURFACES["beale"], SURFACES["beale"].start, 120, lr=0.1)


def test_the_condition_number_changes_the_ravine_and_its_contour_lines(show):
    page = show(Explorer(rules=["sgd"], lr=0.5))
    before = page.locator(".level").first.get_attribute("d")
    slide(page, "kappa", 1)
    goes_to(page, sgd, ravine(10), RAVINE.start, 120, lr=0.5)
    assert page.locator(".level").first.get_attribute("d") != before
    page.get_by_label("tilted").check()
    ready(page)
    goes_to(page, sgd, ravine(10, np.pi / 6), RAVINE.start, 120, lr=0.5)


def test_own_rates_and_one_rate(show):
    explorer = Explorer(mu=0.8)
    page = show(explorer)
    page.get_by_label("all at one rate").check()
    ready(page)
    goes_to(page, momentum, RAVINE, RAVINE.start, 120, lr=explorer.settings["sgd"]["lr"], mu=0.8)
    page.get_by_label("each at its own tuned rate").check()
    ready(page)
    goes_to(page, momentum, RAVINE, RAVINE.start, 120, **explorer.settings["momentum"])
    slide(page, "scale", -1)
    goes_to(page, momentum, RAVINE, RAVINE.start, 120, lr=explorer.settings["momentum"]["lr"] / 10, mu=0.8)


def test_words_and_standings_say_who_arrived(show):
    page = show(Explorer(rules=["sgd", "momentum"], mu=0.8))
    page.wait_for_timeout(400)
    assert page.get_by_role("status").inner_text() == (
        "Momentum reaches loss 10⁻⁶ after 67 steps; gradient descent needs 130."
    )
    rows = page.locator("tbody tr").all_inner_texts()
    assert [row.split()[-1] for row in rows] == ["120", "67"]


def test_a_lost_run_is_named_everywhere(show):
    page = show(Explorer(lr=2.3, mu=0.5, steps=200))
    step = descend(sgd, RAVINE.grad, RAVINE.start, 200, lr=2.3).failed_at
    page.wait_for_timeout(400)
    assert f"Gradient descent diverges at step {step}." in page.get_by_role("status").inner_text()
    chip = page.locator('.chip[data-rule="sgd"]')
    assert chip.get_attribute("aria-label") == f"Gradient descent, diverged at step {step}"
    assert chip.locator("small").inner_text() == f"diverged at {step}"
    assert page.locator(".exit").first.is_visible()
    assert page.locator('[data-rule="sgd"][data-part="path"]').get_attribute("data-end") == "NaN,NaN"


def test_chips_switch_rules_and_reset_brings_all_back(show):
    page = show(Explorer())
    page.locator('.chip[data-rule="sgd"]').click()
    ready(page)
    assert page.locator('[data-part="path"]').count() == 1
    slide(page, "steps", 10)
    page.get_by_role("button", name="Reset").click()
    ready(page)
    assert page.locator('[data-part="path"]').count() == 2
    goes_to(page, sgd, RAVINE, RAVINE.start, 120, **Explorer().settings["sgd"])


def test_picking_a_surface(show):
    explorer = Explorer(["ravine", "beale"], ["sgd"])
    page = show(explorer)
    page.get_by_role("radio", name="Beale").click()
    ready(page)
    beale = SURFACES["beale"]
    goes_to(page, sgd, beale, beale.start, 120, **Explorer("beale", ["sgd"]).settings["sgd"])
    assert not page.locator("input[name=kappa]").is_visible()


def test_steps_can_be_scrubbed_and_played(show):
    page = show(Explorer())
    page.locator(".chart").focus()
    page.keyboard.press("Home")
    page.keyboard.press("Shift+ArrowRight")
    ready(page)
    assert page.locator(".count").inner_text() == "step 10 of 120"
    page.get_by_role("button", name="Play").click()
    page.wait_for_function("() => !document.querySelector('.count').innerText.startsWith('step 10 ')")
    page.get_by_role("button", name="Pause").click()
    page.keyboard.press("Tab")


def test_reduced_motion_steps_instead_of_playing(show):
    page = show(Explorer(), reduced_motion="reduce")
    page.get_by_role("button", name="Ten steps on").click()
    page.get_by_role("button", name="Ten steps on").click()
    ready(page)
    assert page.locator(".count").inner_text() == "step 10 of 120"


def test_one_step_taken_apart(show):
    page = show(Explorer(["ravine"], ["sgd", "nag", "adam"], anatomy=True, mu=0.8))
    page.get_by_role("tab", name="One step").click()
    page.get_by_label("Optimizer to take apart").select_option("nag")
    ready(page)
    assert "Coast to the circle" in page.locator(".terms").inner_text()
    page.get_by_label("Optimizer to take apart").select_option("adam")
    ready(page)
    k = int(page.locator(".count b").inner_text())
    hyper = Explorer(["ravine"], ["adam"]).settings["adam"]
    xs, s, t = descend(adam, RAVINE.grad, RAVINE.start, k + 1, **hyper).xs, 0, k + 1
    for x in xs[:-1]:
        s = hyper["beta2"] * s + (1 - hyper["beta2"]) * RAVINE.grad(x) ** 2
    rates = hyper["lr"] / (np.sqrt(s / (1 - hyper["beta2"] ** t)) + hyper["eps"])
    shown = [float(text) for text in page.locator(".bar > :last-child").all_inner_texts()]
    np.testing.assert_allclose(shown, rates, rtol=0.01)


def rest(page):
    """Wait until the page has nothing more to say: the line in words and the address come last, after 280 ms."""
    for _ in range(2):
        ready(page)
        page.evaluate("() => new Promise((done) => setTimeout(done, 300))")


def words(page):
    rest(page)
    return page.get_by_role("status").inner_text()


@pytest.mark.parametrize(
    ("options", "answer", "verdict"),
    [
        (
            {"rules": ["sgd", "nag"], "mu": 0.8, "ask": True},
            "NAG",
            "You called it. NAG reaches loss 10⁻⁶ after 52 steps",
        ),
        (
            {"rules": ["sgd", "nag"], "mu": 0.8, "ask": "Whose?"},
            "none of them",
            "Not this time; it is NAG. NAG reaches",
        ),
        ({"rules": ["sgd"], "ask": True}, "100 to 299", "You called it. Gradient descent reaches loss 10⁻⁶ after 130"),
        (
            {"rules": ["sgd"], "ask": "steps", "lr": 1e-4},
            "fewer than 30",
            "Not this time; it is 300 or more, or never.",
        ),
        ({"ask": "lost", "lr": 2.3, "mu": 0.5}, "Gradient descent", "You called it. Momentum reaches"),
        ({"ask": "lost", "lr": 0.3, "mu": 0.5}, "Momentum", "Not this time; it is none of them."),
        ({"surface": "two_wells", "ask": "lowest", "lr": 0.2, "mu": 0.95, "steps": 300}, "Momentum", "You called it."),
    ],
)
def test_a_prediction_is_asked_for_before_the_run_is_shown(show, options, answer, verdict):
    page = show(Explorer(**options), reduced_motion="reduce")
    assert words(page) == "Make a guess, then watch."
    assert page.locator(".count").inner_text().startswith("step 0 of")
    assert not page.locator("tbody").first.is_visible()
    assert not page.locator(".chip").first.is_visible()
    page.get_by_role("button", name=answer, exact=True).click()
    ready(page)
    assert words(page).startswith(verdict)
    assert page.locator("tbody").first.is_visible()
    assert not page.locator(".ask").is_visible()
    slide(page, "steps", 20)
    assert "time" not in words(page)
    assert "called" not in words(page)


def test_a_prediction_by_keyboard_plays_the_run(show):
    page = show(Explorer(mu=0.8))
    page.get_by_role("button", name="Predict first").focus()
    page.keyboard.press("Enter")
    ready(page)
    assert page.evaluate("document.activeElement.innerText.trim()") == "Gradient descent"
    assert page.get_by_role("group", name="Which reaches loss 10⁻⁶ first?").is_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.activeElement.ariaLabel === 'Pause'")
    page.wait_for_function("() => document.querySelector('[role=status]').innerText.startsWith('You called it. Mom')")
    assert page.locator(".count").inner_text() == "step 120 of 120"


def test_a_question_can_be_skipped(show):
    page = show(Explorer(mu=0.8, ask=True))
    page.get_by_role("button", name="Skip the question").click()
    ready(page)
    assert words(page).startswith("Momentum reaches")
    page.get_by_role("button", name="Reset").click()
    assert words(page) == "Make a guess, then watch."


def numbers_in(text):
    """The numbers of a sentence, as ``−0.23`` or ``3.1·10⁻⁴``."""
    digits = str.maketrans("−⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "--0123456789")
    found = re.findall(r"([-−]?\d+(?:\.\d+)?)(?:·10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+))?", text)
    return [float(f"{m.translate(digits)}e{(e or '0').translate(digits)}") for m, e in found]


def taken_apart(rule, k, hyper):
    """Where ``rule`` stands after k steps on the ravine, where it reads the slope, that slope, and its memories."""
    asked = []

    def grad(x):
        asked.append(np.array(x))
        return RAVINE.grad(x)

    x, *memory = np.array(RAVINE.start), *(np.zeros(2) for _ in range(memories(rule)))
    for t in range(1, k + 1):
        x, *memory = rule(x, grad, t, *memory, **hyper)
    after = rule(x, grad, k + 1, *memory, **hyper)
    return x, asked[-1], RAVINE.grad(asked[-1]), memory, after


def test_a_step_is_told_in_numbers(show):
    page = show(Explorer(rules=["sgd", "nag", "adam", "adamw"], mu=0.8, anatomy=True))
    settings = Explorer(rules=["sgd", "nag", "adam", "adamw"], mu=0.8).settings
    page.get_by_role("tab", name="One step").click()
    said = {}
    for rule in settings:
        page.get_by_label("Optimizer to take apart").select_option(rule)
        ready(page)
        said[rule] = numbers_in(page.locator(".numbers").inner_text())
        assert numbers_in(words(page)) == said[rule]
    k = int(said["sgd"][0])

    def expect(rule, *parts):
        np.testing.assert_allclose(said[rule], [k, k + 1, *np.hstack(parts)], rtol=0.05, atol=1e-12)

    h = settings["sgd"]
    x, _, g, _, (new,) = taken_apart(sgd, k, h)
    expect("sgd", x, g, -h["lr"], new - x, np.hypot(*(new - x)))
    h = settings["nag"]
    x, at, g, (v,), (new, _) = taken_apart(nag, k, h)
    expect("nag", x, at, g, h["mu"] * v, -h["lr"] * g, new - x, np.hypot(*(new - x)))
    for name, rule in (("adam", adam), ("adamw", adamw)):
        h = settings[name]
        x, _, g, _, (new, m, s) = taken_apart(rule, k, h)
        m_hat, s_hat = m / (1 - h["beta1"] ** (k + 1)), s / (1 - h["beta2"] ** (k + 1))
        share = [np.sqrt(1 - h["beta2"] ** (k + 1)) / (1 - h["beta1"] ** (k + 1))]
        decay = [-h["lr"] * h["decay"] * x] if name == "adamw" else []
        rates = h["lr"] / (np.sqrt(s_hat) + h["eps"])
        expect(name, x, g, m_hat, rates, new - x, np.hypot(*(new - x)), *decay, share)


def test_the_run_is_also_a_table(show):
    explorer = Explorer(rules=["sgd", "momentum"], lr=2.1, mu=0.5, steps=50)
    page = show(explorer)
    table = page.locator(".as-table table")
    assert table.locator("tr").count() == 0
    page.get_by_text("The run as a table").click()
    ready(page)
    rows = [row.split("\t") for row in table.locator("tbody tr").all_inner_texts()]
    assert [int(row[0]) for row in rows] == [*range(0, 50, 3), 50]
    for i, rule in enumerate((sgd, momentum)):
        run = descend(rule, RAVINE.grad, RAVINE.start, 50, **explorer.settings[rule.__name__])
        for row in rows:
            x, y, loss = (numbers_in(text)[0] for text in row[1 + 3 * i : 4 + 3 * i])
            np.testing.assert_allclose([x, y], run.xs[int(row[0])], rtol=0.05, atol=1e-12)
            np.testing.assert_allclose(loss, RAVINE.value(run.xs[int(row[0])]), rtol=0.06, atol=1e-12)
    slide(page, "lr", 1)
    assert table.locator("tbody tr").last.inner_text().split("\t")[3] == "diverged"


def link(page):
    """What the address says about the explorers, once the page is at rest."""
    rest(page)
    return page.evaluate("location.hash")


def picture_of(page, number=0):
    """Everything a state shows: the paths, the words, the settings."""
    rest(page)
    return (
        page.locator("[data-descent-explorer]")
        .nth(number)
        .evaluate(
            "(e) => [[...e.querySelectorAll('[data-part=path]')].map((p) => [p.dataset.rule, p.dataset.end]),"
            " [...e.querySelectorAll('path')].filter((p) => p.checkVisibility()).map((p) => p.getAttribute('d')),"
            " [...e.querySelectorAll('input')].filter((i) => i.offsetParent).map((i) => [i.value, i.checked]), e.innerText]"
        )
    )


def test_a_link_opens_exactly_the_state_it_was_copied_from(show):
    explorers = [
        Explorer(lr=0.3),
        Explorer(["ravine", "two_wells"], ["sgd", "momentum", "adam"], anatomy=True, mu=0.8),
        Explorer(steps=20),
    ]
    page = show(*explorers)
    assert link(page) == ""
    second = page.locator("[data-descent-explorer]").nth(1)
    second.get_by_label("tilted").check()
    second.locator('[data-part="start"]').focus()
    page.keyboard.press("Shift+ArrowRight")
    second.locator('.chip[data-rule="sgd"]').click()
    second.locator("input[name=mu]").focus()
    page.keyboard.press("ArrowLeft")
    second.locator("input[name=scale]").focus()
    page.keyboard.press("ArrowRight")
    second.locator(".chart").focus()
    page.keyboard.press("Home")
    page.keyboard.press("PageUp")
    second.get_by_role("tab", name="One step").click()
    hash_ = link(page)
    assert hash_.startswith("#explorer-2:")
    assert "&" not in hash_
    before = picture_of(page, 1)
    page.reload()
    assert picture_of(page, 1) == before
    assert link(page) == hash_
    assert end(page, "sgd") != [0, 0]  # the first explorer is as it was

    page.goto(page.url.split("#")[0] + "#explorer-3")
    page.evaluate("h => { location.hash = h; }", hash_)
    assert picture_of(page, 1) == before
    second.get_by_role("radio", name="Two wells").click()
    assert "surface=two_wells" in link(page)
    before = picture_of(page, 1)
    page.reload()
    assert picture_of(page, 1) == before
    second.get_by_role("button", name="Reset").click()
    assert link(page) == ""


def test_a_link_opens_the_fold_that_its_figure_is_in(show):
    page = show(Explorer(), Explorer())
    page.evaluate(
        "() => { const fold = document.createElement('details'), host = document.querySelectorAll('.widget-host')[1];"
        " host.before(fold); fold.append(host); }"
    )
    assert not page.locator(".map").nth(1).is_visible()
    page.evaluate("() => { location.hash = '#explorer-2:steps=50;step=50'; }")
    rest(page)
    assert page.locator(".count").nth(1).inner_text() == "step 50 of 50"
    assert page.evaluate("scrollY") > 100


def test_the_link_is_copied_whole(show):
    page = show(Explorer(), permissions=["clipboard-read", "clipboard-write"])
    slide(page, "steps", 33)
    page.get_by_role("button", name="Copy link").click()
    page.get_by_text("Link copied.").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == page.url.split("#")[0] + "#explorer-1:steps=33;step=33"


def test_a_link_is_shown_where_nothing_can_be_copied(show):
    page = show(Explorer())
    page.evaluate(
        "() => { navigator.clipboard.writeText = () => Promise.reject(); document.execCommand = () => false; }"
    )
    page.get_by_role("button", name="Copy link").click()
    assert page.get_by_label("Copy this:").input_value() == page.url.split("#")[0] + "#explorer-1"


@pytest.mark.parametrize(
    "text", ["steps=x;mu=3", "surface=beale", "%", "start=1", "__proto__.lr=1", "momentum.mu=1", "=", "rules=sgd,adam"]
)
def test_an_old_link_shows_what_it_can_and_says_so(show, text):
    page = show(Explorer())
    page.goto(f"{page.url}#explorer-1:steps=40;step=40;{text}")
    page.get_by_text("Part of the link does not fit this figure and was left out.").wait_for()
    goes_to(page, sgd, RAVINE, RAVINE.start, 40, **Explorer().settings["sgd"])


@pytest.mark.parametrize("kind", ["svg", "png"])
@pytest.mark.parametrize("width", [1280, 390])
def test_the_picture_can_be_saved(show, tmp_path, kind, width):
    page = show(Explorer(rules=["sgd", "nag"], mu=0.8), width=width)
    with page.expect_download() as saving:
        page.get_by_role("button", name=f"Save as {kind.upper()}").click()
    assert saving.value.suggested_filename == f"ravine-sgd-nag.{kind}"
    saving.value.save_as(tmp_path / f"picture.{kind}")
    page.get_by_text(f"Saved as ravine-sgd-nag.{kind}.").wait_for()
    if kind == "svg":
        text = (tmp_path / "picture.svg").read_text()
        root = ElementTree.fromstring(text)
        assert "NAG reaches loss 10⁻⁶ after 52 steps" in "".join(root.itertext())
        assert "var(" not in text
    else:
        picture = np.asarray(Image.open(tmp_path / "picture.png").convert("RGB")).astype(int)
        assert picture.shape[1] > 1.5 * min(width, 900)
        for colour in ([0x3D, 0x44, 0x4D], [0, 0x94, 0x6E]):  # gradient descent and NAG
            assert np.sum(np.abs(picture - colour).sum(axis=2) < 12) > 200


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
        ({"surface": ["beale", "ravine"]}, lambda page: page.get_by_role("radio", name="Ravine").click()),
        ({"anatomy": True}, lambda page: page.get_by_label("tilted").check()),
        ({"surface": BOWL, "ask": True}, lambda page: None),
    ],
)
def test_the_python_call_makes_the_same_explorer(show, options, change):
    page = show(Explorer(**options), permissions=["clipboard-read", "clipboard-write"])
    change(page)
    ready(page)
    *lines, last = python_from(page).splitlines()
    names = {"Explorer": Explorer, "Surface": Surface}
    exec("\n".join(lines), names)
    explorer = eval(last, names)
    for rule in explorer.rules:
        surface = explorer._surface_at(explorer.surface, explorer.parameters)
        goes_to(page, RULES[rule], surface, explorer.start, explorer.steps, **explorer.settings[rule])
    assert bool(explorer.ask) == page.locator(".ask").is_visible()


def test_a_question_set_from_python_hides_the_run(stub):
    page = stub(Explorer(mu=0.8))
    page.evaluate("() => model.set('ask', 'Who is first?')")
    assert words(page) == "Make a guess, then watch."
    page.evaluate("() => model.set('rules', [])")
    ready(page)
    assert page.locator(".answer").count() == 0
    page.evaluate("() => model.set('rules', ['sgd', 'momentum'])")
    ready(page)
    page.get_by_role("group", name="Who is first?").get_by_text("Momentum").click()
    page.wait_for_function("() => document.querySelector('[role=status]').innerText.startsWith('You called it.')")


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


def test_what_is_drawn_is_told_to_python(stub):
    page = stub(Explorer(mu=0.8))
    told = page.evaluate("() => model.get('settings')")
    assert told == Explorer(mu=0.8).settings
    before = page.evaluate("() => saved")
    slide(page, "mu", 0.5)
    page.locator('[data-part="start"]').focus()
    page.keyboard.press("ArrowRight")
    ready(page)
    page.wait_for_timeout(200)
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
    page.wait_for_timeout(400)
    assert page.evaluate("() => [model.listening(), document.body.childElementCount]") == [0, 0]


def too_small(page, height):
    """Everything one presses that is less high than ``height`` pixels."""
    return page.evaluate(
        "(least) => [...document.querySelectorAll('button, summary, select, label.check, .track input, [tabindex]')]"
        ".filter((e) => e.checkVisibility() && e.getBoundingClientRect().height < least).map((e) => e.outerHTML)",
        height,
    )


def test_a_touch_screen_gets_targets_for_fingers(show):
    page = show(Explorer(list(SURFACES), list(RULES), anatomy=True), width=1280, has_touch=True, is_mobile=True)
    page.get_by_role("tab", name="One step").click()
    ready(page)
    assert too_small(page, 44) == []


@pytest.mark.parametrize("width", [320, 390, 768, 1280, 2560])
def test_no_sideways_scrolling(show, width):
    page = show(
        Explorer(["ravine", "saddle", "two_wells", "rosenbrock", "beale"], list(RULES), anatomy=True),
        Explorer(rules=list(RULES), ask=True),
        width=width,
    )
    page.locator("summary").first.click()
    page.get_by_role("tab", name="One step").click()
    ready(page)
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert too_small(page, 44 if width <= 640 else 26) == []


@pytest.mark.parametrize(
    "look",
    [
        {"theme": "light"},
        {"theme": "dark"},
        {"theme": "light", "width": 390},
        {"theme": "dark", "width": 390},
        {"theme": "light", "forced_colors": "active"},
    ],
)
def test_accessible(show, look):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    explorers = Explorer(["ravine", "beale"], ["sgd", "nag", "adam"], anatomy=True), Explorer(lr=2.3, ask=True)
    page = show(*explorers, **look)
    page.wait_for_timeout(400)
    page.locator('[role="tab"]', has_text="One step").click()
    page.locator(".as-table summary").first.click()
    page.get_by_text("Maps of all settings and all starts").first.click()
    ready(page)
    maps_done(page)
    found = axe.run(page).response["violations"]
    assert [(v["id"], [n["html"] for n in v["nodes"]]) for v in found] == []


def test_ids_are_unique_among_many(show):
    page = show(*[Explorer(steps=20 + i) for i in range(6)])
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map((e) => e.id)")
    assert len(ids) == len(set(ids)) >= 12


def focused(page):
    return page.evaluate(
        "() => { const e = document.activeElement;"
        " return e.name || e.dataset.part || e.getAttribute('aria-label') || e.innerText.trim(); }"
    )


def tab_to(page, name):
    """Press Tab until ``name`` has the focus; it must be seen to have it."""
    for _ in range(40):
        page.keyboard.press("Tab")
        if focused(page) == name:
            assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
            return
    raise AssertionError(f"Tab never came to {name}")


def test_everything_can_be_done_by_keyboard(show):
    rules = ["sgd", "nag", "adam"]
    page = show(
        Explorer(rules=rules, anatomy=True, ask=True, mu=0.8),
        reduced_motion="reduce",
        permissions=["clipboard-read", "clipboard-write"],
    )
    tab_to(page, "NAG")
    page.keyboard.press("Space")
    ready(page)
    assert words(page).startswith("You called it. NAG reaches")
    assert focused(page) == "Ten steps on"

    page.keyboard.press("Shift+Tab")
    assert focused(page) == "start"
    page.keyboard.press("Shift+ArrowRight")
    ready(page)
    at = start(page)
    assert at[0] == pytest.approx(-4 + 0.36, abs=0.006)

    tab_to(page, "Step shown")
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    tab_to(page, "Standings")
    page.keyboard.press("ArrowRight")
    assert focused(page) == "One step"
    ready(page)
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    ready(page)
    assert words(page).startswith("Step 2 → 3 of NAG, from (")

    tab_to(page, "scale")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("PageDown")
    ready(page)
    assert page.locator("input[name=scale]").input_value() != "0"
    before = picture_of(page)
    tab_to(page, "Copy link")
    page.keyboard.press("Enter")
    page.get_by_text("Link copied.").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    page.goto("about:blank")
    page.goto(copied)
    assert picture_of(page) == before


KEYS = [
    *("surface", "start", "rules", "steps", "step", "noise", "maps", "shared", "rate", "scale", "tab", "who", "asking"),
    *("surface.kappa", "surface.tilt", "sgd.lr", "momentum.mu", "momentum.lr", "adam.beta2", "adam.eps"),
    *("__proto__", "constructor.x", "sgd.__proto__", "__proto__.lr", "surface.constructor", "", ".", "a.b.c"),
]
VALUES = [
    *("", "0", "-1", "1", "40", "1000", "1001", "1e9", "-1e999", "NaN", "Infinity", "0x10", "2.5", "1e-9", "0.9999999"),
    *("true", "false", "null", "tuned", "sgd,adam", "sgd,,sgd", "1,2", "999,-999", "1,2,3", "beale", "two_wells"),
    *("step", "standings", "%", "%00", "%E2%80%AE", "</script><script>hacked=1</script>", "javascript:hacked=1"),
    *("<img src=x onerror=hacked=1>", "${hacked=1}", "');hacked=1;('", "=", ";", "&", "#", "💥", "a" * 6000),
]


def garbled_link(chance):
    """One in five is any text, the others are items that look right, with any value."""
    if chance.random() < 0.2:
        return "".join(
            chr(chance.choice([chance.randrange(33, 127), chance.randrange(0x20, 0xD7FF)])) for _ in range(40)
        )
    return ";".join(f"{chance.choice(KEYS)}={chance.choice(VALUES)}" for _ in range(chance.randrange(1, 8)))


OPEN_LINKS = """
async (links) => {
  let slowest = 0;
  for (const link of links) {
    history.replaceState(null, "", "#explorer-1:" + link);
    const began = performance.now();
    dispatchEvent(new Event("hashchange"));
    await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    slowest = Math.max(slowest, performance.now() - began);
  }
  return [slowest, typeof hacked];
}
"""


def test_a_thousand_garbled_links_never_break_the_figure(show):
    chance = random.Random(1)
    page = show(Explorer(["ravine", "two_wells", "beale"], ["sgd", "momentum", "adam"], anatomy=True, mu=0.8))
    links = [garbled_link(chance) for _ in range(1000)]
    slowest, hacked = page.evaluate(OPEN_LINKS, links)
    assert hacked == "undefined"
    assert slowest < 1000
    page.get_by_role("button", name="Reset").click()
    ready(page)
    goes_to(page, momentum, RAVINE, RAVINE.start, 120, **Explorer(mu=0.8).settings["momentum"])


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


def test_an_explorer_out_of_sight_stops_its_animation(show):
    page = show(Explorer(), Explorer(), Explorer(), Explorer(steps=300))
    page.get_by_role("button", name="Play").first.click()
    page.evaluate("scrollTo(0, 1e6)")
    page.wait_for_timeout(300)
    count = page.locator(".count").first
    stopped = count.inner_text()
    assert stopped != "step 120 of 120"
    page.wait_for_timeout(300)
    assert count.inner_text() == stopped


# -- live


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """The address of a JupyterLab server in an empty directory, and that directory."""
    folder = tmp_path_factory.mktemp("lab")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = os.environ | {f"JUPYTER_{name}_DIR": str(folder / name) for name in ("CONFIG", "DATA", "RUNTIME")}
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ip=127.0.0.1", f"--port={port}"]
    command += [
        "--IdentityProvider.token=",
        "--ServerApp.password=",
        f"--ServerApp.root_dir={folder}",
        "--LabApp.news_url=",
    ]
    server = subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder
    )
    address = f"http://127.0.0.1:{port}"
    for _ in range(120):
        try:
            urllib.request.urlopen(f"{address}/api").close()
            break
        except OSError:
            time.sleep(0.5)
    yield address, folder
    server.terminate()
    server.wait(20)


CELLS = [
    "from descent import Explorer\n"
    "def lazy(x, grad, t, *, lr=0.1):\n"
    "    return (x - lr * grad(x) / t ** 0.5,)\n"
    "explorer = Explorer(rules=['sgd', lazy], lr=0.1)\n"
    "explorer",
    "print('start', explorer.start, 'steps', explorer.steps)",
    "explorer.settings = {'sgd': {'lr': 0.3}}\nexplorer.start = [1.0, 0.5]\nprint('set')",
]


def test_live_in_jupyterlab(browser, lab):
    address, folder = lab
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    cells = [
        {"cell_type": "code", "id": f"c{i}", "metadata": {}, "source": text, "outputs": [], "execution_count": None}
        for i, text in enumerate(CELLS)
    ]
    notebook = {"nbformat": 4, "nbformat_minor": 5, "metadata": kernel, "cells": cells}
    (folder / "live.ipynb").write_text(json.dumps(notebook))
    page = browser.new_page(viewport={"width": 1300, "height": 1400})
    page.goto(f"{address}/lab/tree/live.ipynb")
    page.get_by_text("| Idle").wait_for(timeout=60_000)
    page.locator(".jp-Cell").first.locator(".cm-content").click()
    page.keyboard.press("Shift+Enter")
    page.locator("[data-descent-explorer]").wait_for(timeout=60_000)
    ready(page)
    goes_to(page, sgd, RAVINE, RAVINE.start, 120, lr=0.1)
    np.testing.assert_allclose(
        end(page, "lazy"), descend(lazy, RAVINE.grad, RAVINE.start, 120, lr=0.1).final, atol=1e-9
    )

    box = page.locator('[data-part="start"]').bounding_box()
    page.mouse.move(box["x"] + 22, box["y"] + 22)
    page.mouse.down()
    page.mouse.move(box["x"] + 80, box["y"] + 60, steps=5)
    page.mouse.up()
    slide(page, "steps", 40)
    dragged = start(page)
    page.wait_for_timeout(500)
    page.locator(".jp-Cell").nth(1).locator(".cm-content").click()
    page.keyboard.press("Shift+Enter")
    said = page.locator(".jp-Cell").nth(1).locator(".jp-OutputArea-output")
    said.wait_for(timeout=20_000)
    numbers = [float(v) for v in re.findall(r"-?\d+(?:\.\d+)?", said.inner_text())]
    assert numbers[:2] == pytest.approx(dragged, abs=0.006)
    assert numbers[2] == 40

    page.keyboard.press("Shift+Enter")
    page.locator(".jp-Cell").nth(2).locator(".jp-OutputArea-output").wait_for(timeout=20_000)
    page.wait_for_timeout(500)
    ready(page)
    goes_to(page, sgd, RAVINE, (1, 0.5), 40, lr=0.3)

    assert page.get_by_role("button", name="Copy link").count() == 0  # a notebook's figure has no address of its own
    page.get_by_role("button", name="Copy as Python").click()
    page.get_by_text("Python copied.").wait_for()
    page.close()


def lazy(x, grad, t, *, lr=0.1):
    return (x - lr * grad(x) / t**0.5,)
