"""Finish the website: one stylesheet and one script a page, widgets without a kernel, nothing asked from other hosts.

The theme, sphinx-book-theme, is kept; what it loads is not. The templates name ``site.css`` and ``site.js`` only. At
the end of the build those two are put together from everything that the theme and the extensions asked for, less the
rules that no page can match, and are named after their contents.
"""

import hashlib
import json
import os
import re
import shutil
from copy import deepcopy
from html import escape
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import tinycss2
from docutils import nodes
from sphinx.errors import ExtensionError
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx_exercise.nodes import solution_node

from publish import squeeze

HERE = Path(__file__).parent
STATE = "application/vnd.jupyter.widget-state+json"
VIEW = "application/vnd.jupyter.widget-view+json"
HANGUL = re.compile(r"([가-힣]+(?:[ ,·]+[가-힣]+)*)")
LONG = 1000  # a text of a widget longer than this is stored once for all pages

FIRST_STYLES = ["styles/theme.css", "styles/pydata-sphinx-theme.css"]
LAST_SCRIPTS = ["scripts/bootstrap.js", "scripts/pydata-sphinx-theme.js"]
SEARCH_SCRIPTS = {"searchtools.js", "language_data.js", "searchindex.js"}

# The theme's icons are classes of Font Awesome, which is 543 kB of script. Each is one stroke here, on a 24 x 24 grid.
ICONS = {
    "fa-bars": "M4 6h16M4 12h16M4 18h16",
    "fa-list": "M9 6h11M9 12h11M9 18h11M4 6h.01M4 12h.01M4 18h.01",
    "fa-magnifying-glass": "M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM20 20l-4-4",
    "fa-angle-left": "M15 5l-7 7 7 7",
    "fa-angle-right": "M9 5l7 7-7 7",
    "fa-chevron-down": "M5 9l7 7 7-7",
    "fa-arrow-up": "M12 20V5M5 12l7-7 7 7",
    "fa-sun": "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 2v2M12 20v2M2 12h2M20 12h2M5 5l1.400 1.400M17.600 17.600 19 19"
    "M5 19l1.400-1.400M17.600 6.400 19 5",
    "fa-moon": "M20 14A8.500 8.500 0 0 1 10 4a8.500 8.500 0 1 0 10 10z",
    "fa-circle-half-stroke": "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 3v18M12 7l5 5M12 12l4 4M12 3l8 8",
    "fa-download": "M12 4v11M7 10l5 5 5-5M5 20h14",
    "fa-code": "M8 6l-6 6 6 6M16 6l6 6-6 6",
    "fa-file": "M6 3h8l5 5v13H6zM14 3v5h5",
    "fa-file-pdf": "M6 3h8l5 5v13H6zM14 3v5h5M9 13h6M9 17h6",
    "fa-xmark": "M6 6l12 12M18 6L6 18",
    "fa-rocket": "M12 3c4 3 5 7 4 12H8C7 10 8 6 12 3zM12 9h.01M8 12l-3 4v3l4-3M16 12l3 4v3l-4-3M12 18v3",
} | dict.fromkeys(
    ("fa-github", "fa-gitlab", "fa-bitbucket"),
    "M7 4a2 2 0 1 0 0 4 2 2 0 0 0 0-4zM7 16a2 2 0 1 0 0 4 2 2 0 0 0 0-4zM17 6a2 2 0 1 0 0 4 2 2 0 0 0 0-4z"
    "M7 8v8M17 10c0 4-10 2-10 6",
)

# What axe-core finds wrong in the markup of the themes and of docutils.
REPAIRS = [
    (' role="doc-biblioentry"', ""),
    ('<div role="list" class="citation-list">', '<div class="citation-list">'),
    ('<summary aria-label="Toggle hidden content">', "<summary>"),
    ('<p aria-level="2" class="caption" role="heading">', '<p class="caption">'),
    ('<p class="caption" role="heading">', '<p class="caption">'),
    ('<div id="pst-primary-sidebar" class="', '<div id="pst-primary-sidebar" role="complementary" aria-label="Book" class="'),
    ('<div id="pst-secondary-sidebar" class="', '<div id="pst-secondary-sidebar" role="complementary" aria-label="Page" class="'),
]  # fmt: skip


