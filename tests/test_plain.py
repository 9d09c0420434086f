"""The plain form of the course: each thing that MyST can say, as every notebook program shows it."""

import json
import re
from collections import Counter
from functools import partial
from itertools import takewhile
from pathlib import Path

import nbformat
import pytest
from descent.exercises import PROOFS, check
from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin
from nbformat.v4 import new_markdown_cell, new_notebook
from publish import layers, plain

CHAPTERS = Path(__file__).parents[1] / "chapters"
NOTEBOOKS = sorted(path.name for path in CHAPTERS.glob("*.ipynb"))
START, END = ":::{solution-start} one-1\n:class: dropdown\n:::", ":::{solution-end}\n:::"
EXERCISE = ":::{exercise} Half of it (4 minutes, easy)\n:label: one-1\n\nHow much is $a/2$?\n:::"


@pytest.fixture
def told(tmp_path):
    """A function that gives the plain form of a notebook of the given texts: its cells as they are stored."""

    def tell(*sources, solutions=True, **others):
        cells = [new_markdown_cell(source, id=f"cell-{n}") for n, source in enumerate(sources)]
        (tmp_path / "one.ipynb").write_text(nbformat.writes(new_notebook(cells=cells)), encoding="utf-8")
        for name, text in others.items():
            (tmp_path / f"{name}.md").write_text(text, encoding="utf-8")
        files = plain.course([*tmp_path.iterdir()], solutions)
        return nbformat.reads(files["one.ipynb"], as_version=4).cells

    return tell


def only(cells):
    (cell,) = cells
    return cell.source


SAID = {
    "a box": (
        ":::{admonition} Often said: `a` is *b*\n:class: note correction\n\n**Not so.** It is:\n\n- $c$\n- d\n:::",
        "> **Often said: `a` is *b***\n>\n> **Not so.** It is:\n>\n> - $c$\n> - d",
    ),
    "a formula in a box stands on one line": (
        ":::{admonition} A\n$$\na = b \\\\\n= c\n$$\n:::",
        "> **A**\n>\n> $$a = b \\\\ = c$$",
    ),
    "a note from the margin comes below its paragraph": (
        "## A\n\n:::{margin}\n**Note.** One.\n:::\n\n:::{margin}\nTwo.\n:::\n\nText\nof two lines.\n\nMore.",
        "## A\n\nText\nof two lines.\n\n> **Note.** One.\n\n> Two.\n\nMore.",
    ),
    "a note before a box stays there": (
        ":::{margin}\nOne.\n:::\n\n:::{admonition} A\nB\n:::\n\nText.",
        "> One.\n\n> **A**\n>\n> B\n\nText.",
    ),
    "a note at the end stays there": ("Text.\n\n:::{margin}\nOne.\n:::", "Text.\n\n> One."),
    "a table": (
        ":::{table} Ours\n:class: dense\n:widths: 4 6\n\n| a |\n|---|\n| b |\n:::",
        "**Ours**\n\n| a |\n|---|\n| b |",
    ),
    "a table without a title": (":::{table}\n\n| a |\n|---|\n| b |\n:::", "| a |\n|---|\n| b |"),
    "a table cell by cell": (
        "````{list-table}\n:header-rows: 1\n\n* - a\n  - b\n* - `c|d`\n  -\n````",
        "| a | b |\n| --- | --- |\n| `c\\|d` |  |",
    ),
    "tabs": (
        ":::::{tab-set}\n::::{tab-item} One\n```python\na = {1}\n```\n::::\n::::{tab-item} Two\nB.\n::::\n:::::",
        "**One**\n\n```python\na = {1}\n```\n\n**Two**\n\nB.",
    ),
    "formulas keep their lines": ("A:\n\n$$\na \\\\\nb\n$$\nand $c$.", "A:\n\n$$\na \\\\\nb\n$$\n\nand $c$."),
    "equations have numbers, and are referred to": (
        "$$\na\n$$ (first)\n\n$$\nb\n$$ (second)\n\nBy {eq}`second` and {eq}`first`.",
        "$$\na \\tag{1}\n$$\n\n$$\nb \\tag{2}\n$$\n\nBy (2) and (1).",
    ),
    "citations": (
        "A {cite}`polyak1964` {cite}`bray2007,dauphin2014` {cite}`cauchy1847`.",
        "A [[Polyak, 1964](https://doi.org/10.1016/0041-5553%2864%2990137-5)] [[Bray and Dean, 2007]"
        "(https://doi.org/10.1103/PhysRevLett.98.150201), [Dauphin *et al.*, 2014](https://arxiv.org/abs/1406.2572)] "
        "[Cauchy, 1847].",
    ),
    "labels and their links": (
        "(here)=\n(there)=\n## A\n\n(below)=\nSee [A](here), [B](#there), [C](below), [D](https://example.org), [E](nowhere).",
        "## A\n\nSee [A](#cell-id=cell-0), [B](#cell-id=cell-0), [C](#cell-id=cell-0), [D](https://example.org), [E](nowhere).",
    ),
    "comments": ("A\n\n% not for readers\n\nB", "A\n\nB"),
    "words that set a figure": (
        'Look <a href="#explorer-1:surface.kappa=200">at\n$\\kappa = 200$</a>.\n\n:::{margin}\nOr'
        ' <a href="#explorer-2:start=0,1">*there*</a>.\n:::',
        "Look at\n$\\kappa = 200$.\n\n> Or *there*.",
    ),
    "code stays": (
        "(here)=\n`[1](here)`, ``{eq}`here` `` and\n\n```\n(here)=\n[1](here) {eq}`here`\n```",
        "`[1](here)`, ``{eq}`here` `` and\n\n```\n(here)=\n[1](here) {eq}`here`\n```",
    ),
}


