"""What public calls take: an array where a list is taken, a name or a formula where the thing itself is."""

from functools import partial

import numpy as np
import pytest
from descent import (
    SURFACES,
    Calculator,
    Chooser,
    Explorer,
    Network,
    Schedule,
    Surface,
    adam,
    blobs,
    clip_by_norm,
    cross_entropy,
    descend,
    draw,
    fair_race,
    linear,
    losses,
    minibatches,
    network_run,
    reaches,
    sgd,
    shifted,
    soft_threshold,
    softmax,
    steps_to,
    surface_run,
    train,
    tuned_rate,
)
from descent.walk import noisy, scheduled

RAVINE, CLOUDS, NET = SURFACES["ravine"], blobs(20, classes=2), Network((2, 3, 2))
FORMULA = "x**2 + 3*y**2"
W = NET.init(0)
RUN = descend(sgd, RAVINE.grad, (-4, 2), 5, lr=0.1)


def settings(figure):
    return {name: getattr(figure, name) for name in figure.trait_names(sync=True) if name not in ("layout", "comm")}


def set_later(figure, name, value):
    setattr(figure, name, value)
    return getattr(figure, name)


def choose(values, chosen):
    return Chooser(lambda n: draw.bars({"n": n}, alt="N."), {"n": values}, chosen=chosen).chosen


# call: (of what, given as a list or plain number), and the same as NumPy has it
ARRAYS = {
    "descend start": (lambda v: descend(sgd, RAVINE.grad, v, 5).xs, [-4, 2]),
    "descend batch": (lambda v: descend(sgd, RAVINE.grad, v, 5).xs, [[-4, 2], [1, 1]]),
    "descend rates": (lambda v: descend(sgd, RAVINE.grad, (-4, 2), 5, lr=v).xs, [[0.1], [0.2]]),
    "descend steps": (lambda v: descend(sgd, RAVINE.grad, (-4, 2), v).xs, 5),
    "steps_to": (lambda v: steps_to(sgd, RAVINE, start=v, lr=1), [-4, 2]),
    "reaches": (lambda v: reaches(v, 0.5, 2), [1, 0.1, 0.1]),
    "Surface window": (lambda v: Surface("x*y", window=v).window, [[-1, 1], [-2, 2]]),
    "Surface start": (lambda v: Surface("x*y", start=v).start, [1, 2]),
    "Surface value": (lambda v: RAVINE.value(v), [1, 2]),
    "Surface parameter": (lambda v: Surface("k*x", parameters={"k": v}).parameters, 2.5),
    "Network": (lambda v: Network(v), [2, 3, 2]),
    "Network rows": (lambda v: NET.predict(W, v), [[1.0, 2.0]]),
    "train rows": (lambda v: train(sgd, NET, (v, CLOUDS.y), 1).weights, CLOUDS.X.tolist()),
    "train start": (lambda v: train(sgd, NET, CLOUDS, 1, start=v).train_loss, W.tolist()),
    "train epochs": (lambda v: train(sgd, NET, CLOUDS, v).weights, 2),
    "fair_race members": (
        lambda v: fair_race({"a": surface_run(sgd, RAVINE, budget=9)}, v, v).entries[0].lr,
        [[-4, 2], [1, 1]],
    ),
    "network_run": (lambda v: network_run(sgd, NET, CLOUDS, 1, curve="train_loss")(v, [0]), [0.1, 0.2]),
    "network_run seeds": (lambda v: network_run(sgd, NET, CLOUDS, 1, curve="train_loss")([0.1], v), [0, 1]),
    "softmax": (softmax, [1.0, 2.0]),
    "cross_entropy": (lambda v: cross_entropy(v, [0]), [[1.0, 2.0]]),
    "soft_threshold": (lambda v: soft_threshold(v, 0.5), [1.0, -2.0]),
    "linear weights": (lambda v: linear(weights=v).X, [1.0, -2.0]),
    "minibatches": (lambda v: next(minibatches(v, [0, 1], 2, 0))[0], [[1.0], [2.0]]),
    "shifted": (lambda v: shifted(np.ones((2, 64)), v, 0), [1, 0]),
    "noisy seeds": (lambda v: descend(noisy(sgd, 1, v), RAVINE.grad, np.ones((2, 2)), 2).xs, [1, 2]),
    "schedule": (lambda v: descend(scheduled(sgd, lambda t: v), RAVINE.grad, np.ones((2, 2)), 2).xs, [[1], [2]]),
    "Explorer start": (lambda v: Explorer(start=v).start, [1.0, 2.0]),
    "Explorer steps": (lambda v: Explorer(steps=v).steps, 50),
    "Explorer noise": (lambda v: Explorer(noise=v).noise, 0.5),
    "Explorer lr": (lambda v: Explorer(lr=v).settings, 0.5),
    "Explorer rules": (lambda v: Explorer(rules=v).rules, ["sgd", "adam"]),
    "Explorer start later": (lambda v: set_later(Explorer(), "start", v), [1.0, 2.0]),
    "Explorer steps later": (lambda v: set_later(Explorer(), "steps", v), 50),
    "Explorer noise later": (lambda v: set_later(Explorer(), "noise", v), 0.5),
    "Explorer rules later": (lambda v: set_later(Explorer(), "rules", v), ["momentum"]),
    "Explorer settings later": (lambda v: set_later(Explorer(), "settings", {"sgd": {"lr": v}}), 0.5),
    "Explorer parameters later": (lambda v: set_later(Explorer(), "parameters", {"kappa": v}), 20),
    "Schedule rules": (lambda v: Schedule(v).rule, ["sgd", "adam"]),
    "Schedule steps": (lambda v: Schedule(steps=v).rates, 50),
    "Schedule rates later": (lambda v: set_later(Schedule(), "rates", v), [1.0, 1.0, 0.5, 0.5, 0.1, 0.1]),
    "Schedule noise later": (lambda v: set_later(Schedule(), "noise", v), 0.25),
    "Schedule hold later": (lambda v: set_later(Schedule(), "hold", v), True),
    "Calculator settings": (lambda v: settings(Calculator(lr=v))["settings"], 0.01),
    "Calculator slope later": (lambda v: set_later(Calculator(), "slope", v), 0.5),
    "Chooser": (lambda v: choose(v, [2]), [1, 2, 3]),
    "Chooser chosen": (lambda v: choose([1, 2, 3], v), [2]),
    "draw window": (lambda v: draw.paths(RAVINE, {"sgd": RUN}, alt="A.", window=v).svg(), [[-1, 1], [-2, 2]]),
    "draw path": (lambda v: draw.paths(RAVINE, {"sgd": v}, alt="A.").svg(), RUN.xs.tolist()),
    "draw line": (lambda v: draw.lines({"a": v}, alt="A.", ylim=(0, 3)).svg(), [1, 2, 3]),
    "draw heat": (lambda v: draw.heat(v, x=[1, 2], y=[1, 2], alt="A.").svg(), [[1, 2], [3, 4]]),
    "draw heat limits": (lambda v: draw.heat([[1, 2]], x=[1, 2], y=[1], limits=v, alt="A.").svg(), [0, 4]),
    "draw arrows": (lambda v: draw.arrows([("a", (0, 0), (1, 1), "k")], window=v, alt="A.").svg(), [[-1, 2], [-1, 2]]),
    "clip_by_norm": (lambda v: clip_by_norm(np.asarray(v), 1), [3.0, 4.0]),
}


