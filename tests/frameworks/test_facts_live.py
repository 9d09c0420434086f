"""The recorded facts about batch norm, dropout, clipping, L2 and single arguments are what the installed frameworks do."""

import json

import numpy as np
import pytest
from facts import FILE, measure


@pytest.fixture(scope="module")
def now():
    return measure()


def pairs(old, new, path=""):
    if isinstance(old, dict):
        assert set(old) == set(new), path
        for key in old:
            yield from pairs(old[key], new[key], f"{path}/{key}")
    else:
        yield path, old, new


def test_recording_again_gives_the_recorded_facts(now):
    compared = list(pairs(json.loads(FILE.read_text()), now))
    assert len(compared) >= 30
    for path, old, new in compared:
        if new != old:
            np.testing.assert_allclose(new, old, rtol=0, atol=1e-12, err_msg=path)


def test_metrics_do_not_train():
    """What post 004 would do: ``metric=`` is refused, and ``metrics=`` without a loss changes no weight."""
    import keras

    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
    with pytest.raises(TypeError, match="metric"):
        model.compile(optimizer="sgd", metric=["mse"])
    model.compile(optimizer="sgd", metrics=["mse"])
    before = [weight.copy() for weight in model.get_weights()]
    model.fit(np.ones((8, 3)), np.zeros(8), epochs=5, verbose=0)
    assert all(np.array_equal(old, new) for old, new in zip(before, model.get_weights(), strict=True))
