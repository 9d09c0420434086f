"""What the head of a page says to those who only pass by: search engines, and the windows that show a shared link."""

import re
from html import escape
from pathlib import Path

from docutils import nodes

from publish import maths, pictures

FULL = 160  # characters of a description that search engines show
DRAWN_AS_LETTERS = re.compile(r"<m(?:sup|sub|frac|sqrt|root|over|under|table)")
CITED = re.compile(r"\s*\[[^\]]*\d{4}[^\]]*\]")
CUT = "\ufffc"  # no page holds it


def _letters(formula: nodes.math) -> str:
    """A formula as plain text if that is all it is, such as η; else a mark to end at."""
    mathml = maths.plain(maths.typeset(formula.astext(), False)[0])
    return CUT if DRAWN_AS_LETTERS.search(mathml) else re.sub(r"<[^>]+>", "", mathml)


def _plain(paragraph: nodes.paragraph) -> str:
    whole = paragraph.deepcopy()
    for formula in list(whole.findall(nodes.math)):
        formula.parent.replace(formula, nodes.Text(_letters(formula)))
    return CITED.sub("", " ".join(whole.astext().split()))


def description(doctree: nodes.document | None) -> str:
    """Return the first sentences of a page's first paragraph as plain text."""
    for paragraph in doctree.findall(nodes.paragraph) if doctree else ():
        text = _plain(paragraph)
        if not isinstance(paragraph.parent, nodes.section) or len(text) <= 40:
            continue
        said = ""
        for sentence in re.split(r"(?<=[.?!:])\s+(?=[A-Z])", text.partition(CUT)[0]):
            if len(said) + len(sentence) > FULL or sentence[-1] not in ".?!:":
                break
            said = f"{said} {sentence}".strip()
        return said or text[:FULL].partition(CUT)[0].rpartition(" ")[0] + " …"
    return ""


def _picture(app, pagename: str, title: str, doctree) -> str:
    """The address of a picture for the page, made from its first figure; ``""`` if it has none."""
    files = (Path(app.srcdir, image["uri"]) for image in doctree.findall(nodes.image))
    figure = next((file for file in files if file.is_file()), None)
    if figure is None:
        return ""
    place = f"_static/cards/{pagename.rpartition('/')[2]}.png"
    card = Path(app.outdir, place)
    card.parent.mkdir(parents=True, exist_ok=True)
    card.write_bytes(pictures.card(figure, title, app.config.html_title))
    return app.config.html_baseurl + place


def _say(app, pagename, templatename, context, doctree) -> None:
    """Add the description, and what a shared link shows; its addresses only once the site has one."""
    if app.builder.name != "html" or doctree is None:
        return
    title = re.sub(r"<[^>]+>", "", maths.plain(context["title"]))
    said = {"og:type": "article", "og:site_name": app.config.html_title, "og:title": title}
    if text := description(doctree):
        context["metatags"] += f'\n<meta name="description" content="{escape(text)}">'
        said["og:description"] = text
    if base := app.config.html_baseurl:
        said["og:url"] = f"{base}{pagename}.html"
        if picture := _picture(app, pagename, title, doctree):
            said |= {"og:image": picture, "og:image:alt": f"A figure of “{title}”"}
    context["metatags"] += "".join(
        f'\n<meta property="{name}" content="{escape(value)}">' for name, value in said.items()
    )


def setup(app):
    app.connect("html-page-context", _say, priority=900)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
