"""The frameworks' rules against what the frameworks did, as recorded in ``frameworks/trajectories.json``."""

import ast
import inspect
import itertools
import json
import os
import zlib
from pathlib import Path

import numpy as np
import pytest
from descent import SURFACES, adam, descend, momentum, nag
from descent.cards import Card
from descent.cards import convention as convention_of
from descent.conventions import CONVENTIONS, momentum_outside, translate
from descent.frameworks.calls import METHODS, NAMES, OFFERS
from descent.frameworks.entries import ASKED, FORMS, formula
from descent.frameworks.nearest import FROM_ONE, TINY, apart, steps_on
from descent.frameworks.plans import bounds, missing, plans
from descent.frameworks.rules import amsgrad_corrected, nag_inside
from descent.notes import hyperparameters, memories
from descent.rules import RULES
from descent.tracing import trace
from frameworks.record import AT, CALLS, ENTRIES, NEAR, convention, settings_of

RECORDED = json.loads((Path(__file__).parent / "frameworks" / "trajectories.json").read_text())
RUNS = RECORDED["conventions"]
ENTRY_IDS = [f"{framework}-{name}" for framework, name in ENTRIES]


def rule_of(run):
    return CONVENTIONS[run["framework"]][run["rule"]]


@pytest.mark.parametrize("run", RUNS, ids=lambda run: f"{run['framework']}-{run['rule']}-{run['surface']}")
def test_same_steps_as_the_framework(run):
    start = RECORDED["starts"][run["surface"]]
    xs = convention(run["framework"], run["rule"], run["hyper"], RECORDED["surfaces"][run["surface"]], start)
    near = NEAR.get((run["framework"], run["rule"]), 1e-12)
    np.testing.assert_allclose(xs[RECORDED["at"]], run["xs"], rtol=0, atol=near)


@pytest.mark.parametrize("run", RUNS[::2], ids=lambda run: f"{run['framework']}-{run['rule']}")
def test_same_defaults_as_the_framework(run):
    recorded = {name: value for name, value in run["defaults"].items() if value is not None}
    defaults = hyperparameters(rule_of(run))
    assert {name: defaults[name] for name in recorded} == recorded
    assert set(defaults) - set(recorded) == ASKED.get((run["framework"], run["rule"]), set())


def test_every_entry_is_recorded():
    assert [(run["framework"], run["rule"]) for run in RUNS] == [entry for entry in ENTRIES for _ in (0, 1)]
    assert [(framework, name) for framework in CONVENTIONS for name in CONVENTIONS[framework]] == ENTRIES
    assert RECORDED["at"] == AT
    for run in RUNS:
        assert run["call"] == CALLS[run["framework"]][run["rule"]]
        assert set(run["hyper"]) == set(hyperparameters(rule_of(run)))
        assert np.ptp(run["xs"], axis=0).min() > 0.05


def test_every_method_has_its_conventions():
    assert list(CONVENTIONS) == ["torch", "keras", "tfkeras", "optax", "tf1"]
    for framework in ("torch", "keras", "optax"):
        assert set(CONVENTIONS[framework]) == set(METHODS)
    assert set(RULES) - set(METHODS) == {"lion", "schedule_free", "schedule_free_adamw"}  # of the last chapter
    assert set(METHODS) - set(CONVENTIONS["tfkeras"]) == {"adamw"}
    assert set(METHODS) - set(CONVENTIONS["tf1"]) == {"amsgrad", "nadam", "adamw"}


@pytest.mark.parametrize(("framework", "name"), ENTRIES, ids=ENTRY_IDS)
def test_is_a_rule(framework, name):
    rule = CONVENTIONS[framework][name]
    assert rule.__name__ == f"{framework}_{name}"
    assert rule.__doc__ == FORMS[framework][name][0].__doc__
    assert len(inspect.getsource(rule).splitlines()) <= 10
    for parameter in list(inspect.signature(rule).parameters.values())[3:]:
        assert isinstance(parameter.default, int if parameter.kind is parameter.POSITIONAL_OR_KEYWORD else float)
        assert parameter.default == 0 or parameter.kind is parameter.KEYWORD_ONLY
    assert trace(rule)[1] == memories(rule)


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
    assert CONVENTIONS["optax"]["adam"].__code__ is adam.__code__
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


