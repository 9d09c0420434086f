"""What the chapters' tabs say is run as it stands there, and takes the steps of that framework's rule."""

import ast
import importlib
import inspect
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import record  # noqa: F401  (chooses the engines before they are imported)
import tabs
from descent import descend, matrices, rules
from descent.conventions import CONVENTIONS
from descent.frameworks.rules import rmsprop_outside

CHAPTERS = sorted((Path(__file__).parents[2] / "chapters").glob("*.ipynb"))
FRAMEWORKS = {"PyTorch": "torch", "Keras": "keras", "TensorFlow": "keras", "JAX (optax)": "optax"}
ITEM = re.compile(r"^(`{3,}|:{3,})\{tab-item\} (.+?)\n(.*?)^\1$", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
OURS = {
    "lr": "lr",
    "learning_rate": "lr",
    "momentum": "mu",
    "alpha": "rho",
    "rho": "rho",
    "decay": "rho",
    "beta_1": "beta1",
    "beta_2": "beta2",
    "b1": "beta1",
    "b2": "beta2",
    "eps": "eps",
    "epsilon": "eps",
    "weight_decay": "decay",
    "initial_accumulator_value": "initial",
    "momentum_decay": "pace",
}


def tab_sets(text):
    """The tab-sets of a Markdown cell that show frameworks: tab name to code."""
    for cell in re.split(r"^(?:`{3,}|:{3,})\{tab-set\}", text, flags=re.MULTILINE)[1:]:
        found = {name: CODE.search(body)[1] for _, name, body in ITEM.findall(cell) if name in FRAMEWORKS}
        if found:
            yield found


def all_tabs():
    """Each tab of each chapter: (chapter, tab name, code)."""
    for path in CHAPTERS:
        for cell in json.loads(path.read_text())["cells"]:
            for found in tab_sets("".join(cell["source"])) if cell["cell_type"] == "markdown" else ():
                assert set(found) == set(FRAMEWORKS), f"{path.stem} lacks a tab"
                yield from ((path.stem, name, code) for name, code in found.items())


def rule_of(framework, code):
    """The rule that a tab's first call stands for, and its settings under our names."""
    call = ast.parse(code).body[0].value
    method = call.func.attr.lower()
    given = {keyword.arg: ast.literal_eval(keyword.value) for keyword in call.keywords}
    if framework == "optax":
        given |= dict(zip(["learning_rate"], map(ast.literal_eval, call.args), strict=False))
    nesterov, largest = given.pop("nesterov", False), given.pop("amsgrad", False)
    eps_inside = given.pop("eps_in_sqrt", True)
    if method == "sgd" and "momentum" in given:
        method = "nag" if nesterov else "momentum"
    rule = CONVENTIONS[framework]["amsgrad" if largest else method]
    if not eps_inside:
        rule = rmsprop_outside
    pair = dict(zip(("beta1", "beta2"), given.pop("betas", ()), strict=False))
    return rule, pair | {OURS[name]: value for name, value in given.items()}


LISTS = [tab for tab in all_tabs() if tabs.is_list(tab[2])]
TABS = [tab for tab in all_tabs() if tab not in LISTS]
IDS = [f"{chapter}-{name}" for chapter, name, _ in TABS]


SLIP = "optimizer = tf.keras.optimizers.ScheduleFreeAdamW(learning_rate=0.0025, epsilon=1e-8)\n" * 2  # a list


@pytest.fixture(scope="module")
def walked():
    """Where the TensorFlow tabs lead: code to points."""
    codes = [code for _, name, code in TABS + LISTS if name == "TensorFlow"] + [SLIP]
    environment = os.environ | {"KERAS_BACKEND": "tensorflow"}
    lines = json.dumps([["TensorFlow", code] for code in codes])
    command = [sys.executable, tabs.__file__]
    done = subprocess.run(command, input=lines, capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stderr[-2000:]
    return dict(zip(codes, json.loads(done.stdout), strict=True))


@pytest.mark.parametrize(("chapter", "name", "code"), TABS, ids=IDS)
def test_tab_takes_the_steps_of_the_rule(chapter, name, code, request):
    rule, settings = rule_of(FRAMEWORKS[name], code)
    walk = request.getfixturevalue("walked")[code] if name == "TensorFlow" else tabs.run(name, code)
    ours = descend(rule, tabs.RAVINE.grad, tabs.RAVINE.start, tabs.STEPS, **settings).xs
    assert np.abs(ours[-1] - ours[0]).max() > 1e-3
    # TensorFlow reads a Python number, such as 0.9, in single precision on its way, whatever the point is in.
    np.testing.assert_allclose(walk, ours, rtol=0, atol=1e-4 if name == "TensorFlow" else 1e-12)


NEW = {
    "lion": rules.lion,
    "schedule_free_sgd": rules.schedule_free,
    "schedule_free_adamw": rules.schedule_free_adamw,
    "schedulefreeadamw": rules.schedule_free_adamw,
    "muon": matrices.muon,
    "prodigy": matrices.prodigy,
}


def few_steps(framework, method, settings):
    """Where our rule leads in the same few steps as a method of a list, and how near the two must be, beside 1."""
    rule = NEW.get(method) or CONVENTIONS[framework][method]
    settings["mu"] = settings.pop("beta", settings.get("mu", 0))
    known = {name: value for name, value in settings.items() if name in (rule.__kwdefaults__ or {})}
    known |= {"decay": settings["decay"]} if method in ("adamw", "lion") and "decay" in settings else {}
    x, memory, points = np.zeros_like(tabs.MATRIX), (), []
    for t in range(1, tabs.FEW + 1):
        x, *memory = rule(x, lambda x: x - tabs.MATRIX, t, *memory, **known)
        points.append(x + (1 - known["beta1"]) * memory[0] if method.startswith("schedule") else x)
    return np.array(points), 0.06 if method == "muon" else 1e-9


def muons_length(framework, shape):
    """How many times as long as ours a step of Muon is, of a matrix (inputs, outputs); PyTorch has (outputs, inputs)."""
    ours = max(1, shape[1] / shape[0]) ** 0.5
    return {"torch": max(1, shape[0] / shape[1]) ** 0.5, "keras": 0.2 * max(shape) ** 0.5, "optax": ours}[
        framework
    ] / ours


@pytest.mark.parametrize(("chapter", "name", "code"), LISTS, ids=[name for _, name, _ in LISTS])
def test_methods_of_a_list_have_their_defaults_and_take_our_steps(chapter, name, code, request):
    framework = FRAMEWORKS[name]
    walks = request.getfixturevalue("walked")[code] if name == "TensorFlow" else tabs.run_each(name, code)
    assert len(walks) >= 3
    for line, walk in zip(ast.parse(code).body, walks, strict=True):
        method = line.value.func.attr.lower()
        ours, near = few_steps(framework, method, settings_of(framework, line.value))
        ours = ours * (muons_length(framework, ours[0].shape) if method == "muon" else 1)
        near = max(near, 1e-5) if name == "TensorFlow" else near
        np.testing.assert_allclose(walk, ours, rtol=0, atol=near * np.abs(ours).max(), err_msg=ast.unparse(line))
        if name != "TensorFlow":
            assert_defaults(framework, line.value)


def test_kerass_schedule_free_method_goes_elsewhere_under_tensorflow(walked):
    """It keeps a memory's old value by reference, and so combines the point with the new one."""
    ours, _ = few_steps("keras", "schedulefreeadamw", {"lr": 0.0025, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8})
    far = np.abs(np.array(walked[SLIP][0]) - ours).max(axis=(1, 2))
    assert far[0] < 1e-7
    assert far[1:].min() > 1e-4


def settings_of(framework, call):
    """The settings of a call under our names, and the usual memories where it leaves them out."""
    given = {keyword.arg: ast.literal_eval(keyword.value) for keyword in call.keywords}
    if framework == "optax":
        given["learning_rate"] = ast.literal_eval(call.args[0])
    usual = {"beta1": 0.9, "beta2": 0.999} | dict(zip(("beta1", "beta2"), given.pop("betas", ()), strict=False))
    return usual | {OURS.get(name, name): value for name, value in given.items()}


def assert_defaults(framework, call):
    """What a call says is what the framework takes by itself, but for a rate that it asks for."""
    [module] = {"torch": ["torch.optim"], "keras": ["keras.optimizers"], "optax": ["optax"]}[framework]
    *_, holder, method = ast.unparse(call.func).split(".")
    own = getattr(importlib.import_module(module + ".contrib" * (holder == "contrib")), method)
    own = {name: p.default for name, p in inspect.signature(own).parameters.items()}
    for keyword in call.keywords:
        assert own[keyword.arg] == ast.literal_eval(keyword.value), f"{method} has {keyword.arg}={own[keyword.arg]}"
    if framework == "optax" and own["learning_rate"] is not inspect.Parameter.empty:
        assert own["learning_rate"] == ast.literal_eval(call.args[0])


@pytest.mark.parametrize("chapter", sorted({chapter for chapter, _, _ in TABS}))
def test_tabs_of_a_chapter_have_one_setting(chapter):
    """What two tabs of one chapter both set, they set alike."""
    seen = {}
    for _, name, code in (tab for tab in TABS if tab[0] == chapter):
        for key, value in rule_of(FRAMEWORKS[name], code)[1].items():
            assert seen.setdefault(key, value) == value, f"{name} says {key}={value}"


def test_only_single_precision_keeps_tensorflows_momentum_from_ours(walked):
    [code] = [code for chapter, name, code in TABS if (chapter, name) == ("03-momentum", "TensorFlow")]
    rule, settings = rule_of("keras", code)
    settings["mu"] = float(np.float32(settings["mu"]))
    ours = descend(rule, tabs.RAVINE.grad, tabs.RAVINE.start, tabs.STEPS, **settings).xs
    np.testing.assert_allclose(walked[code], ours, rtol=0, atol=1e-12)


def test_chapters_have_tabs():
    assert {"01-gradient-descent", "03-momentum"} <= {chapter for chapter, _, _ in TABS}


def test_a_wrong_tab_is_noticed():
    code = "optimizer = torch.optim.SGD([x], lr=0.1)\noptimizer.zero_grad()\nf(x).backward()\noptimizer.step()\n"
    rule, settings = rule_of("torch", code)
    ours = descend(rule, tabs.RAVINE.grad, tabs.RAVINE.start, 5, **settings).xs
    np.testing.assert_allclose(tabs.run("PyTorch", code, 5), ours, rtol=0, atol=1e-12)
    forgetful = code.replace("optimizer.zero_grad()\n", "")
    assert np.abs(tabs.run("PyTorch", forgetful, 5) - ours).max() > 1e-3
