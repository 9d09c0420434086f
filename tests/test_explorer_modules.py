"""The explorer's pure modules, each by itself in V8."""

import json
import math

import pytest
from descent.widgets import source
from py_mini_racer import MiniRacer

STATE = {
    "surface": "ravine",
    "parameters": {"kappa": 40},
    "start": [-4, 2],
    "on": ["sgd", "adam"],
    "hyper": {"sgd": {"lr": 0.1}, "adam": {"lr": 0.1, "beta1": 0.9}},
    "shared": False,
    "rate": None,
    "scale": 1,
    "pinned": {},
    "schedule": "constant",
    "corrected": True,
    "own": {"formula": "", "window": [[-3, 3], [-3, 3]], "start": [-2, 1]},
    "noise": 0,
    "maps": False,
    "steps": 60,
    "step": 60,
    "tab": "standings",
    "who": "sgd",
    "ask": "",
    "asking": False,
}
READER = (
    "const state = STATE; const reader = { state, names: ['sgd', 'adam'], tabs: ['standings'], own: {},"
    " surfaces: { ravine: { start: [-4, 2], parameters: { kappa: 40 } }, saddle: { start: [1, 0], parameters: {} } } };"
).replace("STATE", json.dumps(STATE))


@pytest.fixture(scope="module")
def ask():
    """A function that asks one of the explorer's modules for the value of a function's body."""
    engines = {}

    def ask(module, body):
        if module not in engines:
            engines[module] = MiniRacer()
            engines[module].eval(source(f"explorer/{module}.js").replace("export ", ""))
        return json.loads(engines[module].eval(f"JSON.stringify((() => {{ {body} }})())"))

    return ask


@pytest.mark.parametrize(
    ("losses", "step"),
    [([1, 0, 0, 0, 0], 1), ([0, 1, 0, 0, 0], 2), ([0, 0, 1, 0, 0], None), ([1, 1, 1, 1, 1], None), ([0, 0, 0], 0)],
)
def test_a_loss_has_arrived_once_it_stays(ask, losses, step):
    assert ask("goals", f"return reaches({losses}, 0.5, 3);") == step


@pytest.mark.parametrize(
    ("call", "text"),
    [
        ("lossText(0.0123)", "0.012"),
        ("lossText(9.96e-5)", "10⁻⁴"),
        ("lossText(2e-5)", "2·10⁻⁵"),
        ("lossText(1e5)", "10⁵"),
        ("lossText(1e-20)", "< 10⁻¹⁵"),
        ("lossText(-12)", "−12.00"),
        ("lossText(NaN)", "–"),
        ("shortText(-1234.5)", "−1230"),
        ("shortText(1.5e-7)", "1.5·10⁻⁷"),
        ("shortText(1e-17)", "0"),
        ("pairText([1, -0.5])", "(1, −0.5)"),
        ("rateText(0.0123456)", "0.012"),
        ("rateText(1.5)", "1.50"),
        ("rateText(0.00032)", "3.2·10⁻⁴"),
    ],
)
def test_numbers_are_written_short(ask, call, text):
    assert ask("numbers", f"return {call};") == text


@pytest.mark.parametrize(
    ("call", "text"),
    [
        ("join([])", ""),
        ("join(['a', 'b', 'c'])", "a, b and c"),
        ("capital('gradient descent and Adam')", "Gradient descent and Adam"),
        ("capital('nag')", "nag"),
        ("called('Momentum')", "momentum"),
        ("called('constructor')", "constructor"),
        ("reachText(['Adam'], 30, [])", "Adam reaches loss 10⁻⁶ after 30 steps."),
        (
            "reachText(['Adam', 'NAG'], 3, [['momentum', 40], ['AdaGrad', 50]])",
            "Adam and NAG reach loss 10⁻⁶ after 3 steps; momentum needs 40 and AdaGrad 50.",
        ),
        ("notYetText(['Adam'], 4000, false)", "Adam has not reached loss 10⁻⁶ after 4000 steps."),
        (
            "hoversText([['Adam', '1'], ['NAG', '2']])",
            "The noise lets none of these settle: in the long run the loss hovers near 1 for Adam and 2 for NAG.",
        ),
        (
            "heightsText([['Adam', '–'], ['NAG', '2']], 1)",
            "There is no minimum in this window. After 1 step Adam is at no height and NAG at height 2.",
        ),
        ("percentText(0.004)", "under 1 %"),
        ("percentText(0.996)", "over 99 %"),
        ("settingsText('Adam', 0, 0, 200)", "Adam reaches loss 10⁻⁶ within 200 steps at none of these settings."),
        ("quickestText(1, '0.1', 'mu', 0.9)", "Quickest: 1 step, at learning rate 0.1 and momentum 0.90."),
        (
            "startsText('Adam', [['the minimum', 0]], 0.25, 0.75, 200)",
            "With Adam, 25 % of these starts are still on their way after 200 steps and 75 % diverge.",
        ),
        ("insteadText('x2')", "Write x**2 or 2*x."),
        ("insteadText('toString')", None),
    ],
)
def test_sentences_fit_what_they_count(ask, call, text):
    assert ask("texts", f"return {call};") == text


