"""The recorded facts about batch norm, dropout, clipping and L2 are what the installed frameworks do."""

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
        np.testing.assert_allclose(new, old, rtol=0, atol=1e-12, err_msg=path)