# The table that shows all of it at once: what is special about a form, in the fewest words.
FORM_WORDS = {
    "momentum_dampened": "rate outside",
    "momentum": "rate inside",
    "momentum_outside": "rate outside",
    "nag_inside": "rate inside",
    "nag_outside": "rate outside",
    "adagrad_outside": "ε outside",
    "adagrad_inside": "ε inside",
    "adagrad_without_eps": "no ε",
    "rmsprop_outside": "ε outside",
    "rmsprop_inside": "ε inside",
    "rmsprop_either": "ε outside, with μ inside",
    "rmsprop_begun": "ε inside",
    "rmsprop_from_one": "ε inside, s₀ = 1",
    "adam": "ε outside",
    "adam_hat": "ε beside",
    "adamw": "ε outside",
    "adamw_hat": "ε beside",
    "amsgrad": "ε outside",
    "amsgrad_hat": "ε beside",
    "amsgrad_corrected": "ε outside, of max ŝ",
    "nadam_hurried": "ψ = 1",
    "nadam": "no ψ",
}
SYMBOLS = {"lr": "η", "mu": "μ", "rho": "ρ", "eps": "ε", "initial": "s₀", "pace": "ψ"}
TITLES = {"sgd": "gradient descent", "momentum": "momentum", "nag": "NAG", "adam": "Adam", "adamw": "AdamW"}
TITLES |= {"adagrad": "Adagrad", "rmsprop": "RMSprop", "adadelta": "Adadelta", "amsgrad": "AMSGrad", "nadam": "Nadam"}


def cell(framework, method):
    if method not in FORMS[framework]:
        return "–"
    symbols = SYMBOLS | ({"decay": "λ"} if method == "adamw" else {})
    symbols = {name: symbol for name, symbol in symbols.items() if (method, name) != ("rmsprop", "mu")}
    asked = ASKED.get((framework, method), set())
    settings = hyperparameters(CONVENTIONS[framework][method])
    special = FORM_WORDS.get(FORMS[framework][method][0].__name__)
    defaults = [
        f"{symbols[name]}\N{NO-BREAK SPACE}{number(settings[name])}"
        for name in symbols
        if name in settings.keys() - asked
    ]
    return " ".join([f"**{special}**"] * bool(special) + [", ".join(defaults)] * bool(defaults)) or "asks"


def number(value):
    digits, _, power = f"{value:g}".partition("e-")
    return f"10⁻{power.lstrip('0').translate(str.maketrans('0123456789', '⁰¹²³⁴⁵⁶⁷⁸⁹'))}" if power else digits


def table():
    rows = [["Method", *(NAMES[f] for f in FORMS)], ["---"] * (len(FORMS) + 1)]
    found = {}  # methods that are alike everywhere share a row
    for method in METHODS:
        found.setdefault(tuple(cell(framework, method) for framework in FORMS), []).append(TITLES[method])
    rows += [[f"**{', '.join(titles)}**", *cells] for cells, titles in found.items()]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def test_the_table_of_methods_and_frameworks_is_what_the_tests_compare():
    [shown] = [
        "".join(cell["source"])
        for cell in json.loads((Path(__file__).parents[1] / "chapters" / "conventions.ipynb").read_text())["cells"]
        if cell["id"] == "the-table"
    ]
    assert table() in shown


def test_the_page_explains_every_formula():
    page = (Path(__file__).parents[1] / "chapters" / "conventions.ipynb").read_text()
    for form in {form.__name__ for methods in FORMS.values() for form, _ in methods.values()}:
        assert f"`{form}`" in page, form


# Carrying settings over ----------------------------------------------------------------------------------------------

PAIRS = [(method, source, target) for source in OFFERS for method in OFFERS[source] for target in OFFERS]
GRAD, START = SURFACES["himmelblau"].grad, (1.0, 2.0)


def settings_at(method, framework, i):
    """Gentle (0), rough (1), or at the framework's defaults (2), with a rate."""
    known = hyperparameters(OFFERS[framework][method][0].rule)
    if i == 2:
        given = (
            known
            | {"lr": 1.0 if method == "adadelta" else 0.01}
            | ({"mu": 0.9} if method in ("momentum", "nag") else {})
        )
    else:
        some = {"lr": (0.01, 0.005), "mu": (0.5, 0.8), "eps": (1e-2, 1e-4), "decay": (0.0, 0.05), "rho": (0.9, 0.95)}
        some |= {"initial": (0.1, 0.5), "pace": (1.0, 0.05), "dampening": (0.0, 0.4), "centered": (0.0, 1.0)}
        given = known | {name: some[name][i] for name in known if name in some}
    return {name: float(value) for name, value in given.items()}


