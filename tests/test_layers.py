"""A module of ``descent`` imports only from layers above it."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "code" / "descent"
LAYERS = [
    "rules",
    "notes",
    "fused",
    "formulas",
    "surfaces",
    "networks",
    "datasets",
    "runs",
    "conventions",
    "tracing",
    "races",
    "draw",
    "programs",
    "widgets",
    "explorer",
    "calculator",
    "chooser",
    "schedule",
    "exercises",
]
MODULES = sorted(path.stem for path in PACKAGE.glob("*.py") if path.stem != "__init__")


def imported(text):
    """The modules of ``descent`` (and ``publish``) that a source text imports, at its top or inside a function."""
    names = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            source = "descent" * bool(node.level) + "." * bool(node.level and node.module) + (node.module or "")
            names |= {f"descent.{alias.name}" for alias in node.names} if source == "descent" else {source}
    return {name for name in names if name.split(".")[0] in ("descent", "publish")}


def test_every_module_has_a_layer():
    assert MODULES
    assert set(MODULES) <= set(LAYERS)


@pytest.mark.parametrize("module", MODULES)
def test_imports_only_from_above(module):
    above = {f"descent.{name}" for name in LAYERS[: LAYERS.index(module)]}
    assert imported((PACKAGE / f"{module}.py").read_text()) <= above


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("import descent.runs", {"descent.runs"}),
        ("import descent.runs as r, numpy", {"descent.runs"}),
        ("from descent.runs import descend", {"descent.runs"}),
        ("from .runs import descend", {"descent.runs"}),
        ("from . import runs", {"descent.runs"}),
        ("from descent import runs", {"descent.runs"}),
        ("import descent", {"descent"}),
        ("def f():\n    from publish import site", {"publish"}),
        ("import numpy.descent", set()),
    ],
)
def test_sees_every_way_to_import(text, names):
    assert imported(text) == names
