"""The map and the start: paths end where NumPy ends, and the start is moved by keys, mouse and finger."""

import numpy as np
import pytest
from conftest import frames, ready, slide
from descent import SURFACES, Explorer, adam, descend, momentum, sgd, steps_to
from descent.surfaces import ravine
from pages import RAVINE, end, goes_to, more, numbers_in, own, picture_of, rest, said, start


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
    frames(page)  # or the browser takes the tap for the second half of a double tap
    page.touchscreen.tap(x + 120, y + 60)
    rest(page)
    assert start(page)[0] > dragged[0] + 0.5


def test_the_condition_number_changes_the_ravine_and_its_contour_lines(show):
    page = show(Explorer(rules=["sgd"], lr=0.5))
    more(page)
    before = page.locator(".level").first.get_attribute("d")
    slide(page, "kappa", 1)
    goes_to(page, sgd, ravine(10), RAVINE.start, 120, lr=0.5)
    assert page.locator(".level").first.get_attribute("d") != before
    page.get_by_label("tilted").check()
    ready(page)
    goes_to(page, sgd, ravine(10, np.pi / 6), RAVINE.start, 120, lr=0.5)


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
    more(page)
    page.get_by_role("radio", name="Beale").click()
    ready(page)
    beale = SURFACES["beale"]
    goes_to(page, sgd, beale, beale.start, 120, **Explorer("beale", ["sgd"]).settings["sgd"])
    assert not page.locator("input[name=kappa]").is_visible()


def test_steps_can_be_scrubbed_and_played(show):
    page = show(Explorer())
    more(page)
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


def test_an_explorer_out_of_sight_stops_its_animation(show):
    page = show(Explorer(), Explorer(), Explorer(), Explorer(steps=300))
    page.get_by_role("button", name="Play").first.click()
    page.evaluate("scrollTo(0, 1e6)")
    rest(page)
    count = page.locator(".count").first
    stopped = count.inner_text()
    assert stopped != "step 120 of 120"
    frames(page)
    assert count.inner_text() == stopped


def test_a_held_drag_shows_one_run_everywhere(show):
    page = show(Explorer(rules=["sgd"], lr=0.5, steps=60))
    more(page)
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


def test_reset_resets_everything(show):
    page = show(Explorer(["ravine", "beale"], ["sgd", "momentum"], lr=0.1, ask=True), reduced_motion="reduce")
    before = picture_of(page)
    page.locator(".answer").first.click()
    rest(page)
    assert said(page).startswith(("You called it.", "Not this time"))
    more(page)
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
    more(page)
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


def test_a_start_far_away_is_brought_into_the_window(show):
    page = show(Explorer())
    page.goto(f"{page.url}#explorer-1:start=999,-999")
    rest(page)
    corner = SURFACES["ravine"].window[0][1], SURFACES["ravine"].window[1][0]
    assert start(page) == list(corner)
    goes_to(page, momentum, SURFACES["ravine"], corner, 120, **Explorer().settings["momentum"])
