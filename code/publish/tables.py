"""Pages made of what the chapters hold: the index of exercises, what to keep of each, and the ledger of the sources.

Both are made at every build, from the notebooks themselves and from ``chapters/sources.csv``, so they cannot go stale.
"""

import csv
import json
import re
from pathlib import Path

import yaml
from descent.exercises import CHECKERS
from sphinx.addnodes import only
from sphinx.util.docutils import SphinxDirective

from publish.address import addresses

CHAPTERS = Path(__file__).parents[2] / "chapters"
ROW = re.compile(r"\]\((\d[\w-]+)\.ipynb\) \| (.+?) \| (\d+) \|$", re.MULTILINE)
EXERCISE = re.compile(r"^:{3,}\{exercise\} (.+) \((\d+) minutes, (\w+)\)\n:label: ([\w-]+)$", re.MULTILINE)


def chapters():
    """The names of the chapters with exercises or claims, in the order of the contents."""
    contents = yaml.safe_load((CHAPTERS.parent / "_toc.yml").read_text(encoding="utf-8"))
    files = [contents["root"], *(c["file"] for part in contents["parts"] for c in part["chapters"])]
    return [Path(file).name for file in files if (CHAPTERS.parent / f"{file}.ipynb").exists()]


def cells(chapter):
    """The cells of a chapter's notebook, with their sources as text."""
    found = json.loads((CHAPTERS / f"{chapter}.ipynb").read_text(encoding="utf-8"))["cells"]
    return [cell | {"source": "".join(cell["source"])} for cell in found]


def title(chapter):
    """The first heading of a chapter."""
    return next(cell["source"].splitlines()[0] for cell in cells(chapter)).lstrip("# ")


def exercises(chapter):
    """The exercises of a chapter: ``(title, minutes, level, label)`` each."""
    text = "\n\n".join(cell["source"] for cell in cells(chapter) if cell["cell_type"] == "markdown")
    return [(name, int(minutes), level, label) for name, minutes, level, label in EXERCISE.findall(text)]


def targets(chapter):
    """Where each link target of a chapter stands: name to the number of the cell."""
    return {
        name: number
        for number, cell in enumerate(cells(chapter))
        if cell["cell_type"] == "markdown"
        for name in re.findall(r"^\(([\w-]+)\)=$", cell["source"], re.MULTILINE)
    }


def questions():
    """The question of each numbered chapter and its minutes, by name, as the first page has them in its table."""
    (rows,) = (cell["source"] for cell in cells("index") if cell["id"] == "path")
    return {name: (asked, int(minutes)) for name, asked, minutes in ROW.findall(rows)}


def table(header, rows, widths, *classes):
    """A MyST table; long ones may break across printed pages."""
    lines = ["````{list-table}", ":header-rows: 1", f":widths: {widths}"]
    classes += ("longtable",) * (len(rows) > 12)
    lines += [f":class: {' '.join(classes)}"] * bool(classes)
    for row in (header, *rows):
        lines += [f"{'*' if first else ' '} - {text}" for first, text in zip([True, *[False] * 9], row, strict=False)]
    return [*lines, "````", ""]


def exercise_index():
    """The index of exercises as MyST, chapter by chapter."""
    lines = []
    for chapter in chapters():
        if found := exercises(chapter):
            total = sum(minutes for _, minutes, *_ in found)
            lines += [f"**[{title(chapter)}]({chapter})** · {len(found)} exercises, {total} minutes", ""]
            rows = [
                (f"{{ref}}`{name} <{label}>`", f"{minutes} min", level, f"`{label}`" if label in CHECKERS else "")
                for name, minutes, level, label in found
            ]
            lines += table(("Exercise", "Time", "Level", "Checked by itself"), rows, "52 12 14 22")
    return lines


def take_aways():
    """What each chapter asks its reader to keep, as MyST."""
    lines = []
    for chapter in chapters():
        for cell in cells(chapter):
            _, heading, kept = cell["source"].partition("## What to keep\n")
            if heading:
                lines += [f"**[{title(chapter)}]({chapter})**", "", *kept.strip().splitlines(), ""]
    return lines


GROUPS = (
    "Loss and gradient descent",
    "Batches",
    "What troubles gradient descent",
    "Momentum",
    "Nesterov",
    "Adagrad",
    "RMSprop and the moving average",
    "Adam",
    "Adadelta and the Hessian",
    "The rate, and the search for settings",
    "Networks",
    "Regularization",
    "Comparisons",
)


