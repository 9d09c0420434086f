"""Runs in one loop of machine code: NumPy's bits, or nearly, and NumPy itself where a loop would not do."""

import subprocess
import sys
import tracemalloc
from fractions import Fraction
from functools import partial

import numpy as np
import pytest
from descent import SURFACES, Diverged, Surface, adam, descend, loops, machine, momentum, sgd
from descent.walk import noisy, scheduled, uncorrected
from rounding import apart, by_name, lost_alike, only, rounded_otherwise
from test_tracing import ALL_RULES, everything

ROSENBROCK = SURFACES["rosenbrock"]
# Surfaces whose gradient is made of sums, products and quotients, which IEEE 754 fixes to the last bit.
PLAIN = [SURFACES[name] for name in ("ravine", "rosenbrock", "himmelblau", "post003")]
PLAIN += [Surface("abs(x) + 2*abs(y - x/3)", name="creases"), Surface("x**2/2 + sqrt(1 + y**2)", name="trough")]
OTHERS = [SURFACES[name] for name in ("saddle", "two_wells", "beale", "plateau")]
has_llvm = pytest.mark.skipif(not loops.walked(sgd, ROSENBROCK._grad, np.ones((1, 2)), 1, 1, 1e6, {}), reason="no LLVM")


@pytest.fixture
def used(monkeypatch):
    """Everything is worth a loop, and for each call it is noted whether there was one."""
    noted, walked = [], loops.walked

    def noting(*given):
        done = walked(*given)
        noted.append(done is not None)
        return done

    monkeypatch.setattr(loops, "WORTH", 1)
    monkeypatch.setattr(loops, "walked", noting)
    return noted


def same(rule, surface, start, steps, **how):
    """A run as it comes; by NumPy, which takes no loop where the gradient is any function, it is the same to the bit."""
    run, by_numpy = (descend(rule, grad, start, steps, **how) for grad in (surface.grad, lambda x: surface.grad(x)))
    np.testing.assert_array_equal(run.xs, by_numpy.xs)  # one NaN is as good as another
    np.testing.assert_array_equal(run.failed_at, by_numpy.failed_at)
    assert type(run.failed_at) is type(by_numpy.failed_at)
    return run


def around(surface, count, *names):
    return surface.start + 0.3 * by_name(surface.name, *names).standard_normal((count, 2))


@has_llvm
@pytest.mark.parametrize("surface", PLAIN, ids=lambda surface: surface.name)
@pytest.mark.parametrize(
    "rule", [rule for rule in ALL_RULES.values() if rule is not everything], ids=lambda r: r.__name__
)
def test_a_loop_gives_the_same_bits(rule, surface, used):
    run = same(rule, surface, around(surface, 70, rule.__name__), 200, lr=np.logspace(-4, 1, 70)[:, None])
    assert run.xs.shape == (201, 70, 2)
    assert used == [True]


@has_llvm
@pytest.mark.parametrize(
    ("rule", "surface"),
    [(rule, surface) for rule in ("sgd", "momentum", "nag", "adagrad", "adam") for surface in OTHERS]
    + [("everything", surface) for surface in (SURFACES["ravine"], OTHERS[1])],
    ids=lambda value: getattr(value, "name", value),
)
def test_where_the_last_bit_may_differ_no_more_than_rounding_does(rule, surface, used):
    hyper = {"lr": 0.03 if rule == "adam" else 0.01}
    starts = np.clip(around(surface, 6, rule), *np.transpose(surface.window))
    by_loop = descend(ALL_RULES[rule], surface, starts, 200, **hyper)
    by_numpy = rounded_otherwise(ALL_RULES[rule], surface, starts, 200, hyper)
    assert used == [True]
    for k in range(len(starts)):
        assert not apart(by_loop.xs[:, k], only(by_numpy, k)).any()
        assert lost_alike(by_loop.failed_at[k], only(by_numpy, k))


@has_llvm
@pytest.mark.parametrize("keep", ["all", "last", 1, 7, 25, 60])
@pytest.mark.parametrize("shape", [(2,), (1, 2), (33, 2), (3, 5, 2)])
def test_one_run_and_batches_of_any_shape(shape, keep, used):
    for hyper in ({}, {"lr": 0.002, "mu": np.array([0.5, 0.9])}, {"lr": np.full(shape, 0.002)}):
        same(momentum, ROSENBROCK, np.ones(shape) * (-1.35, 0.25), 50, keep=keep, **hyper)
    same(sgd, ROSENBROCK, np.zeros(shape), 50, keep=keep, lr=3)
    same(sgd, ROSENBROCK, np.ones((5, 1, 2)), 50, keep=keep, lr=np.array([0.1, 2, 0.3, 5])[:, None], bound=np.inf)
    assert used == 5 * [True]


