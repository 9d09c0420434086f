"""The pictures of a page: with their sizes, so that nothing moves when they come; and the one that a shared link shows."""

import io
import re
from functools import cache
from pathlib import Path
from urllib.parse import unquote

from matplotlib.figure import Figure
from PIL import Image

from publish import dark
from publish.redraw import Drawing

UNSIZED = re.compile(r'<img (?![^>]*\bwidth=)([^>]*?\bsrc="([^":]+)"[^>]*?) ?/?>')
SVG_SIZE = re.compile(r'<svg\b[^>]*? width="([\d.]+)pt" height="([\d.]+)pt"')
PIXELS_PER_POINT = 4 / 3
SMALLEST = 11 / (8.5 * PIXELS_PER_POINT)  # what is left of a drawing's width where its letters are 11 pixels high


@cache
def size(file: Path) -> tuple[int, int] | None:
    """Width and height of a picture in CSS pixels; ``None`` of an SVG that does not say."""
    if file.suffix != ".svg":
        with Image.open(file) as picture:
            return picture.size
    found = SVG_SIZE.search(file.read_text(encoding="utf-8"))
    return found and tuple(round(float(points) * PIXELS_PER_POINT) for points in found.groups())


def in_the_dark(file: Path) -> str:
    """Write a drawing for a dark page beside the one for a light page, and return its name."""
    name = f"{file.stem}.dark.svg"
    file.with_name(name).write_text(dark.darkened(file.read_text(encoding="utf-8")), encoding="utf-8")
    return name


def placed(html: str, folder: Path) -> str:
    """Return a page of ``folder`` whose pictures have sizes; those below its first section are loaded when they come near.

    A drawing comes once for a light and once for a dark page, and is made no smaller than its letters can be read.
    """
    first_section = html.find("<h2")

    def picture(match: re.Match) -> str:
        attributes, file = match[1], folder / unquote(match[2])
        box = size(file)
        sized = f' width="{box[0]}" height="{box[1]}"' if box else ""
        late = ' loading="lazy"' if match.start() > first_section >= 0 else ""
        if file.suffix != ".svg" or not box:
            return f"<img {attributes}{sized}{late} />"
        sized += f' style="min-width: {round(SMALLEST * box[0])}px"'
        twin = attributes.replace(file.name, in_the_dark(file))
        return f'<img {attributes}{sized}{late} /><img class="dark" {twin}{sized} loading="lazy" />'

    return UNSIZED.sub(picture, html)


def pixels(figure: Path) -> bytes:
    """Return an SVG of matplotlib's as a PNG, three pixels a point."""
    head, start, rest = figure.read_text(encoding="utf-8").partition("<svg")
    rest = re.sub(
        r'viewBox="0 0 ([\d.]+) ([\d.]+)"', lambda box: f'viewBox="0 0 {3 * float(box[1])} {3 * float(box[2])}"', rest
    )
    rest = re.sub(r"^([^>]*>)(.*)(</svg>\s*)$", r'\1<g transform="scale(3 3)">\2</g>\3', rest, flags=re.DOTALL)
    drawn = io.BytesIO()
    Drawing(head + start + rest).figure.savefig(drawn, dpi=72, format="png", facecolor="white")
    return drawn.getvalue()


def card(figure: Path, title: str, book: str) -> bytes:
    """Return a PNG of 1200 x 630 pixels, small, with a figure below its title: what a shared link shows."""
    poster = Figure(figsize=(12, 6.3), dpi=100, facecolor="white")
    poster.text(0.04, 0.93, title, size=34 if len(title) < 40 else 26, weight="bold", va="top", color="#141a24")
    poster.text(0.04, 0.81, book, size=17, va="top", color="#555e6b")
    with Image.open(io.BytesIO(pixels(figure)) if figure.suffix == ".svg" else figure) as picture:
        axes = poster.add_axes((0.04, 0.03, 0.92, 0.72))
        axes.imshow(picture.convert("RGB"), interpolation="antialiased")
    axes.axis("off")
    whole, small = io.BytesIO(), io.BytesIO()
    poster.savefig(whole, format="png")
    colours = Image.open(whole).convert("RGB").quantize(256, Image.Quantize.MAXCOVERAGE)  # a rule keeps its own
    colours.save(small, "PNG", optimize=True)
    return small.getvalue()
