"""The solutions of the printed book: at its back, in two columns, with the index of exercises that they replace.

Who reads the exercise does not see how it ends. Each exercise says on which page its solution stands, and each solution
leads back. A build without solutions (``SOLUTIONS=0``) prints the index as the site shows it.
"""

import itertools
import re

from docutils import nodes
from sphinx.addnodes import start_of_file
from sphinx.transforms.post_transforms import SphinxPostTransform

from publish import repairs
from publish.floats import latex, page_of, take_out

INDEX = "chapters/exercises"
HEADING = "Solutions to the exercises"
TITLE = re.compile(r"Exercise (\S+) · (.+) \((\d+ minutes, \w+)\)")


def pairs(document):
    """The exercises of the book with their solutions, in their order."""
    boxes = [node for node in document.findall(nodes.Admonition) if node.get("kind") in ("exercise", "solution")]
    for exercise, solution in itertools.pairwise(boxes):
        if (exercise["kind"], solution["kind"]) == ("exercise", "solution"):
            yield exercise, solution


def moved(exercise, solution):
    """What stands at the back for an exercise: its solution, taken out of its place."""
    number, name, effort = TITLE.fullmatch(exercise[0].astext()).groups()
    solution.parent.remove(solution)
    for output in list(solution.findall(nodes.literal_block)):
        if output.astext().strip() == "Right.":  # what ``check`` says to whoever answered
            take_out(output)
    for formula in list(solution.findall(nodes.math_block)):
        if not formula.get("label"):
            formula.replace_self(latex(f"\\fitted{{{formula.astext()}}}\n"))
    back, forth = exercise["labels"][0], solution["labels"][0]
    exercise[0] += latex(f"\\solutionon{{{forth}}}")
    start = latex(f"\\answer{{{number}}}{{{back}}}{{{effort}\\phantomsection\\label{{{forth}}}}}{{")
    return [start, nodes.inline("", name), latex("}\n"), *solution.children[1:], latex("\\par\n")]


class Back(SphinxPostTransform):
    """Move the solutions to the page that lists the exercises, in place of its tables."""

    default_priority = 765  # after the papers are in their place
    formats = ("latex",)

    def run(self):
        home = [file for file in self.document.findall(start_of_file) if file["docname"] == INDEX]
        found = list(pairs(self.document))
        if not home or not found:
            return
        section = home[0].next_node(nodes.section)
        title, intro = section.children[:2]
        title.children = []
        title += nodes.Text(HEADING)
        section.children = []
        section.extend([title, intro, latex("\\begin{answers}\n")])
        last = None
        for exercise, solution in found:
            if (chapter := page_of(exercise)) is not last:
                name = chapter.next_node(nodes.title).astext()
                section.append(latex("\\answersof{"))
                section.extend([nodes.inline("", name), latex("}\n")])
                last = chapter
            section.extend(moved(exercise, solution))
        section.append(latex("\\end{answers}\n"))
        repairs.used(self.app, "the solutions at the back")


def setup(app):
    repairs.expect(app, "latex", "the solutions at the back")
    app.add_post_transform(Back)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
