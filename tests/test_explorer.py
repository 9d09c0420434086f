"""The Explorer without a browser: its traits, what it says about wrong input, its still, and its numbers."""

import base64
import contextlib
import io
import json
import re
from dataclasses import dataclass
from functools import partial

import numpy as np
import pytest
import traitlets
from descent import Explorer, Surface, descend, momentum, sgd, steps_to, tuned_rate
from descent.notes import hyperparameters
from descent.races import losses, reaches
from descent.rules import RULES
from descent.surfaces import SURFACES, ravine
from descent.tracing import TracingError, program, surface_program
from descent.walk import noisy
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st
from PIL import Image
from py_mini_racer import MiniRacer
from rounding import allowance, apart, by_name, lost_alike, only, rounded_otherwise

JAVASCRIPT = Explorer._esm


def sluggish(x, grad, t, v=0, *, lr=0.1, mu=0.5):
    v = mu * v + (1 - mu) * grad(x)
    return x - lr * v, v


def jumpy(x, grad, t, *, lr=0.1):
    return (x - lr * grad(x) if t < 10 else x,)


# -- traits


def test_traits_say_what_is_drawn():
    explorer = Explorer("ravine", ["sgd", "momentum"], steps=80)
    assert explorer.surface == "ravine"
    assert explorer.start == [-4.0, 2.0]
    assert explorer.steps == 80
    assert explorer.rules == ["sgd", "momentum"]
    assert explorer.settings == {
        "sgd": {"lr": tuned_rate(sgd, SURFACES["ravine"])},
        "momentum": {"lr": tuned_rate(momentum, SURFACES["ravine"]), "mu": 0.9},
    }


def test_a_given_rate_holds_for_all_rules():
    assert Explorer(lr=1.9, mu=0.5).settings == {"sgd": {"lr": 1.9}, "momentum": {"lr": 1.9, "mu": 0.5}}


def test_same_rate_gives_all_the_rate_tuned_for_gradient_descent():
    settings = Explorer(rules=["momentum", "sgd"], same_rate=True).settings
    assert settings["momentum"]["lr"] == settings["sgd"]["lr"] == tuned_rate(sgd, SURFACES["ravine"])


def test_settings_not_mentioned_stay_as_they_are():
    explorer = Explorer(mu=0.8)
    before = explorer.settings["sgd"]
    explorer.settings = {"momentum": {"lr": 0.01}}
    assert explorer.settings == {"sgd": before, "momentum": {"lr": 0.01, "mu": 0.8}}


def test_a_tuned_rate_follows_its_momentum_and_its_surface():
    explorer = Explorer(["ravine", "beale"], ["sgd", "momentum"])
    explorer.settings = {"sgd": {"lr": 0.02}, "momentum": {"mu": 0.5}}
    assert explorer.settings["momentum"]["lr"] == tuned_rate(momentum, SURFACES["ravine"], mu=0.5)
    explorer.parameters = {"kappa": 10}
    assert explorer.parameters == {"kappa": 10.0, "tilt": 0.0}
    assert explorer.settings["momentum"]["lr"] == tuned_rate(momentum, ravine(10), mu=0.5)
    explorer.surface = "beale"
    assert explorer.start == list(SURFACES["beale"].start)
    assert explorer.settings["momentum"]["lr"] == tuned_rate(momentum, SURFACES["beale"], mu=0.5)
    assert explorer.settings["sgd"]["lr"] == 0.02


@dataclass
class Gentle:
    """Gradient descent with a share of every step; a rule with a setting of its own, and with no name or hash."""

    share: float = 0.5

    def __call__(self, x, grad, t, *, lr=0.1):
        return (x - self.share * lr * grad(x),)


def test_rules_without_a_name_get_one():
    explorer = Explorer(rules=[partial(momentum, mu=0.5), lambda x, grad, t, *, lr=0.1: (x - lr * grad(x),), Gentle()])
    assert list(explorer.settings) == explorer.rules == ["my_momentum", "my_rule", "my_Gentle"]
    assert explorer.settings["my_momentum"] == {"lr": tuned_rate(momentum, SURFACES["ravine"], mu=0.5), "mu": 0.5}
    assert explorer.settings["my_Gentle"]["lr"] == tuned_rate(Gentle(), SURFACES["ravine"])
    assert repr(explorer) == "Explorer: ravine, my momentum, my rule and my Gentle, 120 steps"
    assert explorer.still().svg().count("my Gentle") >= 1
    with pytest.raises(TypeError, match=r"^unknown hyperparameter 'beta'; these rules have lr, mu$"):
        Explorer(rules=[partial(momentum, mu=0.5), Gentle()], beta=1)


