"""The printed book: its log, outline, words, fonts, figures and pages; and the drawing of figures for it."""

import io
import itertools
import json
import os
import re
import subprocess
import sys
import unicodedata
from collections import Counter
from pathlib import Path

import numpy as np
import pypdf
import pytest
import yaml
from descent import SURFACES, descend, draw, momentum
from PIL import Image
from publish import answers, floats, notebooks, parts, pdf, printing, tables
from publish.address import addresses
from publish.offers import offered
from publish.redraw import to_pdf

ROOT = Path(__file__).parents[1]
FIGURES = {"image/svg+xml", "image/png"}
UNPRINTABLE = re.compile(
    r"<Figure|\?\?|\\(?:begin|end|frac|nabla)\b|Traceback|Show code cell|Loading widget|ipykernel"
    r"|\b\w*(?:Widget|Explorer)\(.*model_id|explorer-\d|\{(?:cite|ref|eq|numref|doc|term)(?::\w+)?\}[`‘’']"
)
HANGUL = re.compile(r"[가-힣]")
MOST_PAGES = 240
SHORT = 0.6  # of the text block's height
TOP, FOOT = 2.1 / 29.7, 2.2 / 29.7  # the parts of a page above and below the text
TITLES = re.compile(r"Often said:|Predict first|In this chapter|(?:Exercise )?\d+\.\d+ ")
WIDTH, HEIGHT = 595.3, 841.9  # points
COLUMNS_BEGIN = 64  # points from the left: pages in two columns have a narrower edge than all others
# What only a screen can do. (Exercises on paper are done at a computer: there one may drag.)
SCREEN_WORDS = re.compile(
    r"\b(?:[Dd]rag (?:the|one|only)(?! start about in Explorer)|[Pp]ush the|slider|[Cc]lick|hover over|under More|Copy link"
    r"|your mouse|this page while)"
)
MARKUP = re.compile(
    r"```.*?```|:::+.*|\$\$.*?\$\$|\$.*?\$|`.*?`|\{[\w:-]+\}|\]\(.*?\)|<.*?>|\(.*?\)=$|\|", re.DOTALL | re.MULTILINE
)


