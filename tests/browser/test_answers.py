"""Exercises on a page without Python: an answer is checked, the solution offered, and what is solved remembered."""

import inspect
import io
import re
import zipfile

import nbformat
import numpy as np
import pytest
from descent import frameworks, rules
from descent.exercises import CHECKERS, answers, check
from descent.exercises.answers import Rule
from descent.rules import momentum
from pages import violations

METADATA = {"language_info": {"name": "python"}}
LABELS = "nag-1", "adadelta-2", "momentum-5", "museum-2", "nag-5", "detectives-4"
CHOICES = "\n\n- **a** dead\n- **b** slow\n- **c** by *heart*\n- **d** fast\n\nChoose."


def chapter():
    """A chapter with an exercise of each kind, each with its solution."""
    texts = ["# Exercises"]
    for label in LABELS:
        texts.append(
            f":::{{exercise}} Of {label} (3 minutes, easy)\n:label: {label}\n\nAsk for {label}.{CHOICES * (label == 'detectives-4')}\n:::"
        )
        texts.append(f":::{{solution-start}} {label}\n:class: dropdown\n:::")
        texts += [f"Heureka, {label}.", ":::{solution-end}\n:::"]
    cells = [nbformat.v4.new_markdown_cell(text, id=f"cell-{k}") for k, text in enumerate(texts)]
    return nbformat.writes(nbformat.v4.new_notebook(cells=cells, metadata=METADATA))


@pytest.fixture(scope="module")
def chapters(tmp_path_factory):
    """Books of the chapter, by whether they have the solutions; each is built when it is first asked for."""
    made = {}

    def build(small_book, monkeypatch, solutions):
        if solutions not in made:
            monkeypatch.setenv("SOLUTIONS", "01"[solutions])
            done, folder = small_book({"index.ipynb": chapter()})
            assert done.returncode == 0, done.stderr
            made[solutions] = folder
        return made[solutions]

    return build


@pytest.fixture
def open_at(chapters, small_book, monkeypatch, page_at):
    """A function that opens the chapter."""

    def visit(*, solutions=True, **options):
        return page_at("index.html", folder=chapters(small_book, monkeypatch, solutions), **options)

    return visit


def begin(page, label):
    """Press the button below an exercise, unless it has been pressed, and return what has come in its place."""
    place = page.locator(f"#{label} .exercise-answer")
    if place.locator("> button").count():
        place.locator("> button").click()
    return place.locator("form, pre")


def checked(form):
    """Press *Check*, and return what is said."""
    form.get_by_role("button", name="Check").click()
    form.locator(".exercise-said").filter(has_text=re.compile(".")).wait_for()
    return form.locator(".exercise-said").inner_text()


def answer(page, label, text):
    """Type an answer, and return what is said to it."""
    form = begin(page, label)
    form.locator("input, textarea").fill(text)
    return checked(form)


def test_answers_are_checked_with_the_keyboard_alone(open_at):
    visit = open_at()
    page = visit.page
    page.locator("#nag-1").get_by_role("button", name="Your answer").focus()
    page.keyboard.press("Enter")
    page.wait_for_function("document.activeElement.name === 'nag-1'")
    assert page.get_by_label("Your answer: Exercise 1").count() == 1
    for text, said in (("0.9", "That is the memory where the ground is flat."), ("0.9*(1-0.05*8)", "Right.")):
        page.keyboard.press("Control+a")
        page.keyboard.type(text)
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.locator("#nag-1").get_by_role("status").filter(has_text=said).wait_for()
        page.keyboard.press("Shift+Tab")
    assert answer(page, "adadelta-2", "1e-10, 1e-2").startswith("The other way round")
    assert answer(page, "adadelta-2", "0.01").startswith("The answer is 2 numbers")
    assert answer(page, "adadelta-2", "0.01, 1e-10") == "Right."
    assert visit.faults == []


def test_what_only_python_can_judge_has_its_cell_and_a_proof_has_none(open_at):
    page = open_at().page
    assert begin(page, "museum-2").inner_text() == 'from descent.exercises import check\n\ncheck("museum-2", ...)'
    assert page.locator("#nag-5 .exercise-answer").count() == 0


