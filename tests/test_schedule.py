"""The Schedule without a browser: its traits, its rates, its runs, what it says about wrong input, its still."""

import json
import re

import numpy as np
import pytest
import traitlets
from descent import SURFACES, Schedule, Surface, adam, descend, momentum, sgd
from descent.notes import hyperparameters
from descent.races import losses
from descent.rules import RULES
from descent.tracing import program
from descent.walk import noisy, scheduled
from descent.widgets import source
from descent.widgets.schedule import HIGH, LOW, SHAPES
from py_mini_racer import MiniRacer

RAVINE = SURFACES["ravine"]


def test_a_shape_gives_the_points():
    figure = Schedule("sgd", "exponential", lr=0.5)
    np.testing.assert_allclose(figure.rates, 0.5 * 0.01 ** (np.arange(6) / 5), rtol=1e-3)
    assert not figure.hold
    assert figure.rule == "sgd"


def test_the_rate_goes_through_its_points_and_straight_between_them_on_the_log_axis():
    figure = Schedule("sgd", steps=101)
    figure.rates = [1, 0.1, 0.1, 1, 0.5, 0.25]
    assert [figure.rate(t) for t in (1, 21, 61, 101, 500)] == pytest.approx([1, 0.1, 1, 0.25, 0.25])
    assert figure.rate(11) == pytest.approx(np.sqrt(0.1))
    figure.hold = True
    assert [figure.rate(t) for t in (1, 17, 18, 101)] == [1, 1, 0.1, 0.25]


def test_scheduled_multiplies_the_rate():
    run = descend(scheduled(momentum, lambda t: 0.5**t), RAVINE.grad, (1.0, 1.0), 3, lr=0.4)
    x, v = np.ones(2), 0
    for t in (1, 2, 3):
        x, v = momentum(x, RAVINE.grad, t, v, lr=0.4 * 0.5**t)
    np.testing.assert_array_equal(run.final, x)


def test_a_batch_of_seeds_is_the_runs_one_by_one():
    start = np.tile(RAVINE.start, (3, 1))
    together = descend(noisy(adam, 0.3, np.array([5, 1, 9])), RAVINE.grad, start, 40, lr=0.1)
    for member, seed in enumerate((5, 1, 9)):
        alone = descend(noisy(adam, 0.3, seed), RAVINE.grad, RAVINE.start, 40, lr=0.1)
        np.testing.assert_array_equal(together.xs[:, member], alone.xs)


def test_a_falling_rate_ends_lower_than_a_constant_one():
    falling, constant = (Schedule("sgd", shape, lr=1).losses()[-1].mean() for shape in ("cosine", "constant"))
    assert falling < constant / 5


def test_rates_are_kept_on_the_axis_and_rounded():
    figure = Schedule("sgd")
    figure.rates = [100, 1e-9, 0.123456, 1, 1, 1]
    assert figure.rates[:3] == pytest.approx([HIGH, LOW, 0.1235], rel=1e-4)


@pytest.mark.parametrize(
    ("trait", "value", "message"),
    [
        ("rule", "nag", "unknown rule 'nag'; this figure has sgd, momentum, adam"),
        ("rates", [1, 2], "give six positive numbers"),
        ("rates", [1, 1, 1, 1, 1, 0], "give six positive numbers"),
        ("rates", [1, 1, 1, 1, 1, float("nan")], "give six positive numbers"),
        ("noise", -1.0, "from 0 to 10"),
        ("noise", float("nan"), "from 0 to 10"),
    ],
)
def test_wrong_traits_are_refused_and_change_nothing(trait, value, message):
    figure = Schedule()
    before = getattr(figure, trait)
    with pytest.raises(traitlets.TraitError, match=message):
        setattr(figure, trait, value)
    assert getattr(figure, trait) == before


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"shape": "cosin"}, "unknown shape 'cosin'; did you mean 'cosine'"),
        ({"rules": "sdg"}, "unknown rule 'sdg'; did you mean 'sgd'?"),
        ({"rules": []}, "at least one rule"),
        ({"rules": [3]}, "3 is not a rule"),
        ({"rules": [lambda x, grad, t: (x,)]}, "has no lr for a schedule to change"),
        ({"surface": "ravin"}, "unknown surface 'ravin'"),
        ({"surface": 3}, "3 is not a surface"),
        ({"steps": 5}, "whole number from 10 to 1000"),
        ({"steps": 2.5}, "whole number from 10 to 1000"),
        ({"lr": 0}, "lr is 0; it must be a number from 0.001 to 3.16"),
        ({"lr": "big"}, "lr is 'big'"),
        ({"noise": 11}, "noise is 11.0; it must be a number from 0 to 10"),
    ],
)
def test_wrong_arguments_get_one_clear_line(arguments, message):
    with pytest.raises((ValueError, TypeError, traitlets.TraitError), match=message) as caught:
        Schedule(**arguments)
    assert "\n" not in str(caught.value)


