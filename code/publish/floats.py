"""The figures of the printed book: numbered, floating, each with a caption that tells what it shows.

A notebook stores each figure once, as SVG with its letters as outlines; nothing else is needed for LaTeX. The build
redraws it as PDF (``publish.redraw``), so that print is as sharp as the screen and the files stay small. The caption is
the text that stands for the figure where it cannot be seen. A figure never comes before the words that call for it, and
one that would answer a prediction comes on a later page. So words that speak of a figure say its number.
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
DRAWN = re.compile(r"Schedule: (.+) on (.+), rate (\S+) at first and (\S+) at the end of (\d+) steps")
PREDICT = "Predict first"
# Words that speak of a figure; "the map" alone may be the surface.
MENTION = re.compile(
    r"\b(?:[Tt]he|this|its) (?:(?P<place>first|second) figure|(?:figure|map|picture) (?P<side>below|above)|"
    r"(?:right-hand |left-hand )?(?:figure|picture))\b(?!['’])"
)
NEAR = 4  # how many paragraphs, boxes and cells away a figure may be that is called just "the figure"
SET = re.compile(r'href="#explorer-(\d+)')


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


def caption(alt, moves=True):
    """What a figure shows, in a sentence: the alternative text, of a still without the names that only the code uses."""
    if found := STILL.fullmatch(alt):
        surface, rules, steps = found.groups()
        place = {"post003": "the surface of the museum’s case"}.get(surface, f"the {surface.replace('_', ' ')}")
        return f"{rules[0].upper()}{rules[1:]}, {steps} steps on {place}."
    if found := DRAWN.fullmatch(alt):
        rule, surface, first, last, steps = found.groups()
        rate = f"the rate {first}" if first == last else f"a rate that goes from {first} to {last}"
        return f"{rule}, {steps} steps on the {surface}, at {rate}."
    return chosen(*alt.split(": ", 1)) if moves and ": " in alt else alt


def chosen(knobs, said):
    """What a still with knobs shows, with the values of its knobs, unless that is said with them."""
    values = [knob.split()[-1] for knob in knobs.split(", ")]
    if said.startswith(again := f"At {values[0]}: "):
        return f"{knobs}: {said.removeprefix(again)}"
    if all(re.search(rf"(?<![\w.]){re.escape(value)}(?!\.?\w)", said) for value in values):
        return said
    settings = re.sub(r"(?<=\d) (?=[\d.]+(?:,|$))", ": ", knobs)  # wrong labels of 150: 0
    return f"{said} ({settings[0].lower()}{settings[1:]})"


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


def live_address(known):
    """The LaTeX that says where the last of the figures moves: on which page, and which of those there that move."""
    _, site = addresses()
    page, _ = known[-1]
    return rf"\moves{{{site}/{page}.html}}{{explorer-{known.count((page, True))}:}}" if site else r"\moves{}{}"


class Floats(SphinxPostTransform):
    """Make each figure of a cell a float with its number and its caption, and a code that leads to the live one."""

    default_priority = 301  # after exercises have become boxes
    formats = ("latex",)

    def run(self):
        self.known = []  # for each figure so far, its page, and whether it moves
        for image in list(self.document.findall(nodes.image)):
            if (cell := cell_of(image)) is not None:
                self.known.append((page_of(cell)["docname"], image["moves"]))
                self.float(image, cell)
        for cell in list(self.document.findall(nodes.container)):
            if cell.get("nb_element") == "cell_code" and not cell.astext().strip():
                cell.parent.remove(cell)

    def float(self, image, cell):
        later = question_before(cell)
        if later:
            repairs.used(self.app, "pictures that follow a prediction")
        take_out(image)
        told = caption(image.get("alt", ""), image["moves"]).rstrip(".") + "."
        words = [nodes.Text(told), *self.live(image["moves"])]
        kind = "boxed" if boxed(cell) else "later" if later else "here"
        label = f"figure:{len(self.known)}"
        begin = latex(f"\\begin{{{kind}figure}}\n")
        begin["figure"], begin["moves"] = label, image["moves"]
        figure = [begin, image, latex(f"\n\\figurecaption{{{label}}}{{"), nodes.inline("", "", *words)]
        cell.parent.insert(cell.parent.index(cell) + 1, [*figure, latex(f"}}\n\\end{{{kind}figure}}\n")])
        repairs.used(self.app, "figures that float")

    def live(self, moves):
        """Where the last figure moves."""
        if not moves:
            return []
        repairs.used(self.app, "the text of a still")
        return [nodes.Text(" "), latex(live_address(self.known))]


class Mentions(SphinxPostTransform):
    """Where the text speaks of a figure, say its number: in print it may stand on another page."""

    default_priority = 303
    formats = ("latex",)

    def run(self):
        self.figures = {}
        for figure in self.document.findall(lambda node: isinstance(node, nodes.raw) and "figure" in node):
            self.figures.setdefault(page_of(figure)["docname"], []).append(figure)
        for paragraph in list(self.document.findall(nodes.paragraph)):
            texts = [(text, found) for text in paragraph.findall(nodes.Text) if (found := MENTION.search(text))]
            if texts and (figure := self.meant(paragraph, *texts[0])) is not None:
                text, found = texts[0]
                number = latex(f"\\figurenumber{{{figure['figure']}}}")
                text.parent.replace(text, [nodes.Text(text[: found.end()]), number, nodes.Text(text[found.end() :])])
                repairs.used(self.app, "numbers of figures in the text")

    def meant(self, paragraph, text, found):
        """The figure that is spoken of, or ``None``."""
        around, figures = text.parent, self.figures.get(page_of(paragraph)["docname"], [])
        before = around[around.index(text) - 1] if around.index(text) else None
        if isinstance(before, nodes.raw) and (link := SET.search(before.astext())):
            return [figure for figure in figures if figure["moves"]][int(link[1]) - 1]
        if found["place"]:
            return figures[("first", "second").index(found["place"])]
        while not isinstance(paragraph.parent, nodes.section):
            paragraph = paragraph.parent
        place, beside = paragraph.parent.index(paragraph), paragraph.parent.children
        after, ahead = beside[place + 1 :], beside[:place][::-1]
        if found["side"]:
            return nearest(after if found["side"] == "below" else ahead, len(beside))
        return nearest(after, NEAR) or nearest(ahead, NEAR)


def nearest(parts, most):
    """The first figure among the first parts of a page that hold text, and in the section that they begin."""
    for part in parts:
        if isinstance(part, nodes.section) or not most:
            return None
        if "figure" in part:
            return part
        most -= isinstance(part, nodes.paragraph | nodes.Admonition | nodes.container)
    return None


def setup(app):
    moved = "figures that float", "pictures that follow a prediction"
    repairs.expect(app, "latex", "figures as PDF", *moved, "the text of a still", "numbers of figures in the text")
    for transform in (Redraw, Floats, Mentions):
        app.add_post_transform(transform)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
