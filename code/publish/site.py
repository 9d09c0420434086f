"""Finish the website: one stylesheet and one script a page, and nothing asked from other hosts.

The theme, sphinx-book-theme, is kept; what it loads is not. The templates name ``site.css`` and ``site.js`` only. At
the end of the build those two are put together from everything that the theme and the extensions asked for, less the
rules that no page can match, and are named after their contents. The scripts of the theme's menus are not among them:
``menus.js`` does what they did.
"""

import hashlib
import re
import shutil
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from sphinx.errors import ExtensionError

from publish import repairs, squeeze
from publish.pages import repaired
from publish.pictures import placed
from publish.styles import stylesheet

HERE = Path(__file__).parent
OURS = "menus.js", "host.js", "site.js"
SEARCH_SCRIPTS = {"searchtools.js", "language_data.js", "searchindex.js"}
NAMED = re.compile(r"""\b(?:class|id)=["']([^"']*)["']""")
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
    files += sorted((course / "exercises").glob("*.py"))
    files += [file for pattern in ("*.py", "*.js", "*.css") for file in sorted(HERE.glob(pattern))]
    made_by = " ".join(f"{name} {version(name)}" for name in MAKERS)
    return hashlib.sha256(b"".join([made_by.encode(), *(file.read_bytes() for file in files)])).hexdigest()


def _script(app, wanted: dict[str, str]) -> str:
    """Put all scripts of the site into one."""
    out = Path(app.outdir)
    files = [out / "_static" / "documentation_options.js"]
    files += [out / name.partition("?")[0] for name, kind in wanted.items() if kind == "js"]
    files += [HERE / name for name in OURS]
    parts = [text for text, kind in wanted.items() if kind == "inline"]
    parts += [file.read_text(encoding="utf-8") for file in dict.fromkeys(files) if file.name not in SEARCH_SCRIPTS]
    script = "".join(map(guarded, parts))
    silent, count = re.subn(r"\bconsole\.log\(", "void(", script)  # the themes chat on the console
    if count:
        repairs.used(app, SILENCE)
    return silent


def guarded(part: str) -> str:
    """Return a script of the theme that may fail without taking along what comes after it.

    What it declares for other scripts stays in their reach, as ``var`` does beyond the braces.
    """
    part = re.sub(r"//# sourceMappingURL=.*", "", part)
    shared = re.sub(r"^(?:const|let)\b", "var", part, flags=re.MULTILINE)
    return f"try {{\n{squeeze.script(shared)}\n}} catch (error) {{ console.warn(error); }}\n"


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
    words = set(re.findall(r"[A-Za-z_][\w-]*", " ".join([script, *widgets])))
    words |= {name for html in pages.values() for names in NAMED.findall(html) for name in names.split()}
    names = {kind: _publish(text, kind, static)
             for kind, text in (("js", script), ("css", stylesheet(app, wanted, words)))}  # fmt: skip
    for page, html in pages.items():
        new = placed(repaired(app, html, names), page.parent)
        if new != html:
            page.write_text(new, encoding="utf-8")
    _remove_unused(app, static)
    shutil.copyfile(HERE / "search.js", static / "search.js")


def _use_templates(app, config) -> None:
    config.templates_path.append(str(HERE / "templates"))


def setup(app):
    repairs.expect(app, "html", SILENCE, *(f"no {pattern}" for pattern in UNUSED))
    app.add_config_value("comments_config", {}, "html")  # Jupyter Book sets it even where comments are switched off
    app.add_config_value("publish_digest", _digest(), "html")
    app.connect("config-inited", _use_templates)
    app.connect("build-finished", _finish, priority=900)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": False}