@pytest.fixture(scope="module")
def printed():
    """The PDF, printed afresh."""
    if missing := pdf.missing_packages():
        message = f"the PDF was not tested; on Debian: apt-get install --no-install-recommends {' '.join(missing)}"
        pytest.fail(message) if os.environ.get("CI") else pytest.skip(message)
    run = subprocess.run([sys.executable, "-m", "publish.pdf"], capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr
    return pypdf.PdfReader(pdf.PDF)


@pytest.fixture(scope="module")
def read(printed):
    """The text of each page, and its pieces: ``(x, y, font, text)`` each, in points from the lower left corner."""
    found = []
    for page in printed.pages:
        pieces = []

        def note(text, cm, tm, font, size, pieces=pieces):
            if text.strip() and font:
                at = tm[4] * cm[0] + cm[4], tm[5] * cm[3] + cm[5]
                pieces.append((*at, f"{font['/BaseFont']} {size:.0f}", text.strip()))

        found.append((page.extract_text(visitor_text=note), pieces))
    return found


@pytest.fixture(scope="module")
def pages(read):
    return [text for text, _ in read]


def chapters():
    """Yield the paths of all pages of the book, in order."""
    contents = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    parts = contents.get("parts", [contents])
    for name in [contents["root"], *(page["file"] for part in parts for page in part["chapters"])]:
        yield next(path for suffix in (".ipynb", ".md") if (path := ROOT / f"{name}{suffix}").exists())


def prose(path):
    """Return the Markdown of a page."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".md":
        return text
    return "\n\n".join("".join(c["source"]) for c in json.loads(text)["cells"] if c["cell_type"] == "markdown")


def outputs():
    """Yield all outputs of all chapters that are printed."""
    for path in chapters():
        if path.suffix == ".ipynb" and f"chapters/{path.stem}" not in printing.SCREEN:
            for cell in notebooks.read(path.read_text(encoding="utf-8")).cells:
                yield from cell.get("outputs", [])


def test_log_is_clean(printed):
    assert pdf.problems(pdf.LOG.read_text(encoding="utf-8", errors="replace")) == []


def test_outline_holds_each_chapter_once_and_in_order(printed):
    def titles(entries):
        for entry in entries:
            yield from titles(entry) if isinstance(entry, list) else [entry.title]

    renamed = {"index": printing.FIRST, "exercises": answers.HEADING}
    wanted = [renamed.get(path.stem) or re.search(r"^# (.+)", prose(path), re.MULTILINE)[1] for path in chapters()]
    outline = [re.sub(r"^\d+\s+", "", title).replace("’", "'") for title in titles(printed.outline)]
    assert [title for title in outline if title in wanted] == wanted


def test_chapters_have_the_numbers_of_the_site(printed, pages):
    contents = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    numbered = sum(len(part["chapters"]) for part in contents["parts"] if part.get("numbered"))
    numbers = re.findall(r"^(?:Part .*)?\bChapter (\d+)$", "\n".join(pages), re.MULTILINE)
    assert list(map(int, numbers)) == list(range(1, numbered + 1))


def test_text_has_no_machinery(pages):
    assert [(number, found[0]) for number, text in enumerate(pages, 1) if (found := UNPRINTABLE.search(text))] == []


def test_every_korean_letter_is_printed(pages):
    wanted = {letter for path in chapters() for letter in HANGUL.findall(prose(path))}
    assert wanted
    assert wanted - set(HANGUL.findall("".join(pages))) == set()


def test_no_name_of_the_package_is_broken(pages):
    [first] = [i for i, text in enumerate(pages) if "which help(descend) shows as well" in " ".join(text.split())]
    words = " ".join(pages[first:]).split()
    assert [name for name, _ in offered() if name not in words] == []


def test_every_figure_is_printed(printed):
    wanted = sum(bool(FIGURES & output.get("data", {}).keys()) for output in outputs())
    assert wanted
    assert sum(len(page["/Resources"].get("/XObject", {})) for page in printed.pages) == wanted


def test_no_page_is_empty(printed, pages):
    bare = [
        number
        for number, (page, text) in enumerate(zip(printed.pages, pages, strict=True), 1)
        if number > 1  # the title
        and len(text) < 150
        and not page["/Resources"].get("/XObject")
    ]
    assert bare == []


def ink(tmp_path_factory):
    """How far down each page there is ink, as a share of the text block's height."""
    folder = tmp_path_factory.mktemp("ink")
    subprocess.run(["pdftoppm", "-r", "36", "-gray", pdf.PDF, folder / "page"], check=True)
    for path in sorted(folder.iterdir()):
        with Image.open(path) as picture:
            rows = (np.asarray(picture) < 200).any(axis=1)
        block = rows[round(TOP * len(rows)) : round((1 - FOOT) * len(rows))]
        yield (np.flatnonzero(block)[-1] + 1) / len(block) if block.any() else 0


def test_pages_are_few_and_full(printed, tmp_path_factory):
    filled = list(ink(tmp_path_factory))
    assert len(filled) == len(printed.pages) <= MOST_PAGES
    short = [number for number, share in enumerate(filled, 1) if share < SHORT]
    assert len(short) <= len(filled) / 10, short
    assert [number for number, share in enumerate(filled, 1) if share < 0.04] == []  # a line alone


def last_lines(pieces):
    """The last line of a page, or of each of its two columns, as the fonts and texts of its pieces."""
    text = [piece for piece in pieces if HEIGHT * FOOT < piece[1] < HEIGHT * (1 - TOP)]
    columns = [text]
    if text and min(x for x, *_ in text) < COLUMNS_BEGIN:
        columns = [[piece for piece in text if (piece[0] < WIDTH / 2) is left] for left in (True, False)]
    for column in filter(None, columns):
        lowest = min(y for _, y, *_ in column)
        yield [(font, text) for _, y, font, text in column if y < lowest + 2]


def is_heading(line):
    """Whether a line is a heading: large and bold, or the bold title of a box or a solution."""
    fonts, words = zip(*line, strict=True)
    large = all("Bold" in font and int(font.split()[-1]) > 11 for font in fonts)
    return large or ("Bold" in fonts[0] and bool(TITLES.match(" ".join(words))))


def test_no_heading_stands_alone_at_a_foot(read):
    lines = [(number, line) for number, (_, pieces) in enumerate(read[2:], 3) for line in last_lines(pieces)]
    assert any(is_heading([piece[2:]]) for _, pieces in read for piece in pieces)
    assert [(number, line) for number, line in lines if is_heading(line)] == []


def test_rows_of_a_table_stand_apart(read):
    at = next({text: y for _, y, _, text in pieces} for page, pieces in read if "and have few trials" in page)
    first, second, next_row = (
        at[words] for words in ("You do not know,", "and have few trials", "Many trials to spend,")
    )
    assert second - next_row > first - second + 1.5  # points


def test_what_is_left_of_the_ledger_is_one_page(pages):
    assert [text for text in pages if "five posts in Korean" in text and "Small slips" in text]


def letters(text):
    """The letters of a text alone: how it was broken into lines and pages does not show."""
    return re.sub(r"[\W\d_]", "", unicodedata.normalize("NFKC", text))


def on_paper(path):
    """The Markdown of a page without what is only for the screen (``publish.printing.ForTheScreen``)."""
    text = re.sub(r"(`{3,})\{only\} html\n.*?\n\1", "", prose(path), flags=re.DOTALL)
    if f"chapters/{path.stem}" in printing.SCREEN:
        return re.split(r"\n## ", text)[0]
    text = re.sub("(?s){}.*?{}".format(*map(re.escape, printing.SPAN)), "", text)
    text = re.sub(rf":::\{{admonition\}} {printing.LIVE}.*?\n:::$", "", text, flags=re.DOTALL | re.MULTILINE)
    return re.sub(rf"(?s)\n(##+) (?:{'|'.join(printing.TITLES)})\n.*?(?=\n##|\Z)", "", text)


def test_no_paragraph_is_lost(pages):
    printed_letters = letters("\n".join(pages))
    lost = []
    for path in chapters():
        for paragraph in re.split(r"\n\s*\n", on_paper(path)):
            pieces = [piece.split() for piece in MARKUP.split(paragraph)]
            runs = [letters("".join(words[i : i + 5])) for words in pieces for i in range(len(words) - 4)]
            missing = [run for run in runs if run not in printed_letters]
            if len(missing) > max(5, 0.4 * len(runs)):
                lost.append((path.stem, missing[0], paragraph[:80]))
    assert lost == []


def test_every_figure_has_its_number_and_a_caption_that_tells(pages):
    text = "\n".join(pages)
    captions = re.findall(r"^Figure (\d+)\. *(.+)", text, re.MULTILINE)
    wanted = sum(bool(FIGURES & output.get("data", {}).keys()) for output in outputs())
    assert sorted(int(number) for number, _ in captions) == list(range(1, wanted + 1))
    assert [told for _, told in captions if len(told) < 15 or "_" in told or "Explorer" in told] == []


@pytest.mark.parametrize(
    ("alt", "told"),
    [
        ("Explorer: two_wells, momentum and NAG, 60 steps", "Momentum and NAG, 60 steps on the two wells."),
        ("Schedule: Adam on ravine, rate 0.2 at first and 0.2 at the end of 9 steps", "Adam, 9 steps on the ravine, at the rate 0.2."),
        ("Schedule: Adam on ravine, rate 0.2 at first and 0 at the end of 9 steps", "Adam, 9 steps on the ravine, at a rate that goes from 0.2 to 0."),
        ("Strength of the penalty 0: At 0: 77.1% right", "Strength of the penalty 0: 77.1% right"),
        ("Rate 0.2: At the rate 0.2 the loss is 0.014", "At the rate 0.2 the loss is 0.014"),
        ("Rate 0.2: The loss is 0.25", "The loss is 0.25 (rate 0.2)"),
        ("Wrong labels of 150 0: Right: 100.0%", "Right: 100.0% (wrong labels of 150: 0)"),
        ("Task bowl, start first: First: Adagrad, 8.5", "First: Adagrad, 8.5 (task bowl, start first)"),
    ],
)  # fmt: skip
def test_a_caption_says_nothing_twice(alt, told):
    assert floats.caption(alt) == told


def test_a_picture_that_does_not_move_is_told_as_it_is():
    assert floats.caption("At 0: a line", moves=False) == "At 0: a line"


def test_words_that_speak_of_a_figure_say_its_number(pages):
    text = " ".join("\n".join(pages).split())
    spoken = re.findall(r"\b[Tt]he first figure(?: \(Figure (\d+)\))?", text)
    assert len(spoken) > 5
    begins = [part.split("Exercise ")[0] for part in re.split(r"Chapter \d+\b", text)[1:]]
    firsts = {min(map(int, found)) for part in begins if (found := re.findall(r"Figure (\d+)\. ", part))}
    assert {*map(int, filter(None, spoken))} <= firsts
    assert "" not in spoken


def test_a_word_means_the_figure_beside_it():
    spoken = ["Back to the first figure, and count.", "the map below is his idea", "In the figure, two starts"]
    assert [floats.MENTION.search(words)["place"] for words in spoken] == ["first", None, None]
    assert floats.MENTION.search(spoken[1])["side"] == "below"
    assert not any(map(floats.MENTION.search, ("on the map", "a figure", "the figure’s ravine", "pictures")))


def test_nothing_tells_paper_to_be_dragged_or_pressed(pages):
    found = [
        (number, found[0])
        for number, text in enumerate(pages, 1)
        if (found := SCREEN_WORDS.search(" ".join(text.split())))
    ]
    assert found == []


def test_parts_open_with_their_chapters(printed, pages):
    contents = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    numbered = [part for part in contents["parts"] if part.get("numbered")]
    assert [part["caption"] for part in numbered] == [*parts.ABOUT]
    for part in numbered:
        about, questions = (
            parts.ABOUT[part["caption"]],
            [tables.questions()[Path(c["file"]).name] for c in part["chapters"]],
        )
        (page,) = [text for text in map(letters, pages) if letters(about) in text]
        assert [asked for asked, _ in questions if letters(asked) not in page] == []


def test_the_index_leads_to_each_term(printed, pages):
    by_label = dict(zip(printed.page_labels, map(letters, pages), strict=True))
    places = dict(
        re.findall(r"\\newlabel\{(term:[\d.]+)\}\{\{.*?\}\{(\d+)\}", pdf.LOG.with_suffix(".aux").read_text("utf-8"))
    )
    source = pdf.LOG.with_suffix(".tex").read_text("utf-8").replace(r"\sphinxhyphen{}", "-")
    listed = re.findall(r"\\term\{\s*(.+?)\s*\}\{\s*(.*?)\s*\}\{(.*)\}", source)
    glossary = re.search(r"```\{glossary\}\n(.*?)```", prose(ROOT / "chapters/glossary.md"), re.DOTALL)[1]
    wanted = {line for entry in glossary.split("\n\n") for line in entry.strip().split("\n  ")[0].splitlines()}
    assert {word.replace("’", "'") for word, *_ in listed} == wanted
    assert [word for word, _, labels in listed if not labels] == []
    astray = [
        (word, places[label])
        for word, other, labels in listed
        for label in labels.split(",")
        if not any(
            letters(name).lower() in by_label[places[label]].lower() for name in (word, *other.split(", ")) if name
        )
    ]
    assert len(astray) <= len(listed) / 20, astray  # a word may be broken by a page, or by a figure that floats between


def test_a_still_leads_to_the_live_figure_once_there_is_an_address(monkeypatch):
    known = [("chapters/02-gd-problems", True), *[("chapters/03-momentum", moves) for moves in (True, False, True)]]
    assert floats.live_address(known) == r"\moves{}{}" or any(addresses())
    monkeypatch.setattr(floats, "addresses", lambda: ("", "https://a.org/b"))
    assert floats.live_address(known) == r"\moves{https://a.org/b/chapters/03-momentum.html}{explorer-2:}"


def predictions():
    """Each question *Predict first* that a figure follows, with that figure's caption."""
    for path in chapters():
        if path.suffix == ".ipynb":
            cells = notebooks.read(path.read_text(encoding="utf-8")).cells
            cells = [cell for cell in cells if "setup" not in cell.metadata.get("tags", [])]
            for cell, after in itertools.pairwise(cells):
                asked = re.search(r"Predict first\n(?::.*\n)*\s*(.+?)\n:::\s*[^\n]*\Z", cell.source, re.DOTALL)
                shown = [output.data for output in after.get("outputs", []) if FIGURES & output.get("data", {}).keys()]
                if asked and shown:
                    yield MARKUP.split(asked[1])[0], floats.caption(shown[0]["text/plain"])


def test_no_prediction_stands_beside_its_picture(pages):
    found = [tuple(letters(text)[:24] for text in pair) for pair in predictions()]
    assert len(found) > 2
    for question, caption in found:
        asked, answered = (
            {n for n, text in enumerate(map(letters, pages)) if piece in text} for piece in (question, caption)
        )
        assert asked, question
        assert answered, caption
        assert not asked & answered, question


def test_solutions_stand_at_the_back(pages):
    text = "\n".join(pages)
    exercises = re.findall(r"^Exercise ([\d.]+) · ([^(\n]{4,12})", text, re.MULTILINE)
    assert len(exercises) == len({number for number, _ in exercises}) > 80
    back = text.partition("All exercises of the course")[2]
    assert [e for e in exercises if f"\n{' '.join(e).rstrip()}" not in back] == []
    assert not re.search(r"^Solution$", text, re.MULTILINE)


def test_fonts_are_embedded(printed):
    table = subprocess.run(["pdffonts", pdf.PDF], capture_output=True, text=True, check=True).stdout.splitlines()[2:]
    assert len(table) > 5
    assert [line for line in table if line.split()[-5] != "yes"] == []


def test_title_and_author_are_stored(printed):
    config = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    assert (printed.metadata.title, printed.metadata.author) == (config["title"], config["author"])


# The parts --------------------------------------------------------------------------------------------------------


def test_problems_are_found_in_a_log():
    log = (
        "LaTeX Warning: Hyper reference `chapters/momentum:a-very-long-label' on page 22 u\nndefined on input line 1.\n"
        "LaTeX Warning: Citation `polyak1964' on page 3 undefined on input line 4.\n"
        "Missing character: There is no 모 (U+BAA8) in font Latin Modern Roman 10 Regular!\n"
        "Overfull \\hbox (25.8pt too wide) in paragraph at lines 5--6\n"
        "Overfull \\hbox (9.9pt too wide) in paragraph at lines 7--8\n"
        "LaTeX Warning: Label `x' multiply defined.\n"
    )
    found = pdf.problems(log)
    assert Counter(problem.partition(" ")[0] for problem in found) == Counter(
        {"undefined:": 2, "no": 1, "25.8": 1, "defined": 1}
    )


def test_missing_packages_are_named_in_one_line(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SystemExit) as stop:
        pdf.main()
    assert "apt-get install" in stop.value.code
    assert "texlive-xetex latexmk" in stop.value.code
    assert "\n" not in stop.value.code


@pytest.fixture(scope="module")
def drawings():
    ravine = SURFACES["ravine"]
    run = descend(momentum, ravine.grad, ravine.start, 40, lr=0.5)
    grid = np.linspace(0, 1, 12).reshape(3, 4)
    return [
        draw.paths(ravine, {"momentum": run}, alt="A path that swings."),
        draw.lines({"momentum": run.xs[:, 0]}, xlabel="step $t$", title="x", alt="A curve that swings."),
        draw.heat(grid, x=np.arange(4), y=np.arange(3), bar="height", alt="Twelve tiles, dark to light."),
    ]


def test_redrawn_figures_look_the_same(drawings, tmp_path):
    if missing := [name for name in pdf.missing_packages() if name == "poppler-utils"]:
        pytest.skip(f"the redrawn figures were not compared; on Debian: apt-get install {missing[0]}")
    for number, drawing in enumerate(drawings):
        path = tmp_path / f"{number}.pdf"
        path.write_bytes(to_pdf(drawing.svg()))
        subprocess.run(["pdftoppm", "-png", "-singlefile", "-r", "144", path, path.with_suffix("")], check=True)
        with Image.open(path.with_suffix(".png")) as new, Image.open(io.BytesIO(drawing.png(dpi=144))) as old:
            assert max(abs(new.width - old.width), abs(new.height - old.height)) <= 2
            size = (new.width // 8, new.height // 8)  # coarse enough to forgive how edges are smoothed
            one, other = (np.asarray(im.convert("RGB").resize(size, Image.Resampling.BOX)) / 255 for im in (new, old))
        assert np.sqrt(np.mean((one - other) ** 2)) < 0.02


def test_redrawing_gives_the_same_bytes(drawings):
    assert to_pdf(drawings[0].svg()) == to_pdf(drawings[0].svg())


@pytest.mark.parametrize(
    "piece",
    ['<text x="1">a</text>', '<path d="M 0 0 A 1 1 0 0 1 2 2"/>', '<g transform="skewX(3)"/>', '<image href="a.jpg"/>'],
)
def test_what_cannot_be_redrawn_is_an_error(piece):
    with pytest.raises(ValueError, match="unknown"):
        to_pdf(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">{piece}</svg>')