@pytest.mark.parametrize(("source", "wanted"), SAID.values(), ids=SAID)
def test_it_says_the_same_without_the_books_own_marks(told, source, wanted):
    assert only(told(source)) == wanted


def test_an_exercise_has_its_title_in_the_text_and_a_cell_for_the_answer(told):
    text, cell, reference = told(EXERCISE, "See {numref}`exercise %s <one-1>` and [it](one-1).")
    assert text.source == "#### Exercise 1 · Half of it (4 minutes, easy)\n\nHow much is $a/2$?"
    assert (cell.cell_type, cell.source, cell.outputs) == ("code", 'check("one-1", ...)', [])
    assert reference.source == "See [exercise 1](#cell-id=cell-0) and [it](#cell-id=cell-0)."


def test_a_proof_is_written_as_text(told):
    _, cell = told(EXERCISE.replace("one-1", PROOFS[0]))
    assert (cell.cell_type, cell.source) == ("markdown", "*Your proof:*")


def test_a_solution_is_a_closed_heading_or_absent(told):
    sources = EXERCISE, START, "Heureka.", END, "## Next\n\nAfter."
    _, _, heading, text, after = told(*sources)
    assert heading.source == "##### Solution"
    assert heading.metadata["jp-MarkdownHeadingCollapsed"]
    assert (text.source, after.source) == ("Heureka.", "## Next\n\nAfter.")
    assert [cell.source for cell in told(*sources, solutions=False)][2:] == [after.source]


def test_what_goes_deeper_is_a_closed_heading_with_its_text_below(told):
    heading, text, alone, after = told(
        "(why)=\n### Deeper: why?\n\nSo.\n\nAnd so.", "### Deeper: how?", "### Next\n\nOn."
    )
    assert (heading.source, text.source) == ("### Deeper: why?", "So.\n\nAnd so.")
    assert heading.metadata["jp-MarkdownHeadingCollapsed"]
    assert alone.metadata["jp-MarkdownHeadingCollapsed"]
    assert not {*text.metadata, *after.metadata} & {"jp-MarkdownHeadingCollapsed"}
    assert after.source == "### Next\n\nOn."


def test_links_lead_to_the_door_of_what_is_closed(told):
    *_, links = told("### Deeper: why?", "(so)=\nSo.", "## Next\n\n(on)=\nOn.", "[Why](so) [and](on).")
    assert links.source == "[Why](#cell-id=cell-0) [and](#cell-id=cell-2)."


def test_pages_without_cells(told, tmp_path):
    glossary = "```{glossary}\nslope\n기울기\n  What a step\n  follows. [→ One](one)\n\nstep\n  A move.\n```"
    cells = told(
        "See [small](small) and [the glossary](words.md).",
        words=f"# Words\n\n{glossary}",
        slips="(small)=\n### Small slips",
    )
    assert only(cells) == "See [small](slips.md#Small-slips) and [the glossary](words.md)."
    files = plain.course([*tmp_path.iterdir()])
    wanted = "# Words\n\n**slope** · 기울기: What a step follows. [→ One](one.ipynb)\n\n**step**: A move.\n"
    assert files["words.md"] == wanted
    assert files["slips.md"] == "### Small slips\n"


def test_a_work_without_an_address_is_found_in_the_bibliography(told):
    said = told("See {cite}`cauchy1847`.", bibliography="# Bibliography")
    assert only(said) == "See [[Cauchy, 1847](bibliography.md)]."


