"""Pages that are tables of what the chapters hold: the index of exercises and the ledger of the sources.

Both are made at every build, from the notebooks themselves and from ``chapters/sources.csv``, so they cannot go stale.
"""

import json
import re
from pathlib import Path

import yaml
from descent.exercises import CHECKERS
from sphinx.util.docutils import SphinxDirective

CHAPTERS = Path(__file__).parents[2] / "chapters"
EXERCISE = re.compile(r"^`{3,}\{exercise\} (.+) \((\d+) minutes, (\w+)\)\n:label: ([\w-]+)$", re.MULTILINE)


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


def table(header, rows, widths):
    """A MyST table; long ones may break across printed pages."""
    lines = ["````{list-table}", ":header-rows: 1", f":widths: {widths}"]
    lines += [":class: longtable"] * (len(rows) > 20)
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


def setup(app):
    """Add the directives."""
    app.add_directive("exercise-index", ExerciseIndex)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
