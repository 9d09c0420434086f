"""The parts of the printed book: each begins with a page that says what it is about, with its chapters and their questions."""

from docutils import nodes
from sphinx.addnodes import start_of_file
from sphinx.transforms.post_transforms import SphinxPostTransform

from publish import repairs, tables
from publish.floats import latex

ABOUT = {
    "Part I · Downhill": "What a loss is, what its slope says, and how a step follows from it. Then the ground on which "
    "that step struggles: ravines, wells, saddles, plateaus and noise.",
    "Part II · Direction": "Steps that remember the steps before them. Momentum makes the walker a ball, Nesterov’s method "
    "lets the ball ask where it is going, and a theorem says how much there is to win.",
    "Part III · Step size": "A rate for each coordinate, found from the slopes themselves. One rule adds up their squares, "
    "one lets them fade, one keeps a direction as well, and one makes the units fit.",
    "Part IV · In practice": "What no rule explains: its learning rate, how to look for it, and how to let it fall. And how "
    "to compare two rules so that nobody decides the answer by choosing the rates.",
    "Part V · Networks": "Where the slopes come from when the loss is a network’s, what depth does to them, and how a network "
    "learns what it was not shown. At the end, what came after Adam.",
}


class Openings(SphinxPostTransform):
    """Open each part with a page of its own."""

    default_priority = 761  # after the chapters have their numbers
    formats = ("latex",)

    def run(self):
        for file in list(self.document.findall(start_of_file)):
            if about := ABOUT.get(file["docname"]):
                (section,) = file.children
                section[0].replace_self(self.opening(file["docname"], about, section))
                repairs.used(self.app, "the openings of parts")

    def opening(self, name, about, section):
        number, _, title = name.partition(" · ")
        rows = tables.questions()
        begin = latex(f"\\partopening{{{number}}}{{{title}}}{{")
        opening = [begin, nodes.inline("", about), latex("}{%\n")]
        for chapter in section.findall(start_of_file):
            page = chapter["docname"]
            question, minutes = rows[page.rpartition("/")[2]]
            number = self.env.toc_secnumbers[page][""][0]
            called = nodes.inline("", chapter.next_node(nodes.title).astext())
            asked = [
                latex("}{"),
                nodes.inline("", question),
                latex(f"}}{{{minutes}}}{{\\detokenize{{{page}::doc}}}}\n"),
            ]
            opening += [latex(f"\\partchapter{{{number}}}{{"), called, *asked]
        return [*opening, latex("}\n")]


def setup(app):
    repairs.expect(app, "latex", "the openings of parts")
    app.add_post_transform(Openings)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