def steps_of(rule, settings):
    """The points that the rule's slopes are asked at, one a step: the same for both kinds of book-keeping in NAG."""
    asked = []

    def grad(x):
        asked.append(x)
        return GRAD(x)

    x, memory = np.array(START), ()
    for t in range(1, 61):
        x, *memory = rule(x, grad, t, *memory, **settings)
    return np.array(asked)


@pytest.mark.parametrize("i", range(3), ids=["gentle", "rough", "defaults"])
@pytest.mark.parametrize(("method", "source", "target"), PAIRS, ids=["-".join(pair) for pair in PAIRS])
def test_translated_settings_take_the_same_steps_exactly_where_that_is_claimed(method, source, target, i):
    given = settings_at(method, source, i)
    answer = translate(method, source, target, **given)
    if method not in OFFERS[target]:
        assert (answer.settings, answer.call, answer.rule, answer.exact) == (None, None, None, False)
        assert answer.reasons == (missing(method, target),)
        return
    theirs = steps_of(OFFERS[source][method][0].rule, given)
    gap = np.abs(steps_of(answer.rule, answer.settings) - theirs).max()
    assert np.abs(theirs[-1] - theirs[0]).max() > 1e-3
    assert answer.exact == (not answer.reasons)
    assert gap < 1e-12 if answer.exact else gap > 1e-14
    if not answer.exact and i < 2:
        assert gap > 1e-11


@pytest.mark.parametrize("i", range(3), ids=["gentle", "rough", "defaults"])
@pytest.mark.parametrize(("method", "source", "target"), PAIRS, ids=["-".join(pair) for pair in PAIRS])
def test_there_and_back_is_where_it_began(method, source, target, i):
    given = settings_at(method, source, i)
    there = translate(method, source, target, **given)
    if not there.exact:
        return
    if there.rule is not OFFERS[target][method][0].rule:  # a way beside the target's own: no question to ask back
        return
    back = translate(method, target, source, **there.settings)
    assert back.exact
    if {method} & {"adagrad"} and source in ("keras", "optax") and back.settings["eps"] != given["eps"]:
        given |= {"initial": given["initial"] + given["eps"], "eps": 0.0}  # the one is the other, where eps is inside
    assert back.settings == pytest.approx(given, rel=1e-14, abs=TINY)


@pytest.mark.parametrize(("method", "source", "target"), PAIRS, ids=["-".join(pair) for pair in PAIRS])
def test_the_call_is_python_and_sets_what_is_told(method, source, target):
    answer = translate(method, source, target, **settings_at(method, source, 1))
    if answer.call is None:
        return
    numbers = {node.value for node in ast.walk(ast.parse(answer.call)) if isinstance(node, ast.Constant)}
    for name, value in answer.settings.items():
        assert any(number == pytest.approx(value, rel=1e-11) for number in numbers), (name, answer.call)


REASONS = [
    (("adam", "torch", "keras"), {}, ["eps outside the root", "the same after some thousand steps"]),
    (("rmsprop", "torch", "keras"), {}, ["outside the root, Keras inside the root", "how large the slopes are"]),
    (("adagrad", "keras", "course"), {}, ["begins the sum of Adagrad at 0"]),
    (("rmsprop", "tfkeras", "torch"), {"mu": 0.9}, ["tf.keras up to 2.10 has eps inside", "PyTorch outside the root"]),
    (("adamw", "torch", "tfkeras"), {}, ["tf.keras up to 2.10 has no AdamW."]),
    (("adagrad", "torch", "tf1"), {}, ["no eps in Adagrad"]),
    (("rmsprop", "optax", "tf1"), {"lr": 0.1}, ["begins the average of RMSprop at 1, and that cannot be set"]),
    (("rmsprop", "torch", "course"), {"mu": 0.5, "centered": True}, ["no momentum on top", "no centered RMSprop"]),
    (("momentum", "torch", "keras"), {"mu": 0.9, "dampening": 0.9}, ["no dampening", "every slope but the first"]),
    (("nag", "torch", "keras"), {"mu": 0.9, "decay": 0.1}, ["added to the slope in PyTorch, taken off the point"]),
    (("adam", "torch", "keras"), {"decay": 0.1, "eps": 0}, ["two methods, one name", "tuned anew"]),
    (("adam", "keras", "tf1"), {"decay": 0.1}, ["no weight decay that is taken off the point in Adam"]),
    (("amsgrad", "torch", "optax"), {}, ["largest corrected average, in PyTorch the largest uncorrected"]),
    (("amsgrad", "optax", "course"), {"lr": 0.1}, ["largest uncorrected average, in optax the largest corrected"]),
    (("nadam", "torch", "optax"), {}, ["keeps beta1 constant"]),
    (("nadam", "torch", "keras"), {}, ["at the fixed pace 1"]),
    (("nadam", "keras", "tf1"), {}, ["TensorFlow 1 has no Nadam."]),
]


