"""One step taken apart, and the run as a table."""

import numpy as np
from conftest import ready, slide
from descent import Explorer, adam, adamw, descend, momentum, nag, sgd
from descent.notes import memories
from pages import RAVINE, more, numbers_in, words


def test_one_step_taken_apart(show):
    page = show(Explorer(["ravine"], ["sgd", "nag", "adam"], anatomy=True, mu=0.8))
    more(page)
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
    more(page)
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
    more(page)
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
