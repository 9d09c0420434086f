"""How the book is printed: figures as PDF, unnumbered pages as on the site, quiet boxes, a root page with sections.

A notebook stores each figure once, as SVG with its letters as outlines; nothing else is needed for LaTeX. The build
redraws it as PDF (``publish.redraw``), so that print is as sharp as the screen and the files stay small.
"""

import os
import re
from pathlib import Path

from docutils import nodes
from sphinx.addnodes import start_of_file
from sphinx.builders.latex.nodes import thebibliography
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx_exercise.nodes import exercise_enumerable_node, exercise_node, solution_node
from sphinx_jupyterbook_latex.nodes import RootHeader

from publish import repairs
from publish.notebooks import VIEW
from publish.redraw import to_pdf

LATEX = Path(__file__).parent / "latex"
LONGEST = 16  # lines of code that are not torn apart
FEW = 6  # printed lines that stay with their code
SCALE = 85  # per cent: figures are drawn for the screen's wider column


REPAIRS = (
    "figures as PDF",
    "the text of a still",
    "the box of an exercise",
    "the short title of an exercise",
    "the box of a solution",
    "code on one page",
    "links of the papers",
    "the numbers of chapters",
    "captions that are no parts",
    "the sections of the first page",
    "the place of the papers",
    "the title of the first page",
)


def latex(code):
    return nodes.raw("", code, format="latex")


class Figures(SphinxPostTransform):
    """Redraw for LaTeX what is stored as SVG, and let every figure stand in the middle."""

    default_priority = 2  # before one of an output's forms is chosen
    formats = ("latex",)

    def run(self):
        folder = Path(self.app.doctreedir, "figures")
        folder.mkdir(parents=True, exist_ok=True)
        for image in self.document.findall(nodes.image):
            image["align"] = "center"
            if not image["uri"].endswith(".svg"):
                image["width"] = f"{SCALE}%"
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


class Stills(SphinxPostTransform):
    """Say below the still of an explorer what it shows, and that it moves elsewhere."""

    default_priority = 3  # after its SVG has become a PDF
    formats = ("latex",)

    def run(self):
        for output in self.document.findall(nodes.container):
            forms = {form.get("mime_type"): form for form in output.children if isinstance(form, nodes.container)}
            still = forms.get("application/pdf", forms.get("image/png"))
            if VIEW in forms and still is not None:
                text = f"{forms['text/plain'].astext()}. On the website it moves."
                repairs.used(self.app, "the text of a still")
                still += [latex(r"\still{"), nodes.inline("", text), latex("}")]


class box(nodes.Admonition, nodes.Element):
    """An exercise or a solution, each with a box of its own kind."""


def begin_box(writer, node):
    labels = "".join(f"\\label{{{label}}}" for label in node["labels"])
    writer.body.append(f"\n\\phantomsection{labels}\\begin{{sphinxadmonition}}{{{node['kind']}}}")


def end_box(writer, node):
    writer.body.append("\\end{sphinxadmonition}\n")


def short_title(title):
    """Turn ``Exercise 1.2 (Stop the ball (3 minutes))`` into ``Exercise 1.2 · Stop the ball (3 minutes)``."""
    texts = [child.astext() for child in title.children]
    if " (" not in texts:
        return title
    gap = texts.index(" (")
    return nodes.title("", "", *title.children[:gap], nodes.Text(" · "), *title.children[gap + 1 : -1])


def lines_of(block):
    """How many lines a block of code or text has."""
    return block.astext().count("\n") + 1


def height(block):
    """What such a block takes on paper, in points."""
    return 11 * lines_of(block) + 24


def short_outputs(code):
    """The lines that a code cell prints, if they are few: alone on the next page nobody would know whose they are."""
    cell = code.parent.parent
    outputs = cell.children[cell.index(code.parent) + 1 :] if "cell_input" in code.parent.get("classes", []) else []
    printed = [block for output in outputs for block in output.findall(nodes.literal_block)]
    return printed if sum(map(lines_of, printed)) <= FEW else []