@pytest.mark.parametrize(("pair", "given", "parts"), REASONS, ids=lambda value: "-".join(value) if value else "")
def test_the_reason_is_said(pair, given, parts):
    answer = translate(*pair, **given)
    assert not answer.exact
    for part in parts:
        assert part in " ".join(answer.reasons)


EXACT = [
    (
        ("adagrad", "keras", "torch"),
        {},
        "torch.optim.Adagrad(params, lr=0.001, eps=0, initial_accumulator_value=0.1000001, weight_decay=0)",
    ),
    (
        ("adagrad", "optax", "torch"),
        {"lr": 0.3, "eps": 0.01, "initial": 0.5},
        "torch.optim.Adagrad(params, lr=0.3, eps=0, initial_accumulator_value=0.51, weight_decay=0)",
    ),
    (
        ("adagrad", "torch", "tf1"),
        {"eps": 0},
        "tf.compat.v1.train.AdagradOptimizer(0.01, initial_accumulator_value=1e-30)",
    ),
    (
        ("rmsprop", "tfkeras", "torch"),
        {},
        "torch.optim.RMSprop(params, lr=0.001, alpha=0.9, eps=1e-07, momentum=0, centered=False, weight_decay=0)",
    ),
    (
        ("rmsprop", "keras", "tfkeras"),
        {},
        "tf.keras.optimizers.RMSprop(0.001, rho=0.9, momentum=1e-30, epsilon=1e-07, centered=False)",
    ),
    (
        ("nadam", "tfkeras", "torch"),
        {},
        "torch.optim.NAdam(params, lr=0.001, betas=(0.9, 0.999), eps=1e-07, momentum_decay=0.004, weight_decay=0)",
    ),
    (
        ("adam", "keras", "torch"),
        {"beta2": 0},
        "torch.optim.Adam(params, lr=0.001, betas=(0.9, 0.0), eps=1e-07, weight_decay=0)",
    ),
    (
        ("nadam", "torch", "keras"),
        {"beta1": 0},
        "keras.optimizers.Nadam(0.002, beta_1=0.0, beta_2=0.999, epsilon=1e-08, weight_decay=0)",
    ),
    (
        ("amsgrad", "optax", "torch"),
        {"lr": 0.1, "beta2": 0},
        "torch.optim.Adam(params, lr=0.1, betas=(0.9, 0.0), eps=1e-08, amsgrad=True, weight_decay=0)",
    ),
    (("momentum", "torch", "keras"), {"lr": 0.1, "mu": 0.9}, "keras.optimizers.SGD(0.1, momentum=0.9, weight_decay=0)"),
    (
        ("adam", "keras", "torch"),
        {"eps": 0, "decay": 0.01},
        "torch.optim.AdamW(params, lr=0.001, betas=(0.9, 0.999), eps=0, weight_decay=0.01)",
    ),
    (("adadelta", "tf1", "optax"), {}, "optax.adadelta(0.001, rho=0.95, eps=1e-08)"),
    (
        ("nadam", "optax", "torch"),
        {"lr": 0.1},
        "torch.optim.NAdam(params, lr=0.1, betas=(0.9, 0.999), eps=1e-08, momentum_decay=1000000000, weight_decay=0)",
    ),
    (
        ("rmsprop", "torch", "optax"),
        {"mu": 0.5, "centered": True, "decay": 0.1},
        "optax.chain(optax.add_decayed_weights(0.1), optax.rmsprop(0.01, decay=0.99, eps=1e-08, initial_scale=0, "
        "centered=True, momentum=0.5, eps_in_sqrt=False))",
    ),
]


@pytest.mark.parametrize(("pair", "given", "call"), EXACT, ids=lambda value: "-".join(value) if value else "")
def test_the_exact_way_is_found(pair, given, call):
    answer = translate(*pair, **given)
    assert (answer.exact, answer.call) == (True, call)


