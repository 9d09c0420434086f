"""``CONVENTIONS`` against the frameworks themselves: other starts, other settings, a new rate in mid-run, 500 steps."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
from descent import Surface
from descent.conventions import CONVENTIONS, translate
from descent.frameworks.calls import OFFERS
from descent.notes import hyperparameters
from record import (
    CALLS,
    ENTRIES,
    FILE,
    NEAR,
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
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=NEAR.get((framework, name), 1e-12))


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
    bare = f"{call.partition('(')[0]}({'params, lr=lr' if framework == 'torch' else 'lr'}{needed.get(name, flag)})"
    if framework != "tf1" and name == "nag":  # which PyTorch and Keras refuse without momentum
        hyper |= {"mu": 0.9}
    if framework == "torch":
        hyper |= {"pace": 0.004} if name == "nadam" else {}
    theirs = np.array(run(framework, bare, hyper, SURFACES["waves"], (1.3, 0.8)))
    ours = convention(framework, name, hyper, SURFACES["waves"], (1.3, 0.8))
    # TensorFlow's own defaults are Python numbers, which it reads in single precision.
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-6 if framework in ("tf1", "tfkeras") else 1e-12)


@entries
def test_recording_again_gives_the_recorded_numbers(framework, name):
    runs = json.loads(FILE.read_text())["conventions"]
    recorded = [run for run in runs if (run["framework"], run["rule"]) == (framework, name)]
    assert len(recorded) == 2
    for i, old in enumerate(recorded):
        new = record_convention(framework, name, i)
        np.testing.assert_allclose(old.pop("xs"), new.pop("xs"), rtol=0, atol=1e-12)
        assert old == new


# The ways beside a framework's own: AdamW for Adam, eps_in_sqrt=False, weight decay in a chain.
BESIDE = [
    (framework, name, i)
    for framework in CALLS
    for name in CALLS[framework]
    for i in range(1, len(OFFERS[framework][name]))
]


@pytest.mark.parametrize(("framework", "name", "i"), BESIDE, ids=lambda value: str(value))
def test_ways_beside_the_frameworks_own(framework, name, i):
    offer = OFFERS[framework][name][i]
    known = hyperparameters(offer.rule)
    hyper = settings_of(framework, name, 0) | {"lr": 0.02, "decay": 0.1, "mu": 0.6, "centered": 1.0, "eps": 1e-3}
    hyper = {key: value for key, value in hyper.items() if key in known}
    call = offer.call.format(**{key: key for key in known})
    theirs = np.array(run(framework, call, hyper, SURFACES["bent"], (0.4, -0.9)))
    x, memory, grad = np.array(theirs[0]), (), Surface(SURFACES["bent"]).grad
    for t in range(1, len(theirs)):
        x, *memory = offer.rule(x, grad, t, *memory, **hyper)
        np.testing.assert_allclose(x, theirs[t], rtol=0, atol=1e-12)
    assert np.abs(theirs[-1] - theirs[0]).max() > 1e-3


CARRIED = [
    ("adam", "keras", "torch", {"lr": 0.02, "eps": 0, "decay": 0.1}),
    ("adam", "torch", "optax", {"lr": 0.02, "eps": 1e-3, "decay": 0.1}),
    ("adagrad", "keras", "tf1", {"lr": 0.3, "eps": 1e-2}),
    ("adagrad", "keras", "torch", {"lr": 0.3}),
    ("adagrad", "optax", "torch", {"lr": 0.3, "eps": 1e-2}),
    ("adagrad", "keras", "tfkeras", {"lr": 0.3}),
    ("rmsprop", "tfkeras", "torch", {"lr": 0.001, "eps": 1e-2}),
    ("rmsprop", "keras", "tfkeras", {"lr": 0.001, "eps": 1e-2}),
    ("nadam", "tfkeras", "torch", {"lr": 0.02}),
    ("adam", "keras", "torch", {"lr": 0.02, "beta2": 0, "eps": 1.0}),
    ("rmsprop", "torch", "optax", {"lr": 0.01, "mu": 0.5, "centered": True, "decay": 0.1}),
    ("rmsprop", "tf1", "optax", {"lr": 0.001, "mu": 0.5, "eps": 1e-2}),
    ("momentum", "keras", "torch", {"lr": 0.01, "mu": 0.9}),
    ("nag", "keras", "optax", {"lr": 0.01, "mu": 0.9, "decay": 0.1}),
    ("nadam", "keras", "torch", {"lr": 0.02, "eps": 1e-3}),
    ("nadam", "optax", "torch", {"lr": 0.02, "eps": 1e-3}),
    ("adadelta", "torch", "tf1", {}),
]


@pytest.mark.parametrize(("method", "source", "target", "given"), CARRIED, ids=lambda v: v if type(v) is str else "")
def test_a_setting_carried_over_takes_the_frameworks_same_steps(method, source, target, given):
    """The two calls as a reader would copy them, run by the two frameworks."""
    here, there = translate(method, source, source, **given), translate(method, source, target, **given)
    assert there.exact
    walks = [
        np.array(run(framework, answer.call, {"lr": answer.settings["lr"]}, SURFACES["bent"], (0.4, -0.9)))
        for framework, answer in ((source, here), (target, there))
    ]
    assert np.abs(walks[0][-1] - walks[0][0]).max() > 1e-3
    # TensorFlow reads the numbers of a call in single precision.
    np.testing.assert_allclose(
        walks[0], walks[1], rtol=0, atol=1e-4 if {"tf1", "tfkeras"} & {source, target} else 1e-12
    )


def test_pytorch_drops_dampening_without_momentum():
    """Why the translation asks for a momentum above 0."""
    call = "torch.optim.SGD(params, lr=0.05, dampening=0.9)"
    theirs = run("torch", call, {}, SURFACES["bent"], (0.4, -0.9))
    plain = run("torch", "torch.optim.SGD(params, lr=0.05)", {}, SURFACES["bent"], (0.4, -0.9))
    assert theirs == plain


CHAPTER = Path(__file__).parents[2] / "chapters" / "conventions.ipynb"


@pytest.mark.parametrize(("framework", "start", "eps"), [("tf1", 1.0, 1e-10), ("tf1", 1.0, 1e-2), ("keras", 0.0, 1e-3)])
@pytest.mark.parametrize("mu", [0.0, 0.8])
def test_tensorflows_rmsprop_for_pytorch(framework, start, eps, mu):
    """The lines on the page, as they stand there, take the steps of TensorFlow 1 and of Keras."""
    import torch

    text = "".join(line for cell in json.loads(CHAPTER.read_text())["cells"] for line in [*cell["source"], "\n"])
    [code] = [code for code in re.findall(r"^```python\n(.*?)^```$", text, re.M | re.S) if "TensorFlowRMSprop" in code]
    names = {"torch": torch}
    exec(code, names)
    hyper = {"lr": 0.001, "rho": 0.9, "eps": eps, "mu": mu, "centered": 0.0, "decay": 0.0}
    known = hyperparameters(CONVENTIONS[framework]["rmsprop"])
    given = {name: value for name, value in hyper.items() if name in known}
    theirs = run(framework, CALLS[framework]["rmsprop"], given, SURFACES["bent"], (0.4, -0.9))

    torch.set_default_dtype(torch.float64)
    p = torch.tensor([0.4, -0.9], requires_grad=True)
    optimizer = names["TensorFlowRMSprop"]([p], lr=0.001, decay=0.9, momentum=mu, eps=eps, start=start)
    ours = [p.tolist()]
    for _ in range(len(theirs) - 1):
        optimizer.zero_grad()
        eval(SURFACES["bent"], {"sin": torch.sin, "cos": torch.cos, "x": p[0], "y": p[1]}).backward()
        optimizer.step()
        ours.append(p.tolist())
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-10)  # near the end it bounces, which makes rounding larger
