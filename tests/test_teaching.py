"""The page for teachers and the sheet of exercises: true to the chapters, and without an answer where none may be."""

import json
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote

import nbformat
import numpy as np
import pytest
from conftest import ROOT
from descent import Surface, adadelta, adagrad, adam, descend, momentum, nag, rmsprop, sgd, steps_to
from descent.exercises import CHECKERS, PROOFS
from descent.networks import Network, clip_by_norm, clip_by_value, drop
from publish import plain, sheet, tables, teaching
from publish.notebooks import STATE

PAGE = (tables.CHAPTERS / "teaching.md").read_text(encoding="utf-8")
NOTEBOOKS = sorted(tables.CHAPTERS.glob("*.ipynb"))
SECTIONS = re.split(r"^## ", PAGE, flags=re.MULTILINE)[1:]
EXAM = re.compile(r"^:::\{exam\} (.+)\n(.+)\n:::$", re.MULTILINE)
LINKS = re.findall(r'<a href="([\w-]+)\.html#([^"]+)">', PAGE)


# The chapters. ---------------------------------------------------------------------------------------------------------


def test_every_chapter_has_its_row_and_its_section():
    assert len(teaching.taught()) == len(SECTIONS) == 14
    table = "\n".join(teaching.plan())
    for number, (chapter, section) in enumerate(zip(teaching.taught(), SECTIONS, strict=True), 1):
        title = tables.title(chapter)
        assert table.count(f"{number} · [{title}]({chapter})") == 1
        assert section.startswith(f"{number} · {title}\n\n:::{{lesson}} {chapter}\n")
        for part in ("*Afterwards they can*", "*On the wall", ".html#explorer-"):
            assert section.count(part) >= 1, (chapter, part)
        assert 2 <= len(EXAM.findall(section)) <= 3, chapter


def test_minutes_are_those_of_the_chapters():
    contents = "\n".join(cell["source"] for cell in tables.cells("index"))
    for chapter in teaching.taught():
        read, solve = teaching.minutes(chapter)
        assert re.search(rf"\]\({chapter}\.ipynb\) \|.*\| {read} \|$", contents, re.MULTILINE), chapter
        found = tables.exercises(chapter)
        assert solve == sum(minutes for _, minutes, *_ in found)
        (line,) = teaching.lesson(chapter, "nothing")
        assert f"{read} minutes, and {solve} for {len(found)} exercises" in line


def test_what_builds_on_what_is_the_map_of_the_ways():
    known = teaching.builds_on()
    assert [name for name, needed in known.items() if not needed] == ["01-gradient-descent"]
    assert known["07-adam"] == ["03-momentum", "06-rmsprop"]
    assert sum(map(len, known.values())) == 14
    for name, needed in known.items():
        assert all(one < name for one in needed)


# The wall. -------------------------------------------------------------------------------------------------------------


ITEMS = ["start", "steps", "step", "rate", "noise", "more", "tab", "who", "asking", "shared", "schedule", "corrected"]


def figure(page, name):
    """The state of a page's figure, by its name such as "explorer-2", as its notebook stores it."""
    metadata = json.loads((tables.CHAPTERS / f"{page}.ipynb").read_text(encoding="utf-8"))["metadata"]
    models = metadata["widgets_of_the_site"][STATE]["state"].values()
    figures = [model["state"] for model in models if "_anywidget_id" in model["state"]]
    return figures[int(name.removeprefix("explorer-")) - 1]


@pytest.mark.parametrize(("page", "address"), LINKS)
def test_every_link_names_a_figure_and_a_state_that_exist(page, address):
    name, _, text = address.partition(":")
    state = figure(page, name)
    assert state["_anywidget_id"].endswith("Explorer")
    for item in text.split(";"):
        key, _, value = item.partition("=")
        head, _, knob = key.partition(".")
        if key == "rules":
            assert {*value.split(",")} <= {*state["rules"]}
        elif key == "formula":
            Surface(unquote(value))
        elif head == "surface":
            assert knob in state["parameters"] if knob else value == "yours" or value in state["_calls"]
        elif knob:
            assert knob in state["settings"][head]
        else:
            assert key in [*ITEMS, "window", "home"]


