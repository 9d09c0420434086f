"""What the page on speed draws: all of it is there, counted from the rules of today, and the peers take the same steps."""

import json
from importlib.resources import files

import numpy as np
import pytest
from measures import compiled, contestants, speeds

FOUND = json.loads(files("descent").joinpath("speeds.json").read_text(encoding="utf-8"))
PAIRS = [f"{rule} {surface}" for surface in contestants.SLOPES for rule in contestants.RULES]


@pytest.mark.parametrize("pair", PAIRS)
def test_everybody_was_measured_with_every_number_of_runs(pair):
    for ways in (FOUND["one core"][pair], FOUND["all cores"][pair]):
        sizes = {tuple(runs for runs, *_ in lines) for lines in ways.values()}
        assert len(sizes) == 1
        assert {10_000, 1_000_000} <= {*sizes.pop()}
        assert all(ns > 0 and steps > 0 for lines in ways.values() for _, steps, ns, _ in lines)
    assert {*FOUND["one core"][pair]} == {*contestants.CONTESTANTS}


def test_the_operations_of_a_step_are_those_of_the_rules():
    assert FOUND["operations"] == {pair: speeds.operations(*pair.split()) for pair in PAIRS}


@pytest.mark.parametrize("pair", PAIRS)
def test_a_step_of_a_run_costs_the_same_from_ten_thousand_to_a_million_runs(pair):
    costs = [ns for runs, _, ns, _ in FOUND["one core"][pair]["descend"] if runs >= 10_000]
    assert len(costs) == 3
    assert max(costs) < 1.7 * min(costs)


def test_the_file_is_written_as_it_is_kept():
    kept = speeds.FILE.read_text(encoding="utf-8")
    assert speeds.written(FOUND) == kept
    assert max(map(len, kept.splitlines())) < 300


@pytest.mark.parametrize("pair", PAIRS)
def test_peers_take_the_steps_of_the_course(pair):
    few = contestants.Task(*pair.split(), runs=70, steps=30)
    expected = contestants.by_numpy(few)()
    np.testing.assert_allclose(contestants.by_plain_loop(few)(), expected, rtol=1e-9)
    if compiled.library() is not None:
        np.testing.assert_allclose(contestants.by_hand_in_c(few)(), expected, rtol=1e-9)