def test_the_bundle_is_the_same_every_time():
    first, second = (Schedule("adam", "step", lr=0.1, steps=60)._repr_mimebundle_() for _ in range(2))
    first, second = ((b[0] if isinstance(b, tuple) else b) for b in (first, second))
    assert set(first) == {"application/vnd.jupyter.widget-view+json", "image/svg+xml", "text/plain"}
    assert first["image/svg+xml"] == second["image/svg+xml"]
    assert first["text/plain"] == "Schedule: Adam on ravine, rate 0.1 at first and 0.009 at the end of 60 steps"


def test_a_still_is_drawn_even_of_lost_runs(recwarn):
    assert "svg" in Schedule("sgd", "constant", lr=3).still().svg()
    assert not [str(w.message) for w in recwarn]


# -- the same numbers in JavaScript


@pytest.fixture(scope="module")
def engine():
    engine = MiniRacer()
    engine.eval(re.sub(r"^export const (\w+)", r"var \1", program(RULES.values(), [RAVINE, BOWL]), flags=re.M))
    engine.eval(source("schedule/runs.js").replace("export ", ""))
    return engine


BOWL = Surface("x**2 + 2*y**2", name="bowl")


@pytest.mark.parametrize("shape", SHAPES)
def test_the_rates_are_those_of_python(engine, shape):
    figure = Schedule("sgd", shape, steps=130)
    found = engine.eval(f"[...ratesOf({figure.rates}, {json.dumps(figure.hold)}, 130)]")
    np.testing.assert_allclose(found, [figure.rate(t) for t in range(1, 131)], rtol=1e-12)


@pytest.mark.parametrize("surface", [RAVINE, BOWL], ids=["ravine", "bowl"])
@pytest.mark.parametrize("rule", ["sgd", "momentum", "adam"])
def test_the_runs_are_those_of_numpy(engine, rule, surface):
    figure = Schedule(rule, "warm-up + cosine", lr=0.3, surface=surface, noise=0.2, steps=80)
    found = engine.execute(
        f"(() => {{ const c = crowd(rules.{rule}, {json.dumps(hyperparameters(RULES[rule]))},"
        f" ratesOf({figure.rates}, false, 80), surfaces.{surface.name}, 0.2, 64, bound);"
        " return [c.all.map((r) => [...r.losses]), [...c.mean], c.lost]; })()"
    )
    np.testing.assert_allclose(np.transpose(found[0]), figure.losses(), rtol=1e-8, atol=1e-12)
    np.testing.assert_allclose(found[1], figure.losses().mean(axis=1), rtol=1e-8)
    assert found[2] == 0


def test_lost_runs_are_counted(engine):
    start = np.tile(np.asarray(RAVINE.start), (64, 1))
    rule = noisy(sgd, 0.3, 1 + np.arange(64))
    expected = np.sum(np.isnan(losses(descend(rule, RAVINE.grad, start, 60, lr=2.3), RAVINE)[-1]))
    found = engine.eval(
        f"crowd(rules.sgd, {{lr: 1}}, ratesOf({[2.3] * 6}, false, 60), surfaces.ravine, 0.3, 64, bound).lost"
    )
    assert found == expected > 0


@pytest.mark.parametrize(("rule", "known"), [(sgd, "0.22"), (momentum, "0.023"), (adam, "0.069")])
def test_the_best_constant_rate_is_the_best_of_all(engine, rule, known):
    """Its two digits are those of chapter 9: in steps of an eighth of a decade it was 0.24 for gradient descent."""
    found = engine.execute(
        "(() => { const hunt = constantSearch(); let next = hunt.next();"
        " while (!next.done) { const rates = new Float64Array(400).fill(constantRate(next.value));"
        f" const all = crowd(rules.{rule.__name__}, {json.dumps(hyperparameters(rule))}, rates, surfaces.ravine, 0.3, 64, bound);"
        " next = hunt.next(all.end); } return constantRate(next.value); })()"
    )
    rates = 10 ** (np.arange(-100, 25) / 50)
    start = np.broadcast_to(RAVINE.start, (len(rates), 64, 2))
    run = descend(noisy(rule, 0.3, 1 + np.arange(64)), RAVINE.grad, start, 400, keep="last", lr=rates[:, None, None])
    assert found == pytest.approx(rates[np.nanargmin(losses(run, RAVINE)[-1].mean(axis=-1))])
    assert f"{found:.2g}" == known


def test_the_search_says_nothing_where_every_rate_is_lost(engine):
    steps = "const hunt = constantSearch(); let next = hunt.next(), n = 0; while (!next.done) { n++; next = hunt.next(NaN); }"
    assert engine.execute(f"(() => {{ {steps} return [n, next.value]; }})()") == [30, None]