def test_what_the_words_on_the_wall_say():
    ravine = Surface("(x**2/40 + y**2)/2", start=(-4, 2))
    assert steps_to(sgd, ravine, lr=1.9) == 126
    assert 126 / 3.1 < steps_to(momentum, ravine, lr=1.9, mu=0.7) < 126 / 2.8
    assert steps_to(momentum, ravine, lr=1.9, mu=0.99) > 1000
    assert descend(nag, ravine.grad, ravine.start, 2000, lr=1.4, mu=0.9).failed_at > 0
    two, ten = Surface("(x*y - 1)**2/2"), Surface("((x*y)**5 - 1)**2/2")
    ends = [descend(sgd, layers.grad, (0.3, 0.3), 300, lr=0.1).final for layers in (two, ten)]
    assert np.isclose(ends[0].prod(), 1)
    assert np.abs(ends[1] - 0.3).max() < 0.01
    bowl = np.array([1, 1 / 40])

    def slope(x, decay=0.0):
        return bowl * (x - [2, 1.5]) + decay * x

    stopped = descend(sgd, slope, (0, 0), 90, lr=0.1).final
    decayed = descend(sgd, lambda x: slope(x, 0.1), (0, 0), 300, lr=0.1).final
    assert np.isclose(stopped[0], 2, atol=1e-3)
    assert stopped[1] < 0.25 * 1.5
    assert np.linalg.norm(stopped - decayed) < 0.2 < 1 < np.linalg.norm(stopped - [2, 1.5])


# The exam. -------------------------------------------------------------------------------------------------------------


def end(rule, slope, start, steps, **hyper):
    """Where a run ends that meets the slope ``slope(x)``."""
    return descend(rule, slope, [start], steps, **hyper).final[0]


def step(rule, number, slopes, **hyper):
    """How long a rule's step is when it has met the first ``number`` of these slopes."""
    x, *memory = 0.0, *[]
    for t, g in enumerate(slopes[:number], 1):
        before = x
        x, *memory = rule(x, lambda _, g=g: g, t, *memory, **hyper)
    return abs(x - before)


def first(holds):
    """The first number from 1 on for which something holds."""
    return next(n for n in range(1, 10_000) if holds(n))


def spread(B, N=200):
    """The mean square of a sample's mean, over all that there is to draw, but for the scatter of single values."""
    population = np.arange(N) - (N - 1) / 2
    draws = np.random.default_rng(0).permuted(np.tile(population, (20_000, 1)), axis=1)[:, :B]
    return np.mean(draws.mean(axis=1) ** 2) / population.var()


def limit(rule, **hyper):
    """The largest rate at which a rule still shrinks on a bowl of curvature 1."""
    low, high = 0.5, 50.0
    for _ in range(40):
        middle = (low + high) / 2
        run = descend(rule, lambda x: x, [1.0], 2000, lr=middle, keep="last", **hyper)
        low, high = (middle, high) if abs(run.final[0]) < 1 else (low, middle)
    return low


def gradient_descent():
    exact = 20 * 199 / 180
    assert np.isclose(spread(1) / spread(20), exact, rtol=0.05)
    return [
        [end(sgd, lambda x: 6 * x, 2.0, 1, lr=0.1), limit(sgd) / 6],
        [-np.mean(np.log([0.25, 0.5, 1]))],
        [exact],
    ]


def problems():
    rates = np.linspace(0.4, 0.5, 100_001)
    factors = np.maximum(abs(1 - 4 * rates), abs(1 - 0.1 * rates))
    away = descend(sgd, lambda y: -y, [[1e-5], [1e-6]], 2000, lr=0.01).xs[..., 0] > 1
    late = np.diff(away.argmax(axis=0))[0]
    assert late in (231, 232)
    return [[rates[factors.argmin()], factors.min()], [np.log(10) / np.log(1.01)], []]


def momentum_():
    twos = [2.0] * 200
    steps = [np.ceil(np.log(1e-6) / np.log((k - 1) / (k + 1))) for k in (10_000, 100)]
    noisy = [0.3 * (1 + m) / ((1 - m) * (2 * (1 + m) - 0.3 * 0.01)) for m in (0, 0.9)]  # on a gentle slope
    assert 9 < noisy[1] / noisy[0] < 11
    return [[step(momentum, n, twos, lr=0.05, mu=0.8) for n in (1, 200)], [0.3 * (1 - 0.9)], steps]


def nesterov():
    brake = [nag(0.0, lambda x, c=c: c * x, 1, 1.0, lr=0.2, mu=0.9)[1] for c in (2, 0.01)]
    return [brake, [limit(nag, mu=0.9), limit(momentum, mu=0.9)]]


def adagrad_():
    covered = descend(adagrad, np.ones_like, [0.0], 3000, lr=0.1).xs[:, 0]
    counted = [first(lambda n, way=way: -covered[n] >= way) for way in (5, 10)]
    assert np.allclose(counted, [625, 2500], rtol=0.07)
    return [[step(adagrad, 2, [6.0, 8.0], lr=0.5)], [(5 / 0.2) ** 2, (10 / 0.2) ** 2], []]


