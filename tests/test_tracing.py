"""The rules and surfaces as JavaScript: the same numbers as NumPy, in a V8 that comes as a Python package."""

import json

import numpy as np
import pytest
from descent import SURFACES, Surface, adam, descend, momentum
from descent.notes import hyperparameters
from descent.rules import RULES
from descent.surfaces import ravine
from descent.tracing import LABELS, TracingError, label, program, trace
from descent.walk import BOUND
from py_mini_racer import MiniRacer
from rounding import apart, by_name, lost_alike, rounded_otherwise

STEPS = 200


def extragradient(x, grad, t, *, lr=0.01):
    """Step with the slope found half-way: two gradients a step."""
    half = x - lr * grad(x)
    return (x - lr * grad(half),)


def adamw_by_hand(x, grad, t, m=0, s=0, *, lr=0.01, decay=0.1):
    return adam(x - lr * decay * x, lambda _: grad(x), t, m, s, lr=lr)


def clipped(x, grad, t, *, lr=0.01, top=1.0):
    return (x - lr * np.maximum(-top, np.minimum(grad(x), top)),)


def heavy_ball(x, grad, t, last=0, seen=0, *, lr=0.01, mu=0.5):
    """Momentum without a velocity: it remembers the point before, and hands old numbers on."""
    return x - lr * grad(x) + mu * (x - last) * seen, x, np.sign(seen + 1)


def everything(x, grad, t, a=0, b=1, *, lr=0.01):
    """Each operation that has a translation."""
    g = +grad(x)
    a = 0.9 * a + np.tanh(-g) - np.sign(x) * 0.01 / t
    b = np.reciprocal(1 + np.exp(-np.abs(g))) + np.log(2 + np.square(x)) + abs(x) ** 1.5 + np.sqrt(g**2 + 1) ** -0.5
    return x + lr * np.true_divide(np.negative(np.positive(np.add(a, -2 * g))), b) - np.power(lr, 2) * g, b, a


def alternating(x, grad, t, v=0, *, lr=0.01):
    """A negative number under a power, and before another sign."""
    v = (-0.5) ** t - (-2.0) * v / 4
    return x - lr * grad(x) - -lr * v, v


LEARNERS = [alternating, extragradient, adamw_by_hand, clipped, heavy_ball, everything]
ALL_RULES = RULES | {rule.__name__: rule for rule in LEARNERS}
ALL_SURFACES = [*SURFACES.values(), Surface("abs(x) + 2*abs(y - x/3)", name="creases")]
RUN = """
function run(rule, surface, start, steps, hyper, parameters) {
  const f = surfaces[surface].make({ ...surfaces[surface].parameters, ...parameters });
  const r = rules[rule], s = new Float64Array(2 + 2 * r.memory), g = new Float64Array(2);
  s.set(start);
  const h = { ...r.hyper, ...hyper }, path = [start];
  for (let t = 1; t <= steps; t++) {
    r.step(s, t, h, f.slope, g);
    if (!(Math.abs(s[0]) < bound && Math.abs(s[1]) < bound)) break;
    path.push([s[0], s[1]]);
  }
  return JSON.stringify(path);
}
function facts(surface, x, y) {
  const f = surfaces[surface].make(surfaces[surface].parameters), g = new Float64Array(2), h = new Float64Array(3);
  f.slope(x, y, g, 1);
  f.hessian(x, y, h);
  return JSON.stringify([f.value(x, y), ...g, ...h]);
}
"""


@pytest.fixture(scope="module")
def engine():
    engine = MiniRacer()
    text = program(ALL_RULES.values(), ALL_SURFACES)
    assert text.count("export const") == 3
    engine.eval(text.replace("export const", "var") + RUN)
    return engine


def compare(engine, rule, surface, start, hyper, parameters=None, seed=0):
    """The browser's path is NumPy's as far as rounding allows, and lost at the same step. Returns that step, or -1."""
    call = json.dumps([rule.__name__, surface.name, start, STEPS, hyper, parameters or {}])
    theirs = np.array(json.loads(engine.eval(f"run(...{call})")))
    runs = rounded_otherwise(rule, surface, start, STEPS, hyper, seed=seed)
    lost = len(theirs) if len(theirs) <= STEPS else -1
    assert lost_alike(lost, runs), "lost at another step"
    shared = min([len(theirs), *runs.failed_at[runs.failed_at >= 0]])
    assert not apart(theirs[:shared], runs).any(), np.argmax(apart(theirs[:shared], runs))
    return lost


def setting_at_random(rule, surface, *name):
    """A start in the window and hyperparameters from gentle to wild, by name: the same whatever else is tried."""
    random = by_name(rule.__name__, surface.name, *name)
    decays = [name for name in hyperparameters(rule) if name in ("mu", "rho", "beta1", "beta2")]
    hyper = {name: float(random.uniform(0.3, 0.99)) for name in decays}
    return random.uniform(*np.transpose(surface.window)).tolist(), hyper | {"lr": float(10 ** random.uniform(-4, 0))}