# Pages -----------------------------------------------------------------------------------------------------------


class KeepStill(SphinxPostTransform):
    """Show a widget's still picture where scripts do not run, and where the widget fails."""

    default_priority = 2  # before MyST-NB chooses one of an output's forms
    formats = ("html",)

    def run(self) -> None:
        for output in list(self.document.findall(nodes.container)):
            if output.get("nb_element") != "mime_bundle":
                continue
            forms = {form.get("mime_type"): form for form in output.children}
            still = forms.get("image/svg+xml", forms.get("image/png", forms.get("text/plain")))
            if VIEW in forms and still is not None:
                quiet = nodes.raw("", "<noscript>", format="html"), nodes.raw("", "</noscript>", format="html")
                forms[VIEW].extend([quiet[0], *deepcopy(still.children), quiet[1]])


class MarkKorean(SphinxPostTransform):
    """Say of Korean words that they are Korean: a screen reader then reads them as such."""

    default_priority = 900  # when all texts are in their places
    formats = ("html",)

    def run(self) -> None:
        for text in list(self.document.findall(nodes.Text)):
            parts = HANGUL.split(text.astext())
            if len(parts) > 1 and not isinstance(text.parent, nodes.raw | nodes.literal_block | nodes.comment):
                # docutils writes this class as lang="ko"
                marked = [nodes.inline("", p, classes=["language-ko"]) if i % 2 else nodes.Text(p)
                          for i, p in enumerate(parts) if p]  # fmt: skip
                text.parent.replace(text, marked)


def description(doctree: nodes.document | None, length: int = 155) -> str:
    """Return the first paragraph of a page as plain text, cut at a word."""
    for paragraph in doctree.findall(nodes.paragraph) if doctree else ():
        text = " ".join(paragraph.astext().split())
        if isinstance(paragraph.parent, nodes.section) and len(text) > 40:
            return text if len(text) <= length else text[:length].rpartition(" ")[0] + " …"
    return ""


def _digest() -> str:
    """What pages depend on beside their sources; when it changes, all pages are written again."""
    course = Path(find_spec("descent").submodule_search_locations[0])
    files = [file for pattern in ("*.js", "*.css", "*.json") for file in sorted((course / "widgets").rglob(pattern))]
    files += [file for pattern in ("*.py", "*.js", "*.css") for file in sorted(HERE.glob(pattern))]
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


def _share(value, texts: dict[str, str]):
    """Replace every long string in ``value`` by a reference to its entry in ``texts``."""
    if isinstance(value, str) and len(value) > LONG:
        key = hashlib.sha256(value.encode()).hexdigest()[:16]
        texts[key] = value
        return {"$text": key}
    if isinstance(value, dict):
        return {key: _share(item, texts) for key, item in value.items()}
    if isinstance(value, list):
        return [_share(item, texts) for item in value]
    return value


