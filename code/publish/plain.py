r"""The course in plain Markdown: what every notebook program shows, and not the book's own renderer alone.

``chapters/`` is written in MyST, for the book. Each copy that leaves it, for a student's desk, in the zip or as a
download, is made here. Boxes become quotations, labels places, ``{eq}`` and ``{cite}`` what they stand for; below an
exercise comes a cell for the answer; a solution, and a section that goes deeper, is a heading that is closed at first.
Words that set a figure are plain words: a notebook's figure has no address. Code cells stay as they are; the first, which looks for the package,
is folded, and below it stands how to begin.
"""

import json
import re
from collections import Counter
from dataclasses import dataclass
from functools import cache
from itertools import chain, count, groupby
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

import yaml
from descent.exercises import PROOFS
from markdown_it import MarkdownIt
from mdit_py_plugins.colon_fence import colon_fence_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.myst_blocks import myst_block_plugin
from pybtex.database import parse_file
from pybtex.plugin import find_plugin

from publish import layers, offers, slides, stills, tables, teaching

ROOT = Path(__file__).parents[2]
READER = MarkdownIt().enable("table").use(colon_fence_plugin).use(dollarmath_plugin).use(myst_block_plugin)
READER.disable("inline")  # blocks are all that is asked for
DIRECTIVE = re.compile(r"\{([\w-]+)\} ?(.*)")
BODY = re.compile(r"((?::[\w-]+:[^\n]*\n)*)\s*(.*)", re.DOTALL)
INLINE = re.compile(r"\{(\w+)\}`([^`]+)`|(`+)(?!`).+?(?<!`)\3(?!`)|\]\(([^()\s]+)\)", re.DOTALL)
SETTING = re.compile(  # words that set a figure, or fetch the sheet of exercises: on the site only
    r'<a href="[^"]*(?:#explorer-[^"]*|descent-exercises\.ipynb)"(?: download)?>(.*?)</a>', re.DOTALL
)
DEEPER = re.compile(
    rf"((?:\([\w-]+\)=\n)*#+ {layers.DEEPER}\b[^\n]*)\n*(.*)", re.DOTALL
)  # a heading, and what stands below
MADE = {  # directives that stand for a text in MyST
    "exercise-index": tables.exercise_index,
    "lesson-plan": teaching.plan,
    "ledger-corrected": tables.corrected,
    "ledger-taught": tables.taught,
    "take-aways": tables.take_aways,
    "offers": lambda: offers.summary(offers.offered(), "`{0}`"),
}
FIRST = {  # what a reader of a live notebook has to know before the first figure
    "cell_type": "markdown",
    "id": "run-first",
    "metadata": {"slideshow": {"slide_type": "skip"}},
    "source": "*Run all cells once, with **Run ▸ Run All Cells**. Until then figures are pictures, and a cell that is run"
    " alone does not know the names from the cells above it.*",
}


# What a text holds. ----------------------------------------------------------------------------------------------------


class Directive(NamedTuple):
    """A directive: ``title`` is what stands behind its name."""

    name: str
    title: str
    options: dict
    body: str


def blocks(text):
    """The blocks of a text, in order: pairs of a token of markdown-it and the text itself."""
    lines = text.split("\n")
    found = [token for token in READER.parse(text) if token.level == 0 and token.map]
    return [(token, "\n".join(lines[slice(*token.map)]).rstrip()) for token in found]


def directive(token):
    """The directive that a token is, or ``None``."""
    match = DIRECTIVE.match(token.info) if "fence" in token.type else None
    if not match:
        return None
    options, body = BODY.fullmatch(token.content).groups()
    return Directive(match[1], match[2], dict(re.findall(r":([\w-]+): *(.*)", options)), body.rstrip())


def directives(text):
    """The directives of a text that stand in no other, by name."""
    found = filter(None, (directive(token) for token, _ in blocks(text)))
    return {one.name: one for one in found}


