"""The page judges answers as Python does, and holds none of them."""

import json
import math
import random
import re

import descent
import numpy as np
import pytest
from descent.exercises import CHECKERS, check
from descent.exercises.answers import Choice, Number, Rule
from descent.exercises.sealed import digest, locked, program, sealed
from descent.notes import TracingError, hyperparameters
from descent.tracing import trace
from publish import answering, tables
from py_mini_racer import MiniRacer
from test_exercises import NUMBERS, ROAD, WRONG, exercises, forms, rounded, solutions

PAGE = [name for name in NUMBERS if sealed(name, CHECKERS[name])]
RULES = [name for name, kind in CHECKERS.items() if isinstance(kind, Rule)]


@pytest.fixture(scope="module")
def page():
    """A function that asks the page's program for the value of an expression."""
    engine = MiniRacer()
    text = program("exercises/kinds.js")
    engine.eval(re.sub("^export ", "", text, flags=re.MULTILINE))
    engine.eval(f"const exercises = {json.dumps({name: sealed(name, CHECKERS[name]) for name in [*PAGE, *RULES]})}")
    return lambda code: json.loads(engine.eval(f"JSON.stringify({code})"))


def said(verdict):
    return f"Right. {verdict['said']}".rstrip() if verdict["right"] else verdict["said"]


def tried(name):
    """Answers to an exercise: right ones, readers' wrong ones, known mistakes, and many around all of them."""
    kind = CHECKERS[name]
    rights = [kind.right, *kind.also] if isinstance(kind, Number) else [kind.right]
    given = [*rights, *(wrong for wrong, _ in kind.mistakes), *(a for n, a, _ in WRONG if n == name)]
    numbers = [[float(v) for v in (a if isinstance(a, tuple | list) else [a])] for a in given if not isinstance(a, str)]
    count = len(sealed(name, kind)["rows"][0][0])
    chance = random.Random(name)
    for values in [v for v in numbers if len(v) == count]:
        yield values
        yield [-value for value in values]
        for digits in range(1, 8):
            yield [rounded(value, digits) for value in values]
        for size in (1e-13, 1e-5, 0.004, 0.006, 0.015, 0.1, 2):
            yield [value * (1 + size * chance.uniform(-1, 1)) for value in values]
            at = chance.randrange(count)
            yield [value * (1 + size * (k == at)) for k, value in enumerate(values)]


def test_most_exercises_with_numbers_are_checked_on_the_page():
    assert set(NUMBERS) - set(PAGE) == {"race-5"}
    assert len(PAGE) > 50


@pytest.mark.parametrize("name", PAGE)
def test_page_and_python_say_the_same(page, name):
    answers = [*tried(name)]
    assert len(answers) > 60
    verdicts = page(f"{json.dumps(answers)}.map((values) => judge(exercises[{json.dumps(name)}], values))")
    for values, verdict in zip(answers, verdicts, strict=True):
        python = check(name, values)
        assert (said(verdict), verdict["right"]) == (python.message, python.right), values
    assert sum(verdict["right"] for verdict in verdicts) > 3


def test_page_and_python_say_the_same_of_choices(page, monkeypatch):
    monkeypatch.setitem(CHECKERS, "road-1", ROAD)
    for name in [name for name, kind in CHECKERS.items() if isinstance(kind, Choice)]:
        kind = CHECKERS[name]
        held = sealed(name, kind)
        assert held["choices"] == len(kind.letters)
        for place, letter in enumerate(kind.letters, 1):
            python, verdict = check(name, letter), page(f"judge({json.dumps(held)}, [{place}])")
            assert (said(verdict), verdict["right"]) == (python.message, python.right), (name, letter)


