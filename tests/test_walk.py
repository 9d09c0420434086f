"""``descend``: what it returns, what it does with a run that is lost, and what it says about bad input."""

import warnings
from fractions import Fraction
from functools import partial

import numpy as np
import pytest
import sympy
from descent import SURFACES, Diverged, adam, descend, momentum, nag, sgd, walk
from descent.notes import hyperparameters, name_of
from descent.rules import RULES
from descent.walk import BOUND, noisy, scheduled
from hypothesis import given
from hypothesis import strategies as st

RAVINE = SURFACES["ravine"]


def message(error, **changes):
    """The one line that ``descend`` says about a bad call."""
    call = {"rule": momentum, "grad": RAVINE.grad, "start": (-4, 2), "steps": 3} | changes
    with pytest.raises(error) as caught:
        descend(call.pop("rule"), call.pop("grad"), call.pop("start"), call.pop("steps"), **call)
    text = str(caught.value)
    assert text
    assert "\n" not in text
    assert len(text) < 200
    return text


@pytest.mark.parametrize("shape", [(2,), (5, 2), (3, 4, 2), (0, 2)])
@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_shapes(rule, shape):
    start = np.full(shape, 0.5)
    run = descend(rule, RAVINE.grad, start, 7)
    assert run.xs.shape == (8, *shape)
    assert run.final.shape == shape
    assert np.shape(run.failed_at) == shape[:-1]
    assert np.all(run.failed_at == -1)
    np.testing.assert_array_equal(run.xs[0], start)
    last = descend(rule, RAVINE.grad, start, 7, keep="last")
    assert last.xs.shape == (1, *shape)
    np.testing.assert_array_equal(last.final, run.final)
    assert (repr(run), repr(last)) == (f"Run(8 points of shape {shape})", f"Run(1 point of shape {shape})")


@pytest.mark.parametrize("d", [1, 3, 17])
def test_any_number_of_coordinates(d):
    run = descend(sgd, lambda x: x, np.ones(d), 5, lr=0.5)
    np.testing.assert_array_equal(run.xs, np.ones(d) * 0.5 ** np.arange(6)[:, None])


def test_each_point_follows_from_the_one_before():
    run = descend(momentum, RAVINE.grad, RAVINE.start, 20, lr=0.5)
    x, v = np.array(RAVINE.start), 0
    for t in range(1, 21):
        x, v = momentum(x, RAVINE.grad, t, v, lr=0.5)
        np.testing.assert_array_equal(run.xs[t], x)


def test_steps_are_counted_from_one():
    seen = []

    def note(x, grad, t, *, lr=0.1):
        seen.append(t)
        return (x - lr * grad(x),)

    descend(note, RAVINE.grad, RAVINE.start, 4)
    assert seen == [1, 2, 3, 4]


def test_no_step_is_the_start():
    for keep in ("all", "last"):
        run = descend(sgd, RAVINE.grad, (-4, 2), 0, keep=keep)
        np.testing.assert_array_equal(run.xs, [[-4, 2]])


def test_start_stays_untouched():
    start = np.array([-4.0, 2.0])
    descend(sgd, RAVINE.grad, start, 5)
    np.testing.assert_array_equal(start, [-4, 2])


def test_rates_of_a_batch_widen_one_start():
    run = descend(sgd, RAVINE.grad, RAVINE.start, 4, lr=np.array([[0.1], [1], [1.9]]))
    assert run.xs.shape == (5, 3, 2)
    np.testing.assert_array_equal(run.xs[:, 1], descend(sgd, RAVINE.grad, RAVINE.start, 4, lr=1).xs)


def test_a_lost_member_becomes_nan_and_the_others_go_on(recwarn, capsys):
    rates = np.array([[0.5], [3], [40]])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        run = descend(sgd, RAVINE.grad, RAVINE.start, 400, lr=rates)
    # y is multiplied by 1 - lr at each step.
    lost = [-1] + [next(t for t in range(400) if 2 * (lr - 1) ** t >= BOUND) for lr in (3, 40)]
    np.testing.assert_array_equal(run.failed_at, lost)
    assert np.all(np.isfinite(run.xs[:, 0]))
    for member in (1, 2):
        assert np.all(np.isfinite(run.xs[: lost[member], member]))
        assert np.all(np.isnan(run.xs[lost[member] :, member]))
    assert not capsys.readouterr().err
    assert repr(run) == "Run(401 points of shape (3, 2), 2 diverged)"


