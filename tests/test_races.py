"""What it means to reach a loss, and what a tuned rate is, on cases where the answer is known."""

from functools import partial

import numpy as np
import pytest
from descent import (
    SURFACES,
    Network,
    Surface,
    adagrad,
    adam,
    curve,
    descend,
    digits,
    fair_race,
    losses,
    momentum,
    network_run,
    reaches,
    rmsprop,
    sgd,
    steps_to,
    surface_run,
    train,
    tuned_rate,
)
from descent.races import (
    COARSE,
    NEAR_BEST,
    SMALLEST,
    STAY,
    TUNING_STEPS,
    first_stay,
    gradients_per_step,
    tuning_cost,
    tuning_starts,
)
from descent.surfaces import ravine
from hypothesis import given
from hypothesis import strategies as st

BOWL = Surface("(x**2 + y**2)/2", name="bowl", start=(-2, 1))


def test_losses_are_counted_from_the_lowest_value():
    surface = Surface("(x - 1)**2 + y**2 - 7", start=(3, 0))
    run = descend(sgd, surface.grad, surface.start, 2, lr=0.25)
    np.testing.assert_allclose(losses(run, surface), [4, 1, 0.25], rtol=1e-12)
    lost = descend(sgd, surface.grad, surface.start, 60, lr=9)
    assert np.isnan(losses(lost, surface)[-1])


@pytest.mark.parametrize(
    ("curve", "answer"),
    [
        ([1.0] * 5 + [0.0] * STAY, 5),
        ([0.0] * STAY, 0),
        ([0.0] * (STAY - 1), None),
        ([1.0] * 200, None),
        ([1.0, 0.0] * 100, None),
        ([1.0] * 5 + [0.0] * (STAY - 1) + [1.0] + [0.0] * STAY, 5 + STAY),
        ([1.0] * 3 + [0.0] * STAY + [1.0] * 50, 3),
        ([1.0] * 3 + [0.5] * 100, None),
        ([1.0] * 3 + [np.nan] * 100, None),
        ([1.0] * 3 + [0.0] * 30 + [np.nan] + [0.0] * 100, 34),
        ([], None),
    ],
)
def test_reaching_is_staying_below(curve, answer):
    assert reaches(curve, 0.5) == answer
    assert reaches(np.array(curve), 0.5) == answer


@given(st.lists(st.floats(0, 2), max_size=40), st.integers(1, 6))
def test_reaching_by_its_definition(curve, stay):
    by_definition = [k for k in range(len(curve) - stay + 1) if max(curve[k : k + stay]) < 1]
    assert reaches(curve, 1, stay) == (by_definition[0] if by_definition else None)


def test_steps_to_of_gradient_descent_on_a_bowl():
    """Each step multiplies the loss by (1 - lr)^2; it starts at 2.5."""
    expected = int(np.ceil(np.log(1e-6 / 2.5) / np.log(0.81)))
    assert steps_to(sgd, BOWL, lr=0.1) == expected
    assert steps_to(sgd, BOWL, lr=0.1, start=(0, 0)) == 0
    assert steps_to(sgd, BOWL, lr=0.1, at_most=expected) == expected
    assert steps_to(sgd, BOWL, lr=0.1, at_most=expected - 1) is None
    assert steps_to(sgd, BOWL, lr=2.5) is None
    assert steps_to(sgd, BOWL, goal=2.6, lr=0.1) == 0


def test_constant_rate_rmsprop_never_stays():
    """It dips below 1e-6 by luck and bounces out again: that does not count."""
    surface = SURFACES["ravine"]
    above = losses(descend(rmsprop, surface.grad, surface.start, 3000, lr=0.05), surface)
    assert above.min() < 1e-3
    assert above[-500:].max() > 1e-4
    assert reaches(above, 1e-4) is None


def test_tuning_starts():
    starts = tuning_starts(SURFACES["ravine"])
    reach = 0.08 * 7.2 / 2
    np.testing.assert_allclose(starts, [[-4 - reach, 2 + reach], [-4, 2], [-4 + reach, 2 - reach]], rtol=1e-12)


