"""The roles of cells: what each is marked as, how the site folds it, and what print leaves out."""

import ast
import json
import re
import subprocess
import sys
from copy import deepcopy
from pathlib import Path

import pytest
from conftest import ROOT
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from publish import layers, notebooks

CELLS = [
    new_markdown_cell("# A page"),
    new_code_cell("loads = 1", metadata={"tags": ["setup"]}),
    new_code_cell("runs = 2", outputs=[new_output("stream", text="it ran\n")]),
    new_code_cell("draws = 3", outputs=[new_output("stream", text="a picture\n")], metadata={"tags": ["figure"]}),
    new_code_cell("assert True", metadata={"tags": ["check"]}),
    new_code_cell(
        "asks = 4",
        outputs=[new_output("stream", text="fifty five, or 55\n")],
        metadata={"tags": ["reveal", "guess:|or {}"]},
    ),
    new_code_cell(
        "both = 5", outputs=[new_output("stream", text="seen late\n")], metadata={"tags": ["figure", "reveal"]}
    ),
    new_markdown_cell("The answer in words.\n\nOnce more in the open."),
    new_markdown_cell("(below)=\n## Deeper: more\n\nFor those who want it.\n\n### Within\n\nStill deeper."),
    new_markdown_cell("## Afterwards\n\nThe main path goes on."),
]
HIDDEN, LATE = {"source_hidden": True}, {"outputs_hidden": True}


def page():
    return notebooks.normal(new_notebook(cells=deepcopy(CELLS)))


def test_jupyter_is_told_what_to_fold():
    stored = json.loads(page())
    told = [cell["metadata"].get("jupyter") for cell in stored["cells"]]
    assert told == [None, HIDDEN, None, HIDDEN, HIDDEN, LATE, HIDDEN | LATE, None, None, None]


@pytest.fixture
def visible(small_book, browser):
    """The text that a reader of the page sees, and the page."""
    done, folder = small_book({"index.md": "# A book", "page.ipynb": page()})
    assert done.returncode == 0, done.stdout + done.stderr
    open_page = browser.new_page()
    open_page.goto(f"file://{folder}/page.html")
    yield open_page
    open_page.close()


def seen(page):
    return page.locator("article").inner_text()


def test_the_site_shows_the_main_path_and_opens_the_rest(visible):
    for here in (
        "it ran",
        "runs = 2",
        "a picture",
        "asks = 4",
        "The main path goes on.",
        "Deeper: more",
        "Once more in the open.",
    ):
        assert here in seen(visible)
    folded = (
        "loads = 1",
        "draws = 3",
        "assert True",
        "fifty five",
        "both = 5",
        "seen late",
        "The answer in words.",
        "For those who want it.",
    )
    for below in folded:
        assert below not in seen(visible)
    assert seen(visible).index("a picture") < seen(visible).index("code")
    summaries = visible.locator("article summary")
    assert [text for text in summaries.all_inner_texts() if text] == ["set-up", "code", "✓ checked", "Show the answer", "Deeper: more"]  # fmt: skip
    for fold in summaries.all():
        fold.focus()
        visible.keyboard.press("Enter")
    for below in folded:
        assert below in seen(visible)


@pytest.mark.parametrize("place", ["within", "below"])
def test_a_link_into_what_is_folded_opens_it(visible, place):
    visible.evaluate("(place) => { location.hash = place; }", place)
    visible.get_by_text("Still deeper.").wait_for()
    assert "loads = 1" not in seen(visible)


def test_a_named_box_that_answers_waits_and_a_named_paragraph_does_not(small_book, browser):
    asked = {"outputs": [new_output("stream", text="fifty five\n")], "metadata": {"tags": ["reveal"]}}
    box = new_markdown_cell("(b-01)=\n(b-02)=\n:::{admonition} Often said\nIt is so.\n:::\n\nIn the open.")
    cells = [
        new_markdown_cell("# A page"),
        new_code_cell("asks = 4", **asked),
        box,
        new_code_cell("asks = 5", **asked),
        new_markdown_cell("(next-01)=\nNext question?"),
    ]
    _, folder = small_book({"index.md": "# A book", "page.ipynb": notebooks.normal(new_notebook(cells=cells))})
    page = browser.new_page()
    page.goto(f"file://{folder}/page.html")
    assert [text in seen(page) for text in ("It is so.", "In the open.", "Next question?")] == [False, True, True]
    page.evaluate("location.hash = 'b-02'")
    page.get_by_text("It is so.").wait_for()
    page.close()


def test_a_cell_has_the_roles_of_its_tags():
    assert layers.roles(new_code_cell("", metadata={"tags": ["remove-cell", "figure", "reveal"]})) == [
        "figure",
        "reveal",
    ]
    assert layers.mark(new_markdown_cell("text")) == {}


