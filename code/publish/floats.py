"""The figures of the printed book: numbered, floating, each with a caption that tells what it shows.

A notebook stores each figure once, as SVG with its letters as outlines; nothing else is needed for LaTeX. The build
redraws it as PDF (``publish.redraw``), so that print is as sharp as the screen and the files stay small. The caption is
the text that stands for the figure where it cannot be seen. A figure never comes before the words that call for it, and
one that would answer a prediction comes on a later page.
"""

import os
import re
from pathlib import Path

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

from publish import repairs
from publish.address import addresses
from publish.notebooks import VIEW
from publish.redraw import to_pdf

SCALE = 85  # per cent: figures are drawn for the screen's wider column
WIDTH = 72  # per cent of the line: a still of an explorer
STILL = re.compile(r"Explorer: (\w[\w ]*?), (.+), (\d+) steps?")
PREDICT = "Predict first"


def latex(code):
    return nodes.raw("", code, format="latex")


class Redraw(SphinxPostTransform):
    """Redraw for LaTeX what is stored as SVG, and note which figures move on the site."""

    default_priority = 2  # before one of an output's forms is chosen
    formats = ("latex",)

    def run(self):
        folder = Path(self.app.doctreedir, "figures")
        folder.mkdir(parents=True, exist_ok=True)
        for image in self.document.findall(nodes.image):
            image["align"] = "center"
            output = image.parent.parent
            image["moves"] = any(form.get("mime_type") == VIEW for form in output.findall(nodes.container))
            if not image["uri"].endswith(".svg"):
                image["width"] = f"{WIDTH}%"
                continue
            svg = Path(self.app.srcdir, image["uri"])
            pdf = folder / f"{svg.stem}.pdf"
            pdf.write_bytes(to_pdf(svg.read_text(encoding="utf-8")))
            image["uri"] = os.path.relpath(pdf, self.app.srcdir)
            image["scale"] = SCALE
            image["candidates"] = {"*": image["uri"]}
            self.env.images.add_file(self.env.docname, image["uri"])
            if image.parent.get("mime_type") == "image/svg+xml":
                image.parent["mime_type"] = "application/pdf"
                repairs.used(self.app, "figures as PDF")


def caption(alt):
    """What a figure shows, in a sentence: the alternative text, of a still without the names that only the code uses."""
    if not (found := STILL.fullmatch(alt)):
        return alt
    surface, rules, steps = found.groups()
    place = {"post003": "the surface of the museum’s case"}.get(surface, f"the {surface.replace('_', ' ')}")
    return f"{rules[0].upper()}{rules[1:]}, {steps} steps on {place}."


def cell_of(node):
    """The code cell that holds a node, or ``None``."""
    while node is not None and node.get("nb_element") != "cell_code":
        node = node.parent if isinstance(node.parent, nodes.Element) else None
    return node


def page_of(node):
    """The node that is the whole page of a node; its name is its ``docname``."""
    while (isinstance(node.parent, nodes.Element) and "docname" in node.parent) or "docname" not in node:
        node = node.parent
    return node


def take_out(node):
    """Take a node out of its cell, and with it the containers that held nothing else."""
    while node.parent.get("nb_element") != "cell_code" and len(node.parent) == 1:
        node = node.parent
    node.parent.remove(node)


def question_before(node):
    """Whether a prediction is asked for just before a node, or one paragraph earlier."""
    around = node.parent
    before = [part for part in around.children[: around.index(node)] if part.astext().strip()]
    if before and isinstance(before[-1], nodes.paragraph):
        before.pop()
    return bool(before) and isinstance(before[-1], nodes.Admonition) and before[-1].astext().startswith(PREDICT)


def boxed(node):
    """Whether a node stands in a box, which nothing floats out of."""
    while node is not None:
        if isinstance(node, nodes.Admonition | nodes.sidebar):
            return True
        node = node.parent
    return False


class Floats(SphinxPostTransform):
    """Make each figure of a cell a float with its number and its caption."""

    default_priority = 301  # after exercises have become boxes
    formats = ("latex",)

    def run(self):
        for image in list(self.document.findall(nodes.image)):
            if (cell := cell_of(image)) is not None:
                self.float(image, cell)
        for cell in list(self.document.findall(nodes.container)):
            if cell.get("nb_element") == "cell_code" and not cell.astext().strip():
                cell.parent.remove(cell)

    def float(self, image, cell):
        later = question_before(cell)
        if later:
            repairs.used(self.app, "pictures that follow a prediction")
        take_out(image)
        told = caption(image.get("alt", "")).rstrip(".") + "."
        words = [nodes.Text(told), *self.live(image, cell)]
        kind = "boxed" if boxed(cell) else "later" if later else "here"
        figure = [latex(f"\\begin{{{kind}figure}}\n"), image, latex("\n\\figurecaption{"), nodes.inline("", "", *words)]
        cell.parent.insert(cell.parent.index(cell) + 1, [*figure, latex(f"}}\n\\end{{{kind}figure}}\n")])
        repairs.used(self.app, "figures that float")

    def live(self, image, cell):
        """Where a figure moves."""
        if not image["moves"]:
            return []
        repairs.used(self.app, "the text of a still")
        _, site = addresses()
        page = f"{site}/{page_of(cell)["docname"]}.html" if site else ""
        return [nodes.Text(" "), latex(rf"\moves{{{page}}}")]


def setup(app):
    moved = "figures that float", "pictures that follow a prediction"
    repairs.expect(app, "latex", "figures as PDF", *moved, "the text of a still")
    for transform in (Redraw, Floats):
        app.add_post_transform(transform)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
