"""The figures' programs and styles as the site sends them: without comments and needless spaces, with short names.

What is written shorter is computed in the same order, so that a figure gives the same to the last bit, here and in a
notebook. The library runs in the V8 that typesets the formulas: it is the same on every system, and needs no Node.
"""

import json
import re
from functools import cache
from importlib import import_module
from pathlib import Path

from publish.engine import engine

TERSER = Path(__file__).with_name("vendor") / "terser" / "bundle.min.js"
HOW = {"compress": {"passes": 2}}


@cache
def _library() -> str:
    return TERSER.read_text(encoding="utf-8")


def program(text: str) -> str:
    """Return a module's text in short; ``ValueError`` says in one line where it is no JavaScript."""
    return _short(_in_place(text), module=True)


def _in_place(text: str) -> str:
    """Put a figure's words where it says them: in the table, their names take as much room as they do."""
    table = re.search(r"^const words = (\{.*\});$", text, flags=re.MULTILINE)
    if not table:
        return text
    words = json.loads(table[1])
    single = {f"words.{name}": _written(word) for name, word in words.items() if isinstance(word, str)}
    several = {name: word for name, word in words.items() if not isinstance(word, str)}
    said = re.sub(r"\bwords\.\w+", lambda name: single.get(name[0], name[0]), text[table.end() :])
    return text[: table.start()] + f"const words = {_written(several)};" + said


def _written(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def script(text: str) -> str:
    """Return the text of a script in short; what it declares for other scripts keeps its name."""
    return _short(text, module=False)


@cache
def _short(text: str, module: bool) -> str:
    call = f"Terser.minify_sync({json.dumps(text)}, {json.dumps(HOW | {'module': module})}).code"
    told = f"try {{ JSON.stringify([{call}, '']) }} catch (e) {{ JSON.stringify(['', `line ${{e.line}}: ${{e.message}}`]) }}"
    short, fault = json.loads(engine(_library()).eval(told))
    if fault:
        what = "a figure's program" if module else "a script of the site"
        raise ValueError(f"{what} cannot be read, {fault}")
    return short


def style(css: str) -> str:
    """Return a style sheet, or what stands between two braces, without comments and needless spaces."""
    bare = re.sub(r"\s+", " ", re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)).strip()
    tight = re.sub(r"""("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')|(?<!:) ?([{};]) ?|([:,]) (?!;)""", r"\1\2\3", bare)
    return tight.replace(";}", "}").rstrip(";")


def _widget(name: str) -> type:
    """Return the class of a widget of the course by its name, such as ``descent.widgets.explorer.Explorer``."""
    module, _, kind = name.rpartition(".")
    return getattr(import_module(module), kind)


def fill_programs(states: dict) -> None:
    """Give the course's own widgets their program: notebooks store a stand-in for it. And those that come later, where one asks."""
    for model in states["state"].values():
        widget = model["state"].get("_anywidget_id", "")
        if widget.startswith("descent."):
            figure = _widget(widget)
            model["state"] |= {"_esm": program(str(figure._esm)), "_css": style(str(figure._css))}
            model["state"] |= {f"_{name}": program(source()) for name, source in getattr(figure, "LATER", {}).items()}
