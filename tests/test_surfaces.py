"""Surfaces: derivatives against differences, minima, shapes, and a parser that survives anything."""

import pickle
import re
import time

import numpy as np
import pytest
import sympy
from descent import SURFACES, Surface
from descent.algebra import parse
from descent.formulas import FUNCTIONS, MAX_LENGTH
from descent.surfaces import ravine
from hypothesis import given, settings
from hypothesis import strategies as st

EXTRA = {
    "tilted": ravine(kappa=7, tilt=0.6),
    "all functions": Surface(
        "sqrt(x**2 + 1) + exp(-y**2) + log(x**2 + 2) + sin(x)*cos(y) + tan(x/9) + sinh(y/3) + cosh(x/3) + tanh(x*y) + atan(x)"
    ),
    "abs": Surface("abs(x - 0.1) + 2*abs(x + y)*y"),
    "powers": Surface("(x + 9)**1.5 / (y + 9)**-2 - -x + +y + pi*x/2**y"),
}
ALL = SURFACES | EXTRA


def inside(surface, n=200):
    (x0, x1), (y0, y1) = surface.window
    return np.random.default_rng(3).uniform((x0, y0), (x1, y1), (n, 2))


def differences(function, points, h=1e-5):
    """Central differences along both coordinates, stacked last."""
    return np.stack([(function(points + h * e) - function(points - h * e)) / (2 * h) for e in np.eye(2)], -1)


@pytest.mark.parametrize("surface", SURFACES.values(), ids=SURFACES)
def test_the_catalogue_is_what_anybody_could_make(surface):
    """Nothing of it is checked when it is imported, so that SymPy can wait."""
    facts = {name: getattr(surface, name) for name in ("name", "window", "start", "parameters")}
    made = Surface(surface.formula, **facts)
    assert {name: getattr(made, name) for name in facts} == facts
    assert made.expression == surface.expression


@pytest.mark.parametrize("surface", ALL.values(), ids=ALL)
def test_gradient_is_the_slope_of_the_value(surface):
    points = inside(surface)
    slope = surface.grad(points)
    np.testing.assert_allclose(slope, differences(surface.value, points), atol=1e-6 * (1 + np.abs(slope).max()))


@pytest.mark.parametrize("surface", ALL.values(), ids=ALL)
def test_hessian_is_the_slope_of_the_gradient(surface):
    points = inside(surface)
    hessian = surface.hessian(points)
    np.testing.assert_allclose(hessian, differences(surface.grad, points), atol=1e-6 * (1 + np.abs(hessian).max()))
    np.testing.assert_array_equal(hessian, np.swapaxes(hessian, -1, -2))


@pytest.mark.parametrize("shape", [(), (4,), (3, 5), (0,)])
@pytest.mark.parametrize("surface", [*ALL.values(), Surface("3")], ids=[*ALL, "flat"])
def test_shapes(surface, shape):
    points = np.broadcast_to(surface.start, (*shape, 2))
    assert surface.value(points).shape == shape
    assert surface.grad(points).shape == (*shape, 2)
    assert surface.hessian(points).shape == (*shape, 2, 2)
    assert all(f(points).dtype == float for f in (surface.value, surface.grad, surface.hessian))


@pytest.mark.parametrize("surface", ALL.values(), ids=ALL)
def test_batch_equals_single_points(surface):
    points = inside(surface, 12).reshape(3, 4, 2)
    for function in (surface.value, surface.grad, surface.hessian):
        batch = function(points)
        for place in np.ndindex(3, 4):
            np.testing.assert_allclose(batch[place], function(points[place]), rtol=1e-14, atol=1e-14)


