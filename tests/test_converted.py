"""Chapters as other programs show them: converted, in other notebook programs, and where nobody trusts them.

Each is tried as it lies in ``chapters/`` and as a copy, on the desk, in the zip or as a download (``publish.plain``).
"""

import json
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import nbformat
import pytest
from bs4 import BeautifulSoup
from nbclient import NotebookClient
from nbconvert.exporters import HTMLExporter, ScriptExporter, SlidesExporter
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from publish import notebooks, plain, slides
from traitlets.config import PyFileConfigLoader

ROOT = Path(__file__).parents[1]
CHAPTERS = ROOT / "chapters"
PAGES = sorted(path for path in CHAPTERS.iterdir() if path.suffix in (".ipynb", ".md"))
THREE = ["03-momentum", "09-learning-rate", "12-deep-networks"]
SHORT = ["03-momentum", "07-adam", "08-adadelta"]  # run in seconds
FORMS = ["chapter", "copy"]


@pytest.fixture(scope="module")
def texts():
    """The texts of all notebooks, by form and by name."""
    copies = {Path(name).stem: text for name, text in plain.course(PAGES).items() if name.endswith(".ipynb")}
    return {"chapter": {name: (CHAPTERS / f"{name}.ipynb").read_text("utf-8") for name in copies}, "copy": copies}


@pytest.fixture(params=FORMS)
def form(request, texts):
    """A function that reads a notebook in one of its forms."""
    return lambda name: nbformat.reads(texts[request.param][name], as_version=4)


def stored(notebook):
    """The stored outputs of a notebook that are not streams."""
    return [output for output in notebooks.outputs(notebook) if "data" in output]


def is_picture(kind, data):
    return kind in ("image/svg+xml", "image/png") or (kind == "text/html" and data[kind].startswith("<img "))


def is_pictured(data):
    return any(is_picture(kind, data) for kind in data)


def pictures(notebook):
    """The stored pictures of a notebook, as the words that stand for them."""
    return [output.data["text/plain"] for output in stored(notebook) if is_pictured(output.data)]


# Which of its forms a program shows of an output: the first of its list; what is not in a list is not shown. VS Code
# puts what its list lacks first, if anybody can show it.
WIDGET = notebooks.VIEW
ORDERS = {
    "JupyterLab": [WIDGET, "text/html", "text/markdown", "text/latex", "image/svg+xml", "image/png", "text/plain"],
    "JupyterLab, not trusted": [WIDGET, "text/html", "text/markdown", "text/latex", "image/png", "text/plain"],
    "VS Code": [
        WIDGET,
        "application/json",
        "application/javascript",
        "text/html",
        "image/svg+xml",
        "text/latex",
        "text/markdown",
        "image/png",
        "text/plain",
    ],
    "VS Code, restricted": ["text/latex", "text/markdown", "image/png", "text/plain"],
    "Colab and the classic notebook": [
        WIDGET,
        "application/javascript",
        "text/html",
        "text/markdown",
        "text/latex",
        "image/svg+xml",
        "image/png",
        "text/plain",
    ],
    "nbconvert to HTML": HTMLExporter().default_config.NbConvertBase.display_data_priority,
}
BLIND = {("JupyterLab, not trusted", "chapter"), ("VS Code, restricted", "chapter"), ("VS Code, restricted", "copy")}


@pytest.mark.parametrize("program", ORDERS)
@pytest.mark.parametrize("form", FORMS)
def test_of_what_nobody_has_run_each_program_shows_the_picture_or_its_words(program, form, texts):
    seen = Counter()
    for text in texts[form].values():
        for output in stored(nbformat.reads(text, as_version=4)):
            first = next(kind for kind in ORDERS[program] if kind in output.data)
            assert first != WIDGET
            assert len(output.data[first]) > 0
            seen["picture" if is_picture(first, output.data) else "words"] += is_pictured(output.data)
    assert seen["picture"] > 20 or (program, form) in BLIND
    assert (seen["words"] == 0) == ((program, form) not in BLIND)


