"""What the package offers: annotated, short, and without a trace in the reader's process."""

import ast
import inspect
import json
import os
import pkgutil
import subprocess
import sys
from pathlib import Path

import descent
import pytest
from descent.rules import RULES

ROOT = Path(__file__).parents[1]
SOURCES = sorted((ROOT / "code").rglob("*.py"))
CHAPTERS = sorted((ROOT / "chapters").glob("*.ipynb"))


def shown():
    """What a chapter shows line by line, such as ``clip_by_norm``; like the rules, it is bare."""
    cells = [cell for file in CHAPTERS for cell in json.loads(file.read_text(encoding="utf-8"))["cells"]]
    tags = [tag for cell in cells for tag in cell["metadata"].get("tags", [])]
    return {tag.rpartition(".")[2] for tag in tags if tag.startswith("shows:")}


def functions(name):
    """The public functions behind an offered name: itself, or what its class defines."""
    thing = getattr(descent, name)
    if inspect.isfunction(thing):
        return [thing]
    if not inspect.isclass(thing):
        return []
    members = [getattr(m, "fget", None) or getattr(m, "func", m) for m in vars(thing).values()]
    return [
        m
        for m in members
        if inspect.isfunction(m)
        and inspect.unwrap(m).__qualname__.startswith(thing.__name__ + ".")
        and (m.__name__ == "__init__" or not m.__name__.startswith("_"))
        and m.__code__.co_filename != "<string>"  # made by dataclass
    ]


@pytest.mark.parametrize("name", sorted({*descent.__all__} - {*RULES} - shown()))
def test_what_is_offered_is_annotated(name):
    for function in functions(name):
        sign = inspect.signature(function)
        bare = [p.name for p in sign.parameters.values() if p.name != "self" and p.annotation is p.empty]
        bare += ["return"] * (sign.return_annotation is sign.empty and function.__name__ != "__init__")
        assert bare == [], f"{function.__qualname__}: {bare}"


def test_the_test_of_annotations_sees_something():
    assert len([f for name in descent.__all__ for f in functions(name)]) > 50
    assert {"clip_by_norm", "momentum"} <= shown()


@pytest.mark.parametrize("file", SOURCES, ids=[str(file.relative_to(ROOT / "code")) for file in SOURCES])
def test_no_function_is_long(file):
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    found = [node for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))) if isinstance(node, kinds)]
    assert [f.name for f in found if f.end_lineno - f.lineno >= 60] == []


def test_no_module_is_called_like_something_offered():
    """Whoever imports the module ``descent.x`` binds it as ``descent.x``: it would take the place of what is offered."""
    modules = {module.name for module in pkgutil.iter_modules(descent.__path__)}
    assert "training" in modules
    assert not modules & {*descent.__all__}


@pytest.mark.parametrize("first", ["training", "races", "walk", "networks"])
def test_train_is_the_function_whatever_was_imported_before(first):
    code = f"import descent.{first}; from descent import train; import descent.training as t; print(train is t.train)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout.strip() == "True", done.stderr


STATE = """
import gc, json, locale, logging, os, random, signal, sys, threading, warnings
import matplotlib, numpy, sympy, threadpoolctl  # sympy adds a filter for warnings of its own

def state():
    return {
        "BLAS": [(i["prefix"], i["num_threads"]) for i in threadpoolctl.threadpool_info()],
        "errors": numpy.geterr(),
        "printing": str(numpy.get_printoptions()),
        "warnings": [str(f) for f in warnings.filters] + [str(warnings.showwarning)],
        "random": [str(random.getstate()), str(numpy.random.get_state()[1].tolist())],
        "matplotlib": {k: str(v) for k, v in matplotlib.rcParams._data.items()} if hasattr(matplotlib.rcParams, "_data")
        else {k: str(dict.__getitem__(matplotlib.rcParams, k)) for k in matplotlib.rcParams},
        "signals": [str(signal.getsignal(s)) for s in signal.valid_signals()],
        "environment": dict(os.environ),
        "hooks": [str(h) for h in (sys.excepthook, sys.displayhook, threading.excepthook, sys.getrecursionlimit())],
        "logging": [logging.root.level, str(logging.root.handlers)],
        "path": list(sys.path),
        "locale": locale.setlocale(locale.LC_ALL),
        "threads": threading.active_count(),
        "collector": gc.get_threshold(),
    }

before = state()
IMPORT
after = state()
print(json.dumps([name for name in before if before[name] != after[name]]))
"""


@pytest.mark.parametrize(
    ("code", "changed"),
    [
        ("import descent", []),
        ("import descent; from descent import Chooser, Explorer, Schedule, draw", []),
        ("threadpoolctl.threadpool_limits(1)", ["BLAS"]),
        ("numpy.seterr(all='raise'); random.random(); os.environ['X'] = '1'", ["errors", "random", "environment"]),
    ],
)
def test_importing_changes_nothing_in_the_readers_process(code, changed):
    done = subprocess.run(
        [sys.executable, "-c", STATE.replace("IMPORT", code)],
        capture_output=True,
        text=True,
        env={k: v for k, v in os.environ.items() if not k.endswith("_NUM_THREADS")},
    )
    assert json.loads(done.stdout or "null") == changed, done.stderr


HEAVY = "sympy", "matplotlib", "ipywidgets", "anywidget", "IPython", "PIL", "sklearn", "scipy", "llvmlite"


@pytest.mark.parametrize(
    ("code", "come"),
    [
        ("import descent", []),
        ("from descent import *", ["matplotlib", "ipywidgets", "anywidget", "IPython", "PIL", "sympy"]),
        ("import descent; descent.SURFACES['ravine'].grad((1, 2))", ["sympy"]),
        ("from descent import Network; Network((2, 2)).loss([0.0] * 6, [[1, 2]], [0])", []),
    ],
)
def test_what_takes_long_to_import_comes_when_it_is_needed(code, come):
    """``import descent`` is the first line of every chapter: it waits for NumPy alone."""
    asked = f"{code}\nimport json, sys\nprint(json.dumps([name for name in {HEAVY} if name in sys.modules]))"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True)
    assert sorted(json.loads(done.stdout or "null")) == sorted(come), done.stderr
