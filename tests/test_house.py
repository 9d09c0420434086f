"""The house: nothing shadows the standard library, the docs name the commands, the files speak of the course alone."""

import ast
import code
import doctest
import importlib
import re
import subprocess
import sys
from itertools import product
from pathlib import Path

import descent
import pytest
import yaml
from publish import __main__ as commands

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "code" / "descent"
MODULES = sorted(
    ".".join(path.relative_to(PACKAGE).with_suffix("").parts).removesuffix(".__init__")
    for path in PACKAGE.rglob("*.py")
    if path != PACKAGE / "__init__.py"
)


def run(*command, text=""):
    return subprocess.run(command, cwd=ROOT, input=text, capture_output=True, encoding="utf-8", timeout=60)


def test_code_is_the_standard_librarys():
    """With ``code/__init__.py`` pdb breaks, and nothing else says so."""
    assert not (ROOT / "code" / "__init__.py").exists()
    assert ROOT not in Path(code.__file__).parents
    assert code.InteractiveConsole


@pytest.mark.parametrize(
    "command",
    [
        ("-c", "import code; code.InteractiveConsole; print('well')"),
        ("-c", "import pdb; pdb.Pdb(); print('well')"),
        ("-m", "pdb", "-c", "p 'well'", "-c", "q", "-m", "timeit"),
    ],
)
def test_debugging_works_from_here(command):
    done = run(sys.executable, *command)
    assert "well" in done.stdout, done.stderr
    assert "Traceback" not in done.stdout + done.stderr


@pytest.mark.parametrize("module", MODULES)
def test_examples_in_docstrings(module):
    tried = doctest.testmod(importlib.import_module(f"descent.{module}"))
    assert tried.failed == 0


def test_there_are_examples():
    modules = [importlib.import_module(f"descent.{name}") for name in MODULES]
    assert sum(len(test.examples) for m in modules for test in doctest.DocTestFinder().find(m)) >= 2


def test_the_package_offers_what_it_names():
    assert all(getattr(descent, name) is not None for name in descent.__all__)
    assert set(descent.__all__) >= {*descent.rules.RULES, "descend", "Surface", "SURFACES", "Explorer"}
    with pytest.raises(AttributeError, match=r"^module 'descent' has no attribute 'sdg'$"):
        _ = descent.sdg


def test_public_things_say_what_they_are():
    for module in MODULES:
        source = importlib.import_module(f"descent.{module}")
        assert source.__doc__
        for name, thing in vars(source).items():
            if callable(thing) and getattr(thing, "__module__", "") == source.__name__ and not name.startswith("_"):
                assert thing.__doc__, f"{module}.{name}"


def test_the_supported_pythons_are_the_same_everywhere():
    first, last = (minor for _, minor in (commands.FIRST, commands.LAST))
    assert f'requires-python = ">=3.{first},<3.{last + 1}"' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert f"Python 3.{first} to 3.{last}" in (ROOT / "README.md").read_text(encoding="utf-8")
    assert {minor for _, minor in tried()} == set(range(first, last + 1))


def tried():
    """What the workflow tries: pairs of a system and the minor version of a Python."""
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "publish.yml").read_text(encoding="utf-8"))
    steps = workflow["jobs"]["check"]["steps"]
    pairs = [("ubuntu-latest", step["with"]["python-version"]) for step in steps if "python" in step.get("uses", "")]
    matrix = workflow["jobs"]["elsewhere"]["strategy"]["matrix"]
    pairs += product(matrix["system"], matrix["python"])
    pairs += [(one["system"], one["python"]) for one in matrix["include"]]
    return {(system.partition("-")[0], int(python.removeprefix("3."))) for system, python in pairs}


def test_each_system_is_tried_with_the_oldest_and_the_newest_python():
    ends = {minor for _, minor in (commands.FIRST, commands.LAST)}
    for system in ("ubuntu", "macos", "windows"):
        assert ends <= {minor for tried_on, minor in tried() if tried_on == system}, system


