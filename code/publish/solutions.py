"""For teachers: ``SOLUTIONS=0`` leaves the solutions out of the pages, the search and the notebooks to download."""

import json
import os
from pathlib import Path

from sphinx_exercise.nodes import solution_node


def _leave_out_solutions(app, doctree) -> None:
    """Take the solutions off a page. (The extension's own switch cannot hide solutions that hold cells.)"""
    if not app.config.show_solutions:
        for solution in list(doctree.findall(solution_node)):
            solution.parent.remove(solution)


def without_solutions(text: str) -> str:
    """A notebook's text without the cells from a solution's start to its end."""
    notebook, inside = json.loads(text), False
    kept = []
    for cell in notebook["cells"]:
        source = "".join(cell["source"])
        inside |= "{solution-start}" in source
        if not inside:
            kept.append(cell)
        inside &= "{solution-end}" not in source
    return json.dumps(notebook | {"cells": kept}, indent=1, ensure_ascii=False) + "\n"


def _leave_solutions_out_of_downloads(app, error) -> None:
    if not error and app.builder.name == "html" and not app.config.show_solutions:
        for source in Path(app.outdir, "_sources").rglob("*.ipynb"):
            source.write_text(without_solutions(source.read_text(encoding="utf-8")), encoding="utf-8")


def setup(app):
    app.add_config_value("show_solutions", os.environ.get("SOLUTIONS") != "0", "env")
    app.connect("doctree-read", _leave_out_solutions)
    app.connect("build-finished", _leave_solutions_out_of_downloads)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
