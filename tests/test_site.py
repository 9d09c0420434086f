"""The website as files: what a page loads, what it weighs, and what stops a build."""

import json
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import unquote

import nbformat
import pytest
from bs4 import BeautifulSoup
from docutils import nodes
from publish import maths, pages, printing, repairs, styles, titles
from publish.engine import engine
from publish.notebooks import VIEW
from publish.site import guarded
from sphinx.errors import ExtensionError

LOADED = {"link": "href", "script": "src", "img": "src", "iframe": "src", "source": "src", "object": "data"}


def pages_of(folder: Path) -> list[Path]:
    return sorted(page for page in folder.rglob("*.html") if "_static" not in page.parts)


def soup(page: Path) -> BeautifulSoup:
    return BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")


def resources(html: BeautifulSoup, scripts: bool = False) -> list[str]:
    """The addresses of everything that the page loads; with ``scripts=True``, where scripts run."""
    tags = [(tag, name) for kind, name in LOADED.items() for tag in html.find_all(kind) if tag.get(name)]
    found = [tag[name] for tag, name in tags if not (scripts and tag.find_parent("noscript"))]
    elsewhere = {tag["href"] for tag in html.find_all("link", rel=["next", "prev", "search", "index", "canonical"])}
    return [address for address in found if address not in elsewhere and not address.startswith("data:")]


@pytest.fixture(scope="module")
def parsed(book) -> dict[Path, BeautifulSoup]:
    return {page: soup(page) for page in pages_of(book) if page not in (book / "index.html", book / "404.html")}


def test_one_stylesheet_and_one_script_a_page(parsed):
    for page, html in parsed.items():
        styles = [tag["href"] for tag in html.find_all("link", rel="stylesheet")]
        assert len(styles) == 1, page
        assert re.search(r"_static/site\.\w+\.css$", styles[0]), page
        scripts = [tag["src"] for tag in html.find_all("script", src=True)]
        own = [script for script in scripts if "_static/widgets/" not in script]
        if page.name != "search.html":
            assert len(own) == 1, page
        assert re.search(r"_static/site\.\w+\.js$", own[0]), page
        assert all(tag.has_attr("defer") for tag in html.find_all("script", src=True)), page


def test_everything_a_page_loads_is_a_file_of_the_site(parsed):
    for page, html in parsed.items():
        for address in resources(html):
            assert "//" not in address, (page, address)
            assert (page.parent / unquote(address.partition("?")[0])).is_file(), (page, address)


def test_styles_and_scripts_ask_no_other_host(book):
    for sheet in (book / "_static").rglob("*.css"):
        if sheet.name.startswith("site."):
            assert not re.search(r"url\(\s*['\"]?(https?:)?//|@import", sheet.read_text(encoding="utf-8")), sheet
            for address in re.findall(r"url\(([^)'\"]+)\)", sheet.read_text(encoding="utf-8")):
                if not address.startswith(("data:", "#")):
                    assert (sheet.parent / address).is_file(), address
    assert not list(book.rglob("katex*.js"))
    assert not list(book.rglob("*fontawesome*"))
    for name in ("require.js", "thebe", "mathjax@", "cdn.jsdelivr", "unpkg.com", "googleapis"):
        assert not [page for page in pages_of(book) if name in page.read_text(encoding="utf-8").lower()], name


def test_every_page_has_a_title_a_language_and_a_description(parsed):
    for page, html in parsed.items():
        assert html.html["lang"] == "en", page
        assert html.title.text.strip(), page
        assert "\\" not in html.title.text, page
        assert html.title.text.count("Gradient Descent and Its Descendants") == 1, page
        assert len(html.find_all("meta", attrs={"name": "viewport"})) == 1, page
        if page.name != "search.html":
            assert "\\" not in html.find("meta", attrs={"name": "description"})["content"], page
            assert 40 < len(html.find("meta", attrs={"name": "description"})["content"]) < 200, page


def test_korean_words_are_marked_as_korean(parsed):
    marked = 0
    for page, html in parsed.items():
        for text in html.find_all(string=re.compile("[가-힣]")):
            if not text.find_parent(["script", "style", "pre", "noscript"]):
                assert text.find_parent(lang="ko"), (page, text)
                marked += 1
    assert marked > 200


def test_maths_is_typeset(parsed):
    for page, html in parsed.items():
        assert not html.select(".katex-error"), page
        formulas = html.select(".math")
        assert all(formula.select(".katex") for formula in formulas), page


