"""The frameworks' rules against what the frameworks did, as recorded in ``frameworks/trajectories.json``."""

import inspect
import json
from pathlib import Path

import numpy as np
import pytest
from descent import SURFACES, adam, descend, momentum, nag
from descent.conventions import ASKED, CONVENTIONS, FORMS, amsgrad_corrected, momentum_outside, nag_inside
from descent.rules import RULES
from descent.runs import hyperparameters
from descent.tracing import trace
from frameworks.record import AT, CALLS, ENTRIES, convention, settings_of

RECORDED = json.loads((Path(__file__).parent / "frameworks" / "trajectories.json").read_text())
RUNS = RECORDED["conventions"]
ENTRY_IDS = [f"{framework}-{name}" for framework, name in ENTRIES]


def rule_of(run):
    return CONVENTIONS[run["framework"]][run["rule"]]


@pytest.mark.parametrize("run", RUNS, ids=lambda run: f"{run['framework']}-{run['rule']}-{run['surface']}")
def test_same_steps_as_the_framework(run):
    start = RECORDED["starts"][run["surface"]]
    xs = convention(run["framework"], run["rule"], run["hyper"], RECORDED["surfaces"][run["surface"]], start)
    np.testing.assert_allclose(xs[RECORDED["at"]], run["xs"], rtol=0, atol=1e-12)


@pytest.mark.parametrize("run", RUNS[::2], ids=ENTRY_IDS)
def test_same_defaults_as_the_framework(run):
    recorded = {name: value for name, value in run["defaults"].items() if value is not None}
    defaults = hyperparameters(rule_of(run))
    assert {name: defaults[name] for name in recorded} == recorded
    assert set(defaults) - set(recorded) == ASKED.get((run["framework"], run["rule"]), set())


def test_every_entry_is_recorded():
    assert [(run["framework"], run["rule"]) for run in RUNS[::2]] == ENTRIES
    assert [(framework, name) for framework in CONVENTIONS for name in CONVENTIONS[framework]] == ENTRIES
    assert RECORDED["at"] == AT
    for run in RUNS:
        assert run["call"] == CALLS[run["framework"]][run["rule"]]
        assert set(run["hyper"]) == set(hyperparameters(rule_of(run)))
        assert np.ptp(run["xs"], axis=0).min() > 0.05


def test_every_method_has_its_conventions():
    assert list(CONVENTIONS) == ["torch", "keras", "optax", "tf1"]
    for framework in ("torch", "keras", "optax"):
        assert set(CONVENTIONS[framework]) == set(RULES)
    assert set(RULES) - set(CONVENTIONS["tf1"]) == {"amsgrad", "nadam", "adamw"}


@pytest.mark.parametrize(("framework", "name"), ENTRIES, ids=ENTRY_IDS)
def test_is_a_rule(framework, name):
    rule = CONVENTIONS[framework][name]
    assert rule.__name__ == f"{framework}_{name}"
    assert rule.__doc__ == FORMS[framework][name][0].__doc__
    assert len(inspect.getsource(rule).splitlines()) <= 10
    for parameter in list(inspect.signature(rule).parameters.values())[3:]:
        assert isinstance(parameter.default, int if parameter.kind is parameter.POSITIONAL_OR_KEYWORD else float)
        assert parameter.default == 0 or parameter.kind is parameter.KEYWORD_ONLY
    assert trace(rule)[1] == len(rule.__defaults__ or ())


@pytest.mark.parametrize(("framework", "name"), ENTRIES, ids=ENTRY_IDS)
def test_batch_member_equals_its_single_run(framework, name):
    rule, grad = CONVENTIONS[framework][name], SURFACES["himmelblau"].grad
    starts = np.random.default_rng(2).uniform(-2, 2, (3, 2))
    rates = np.array([[0.001], [0.003], [0.01]])
    batch = descend(rule, grad, starts, 60, lr=rates)
    for i in range(3):
        np.testing.assert_array_equal(batch.xs[:, i], descend(rule, grad, starts[i], 60, lr=rates[i].item()).xs)


def test_settings_reach_the_rule():
    """Each hyperparameter of each entry changes where the run goes."""
    grad = SURFACES["himmelblau"].grad
    for framework, name in ENTRIES:
        rule, given = CONVENTIONS[framework][name], settings_of(framework, name, 1) | {"lr": 0.01}
        end = descend(rule, grad, (1, 2), 30, **given).final
        for key, value in given.items():
            changed = descend(rule, grad, (1, 2), 30, **given | {key: value * 0.9}).final
            assert not np.array_equal(end, changed), (framework, name, key)


def test_other_defaults_leave_the_formula_alone():
    assert hyperparameters(adam)["lr"] == 0.001
    assert CONVENTIONS["torch"]["adam"].__code__ is adam.__code__
    assert hyperparameters(CONVENTIONS["torch"]["momentum"])["mu"] == 0
    assert hyperparameters(momentum_outside)["mu"] == 0.9


def test_nesterovs_entries_report_the_point_looked_ahead_to():
    grad, x, v, ahead = SURFACES["rosenbrock"].grad, np.array([-1.0, 1.5]), 0, []
    for t in range(1, 101):
        x, v = nag(x, grad, t, v, lr=1e-3, mu=0.9)
        ahead.append(x + 0.9 * v)
    for form in (nag_inside, CONVENTIONS["torch"]["nag"], CONVENTIONS["tf1"]["nag"]):
        xs = descend(form, grad, (-1.0, 1.5), 100, lr=1e-3, mu=0.9).xs[1:]
        np.testing.assert_allclose(xs, ahead, rtol=0, atol=1e-12)


def test_rate_outside_and_inside_part_when_the_rate_changes():
    def brake(rule):
        x, v, xs = np.array([1.0]), 0, []
        for t in range(1, 41):
            x, v = rule(x, lambda x: x, t, v, lr=0.5 if t <= 20 else 0.05, mu=0.9)
            xs.append(x)
        return np.array(xs)

    gap = np.abs(brake(momentum) - brake(momentum_outside))[:, 0]
    assert gap[:20].max() < 1e-14
    assert gap[20] > 0.1


def test_amsgrads_two_forms_differ():
    """The first corrected average is the square of the first slope; the first uncorrected one a thousandth of it."""
    slopes = [10.0] + [0.1] * 199
    ends = []
    for rule in (CONVENTIONS["torch"]["amsgrad"], amsgrad_corrected):
        x, memory = np.zeros(1), ()
        for t, slope in enumerate(slopes, 1):
            x, *memory = rule(x, lambda _, g=slope: np.array([g]), t, *memory, lr=0.1)
        ends.append(x.item())
    assert memory[2] == pytest.approx(100)
    assert abs(ends[0]) > 1.5 * abs(ends[1])


def test_the_page_explains_every_formula():
    page = (Path(__file__).parents[1] / "chapters" / "conventions.ipynb").read_text()
    for form in {form.__name__ for methods in FORMS.values() for form, _ in methods.values()}:
        assert f"`{form}`" in page, form