def test_a_page_that_is_read_loads_nothing_of_it(open_at):
    visit = open_at()
    assert not [address for address in visit.loaded if "/exercises/" in address]
    answer(visit.page, "nag-1", "0.9")
    loaded = [address.rpartition("/")[2].partition(".")[0] for address in visit.loaded if "/exercises/" in address]
    assert sorted(loaded) == ["answers", "answers", "nag-1"]


def choose(page, letter):
    """Choose a letter's text, and return what is said to it."""
    form = begin(page, "detectives-4")
    form.get_by_text({"a": "dead", "b": "slow", "c": "by heart", "d": "fast"}[letter]).click()
    return checked(form)


def test_a_choice_is_told_what_python_tells(open_at):
    visit = open_at()
    page = visit.page
    for letter in "abc":
        assert choose(page, letter) == check("detectives-4", letter).message
    assert page.get_by_role("button", name="Open the solution").is_visible()
    assert choose(page, "d") == check("detectives-4", "d").message
    assert page.locator("#detectives-4").get_by_role("img", name="solved").is_visible()
    assert page.locator("#detectives-4 em").filter(has_text="heart", visible=True).count() == 1
    assert visit.faults == []


def test_a_choice_is_made_with_the_keyboard_alone(open_at):
    page = open_at().page
    box = page.locator("#detectives-4")
    box.get_by_role("button", name="Your answer").focus()
    page.keyboard.press("Enter")
    page.wait_for_function("document.activeElement.type === 'radio'")
    assert box.get_by_role("group", name="Your answer: Exercise 6").get_by_role("radio").count() == 4
    page.keyboard.press("Enter")
    box.get_by_role("status").filter(has_text="Choose one of them first.").wait_for()
    for _ in range(3):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    box.get_by_role("status").filter(has_text="Right.").wait_for()


def test_on_paper_the_choices_stand_in_the_text(open_at):
    page = open_at().page
    begin(page, "detectives-4").wait_for()
    texts = page.locator("#detectives-4").get_by_text("slow")
    assert [text.is_visible() for text in texts.all()] == [False, True]
    page.emulate_media(media="print")
    assert [text.is_visible() for text in texts.all()] == [True, False]


MOMENTUM = """def mine(x, grad, t, v=0, *, lr=0.01, mu=0.9):
    v = mu * v + grad(x)
    return x - lr * v, v
"""


LATE = MOMENTUM.replace("mu * v + grad(x)", "mu * v - lr * grad(x)").replace("x - lr * v", "x + v")


