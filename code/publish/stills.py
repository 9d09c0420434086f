"""The figures of a copy: one picture each, with the words that stand for it, that every notebook program shows.

Jupyter draws an SVG only where it trusts the notebook, which it does not trust in a zip or a download, and gives no
picture its words. An image in HTML it draws anywhere, and with them. The site's widgets stay in ``chapters/``.
"""

from html import escape
from urllib.parse import quote

from publish.notebooks import ASIDE, VIEW

SAFE = " /:=;,.()+!*~@?[]$_-{}|^`"  # what may stand as it is in an address between quotation marks


def everywhere(page):
    """Return a notebook, a dict as in its file, whose figures every program shows."""
    metadata = {key: value for key, value in page["metadata"].items() if key != ASIDE}
    return page | {"metadata": metadata, "cells": [shown(cell) for cell in page["cells"]]}


def shown(cell):
    return cell | {"outputs": [still(output) for output in cell["outputs"]]} if cell.get("outputs") else cell


def still(output):
    """An output whose picture, if it has one, is an image in HTML; its text stays."""
    address = of_picture({kind: "".join(data) for kind, data in output.get("data", {}).items()})
    if not address:
        return output
    text = output["data"]["text/plain"]
    # The class is Jupyter's: it says that the picture was drawn for a light ground.
    image = f'<img class="jp-needs-light-background" alt="{escape("".join(text))}" src="{address}">'
    metadata = {key: value for key, value in output["metadata"].items() if key != VIEW}
    return output | {"data": {"text/html": [image], "text/plain": text}, "metadata": metadata}


def of_picture(data):
    """The address that holds an output's picture itself, or ``None`` where there is none."""
    if "image/svg+xml" in data:
        return f"data:image/svg+xml,{quote(data['image/svg+xml'], safe=SAFE)}"
    return f"data:image/png;base64,{data['image/png'].strip()}" if "image/png" in data else None