def test_what_else_to_know_is_said():
    assert "as long as the rate does not change" in translate("momentum", "torch", "keras", mu=0.9).notes[0]
    assert translate("momentum", "torch", "optax", mu=0.9).notes == ()
    assert translate("rmsprop", "torch", "keras").notes == ()
    assert "inside" in translate("rmsprop", "keras", "torch", mu=0.1).notes[0]
    assert "looked ahead to" in translate("nag", "course", "keras").notes[0]
    assert "with a schedule" in translate("momentum", "keras", "optax", mu=0.9, decay=0.1).notes[-1]


@pytest.mark.parametrize(
    ("pair", "given", "error", "line"),
    [
        (
            ("adam", "jax", "torch"),
            {},
            ValueError,
            "unknown framework 'jax'; use course, torch, keras, tfkeras, optax, tf1",
        ),
        (
            ("adam", "torch", "jax"),
            {},
            ValueError,
            "unknown framework 'jax'; use course, torch, keras, tfkeras, optax, tf1",
        ),
        (("lion", "torch", "keras"), {}, ValueError, "unknown method 'lion'; use sgd, momentum"),
        (("nadam", "tf1", "keras"), {}, ValueError, "TensorFlow 1 has no Nadam"),
        (
            ("adam", "torch", "keras"),
            {"rho": 0.9},
            TypeError,
            "Adam in PyTorch has no 'rho'; it has lr, beta1, beta2, eps",
        ),
        (("adam", "optax", "keras"), {}, TypeError, "optax has no default for lr; give it a value"),
        (("adam", "torch", "keras"), {"slope": 0}, ValueError, "slope is 0; slope must be a number, more than 0"),
        (("adadelta", "torch", "keras"), {"eps": 0}, ValueError, "eps must be a number, more than 0"),
        (("momentum", "tf1", "keras"), {"lr": 1}, TypeError, "TensorFlow 1 has no default for mu; give it a value"),
        (("adam", "torch", "keras"), {"lr": 0}, ValueError, "lr is 0; lr must be a number, more than 0"),
        (("adam", "torch", "keras"), {"lr": "1"}, ValueError, "lr is '1'; lr must be a number, more than 0"),
        (("adam", "torch", "keras"), {"lr": True}, ValueError, "lr is True; lr must be a number, more than 0"),
        (("adam", "torch", "keras"), {"lr": float("inf")}, ValueError, "lr is inf; lr must be a number, more than 0"),
        (("adam", "torch", "keras"), {"beta1": 1}, ValueError, "beta1 must be a number, at least 0 and less than 1"),
        (("momentum", "torch", "keras"), {"mu": 0}, ValueError, "mu must be a number, more than 0 and less than 1"),
        (("momentum", "torch", "keras"), {}, ValueError, "mu is 0.0; mu must be a number, more than 0 and less than 1"),
        (
            ("momentum", "torch", "keras"),
            {"mu": 0.9, "dampening": 2},
            ValueError,
            "dampening must be a number, at least 0 and at most 1",
        ),
        (("adagrad", "tf1", "keras"), {"lr": 1, "initial": 0}, ValueError, "initial must be a number, more than 0"),
        (("adam", "torch", "keras"), {"decay": float("nan")}, ValueError, "decay must be a number, at least 0"),
    ],
)
def test_wrong_questions_get_one_clear_line(pair, given, error, line):
    with pytest.raises(error) as caught:
        translate(*pair, **given)
    assert line in str(caught.value)
    assert "\n" not in str(caught.value)


def random_settings(random, method, framework):
    """Any settings that the framework takes: a good part of them 0, where that is a setting of its own."""

    def size(low, high):
        return float(10 ** random.uniform(low, high))

    def or_zero(value, share):
        return 0.0 if random.random() < share else value

    above = framework == "tfkeras" or method == "adadelta"  # eps has to be more than 0
    settings = {
        "lr": size(-4, -1),
        "mu": or_zero(random.uniform(0.3, 0.99), 0.5 if method == "rmsprop" else 0),
        "rho": random.uniform(0.5, 0.999),
        "beta1": or_zero(random.uniform(0.5, 0.95), 0.1),
        "beta2": or_zero(random.uniform(0.8, 0.9999), 0.1),
        "eps": or_zero(size(-10, -1), 0 if above else 0.3),
        "initial": or_zero(size(-3, 0), 0 if framework == "tf1" else 0.3),
        "decay": or_zero(size(-4, -1), 0.5),
        "pace": (0.004, 1.0, 1e9)[random.integers(3)],
        "dampening": or_zero(random.uniform(0, 0.9), 0.5),
        "centered": float(random.random() < 0.2),
    }
    return {name: float(settings[name]) for name in bounds(method, framework)}


FACTORS = (0.5, 0.8, 0.9, 0.95, 1.05, 1.1, 1.25, 2)