def labels(text):
    """The labels of a text, in order: pairs of a label and what it names: place, equation, exercise or question."""
    for token, _ in blocks(text):
        if token.type == "myst_target":
            yield token.content, "place"
        elif token.type == "math_block_label":
            yield token.info, "equation"
        elif one := directive(token):
            if one.name == "exercise":
                yield one.options["label"], "question" if "nonumber" in one.options else "exercise"
            yield from labels(one.body)


# What labels and citations stand for. ----------------------------------------------------------------------------------


class Place(NamedTuple):
    """Where a label leads: to a file, to a place in it (``""`` for its beginning), and the number that it has there."""

    file: str
    at: str = ""
    number: str = ""


def contents():
    """The pages in the order of the book, each with its chapter's number or ``""``."""
    book, numbers = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8")), count(1)
    listed = [(page["file"], part.get("numbered")) for part in book.get("parts", []) for page in part["chapters"]]
    named = [(book["root"], None), *listed]
    return {Path(file).name: str(next(numbers)) if numbered else "" for file, numbered in named}


def places(pages):
    """Where each label and each page is: a dict to ``Place``; numbers are counted as Sphinx counts them."""
    chapters, counted = contents(), Counter()
    order = sorted(pages, key=lambda file: [*chapters, Path(file).stem].index(Path(file).stem))
    found = {Path(file).stem: Place(file) for file in pages}
    for file in order:
        chapter = chapters.get(Path(file).stem, "")
        for cell, door in with_doors(filter(is_text, pages[file]["cells"])):
            for label, kind in labels(cell["source"]):
                counted[chapter, kind] += 1
                number = f"{chapter}.{counted[chapter, kind]}".lstrip(".")
                found[label] = Place(file, at(door, label), number)
    return found


def with_doors(texts):
    """Each text, and where Jupyter can lead to it: itself, or the closed heading that hides it."""
    door, level = None, 0
    for cell in texts:
        heading = re.search("^#+(?= )", cell["source"], re.MULTILINE)
        if heading and len(heading[0]) <= level:
            door, level = None, 0
        if DEEPER.match(cell["source"]):
            door, level = cell, len(heading[0])
        yield cell, door or cell


def at(cell, label):
    """How an address names the place of a label: by the cell, or on a page without cells by the heading behind it."""
    if "id" in cell:
        return f"cell-id={cell['id']}"
    heading = re.search(rf"^\({label}\)=\n+#+ (.+)", cell["source"], re.MULTILINE)
    return heading[1].replace(" ", "-") if heading else ""


@cache
def references():
    """What the chapters cite, by key."""
    return parse_file(ROOT / "chapters" / "references.bib").entries


def cited(key, otherwise=None):
    """A citation as on the site, with a link to the work, or to the page ``otherwise`` where it has no address."""
    entry = references()[key]
    first, *others = [" ".join(person.prelast_names + person.last_names) for person in entry.persons["author"]]
    names = first if not others else f"{first} and {others[0]}" if len(others) == 1 else f"{first} *et al.*"
    said, known = f"{names}, {entry.fields['year']}".translate({ord(brace): None for brace in "{}"}), entry.fields
    ways = {"doi": "https://doi.org/", "eprint": "https://arxiv.org/abs/", "url": ""}
    addresses = [way + quote(known[field], safe=":/") for field, way in ways.items() if field in known]
    addresses += [otherwise.file] if otherwise else []
    return f"[{said}]({addresses[0]})" if addresses else said


def bibliography():
    """All that is cited, as a list."""
    style, markdown = find_plugin("pybtex.style.formatting", "plain")(), find_plugin("pybtex.backends", "markdown")()
    said = [entry.text.render(markdown) for entry in style.format_entries(references().values())]
    return "\n".join(f"- {' '.join(text.split())}" for text in said)


# How it is written. ----------------------------------------------------------------------------------------------------