@pytest.mark.parametrize("name", PAGE)
def test_every_form_of_a_right_answer_can_be_typed(page, name):
    for form in forms(name):
        values = [float(value) for value in np.ravel(form)]
        text = ", ".join(map(repr, values))
        read = page(f"readNumbers({json.dumps(text)}, {len(values)})")
        assert (read["values"], read["unclear"]) == (values, "")
        assert page(f"judge(exercises['{name}'], {json.dumps(values)})")["right"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0.54", 0.54),
        (" \u22121/4 ", -0.25),
        (".5", 0.5),
        ("2.", 2),
        ("2e-3", 0.002),
        ("2E6", 2e6),
        ("10 000", 10_000),
        ("1_000_000", 1e6),
        ("3*391", 1173),
        ("2·3", 6),
        ("-2**2", -4),
        ("2^-1", 0.5),
        ("2**3**2", 512),
        ("1 - 2 - 3", -4),
        ("8/2/2", 2),
        ("np.sqrt(2/256)", math.sqrt(2 / 256)),
        ("log(10)", math.log(10)),
        ("0.9 * (0.9 * -0.5 + 0.3)", 0.9 * (0.9 * -0.5 + 0.3)),
        ("(1-sqrt(1/40))^2", (1 - math.sqrt(1 / 40)) ** 2),
        ("2*pi", 2 * math.pi),
        ("(1, 2)", [1, 2]),
        ("[1; -2, 3/4]", [1, -2, 0.75]),
        ("sqrt(2), log(3)", [math.sqrt(2), math.log(3)]),
    ],
)
def test_numbers_are_read_as_they_are_written(page, text, value):
    values = value if isinstance(value, list) else [value]
    read = page(f"readNumbers({json.dumps(text)}, {len(values)})")
    assert read["unclear"] == ""
    assert read["values"] == pytest.approx(values, rel=1e-15)


GARBAGE = [
    "", " ", "abc", "1,5", "1,173", "1, 2, 3", "0.5.5", "1e", "1e999", "-", "()", "(", ")", "(1", "1)", "2 3", "2x", "1/0",
    "sqrt", "sqrt(-1)", "sqrt 4", "nan", "Infinity", "inf", "None", "__proto__", "constructor", "toString(1)", "`1`",
    "${1}", "alert(1)", "<b>1</b>", "0x10", "1n", "٣", "½", "²", "1;2;3;4;5;6", "," * 500, "(" * 10_000, "-" * 10_000, "9" * 10_000,
    "2**" * 60 + "2", "1" + "+1" * 5000, "[[1]]", "{}", "'0.54'", "\n", "\0", "🙂", "log(0)", "exp(1000)", "hasOwnProperty(1)",
]  # fmt: skip


@pytest.mark.parametrize("count", [1, 2, 3])
def test_garbage_gets_one_clear_line(page, count):
    for text in GARBAGE:
        unclear = page(f"readNumbers({json.dumps(text)}, {count})")["unclear"]
        if (count, text) in ((2, "1,5"), (2, "1,173"), (3, "1, 2, 3")):
            assert unclear == ""
            continue
        assert 10 < len(unclear) < 120, text
        assert unclear[0].isupper()
        assert unclear[-1] == "."
        assert "\n" not in unclear


def test_numbers_are_said_as_python_says_them(page):
    chance = random.Random(1)
    numbers = [chance.uniform(-10, 10) * 10 ** chance.randint(-12, 12) for _ in range(500)]
    numbers += [
        0.0,
        1.0,
        -1.0,
        1e5,
        999999.5,
        3515.625,
        -2.000025,
        1.000015e-9,
        2**-30,
        1e6,
        1e-4,
        9.99999e-5,
        123456.0,
        0.1,
        1e100,
        1e-300,
        5e-324,
    ]
    assert page(f"{json.dumps(numbers)}.map(general)") == [f"{number:g}" for number in numbers]


# Rules ------------------------------------------------------------------------------------------------------------------


def traced(rule):
    """A rule as the page's grammar gives it, or ``None`` where it holds what no page can run."""
    try:
        step, memory = trace(rule)
    except TracingError:
        return None
    return f"{{ memory: {memory}, hyper: {json.dumps(hyperparameters(rule))}, {step} }}"


@pytest.mark.parametrize("name", RULES)
def test_page_and_python_say_the_same_of_rules(page, name):
    kind = CHECKERS[name]
    given = [kind.right, solutions()[name], *(wrong for wrong, _ in kind.mistakes)]
    given += [answer for exercise, answer, _ in WRONG if exercise == name and callable(answer)]
    given += [*descent.RULES.values()]
    tried = 0
    for rule in given:
        if step := traced(rule):
            python = check(name, rule)
            verdict = page(f"judgeRule(exercises[{json.dumps(name)}], {step})")
            assert (said(verdict), verdict["right"]) == (python.message, python.right), rule
            tried += 1
    assert tried > 10


