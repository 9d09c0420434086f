"""Redraw a matplotlib SVG as PDF, with matplotlib: sharp in print, and no program beside Python is needed.

Only what matplotlib writes is understood: groups, paths, uses, clips and embedded PNG. Anything else is an error,
so that no figure is ever printed with a part missing.
"""

import base64
import io
import math
import re
from xml.etree import ElementTree

import numpy as np
from matplotlib.backends.backend_pdf import FigureCanvasPdf
from matplotlib.figure import Figure
from matplotlib.image import BboxImage, imread
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from matplotlib.transforms import Affine2D, Bbox, IdentityTransform

LINK = "{http://www.w3.org/1999/xlink}href"
CODES = {"M": [Path.MOVETO], "L": [Path.LINETO], "Q": [Path.CURVE3] * 2, "C": [Path.CURVE4] * 3}
SILENT = {"metadata", "title", "defs", "style", "clipPath"}
BLACK = {"fill": "#000000", "stroke": "none", "stroke-linejoin": "round", "stroke-linecap": "butt"}


def affine(text):
    """Return the transform that an SVG attribute such as ``translate(3 4) scale(0.1 -0.1)`` describes."""
    whole = Affine2D()
    for name, numbers in re.findall(r"(\w+)\(([^)]*)\)", text):
        values = [float(number) for number in re.split(r"[\s,]+", numbers.strip())]
        if name == "matrix":
            part = Affine2D.from_values(*values)
        elif name == "translate":
            part = Affine2D().translate(*values)
        elif name == "scale":
            part = Affine2D().scale(*values)
        elif name == "rotate" and len(values) == 1:
            part = Affine2D().rotate_deg(*values)
        else:
            raise ValueError(f"unknown transform in a figure: {name}({numbers})")
        whole = part + whole
    return whole


def outline(text):
    """Return the path that the ``d`` of an SVG path describes."""
    points, codes = [], []
    for command, numbers in re.findall(r"([A-DF-Za-df-z])([^A-DF-Za-df-z]*)", text):
        if command in "zZ":
            points.append((0.0, 0.0))
            codes.append(Path.CLOSEPOLY)
            continue
        if command not in CODES:
            raise ValueError(f"unknown command in a figure's path: {command}")
        values = np.array(re.findall(r"-?[\d.]+(?:e-?\d+)?", numbers), dtype=float).reshape(-1, 2)
        points.extend(map(tuple, values))
        codes.extend(CODES[command] * (len(values) // len(CODES[command])))
    return Path(points, codes) if points else None


def declared(element):
    """Return the style that an element sets for itself."""
    return dict(re.findall(r"([\w-]+):\s*([^;]+)", element.get("style", "")))


class Drawing:
    """The pieces of one SVG, put on a figure of the same size as they are met."""

    def __init__(self, svg):
        self.root = ElementTree.fromstring(svg)
        _, _, width, self.height = map(float, self.root.get("viewBox").split())
        self.figure = Figure(figsize=(width / 72, self.height / 72), dpi=72)
        self.named = {element.get("id"): element for element in self.root.iter()}
        self.visit(self.root, Affine2D(), BLACK, None)

    def on_page(self, transform):
        return transform + Affine2D().scale(1, -1).translate(0, self.height)

    def visit(self, element, transform, style, clip):
        tag = element.tag.rpartition("}")[2]
        if tag in SILENT:
            return
        transform = affine(element.get("transform", "")) + transform
        style = style | declared(element)
        if reference := element.get("clip-path"):
            clip = self.clip(reference[5:-1], transform)
        if tag in ("svg", "g"):
            for child in element:
                self.visit(child, transform, style, clip)
        elif tag == "use":
            shift = Affine2D().translate(float(element.get("x", 0)), float(element.get("y", 0)))
            self.visit(self.named[element.get(LINK)[1:]], shift + transform, style, clip)
        elif tag == "path":
            self.path(outline(element.get("d", "")), transform, style, clip)
        elif tag == "image":
            self.image(element, transform, clip)
        else:
            raise ValueError(f"unknown element in a figure: {tag}")

    def clip(self, name, transform):
        (shape,) = self.named[name]
        if shape.get("d"):
            path = outline(shape.get("d"))
        else:
            x, y, width, height = (float(shape.get(key)) for key in ("x", "y", "width", "height"))
            path = Path([(x, y), (x + width, y), (x + width, y + height), (x, y + height), (x, y)], closed=True)
        return self.on_page(transform).transform_path(path)

    def add(self, artist, clip):
        artist.set_zorder(1)
        artist.set_snap(False)  # in pixels, a thin letter would be rounded away
        self.figure.add_artist(artist)
        artist.set_clip_path(None if clip is None else clip, None if clip is None else IdentityTransform())

    def path(self, path, transform, style, clip):
        if path is None:
            return
        size = math.sqrt(abs(np.linalg.det(transform.get_matrix()[:2, :2])))
        width = float(style.get("stroke-width", 1)) * size
        opacity = float(style.get("opacity", 1))
        dashes = [float(number) * size for number in re.findall(r"[\d.]+", style.get("stroke-dasharray", ""))]

        def colour(kind):
            return "none" if style[kind] == "none" else (style[kind], opacity * float(style.get(f"{kind}-opacity", 1)))

        stroke = colour("stroke")
        patch = PathPatch(
            self.on_page(transform).transform_path(path),
            facecolor=colour("fill"),
            edgecolor=stroke,
            linewidth=0 if stroke == "none" else width,
            joinstyle=style["stroke-linejoin"],
            capstyle={"butt": "butt", "square": "projecting", "round": "round"}[style["stroke-linecap"]],
            transform=IdentityTransform(),
        )
        if dashes:
            patch.set_linestyle((float(style.get("stroke-dashoffset", 0)) * size / width, [d / width for d in dashes]))
        self.add(patch, clip)

    def image(self, element, transform, clip):
        kind, _, data = element.get(LINK, "").partition(";base64,")
        if kind != "data:image/png":
            raise ValueError(f"unknown picture in a figure: {kind}")
        pixels = imread(io.BytesIO(base64.b64decode(data)), format="png")
        x, y, width, height = (float(element.get(key, 0)) for key in ("x", "y", "width", "height"))
        corners = self.on_page(transform).transform([(x, y), (x + width, y + height)])
        if corners[0, 1] < corners[1, 1]:  # turned upside down
            pixels = pixels[::-1]
        box = Bbox([corners.min(axis=0), corners.max(axis=0)])
        picture = BboxImage(box, interpolation="none", origin="upper")
        picture.set_data(pixels)
        self.add(picture, clip)


def to_pdf(svg):
    """Return the figure as the bytes of a PDF of the same size, the same bytes each time."""
    buffer = io.BytesIO()
    FigureCanvasPdf(Drawing(svg).figure).print_pdf(
        buffer, metadata={"Creator": None, "Producer": None, "CreationDate": None}
    )
    return buffer.getvalue()
