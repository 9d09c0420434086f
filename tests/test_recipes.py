"""CONTRIBUTING's recipes for a rule and a surface: followed to the letter in a copy, and all that concerns them is run."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
RULE = "code/descent/rules.py"
SURFACE, BY_HAND = "code/descent/surfaces.py", "tests/test_surfaces.py"

USE = """
import descent
from descent import SURFACES, Explorer, Network, adamax, descend, digits, draw, fair_race, sgd, surface_run, train
from descent.rules import RULES
from descent.tracing import LABELS

assert RULES["adamax"] is adamax and "adamax" in descent.__all__ and LABELS["adamax"] == "Adamax"
looks = list(draw.LOOKS.values())
assert len(set(looks)) == len({look[0] for look in looks}) == len({look[1] for look in looks}) == len(RULES)
ripples = SURFACES["ripples"]
explorer = Explorer("ripples", ["adamax"])
assert "Adamax" in str(explorer._repr_mimebundle_())
run = descend(adamax, ripples.grad, ripples.start, 100, lr=0.05)
assert ripples.value(run.final) < ripples.value(ripples.start)
assert draw.paths(ripples, {"adamax": run}, alt="Adamax walks over the ripples.")._repr_mimebundle_()
race = fair_race({r.__name__: surface_run(r, ripples, 0.1) for r in (sgd, adamax)}, [(1, -1)], [(-1, 1), (0.5, 1)], finer=1)
assert {entry.rule for entry in race.entries if entry.failed == 0} == {"sgd", "adamax"}
accuracy = train(adamax, Network((64, 16, 10)), digits(), 5, lr=0.003).test_accuracy
assert accuracy[-1] > accuracy[0]
"""
UNCARDED = """
import numpy as np
from descent import SURFACES, Explorer, Network, descend, digits, draw, fair_race, losses, surface_run, train

def stranger(x, grad, t, *, lr=0.01):
    return (x - lr * np.sign(grad(x)),)

ravine = SURFACES["ravine"]
run = descend(stranger, ravine.grad, ravine.start, 50, lr=0.1)
assert "stranger" in str(Explorer(rules=["sgd", stranger])._repr_mimebundle_())
curves = {"stranger": losses(run, ravine)}
assert draw.lines(curves, alt="One curve.")._repr_mimebundle_()
race = fair_race({"stranger": surface_run(stranger, ravine, 0.1)}, [(1, -1)], [(-1, 1)], finer=1)
assert [entry.rule for entry in race.entries if entry.failed == 0] == ["stranger"]
accuracy = train(stranger, Network((64, 16, 10)), digits(), 2, lr=0.001).test_accuracy
assert accuracy[-1] > accuracy[0]
"""


def blocks(heading):
    """The code that CONTRIBUTING prints below a heading."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    section = re.search(rf"^### {heading}\n(.*?)(?=^##|\Z)", text, re.MULTILINE | re.DOTALL)[1]
    return re.findall(r"```python\n(.*?)```", section, re.DOTALL)


def put(path, after, end, text):
    """Set ``text`` before the first ``end`` that follows ``after``."""
    old = path.read_text(encoding="utf-8")
    at = old.index(end, old.index(after)) + 1  # behind the line's end
    path.write_text(old[:at] + text + old[at:], encoding="utf-8", newline="\n")


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """The package and its tests with Adamax and the ripples, as CONTRIBUTING says."""
    there = tmp_path_factory.mktemp("recipes")
    for folder in ("code", "tests"):
        shutil.copytree(ROOT / folder, there / folder, ignore=shutil.ignore_patterns("__pycache__", "node_modules"))
    shutil.copytree(ROOT / "chapters", there / "chapters", ignore=shutil.ignore_patterns("_build"))
    for name in ("pyproject.toml", "CONTRIBUTING.md", "_config.yml", "_toc.yml"):
        shutil.copy(ROOT / name, there)
    function, card = blocks("A rule")
    put(there / RULE, "\n", "\nCARDS = (\n", f"{function}\n\n")
    put(there / RULE, "\nCARDS = (\n", "\n)\n", card)
    surface, by_hand = blocks("A surface")
    put(there / SURFACE, "SURFACES = {", "\n    )\n", surface)
    put(there / BY_HAND, "FORMULAS_BY_HAND = {", "\n}\n", by_hand)
    return there


def python(there, *arguments):
    environment = os.environ | {"PYTHONPATH": str(there / "code"), "PYTHONUTF8": "1"}
    done = subprocess.run(
        [sys.executable, *arguments], cwd=there, env=environment, capture_output=True, encoding="utf-8"
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
    return done.stdout


def test_each_touches_one_file_of_the_package(copy):
    """And a surface its test data."""
    files = [path.relative_to(copy) for path in copy.rglob("*") if path.suffix in (".py", ".js", ".json", ".css")]
    changed = [path.as_posix() for path in files if (copy / path).read_bytes() != (ROOT / path).read_bytes()]
    assert sorted(p for p in changed if "__pycache__" not in p) == [RULE, SURFACE, BY_HAND]


def test_they_work_everywhere(copy):
    python(copy, "-c", USE)


def test_a_rule_without_a_card_works_under_its_own_name():
    python(ROOT, "-c", UNCARDED)


def test_the_tests_take_them_from_the_card_and_the_catalogue(copy):
    """All that has Adamax or the ripples for a parameter; in the browser's engine, Adamax on the ripples and nothing more."""
    chosen = "(adamax or ripples) and not test_tracing or adamax-ripples"
    files = [f"tests/test_{name}.py" for name in ("rules", "walk", "draw", "surfaces", "tracing")]
    said = python(copy, "-m", "pytest", "-v", "-n0", "-p", "no:cacheprovider", "-k", chosen, *files)
    for test in (
        "test_rules.py",
        "test_walk.py",
        "test_draw.py",
        "test_surfaces.py",
        "test_same_path_as_numpy[adamax-ripples",
    ):
        assert test in said, said
