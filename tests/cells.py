"""What cells of a chapter define, for tests that go on from there."""

import json
from pathlib import Path

CHAPTERS = Path(__file__).parents[1] / "chapters"


def defined(chapter, cells):
    """The names that the cells with these ids define, run one after the other."""
    names = {}
    for cell in json.loads((CHAPTERS / f"{chapter}.ipynb").read_text(encoding="utf-8"))["cells"]:
        if cell["id"] in cells:
            exec("".join(cell["source"]), names)
    return names