def test_what_has_no_plain_form_is_named(told):
    with pytest.raises(ValueError, match=r"^one\.ipynb: \{mermaid\} has no plain form; [^\n]+$"):
        told(":::{mermaid}\na\n:::")


@pytest.mark.parametrize("name", ["momentum-3", "momentum-5", "rates-3", PROOFS[0]])
@pytest.mark.parametrize("untouched", [..., (..., 0.5), [0.5, ...]])
def test_an_answer_cell_run_as_it_stands_gets_one_friendly_sentence(name, untouched):
    wanted = "This exercise asks for a proof, " if name in PROOFS else "Put your answer in place of the three dots."
    assert check(name, untouched).message.startswith(wanted)


# The whole course. -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module", params=[True, False], ids=["with solutions", "without solutions"])
def edition(request):
    """The course in plain form, and whether it has the solutions."""
    return plain.course([*CHAPTERS.glob("*.ipynb"), *CHAPTERS.glob("*.md")], request.param), request.param


def cells(text):
    return [cell | {"source": "".join(cell["source"])} for cell in json.loads(text)["cells"]]


def stored(name):
    return cells((CHAPTERS / name).read_text(encoding="utf-8"))


def prose(file, text):
    """The words of a file: of a notebook the cells that are text."""
    if file.endswith(".md"):
        return text
    return "\n\n".join(cell["source"] for cell in cells(text) if cell["cell_type"] == "markdown")


def solution(cells):
    """The names of the cells from the start to the end of each solution, in a chapter."""
    found = []
    for cell in cells:
        if "{solution-start}" in cell["source"]:
            found.append([])
        if found and found[-1][-1:] != [None]:
            found[-1].append(cell["id"])
        if "{solution-end}" in cell["source"]:
            found[-1][-1:] = [None]  # the end itself has no cell in the plain form
    return [ids[:-1] for ids in found]


MARKS = r"#explorer-|:::|\{[a-z-]+\}`|`{3,}\{|^:\w+:|^\([\w-]+\)=|\$\$ *\("


def test_nothing_is_left_of_the_books_own_marks(edition):
    for file, text in edition[0].items():
        assert not re.findall(MARKS, prose(file, text), re.MULTILINE), file


def test_no_link_is_dead(edition):
    files, led = edition[0], 0
    for file, text in files.items():
        for link in re.findall(r"\]\(([^()\s]+)\)", prose(file, text)):
            where, _, place = link.partition("#")
            if link.startswith("https://"):
                continue
            there = files[where or file]
            if place.startswith("cell-id="):
                assert place.removeprefix("cell-id=") in [cell["id"] for cell in cells(there)], f"{file}: {link}"
            elif place:
                assert place in [line.lstrip("# ").replace(" ", "-") for line in there.splitlines()], f"{file}: {link}"
            led += 1
    assert led > 600


def test_formulas_are_closed_and_all_there(edition):
    reader = MarkdownIt().enable("table").use(dollarmath_plugin)
    for file, text in edition[0].items():
        found = [token for block in reader.parse(prose(file, text)) for token in [block, *(block.children or [])]]
        assert not [token.content for token in found if token.type == "text" and "$" in token.content], file
        if edition[1]:
            before = prose(file, (CHAPTERS / file).read_text(encoding="utf-8"))
            assert sum("math" in token.type for token in found) >= before.count("$$") // 2
    assert r"\tag{3.1}" in prose("03-momentum.ipynb", edition[0]["03-momentum.ipynb"])


def words(text):
    """The words of a text that its reader sees, without the marks of MyST, the targets of links and citations."""
    for mark in (
        r"^:::\{lesson\} .*$",  # the file of a chapter
        r"^(`{3,})\{only\} latex\n[^`]*\n\1$",  # for paper
        r"^`{3,}\{only\} html$",
        r"^[:`]{3,}\{.*?\}",
        r"^:[\w-]+:.*$",
        r"^\([\w-]+\)=$",
        r"^\$\$ \(.*\)$",
        r"\{cite\}`.*?`",
        r"\{eq\}`.*?`",
    ):
        text = re.sub(mark, "", text, flags=re.MULTILINE)
    text = re.sub(r"\{numref\}`(.*?) .*?`", r"\1", text)
    text = re.sub(r'<a href="[^"]*"( download)?>|</a>', "", text)
    return Counter(re.findall(r"\w+", re.sub(r"\]\([^)\s]+\)", "]", text)))


def test_no_word_is_lost(edition):
    for file, text in edition[0].items():
        before = (CHAPTERS / file).read_text(encoding="utf-8")
        if edition[1]:
            labels = Counter(label for cell in (stored(file) if file in NOTEBOOKS else []) for label in re.findall(
                r"^:::\{solution-start\} (\S+)$", cell["source"], re.MULTILINE))  # fmt: skip
            lost = words(prose(file, before)) - words(prose(file, text)) - words(" ".join(labels.elements()))
            assert not lost, file


