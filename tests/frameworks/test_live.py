"""The rules against PyTorch, Keras and optax themselves: 200 steps in float64, at starts and settings drawn at random.

Run by ``make test-frameworks``. How each call is made the rule's algorithm is said in ``record.py``.
"""

import json
from importlib.metadata import version

import numpy as np
import pytest
from record import AT, CASES, FILE, SETTINGS, SURFACES, ours, record_one, run, settings_for

IDS = [f"{rule}-{framework}-{version(framework)}" for rule, framework, _ in CASES]


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("rule", "framework", "call"), CASES, ids=IDS)
def test_same_200_steps(rule, framework, call, seed):
    random = np.random.default_rng([seed, sorted(SETTINGS).index(rule)])
    surface = SURFACES[str(random.choice(list(SURFACES)))]
    start = random.uniform(-1.5, 1.5, 2).tolist()
    # The first setting of each rule does not bounce, so rounding is not amplified and 1e-12 is a fair demand.
    hyper = settings_for(rule, framework, SETTINGS[rule][0])
    hyper = {name: vary(name, value, random) for name, value in hyper.items()}
    theirs = np.array(run(framework, call, hyper, surface, start))
    assert len(theirs) == 201
    assert np.abs(theirs[-1] - theirs[0]).max() > 1e-3
    np.testing.assert_allclose(ours(rule, hyper, surface, start), theirs, rtol=0, atol=1e-12)


def vary(name, value, random):
    """Another value of the same kind: a gentler rate, a fraction between 0.5 and 1 kept in there, eps times 1 to 100."""
    if name == "lr":
        return value * random.uniform(0.3, 1)
    if name == "eps":
        return value * 10 ** random.uniform(0, 2)
    if name == "decay":
        return random.uniform(0, 0.2)
    return 1 - (1 - value) * random.uniform(0.5, 1)


def test_versions_are_the_recorded_ones():
    recorded = json.loads(FILE.read_text())["versions"]
    assert {name: version(name) for name in recorded} == recorded


@pytest.mark.parametrize("case", range(len(CASES)), ids=IDS)
def test_recording_again_gives_the_recorded_numbers(case):
    recorded = json.loads(FILE.read_text())["runs"]
    for i in (0, 1):
        old, new = recorded[2 * case + i], record_one(*CASES[case], i)
        assert {k: v for k, v in old.items() if k != "xs"} == {k: v for k, v in new.items() if k != "xs"}
        assert len(old["xs"]) == len(AT)
        np.testing.assert_allclose(old["xs"], new["xs"], rtol=0, atol=1e-12)


def test_keras_nadam_follows_dozats_schedule():
    """Keras's Nadam cannot be made ours: its beta1 starts near one half. This is how far apart they end up."""
    hyper = SETTINGS["nadam"][0] | {"eps": 0.0}
    call = "keras.optimizers.Nadam(learning_rate=lr, beta_1=beta1, beta_2=beta2, epsilon=eps)"
    theirs = run("keras", call, hyper, SURFACES["bent"], (-1.2, 1.0))
    assert np.abs(theirs - ours("nadam", hyper, SURFACES["bent"], (-1.2, 1.0))).max() > 0.01


def test_optax_amsgrad_is_another_algorithm():
    """optax keeps the largest corrected average, PyTorch and the rule the largest raw one."""
    hyper = SETTINGS["amsgrad"][0]
    theirs = run("optax", "optax.amsgrad(lr, b1=beta1, b2=beta2, eps=eps)", hyper, SURFACES["bent"], (-1.2, 1.0))
    assert np.abs(theirs - ours("amsgrad", hyper, SURFACES["bent"], (-1.2, 1.0))).max() > 0.01


@pytest.mark.parametrize("framework", ["torch", "keras", "optax"])
def test_nesterov_iterates_are_the_points_looked_ahead_to(framework):
    """Not the positions of ``nag``, which are far from them."""
    [call] = [call for rule, name, call in CASES if (rule, name) == ("nag", framework)]
    hyper = {"lr": 0.01, "mu": 0.9}
    theirs = np.array(run(framework, call, hyper, SURFACES["bent"], (-1.2, 1.0)))
    positions = ours("nag", hyper, SURFACES["bent"], (-1.2, 1.0))
    assert np.abs(theirs - positions).max() < 1e-12
    from descent import Surface, descend, nag

    plain = descend(nag, Surface(SURFACES["bent"]).grad, (-1.2, 1.0), 200, **hyper).xs
    assert np.abs(theirs - plain).max() > 0.1