@pytest.mark.parametrize("surface", SURFACES.values(), ids=SURFACES)
def test_minima_are_minima(surface):
    assert len(surface.minima) == {"saddle": 2, "two_wells": 2, "himmelblau": 4}.get(surface.name, 1)
    circle = 1e-3 * np.stack([np.cos(np.arange(32)), np.sin(np.arange(32))], -1)
    for minimum in surface.minima:
        assert np.abs(surface.grad(minimum)).max() < 1e-9
        assert np.linalg.eigvalsh(surface.hessian(minimum)).min() > 0
        assert np.all(surface.value(minimum + circle) > surface.value(minimum))
    values = surface.value(surface.minima)
    assert np.all(np.diff(values) > -1e-9)
    assert surface.floor == values[0]
    grid = np.stack(np.meshgrid(*(np.linspace(*side, 201) for side in surface.window)), -1)
    assert surface.floor <= surface.value(grid).min()


@pytest.mark.parametrize("surface", SURFACES.values(), ids=SURFACES)
def test_starts_and_minima_lie_in_the_window(surface):
    low, high = np.array(surface.window).T
    for point in (surface.start, *surface.minima):
        assert np.all((point >= low) & (point <= high))
    assert np.linalg.norm(surface.grad(surface.start)) > 1e-3


def test_known_minima():
    np.testing.assert_allclose(SURFACES["rosenbrock"].minima, [[1, 1]], atol=1e-9)
    np.testing.assert_allclose(SURFACES["beale"].minima, [[3, 0.5]], atol=1e-9)
    np.testing.assert_allclose(SURFACES["saddle"].minima, [[0, -np.sqrt(2)], [0, np.sqrt(2)]], atol=1e-9)
    assert [3, 2] in SURFACES["himmelblau"].minima.round(9).tolist()