def _in_script(value) -> str:
    """JSON that may stand in a script element."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


def _write_texts(texts: dict[str, str], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for key, text in texts.items():
        script = f'(window.widgetTexts ??= {{}})["{key}"] = {_in_script(text)};\n'
        (folder / f"{key}.js").write_text(script, encoding="utf-8")


def _prepare_page(app, pagename, templatename, context, doctree) -> None:
    """Note the styles and scripts that the page asks for; move widget states and their long texts."""
    if app.builder.name != "html":
        return
    if not hasattr(app.builder, "wanted_assets"):
        app.builder.wanted_assets = {}
    wanted, states, texts = app.builder.wanted_assets, [], {}
    for style in context["css_files"]:
        wanted[str(style.filename)] = "css"
    for script in context["script_files"]:
        attributes = getattr(script, "attributes", {})
        if attributes.get("type") == STATE:
            found = json.loads(attributes["body"])
            squeeze.fill_programs(found)
            states.append(_in_script(_share(found, texts)))
        elif script.filename:
            wanted[str(script.filename)] = "js"
        elif not (body := attributes.get("body", "")).startswith("DOCUMENTATION_OPTIONS."):  # for lists of versions
            wanted[body] = "inline"
    _write_texts(texts, Path(app.outdir, "_static", "widgets"))
    context.update(widget_states=states, widget_texts=list(texts))
    if text := description(doctree):
        context["metatags"] += f'\n<meta name="description" content="{escape(text)}">'


# Styles ----------------------------------------------------------------------------------------------------------


def _used(selector: str, words: set[str]) -> bool:
    """Could the selector match? Every class and id in it must be a word of some page or script."""
    while (bare := re.sub(r":(?:not|is|where|has)\([^()]*\)", "", selector)) != selector:
        selector = bare
    names = re.findall(r"[.#]((?:\\.|[\w-])+)", re.sub(r"\[[^\]]*\]", "", selector))
    return all(name.replace("\\", "") in words and not re.match(r"fa[srb]?(-|$)", name) for name in names)


def _split(selectors: str) -> list[str]:
    """Split a list of selectors at the commas outside brackets."""
    parts, depth = [""], 0
    for character in selectors:
        depth += (character in "([") - (character in ")]")
        if character == "," and not depth:
            parts.append("")
        else:
            parts[-1] += character
    return [part.strip() for part in parts]


def prune(rules: list, words: set[str]) -> str:
    """Return as CSS the rules that could match a page made of ``words``, without those of Font Awesome."""
    kept = []
    for rule in rules:
        if rule.type == "qualified-rule":
            selectors = [s for s in _split(tinycss2.serialize(rule.prelude)) if _used(s, words)]
            if selectors:
                kept.append(",".join(selectors) + "{" + squeeze.style(tinycss2.serialize(rule.content)) + "}")
        elif rule.type == "at-rule":
            head = f"@{rule.at_keyword} {squeeze.style(tinycss2.serialize(rule.prelude))}".strip()
            if rule.content is None:
                kept.append(head + ";")
            elif rule.lower_at_keyword in ("media", "supports", "layer", "container"):
                if inner := prune(tinycss2.parse_rule_list(rule.content, True, True), words):
                    kept.append(head + "{" + inner + "}")
            elif "Font Awesome" not in (body := squeeze.style(tinycss2.serialize(rule.content))).replace("\\", ""):
                kept.append(head + "{" + body + "}")
    return "".join(kept)


def _sheet(path: Path, static: Path) -> str:
    """Read a stylesheet with its imports in place and its addresses relative to ``static``."""

    def moved(match: re.Match) -> str:
        if match[1].startswith(("data:", "#", "http")):
            return match[0]
        return f"url({Path(os.path.relpath(path.parent / match[1], static)).as_posix()})"

    css = path.read_text(encoding="utf-8")
    css = re.sub(r'url\(["\']?([^"\')]+)["\']?\)', moved, css)
    return re.sub(r'@import "([^"]+)";', lambda match: _sheet((path.parent / match[1]).resolve(), static), css)


def icons() -> str:
    """Return the stylesheet that draws the theme's icons."""
    svg = (
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 24 24' fill='none' stroke='#000' stroke-width='2'"
        " stroke-linecap='round' stroke-linejoin='round'><path d='{}'/></svg>"
    )
    rule = '[class~="{}"]{{--icon:url("data:image/svg+xml,{}")}}\n'
    return "".join(rule.format(name, quote(svg.format(path), safe=" ='/:")) for name, path in ICONS.items())


# End of the build ------------------------------------------------------------------------------------------------


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
    return _silent(re.sub(r"//# sourceMappingURL=.*", "", ";\n" + ";\n".join(parts)))


def _silent(script: str) -> str:
    """The themes chat on the console."""
    return re.sub(r"\bconsole\.log\(", "void(", script)