@has_llvm
def test_parts_for_several_cores_are_the_whole(used, monkeypatch):
    monkeypatch.setattr(loops, "CALL", 0)
    for cores in (1, 2, 3, 100):
        monkeypatch.setattr(loops, "_cores", lambda: cores)  # noqa: B023
        same(adam, ROSENBROCK, ROSENBROCK.start, 20, lr=np.linspace(0.01, 0.1, 300)[:, None])
    assert used == 4 * [True]


@has_llvm
def test_what_is_not_a_number_goes_the_same_way(used):
    def pinched(x, grad, t, low=0, *, lr=0.1):
        low = np.minimum(np.maximum(grad(x), low), x)
        return np.sign(x) * lr + low / (x - x + low), low

    starts = np.array([0, -0.0, 1, -1, 1e-200, 1e200, -1e200])
    pairs = np.array(np.meshgrid(starts, starts)).reshape(2, -1).T
    same(pinched, ROSENBROCK, pairs, 3, bound=np.inf)
    assert used == [True]


@has_llvm
@pytest.mark.parametrize("hidden", [False, True], ids=["loop", "NumPy"])
def test_memory_grows_with_the_runs_alone(hidden, used):
    """From ten thousand runs to a million so many bytes a run, whatever the number of steps."""

    def peak(runs, steps):
        slope = (lambda x: ROSENBROCK.grad(x)) if hidden else ROSENBROCK.grad
        rates = np.full((runs, 1), 1e-4)
        tracemalloc.start()
        descend(momentum, slope, ROSENBROCK.start, steps, keep="last", lr=rates)
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most / runs

    few = peak(10_000, 3)
    assert few < 400
    assert peak(1_000_000, 3) < 1.1 * few
    assert peak(10_000, 300) < 1.1 * few
    assert used == (3 - 3 * hidden) * [True]


def divided(x, grad, t, *, by=1.0):
    return (x / by,)


@has_llvm
@pytest.mark.parametrize("melts", [True, False], ids=["one rounding", "two roundings"])
def test_a_quotient_is_right_to_the_last_bit(melts, used, monkeypatch):
    """Also where the inverse of the divisor says little: among subnormal numbers, at the ends, next to a power of two."""
    monkeypatch.setattr(machine, "melts", lambda: melts)
    rng = by_name("quotients")
    numbers = rng.uniform(1, 2, 9_000) * 2.0 ** rng.integers(-1074, 1023, 9_000)
    numbers[:3_000] = rng.uniform(1, 2, 3_000)
    numbers[3_000:3_009] = 0, 5e-324, 2.0**-900, np.nextafter(2.0**-900, 0), 2.0**900, 2.0**1023, 1, np.inf, np.nan
    numbers[3_009:3_011] = 2.0**-800, np.nextafter(2.0**-800, 0)
    numbers = np.concatenate([numbers, -numbers]).reshape(-1, 2)
    divisors = [
        3.0,
        -0.1,
        1 - 0.999,
        np.nextafter(2, 0),
        np.nextafter(1, 0),
        2.0**-101,
        2.0**101,
        5e-324,
        1e308,
        np.inf,
    ]
    slope = Surface("0*x", name="level")._grad
    for by in [*divisors, *rng.uniform(1, 2, 100)]:
        if 1 < by < 2:
            numbers[:100] = _hard(by, rng.integers(2**52, 2**53, (100, 2)))
        (_, quotients), _ = loops.walked(divided, slope, numbers, 1, 1, np.inf, {"by": float(by)})
        with np.errstate(all="ignore"):
            expected = numbers / by
        expected[~np.all(np.isfinite(expected), axis=-1)] = np.nan  # such a run is lost
        np.testing.assert_array_equal(quotients, expected)
        np.testing.assert_array_equal(np.signbit(quotients), np.signbit(expected))


def swinging(x, grad, t, v=5, *, turn=0.1, size=1.0):
    cosine = np.sqrt(1 - turn**2)
    return cosine * x + turn * size * v, cosine * v - turn * x / size


def _hard(by, quotients):
    """Numbers that divided by ``by`` come as near as can be to the middle between two floats."""
    middles = [Fraction(2 * quotient + 1, 2**53) for quotient in quotients.ravel().tolist()]
    return np.reshape([float(middle * Fraction(by)) for middle in middles], quotients.shape)


