"""Drawings, tables and letters on the page: large and small enough for a phone, dark on a dark page, wide on a wide one."""

import io
import re
from urllib.parse import unquote, urlparse

import numpy as np
import pytest
from pages import addresses, read, unfold
from PIL import Image
from publish.dark import GROUND

LETTERS = re.compile(r"scale\(([\d.]+) -\1\)")  # how matplotlib sets a text: its size in points is a hundred times this
SMALLEST = 11
PARTED = "(span) => new Set([...span.getClientRects()].map((piece) => Math.round(piece.top))).size > 1"


def drawings(page):
    """The drawings that are shown: where each is found, and how much it is shrunk."""
    return page.evaluate(
        "() => [...document.querySelectorAll('.bd-article img[src$=\".svg\"]')].filter((e) => e.checkVisibility())"
        ".map((e) => [e.src, e.getBoundingClientRect().width / e.getAttribute('width')])"
    )


def test_letters_of_drawings_are_large_enough_on_a_phone(book, page_at):
    wrong, seen = [], 0
    for path in addresses(book):
        page = page_at(path, width=390, height=844).page
        unfold(page)
        read(page)
        for address, shrunk in drawings(page):
            svg = (book / unquote(urlparse(address).path).lstrip("/")).read_text(encoding="utf-8")
            sizes = [400 / 3 * shrunk * float(scale) for scale in LETTERS.findall(svg)]
            seen += bool(sizes)
            if sizes and min(sizes) < SMALLEST - 0.01:
                wrong.append((path, address[-20:], min(sizes)))
        page.context.close()
    assert not wrong
    assert seen > 50


@pytest.mark.parametrize("name", ["index", "notation"])
def test_the_first_table_of_a_page_fits_a_phone(page_at, name):
    page = page_at(f"chapters/{name}.html", width=390, height=844).page
    table = page.locator(".bd-article table.table").first
    assert table.evaluate("(table) => table.scrollWidth - table.parentElement.clientWidth") <= 0


def test_no_comma_behind_a_short_formula_begins_a_line(page_at):
    page = page_at("chapters/07-adam.html", width=390, height=844).page
    unfold(page)
    kept = page.locator(".with-stop")
    assert kept.count() > 30
    for width in range(340, 440, 10):
        page.set_viewport_size({"width": width, "height": 844})
        assert kept.evaluate_all(f"(spans) => spans.filter({PARTED}).length") == 0


def ground(page):
    """How light the drawings of a page are at their left edge, from 0 to 1."""
    shown = [image for image in page.locator(".bd-article div.cell_output img").all() if image.is_visible()]
    return [
        np.asarray(Image.open(io.BytesIO(image.screenshot())).convert("RGB"))[1:-1, 1].mean() / 255 for image in shown
    ]


@pytest.mark.parametrize("chapter", ["03-momentum", "11-backpropagation"])
def test_drawings_are_dark_on_a_dark_page_heat_maps_too_and_light_on_paper(page_at, chapter):
    page = page_at(f"chapters/{chapter}.html", scheme="dark").page
    unfold(page)
    found = ground(page)
    assert len(found) > 4
    assert max(found) < 0.2
    page.emulate_media(media="print", color_scheme="dark")
    names = [address for address, _ in drawings(page)]
    assert len(names) == len(found)
    assert not [name for name in names if ".dark." in name]


def test_the_dark_ground_is_the_pages(page_at):
    page = page_at("chapters/03-momentum.html", scheme="dark").page
    colour = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert colour == f"rgb({', '.join(str(int(GROUND[i : i + 2], 16)) for i in (1, 3, 5))})"


@pytest.mark.parametrize("width", [1920, 2560])
def test_figures_reach_beyond_the_text_on_a_wide_screen_and_over_nothing(book, page_at, width):
    for path in ("chapters/index.html", "chapters/01-gradient-descent.html", "chapters/03-momentum.html"):
        page = page_at(path, width=width, height=1200).page
        page.wait_for_function("!document.querySelector('.widget-host[data-widget=waiting]')")
        boxes = """(selector) => [...document.querySelectorAll(selector)].filter((e) => e.checkVisibility())
          .map((e) => e.getBoundingClientRect()).map((b) => [b.left, b.top + scrollY, b.right, b.bottom + scrollY])"""
        text = max(right - left for left, _, right, _ in page.evaluate(boxes, ".bd-article section > p"))
        figures = page.evaluate(boxes, ".descent-explorer, .cell_output > img")
        assert max(right - left for left, _, right, _ in figures) > 1.15 * text, path
        others = page.evaluate(boxes, ".bd-article aside.margin, .bd-sidebar-primary, .bd-sidebar-secondary")
        for left, top, right, bottom in figures:
            assert not [o for o in others if o[0] < right and left < o[2] and o[1] < bottom and top < o[3]], path
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.context.close()


def test_the_text_is_set_in_the_sites_own_face(page_at):
    visit = page_at("chapters/03-momentum.html")
    faces = visit.page.evaluate("""async () => {
      await document.fonts.ready;
      return [...document.fonts].filter((f) => f.status === "loaded" && f.family.includes("Descent")).map((f) => f.style);
    }""")
    assert sorted(faces) == ["italic", "normal"]
    assert visit.faults == []
