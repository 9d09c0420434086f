"""The glossary, the index of exercises and the ledger: complete, and true to the chapters."""

import re

from descent.exercises import CHECKERS
from publish import tables

HANGUL = re.compile(r"[\w*'-]+ \(([가-힣][^)]*)\)")


def words(chapter):
    return "\n".join(cell["source"] for cell in tables.cells(chapter) if cell["cell_type"] == "markdown")


def test_index_has_every_exercise_once():
    found = [label for chapter in tables.chapters() for *_, label in tables.exercises(chapter)]
    text = "\n".join(words(chapter) for chapter in tables.chapters())
    assert len(found) == text.count("{exercise} ")
    assert len(set(found)) == len(found) > 80
    assert set(found) >= set(CHECKERS)
    index = "\n".join(tables.exercise_index())
    assert all(f"<{label}>`" in index for label in found)


def test_levels_and_times_are_plausible():
    for chapter in tables.chapters():
        for name, minutes, level, _ in tables.exercises(chapter):
            assert level in ("easy", "medium", "hard"), name
            assert 2 <= minutes <= 30, name


def test_korean_words_of_the_chapters_are_in_the_glossary():
    glossary = (tables.CHAPTERS / "glossary.md").read_text(encoding="utf-8")
    known = {line.partition("(")[0] for line in glossary.splitlines() if re.match("[가-힣L]", line)}
    for chapter in tables.chapters():
        for korean in HANGUL.findall(words(chapter)):
            assert re.split("[,(]", korean)[0].strip() in known, f"{chapter}: {korean}"


def test_glossary_links_to_chapters():
    glossary = (tables.CHAPTERS / "glossary.md").read_text(encoding="utf-8")
    entries = glossary.partition("{glossary}\n")[2].removesuffix("\n```\n").split("\n\n")
    assert len(entries) > 60
    for entry in entries:
        linked = re.search(r"\]\(([\w-]+)\)$", entry)
        assert linked, entry
        assert linked[1] in tables.chapters()