@pytest.mark.parametrize("keep", ["all", "last"])
def test_one_lost_run(keep):
    run = descend(sgd, SURFACES["rosenbrock"].grad, (-1.35, 0.25), 50, lr=1, keep=keep)
    assert isinstance(run.failed_at, int)
    assert 0 < run.failed_at < 10
    assert np.all(np.isnan(run.final))


def test_a_gradient_that_is_not_a_number_loses_the_run_at_that_step():
    run = descend(sgd, lambda x: np.where(x < 0.5, np.nan, 1.0), (1.0,), 10, lr=0.2)
    assert run.failed_at == 4
    np.testing.assert_allclose(run.xs[:4, 0], [1, 0.8, 0.6, 0.4])


def lost(rule, grad, start, steps, **how):
    """The one line that a strict run says when it is lost."""
    with pytest.raises(Diverged) as caught:
        descend(rule, grad, start, steps, strict=True, **how)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_strict_raises_and_says_what_to_do():
    assert lost(sgd, RAVINE.grad, RAVINE.start, 100, lr=3) == "sgd left |x| < 1e+06 at step 19; try a smaller lr"
    assert descend(sgd, RAVINE.grad, RAVINE.start, 100, lr=1, strict=True).failed_at == -1
    two = np.array([[-4, 2], [-4, 0]])
    assert lost(sgd, RAVINE.grad, two, 100, lr=3) == "sgd left |x| < 1e+06 at step 19; try a smaller lr"


@pytest.mark.parametrize("rule", [sgd, momentum, adam])
def test_a_long_way_is_no_divergence(rule):
    """The minimum lies at two million, and every one of these runs arrives."""
    hyper = {"lr": 1e5} if rule is adam else {"lr": 0.1}
    grad = lambda x: x - 2e6  # noqa: E731
    text = lost(rule, grad, (0.0,), 600, **hyper)
    assert text.startswith(f"{rule.__name__} left |x| < 1e+06 at step ")
    assert text.endswith("no steeper than at the start; if the way is that long, give a larger bound=")
    for bound in (1e7, np.inf):
        run = descend(rule, grad, (0.0,), 3000, bound=bound, strict=True, **hyper)
        np.testing.assert_allclose(run.final, 2e6, rtol=0.05)


@pytest.mark.parametrize(
    ("grad", "text"),
    [
        (lambda x: (x - x) / (x - x) if x[0] < 0.5 else x, "[nan]"),
        (lambda x: np.sqrt(x - 0.5), "[nan]"),
        (lambda x: 1 / np.maximum(x - 0.5, 0), "[inf]"),
    ],
)
def test_what_has_no_value_is_told_from_what_runs_away(grad, text):
    said = lost(sgd, grad, (1.0,), 100, lr=0.2)
    assert said.startswith("sgd is not a number after step ")
    assert f"the slope is {text}; look for 0/0, a root or logarithm of a negative number" in said
    assert "smaller lr" not in said


def test_a_rule_that_has_no_value():
    def halved(x, grad, t, *, lr=0.1):
        return (x - lr * grad(x) / (x - x),)

    assert "halved is not a number after step 1: at x = [0.0] the slope is [0.0]; look for 0/0" in lost(
        halved, lambda x: x, (0.0,), 5
    )


def test_the_bound_can_be_set():
    assert descend(sgd, RAVINE.grad, RAVINE.start, 100, lr=3, bound=100).failed_at == 6  # 2 * 2**6 is over 100
    for bound in (0, -1, np.nan):
        assert message(ValueError, bound=bound) == f"bound is {bound!r}; it must be greater than 0"
    assert message(TypeError, bound="far") == "bound is 'far'; it must be a number"


@given(name=st.text("abcdefgh_", min_size=1).filter(lambda n: n not in ("grad", "keep", "bound")))
def test_unknown_hyperparameter_names_the_known_ones(name):
    assert message(TypeError, **{name: 1}) == f"momentum has no hyperparameter {name!r}; it has lr, mu"


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_every_rule_names_its_own(rule):
    assert message(TypeError, rule=rule, gamma=1).endswith(f"it has {', '.join(hyperparameters(rule))}")


@given(lr=st.floats(max_value=0, allow_infinity=False))
def test_rate_must_be_positive(lr):
    assert message(ValueError, lr=lr) == f"lr is {lr!r}; a learning rate must be greater than 0"