@pytest.mark.parametrize("name", ARRAYS)
def test_an_array_is_taken_where_a_list_is(name):
    call, given = ARRAYS[name]
    np.testing.assert_equal(call(np.array(given)[()]), call(given))


@pytest.mark.parametrize("sizes", [range(2, 5), np.arange(2, 5), (2, 3, 4)])
def test_a_range_is_taken_where_a_list_is(sizes):
    assert Network(sizes).sizes == (2, 3, 4)
    assert set_later(Explorer(), "start", range(1, 3)) == [1, 2]


# a call of a rule and a surface, and what is compared
CALLS = {
    "descend": lambda rule, surface: descend(rule, getattr(surface, "grad", surface), (-2, 1), 5).xs,
    "steps_to": lambda rule, surface: steps_to(rule, surface, lr=0.3),
    "tuned_rate": lambda rule, surface: tuned_rate(rule, surface),
    "surface_run": lambda rule, surface: surface_run(rule, surface)([0.3], [(-2, 1)]),
    "losses": lambda rule, surface: losses(descend(rule, getattr(surface, "grad", surface), (-2, 1), 5), surface),
    "noisy": lambda rule, surface: descend(noisy(rule, 1), getattr(surface, "grad", surface), (-2, 1), 5).xs,
    "scheduled": lambda rule, surface: (
        descend(scheduled(rule, lambda t: 1 / t), getattr(surface, "grad", surface), (-2, 1), 5).xs
    ),
    "Explorer": lambda rule, surface: settings(Explorer(surface, rule)),
    "Schedule": lambda rule, surface: settings(Schedule(rule, surface=surface)),
    "train": lambda rule, surface: train(rule, NET, CLOUDS, 1).weights,
    "network_run": lambda rule, surface: network_run(rule, NET, CLOUDS, 1, curve="train_loss")([0.1], [0]),
    "draw.paths": lambda rule, surface: draw.paths(surface, alt="A.").svg(),
    "draw.arrows": lambda rule, surface: draw.arrows([], surface=surface, alt="A.").svg(),
}


@pytest.mark.parametrize(
    ("said", "thing"), [("ravine", RAVINE), (FORMULA, Surface(FORMULA))], ids=["a name", "a formula"]
)
@pytest.mark.parametrize("name", CALLS)
def test_names_and_formulas_are_taken_where_the_thing_is(name, said, thing):
    call = CALLS[name]
    np.testing.assert_equal(call("adam", said), call(adam, thing))


@pytest.mark.parametrize("name", CALLS)
def test_a_wrong_name_says_the_nearest_right_one(name):
    call = partial(CALLS[name])
    if not name.startswith("draw"):
        with pytest.raises(ValueError, match=r"^unknown rule 'adm'; did you mean 'adam'\?$"):
            call("adm", RAVINE)
    if name not in ("train", "network_run"):
        with pytest.raises(ValueError, match=r"^unknown surface 'ravin'; did you mean 'ravine'\?$"):
            call(sgd, "ravin")


def test_the_rules_and_surfaces_of_a_figure_are_known_by_themselves():
    explorer = Explorer([RAVINE, "beale"], [sgd, "adam"])
    explorer.rules = adam
    explorer.surface = SURFACES["beale"]
    assert (explorer.rules, explorer.surface) == (["adam"], "beale")
    assert Explorer(rules={"sgd": 1}.keys()).rules == ["sgd"]