def _stylesheet(app, wanted: dict[str, str], words: set[str]) -> str:
    """Put all styles of the site into one, without the rules that no page can match."""
    static = Path(app.outdir, "_static")
    files = [static / name for name in FIRST_STYLES]
    files += [Path(app.outdir, name.partition("?")[0]) for name, kind in wanted.items() if kind == "css"]
    theirs = "".join(_sheet(file, static) for file in dict.fromkeys(files))
    ours = icons() + (HERE / "site.css").read_text(encoding="utf-8")
    # What stands in a layer gives way to what does not, however specific it is.
    return prune(tinycss2.parse_stylesheet(f"@layer theme {{{theirs}}}" + ours, True, True), words)


def _publish(text: str, kind: str, static: Path) -> str:
    """Write ``site.HASH.kind`` in place of any older one, and return its name."""
    for old in static.glob(f"site.*.{kind}"):
        old.unlink()
    name = f"site.{hashlib.sha256(text.encode()).hexdigest()[:8]}.{kind}"
    (static / name).write_text(text, encoding="utf-8")
    return name


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
             for kind, text in (("js", script), ("css", _stylesheet(app, wanted, words)))}  # fmt: skip
    for page, html in pages.items():
        new = re.sub(r"(?<=_static/)site\.(?:\w+\.)?(css|js)\b", lambda match: names[match[1]], html)
        for wrong, right in REPAIRS:
            new = new.replace(wrong, right)
        if new != html:
            page.write_text(new, encoding="utf-8")
    for unused in (*static.rglob("*.map"), *static.rglob("fontawesome*"), static / "vendor"):
        if unused.is_file():
            unused.unlink()
        elif unused.is_dir():
            shutil.rmtree(unused)
    first = out / f"{app.config.root_doc}.html"
    if first.parent != out:
        redirect = REDIRECT.format(title=escape(app.config.html_title), first=first.relative_to(out).as_posix())
        (out / "index.html").write_text(redirect, encoding="utf-8")
    (static / "search.js").write_text((HERE / "search.js").read_text(encoding="utf-8"), encoding="utf-8")
    search = static / "searchtools.js"
    search.write_text(_silent(search.read_text(encoding="utf-8")), encoding="utf-8")


REDIRECT = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title><link rel="icon" href="data:,">
<meta name="viewport" content="width=device-width, initial-scale=1"><meta http-equiv="refresh" content="0; url={first}">
</head><body><main><h1>{title}</h1><p><a href="{first}">Start here</a></p></main></body></html>
"""


def _use_templates(app, config) -> None:
    config.templates_path.append(str(HERE / "templates"))


def _leave_out_solutions(app, doctree) -> None:
    """For teachers: ``make book SOLUTIONS=0``. (The extension's own switch cannot hide solutions that hold cells.)"""
    if not app.config.show_solutions:
        for solution in list(doctree.findall(solution_node)):
            solution.parent.remove(solution)


def without_solutions(text: str) -> str:
    """A notebook's text without the cells from a solution's start to its end."""
    notebook, inside = json.loads(text), False
    kept = []
    for cell in notebook["cells"]:
        source = "".join(cell["source"])
        inside |= "{solution-start}" in source
        if not inside:
            kept.append(cell)
        inside &= "{solution-end}" not in source
    return json.dumps(notebook | {"cells": kept}, indent=1, ensure_ascii=False) + "\n"


def _leave_solutions_out_of_downloads(app, error) -> None:
    if not error and app.builder.name == "html" and not app.config.show_solutions:
        for source in Path(app.outdir, "_sources").rglob("*.ipynb"):
            source.write_text(without_solutions(source.read_text(encoding="utf-8")), encoding="utf-8")


def setup(app):
    app.add_config_value("comments_config", {}, "html")  # Jupyter Book sets it even where comments are switched off
    app.add_config_value("publish_digest", _digest(), "html")
    app.add_config_value("show_solutions", os.environ.get("SOLUTIONS") != "0", "env")
    app.add_post_transform(KeepStill)
    app.add_post_transform(MarkKorean)
    app.connect("config-inited", _use_templates)
    app.connect("doctree-read", _leave_out_solutions)
    app.connect("html-page-context", _prepare_page, priority=900)
    app.connect("build-finished", _finish, priority=900)
    app.connect("build-finished", _leave_solutions_out_of_downloads)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": False}
