"""The addresses: one setting, found everywhere once it is set, and nowhere before."""

import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import nbformat
import pytest
import yaml
from publish import address, styles

ROOT = Path(__file__).parents[1]
REPOSITORY, SITE = "https://github.com/made-up/course", "https://made-up.example/course"
URLS = f'[project.urls]\nRepository = "{REPOSITORY}/"\nHomepage = "{SITE}"\n\n'
SIGNS = ("made-up", "mybinder.org", "colab.research", 'rel="canonical"', "github.com/made-up", r"\imprint}")


@pytest.fixture(scope="module", params=[True, False], ids=["set", "not set"])
def places(request, tmp_path_factory):
    """Whether there are addresses, and every text in which they may stand, by its name, of a small course."""
    folder = tmp_path_factory.mktemp("course")
    shutil.copytree(ROOT / "code", folder / "code", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("README.md", "CITATION.cff", "LICENSE", "LICENSE-TEXT"):
        shutil.copy(ROOT / name, folder)
    config = (ROOT / "_config.yml").read_text(encoding="utf-8").replace("check_repairs: true", "check_repairs: false")
    (folder / "_config.yml").write_text(config, encoding="utf-8")
    settings = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    settings = settings.replace("[dependency-groups]", URLS * request.param + "[dependency-groups]")
    (folder / "pyproject.toml").write_text(settings, encoding="utf-8")
    (folder / "chapters").mkdir()
    shutil.copy(ROOT / "chapters" / "references.bib", folder / "chapters")
    (folder / "_toc.yml").write_text("format: jb-book\nroot: chapters/one\n", encoding="utf-8")
    title = nbformat.v4.new_markdown_cell("# One\n\nA page.", id="title")
    page = nbformat.v4.new_notebook(cells=[title])  # as an author begins it
    page.metadata.kernelspec = {"display_name": "Python 3", "language": "python", "name": "python3"}
    nbformat.write(page, folder / "chapters" / "one.ipynb")

    def run(*command):
        here = os.environ | {"PYTHONPATH": str(folder / "code")}
        done = subprocess.run([*map(str, command)], cwd=folder, env=here, capture_output=True, encoding="utf-8")
        assert done.returncode == 0, done.stdout + done.stderr

    book = Path(sys.executable).with_name("jupyter-book")
    run(sys.executable, "-m", "publish.address")
    for builder in ("html", "latex"):
        run(book, "build", ".", "--builder", builder, "--quiet", "--warningiserror", "--nitpick")
    built = folder / "_build"
    files = {name: folder / name for name in ("README.md", "CITATION.cff")}
    files |= {
        "notebook": folder / "chapters" / "one.ipynb",
        "page": built / "html" / "chapters" / "one.html",
        "root": built / "html" / "index.html",
        "lost": built / "html" / "404.html",
        "print": built / "latex" / "descent.tex",
    }
    texts = {name: path.read_text(encoding="utf-8") for name, path in files.items()}
    sitemap = built / "html" / "sitemap.xml"
    texts["sitemap"] = sitemap.read_text(encoding="utf-8") if sitemap.exists() else ""
    with zipfile.ZipFile(built / "html" / "descent-course.zip") as course:
        texts["zip"] = course.read("descent-course/README.md").decode("utf-8")
        with zipfile.ZipFile(course.open(next(name for name in course.namelist() if name.endswith(".whl")))) as wheel:
            meta = next(name for name in wheel.namelist() if name.endswith("METADATA"))
            texts["wheel"] = wheel.read(meta).decode("utf-8")
    return request.param, texts


WANTED = {
    "README.md": [f"The course is read at <{SITE}> and kept at <{REPOSITORY}>.\n\n## "],
    "CITATION.cff": [f'repository-code: "{REPOSITORY}"', f'url: "{SITE}"'],
    "page": [
        f'<link rel="canonical" href="{SITE}/chapters/one.html"',
        f'href="{REPOSITORY}"',
        f'<meta property="og:url" content="{SITE}/chapters/one.html">',
        "https://mybinder.org/v2/gh/made-up/course/main?urlpath=lab/tree/chapters/one.ipynb",
        "https://colab.research.google.com/github/made-up/course/blob/main/chapters/one.ipynb",
    ],
    "root": [f'<link rel="canonical" href="{SITE}/chapters/one.html">'],
    "lost": [f'href="{SITE}/"', f'href="{SITE}/search.html"'],
    "sitemap": [f"<url><loc>{SITE}/chapters/one.html</loc></url>"],
    "print": [rf"\newcommand{{\imprint}}{{The course is read at \url{{{SITE}}} and kept at \url{{{REPOSITORY}}}.}}"],
    "notebook": [f"run %pip install git+{REPOSITORY}, then"],
    "zip": [SITE, REPOSITORY],
    "wheel": [f"Project-URL: Homepage, {SITE}", f"Project-URL: Repository, {REPOSITORY}"],
}


@pytest.mark.parametrize("place", WANTED)
def test_an_address_is_everywhere_or_nowhere(place, places):
    are_set, texts = places
    if are_set:
        assert not [wanted for wanted in WANTED[place] if wanted not in texts[place]]
    else:
        assert not [sign for sign in SIGNS if sign in texts[place]]


def test_every_button_has_an_icon(places):
    _, texts = places
    assert {*re.findall(r'class="fa[bs]? (fa-[\w-]+)', texts["page"])} <= {*styles.ICONS}


def test_the_citation_stays_well_formed(places):
    are_set, texts = places
    assert ({"repository-code", "url"} <= {*yaml.safe_load(texts["CITATION.cff"])}) is are_set


def test_the_title_page_prints_the_imprint_where_there_is_one():
    style = (ROOT / "code" / "publish" / "latex" / "descent.sty").read_text(encoding="utf-8")
    assert r"\ifdef{\imprint}{\imprint\par}{}" in style


def test_the_files_that_are_kept_say_what_pyproject_says():
    assert not address.renewed(), "run: python -m publish.address"


@pytest.mark.parametrize(("repository", "site"), [(REPOSITORY, SITE), (REPOSITORY, ""), ("", SITE), ("", "")])
def test_writing_twice_is_writing_once_and_taking_back_leaves_no_trace(repository, site):
    for path, write in address.kept().items():
        text = write(path.read_text(encoding="utf-8"), "", "")
        once = write(text, repository, site)
        assert write(once, repository, site) == once
        assert write(once, "", "") == text
        assert (once != text) is bool(repository or site)


@pytest.mark.parametrize("path", sorted((ROOT / "chapters").glob("*.ipynb")), ids=lambda path: path.stem)
def test_a_notebook_alone_says_where_its_package_is_to_be_had(path):
    package = next(cell for cell in nbformat.read(path, 4).cells if cell.cell_type == "code")
    assert package.source == address.package(*address.addresses())
    assert package.metadata.tags == ["remove-cell"]  # readers of a page need no package


@pytest.mark.parametrize("line", ['Source = "https://x.example"', 'Homepage = "x.example"'])
def test_a_wrong_setting_gets_one_line(line):
    with pytest.raises(ValueError, match=rf"knows Repository and Homepage, each https://…, not {re.escape(line)[:8]}"):
        address.addresses(f"[project]\n[project.urls]\n{line}\n")