def quoted(text):
    """A text as a quotation. A formula takes one line in it: some programs would read the marks as part of it."""
    text = re.sub(
        r"^\$\$\n(.+?)\n\$\$$", lambda m: f"$${' '.join(m[1].split())}$$", text, flags=re.DOTALL | re.MULTILINE
    )
    return "\n".join(f"> {line}".rstrip() for line in text.split("\n"))


def grid(body):
    """A ``list-table`` as a table of pipes."""
    cells = [
        (mark == "*", text.replace("|", r"\|")) for mark, text in re.findall(r"^([* ]) - ?(.*)$", body, re.MULTILINE)
    ]
    rows = []
    for first, text in cells:
        rows += [[]] * first
        rows[-1] = [*rows[-1], text]
    rows.insert(1, ["---"] * len(rows[0]))
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def glossary(body):
    """The entries of a glossary as paragraphs: terms that mean the same, then what they mean."""
    said = []
    for entry in body.split("\n\n"):
        terms, meaning = ([*lines] for _, lines in groupby(entry.split("\n"), lambda line: line.startswith(" ")))
        said.append(f"**{terms[0]}**{''.join(f' · {term}' for term in terms[1:])}: {' '.join(map(str.strip, meaning))}")
    return "\n\n".join(said)


@dataclass
class Writer:
    """Writes the text of one file; ``places`` says where labels lead."""

    file: str
    places: dict
    answers: bool = True  # to the questions for an exam

    def text(self, source):
        """A text in plain Markdown. A note from the margin comes below the paragraph that stands beside it."""
        written, notes = [], []
        for token, block in blocks(SETTING.sub(r"\1", source)):
            one = directive(token)
            new = self.directive(one) if one else self.block(token, block)
            if one and one.name == "margin":
                notes.append(new)
            elif token.type == "heading_open":
                written.append(new)
            elif new:
                written += [*notes, new] if one else [new, *notes]
                notes = []
        return "\n\n".join([*written, *notes])

    def block(self, token, block):
        """A block that is no directive."""
        if token.type in ("myst_target", "myst_line_comment"):
            return ""
        if token.type == "math_block_label":
            return f"$$\n{token.content.strip()} \\tag{{{self.places[token.info].number}}}\n$$"
        return block if token.type in ("fence", "math_block") else INLINE.sub(self.inline, block)

    def inline(self, match):
        """A role or the target of a link; code stays."""
        role, said, _, target = match.groups()
        if role:
            return self.role(role, said)
        return f"]({self.address(target)})" if target else match[0]

    def role(self, role, said):
        """What a role stands for."""
        if role == "cite":
            page = self.places.get("bibliography")
            return f"[{', '.join(cited(key.strip(), page) for key in said.split(','))}]"
        if role == "eq":
            return f"({self.places[said].number})"
        title, label = re.fullmatch(r"(.+) <([\w-]+)>", said).groups()
        return f"[{title.replace('%s', self.places[label].number)}]({self.address(label)})"

    def address(self, target):
        """Where a link leads: a label by its file and place, anything else as it stands."""
        place = self.places.get(target.removeprefix("#"))
        if not place:
            return target
        return ("" if place.file == self.file else place.file) + (f"#{place.at}" if place.at else "")

    def directive(self, one):
        """A directive in plain Markdown."""
        title = INLINE.sub(self.inline, one.title)
        match one.name:
            case "admonition":
                return quoted(f"**{title}**\n\n{self.text(one.body)}")
            case "margin":
                return quoted(self.text(one.body))
            case "exercise":
                number = "" if "nonumber" in one.options else f"Exercise {self.places[one.options['label']].number} · "
                return f"#### {number}{title}\n\n{self.text(one.body)}"
            case "solution-start":
                return "##### Solution"
            case "only":
                return self.text(one.body) if one.title == "html" else ""
            case "table" | "tab-set" | "tab-item":
                return f"**{title}**\n\n" * bool(title) + self.text(one.body)
            case "list-table":
                return INLINE.sub(self.inline, grid(one.body))
            case "lesson":
                return self.text("\n".join(teaching.lesson(one.title, one.body)))
            case "exam":
                return f"**{title}**" + f"\n\n{quoted(self.text(one.body))}" * self.answers
            case "glossary":
                return self.text(glossary(one.body))
            case "bibliography":
                return bibliography()
            case name if name in MADE:
                return self.text("\n".join(MADE[name]()))
        raise ValueError(f"{self.file}: {{{one.name}}} has no plain form; give it one in publish/plain.py")


