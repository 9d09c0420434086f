"""The page for teachers: minutes, exercises and prerequisites, read from the chapters, and questions for an exam.

``SOLUTIONS=0`` leaves out the answers to those questions.
"""

import re

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from publish import layers, tables

BOX = re.compile(r"\{admonition\} In this chapter · (\d+) minutes\n.*?\bExercises: (\d+) minutes more\.\n", re.DOTALL)


def taught():
    """The names of the chapters that are numbered, in order."""
    return [chapter for chapter in tables.chapters() if re.match(r"\d", chapter)]


def minutes(chapter):
    """How many minutes a chapter takes, and how many its exercises take more, as the box at its top says."""
    return next(
        tuple(map(int, found.groups())) for cell in tables.cells(chapter) if (found := BOX.search(cell["source"]))
    )


def builds_on():
    """Which chapters each chapter builds on, by name: the arrows of the map in ``ways.ipynb``."""
    chapters = taught()
    (arrows,) = (cell["source"] for cell in tables.cells("ways") if cell["id"] == "map-data")
    found = {chapter: [] for chapter in chapters}
    for first, then in re.findall(r"\b(\d+)-(\d+)\b", arrows):
        found[chapters[int(then) - 1]].append(chapters[int(first) - 1])
    return found


def after(chapter):
    """Links to the chapters that a chapter builds on, by their numbers."""
    return ", ".join(f"[{int(name[:2])}]({name})" for name in builds_on()[chapter])


def plan():
    """A row for each chapter, and the hours of all together, as MyST."""
    spent = {chapter: minutes(chapter) for chapter in taught()}
    reading, solving = (round(sum(column) / 60) for column in zip(*spent.values(), strict=True))
    rows = [
        (f"{number} · [{tables.title(name)}]({name})", str(read), str(solve), after(name) or "–")
        for number, (name, (read, solve)) in enumerate(spent.items(), 1)
    ]
    total = f"Together about {reading} hours of reading and {solving} of exercises."
    return [*tables.table(("Chapter", "Minutes", "Exercises", "After"), rows, "52 16 18 14"), total, ""]


def lesson(chapter, needs):
    """One line about a chapter, as MyST: its minutes, its exercises, and what it needs."""
    read, solve = minutes(chapter)
    before = f"builds on {after(chapter)}" if after(chapter) else "builds on no other"
    told = f"{read} minutes, and {solve} for {len(tables.exercises(chapter))} exercises", before, f"needs {needs}"
    return [f"[The chapter]({chapter}) · {' · '.join(told)}"]


class Plan(tables.Made):
    """``{lesson-plan}``"""

    make = staticmethod(plan)


class Lesson(SphinxDirective):
    """``{lesson} 03-momentum`` with the knowledge that it needs as its text."""

    required_arguments = 1
    has_content = True

    def run(self):
        """The line, and a note on what it depends on."""
        for name in (self.arguments[0], "ways"):
            self.env.note_dependency(str(tables.CHAPTERS / f"{name}.ipynb"))
        return self.parse_text_to_nodes("\n".join(lesson(self.arguments[0], " ".join(self.content))))


class Exam(SphinxDirective):
    """``{exam} A question?`` with the answer as its text, which is closed on the site."""

    required_arguments = 1
    final_argument_whitespace = True
    has_content = True

    def run(self):
        """The question, and below it the answer where answers are to be seen."""
        asked, _ = self.parse_inline(self.arguments[0])
        if not self.config.show_solutions:
            return [nodes.paragraph("", "", *asked, classes=["exam"])]
        return layers.folded("exam", nodes.inline("", "", *asked), self.parse_content_to_nodes())


def setup(app):
    """Add the directives."""
    app.add_directive("lesson-plan", Plan)
    app.add_directive("lesson", Lesson)
    app.add_directive("exam", Exam)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
