"""The page of symbols: every name of the rules stands on it once, and no letter of it means two things unsaid."""

import re
from collections import Counter

from descent.notes import hyperparameters
from descent.rules import RULES
from publish import tables

CURVATURE = ("01-gradient-descent", "02-gd-problems", "03-momentum", "04-nag")


def rows():
    table = next(cell["source"] for cell in tables.cells("notation") if cell["id"] == "symbols")
    return [[entry.strip() for entry in line.split("|")[1:-1]] for line in table.splitlines() if line.startswith("| $")]


def test_every_hyperparameter_has_one_row():
    names = Counter(name for _, code, *_ in rows() for name in re.findall(r"`(\w+)`", code))
    wanted = {name for rule in RULES.values() for name in hyperparameters(rule)}
    assert {name: names[name] for name in wanted} == dict.fromkeys(wanted, 1)


def test_no_symbol_has_two_rows():
    shown = ", ".join(part for first, *_ in rows() for part in re.findall(r"\$([^$]+)\$", first))
    symbols = Counter(shown.split(", "))
    assert [symbol for symbol, count in symbols.items() if count > 1] == []


def test_epsilon_stands_where_the_page_says():
    names = {rule: hyperparameters(rule) for rule in RULES.values()}
    for rule in (rule for rule, known in names.items() if "eps" in known):
        settings = {"lr": 1.0, "eps": 1e-2} | ({"decay": 0} if "decay" in names[rule] else {})
        (x, *_) = rule(0.0, lambda x: 0.0 * x + 1e-9, 1, **settings)
        inside = rule.__name__ == "adadelta"  # there a tiny slope gets a step in proportion to it, with a factor of one
        assert (abs(abs(x) / 1e-9 - 1) < 1e-3) == inside, rule.__name__


def test_the_smallest_curvature_has_one_name():
    for chapter in CURVATURE:
        words = [
            cell["source"]
            for cell in tables.cells(chapter)
            if cell["cell_type"] == "markdown" and not re.match(r"exercise|solution|ex-|sol-", cell["id"])
        ]
        assert not re.search(r"L \+ m\b|\\eta m\b|L/m\b", "\n".join(words)), chapter


def test_the_page_does_not_promise_what_is_not_so():
    page = "\n".join(cell["source"] for cell in tables.cells("notation"))
    first = "\n".join(cell["source"] for cell in tables.cells("index"))
    assert "is always the name in the code" not in page
    assert "Nothing more." not in first
    assert all(word in first for word in ("eigenvalues", "complex roots", "chain rule", "mean and variance"))