def rmsprop_():
    long = [step(rmsprop, n, [1.0] * 40, lr=1, rho=0.9) for n in range(1, 41)]
    floors = [abs(end(rmsprop, lambda x, c=c: c * x, 1.0, 4000, lr=0.02)) for c in (4, 400)]
    assert np.isclose(*floors, rtol=1e-3)
    assert np.isclose(0.95**20, 0.36, atol=0.005)
    return [[np.log(0.5) / np.log(0.95)], [first(lambda n: long[n - 1] <= 1.1)], floors[:1]]


def adam_():
    turning = [3.0 * (-1) ** n for n in range(20_000)]

    def averaged(x, grad, t, m=0, *, lr):  # Adam, its stride held still
        m = 0.9 * m + 0.1 * grad(x)
        return x - lr * m, m

    bears = limit(averaged)
    assert np.isclose(bears, 38, rtol=1e-3)
    weights = [1 - beta**10 for beta in (0.9, 0.999)]
    return [weights, [step(adam, 20_000, turning, lr=1)], [0.001 * 5 / bears]]


def adadelta_():
    return [[], [step(adadelta, 1, [1.0], eps=1e-8, rho=0.9), 1000 ** (1 / 3)]]


def rates():
    rng = np.random.default_rng(0)
    low = rng.uniform(0, 0.9, (40_000, 1))
    for tries, exact in (((np.arange(4) + 0.5) / 4, 4 * 0.1 / 0.9), (rng.random((40_000, 16)), 1 - 0.9**16)):
        assert abs(np.any((tries >= low) & (tries < low + 0.1), axis=1).mean() - exact) < 0.01
    return [[4 * 0.1 / 0.9, 1 - 0.9**16], [], []]


def race():
    return [[5 * (13 * 3 + 8)], [0.08 / np.sqrt(8)], []]


def backprop():
    sizes = 784, 100, 10
    gaps = np.multiply(sizes[:-1], sizes[1:])

    def loss(z):  # of a unit whose tanh is 0.6 at first
        return np.tanh(z) * (2 * 0.1 + 1 * -0.3)

    z = np.arctanh(0.6)
    error = (loss(z + 1e-6) - loss(z - 1e-6)) / 2e-6
    return [[Network(sizes).size, (2 * gaps.sum() + gaps[1:].sum()) / gaps.sum()], [error], []]


def deep():
    net = Network((200, 200, 10))
    drawn = net.layers(net.init(0, "he", np.float64))[0][0].std()
    assert np.isclose(drawn, np.sqrt(2 / 200), rtol=0.02)
    g = np.array([3.0, 4.0])
    return [[0.8**20, 1.2**20], [np.sqrt(2 / 200)], [*clip_by_norm(g, 1), *clip_by_value(g, 1)]]


def regularization():
    decayed = end(sgd, lambda x: 0.01 * x, 2.0, 100, lr=0.1)
    came = np.unique(drop(np.full(1000, 3.0), 0.2, np.random.default_rng(0))[0])
    return [[decayed], [*came, drop(np.full(1, 3.0), 0.2, None)[0][0]], []]


def after_adam():
    return [[1 / (0.0003 * 0.1)], [2 * 4], []]


PART_V = backprop, deep, regularization, after_adam
COMPUTED = dict(
    zip(
        teaching.taught(),
        [gradient_descent, problems, momentum_, nesterov, adagrad_, rmsprop_, adam_, adadelta_, rates, race, *PART_V],
        strict=True,
    )
)


@pytest.mark.parametrize("number", range(14), ids=teaching.taught())
def test_every_answer_that_is_a_number_is_computed(number):
    wanted = COMPUTED[teaching.taught()[number]]()
    questions = EXAM.findall(SECTIONS[number])
    assert len(questions) == len(wanted)
    for (question, answer), values in zip(questions, wanted, strict=True):
        told = re.findall(r"\*\*([^*]+)\*\*", answer)
        assert told == [f"{value:.{len(text.partition('.')[2])}f}" for text, value in zip(told, values, strict=True)], (
            question
        )


def test_numbers_stand_out_in_answers_that_hold_any():
    for question, answer in EXAM.findall(PAGE):
        words = re.sub(r"\$[^$]*\$|`[^`]*`", "", answer)
        assert "**" in answer or not re.search(r"\d", words), question


@pytest.mark.parametrize("solutions", [True, False])
def test_the_plain_page_has_the_answers_only_with_solutions(solutions):
    page = plain.course([*NOTEBOOKS, *tables.CHAPTERS.glob("*.md")], solutions)["teaching.md"]
    for question, answer in EXAM.findall(PAGE):
        assert question in page
        assert (f"> {answer}" in page) == solutions
    assert "<a " not in page
    assert "| 3 · [Momentum](03-momentum.ipynb) | 40 | 44 | [2](02-gd-problems.ipynb) |" in page