@given(value=st.floats(allow_nan=False, allow_infinity=False).filter(lambda v: not 0 <= v < 1))
@pytest.mark.parametrize(
    ("rule", "name"), [("momentum", "mu"), ("nag", "mu"), ("rmsprop", "rho"), ("adam", "beta1"), ("adamw", "beta2")]
)
def test_decays_must_be_fractions(rule, name, value):
    assert message(ValueError, rule=RULES[rule], **{name: value}) == (
        f"{name} is {value!r}; it must be at least 0 and less than 1"
    )


@pytest.mark.parametrize("name", ["eps", "decay"])
def test_eps_and_decay_must_not_be_negative(name):
    assert message(ValueError, rule=RULES["adamw"], **{name: -0.1}) == f"{name} is -0.1; it must not be negative"
    descend(RULES["adamw"], RAVINE.grad, RAVINE.start, 1, **{name: 0})


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("name", ["lr", "mu"])
def test_hyperparameters_must_be_finite(name, value):
    assert message(ValueError, **{name: value}) == f"{name} is {value!r}; it must be finite"


@pytest.mark.parametrize(
    "value", ["fast", "0.1", None, True, [0.1, None], [[1], [2, 3]], {}, 1j, np.array(True), np.array([1j])]
)
def test_hyperparameters_must_be_numbers(value):
    assert message(TypeError, lr=value) == f"lr is {value!r}; it must be a number"


def test_one_bad_rate_in_a_batch():
    assert message(ValueError, lr=np.array([[0.1], [-0.1]])).startswith("lr is array([[ 0.1], [-0.1]]); a learning")


@given(bad=st.sampled_from([np.nan, np.inf, -np.inf]), place=st.integers(0, 5))
def test_start_must_be_finite(bad, place):
    start = np.zeros((3, 2))
    start.flat[place] = bad
    text = message(ValueError, start=start)
    assert text.startswith("start is array([[")
    assert text.endswith("every coordinate must be finite")
    assert message(ValueError, start=(1.0, bad)) == f"start is (1.0, {bad!r}); every coordinate must be finite"


@pytest.mark.parametrize(
    ("start", "error", "text"),
    [
        (3, ValueError, "start is 3; it must have at least one coordinate, such as (-4, 2)"),
        ([], ValueError, "start is []; it must have at least one coordinate, such as (-4, 2)"),
        ("here", TypeError, "start is 'here'; it must be numbers of the shape (..., d)"),
        (None, TypeError, "start is None; it must be numbers of the shape (..., d)"),
        ([[1, 2], [3]], TypeError, "start is [[1, 2], [3]]; it must be numbers of the shape (..., d)"),
        ((1j, 2), TypeError, "start is (1j, 2); it must be numbers of the shape (..., d)"),
        (np.array([1j, 2]), TypeError, "start is array([0.+1.j, 2.+0.j]); it must be numbers of the shape (..., d)"),
        (("1", "2"), TypeError, "start is ('1', '2'); it must be numbers of the shape (..., d)"),
    ],
)
def test_start_must_be_points(start, error, text):
    assert message(error, start=start) == text


@given(steps=st.one_of(st.integers(max_value=-1), st.floats(), st.booleans(), st.none(), st.just("ten")))
def test_steps_must_be_a_whole_number(steps):
    assert message(ValueError, steps=steps) == f"steps is {steps!r}; it must be a whole number, 0 or more"


def test_numpy_integers_are_whole_numbers():
    assert len(descend(sgd, RAVINE.grad, RAVINE.start, np.int32(3)).xs) == 4


@pytest.mark.parametrize("wrong", [(), (1,), (3,), (2, 1), (1, 2)])
def test_gradient_must_have_the_shape_of_the_point(wrong):
    text = message(ValueError, grad=lambda x: np.zeros(wrong))
    assert text == f"the gradient has the shape {wrong} where the point has (2,); they must be the same"


def test_keep_must_be_known():
    for keep in ("some", 0, -1, 1.5, True, None):
        assert message(ValueError, keep=keep) == f'keep is {keep!r}; use "all", "last", or k for every k-th point'


@pytest.mark.parametrize("steps", [0, 1, 7, 8, 9])
@pytest.mark.parametrize("every", [1, 2, 4, 8, 100])
def test_every_so_many_points_are_kept_and_the_last(steps, every):
    whole, thin = (descend(momentum, RAVINE, RAVINE.start, steps, keep=keep) for keep in ("all", every))
    np.testing.assert_array_equal(thin.xs, whole.xs[sorted({*range(0, steps, every), steps})])