@pytest.mark.parametrize("surface", ALL_SURFACES, ids=lambda s: s.name)
@pytest.mark.parametrize("rule", ALL_RULES.values(), ids=ALL_RULES)
def test_same_path_as_numpy(engine, rule, surface):
    for seed in range(6):
        compare(engine, rule, surface, *setting_at_random(rule, surface, seed), seed=seed)


def test_another_rule_is_not_taken_for_rounding(engine):
    """The tolerance is one: a rate that is off by a millionth is seen, on every surface."""
    for surface in ALL_SURFACES:
        start, hyper = setting_at_random(momentum, surface, "other")[0], {"lr": 1e-3, "mu": 0.9}
        call = json.dumps(["momentum", surface.name, start, STEPS, hyper | {"lr": 1e-3 * (1 + 1e-6)}, {}])
        theirs = np.array(json.loads(engine.eval(f"run(...{call})")))
        assert apart(theirs, rounded_otherwise(momentum, surface, start, STEPS, hyper)).any()


@pytest.mark.parametrize("rule", ["sgd", "momentum", "nag", "extragradient", "everything"])
def test_lost_at_the_same_step(engine, rule):
    steps = {
        compare(engine, ALL_RULES[rule], SURFACES["rosenbrock"], [-1.35, 0.25], {"lr": lr}) for lr in (0.1, 1.0, 9.0)
    }
    assert min(steps) > 0


def test_quiet_rules_agree_to_the_last_digits(engine):
    surface = SURFACES["two_wells"]
    for rule in ("sgd", "momentum", "nag", "adagrad", "adam", "adadelta", "amsgrad"):
        path = json.loads(engine.eval(f"run('{rule}', 'two_wells', [-2.6, -1.2], 200, {{lr: 0.05}}, {{}})"))
        np.testing.assert_allclose(path, descend(RULES[rule], surface.grad, surface.start, 200, lr=0.05).xs, atol=1e-13)


@pytest.mark.parametrize("surface", ALL_SURFACES, ids=lambda s: s.name)
def test_same_surface_as_numpy(engine, surface):
    (x0, x1), (y0, y1) = surface.window
    for point in np.random.default_rng(4).uniform((x0, y0), (x1, y1), (50, 2)).tolist():
        value, gx, gy, hxx, hxy, hyy = json.loads(engine.eval(f"facts('{surface.name}', {point[0]!r}, {point[1]!r})"))
        np.testing.assert_allclose(value, surface.value(point), rtol=1e-11, atol=1e-13)
        np.testing.assert_allclose([gx, gy], surface.grad(point), rtol=1e-11, atol=1e-12)
        np.testing.assert_allclose([[hxx, hxy], [hxy, hyy]], surface.hessian(point), rtol=1e-11, atol=1e-11)


def test_facts_of_the_surfaces(engine):
    for surface in SURFACES.values():
        facts = json.loads(engine.eval(f"JSON.stringify(surfaces['{surface.name}'])"))
        assert facts["window"] == [list(side) for side in surface.window]
        assert facts["start"] == list(surface.start)
        assert facts["minima"] + facts["others"] == surface.minima.tolist()
        assert facts["floor"] == surface.floor
        assert facts["quadratic"] == (surface.name == "ravine")
    assert engine.eval("surfaces.two_wells.others.length") == 1
    assert engine.eval("surfaces.himmelblau.minima.length") == 4
    assert engine.eval("bound") == BOUND
    assert json.loads(engine.eval("JSON.stringify(surfaces.ravine.parameters)")) == {"kappa": 40, "tilt": 0}


def test_parameters_bend_the_ravine(engine):
    bent = ravine(kappa=12.5, tilt=0.4)
    compare(engine, momentum, bent, [-4.0, 2.0], {"lr": 0.3}, {"kappa": 12.5, "tilt": 0.4})


def test_facts_of_the_rules(engine):
    for name, rule in ALL_RULES.items():
        facts = json.loads(engine.eval(f"JSON.stringify(rules['{name}'])"))
        assert facts["hyper"] == hyperparameters(rule)
        assert facts["label"] == LABELS.get(name, name)
    assert [engine.eval(f"rules.{name}.memory") for name in ("sgd", "nag", "adam", "amsgrad")] == [0, 1, 2, 3]


def test_a_learners_momentum_is_not_ours():
    def momentum(x, grad, t, *, lr=0.1):
        return (x - lr * grad(x),)

    assert label(momentum) == "momentum"
    assert label(RULES["momentum"]) == "Momentum"


def test_the_text_is_small_and_the_same_each_time():
    text = program(RULES.values(), SURFACES.values())
    assert text == program(RULES.values(), SURFACES.values())
    assert len(text) < 22_000


def branching(x, grad, t, *, lr=0.1):
    g = grad(x)
    return (x - lr * g if g else x,)


