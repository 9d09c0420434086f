"""Measure what a reader waits for, in one run: pages and figures, many runs and an epoch, the tests.

``make bench`` prints the rows and writes them to ``_build/bench.json``; ``make bench ARGS=speeds`` measures that part
alone, ``pages`` and ``tests`` the others. Compare ratios, not milliseconds: both sides of a row are measured on the same
machine within the same run.
"""

import json
import subprocess
import sys
from functools import partial

from measures import pages, speeds
from measures.rows import ROOT, row, timed


def tests():
    """How long all tests take."""
    command = [sys.executable, "-m", "pytest", "-q"]
    run = partial(subprocess.run, command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    return [row("all tests", timed(run), "s")]


PARTS = {"pages": pages.measure, "speeds": speeds.measure, "tests": tests}


def main(names):
    if strange := [name for name in names if name not in PARTS]:
        sys.exit(f"There is no part {strange[0]!r}; there are {', '.join(PARTS)}.")
    rows = [r for name in names or PARTS for r in PARTS[name]()]
    out = ROOT / "_build" / "bench.json"
    out.parent.mkdir(exist_ok=True)
    out.write_text(json.dumps(rows, indent=1) + "\n")
    for r in rows:
        against = f"   {r['peer']}" if r["peer"] else ""
        against += f": {r['theirs']:.4g}, ratio {r['ratio']:.3f}" if r["theirs"] is not None else ""
        print(f"{r['what']:52} {r['ours']:9.3f} {r['unit']}{against}")


if __name__ == "__main__":
    main(sys.argv[1:])
