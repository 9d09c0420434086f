"""The race of the newcomers, with other seeds: the places that chapter 14 says hold."""

import pytest
from cells import defined

NEEDED = ("setup", "race-imports", "race-tasks", "race-entrants", "race-protocol", "sharpness-rule", "sharpness-race")


@pytest.fixture(scope="module")
def chapter():
    return defined("14-after-adam", NEEDED)


@pytest.mark.parametrize("first", [30, 60])
def test_the_places_that_hold_are_held_with_other_seeds(chapter, first):
    flat = chapter["newcomers"]("digits", "constant", first)
    assert (flat.entries[0].rule, flat.entries[-1].rule) == ("soap", "prodigy")
    for fall in chapter["falls"]:
        digits, tumours = (chapter["newcomers"](task, fall, first) for task in ("digits", "tumours"))
        assert digits["muon"].median < digits["adamw"].median - 0.02
        assert min(tumours[rule].median for rule in ("soap", "lion")) > tumours["adamw"].median


def test_a_sharpness_aware_step_buys_nothing_with_other_seeds(chapter):
    ends = {entry.rule: entry for entry in chapter["aware_race"](60).entries}
    whole, half, *aware = (ends.pop(rule) for rule in ("momentum", "momentum, half", *sorted(ends)[:2]))
    assert min(entry.median for entry in (half, *aware)) > whole.median + 0.02
    assert min(entry.mean for entry in aware) > half.mean - 2 * half.error
