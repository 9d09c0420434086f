"""How the book is printed: unnumbered pages as on the site, quiet boxes, a root page with sections.

``publish.floats`` prints the figures, ``publish.answers`` the solutions, ``publish.parts`` the openings of the parts and
``publish.terms`` the index.
"""

import re
from pathlib import Path

from docutils import nodes
from sphinx.addnodes import start_of_file
from sphinx.builders.latex.nodes import thebibliography
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx_design.shared import is_component
from sphinx_exercise.nodes import exercise_enumerable_node, exercise_node, solution_node
from sphinx_jupyterbook_latex.nodes import RootHeader

from publish import repairs
from publish.answers import INDEX
from publish.floats import latex

LATEX = Path(__file__).parent / "latex"
COLUMNS = ("chapters/keep", "chapters/glossary", "chapters/bibliography", INDEX)  # what is looked up, not read
JOINED = "chapters/how-fast", "chapters/api"  # they begin on the page of what is left of the one before
# What is for the screen: sections of these titles, all sections of these pages, boxes whose titles begin so, and words
# between these tags, which the site hides where no script runs.
TITLES = "Quick questions", "What the posts teach", "What is folded"
SCREEN = "chapters/teaching", "chapters/detectives", "chapters/how-fast"
LIVE, SPAN = "In a live notebook: ", ('<span class="pst-js-only">', "</span>")
ON_SITE = "The rest of this page is for the screen: it is on the site."
FIRST = "Preface"  # the title of the first page is that of the book, which has a page of its own
REPAIRS = (
    "the box of an exercise",
    "the box of a solution",
    "the table of the frameworks",
    "notes in the margin",
    "what is for the screen",
    "words for the screen",
    "boxes for a live notebook",
    "links of the papers",
    "the numbers of chapters",
    "captions that are no parts",
    "chapters that begin no page",
    "the sections of the first page",
    "the place of the papers",
    "the title of the first page",
    "pages in two columns",
)


class box(nodes.Admonition, nodes.Element):
    """An exercise or a solution, each with a box of its own kind."""


def begin_box(writer, node):
    labels = "".join(f"\\label{{{label}}}" for label in node["labels"])
    writer.body.append(f"\n\\phantomsection{labels}\\begin{{sphinxadmonition}}{{{node['kind']}}}")


def end_box(writer, node):
    writer.body.append("\\end{sphinxadmonition}\n")


class Boxes(SphinxPostTransform):
    """Give exercises and solutions boxes."""

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
                self.replace(node, "exercise", [*labels, f"exercise:{node['label']}"], node.children[0])

    def replace(self, node, kind, labels, title):
        new = box("", title, *node.children[1:], kind=kind, labels=labels)
        node.replace_self(new)
        repairs.used(self.app, f"the box of {'an' if kind == 'exercise' else 'a'} {kind}")


class Frameworks(SphinxPostTransform):
    """Set the tabs of the frameworks as a table: the name at the left, what one writes beside it."""

    default_priority = 200
    formats = ("latex",)

    def run(self):
        for tabs in list(self.document.findall(lambda node: is_component(node, "tab-set"))):
            rows = [latex("\\begin{frameworks}\n")]
            for item in tabs.findall(lambda node: is_component(node, "tab-item")):
                label, content = item.children
                rows += [latex("\\framework{"), nodes.inline("", label.astext()), latex("}\n"), *content.children]
            tabs.replace_self([*rows, latex("\\end{frameworks}\n")])
            repairs.used(self.app, "the table of the frameworks")


class Margin(SphinxPostTransform):
    """Let what stands in the site's margin stand in the printed one, beside the paragraph that follows it."""

    default_priority = 302
    formats = ("latex",)

    def run(self):
        for note in list(self.document.findall(nodes.sidebar)):
            around, place = note.parent, note.parent.index(note)
            content = [child for child in note.children if not isinstance(child, nodes.title) or child.astext()]
            inside = [latex("\\begin{marginnote}"), *content, latex("\\end{marginnote}")]
            around.remove(note)
            beside = around[place] if place < len(around) else None
            if isinstance(beside, nodes.paragraph):
                beside[0:0] = inside
            else:
                around[place:place] = inside
            repairs.used(self.app, "notes in the margin")


class ForTheScreen(SphinxPostTransform):
    """Leave out what paper cannot do: questions that are answered where they stand, words on what to drag and press."""

    default_priority = 3
    formats = ("latex",)

    def run(self):
        self.leave_out_words()
        self.leave_out_boxes()
        self.leave_out_sections()

    def leave_out_words(self):
        for start in list(self.document.findall(lambda node: isinstance(node, nodes.raw))):
            if start.astext() == SPAN[0]:
                around = start.parent
                first = last = around.index(start)
                while around[last].astext() != SPAN[1]:
                    last += 1
                del around.children[first : last + 1]
                repairs.used(self.app, "words for the screen")
                if not around.astext().strip():
                    around.parent.remove(around)

    def leave_out_boxes(self):
        for box in list(self.document.findall(nodes.Admonition)):
            if box[0].astext().startswith(LIVE):
                around = box.parent
                around.remove(box)
                if all(isinstance(left, nodes.title | nodes.target) for left in around):  # a section for the box alone
                    around.replace_self(around[1:])
                repairs.used(self.app, "boxes for a live notebook")

    def leave_out_sections(self):
        for section in list(self.document.findall(nodes.section)):
            page = section.parent
            within = isinstance(page, nodes.section) and page.get("docname") in SCREEN
            if section[0].astext() not in TITLES and not within:
                continue
            page.remove(section)
            if within and page[-1].astext() != ON_SITE:
                page += nodes.paragraph("", ON_SITE)
            repairs.used(self.app, "what is for the screen")


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
        self.set_columns()

    def number_chapters(self):
        for file in list(self.document.findall(start_of_file)):
            name = file["docname"]
            if name in JOINED:
                file.insert(0, latex("\\joinchapter\n"))
                file.next_node(nodes.section).insert(1, latex("\\joinedchapter\n"))
                repairs.used(self.app, "chapters that begin no page")
            elif name in self.env.found_docs:
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
        root.insert(1, latex(f"\\nochapternumber\n\\chapter{{{FIRST}}}\n"))
        repairs.used(self.app, "the title of the first page")

    def move_papers(self):
        for papers in list(self.document.findall(thebibliography)):  # back to the page that lists them
            papers.parent.remove(papers)
            home = next(
                file for file in self.document.findall(start_of_file) if file["docname"] == papers[0]["docname"]
            )
            home.next_node(nodes.section).append(papers)
            repairs.used(self.app, "the place of the papers")

    def set_columns(self):
        for file in self.document.findall(start_of_file):
            if file["docname"] in COLUMNS:
                section = file.next_node(nodes.section)
                file.insert(1, latex("\\widepages\n"))
                file.append(latex("\\narrowpages\n"))
                if file["docname"] != INDEX:
                    section.insert(2, latex("\\begin{columns}\n"))
                    section.append(latex("\\end{columns}\n"))
                repairs.used(self.app, "pages in two columns")


def add_styles(app, config):
    config.latex_additional_files.extend(map(str, sorted(LATEX.glob("*.sty"))))


def setup(app):
    repairs.expect(app, "latex", *REPAIRS)
    app.add_node(box, latex=(begin_box, end_box))
    for part in ("publish.floats", "publish.answers", "publish.parts", "publish.terms"):
        app.setup_extension(part)
    for transform in (ForTheScreen, Boxes, Frameworks, Margin, PlainLinks, Outline):
        app.add_post_transform(transform)
    app.connect("config-inited", add_styles)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
