"""Formulas: Surface("...") and the figure's own box accept and refuse the same texts, and find the same lowest height."""

import json
import re

import numpy as np
import pytest
from descent import Explorer, Surface
from descent.formulas import FUNCTIONS, evaluate, read
from hypothesis import example, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from py_mini_racer import MiniRacer

START = (-2.0, 1.0)
ACCEPTED = {  # a text, and the same in Python's arithmetic
    "x^2 + 3y^2": "x**2 + 3*y**2",
    "x² + 3·y²": "x**2 + 3*y**2",
    "2x − y": "2*x - y",
    "3xy": "3*x*y",
    "xy": "x*y",
    "x y": "x*y",
    "2x^2y": "2*x**2*y",
    "(x + 1)(y − 2)": "(x + 1)*(y - 2)",
    "2(x + y)": "2*(x + y)",
    "x(y + 1)": "x*(y + 1)",
    "2x/3": "2*x/3",
    "x/2 + 1/y": "x/2 + 1/y",
    "πx": "pi*x",
    "2πx": "2*pi*x",
    "sin(2πx) + pi": "sin(2*pi*x) + pi",
    "ln(x² + 1)": "log(x**2 + 1)",
    "xln(y)": "x*log(y)",
    "arctan(x)": "atan(x)",
    "2sin(x)cos(y)": "2*sin(x)*cos(y)",
    "x × y ÷ 2": "x*y/2",
    "x⁻² + y¹⁰": "x**-2 + y**10",
    "√(x² + y²)": "sqrt(x**2 + y**2)",
    "X + Y": "x + y",
    "-x^2": "-(x**2)",
    "x^-2": "x**(-2)",
    "2^-x + 2^(xy)": "2**(-x) + 2**(x*y)",
    "(x²)³": "(x**2)**3",
    "1e2x": "100*x",
    ".5x + 2.": "0.5*x + 2",
    "abs(log(abs(x)))": "abs(log(abs(x)))",
    "cosh(log(x + 3)) + tanh(sqrt(x + 3))": "cosh(log(x + 3)) + tanh(sqrt(x + 3))",
    "+".join(["x"] * 61): "61*x",
}
REFUSED = {  # a text, and what is said of it in either language
    "": "missing at the end",
    "x +": "missing at the end",
    "(x + y": "missing at the end",
    "x + y)": "is missing before )",
    "sin x": "rite sin(",
    "sin²(x)": "rite sin(",
    "sinx": "rite sin(",
    "√2": "rite sqrt(",
    "1/2x": "it can mean two things",
    "1/xy": "it can mean two things",
    "x/2 y": "it can mean two things",
    "2^xy": "it can mean two things",
    "e^x": "rite exp(x) for e**x",
    "|x|": "rite abs(x) for |x|",
    "0,5x": "point",
    "sin(x, y)": "point",
    "f(x) = x": "f",
    "z = x": "z",
    "x = y": "right",
    "[x]": "rite",
    "x2": "rite x**2 or 2*x",
    "x 2": "sign is missing before 2",
    "(x)2": "sign is missing before 2",
    "x**2 + z": "z",
    "alert(1)": "alert",
    "constructor(x)": "constructor",
    "x.__class__": ".",
    "0x10": "x**10",
    "1_000x": "_000",
    "x^^2": "*",
    "x**65": "owers up to 64 are read",
    "1/0 + x": "ordinary size",
    "1e300x": "ordinary size",
    "exp(800)x": "ordinary size",
    "sqrt(-1)*x": "ordinary size",
    "log(1e-300**64)*x": "ordinary size",
    "(-8)**(1/3)": "ordinary size",
    "(0 - 1)**y": "",
    "x/(y - y)": "",
    "log(x)": "start",
    "sqrt(x)**2": "start",
    "exp(log(x))": "start",
    "(-x**2)**y": "start",
    "sqrt(x + 2)": "start",
    "1/(x + 2)": "start",
    "+".join(["x"] * 62): "60 operations",
    "-" * 61 + "x": "60 operations",
    "sin(" * 7 + "x" + ")" * 7: "6 ",
    "1/(1 + " * 7 + "x" + ")" * 7: "6 ",
    "(" * 31 + "x" + ")" * 31: "60 operations",
    "x" + " " * 300: "300",
}


@pytest.fixture(scope="module")
def engine():
    engine = MiniRacer()
    functions = re.sub(r"^export default \{.*", "", Explorer._esm, flags=re.M | re.S)
    engine.eval(re.sub(r"^export function", "function", functions, flags=re.M))
    engine.eval(
        "const field = (text) => eval('({' + formulaText(text) + '})').make();"
        "const refused = (text, start) => { try { const f = field(text), g = [0, 0]; f.slope(...start, g);"
        " return [f.value(...start), ...g].every(Number.isFinite) ? '' : 'no height at the start'; }"
        " catch (error) { return error.message; } };"
    )
    return engine


