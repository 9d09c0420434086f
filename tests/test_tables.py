"""The glossary, the index of exercises and the ledger: complete, and true to the chapters."""

import re

from descent.exercises import CHECKERS, quick
from publish import tables

HANGUL = re.compile(r"[\w*'-]+ \(([가-힣][^)]*)\)")


def words(chapter):
    return "\n".join(cell["source"] for cell in tables.cells(chapter) if cell["cell_type"] == "markdown")


def test_index_has_every_exercise_once():
    found = [label for chapter in tables.chapters() for *_, label in tables.exercises(chapter)]
    text = "\n".join(words(chapter) for chapter in tables.chapters())
    assert len(found) + len(quick.CHECKERS) == text.count("{exercise} ")
    assert len(set(found)) == len(found) > 80
    assert set(found) >= set(CHECKERS) - set(quick.CHECKERS)
    index = "\n".join(tables.exercise_index())
    assert all(f"<{label}>`" in index for label in found)


def test_what_to_keep_of_every_chapter_stands_on_one_page():
    page = "\n".join(tables.take_aways())
    numbered = [chapter for chapter in tables.chapters() if chapter[:2].isdigit()]
    assert len(numbered) == 14
    for chapter in numbered:
        assert page.count(f"]({chapter})**") == 1
        kept = re.search(r"^## What to keep\n+(- .+\n)+", words(chapter), re.MULTILINE)[0]
        assert all(line in page for line in kept.splitlines()[2:])


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
        linked = re.search(r"\]\(([\w-]+)\.ipynb\)$", entry)
        assert linked, entry
        assert linked[1] in tables.chapters()


# The ledger -----------------------------------------------------------------------------------------------------------

TAUGHT = (26, 12, 32, 31, 18, 18, 11, 7, 11, 8, 29, 27, 4)  # rows of A1 to A13
CORRECTED = 71


def test_ledger_is_complete():
    rows = [row["id"] for row in tables.ledger()]
    wanted = [f"A{group}.{n:02}" for group, count in enumerate(TAUGHT, 1) for n in range(1, count + 1)]
    assert sum(TAUGHT) == 234
    assert rows == wanted + [f"B-{n:02}" for n in range(1, CORRECTED + 1)]


def test_ledger_says_something_for_every_row():
    for row in tables.ledger():
        assert len(row["says"].split()) >= 2, row["id"]
        assert re.match(r"00[0-4]:\d", row["posts"]), row["id"]
        known = {f"B-{n:02}" for n in range(1, CORRECTED + 1)}
        if row["id"].startswith("A"):
            assert row["verdict"] == "kept" or set(row["verdict"].split()) <= known, row["id"]
        else:
            assert row["verdict"] in ("kept", "made precise", "corrected"), row["id"]


def test_every_place_exists():
    places = {chapter: set(tables.targets(chapter)) for chapter in tables.chapters()}
    page = (tables.CHAPTERS / "sources.md").read_text(encoding="utf-8")
    places["sources"] = set(re.findall(r"^\(([\w-]+)\)=$", page, re.MULTILINE))
    for row in tables.ledger():
        chapter, _, target = row["target"].partition("#")
        assert target in places[chapter], row["id"]
        if row["id"].startswith("B"):
            assert target == row["id"].lower()


def test_corrections_are_decided():
    for row in tables.ledger():
        if row["id"].startswith("A"):
            assert row["decided"] == ""
        elif row["decided"].startswith("tests/"):
            assert (tables.CHAPTERS.parent / row["decided"]).is_file(), row["id"]
        elif row["decided"] != "reading":
            chapter, _, name = row["decided"].partition(":")
            deciding = [cell["source"] for cell in tables.cells(chapter) if cell["id"] == name]
            assert len(deciding) == 1, row["id"]
            assert "assert" in deciding[0], row["id"]
    assert sum(row["decided"] == "reading" for row in tables.ledger()) <= 5


def test_every_correction_in_the_chapters_is_in_the_ledger():
    rows = {row["id"].lower() for row in tables.ledger()}
    for chapter in tables.chapters():
        assert {name for name in tables.targets(chapter) if re.fullmatch(r"b-\d+", name)} <= rows


VERDICTS = {"corrected": "Not so", "made precise": "Made precise", "kept": "True"}


def boxes(chapter):
    """The boxes that judge a claim: the rows each is about, and how it begins."""
    box = r"((?:^\(b-\d\d\)=\n)+)\n*:{3,}\{admonition\} .+\n:class: note correction\n+(.*)"
    for names, start in re.findall(box, words(chapter), re.MULTILINE):
        yield re.findall(r"b-\d\d", names), start


def test_boxes_say_the_verdict_of_the_ledger():
    verdicts = {row["id"].lower(): row["verdict"] for row in tables.ledger()}
    judged = [(chapter, *box) for chapter in tables.chapters() for box in boxes(chapter)]
    for chapter, names, start in judged:
        assert any(start.startswith(f"**{VERDICTS[verdicts[name]]}") for name in names), (chapter, names, start)
    assert len(judged) > 45
    for chapter in tables.chapters():
        for title in re.findall(r"\{admonition\} (.+)\n:class: note correction", words(chapter)):
            assert title.startswith("Often said: "), (chapter, title)


def test_every_claim_is_quoted():
    for row in tables.ledger():
        assert bool(row["quote"]) == row["id"].startswith("B"), row["id"]
        assert len(row["quote"]) < 100, row["id"]
