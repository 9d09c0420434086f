"""One page of the website: stills, Korean words, its widgets, its menu, and repairs of its markup."""

import hashlib
import json
import re
from copy import deepcopy
from html import escape
from pathlib import Path

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

from publish import repairs, squeeze
from publish.address import ZIP
from publish.notebooks import STATE, VIEW

HANGUL = re.compile(r"([가-힣]+(?:[ ,·]+[가-힣]+)*)")
LONG = 20_000  # a text of a widget longer than this is stored once for all pages
LATER = {"_editor"}  # programs that no page loads by itself
VIEWS = re.compile(f'<script type="{re.escape(VIEW)}">(.*?)</script>', re.DOTALL)

# What axe-core finds wrong in the markup of the themes and of docutils, and what they say twice.
REPAIRS = [
    ('<meta name="viewport" content="width=device-width, initial-scale=1" />', ""),
    (' role="doc-biblioentry"', ""),
    ('<div role="list" class="citation-list">', '<div class="citation-list">'),
    ('<p aria-level="2" class="caption" role="heading">', '<p class="caption">'),
    ('<div id="pst-primary-sidebar" class="', '<div id="pst-primary-sidebar" role="complementary" aria-label="Book" class="'),
    ('<div id="pst-secondary-sidebar" class="', '<div id="pst-secondary-sidebar" role="complementary" aria-label="Page" class="'),
]  # fmt: skip

# What the templates of this folder put on pages.
MARKS = {
    "the template's style": "_static/site.css",
    "the template's script": "_static/site.js",
    "the template's body": '<body data-default-mode="auto">',
    "the template's states of widgets": f'<script type="{STATE}">',
}
MENU = "the course in the menu of downloads"
STILL = "the still of a widget"
STILL_NOTE = "<p class='still-note'>This figure stands still here: it moves where JavaScript is allowed.</p>"
VERSIONS = "the script of the list of versions"
SETTING = "words that set a figure"
UNCOLOURED = re.compile(r'<span class="[opw]">([^<]*)</span>')  # marks and spaces of code, in the colour of all of it


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
                start, end = "<noscript>", f"</noscript><noscript>{STILL_NOTE}</noscript>"
                repairs.used(self.app, STILL)
                forms[VIEW].append(nodes.raw("", start, format="html"))
                forms[VIEW].extend(deepcopy(still.children))
                forms[VIEW].append(nodes.raw("", end, format="html"))


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


def _set_aside(states: dict, texts: dict[str, str]) -> None:
    """Take out the programs that come later, where one asks: they are no texts that a page loads."""
    for model in states["state"].values():
        for name in model["state"].keys() & LATER:
            text = model["state"][name]
            key = hashlib.sha256(text.encode()).hexdigest()[:16]
            texts[key] = text
            model["state"][name] = {"$later": key}


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


def host(model: str, states: dict) -> str:
    """The place of a widget in a page: its height is kept free for it by the kind of figure, before any script runs."""
    state = states.get(model, {}).get("state", {})
    kind = state.get("_anywidget_id", "").rpartition(".")[2]
    looks = {"inviting": "_invitation", "open": "_more", "charted": "_chart"}
    looks = "".join(f" data-{look}" for look, trait in looks.items() if state.get(trait))
    return f'<div class="widget-host" data-widget="waiting" data-model="{escape(model)}" data-kind="{escape(kind)}"{looks}></div>'


def _prepare_page(app, pagename, templatename, context, doctree) -> None:
    """Note the styles and scripts that the page asks for; move widget states and their long texts."""
    if app.builder.name != "html":
        return
    if not hasattr(app.builder, "wanted_assets"):
        app.builder.wanted_assets = {}
    wanted, models, states, texts, later = app.builder.wanted_assets, {}, [], {}, {}
    for style in context["css_files"]:
        wanted[str(style.filename)] = "css"
    for script in context["script_files"]:
        attributes = getattr(script, "attributes", {})
        if attributes.get("type") == STATE:
            found = json.loads(attributes["body"])
            squeeze.fill_programs(found)
            _set_aside(found, later)
            models |= found["state"]
            states.append(_in_script(_share(found, texts)))
        elif script.filename:
            wanted[str(script.filename)] = "js"
        elif (body := attributes.get("body", "")).startswith("DOCUMENTATION_OPTIONS."):  # for lists of versions
            repairs.used(app, VERSIONS)
        else:
            wanted[body] = "inline"
    _write_texts(texts | later, Path(app.outdir, "_static", "widgets"))
    context.update(widget_states=states, widget_texts=list(texts))
    if "body" in context:
        context["body"] = VIEWS.sub(lambda view: host(json.loads(view[1])["model_id"], models), context["body"])


def _offer_course(app, pagename, templatename, context, doctree) -> None:
    """Offer the whole course in the menu of downloads."""
    for menu in context.get("header_buttons", ()):
        if menu.get("label") == "download-buttons":
            repairs.used(app, MENU)
            menu["buttons"].append({
                "type": "link",
                "url": context["pathto"](ZIP, 1),
                "text": "The whole course (.zip)",
                "tooltip": "All notebooks, and the package that they need",
                "icon": "fas fa-download",
                "label": "download-course-button",
            })  # fmt: skip


def repaired(app, html: str, names: dict[str, str]) -> str:
    """Return a page with its markup repaired, and with the style and the script of the given names."""
    for mark, text in MARKS.items():
        if text in html:
            repairs.used(app, mark)
    html = re.sub(r"(?<=_static/)site\.(?:\w+\.)?(css|js)\b", lambda match: names[match[1]], html)
    for wrong, right in REPAIRS:
        if wrong in html:
            repairs.used(app, wrong)
            html = html.replace(wrong, right)
    html = UNCOLOURED.sub(r"\1", html)
    quiet = html.replace('<a href="#explorer-', '<a data-sets="explorer-')  # host.js makes links of them
    if quiet != html:
        repairs.used(app, SETTING)
    return quiet


def setup(app):
    repairs.expect(app, "html", STILL, MENU, VERSIONS, SETTING, *MARKS, *(wrong for wrong, _ in REPAIRS))
    app.add_post_transform(KeepStill)
    app.add_post_transform(MarkKorean)
    app.connect("html-page-context", _offer_course, priority=900)
    app.connect("html-page-context", _prepare_page, priority=900)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": False}