def neighbours(settings):
    """Each setting, and each two together, times the factors; of betas and their like the distance from 1."""
    free = [name for name, value in settings.items() if value > TINY and name not in ("centered", "dampening")]

    def times(row, name, factor):
        return row | {name: 1 - (1 - row[name]) * factor if name in FROM_ONE else row[name] * factor}

    rows = [times(settings, name, factor) for name in free for factor in FACTORS]
    rows += [
        times(times(settings, one, a), other, b)
        for one, other in itertools.combinations(free, 2)
        for a, b in itertools.product(FACTORS, FACTORS)
    ]
    return [row for row in rows if all(0 <= row[name] < 1 for name in FROM_ONE if name in row)]


@pytest.mark.parametrize(("source", "target"), list(itertools.permutations(OFFERS, 2)), ids="-".join)
def test_random_settings(source, target):
    """What is called exact is, on slopes of any size; what is called nearest has no neighbour that is 10 % nearer.

    With 200 settings for each pair where CI is set; fewer elsewhere, since each is a search.
    """
    random = np.random.default_rng(zlib.crc32(f"{source} {target}".encode()))
    exact = near = 0
    for _ in range(200 if os.environ.get("CI") else 20):
        method = list(OFFERS[source])[random.integers(len(OFFERS[source]))]
        given, slope = random_settings(random, method, source), float(10 ** random.uniform(-3, 1))
        answer = translate(method, source, target, slope=slope, **given)
        if answer.call is None:
            continue
        theirs = steps_on(OFFERS[source][method][0].rule, given, slope)
        if answer.exact:
            gap = steps_on(answer.rule, answer.settings, slope).cumsum(0) - theirs.cumsum(0)
            assert np.abs(gap).max() < 1e-12 * max(1, np.abs(theirs).max()), (method, given, answer.call)
            exact += 1
            continue
        rows = neighbours(answer.settings)
        columns = {name: np.array([row[name] for row in rows])[:, None, None] for name in answer.settings}
        error = np.mean(answer.apart)
        assert error > 1e-12, (method, given, answer.call)
        assert error <= answer.unsearched
        assert apart(answer.rule, columns, theirs, slope).mean(-1).min() > 0.9 * error, (method, given, slope, answer)
        near += 1
    assert exact + near > 5


def test_the_nearest_eps_depends_on_how_large_the_slopes_are():
    """Where slopes are small it is the root of the eps inside; where they are large, far less, and the root is worse."""
    keras, torch = CONVENTIONS["keras"]["rmsprop"], CONVENTIONS["torch"]["rmsprop"]
    found = {slope: translate("rmsprop", "keras", "torch", slope=slope) for slope in (1e-5, 1e-2, 1)}
    assert found[1e-5].settings["eps"] == pytest.approx(1e-7**0.5, rel=0.2)
    assert found[1].settings["eps"] < 1e-5
    given = hyperparameters(keras)
    theirs, own = steps_on(keras, given, 1), hyperparameters(torch) | given
    root = apart(torch, own | {"eps": 1e-7**0.5}, theirs, 1).mean()
    assert root > 10 * np.mean(found[1].apart)


def test_momentum_has_no_reason_of_its_own():
    """Dampening is in the way, and nothing else."""
    assert len(translate("momentum", "torch", "keras", mu=0.9, dampening=0.5).reasons) == 1


def test_plans_are_data():
    """What the page's script reads: plain JSON, with names that exist."""
    for method, source, target in PAIRS:
        found = plans(method, source, target)
        assert json.loads(json.dumps(found)) == found
        known = set(hyperparameters(OFFERS[source][method][0].rule))
        for plan in found:
            assert (
                names_in([*plan["settings"].values(), *(test for test, _ in plan["limits"] + plan["notes"])]) <= known
            )
    assert set(NAMES) == set(OFFERS)
    assert bounds("adam", "torch")["lr"] == (0, None, False, False)


def names_in(expressions):
    names = set()
    for expression in expressions:
        if isinstance(expression, list):
            names |= names_in(expression[1:])
        elif isinstance(expression, str):
            names.add(expression)
    return names


def test_a_card_with_a_formula_that_does_not_exist_is_refused():
    card = Card(adam, "Adam", look=None, frameworks={"torch": convention_of("adem", "torch.optim.Adam(params)")})
    with pytest.raises(ValueError, match=r"^the card of adam names 'adem', a formula that is neither in rules nor"):
        formula(card, card.frameworks["torch"].form)
