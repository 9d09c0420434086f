"""Schedules, rules without their correction, and every step of a rule in numbers, under the reader's hands."""

import numpy as np
from conftest import ready
from descent import Explorer, adam, descend, momentum, sgd
from descent.schedules import SCHEDULES
from descent.walk import noisy, scheduled, uncorrected
from pages import RAVINE, end, goes_to, more, numbers_in, rest, violations


def cosine(rule, steps=120):
    return scheduled(rule, lambda t: SCHEDULES["cosine"](t, steps))


def test_a_schedule_is_chosen_and_stays_in_the_link_and_in_python(show):
    explorer = Explorer(rules=["sgd", "momentum"], lr=0.1)
    page = show(explorer, permissions=["clipboard-read", "clipboard-write"])
    more(page)
    assert page.locator(".tick", has_text="2/L").count() == 2
    page.get_by_label("Schedule").select_option("cosine")
    ready(page)
    for rule in (sgd, momentum):
        goes_to(page, cosine(rule), RAVINE, RAVINE.start, 120, **explorer.settings[rule.__name__])
    assert "η 0.100, cosine" in page.locator(".rates").inner_text()
    assert page.locator(".tick", has_text="2/L").count() == 0  # which are of a constant rate
    rest(page)
    assert "schedule=cosine" in page.evaluate("location.hash")
    before = end(page, "momentum")
    page.reload()
    ready(page)
    assert end(page, "momentum") == before
    page.get_by_role("button", name="Copy as Python").click()
    page.get_by_text("Python copied.").wait_for()
    text = page.evaluate("navigator.clipboard.readText()")
    assert 'schedule="cosine"' in text
    assert eval(text, {"Explorer": Explorer}).schedule == "cosine"
    page.get_by_role("button", name="Reset").click()
    ready(page)
    goes_to(page, sgd, RAVINE, RAVINE.start, 120, lr=0.1)


def test_a_schedule_is_said_beside_the_rate_before_more_is_opened(show):
    page = show(Explorer(rules=["sgd"], schedule="warm-up"))
    assert page.locator(".front .rates").inner_text().endswith("× 1, warm-up, cosine\n0.1\ntuned\n10")


def test_the_correction_is_switched_off_and_on(show):
    explorer = Explorer(rules=["sgd", "adam"], knobs=["bias_correction"])
    page = show(explorer)
    settings = explorer.settings["adam"]
    goes_to(page, adam, RAVINE, RAVINE.start, 120, **settings)
    page.get_by_label("Bias correction").uncheck()
    ready(page)
    goes_to(page, uncorrected(adam), RAVINE, RAVINE.start, 120, **settings)
    rest(page)
    assert "corrected=false" in page.evaluate("location.hash")
    page.locator('.chip[data-rule="adam"]').click()
    ready(page)
    assert page.get_by_label("Bias correction").is_disabled()
    assert not show(Explorer()).get_by_label("Bias correction").is_visible()


def test_one_step_is_taken_apart_as_it_ran(show):
    page = show(Explorer(rules=["adam"], schedule="cosine", bias_correction=False, anatomy=True, more=True, lr=0.1))
    page.get_by_role("tab", name="One step").click()
    ready(page)
    words = page.locator("p.numbers").inner_text()
    xs = descend(cosine(uncorrected(adam)), RAVINE.grad, RAVINE.start, 9, lr=0.1).xs
    np.testing.assert_allclose(numbers_in(words.partition("the step ")[2])[:2], xs[9] - xs[8], rtol=0.01)
    assert ", its average m = (" in words
    assert "corrected" not in words
    assert "correction" not in words


def every_step(page, rule):
    page.get_by_text("The run as a table").click()
    page.get_by_label("Steps of").select_option(rule)
    ready(page)
    return [row.split("\t") for row in page.locator(".as-table tbody tr").all_inner_texts()]


def test_every_step_of_a_rule_in_numbers(show):
    steps = 150
    explorer = Explorer(rules=["sgd", "adam"], schedule="cosine", noise=0.2, steps=steps, more=True)
    page = show(explorer)
    assert page.locator(".as-table tbody tr").count() == 0
    rows = every_step(page, "adam")
    heads = page.locator(".as-table thead th").all_inner_texts()
    assert heads == ["step", "x, y", "loss", "η", "slope read", "m", "s", "step length"]
    kept = []

    def told(x, grad, t, m=0, s=0, *, lr=0.1, beta1=0.9, beta2=0.999, eps=1e-8):
        g = grad(x)
        x, m, s = adam(x, lambda _: g, t, m, s, lr=lr, beta1=beta1, beta2=beta2, eps=eps)
        kept.append([lr, *g, *m, *s])
        return x, m, s

    run = descend(noisy(cosine(told, steps), 0.2), RAVINE.grad, RAVINE.start, steps, **explorer.settings["adam"])
    assert [int(row[0]) for row in rows] == [*range(steps + 1)]
    for k in (1, 2, 77, steps):
        found = [number for cell in rows[k][1:] for number in numbers_in(cell)]
        length = np.hypot(*(run.xs[k] - run.xs[k - 1]))
        expected = [*run.xs[k], RAVINE.value(run.xs[k]), *kept[k - 1], length]
        np.testing.assert_allclose(found, expected, rtol=0.06, atol=1e-15)


def test_the_table_of_steps_ends_where_a_run_is_lost_and_is_accessible(show):
    page = show(Explorer(rules=["sgd", "momentum"], lr=2.3, steps=1000, more=True))
    rows = every_step(page, "sgd")
    lost = descend(sgd, RAVINE.grad, RAVINE.start, 1000, lr=2.3).failed_at
    assert [len(rows) - 1, rows[-1][2]] == [lost, "diverged"]
    assert violations(page) == []
    page.locator(".scroller").focus()
    page.keyboard.press("End")
    page.wait_for_function("document.querySelector('.scroller').scrollTop > 0")
    page.locator('.chip[data-rule="sgd"]').click()
    ready(page)
    assert page.locator(".as-table thead tr").count() == 2  # all that run, where the chosen one does not


def test_a_schedule_beside_a_rate_fits_a_narrow_screen(show):
    page = show(Explorer(rules=["sgd", "adam"], schedule="warm-up", more=True), width=320)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
