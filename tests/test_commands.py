"""The commands: one list in three places, each does what it says, and on every system, path and locale the same."""

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import numpy as np
import pytest
import yaml
from descent import SURFACES, Network, adam, descend, digits, momentum, train
from packaging.requirements import Requirement
from publish import __main__ as commands

ROOT = Path(__file__).parents[1]
CLI = ROOT / "code" / "publish"
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")
TARGETS = re.search(r"^COMMANDS := (.*)$", MAKEFILE, re.MULTILINE)[1].split()
SPEAKING = ("README.md", "CONTRIBUTING.md", ".ci/run", ".github/workflows/publish.yml", "chapters/index.ipynb")

MAKES = "MAKEFLAGS", "MAKELEVEL", "MFLAGS", "MAKEOVERRIDES", "ARGS", "PYTHON"  # from ``make test`` to a make below it


def run(*command, cwd=ROOT, **more):
    return subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env={name: value for name, value in os.environ.items() if name not in MAKES} | more,
        capture_output=True,
        encoding="utf-8",
        timeout=300,
    )


@pytest.fixture
def called(monkeypatch):
    """What a command would run, each as a list of words, in which this Python is called ``python``."""
    seen = []

    def note(*words, **settings):
        words = (*(f"{name}={value}" for name, value in settings.items()), *words)
        seen.append([str(word).replace(sys.executable, "python").replace(str(ROOT), ".") for word in words])

    monkeypatch.setattr(commands, "run", note)
    monkeypatch.setattr(commands, "environment", lambda folder, *more: f"{folder.name}/python")
    monkeypatch.setenv("PYTHONUTF8", "1")
    return seen


# One list. -------------------------------------------------------------------------------------------------------------


def test_make_and_python_know_the_same_commands():
    assert list(commands.COMMANDS) == TARGETS


def test_readme_names_every_command():
    for name in {*TARGETS} - {"help", "lock"}:
        assert f"make {name}" in README, name


@pytest.mark.parametrize("file", SPEAKING)
def test_every_command_that_is_named_exists(file):
    text = (ROOT / file).read_text(encoding="utf-8")
    named = re.findall(r"(?:`|^|run: )make ([a-z-]+)|python code/publish ([a-z-]+)|-m publish ([a-z-]+)", text, re.M)
    assert named
    assert {"".join(names) for names in named} <= {*TARGETS}


@pytest.mark.parametrize("command", [("make", "--no-print-directory"), (sys.executable, "-I", CLI, "help")])
def test_the_commands_are_listed(command):
    shown = run(*command)
    assert re.findall(r"^  ([a-z-]+) +[A-Z]", shown.stdout, re.MULTILINE) == TARGETS, shown.stderr


def test_make_only_calls_python_and_hands_words_on():
    recipes = [line for line in MAKEFILE.splitlines() if line.startswith("\t")]
    assert recipes == ["\t@$(PYTHON) code/publish $@ $(ARGS)"]
    told = run("make", "--dry-run", "lab", "PYTHON=py", "ARGS=--no-browser --port 8899").stdout
    assert told.splitlines()[-1] == "py code/publish lab --no-browser --port 8899"


# What each does. -------------------------------------------------------------------------------------------------------

CALLS = {
    "serve": ["jupyter-book build", "python -m http.server --directory ./_build/html --bind localhost 8000"],
    "pdf": ["python -m publish.pdf"],
    "lab --no-browser --port 8899": ["python -m publish.lab --no-browser --port 8899"],
    "notebooks 03-momentum": ["python -m publish.notebooks 03-momentum"],
    "test -k rules": ["python -m ruff check .", "python -m ruff format --check .", "python -m pytest -k rules"],
    "test-machines -n1": [
        "NPY_DISABLE_CPU_FEATURES=X86_V4 AVX512_ICL python -m pytest chapters -n1",
        "NPY_DISABLE_CPU_FEATURES=X86_V3 X86_V4 AVX512_ICL python -m pytest chapters -n1",
        "OPENBLAS_CORETYPE=Prescott python -m pytest chapters -n1",
    ],
    "test-frameworks": [".venv-frameworks/python -m pytest tests/frameworks"],
    "bench": ["jupyter-book build", "python tests/bench.py"],
    "bench speeds": ["python tests/bench.py speeds", "python -m publish.notebooks how-fast"],
    "lint": ["python -m ruff check .", "python -m ruff format --check ."],
    "lock": ["python -m uv pip compile pyproject.toml --group book --group test --group build --universal"],
}


@pytest.mark.parametrize("words", CALLS)
def test_a_command_runs(words, called):
    commands.main(words.split())
    done = iter(" ".join(words) for words in called)
    assert all(any(wanted in one for one in done) for wanted in CALLS[words]), called  # each, and in this order


def test_the_book_is_built_with_warnings_as_errors(called):
    commands.main(["book"])
    ((program, *words),) = called
    assert Path(program).stem == "jupyter-book"
    assert words == ["build", ".", "--quiet", "--warningiserror", "--nitpick", "--keep-going"]


