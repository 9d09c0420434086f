"""The printed book: its log, outline, words, fonts, figures and pages; and the drawing of figures for it."""

import io
import json
import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pypdf
import pytest
import yaml
from descent import SURFACES, descend, draw, momentum
from PIL import Image
from publish import notebooks, pdf
from publish.offers import offered
from publish.redraw import to_pdf

ROOT = Path(__file__).parents[1]
FIGURES = {"image/svg+xml", "image/png"}
UNPRINTABLE = re.compile(
    r"<Figure|\?\?|\\(?:begin|end|frac|nabla)\b|Traceback|Show code cell|Loading widget|ipykernel"
    r"|\b\w*(?:Widget|Explorer)\(.*model_id|explorer-\d|\{(?:cite|ref|eq|numref|doc|term)(?::\w+)?\}[`‘’']"
)
HANGUL = re.compile(r"[가-힣]")


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
def pages(printed):
    return [page.extract_text() for page in printed.pages]


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
    """Yield all outputs of all chapters."""
    for path in chapters():
        if path.suffix == ".ipynb":
            for cell in notebooks.read(path.read_text(encoding="utf-8")).cells:
                yield from cell.get("outputs", [])


def test_log_is_clean(printed):
    assert pdf.problems(pdf.LOG.read_text(encoding="utf-8", errors="replace")) == []


def test_outline_holds_each_chapter_once_and_in_order(printed):
    def titles(entries):
        for entry in entries:
            yield from titles(entry) if isinstance(entry, list) else [entry.title]

    wanted = [re.search(r"^# (.+)", prose(path), re.MULTILINE)[1] for path in chapters()]
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
        if len(text) < 150 and not page["/Resources"].get("/XObject")
    ]
    assert bare == []


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
