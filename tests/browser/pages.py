"""What the tests of the explorer's page share: reading a figure, and waiting for it."""

import json
import re

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import ready
from descent import SURFACES, descend


def addresses(book):
    """Where the book's pages are, below its root; not the ways in at the root."""
    found = (page.relative_to(book).as_posix() for page in book.rglob("*.html") if "_static" not in page.parts)
    return sorted(path for path in found if path not in ("index.html", "404.html"))


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


def more(page):
    """Open "More" in every figure."""
    page.evaluate("() => document.querySelectorAll('.more[aria-expanded=false]').forEach((button) => button.click())")
    ready(page)
    return page


def maps_done(page, count=2):
    page.wait_for_function(
        f"() => document.querySelectorAll('.map-figure[data-stride=\"1\"]').length === {count}", timeout=20_000
    )
    ready(page)


STILL = """
() => new Promise((done) => { // the last 25 frames have changed nothing
  let left = 25;
  const sees = new MutationObserver(() => { left = 25; });
  sees.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
  const next = () => {
    if (left--) return requestAnimationFrame(next);
    sees.disconnect();
    done();
  };
  next();
})
"""


def unfold(page):
    """Open all that a page folds, one click below its main path."""
    page.evaluate("document.querySelectorAll('details.layer').forEach((fold) => (fold.open = true))")


def rest(page):
    """Wait until the page has nothing more to say: the line in words and the address come last, after 280 ms."""
    ready(page)
    page.evaluate(STILL)


def words(page):
    rest(page)
    return page.get_by_role("status").inner_text()


def numbers_in(text):
    """The numbers of a sentence, as ``−0.23``, ``3.1·10⁻⁴`` or ``10⁻⁴``."""
    digits = str.maketrans("−⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "--0123456789")
    raised = r"([-−]?)(?:(\d+(?:\.\d+)?)·)?10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)"
    found = re.findall(rf"{raised}|([-−]?\d+(?:\.\d+)?)", text)
    texts = (plain or f"{sign}{m or 1}e{e}" for sign, m, e, plain in found)
    return [float(number.translate(digits)) for number in texts]


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


def own(page, formula, window=None, at=None):
    """Put a formula into the figure's own box, and wait until it is drawn."""
    more(page)
    if not page.locator("input[name=formula]").is_visible():
        page.get_by_text("A surface of your own").click()
    for name, pair in zip(("own-x", "own-y", "own-start"), (*(window or (None, None)), at), strict=True):
        if pair:
            page.locator(f"input[name={name}]").fill(f"{pair[0]}, {pair[1]}")
    page.locator("input[name=formula]").fill(formula)
    page.locator("input[name=formula]").press("Enter")
    page.wait_for_function(
        "(text) => document.querySelector('.map title').textContent.includes(text)", arg=f"({formula})"
    )
    ready(page)


in_every_look = pytest.mark.parametrize(
    "look",
    [
        {"theme": "light"},
        {"theme": "dark"},
        {"theme": "light", "width": 320},
        {"theme": "dark", "width": 320},
        {"theme": "light", "forced_colors": "active"},
    ],
    ids=json.dumps,
)


def violations(page):
    """What axe finds that keeps somebody out."""
    found = Axe().run(page).response["violations"]
    return [f"{fault['id']}: {node['html'][:150]}" for fault in found for node in fault["nodes"]]


def too_small(page, height):
    """Everything one presses that is less high than ``height`` pixels."""
    return page.evaluate(
        "(least) => [...document.querySelectorAll('button, summary, select, label.check, .track input,"
        " input[type=range], [tabindex]')]"
        ".filter((e) => e.checkVisibility() && e.getBoundingClientRect().height < least).map((e) => e.outerHTML)",
        height,
    )


def ids(page):
    """The ids of all elements, as often as they stand there."""
    return page.evaluate("[...document.querySelectorAll('[id]')].map((e) => e.id)")


def said(page):
    return page.locator(".readout").inner_text()


def signs(x, grad, t, *, lr=0.1):
    return (x - lr * np.sign(grad(x)),)


READ = """async () => {
  const drawn = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  for (let y = 0; y < document.documentElement.scrollHeight; y += innerHeight) {
    scrollTo({ top: y, behavior: "instant" });
    await drawn();
  }
  const pictures = [...document.images];
  await Promise.all(pictures.map((picture) => picture.checkVisibility() && picture.decode().catch(() => {})));
  await drawn();
}"""


def read(page):
    """Scroll a page from its top to its end, a window at a time, as one reads: what is made when it comes near is made."""
    page.evaluate(READ)
