"""Where the slides of ``jupyter nbconvert --to slides`` begin.

A section is a slide: a cell that opens with a heading of the first or second level begins one, and what the site leaves
out is left out. So it stands in ``chapters/``. In a copy, what has no room on a slide goes to others below it.
"""

import re

ROOM = 620  # of the 700 pixels of a slide
LINE, LETTERS = 26, 88  # a line's height in pixels, and about how many letters it takes


def mark(cell):
    """The slide that begins with a cell, as metadata; empty where the slide before it goes on."""
    if "remove-cell" in cell["metadata"].get("tags", []):
        return {"slideshow": {"slide_type": "skip"}}
    return {"slideshow": {"slide_type": "slide"}} if opens_section(cell) else {}


def opens_section(cell):
    """Whether a cell opens with a heading of the first or second level, behind the name of the place at most."""
    return cell["cell_type"] == "markdown" and bool(re.match(r"(\([\w-]+\)=\n+)*##? ", "".join(cell["source"])))


def fitted(cells):
    """The cells with marks of sub-slides, where one slide has no room for more."""
    left, placed = 0, []
    for cell in cells:
        needed = height(cell)
        begins = cell["metadata"].get("slideshow", {}).get("slide_type")
        if not begins and needed > left:
            begins = "subslide"
            cell = cell | {"metadata": cell["metadata"] | {"slideshow": {"slide_type": begins}}}
        if begins != "skip":
            left = (ROOM if begins else left) - needed
        placed.append(cell)
    return placed


def height(cell):
    """About what a cell takes of a slide, in pixels."""
    return lines("".join(cell["source"])) + sum(map(height_of_output, cell.get("outputs", [])))


def lines(text):
    return LINE * (1 + sum(1 + len(line) // LETTERS for line in text.splitlines()))


def height_of_output(output):
    """About what an output takes of a slide, in pixels: a figure, or lines of text."""
    data = {kind: "".join(text) for kind, text in output.get("data", {}).items()}
    if svg := re.search(r'<svg[^>]* height="([0-9.]+)pt"', data.get("image/svg+xml", "")):
        return float(svg[1]) * 4 / 3
    return 0.7 * ROOM if "image/png" in data else lines("".join(output.get("text", data.get("text/plain", ""))))