def test_surfaces_of_ones_own_and_rules_typed_into_a_cell():
    bowl = Surface("x**2 + 3*y**2", name="bowl")
    explorer = Explorer([bowl, "beale"], [sluggish, "sgd"])
    assert explorer.surface == "bowl"
    assert explorer.rules == ["sluggish", "sgd"]
    assert explorer.settings["sluggish"]["mu"] == 0.5
    assert repr(explorer) == "Explorer: bowl, sluggish and gradient descent, 120 steps"


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"rules": ["sdg"]}, ValueError, "unknown rule 'sdg'; did you mean 'sgd'?"),
        ({"rules": []}, ValueError, "at least one rule"),
        ({"rules": [sluggish, lambda x, grad: (x,)]}, TracingError, "my_rule must take x, grad and t first"),
        ({"rules": [jumpy]}, TracingError, "may not branch"),
        ({"surface": "ravin"}, ValueError, "unknown surface 'ravin'; did you mean 'ravine'?"),
        ({"surface": 3}, TypeError, "3 is not a surface; give a name, such as 'ravine', a formula, or a Surface"),
        ({"surface": "valley"}, ValueError, "unknown surface 'valley'; use ravine, saddle"),
        ({"surface": [ravine(10), ravine(20)]}, ValueError, "two different surfaces are called 'ravine'"),
        ({"start": (1, float("nan"))}, ValueError, "two finite numbers"),
        ({"start": 3}, ValueError, r"start is 3; .* such as \(-4, 2\)"),
        ({"start": "ab"}, ValueError, "start is 'ab'"),
        ({"steps": 0}, ValueError, "steps is 0; it must be a whole number from 1 to 1000"),
        ({"steps": 1001}, ValueError, "1001"),
        ({"steps": 2.5}, ValueError, "2.5"),
        ({"steps": True}, ValueError, "True"),
        ({"noise": -1}, ValueError, "noise is -1; it must be a finite number, 0 or more"),
        ({"noise": "loud"}, ValueError, "noise is 'loud'"),
        ({"rate": 0.1}, TypeError, "unknown hyperparameter 'rate'; these rules have lr, mu"),
        ({"lr": -1}, ValueError, "lr is -1; a learning rate must be greater than 0"),
        ({"mu": 1}, ValueError, "mu is 1; it must be at least 0 and less than 1"),
        ({"mu": "big"}, ValueError, "mu is 'big'"),
        ({"ask": "frist"}, ValueError, "ask is 'frist'; use True, first, steps, lowest, lost, or a question"),
        ({"ask": 3}, ValueError, "ask is 3"),
        ({"knobs": ["beta2"]}, ValueError, "unknown knob 'beta2'; this explorer has lr, mu, kappa, noise, steps"),
        ({"surface": "saddle", "knobs": "kappa"}, ValueError, "unknown knob 'kappa'; this explorer has lr, mu, noise"),
        ({"knobs": [3]}, ValueError, "unknown knob 3"),
        ({"knobs": 3}, ValueError, "unknown knob 3"),
        ({"invitation": True}, TypeError, "invitation is True; it must be a sentence"),
        ({"ask": "?" * 300}, ValueError, "at most 200 letters"),
    ],
)
def test_wrong_arguments_get_one_clear_line(arguments, error, message):
    with pytest.raises(error, match=message) as caught:
        Explorer(**arguments)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("trait", "value", "message"),
    [
        ("surface", "beale", "unknown surface 'beale'; this explorer has ravine"),
        ("rules", ["adam"], "unknown rule 'adam'; this explorer has sgd, momentum"),
        ("start", [1], "two finite numbers"),
        ("steps", 5000, "from 1 to 1000"),
        ("noise", float("nan"), "noise is nan"),
        ("parameters", {"kappa": 0}, "a condition number is at least 1"),
        ("parameters", {"tilt": float("inf")}, "finite"),
        ("settings", {"sgd": {"mu": 0.5}}, "sgd has no hyperparameter 'mu'"),
        ("settings", {"sgd": {"lr": 0}}, "greater than 0"),
        ("settings", {"sgd": 3}, "give a dict"),
        ("settings", {"adam": {}}, "unknown rule 'adam'"),
        ("ask", "now", "ask is 'now'"),
    ],
)
def test_wrong_traits_are_refused_and_change_nothing(trait, value, message):
    explorer = Explorer()
    before = getattr(explorer, trait)
    with pytest.raises(traitlets.TraitError, match=message):
        setattr(explorer, trait, value)
    assert getattr(explorer, trait) == before


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["sgd", "momentum", "lr", "mu", "kappa", "x"]), inner, max_size=3)
    ),
    max_leaves=6,
)


