"""What a reader of a chapter meets before opening anything: a figure soon, little code, nothing wider than the screen."""

import pytest
from test_roles import CHAPTERS

MOST_CODE, FIRST_FIGURE = 0.2, 1600  # a part of the page's height; pixels from its top
OPEN_CODE = """
[...document.querySelectorAll('article .cell_input')].filter((code) => code.innerText).map((code) => ({
  height: code.getBoundingClientRect().height,
  text: code.innerText,
  wide: [...code.querySelectorAll('pre')].some((pre) => pre.scrollWidth > pre.clientWidth),
}))
"""


@pytest.mark.parametrize("name", CHAPTERS)
def test_a_chapter_is_more_than_code_and_soon_to_be_touched(page_at, name):
    page = page_at(f"chapters/{name}.html", width=1280, height=800).page
    code = page.evaluate(OPEN_CODE)
    assert sum(one["height"] for one in code) <= MOST_CODE * page.locator("article").bounding_box()["height"]
    assert not [one["text"] for one in code if "assert " in one["text"]]
    assert page.locator("article .widget-host").first.bounding_box()["y"] <= FIRST_FIGURE
    assert_nothing_is_wide(page, code)


@pytest.mark.parametrize("name", CHAPTERS)
def test_a_chapter_fits_a_phone(page_at, name):
    page = page_at(f"chapters/{name}.html", width=390, height=844).page
    assert_nothing_is_wide(page, page.evaluate(OPEN_CODE))


def assert_nothing_is_wide(page, code):
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert not [one["text"] for one in code if one["wide"]]