def test_a_link_holds_what_differs_and_brings_it_back(ask):
    change = "Object.assign(state, { steps: 90, step: 90, noise: 0.5 }); state.hyper.adam.beta1 = 0.5; state.pinned.sgd = 0.2;"
    text = ask(
        "link",
        f"{READER} const initial = structuredCopy(state); {change} return linkText(state, initial);".replace(
            "structuredCopy(state)", "JSON.parse(JSON.stringify(state))"
        ),
    )
    assert text == "steps=90;step=90;noise=0.5;adam.beta1=0.5;sgd.lr=0.2"
    good, state = ask("link", f"{READER} return [readLink({json.dumps(text)}, reader), state];")
    assert good
    assert (state["steps"], state["noise"], state["pinned"]) == (90, 0.5, {"sgd": 0.2})
    assert state["hyper"]["adam"]["beta1"] == 0.5


@pytest.mark.parametrize(
    "item", ["steps=0", "steps=1e2", "noise=-1", "rules=lion", "start=1", "surface=moon", "toString=1", "adam.beta1=1"]
)
def test_what_a_link_cannot_mean_is_left_out(ask, item):
    good, state = ask("link", f"{READER} return [readLink({json.dumps(item + ';steps=7')}, reader), state];")
    assert not good
    assert state == STATE | {"steps": 7, "step": 7}


def test_a_links_own_surface_is_read_with_its_window(ask):
    own = ask("link", "return ownInLink('surface=yours;formula=x**2%2By**2;window=-1,1,-2,2;home=0,1');")
    assert own == {"formula": "x**2+y**2", "window": [[-1, 1], [-2, 2]], "start": [0, 1]}
    assert ask("link", "return ownInLink('steps=3');") is None


def test_a_view_and_back_is_the_same_point(ask):
    there = ask(
        "views", "const v = viewOf([[-4, 4], [-2, 2]], 400, 300); return [v.at([1, -1]), v.world(...v.at([1, -1]))];"
    )
    assert there == [[250, 200], [1, -1]]
    assert ask("views", "return lensOf([[0, 0], [1, 0]], 210, 100).scale;") == pytest.approx(100)


def test_an_outline_closes_round_what_is_below(ask):
    path = ask(
        "contours",
        "const grid = heights({ width: 40, height: 40, world: (px, py) => [px - 20, py - 20] }, 4, (x, y) => x * x + y * y);"
        "return outline(grid, 100);",
    )
    points = [tuple(map(float, pair.split())) for pair in path.removeprefix("M").removesuffix("Z").split("L")]
    assert path.count("M") == path.count("Z") == 1
    assert all(math.hypot(x - 20, y - 20) == pytest.approx(10, abs=0.4) for x, y in points)


@pytest.mark.parametrize(
    ("key", "usual", "pairs"),
    [
        ("beta2", 0.999, [(0, 0), (1, 0.9), (3, 0.999)]),
        ("rho", 0.9, [(2, 0.99)]),
        ("eps", 1e-8, [(-8, 1e-8), (0, 1)]),
        ("decay", 0.01, [(0, 0), (0.1, 0.01), (1, 1)]),
        ("share", 0, [(0.5, 0.25)]),
    ],
)
def test_a_place_on_a_slider_and_back(ask, key, usual, pairs):
    for place, value in pairs:
        scale = f"const scale = scaleOf('{key}', {usual});"
        found = ask("knob_scales", f"{scale} return [scale.value({place}), scale.place({value})];")
        assert found == pytest.approx([value, place], abs=1e-9)


def test_light_comes_from_the_upper_left(ask):
    grid = (
        "const f = (x, y) => Math.hypot(x, y);"
        "const grid = { columns: 12, rows: 12, cell: 4, values: Float64Array.from({ length: 144 }, (_, p) =>"
        " f(p % 12 - 5.5, Math.floor(p / 12) - 5.5)) };"
    )
    shade = ask("relief", f"{grid} return [...shades(grid, 8)];")
    assert len(shade) == 100
    assert all(-1 <= value <= 1 for value in shade)
    upper, lower = shade[11], shade[88]  # in a bowl the side at the upper left lies in the shadow
    assert upper < 0 < lower


def test_names_never_cover_each_other(ask):
    ball = "{ place: [100, 100], trail: [], spot: null, wide: () => 50, name() {}, label: { style: {}, setAttribute(k, v) { this.at = v; } } }"
    found = ask(
        "map_labels",
        f"const on = [1, 2, 3, 4, 5].map(() => ({ball})); drawMapLabels(on, [], {{ width: 400, height: 300 }}, false);"
        "return on.map((t) => [t.label.at, t.label.style.display]);",
    )
    assert len({at for at, _ in found}) == 5
    assert all(shown == "" for _, shown in found)


