"""Every command of the course, the same on every system: ``make book`` is ``python code/publish book``.

Run as a folder, ``python code/publish book``, with any supported Python: what ``requirements.lock`` pins is installed
into ``.venv`` where it is not there yet, and the command runs in it. Run as a module, ``python -m publish book``, the
command runs in the environment that is there: a ``.venv`` made before, conda's, a server's.

An older Python must be able to read this file, to be told that it is too old.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CODE = ROOT / "code"
LOCK = ROOT / "requirements.lock"
FIRST, LAST = (3, 11), (3, 15)
GROUPS = "book", "test", "build"
ORACLES = ROOT / "tests" / "frameworks" / "requirements.txt"
MACHINES = {  # What makes NumPy and its BLAS compute as on another machine. Elsewhere than on x86 they know no such names.
    "without AVX-512, as on most laptops": {"NPY_DISABLE_CPU_FEATURES": "X86_V4 AVX512_ICL"},
    "without AVX2": {"NPY_DISABLE_CPU_FEATURES": "X86_V3 X86_V4 AVX512_ICL"},
    "with the matrix products of an old processor": {"OPENBLAS_CORETYPE": "Prescott"},
}


# The commands: the first line of each is what ``help`` says of it. -----------------------------------------------------


def book():
    """Build the website: _build/html/index.html."""
    run(program("jupyter-book"), "build", ROOT, "--quiet", "--warningiserror", "--nitpick", "--keep-going")


def serve():
    """Build the website and serve it on http://localhost:8000."""
    book()
    python("-m", "http.server", "--directory", ROOT / "_build" / "html", "--bind", "localhost", "8000")


def pdf():
    """Print the book: _build/pdf/descent.pdf (needs TeX)."""
    python("-m", "publish.pdf")


def lab(*options):
    """Open the chapters as live notebooks, yours to write in; what follows goes to Jupyter."""
    python("-m", "publish.lab", *options)


def notebooks(*names):
    """Run every chapter again, or those named, and store the outputs in the normal form."""
    python("-m", "publish.notebooks", *names)


def test(*options):
    """Check everything, with browser and TeX where they are installed; what follows goes to pytest."""
    lint()
    python("-m", "pytest", *options)


def test_machines(*options):
    """Run the chapters as on three other processors (x86 only)."""
    for name, settings in MACHINES.items():
        print(f"The chapters on a machine {name}", flush=True)
        python("-m", "pytest", "chapters", *options, **settings)


def test_frameworks(*options):
    """Compare live with the frameworks, and try clusters of Dask and MPI (installs them)."""
    oracle = environment(ROOT / ".venv-frameworks", ORACLES)  # of its own: the pinned one stays exact
    run(oracle, "-m", "pytest", "tests/frameworks", *options)


def bench(*parts):
    """Measure, print and write _build/bench.json; or only what follows: pages, tests, or speeds and their page."""
    if parts != ("speeds",):
        book()
    python("tests/bench.py", *parts)
    if not parts or "speeds" in parts:
        notebooks("how-fast")


def lint():
    """Check the style of the code (that of JavaScript needs Node)."""
    python("-m", "ruff", "check", ".")
    python("-m", "ruff", "format", "--check", ".")
    lint_javascript()


def lock():
    """Renew requirements.lock from pyproject.toml."""
    groups = [word for group in GROUPS for word in ("--group", group)]
    pins = ["--universal", "--python-version", ".".join(map(str, FIRST)), "--generate-hashes", "--upgrade"]
    quiet = ["--no-annotate", "--no-header", "--quiet"]
    python("-m", "uv", "pip", "compile", "pyproject.toml", *groups, *pins, *quiet, "--output-file", LOCK.name)


def clean():
    """Remove what was built (the environment stays)."""
    shutil.rmtree(ROOT / "_build", ignore_errors=True)


def help():
    """List these commands."""
    print("make COMMAND, or without make: python code/publish COMMAND\n")
    for name, command in COMMANDS.items():
        print(f"  {name:16} {command.__doc__}")


