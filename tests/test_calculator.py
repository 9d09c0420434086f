"""The calculator: the page's script answers as Python does, and a reader can use it with the keyboard alone."""

import json

import pytest
from descent.conventions import translate
from descent.frameworks.calls import METHODS, NAMES, OFFERS
from descent.frameworks.plans import bounds, complaint
from descent.widgets.calculator import Calculator, data, measured, usual
from py_mini_racer import MiniRacer
from traitlets import TraitError


@pytest.fixture(scope="module")
def script():
    engine = MiniRacer()
    engine.eval(Calculator._esm.replace("export default", "globalThis.widget =").replace("export ", ""))
    engine.eval(f"const data = {data()}")
    return lambda code: json.loads(engine.eval(f"JSON.stringify({code})"))


def told(answer):
    return {"call": answer.call, "exact": answer.exact, "reasons": [*answer.reasons], "notes": [*answer.notes]}


def near(answer):
    """How far off, to what rounding leaves of a difference of nearly equal steps."""
    return pytest.approx([*answer.apart, answer.unsearched], rel=1e-6, abs=1e-13)


@pytest.mark.parametrize("method", METHODS)
def test_script_answers_as_python_does(script, method):
    """All pairs, with settings that meet each condition and miss it."""
    rows = [{}, {"eps": 0, "decay": 0.1, "mu": 0.5}, {"initial": 0.5, "pace": 1, "dampening": 0.25, "centered": 1}]
    rows += [{"pace": 2000, "eps": 0.015625, "mu": 0.75, "decay": 0.125}]
    asked = 0
    for source in OFFERS:
        for target in OFFERS if method in OFFERS[source] else ():
            for row in rows:
                known = usual(method, source) | {"lr": 0.03}
                given = {name: float(row.get(name, value)) for name, value in known.items()}
                if given.get("eps") == 0 and (source == "tfkeras" or method == "adadelta"):
                    given["eps"] = 1e-30
                ours = translate(method, source, target, **given)
                theirs = script(f"translate(data, {json.dumps([method, source, target, given])[1:-1]})")
                settings, call = theirs.pop("settings"), theirs.pop("call")
                assert [*theirs.pop("apart"), theirs.pop("unsearched")] == near(ours)
                assert settings == (ours.settings and pytest.approx(ours.settings, rel=1e-15))
                assert same_code(call, ours.call)
                assert theirs | {"call": ours.call} == told(ours)
                asked += 1
    assert asked >= 4 * 4 * 4


def same_code(one, other):
    """1e-8 in JavaScript is 1e-08 in Python: the same number."""
    return one is other or compile(one, "", "eval").co_consts == compile(other, "", "eval").co_consts


@pytest.mark.parametrize("value", [-1.0, 0.0, 0.5, 1.0, 2.0, float("inf"), float("nan")])
def test_script_complains_as_python_does(script, value):
    for framework in OFFERS:
        for method in OFFERS[framework]:
            for name, limits in bounds(method, framework).items():
                ours = complaint(name, value, *limits)
                number = {float("inf"): "Infinity"}.get(value, "NaN" if value != value else str(value))
                assert script(f"complaint({number}, {json.dumps(limits)}, {json.dumps(ours)})") == ours
                assert (script(f"complaint({number}, {json.dumps(limits)}, 'wrong')") == "wrong") == bool(ours)


def test_missing_methods_are_said(script):
    answer = script("translate(data, 'nadam', 'tf1', 'keras', {})")
    assert (answer["call"], answer["reasons"]) == (None, ["TensorFlow 1 has no Nadam."])
    lines = str(Calculator("amsgrad", "torch", "tf1")).splitlines()
    assert (lines[0].partition("(")[0], lines[1:]) == ("torch.optim.Adam", ["TensorFlow 1 has no AMSGrad."])


def test_plain_text_stands_for_it_on_paper():
    bundle = Calculator("momentum", "torch", "optax", lr=0.1)._repr_mimebundle_()
    text = (bundle[0] if isinstance(bundle, tuple) else bundle)["text/plain"]
    assert text == (
        "torch.optim.SGD(params, lr=0.1, momentum=0.9, dampening=0, weight_decay=0)\n"
        "takes the same steps as\noptax.sgd(0.1, momentum=0.9)"
    )


@pytest.mark.parametrize(
    ("question", "given", "error", "line"),
    [
        (("lion", "torch", "keras"), {}, ValueError, "unknown method 'lion'"),
        (("adam", "jax", "keras"), {}, ValueError, "unknown framework 'jax'"),
        (("amsgrad", "tf1", "keras"), {}, ValueError, "TensorFlow 1 has no AMSGrad"),
        (("adam", "torch", "keras"), {"rho": 1}, TypeError, "Adam in PyTorch has no 'rho'"),
        (("adam", "torch", "keras"), {"lr": -1}, ValueError, "lr is -1"),
    ],
)
def test_wrong_questions_get_one_clear_line(question, given, error, line):
    with pytest.raises(error) as caught:
        Calculator(*question, **given)
    assert line in str(caught.value)
    assert "\n" not in str(caught.value)


# In a browser ---------------------------------------------------------------------------------------------------------


def call(page):
    return page.locator("[data-part=call]").inner_text()