@examples(max_examples=150, deadline=None)
@given(trait=st.sampled_from(["surface", "start", "steps", "rules", "settings", "parameters", "ask"]), value=anything)
def test_garbage_never_breaks_an_explorer(trait, value):
    explorer = Explorer(steps=5)
    with contextlib.suppress(traitlets.TraitError):
        explorer.set_state({trait: value})  # as if the browser had sent it
    assert explorer.surface == "ravine"
    assert np.all(np.isfinite(explorer.start))
    assert 1 <= explorer.steps <= 1000
    assert set(explorer.rules) <= {"sgd", "momentum"}
    assert all(h["lr"] > 0 for h in explorer.settings.values())
    for rule in (sgd, momentum):
        descend(rule, SURFACES["ravine"].grad, explorer.start, 1, **explorer.settings[rule.__name__])


def test_a_question_can_be_chosen_or_written():
    assert Explorer().ask == ""
    assert Explorer(ask=True).ask == "first"
    assert Explorer(rules=["sgd"], ask=True).ask == "steps"
    assert Explorer(ask="Who wins?").ask == "Who wins?"


@pytest.mark.parametrize(
    ("rules", "knobs"),
    [
        (["sgd"], ["lr"]),
        (["sgd", "momentum"], ["mu"]),
        (["momentum", "adam"], ["beta2"]),
        (["sgd", "adagrad"], ["lr"]),
        ([lambda x, grad, t: (0.9 * x,)], []),
    ],
)
def test_the_knob_is_the_one_that_the_last_rule_is_about(rules, knobs):
    assert Explorer(rules=rules)._knobs == knobs


# -- where no browser runs


def test_the_bundle_is_the_same_every_time_and_names_no_address():
    first, second = (Explorer(rules=["sgd", "momentum", "adam"], steps=30)._repr_mimebundle_() for _ in range(2))
    first, second = ((b[0] if isinstance(b, tuple) else b) for b in (first, second))
    assert set(first) == {"application/vnd.jupyter.widget-view+json", "image/png", "text/plain"}
    assert first["text/plain"] == "Explorer: ravine, gradient descent, momentum and Adam, 30 steps"
    assert first["text/plain"] == second["text/plain"]
    assert first["image/png"] == second["image/png"]
    picture = Image.open(io.BytesIO(base64.b64decode(first["image/png"])))
    assert picture.width >= 1000


def test_a_still_is_drawn_even_of_lost_runs_and_of_no_runs():
    explorer = Explorer(lr=2.5, steps=200)
    assert explorer.still().png()
    explorer.rules = []
    assert explorer.still().png()
    assert repr(explorer) == "Explorer: ravine, no rule, 200 steps"


def test_a_still_shows_what_is_seen_at_first():
    assert len(Explorer(steps=5).still().figure().axes) == 1
    assert len(Explorer(steps=5, more=True).still().figure().axes) == 2
    lit = np.asarray(Image.open(io.BytesIO(Explorer(steps=5).still().png(50))).convert("L")).astype(int)
    assert lit[5, 180] < lit[-60, 180] - 20  # the slope that turns away from the light is the darker


def test_the_colours_of_the_paths_survive_in_the_still():
    explorer = Explorer(rules=["sgd", "momentum", "nag", "rmsprop", "adam"])
    bundle = explorer._repr_mimebundle_()
    data = (bundle[0] if isinstance(bundle, tuple) else bundle)["image/png"]
    picture = np.asarray(Image.open(io.BytesIO(base64.b64decode(data))).convert("RGB")).astype(int)
    for look in explorer._looks.values():
        colour = [int(look["light"][i : i + 2], 16) for i in (1, 3, 5)]
        assert np.sum(np.abs(picture - colour).sum(axis=-1) < 30) > 100


# -- the same numbers in JavaScript


@pytest.fixture(scope="module")
def engine():
    engine = MiniRacer()
    text = program(RULES.values(), SURFACES.values())
    engine.eval(re.sub(r"^export const (\w+)", r"var \1", text, flags=re.M))
    functions = re.sub(r"^export default \{.*", "", JAVASCRIPT, flags=re.M | re.S)
    engine.eval(re.sub(r"^export function", "function", functions, flags=re.M))
    return engine