COMMANDS = {
    command.__name__.replace("_", "-"): command
    for command in (
        book,
        serve,
        test,
        test_machines,
        test_frameworks,
        pdf,
        lab,
        notebooks,
        bench,
        lint,
        lock,
        clean,
        help,
    )
}
HERE = "help", "clean"  # need nothing but Python


# How they are run. -----------------------------------------------------------------------------------------------------


def run(*command, **settings):
    """Run a program at the root of the course; the first that fails ends everything, with its own status."""
    done = subprocess.run([str(part) for part in command], cwd=ROOT, env=os.environ | settings)
    if done.returncode:
        sys.exit(done.returncode)


def python(*arguments, **settings):
    """Run this Python."""
    run(sys.executable, *arguments, **settings)


def program(name):
    """A program of this Python's environment."""
    return Path(sys.executable).with_name(name)


def lint_javascript():
    """Check the figures' programs with what package-lock.json pins; one line says so where Node is missing."""
    npm = shutil.which("npm")
    if npm is None:
        told = "Node is not installed: the style of the JavaScript stays unchecked."
        return sys.exit(told) if os.environ.get("CI") else print(told, flush=True)
    lock, installed = ROOT / "package-lock.json", ROOT / "node_modules" / ".package-lock.json"
    if not installed.is_file() or installed.stat().st_mtime < lock.stat().st_mtime:
        run(npm, "ci", "--silent")
    run(npm, "run", "--silent", "lint")


def environment(folder, *more):
    """Let a virtual environment hold what is pinned, and ``more`` files of requirements; return its Python.

    A mark in it says what it was made of, and where: nothing is done again without need.
    """
    within = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    mark = folder / "ready"
    made_of = [os.fsencode(str(ROOT)), *(file.read_bytes() for file in (LOCK, *more))]
    wanted = hashlib.sha256(b"\n".join(made_of)).hexdigest()
    if not mark.is_file() or mark.read_text(encoding="utf-8") != wanted:
        refuse_other_pythons()
        print(f"Installing what {LOCK.name} pins into {folder.name}: about a minute, once.", flush=True)
        if Path(sys.prefix) != folder:
            python("-m", "venv", folder)
        pip = [within, "-m", "pip", "--quiet", "--quiet", "--disable-pip-version-check", "install"]
        run(*pip, "--require-hashes", "--requirement", LOCK)
        for file in more:
            run(*pip, "--requirement", file)
        point_to_code(folder)
        mark.write_text(wanted, encoding="utf-8")
    return within


def point_to_code(folder):
    """Let the Python of an environment import from ``code``.

    The path is written as it leads from there, in plain letters whatever the folders above are called: Python reads it
    before it knows in which letters it is written.
    """
    packages = Path(sysconfig.get_path("purelib", "venv", {"base": str(folder)}))
    (packages / "descent_course.pth").write_text(Path(os.path.relpath(CODE, packages)).as_posix() + "\n", "utf-8")


def refuse_other_pythons():
    """End with one line where this Python is too old or too new."""
    if not FIRST <= sys.version_info[:2] <= LAST:
        have, first, last = (".".join(map(str, v)) for v in (sys.version_info[:3], FIRST, LAST))
        sys.exit(f"This course runs on Python {first} to {last}; this is {have}. Try: make PYTHON=python3.12")


def main(words):
    """Run the command that the first word names; ``SOLUTIONS=0`` and the like are set for it, as make does."""
    os.environ["PYTHONUTF8"] = "1"  # for all that is run: the same letters on every system
    settings = [word for word in words if re.match("[A-Z]+=", word)]
    os.environ.update(setting.split("=", 1) for setting in settings)
    name, *rest = [word for word in words if word not in settings] or ["help"]
    if name not in COMMANDS:
        sys.exit(f"There is no command {name!r}; there are {', '.join(COMMANDS)}.")
    command = COMMANDS[name]
    if rest and not command.__code__.co_flags & 4:  # takes no *options
        sys.exit(f"{name} takes no more words, but got {' '.join(rest)!r}.")
    try:
        if __package__ or name in HERE:
            command(*rest)
        else:
            run(environment(ROOT / ".venv"), "-m", "publish", *words)
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main(sys.argv[1:])
