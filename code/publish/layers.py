"""What a reader meets at first, and what lies one click below.

A code cell with no role is an experiment to be read. A tag gives another its role: ``figure`` only draws, ``check`` holds
assertions about the output above it, ``setup`` imports and loads, and ``reveal``, alone or beside ``figure``, answers the
question before it, and so does the paragraph after it (``guessing`` lets a reader guess first). A section whose heading
begins with *Deeper* is for those who want more. On the site all of this is folded, in JupyterLab by the cells' metadata;
in print the code of ``figure``, ``check`` and ``setup`` is left out.
"""

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

from publish import guessing

SUMMARIES = {"figure": "code", "setup": "set-up", "check": "✓ checked", "reveal": "Show the answer"}
ROLES = tuple(SUMMARIES)
DEEPER = "Deeper"


def roles(cell) -> list[str]:
    """The roles of a notebook's cell."""
    return [tag for tag in cell["metadata"].get("tags", []) if tag in ROLES]


def mark(cell) -> dict:
    """The metadata by which JupyterLab and Notebook fold a cell."""
    found = roles(cell)
    hidden = {"source_hidden": True} if {*found} & {"figure", "check", "setup"} else {}
    hidden |= {"outputs_hidden": True} if "reveal" in found else {}
    return {"jupyter": hidden} if hidden else {}


def raw(html: str) -> nodes.raw:
    return nodes.raw("", html, format="html")


def folded(kind: str, summary: nodes.Node, content: list[nodes.Node]) -> list[nodes.Node]:
    """``content`` under a line that opens it."""
    return [
        raw(f'<details class="layer layer-{kind}"><summary>'),
        summary,
        raw("</summary>"),
        *content,
        raw("</details>"),
    ]


def roles_of(node) -> list[str]:
    """The roles of a node of a page: a code cell keeps its tags as classes."""
    is_cell = isinstance(node, nodes.container) and node.get("nb_element") == "cell_code"
    return [role for role in ROLES if is_cell and f"tag_{role}" in node["classes"]]


def cells(document):
    """The code cells of a document that have a role, each with its source and what it shows."""
    for cell in list(document.findall(nodes.container)):
        if roles_of(cell):
            source = [part for part in cell.children if part.get("nb_element") == "cell_code_source"]
            yield cell, source, [part for part in cell.children if part not in source]


def without_guess(cell) -> None:
    """Take the tag that asks for a guess out of a cell's classes: no page tells which number, and TeX cannot read it."""
    cell["classes"] = [name for name in cell["classes"] if not name.startswith(f"tag_{guessing.TAG}")]


def guess_before(cell) -> list[nodes.Node]:
    """The field for a guess at a number that ``cell`` shows, where its tags ask for one."""
    asked = guessing.guess_of(cell["cell_metadata"].get("tags", []))
    shown = [part.astext() for part in cell.children if part.get("nb_element") == "cell_code_output"]
    return [raw(guessing.field(asked, "\n".join(shown)))] if asked else []


def deeper(document):
    """The sections for those who want more."""
    return [part for part in document.findall(nodes.section) if part[0].astext().startswith(DEEPER)]


def close_answer(cell, output) -> list[nodes.Node]:
    """Close what answers a question: what ``cell`` shows, the answers right after it, and the paragraph that tells it."""
    around, whole = cell.parent, "figure" in roles_of(cell)
    start = end = around.index(cell) + 1
    while end < len(around) and {*roles_of(around[end])} & {"reveal", "check"}:
        end += 1
    told = end
    while told < len(around) and isinstance(around[told], nodes.target):  # a box is named just before it
        told += 1
    answers = nodes.paragraph | nodes.Admonition if told == end else nodes.Admonition
    if told < len(around) and isinstance(around[told], answers):
        end = told + 1
    answer = [*([cell] if whole else output), *around[start:end]]
    answering = [part for part in (cell, *around[start:end]) if roles_of(part)]
    guess = [field for part in answering for field in guess_before(part)]
    if not whole:
        for part in output:
            cell.remove(part)
    around[start - whole : end] = [*guess, *folded("reveal", raw(SUMMARIES["reveal"]), answer)]
    return answer


class Fold(SphinxPostTransform):
    """Fold on the site what is not on the main path: the code of a figure lies below it."""

    default_priority = 198  # one before MyST-NB folds by its own tags
    formats = ("html",)

    def run(self) -> None:
        for cell, source, output in cells(self.document):
            without_guess(cell)
            if kind := next((role for role in roles_of(cell) if role != "reveal"), None):
                source = folded(kind, raw(SUMMARIES[kind]), source)
                cell.children = []
                cell.extend(output + source if kind == "figure" else source + output)
        answered = []
        for cell, _, output in cells(self.document):
            if "reveal" in roles_of(cell) and cell not in answered:
                answered += close_answer(cell, output)
        for section in deeper(self.document):
            title, *content = section.children
            section.children = []
            section.extend(folded("deeper", title, content))


class LeaveOut(SphinxPostTransform):
    """Leave out of print the code that only draws, checks or loads, and set what goes deeper smaller."""

    default_priority = 198
    formats = ("latex",)

    def run(self) -> None:
        for cell, source, _ in cells(self.document):
            without_guess(cell)
            if roles_of(cell) != ["reveal"]:
                for part in source:
                    cell.remove(part)
                if any(cell.findall(nodes.literal_block)):
                    cell.insert(0, nodes.raw("", "\\codeleftout\n", format="latex"))
        for section in deeper(self.document):
            end = len(section)
            while isinstance(section[end - 1], nodes.target):  # it names what follows the section
                end -= 1
            section.insert(end, nodes.raw("", "\\end{deeper}\n", format="latex"))
            section.insert(1, nodes.raw("", "\\begin{deeper}\n", format="latex"))


def setup(app):
    app.add_post_transform(Fold)
    app.add_post_transform(LeaveOut)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