# Cells and files. ------------------------------------------------------------------------------------------------------


def is_text(cell):
    return cell["cell_type"] == "markdown"


def answer(label):
    """The cell below an exercise, for the answer; a proof is written as text."""
    new = {"id": f"answer-{label}", "metadata": {}}
    if label in PROOFS:
        return {"cell_type": "markdown", **new, "source": "*Your proof:*"}
    return {"cell_type": "code", "execution_count": None, **new, "outputs": [], "source": f'check("{label}", ...)'}


def closed(cell):
    """A heading that hides what stands below it, in Jupyter, until it is opened; Colab goes by the id."""
    return cell | {"metadata": cell["metadata"] | {"jp-MarkdownHeadingCollapsed": True, "id": cell["id"]}}


def parted(cell):
    """A cell as one, or as two where it begins a section that goes deeper: the heading, which is closed, and its text."""
    deeper = DEEPER.match(cell["source"]) if is_text(cell) else None
    if not deeper:
        return [cell]
    heading, text = deeper.groups()
    below = [cell | {"id": f"{cell['id']}-text", "source": text}] if text else []
    return [closed(cell | {"source": heading}), *below]


def rewritten(cells, writer, solutions):
    """The cells of a notebook in plain form, with a cell for each answer, and with solutions or without."""
    written, inside = [], False
    for cell in chain.from_iterable(map(parted, cells)):
        held = directives(cell["source"]) if is_text(cell) else {}
        inside = (inside or "solution-start" in held) and "solution-end" not in held
        if "solution-end" in held or (inside and not solutions):
            continue
        if "solution-start" in held:
            cell = closed(cell)
        written.append(cell | {"source": writer.text(cell["source"])} if is_text(cell) else cell)
        if "remove-cell" in cell["metadata"].get("tags", []):  # it speaks where the package is missing, no sooner
            written[-1] = cell | {"metadata": cell["metadata"] | {"jupyter": {"source_hidden": True}}}
            written.append(FIRST)
        if "exercise" in held:
            written.append(answer(held["exercise"].options["label"]))
    return written


def stored(page):
    """A notebook as it is stored."""
    closed = [cell["id"] for cell in page["cells"] if "jp-MarkdownHeadingCollapsed" in cell["metadata"]]
    cells = [cell | {"source": cell["source"].splitlines(keepends=True)} for cell in page["cells"]]
    metadata = page["metadata"] | ({"colab": {"collapsed_sections": closed}} if closed else {})
    return json.dumps(page | {"cells": cells, "metadata": metadata}, indent=1, ensure_ascii=False) + "\n"


def read(path):
    """A file as a notebook, with the sources of its cells as text; a page that is none is one cell without an id."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".ipynb":
        return {"cells": [{"cell_type": "markdown", "source": text}]}
    page = json.loads(text)
    return page | {"cells": [cell | {"source": "".join(cell["source"])} for cell in page["cells"]]}


def course(paths, solutions=True):
    """The texts of notebooks and pages in plain form, with solutions or without: a dict by the names of the files."""
    pages = {path.name: read(path) for path in paths}
    known, written = places(pages), {}
    for file, page in pages.items():
        writer = Writer(file, known, solutions)
        if Path(file).suffix == ".ipynb":
            cells = slides.fitted(rewritten(page["cells"], writer, solutions))
            written[file] = stored(stills.everywhere(page | {"cells": cells}))
        else:
            written[file] = writer.text(page["cells"][0]["source"]) + "\n"
    return written
