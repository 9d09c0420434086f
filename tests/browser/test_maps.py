"""The maps of all settings and all starts."""

import re

import numpy as np
import pytest
from conftest import frames, ready
from descent import SURFACES, Explorer, descend, momentum
from pages import maps_done, more, start


@pytest.mark.parametrize("worker", [True, False])
def test_maps_of_settings_and_of_starts(show, browser, worker):
    page = show(Explorer("two_wells", ["sgd", "momentum"]))
    more(page)
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
    starts = np.stack(np.meshgrid(np.linspace(x0, x1, 400), np.linspace(y0, y1, 400)), -1)
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
    page.wait_for_function(f"(light) => ({pixel})() !== light", arg=light)
    page.get_by_role("radio", name="Ravine").click()
    frames(page, 6)  # a map is under way
    page.get_by_text("Maps of all settings and all starts").click()
    for _ in range(50):  # a busy machine takes a while to end a worker
        if page.workers:
            frames(page, 6)
    assert len(page.workers) == 0


def test_a_map_that_nobody_sees_waits(show):
    page = show(Explorer(rules=["adam"]), Explorer(), Explorer(), Explorer())
    more(page)
    page.get_by_text("Maps of all settings and all starts").first.click()
    page.wait_for_function("() => document.querySelector('[data-map=starts]').dataset.stride === '0'")
    page.evaluate("scrollTo(0, 1e6)")
    for _ in range(50):
        if page.workers or page.locator("[data-descent-explorer]").first.get_attribute("data-state") == "busy":
            frames(page, 6)
    assert len(page.workers) == 0
    assert page.locator("[data-map=starts]").first.get_attribute("data-stride") != "1"
    page.evaluate("scrollTo(0, 0)")
    maps_done(page)