def ledger():
    """The rows of ``sources.csv``: dicts with id, posts, says, verdict, target (``chapter#name``), decided and quote.

    ``posts`` holds the lines of the posts, too, for whoever has them.
    """
    with (CHAPTERS / "sources.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def rows_of(table):
    """The rows of one table: what the posts teach (``"A"``), or what was corrected (``"B"``)."""
    return [row for row in ledger() if row["id"].startswith(table)]


def at():
    """The address of the ledger as MyST, if the course has one."""
    _, site = addresses()
    return f", <{site}/chapters/sources.html>" if site else ""


def posts(row):
    """The posts that say it, by number."""
    return ", ".join(dict.fromkeys(re.findall(r"\b(00\d):", row["posts"])))


def quoted(row):
    """What a row quotes, as MyST: formulas and code as such, everything else in quotation marks."""
    if re.search("[가-힣]", row["quote"]):
        return "“" + re.sub(r"([\\*_`$<>\[\]])", r"\\\1", row["quote"]) + "”"
    return f"`{row['quote']}`" if row["quote"] and not row["quote"].startswith("$") else row["quote"]


def statement(row):
    """What a row says, where, and in whose words."""
    return f"{row['says']} ({posts(row)}) {quoted(row)}".rstrip()


def verdict(row):
    """A verdict, with links to the corrections that a row names."""
    return re.sub(r"B-\d+", lambda match: f"[{match[0]}]({match[0].lower()})", row["verdict"])


def place(row):
    """A link to where a row is taught or corrected, named after the chapter."""
    chapter, _, target = row["target"].partition("#")
    return f"[{title(chapter) if chapter != 'sources' else 'below'}]({target})"


def decided(row):
    """What decides a correction: a cell that asserts it, a test, or reading."""
    chapter, _, cell = row["decided"].partition(":")
    if not cell:
        return f"`{Path(chapter).name}`" if chapter.startswith("tests/") else chapter
    return f"cell `{cell}`" + (f" of [{title(chapter)}]({chapter})" if chapter not in row["target"] else "")


def taught():
    """The table of what the posts teach, group by group, as MyST."""
    rows = rows_of("A")
    lines = []
    for number, group in enumerate(GROUPS, 1):
        found = [row for row in rows if row["id"].startswith(f"A{number}.")]
        lines += [f"**{group}** · {len(found)} rows", ""]
        cells = [(row["id"], statement(row), verdict(row), place(row)) for row in found]
        lines += table(("Row", "What it says", "Verdict", "Taught in"), cells, "10 47 16 27")
    return lines


def corrected():
    """The table of what the posts get wrong or leave loose, as MyST."""
    rows = rows_of("B")
    cells = [(row["id"], statement(row), verdict(row), f"{place(row)}, {decided(row)}") for row in rows]
    return table(("Row", "What it says", "Verdict", "Told in, decided by"), cells, "8 43 19 30", "ledger")


class Made(SphinxDirective):
    """A directive that stands for the MyST text that a function makes."""

    make = None

    def run(self):
        """Parse the text in place of the directive, and note what it depends on."""
        for file in (*CHAPTERS.glob("*.ipynb"), CHAPTERS / "sources.csv", Path(__file__)):
            self.env.note_dependency(str(file))
        return self.parse_text_to_nodes("\n".join(type(self).make()))


class ExerciseIndex(Made):
    """``{exercise-index}``"""

    make = staticmethod(exercise_index)


class TakeAways(Made):
    """``{take-aways}``"""

    make = staticmethod(take_aways)


class Taught(Made):
    """``{ledger-taught}``, which paper leaves out (``publish.printing``)"""

    make = staticmethod(taught)


class Corrected(Made):
    """``{ledger-corrected}``; in print a sentence says where both tables of the page are."""

    make = staticmethod(corrected)

    def run(self):
        """Parse both, and let the builder choose."""
        corrected, taught = (len(rows_of(table)) for table in "BA")
        printed = (
            f"In print the tables of this page are left out. The {corrected} claims, and the {taught} rows of what the "
            f"posts teach, stand on the site{at()}."
        )
        return [only("", *super().run(), expr="html"), only("", *self.parse_text_to_nodes(printed), expr="latex")]


def setup(app):
    """Add the directives."""
    app.add_directive("ledger-taught", Taught)
    app.add_directive("ledger-corrected", Corrected)
    app.add_directive("exercise-index", ExerciseIndex)
    app.add_directive("take-aways", TakeAways)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