def test_a_reader_carries_adam_over_with_the_keyboard_alone(show):
    page = show(Calculator("adam", "torch", "keras"))
    assert "keras.optimizers.Adam(0.001" in call(page)
    assert page.locator("[data-part=verdict]").inner_text() == "Nearest in Keras, a step 0.0002 % off:"
    assert "With the numbers left as they are: 0.0015 %." in page.locator("[data-part=apart]").inner_text()
    assert "beside the uncorrected root" in page.locator("[data-part=reason]").inner_text()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.name") == "method"
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == "eps":
            break
    page.keyboard.press("Control+A")
    page.keyboard.type("0")
    assert page.locator("[data-part=verdict]").inner_text() == "The same steps in Keras:"
    assert call(page) == "keras.optimizers.Adam(0.001, beta_1=0.9, beta_2=0.999, epsilon=0, weight_decay=0)"
    assert page.locator("[data-part=reasons] li").count() == 0


def test_choices_bring_their_own_fields(show):
    page = show(Calculator("adam", "torch", "keras"))
    page.select_option("[name=method]", "rmsprop")
    names = page.eval_on_selector_all("fieldset input", "all => all.map((input) => input.name)")
    assert names == ["lr", "rho", "eps", "mu", "centered", "decay"]
    page.check("[name=centered]")
    assert "centered=True" in call(page)
    page.select_option("[name=target]", "optax")
    assert "eps_in_sqrt=False" in call(page)
    assert page.locator("[data-part=verdict]").inner_text() == "The same steps in optax:"
    page.select_option("[name=source]", "tf1")
    assert "initial_scale=1," in call(page)
    page.select_option("[name=method]", "nadam")
    assert page.locator("[data-part=reason]").inner_text() == "TensorFlow 1 has no Nadam."
    assert not page.locator("pre").is_visible()
    assert page.locator("fieldset input").count() == 0


def test_wrong_numbers_are_said(show):
    page = show(Calculator("momentum", "torch", "keras"))
    for text in ("", "abc", "0", "1"):
        page.fill("[name=mu]", text)
        assert page.locator("[data-part=reasons]").inner_text() == "mu must be a number, more than 0 and less than 1."
        assert page.get_attribute("[name=mu]", "aria-invalid") == "true"
        assert not page.locator("pre").is_visible()
    page.fill("[name=mu]", " 5e-1 ")
    assert call(page) == "keras.optimizers.SGD(0.001, momentum=0.5, weight_decay=0)"
    assert "as long as the rate does not change" in page.locator("[data-part=note]").inner_text()


def test_the_size_of_the_slopes_decides_what_is_nearest(show):
    page = show(Calculator("rmsprop", "keras", "torch"))
    small = call(page)
    page.fill("[name=slope]", "1")
    assert "eps=7.06e-7" in call(page)
    assert call(page) != small
    assert "of size 0.1, 1, 10," in page.locator("[data-part=apart]").inner_text()
    page.fill("[name=slope]", "0")
    assert page.locator("[data-part=reasons]").inner_text() == "the slopes must be a number, more than 0."
    page.select_option("[name=method]", "rmsprop")
    page.fill("[name=slope]", "0.01")
    page.select_option("[name=source]", "tf1")
    page.select_option("[name=target]", "keras")
    assert page.locator("[data-part=verdict]").inner_text().startswith("No setting of Keras comes near.")


def test_python_and_the_page_say_the_same_about_how_near(script):
    for pair, slope in ((("rmsprop", "keras", "torch"), 0.01), (("adam", "torch", "keras"), 1e-3)):
        given = {name: float(value) for name, value in usual(*pair[:2]).items()}
        page = f"measured(data, translate(data, {json.dumps([*pair, given, slope])[1:-1]}), {slope})"
        assert script(page) == measured(translate(*pair, slope=slope, **given), slope)


def test_turning_round_asks_the_way_back(show):
    page = show(Calculator("adagrad", "keras", "optax", lr=0.3))
    there = call(page)
    page.click("[data-part=turn]")
    assert page.input_value("[name=source]") == "optax"
    assert page.input_value("[name=lr]") == "0.3"
    assert call(page).startswith("keras.optimizers.Adagrad(0.3, ")
    page.click("[data-part=turn]")
    assert call(page) == there


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390, 320])
def test_accessible_and_fits(show, theme, width):
    from axe_playwright_python.sync_playwright import Axe

    page = show(Calculator("rmsprop", "torch", "optax", mu=0.5, centered=True, decay=0.1), theme=theme, width=width)
    page.add_style_tag(content="body { margin: 8px }")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    violations = Axe().run(page).response["violations"]
    assert [(v["id"], [n["target"] for n in v["nodes"]]) for v in violations] == []
    small = page.eval_on_selector_all(
        "select, input[type=text], button", "all => all.filter((e) => e.getBoundingClientRect().height < 44).length"
    )
    assert small == 0
    for name in ("method", "source", "target", "lr", "centered"):
        assert page.locator(f"label:has([name={name}])").inner_text().strip()


def test_every_name_has_words():
    assert set(METHODS) >= {method for methods in OFFERS.values() for method in methods}
    assert set(NAMES) == set(OFFERS)


@pytest.mark.parametrize(
    ("trait", "wrong", "says"),
    [
        ("slope", -1, "slope is -1.0; slope must be a number, more than 0"),
        ("slope", float("nan"), "slope is nan; slope must be a number"),
        ("settings", {"lr": None}, "lr is None; lr must be a number, more than 0"),
        ("settings", {"beta1": 1}, "beta1 is 1; beta1 must be a number, at least 0 and less than 1"),
    ],
)
def test_wrong_values_that_are_set_later_are_refused_and_what_was_stays(trait, wrong, says):
    figure = Calculator(lr=0.1)
    with pytest.raises(TraitError, match=says):
        setattr(figure, trait, wrong)
    assert (figure.slope, figure.settings) == (0.01, {"lr": 0.1})
