"""Many runs, in every way that there is, in turns: nanoseconds for each step of each run, printed as JSON.

``speeds.py`` starts this twice: pinned to one core, and on all cores with ``all`` behind it. Each contestant is
first compared with NumPy, and takes fewer steps where 1000 would take long: what one step costs is the same.
"""

import json
import sys

import numpy as np
from descent import loops
from measures import compiled
from measures.contestants import Task, by_numpy, present
from measures.rows import timed

RULES, SURFACES = ("sgd", "momentum", "adam"), ("rosenbrock", "ravine")
RUNS = [10, 100, 1000, 10_000, 100_000, 1_000_000]
MANY, ROUNDS = 10_000, 5
STEPS, LATER = 1000, 200  # up to so many runs, and with more of them
# Of those, fewer for whom each step costs the same from the first on.
FEWER = {"NumPy": 20, "PyTorch": 20, "PyTorch, compiled": 20, "JAX": 50, "JAX, vmap": 50}
FEW = {"plain loop": 3}  # runs: the next one takes as long as the last
SHARING = ("descend", "JAX", "JAX, vmap")  # use more than one core


def ready(name, way, task, expected):
    """The contestant after its first call: its function, what it does, and the seconds of the first call.

    A few steps are compared with what is ``expected``.
    """
    task = task._replace(runs=min(task.runs, FEW.get(name, task.runs)))
    run = way(task)
    if name not in FEW:
        np.testing.assert_allclose(run(), expected, rtol=1e-9, atol=1e-12, err_msg=f"{name}: {task}")
    task = task._replace(steps=STEPS if task.runs <= MANY else FEWER.get(name, LATER))
    run = way(task)
    return run, task, timed(run)


def measured(rule, surface, runs, names):
    """For each contestant, the median over rounds in which they take turns."""
    ways = {name: way for name, way in present().items() if name in names}
    few = Task(rule, surface, runs, 20)
    expected = by_numpy(few)()
    contestants = {name: ready(name, way, few, expected) for name, way in ways.items()}
    seconds = {name: [] for name in contestants}
    for _ in range(ROUNDS):
        for name, (run, *_) in contestants.items():
            run()  # not counted: what ran before may still look out for work, and has the caches
            seconds[name].append(timed(run))
    return [
        {
            "rule": rule, "surface": surface, "runs": runs, "way": name, "steps": task.steps,
            "ns": float(f"{1e9 * np.median(seconds[name]) / task.runs / task.steps:.4g}"),
            "first": float(f"{first:.3g}"),
        }
        for name, (_, task, first) in contestants.items()
    ]  # fmt: skip


def main():
    alone = "all" not in sys.argv
    names, sizes = (present(), RUNS) if alone else (SHARING, [10_000, 1_000_000])
    rows = [
        row for surface in SURFACES for rule in RULES for runs in sizes for row in measured(rule, surface, runs, names)
    ]
    print(json.dumps({"cores": loops._cores(), "bounds": compiled.bounds() if alone else {}, "rows": rows}))


if __name__ == "__main__":
    main()
