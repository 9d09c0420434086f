"""The chapters as files: run in order, in the normal form, with nothing hidden. nbval itself runs and compares them."""

import ast
import base64
import io
import json
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from PIL import Image
from publish import address, notebooks, slides
from publish.checking import close, same_drawing, same_pixels

ROOT = Path(__file__).parents[1]
CHAPTERS = sorted((ROOT / "chapters").glob("*.ipynb"))
LIBRARIES = {"descent", "matplotlib", "numpy", "sklearn", "sympy", *sys.stdlib_module_names} - {"code"}
PAGES = {path.stem: path.name for path in (ROOT / "chapters").iterdir() if path.suffix in (".ipynb", ".md")}
LONGEST = 12
HIDING = re.compile(r"NBVAL|raises-exception|IPython\.display|sys\.path|%%capture|warnings\.")
LEAKS = re.compile(r"ipykernel_|Traceback|\bat 0x[0-9a-f]+|(?:/home|/root|/tmp|/Users|[A-Z]:\\)[/\\]?\w*|<Figure size")


def imported(source):
    """Yield the top-level names of the modules that a cell imports."""
    lines = ("" if line.startswith("%") else line for line in source.splitlines())
    for node in ast.walk(ast.parse("\n".join(lines))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module.partition(".")[0]


def problems_of_code(cell):
    """Yield what is wrong with a code cell."""
    tags = cell.metadata.get("tags", [])
    if found := HIDING.search(cell.source + " ".join(tags)):
        yield f"{found[0]} hides something"
    if len(cell.source.splitlines()) > LONGEST:
        yield f"has {len(cell.source.splitlines())} lines, more than {LONGEST}"
    if found := LEAKS.search(cell.source):
        yield f"depends on one machine: {found[0]}"
    if foreign := set(imported(cell.source)) - LIBRARIES:
        yield f"imports {', '.join(foreign)}"
    for tag in tags:
        if tag.startswith("shows:") and cell.source != notebooks.shown(tag.removeprefix("shows:")):
            yield f"is not the source of {tag.removeprefix('shows:')}"
    for output in cell.outputs:
        data = output.get("data", {})
        text = output.get("text", "") + data.get("text/plain", "") + data.get("text/html", "")
        if found := LEAKS.search(text):
            yield f"its output has {found[0]}"
        if output.output_type == "error" or output.get("name") == "stderr":
            yield "its output is a warning or an error"
        if {"image/svg+xml", "image/png"} & data.keys() and len(data.get("text/plain", "")) < 20:
            yield "its figure has no alternative text"
        pictured = {"image/svg+xml", "image/png"} & data.keys() or "\n" in data.get("text/plain", "")
        if notebooks.VIEW in data and not pictured:  # a picture, or several lines that say the same
            yield "its widget has no still"


def problems_of_text(cell):
    """Yield what is wrong with a Markdown cell."""
    for target in bare_links(cell.source):
        yield f"a link leads nowhere in Jupyter: write {PAGES[target]}, not {target}"
    if len(headings := sections(cell.source)) > slides.opens_section(cell):
        yield f"a section begins in the middle of a cell, so it would be no slide: {headings[-1]}"
    for image in re.findall(r"!\[\s*\]\([^)]*\)|<img(?![^>]*alt=\"[^\"]+\")[^>]*>", cell.source):
        yield f"an image has no alternative text: {image}"
    for directive in re.findall(
        r"^[`:]{3,}\{(?:image|figure)\}(?:(?!^[`:]{3,}$).)*", cell.source, re.MULTILINE | re.DOTALL
    ):
        if ":alt:" not in directive:
            yield f"an image has no alternative text: {directive.splitlines()[0]}"


def sections(text):
    """The headings of the first and second level, without what only looks like one in code."""
    return re.findall(r"^##? .+", re.sub(r"^([`:]{3,}).*?^\1$", "", text, flags=re.MULTILINE | re.DOTALL), re.MULTILINE)


def bare_links(text):
    """The links to a page of the course by its bare name, which only the site understands."""
    return [target for target in re.findall(r"\]\(([\w-]+)\)", text) if target in PAGES]


def problems(text):
    """Return what is wrong with a notebook, given as text."""
    notebook, found = notebooks.put_back(nbformat.reads(text, as_version=4)), []
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    if [cell.execution_count for cell in code] != list(range(1, len(code) + 1)):
        found.append("the execution counts are not 1, 2, 3, ...: nbval compares only what was run")
    for number, cell in enumerate(notebook.cells):
        judge = problems_of_code if cell.cell_type == "code" else problems_of_text
        found += [f"cell {number}: {problem}" for problem in judge(cell)]
    states = notebook.metadata.get("widgets", {}).get(notebooks.STATE, {}).get("state", {})
    found += ["a widget has no state" for view in notebooks.views(notebook) if view["model_id"] not in states]
    if notebooks.normal(notebooks.read(text)) != text:
        found.append("not in the normal form: run make notebooks")
    return found


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_chapter_hides_nothing(path):
    assert problems(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", sorted((ROOT / "chapters").glob("*.md")), ids=lambda path: path.stem)
def test_links_of_the_other_pages_lead_somewhere_in_jupyter(path):
    assert bare_links(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", [*(ROOT / "chapters").glob("*.ipynb"), *(ROOT / "chapters").glob("*.md")])
def test_links_to_files_lead_to_pages_of_the_course(path):
    named = re.findall(r"\]\(([\w-]+\.(?:ipynb|md))\)", path.read_text(encoding="utf-8"))
    assert {*named} <= {*PAGES.values()}


def test_contents_name_every_chapter():
    named = set(re.findall(r"(?:root|file): *chapters/(\S+)", (ROOT / "_toc.yml").read_text(encoding="utf-8")))
    assert {path.stem for path in CHAPTERS} <= named


def test_module_code_of_the_standard_library_is_not_shadowed():
    assert not (ROOT / "code" / "__init__.py").exists()
    run = subprocess.run([sys.executable, "-c", "import code; code.InteractiveConsole"], cwd=ROOT, capture_output=True)
    assert run.returncode == 0, run.stderr.decode()


# The checks are checked: a sound notebook passes, and each of the changes below is noticed. ---------------------------

EXAMPLE = [
    new_markdown_cell("# Example"),
    new_code_cell(
        "from descent import SURFACES, Explorer, descend, draw, momentum\n\n"
        'ravine = SURFACES["ravine"]\n'
        "run = descend(momentum, ravine.grad, ravine.start, 20)\n"
        'print(f"{ravine.value(run.final):.6f}")'
    ),
    new_code_cell("", metadata={"tags": ["shows:descent.rules.momentum"]}),
    new_code_cell('draw.paths(ravine, {"momentum": run}, alt="The path of momentum swings across the ravine.")'),
    new_code_cell('Explorer("ravine", rules=["momentum", "adam"])'),
]


@pytest.fixture(scope="module")
def example(tmp_path_factory):
    """The path of a small notebook in the normal form."""
    path = tmp_path_factory.mktemp("example") / "example.ipynb"
    path.write_text(nbformat.writes(new_notebook(cells=EXAMPLE)), encoding="utf-8")
    assert "changed" in notebooks.renew(path)
    return path


def change(path, old, new):
    """Return the notebook's text with the first match of ``old`` in the stored outputs or sources replaced."""
    text, count = re.subn(old, new, path.read_text(encoding="utf-8"), count=1)
    assert count == 1
    return text


def move(match):
    """Move one coordinate by a tenth of a point."""
    return f"{match[1]}{float(match[2]) + 0.1:.2f}"


PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8/5+hHgAHggJ/PchI7wAAAABJRU5ErkJggg=="
CHANGES = {  # what to find, and what to put in its place
    "printed-number": (r'(?<="text": \[\n      ")(\d)\.', lambda match: f"{(int(match[1]) + 1) % 10}."),
    "moved-point": (r"(\dL)(\d+\.\d+)", move),
    "widget-state": (r'"steps": \d+', '"steps": 7'),
    "still": (r'(?<="image/png": ")[^"]*', PIXEL),
}


def test_a_second_run_gives_the_same_bytes(example):
    before = example.read_bytes()
    assert "same" in notebooks.renew(example)
    assert example.read_bytes() == before


def test_comparison_notices_each_change(example):
    for name, (old, new) in CHANGES.items():
        example.with_name(f"{name}.ipynb").write_text(change(example, old, new), encoding="utf-8")
    options = ["-q", "-rfE", "-p", "no:cacheprovider", "-c", ROOT / "pyproject.toml", "--rootdir", example.parent]
    run = subprocess.run([sys.executable, "-m", "pytest", *options, example.parent], capture_output=True, text=True)
    failed = dict(re.findall(r"^FAILED \S*?([\w-]+)\.ipynb::(Cell \d|Widgets)", run.stdout, re.MULTILINE))
    assert failed == {"printed-number": "Cell 0", "moved-point": "Cell 2", "still": "Cell 3", "widget-state": "Widgets"}


GUARDED = {
    "count": (r'"execution_count": 2', '"execution_count": null', "execution counts"),
    "rule": (r"mu \* v - lr", "mu * v + lr", "is not the source of descent.rules.momentum"),
    "skip": (r"from descent import SURFACES", '# NBVAL_SKIP\\\\n",\n    "from descent import SURFACES', "NBVAL"),
    "tag": (r'"shows:descent.rules.momentum"', '"raises-exception"', "raises-exception"),
    "library": (r"from descent import SURFACES", "import torch, SURFACES", "imports"),
    "path": (r"from descent import SURFACES", "open('/home/me')  # SURFACES", "depends on one machine"),
    "alt": (r'"text/plain": \[\n.*\n *\]', '"text/plain": ["Drawing"]', "no alternative text"),
    "state": (r'"model_id": "0*1"', '"model_id": "2f"', "a widget has no state"),
    "layout": (r'"metadata": \{\}', '"metadata": {"collapsed": true}', "not in the normal form"),
    "section": (r"# Example", "# Example\\\\n\\\\n## Two", "a section begins in the middle of a cell"),
    "image": (r"# Example", "![](a.png)", "an image has no alternative text"),
    "link": (r"# Example", "[The ball](03-momentum)", "write 03-momentum.ipynb, not 03-momentum"),
}


@pytest.mark.parametrize("name", GUARDED)
def test_guard_notices(name, example):
    old, new, problem = GUARDED[name]
    assert problems(example.read_text(encoding="utf-8")) == []
    assert any(problem in found for found in problems(change(example, old, new)))


def test_figures_may_differ_in_a_last_digit_only():
    svg = '<svg width="10pt"><path id="p1f" d="M 1.00 2 L 3 4" style="stroke-width: 2"/><use xlink:href="#p1f"/></svg>'
    assert same_drawing(svg, svg.replace("1.00", "1.04"))
    assert same_drawing(svg, svg.replace("p1f", "p2f"))
    for old, new in (("1.00", "1.06"), ("L 3 4", "L 3 4 L 5 5"), ("width: 2", "width: 2.01"), ("<use", "<path")):
        assert not same_drawing(svg, svg.replace(old, new))


def test_pictures_of_another_size_differ():
    assert same_pixels(PIXEL, PIXEL)
    wide = io.BytesIO()
    Image.new("RGBA", (2, 1)).save(wide, "png")
    assert not same_pixels(PIXEL, base64.b64encode(wide.getvalue()).decode())


PROGRAM = {
    "_program": "export const surfaces = {\nbowl: { memory: 2, minima: [[0.48238427713012, 1e-17]], wide: 1000 },\n};"
}
FIGURE = {"_figure": json.dumps({"rows": [[1, 0.1234, 1234]], "words": "one", "knobs": [3, 0.1]})}
DATA = {"_data": json.dumps([{"decay": 0.999, "settings": [[1000, 0.25]]}])}
KINDS = {
    "a whole number": (
        {"_tuned": [2, 1000]},
        [("2", "2.0"), ("1000", "1000.0000000001")],
        [("1000", "1001"), ("2", "true")],
    ),
    "a number": ({"_tuned": 0.5}, [("0.5", "0.5000000000000001")], [("0.5", "0.500001"), ("0.5", "null")]),
    "nothing": ({"_tuned": [0.0]}, [("0.0", "1e-17"), ("0.0", "-0")], [("0.0", "1e-6")]),
    "a number in words": (
        {"note": "a rate of 0.25"},
        [("0.25", "0.25000000000001")],
        [("0.25", "0.26"), ("rate", "loss")],
    ),
    "a program": (
        PROGRAM,
        [("3012", "3013"), ("1e-17", "-3e-17"), ("1e-17", "0"), ("1000", "1000.0")],
        [("bowl", "hill"), ("0.482", "0.483"), ("memory: 2", "memory: 3"), ("]],", ", 1]],"), ("1000", "1001")],
    ),
    "a figure": (
        FIGURE,
        [("0.1234", "0.1236"), ("[1,", "[0.999,"), ("[1,", "[1.0,"), ("1234]", "1239]")],
        [("0.1234", "0.13"), ("[3,", "[4,"), ("0.1]", "0.1001]"), ("one", "two"), ("[1,", "[1, 1,"), ("[1,", "[0.99,")],
    ),
    "JSON in a text": (
        DATA,
        [("0.999", "0.9990000000000001"), ("1000", "1000.0")],
        [("0.999", "0.9999"), ("1000", "1001"), ("decay", "rate"), ("0.25", "0.2501")],
    ),
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_widgets_state_is_compared_by_what_it_means(kind):
    state, same, others = KINDS[kind]
    text = json.dumps(state)
    for old, new in (*same, *others):
        assert text.count(old) == 1, old
        assert close(state, json.loads(text.replace(old, new))) == ((old, new) in same), (old, new)


def test_widgets_set_aside_and_put_back_are_as_they_were(example):
    stored = json.loads(example.read_text(encoding="utf-8"))
    back = notebooks.put_back(json.loads(json.dumps(stored)))
    assert [*notebooks.views(nbformat.from_dict(back))]
    assert back != stored
    notebooks.set_aside(back)
    assert back == stored


@pytest.mark.parametrize("stranger", [False, True])
def test_where_the_package_is_missing_or_a_strangers_one_sentence_says_what_to_do(stranger, tmp_path):
    if stranger:
        (tmp_path / "descent.py").write_text("ascent = 1\n", encoding="utf-8")
    cell = address.package("", "")
    bare = [sys.executable, "-S", "-c", cell]  # without the packages that are installed
    done = subprocess.run(bare, cwd=tmp_path, env={"PATH": ""}, capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == 1
    (sentence,) = done.stderr.splitlines()
    assert sentence.startswith(
        "This notebook needs the course's own package descent: install the wheel in descent-course.zip"
    )
    subprocess.run([sys.executable, "-c", cell], cwd=ROOT, check=True)
