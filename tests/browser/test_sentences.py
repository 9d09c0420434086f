"""The line in words: who arrived, who is best, who is lost."""

from conftest import slide
from descent import Explorer, descend, sgd
from pages import RAVINE, more, rest, signs


def test_words_and_standings_say_who_arrived(show):
    page = show(Explorer(rules=["sgd", "momentum"], mu=0.8))
    more(page)
    rest(page)
    assert page.get_by_role("status").inner_text() == (
        "Momentum reaches loss 10⁻⁶ after 67 steps; gradient descent needs 130."
    )
    rows = page.locator("tbody tr").all_inner_texts()
    assert [row.split()[-1] for row in rows] == ["120", "67"]


def test_a_lost_run_is_named_everywhere(show):
    page = show(Explorer(lr=2.3, mu=0.5, steps=200))
    more(page)
    step = descend(sgd, RAVINE.grad, RAVINE.start, 200, lr=2.3).failed_at
    rest(page)
    assert f"Gradient descent diverges at step {step}." in page.get_by_role("status").inner_text()
    chip = page.locator('.chip[data-rule="sgd"]')
    assert page.get_by_role("button", name=f"Gradient descent diverged at {step}").count() == 1
    assert chip.locator("small").inner_text() == f"diverged at {step}"
    assert page.locator(".exit").first.is_visible()
    assert page.locator('[data-rule="sgd"][data-part="path"]').get_attribute("data-end") == "NaN,NaN"


def test_the_best_is_only_who_arrived_first(show):
    page = show(Explorer(rules=["sgd", "momentum", signs], mu=0.8))
    more(page)
    best = page.locator("td.best")
    assert best.all_inner_texts() == ["67"]
    slide(page, "steps", 30)
    assert best.count() == 0
