"""Below each exercise of the website a place for the reader's answer.

At first it is a button. The program that judges answers, its style and what it needs to know of the exercise come when
the button is pressed (``site.js``), so that a page which is only read stays light. What is sent of an exercise is sealed
(``descent.exercises.sealed``), in an edition without solutions as in any other: no answer can be read in it.
"""

import hashlib
import json
import re
from functools import cache
from html import escape
from pathlib import Path

from descent import widgets
from descent.exercises import CHECKERS, sealed

from publish import repairs, squeeze

EXERCISE = re.compile(r'<div class="exercise admonition" id="([\w-]+)">.*?</section>\n(?=</div>)', re.DOTALL)
PLACES = "a place for the answer below an exercise"
FOLDER = "exercises"  # below _static
WORDS = widgets.words("exercises")


@cache
def program() -> dict[str, str]:
    """The program and its style by the names of their files, which change with what is in them."""
    script = squeeze.script(f"(() => {{\n{sealed.program()}\n}})();")
    return _named("answers", js=script, css=squeeze.style(widgets.style("editor.css", "exercises.css")))


@cache
def data(name: str) -> dict[str, str]:
    """What the program has to know of an exercise, by the name of its file; where only Python judges, the cell to run."""
    cell = f'from descent.exercises import check\n\ncheck("{name}", ...)'
    known = sealed.sealed(name, CHECKERS[name]) or {"name": name, "cell": cell}
    text = json.dumps(known, separators=(",", ":"))
    return _named(name, js=f'(window.exercises ??= {{}})["{name}"] = {text};\n')


def _named(stem: str, **texts: str) -> dict[str, str]:
    return {f"{stem}.{hashlib.sha256(text.encode()).hexdigest()[:8]}.{kind}": text for kind, text in texts.items()}


def place(name: str, static: str) -> str:
    """The place for an answer to the exercise ``name``; ``static`` leads from the page to ``_static``."""
    if name not in CHECKERS:
        return ""
    files = " ".join(f"{static}/{FOLDER}/{file}" for file in (*program(), *data(name)))
    judged = " data-judged" * sealed.is_sealed(CHECKERS[name])
    button = f'<button type="button">{escape(WORDS["answer"])}</button>'
    return (
        f'<div class="exercise-answer pst-js-only" data-exercise="{name}" data-files="{files}"{judged}>{button}</div>\n'
    )


def _place_answers(app, pagename, templatename, context, doctree) -> None:
    if app.builder.name != "html" or "body" not in context:
        return
    static = context["pathto"]("_static", 1)
    body = EXERCISE.sub(lambda found: found[0] + place(found[1], static), context["body"])
    if body != context["body"]:
        repairs.used(app, PLACES)
        context["body"] = body


def _write_files(app, error) -> None:
    """Write what the buttons ask for in place of anything older."""
    if error or app.builder.name != "html":
        return
    folder = Path(app.outdir, "_static", FOLDER)
    folder.mkdir(parents=True, exist_ok=True)
    files = program() | {file: text for name in CHECKERS for file, text in data(name).items()}
    for old in {path.name for path in folder.iterdir()} - {*files}:
        (folder / old).unlink()
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")


def setup(app):
    repairs.expect(app, "html", PLACES)
    app.connect("html-page-context", _place_answers)
    app.connect("build-finished", _write_files)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
