"""The letters of the site: few and small files, with a licence, in which no character of the book is missing."""

import runpy
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from conftest import ROOT

VENDOR = ROOT / "code" / "publish" / "vendor"
MADE = runpy.run_path(str(VENDOR / "subset.py"))
ELSEWHERE = ".katex, pre, code, script, style, noscript, table, summary, .widget-host, [lang=ko]"  # in other faces


def articles(book: Path):
    for page in sorted(book.rglob("*.html")):
        article = BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser").select_one("article.bd-article")
        if article:
            yield page.name, article


def missing(text: str, characters: str) -> set[str]:
    """The characters of a text that a font lacks; Chinese and Korean ones are the system's."""
    return {
        letter for letter in text if letter not in characters and letter > " " and not "\u2e80" <= letter < "\ufb00"
    }


def test_every_character_of_the_text_and_of_the_formulas_is_in_the_fonts(book):
    wrong = {}
    for name, article in articles(book):
        formulas = "".join(formula.get_text() for formula in article.select(".katex-html"))
        for other in article.select(ELSEWHERE):
            other.decompose()
        slanted = "".join(emphasis.get_text() for emphasis in article.select("em, i, cite"))
        lacking = missing(article.get_text(), MADE["TEXT"]), missing(slanted, MADE["ITALIC"])
        lacking += (missing(formulas, MADE["FORMULAS"] + MADE["LARGE"]),)
        if any(lacking):
            wrong[name] = lacking
    assert not wrong, "add them to code/publish/vendor/subset.py and run it"


def test_the_text_face_is_two_small_files_with_their_licence(book):
    fonts = sorted((VENDOR / "text").glob("*.woff2"))
    assert [font.name for font in fonts] == ["text-italic.woff2", "text.woff2"]
    assert max(font.stat().st_size for font in fonts) < 25_000
    assert "SIL OPEN FONT LICENSE" in (book / "_static" / "fonts" / "LICENSE").read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", ["TEXT", "ITALIC", "FORMULAS"])
def test_each_list_names_a_character_once(kind):
    assert len(set(MADE[kind])) == len(MADE[kind])