FORMULAS_BY_HAND = {
    "ravine": lambda x, y: x**2 / 80 + y**2 / 2,
    "saddle": lambda x, y: x**2 / 2 - y**2 / 2 + y**4 / 8,
    "two_wells": lambda x, y: (
        0.05 * x**2
        + 0.07 * y**2
        - np.exp(-((x - 1.5) ** 2 + (y - 0.7) ** 2) / 2.2)
        - 0.3 * np.exp(-((x + 1.5) ** 2 + (y + 0.6) ** 2) / 0.35)
    ),
    "rosenbrock": lambda x, y: (1 - x) ** 2 + 100 * (y - x**2) ** 2,
    "beale": lambda x, y: sum((c - x * (1 - y**n)) ** 2 for n, c in ((1, 1.5), (2, 2.25), (3, 2.625))),
    "himmelblau": lambda x, y: (x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2,
    "plateau": lambda x, y: np.tanh(x**2 / 6 + y**2 / 3),
    "post003": lambda x, y: (
        x**2 * (0.4 * y**2 + 0.3 * y + 0.3) + y**2 * (0.3 - 0.25 * x) + 0.31 * x * y - 0.2 * x + 2.1 * y
    ),
}


@pytest.mark.parametrize("name", SURFACES)
def test_catalogue_holds_what_it_says(name):
    points = inside(SURFACES[name])
    np.testing.assert_allclose(SURFACES[name].value(points), FORMULAS_BY_HAND[name](*points.T), rtol=1e-9, atol=1e-9)


def test_ravine():
    """Curvature 1 and 1/kappa, turned by tilt; the course's own has a stability limit of exactly 2."""
    np.testing.assert_array_equal(SURFACES["ravine"].hessian((0.3, 0.2)), [[1 / 40, 0], [0, 1]])
    hessian = ravine(kappa=10, tilt=0.5).hessian((1, 1))
    values, vectors = np.linalg.eigh(hessian)
    np.testing.assert_allclose(values, [0.1, 1], rtol=1e-12)
    np.testing.assert_allclose(np.abs(vectors[:, 0]), [np.cos(0.5), np.sin(0.5)], rtol=1e-12)
    assert SURFACES["ravine"].parameters == {"kappa": 40, "tilt": 0}


def test_no_minimum_no_minima():
    plane = Surface("x + y")
    assert plane.minima.shape == (0, 2)
    assert plane.floor == -6


def test_decimals_stay_exact():
    assert parse("0.3*x") == sympy.Rational(3, 10) * sympy.Symbol("x", real=True)


def test_latex():
    assert SURFACES["ravine"].latex == r"\frac{x^{2}}{80} + \frac{y^{2}}{2}"
    assert Surface("x**2 + 3*y")._repr_latex_() == "$f(x, y) = x^{2} + 3 y$"
    assert all("$" not in s.latex and "kappa" not in s.latex for s in ALL.values())


def test_sympy_expressions_are_welcome():
    x, y = sympy.symbols("x y")
    np.testing.assert_array_equal(Surface(x**2 + 3 * x * y).grad((1, 2)), [8, 3])
    with pytest.raises(ValueError, match=r"^the formula uses z; only x, y are known$"):
        Surface(x + sympy.Symbol("z"))


@pytest.mark.parametrize(
    ("formula", "text"),
    [
        ("", "cannot read the formula '': something is missing at the end"),
        ("x +", "cannot read the formula 'x +': something is missing at the end"),
        ("x\x00", "cannot read the formula 'x\\x00': '\\x00' is not understood"),
        ("x**2 + z", "'z' is not understood; use x, y, numbers, + - * / ** and sqrt, exp"),
        ("np.cos(x) + y", "cannot read the formula 'np.cos(x) + y': write cos in place of np.cos"),
        ("sin(x, y)", "cannot read the formula 'sin(x, y)': write 0.5 for a half, with a point"),
        ("1j*x", "'j' is not understood"),
        ("True*x", "'True' is not understood"),
        ("x**99", "'x**99' has a power that is too large; powers up to 64 are read"),
        ("9**9**9**9", "'9**9**9**9' has a power that is too large; powers up to 64 are read"),
        ("1e400*x", "a part of '1e400*x' is not a real number of ordinary size; check its divisions and roots"),
        ("x/(y - y)", "'x/(y - y)' is not a real number everywhere; check its divisions and roots"),
        ("sqrt(-1)*x", "a part of 'sqrt(-1)*x' is not a real number of ordinary size"),
        ("log(x)", "'log(x)' is nan at the start (-2.0, 1.0); choose a start where it is finite"),
        ("sqrt(x)**2", "'sqrt(x)**2' is nan at the start (-2.0, 1.0)"),
        ("1/(x + 2)", "'1/(x + 2)' is inf at the start (-2.0, 1.0); choose a start where it is finite"),
        ("sqrt(x + 2)", "'sqrt(x + 2)' has no slope at the start (-2.0, 1.0); choose another start"),
        ("(-8)**(1/3)", "a part of '(-8)**(1/3)' is not a real number of ordinary size"),
        ("(0 - 1)**y", "'(0 - 1)**y' has a power of a negative number, which is not real everywhere"),
        ("abs(log(x))", "'abs(log(x))' is nan at the start (-2.0, 1.0)"),
        ("sin(" * 9 + "x" + ")" * 9, "at most 60 operations, and 6 functions or powers in one another"),
        ("x" * (MAX_LENGTH + 1), "the formula has 301 characters; at most 300 are read"),
        ("log(\nx)", "'log(\\nx)' is nan at the start (-2.0, 1.0); choose a start where it is finite"),
    ],
)
def test_says_what_is_wrong_with_a_formula(formula, text):
    with pytest.raises(ValueError, match=re.escape(text)) as caught:
        Surface(formula)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("formula", [None, 3, ["x"], np.zeros(2)])
def test_a_formula_is_text(formula):
    with pytest.raises(TypeError, match=f"not from {type(formula).__name__}$"):
        Surface(formula)


@pytest.mark.parametrize("points", [3.0, [1, 2, 3], np.zeros((2, 3)), []])
def test_points_have_two_coordinates(points):
    with pytest.raises(ValueError, match=r"^a point on a surface has two coordinates; got an array of the shape \("):
        SURFACES["ravine"].grad(points)


@pytest.mark.parametrize("points", [[1j, 2], ["1", "2"], [True, False], None, [None, 1]])
def test_points_are_numbers(points):
    with pytest.raises(TypeError, match=r"^x is .*; it must be numbers of the shape \(..., 2\)$"):
        SURFACES["ravine"].value(np.array(points) if isinstance(points, list) else points)


@pytest.mark.parametrize(
    ("settings", "text"),
    [
        ({"window": ((3, -3), (-3, 3))}, "window is ((3, -3), (-3, 3)); it must be ((x0, x1), (y0, y1)), each side from low to high"),
        ({"window": ((0, 0), (0, 1))}, "window is ((0, 0), (0, 1)); it must be"),
        ({"window": (-3, 3)}, "window is (-3, 3); it must be"),
        ({"window": ((-3, np.inf), (0, 1))}, "window is ((-3, inf), (0, 1)); it must be"),
        ({"window": (("a", "b"), (0, 1))}, "window is (('a', 'b'), (0, 1)); it must be two sides"),
        ({"start": (1, 2, 3)}, "start is (1, 2, 3); it must be two numbers, such as (-2, 1)"),
        ({"start": 1}, "start is 1; it must be two numbers, such as (-2, 1)"),
        ({"start": "ab"}, "start is 'ab'; it must be two numbers, such as (-2, 1)"),
        ({"start": (1j, 0)}, "start is (1j, 0); it must be two numbers, such as (-2, 1)"),
        ({"name": 3}, "name is 3; it must be text"),
        ({"parameters": [1]}, "parameters is [1]; it must be a dict, such as {'kappa': 40}"),
        ({"parameters": {"x": 3}}, "a parameter cannot be called 'x'; choose another name"),
        ({"parameters": {"sin": 3}}, "a parameter cannot be called 'sin'; choose another name"),
        ({"parameters": {"a b": 3}}, "a parameter cannot be called 'a b'; choose another name"),
        ({"parameters": {"k": np.nan}}, "k is nan; it must be one finite number"),
        ({"parameters": {"k": "2"}}, "k is '2'; it must be a number"),
        ({"parameters": {"k": True}}, "k is True; it must be a number"),
    ],
)  # fmt: skip
def test_says_what_is_wrong_with_a_setting(settings, text):
    with pytest.raises((ValueError, TypeError)) as caught:
        Surface("x**2 + y**2", **settings)
    assert str(caught.value).startswith(text)
    assert "\n" not in str(caught.value)


def test_a_valley_needs_a_curvature():
    for kappa in (0, "steep", np.inf, True):
        with pytest.raises((ValueError, TypeError), match=r"^kappa is "):
            ravine(kappa)


def test_lists_are_welcome():
    surface = Surface("x**2 + 3*y", window=[[-1, 1], [-2, 2]], start=[1, 1])
    assert (surface.window, surface.start) == (((-1.0, 1.0), (-2.0, 2.0)), (1.0, 1.0))
    np.testing.assert_array_equal(surface.grad([[1, 2], [3, 4]]), [[2, 3], [6, 3]])


CODE = [
    "__import__('os').remove('canary')",
    "open('canary', 'w')",
    "(lambda: open('canary', 'w'))()",
    "[open('canary', 'w') for _ in 'x']",
    "x.__class__.__mro__[1].__subclasses__()",
    'exec(\'open("canary", "w")\')',
    "f\"{open('canary', 'w')}\"",
    "(y := open('canary', 'w'))",
    "sin(open('canary', 'w'))",
    "sin(x=open('canary', 'w'))",
    "sin(*open('canary', 'w'))",
    "x if open('canary', 'w') else y",
    "eval('1')",
    "x and y",
    "x @ y",
    "x // y",
    "x % y",
    "x < y",
    "~x",
    "'x' * 9",
    "...",
]


@pytest.mark.parametrize("formula", CODE)
def test_never_runs_code(formula, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ValueError, match="cannot read the formula"):
        Surface(formula)
    assert not list(tmp_path.iterdir())


def read_quickly(formula):
    """Make the surface and ask for a slope, or fail with one line; never slowly, never otherwise."""
    begun, problem = time.process_time(), "read"
    try:
        surface = Surface(formula)
        with np.errstate(all="ignore"):
            assert surface.grad(surface.start).shape == (2,)
        assert surface.latex
    except ValueError as error:
        problem = str(error)
    assert problem
    assert "\n" not in problem
    assert time.process_time() - begun < 1


ATOMS = st.sampled_from(
    ["x", "y", "1", "0", "2", "0.5", "64", "63.7", "1e9", "1e300", "1e-300", "pi", "-1", "99", "1e999"]
)
FORMULAS = st.recursive(
    ATOMS,
    lambda part: st.one_of(
        st.tuples(part, st.sampled_from(["+", "-", "*", "/", "**"]), part).map(lambda p: f"({p[0]}{p[1]}{p[2]})"),
        st.tuples(st.sampled_from([*FUNCTIONS, "-"]), part).map(lambda p: f"{p[0]}({p[1]})"),
    ),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None)
@given(FORMULAS)
def test_any_formula_is_read_quickly(formula):
    read_quickly(formula)


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.text(max_size=60), st.text("xy0123456789.+-*/()e \n_sincotaqrbp,[]{}'\"\\#:;=@", max_size=60)))
def test_any_text_is_read_quickly(text):
    read_quickly(text)