def test_each_long_text_of_a_widget_is_stored_once(book, parsed):
    bodies = [
        file.read_text(encoding="utf-8").partition("=")[2] for file in (book / "_static" / "widgets").glob("*.js")
    ]
    texts = [body.partition(" = ")[2] or body for body in bodies]
    assert len(texts) == len(set(texts))
    for page, html in parsed.items():
        for state in html.find_all("script", type=pages.STATE):
            longest = max((len(text) for text in re.findall(r'"(?:[^"\\]|\\.)*"', state.string)), default=0)
            assert longest <= pages.LONG * 6 + 2, page  # a character may be written as six


def test_each_picture_has_its_size_and_waits_for_the_reader(parsed):
    for page, html in parsed.items():
        for picture in html.select("article img"):
            assert int(picture["width"]) > 0, (page, picture)
            assert int(picture["height"]) > 0, (page, picture)
            late = picture.find_previous("h2") is not None or "dark" in picture.get("class", ())
            assert (picture.get("loading") == "lazy") == late, (page, picture)


def test_each_figure_has_its_place_before_any_script_runs(parsed):
    places = [place for html in parsed.values() for place in html.select(".widget-host")]
    kinds = {place["data-kind"] for place in places}
    assert {"Explorer", "Chooser", "Schedule", "Calculator"} <= kinds
    assert not [place for place in places if place["data-widget"] != "waiting"]
    assert not [page for page, html in parsed.items() if html.select(f'script[type="{VIEW}"]')]
    charted = {page.stem for page, html in parsed.items() if html.select(".widget-host[data-charted]")}
    assert charted == {"06-rmsprop"}  # these show the losses at once, and are higher


def test_a_guarded_part_may_fail_and_shares_what_it_declares():
    parts = "const shared = (n) => 2 * n;", "let broken = missing();", "var seen = shared(21);"
    assert engine("const console = { warn() {} };", *map(guarded, parts)).eval("seen") == 42


def test_only_what_is_read_stays_of_custom_properties():
    css = (
        'a{--used:1px;--read-by-script:red;--gone: var(--used);--kept:url("x;y");color:var(--used)}b{--gone:calc(1px)}'
    )
    short = 'a{--used:1px;--read-by-script:red;--kept:url("x;y");color:var(--used)}b{}'
    assert styles.without_unread(css, {"read-by-script"}) == short


METADATA = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}


def notebook(*sources: str) -> str:
    cells = [nbformat.v4.new_markdown_cell(source, id=f"cell-{i}") for i, source in enumerate(sources)]
    return nbformat.writes(nbformat.v4.new_notebook(cells=cells, metadata=METADATA))


def test_a_wrong_formula_stops_the_build_and_is_found_again(small_book):
    done, _ = small_book({
        "index.md": "# One\n\nFine: $x^2$.\n\nWrong: $\\sqrtt{x}$.\n",
        "two.ipynb": notebook("# Two\n\nFine.", "Fine: $x$.\n\n$$\n\\oops\n$$\n"),
        "three.md": "# Three\n\n$$ x = 1 \\label{here} $$\n",
    })  # fmt: skip
    said = done.stdout + done.stderr
    assert done.returncode != 0
    assert re.search(r"index\.md:5: WARNING: KaTeX parse error: Undefined control sequence: \\sqrtt", said)
    assert re.search(r"two\.ipynb:cell 2, line 3: WARNING: KaTeX parse error: Undefined control sequence: \\oops", said)
    assert re.search(r"three\.md:\d+: WARNING: \\label\{here\} in maths is lost", said)


def test_numbered_formulas_keep_their_numbers(small_book):
    done, folder = small_book({
        "index.md": "# One $x_t$\n\n$$ a = 1 $$ (first)\n\n{eq}`first` and {eq}`second`.\n",
        "two.md": "# Two\n\n$$ \\begin{aligned} b &= 2 \\\\ c &= 3 \\end{aligned} $$ (second)\n",
    })  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    html = soup(folder / "index.html")
    assert [link.text for link in html.select("article a.internal")] == ["(1)", "(2)"]
    assert html.select_one("article a.internal")["href"] == "#equation-first"
    assert html.title.text.startswith("One 𝑥𝑡") or html.title.text.startswith("One xt")


def test_formulas_are_whole_mathml(parsed):
    """Those who listen to a page get the formulas from it; a browser leaves out what it cannot read."""
    parts = {"msub": 2, "msup": 2, "mfrac": 2, "mroot": 2, "mover": 2, "munder": 2, "msubsup": 3, "munderover": 3}
    for page, html in parsed.items():
        for element in html.select(", ".join(f"math {name}" for name in parts)):
            assert len(element.find_all(recursive=False)) == parts[element.name], (page, str(element))
        assert not html.select('math [columnspacing=""]'), page


