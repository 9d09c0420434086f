"""The question before the run."""

import pytest
from conftest import ready, slide
from descent import Explorer
from pages import more, rest, words


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
    more(page)
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
    more(page)
    page.get_by_role("button", name="Predict first").focus()
    page.keyboard.press("Enter")
    ready(page)
    assert page.evaluate("document.activeElement.innerText.trim()") == "Gradient descent"
    assert page.get_by_role("toolbar", name="Which reaches loss 10⁻⁶ first?").is_visible()
    page.keyboard.press("ArrowRight")
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


def test_a_question_set_from_python_hides_the_run(stub):
    page = stub(Explorer(mu=0.8))
    page.evaluate("() => model.set('ask', 'Who is first?')")
    assert words(page) == "Make a guess, then watch."
    page.evaluate("() => model.set('rules', [])")
    ready(page)
    assert page.locator(".answer").count() == 0
    page.evaluate("() => model.set('rules', ['sgd', 'momentum'])")
    ready(page)
    page.get_by_role("toolbar", name="Who is first?").get_by_text("Momentum").click()
    page.wait_for_function("() => document.querySelector('[role=status]').innerText.startsWith('You called it.')")


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