def test_settings_are_given_as_to_make(called, monkeypatch):
    monkeypatch.setenv("SOLUTIONS", "1")
    commands.main(["book", "SOLUTIONS=0"])
    assert os.environ["SOLUTIONS"] == "0"
    assert len(called) == 1


def test_the_first_that_fails_ends_it_with_its_own_status(monkeypatch):
    with pytest.raises(SystemExit) as end:
        commands.python("-c", "raise SystemExit(7)")
    assert end.value.code == 7


def test_clean_removes_what_was_built_and_nothing_else(tmp_path, monkeypatch):
    (tmp_path / "_build" / "html").mkdir(parents=True)
    (tmp_path / ".venv").mkdir()
    monkeypatch.setattr(commands, "ROOT", tmp_path)
    commands.clean()
    commands.clean()
    assert [path.name for path in tmp_path.iterdir()] == [".venv"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["boko"], r"There is no command 'boko'; there are book, serve, .*help\."),
        (["pdf", "fast"], r"pdf takes no more words, but got 'fast'\."),
    ],
)
def test_a_wrong_word_gets_one_line(words, said):
    with pytest.raises(SystemExit) as end:
        commands.main(words)
    assert re.fullmatch(said, end.value.code)


# The environment. ------------------------------------------------------------------------------------------------------


def test_the_pinned_groups_are_all_groups():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert {*commands.GROUPS} == {*project["dependency-groups"]}


def test_the_cluster_that_is_tried_is_one_that_the_extra_allows():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    tried = dict(line.split("==") for line in commands.ORACLES.read_text(encoding="utf-8").splitlines() if "==" in line)
    for needed in map(Requirement, project["optional-dependencies"]["cluster"]):
        assert needed.specifier.contains(tried[needed.name])


@pytest.mark.parametrize("version", [(3, 10, 13), (3, 16, 0), (4, 0, 0)])
def test_another_python_is_told_in_one_line(version, monkeypatch, tmp_path):
    monkeypatch.setattr(sys, "version_info", version)
    with pytest.raises(SystemExit) as end:
        commands.environment(tmp_path / ".venv")
    assert re.fullmatch(r"This course runs on Python 3\.11 to 3\.15; this is [\d.]+\. Try: .*", end.value.code)
    assert list(tmp_path.iterdir()) == []


def test_an_old_python_can_read_that_line():
    import ast

    ast.parse((CLI / "__main__.py").read_text(encoding="utf-8"), feature_version=(3, 7))


# Where llvmlite has wheels: llvmlite 0.50's, looked up for each system.
MACHINES = {
    "Linux": ({"sys_platform": "linux", "platform_machine": "x86_64"}, True),
    "Linux on ARM": ({"sys_platform": "linux", "platform_machine": "aarch64"}, True),
    "Linux on RISC-V": ({"sys_platform": "linux", "platform_machine": "riscv64"}, False),
    "Windows": ({"sys_platform": "win32", "platform_machine": "AMD64"}, True),
    "Windows on ARM": ({"sys_platform": "win32", "platform_machine": "ARM64"}, False),
    "Mac": ({"sys_platform": "darwin", "platform_machine": "arm64"}, True),
    "Mac with Intel": ({"sys_platform": "darwin", "platform_machine": "x86_64"}, False),
    "the browser": ({"sys_platform": "emscripten", "platform_machine": "wasm32"}, False),
}


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize("minor", range(commands.FIRST[1], commands.LAST[1] + 1))
def test_llvmlite_is_required_only_where_it_has_a_wheel(machine, minor):
    where, has = MACHINES[machine]
    here = where | {"python_version": f"3.{minor}", "python_full_version": f"3.{minor}.1", "os_name": "posix"}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    for pins in (project["dependencies"], re.findall(r"^(\S+==.*?) \\$", lock, re.MULTILINE)):
        needed = [pin for pin in map(Requirement, pins) if pin.marker is None or pin.marker.evaluate(here)]
        assert ("llvmlite" in {pin.name for pin in needed}) is has
        assert sum(pin.name == "numpy" for pin in needed) == 1


WITHOUT_LOOPS = """
import json, sys
sys.modules["llvmlite"] = None
from descent import SURFACES, Network, adam, descend, digits, momentum, train
ravine = SURFACES["ravine"]
walked = descend(momentum, ravine.grad, ravine.start, 3000, lr=0.1).xs
trained = train(adam, Network((64, 10)), digits(64), 1).train_loss
print(json.dumps([walked.tolist(), trained.tolist()]))
"""


def test_a_rule_and_a_network_run_without_llvmlite():
    done = run(sys.executable, "-c", WITHOUT_LOOPS)
    assert done.returncode == 0, done.stderr
    walked, trained = json.loads(done.stdout)
    ravine = SURFACES["ravine"]
    assert np.array_equal(walked, descend(momentum, ravine.grad, ravine.start, 3000, lr=0.1).xs)
    assert np.allclose(trained, train(adam, Network((64, 10)), digits(64), 1).train_loss, rtol=1e-6)


# Servers that build from the repository: ``binder/`` comes before all else that repo2docker looks at. --------------------


