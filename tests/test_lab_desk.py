"""The desk of ``make lab``: what a student writes stays, the rest follows the course, and Jupyter shows all of it."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from publish import lab, notebooks

ROOT = Path(__file__).parents[1]
CHAPTER = [new_markdown_cell("# One"), new_code_cell("print(1 + 1)"), new_code_cell("print(3)")]


def store(path, *cells):
    """Write a notebook of the given cells in the normal form."""
    path.write_text(notebooks.normal(notebooks.read(nbformat.writes(new_notebook(cells=cells)))), encoding="utf-8")


def change(path, do):
    """Read a notebook, let ``do`` change it, and write it as Lab does: in another layout."""
    notebook = nbformat.read(path, as_version=4)
    do(notebook)
    nbformat.write(notebook, path)


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture
def course(tmp_path):
    """A folder of two chapters and a page, and the folder for a desk beside it."""
    chapters, desk = tmp_path / "chapters", tmp_path / "work"
    chapters.mkdir()
    store(chapters / "01-one.ipynb", *CHAPTER)
    store(chapters / "02-two.ipynb", new_markdown_cell("# Two"))
    (chapters / "glossary.md").write_text("# 용어\n", encoding="utf-8")
    (chapters / "references.bib").write_text("", encoding="utf-8")
    return chapters, desk


def test_the_desk_holds_the_chapters_and_pages(course):
    chapters, desk = course
    assert lab.lay_out(chapters, desk) == []
    there = contents(desk)
    assert there.keys() == {"01-one.ipynb", "02-two.ipynb", "glossary.md", lab.REMEMBERED}
    assert all((chapters / name).read_bytes() == there[name] for name in there if name != lab.REMEMBERED)
    assert lab.lay_out(chapters, desk) == []
    assert contents(desk) == there


def test_they_stand_there_in_plain_markdown_with_a_cell_for_each_answer(course, monkeypatch):
    chapters, desk = course
    exercise, start = ":::{exercise} A\n:label: one-1\n\nB\n:::", ":::{solution-start} one-1\n:::"
    told = exercise, start, "Heureka.", ":::{solution-end}\n:::", "## Next"
    store(chapters / "01-one.ipynb", *map(new_markdown_cell, told))
    for solutions, there in (("1", ["##### Solution", "Heureka."]), ("0", [])):
        monkeypatch.setenv("SOLUTIONS", solutions)
        assert lab.lay_out(chapters, desk) == []
        said = [cell.source for cell in nbformat.read(desk / "01-one.ipynb", as_version=4).cells]
        assert said == ["#### Exercise 1 · A\n\nB", 'check("one-1", ...)', *there, "## Next"]


def edit(notebook):
    notebook.cells[1].source = "print(1 + 2)"


def answer(notebook):
    notebook.cells.append(new_code_cell('check("one-1", 3)'))


def strike_out(notebook):
    del notebook.cells[0]


def swap(notebook):
    notebook.cells[1:] = reversed(notebook.cells[1:])


def rephrase(notebook):
    notebook.cells[1].cell_type = "raw"
    del notebook.cells[1]["outputs"], notebook.cells[1]["execution_count"]


@pytest.mark.parametrize("do", [edit, answer, strike_out, swap, rephrase])
def test_what_a_student_wrote_stays_whatever_the_course_does(course, do):
    chapters, desk = course
    lab.lay_out(chapters, desk)
    change(desk / "01-one.ipynb", do)
    mine = (desk / "01-one.ipynb").read_bytes()
    for cells in (CHAPTER, [*CHAPTER, new_markdown_cell("New.")]):
        store(chapters / "01-one.ipynb", *cells)
        for _ in range(2):
            assert lab.lay_out(chapters, desk) == ["01-one.ipynb"]
            assert (desk / "01-one.ipynb").read_bytes() == mine


def run_and_save(notebook):
    """What running a chapter to its end does: other outputs and counts, and one more cell, which is blank."""
    notebook.cells[1].outputs = [new_output("stream", text="2\n")]
    notebook.cells[1].execution_count = 7
    notebook.metadata["widgets"] = {notebooks.STATE: {"state": {}, "version_major": 2, "version_minor": 0}}
    notebook.cells.append(new_code_cell("\n"))


def test_running_and_saving_is_not_writing(course):
    chapters, desk = course
    lab.lay_out(chapters, desk)
    change(desk / "01-one.ipynb", run_and_save)
    ran = (desk / "01-one.ipynb").read_bytes()
    assert lab.lay_out(chapters, desk) == []
    assert (desk / "01-one.ipynb").read_bytes() == ran  # the course has nothing new
    store(chapters / "01-one.ipynb", *CHAPTER, new_markdown_cell("New."))
    assert lab.lay_out(chapters, desk) == []
    assert (desk / "01-one.ipynb").read_bytes() == (chapters / "01-one.ipynb").read_bytes()


def test_new_chapters_come_and_a_renamed_one_makes_room(course):
    chapters, desk = course
    lab.lay_out(chapters, desk)
    change(desk / "01-one.ipynb", edit)
    (desk / "01-one.ipynb").rename(desk / "mine.ipynb")
    mine = (desk / "mine.ipynb").read_bytes()
    store(chapters / "03-three.ipynb", new_markdown_cell("# Three"))
    assert lab.lay_out(chapters, desk) == []
    for name in ("01-one.ipynb", "03-three.ipynb"):
        assert (desk / name).read_bytes() == (chapters / name).read_bytes()
    assert (desk / "mine.ipynb").read_bytes() == mine


def test_what_came_back_to_the_courses_text_follows_it_again(course):
    chapters, desk = course
    lab.lay_out(chapters, desk)
    change(desk / "01-one.ipynb", edit)
    assert lab.lay_out(chapters, desk) == ["01-one.ipynb"]
    change(desk / "01-one.ipynb", lambda notebook: notebook.cells[1].update(source="print(1 + 1)"))
    store(chapters / "01-one.ipynb", *CHAPTER[:2])
    assert lab.lay_out(chapters, desk) == []
    assert (desk / "01-one.ipynb").read_bytes() == (chapters / "01-one.ipynb").read_bytes()


@pytest.mark.parametrize("lost", [None, b"{", b"[1]", b"\xff"])
def test_where_the_memory_is_lost_nothing_of_the_students_is(course, lost):
    chapters, desk = course
    lab.lay_out(chapters, desk)
    change(desk / "01-one.ipynb", edit)
    mine = (desk / "01-one.ipynb").read_bytes()
    (desk / lab.REMEMBERED).unlink()
    if lost is not None:
        (desk / lab.REMEMBERED).write_bytes(lost)
    store(chapters / "02-two.ipynb", new_markdown_cell("# Two, again"))
    assert lab.lay_out(chapters, desk) == ["01-one.ipynb", "02-two.ipynb"]  # nobody knows whose the second is
    assert (desk / "01-one.ipynb").read_bytes() == mine


@pytest.mark.parametrize("mine", [b"", b"not a notebook", b'{"cells": 3}', b"\xff\xfe"])
def test_a_file_of_the_students_that_is_no_notebook_stays(course, mine):
    chapters, desk = course
    lab.lay_out(chapters, desk)
    (desk / "01-one.ipynb").write_bytes(mine)
    assert lab.lay_out(chapters, desk) == ["01-one.ipynb"]
    lab.trust(desk)
    assert (desk / "01-one.ipynb").read_bytes() == mine


def git(folder, *words):
    author = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
    done = subprocess.run(["git", *author, *words], cwd=folder, capture_output=True, encoding="utf-8")
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_a_days_work_survives_a_merge_and_make_notebooks(course):
    chapters, desk = course
    top, chapter = chapters.parent, chapters / "01-one.ipynb"
    shutil.copy(ROOT / ".gitignore", top)
    git(top, "init", "-q", "-b", "main")
    git(top, "add", ".")
    git(top, "commit", "-q", "-m", "The course")
    lab.lay_out(chapters, desk)
    change(desk / "01-one.ipynb", edit)
    change(desk / "02-two.ipynb", answer)
    shutil.copy(desk / "01-one.ipynb", desk / "my own.ipynb")
    mine = {name: text for name, text in contents(desk).items() if name.endswith(".ipynb")}

    git(top, "checkout", "-q", "-b", "theirs")
    store(chapter, *CHAPTER, new_markdown_cell("New."))
    git(top, "commit", "-q", "-a", "-m", "A new paragraph")
    git(top, "checkout", "-q", "main")
    git(top, "merge", "-q", "theirs")
    assert "changed" in notebooks.renew(chapter)  # as make notebooks does
    assert git(top, "status", "--porcelain").split() == ["M", "chapters/01-one.ipynb"]
    assert lab.lay_out(chapters, desk) == ["01-one.ipynb", "02-two.ipynb"]
    assert {name: text for name, text in contents(desk).items() if name.endswith(".ipynb")} == mine


# The command. ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def started(course, monkeypatch, tmp_path):
    """What the command starts, as pairs of words and variables; the course is the small one."""
    seen = []

    def note(words, env, **_):
        seen.append((words, env))
        return subprocess.CompletedProcess(words, 3)

    monkeypatch.setattr(lab, "ROOT", tmp_path)
    monkeypatch.setattr(subprocess, "run", note)
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "data"))
    return seen


def start(*words):
    with pytest.raises(SystemExit) as end:
        lab.main([*words, "--port", "8899"])
    return end.value.code


def test_words_go_to_jupyter_and_its_status_comes_back(started, tmp_path, monkeypatch):
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", "theirs")
    assert start() == 3
    ((words, variables),) = started
    assert words == [sys.executable, "-m", "jupyterlab", str(tmp_path / "work"), "--port", "8899"]
    assert variables["JUPYTER_CONFIG_PATH"] == f"theirs{os.pathsep}{lab.SETTINGS}"


def test_another_place_is_opened_instead(started):
    start("chapters")
    ((words, _),) = started
    assert words == [sys.executable, "-m", "jupyterlab", "chapters", "--port", "8899"]


def test_one_line_says_which_chapters_are_the_students(started, tmp_path, capsys):
    start()
    assert capsys.readouterr().out == ""
    change(tmp_path / "work" / "01-one.ipynb", edit)
    start()
    (line,) = capsys.readouterr().out.splitlines()
    assert line.startswith("Yours, and left as they are in work: 01-one.ipynb. Rename one")


def test_where_there_is_no_room_for_a_desk_one_line_says_so(started, tmp_path):
    (tmp_path / "work").write_text("a file", encoding="utf-8")
    said = start()
    assert said.startswith("The chapters cannot be laid out in work: ")
    assert "\n" not in said
    assert started == []


def ask(address):
    with urlopen(address, timeout=30) as answer:
        return answer.url, answer.read()


def test_it_opens_at_the_index(desk_server):
    assert ask(desk_server)[0] == f"{desk_server}/lab/tree/index.ipynb"


def test_every_chapter_is_there_and_trusted(desk_server):
    listed = json.loads(ask(f"{desk_server}/api/contents")[1])["content"]
    names = {entry["name"] for entry in listed}
    assert names == {path.name for path in (ROOT / "chapters").iterdir() if path.suffix in (".ipynb", ".md")}
    for name in names:
        if name.endswith(".ipynb"):
            cells = json.loads(ask(f"{desk_server}/api/contents/{name}")[1])["content"]["cells"]
            assert all(cell["metadata"]["trusted"] for cell in cells if cell["cell_type"] == "code"), name


SET = {
    "@jupyter-widgets/jupyterlab-manager:plugin": {"saveState": True},
    "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False},
    "@jupyterlab/docmanager-extension:plugin": {"defaultViewers": {"markdown": "Markdown Preview"}},
}


@pytest.mark.parametrize("plugin", SET)
def test_lab_starts_with_the_courses_settings_and_those_of_the_reader_are_empty(desk_server, plugin):
    told = json.loads(ask(f"{desk_server}/lab/api/settings/{plugin}")[1])
    assert told["settings"] == {}
    properties = told["schema"]["properties"]
    assert {name: properties[name]["default"] for name in SET[plugin]} == SET[plugin]