def test_what_the_memory_cannot_hold_is_refused_before_it_is_tried(monkeypatch):
    monkeypatch.setattr(walk, "_memory", lambda: 8e9)
    many = np.zeros((1_000_000, 2))
    assert message(ValueError, start=many, steps=9999) == (
        'the points take 160 GB, and this machine has 8; give keep="last", or keep=21'
    )


def test_rates_that_do_not_fit_the_start():
    assert message(ValueError, lr=np.array([0.1, 0.2, 0.3])) == (
        "lr has the shape (3,) where the points have (2,); for one a run, give (n, 1)"
    )


def test_a_rule_must_be_a_rule():
    assert message(TypeError, rule=3) == "3 is not a rule; give a name, such as 'momentum', or a function"


def test_a_gradient_must_be_a_function():
    assert message(TypeError, grad=3) == (
        "grad is 3; it must be a function of the point, such as surface.grad, or a surface"
    )
    assert "must be a function" in message(TypeError, grad=np.zeros(2))


def test_a_rule_must_return_a_tuple():
    def forgetful(x, grad, t, *, lr=0.1):
        return x - lr * grad(x)

    assert message(TypeError, rule=forgetful) == (
        "forgetful must return x alone, as a tuple: write return (x - lr * grad(x),) with a comma behind x"
    )


def test_a_rule_must_return_its_memory():
    def forgetful(x, grad, t, v=0, *, lr=0.1):
        return (x - lr * grad(x),)

    assert message(TypeError, rule=forgetful) == (
        "forgetful returns 1 value; it must return x and its memory v: write return x - lr * grad(x), v"
    )


@pytest.mark.parametrize("returned", [5.0, np.zeros(3), ["a", "b"], None, 1j * np.zeros(2)])
def test_a_rule_must_return_a_point(returned):
    def strange(x, grad, t, *, lr=0.1):
        return (returned,)

    said = message(ValueError, rule=strange)
    assert said.startswith("strange returned ")
    assert said.endswith(" for x; it must be numbers of the shape (2,)")


@pytest.mark.parametrize("returned", [None, "steep", [True, False], [1j, 0]])
def test_a_gradient_must_be_numbers(returned):
    said = message(TypeError, grad=lambda x: returned)
    assert said.startswith("the gradient is array(")
    assert said.endswith("; it must be numbers of the shape (2,)")


def test_lists_are_welcome():
    by_array = descend(momentum, lambda x: np.stack([x[0], 2 * x[1]]), np.array([1.0, 2.0]), 20, lr=0.1)
    np.testing.assert_array_equal(descend(momentum, lambda x: [x[0], 2 * x[1]], [1, 2], 20, lr=0.1).xs, by_array.xs)
    np.testing.assert_array_equal(
        descend(nag, lambda x: list(x), [[1, 2], [3, 4]], 9, lr=[[0.1], [0.2]]).xs,
        descend(nag, lambda x: x, np.array([[1.0, 2], [3, 4]]), 9, lr=np.array([[0.1], [0.2]])).xs,
    )

    def listed(x, grad, t, *, lr=0.1):
        return ([a - lr * b for a, b in zip(x, grad(x), strict=True)],)

    np.testing.assert_array_equal(
        descend(listed, RAVINE.grad, (-4, 2), 5).xs, descend(sgd, RAVINE.grad, (-4, 2), 5, lr=0.1).xs
    )


@pytest.mark.parametrize("half", [Fraction(1, 2), sympy.Rational(1, 2), np.float32(0.5)])
def test_numbers_of_other_libraries_are_numbers(half):
    run = descend(sgd, RAVINE.grad, [4 * half, half], 5, lr=half)
    np.testing.assert_array_equal(run.xs, descend(sgd, RAVINE.grad, (2, 0.5), 5, lr=0.5).xs)


class Counting:
    """Gradient descent that counts its steps."""

    def __init__(self):
        self.steps = 0

    def __call__(self, x, grad, t, *, lr=0.1):
        self.steps += 1
        return (x - lr * grad(x),)


NAMELESS = {
    "my_momentum": partial(momentum, mu=0.5),
    "Counting": Counting(),
    "my_Counting": partial(Counting()),
    "my_rule": lambda x, grad, t, *, lr=0.1: (x - lr * grad(x),),
}