def in_python(formula):
    try:
        Surface(formula, start=START)
    except ValueError as error:
        return str(error)
    return ""


def in_browser(engine, formula):
    return engine.eval(f"refused({json.dumps(formula)}, {list(START)})")


@pytest.mark.parametrize("formula", ACCEPTED)
def test_what_can_mean_only_one_thing_is_read(engine, formula):
    points = np.random.default_rng(1).uniform(-2, 3, (30, 2))
    with np.errstate(all="ignore"):
        expected = [evaluate(read(ACCEPTED[formula]), {"x": x, "y": y}) for x, y in points]
        np.testing.assert_allclose(Surface(formula, start=START).value(points), expected, rtol=1e-9)
    found = engine.execute(
        f"JSON.stringify({points.tolist()}.map((p) => String(field({json.dumps(formula)}).value(...p))))"
    )
    np.testing.assert_allclose(np.array(json.loads(found)).astype(float), expected, rtol=1e-9)
    assert in_browser(engine, formula) == ""


@pytest.mark.parametrize("formula", REFUSED)
def test_what_is_refused_is_told_what_to_type_instead(engine, formula):
    for said in (in_python(formula), in_browser(engine, formula)):
        assert said
        assert REFUSED[formula] in said
        assert "\n" not in said


PIECES = st.sampled_from(
    [
        *"xyzeX0123456789.+-*/^()=,|[]²³⁻π√·−× ",
        "**",
        "pi",
        "ln",
        *(f"{name}(" for name in FUNCTIONS),
        "1e308",
        "1e-300",
        "sin",
        "x)",
        "xy",
    ]
)


@examples(max_examples=600, deadline=None)
@given(st.lists(PIECES, max_size=14).map("".join))
@example("x**x")
@example("abs(x)**y")
@example("2**2**2**x")
def test_python_and_the_browser_accept_the_same_texts(engine, formula):
    ours, theirs = in_python(formula), in_browser(engine, formula)
    assert bool(ours) == bool(theirs), (ours, theirs)


WITHOUT = """
x**2 - y**2 | exp(x) | x + y | x*y | -x**2 - y**2 | x**3 + y | x**3 - 3*x*y**2 | exp(-x**2 - y**2) | log(x**2 + y**2 + 1)*-1
1/(1 + x**2 + y**2) | tanh(x) + y/9 | atan(x*y) | x**3 + y**2 | sinh(x) | 3 - abs(x) | x - y - 1 | 2**x + y | x**2*y | exp(x)*cos(y/9) + y
y**3 + x**2/9 | -sqrt(1 + x**2 + y**2) | log(x + 4) + y**2 | -1/(0.1 + abs(x - 1)) + y*9 | log((x - 1)**2 + y**2)
"""
WITH = """
x**2 + 3*y**2 | (x**2/40 + y**2)/2 | x**2/2 - y**2/2 + y**4/8 | (1 - x)**2 + 100*(y - x**2)**2 | tanh((x**2 + 2*y**2)/6)
sin(x)*cos(y) | x**4 + y**4 | (x*y - 1)**2/2 | x**2 | abs(x) + abs(y) | sqrt(1 + x**2 + y**2) | -exp(-x**2 - y**2) | x**4 - x**2 + y**2
(x + 0.7*y)**2 | cosh(x) + y**2 | log(1 + x**2 + y**2) | x**3 - 3*x + y**2 | 20 + x**2 + y**2 - 10*cos(2*pi*x) - 10*cos(2*pi*y)
abs(log(x + 3.5)) + y**2 | (x**2 + y - 11)**2 + (x + y**2 - 7)**2 | (x - 1)**2 + (y - x)**4 | sqrt(abs(x)) + y**2 | sin(x)
"""
WITHOUT, WITH = ([f.strip() for f in re.split(r"[|\n]", text) if f.strip()] for text in (WITHOUT, WITH))


def test_there_are_twenty_of_each():
    assert min(len(WITHOUT), len(WITH)) >= 20


@pytest.mark.parametrize(("formula", "has"), [*((f, False) for f in WITHOUT), *((f, True) for f in WITH)])
def test_both_know_whether_there_is_a_minimum_in_the_window(engine, formula, has):
    surface = Surface(formula)
    assert surface.has_minimum == has
    facts = json.loads(
        engine.eval(
            f"JSON.stringify(factsOf(field({json.dumps(formula)}), {{window: [[-3, 3], [-3, 3]], start: [-2, 1]}}))"
        )
    )
    assert facts["goal"] == has
    assert facts["floor"] == pytest.approx(surface.floor, abs=1e-8, rel=1e-8)
    if "abs" in formula:  # a kink has no curvature, and Python lists no minimum there
        return
    found = np.reshape(facts["minima"] + facts["others"], (-1, 1, 2))
    assert len(found) == len(surface.minima)
    assert (np.linalg.norm(found - surface.minima, axis=-1).min(axis=1, initial=0.0 if not has else 9) < 1e-4).all()