class Boxes(SphinxPostTransform):
    """Give exercises and solutions boxes with short titles, and keep a code cell and the few lines it prints together."""

    default_priority = 300  # after sphinx-exercise has written the titles
    formats = ("latex",)

    def run(self):
        for node in list(self.document.findall(nodes.Admonition)):
            if not isinstance(node, exercise_node | exercise_enumerable_node | solution_node):
                continue
            labels = [f"{self.env.sphinx_exercise_registry[node['label']]['docname']}:{node['label']}"]
            if isinstance(node, solution_node):
                self.replace(node, "solution", labels, nodes.title("", node.children[0].astext()))
            else:  # links from its own page use the second name
                title = short_title(node.children[0])
                if title is not node.children[0]:
                    repairs.used(self.app, "the short title of an exercise")
                self.replace(node, "exercise", [*labels, f"exercise:{node['label']}"], title)
        for code in list(self.document.findall(nodes.literal_block)):
            if lines_of(code) <= LONGEST:
                repairs.used(self.app, "code on one page")
                self.keep(code, height(code) + sum(map(height, short_outputs(code))))

    def replace(self, node, kind, labels, title):
        new = box("", title, *node.children[1:], kind=kind, labels=labels)
        node.replace_self(new)
        repairs.used(self.app, f"the box of {'an' if kind == 'exercise' else 'a'} {kind}")
        self.keep(new, 60)

    def keep(self, node, points):
        node.parent.insert(node.parent.index(node), latex(f"\\needspace{{{points}pt}}\n"))


class PlainLinks(SphinxPostTransform):
    """The list of papers prints its addresses; they need no footnotes beside."""

    default_priority = 390  # before Sphinx makes footnotes of links
    formats = ("latex",)

    def run(self):
        for paper in self.document.findall(nodes.citation):
            for link in list(paper.findall(nodes.reference)):
                if uri := link.get("refuri"):
                    repairs.used(self.app, "links of the papers")
                    link.replace_self([latex(r"\href{" + re.sub(r"([%#&_])", r"\\\1", uri) + "}{"), *link, latex("}")])


class Outline(SphinxPostTransform):
    """Number what the site numbers, print no part that is only a caption, and give the first page its title."""

    default_priority = 760  # after Jupyter Book has made parts of the captions, and Sphinx a list of the papers
    formats = ("latex",)

    def run(self):
        self.number_chapters()
        self.set_first_page()
        self.move_papers()

    def number_chapters(self):
        for file in list(self.document.findall(start_of_file)):
            name = file["docname"]
            if name in self.env.found_docs:
                number = self.env.toc_secnumbers.get(name, {}).get("")
                file.insert(0, latex(f"\\chapternumber{{{number[0]}}}\n" if number else "\\nochapternumber\n"))
                if number:
                    repairs.used(self.app, "the numbers of chapters")
            elif not name.startswith("Part"):
                (section,) = file.children
                section.children[0].replace_self(latex("\\nopart\n"))
                repairs.used(self.app, "captions that are no parts")

    def set_first_page(self):
        for header in list(self.document.findall(RootHeader)):
            command = "section" if header["level"] <= 2 else "subsection"
            header.replace_self([latex(f"\n\\{command}*{{"), *header.children, latex("}\n")])
            repairs.used(self.app, "the sections of the first page")
        root = self.document.next_node(nodes.section)
        root.insert(1, latex("\\nochapternumber\n\\chapter{" + root.children[0].astext() + "}\n"))
        repairs.used(self.app, "the title of the first page")

    def move_papers(self):
        for papers in list(self.document.findall(thebibliography)):  # back to the page that lists them
            papers.parent.remove(papers)
            home = next(
                file for file in self.document.findall(start_of_file) if file["docname"] == papers[0]["docname"]
            )
            home.next_node(nodes.section).append(papers)
            repairs.used(self.app, "the place of the papers")


def add_styles(app, config):
    config.latex_additional_files.extend(map(str, sorted(LATEX.glob("*.sty"))))


def setup(app):
    repairs.expect(app, "latex", *REPAIRS)
    app.add_node(box, latex=(begin_box, end_box))
    for transform in (Figures, Stills, Boxes, PlainLinks, Outline):
        app.add_post_transform(transform)
    app.connect("config-inited", add_styles)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
