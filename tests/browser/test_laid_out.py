"""What lies below the first screens waits until the page is there, and stands at its place where a page is entered there."""

import pytest

BELOW = "article > section > section ~ section ~ section"
PAGE = "chapters/03-momentum.html"


@pytest.fixture
def visit(browser, book, serve):
    """A function that opens the page of a chapter on a phone, and notes what waits in its first frame."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, service_workers="block")
    note = """addEventListener("DOMContentLoaded", () => {
      window.waited = document.querySelectorAll("BELOW:not(.laid)").length;
    })""".replace("BELOW", BELOW)

    def open_at(place=""):
        page = context.new_page()
        page.add_init_script(note)
        page.goto(f"{serve(book)}/{PAGE}{place}")
        return page

    yield open_at
    context.close()


def all_laid(page):
    page.wait_for_function(f"() => !document.querySelector('{BELOW}:not(.laid)')")


def test_what_lies_below_is_laid_out_after_the_page_is_there(visit):
    page = visit()
    assert page.evaluate("waited") == page.locator(BELOW).count() > 5
    all_laid(page)
    shown = page.locator(BELOW).evaluate_all("(all) => all.map((one) => getComputedStyle(one).contentVisibility)")
    assert set(shown) == {"visible"}


@pytest.mark.parametrize("way", ["by a link into it", "by a link and again"])
def test_where_a_page_is_entered_further_down_nothing_waits(visit, way):
    page = visit("#where-it-fails")
    if "again" in way:
        page.reload()
    assert page.evaluate("waited") == 0
    top = "() => document.getElementById('where-it-fails').getBoundingClientRect().top"
    page.wait_for_function(f"() => Math.abs(({top})()) < innerHeight / 4")


def test_a_field_for_a_guess_is_made_where_it_comes_near(visit):
    page = visit()
    all_laid(page)
    places = page.locator("[data-guess]")
    assert "SPAN" in places.evaluate_all("(all) => all.map((one) => one.tagName)")
    size = "(one) => [one.getBoundingClientRect().width, one.getBoundingClientRect().height]"
    before = page.locator(".guess span").last.evaluate(size)
    place = page.locator(".guess").last
    place.evaluate(
        "(one) => { for (let f = one.closest('details'); f; f = f.parentElement.closest('details')) f.open = true; }"
    )
    place.scroll_into_view_if_needed()
    field = place.locator("input")
    field.wait_for()
    assert before[0] in (0, field.evaluate(size)[0])  # 0 in a fold
    field.fill("3")
