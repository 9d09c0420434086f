"""The sheet of all exercises, for a class: one notebook without solutions, beside the zip, made at every build.

It stands alone: what an exercise links to in its chapter are plain words here.
"""

import re
from pathlib import Path

from publish import address, plain

NAME = "descent-exercises.ipynb"
LOCAL = re.compile(r"\[([^\[\]]+)\]\((?!https?:)[^)\s]+\)")
HOW = """\
# {title}: the exercises

{count} exercises, chapter by chapter, each with its minutes and its level. Put your answer where the dots are, and run the cell: `check` says what is wrong, and not only that it is. What an exercise names and the cells below do not know, such as a function of its chapter, is in that chapter's notebook."""
BEGIN = """\
import numpy as np
from descent import *
from descent.exercises import check"""


def cell(kind, name, text, **metadata):
    """A new cell of the sheet."""
    new = {"cell_type": kind, "id": name, "metadata": metadata, "source": text}
    return new | ({"execution_count": None, "outputs": []} if kind == "code" else {})


def exercises(page, writer):
    """The cells of a chapter's exercises: the text of each, and a cell for its answer."""
    for text in filter(plain.is_text, page["cells"]):
        held = plain.directives(text["source"])
        if "exercise" in held:
            label = held["exercise"].options["label"]
            asked = writer.directive(held["exercise"]).removeprefix("#")  # a heading below that of its chapter
            yield cell("markdown", f"exercise-{label}", LOCAL.sub(r"\1", asked))
            yield plain.answer(label)


def sheet(paths, title):
    """The sheet as the text of a notebook, from the files of the chapters."""
    pages, numbers = {path.name: plain.read(path) for path in paths}, plain.contents()
    known, asked = plain.places(pages), []
    for file in sorted(pages, key=lambda file: [*numbers, Path(file).stem].index(Path(file).stem)):
        chapter = Path(file).stem
        if found := [*exercises(pages[file], plain.Writer(file, known))]:
            heading = pages[file]["cells"][0]["source"].splitlines()[0].lstrip("# ")
            number = f"{numbers[chapter]} · " if numbers.get(chapter) else ""
            asked += [cell("markdown", f"chapter-{chapter}", f"## {number}{heading}"), *found]
    count = sum(new["id"].startswith("exercise-") for new in asked)
    package = cell("code", "package", address.package(*address.addresses()), jupyter={"source_hidden": True})
    begin = [cell("markdown", "title", HOW.format(title=title, count=count)), package, cell("code", "begin", BEGIN)]
    kind = {"display_name": "Python 3", "language": "python", "name": "python3"}
    page = {"cells": [*begin, *asked], "metadata": {"kernelspec": kind}}
    return plain.stored(page | {"nbformat": 4, "nbformat_minor": 5})