@pytest.mark.parametrize(
    "along",
    ["Array.from({ length: 40 }, (_, k) => [110 + 5 * k, 100])", "[[100, 100], [390, 100]]", "[[140, 20], [140, 290]]"],
    ids=["dense", "two dots", "upright"],
)
def test_a_name_lies_on_no_path(ask, along):
    found = ask(
        "map_labels",
        "const ball = (x, trail) => ({ place: [x, 100], trail, spot: null, wide: () => 50, name() {},"
        " label: { style: {}, setAttribute(k, v) { this.at = v; } } });"
        f"const on = [ball(100, {along}), ball(300, [])]; const at = () => on[0].label.at;"
        "return [false, true].map((moving) => { on[0].spot = null;"
        " drawMapLabels(on, [], { width: 400, height: 300 }, moving); return at(); });",
    )
    assert found == ["translate(88,104)", "translate(112,104)"]  # at rest on the free side; while it moves, as ever


def test_limits_are_those_of_the_rules_that_run(ask):
    found = ask("limits", "return limitsOf(4, ['nag', 'sgd'], () => 0.5);")
    assert [(one["name"], one["rate"]) for one in found] == [("nag", 0.375), ("sgd", 0.5)]
    assert ask("limits", "return limitsOf(null, ['sgd'], () => 0);") == []


def test_the_chart_knows_where_steps_and_losses_stand(ask):
    scale = "const s = chartScale(238, 146, 100, { low: -8, high: 2 }, true);"
    assert ask("chart_scale", f"{scale} return [s.px(50), s.py(1e-3), s.stepAt(s.px(30)), s.stepAt(-5)];") == [
        130,
        66,
        30,
        0,
    ]
    assert ask("chart_scale", "return rangeOfLosses(50);") == {"low": -8, "high": 2}
    runs = "[{ xs: [0, 9], ys: [0, 0], losses: [5, 99], last: 1 }]"
    assert ask("chart_scale", f"return rangeOfHeights({runs}, -5, [[-1, 1], [-1, 1]], 1);") == {"low": -6, "high": 6}


def test_a_formulas_signs_become_pythons(ask):
    assert ask("tokens", "return tokensOf('2xy² − √(π)·arctan x');") == [
        *["2", "x", "y", "**", "(", "2", ")", "-", "sqrt", "(", "pi", ")", "*", "atan", "x"]
    ]
    assert ask("tokens", "return numbersIn('−3 … 4.5');") == [-3, 4.5]


def test_a_formulas_slope_is_its_derivative(ask):
    found = ask(
        "grammar",
        "const f = eval('({' + formulaText('x**3*sin(y) + 2/x') + '})').make(), g = [0, 0]; f.slope(2, 1, g); return [f.value(2, 1), ...g];",
    )
    assert found == pytest.approx([8 * math.sin(1) + 1, 12 * math.sin(1) - 0.5, 8 * math.cos(1)], rel=1e-12)


def test_minima_are_found_lowest_first(ask):
    field = "{ value: (x, y) => (x * x - 1) ** 2 + 0.1 * x + y * y, slope: (x, y, g) => { g[0] = 4 * x * (x * x - 1) + 0.1; g[1] = 2 * y; } }"
    (x0, y0), (x1, y1) = ask("minima", f"return findMinima({field}, [[-3, 3], [-3, 3]]);")
    assert [x0, y0, x1, y1] == pytest.approx([-1.01227, 0, 0.98723, 0], abs=1e-4)
    assert ask("minima", "return findLowest({ value: (x, y) => x + y }, [[-1, 1], [-1, 1]]);") == {
        "floor": -2,
        "inside": False,
    }


def test_a_map_counts_what_became_of_its_runs(ask):
    shot = "{ stride: 1, place: [1, -1, 0, 1], steps: [30, 5, 200, 20], loss: [] }"
    found = (
        f"const found = tally({shot}, 2, 1); return [found.share(1), found.share(0, -1), found.best, found.soonest];"
    )
    assert ask("sweep", found) == [0.5, 0.5, 3, 20]


def test_a_run_arrives_within_its_steps_and_never_far_below_the_minimum(ask):
    runs = (
        "const far = new Float64Array(80).fill(-5); const near = far.map((_, k) => (k < 9 ? 1 : 1e-9));"
        "return [[far, 79], [near, 79], [near, 60]].map(([losses, last]) => arrival({ losses, last }));"
    )
    assert ask("goals", runs) == [None, 9, None]


def test_losses_that_swing_too_densely_are_dots(ask):
    """Where a step is less than 3 pixels wide and the curve turns back by more than 12."""
    drawn = (
        "const losses = Float64Array.from([1, 2, 90, 3, 4, 5]);"
        "const path = (wide) => chartPath({ losses }, { px: (k) => wide * k, py: (v) => v, goal: false }, 3, 4);"
        "return [path(1), path(5)];"
    )
    dense, wide = ask("chart_traces", drawn)
    assert dense == {"lit": "M0 1L1 2M2 90h2M3 3", "rest": "M3 3L4 4"}
    assert wide == {"lit": "M0 1L5 2L10 90L15 3", "rest": "M15 3L20 4"}