def test_print_leaves_out_code_that_only_draws_checks_or_loads(small_book, tmp_path):
    small_book({"index.md": "# A book", "page.ipynb": page()})
    command = [Path(sys.executable).with_name("jupyter-book"), "build", tmp_path, "--builder", "latex", "--quiet"]
    assert subprocess.run(command, capture_output=True).returncode == 0
    printed = (tmp_path / "_build" / "latex" / "descent.tex").read_text(encoding="utf-8")
    words = "loads", "runs", "it ran", "draws", "a picture", "assert", "asks", "fifty five", "both", "seen late"
    assert "tag_guess" not in printed
    assert [word for word in words if word not in printed] == ["loads", "draws", "assert", "both"]
    start, end = printed.index(r"\begin{deeper}"), printed.index(r"\end{deeper}")
    assert start < printed.index("Still deeper.") < end < printed.index("The main path goes on.")


# The chapters ----------------------------------------------------------------------------------------------------------

CHAPTERS = sorted(path.stem for path in (ROOT / "chapters").glob("[0-9]*.ipynb"))
EDITED = ["reading", *CHAPTERS]
NOTEBOOKS = sorted(path.stem for path in (ROOT / "chapters").glob("*.ipynb"))
MOST_WORDS, MOST_OPEN_CELLS, MOST_LINES = 1800, 12, 8


def level_and_title(cell):
    found = re.match(r"(?:\([\w-]+\)=\n+)*(#+) (.*)", cell.source) if cell.cell_type == "markdown" else None
    return (len(found[1]), found[2]) if found else (0, "")


def main_path(cells):
    """The cells that a reader meets at first: no section that goes deeper, and not the exercises."""
    below = 0  # the level of the heading that the path left at
    for cell in cells:
        level, title = level_and_title(cell)
        if level and (not below or level <= below):
            below = level if title.startswith(layers.DEEPER) or title == "Exercises" else 0
        if not below:
            yield cell


def words(text):
    """How many words a reader meets in Markdown: a formula counts as one, tabs and what stands in the margin not at all."""
    for silent in (r"^(:{4,})\{tab-set\}.*?^\1$", r"^:::\{margin\}.*?^:::$", r"^[:(|].*$", r"\]\([^)]*\)", r"<[^>]*>"):
        text = re.sub(silent, "", text, flags=re.MULTILINE | re.DOTALL if "?" in silent else re.MULTILINE)
    text = re.sub(r"\$\$.*?\$\$|\$[^$]*\$", "formula", text, flags=re.DOTALL)
    return len(re.findall(r"\w[\w'’.-]*", text))


def taught(cells):
    """The cells of a notebook but for its solutions."""
    solving = False
    for cell in cells:
        solving |= cell.source.startswith(":::{solution-start}")
        if not solving:
            yield cell
        solving &= not cell.source.startswith(":::{solution-end}")


def asserts(cell):
    return cell.cell_type == "code" and any(isinstance(node, ast.Assert) for node in ast.walk(ast.parse(cell.source)))


def wrong_roles(cells):
    """What stands in a cell of another role."""
    asked = False
    for cell in cells:
        if cell.cell_type == "markdown":
            asked = cell.source.rstrip().endswith("?")
            continue
        found, lines = layers.roles(cell), cell.source.splitlines()
        shows = any(tag.startswith("shows:") or tag == "remove-cell" for tag in cell.metadata.get("tags", []))
        prints = any(output.output_type == "stream" for output in cell.outputs)
        if found not in ([], ["figure"], ["check"], ["setup"], ["reveal"], ["figure", "reveal"]):
            yield f"{cell.id}: {' and '.join(found)} do not go together"
        if asserts(cell) != (found == ["check"]):
            yield f"{cell.id}: an assertion stands in a check, and nothing else does"
        if found == ["check"] and (cell.outputs or asked):
            yield f"{cell.id}: a check shows nothing, and stands below what it checks"
        if not found and not shows and (len(lines) > MOST_LINES or "alt=" in cell.source):
            yield f"{cell.id}: an experiment has at most {MOST_LINES} lines and draws nothing"
        if asked and prints and "reveal" not in found:
            yield f"{cell.id}: what answers a question waits until it is asked for"
        asked &= not cell.outputs


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_each_cell_of_a_notebook_has_its_role(name):
    chapter = notebooks.read((ROOT / "chapters" / f"{name}.ipynb").read_text(encoding="utf-8"))
    assert list(wrong_roles(taught(chapter.cells))) == []
    assert [
        cell.id for cell in chapter.cells if asserts(cell) and layers.roles(cell) != ["check"]
    ] == []  # solutions, too


