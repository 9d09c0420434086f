"""Guess first: each number that a chapter asks for is one that it computes, and a guess is told how far off it is."""

import ast
import json
import re

import pytest
from conftest import ROOT
from descent.exercises.sealed import locked, program
from nbformat.v4 import new_code_cell
from publish import guessing, layers, notebooks
from py_mini_racer import MiniRacer
from test_roles import CHAPTERS, shown

FEWEST, MOST = 3, 8


def chapter(name):
    return notebooks.read((ROOT / "chapters" / f"{name}.ipynb").read_text(encoding="utf-8"))


def asked(cell):
    return guessing.guess_of(cell.metadata.get("tags", []))


def written_out(source, pattern):
    """Whether the number of a guess stands in the texts of a cell, and is not computed."""
    texts = [n.value for n in ast.walk(ast.parse(source)) if isinstance(n, ast.Constant) and isinstance(n.value, str)]
    return any(guessing.found(pattern, text) for text in texts)


@pytest.mark.parametrize("name", CHAPTERS)
def test_each_chapter_lets_its_reader_guess_numbers_that_it_computes(name):
    """What a cell shows is what it computes: ``make test`` runs the chapters again and compares their outputs."""
    cells = chapter(name).cells
    guesses = [(k, cell) for k, cell in enumerate(cells) if cell.cell_type == "code" and asked(cell)]
    assert FEWEST <= len(guesses) <= MOST
    for k, cell in guesses:
        about, pattern = asked(cell)
        number = guessing.number_in(pattern, shown(cell))
        assert "reveal" in layers.roles(cell), cell.id
        assert not written_out(cell.source, pattern), cell.id
        assert number not in about, cell.id
        before = next(c.source for c in reversed(cells[:k]) if c.cell_type == "markdown")
        assert "?" in before.rstrip()[-600:], cell.id
    kinds = "".join("g" if c.cell_type == "code" and asked(c) else c.cell_type[0] for c in cells)
    assert not re.search("gc*g", kinds)  # an answer has one field
    assert any(":::{exercise}" in cell.source for cell in cells)  # its program judges guesses, too


@pytest.mark.parametrize(
    ("pattern", "shown", "number"),
    [
        ("NAG {}", "momentum 138, NAG 91", "91"),
        ("lr 1.0: * NAG {}", "lr 0.2: a 138, NAG 106\nlr 1.0: a 138, NAG 91\nlr 1.4: a 140, NAG 80", "91"),
        ("ahead {}", "asked here +0.40, ahead -0.54", "-0.54"),
        ("by {}, then", "by +0.40, then", "0.40"),
        ("rises in {} of", "loss rises in 41% of the steps", "41%"),
        ("left {}", "left    1.5e-05.", "1.5e-05"),
        ("{} times", "(3 times)", "3"),
    ],
)
def test_the_number_of_a_guess_is_found_in_what_is_shown(pattern, shown, number):
    assert guessing.number_in(pattern, shown) == number


@pytest.mark.parametrize("shown", ["momentum 138", "NAG 91\nNAG 92", "NAG none", ""])
def test_what_is_not_one_number_stops_the_build(shown):
    with pytest.raises(ValueError, match="for one number"):
        guessing.number_in("NAG {}", shown)


def test_a_number_that_is_only_written_out_is_noticed():
    assert written_out('print("it takes 61 steps")', "takes {} steps")
    assert not written_out('steps = 61\nprint(f"it takes {steps} steps")', "takes {} steps")


def test_a_cell_that_asks_for_no_guess_has_no_field():
    assert asked(new_code_cell("", metadata={"tags": ["reveal"]})) is None
    assert asked(new_code_cell("", metadata={"tags": ["reveal", "guess:|{} steps"]})) == ("", "{} steps")


def test_the_field_does_not_tell():
    made = guessing.field(("a < b", "off by {}"), "off by 61 degrees")
    assert ">Your guess: a &lt; b <" in made
    assert "61" not in made.replace(locked(guessing.KEY, "61"), "")
    assert guessing.field(("", "{}"), "61").startswith('<label class="guess pst-js-only">Your guess <')


@pytest.fixture(scope="module")
def page():
    """A function that asks the page's program what is said to a guess."""
    assert "judgeGuess" in program()  # it links with all of the page's program
    engine = MiniRacer()
    engine.eval(re.sub("^export ", "", program("exercises/guess.js"), flags=re.MULTILINE))
    return lambda guess, right: engine.eval(f"verdictOn({json.dumps(guess)}, {json.dumps(right)})")


@pytest.mark.parametrize(
    ("guess", "right", "said"),
    [
        ("50", "126", "You said 50; it is 126: 2.5 times too low."),
        ("1000", "126", "You said 1000; it is 126: 7.9 times too high."),
        ("1e9", "126", "You said 1e+09; it is 126: 7.9·10⁶ times too high."),
        ("100", "126", "You said 100; it is 126: 21 % too low."),
        ("200", "126", "You said 200; it is 126: 59 % too high."),
        ("126", "126", "You said 126; it is 126. Right on."),
        ("138.6", "126", "You said 138.6; it is 126. Right on."),
        ("138.7", "126", "You said 138.7; it is 126: 10 % too high."),
        ("3*42", "126", "You said 126; it is 126. Right on."),
        ("6", "5", "You said 6; it is 5: 20 % too high."),
        (" 5 ", "5", "You said 5; it is 5. Right on."),
        ("0", "126", "You said 0; it is 126: 130 too low."),
        ("5", "0", "You said 5; it is 0: 5 too high."),
        ("-5", "0", "You said -5; it is 0: 5 too low."),
        ("0", "0", "You said 0; it is 0. Right on."),
        ("0", "0.00", "You said 0; it is 0.00. Right on."),
        ("0.4", "-0.54", "You said 0.4; it is -0.54: the sign is the other one."),
        ("−0.1", "-0.54", "You said -0.1; it is -0.54: 0.44 too high."),
        ("-0.5", "-0.54", "You said -0.5; it is -0.54. Right on."),
        ("20", "41%", "You said 20%; it is 41%: 21 points too low."),
        ("20 %", "41%", "You said 20%; it is 41%: 21 points too low."),
        ("45%", "41%", "You said 45%; it is 41%. Right on."),
        ("91", "97%", "You said 91%; it is 97%: 6 points too low."),
        ("0", "3%", "You said 0%; it is 3%: 3 points too low."),
        ("100%", "0%", "You said 100%; it is 0%: 100 points too high."),
        ("37 %", "0.370", "You said 0.37; it is 0.370. Right on."),
        ("0.001", "1.5e-05", "You said 0.001; it is 1.5e-05: 67 times too high."),
        ("", "126", "That is no number; it is 126."),
        ("many", "126", "That is no number; it is 126."),
        ("<b>1</b>", "126", "That is no number; it is 126."),
        ("1/0", "126", "That is no number; it is 126."),
    ],
)
def test_a_guess_is_told_how_far_off_it_is(page, guess, right, said):
    assert page(guess, right) == said