def comparing(x, grad, t, *, lr=0.1):
    return (x - lr * (grad(x) > 0),)


def choosing(x, grad, t, *, lr=0.1):
    return (x - lr * np.where(grad(x) > 0, 1, -1),)


def largest(x, grad, t, *, lr=0.1):
    return (x - lr * max(grad(x), 1),)


def summing(x, grad, t, *, lr=0.1):
    return (x - lr * grad(x) / np.sum(grad(x)),)


def rounding(x, grad, t, *, lr=0.1):
    return (x - lr * np.floor(grad(x)),)


def clipping(x, grad, t, *, lr=0.1):
    return (x - lr * np.clip(grad(x), -1, 1),)


def norming(x, grad, t, *, lr=0.1):
    return (x - lr * grad(x) / np.linalg.norm(grad(x)),)


def array_making(x, grad, t, *, lr=0.1):
    return (x - lr * np.asarray(grad(x)),)


def with_math(x, grad, t, *, lr=0.1):
    import math

    return (x - lr * math.sqrt(t) * grad(x),)


def indexing(x, grad, t, *, lr=0.1):
    return (x - lr * grad(x)[0],)


def unpacking(x, grad, t, *, lr=0.1):
    gx, gy = grad(x)
    return (x - lr * (gx + gy),)


def in_place(x, grad, t, *, lr=0.1):
    x -= lr * grad(x)
    return (x,)


def bare(x, grad, t, *, lr=0.1):
    return x - lr * grad(x)


def forgetful(x, grad, t, v=0, *, lr=0.1):
    return (x - lr * grad(x),)


def silent(x, grad, t, *, lr=0.1):
    x - lr * grad(x)


def wordy(x, grad, t, *, lr=0.1):
    return ("x",)


def arrays(x, grad, t, *, lr=0.1):
    return (x - np.array([0.1, 0.2]) * grad(x),)


def infinite(x, grad, t, *, lr=0.1):
    return (x - np.inf * grad(x),)


def shapely(x, grad, t, *, lr=0.1):
    return (x.reshape(2),)


def short(x, grad):
    return (x,)


def without_default(x, grad, t, *, lr):
    return (x - lr * grad(x),)


def listed(x, grad, t, *, lr=(0.1, 0.2)):
    return (x,)


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (
            branching,
            "a rule may not branch with if, for x holds several numbers; use np.maximum, np.minimum or np.sign",
        ),
        (comparing, "a rule may not branch on grad(x) > 0, for x holds several numbers; use np.maximum, np.minimum"),
        (choosing, "a rule may not branch on grad(x) > 0, for"),
        (largest, "write np.maximum in place of max: x holds several numbers"),
        (summing, "np.sum has no translation; a rule in a figure treats each coordinate alone"),
        (rounding, "np.floor has no translation; use arithmetic"),
        (clipping, "np.clip has no translation; write np.minimum(np.maximum(g, low), high)"),
        (norming, "np.linalg.norm has no translation; a rule in a figure treats each coordinate alone"),
        (array_making, "an array is not needed: arithmetic acts on all coordinates; use arithmetic"),
        (with_math, "write np.sqrt in place of math.sqrt: x holds several numbers"),
        (indexing, "leave the [...] out: a rule in a figure treats all coordinates alike"),
        (unpacking, "no loop and no len() is needed: arithmetic acts on all coordinates at once"),
        (in_place, "write x = x - lr * grad(x) in place of x -= lr * grad(x): a rule may not change a number in place"),
        (bare, "bare must return x alone, as a tuple: write return (x - lr * grad(x),) with a comma behind x"),
        (forgetful, "forgetful returns 1 value; it must return x and its memory v: write return x - lr * grad(x), v"),
        (silent, "silent returns nothing; end it with return (x,)"),
        (wordy, "a rule computes with numbers only; 'x' is none"),
        (arrays, "a rule computes with numbers only; array([0.1, 0.2]) is none"),
        (infinite, "a rule computes with numbers only; inf is none"),
        (shapely, "leave x.reshape out: a rule in a figure takes arithmetic and NumPy's functions alone"),
        (short, "short must take x, grad and t first: def short(x, grad, t, ...)"),
        (without_default, "without_default needs a number as default for lr: *, lr=0.01"),
        (listed, "listed needs a number as default for lr: *, lr=0.01"),
        (lambda x, grad: (x,), "my_rule must take x, grad and t first: def my_rule(x, grad, t, ...)"),
        (3, "3 is not a rule; give a name, such as 'momentum', or a function"),
    ],
)
def test_says_what_a_rule_may_not_do(rule, text):
    with pytest.raises(TracingError) as caught:
        trace(rule)
    assert text in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("rule", ALL_RULES.values(), ids=ALL_RULES)
def test_steps_are_straight_lines(rule):
    text, _ = trace(rule)
    assert not {"if", "for", "while", "?", "=>", "return"} & set(text.split())
    assert text.count("slope(") == (2 if rule is extragradient else 1)