def test_tuning_cost_by_its_definition():
    surface = SURFACES["two_wells"]
    rates = 10.0 ** np.arange(-3, 1)
    cost = tuning_cost(momentum, surface, rates, mu=0.8)
    for rate, got in zip(rates, cost, strict=True):
        logs, lifted = [], False
        for start in tuning_starts(surface):
            run = descend(momentum, surface.grad, start, TUNING_STEPS, lr=rate, mu=0.8)
            heights = surface.value(run.xs)
            distance = [np.hypot(*(run.final - minimum)) for minimum in surface.minima]
            valley = surface.value(surface.minima[int(np.argmin(distance))])
            lifted |= not np.all(heights - surface.floor <= 1.0001 * (heights[0] - surface.floor))
            logs.append([np.log10(max(h - valley, SMALLEST)) for h in heights[1:]])
        assert got == (np.inf if lifted else pytest.approx(np.mean(logs), rel=1e-9))
    assert np.isfinite(cost).any()


def test_tuned_rate_by_its_definition():
    surface, rule = SURFACES["rosenbrock"], momentum
    coarse = {j: tuning_cost(rule, surface, [10 ** (j / 64)])[0] for j in range(-288, 97, 8)}
    middle = min(coarse, key=lambda j: (coarse[j], j))
    tried = coarse | {j: tuning_cost(rule, surface, [10 ** (j / 64)])[0] for j in range(middle - 7, middle + 8)}
    allowed = [j for j, cost in tried.items() if cost <= min(tried.values()) + 0.1]
    assert tuned_rate(rule, surface) == pytest.approx(10 ** (min(allowed) / 64), rel=1e-15)
    assert list(COARSE) == list(coarse)
    assert NEAR_BEST == 0.1


def test_tuned_rate_of_gradient_descent_on_a_bowl():
    """A rate of 1 lands on the minimum in one step; smaller ones pay for each step on the way."""

    def mean_log(lr):
        # The starts are at different heights, but all three shrink alike.
        starts = np.sum(tuning_starts(BOWL) ** 2, axis=-1) / 2
        curve = starts * (1 - lr) ** (2 * np.arange(1, TUNING_STEPS + 1)[:, None])
        return np.mean(np.log10(np.maximum(curve, SMALLEST)))

    rate = tuned_rate(sgd, BOWL)
    assert mean_log(rate) <= mean_log(1.0) + NEAR_BEST
    assert mean_log(rate * 10 ** (-1 / 64)) > mean_log(1.0) + NEAR_BEST
    assert 0.5 < rate < 1


def test_a_tuned_rate_never_lifts_the_loss():
    for rule in (sgd, momentum, adam):
        for surface in (SURFACES["ravine"], SURFACES["himmelblau"]):
            rate = tuned_rate(rule, surface)
            for start in tuning_starts(surface):
                above = losses(descend(rule, surface.grad, start, TUNING_STEPS, lr=rate), surface)
                assert above.max() <= 1.0001 * above[0]


def test_no_rate_at_all():
    def uphill(x, grad, t, *, lr=0.1):
        return (x + lr * grad(x),)

    with pytest.raises(ValueError, match=r"^no learning rate from 10\^-4.5 to 10\^1.5 lets uphill descend on bowl$"):
        tuned_rate(uphill, BOWL)


def toy(best, noise=0.0):
    """A run whose cost is one plus the squared distance from ``best`` in decades, moved by the member."""

    def run(rates, members):
        run.asked.append((np.array(rates), list(members)))
        return 1 + np.log10(np.asarray(rates)[:, None] / best) ** 2 + noise * np.asarray(members)

    run.asked = []
    return run


def test_every_rule_gets_the_same_rates_and_members():
    runs = {"a": toy(0.02), "b": toy(0.5), "border": toy(1e-9)}
    race = fair_race(runs, [1, 2, 3], [7, 8])
    grid = 10.0 ** (np.arange(-16, 5) / 4)
    for run in runs.values():
        coarse, fine, judged = run.asked
        np.testing.assert_allclose(coarse[0], grid)
        assert coarse[1] == fine[1] == [1, 2, 3]
        assert judged[1] == [7, 8]
        assert len(judged[0]) == 1
    for name, best in (("a", 0.02), ("b", 0.5)):
        coarse, fine, judged = runs[name].asked
        tried = np.concatenate([coarse[0], fine[0]])
        assert len(tried) == len(np.unique(tried)) == race[name].tried == 21 + 6
        nearest = tried[np.argmin(np.abs(np.log(tried / best)))]
        assert race[name].lr == judged[0][0] == pytest.approx(nearest)
        assert abs(np.log10(race[name].lr / best)) <= 1 / 32
        assert not race[name].at_border
    assert race["border"].at_border
    assert race["border"].lr == pytest.approx(1e-4)
    assert race["border"].tried == 21 + 3