@pytest.mark.parametrize("surface", ["ravine", "rosenbrock", "two_wells", "saddle", "himmelblau"])
@pytest.mark.parametrize("rule", ["sgd", "momentum", "nag", "adagrad", "rmsprop", "adam", "adadelta"])
def test_the_tuned_rate_is_the_one_that_races_defines(engine, rule, surface):
    hyper = {name: value for name, value in hyperparameters(RULES[rule]).items() if name != "lr"}
    found = engine.eval(f"tunedRate(rules.{rule}, {json.dumps(hyper)}, surfaces.{surface})")
    assert found == pytest.approx(tuned_rate(RULES[rule], SURFACES[surface]), rel=1e-12)


@pytest.mark.parametrize("surface", SURFACES)
@pytest.mark.parametrize("rule", RULES)
def test_a_run_is_the_run_that_numpy_makes(engine, rule, surface):
    start, rate = list(SURFACES[surface].start), 0.01 if surface == "ravine" else 0.0005
    hyper = hyperparameters(RULES[rule]) | {"lr": rate}
    where = f"surfaces.{surface}, surfaces.{surface}.make(surfaces.{surface}.parameters)"
    found = engine.execute(
        f"(() => {{ const r = run(rules.{rule}, {json.dumps(hyper)}, {where}, {start}, 200, bound);"
        " return [[...r.xs], [...r.ys], [...r.losses]]; })()"
    )
    run = descend(RULES[rule], SURFACES[surface].grad, start, 200, lr=rate)
    np.testing.assert_allclose(np.transpose(found[:2]), run.xs, rtol=0, atol=1e-9)
    np.testing.assert_allclose(found[2], losses(run, SURFACES[surface]), rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("seed", [0, 1, 21, 10**6])
def test_noise_is_the_same_to_the_last_bit(engine, seed):
    drawn = [run.final[0] for run in (descend(noisy(sgd, 1, seed), np.zeros_like, (0, 0), t, lr=1) for t in (1, 2, 9))]
    found = engine.execute(
        f"[1, 2, 9].map((n) => {{ let x = 0; for (let t = 1; t <= n; t++) x -= bell({seed}, 2 * t); return x; }})"
    )
    assert found == drawn


def test_noise_has_mean_0_and_variance_1_and_no_echo():
    runs = [descend(noisy(sgd, 1, seed), np.zeros_like, (0, 0), 1000, lr=1).xs for seed in range(40)]
    drawn = np.diff(runs, axis=1)
    assert np.abs(drawn.mean((0, 1))).max() < 4 / np.sqrt(40_000)
    assert drawn.std((0, 1)) == pytest.approx([1, 1], abs=0.01)
    echo = [drawn[:, 1:, 0] * drawn[:, :-1, 0], drawn[..., 0] * drawn[..., 1], drawn[1:, :, 0] * drawn[:-1, :, 0]]
    assert max(abs(product.mean()) for product in echo) < 4 / np.sqrt(39_000)


@pytest.mark.parametrize("rule", RULES)
def test_a_noisy_run_is_the_run_that_numpy_makes(engine, rule):
    where = "surfaces.two_wells, noisy(surfaces.two_wells.make({}), 0.3, 1)"
    found = engine.execute(
        f"(() => {{ const r = run(rules.{rule}, {json.dumps(hyperparameters(RULES[rule]) | {'lr': 0.05})},"
        f" {where}, [-2.6, -1.2], 200, bound); return [[...r.xs], [...r.ys]]; }})()"
    )
    run = descend(noisy(RULES[rule], 0.3), SURFACES["two_wells"].grad, (-2.6, -1.2), 200, lr=0.05)
    np.testing.assert_allclose(np.transpose(found), run.xs, rtol=0, atol=1e-9)


def settings_at_random(rule, surface, seed, count=5):
    """Starts from the window and hyperparameters from gentle to wild, by name: the same whatever else is tried."""
    random = by_name(rule, surface, seed)
    decays = [name for name in hyperparameters(RULES[rule]) if name in ("mu", "rho", "beta1", "beta2")]
    hyper = {name: random.uniform(0.3, 0.99, (count, 1)) for name in decays}
    hyper["lr"] = 10 ** random.uniform(-4, 0.5, (count, 1))
    return random.uniform(*np.transpose(SURFACES[surface].window), (count, 2)), hyper


@pytest.mark.parametrize("surface", SURFACES)
@pytest.mark.parametrize("rule", RULES)
def test_runs_are_numpys_or_as_near_as_rounding_allows(engine, rule, surface):
    where = f"surfaces.{surface}, surfaces.{surface}.make(surfaces.{surface}.parameters)"
    amplified = 0
    for seed in range(5):
        starts, hyper = settings_at_random(rule, surface, seed)
        batch = rounded_otherwise(RULES[rule], SURFACES[surface], starts, 200, hyper, seed=seed)
        for i, start in enumerate(starts.tolist()):
            setting = hyperparameters(RULES[rule]) | {name: float(values[i, 0]) for name, values in hyper.items()}
            xs, ys, lost = engine.execute(
                f"(() => {{ const r = run(rules.{rule}, {json.dumps(setting)}, {where}, {start}, 200, bound);"
                " return [[...r.xs], [...r.ys], r.lostAt]; })()"
            )
            runs = only(batch, i)
            assert lost_alike(lost or -1, runs), setting
            shared = min([201, *runs.failed_at[runs.failed_at >= 0], lost or 201])
            assert not apart(np.transpose([xs, ys])[:shared], runs).any(), setting
            amplified += allowance(runs)[shared - 1] > 1e-6
    assert amplified <= 25 / 2


def test_a_lost_run_is_lost_at_the_same_step(engine):
    where = "surfaces.ravine, surfaces.ravine.make(surfaces.ravine.parameters)"
    found = engine.eval(f"run(rules.sgd, {{lr: 2.3}}, {where}, [-4, 2], 200, bound).lostAt")
    assert found == descend(sgd, SURFACES["ravine"].grad, (-4, 2), 200, lr=2.3).failed_at > 0


def swept(engine, rule, surface, size, **job):
    """What a map of ``size`` x ``size`` runs finds: places, steps and losses, from the top row down."""
    described = {"parameters": {}, "noise": 0, "seed": 1, "steps": 200, "shares": [], "corrected": True}
    described |= {"goal": 1e-6, "stay": 61, "columns": size, "rows": size, **job}
    found = engine.execute(
        f"(() => {{ const [rule, surface, job] = [rules.{rule}, surfaces.{surface}, {json.dumps(described)}];"
        " Object.assign(job, sceneOf(surface, surface.make(job.parameters)), { bound, memory: rule.memory });"
        " const kernel = eval(blockText(rule, surface, 0).replace('export ', '') + 'kernel');"
        " let last; for (const shot of sweep(kernel, job)) last = shot ?? last;"
        " return [last.place, last.steps, last.loss].map((a) => [...a]); })()"
    )
    return np.reshape(found, (3, size, size))


@pytest.mark.parametrize(
    ("noise", "shares", "corrected"), [(0, [], True), (0.3, [0.5, 1, 0.25], True), (0.3, [], False)]
)
@pytest.mark.parametrize("surface", ["ravine", "beale", "himmelblau", "plateau"])
def test_a_maps_runs_are_those_that_are_drawn_to_the_last_bit(engine, surface, noise, shares, corrected):
    """Every rule, side by side in one loop and each by itself: points compared with ===, so 0 is 0 and NaN is nothing."""
    engine.eval(
        f"var alone = (rule, surface, h, start) => run(variant(rule, {shares}, {json.dumps(corrected)}), h, surface,"
        f" noisy(surface.make(surface.parameters), {noise}, 1), start, 30, Infinity);"
    )
    differ = engine.execute(
        f"(() => {{ const surface = surfaces.{surface}; return Object.entries(rules).filter(([, rule]) => {{"
        f" const kernel = eval(blockText(rule, surface, {noise}).replace('export ', '') + 'kernel');"
        " const starts = [surface.start, [0.3, -0.4], [1, 0], [-2, 1.5]]; const rates = [0.003, 0.01, 0.1, 1];"
        " const s = Array.from({ length: 2 + 2 * rule.memory }, () => new Float64Array(4));"
        " starts.forEach((start, i) => [s[0][i], s[1][i]] = start);"
        " const block = { n: 4, s, rates };"
        f" const push = (t) => [2 * t, 2 * t + 1].map((k) => {noise} * bell(1, k)), shares = {shares};"
        " for (let t = 1; t <= 30; t++)"
        f" kernel.advance(block, {'t' if corrected else 'Infinity'}, shares[Math.min(t, shares.length) - 1] ?? 1, rule.hyper,"
        " surface.parameters, push(t));"
        " return starts.some((start, i) => { const r = alone(rule, surface, { ...rule.hyper, lr: rates[i] }, start);"
        " return r.last === 30 && !(r.xs[30] === s[0][i] && r.ys[30] === s[1][i]); });"
        " }).map(([name]) => name); })()"
    )
    assert differ == []


@pytest.mark.parametrize(("rule", "key"), [("momentum", "mu"), ("nag", "mu"), ("adam", "beta1"), ("rmsprop", "rho")])
def test_the_map_of_settings_counts_the_steps_that_races_counts(engine, rule, key):
    saddle = SURFACES["saddle"]
    others = {name: value for name, value in hyperparameters(RULES[rule]).items() if name not in ("lr", key)}
    axes = {"across": [-4.5, 1.5], "up": [0, 0.99]}
    places, steps, _ = swept(engine, rule, "saddle", 12, hyper=others, key=key, start=list(saddle.start), **axes)
    seen = set()
    for (j, i), place in np.ndenumerate(places):
        hyper = others | {"lr": 10 ** (-4.5 + 6 * i / 11), key: 0.99 * (11 - j) / 11}
        expected = steps_to(RULES[rule], saddle, at_most=200, **hyper)
        lost = descend(RULES[rule], saddle.grad, saddle.start, 200, **hyper).failed_at
        assert (place > 0) == (expected is not None)
        assert place <= 0 or steps[j, i] == expected
        assert place >= 0 or steps[j, i] == lost
        seen.add(int(np.sign(place)))
    assert {0, 1} <= seen


def test_the_map_of_starts_says_which_minimum(engine):
    surface, hyper = SURFACES["himmelblau"], {"lr": 0.01, "mu": 0.5}
    axes = {"across": surface.window[0], "up": surface.window[1]}
    places, steps, _ = swept(engine, "momentum", "himmelblau", 15, hyper=hyper, **axes)
    (x0, x1), (y0, y1) = surface.window
    starts = np.stack(np.meshgrid(np.linspace(x0, x1, 15), np.linspace(y1, y0, 15)), -1)
    run = descend(momentum, surface.grad, starts, 260, **hyper)
    nearest = np.argmin(np.linalg.norm(run.final[..., None, :] - surface.minima, axis=-1), axis=-1) + 1
    assert set(places.ravel()) == {1, 2, 3, 4}
    assert np.array_equal(places, nearest)
    expected = [reaches(path, 1e-6) for path in losses(run, surface).reshape(261, -1).T]
    assert steps.ravel().tolist() == expected


@pytest.mark.parametrize("formula", ["x + y/2 + sin(x)/3", "x**2 - y**2", "exp(x)"])
def test_nobody_arrives_on_a_surface_without_a_minimum(engine, formula):
    slope = Surface(formula, name="slope")
    engine.eval(f"surfaces.slope = {surface_program(slope)}")
    axes = {"across": [-4.5, 1.5], "up": [0, 0]}
    places, _, heights = swept(engine, "sgd", "slope", 13, hyper={}, start=[-2, 1], **axes)
    assert places.max() <= 0
    ends = [descend(sgd, slope.grad, (-2, 1), 200, lr=10 ** (-4.5 + i / 2)) for i in range(13)]
    lost = np.array([end.failed_at >= 0 for end in ends])
    assert np.array_equal(places[0] < 0, lost)
    expected = slope.value(np.array([end.final for end in ends])[~lost])
    np.testing.assert_allclose(heights[0][~lost].astype(float), expected, rtol=1e-6)
    assert engine.eval("tunedRate(rules.sgd, {}, surfaces.slope)") is None


def test_below_the_minimum_is_not_arrived(engine):
    """x**3 - 3x + y**2 has a minimum at (1, 0); from the left a run falls past its height for ever."""
    surface = Surface("x**3 - 3*x + y**2", name="shelf")
    engine.eval(f"surfaces.shelf = {surface_program(surface)}")
    axes = {"across": surface.window[0], "up": surface.window[1]}
    places, _, _ = swept(engine, "sgd", "shelf", 12, hyper={"lr": 0.05}, **axes)
    left = np.linspace(-3, 3, 12) < -1
    assert (places[:, left] == -1).all()
    assert (places[:, ~left] == 1).all()


def test_a_shallower_minimum_is_a_place_of_its_own(engine):
    surface, hyper = SURFACES["two_wells"], {"lr": 0.3}
    axes = {"across": surface.window[0], "up": surface.window[1]}
    places, _, _ = swept(engine, "sgd", "two_wells", 15, hyper=hyper, **axes)
    (x0, x1), (y0, y1) = surface.window
    starts = np.stack(np.meshgrid(np.linspace(x0, x1, 15), np.linspace(y1, y0, 15)), -1)
    ends = descend(sgd, surface.grad, starts, 200, **hyper).final
    nearest = np.argmin(np.linalg.norm(ends[..., None, :] - surface.minima, axis=-1), axis=-1) + 1
    assert set(places.ravel()) == {1, 2}
    assert np.array_equal(places, nearest)


FORMULAS = """
x**2 + 3*y**2 | (x**2/40 + y**2)/2 | x**2/2 - y**2/2 + y**4/8 | (1 - x)**2 + 100*(y - x**2)**2 | tanh((x**2 + 2*y**2)/6)
(1.5 - x + x*y)**2 + (2.25 - x + x*y**2)**2 + (2.625 - x + x*y**3)**2 | (x**2 + y - 11)**2 + (x + y**2 - 7)**2
(x**2 + 1.4*y**2)/20 - exp(-((x - 1.5)**2 + (y - 0.7)**2)/2.2) - 0.3*exp(-((x + 1.5)**2 + (y + 0.6)**2)/0.35)
0.4*x**2*y**2 + 0.3*x**2*y + 0.3*x**2 + 0.3*y**2 - 0.25*x*y**2 + 0.31*x*y - 0.2*x + 2.1*y | sin(x)*cos(y)
abs(x) + 2*abs(y - x/3) | sqrt(1 + x**2 + y**2) | log(1 + x**2 + y**2) | atan(x*y) | sinh(x/3) + cosh(y/2) | tan(x/7) + y**2
exp(-x**2 - y**2) | -exp(-x**2)*exp(-y**2) | x*y | x + y/2 | x - y - 1 | 3 | pi*x**2 + y**2/pi | -x**2 + 2**3 | 2**x + 2**-y
x**3 - 3*x*y**2 | x**4 - x**2 + y**2 | x**-2 + y**2 | 1/(1 + x**2 + y**2) | x/(1 + y**2) | (x + 1)/(y**2 + 2) | x**2/y
(x**2 + y**2)**0.5 | (x**2 + y**2 + 1)**1.5 | (x**2 + y**2 + 1)**(1/3) | (1 + x**2)**y | (2 + sin(x))**(y/2) | x**1*y**0
cos(2*x) + cos(2*y) + (x**2 + y**2)/20 | 20 + x**2 + y**2 - 10*cos(2*pi*x) - 10*cos(2*pi*y) | -(-x)**2 + y | - - x + +y**2
exp(sin(x) + cos(y)) | log(2 + cos(x*y)) | sqrt(abs(x) + 1) + y**2 | tanh(x)*tanh(y) + 0.01*(x**2 + y**2) | 1e-3*x**4 + .5*y**2
x**2*2**y | (x - y)**6/64 | ((x))*((y)) + 7.25 | abs(x)**3 + y**2 | 1.5e1*x**2/(3 - 1) + 2*y**2 | sin(x**2 + y**2)/(1 + x**2 + y**2)
"""
FORMULAS = [formula.strip() for line in FORMULAS.split("\n") for formula in line.split("|") if formula.strip()]


@pytest.mark.parametrize("formula", FORMULAS)
def test_a_formula_read_in_the_browser_is_the_one_that_python_reads(engine, formula):
    surface = Surface(formula, start=(1.3, 0.7))
    points = np.random.default_rng(3).uniform(-3, 3, (40, 2)).tolist()
    found = engine.execute(
        f"(() => {{ const f = eval('({{' + formulaText({json.dumps(formula)}) + '}})').make(), g = [0, 0];"
        f" return JSON.stringify({points}.map(([x, y]) => {{ f.slope(x, y, g); return [f.value(x, y), ...g].map(String); }})); }})()"
    )
    value, gx, gy = np.array(json.loads(found)).astype(float).T
    with np.errstate(all="ignore"):
        known, slope = surface.value(points), surface.grad(points)
    real = np.isfinite(known)
    assert real.sum() >= 15
    for ours, theirs in ((value, known), (gx, slope[:, 0]), (gy, slope[:, 1])):
        np.testing.assert_allclose(ours[real], theirs[real], rtol=1e-10, atol=1e-11)
    assert np.isnan(value[~real]).all()


def test_there_are_fifty_formulas():
    assert len(set(FORMULAS)) >= 50


@pytest.mark.parametrize("formula", FORMULAS[:9])
def test_minima_are_found_where_python_finds_them(engine, formula):
    surface = Surface(formula)
    found = engine.execute(
        f"findMinima(eval('({{' + formulaText({json.dumps(formula)}) + '}})').make(), [[-3, 3], [-3, 3]])"
    )
    assert len(found) == len(surface.minima)
    if found:
        np.testing.assert_allclose(sorted(found), sorted(surface.minima.tolist()), atol=1e-7)


@pytest.mark.parametrize(
    ("formula", "complaint"),
    [
        ("", "Something is missing at the end; use x, y, numbers"),
        ("x +", "Something is missing at the end"),
        ("x**2 + z", "z is not understood here; use x, y, numbers"),
        ("alert(1)", "alert is not understood here"),
        ("constructor(x)", "constructor is not understood here"),
        ("(x + y", "A ) is missing at the end."),
        ("sin x", "Write sin(…), and its square as sin(…)**2."),
        ("x 2", "A sign is missing before 2."),
        ("x**65", "Powers up to 64 are read."),
        ("1/0 + x", "A part of it is not a number of ordinary size."),
        ("+".join(["x*y"] * 40), "At most 60 operations, and 6 in one another."),
        ("x" + " " * 300, "At most 300 characters."),
    ],
)
def test_a_wrong_formula_gets_one_clear_line(engine, formula, complaint):
    said = engine.eval(f"try {{ formulaText({json.dumps(formula)}) }} catch (error) {{ error.message }}")
    assert said.startswith(complaint)


PIECES = st.sampled_from(
    [
        *"xyzuf.()+-*/,;{}[]'\"`$\\= 0123456789",
        "**",
        "pi",
        "sin(",
        "exp(",
        "abs(",
        "1e308",
        "x**",
        "=>",
        "this",
        "\u2028",
    ]
)


@examples(max_examples=1000, deadline=None, derandomize=True)
@given(st.lists(PIECES, max_size=40).map("".join) | st.text(max_size=60))
def test_any_text_is_read_or_refused_and_never_run(engine, text):
    """What comes out of a text is arithmetic on our own names and numbers, or a complaint; nothing of the text itself."""
    made = engine.eval(
        f"try {{ formulaText({json.dumps(text)}) }} catch (error) {{ error.name + ': ' + error.message }}"
    )
    if made.startswith("make() {"):
        names = set(
            re.findall(r"[A-Za-z_$][\w$]*", re.sub(r"\d[\d.]*(e[+-]?\d+)?", "0", re.sub(r"\bk\d+\b", "k", made)))
        )
        functions = {"Math", "sqrt", "exp", "log", "sin", "cos", "tan", "sinh", "cosh", "tanh", "atan", "abs", "sign"}
        assert names <= {"make", "return", "value", "slope", "const", "k", "x", "y", "g"} | functions
        assert set(made) <= set(" (){}[].,:;=+-*/") | set("0123456789") | {c for name in names for c in name} | {"e"}
        assert engine.eval(f"typeof eval('({{' + {json.dumps(made)} + '}})').make().value(1, 2)") == "number"
    else:
        assert made.startswith("SyntaxError: ")
        assert "\n" not in made or "\n" in text


@examples(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from([0.1, 1.0, float("nan")]), max_size=30), st.integers(1, 5))
def test_reaching_means_the_same(engine, sequence, stay):
    listed = ", ".join("NaN" if loss != loss else str(loss) for loss in sequence)
    assert engine.eval(f"reaches([{listed}], 0.5, {stay})") == reaches(sequence, 0.5, stay)


def test_texts_are_those_of_the_courses_rules():
    def mine(x, grad, t, *, lr=0.1):
        return (x - lr * grad(x),)

    explorer = Explorer("ravine", ["sgd", mine])
    assert explorer.texts == {}
    explorer.texts = {"sgd": "def sgd(x, grad, t):"}  # wrong, and told where it is read
    for texts, said in (
        ({"adam": ""}, "unknown rule 'adam'"),
        ({"mine": ""}, "mine is a rule of your own; change it where it is defined"),
        ({"sgd": 3}, "the text of sgd is 3; give it as a string"),
    ):
        with pytest.raises(traitlets.TraitError, match=said):
            explorer.texts = texts
    assert explorer.texts == {"sgd": "def sgd(x, grad, t):"}


def test_what_the_figure_asks_for_is_sent():
    explorer, sent = Explorer(), []
    explorer.send = sent.append
    explorer._handle_custom_msg("editor", [])
    explorer._handle_custom_msg("secrets", [])
    assert [list(message) for message in sent] == [["editor"]]
    assert "export function edit(" in sent[0]["editor"]
