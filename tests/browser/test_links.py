"""Links and saved pictures."""

import random
import re
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest
from conftest import ready, slide
from descent import Explorer, momentum, sgd
from descent.rules import RULES
from pages import RAVINE, end, goes_to, more, picture_of, rest, said
from PIL import Image


def link(page):
    """What the address says about the explorers, once the page is at rest."""
    rest(page)
    return page.evaluate("location.hash")


def test_a_link_opens_exactly_the_state_it_was_copied_from(show):
    explorers = [
        Explorer(lr=0.3),
        Explorer(["ravine", "two_wells"], ["sgd", "momentum", "adam"], anatomy=True, mu=0.8),
        Explorer(steps=20),
    ]
    page = show(*explorers)
    assert link(page) == ""
    second = page.locator("[data-descent-explorer]").nth(1)
    second.get_by_role("button", name="More").click()
    second.get_by_label("tilted").check()
    second.locator('[data-part="start"]').focus()
    page.keyboard.press("Shift+ArrowRight")
    second.locator('.chip[data-rule="sgd"]').click()
    second.locator("input[name=mu]").focus()
    page.keyboard.press("ArrowLeft")
    second.locator("input[name=scale]").focus()
    page.keyboard.press("ArrowRight")
    second.locator(".chart").focus()
    page.keyboard.press("Home")
    page.keyboard.press("PageUp")
    second.get_by_role("tab", name="One step").click()
    hash_ = link(page)
    assert hash_.startswith("#explorer-2:")
    assert "&" not in hash_
    before = picture_of(page, 1)
    page.reload()
    assert picture_of(page, 1) == before
    assert link(page) == hash_
    assert end(page, "sgd") != [0, 0]  # the first explorer is as it was

    page.goto(page.url.split("#")[0] + "#explorer-3")
    page.evaluate("h => { location.hash = h; }", hash_)
    assert picture_of(page, 1) == before
    second.get_by_role("radio", name="Two wells").click()
    assert "surface=two_wells" in link(page)
    before = picture_of(page, 1)
    page.reload()
    assert picture_of(page, 1) == before
    second.get_by_role("button", name="Reset").click()
    assert link(page) == ""


def test_a_link_opens_the_fold_that_its_figure_is_in(show):
    page = show(Explorer(), Explorer())
    page.evaluate(
        "() => { const fold = document.createElement('details'), host = document.querySelectorAll('.widget-host')[1];"
        " host.before(fold); fold.append(host); }"
    )
    assert not page.locator(".map").nth(1).is_visible()
    page.evaluate("() => { location.hash = '#explorer-2:steps=50;step=50'; }")
    rest(page)
    assert page.locator(".count").nth(1).inner_text() == "step 50 of 50"
    assert page.evaluate("scrollY") > 100


def test_the_link_is_copied_whole(show):
    page = show(Explorer(), permissions=["clipboard-read", "clipboard-write"])
    more(page)
    slide(page, "steps", 33)
    page.get_by_role("button", name="Copy link").click()
    page.get_by_text("Link copied.").wait_for()
    assert (
        page.evaluate("navigator.clipboard.readText()")
        == page.url.split("#")[0] + "#explorer-1:steps=33;step=33;more=true"
    )


def test_a_link_is_shown_where_nothing_can_be_copied(show):
    page = show(Explorer())
    more(page)
    page.evaluate(
        "() => { navigator.clipboard.writeText = () => Promise.reject(); document.execCommand = () => false; }"
    )
    page.get_by_role("button", name="Copy link").click()
    assert page.get_by_label("Copy this:").input_value() == page.url.split("#")[0] + "#explorer-1:more=true"


@pytest.mark.parametrize(
    "text", ["steps=x;mu=3", "surface=beale", "%", "start=1", "__proto__.lr=1", "momentum.mu=1", "=", "rules=sgd,adam"]
)
def test_an_old_link_shows_what_it_can_and_says_so(show, text):
    page = show(Explorer())
    page.goto(f"{page.url}#explorer-1:steps=40;step=40;{text}")
    page.get_by_text("Part of the link does not fit this figure and was left out.").wait_for()
    goes_to(page, sgd, RAVINE, RAVINE.start, 40, **Explorer().settings["sgd"])


@pytest.mark.parametrize("kind", ["svg", "png"])
@pytest.mark.parametrize("width", [1280, 390])
def test_the_picture_can_be_saved(show, tmp_path, kind, width):
    page = show(Explorer(rules=["sgd", "nag"], mu=0.8), width=width)
    more(page)
    with page.expect_download() as saving:
        page.get_by_role("button", name=f"Save as {kind.upper()}").click()
    assert saving.value.suggested_filename == f"ravine-sgd-nag.{kind}"
    saving.value.save_as(tmp_path / f"picture.{kind}")
    page.get_by_text(f"Saved as ravine-sgd-nag.{kind}.").wait_for()
    if kind == "svg":
        text = (tmp_path / "picture.svg").read_text()
        root = ElementTree.fromstring(text)
        assert "NAG reaches loss 10⁻⁶ after 52 steps" in "".join(root.itertext())
        assert "var(" not in text
    else:
        picture = np.asarray(Image.open(tmp_path / "picture.png").convert("RGB")).astype(int)
        assert picture.shape[1] > 1.5 * min(width, 900)
        for colour in ([0x3D, 0x44, 0x4D], [0, 0x94, 0x6E]):  # gradient descent and NAG
            assert np.sum(np.abs(picture - colour).sum(axis=2) < 12) > 200


