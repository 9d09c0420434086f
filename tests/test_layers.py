"""A module of ``descent`` imports only from layers above it."""

import ast
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "code" / "descent"
LAYERS = [
    "errors",
    "sentences",
    "cards",
    "rules",
    "notes",
    "checks",
    "advice",
    "machine",
    "loops",
    "formulas",
    "algebra",
    "surfaces",
    "networks",
    "matrices",
    "datasets",
    "schedules",
    "chunks",
    "walk",
    "training",
    "frameworks",
    "conventions",
    "tracing",
    "races",
    "draw",
    "widgets",
    "exercises",
]
FILES = {
    ".".join(path.relative_to(PACKAGE).with_suffix("").parts).removesuffix(".__init__"): path
    for path in sorted(PACKAGE.rglob("*.py"))
    if path != PACKAGE / "__init__.py"
}  # a folder is one layer


def imported(text):
    """The modules of ``descent`` (and ``publish``) that a source text imports, at its top or inside a function."""
    names = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            source = "descent" * bool(node.level) + "." * bool(node.level and node.module) + (node.module or "")
            parts = [f"{source}.{alias.name}" for alias in node.names]
            names |= {p if source == "descent" or p.removeprefix("descent.") in FILES else source for p in parts}
    return {name for name in names if name.split(".")[0] in ("descent", "publish")}


def layer(module):
    return module.removeprefix("descent.").partition(".")[0]


def test_every_module_has_a_layer():
    assert {layer(module) for module in FILES} == set(LAYERS)


@pytest.mark.parametrize("module", FILES)
def test_imports_only_from_above_and_from_its_own_folder(module):
    allowed = {*LAYERS[: LAYERS.index(layer(module))], *[layer(module)] * (FILES[module].parent != PACKAGE)}
    assert {layer(name) for name in imported(FILES[module].read_text(encoding="utf-8"))} <= allowed


def test_no_import_leads_back():
    needs = {f"descent.{module}": imported(path.read_text(encoding="utf-8")) for module, path in FILES.items()}
    assert len(list(TopologicalSorter(needs).static_order())) >= len(FILES)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("import descent.walk", {"descent.walk"}),
        ("import descent.walk as r, numpy", {"descent.walk"}),
        ("from descent.walk import descend", {"descent.walk"}),
        ("from .walk import descend", {"descent.walk"}),
        ("from . import walk", {"descent.walk"}),
        ("from descent import walk", {"descent.walk"}),
        ("from descent.exercises import nag, check", {"descent.exercises", "descent.exercises.nag"}),
        ("import descent", {"descent"}),
        ("def f():\n    from publish import site", {"publish"}),
        ("import numpy.descent", set()),
    ],
)
def test_sees_every_way_to_import(text, names):
    assert imported(text) == names
