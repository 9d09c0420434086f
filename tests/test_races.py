"""What it means to reach a loss, and what a tuned rate is, on cases where the answer is known."""

import numpy as np
import pytest
from descent import SURFACES, Surface, adam, descend, losses, momentum, reaches, rmsprop, sgd, steps_to, tuned_rate
from descent.races import COARSE, NEAR_BEST, SMALLEST, STAY, TUNING_STEPS, tuning_cost, tuning_starts
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
