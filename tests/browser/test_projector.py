"""The links of the page for teachers open figures in the state that they name."""

import re
from pathlib import Path
from urllib.parse import unquote

import numpy as np
import pytest
from descent import Surface, descend, momentum, nag, sgd
from descent.surfaces import SURFACES
from pages import end, rest

PAGE = (Path(__file__).parents[2] / "chapters" / "teaching.md").read_text(encoding="utf-8")
LINKS = re.findall(r'<a href="([\w-]+\.html#[^"]+)">', PAGE)
UNFIT = "Part of the link does not fit"
HERE = """
(number) => { const box = document.querySelectorAll('.widget-host')[number].getBoundingClientRect();
  return box.top < innerHeight && box.bottom > 0; }
"""
DRAWN = "(text) => document.querySelector('.map title').textContent.includes(text)"


def items(address):
    """The items of an address's figure, such as "rate=1.5"."""
    return {*address.partition(":")[2].split(";")}


def opened(page_at, link):
    """The page that a link opens, at rest."""
    visit = page_at(f"chapters/{link}", reduced_motion="reduce")
    visit.page.wait_for_function("() => !document.querySelector('.widget-host[data-widget=waiting]')")
    for formula in re.findall("formula=([^;]*)", link):  # it is read before it is drawn
        visit.page.wait_for_function(DRAWN, arg=f"({unquote(formula)})", timeout=60_000)
    rest(visit.page)
    assert visit.faults == []
    return visit.page


@pytest.mark.parametrize("link", LINKS)
def test_a_link_opens_its_figure_in_the_state_that_it_names(page_at, link):
    page = opened(page_at, link)
    number = int(re.search(r"#explorer-(\d+):", link)[1]) - 1
    assert page.locator(".widget-host").nth(number).get_attribute("data-kind") == "Explorer"
    assert page.evaluate(HERE, number)
    assert items(link) <= items(page.evaluate("location.hash"))
    assert UNFIT not in page.locator(".widget-host").nth(number).inner_text()


RAVINE = SURFACES["ravine"]
PLAIN = Surface("(x - 2)**2/2 + (y - 1.5)**2/80")
DECAYED = Surface("(x - 2)**2/2 + (y - 1.5)**2/80 + 0.05*(x**2 + y**2)")
RUNS = [
    ("03-momentum.html#explorer-1:momentum.mu=0.7", momentum, RAVINE, RAVINE.start, 120, {"lr": 1.9, "mu": 0.7}),
    ("04-nag.html#explorer-1:rate=1.4", nag, RAVINE, RAVINE.start, 120, {"lr": 1.4, "mu": 0.9}),
    ("formula=(x%20-%202)**2%2F2%20%2B%20(y%20-%201.5)**2%2F80;", sgd, PLAIN, (0, 0), 90, {"lr": 0.1}),
    ("0.05*(x**2", sgd, DECAYED, (0, 0), 300, {"lr": 0.1}),
    ("formula=(x*y%20", sgd, Surface("(x*y - 1)**2/2"), (0.3, 0.3), 300, {"lr": 0.1}),
    ("formula=((x*y)**5", sgd, Surface("((x*y)**5 - 1)**2/2"), (0.3, 0.3), 300, {"lr": 0.1}),
]


@pytest.mark.parametrize(("part", "rule", "surface", "start", "steps", "hyper"), RUNS, ids=[run[0] for run in RUNS])
def test_the_figure_runs_what_the_words_say(page_at, part, rule, surface, start, steps, hyper):
    (link,) = (link for link in LINKS if part in link)
    found = end(opened(page_at, link), rule.__name__)
    wanted = descend(rule, surface.grad, start, steps, **hyper).final
    np.testing.assert_allclose(found, wanted, rtol=1e-6, atol=1e-6)
