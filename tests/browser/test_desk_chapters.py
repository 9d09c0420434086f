"""The desk of ``make lab`` as a student sees it, in JupyterLab and in Notebook 7, before anything is run."""

import io
import re
from collections import Counter
from urllib.parse import unquote, urlsplit

import pytest
from conftest import PROGRAMS, ROOT, cells_of
from desks import CHAPTERS, DARK, LIGHT, turn
from PIL import Image
from playwright.sync_api import expect

LEFT_OVER = re.compile(r":::|```|\$|:\w+: |\{[a-z-]+\}|\([\w-]+\)=")  # of MyST, in what should be typeset

CELLS = """
() => [...document.querySelectorAll('.jp-Notebook .jp-Cell')].map((cell) => {
  const all = (kind) => [...cell.querySelectorAll(kind)];
  const texts = all('.jp-RenderedMarkdown').map((text) => text.cloneNode(true));
  for (const text of texts) text.querySelectorAll('mjx-container, code, pre').forEach((part) => part.remove());
  return {
    seen: cell.checkVisibility(),
    text: texts.map((text) => text.textContent).join(''),
    faults: all('mjx-merror').length,
    links: all('.jp-RenderedMarkdown a[href]:not(.jp-InternalAnchorLink)').map((link) => link.href),
    pictures: all('.jp-OutputArea-output img').map((picture) => {
      const { width, height } = picture.getBoundingClientRect();
      return Math.min(picture.naturalWidth, width, height);
    }),
  };
})
"""


# Before anything is run. -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("chapter", ["index", *CHAPTERS])
@pytest.mark.parametrize("program", PROGRAMS)
def test_unrun_a_chapter_shows_all_but_solutions_and_what_goes_deeper(visit, desk, program, chapter):
    page = visit(program, chapter)
    stored = cells_of(desk.notebook(chapter))
    closed = inside_solutions(chapter) | below_deeper(stored)
    page.wait_for_function("() => [...document.images].every((image) => image.complete)")
    for cell, shown in zip(stored, page.evaluate(CELLS), strict=True):
        assert shown["seen"] == (cell["id"] not in closed), cell["id"]
        assert (LEFT_OVER.search(shown["text"]), shown["faults"]) == (None, 0), cell["id"]
        waits = cell["metadata"].get("jupyter", {}).get("outputs_hidden")  # an answer, until it is asked for
        pictures = [output for output in cell.get("outputs", []) if "<img " in str(output.get("data"))]
        assert len(shown["pictures"]) == (0 if waits else len(pictures)), cell["id"]
        assert all(size > 60 for size in shown["pictures"] if shown["seen"]), cell["id"]
        for link in shown["links"]:
            assert leads_somewhere(desk, link), f"{cell['id']}: {link}"
    assert page.locator("[data-mime-type='application/vnd.jupyter.error']").count() == 0


def inside_solutions(chapter):
    """The ids of the cells that belong to the chapter's solutions, without the headings of these."""
    found, inside = set(), False
    for cell in cells_of(ROOT / "chapters" / f"{chapter}.ipynb"):
        text = "".join(cell["source"])
        if "{solution-start}" in text or "{solution-end}" in text:
            inside = "{solution-start}" in text
        elif inside:
            found.add(cell["id"])
    assert found or chapter == "index"
    return found


def below_deeper(stored):
    """The ids of the cells below the headings of sections that go deeper."""
    found, inside = set(), False
    for cell in stored:
        text = "".join(cell["source"])
        heading = cell["cell_type"] == "markdown" and re.search("^#{1,3} .*", text, re.MULTILINE)
        if heading:
            inside = "Deeper" in heading[0]
        elif inside:
            found.add(cell["id"])
    return found


def leads_somewhere(desk, link):
    """Does the link lead out, or to a file of the desk, and there to a cell that exists?"""
    address = urlsplit(link)
    if f"{address.scheme}://{address.netloc}" != desk.address:
        return address.scheme == "https"
    path = desk.folder / "work" / unquote(address.path).removeprefix("/files/").rpartition("/")[2]
    if not path.is_file():
        return False
    place = unquote(address.fragment).removeprefix("cell-id=")
    return not place or place in {cell["id"] for cell in cells_of(path)}


@pytest.mark.parametrize("program", PROGRAMS)
def test_links_lead_to_the_other_chapters(visit, program):
    """The second names a place in its chapter, too."""
    page = visit(program, "index")
    for words, there in (("Adagrad", "05-adagrad"), ("the calculator", "conventions")):
        page = follow(page, program, words)
        page.wait_for_url(f"**/{there}.ipynb*")
    expect(page.get_by_role("heading", name="Carry a setting over")).to_be_in_viewport(timeout=60_000)


def follow(page, program, words):
    """Click on the link with these words; return the page where its chapter opens."""
    link = page.get_by_role("link", name=words, exact=True).first
    if program == "JupyterLab":
        link.click()
        return page
    with page.expect_popup() as opened:
        link.click()
    return opened.value


# Themes. ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("program", PROGRAMS)
def test_drawings_follow_the_theme_and_heat_maps_keep_their_colours(visit, desk, program):
    page = visit(program, "03-momentum")
    kinds = Counter()
    for theme in (LIGHT, DARK, LIGHT):
        turn(page, theme)
        for picture in page.locator(".jp-OutputArea-output img:visible").all():
            source = picture.get_attribute("src")
            kind = "still" if source.startswith("data:image/png") else "map" if "%3Cimage" in source else "drawing"
            ground = most_common(picture.screenshot())
            kinds[kind] += 1
            assert (ground < 40) if (theme == DARK and kind != "map") else (ground > 200), (kind, theme, ground)
    assert kinds.keys() == {"still", "map", "drawing"}


def most_common(png):
    """The brightness, up to 255, that most dots of a picture have."""
    return Counter(Image.open(io.BytesIO(png)).convert("L").tobytes()).most_common(1)[0][0]