def test_typeset_tells_html_from_errors():
    html, error = maths.typeset("x^2", False)
    assert "<math" in html
    assert error == ""
    html, error = maths.typeset(r"\frac{1}", False)
    assert html == ""
    assert error.startswith("KaTeX parse error")
    assert maths.typeset(r"\href{javascript:1}{x}", False)[1].endswith(r"\href is not allowed")
    assert maths.typeset("한", False)[1] != ""


def test_pruning_keeps_only_what_can_match():
    import tinycss2

    css = ".a .b, .c { x: y } #d:not(.e) { x: y } @media print { .gone { x: y } } .fa-sun { x: y } a[href] { x: y }"
    words = {"a", "b", "d", "fa-sun"}
    assert styles.prune(tinycss2.parse_stylesheet(css, True, True), words) == ".a .b{x:y}#d:not(.e){x:y}a[href]{x:y}"


def test_widget_states_may_hold_any_text():
    long = "</script>" * pages.LONG
    texts: dict[str, str] = {}
    shared = pages._share({"short": "x", "_esm": long, "list": [long]}, texts)
    assert list(texts.values()) == [long]
    assert shared["_esm"] == shared["list"][0] == {"$text": next(iter(texts))}
    assert "</" not in pages._in_script(texts)
    assert json.loads(pages._in_script(texts)) == texts


@pytest.mark.parametrize("shown", [True, False])
def test_solutions_can_be_left_out_of_pages_search_downloads_and_print(small_book, monkeypatch, tmp_path, shown):
    monkeypatch.setenv("SOLUTIONS", "1" if shown else "0")
    start, end = ":::{solution-start} one\n:class: dropdown\n:::", ":::{solution-end}\n:::"
    exercise = "# Book\n\n:::{exercise} One\n:label: one\n\nAsk.\n:::"
    done, folder = small_book({"index.ipynb": notebook(exercise, start, "Heureka.", end, "Afterwards.")})
    assert done.returncode == 0, done.stderr
    files = {file: file.read_text(encoding="utf-8", errors="ignore") for file in folder.rglob("*") if file.is_file()}
    told = {file.name for file, text in files.items() if "heureka" in text.lower()}
    assert told == ({"index.html", "index.ipynb", "searchindex.js"} if shown else set())
    for name in ("index.html", "_sources/index.ipynb"):
        assert "Ask." in files[folder / name]
        assert "Afterwards." in files[folder / name]
    assert ("##### Solution" in files[folder / "_sources/index.ipynb"]) == shown

    command = [Path(sys.executable).with_name("jupyter-book"), "build", tmp_path, "--builder", "latex", "--quiet"]
    assert subprocess.run(command, capture_output=True).returncode == 0
    printed = (tmp_path / "_build" / "latex" / "descent.tex").read_text(encoding="utf-8")
    assert ("Heureka." in printed) == shown
    assert "Ask." in printed
    assert "Afterwards." in printed


def test_the_downloads_number_and_cite_as_the_pages_do(book, parsed):
    cited = 0
    for page, html in parsed.items():
        download = (book / "_sources" / page.relative_to(book)).with_suffix(".ipynb")
        if not download.is_file():
            continue
        cells = nbformat.read(download, as_version=4).cells
        text = "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
        text = re.sub(r"\[([^\[\]]+)\]\([^)\s]+\)", r"\1", text).replace("*et al.*", "et al.")
        equations = [number.get_text().strip("#()") for number in html.select(".eqno")]
        assert re.findall(r"\\tag\{([\d.]+)\}", text) == equations
        exercises = [number.get_text().strip() for number in html.select(".exercise .caption-number")]
        assert re.findall(r"^#### (Exercise [\d.]+) · ", text, re.MULTILINE) == exercises
        said = [mark.get_text() for mark in html.select(".bibtex-citation, a.reference[href*='#equation-']")]
        assert {mark for mark in said if text.count(mark) < said.count(mark)} == set()
        cited += len(said)
    assert cited > 100


def test_an_exercise_has_its_number_and_its_name_without_a_bracket_in_a_bracket(parsed):
    titles = [
        " ".join(title.get_text().split())
        for html in parsed.values()
        for title in html.select(".exercise > .admonition-title")
    ]
    assert len(titles) > 120
    form = r"(Exercise [\d.]+ · [^()]+(\([^()]*\)[^()]*)*\(\d+ minutes, (easy|medium|hard)\)|Quick question \d)"
    assert [title for title in titles if not re.fullmatch(form, title)] == []


