"""The rules: against closed forms, against the frameworks' recorded steps, and each batch against its single runs."""

import inspect
import json
from pathlib import Path

import numpy as np
import pytest
from descent import SURFACES, adadelta, adagrad, adam, adamw, amsgrad, descend, momentum, nadam, nag, rmsprop, sgd
from descent.notes import hyperparameters
from descent.rules import CARDS, RULES
from frameworks.record import AT, CASES, ours
from hypothesis import given, settings
from hypothesis import strategies as st

RECORDED = json.loads((Path(__file__).parent / "frameworks" / "trajectories.json").read_text())
POSITIVE = st.floats(0.01, 100)


def name(run):
    return f"{run['rule']}-{run['framework']}-{RECORDED['versions'][run['framework']]}-{run['surface']}"


@pytest.mark.parametrize("run", RECORDED["runs"], ids=name)
def test_same_steps_as_the_framework(run):
    start = RECORDED["starts"][run["surface"]]
    xs = ours(run["rule"], run["hyper"], RECORDED["surfaces"][run["surface"]], start, RECORDED["steps"])
    np.testing.assert_allclose(xs[RECORDED["at"]], run["xs"], rtol=0, atol=1e-12)


def test_every_rule_is_compared_with_a_framework():
    assert {run["rule"] for run in RECORDED["runs"]} == set(RULES)
    assert {(r["rule"], r["framework"], r["call"]) for r in RECORDED["runs"]} == set(CASES)
    assert RECORDED["steps"] == 200
    assert RECORDED["at"] == AT
    assert all(np.ptp(run["xs"], axis=0).min() > 0.1 for run in RECORDED["runs"])


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_is_short_and_says_what_it_does(rule):
    assert len(inspect.getsource(rule).splitlines()) <= 10
    assert rule.__doc__.endswith(").")
    assert list(inspect.signature(rule).parameters)[:3] == ["x", "grad", "t"]


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_memory_is_positional_and_starts_at_zero(rule):
    kinds = inspect.Parameter
    for parameter in list(inspect.signature(rule).parameters.values())[3:]:
        if parameter.kind is kinds.POSITIONAL_OR_KEYWORD:
            assert parameter.default == 0
        else:
            assert parameter.kind is kinds.KEYWORD_ONLY
            assert isinstance(parameter.default, float)
    assert set(hyperparameters(rule)) <= {"lr", "mu", "rho", "beta1", "beta2", "eps", "decay"}


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_zero_memory_broadcasts(rule):
    x = np.random.default_rng(1).normal(size=(3, 4, 2))
    grad = SURFACES["himmelblau"].grad
    bare = rule(x, grad, 1)
    full = rule(x, grad, 1, *[np.zeros_like(x)] * (len(bare) - 1))
    assert [part.shape for part in bare] == [x.shape] * len(bare)
    for one, other in zip(bare, full, strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_does_not_change_what_it_is_given(rule):
    grad = SURFACES["himmelblau"].grad
    x, *memory = rule(np.array([1.0, 2.0]), grad, 1)
    before = [part.copy() for part in (x, *memory)]
    rule(x, grad, 2, *memory)
    for one, other in zip(before, (x, *memory), strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("surface", ["two_wells", "himmelblau"])
@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_batch_member_equals_its_single_run(rule, surface):
    surface = SURFACES[surface]
    random = np.random.default_rng(2)
    starts = random.uniform(-2, 2, (3, 4, 2))
    varied = {"lr": 10 ** random.uniform(-4, -2, (3, 4, 1))}
    for key in set(hyperparameters(rule)) & {"mu", "rho", "beta1", "beta2"}:
        varied[key] = random.uniform(0.1, 0.99, (3, 4, 1))
    batch = descend(rule, surface.grad, starts, 120, **varied)
    for member in np.ndindex(3, 4):
        single = descend(
            rule, surface.grad, starts[member], 120, **{key: value[member].item() for key, value in varied.items()}
        )
        np.testing.assert_array_equal(batch.xs[:, *member], single.xs)


def test_sgd_on_a_quadratic_shrinks_by_a_power():
    curvature, lr = np.array([0.5, 3.0]), 0.2
    xs = descend(sgd, lambda x: curvature * x, (-4, 2), 60, lr=lr).xs
    t = np.arange(61)[:, None]
    np.testing.assert_allclose(xs, np.array([-4, 2]) * (1 - lr * curvature) ** t, rtol=1e-12)


@pytest.mark.parametrize(("rule", "look"), [(momentum, 0), (nag, 1)])
def test_momentum_on_a_quadratic_is_a_matrix_power(rule, look):
    curvature, lr, mu = 3.0, 0.1, 0.8
    push = lr * curvature
    # (x, v) -> (x + v', v'), with v' = mu v - lr curvature (x + look mu v)
    v_row = [-push, mu * (1 - look * push)]
    matrix = np.array([[1 + v_row[0], v_row[1]], v_row])
    xs = descend(rule, lambda x: curvature * x, (2,), 50, lr=lr, mu=mu).xs[:, 0]
    expected = [(np.linalg.matrix_power(matrix, t) @ [2, 0])[0] for t in range(51)]
    np.testing.assert_allclose(xs, expected, atol=1e-13)


def test_momentum_reaches_its_terminal_velocity():
    xs = descend(momentum, np.ones_like, (0.0,), 400, lr=0.1, mu=0.9).xs[:, 0]
    assert xs[-1] - xs[-2] == pytest.approx(-0.1 / (1 - 0.9), rel=1e-12)


@pytest.mark.parametrize("rule", [momentum, nag])
def test_without_momentum_it_is_sgd(rule):
    surface = SURFACES["rosenbrock"]
    xs = descend(rule, surface.grad, surface.start, 100, lr=1e-3, mu=0).xs
    np.testing.assert_array_equal(xs, descend(sgd, surface.grad, surface.start, 100, lr=1e-3).xs)


@given(slope=POSITIVE, lr=st.floats(1e-4, 10))
def test_adagrad_on_a_constant_slope_steps_lr_over_root_t(slope, lr):
    xs = descend(adagrad, lambda x: np.full_like(x, slope), (0.0,), 50, lr=lr, eps=0).xs[:, 0]
    np.testing.assert_allclose(-np.diff(xs), lr / np.sqrt(np.arange(1, 51)), rtol=1e-9)


def test_eps_stands_outside_the_root():
    slope, eps = 0.01, 1e-2
    gentle = [(adagrad, 0.5), (adam, 0.5), (amsgrad, 0.5), (rmsprop, slope / (slope * np.sqrt(0.1) + eps))]
    for rule, step in gentle:
        xs = descend(rule, lambda x: np.full_like(x, slope), (0.0,), 1, lr=1, eps=eps).xs
        assert xs[1, 0] == pytest.approx(-step, rel=1e-12)


def test_default_settings():
    """The published ones: PyTorch's, and the papers' where PyTorch follows them."""
    assert hyperparameters(adam) == {"lr": 0.001, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8}
    assert hyperparameters(adamw) == hyperparameters(adam) | {"decay": 0.01}
    assert hyperparameters(amsgrad) == hyperparameters(nadam) == hyperparameters(adam)
    assert hyperparameters(momentum) == hyperparameters(nag) == {"lr": 0.01, "mu": 0.9}
    assert hyperparameters(rmsprop) == {"lr": 0.01, "rho": 0.9, "eps": 1e-8}
    assert hyperparameters(adagrad) == {"lr": 0.01, "eps": 1e-10}
    assert hyperparameters(adadelta) == {"lr": 1.0, "rho": 0.9, "eps": 1e-6}
    assert hyperparameters(sgd) == {"lr": 0.01}


@given(slope=POSITIVE, lr=st.floats(1e-4, 10), sign=st.sampled_from([-1, 1]))
def test_first_steps(slope, lr, sign):
    """Adam's first step is lr, whatever the slope; RMSprop's is lr / sqrt(1 - rho), its missing correction."""

    def first(rule, **hyper):
        return sign * descend(rule, lambda x: np.full_like(x, sign * slope), (0.0,), 1, eps=0, **hyper).xs[1, 0]

    beta1 = 0.9
    for rule in (adam, amsgrad, adamw):
        assert first(rule, lr=lr) == pytest.approx(-lr, rel=1e-9)
    assert first(nadam, lr=lr) == pytest.approx(-lr * (1 + beta1 / (1 + beta1)), rel=1e-9)
    assert first(rmsprop, lr=lr, rho=0.9) == pytest.approx(-lr / np.sqrt(0.1), rel=1e-9)
    assert first(adagrad, lr=lr) == pytest.approx(-lr, rel=1e-9)


@given(slope=POSITIVE, rho=st.floats(0.5, 0.99), eps=st.floats(1e-8, 1e-2))
def test_adadelta_first_step(slope, rho, eps):
    xs = descend(adadelta, lambda x: np.full_like(x, slope), (0.0,), 1, lr=1, rho=rho, eps=eps).xs
    assert xs[1, 0] == pytest.approx(-np.sqrt(eps) * slope / np.sqrt((1 - rho) * slope**2 + eps), rel=1e-9)


@settings(max_examples=20)
@given(scale=st.sampled_from([2.0**k for k in (-20, -3, 5, 30)]))
def test_adaptive_rules_do_not_see_the_scale_of_the_loss(scale):
    """Multiplying the loss by a power of two changes no bit of the path when eps is 0."""
    surface = SURFACES["himmelblau"]
    for rule in (adagrad, rmsprop, adam, amsgrad, nadam):
        plain = descend(rule, surface.grad, (1, 2), 60, lr=0.01, eps=0)
        scaled = descend(rule, lambda x: scale * surface.grad(x), (1, 2), 60, lr=0.01, eps=0)
        np.testing.assert_array_equal(plain.xs, scaled.xs)


def test_adam_without_a_past_steps_by_sign():
    surface = SURFACES["himmelblau"]
    xs = descend(adam, surface.grad, (0.3, 0.2), 30, lr=0.01, beta1=0, beta2=0, eps=0).xs
    np.testing.assert_allclose(np.diff(xs, axis=0), -0.01 * np.sign(surface.grad(xs[:-1])), atol=1e-15)


def test_adamw_shrinks_the_point_and_then_steps_like_adam():
    flat = descend(adamw, np.zeros_like, (2.0, -4.0), 10, lr=0.1, decay=0.5).xs
    np.testing.assert_allclose(flat, np.array([2, -4]) * 0.95 ** np.arange(11)[:, None], rtol=1e-12)
    surface = SURFACES["rosenbrock"]
    plain = descend(adam, surface.grad, surface.start, 100, lr=0.01).xs
    np.testing.assert_array_equal(descend(adamw, surface.grad, surface.start, 100, lr=0.01, decay=0).xs, plain)


def test_amsgrad_remembers_a_rare_large_slope_and_adam_forgets_it():
    slopes = iter([100.0] + [1.0] * 400)
    more = iter([100.0] + [1.0] * 400)
    x, y, one, other = np.zeros(1), np.zeros(1), (), ()
    for t in range(1, 400):
        slope, same = next(slopes), next(more)
        last_x, last_y = x, y
        x, *one = adam(x, lambda _, g=slope: np.array([g]), t, *one, lr=1, beta1=0.9, beta2=0.9, eps=0)
        y, *other = amsgrad(y, lambda _, g=same: np.array([g]), t, *other, lr=1, beta1=0.9, beta2=0.9, eps=0)
    assert last_x - x == pytest.approx(1, rel=1e-6)
    assert last_y - y == pytest.approx(1 / np.sqrt(0.1 * 100**2), rel=1e-6)


def test_nag_asks_for_the_slope_where_the_velocity_leads():
    asked = []

    def grad(where):
        asked.append(where)
        return np.zeros(1)

    nag(np.array([1.0]), grad, 2, np.array([0.5]), mu=0.8)
    assert asked == [pytest.approx(1.4)]


def test_adadelta_scales_with_the_unit_of_x():
    """In mid-run and without eps, a point measured in other units takes the same steps: ``lr`` is a pure number."""
    f = 8.0
    x, s, d = np.array([2.0]), 1.5, 0.01
    y, r, e = f * x, s / f**2, d * f**2
    for t in range(2, 100):
        x, s, d = adadelta(x, lambda x: 3 * x, t, s, d, eps=0)
        y, r, e = adadelta(y, lambda y: 3 * y / f**2, t, r, e, eps=0)
        np.testing.assert_array_equal([y, r, e], [f * x, s / f**2, d * f**2])
    assert abs(x - 2) > 0.1


@pytest.mark.parametrize("card", CARDS, ids=RULES)
def test_every_rule_is_a_change_of_one_before_it(card):
    """All come from gradient descent, which is a change of none."""
    before = [other.rule for other in CARDS]
    before = before[: before.index(card.rule)]
    assert card.change_of in before if before else card.change_of is None
