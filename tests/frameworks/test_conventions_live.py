"""``CONVENTIONS`` against the frameworks themselves: other starts, other settings, a new rate in mid-run, 500 steps."""

import json

import numpy as np
import pytest
from descent import adam, adamw
from record import (
    CALLS,
    ENTRIES,
    FILE,
    SURFACES,
    convention,
    defaults_of,
    record_convention,
    run,
    settings_of,
)

IDS = [f"{framework}-{name}" for framework, name in ENTRIES]
entries = pytest.mark.parametrize(("framework", "name"), ENTRIES, ids=IDS)


def compare(framework, name, hyper, surface, start, **more):
    theirs = np.array(run(framework, CALLS[framework][name], hyper, SURFACES[surface], start, **more))
    assert np.abs(theirs[-1] - theirs[0]).max() > 1e-3
    ours = convention(framework, name, hyper, SURFACES[surface], start, **more)
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-12)


@entries
def test_other_start_rate_and_eps(framework, name):
    random = np.random.default_rng(IDS.index(f"{framework}-{name}"))
    hyper = settings_of(framework, name, 0)
    hyper |= {"lr": hyper["lr"] * random.uniform(0.3, 0.9)} | ({"eps": 1e-2} if "eps" in hyper else {})
    compare(framework, name, hyper, "waves", random.uniform(-1.5, 1.5, 2).tolist())


@entries
def test_new_rate_in_mid_run(framework, name):
    hyper = settings_of(framework, name, 1) | {"lr": settings_of(framework, name, 0)["lr"]}
    compare(framework, name, hyper, "bent", (0.4, -0.9), later=(60, hyper["lr"] / 5))


@entries
def test_500_steps(framework, name):
    compare(framework, name, settings_of(framework, name, 0), "waves", (1.3, 0.8), steps=500)


@entries
def test_defaults(framework, name):
    """With nothing set but the rate, the framework goes where the entry's defaults go."""
    hyper = {key: 0.01 if value is None else value for key, value in defaults_of(framework, name).items()}
    call = CALLS[framework][name]
    needed = {"momentum": ", mu", "nag": ", mu, use_nesterov=True"} if framework == "tf1" else {}
    flag = ", amsgrad=True" if "amsgrad=True" in call else ", nesterov=True, momentum=mu" if name == "nag" else ""
    bare = f"{call.partition('(')[0]}({'p, lr=lr' if framework == 'torch' else 'lr'}{needed.get(name, flag)})"
    if framework != "tf1" and name == "nag":  # which PyTorch and Keras refuse without momentum
        hyper |= {"mu": 0.9}
    if framework == "torch":
        hyper |= {"pace": 0.004} if name == "nadam" else {}
    theirs = np.array(run(framework, bare, hyper, SURFACES["waves"], (1.3, 0.8)))
    ours = convention(framework, name, hyper, SURFACES["waves"], (1.3, 0.8))
    # TensorFlow's own defaults are Python numbers, which it reads in single precision.
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-6 if framework == "tf1" else 1e-12)


@entries
def test_recording_again_gives_the_recorded_numbers(framework, name):
    recorded = json.loads(FILE.read_text())["conventions"]
    for i in (0, 1):
        old, new = recorded[2 * ENTRIES.index((framework, name)) + i], record_convention(framework, name, i)
        np.testing.assert_allclose(old.pop("xs"), new.pop("xs"), rtol=0, atol=1e-12)
        assert old == new


# What the page on conventions says about weight decay.
def test_adams_weight_decay_is_added_to_the_slope_in_pytorch_and_taken_off_the_point_in_keras():
    from descent import Surface

    hyper, start, decay = {"lr": 0.05, "beta1": 0.9, "beta2": 0.999, "eps": 0.0}, (-1.2, 1.0), 0.1
    grad = Surface(SURFACES["bent"], start=start).grad
    x, y, mx, my = np.array(start), np.array(start), (), ()
    for t in range(1, 201):
        x, *mx = adam(x, lambda x: grad(x) + decay * x, t, *mx, **hyper)
        y, *my = adamw(y, grad, t, *my, **hyper, decay=decay)
    torch = run("torch", CALLS["torch"]["adam"][:-1] + ", weight_decay=0.1)", hyper, SURFACES["bent"], start)
    keras = run("keras", CALLS["keras"]["adam"][:-1] + ", weight_decay=0.1)", hyper, SURFACES["bent"], start)
    np.testing.assert_allclose(x, torch[-1], rtol=0, atol=1e-12)
    np.testing.assert_allclose(y, keras[-1], rtol=0, atol=1e-12)
    assert np.abs(x - y).max() > 0.01
