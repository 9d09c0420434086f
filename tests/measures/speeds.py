"""How fast many runs and an epoch are, beside others: what the page "How fast, and how we measured" draws.

JAX and PyTorch live in the environment of ``make test-frameworks``. Without it, or without a compiler of C, the others
are measured and printed, and what the page draws stays as it is.
"""

import json
import os
import platform
import re
import shutil
import subprocess
import sys
from datetime import date
from importlib.metadata import version

import numpy as np
from descent import SURFACES, loops
from descent.rules import RULES
from measures.rows import ROOT, row, timed

FILE = ROOT / "code" / "descent" / "speeds.json"
FRAMEWORKS = ROOT / ".venv-frameworks" / "bin" / "python"
ONE = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
COMPARED = "numpy", "llvmlite", "jax", "torch"


def run(*command, alone=True):
    """What a program prints as JSON, in the environment with the frameworks, ``alone`` on one core."""
    pinned = ["taskset", "-c", "0"] if alone and shutil.which("taskset") else []
    python = FRAMEWORKS if FRAMEWORKS.exists() else sys.executable
    environment = (
        os.environ
        | {"PYTHONPATH": os.pathsep.join(str(ROOT / folder) for folder in ("code", "tests"))}
        | (ONE if alone else {})
    )
    done = subprocess.run([*pinned, python, *command], check=True, stdout=subprocess.PIPE, text=True, env=environment)
    return json.loads(done.stdout)


def processor():
    """What the machine says of its processor."""
    try:
        return re.search(r"model name\s*: (.*)", open("/proc/cpuinfo").read())[1]
    except (OSError, TypeError):
        return platform.processor() or platform.machine()


def versions():
    """Of what is compared, as the measured environment has them."""
    if not FRAMEWORKS.exists():
        return {name: version(name) for name in ("numpy", "llvmlite")}
    ask = (
        f"import json; from importlib.metadata import version; print(json.dumps({{n: version(n) for n in {COMPARED}}}))"
    )
    return run("-c", ask)


def operations(rule, surface):
    """How many additions, multiplications, divisions and roots a step of a run takes."""
    text, _ = loops._written(RULES[rule], SURFACES[surface]._grad, ("lr",))
    quotient = r"(?:\.2)?"  # of the ways to a quotient, the one by division
    return len(re.findall(rf"%v\d+{quotient} = f(?:add|sub|mul|div) |@llvm\.sqrt\.v\d+f64\(", text))


def curves(rows):
    """Rows as a list for each rule, surface and way: runs, steps, nanoseconds, seconds of the first call."""
    found = {}
    for r in rows:
        lines = found.setdefault(f"{r['rule']} {r['surface']}", {}).setdefault(r["way"], [])
        lines.append([r["runs"], r["steps"], r["ns"], r["first"]])
    return found


def collected():
    """All that the page draws."""
    one, both = (run(ROOT / "tests" / "measures" / "sweep.py", *more, alone=not more) for more in ([], ["all"]))
    one_core = curves(one["rows"])
    return {
        "date": date.today().isoformat(),
        "processor": processor(),
        "cores": both["cores"],
        "versions": versions(),
        "bounds": one["bounds"],
        "operations": {pair: operations(*pair.split()) for pair in one_core},
        "one core": one_core,
        "all cores": curves(both["rows"]),
        "epoch": run(ROOT / "tests" / "frameworks" / "epochs.py"),
    }


def written(found):
    """As text in which a line is one way of doing one thing."""
    text = json.dumps(found, indent=1)
    return re.sub(r"\[[^\[\]{}]*\]|\[(\s*\[[^\[\]]*\],?)+\s*\]", lambda part: " ".join(part[0].split()), text) + "\n"


def epochs(ms):
    """An epoch of a small network, here and in other libraries."""
    others = dict(ms)
    ours, with_curves = others.pop("descent"), others.pop("descent's train")
    what = "epoch of a 64-128-64-10 network on digits, Adam"
    yield from (row(what, ours, "ms", name, round(theirs, 2)) for name, theirs in others.items())
    yield row(f"{what}, with curves", with_curves, "ms", "the same without", round(ours, 2))


def many(found, cores):
    """10 000 runs, in every way."""
    for pair, ways in found.items():
        at = {way: next(ns for runs, _, ns, _ in lines if runs == 10_000) for way, lines in ways.items()}
        ours = at.pop("descend")
        yield from (row(f"10 000 runs, {pair}, {cores}", ours, "ns", way, theirs) for way, theirs in at.items())


def importing(what, times=7):
    """Seconds until a fresh Python has imported something."""
    command = [sys.executable, "-c", f"import {what}"]
    seconds = [timed(lambda: subprocess.run(command, check=True)) for _ in range(times)]
    return round(float(np.median(seconds)), 3)


def measure():
    """All of it, as rows; what the page draws is written where everybody is there."""
    found = collected()
    if found["bounds"] and "jax" in found["versions"]:
        FILE.write_text(written(found), encoding="utf-8", newline="\n")
    rows = [row("start Python and import descent", importing("descent"), "s", "numpy alone", importing("numpy"))]
    rows += [row(f"bound: {what} for each nanosecond", value, "") for what, value in found["bounds"].items()]
    rows += [*many(found["one core"], "one core"), *many(found["all cores"], "all cores")]
    return [*rows, *epochs(found["epoch"]["ms"])]
