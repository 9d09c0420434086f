"""Post 003 reproduced: its three runs to twelve digits, with the gradient it prints and with the right one."""

import numpy as np
import pytest
import sympy
from descent import SURFACES, descend, momentum, nag, sgd, steps_to

SURFACE = SURFACES["post003"]
RUNS = {  # rule, steps, hyperparameters
    "sgd": (sgd, 161, {"lr": 0.01}),
    "momentum": (momentum, 33, {"lr": 0.005, "mu": 0.9}),
    "nag": (nag, 35, {"lr": 0.005, "mu": 0.9}),
}
# The x, y and f at the end of each run, from the post's own program.
WITH_PRINTED = {
    "sgd": (-0.097039929277, -0.065060936105, -0.111233054180),
    "momentum": (0.008940607257, -0.035832341134, -0.076729871045),
    "nag": (-0.080301596039, -0.118278192841, -0.223159980958),
}
WITH_RIGHT = {
    "sgd": (0.104691911515, 0.109418061077, 0.219369383187),
    "momentum": (0.035021036950, 0.496717888399, 1.114026159127),
    "nag": (0.077919720473, 0.297210266416, 0.643093530932),
}


def printed(p):
    """The post's gradient, with its three wrong terms: 0.6y, -0.5y and 0.6x^2."""
    x, y = p[..., 0], p[..., 1]
    along_x = 0.8 * x * y**2 + 0.6 * y + 0.6 * x - 0.5 * y + 0.31 * y - 0.2
    along_y = 0.8 * x**2 * y + 0.6 * x**2 + 0.6 * y - 0.5 * x * y + 0.31 * x + 2.1
    return np.stack([along_x, along_y], axis=-1)


def walk(name, grad):
    rule, steps, hyper = RUNS[name]
    return descend(rule, grad, SURFACE.start, steps, **hyper)


@pytest.mark.parametrize("name", RUNS)
@pytest.mark.parametrize(
    ("grad", "ends"), [(printed, WITH_PRINTED), (SURFACE.grad, WITH_RIGHT)], ids=["printed", "right"]
)
def test_ends_to_twelve_digits(name, grad, ends):
    end = walk(name, grad).final
    np.testing.assert_allclose([*end, SURFACE.value(end)], ends[name], rtol=0, atol=1e-12)


@pytest.mark.parametrize(
    ("name", "first", "second"),
    [
        ("sgd", (0.34066, 5.74405), (0.227147246, 5.691284458)),
        ("momentum", (0.42033, 5.772025), (0.280518043, 5.719836126)),
        ("nag", (0.42033, 5.772025), (0.290744703, 5.720416823)),
    ],
)
def test_published_first_steps(name, first, second):
    np.testing.assert_allclose(walk(name, printed).xs[1:3], [first, second], rtol=0, atol=1e-9)


def test_published_runs_climb():
    lifted = {name: int(np.sum(np.diff(SURFACE.value(walk(name, printed).xs)) > 1e-12)) for name in RUNS}
    assert lifted == {"sgd": 0, "momentum": 4, "nag": 3}
    assert all(np.all(np.diff(SURFACE.value(walk(name, SURFACE.grad).xs)) < 0) for name in RUNS)


def test_all_ends_lie_on_a_slope():
    slopes = [np.linalg.norm(SURFACE.grad(walk(name, grad).final)) for grad in (printed, SURFACE.grad) for name in RUNS]
    np.testing.assert_allclose(slopes, [2.049, 2.092, 2.021, 2.199, 2.402, 2.295], atol=6e-4)


def test_only_minimum():
    assert len(SURFACE.minima) == 1
    np.testing.assert_allclose(SURFACE.minima[0], (0.482384247137, -4.255968289211), rtol=0, atol=1e-12)
    np.testing.assert_allclose(SURFACE.floor, -4.962203155151, rtol=0, atol=1e-12)


def test_only_critical_point():
    x, y = sympy.symbols("x y", real=True)
    f = SURFACE.expression
    bottom = sympy.solve(f.diff(y), y)[0]
    numerator = sympy.Poly(sympy.numer(sympy.together(f.diff(x).subs(y, bottom))), x)
    assert numerator.degree() == 5
    assert len(sympy.real_roots(numerator)) == 1


def test_printed_field_is_no_gradient():
    x, y = sympy.symbols("x y", real=True)
    p, q = printed(np.array([x, y], dtype=object))
    curl = sympy.nsimplify(sympy.expand(p.diff(y) - q.diff(x)), rational=True)
    assert curl == sympy.Rational(1, 10) - sympy.Rational(6, 5) * x + y / 2


def test_steps_to_the_minimum():
    found = [steps_to(sgd, SURFACE, lr=0.01), steps_to(sgd, SURFACE, lr=0.005)]
    found += [steps_to(momentum, SURFACE, lr=0.005), steps_to(nag, SURFACE, lr=0.005)]
    assert found == [1643, 3289, 224, 236]


def test_walk_to_the_wrong_zero():
    end = descend(sgd, printed, SURFACE.start, 20_000, keep="last", lr=0.01).final
    np.testing.assert_allclose(end, (0.139186344869, -3.947153958096), rtol=0, atol=1e-10)
    np.testing.assert_allclose(SURFACE.grad(end), (-3.830, -0.0058), atol=5e-4)