def code_of(cell):
    """A cell of code, its tags, and what its outputs say in words."""
    said = [output.get("text") or output["data"].get("text/plain") for output in cell["outputs"]]
    return cell["id"], cell["source"], cell["metadata"].get("tags"), said


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_code_and_outputs_are_the_chapters_own(edition, name):
    files, solutions = edition
    left_out = {cell for ids in solution(stored(name)) for cell in ids} if not solutions else set()
    wanted = [code_of(cell) for cell in stored(name) if cell["cell_type"] == "code" and cell["id"] not in left_out]
    asked = [cell for cell in cells(files[name]) if cell["cell_type"] == "code"]
    assert [code_of(cell) for cell in asked if not cell["id"].startswith("answer-")] == wanted
    nbformat.validate(nbformat.reads(files[name], as_version=4))
    assert "package" in [cell["id"] for cell in asked]
    before, after = (json.loads(text)["metadata"] for text in ((CHAPTERS / name).read_text("utf-8"), files[name]))
    assert all(after[key] == before[key] for key in ("kernelspec", "language_info"))


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_every_exercise_is_followed_by_its_answer_and_its_closed_solution(edition, name):
    files, solutions = edition
    found = cells(files[name])
    kinds = "".join(
        "e" if re.search("^#### Exercise ", cell["source"], re.MULTILINE)
        else "q" if re.search("^#### Quick question ", cell["source"], re.MULTILINE)
        else "a" if cell["id"].startswith("answer-")
        else "s" if cell["source"] == "##### Solution" and cell["metadata"]["jp-MarkdownHeadingCollapsed"] is True
        else "." for cell in found)  # fmt: skip
    quick = sum(":nonumber:" in cell["source"] for cell in stored(name))
    asked = sum("{exercise}" in cell["source"] for cell in stored(name)) - quick
    assert len(re.findall("eas" if solutions else "ea", kinds)) == asked
    assert len(re.findall("qa", kinds)) == quick
    counted = Counter(e=asked, q=quick, a=asked + quick, s=asked * solutions)
    assert Counter(kinds) == counted + Counter({".": kinds.count(".")})
    assert {cell["source"] for cell in found if cell["id"].startswith("answer-")} <= {
        "*Your proof:*",
        *(
            f'check("{label}", ...)'
            for label in re.findall(r"^:label: (\S+)$", prose(name, json.dumps({"cells": stored(name)})), re.MULTILINE)
        ),
    }


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_the_look_for_the_package_is_folded_and_followed_by_how_to_begin(edition, name):
    found = cells(edition[0][name])
    folded = [n for n, cell in enumerate(found) if cell["metadata"].get("jupyter", {}).get("source_hidden")]
    quiet = [cell["id"] for cell in found if {*layers.roles(cell)} & {"figure", "check", "setup"}]
    assert [found[n]["id"] for n in folded] == ["package", *quiet]
    assert "Run All Cells" in found[folded[0] + 1]["source"]
    assert not any(cell["cell_type"] == "code" for cell in found[: folded[0]])


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_closed_heading_hides_what_belongs_to_it_and_nothing_else(name):
    """As Jupyter does it: all below a closed heading, up to a cell with a heading of its level or above."""
    found = cells(plain.course([CHAPTERS / name])[name])
    hidden = []
    for number, cell in enumerate(found):
        if cell["metadata"].get("jp-MarkdownHeadingCollapsed"):
            level = len(re.search("^#+", cell["source"], re.MULTILINE)[0])
            below = takewhile(partial(stays_below, level), found[number + 1 :])
            hidden.append([cell["id"], *(other["id"] for other in below)])
    assert sorted(hidden) == sorted(deeper(stored(name)) + solution(stored(name)))


def stays_below(level, cell):
    return cell["cell_type"] == "code" or not re.search(f"^#{{1,{level}}} ", cell["source"], re.MULTILINE)


def deeper(cells):
    """The names of the cells of each section that goes deeper; the text below its heading has a cell of its own."""
    found, inside = [], False
    for cell in cells:
        heading = cell["cell_type"] == "markdown" and re.search("^#{1,3} (.*)\n*", cell["source"], re.MULTILINE)
        if heading:
            inside = heading[1].startswith("Deeper")
        if inside and heading:
            text = cell["source"][heading.end() :]
            found.append([cell["id"], *([f"{cell['id']}-text"] if text else [])])
        elif inside:
            found[-1].append(cell["id"])
    return found
