"""The figures' pure modules, each by itself in V8."""

import json
import re

import pytest
from descent.rules import CARDS
from descent.widgets import linking, source
from py_mini_racer import MiniRacer


@pytest.fixture(scope="module")
def ask():
    """A function that asks a module, such as ``shared/scales.js``, for the value of an expression."""
    engines = {}

    def ask(module, expression):
        if module not in engines:
            engines[module] = MiniRacer()
            engines[module].eval(source(module).replace("export ", ""))
        return json.loads(engines[module].eval(f"JSON.stringify({expression})"))

    return ask


@pytest.mark.parametrize(
    ("text", "values", "said"),
    [
        ("{rule}, {steps} steps", {"rule": "Adam", "steps": 5}, "Adam, 5 steps"),
        ({"one": "{count} step", "other": "{count} steps"}, {"count": 1}, "1 step"),
        ({"one": "{count} step", "other": "{count} steps"}, {"count": 0}, "0 steps"),
        ("{a}{a}", {"a": "{b}"}, "{b}{b}"),
    ],
)
def test_a_sentence_gets_its_gaps_filled(ask, text, values, said):
    assert ask("shared/say.js", f"say({json.dumps(text)}, {json.dumps(values)})") == said


@pytest.mark.parametrize(
    ("axis", "room", "ticks"),
    [
        ({"low": 0, "high": 10, "log": False}, 5, [0, 2, 4, 6, 8, 10]),
        ({"low": -0.3, "high": 0.31, "log": False}, 4, [-0.2, 0, 0.2]),
        ({"low": 1e-6, "high": 1, "log": True}, 4, [1e-6, 1e-4, 1e-2, 1]),
        ({"low": 1, "high": 4, "log": True}, 4, [1, 2, 3, 4]),
    ],
)
def test_ticks_stand_at_round_numbers(ask, axis, room, ticks):
    assert ask("shared/scales.js", f"ticksOf({json.dumps(axis)}, {room})") == pytest.approx(ticks, rel=1e-12)


def test_ticks_are_written_in_one_way(ask):
    assert ask("shared/scales.js", "tickTexts([1e-5, 1e-3, 1e-1], true)") == ["10⁻⁵", "10⁻³", "10⁻¹"]
    assert ask("shared/scales.js", "tickTexts([-0.5, 0, 20000], false)") == ["−0.5", "0", "20000"]
    assert ask("shared/scales.js", "[tickText(3e-7), tickText(-1e6)]") == ["3·10⁻⁷", "−10⁶"]


@pytest.mark.parametrize(
    ("arguments", "limits"),
    [
        ("[0, 10], false, null", [-0.4, 10.4]),
        ("[0, 10], false, null, { base: 0 }", [0, 10.4]),
        ("[0, 10], false, [null, 12], { air: 0 }", [0, 12]),
        ("[1, 100, NaN, -5], true, null, { air: 0.5 }", [0.1, 1000]),
        ("[], true, null, { air: 0 }", [0.1, 1]),
        ("[3, 3], false, null, { air: 0 }", [1.5, 4.5]),
    ],
)
def test_an_axis_reaches_a_little_beyond_its_numbers(ask, arguments, limits):
    assert ask("shared/scales.js", f"limitsOf({arguments})") == pytest.approx(limits)


def test_a_scale_is_even_in_numbers_or_in_their_logarithms(ask):
    assert ask("shared/scales.js", "[0, 5, 10].map(makeScale([0, 10], false, 100, 200))") == [100, 150, 200]
    assert ask("shared/scales.js", "[1, 10, 100].map(makeScale([1, 100], true, 200, 100))") == [200, 150, 100]


@pytest.mark.parametrize(
    ("share", "said"),
    [("0.123456", "12 %"), ("1.5", "150 %"), ("3.456e-8", "0.0000035 %"), ("1e-6", "0.0001 %")],
)
def test_a_share_is_written_in_two_digits(ask, share, said):
    assert ask("calculator/numbers.js", f"percent({share})") == said


# -- words


WORDS = json.loads((linking.HERE / "words" / "en.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("figure", WORDS)
def test_each_word_is_in_the_table_and_said(figure):
    program = "\n".join(path.read_text(encoding="utf-8") for path in sorted((linking.HERE / figure).glob("*.js")))
    assert {*re.findall(r"\bwords\.(?!js\b)(\w+)", program)} <= {*WORDS[figure]}
    assert [name for name in WORDS[figure] if not re.search(rf"\b{name}\b", program)] == []


@pytest.mark.parametrize("module", sorted(linking.HERE.rglob("*.js")), ids=lambda path: path.stem)
def test_a_word_is_read_by_its_name_so_that_the_site_can_put_it_in_its_place(module):
    text = module.read_text(encoding="utf-8")
    assert not re.search(r"\bwords\[", text)
    if "./words.js" not in text:
        assert not {*re.findall(r"\bwords\.(\w+)", text)} & {name for table in WORDS.values() for name in table}


def test_rules_are_called_within_a_sentence_as_on_their_cards():
    assert WORDS["explorer"]["inSentence"] == {c.label: c.sentence for c in CARDS if c.sentence != c.label}


@pytest.mark.parametrize("file", sorted((linking.HERE / "words").glob("*.json")), ids=lambda path: path.stem)
def test_every_language_has_the_same_words_with_the_same_gaps(file):
    def gaps(words):
        if isinstance(words, str):
            return sorted(re.findall(r"\{(\w+)\}", words))
        return {
            name: gaps(part) for name, part in (words if isinstance(words, dict) else dict(enumerate(words))).items()
        }

    assert gaps(json.loads(file.read_text(encoding="utf-8"))) == gaps(WORDS)
