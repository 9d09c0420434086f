"""The course that travels: what the zip holds, that it is always the same, that it runs, and what it keeps back."""

import io
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import nbformat
import pytest
from descent.exercises import CHECKERS
from publish import course, plain

ROOT = Path(__file__).parents[1]
PAGES = sorted(path for path in (ROOT / "chapters").iterdir() if path.suffix in (".ipynb", ".md"))
CHAPTERS = [path for path in PAGES if path.suffix == ".ipynb"]
TITLE = "Gradient Descent and Its Descendants"


def opened(packed):
    """The files of a zip: a dict from path to bytes."""
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        return {name: archive.read(name) for name in archive.namelist() if not name.endswith("/")}


def wheel_in(files):
    """The name and the files of the wheel in an opened zip."""
    ((name, content),) = ((name, content) for name, content in files.items() if name.endswith(".whl"))
    return name, opened(content)


@pytest.fixture(scope="module")
def packed():
    """The zip as a build packs it, and for an edition without solutions: bytes by whether there are solutions."""
    return {kept: course.pack(plain.course(PAGES, kept), TITLE, kept) for kept in (True, False)}


def test_it_holds_the_notebooks_the_package_and_how_to_begin(packed):
    files = opened(packed[True])
    name, wheel = wheel_in(files)
    assert {path.split("/")[0] for path in files} == {"descent-course"}
    here = {f"descent-course/chapters/{name}": text.encode() for name, text in plain.course(PAGES).items()}
    assert {path: content for path, content in files.items() if "/chapters/" in path} == here
    readme = files["descent-course/README.md"].decode("utf-8")
    assert len(readme.splitlines()) == 5
    assert f"./{Path(name).name}`" in readme
    assert {*map(str.lower, ("LICENSE", "LICENSE-TEXT"))} <= {Path(path).name.lower() for path in files}
    source = ROOT / "code" / "descent"
    ours = {p.relative_to(ROOT / "code").as_posix() for p in source.rglob("*.*") if "__pycache__" not in p.parts}
    assert {path for path in wheel if path.startswith("descent/")} == ours
    assert not [path for path in wheel if path.startswith("publish")]


@pytest.mark.parametrize("solutions", [True, False])
def test_the_same_sources_give_the_same_bytes(packed, solutions):
    assert course.pack(plain.course(PAGES[::-1], solutions), TITLE, solutions) == packed[solutions]


def test_a_build_puts_it_beside_the_first_page(small_book):
    cell = nbformat.v4.new_code_cell("from descent import momentum", id="first")
    page = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# One", id="title"), cell])
    page.metadata.language_info = {"name": "python", "pygments_lexer": "ipython3"}
    done, html = small_book({"one.ipynb": nbformat.writes(page)})
    assert done.returncode == 0, done.stdout + done.stderr
    files = opened((html / "descent-course.zip").read_bytes())
    assert "descent-course/chapters/one.ipynb" in files
    assert wheel_in(files)[1]["descent/rules.py"] == (ROOT / "code" / "descent" / "rules.py").read_bytes()


# Without solutions. ----------------------------------------------------------------------------------------------------


def solution_cells(text):
    """The names of a notebook's cells from the start to the end of a solution."""
    inside = False
    for cell in json.loads(text)["cells"]:
        source = "".join(cell["source"])
        inside |= "{solution-start}" in source
        if inside:
            yield cell["id"]
        inside &= "{solution-end}" not in source


def test_an_edition_without_solutions_holds_none(packed):
    files, count = opened(packed[False]), 0
    for path in CHAPTERS:
        all_of_it = path.read_text(encoding="utf-8")
        solutions = {*solution_cells(all_of_it)}
        kept = [cell["id"] for cell in json.loads(files[f"descent-course/chapters/{path.name}"])["cells"]]
        chapter = [cell["id"] for cell in json.loads(all_of_it)["cells"] if cell["id"] not in solutions]
        assert [name for name in kept if name in chapter] == chapter
        made = {name for name in kept if not name.startswith(("answer-", "run-first"))} - {*chapter}
        assert {name.removesuffix("-text") for name in made} <= {*chapter}  # what stands below a closed heading
        count += len(solutions)
    assert count > 100
    assert "##### Solution" not in b"\n".join(files.values()).decode("utf-8", "replace")


def test_an_edition_without_solutions_holds_no_answers_to_read(packed):
    hints = [exercise.hint for exercise in CHECKERS.values() if getattr(exercise, "hint", "")]
    assert len(hints) > 50
    texts = {solutions: b"\n".join(wheel_in(opened(packed[solutions]))[1].values()).decode() for solutions in packed}
    assert not [hint for hint in hints if hint in texts[False]]
    assert sum(hint in texts[True] for hint in hints) > 50


# It runs. --------------------------------------------------------------------------------------------------------------

RUN = """
import sys
from nbclient import NotebookClient
import nbformat
notebook = nbformat.read(sys.argv[1], 4)
notebook.cells.append(nbformat.v4.new_code_cell("import descent; print(descent.__file__)"))
NotebookClient(notebook, timeout=100, resources={"metadata": {"path": "."}}).execute()
print(notebook.cells[-1].outputs[0].text)
"""
CHECK = """
from descent.exercises import CHECKERS, check
print(check("momentum-2", CHECKERS["momentum-2"].right), check("momentum-2", -60))
"""


@pytest.mark.parametrize("solutions", [True, False])
def test_a_fresh_environment_runs_it(packed, solutions, tmp_path):
    """With the packages of this environment in place of those that pip would fetch, and nothing else."""
    with zipfile.ZipFile(io.BytesIO(packed[solutions])) as archive:
        archive.extractall(tmp_path)
    folder, fresh = tmp_path / "descent-course", tmp_path / "fresh"

    def run(*command):
        alone = os.environ | {"PYTHONPATH": ""}
        done = subprocess.run(
            [*map(str, command)], cwd=folder, env=alone, capture_output=True, text=True, encoding="utf-8"
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    run(sys.executable, "-m", "venv", "--without-pip", fresh)
    python = next(path for path in fresh.glob("*/python*") if path.is_file())
    packages = next(fresh.glob("[lL]ib*/**/site-packages"))
    (packages / "fetched.pth").write_text(f"{Path(pytest.__file__).parents[1]}\n", encoding="utf-8")
    offline = ["--python", python, "--offline", "--no-deps", "--no-cache", "--quiet"]
    run(sys.executable, "-m", "uv", "pip", "install", *offline, next(folder.glob("*.whl")))
    where = run(python, "-c", RUN, folder / "chapters" / "notation.ipynb").strip()
    assert Path(where).is_relative_to(packages)
    said = run(python, "-c", CHECK)
    assert said.startswith("Right. You forgot the learning rate")