def test_the_rate_is_chosen_and_judged_on_different_members():
    race = fair_race({"a": toy(0.1, noise=1.0)}, [0, 0], [10, 20, 30, 40, 50])
    entry = race["a"]
    assert entry.lr == pytest.approx(0.1)
    np.testing.assert_allclose(entry.costs, [11, 21, 31, 41, 51])
    assert (entry.low, entry.median, entry.high) == pytest.approx((21, 31, 41))
    assert entry.mean == pytest.approx(31)
    assert entry.error == pytest.approx(np.std([11, 21, 31, 41, 51], ddof=1) / np.sqrt(5))
    assert entry.members == 2
    np.testing.assert_allclose(entry.rates[np.argmin(entry.medians)], 0.1)
    # Within a factor of two of the best: up to one decade off, both ends counted.
    assert entry.robust == pytest.approx(9 / 21)


def test_another_judge():
    race = fair_race({"a": toy(0.1)}, [0], [0, 0], judge={"a": lambda rates, members: np.full((1, 2), 42.0)})
    assert race["a"].median == 42


def test_failures_are_ranked_last():
    def sometimes(rates, members):
        return np.where(np.asarray(members) > 2, np.nan, 1.0) + 0 * np.asarray(rates)[:, None]

    def never(rates, members):
        return np.full((len(rates), len(members)), np.nan)

    race = fair_race({"never": never, "sometimes": sometimes, "a": toy(0.1)}, [1, 2, 3], [1, 2, 3, 4])
    assert [e.rule for e in race.entries] == ["a", "sometimes", "never"]
    assert race["sometimes"].failed == 2
    assert race["sometimes"].low == 1
    assert race["sometimes"].high == np.inf
    assert np.isnan(race["sometimes"].error)
    # All rates are equal: the one in the middle is taken.
    assert race["sometimes"].lr == pytest.approx(10**-1.5)
    assert np.isnan(race["never"].lr)
    assert race["never"].robust == 0
    assert np.all(np.isnan(race.curves["never"][1]))


def test_a_race_as_text_and_html():
    race = fair_race({"a<b": toy(0.1), "edge": toy(100)}, [0], [0, 0], unit="steps")
    lines = repr(race).splitlines()
    assert lines[0].split("  ")[0] == "rule"
    assert "median steps" in lines[0]
    assert lines[1].split() == ["a<b", "0.1", "1", "1", "to", "1", "0", "of", "2", "43%"]
    assert lines[2].split()[:3] == ["edge", "10", "(border)"]
    page = race._repr_html_()
    assert '<th scope="row">a&lt;b</th><td>0.1</td>' in page
    assert page.count("<tr>") == 3


@pytest.mark.parametrize("call", [{"lowest": 0}, {"lowest": 2, "highest": 1}, {"tuning": []}, {"judging": []}])
def test_a_race_that_cannot_be_run(call):
    with pytest.raises(ValueError, match=r"^(the grid goes from|tuning and judging each need)"):
        fair_race(**{"runs": {"a": toy(0.1)}, "tuning": [0], "judging": [0]} | call)


def test_costs_of_the_wrong_shape():
    with pytest.raises(ValueError, match=r"^a run gave costs of the shape \(21,\); it must be \(21, 2\)$"):
        fair_race({"a": lambda rates, members: np.zeros(len(rates))}, [0, 1], [2])


@given(st.lists(st.lists(st.floats(0, 2), min_size=3, max_size=3), max_size=25), st.integers(1, 5))
def test_first_stay_is_reaches_for_batches(rows, stay):
    curves = np.array(rows).reshape(-1, 3)
    expected = [reaches(curve, 1, stay) for curve in curves.T]
    np.testing.assert_array_equal(first_stay(curves, 1, stay), [np.inf if k is None else k for k in expected])


def twice(x, grad, t, *, lr=0.1):
    """Looks at the slope half a step ahead, which costs a second gradient."""
    return (x - lr * grad(x - 0.5 * lr * grad(x)),)


