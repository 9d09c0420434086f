"""Run the chapters again and store them in one normal form: two runs give the same bytes, and stills show everywhere.

python -m publish.notebooks              every chapter
python -m publish.notebooks momentum     chapters/momentum.ipynb
"""

import hashlib
import importlib
import inspect
import json
import os
import re
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from itertools import count
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from publish import layers, slides

CHAPTERS = Path(__file__).parents[2] / "chapters"
STATE = "application/vnd.jupyter.widget-state+json"
VIEW = "application/vnd.jupyter.widget-view+json"
ASIDE = "widgets_of_the_site"  # a key that only the build of the site knows
FOR_KERNELS = {"OPENBLAS_NUM_THREADS": "1"}  # products this small cost more when shared out, tenfold on a busy machine
KEPT = ("tags", "mystnb")  # what authors write in a cell's metadata; everything else is noise of an editor

# The explorer's program is long, the same everywhere and part of the package, so a notebook stores these short
# stand-ins and a build fills the program in.
STAND_IN = {
    "_esm": 'export default { render({ el }) { el.textContent = "Run this cell to bring the figure to life."; } };\n',
    "_css": "/* explorer.css */",
}


def shown(name):
    """Return the source of ``descent.rules.momentum`` and the like, without its last newline."""
    module, _, attribute = name.rpartition(".")
    return inspect.getsource(getattr(importlib.import_module(module), attribute)).rstrip("\n")


def refresh(cell):
    """Let a cell tagged ``shows:NAME`` hold the source of NAME."""
    for tag in cell.metadata.get("tags", []):
        if tag.startswith("shows:"):
            cell.source = shown(tag.removeprefix("shows:"))


def read(text):
    """Parse a notebook; a cell without a valid id of its own gets one that depends on its content alone."""
    raw, seen = json.loads(text), set()
    for cell in raw["cells"]:
        name = cell.get("id", "")
        if name in seen or not re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", name):
            content = hashlib.sha256("".join(cell["source"]).encode()).hexdigest()[:8]
            name = next(new for n in count() if (new := f"{content}-{n}" if n else content) not in seen)
        cell["id"] = name
        seen.add(name)
    raw |= {"nbformat": 4, "nbformat_minor": 5}
    return nbformat.reads(json.dumps(raw), as_version=4)


def merged(pieces):
    """Join neighbouring pieces of one stream: where a stream is cut depends on timing."""
    kept = []
    for output in pieces:
        if output.output_type == "stream" and kept and kept[-1].get("name") == output.name:
            kept[-1].text += output.text
        else:
            kept.append(output)
    return kept


def set_aside(notebook):
    """Keep the widgets where only a build looks: all else that reads a notebook nobody has run shows their stills."""
    for output in outputs(notebook):
        if VIEW in output.get("data", {}):
            output["metadata"][VIEW] = output["data"].pop(VIEW)
    if "widgets" in notebook["metadata"]:
        notebook["metadata"][ASIDE] = notebook["metadata"].pop("widgets")


def put_back(notebook):
    """Undo what :func:`set_aside` did."""
    for output in outputs(notebook):
        if VIEW in output.get("metadata", {}):
            output["data"][VIEW] = output["metadata"].pop(VIEW)
    if ASIDE in notebook["metadata"]:
        notebook["metadata"]["widgets"] = notebook["metadata"].pop(ASIDE)
    return notebook


def outputs(notebook):
    """Yield every stored output, in reading order."""
    for cell in notebook["cells"]:
        yield from cell.get("outputs", [])


def views(notebook):
    """Yield every stored widget view, in reading order."""
    for output in outputs(notebook):
        if VIEW in output.get("data", {}):
            yield output.data[VIEW]


def normal_state(model):
    """Return a widget's state without what is the same everywhere and what is not set."""
    state = dict(model["state"])
    if state.get("_anywidget_id", "").startswith("descent."):
        state |= STAND_IN
        if not state.get("texts", True):
            del state["texts"]
    if model["model_name"] == "LayoutModel":
        state = {key: value for key, value in state.items() if value is not None}
    return {**model, "state": state}


