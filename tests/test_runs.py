"""``descend``: what it returns, what it does with a run that is lost, and what it says about bad input."""

import warnings

import numpy as np
import pytest
from descent import SURFACES, Diverged, descend, momentum, sgd
from descent.rules import RULES
from descent.runs import BOUND, hyperparameters
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
    assert repr(run) == "Run(400 steps of shape (3, 2), 2 diverged)"


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


def test_strict_raises_and_says_what_to_do():
    with pytest.raises(Diverged, match=r"^sgd left .* at step 19; try a smaller lr$"):
        descend(sgd, RAVINE.grad, RAVINE.start, 100, lr=3, strict=True)
    assert descend(sgd, RAVINE.grad, RAVINE.start, 100, lr=1, strict=True).failed_at == -1


@given(name=st.text("abcdefgh_", min_size=1).filter(lambda n: n not in ("grad", "keep")))
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


@pytest.mark.parametrize("value", ["fast", None, [[1], [2, 3]], {}, 1j])
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
    assert message(ValueError, keep="some") == 'keep is \'some\'; use "all" or "last"'


def test_rates_that_do_not_fit_the_start():
    assert "(3,)" in message(ValueError, lr=np.array([0.1, 0.2, 0.3]))


def test_a_rule_must_be_a_rule():
    assert message(TypeError, rule="adam") == "'adam' is not a rule; give the function, such as momentum"


def test_a_gradient_must_be_a_function():
    assert message(TypeError, grad=RAVINE) == (
        "grad is Surface('x**2/80 + y**2/2', name='ravine'); it must be a function of the point, such as surface.grad"
    )
    assert "must be a function" in message(TypeError, grad=np.zeros(2))


def test_a_rule_must_return_a_tuple():
    def forgetful(x, grad, t, *, lr=0.1):
        return x - lr * grad(x)

    assert message(TypeError, rule=forgetful) == "forgetful must return (x, ...), a tuple of x and its memories (0)"


def test_a_rule_must_return_its_memory():
    def forgetful(x, grad, t, v=0, *, lr=0.1):
        return (x - lr * grad(x),)

    assert message(TypeError, rule=forgetful) == "forgetful must return (x, ...), a tuple of x and its memories (1)"
