"""Where the course is kept and where it is read: ``[project.urls]`` in pyproject.toml says it, all else follows.

The site (its button to the repository, its canonical addresses, its links to Colab and Binder), the PDF's imprint and
the zip take it from there at every build. ``python -m publish.address`` writes it into the files that are kept: README.md,
CITATION.cff and the notebooks. Without it, nothing speaks of an address.
"""

import json
import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
KEYS = "Repository", "Homepage"
SERVERS = {
    "binderhub_url": "https://mybinder.org",
    "colab_url": "https://colab.research.google.com",
    "notebook_interface": "jupyterlab",
}
ZIP = "descent-course.zip"
FIRST_HEADING = "\n## "


def addresses(settings=None):
    """The addresses of the repository and of the site, without a last slash; ``""`` for one that is not set."""
    settings = settings or (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    urls = tomllib.loads(settings)["project"].get("urls", {})
    if strange := [f"{key} = {urls[key]!r}" for key in urls if key not in KEYS or not urls[key].startswith("https://")]:
        raise ValueError(f"[project.urls] knows {' and '.join(KEYS)}, each https://…, not {', '.join(strange)}")
    return tuple(urls.get(key, "").rstrip("/") for key in KEYS)


def sentence(repository, site):
    """One sentence that says where the course is, or ``""``."""
    if repository and site:
        return f"The course is read at <{site}> and kept at <{repository}>."
    return f"The course is {f'read at <{site}>' if site else f'kept at <{repository}>'}." if repository or site else ""


def in_readme(text, repository, site):
    """The README with the sentence as the last paragraph before its first heading of a section."""
    bare = re.sub(r"^The course is (?:read|kept) at .*\n\n", "", text, flags=re.MULTILINE)
    before, heading, after = bare.partition(FIRST_HEADING)
    said = sentence(repository, site)
    return f"{before}\n{said}\n{heading}{after}" if said else bare


def in_citation(text, repository, site):
    """The citation file with the addresses as its last lines."""
    bare = re.sub(r"^(?:repository-code|url): .*\n", "", text, flags=re.MULTILINE)
    lines = {"repository-code": repository, "url": site}
    return bare + "".join(f'{key}: "{address}"\n' for key, address in lines.items() if address)


PACKAGE = """\
try:
    __import__("descent.walk")
except ImportError:  # there is none, or a stranger's of the same name
    wanted = "This notebook needs the course's own package descent: {way}, then restart the kernel."
    raise SystemExit(wanted) from None"""


def package(repository, site):
    """The first code cell of a notebook: where its package is missing, one sentence says where it is to be had."""
    place = f"{site}/{ZIP}" if site else f"{ZIP}, which every page of the course offers for download"
    way = f"run %pip install git+{repository}" if repository else f"install the wheel in {place}"
    return PACKAGE.format(way=way)


def in_notebook(text, repository, site):
    """A notebook whose cell ``package``, which the site and the PDF leave out, says where its package is to be had.

    Where there is no such cell yet, it comes behind the title.
    """
    notebook = json.loads(text)
    if not any(cell["id"] == "package" for cell in notebook["cells"]):
        tags = {"tags": ["remove-cell"]}
        empty = {"cell_type": "code", "execution_count": None, "id": "package", "metadata": tags, "outputs": []}
        notebook["cells"].insert(1, empty)
    for cell in notebook["cells"]:
        if cell["id"] == "package":
            cell["source"] = package(repository, site).splitlines(keepends=True)
    return json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"


def kept():
    """The files that are kept, each with the function that writes addresses into its text."""
    notebooks = sorted((ROOT / "chapters").glob("*.ipynb"))
    return {ROOT / "README.md": in_readme, ROOT / "CITATION.cff": in_citation} | dict.fromkeys(notebooks, in_notebook)


def renewed():
    """The files that are kept and do not say what pyproject.toml says: a dict from path to what they must be."""
    here, files = addresses(), kept()
    texts = {path: path.read_text(encoding="utf-8") for path in files}
    return {path: new for path, text in texts.items() if (new := files[path](text, *here)) != text}


def configure(app, config):
    """Tell the theme and the printed title page where the course is, as far as that is set."""
    repository, site = addresses()
    config.html_baseurl = f"{site}/" if site else config.html_baseurl
    if re.match(r"https://(github|gitlab|bitbucket)\.", repository):  # the hosts that the theme has a button for
        config.html_theme_options |= {
            "repository_url": repository,
            "repository_branch": "main",
            "use_repository_button": True,
        }
    if repository.startswith("https://github.com/"):
        config.html_theme_options["launch_buttons"] = SERVERS
    if said := sentence(repository, site):
        imprint = re.sub(r"<(\S+)>", r"\\url{\1}", said)
        config.latex_elements["preamble"] += rf"\newcommand{{\imprint}}{{{imprint}}}"


def main():
    """Write the addresses into the files that are kept."""
    for path, text in renewed().items():
        path.write_text(text, encoding="utf-8")
        print(f"{path.name}: {sentence(*addresses()) or 'no address'}")


def setup(app):
    """Connect it to the build."""
    app.connect("config-inited", configure)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}


if __name__ == "__main__":
    main()