def test_a_server_gets_the_pinned_packages_and_a_supported_python():
    """Where there is a ``binder/``, repo2docker reads nothing else, and ``environment.yml`` first."""
    made = yaml.safe_load((ROOT / "binder" / "environment.yml").read_text(encoding="utf-8"))
    python, pip = made["dependencies"]
    minor = int(re.fullmatch(r"python=3\.(\d+)", python)[1])
    assert commands.FIRST[1] <= minor <= commands.LAST[1]
    assert pip == "pip"
    assert [path.name for path in sorted((ROOT / "binder").iterdir())] == ["environment.yml", "postBuild"]
    assert os.access(ROOT / "binder" / "postBuild", os.X_OK)


def test_after_that_it_installs_what_is_pinned_and_the_course(tmp_path):
    """postBuild runs at the root, and ``python`` is whatever the environment calls so."""
    (tmp_path / "python").write_text('#!/bin/sh\necho "$@"\n', encoding="utf-8")
    (tmp_path / "python").chmod(0o755)
    done = run(ROOT / "binder" / "postBuild", PATH=f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        "-m pip install --require-hashes --requirement requirements.lock",
        "-m pip install --no-deps --no-build-isolation --editable .",
    ]


def test_the_environment_is_what_the_lock_pins():
    """pip finds nothing to install beside what is here, whatever index it may ask."""
    done = run(
        sys.executable,
        "-m",
        "pip",
        "install",
        "--dry-run",
        "--no-deps",
        "--no-index",
        "--require-hashes",
        "-r",
        "requirements.lock",
    )
    assert done.returncode == 0, done.stderr
    assert "Would install" not in done.stdout


def test_nothing_is_installed_twice_and_all_when_the_pins_change(tmp_path, monkeypatch):
    ran, lock = [], tmp_path / "requirements.lock"
    lock.write_text("one==1")
    monkeypatch.setattr(commands, "LOCK", lock)
    monkeypatch.setattr(commands, "run", lambda *words: ran.append(words))
    monkeypatch.setattr(commands, "point_to_code", lambda folder: folder.mkdir(exist_ok=True))
    counts = []
    for pins in ("one==1", "one==1", "one==2"):
        lock.write_text(pins)
        commands.environment(tmp_path / ".venv")
        counts.append(len(ran))
    assert counts == [2, 2, 4]
    commands.environment(tmp_path / ".venv", ROOT / "tests" / "frameworks" / "requirements.txt")
    assert len(ran) == 7


@pytest.fixture
def elsewhere(tmp_path):
    """A copy of the course with one page and no pins, in a folder with Hangul and a space in its path."""
    folder = tmp_path / "한글 길"
    shutil.copytree(CLI.parent, folder / "code", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("Makefile", "pyproject.toml", "LICENSE", "LICENSE-TEXT", "README.md"):
        shutil.copy(ROOT / name, folder)
    config = (ROOT / "_config.yml").read_text(encoding="utf-8").replace("check_repairs: true", "check_repairs: false")
    (folder / "_config.yml").write_text(config, encoding="utf-8")
    (folder / "chapters").mkdir()
    shutil.copy(ROOT / "chapters" / "references.bib", folder / "chapters")
    (folder / "_toc.yml").write_text("format: jb-book\nroot: index\n", encoding="utf-8")
    (folder / "index.md").write_text("# One page\n\n경사 $x^2$.\n", encoding="utf-8")
    (folder / "requirements.lock").write_text("", encoding="utf-8")
    return folder


def give_packages(environment):
    """Let an empty environment have the packages of this one, and a program of theirs, as pip would write it."""
    packages = next(environment.glob("l*/python*/site-packages"))
    assert (packages / "descent_course.pth").read_text(encoding="ascii").startswith("../")
    (packages / "pinned.pth").write_text(f"{Path(pytest.__file__).parents[1]}\n", encoding="utf-8")
    start = (
        f'#!/bin/sh\n"exec" "{environment}/bin/python" "$0" "$@"\nfrom jupyter_book.cli.main import main\n\nmain()\n'
    )
    (environment / "bin" / "jupyter-book").write_text(start, encoding="utf-8")
    (environment / "bin" / "jupyter-book").chmod(0o755)


def test_a_path_with_hangul_and_spaces_works_in_the_plainest_locale(elsewhere):
    """``make`` makes ``.venv``, Python starts in it and finds the commands, and the book is built."""
    here = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    settings = {"LC_ALL": "C", "PYTHONPATH": "", "PATH": here, "PYTHON": "python"}
    first = run("make", "lint", cwd=elsewhere, **settings)
    assert "No module named ruff" in first.stderr, first.stdout + first.stderr
    give_packages(elsewhere / ".venv")
    done = run("make", "book", cwd=elsewhere, **settings)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "경사" in (elsewhere / "_build" / "html" / "index.html").read_text(encoding="utf-8")
    assert (elsewhere / "_build" / "html" / "descent-course.zip").is_file()
    asked = run(elsewhere / ".venv/bin/python", "-c", "import publish; print(publish.__file__)", **settings)
    assert "/한글 길/code/publish/" in asked.stdout