@pytest.mark.parametrize("shown", [True, False])
def test_an_edition_without_solutions_holds_no_answers_to_the_exam(small_book, monkeypatch, tmp_path, shown):
    monkeypatch.setenv("SOLUTIONS", "1" if shown else "0")
    exam = ":::{exam} What is $x^2$, by its `name`?\nThe word is **Heureka**.\n:::"
    done, folder = small_book({"index.md": "# Book\n\nBefore.\n", "two.md": f"# Two\n\nA page.\n\n{exam}\n"})
    assert done.returncode == 0, done.stdout + done.stderr
    files = {file: file.read_bytes().decode("utf-8", "ignore") for file in folder.rglob("*") if file.is_file()}
    told = {file.name for file, text in files.items() if "heureka" in text.lower()}
    assert told == ({"two.html", "two.md", "searchindex.js"} if shown else set())
    assert "by its" in files[folder / "two.html"]
    assert files[folder / "two.html"].count('<details class="layer layer-exam">') == shown
    command = [Path(sys.executable).with_name("jupyter-book"), "build", tmp_path, "--builder", "latex", "--quiet"]
    assert subprocess.run(command, capture_output=True).returncode == 0
    printed = (tmp_path / "_build" / "latex" / "descent.tex").read_text(encoding="utf-8")
    assert printed.count("by its") == 1
    assert ("Heureka" in printed) == shown


# The sheet. ------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def handed_out():
    """The sheet as a notebook."""
    return nbformat.reads(sheet.sheet(NOTEBOOKS, "The course"), as_version=4)


def test_the_sheet_holds_every_exercise_with_its_minutes_and_a_cell_for_the_answer(handed_out):
    nbformat.validate(handed_out)
    cells = {cell.id: cell for cell in handed_out.cells}
    names = [*cells]
    labels = []
    for chapter in tables.chapters():
        for title, minutes, level, label in tables.exercises(chapter):
            text, answer = cells[f"exercise-{label}"].source, cells[f"answer-{label}"]
            assert re.match(rf"### Exercise [\d.]+ · {re.escape(title)} \({minutes} minutes, {level}\)\n\n.", text)
            assert answer.source == ("*Your proof:*" if label in PROOFS else f'check("{label}", ...)')
            assert names.index(f"answer-{label}") == names.index(f"exercise-{label}") + 1
            labels.append(label)
    quick = [name for name in CHECKERS if name.startswith("quick-")]  # these need no minutes
    for label in quick:
        assert re.match(r"### Quick question \d\n\n.", cells[f"exercise-{label}"].source)
        assert cells[f"answer-{label}"].source == f'check("{label}", ...)'
    labels += quick
    assert {*labels} >= {*CHECKERS}
    assert len(cells) == 3 + 2 * len(labels) + sum(name.startswith("chapter-") for name in names)
    assert f"{len(labels)} exercises" in cells["title"].source
    assert cells["chapter-03-momentum"].source == "## 3 · Momentum"


def test_the_sheet_holds_no_solution_and_stands_alone(handed_out):
    text = "\n\n".join(cell.source for cell in handed_out.cells)
    for path in NOTEBOOKS:
        inside = False
        for cell in plain.read(path)["cells"]:
            inside = (inside or "{solution-start}" in cell["source"]) and "{solution-end}" not in cell["source"]
            if inside and len(cell["source"]) > 60:
                assert cell["source"] not in text, cell["id"]
    assert not re.findall(r"\]\((?!https:)|<a |:::|\{[a-z-]+\}`", text)


BEGIN = """
import sys
import nbformat
from nbclient import NotebookClient
notebook = nbformat.read(sys.argv[1], 4)
notebook.cells = notebook.cells[:6]
NotebookClient(notebook, timeout=100).execute()
print(notebook.cells[-1].outputs[-1].data["text/plain"])
"""


def test_its_first_cells_run(handed_out, tmp_path):
    path = tmp_path / sheet.NAME
    nbformat.write(handed_out, path)
    done = subprocess.run([sys.executable, "-c", BEGIN, path], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "Put your answer in place of the three dots."


def test_a_build_puts_the_sheet_where_the_page_leads(book):
    page = (book / "chapters" / "teaching.html").read_text(encoding="utf-8")
    (link,) = re.findall(r'href="([^"]*descent-exercises\.ipynb)"', page)
    found = nbformat.read((book / "chapters" / link).resolve(), as_version=4)
    assert sum(cell.id.startswith("exercise-") for cell in found.cells) > 80
