"""Guess first, on a page without Python: a field before the answer, and with the answer how far off the guess was."""

import re

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from pages import violations
from publish import notebooks

EXERCISE = ":::{exercise} Half of it (4 minutes, easy)\n:label: nag-1\n\nHow much?\n:::"


def answer(text, *tags):
    return new_code_cell("run()", outputs=[new_output("stream", text=text)], metadata={"tags": [*tags]})


CELLS = [
    new_markdown_cell("# A page\n\nHow many steps does it take?"),
    answer("it takes 126 steps\n", "reveal", "guess:|takes {} steps"),
    new_markdown_cell("One hundred and twenty-six.\n\nHow much does each read?"),
    answer("a picture\n", "figure", "reveal"),
    answer("one reads 12%, the other 86% of them\n", "reveal", "guess:the other|other {} of"),
    new_markdown_cell("Most of them.\n\nAnd without a number?"),
    answer("it does\n", "reveal"),
    new_markdown_cell(EXERCISE),
]


@pytest.fixture(scope="module")
def books():
    return {}


@pytest.fixture
def open_page(books, small_book, page_at):
    """A function that opens the page; it is built once."""

    def visit(**options):
        if not books:
            done, books["folder"] = small_book({"index.ipynb": notebooks.normal(new_notebook(cells=CELLS))})
            assert done.returncode == 0, done.stderr
        return page_at("index.html", folder=books["folder"], **options)

    return visit


def fold(page, number=0):
    return page.locator("details.layer-reveal").nth(number)


@pytest.mark.parametrize(
    ("guess", "said"),
    [
        ("50", "You said 50; it is 126: 2.5 times too low."),
        ("1000", "You said 1000; it is 126: 7.9 times too high."),
        ("130", "You said 130; it is 126. Right on."),
        ("a lot", "That is no number; it is 126."),
    ],
)
def test_a_guess_is_told_how_far_off_it_is_by_keyboard_and_by_mouse(open_page, guess, said):
    visit = open_page()
    page = visit.page
    page.get_by_label("Your guess", exact=True).focus()
    page.keyboard.type(guess)
    assert not page.get_by_text("it takes").is_visible()
    page.keyboard.press("Enter")
    fold(page).get_by_role("status").filter(has_text=said).wait_for()
    assert page.get_by_text("it takes 126 steps").is_visible()
    assert page.get_by_text("One hundred and twenty-six.").is_visible()
    page.get_by_label("Your guess: the other").fill("40 %")
    fold(page, 1).locator("> summary").click()
    other = fold(page, 1).get_by_role("status").filter(has_text="You said 40%; it is 86%: 46 points too low.")
    other.wait_for()
    assert page.get_by_role("status").count() == 2
    assert visit.faults == []


def test_another_guess_is_told_again(open_page):
    page = open_page().page
    for guess, said in (("50", "too low."), ("500", "too high."), ("126", "Right on.")):
        page.get_by_label("Your guess", exact=True).fill(guess)
        page.keyboard.press("Enter")
        fold(page).get_by_role("status").filter(has_text=said).wait_for()
    assert page.get_by_role("status").count() == 1


def test_an_answer_opens_without_a_guess_and_nothing_is_loaded_for_it(open_page):
    visit = open_page()
    page = visit.page
    for one in page.locator("details.layer-reveal > summary").all():
        one.click()
    for text in ("it takes 126 steps", "86% of them", "it does"):
        assert page.get_by_text(text).is_visible()
    assert page.get_by_role("status").count() == 0
    assert page.locator(".guess").count() == 2
    assert not [address for address in visit.loaded if "/exercises/" in address]


def test_only_the_closed_answer_tells_the_number(open_page):
    page = open_page().page
    page.locator("details.layer-reveal").evaluate_all("(folds) => folds.forEach((fold) => fold.remove())")
    assert not re.search(r"(?<!\w)(126|86%)(?!\w)|tag_guess", page.content())


@pytest.mark.parametrize("wall", ["no storage", "no scripts", "no program"])
def test_the_answer_opens_whatever_is_missing(open_page, wall):
    page = open_page(java_script_enabled=wall != "no scripts", from_file=True).page
    if wall == "no storage":
        page.add_init_script("Object.defineProperty(window, 'localStorage', { get() { throw new Error('no'); } })")
        page.reload()
    if wall == "no program":
        page.locator(".exercise-answer").evaluate("(place) => { place.dataset.files = 'none.js none.css'; }")
    guess = page.get_by_label("Your guess", exact=True)
    assert guess.is_visible() == (wall != "no scripts")
    if wall == "no scripts":
        fold(page).locator("> summary").click()
    else:
        guess.fill("50")
        page.keyboard.press("Enter")
    if wall == "no storage":
        fold(page).get_by_role("status").filter(has_text="2.5 times too low.").wait_for()
    page.get_by_text("it takes 126 steps").wait_for()


def test_paper_has_the_question_and_its_answer(open_page):
    page = open_page().page
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    assert not page.locator(".guess").first.is_visible()
    assert page.get_by_text("it takes 126 steps").is_visible()


@pytest.mark.parametrize(("width", "scheme"), [(320, "dark"), (390, "light"), (1280, "dark"), (1280, "light")])
def test_it_is_accessible_on_every_screen(open_page, width, scheme):
    page = open_page(width=width, scheme=scheme).page
    assert violations(page) == []
    page.get_by_label("Your guess", exact=True).fill("50")
    page.keyboard.press("Enter")
    fold(page).get_by_role("status").filter(has_text="too low").wait_for()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_field_and_button_stand_in_one_line_and_the_answer_below_them(open_page):
    page = open_page(width=390).page
    field, button = page.locator(".guess input").first, fold(page).locator("> summary")
    boxes = [part.bounding_box() for part in (field, button)]
    assert abs(boxes[0]["y"] + boxes[0]["height"] / 2 - boxes[1]["y"] - boxes[1]["height"] / 2) < 3
    assert boxes[0]["x"] + boxes[0]["width"] <= boxes[1]["x"]
    field.fill("50")
    page.keyboard.press("Enter")
    said = fold(page).get_by_role("status").filter(has_text="too low")
    said.wait_for()
    assert said.bounding_box()["y"] >= boxes[0]["y"] + boxes[0]["height"]