def test_a_budget_counts_every_gradient():
    assert gradients_per_step(sgd) == 1
    assert gradients_per_step(twice) == 2
    starts, rates = tuning_starts(BOWL), [0.1, 0.5, 3]
    one, two = surface_run(sgd, BOWL, budget=200), surface_run(twice, BOWL, budget=200)
    for k, lr in enumerate(rates):
        for j, start in enumerate(starts):
            expected = steps_to(sgd, BOWL, start=start, at_most=200, lr=lr)
            assert one(rates, starts)[k, j] == (np.inf if expected is None else expected)
            expected = steps_to(twice, BOWL, start=start, at_most=100, lr=lr)
            assert two(rates, starts)[k, j] == (np.inf if expected is None else 2 * expected)
    asked = []
    spy = Surface("(x**2 + y**2)/2", start=(-2, 1))
    assert spy.floor == 0  # found once, with gradients of its own
    grad, spy.grad = spy.grad, lambda x: asked.append(1) or grad(x)
    surface_run(twice, spy, budget=50)([0.1], starts)
    assert len(asked) == 50 + 2 * (STAY - 1) + 1  # and one to check its shape


def test_turning_a_valley_takes_adagrads_advantage_away():
    """Its rates go along the axes: on an upright bowl a huge one jumps to the minimum, on a turned one it does not."""
    medians = {}
    for tilt in (0, np.pi / 6):
        surface = ravine(50, tilt)
        rng = np.random.default_rng(0)
        tuning, judging = rng.uniform(-3, 3, (2, 5, 2))
        runs = {rule.__name__: surface_run(rule, surface, budget=600) for rule in (adagrad, momentum)}
        race = fair_race(runs, tuning, judging, highest=100, unit="gradients")
        medians[tilt] = {name: race[name].median for name in runs}
    upright, turned = medians.values()
    assert upright["adagrad"] < 0.2 * upright["momentum"]
    assert turned["adagrad"] > turned["momentum"]
    assert turned["momentum"] == pytest.approx(upright["momentum"], rel=0.2)


def test_networks_race():
    data, net = digits(200, val=200), Network((64, 16, 10))
    error = network_run(adam, net, data, 3, curve="test_accuracy")
    [[cost]] = error([0.01], [4])
    assert cost == 1 - train(adam, net, data, 3, seed=4, lr=0.01).test_accuracy[-1]
    [[cost]] = network_run(twice, net, data, 5, batch=50)([0.01], [4])
    assert cost == train(twice, net, data, 2, seed=4, lr=0.01, batch=50).val_loss[-1]
    runs = {rule.__name__: network_run(rule, net, data, 3) for rule in (sgd, adam)}
    race = fair_race(runs, [0], [1, 2], per_decade=1, finer=2, lowest=1e-3)
    assert race["adam"].lr < race["sgd"].lr
    assert not race["adam"].failed
    for wild in (1e3, 1e300):  # fails as train does, without a warning
        [[cost]] = network_run(momentum, net, data, 3)([wild], [0])
        seen = train(momentum, net, data, 3, start=net.init(0, dtype=data[0].dtype), lr=wild).val_loss[-1]
        assert cost == seen or (np.isnan(cost) and not np.isfinite(seen))
    with pytest.raises(ValueError, match=r"^the data have no rows for val_loss"):
        network_run(adam, net, digits(50), 1)([0.1], [0])


