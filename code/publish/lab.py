"""A student's desk: ``make lab`` lays the chapters out in ``work/`` and opens them there, trusted, at the index.

They stand there in plain Markdown (``publish.plain``), with a cell for the answer to each exercise. ``work/`` is the
student's. A chapter in it follows the course until somebody writes in it; from then on it stays as it is. Running and
saving is not writing. ``make lab ARGS="--no-browser --port 8899"`` hands words on to Jupyter.
"""

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import nbformat
from nbformat.sign import NotebookNotary

from publish import plain, solutions

ROOT = Path(__file__).parents[2]
SETTINGS = Path(__file__).with_name("jupyter")  # defaults of JupyterLab; what readers choose in it comes first
REMEMBERED = ".chapters.json"  # on the desk: what was put there


def written(text):
    """What somebody wrote in a file: of a notebook its cells that are not blank, without outputs and metadata."""
    try:
        cells = [(cell["cell_type"], "".join(cell["source"])) for cell in json.loads(text)["cells"]]
        return repr([cell for cell in cells if cell[1].strip()])
    except (ValueError, KeyError, TypeError):  # not a notebook
        return text


def digest(text):
    return hashlib.sha256(text.encode()).hexdigest()


def marks(text):
    """What is remembered of a file that is put on the desk."""
    return {"text": digest(text), "written": digest(written(text))}


def remembered(desk):
    """The marks of what was put on the desk, by file; none where they are lost or broken."""
    try:
        return dict(json.loads((desk / REMEMBERED).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return {}


def put(place, text):
    """Write a file as a whole or not at all."""
    half = place.with_name(f".{place.name}.new")
    half.write_text(text, encoding="utf-8")
    half.replace(place)


def lay_out(chapters, desk):
    """Put on the desk what is new in ``chapters``, and renew what nobody wrote in; return the names of the rest.

    What is the student's is never written to, and neither is a file that no chapter is called like.
    """
    desk.mkdir(exist_ok=True)
    paths = [*chapters.glob("*.ipynb"), *chapters.glob("*.md")]
    known, theirs = remembered(desk), []
    for name, text in sorted(plain.course(paths, solutions.wanted()).items()):
        place, before, now = desk / name, known.get(name, {}), marks(text)
        if place.exists():
            found = digest(written(place.read_text(encoding="utf-8", errors="replace")))
            if found not in (before.get("written"), now["written"]):
                theirs.append(name)
                continue
        if not place.exists() or before != now:
            put(place, text)
            known[name] = now
    put(desk / REMEMBERED, json.dumps(known, indent=1) + "\n")
    return theirs


def trust(desk):
    """Let Jupyter show all outputs of the notebooks that are as they were put on the desk."""
    notary = NotebookNotary()
    for name, mark in remembered(desk).items():
        text = (desk / name).read_text(encoding="utf-8", errors="replace") if (desk / name).exists() else ""
        if name.endswith(".ipynb") and digest(text) == mark["text"]:
            notary.sign(nbformat.reads(text, as_version=4))


def main(options):
    """Lay out the desk, start JupyterLab on it, or on the place that the options name, and end as it ends."""
    desk = ROOT / "work"
    try:
        theirs = lay_out(ROOT / "chapters", desk)
        trust(desk)
    except OSError as error:
        sys.exit(f"The chapters cannot be laid out in {desk.name}: {error}")
    if theirs:
        print(
            f"Yours, and left as they are in {desk.name}: {', '.join(theirs)}."
            " Rename one, and the next `make lab` puts the course's beside it.",
            flush=True,
        )
    paths = os.pathsep.join(filter(None, [os.environ.get("JUPYTER_CONFIG_PATH"), str(SETTINGS)]))
    place = [] if any(option and (ROOT / option).exists() for option in options) else [str(desk)]
    command = [sys.executable, "-m", "jupyterlab", *place, *options]
    done = subprocess.run(command, cwd=ROOT, env=os.environ | {"JUPYTER_CONFIG_PATH": paths})
    sys.exit(done.returncode)


if __name__ == "__main__":
    main(sys.argv[1:])