def test_a_title_without_a_bracket_is_no_use_of_the_repair():
    title = nodes.title("", "", nodes.Text("Exercise "), nodes.Text(" ("), nodes.Text("Half of it"), nodes.Text(")"))
    assert titles.short(title, numbered=True).astext() == "Exercise  · Half of it"
    assert titles.short(title, numbered=False).astext() == "Half of it"
    plain = nodes.title("", "Exercise")
    assert titles.short(plain, numbered=True) is plain


def whole_build(builder="html", **others):
    """What ``repairs`` reads of an application that built the whole course, of two pages."""
    config = SimpleNamespace(check_repairs=True, show_solutions=True)
    env = SimpleNamespace(found_docs={"one", "two"})
    return SimpleNamespace(
        **{"builder": SimpleNamespace(name=builder), "config": config, "env": env, "written_pages": {"one", "two"}}
        | others
    )


TEXTS = {**pages.MARKS, **{wrong: wrong for wrong, _ in pages.REPAIRS}}


@pytest.mark.parametrize("missed", [None, *TEXTS])
def test_a_repair_of_markup_that_finds_nothing_stops_the_build_and_is_named(missed):
    app = whole_build()
    repairs.expect(app, "html", *TEXTS)
    names = {"css": "site.1.css", "js": "site.1.js"}
    halves = [*TEXTS][::2], [*TEXTS][1::2]  # each on one page only: it is the whole build that counts
    for half in halves:
        html = pages.repaired(app, "\n".join(TEXTS[name] for name in half if name != missed), names)
        assert not [wrong for wrong, _ in pages.REPAIRS if wrong in html]
    if missed is None:
        repairs.check(app, None)
    else:
        with pytest.raises(ExtensionError) as stopped:
            repairs.check(app, None)
        assert str(stopped.value).startswith(f"not used in the whole html build: {missed} (")
        assert "\n" not in str(stopped.value)


def test_a_build_of_changed_pages_or_without_solutions_or_by_another_builder_is_not_judged():
    lenient = SimpleNamespace(check_repairs=True, show_solutions=False)
    for app in (whole_build(written_pages={"one"}), whole_build(config=lenient), whole_build("latex")):
        repairs.expect(app, "html", "a repair")
        repairs.check(app, None)


@pytest.mark.parametrize("builder", ["html", "latex"])
def test_a_course_in_which_repairs_find_nothing_is_not_built(builder, small_book, tmp_path):
    text = "# One $x$\n\nA page with a formula, $x^2$, and nothing else that needs much.\n"
    done, _ = small_book({"index.md": text})
    assert done.returncode == 0, done.stderr
    config = tmp_path / "_config.yml"
    config.write_text(
        config.read_text(encoding="utf-8").replace("check_repairs: false", "check_repairs: true"), encoding="utf-8"
    )
    book = Path(sys.executable).with_name("jupyter-book")
    command = [book, "build", tmp_path, "--builder", builder, "--all", "--quiet"]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8")
    assert done.returncode != 0
    (said,) = {line for line in done.stderr.splitlines() if line.startswith("not used in the whole")}
    used = {"html": {maths.ONCE, "the template's style"}, "latex": {"the title of the first page"}}[builder]
    missed = {"html": {pages.STILL}, "latex": {*printing.REPAIRS} - used}[builder]
    assert not [name for name in used if name in said]
    assert not [name for name in missed if name not in said]


def test_every_menu_of_downloads_offers_the_course(book, parsed):
    offered = 0
    for page, html in parsed.items():
        for menu in html.select(".dropdown-download-buttons"):
            (link,) = menu.select(".btn-download-course-button")
            assert (page.parent / link["href"]).resolve() == book / "descent-course.zip", page
            assert "The whole course (.zip)" in link.text
            offered += 1
    assert (book / "descent-course.zip").is_file()
    assert offered > 14


def test_a_line_breaks_within_no_number(small_book):
    text = "# Numbers\n\nOf 10 000 runs 85 % end, 3 at 1000 steps, and `10 000` is code; $10 000$."
    done, html = small_book({"index.md": text})
    assert done.returncode == 0, done.stdout + done.stderr
    (paragraph,) = re.findall("<p>(Of .*?)<span class=.pre", (html / "index.html").read_text("utf-8"), re.DOTALL)
    assert paragraph.startswith("Of 10\u00a0000 runs 85\u00a0% end, 3 at 1000 steps, and <code")