def on_a_page(browser, html):
    """What a browser without any host makes of a page: for each picture its words, and whether it can be seen."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.route("**/*", lambda route: route.abort())
    page.set_content(html, wait_until="load")
    seen = page.locator(".jp-OutputArea-output img").evaluate_all(
        "(all) => all.map((e) => [e.alt, e.checkVisibility() && e.naturalWidth > 100 && e.offsetWidth > 250])"
    )
    text = page.inner_text("body")
    page.close()
    return seen, text


@pytest.mark.parametrize("name", THREE)
def test_a_chapter_converted_to_html_shows_every_figure_without_any_other_host(name, form, browser):
    notebook = form(name)
    seen, text = on_a_page(browser, HTMLExporter().from_notebook_node(notebook)[0])
    assert [visible for _, visible in seen] == [True] * len(pictures(notebook))
    assert len(seen) > 5
    assert "model not found" not in text
    assert "Run this cell" not in text


def test_figures_that_were_run_are_pictures_on_a_page_that_the_desk_exports(browser):
    """Their live form would ask the network for what draws it."""
    notebook = new_notebook(cells=[new_code_cell("from descent import Explorer\nExplorer('ravine')")])
    NotebookClient(notebook, kernel_name="python3").execute()
    assert notebooks.VIEW in notebook.cells[0].outputs[-1].data
    loader = PyFileConfigLoader("jupyter_lab_config.py", str(ROOT / "code" / "publish" / "jupyter"))
    html, _ = HTMLExporter(config=loader.load_config()).from_notebook_node(notebook)
    assert [visible for _, visible in on_a_page(browser, html)[0]] == [True]


@pytest.mark.parametrize("name", THREE)
def test_the_pictures_of_a_copy_have_their_words(name, texts, browser):
    notebook = nbformat.reads(texts["copy"][name], as_version=4)
    seen, _ = on_a_page(browser, HTMLExporter().from_notebook_node(notebook)[0])
    assert [words for words, _ in seen] == pictures(notebook)
    assert min(len(words) for words, _ in seen) >= 20


@pytest.mark.parametrize("name", THREE)
def test_a_section_is_a_slide_and_every_figure_is_on_one(name, form):
    notebook = form(name)
    page = BeautifulSoup(SlidesExporter().from_notebook_node(notebook)[0], "html.parser")
    whole = page.select(".slides > section")
    titles = [next((heading.text for heading in section.select("h1, h2")), "") for section in whole]
    texts = [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]
    wanted = [heading.lstrip("# ") for text in texts for heading in re.findall(r"^##? .+", text, re.MULTILINE)]
    assert [title.rstrip("¶") for title in titles] == wanted
    assert len(page.select(".slides > section > section .jp-OutputArea-output img")) == len(pictures(notebook))
    assert "descent-course.zip" not in page.text  # what the site leaves out


def kinds(cells):
    return [cell["metadata"].get("slideshow", {}).get("slide_type") for cell in cells]


def test_what_has_no_room_on_a_slide_of_a_copy_goes_below_it():
    first, second = (
        new_markdown_cell(title, metadata={"slideshow": {"slide_type": "slide"}}) for title in ("# A", "## B")
    )
    ten, three, thirty = (new_code_cell("x\n" * lines) for lines in (10, 3, 30))
    cells = slides.fitted([first, ten, three, three, ten, thirty, three, second, three])
    assert kinds(cells) == ["slide", None, None, None, "subslide", "subslide", "subslide", "slide", None]


@pytest.mark.parametrize("name", THREE)
def test_no_slide_of_a_copy_is_fuller_than_a_screen_but_for_a_single_cell(name, texts):
    chapter = json.loads(texts["chapter"][name])["cells"]
    slide = []
    for cell, kind in zip(chapter, kinds(slides.fitted(chapter)), strict=True):
        if kind == "skip":
            continue
        slide = [cell] if kind else [*slide, cell]
        assert len(slide) == 1 or sum(map(slides.height, slide)) <= slides.ROOM
    assert Counter(kinds(json.loads(texts["copy"][name])["cells"]))["subslide"] > 20


@pytest.mark.parametrize("name", SHORT)
def test_a_chapter_converted_to_a_script_runs_and_prints_the_same(name, form, tmp_path):
    notebook = form(name)
    script, resources = ScriptExporter().from_notebook_node(notebook)
    assert resources["output_extension"] == ".py"
    (tmp_path / "chapter.py").write_text(script, encoding="utf-8")
    done = subprocess.run([sys.executable, "chapter.py"], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    printed = [output.text for output in notebooks.outputs(notebook) if output.output_type == "stream"]
    assert done.stdout == "".join(printed)
