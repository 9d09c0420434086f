"""Finish the website: one stylesheet and one script a page, and nothing asked from other hosts.

The theme, sphinx-book-theme, is kept; what it loads is not. The templates name ``site.css`` and ``site.js`` only. At
the end of the build those two are put together from everything that the theme and the extensions asked for, less the
rules that no page can match, and are named after their contents.
"""

import hashlib
import re
import shutil
from html import escape
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from sphinx.errors import ExtensionError

from publish import repairs
from publish.pages import repaired
from publish.styles import stylesheet

HERE = Path(__file__).parent
LAST_SCRIPTS = ["scripts/bootstrap.js", "scripts/pydata-sphinx-theme.js"]
SEARCH_SCRIPTS = {"searchtools.js", "language_data.js", "searchindex.js"}
SILENCE = "the silence of the themes' scripts"
UNUSED = "*.map", "fontawesome*", "vendor"
MAKERS = (
    "docutils",
    "jupyter-book",
    "myst-nb",
    "pydata-sphinx-theme",
    "sphinx",
    "sphinx-book-theme",
    "sphinx-togglebutton",
)


def _digest() -> str:
    """What pages depend on beside their sources; when it changes, all pages are written again."""
    course = Path(find_spec("descent").submodule_search_locations[0])
    files = [file for pattern in ("*.js", "*.css", "*.json") for file in sorted((course / "widgets").rglob(pattern))]
    files += [file for pattern in ("*.py", "*.js", "*.css") for file in sorted(HERE.glob(pattern))]
    made_by = " ".join(f"{name} {version(name)}" for name in MAKERS)
    return hashlib.sha256(b"".join([made_by.encode(), *(file.read_bytes() for file in files)])).hexdigest()


def _script(app, wanted: dict[str, str]) -> str:
    """Put all scripts of the site into one."""
    out = Path(app.outdir)
    files = [out / "_static" / "documentation_options.js"]
    files += [out / name.partition("?")[0] for name, kind in wanted.items() if kind == "js"]
    files += [out / "_static" / name for name in LAST_SCRIPTS]
    files += [HERE / "host.js", HERE / "site.js"]
    parts = [text for text, kind in wanted.items() if kind == "inline"]
    parts += [file.read_text(encoding="utf-8") for file in dict.fromkeys(files) if file.name not in SEARCH_SCRIPTS]
    # The first ";" keeps the "use strict" of one file from ruling all others.
    script = re.sub(r"//# sourceMappingURL=.*", "", ";\n" + ";\n".join(parts))
    silent, count = re.subn(r"\bconsole\.log\(", "void(", script)  # the themes chat on the console
    if count:
        repairs.used(app, SILENCE)
    return silent


def _publish(text: str, kind: str, static: Path) -> str:
    """Write ``site.HASH.kind`` in place of any older one, and return its name."""
    for old in static.glob(f"site.*.{kind}"):
        old.unlink()
    name = f"site.{hashlib.sha256(text.encode()).hexdigest()[:8]}.{kind}"
    (static / name).write_text(text, encoding="utf-8")
    return name


def _remove_unused(app, static: Path) -> None:
    """Remove what the theme brings and no page asks for."""
    for pattern in UNUSED:
        for unused in [*static.rglob(pattern)]:
            repairs.used(app, f"no {pattern}")
            if unused.is_file():
                unused.unlink()
            elif unused.is_dir():
                shutil.rmtree(unused)


def _lead_to_first_page(app, out: Path) -> None:
    """Let the site's root lead to the first page, which is in a folder."""
    first = out / f"{app.config.root_doc}.html"
    if first.parent != out:
        redirect = REDIRECT.format(title=escape(app.config.html_title), first=first.relative_to(out).as_posix())
        (out / "index.html").write_text(redirect, encoding="utf-8")


def _finish(app, error) -> None:
    wanted = getattr(app.builder, "wanted_assets", None)
    if error or not wanted:  # another builder, or no page was written
        return
    if foreign := [name for name, kind in wanted.items() if kind != "inline" and "://" in name]:
        raise ExtensionError(f"a page would ask another host for {', '.join(foreign)}")
    out, static = Path(app.outdir), Path(app.outdir, "_static")
    pages = {page: page.read_text(encoding="utf-8") for page in out.rglob("*.html") if "_static" not in page.parts}

    script = _script(app, wanted)
    widgets = (file.read_text(encoding="utf-8") for file in (static / "widgets").glob("*.js"))
    words = set(re.findall(r"[A-Za-z_][\w-]*", " ".join([*pages.values(), script, *widgets])))
    names = {kind: _publish(text, kind, static)
             for kind, text in (("js", script), ("css", stylesheet(app, wanted, words)))}  # fmt: skip
    for page, html in pages.items():
        new = repaired(app, html, names)
        if new != html:
            page.write_text(new, encoding="utf-8")
    _remove_unused(app, static)
    _lead_to_first_page(app, out)
    shutil.copyfile(HERE / "search.js", static / "search.js")


REDIRECT = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title><link rel="icon" href="data:,">
<meta name="viewport" content="width=device-width, initial-scale=1"><meta http-equiv="refresh" content="0; url={first}">
</head><body><main><h1>{title}</h1><p><a href="{first}">Start here</a></p></main></body></html>
"""


def _use_templates(app, config) -> None:
    config.templates_path.append(str(HERE / "templates"))


def setup(app):
    repairs.expect(app, "html", SILENCE, *(f"no {pattern}" for pattern in UNUSED))
    app.add_config_value("comments_config", {}, "html")  # Jupyter Book sets it even where comments are switched off
    app.add_config_value("publish_digest", _digest(), "html")
    app.connect("config-inited", _use_templates)
    app.connect("build-finished", _finish, priority=900)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": False}
