"""What a build makes of stored outputs: explorers get their program, figures get their text, LaTeX gets PDF figures.

A notebook holds every figure once, as SVG, and every explorer without its program. A build completes them: both
builders read the explorer's program from the package, and LaTeX, which knows no SVG, gets each one redrawn as PDF.
"""

import os
from pathlib import Path

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

from publish.notebooks import fill
from publish.redraw import to_pdf


class AlternativeText(SphinxPostTransform):
    """Give a figure its alternative text: the plain text that is stored beside it."""

    default_priority = 1  # before one of an output's forms is chosen

    def run(self):
        for output in self.document.findall(nodes.container):
            if output.get("nb_element") == "mime_bundle":
                texts = [form.astext() for form in output.children if form.get("mime_type") == "text/plain"]
                for image in output.findall(nodes.image):
                    image.setdefault("alt", " ".join(texts))


class PrintedFigures(SphinxPostTransform):
    """Redraw for LaTeX what is stored as SVG."""

    default_priority = 2
    formats = ("latex",)

    def run(self):
        folder = Path(self.app.doctreedir, "figures")
        folder.mkdir(parents=True, exist_ok=True)
        for image in self.document.findall(nodes.image):
            if not image["uri"].endswith(".svg"):
                continue
            svg = Path(self.app.srcdir, image["uri"])
            pdf = folder / f"{svg.stem}.pdf"
            pdf.write_bytes(to_pdf(svg.read_text(encoding="utf-8")))
            image["uri"] = os.path.relpath(pdf, self.app.srcdir)
            image["candidates"] = {"*": image["uri"]}
            self.env.images.add_file(self.env.docname, image["uri"])
            if image.parent.get("mime_type") == "image/svg+xml":
                image.parent["mime_type"] = "application/pdf"


def fill_explorers(app, docname, source):
    if app.env.doc2path(docname).endswith(".ipynb"):
        source[0] = fill(source[0])


def setup(app):
    app.connect("source-read", fill_explorers)
    app.add_post_transform(AlternativeText)
    app.add_post_transform(PrintedFigures)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