@has_llvm
@pytest.mark.parametrize("keep", ["all", "last", 7, 40])
def test_runs_that_would_come_back_are_lost_all_the_same(keep, used):
    """And those that turn back just before the bound are not."""
    each = {"turn": np.geomspace(0.02, 0.9, 70)[:, None], "size": np.tile(np.linspace(0.5, 1.1, 10), 7)[:, None]}
    run = same(swinging, ROSENBROCK, np.zeros(2), 150, keep=keep, bound=4, **each)
    assert np.any(run.failed_at < 0)
    assert len(np.unique(run.failed_at)) > 20
    assert used == [True]


@has_llvm
def test_a_strict_run_says_where_it_was_lost(used):
    with pytest.raises(Diverged, match=r"^sgd left \|x\| < 1e\+06 at step 19; try a smaller lr$"):
        descend(sgd, SURFACES["ravine"], (-4, 2), 100, lr=3, strict=True)
    assert descend(sgd, SURFACES["ravine"], (-4, 2), 100, lr=1, strict=True).failed_at == -1
    assert used == [True, True]


FACTOR, SEEN = 0.5, []


def with_a_factor(x, grad, t, *, lr=0.01):
    return (x - FACTOR * lr * grad(x),)


def with_a_helper(x, grad, t, v=0, *, lr=0.01):
    with_a_factor(x, grad, t, lr=lr)
    return momentum(x, grad, t, v, lr=lr)


@has_llvm
def test_a_learners_rule_is_read_anew_each_time(used, monkeypatch):
    first = same(with_a_factor, ROSENBROCK, (-1, 1), 20)
    monkeypatch.setitem(globals(), "FACTOR", 2.0)
    assert np.all(same(with_a_factor, ROSENBROCK, (-1, 1), 20).final != first.final)
    same(with_a_helper, ROSENBROCK, (-1, 1), 20)
    assert used == 3 * [True]


def seeing(x, grad, t, *, lr=0.01):
    SEEN.append(t)
    return (x - lr * grad(x),)


def printing(x, grad, t, *, lr=0.01):
    print(t)
    return (x - lr * grad(x),)


def branching(x, grad, t, *, lr=0.01):
    return (x - lr * grad(x) if t < 5 else x,)


def changing(x, grad, t, *, lr=0.01):
    global FACTOR
    FACTOR = FACTOR + 0
    return (x - lr * grad(x),)


def by_chance(x, grad, t, *, lr=0.01):
    return (x - lr * grad(x) * np.random.default_rng(t).random(),)


def through_another(x, grad, t, *, lr=0.01):
    return seeing(x, grad, t, lr=lr)


@pytest.mark.parametrize(
    "rule",
    [
        *(seeing, printing, branching, changing, by_chance, through_another),
        *(partial(momentum, mu=0.5), noisy(sgd, 0.1), scheduled(sgd, lambda t: 1 / t), uncorrected(adam)),
    ],
)
def test_a_rule_that_may_do_more_than_compute_is_run_as_written(rule, used, capsys):
    SEEN.clear()
    same(rule, ROSENBROCK, (-1, 1), 6)
    assert used == [False]
    assert [1, 2, 3, 4, 5, 6] * 2 * (rule in (seeing, through_another)) == SEEN
    assert capsys.readouterr().out == ("".join(f"{t}\n" for t in range(1, 7)) * 2 if rule is printing else "")


def test_what_has_no_instruction_is_left_to_numpy(used):
    def hurried(x, grad, t, *, lr=0.01):
        return (x - lr / (t - 3) * grad(x),)

    same(sgd, Surface("sin(x) + y**2"), (1, 1), 20)
    with pytest.raises(ZeroDivisionError):
        descend(hurried, ROSENBROCK, (-1, 1), 5)
    assert used == [False, False]


def test_little_work_is_not_worth_a_loop(monkeypatch):
    monkeypatch.setattr(loops, "walked", lambda *_: pytest.fail("this costs more than it saves"))
    descend(adam, ROSENBROCK, ROSENBROCK.start, 1000)
    descend(adam, ROSENBROCK, np.ones((5000, 2)), 200)
    descend(adam, ROSENBROCK, np.ones((0, 2)), 10_000)


def test_llvm_is_loaded_only_when_it_is_used():
    code = "import sys, descent; descent.descend('adam', 'ravine', (-4, 2), 200); print('llvmlite' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"


@has_llvm
def test_the_first_loop_of_a_process_may_have_an_exp():
    """Otherwise it hangs on what was run before whether NumPy's last bit comes out or the system's."""
    code = "from descent import *; from descent import loops; slope = SURFACES['two_wells']._grad; import numpy as np;"
    code += "print(loops.walked(sgd, slope, np.ones((1, 2)), 1, 1, 1e6, {}) is not None)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "True\n"
