"""The figures' programs travel short, and still say and do the same."""

import re

import pytest
from descent import programs
from py_mini_racer import MiniRacer

SAMPLE = r"""
// A comment, with "quotes" and `marks`.
/* ---------- a heading ---------- */
const greeting = "a  =  b; {no code", longName = 3; // gone
export function shown(first, second = { longName: 4 }) {
  const { longName: other, kept = 5 } = second, letters = [first, longName];
  const twice = (value) => value * 2 - -1;
  for (const letter of letters) { if (letter === null) continue; }
  return `${greeting}  ${[...letters, twice(other)].map((letter) => `<${letter} ,  ${kept}>`).join(" ; ")}`;
}
"""


@pytest.fixture
def shortened(tmp_path, monkeypatch):
    monkeypatch.setattr(programs, "HERE", tmp_path)
    (tmp_path / "sample.js").write_text(SAMPLE)
    return programs.source("sample.js")


def test_a_short_program_does_the_same(shortened):
    def result(text):
        return MiniRacer().eval(text.replace("export ", "") + "\nshown(1)")

    assert result(shortened) == result(SAMPLE) == "a  =  b; {no code  <1 ,  5> ; <3 ,  5> ; <9 ,  5>"


def test_comments_spaces_and_long_names_stay_behind(shortened):
    assert len(shortened) < 0.7 * len(SAMPLE)
    for gone in ("comment, with", "heading", "greeting", " => ", "\n  "):
        assert gone not in shortened
    assert re.search(r"^export function shown\(", shortened, re.MULTILINE)
    assert "longName" in shortened  # which is a key as well


def test_styles_keep_the_spaces_that_mean_something(tmp_path, monkeypatch):
    monkeypatch.setattr(programs, "HERE", tmp_path)
    (tmp_path / "sample.css").write_text(".a {\n  /* why */\n  .b :hover, > * { margin: 0 calc(1px + 2px); }\n}\n")
    assert programs.source("sample.css") == ".a{.b :hover,> *{margin:0 calc(1px + 2px)}}"
