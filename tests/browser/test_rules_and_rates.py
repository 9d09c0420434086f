"""Rules and rates: sliders, noise, marks of stability, and rules of a reader's own."""

import json
import re
from itertools import islice

import numpy as np
import pytest
from conftest import ready, slide
from descent import (
    SURFACES,
    Explorer,
    adam,
    descend,
    draw,
    losses,
    momentum,
    nag,
    sgd,
)
from descent.walk import noisy
from pages import RAVINE, end, goes_to, more, rest, said, signs


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
    rest(page)
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
    more(page)
    assert page.locator(".tick", has_text="2(1+μ)/(1+2μ)L").count() == 4
    track = page.locator("input[name=lr]").last
    low, high = (float(track.get_attribute(end)) for end in ("min", "max"))
    mark = page.locator(".rates").last.locator(".tick", has_text="2(1+μ)/(1+2μ)L").last.get_attribute("style")
    part = float(re.search(r"\* ([\d.]+)\)", mark)[1])
    assert 10 ** (low + part * (high - low)) == pytest.approx(1.5, rel=1e-9)
    for lr, lost in ((1.49, False), (1.51, True)):
        last = descend(nag, RAVINE.grad, (-4, 2), 3000, lr=lr, mu=0.5).final
        assert (not np.all(np.abs(last) < 1)) == lost


def test_own_rates_and_one_rate(show):
    explorer = Explorer(mu=0.8)
    page = show(explorer)
    more(page)
    page.get_by_label("all at one rate").check()
    ready(page)
    goes_to(page, momentum, RAVINE, RAVINE.start, 120, lr=explorer.settings["sgd"]["lr"], mu=0.8)
    page.get_by_label("each at its own tuned rate").check()
    ready(page)
    goes_to(page, momentum, RAVINE, RAVINE.start, 120, **explorer.settings["momentum"])
    slide(page, "scale", -1)
    goes_to(page, momentum, RAVINE, RAVINE.start, 120, lr=explorer.settings["momentum"]["lr"] / 10, mu=0.8)


def mine(name):
    """Gradient descent with half a step, under any name: on a curvature of 1 it bears rates up to 4."""

    def rule(x, grad, t, *, lr=0.1):
        return (x - 0.5 * lr * grad(x),)

    rule.__name__ = name
    return rule


@pytest.mark.parametrize("name", ["sgd", "momentum", "nag", "half_steps"])
def test_a_learners_rule_gets_no_limits_that_are_not_its_own(show, name):
    page = show(Explorer(rules=[mine(name)], lr=3.9))
    more(page)
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
    assert labels == ["your sgd", "your lion", "your schedule free", "two slopes"]
    assert "your sgd, your lion, your schedule free and two slopes" in repr(explorer)
    page = show(explorer)
    assert page.locator(".chip .long").all_inner_texts() == ["Momentum", "Adam", *labels]


def contrast(one, other):
    def light(colour):
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
        return 0.2126 * r + 0.7152 * g + 0.0722 * b

    low, high = sorted((light(one), light(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("look", list(islice(draw.strangers(), 4)))
def test_learners_colours_are_legible(look):
    light, dark, *_ = look
    assert min(contrast(light, ground) for ground in ("#ffffff", "#e7ecf1")) >= 4.5
    assert min(contrast(dark, ground) for ground in ("#14181e", "#2a323c")) >= 4.5


def test_a_loss_that_swings_in_every_step_is_drawn_as_dots(show):
    page = show(Explorer(rules=["sgd", signs], steps=200, start=(-4.03, 2.02), lr=0.1))
    more(page)
    curves = page.locator(".chart g[clip-path] > g > path:nth-child(2)")
    assert "h2" not in curves.nth(0).get_attribute("d")
    points = re.findall(r"([ML])([\d.]+) ([\d.]+)", curves.nth(1).get_attribute("d"))
    drawn = [abs(float(y) - float(points[i - 1][2])) for i, (pen, _, y) in enumerate(points) if pen == "L"]
    assert sum(drawn) < 600  # pixels of line
