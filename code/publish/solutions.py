"""For teachers: ``SOLUTIONS=0`` leaves the solutions out of the pages, the search and the PDF.

``publish.plain`` leaves them out of the notebooks that are handed out.
"""

import os

from sphinx_exercise.nodes import solution_node


def wanted() -> bool:
    """Whether the solutions are to be seen."""
    return os.environ.get("SOLUTIONS") != "0"


def _leave_out_solutions(app, doctree) -> None:
    """Take the solutions off a page. (The extension's own switch cannot hide solutions that hold cells.)"""
    if not app.config.show_solutions:
        for solution in list(doctree.findall(solution_node)):
            solution.parent.remove(solution)


def setup(app):
    app.add_config_value("show_solutions", wanted(), "env")
    app.connect("doctree-read", _leave_out_solutions)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