def path(rule, *halves):
    """The places of a rule on the surface on which rules are judged, with settings for each half of the steps."""
    made = {}
    exec(f"import numpy as np\n{rule}", made)
    return answers.path(made["mine"], [setting for setting in halves for _ in range(answers.STEPS // 2)])


def test_a_rule_is_judged_by_its_path(open_at):
    visit = open_at()
    page = visit.page
    first = begin(page, "momentum-5").locator("textarea").input_value()
    assert first == inspect.getsource(momentum).rstrip()  # the rule that is to be changed
    assert answer(page, "momentum-5", LATE).startswith("Right at a constant rate.")
    assert answer(page, "momentum-5", MOMENTUM.replace("mu * v +", "mu v +")) == "Mend line 2 first."
    assert page.locator(".rule-said").inner_text().startswith("Line 2: ")
    assert page.get_by_role("img", name="Your path").count() == 0
    assert answer(page, "momentum-5", MOMENTUM) == "Right."
    assert page.get_by_role("img", name="Your path").count() == 0
    assert visit.faults == []


def test_both_paths_are_shown_and_where_they_part(open_at):
    page = open_at().page
    answer(page, "momentum-5", LATE)
    first, second = CHECKERS["momentum-5"].settings
    mine, right = (path(rule, first, second) for rule in (LATE, MOMENTUM))
    step = int(np.argmax(~np.isclose(mine, right, rtol=1e-7, atol=1e-9).all(axis=1)))
    assert step == answers.STEPS // 2 + 1
    told = page.locator(".exercise-shown figcaption").inner_text()
    assert "with lr=0.3, mu=0.8, then lr=0.15, mu=0.6. They part at step 21: " in told
    places = np.array(re.findall(r"\((\S+), (\S+)\)", told), dtype=float)
    np.testing.assert_allclose(places, [mine[step], right[step]], atol=0.006)
    assert (places[0] != places[1]).any()
    picture = page.get_by_role("img", name="Your path and the right one")
    lines = picture.locator("polyline").evaluate_all("(all) => all.map((e) => e.getAttribute('points').split(' '))")
    assert [len(line) for line in lines] == [answers.STEPS + 1] * 2
    assert lines[0][:step] == lines[1][:step]
    assert picture.locator(".level").count() > 5


def test_a_path_that_is_lost_is_shown_as_far_as_it_goes(open_at):
    visit = open_at()
    assert answer(visit.page, "momentum-5", MOMENTUM.replace("mu * v", "mu / (t - 3) * v")).startswith("At step 3 it")
    assert visit.page.get_by_role("img", name="Your path").is_visible()
    assert visit.faults == []


def test_a_rule_is_written_in_the_figures_editor(open_at):
    visit = open_at()
    page = visit.page
    form = begin(page, "momentum-5")
    area, said = form.locator("textarea"), form.locator(".rule-said")
    first = area.input_value()
    assert form.get_by_role("button", name="Reset the text").is_disabled()
    area.fill(first.replace("- lr", "- rl"))
    assert said.inner_text() == "Line 3: momentum does not know rl; did you mean lr?"
    assert form.locator(".rule-wrong").all_inner_texts() == ["rl"]
    assert form.locator(".rule-line.changed").count() == 1
    assert area.get_attribute("aria-invalid") == "true"
    form.get_by_role("button", name="Reset the text").click()
    assert area.input_value() == first
    assert said.inner_text() == ""
    page.keyboard.press("Control+z")
    assert "- rl" in area.input_value()
    page.keyboard.press("Control+Home")
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    page.keyboard.type("g = grad(x)")
    assert area.input_value().splitlines()[1] == "    g = grad(x)"
    assert form.locator("pre").text_content().rstrip() == area.input_value().rstrip()
    assert visit.faults == []


def test_the_solution_is_offered_after_three_different_answers(open_at):
    page = open_at().page
    offer = page.get_by_role("button", name="Open the solution")
    for text in ("0.9", "0.9", "0.90", "0.4", "garbage"):
        answer(page, "nag-1", text)
        assert offer.count() == 0
    answer(page, "nag-1", "0.5")
    assert not page.get_by_text("Heureka, nag-1.").is_visible()
    offer.click()
    assert page.get_by_text("Heureka, nag-1.").is_visible()
    assert not page.get_by_text("Heureka, adadelta-2.").is_visible()


def test_a_rule_is_written_with_a_finger_on_a_phone(open_at):
    visit = open_at(width=390, height=844, has_touch=True, is_mobile=True)
    page = visit.page
    box = page.locator("#momentum-5")
    box.get_by_role("button", name="Your answer").tap()
    area = box.locator("textarea")
    area.wait_for()
    assert area.evaluate("(e) => parseFloat(getComputedStyle(e).fontSize)") >= 16  # or else a phone zooms in
    buttons = box.locator("form button").evaluate_all("(all) => all.map((e) => e.getBoundingClientRect().height)")
    assert len(buttons) == 2
    assert min(buttons) >= 44
    area.fill("")
    area.tap()
    page.keyboard.insert_text(LATE)
    box.get_by_role("button", name="Check").tap()
    box.get_by_role("img", name="Your path").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    box.get_by_role("button", name="Reset the text").tap()
    assert area.input_value() == inspect.getsource(momentum).rstrip()
    area.fill(MOMENTUM)
    box.get_by_role("button", name="Check").tap()
    box.locator(".exercise-said").filter(has_text="Right.").wait_for()
    assert visit.faults == []


def test_what_is_solved_is_remembered_in_this_browser(open_at):
    page = open_at().page
    answer(page, "nag-1", "0.54")
    assert page.locator("#nag-1 .exercise-more").inner_text() == "Solved in this chapter: 1 of 4."
    page.reload()
    page.locator("#nag-1").get_by_role("img", name="solved").wait_for()
    assert page.get_by_role("img", name="solved").count() == 1


@pytest.mark.parametrize("kept", ["garbage", "null", "3", '{"nag-1": {}}'])
def test_a_spoilt_memory_does_no_harm(open_at, kept):
    visit = open_at()
    visit.page.evaluate("(kept) => localStorage.setItem('descent-exercises', kept)", kept)
    visit.page.reload()
    assert answer(visit.page, "nag-1", "0.54") == "Right."
    assert visit.faults == []


def test_it_works_where_nothing_may_be_stored(open_at):
    visit = open_at(from_file=True)
    visit.page.add_init_script("Object.defineProperty(window, 'localStorage', { get() { throw new Error('no'); } })")
    visit.page.reload()
    assert answer(visit.page, "nag-1", "0.54") == "Right."
    assert visit.page.locator("#nag-1 .exercise-tick").is_visible()
    assert visit.faults == []


@pytest.mark.parametrize(("width", "scheme"), [(320, "dark"), (320, "light"), (1280, "dark"), (1280, "light")])
def test_it_is_accessible_on_every_screen(open_at, width, scheme):
    page = open_at(width=width, scheme=scheme).page
    for text in ("0.9", "0.4", "0.5", "0.54"):
        answer(page, "nag-1", text)
    for text in ("1, 2", "3, 4", "5, 6"):
        answer(page, "adadelta-2", text)
    answer(page, "momentum-5", MOMENTUM.replace("grad(x)", "2 * grad(x)"))
    begin(page, "museum-2")
    choose(page, "b")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_paper_and_readers_without_scripts_see_the_exercise_alone(open_at):
    page = open_at().page
    page.emulate_media(media="print")
    assert not page.locator(".exercise-answer").first.is_visible()
    bare = open_at(java_script_enabled=False).page
    assert bare.get_by_text("Ask for nag-1.").is_visible()
    assert not bare.locator(".exercise-answer").first.is_visible()


def test_an_edition_without_solutions_checks_answers_and_offers_none(open_at):
    page = open_at(solutions=False).page
    for text in ("0.9", "0.4", "0.5"):
        answer(page, "nag-1", text)
    assert page.get_by_role("button", name="Open the solution").count() == 0
    assert answer(page, "nag-1", "0.54") == "Right."


def texts_of(name, content):
    """The texts of a file, and of all files in it if it is an archive, by name."""
    yield name, content.decode("utf-8", "replace")
    if zipfile.is_zipfile(io.BytesIO(content)):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for inner in archive.namelist():
                yield from texts_of(f"{name}/{inner}", archive.read(inner))


def lines_that_solve():
    """The lines of the rules that are asked for, but for those that rules of the course have, too."""
    asked = [kind.right for kind in CHECKERS.values() if isinstance(kind, Rule) and kind.right.__closure__ is None]
    own = [rule for rule in asked if rule.__module__.startswith("descent.exercises.")]
    lines = {line.strip() for rule in own for line in inspect.getsource(rule).split('"""')[2].splitlines()}
    shown = inspect.getsource(rules) + inspect.getsource(frameworks.rules)
    return [line for line in lines if line not in shown]


def test_an_edition_without_solutions_holds_no_answer_to_read(chapters, small_book, monkeypatch):
    """No sentence that is said to an answer, which may give it away, and none of the solutions."""
    folder = chapters(small_book, monkeypatch, False)
    files = dict(
        text for path in folder.rglob("*") if path.is_file() for text in texts_of(path.name, path.read_bytes())
    )
    assert len(files) > 100
    told = [(kind, getattr(kind, "hint", ""), getattr(kind, "because", "")) for kind in CHECKERS.values()]
    said = {s for kind, *right in told for s in (*right, *(m for _, m in kind.mistakes)) if s}
    assert len(said) > 400
    lines = lines_that_solve()
    assert len(lines) > 10
    for name, text in files.items():
        assert "Heureka" not in text, name
        assert not [sentence for sentence in said if sentence in text], name
        assert not [line for line in lines if line in text], name
        assert "0.54" not in text or not re.search(r"(?<![\d.])0\.54(?!\d)", text), name