def normal_widgets(models, shown_first):
    """Return the models that a notebook shows, and what these refer to, under numbers in order of appearance.

    ``models`` maps an id to its stored model, ``shown_first`` lists the ids of the views in reading order.
    Returned are the new models and a dict from old to new ids.
    """
    numbers, queue = {}, [name for name in shown_first if name in models]
    while queue:
        name = queue.pop(0)
        if name not in numbers:
            numbers[name] = f"{len(numbers) + 1:032x}"
            found = re.findall(r"IPY_MODEL_([^\"]+)", json.dumps(models[name], sort_keys=True))
            queue = [inner for inner in found if inner in models] + queue
    renamed = {f"IPY_MODEL_{old}": f"IPY_MODEL_{new}" for old, new in numbers.items()}

    def rename(value):
        if isinstance(value, dict):
            return {key: rename(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [rename(inner) for inner in value]
        return renamed.get(value, value) if isinstance(value, str) else value

    return {new: rename(normal_state(models[old])) for old, new in numbers.items()}, numbers


def normal(notebook):
    """Return the notebook's text in the normal form. The notebook is changed on the way."""
    put_back(notebook)
    stored = notebook.metadata.get("widgets", {}).get(STATE, {}).get("state", {})
    models, renamed = normal_widgets(stored, [view["model_id"] for view in views(notebook)])
    for view in views(notebook):
        view["model_id"] = renamed.get(view["model_id"], view["model_id"])
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"file_extension": ".py", "name": "python", "pygments_lexer": "ipython3"},
    }
    if models:
        state = {"state": models, "version_major": 2, "version_minor": 0}
        notebook.metadata["widgets"] = {STATE: state}
    numbers = count(1)
    for cell in notebook.cells:
        cell.metadata = {key: cell.metadata[key] for key in KEPT if cell.metadata.get(key)}
        cell.metadata |= slides.mark(cell) | layers.mark(cell)
        if cell.cell_type == "code":
            cell.execution_count = next(numbers)
            cell.outputs = merged(cell.outputs)
            for output in cell.outputs:
                if output.output_type == "execute_result":
                    output.execution_count = cell.execution_count
    set_aside(notebook)
    notebook = nbformat.from_dict(notebook)
    nbformat.validate(notebook)
    return nbformat.writes(notebook, indent=1, ensure_ascii=False).rstrip("\n") + "\n"


def execute(notebook, folder):
    """Run all cells in a fresh kernel that works in ``folder``."""
    for cell in notebook.cells:
        refresh(cell)
        if cell.cell_type == "code":
            cell.outputs = []
    put_back(notebook).metadata.pop("widgets", None)
    place = {"metadata": {"path": str(folder)}}
    NotebookClient(
        notebook,
        kernel_name="python3",
        timeout=600,
        resources=place,
        record_timing=False,
        extra_arguments=["--log-level=ERROR"],
    ).execute(env=FOR_KERNELS | os.environ)
    return notebook


def renew(path):
    """Run the notebook at ``path``, store it, and return one line that says what happened."""
    start, old = time.perf_counter(), path.read_text(encoding="utf-8")
    try:
        text = normal(execute(read(old), path.parent))
    except (CellExecutionError, AttributeError, ImportError) as error:
        return f"{path.name}: FAILED and left as it was\n{error}"
    if text != old:
        path.write_text(text, encoding="utf-8")
    outcome = "same" if text == old else "changed"
    return f"{path.name}: {outcome}, {len(text.encode()) / 1000:.0f} kB, {time.perf_counter() - start:.1f} s"


def main(names):
    paths = [CHAPTERS / f"{Path(name).stem}.ipynb" for name in names] or sorted(CHAPTERS.glob("*.ipynb"))
    if missing := [path.name for path in paths if not path.exists()]:
        sys.exit(f"There is no chapter {', '.join(missing)} in {CHAPTERS.name}/.")
    failed = False
    with ProcessPoolExecutor(2) as pool:
        for line in pool.map(renew, paths):
            failed |= "FAILED" in line
            print(line, flush=True)
    sys.exit(failed)


if __name__ == "__main__":
    main(sys.argv[1:])
