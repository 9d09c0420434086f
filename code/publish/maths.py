"""Typeset maths while the site is built: KaTeX, run by the V8 engine of the wheel mini-racer.

It is registered as Sphinx's HTML maths renderer, so labels, numbers and ``{eq}`` references stay Sphinx's, no page
needs MathJax, and every other builder (LaTeX) is untouched. A formula that cannot be typeset, or that the PDF would
show differently, is a warning that names the document, the notebook cell and the line.
"""

import json
import re
from functools import cache
from pathlib import Path

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.fileutil import copy_asset
from sphinx.util.math import get_node_equation_number

from publish import repairs
from publish.engine import engine

logger = logging.getLogger(__name__)
ONCE = "each formula once"
KATEX = Path(__file__).with_name("vendor") / "katex"
RENDER = """
const refuse = (context) => { throw new Error(context.command + " is not allowed"); };
function render(tex, displayMode, macros) {
  try {
    const options = { displayMode, macros, strict: "error", trust: refuse };
    return JSON.stringify({ html: katex.renderToString(tex, options) });
  } catch (error) {
    return JSON.stringify({ error: error.message });
  }
}
"""
ROWS = re.compile(r"\\(begin|end)\{(equation|align|gather|alignat)\}")
LOST = re.compile(r"\\(?:label|eqref|ref)\{[^{}]*\}")
# The letters of a formula stand in its HTML twice: as MathML and drawn. Plain text wants the MathML.
DRAWN, END = "<!--drawn-->", "<!--/drawn-->"
TWICE = re.compile(f"{DRAWN}.*?{END}", re.DOTALL)
STOP = re.compile(r"[,.;:!?)’]+")  # what may not begin a line
SHORT = 10  # letters of a formula that need not be broken
TEX = re.compile(r"<annotation .*?</annotation>", re.DOTALL)  # KaTeX adds the source, which nobody reads on a page

# What KaTeX writes that is no MathML: an operator in an index is applied to nothing, and a spacing has a length.
FAULTS = {"<mo>\u2061</mo></msub>": "</msub>", ' columnspacing=""': ""}


@cache
def _library() -> str:
    return (KATEX / "katex.min.js").read_text(encoding="utf-8")


@cache
def typeset(tex: str, display: bool, macros: str = "{}") -> tuple[str, str]:
    """Return ``(html, error)`` for one formula; exactly one of the two is empty. ``macros`` is JSON."""
    answer = json.loads(engine(_library(), RENDER).eval(f"render({json.dumps(tex)}, {json.dumps(display)}, {macros})"))
    html = TEX.sub("", answer.get("html", ""))
    for fault, mended in FAULTS.items():
        html = html.replace(fault, mended)
    html = html.replace('<span class="katex-html"', f'{DRAWN}<span class="katex-html"')
    return html and html + END, " ".join(answer.get("error", "").split())


def plain(html: str) -> str:
    """Return ``html`` with each formula once."""
    return TWICE.sub("", html)


def _location(node: nodes.Node) -> nodes.Node | str:
    while node.line is None and node.parent is not None:
        node = node.parent
    if node.line and node.line >= 10_000 and str(node.source).endswith(".ipynb"):
        cell, line = divmod(node.line, 10_000)  # MyST-NB counts 10000 lines a cell, and is one line late
        return f"{node.source}:cell {cell}, line {line - 1}"
    return node


def _warn(node: nodes.Node, message: str, subtype: str) -> None:
    logger.warning("%s", message, location=_location(node), type="maths", subtype=subtype)


def _render(translator, node: nodes.Node, tex: str, display: bool) -> str:
    for lost in LOST.findall(tex):
        _warn(node, f"{lost} in maths is lost: write $$ ... $$ (label), and {{eq}}`label` in the text", "label")
    html, error = typeset(LOST.sub("", tex), display, json.dumps(translator.config.katex_macros))
    if error:
        _warn(node, error, "syntax")
        return f'<code class="katex-error">{translator.encode(tex)}</code>'
    if DRAWN in html:
        repairs.used(translator.builder.app, ONCE)
    return html


def _display_tex(node: nodes.math_block) -> str:
    """Write the block as one formula, as Sphinx's other writers do."""
    tex = node.astext()
    if node["nowrap"]:  # a bare amsmath environment, numbered by Sphinx
        if node["number"] and r"\begin{equation}" not in tex and r"\\" in tex:
            _warn(node, "one number here but one a row in the PDF: use aligned in $$ ... $$ (label)", "rows")
        return ROWS.sub(r"\\\1{\2*}", tex)
    parts = [part.strip() for part in tex.split("\n\n") if part.strip()]
    parts = [rf"\begin{{split}}{part}\end{{split}}" if r"\\" in part else part for part in parts]
    rows = r"\\".join(parts)
    return rows if len(parts) == 1 else rf"\begin{{aligned}}{rows}\end{{aligned}}"


def visit_inline(translator, node: nodes.math) -> None:
    # Programs that read a table aloud take its headings from plain text only.
    alone = isinstance(node.parent.parent, nodes.entry) and len(node.parent) == 1
    spoken = {"role": "math", "aria-label": node.astext()} if alone else {}
    translator.body.append(translator.starttag(node, "span", "", CLASS="math notranslate nohighlight", **spoken))
    translator.body.append(_render(translator, node, node.astext(), display=False) + "</span>")
    raise nodes.SkipNode


def visit_display(translator, node: nodes.math_block) -> None:
    translator.body.append(translator.starttag(node, "div", CLASS="math notranslate nohighlight"))
    translator.body.append(_render(translator, node, _display_tex(node), display=True))
    if node["number"]:
        translator.body.append(f'<span class="eqno">({get_node_equation_number(translator, node)})')
        translator.add_permalink_ref(node, "Link to this equation")
        translator.body.append("</span>")
    translator.body.append("</div>\n")
    raise nodes.SkipNode


class Keep(SphinxPostTransform):
    """Keep the comma behind a short formula on the formula's line: a browser may part them, whatever the style says."""

    default_priority = 900  # after all that looks at the words beside a formula
    formats = ("html",)

    def run(self):
        macros = json.dumps(self.config.katex_macros)
        for formula in list(self.document.findall(nodes.math)):
            around, place = formula.parent, formula.parent.index(formula)
            after = around[place + 1] if place + 1 < len(around) else None
            if not isinstance(after, nodes.Text) or not (stop := STOP.match(after)):
                continue
            html = typeset(formula.astext(), False, macros)[0]
            if html.count('class="katex-base"') == 1 or len(re.sub("<[^>]+>", "", plain(html))) <= SHORT:
                kept = nodes.inline("", "", formula, nodes.Text(stop[0]), classes=["with-stop"])
                around[place : place + 2] = [kept, nodes.Text(after[stop.end() :])]


def _add_style(app) -> None:
    if app.builder.format == "html":
        app.add_css_file("katex.css")
        filters = app.builder.templates.environment.filters
        strip = filters["striptags"]
        filters["striptags"] = lambda text: strip(plain(str(text)))


def _copy_style(app, error) -> None:
    if not error and app.builder.format == "html":
        static = Path(app.outdir, "_static")
        copy_asset(KATEX / "katex.css", static)
        copy_asset(KATEX / "fonts", static / "fonts")


def setup(app):
    repairs.expect(app, "html", ONCE)
    app.add_post_transform(Keep)
    app.add_html_math_renderer("katex", (visit_inline, None), (visit_display, None))
    app.add_config_value("katex_macros", {}, "html")
    app.connect("builder-inited", _add_style)
    app.connect("build-finished", _copy_style, priority=800)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
