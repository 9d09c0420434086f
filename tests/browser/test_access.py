"""Keyboard, fingers, widths, and what axe finds."""

import pytest
from conftest import ready
from descent import SURFACES, Explorer
from descent.rules import RULES
from pages import ids, in_every_look, maps_done, more, picture_of, rest, start, too_small, violations, words


def test_a_fault_is_found(browser):
    page = browser.new_page()
    page.set_content('<button style="height: 20px"></button><p id="a"></p><p id="a"></p>')
    assert any(line.startswith("button-name: ") for line in violations(page))
    assert len(too_small(page, 44)) == 1
    assert ids(page) == ["a", "a"]
    page.close()


def test_a_touch_screen_gets_targets_for_fingers(show):
    page = show(Explorer(list(SURFACES), list(RULES), anatomy=True), width=1280, has_touch=True, is_mobile=True)
    more(page)
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
    more(page)
    page.locator("summary").first.click()
    page.get_by_role("tab", name="One step").click()
    ready(page)
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert too_small(page, 44 if width <= 640 else 26) == []


@in_every_look
def test_accessible(show, look):
    explorers = Explorer(["ravine", "beale"], ["sgd", "nag", "adam"], anatomy=True), Explorer(lr=2.3, ask=True)
    page = show(*explorers, **look)
    more(page)
    rest(page)
    page.locator('[role="tab"]', has_text="One step").click()
    page.locator(".as-table summary").first.click()
    page.get_by_text("Maps of all settings and all starts").first.click()
    ready(page)
    maps_done(page)
    assert violations(page) == []


def test_ids_are_unique_among_many(show):
    page = show(*[Explorer(steps=20 + i) for i in range(6)])
    assert len(ids(page)) == len(set(ids(page))) >= 12


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
    more(page)
    tab_to(page, "Gradient descent")
    page.keyboard.press("ArrowRight")
    assert focused(page) == "NAG"
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
