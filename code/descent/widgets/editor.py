"""The rule editor: the text of a rule, changed on the page, and read there by a grammar of its own (``editor/``).

The grammar knows no rule and no function by heart: what it may read comes from ``descent.notes``, and what it says of
mistakes from ``descent.sentences``.
"""

import inspect
import json
from itertools import islice

import numpy as np

from descent import draw, widgets
from descent.advice import USUAL
from descent.notes import INSTEAD, OPERATORS, SETTINGS
from descent.rules import RULES
from descent.sentences import READING, SENTENCES

MOST = 4  # rules that a reader keeps beside the figure's own: as many looks are like no other's


def known() -> str:
    """The module ``known.js``: all that the grammar knows."""
    ufuncs = {name: thing for name in dir(np) if isinstance(thing := getattr(np, name), np.ufunc)}
    content = {
        "operators": {name: OPERATORS[thing] for name, thing in ufuncs.items() if thing in OPERATORS},
        "others": [name for name, thing in ufuncs.items() if thing not in OPERATORS],
        "instead": INSTEAD,
        "settings": sorted(SETTINGS),
        "usual": {name: repr(value) for name, value in USUAL.items()},
        "looks": [widgets.look(*look) for look in islice(draw.strangers(), MOST)],
        "rules": {name: inspect.getsource(rule) for name, rule in RULES.items()},
        "sentences": SENTENCES | READING,
    }
    return f"export const known = {json.dumps(content, ensure_ascii=False)};\n"


def source(entry: str = "editor/main.js") -> str:
    """The editor's program, or one of its modules, with all that it imports."""
    style = f"export const style = {json.dumps(widgets.style('editor.css'))};\n"
    return widgets.source(entry, given={"editor/known.js": known(), "editor/style.js": style})


def modules() -> list[str]:
    """The texts of the editor's own modules."""
    return [path.read_text(encoding="utf-8") for path in sorted((widgets.linking.HERE / "editor").glob("*.js"))]