@pytest.mark.parametrize(
    "formula",
    [
        "(" * 149 + "x" + ")" * 149,
        "-" * 299 + "x",
        "+".join(["x"] * 150),
        "x**" * 99 + "x",
        "2**" * 99 + "2",
        "(" * 49 + "x" + "**64)" * 49,
        "(" * 49 + "9" + "**64)" * 49,
        "exp(" * 59 + "x" + ")" * 59,
        "exp(" * 59 + "9" + ")" * 59,
        "cosh(" * 5 + "99" + ")" * 5,
        "sin(" * 59 + "x" + ")" * 59,
        "1/(x+" * 42 + "y" + ")" * 42,
        "*".join(f"(x+{i}*y)**64" for i in range(23)),
        "(x+y+1)**64 - (x+y)**64",
        "99999999999**63.9",
        "0.1234567890123456789**63.9",
        "tan(1e300)*x",
        "9" * 290,
        "atan(cos(sinh(1e9)))*x",
        "sqrt(1e-300**64 + abs(2))*x",
        "abs(0/sin(cos(sqrt(0*63.7 - 1e300))))",
        "abs(sin(1e9*pi + 1e-9))*x",
        "sin(tanh(cos(log(y**x)) - (x*0.5)**(2 - 2/1e9)))",
        "cosh(cosh((64/x/1e-300)**(1e9 + y)))",
        "x*0." + "0" * 290 + "1",
        "[" * 299,
        "(" * 299,
        "f" * 299,
    ],
)
def test_monsters_are_read_quickly(formula):
    assert len(formula) <= MAX_LENGTH
    read_quickly(formula)


def test_a_surface_is_sent_to_another_process_whole():
    at = np.random.default_rng(0).uniform(1, 3, (40, 2))
    formula = Surface("abs(log(x)) + a*y**2", start=(2, 1), parameters={"a": 3})
    for surface in (*SURFACES.values(), formula):
        minima = surface.minima
        sent = pickle.loads(pickle.dumps(surface))
        assert repr(sent) == repr(surface)
        for name in ("name", "window", "start", "parameters", "latex", "floor"):
            assert getattr(sent, name) == getattr(surface, name)
        for name in ("value", "grad", "hessian"):
            np.testing.assert_array_equal(getattr(sent, name)(at), getattr(surface, name)(at))
        np.testing.assert_array_equal(sent.minima, minima)
