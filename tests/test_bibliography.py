"""The bibliography: every entry complete, in one style, cited, and without notes to ourselves."""

import re

import pytest
from publish import tables
from pybtex.database import parse_file
from pybtex.plugin import find_plugin

ENTRIES = parse_file(str(tables.CHAPTERS / "references.bib"), encoding="utf-8").entries
VENUES = {"article": "journal", "inproceedings": "booktitle", "book": "publisher"}
CITED = re.compile(r"\{cite(?::\w+)?\}`([^`]+)`")


def in_sentence_case(title):
    """Whether only the first word, and what stands in braces, has capitals."""
    return not any(letter.isupper() for letter in re.sub(r"\{[^{}]*\}", "", title)[1:])


def cited():
    pages = [*tables.CHAPTERS.glob("*.ipynb"), *tables.CHAPTERS.glob("*.md")]
    text = "\n".join(page.read_text(encoding="utf-8") for page in pages)
    return {key.strip() for keys in CITED.findall(text) for key in keys.split(",")}


def test_every_entry_is_cited_and_every_citation_has_its_entry():
    assert cited() == set(ENTRIES)


@pytest.mark.parametrize("key", ENTRIES)
def test_entry_says_who_what_when_and_where(key):
    entry = ENTRIES[key]
    assert entry.persons["author"], "no author"
    assert "others" not in [str(person) for person in entry.persons["author"]]
    assert re.fullmatch(r"\d{4}", entry.fields["year"])
    assert in_sentence_case(entry.fields["title"]), entry.fields["title"]
    if entry.type == "misc":
        assert {"howpublished", "eprint"} & set(entry.fields)
    else:
        assert VENUES[entry.type] in entry.fields
    if entry.type == "article":  # the style prints a volume only before pages
        assert ("volume" in entry.fields) == ("pages" in entry.fields)
    assert ("eprint" in entry.fields) == (entry.fields.get("archiveprefix") == "arXiv")
    assert not re.search("check|verif|todo|looked up", entry.fields.get("note", ""), re.IGNORECASE)


def test_proceedings_are_named_in_one_form():
    names = {entry.fields["booktitle"] for entry in ENTRIES.values() if entry.type == "inproceedings"}
    assert not [name for name in names if re.search(r"^Proceedings|Annual|\b\d{4}\b|\d$", name)]
    for key, entry in ENTRIES.items():
        if entry.fields.get("booktitle") == "Advances in Neural Information Processing Systems":
            assert int(entry.fields["volume"]) == int(entry.fields["year"]) - 1987, key


def test_what_an_entry_holds_is_printed():
    style = find_plugin("pybtex.style.formatting", "unsrt")()
    plain = find_plugin("pybtex.backends", "plaintext")()
    for printed in style.format_entries(ENTRIES.values()):
        text = printed.text.render(plain)
        fields = ENTRIES[printed.key].fields
        for name in ("volume", "pages", "year", "eprint", "doi", "url"):
            assert fields.get(name, "").replace("--", "–") in text, (printed.key, name)


def test_the_test_of_titles():
    assert in_sentence_case("{GloVe}: global vectors for word representation")
    assert not in_sentence_case("Dropout: A Simple Way to Prevent Neural Networks from Overfitting")
    assert not in_sentence_case("Incorporating Nesterov momentum into {Adam}")
