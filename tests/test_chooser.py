"""The Chooser without a browser: what it stores, what it says about wrong input, its still."""

import json

import numpy as np
import pytest
import traitlets
from descent import Chooser, draw

KNOBS = {"layers": [2, 5], "activation": ["tanh", "relu"]}


def picture(layers, activation):
    curve = draw.lines({activation: np.arange(layers + 1) / 3}, alt="A line.", levels=[(1, "one")])
    spread = draw.histogram({"last": np.linspace(-1, 1, 50)}, 5, alt="A histogram.")
    return draw.row(curve, spread, alt=f"{layers} layers of {activation}.")


def simple(value):
    return draw.lines({"a": [1, float(value)]}, alt=f"It ends at {value}.")


def stored(chooser):
    return json.loads(chooser._figure)


def test_every_combination_is_drawn_once_in_order():
    seen = []
    chooser = Chooser(lambda *choice: seen.append(choice) or picture(*choice), KNOBS)
    assert seen == [(2, "tanh"), (2, "relu"), (5, "tanh"), (5, "relu")]
    assert [p["words"] for p in stored(chooser)["pictures"]] == [f"{n} layers of {a}." for n, a in seen]
    assert chooser.chosen == [2, "tanh"]


def test_numbers_make_a_slider_in_order_and_texts_make_buttons():
    layers, activation = stored(Chooser(picture, {"layers": np.array([5, 2]), "activation": ["tanh", "relu"]}))["knobs"]
    assert layers == {"label": "layers", "slider": True, "values": [2, 5], "texts": ["2", "5"]}
    assert activation["slider"] is False


@pytest.mark.parametrize(
    ("value", "said"), [(1e-5, "10⁻⁵"), (3.2e-7, "3.2·10⁻⁷"), (0.01, "0.01"), (200000, "2·10⁵"), (0, "0")]
)
def test_values_are_said_as_people_write_them(value, said):
    chooser = Chooser(simple, {"rate": [value, 7]})
    assert said in stored(chooser)["knobs"][0]["texts"]


def test_numbers_are_rounded_and_equal_rows_stored_once():
    figure = stored(Chooser(picture, KNOBS))
    first, second = (p["panels"][0]["curves"][0] for p in figure["pictures"][:2])
    assert first["y"] == second["y"]
    assert figure["rows"][first["y"]] == [0, 0.3333, 0.6667]
    assert len(figure["rows"]) == len({json.dumps(row) for row in figure["rows"]})


def test_what_is_not_finite_is_a_gap():
    figure = stored(Chooser(lambda v: draw.lines({"a": [1, np.nan, np.inf, v]}, alt="Gaps."), {"v": [1, 2]}))
    row = figure["rows"][figure["pictures"][1]["panels"][0]["curves"][0]["y"]]
    assert row == [1, None, None, 2]


def test_every_kind_of_panel_is_stored():
    def make(n):
        heat = draw.heat(
            np.ones((2, 3)) * n, x=[1, 2, 3], y=[0, 1], alt="H.", marks=[("here", (1, 0))], borders=[([1, 3], [0, 1])]
        )
        bars = draw.bars({"sgd": n, "adam": 2.0}, errors={"adam": (1.0, 3.0)}, alt="B.", log="x")
        band = draw.lines({"sgd": [1, n]}, bands={"sgd": ([0.5, 1], [2, 3])}, alt="L.")
        return draw.row(heat, bars, band)

    figure = stored(Chooser(make, {"n": [1, 2]}))
    heat, bars, lines = figure["pictures"][1]["panels"]
    rows = figure["rows"]
    assert rows[heat["values"]] == [2] * 6
    assert heat["marks"] == [["here", 1, 0]]
    assert [rows[i] for i in heat["borders"][0]] == [[1, 3], [0, 1]]
    assert [bar["label"] for bar in bars["bars"]] == ["Gradient descent", "Adam"]
    assert [rows[bars["bars"][1][end]] for end in ("low", "high")] == [[1], [3]]
    assert [rows[lines["curves"][0][end]] for end in ("low", "high")] == [[0.5, 1], [2, 3]]


def test_chosen_can_be_set_to_what_is_offered():
    chooser = Chooser(picture, KNOBS, chosen=(5, "relu"))
    assert chooser.drawing.alt == "5 layers of relu."
    chooser.chosen = (2.0000000001, "tanh")
    assert chooser.chosen == [2, "tanh"]
    for wrong, message in [
        ((3, "tanh"), "layers has no choice 3; use 2, 5"),
        ([2], "one value for each of layers, activation"),
    ]:
        with pytest.raises(traitlets.TraitError, match=message):
            chooser.chosen = wrong
    assert chooser.chosen == [2, "tanh"]


