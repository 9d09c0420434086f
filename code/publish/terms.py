"""The index of the printed book: the glossary's terms in English and in Korean, with the pages where they stand.

A place is where the text sets a term apart (bold, in italics, with its Korean word in parentheses, in a heading), and
the first mention in each chapter that has the term several times, unless most chapters do.
"""

import itertools
import re

from docutils import nodes
from sphinx.addnodes import start_of_file
from sphinx.transforms.post_transforms import SphinxPostTransform

from publish import repairs
from publish.floats import latex

GLOSSARY = "chapters/glossary"
LAST = "chapters/bibliography"  # the index follows it
SEVERAL, MOST = 3, 6  # mentions in a chapter, and chapters
HANGUL = re.compile("[가-힣]")


def entries(glossary):
    """The glossary's terms: the English word and the Korean ones of each, and the text that explains them."""
    for item in glossary.findall(nodes.definition_list_item):
        english, *korean = (term.astext() for term in item.findall(nodes.term))
        yield english, korean, item.next_node(nodes.paragraph).next_node(nodes.Text)


def pattern(english, korean):
    """What a term looks like in a text: in the singular or the plural, or its Korean word in parentheses."""
    words = re.escape(english).replace(r"\ ", r"[\s-]+").replace(r"\-", "[- ]?")
    exact = english[:1].isupper() and english != "Hessian"  # a name, such as Adam or Lion
    latin = rf"(?-i:\b{words}\b)" if exact else rf"\b{words}(?:e?s)?\b"
    return re.compile("|".join([latin, *(rf"(?<=\(){re.escape(word)}" for word in korean)]), re.IGNORECASE)


def is_set_apart(text, found):
    """Whether a mention is one that introduces: bold or in italics as a whole, or with its Korean word."""
    if HANGUL.match(found[0]):
        return True
    return isinstance(text.parent, nodes.strong | nodes.emphasis) and found[0] == text.astext().strip()


class Index(SphinxPostTransform):
    """Mark the places of the terms, and print the index at the end."""

    default_priority = 770  # after the solutions are in their place
    formats = ("latex",)

    def run(self):
        files = {file["docname"]: file for file in self.document.findall(start_of_file)}
        if GLOSSARY not in files or LAST not in files:
            return
        chapters = [file for name, file in files.items() if re.match(r"chapters/\d", name)]
        self.marks, self.numbers = {}, itertools.count()
        found = []
        for english, korean, told in entries(files[GLOSSARY]):
            term = pattern(english, korean)
            anywhere = next(self.mentions(self.document, term), (told, 0, True))[:2]
            found.append((english, korean, self.places(chapters, term) or [self.label(*anywhere)]))
        self.put_marks()
        files[LAST].extend(index(found))
        repairs.used(self.app, "the index of terms")

    def places(self, chapters, term):
        """The labels of a term's places, in order."""
        mentions = [[*self.mentions(chapter, term)] for chapter in chapters]
        often = [found[0] for found in mentions if len(found) >= SEVERAL]
        apart = [mention for found in mentions for mention in found if mention[2]]
        chosen = [*apart, *(often if len(often) <= MOST or not apart else [])] or [
            found[0] for found in mentions if found
        ]
        return [
            self.label(text, at) for found in mentions for text, at, _ in found if (text, at) in {c[:2] for c in chosen}
        ]

    def mentions(self, chapter, term):
        """Where a chapter mentions a term: the text, the place in it, and whether it is set apart there."""
        for part in chapter.findall(lambda node: isinstance(node, nodes.paragraph | nodes.title)):
            if isinstance(part, nodes.paragraph):
                for text in part.findall(nodes.Text):
                    if not isinstance(text.parent, nodes.literal | nodes.math | nodes.raw):
                        yield from ((text, found.start(), is_set_apart(text, found)) for found in term.finditer(text))
            elif isinstance(part.parent, nodes.section) and term.search(part.astext()):
                yield part, 0, True

    def label(self, node, at):
        """The label of a place: the same for all terms that stand there."""
        marks = self.marks.setdefault(id(node), (node, {}))[1]
        return marks.setdefault(at, f"term:{next(self.numbers)}")

    def put_marks(self):
        for node, marks in self.marks.values():
            if isinstance(node, nodes.title):
                around = node.parent
                around.insert(around.index(node) + 1, mark(marks[0]))
                continue
            pieces, last = [], 0
            for at in sorted(marks):
                pieces += [nodes.Text(node[last:at]), mark(marks[at])]
                last = at
            node.parent.replace(node, [*pieces, nodes.Text(node[last:])])


def mark(label):
    return latex(rf"\phantomsection\label{{{label}}}")


def lines(found):
    """A line of the index for each entry: the word, in grey what it is in the other language, and its pages."""
    for word, other, labels in found:
        yield from (latex(r"\term{"), nodes.inline("", word), latex("}{"), *[nodes.inline("", other)] * bool(other))
        yield latex(f"}}{{{','.join(labels)}}}\n")


def index(found):
    """The index as it is printed: by the English words, then by the Korean ones."""
    english = sorted(((word, ", ".join(korean), labels) for word, korean, labels in found), key=lambda e: e[0].lower())
    korean = sorted((name, word, labels) for word, names, labels in found for name in names)
    begin, between, end = map(latex, (r"\begin{terms}" + "\n", r"\nextterms" + "\n", r"\end{terms}" + "\n"))
    return [begin, *lines(english), between, *lines(korean), end]


def setup(app):
    repairs.expect(app, "latex", "the index of terms")
    app.add_post_transform(Index)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