RAVINE = SURFACES["ravine"]
SLOPE = Surface("x + y", name="slope")


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda: reaches([1, 0], "low"), "goal is 'low'; it must be a number"),
        (lambda: reaches([1, 0], np.nan), "goal is nan; it must be one finite number"),
        (lambda: reaches([1, 0], 0.5, stay=0), "stay is 0; it must be a whole number, 1 or more"),
        (lambda: reaches([[1, 0]], 0.5), "losses have the shape (1, 2); they must be those of one run, (steps + 1,)"),
        (lambda: reaches(["1"], 0.5), "losses is ['1']; they must be numbers of the shape (steps + 1,)"),
        (lambda: steps_to(sgd, "ravin"), "unknown surface 'ravin'; did you mean 'ravine'?"),
        (lambda: steps_to(sgd, RAVINE, at_most=2.5), "at_most is 2.5; it must be a whole number, 0 or more"),
        (lambda: tuned_rate(sgd, 3), "3 is not a surface; give a name, such as 'ravine', a formula, or a Surface"),
        (lambda: steps_to(sgd, SLOPE), "slope has no minimum in its window, so there is no loss to reach"),
        (lambda: tuned_rate(sgd, SLOPE), "slope has no minimum in its window, so there is no loss to reach"),
        (lambda: surface_run(sgd, SLOPE), "slope has no minimum in its window, so there is no loss to reach"),
        (lambda: tuned_rate(sgd, RAVINE, lr=0.1), "lr is 0.1, but the rate is what is sought here; leave it out"),
        (lambda: surface_run(sgd, RAVINE, lr=0.1), "lr is 0.1, but the rate is what is sought here; leave it out"),
        (lambda: surface_run("sdg", RAVINE), "unknown rule 'sdg'; did you mean 'sgd'?"),
        (lambda: surface_run(sgd, RAVINE, budget=-1), "budget is -1; it must be a whole number, 0 or more"),
        (lambda: surface_run(sgd, RAVINE, goal=None), "goal is None; it must be a number"),
        (lambda: network_run(sgd, Network((64, 10)), digits(50), 2.5), "epochs is 2.5; it must be a whole number, 0 or more"),
        (lambda: network_run(sgd, Network((64, 10)), digits(50), 1, lr=1), "lr is 1, but the rate is what is sought here; leave it out"),
        (lambda: network_run(sgd, Network((64, 10)), digits(50), 1, curve="loss"), "curve is 'loss'; use train, test or val, and _loss or _accuracy"),
        (lambda: network_run(sgd, Network((64, 10)), digits(50), 1, curve=3), "curve is 3; use train, test or val"),
        (lambda: network_run(sgd, Network((1, 1), output="linear"), curve(), 1, curve="test_accuracy"), "a network with linear output has no accuracy; use test_loss"),
        (lambda: network_run(sgd, Network((64, 10)), digits(50, val=9), 1)([0.1], [1.7]), "seed is 1.7; it must be a whole number, 0 or more"),
        (lambda: fair_race([toy(1)], [0], [0]), "runs is [<function"),
        (lambda: fair_race({}, [0], [0]), "runs is {}; it must be a dict of functions, such as those of surface_run"),
        (lambda: fair_race({"a": 3}, [0], [0]), "runs is {'a': 3}; it must be a dict of functions, such as those of surface_run"),
        (lambda: fair_race({"a": toy(1)}, [0], [0], judge={"b": toy(1)}), "judge has no 'a'; it must have a function for each of a"),
        (lambda: fair_race({"a": toy(1)}, [0], [0], per_decade=0), "per_decade is 0; it must be one finite number, 0.001 or more"),
        (lambda: fair_race({"a": toy(1)}, [0], [0], finer=0), "finer is 0; it must be a whole number, 1 or more"),
        (lambda: fair_race({"a": toy(1)}, [0], [0], lowest="1e-3"), "lowest is '1e-3'; it must be a number"),
    ],
)  # fmt: skip
def test_says_what_is_wrong(call, text):
    with pytest.raises((ValueError, TypeError)) as caught:
        call()
    assert str(caught.value).startswith(text)
    assert "\n" not in str(caught.value)


def test_a_race_names_those_who_ran():
    with pytest.raises(KeyError, match="no 'c' in this race; there are a, b"):
        fair_race({"a": toy(0.1), "b": toy(1)}, [0], [0])["c"]


def test_lists_and_nameless_rules_race():
    half = partial(momentum, mu=0.5)
    rows = surface_run(half, BOWL)([0.1, 0.5], [[-2, 1], [1, 1]])
    assert rows[0, 0] == steps_to(half, BOWL, lr=0.1) == steps_to(momentum, BOWL, lr=0.1, mu=0.5)
    data = digits(100, val=50)
    listed = [part.tolist() for part in data]
    [[one]] = network_run(half, Network((64, 10)), data, 2)([0.1], [0])
    [[same]] = network_run(half, Network((64, 10)), listed, 2)([0.1], [0])
    assert one == pytest.approx(same, rel=1e-4)
    with pytest.raises(ValueError, match=r"lets my_rule descend on bowl$"):
        tuned_rate(lambda x, grad, t, *, lr=0.1: (x + lr * grad(x),), BOWL)


def test_a_race_by_the_best_epoch():
    """The weights that are kept are those that are judged, on the rows asked for."""
    data, net = digits(60, val=100), Network((64, 16, 10))
    done = train(adam, net, data, 30, lr=0.03, seed=1, keep="best")
    [[cost]] = network_run(adam, net, data, 30, curve="test_loss", keep="best")([0.03], [1])
    assert cost == done.test_loss[done.epoch]
    assert done.epoch < 30