@pytest.mark.parametrize("name", EDITED)
def test_the_main_path_of_a_chapter_is_short(name):
    chapter = notebooks.read((ROOT / "chapters" / f"{name}.ipynb").read_text(encoding="utf-8"))
    path = list(main_path(chapter.cells))
    opened = [
        cell.id
        for cell in path
        if cell.cell_type == "code" and not {*layers.roles(cell)} & {"figure", "check", "setup"}
    ]
    assert len(opened) <= MOST_OPEN_CELLS + 1, opened  # the first, which looks for the package, is not shown
    assert sum(words(cell.source) for cell in path if cell.cell_type == "markdown") <= MOST_WORDS


# What an answer closes, nothing tells in the open ----------------------------------------------------------------------

BLOCK = re.compile(r"^(:{3,}|`{3,}|\$\$)[^\n]*\n(?s:.*?)^\1[^\n]*$|(?:^.+\n?)+", re.MULTILINE)
NUMBER = re.compile(r"(?<![\w.])\d+(?:\.\d+)?(?!\w)")
LEANS = re.compile(r"(So|And|But|Nor|Thus|Hence|Yet)\b[^?.:]*[.:]")


def blocks(text):
    """The paragraphs, boxes, formulas and tables of Markdown, and the names that stand before them."""
    text = re.sub(r"^(\([\w-]+\)=)\n", r"\1\n\n", text, flags=re.MULTILINE)
    return [found[0].strip() for found in BLOCK.finditer(text)]


def numbers(text):
    """The numbers of at least two digits that a reader meets in a text: not those in its links."""
    met = re.sub(r"\]\([^)]*\)|<a [^>]*>|(?<=\d) (?=\d{3}\b)", "", text)
    return {number for number in NUMBER.findall(met) if len(number.replace(".", "").strip("0")) > 1}


def shown(cell):
    """What a cell shows, as text."""
    return " ".join(output.get("text", "") or output.get("data", {}).get("text/plain", "") for output in cell.outputs)


class Answer:
    """What is closed until it is asked for, what stands open after it in its section, and the numbers told before."""

    def __init__(self, known):
        self.known, self.closed, self.opened = {*known}, [], []


def answers(cells):
    """The answers of a chapter by their cells' names, in the order in which the site closes them (``publish.layers``)."""
    found, here, known, waits = {}, [], set(), False
    for cell in cells:
        if cell.cell_type == "code":
            roles = layers.roles(cell)
            if "reveal" in roles and not waits:
                found[cell.id] = Answer(known)
                here.append(found[cell.id])
            waits = "reveal" in roles or (waits and "check" in roles)
            known |= numbers(cell.source) | (set() if "reveal" in roles else numbers(shown(cell)))
            if waits:
                here[-1].closed.append(shown(cell))
            continue
        named = False
        for block in blocks(cell.source):
            if re.fullmatch(r"\([\w-]+\)=", block):
                named = True
                continue
            if block.startswith("#"):
                here, waits = [], False
            if waits and (":::{admonition}" in block or not (named or re.match(r"[:`$|]|- |\d+\. ", block))):
                here[-1].closed.append(block)
            else:
                known |= numbers(block)
                for answer in here:
                    answer.opened.append(block)
            named = waits = False
    return found


def spoilers(cells):
    """What stands open after an answer and tells it, and a question that the answer closes with itself."""
    for name, answer in answers(cells).items():
        for block in answer.opened:
            if told := numbers(block) & (numbers(" ".join(answer.closed)) - answer.known):
                yield f"{name}: {', '.join(sorted(told))} stands open: {block[:60]}"
        if answer.opened and LEANS.match(answer.opened[0]):
            yield f"{name}: what stands open goes on from the answer: {answer.opened[0][:60]}"
        if answer.closed[-1].rstrip().endswith("?"):
            yield f"{name}: the next question is closed with the answer: {answer.closed[-1][-60:]}"


def test_what_tells_an_answer_in_the_open_is_noticed():
    asked = {"outputs": [new_output("stream", text="it takes 55 steps\n")], "metadata": {"tags": ["reveal"]}}

    def after(*texts):
        cells = [new_markdown_cell("After 20 steps?"), new_code_cell("asks = 4", id="asks", **asked)]
        return [*spoilers([*cells, *map(new_markdown_cell, texts)])]

    box = ":::{admonition} Often said\nIt is 55.\n:::"
    assert after("It is 55, not 20.\n\nNext, 20 again: how far?", "# New\n\nSo it was 55.") == []
    assert after(f"(b-01)=\n{box}") == after(box) == []
    assert len(after("Fifty-five.", "It is 55.")) == len(after(f"Fifty-five.\n\n(b-01)=\n{box}")) == 1
    assert len(after("Fifty-five.\n\nSo it is large.")) == len(after("Fifty-five. And then?")) == 1
    assert len(after("(b-01)=\nIt is 55.")) == len(after("$$\nx = 55\n$$")) == 1


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_nothing_in_the_open_tells_an_answer(name):
    chapter = notebooks.read((ROOT / "chapters" / f"{name}.ipynb").read_text(encoding="utf-8"))
    assert list(spoilers(chapter.cells)) == []
