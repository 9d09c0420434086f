"""Put the course on its own site, in plain Markdown: each page as a download, ``descent-course.zip``, and the sheet.

From the zip a reader without the repository can start. It holds the chapters, the package ``descent`` as a wheel, both
as they are at this moment, and a few lines that say how to begin. The same sources give the same bytes.
"""

import io
import shutil
import subprocess
import sys
import tempfile
import tomllib
import zipfile
import zlib
from base64 import b85encode
from pathlib import Path

from sphinx.errors import ExtensionError

from publish import address, plain, sheet

ROOT = Path(__file__).parents[2]
LICENCES = "LICENSE", "LICENSE-TEXT"
FIRST_DAY = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip can say: not the day of the build
README = """\
# {title}

`chapters/` holds the notebooks of the course, and `{wheel}` the package `descent` that they import.
You need Python {python}. In this folder, `python -m pip install jupyterlab ./{wheel}` installs both, and
`python -m jupyterlab chapters` opens the notebooks. Code: MIT (`LICENSE`). Text: CC BY 4.0 (`LICENSE-TEXT`).
"""
# A module with answers, for an edition without solutions: ``check`` still judges, but nobody reads the answers by chance.
OUT_OF_SIGHT = '''\
"""Answers, out of sight: this edition of the course has no solutions, and ``check`` still judges."""

from base64 import b85decode
from zlib import decompress

exec(decompress(b85decode("{}")))
'''


def project():
    """What ``pyproject.toml`` says of the project."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def hide(module):
    """Let a module hold its text in a form that works and that nobody reads by chance."""
    packed = b85encode(zlib.compress(module.read_bytes(), 9)).decode("ascii")
    module.write_text(OUT_OF_SIGHT.format(packed), encoding="utf-8")


def lay_out(folder, readme, solutions):
    """Write the sources of the wheel into ``folder``: the package alone, with ``readme`` as its description."""
    shutil.copytree(
        ROOT / "code" / "descent", folder / "code" / "descent", ignore=shutil.ignore_patterns("__pycache__")
    )
    for name in LICENCES:
        shutil.copy(ROOT / name, folder)
    both, alone = 'module-name = ["descent", "publish"]', 'module-name = "descent"'
    settings = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    if both not in settings:
        raise ExtensionError(f"pyproject.toml has no line {both!r}, which the wheel of the course replaces")
    (folder / "pyproject.toml").write_text(settings.replace(both, alone), encoding="utf-8")
    (folder / "README.md").write_text(readme, encoding="utf-8")
    if not solutions:
        for module in (folder / "code" / "descent" / "exercises").glob("*.py"):
            if module.stem not in ("__init__", "answers"):
                hide(module)


def wheel(readme, solutions=True):
    """The package ``descent`` as a wheel: its bytes. Nothing is fetched."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        (folder / "built").mkdir()
        lay_out(folder, readme, solutions)
        build = [sys.executable, "-m", "uv", "build-backend", "build-wheel", "built"]
        done = subprocess.run(build, cwd=folder, capture_output=True, text=True, encoding="utf-8")
        if done.returncode:
            raise ExtensionError(f"the wheel of the course could not be built: {done.stderr.strip()}")
        return next((folder / "built").glob("*.whl")).read_bytes()


def pack(pages, title, solutions=True):
    """The course as the bytes of a zip, in one folder of the zip's name; ``pages`` are texts by the names of files."""
    name = f"{project()['name'].replace('-', '_')}-{project()['version']}-py3-none-any.whl"
    first, beyond = (bound.rpartition(".")[2] for bound in project()["requires-python"].split(","))
    readme = README.format(title=title, wheel=name, python=f"3.{first} to 3.{int(beyond) - 1}")
    readme += f"{address.sentence(*address.addresses())}\n".lstrip("\n")
    files = {f"chapters/{page}": text for page, text in pages.items()}
    files |= {name: (ROOT / name).read_bytes() for name in LICENCES}
    files |= {"README.md": readme, name: wheel(readme, solutions)}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in sorted(files.items()):
            entry = zipfile.ZipInfo(f"{Path(address.ZIP).stem}/{name}", FIRST_DAY)
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED, 9)
    return packed.getvalue()


def put_on_site(app, error):
    """At the end of a build of the website, write the downloads, and beside the first page the zip and the sheet."""
    if error or app.builder.name != "html":
        return
    out, solutions = Path(app.outdir), app.config.show_solutions
    paths = [Path(app.env.doc2path(name)) for name in sorted(app.env.found_docs)]
    pages = plain.course(paths, solutions)
    for page, text in pages.items():
        for source in out.joinpath("_sources").rglob(page):
            source.write_text(text, encoding="utf-8")
    (out / address.ZIP).write_bytes(pack(pages, app.config.html_title, solutions))
    notebooks = [path for path in paths if path.suffix == ".ipynb"]
    (out / sheet.NAME).write_text(sheet.sheet(notebooks, app.config.html_title), encoding="utf-8")


def setup(app):
    """Connect it to the build."""
    app.connect("build-finished", put_on_site)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