def open_calls(text):
    """The calls in a source text that read, write or run something as text and do not say in which letters."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            named = {keyword.arg: getattr(keyword.value, "value", "") for keyword in node.keywords}
            reads = name in ("read_text", "write_text") or (name in ("run", "Popen") and named.get("text"))
            if reads and "encoding" not in named and len(node.args) < 2:
                yield ast.unparse(node)


@pytest.mark.parametrize("file", sorted((ROOT / "code").rglob("*.py")), ids=lambda file: file.stem)
def test_no_text_depends_on_the_systems_letters(file):
    assert not [*open_calls(file.read_text(encoding="utf-8"))]


@pytest.mark.parametrize(
    ("text", "open_ones"),
    [
        ("p.read_text()", 1),
        ("p.write_text(text)", 1),
        ("p.write_text(text, 'utf-8')", 0),
        ("p.read_text(encoding='utf-8')", 0),
        ("subprocess.run(words, text=True)", 1),
        ("subprocess.run(words, text=True, encoding='utf-8')", 0),
        ("subprocess.run(words)", 0),
    ],
)
def test_calls_that_leave_the_letters_open_are_seen(text, open_ones):
    assert len([*open_calls(text)]) == open_ones


def test_readme_shows_the_rule_that_runs():
    import inspect

    assert inspect.getsource(descent.momentum) in (ROOT / "README.md").read_text(encoding="utf-8")


# Put together from parts, so that this file does not contain them.
STRANGERS = {
    "a package registry": r"https?://[\w.-]*(?:py"
    + r"pi|pythonhosted|npm"
    + r"js|artifact"
    + r"ory|nexus)[\w.-]*/|index-"
    + r"url *[=:h]",
    "a path of one machine": r"(?<![\w.:/])/(?!home/me\b)(?:ro"
    + r"ot|ho"
    + r"me|Us"
    + r"ers|wo"
    + r"rk|fa"
    + r"rm|op"
    + r"t|tm"
    + r"p)/",
    "the making of it": r"(?i)\b(?:as an a"
    + r"i|as a (?:large )?language mo"
    + r"del|chat"
    + r"gpt|clau"
    + r"de|co-auth"
    + r"ored|sub-?ag"
    + r"ent|this ses"
    + r"sion|shared/exp"
    + r"lorer-study)\b",
}


def committed():
    listed = run("git", "ls-files", "-z")
    if listed.returncode:
        pytest.skip("not a git checkout")
    for name in filter(None, listed.stdout.split("\0")):
        path = ROOT / name
        if path.is_file() and "vendor/" not in name and b"\0" not in path.read_bytes()[:4096]:
            yield name, path.read_text(encoding="utf-8")


@pytest.mark.parametrize("stranger", STRANGERS)
def test_committed_files_speak_of_the_course_alone(stranger):
    found = [
        f"{name}: {text[max(0, m.start() - 30) : m.end() + 30]!r}"
        for name, text in committed()
        for m in re.finditer(STRANGERS[stranger], text)
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("stranger", "text"),
    [
        ("a package registry", "--index-" + "url https://example.org"),
        ("a package registry", "https://py" + "pi.org/simple"),
        ("a path of one machine", 'open("/ho' + 'me/you/x")'),
        ("the making of it", "written by a Sub" + "agent"),
    ],
)
def test_strangers_are_seen(stranger, text):
    assert re.search(STRANGERS[stranger], text)


def test_nothing_large_is_committed():
    heavy = [
        name
        for name in run("git", "ls-files").stdout.splitlines()
        if (ROOT / name).is_file() and (ROOT / name).stat().st_size > 2**21
    ]
    assert not heavy


def test_the_lock_names_no_index_and_pins_hashes():
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert "://" not in lock
    pins = re.findall(r"^[a-zA-Z0-9._-]+==", lock, re.MULTILINE)
    assert len(pins) > 100
    assert lock.count("--hash=sha256:") >= len(pins)


def test_no_test_sleeps():
    """A test waits for what it needs; on a busy machine a fixed time is too short, on a quick one too long."""
    sleeps = re.compile(r"wait_for_" + r"timeout\(|time\." + r"sleep\(")
    files = [path for path in (ROOT / "tests").rglob("*.py") if path.parent.name != "frameworks"]
    found = [path.name for path in files if sleeps.search(path.read_text(encoding="utf-8"))]
    assert len(files) > 40
    assert found == ["pages.py"]  # of the measures: what it measures is time
