"""The board of chapter 13: its short search misses nothing, and a longer run shows what the text says of it."""

from itertools import product

import numpy as np
import pytest
from cells import defined

NEEDED = ("setup", "hurried-labels", "training", "doubtful-data", "augmented", "end-scores")
NEEDED += ("methods", "doses", "liked", "choose")


@pytest.fixture(scope="module")
def chapter():
    names = defined("13-regularization", NEEDED)
    names["matrices"] = names["plain"].is_matrix(np.float64)
    return names


def test_a_second_start_for_every_setting_would_change_no_choice(chapter):
    methods, score, choose, rates = (chapter[name] for name in ("methods", "score", "choose", "rates"))
    liking = {
        (name, *setting): np.mean([score(name, *setting, seed, on=chapter["val"]) for seed in (5, 6)])
        for name, (doses, _) in methods.items()
        for setting in product(doses, rates)
    }
    for name, some in product(methods, (rates[-1:], rates)):
        mine = [setting for setting in liking if setting[0] == name and setting[2] in some]
        assert choose(name, some) == max(mine, key=liking.get)


def test_ten_times_as_many_small_steps_learn_the_lies_by_heart(chapter):
    trained = chapter["trained"]
    bold = np.mean([trained(seed=seed, curves=False).test_accuracy[-1] for seed in range(5)])
    long = trained(lr=0.005, epochs=1200, curves=False)
    assert long.train_accuracy[-1] == 1
    assert abs(long.test_accuracy[-1] - bold) < 0.02
