"""Courses of rates, and rules without their correction: the explorer in the browser and NumPy make the same of them."""

import json
import re

import numpy as np
import pytest
import traitlets
from descent import Explorer, adam, descend
from descent.notes import hyperparameters
from descent.rules import RULES
from descent.schedules import SCHEDULES
from descent.surfaces import SURFACES
from descent.tracing import program
from descent.walk import noisy, scheduled, uncorrected
from py_mini_racer import MiniRacer


@pytest.fixture(scope="module")
def engine():
    engine = MiniRacer()
    engine.eval(re.sub(r"^export const (\w+)", r"var \1", program(RULES.values(), SURFACES.values()), flags=re.M))
    engine.eval(re.sub(r"^export default \{.*", "", Explorer._esm, flags=re.M | re.S).replace("\nexport ", "\n"))
    return engine


@pytest.mark.parametrize("schedule", [*SCHEDULES][1:])
def test_shares_are_the_same_to_the_last_bit(engine, schedule):
    counts = [*range(1, 130), 200, 365, 999, 1000]
    found = engine.execute(f"{counts}.map((steps) => sharesOf('{schedule}', steps))")
    assert found == [[SCHEDULES[schedule](t, steps) for t in range(1, steps + 1)] for steps in counts]


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_shares_stay_between_0_and_1_and_the_last_one_lasts(schedule):
    for steps in (1, 2, 9, 120, 1000):
        shares = [SCHEDULES[schedule](t, steps) for t in range(1, steps + 1)]
        assert 0 < min(shares) <= max(shares) <= 1
        assert SCHEDULES[schedule](steps + 1, steps) == SCHEDULES[schedule](10**6, steps) == shares[-1]


BOWL = np.array([0.5, 4.0])  # its slopes are one product each, and so the same everywhere


def numpys(rule, steps=80):
    """A run from (-2, 0.3) on the bowl, 40 steps beyond the end of the schedule."""
    return descend(rule, lambda x: BOWL * x, (-2.0, 0.3), steps + 40, lr=0.05).xs


def changed(rule, schedule, corrected=True, steps=80):
    share = SCHEDULES[schedule]
    return noisy(scheduled(rule if corrected else uncorrected(rule), lambda t: share(t, steps)), 0.2)


def pages(engine, name, schedule, corrected=True, steps=80):
    """The same run on the page."""
    hyper = json.dumps(hyperparameters(RULES[name]) | {"lr": 0.05})
    found = engine.execute(f"""(() => {{
      const rule = variant(rules.{name}, sharesOf("{schedule}", {steps}), {json.dumps(corrected)});
      const slope = (x, y, g) => {{ g[0] = {BOWL[0]} * x; g[1] = {BOWL[1]} * y; }};
      const field = noisy({{ slope, value: () => 0 }}, 0.2, 1);
      const r = run(rule, {hyper}, {{ goal: true, floor: 0 }}, field, [-2, 0.3], {steps + 40}, bound);
      return [[...r.xs], [...r.ys]];
    }})()""")
    return np.transpose(found)


@pytest.mark.parametrize("schedule", SCHEDULES)
@pytest.mark.parametrize("rule", ["sgd", "momentum", "nag", "adagrad", "rmsprop", "adadelta"])
def test_a_scheduled_run_is_numpys_to_the_last_bit(engine, rule, schedule):
    assert np.array_equal(pages(engine, rule, schedule), numpys(changed(RULES[rule], schedule)))


@pytest.mark.parametrize("rule", ["adam", "adamw", "amsgrad", "nadam"])
def test_a_rule_without_its_correction_is_numpys_to_the_last_bit(engine, rule):
    without = pages(engine, rule, "cosine", corrected=False)
    assert np.array_equal(without, numpys(changed(RULES[rule], "cosine", corrected=False)))
    assert np.abs(without - pages(engine, rule, "cosine")).max() > 0.01


@pytest.mark.parametrize("rule", ["adam", "adamw", "amsgrad", "nadam"])
def test_a_corrected_rule_is_numpys(engine, rule):
    """But for the last bit of ``beta**t``, in which libraries of mathematics differ."""
    found, expected = pages(engine, rule, "warm-up"), numpys(changed(RULES[rule], "warm-up"))
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-12)


def test_a_rule_without_its_correction_is_the_rule_written_without_it():
    def plain(x, grad, t, m=0, s=0, *, lr=0.1, beta1=0.9, beta2=0.999, eps=1e-8):
        g = grad(x)
        m = beta1 * m + (1 - beta1) * g
        s = beta2 * s + (1 - beta2) * g**2
        return x - lr * m / (np.sqrt(s) + eps), m, s

    runs = [descend(rule, SURFACES["ravine"], (-4, 2), 50, lr=0.1).xs for rule in (uncorrected(adam), plain)]
    np.testing.assert_array_equal(*runs)


def test_the_still_is_drawn_from_the_same_runs():
    explorer = Explorer(rules=["sgd", "adam"], schedule="cosine", bias_correction=False, noise=0.2, steps=80)
    for name, corrected in (("adam", False), ("sgd", True)):
        expected = changed(RULES[name], "cosine", corrected)
        assert np.array_equal(numpys(explorer._variant(RULES[name])), numpys(expected))


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("schedule", "cosin", "unknown schedule 'cosin'; did you mean 'cosine'?"),
        ("schedule", 3, "unknown schedule 3; use constant, step, cosine, warm-up"),
        ("bias_correction", 1, "bias_correction is 1; it must be True or False"),
    ],
)
def test_what_is_no_schedule_and_no_switch_is_refused_in_one_line(name, value, said):
    explorer = Explorer()
    before = getattr(explorer, name)
    with pytest.raises((ValueError, TypeError)) as refused:
        Explorer(**{name: value})
    assert str(refused.value) == said
    with pytest.raises(traitlets.TraitError) as refused:
        setattr(explorer, name, value)
    assert str(refused.value) == said
    assert getattr(explorer, name) == before


def test_both_can_be_the_knob_of_a_figure():
    assert Explorer(rules=["sgd", "adam"], knobs=["schedule", "bias_correction"])._knobs == [
        "schedule",
        "bias_correction",
    ]
    with pytest.raises(ValueError, match="unknown knob 'bias_correction'; this explorer has lr, mu"):
        Explorer(knobs="bias_correction")