@pytest.mark.parametrize(
    ("picture", "knobs", "options", "error", "message"),
    [
        (simple, {}, {}, ValueError, "one to three labels"),
        (simple, [1, 2], {}, ValueError, "one to three labels"),
        (simple, {k: [1, 2] for k in "abcd"}, {}, ValueError, "one to three labels"),
        (simple, {"": [1, 2]}, {}, ValueError, "give it a label in words"),
        (simple, {"a": [1]}, {}, ValueError, "at least two values"),
        (simple, {"a": [1, 1.0]}, {}, ValueError, "all different"),
        (simple, {"a": [1, "b"]}, {}, ValueError, "numbers for a slider, or texts"),
        (simple, {"a": [1, np.nan]}, {}, ValueError, "numbers for a slider"),
        (simple, {"a": range(401)}, {}, ValueError, "401 combinations; offer fewer values, 400 at most"),
        (simple, {"a": [1, 2]}, {"chosen": [3]}, traitlets.TraitError, "a has no choice 3; use 1, 2"),
        (lambda a: None, {"a": [1, 2]}, {}, TypeError, r"picture\(1\) returned NoneType; it must return a drawing"),
        (lambda a: draw.arrows([], alt="A."), {"a": [1, 2]}, {}, TypeError, "shows draw.lines"),
        (lambda a: draw.row(*[simple(1)] * 4), {"a": [1, 2]}, {}, ValueError, "has 4 panels; a Chooser shows one to three"),
        (
            lambda a: simple(1) if a == 1 else draw.bars({"x": 1}, alt="B."),
            {"a": [1, 2]}, {}, ValueError, r"picture\(2\) shows bars, but picture\(1\) shows lines",
        ),
        (lambda a: draw.lines({"a": [1]}, alt=""), {"a": [1, 2]}, {}, ValueError, "needs alt"),
        (lambda a: draw.lines({"a": [1, 2]}, x=[1, 2, 3], alt="A."), {"a": [1, 2]}, {}, ValueError, "a has 3 x and 2 y"),
    ],
)  # fmt: skip
def test_wrong_input_gets_one_clear_line(picture, knobs, options, error, message):
    with pytest.raises(error, match=message) as caught:
        Chooser(picture, knobs, **options)
    assert "\n" not in str(caught.value)


def test_the_bundle_is_the_same_every_time():
    first, second = (Chooser(picture, KNOBS, chosen=(5, "tanh"))._repr_mimebundle_() for _ in range(2))
    first, second = ((b[0] if isinstance(b, tuple) else b) for b in (first, second))
    assert set(first) == {"application/vnd.jupyter.widget-view+json", "image/svg+xml", "text/plain"}
    assert first["image/svg+xml"] == second["image/svg+xml"] == picture(5, "tanh").svg()
    assert first["text/plain"] == "Layers 5, activation tanh: 5 layers of tanh"


def test_a_chart_with_one_word_for_a_name_is_named_after_what_it_shows():
    def two(n):
        left = draw.lines({"a": [1, n]}, alt="Both.", title="training loss", xlabel="rate")
        return draw.row(
            left,
            draw.lines({"a": [n, 1]}, alt="Run.", ylabel="size"),
            draw.lines({"a": [1]}, alt="One point."),
            alt=f"It ends at {n}.",
        )

    first = stored(Chooser(two, {"n": [1, 2]}))["pictures"][0]
    assert [panel["alt"] for panel in first["panels"]] == ["training loss against rate", "size", "One point."]
    assert stored(Chooser(simple, {"n": [1, 2]}))["pictures"][0]["panels"][0]["alt"] == "It ends at 1."


def test_powers_of_ten_are_written_as_in_the_explorer():
    def tiny(n):
        return draw.lines({"a": [1, n]}, alt=f"From {1e-10:.1g} to {n:.1e}, and 2.5e-07.", levels=[(1, "1e-10")])

    chooser = Chooser(tiny, {"n": [1, 3e6]})
    figure = stored(chooser)
    assert figure["pictures"][0]["words"] == "From 10⁻¹⁰ to 10⁰, and 2.5·10⁻⁷."
    assert figure["pictures"][1]["words"] == "From 10⁻¹⁰ to 3·10⁶, and 2.5·10⁻⁷."
    assert figure["pictures"][0]["panels"][0]["levels"] == [[1, "10⁻¹⁰"]]
    assert repr(chooser) == "N 1: From 10⁻¹⁰ to 10⁰, and 2.5·10⁻⁷"


def test_values_have_three_digits_where_that_tells_them_apart():
    assert stored(Chooser(simple, {"spread": [0.1, 0.1414, 1]}))["knobs"][0]["texts"] == ["0.1", "0.141", "1"]
    assert stored(Chooser(simple, {"spread": [0.1414, 0.1411]}))["knobs"][0]["texts"] == ["0.1411", "0.1414"]