@pytest.mark.parametrize("name", NAMELESS)
def test_a_rule_without_a_name_gets_one(name):
    rule = NAMELESS[name]
    for kind in (rule, noisy(rule, 0.0), scheduled(rule, lambda t: 1)):
        assert name_of(kind) == name
        assert message(TypeError, rule=kind, beta=1).startswith(f"{name} has no hyperparameter 'beta'; it has lr")
        assert lost(kind, RAVINE.grad, RAVINE.start, 200, lr=5).startswith(f"{name} left |x|")
        assert descend(kind, RAVINE.grad, RAVINE.start, 300, lr=0.5).failed_at == -1
    named = partial(momentum)
    named.__name__ = "mine"
    assert name_of(named) == "mine"


def test_a_rule_may_not_take_names_that_are_taken():
    def own(x, grad, t, *, lr=0.1, bound=3):
        return (x - np.minimum(lr * grad(x), bound),)

    assert message(TypeError, rule=own) == "own has a hyperparameter 'bound', and that name is taken; choose another"


def test_a_hyperparameter_without_a_default_must_be_given():
    def swing(x, grad, t, *, lr):
        return (x - lr * grad(x),)

    assert message(TypeError, rule=swing) == "swing needs lr; give lr=..."
    assert message(TypeError, rule=scheduled(swing, lambda t: 1)) == "swing needs lr; give lr=..."
    assert descend(swing, RAVINE.grad, RAVINE.start, 1, lr=0.1).failed_at == -1
    assert message(TypeError, rule=lambda x, grad, t: (x,), lr=1) == "my_rule has no hyperparameter 'lr'; it has none"


def test_a_schedule_changes_the_rules_own_rate():
    for rule in (sgd, adam):
        own = hyperparameters(rule)["lr"]
        halving = scheduled(rule, lambda t: 0.5**t)
        by_default = descend(halving, RAVINE.grad, RAVINE.start, 9)
        np.testing.assert_array_equal(by_default.xs, descend(halving, RAVINE.grad, RAVINE.start, 9, lr=own).xs)
        assert np.all(np.diff(by_default.xs[:, 1]) < 0)


@pytest.mark.parametrize(
    ("schedule", "error", "text"),
    [
        ([1, 0.5], TypeError, "schedule is [1, 0.5]; it must be a function, such as lambda t: 1 / t"),
        (lambda t: -t, ValueError, "the schedule at step 1 is -1; it must be finite and not negative"),
        (
            lambda t: 1 / (t - 3) ** 2 if t != 3 else np.inf,
            ValueError,
            "the schedule at step 3 is inf; it must be finite",
        ),
        (lambda t: None, TypeError, "the schedule at step 1 is None; it must be a number"),
        (lambda t: 1j, TypeError, "the schedule at step 1 is 1j; it must be a number"),
        (lambda t: "0.5", TypeError, "the schedule at step 1 is '0.5'; it must be a number"),
    ],
)
def test_a_schedule_gives_shares(schedule, error, text):
    with pytest.raises(error) as caught:
        descend(scheduled(sgd, schedule), RAVINE.grad, RAVINE.start, 5)
    assert str(caught.value).startswith(text)


def test_a_schedule_may_switch_and_may_differ_from_run_to_run():
    waiting = descend(scheduled(sgd, lambda t: t > 3), RAVINE.grad, RAVINE.start, 5, lr=0.5).xs
    np.testing.assert_array_equal(waiting[:4], np.tile(RAVINE.start, (4, 1)))
    assert np.all(waiting[5] != waiting[3])
    each = descend(scheduled(sgd, lambda t: [[1], [0.5]]), RAVINE.grad, [[1, 1], [1, 1]], 5, lr=0.5).xs
    np.testing.assert_array_equal(each[:, 1], descend(sgd, RAVINE.grad, (1, 1), 5, lr=0.25).xs)


def test_noise_is_checked():
    for noise in (-1, np.nan, np.array([1, 2])):
        with pytest.raises(ValueError, match=r"^noise is .*; it must be one finite number, 0 or more$"):
            noisy(sgd, noise)
    for seed in (1.5, True, "one"):
        with pytest.raises(ValueError, match=r"^seed is .*; it must be a whole number, or an array of them$"):
            noisy(sgd, 0.1, seed)
    with pytest.raises(TypeError, match=r"^3 is not a rule"):
        noisy(3, 0.1)