KEYS = [
    *("surface", "start", "rules", "steps", "step", "noise", "maps", "shared", "rate", "scale", "tab", "who", "asking"),
    *("surface.kappa", "surface.tilt", "sgd.lr", "momentum.mu", "momentum.lr", "adam.beta2", "adam.eps"),
    *("__proto__", "constructor.x", "sgd.__proto__", "__proto__.lr", "surface.constructor", "", ".", "a.b.c"),
]


VALUES = [
    *("", "0", "-1", "1", "40", "1000", "1001", "1e9", "-1e999", "NaN", "Infinity", "0x10", "2.5", "1e-9", "0.9999999"),
    *("true", "false", "null", "tuned", "sgd,adam", "sgd,,sgd", "1,2", "999,-999", "1,2,3", "beale", "two_wells"),
    *("step", "standings", "%", "%00", "%E2%80%AE", "</script><script>hacked=1</script>", "javascript:hacked=1"),
    *("<img src=x onerror=hacked=1>", "${hacked=1}", "');hacked=1;('", "=", ";", "&", "#", "💥", "a" * 6000),
]


def garbled_link(chance):
    """One in five is any text, the others are items that look right, with any value."""
    if chance.random() < 0.2:
        return "".join(
            chr(chance.choice([chance.randrange(33, 127), chance.randrange(0x20, 0xD7FF)])) for _ in range(40)
        )
    return ";".join(f"{chance.choice(KEYS)}={chance.choice(VALUES)}" for _ in range(chance.randrange(1, 8)))


OPEN_LINKS = """
async (links) => {
  const times = [];
  for (const link of links) {
    history.replaceState(null, "", "#explorer-1:" + link);
    const began = performance.now();
    dispatchEvent(new Event("hashchange"));
    await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    times.push(performance.now() - began);
  }
  return [times, typeof hacked];
}
"""


def test_a_thousand_garbled_links_never_break_the_figure(show):
    chance = random.Random(1)
    page = show(Explorer(["ravine", "two_wells", "beale"], ["sgd", "momentum", "adam"], anatomy=True, mu=0.8))
    links = [garbled_link(chance) for _ in range(1000)]
    times, hacked = page.evaluate(OPEN_LINKS, links)
    assert hacked == "undefined"
    assert sorted(times)[-4] < 1000  # a busy machine pauses now and then, whatever the link
    page.get_by_role("button", name="Reset").click()
    ready(page)
    goes_to(page, momentum, RAVINE, RAVINE.start, 120, **Explorer(mu=0.8).settings["momentum"])


def test_a_saved_picture_holds_its_whole_sentence(show, tmp_path):
    for width in (1280, 390):
        page = show(Explorer(rules=list(RULES), mu=0.8, noise=0.3), width=width)
        more(page)
        rest(page)
        sentence = said(page)
        assert len(sentence) > 200
        with page.expect_download() as saving:
            page.get_by_role("button", name="Save as SVG").click()
        saving.value.save_as(tmp_path / "picture.svg")
        text = (tmp_path / "picture.svg").read_text()
        lines = [node.text for node in ElementTree.fromstring(text) if node.tag.endswith("text")]
        assert sentence in " ".join(lines)
        edges = page.evaluate(
            "(text) => { const box = document.createElement('div'); box.innerHTML = text; document.body.append(box);"
            " const svg = box.firstChild, whole = svg.getBoundingClientRect();"
            " return [...svg.children].filter((e) => e.tagName === 'text').map((e) => { const r = e.getBoundingClientRect();"
            " return [whole.right - r.right, whole.bottom - r.bottom, r.left - whole.left]; }).flat(); }",
            text,
        )
        assert min(edges) >= 0


def test_links_are_short_and_exact(show):
    page = show(Explorer(["ravine", "beale"], ["sgd", "momentum", "adam"]))
    more(page)
    box = page.locator('[data-part="start"]').bounding_box()
    page.mouse.move(box["x"] + 22, box["y"] + 22)
    page.mouse.down()
    page.mouse.move(box["x"] + 93, box["y"] + 51, steps=3)
    page.mouse.up()
    page.get_by_label("tilted").check()
    slide(page, "scale", 0.333)
    for name, value in (("lr", -1.23456), ("mu", 0.7), ("noise", 0.2)):
        slide(page, name, value)
    address = link(page)
    assert not re.search(r"\d{6}", address), address
    before = picture_of(page)
    page.reload()
    assert picture_of(page) == before