def solution(name):
    """The rule's text in the solution of an exercise."""
    texts = [cell["source"] for cell in exercises()[name][1] if cell["cell_type"] == "code"]
    return next(
        found[0] for t in texts if (found := re.search(r"def \w+\(x, grad.*?\n    return [^\n]*", t, re.DOTALL))
    )


@pytest.mark.parametrize("name", RULES)
def test_a_solution_can_be_typed(page, name):
    """As the notebook has it; a function that only Python knows is written out, as the exercise says."""
    written, text = "np.sign(x) * np.maximum(np.abs(x) - a, 0)", solution(name)
    assert ("soft_threshold(" in text) == (f"`{written}`" in exercises()[name][0])
    text = text.replace("soft_threshold(x, lr * l1)", written.replace("a, 0", "lr * l1, 0"))
    found = page(f"readRule({json.dumps(text)})")
    assert "trouble" not in found, found
    rule = found["rule"]
    made = f"{{ memory: {rule['memory']}, hyper: {json.dumps(rule['hyper'])}, {rule['step']} }}"
    assert page(f"judgeRule(exercises[{json.dumps(name)}], {made})")["right"]


@pytest.mark.parametrize("name", RULES)
def test_the_text_to_begin_with_is_a_rule_and_no_answer(page, name):
    found = page(f"readRule({json.dumps(sealed(name, CHECKERS[name])['begin'])})")["rule"]
    assert set(CHECKERS[name].settings[0]) == set(found["hyper"])
    made = f"{{ memory: {found['memory']}, hyper: {json.dumps(found['hyper'])}, {found['step']} }}"
    assert not page(f"judgeRule(exercises[{json.dumps(name)}], {made})")["right"]


@pytest.mark.parametrize("name", [name for name in RULES if isinstance(CHECKERS[name].begin, str)])
def test_a_text_to_be_mended_stands_in_its_chapter(name):
    begin = CHECKERS[name].begin
    texts = [cell["source"] for chapter in tables.chapters() for cell in tables.cells(chapter)]
    assert begin == "" or begin in texts


@pytest.mark.parametrize("name", RULES)
def test_no_line_of_a_solution_can_be_read_in_what_the_page_holds(name):
    held = sealed(name, CHECKERS[name])
    lines = {line.strip() for line in solution(name).splitlines()[1:]} - {
        line.strip() for line in held["begin"].splitlines()
    }
    assert lines
    assert not [line for line in lines if line in json.dumps(held)]


# What is sealed ---------------------------------------------------------------------------------------------------------


def test_both_sides_lock_alike(page):
    for text in ("", "a", "nag-1:0:-12", "x" * 500):
        assert page(f"digest({json.dumps(text)})") == digest(text)
        held = locked(text, "What is café?")
        assert page(f"unlocked({json.dumps(text)}, {json.dumps(held)})") == "What is café?"


@pytest.mark.parametrize("name", PAGE)
def test_no_answer_and_no_sentence_can_be_read_in_what_the_page_holds(name):
    kind, held = CHECKERS[name], next(iter(answering.data(name).values()))
    begins = [grid[0] for grids, *_ in sealed(name, kind)["rows"] for grid in grids if grid]
    for row in kind.rows():
        assert not row.said or row.said not in held
        for wanted, _ in filter(None, row.parts):
            for clear in (abs(wanted), math.log(abs(wanted) or 1)):
                assert not clear or not [begin for begin in begins if math.isclose(begin, clear, rel_tol=1e-6)]
    assert kind.hint not in held
    assert len(held) < 4000


def test_no_choice_gives_itself_away_in_what_the_page_holds():
    """The right one is always the first row: its grid tells no more of its letter than those of the others do."""
    for right in "abc":
        pairs = [(letter, "That is not so.") for letter in "abc" if letter != right]
        held = sealed("road-1", Choice(right, "It is so.", mistakes=tuple(pairs)))
        assert not re.search("so|abc", json.dumps(held))
        assert all(begin < width < 1e-8 for grids, *_ in held["rows"] for begin, width in grids)


def test_rows_have_tags_of_their_own():
    """Two rows of an exercise are never taken for each other."""
    tags = [row[1] for name in PAGE for row in sealed(name, CHECKERS[name])["rows"]]
    assert len(tags) == len(set(tags)) > 400
