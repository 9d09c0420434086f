"""Compare chapters with a fresh run, figures and explorers included: a pytest plugin on top of nbval.

nbval runs each notebook and compares text. It skips PNG and widgets, and compares SVG as text, so that the last digit
of a coordinate would decide. Here a point of a figure may differ by 0.05 points, a picture by 0.001 in the root mean
square of its pixels, a number in a widget's state by its last digits, and everything else not at all.
"""

import base64
import io
import json
import math
import os
import re
from collections import defaultdict

import numpy as np
from nbformat.v4 import new_code_cell
from nbval.plugin import IPyNbCell, IPyNbFile
from PIL import Image

from publish.notebooks import FOR_KERNELS, STATE, VIEW, normal_widgets, put_back

os.environ |= FOR_KERNELS | os.environ  # nbval starts a chapter's kernel in this process's environment
POINTS, PIXELS = 0.05, 0.001
NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e[+-]?\d+)?")
PLACE = re.compile(r'(?<= )(?:d|points|x|y|width|height|viewBox)="[^"]*"|translate\([^)]*\)')
WIDGETS = """
import json
from ipywidgets import Widget
print(json.dumps(Widget.get_manager_state()["state"]))
"""


def same_pixels(one, other):
    """Are two PNG pictures, given as base64, equal up to ``PIXELS``?"""
    one, other = (np.asarray(Image.open(io.BytesIO(base64.b64decode(text))).convert("RGBA")) for text in (one, other))
    if one.shape != other.shape:
        return False
    return bool(np.sqrt(np.mean((one / 255.0 - other / 255.0) ** 2)) <= PIXELS)


def taken_apart(svg):
    """Return an SVG's coordinates, its pictures, and its text without them and without its producer's remarks."""
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    pictures = re.findall(r"data:image/png;base64,([^\"]*)", svg)
    svg = re.sub(r"(data:image/png;base64,)[^\"]*", r"\1", svg)
    for number, name in enumerate(dict.fromkeys(re.findall(r'\bid="([^"]*)"', svg))):  # some ids are hashes of digits
        svg = re.sub(rf'(?<=[#"]){re.escape(name)}(?=[")])', f"id-{number}", svg)
    numbers = [float(n) for place in PLACE.findall(svg) for n in NUMBER.findall(place)]
    return np.array(numbers), pictures, PLACE.sub(lambda place: NUMBER.sub("0", place[0]), svg)


def same_drawing(one, other):
    """Do two SVGs differ by no more than ``POINTS`` in any coordinate, and in nothing else?"""
    (places, pictures, text), (other_places, other_pictures, other_text) = taken_apart(one), taken_apart(other)
    return (
        text == other_text
        and len(places) == len(other_places)
        and bool(np.all(np.abs(places - other_places) <= POINTS))
        and all(map(same_pixels, pictures, other_pictures))
    )


FIGURES = {"image/svg+xml": same_drawing, "image/png": same_pixels}


def near(one, other):
    """Are two numbers equal up to what a processor may round otherwise on the way?"""
    return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-12)


def drawn_alike(one, other):
    """Are two numbers equal up to what is seen of a curve? A deep network in single precision carries no more."""
    return math.isclose(one, other, rel_tol=5e-3, abs_tol=1e-12)


def parsed(text):
    """What a text says that is JSON, or ``None``."""
    try:
        return json.loads(text)
    except ValueError:
        return None


def close(one, other, same=near):
    """Are two JSON values equal, up to a last digit of their numbers, whole or not, also of those in their texts?

    A text that is JSON is compared as what it says; in a program and in words, numbers as numbers and the rest as it
    stands. The numbers of a figure's curves, its rows, may differ by as little as nobody sees.
    """
    if isinstance(one, dict) and isinstance(other, dict):
        kept = {name: drawn_alike if name == "rows" else same for name in one}
        return one.keys() == other.keys() and all(close(one[name], other[name], kept[name]) for name in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(close(*pair, same) for pair in zip(one, other, strict=True))
    if {type(one), type(other)} <= {int, float}:
        return same(one, other)
    if not isinstance(one, str) or not isinstance(other, str) or one == other:
        return type(one) is type(other) and one == other
    if (says := parsed(one)) is not None and (other_says := parsed(other)) is not None:
        return close(says, other_says, same)
    (words, numbers), (other_words, other_numbers) = (
        (NUMBER.sub("0", text), [float(number) for number in NUMBER.findall(text)]) for text in (one, other)
    )
    return words == other_words and close(numbers, other_numbers, same)


plain_comparison, plain_collection = IPyNbCell.compare_outputs, IPyNbFile.collect


def compare_outputs(cell, test, ref, skip_compare=None):
    """What a cell prints and draws is what is stored."""
    cell.parent.shown += [output["data"][VIEW]["model_id"] for output in test if VIEW in output.get("data", {})]
    if not plain_comparison(cell, test, ref, (*cell.parent.skip_compare, *FIGURES)):
        return False
    for kind, same in FIGURES.items():
        stored, fresh = ([o["data"][kind] for o in outputs if kind in o.get("data", {})] for outputs in (ref, test))
        if len(stored) != len(fresh) or not all(map(same, stored, fresh)):
            cell.comparison_traceback.append(f"a figure ({kind}) differs from the stored one")
            return False
    return True


class Widgets(IPyNbCell):
    """What comes after the last cell: the widgets' states are the stored ones."""

    def compare_outputs(self, test, ref, skip_compare=None):
        fresh = json.loads("".join(output.text for output in test if output.output_type == "stream"))
        fresh, _ = normal_widgets(fresh, self.parent.shown)
        stored = self.parent.nb.metadata.get("widgets", {}).get(STATE, {}).get("state", {})
        self.comparison_traceback = [
            f"the state of widget {int(name)} differs in {', '.join(differing(stored.get(name), fresh.get(name)))}"
            for name in sorted({*stored, *fresh})
            if not close(stored.get(name), fresh.get(name))
        ]
        return not self.comparison_traceback


def differing(stored, fresh):
    """The names of the traits in which two states of a widget differ."""
    stored, fresh = ((state or {}).get("state", {}) for state in (stored, fresh))
    return [name for name in sorted({*stored, *fresh}) if not close(stored.get(name), fresh.get(name))] or ["kind"]


def collect(notebook):
    """Yield a test for each code cell, and one for the widgets' states."""
    notebook.shown = []
    cells = list(plain_collection(notebook))
    yield from cells
    if "widgets" in put_back(notebook.nb).metadata:
        cell, options = new_code_cell(WIDGETS, execution_count=0), defaultdict(bool, check=True)
        yield Widgets.from_parent(notebook, name="Widgets", cell_num=len(cells), cell=cell, options=options)


def pytest_configure():
    IPyNbCell.compare_outputs, IPyNbFile.collect = compare_outputs, collect
