"""The desk of ``make lab`` as a student uses it: chapters run, changed, saved, and opened again."""

import json

import pytest
from conftest import PROGRAMS, cells_of, idle
from desks import CHAPTERS, DARK, LIGHT, choose, save, turn
from pages import STILL

GROUNDS = {LIGHT: "rgb(255, 255, 255)", DARK: "rgb(20, 24, 30)"}  # of figures

KINDS = "[data-descent-explorer], [data-descent-panel], [data-descent-calculator]"
FIGURES = f"""
(place) => [...document.querySelectorAll('.jp-Notebook .jp-Cell')[place].querySelectorAll("{KINDS}")]
  .filter((figure) => figure.checkVisibility())
"""  # asked for anew at each look: Lab draws a cell again when it likes
OPEN = """
(places) => {
  const cells = document.querySelectorAll('.jp-Notebook .jp-Cell');
  return places.filter((place) => cells[place].checkVisibility());
}
"""
DRAWN = f"""
([place, ground]) => {{
  const cell = document.querySelectorAll('.jp-Notebook .jp-Cell')[place];
  if (!cell.checkVisibility()) return true; // Lab may close what lies below a heading after the cells are there
  cell.scrollIntoView(); // until then, Lab does not lay it out
  const figures = ({FIGURES})(place);
  const drawn = (figure) => figure.dataset.state === 'ready' && getComputedStyle(figure).backgroundColor === ground;
  return figures.length && figures.every(drawn);
}}
"""
SAYS = f"""
(place) => ({FIGURES})(place).map((figure) => [
  ...[...figure.querySelectorAll('input, select')].map((input) => [input.type, input.value, input.checked]),
  ...[...figure.querySelectorAll('[data-part=start]')].map((ball) => ball.getAttribute('aria-valuetext')),
])
"""


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_run_dragged_and_saved_a_chapter_is_as_it_was_after_a_restart(visit, desk, chapter):
    page, notebook = visit("JupyterLab", chapter), desk.notebook(chapter)
    run(page)
    save(page)
    assert_all_ran(notebook)
    places = [place for place, cell in enumerate(cells_of(notebook)) if "jupyter.widget-view+json" in json.dumps(cell)]
    unmoved = figures(page, places, LIGHT)
    drag(page)
    moved = figures(page, places, LIGHT)
    assert moved != unmoved
    save(page)
    saved = notebook.read_bytes()
    page.close()

    desk.stop()
    desk.start()
    for program, (theme, other) in zip(PROGRAMS, ((LIGHT, DARK), (DARK, LIGHT)), strict=True):
        page = visit(program, chapter)
        assert figures(page, places, theme) == moved
        turn(page, other)
        assert figures(page, places, other) == moved
        assert page.get_by_text("model not found").count() == 0
        assert page.locator(".Toastify__toast").count() == 0  # no news, nothing to update
        page.close()
    assert notebook.read_bytes() == saved


def run(page):
    """Run all cells; none has been run before."""
    choose(page, "Run", "Run All Cells")
    page.wait_for_function(
        "() => [...document.querySelectorAll('.jp-InputPrompt')].every((e) => !/\\[[ *]\\]/.test(e.textContent))",
        timeout=120_000,
    )
    idle(page)


def figures(page, places, theme):
    """What the figures of the cells at these ``places`` say, each drawn in the colours of the theme; closed ones wait."""
    for place in places:
        page.wait_for_function(DRAWN, arg=[place, GROUNDS[theme]])
    page.evaluate(STILL)
    seen = page.evaluate(OPEN, places)
    assert seen
    return [page.evaluate(SAYS, place) for place in seen]


def drag(page):
    """Drag the first ball, or the first slider where there is no ball."""
    balls, sliders = (page.locator(f"{kind}:visible") for kind in ("[data-part=start]", "[data-state] [type=range]"))
    hand = (balls if balls.count() else sliders).first
    hand.evaluate("(it) => it.scrollIntoView({ block: 'center' })")
    hand.hover()  # waits until it stands still
    box = hand.bounding_box()
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2 + 40, box["y"] + box["height"] / 2 + 20, steps=5)
    page.mouse.up()


def assert_all_ran(notebook):
    for cell in cells_of(notebook):
        if cell["cell_type"] == "code" and "".join(cell["source"]).strip():
            assert cell["execution_count"], cell["id"]
            assert all(output["output_type"] != "error" for output in cell["outputs"]), cell["id"]
