"""Wrong rules of students, run as they run them: what Jupyter shows, and that what runs in Python keeps running."""

import re
import traceback

import pytest
from descent import Explorer, descend
from descent.errors import place
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

CALLS = {
    "descend": "descend(my_rule, 'ravine', (-4, 2), 3)",
    "train": "train(my_rule, Network((2, 3, 2)), blobs(20, classes=2), 1)",
    "fair_race": "fair_race({'mine': surface_run(my_rule, 'ravine', budget=3)}, [(-4, 2)], [(-3, 1)])",
    "Explorer": "Explorer('ravine', [my_rule], steps=3)",
    "Explorer.rules": "Explorer('ravine', ['sgd'], steps=3).rules = [my_rule]",
}
HEAD = "def my_rule(x, grad, t, *, lr=0.1):\n"
KEPT = "def my_rule(x, grad, t, v=0, *, lr=0.1):\n"
# What is wrong: the rule, what its one sentence says, and the line that is shown; everywhere alike.
WRONG = {
    "no star": (
        "def my_rule(x, grad, t, v=0, lr=0.1):\n    v = v - lr * grad(x)\n    return x + v, v",
        "my_rule takes lr for a memory; put a star before it: def my_rule(x, grad, t, v=0, *, lr=0.1)",
        "def my_rule(x, grad, t, v=0, lr=0.1):",
    ),
    "a rate without a default": (
        "def my_rule(x, grad, t, lr):\n    return (x - lr * grad(x),)",
        "my_rule takes lr for a memory; put a star before it: def my_rule(x, grad, t, *, lr)",
        "def my_rule(x, grad, t, lr):",
    ),
    "a number": (
        HEAD + "    return x - lr * grad(x)",
        "my_rule must return x alone, as a tuple: write return (x - lr * grad(x),) with a comma behind x",
        "return x - lr * grad(x)",
    ),
    "its memory forgotten": (
        KEPT + "    v = v - lr * grad(x)\n    return x + v",
        "my_rule must return x and its memory v: write return x + v, v",
        "return x + v",
    ),
    "one memory of two": (
        "def my_rule(x, grad, t, m=0, s=0, *, lr=0.1):\n    m = m + grad(x)\n    return x - lr * m, m",
        "my_rule returns 2 values; it must return x and its memories m, s: write return x - lr * m, m, s",
        "return x - lr * m, m",
    ),
    "a memory that is not taken": (
        HEAD + "    v = grad(x)\n    return x - lr * v, v",
        "my_rule returns 2 values, but takes no memory; write def my_rule(x, grad, t, v=0, *, lr=0.1)",
        "return x - lr * v, v",
    ),
    "a list": (
        KEPT + "    return [x - lr * grad(x), v]",
        "my_rule returns a list; it must be a tuple: return x - lr * grad(x), v",
        "return [x - lr * grad(x), v]",
    ),
    "no return": (HEAD + "    x = x - lr * grad(x)", "my_rule returns nothing; end it with return (x,)", HEAD.strip()),
    "a class": ("class my_rule:\n    pass", "my_rule is a class; give one of its objects, such as my_rule()", None),
    "a method without its object": (
        "class Ball:\n    def step(self, x, grad, t, *, lr=0.1):\n        return (x - lr * grad(x),)\nmy_rule = Ball.step",
        "step is a method; give it with its object, such as Ball().step",
        "def step(self, x, grad, t, *, lr=0.1):",
    ),
    "a memory without a first value": (
        "def my_rule(x, grad, t, v, *, lr=0.1):\n    return x - lr * grad(x), v",
        "my_rule gives its memory v no first value; write v=0 in its first line",
        "def my_rule(x, grad, t, v, *, lr=0.1):",
    ),
    "math": (
        "import math\n" + HEAD + "    g = grad(x)\n    return (x - lr * g / math.sqrt(g**2),)",
        "write np.sqrt in place of math.sqrt: x holds several numbers, and math takes one",
        "return (x - lr * g / math.sqrt(g**2),)",
    ),
    "from math": (
        "from math import sqrt\n" + HEAD + "    g = grad(x)\n    return (x - lr * g / sqrt(g**2),)",
        "write np.sqrt in place of sqrt(): x holds several numbers, and sqrt takes one",
        "return (x - lr * g / sqrt(g**2),)",
    ),
    "no np": (
        HEAD + "    g = grad(x)\n    return (x - lr * g / tanh(g),)",
        "write np.tanh in place of tanh",
        "return (x - lr * g / tanh(g),)",
    ),
    "if": (
        HEAD + "    if grad(x) > 0:\n        return (x - lr,)\n    return (x + lr,)",
        "a rule may not branch with if, for x holds several numbers; use np.maximum, np.minimum or np.sign",
        "if grad(x) > 0:",
    ),
    "max": (
        HEAD + "    return (x - lr * max(grad(x), 0),)",
        "write np.maximum in place of max: x holds several numbers, and max picks one",
        "return (x - lr * max(grad(x), 0),)",
    ),
    "a misspelt rate": (
        HEAD + "    return (x - rl * grad(x),)",
        "my_rule does not know rl; did you mean lr?",
        "return (x - rl * grad(x),)",
    ),
    "an unknown momentum": (
        KEPT + "    v = mu * v - lr * grad(x)\n    return x + v, v",
        "my_rule does not know mu; put it into the first line: def my_rule(x, grad, t, v=0, *, lr=0.1, mu=0.9)",
        "v = mu * v - lr * grad(x)",
    ),
    "a memory that has no value": (
        HEAD + "    v = 0.9 * v - lr * grad(x)\n    return (x + v,)",
        "v has no value yet where my_rule uses it; a memory gets one in the first line: v=0",
        "v = 0.9 * v - lr * grad(x)",
    ),
    "grad itself": (
        HEAD + "    return (x - lr * grad,)",
        "write grad(x) in place of grad: grad is a function, and the slope is what it returns",
        "return (x - lr * grad,)",
    ),
    "grad of nothing": (
        HEAD + "    return (x - lr * grad(),)",
        "write grad(x) in place of grad(): the slope is asked for at a point",
        "return (x - lr * grad(),)",
    ),
    "grad of x and t": (
        HEAD + "    return (x - lr * grad(x, t),)",
        "write grad(x) in place of grad(x, t): the slope depends on the point alone",
        "return (x - lr * grad(x, t),)",
    ),
    "a lambda": (
        "my_rule = lambda x, grad, t, *, lr=0.1: x - lr * grad(x)",
        "my_rule must return x alone, as a tuple: write (x - lr * grad(x),) with a comma behind x",
        "my_rule = lambda x, grad, t, *, lr=0.1: x - lr * grad(x)",
    ),
    "async": (
        "async " + HEAD + "    return (x - lr * grad(x),)",
        "my_rule is defined by async def; a rule is a plain function: write def my_rule",
        "async " + HEAD.strip(),
    ),
    "a generator": (
        HEAD + "    yield x - lr * grad(x)",
        "my_rule holds yield; a rule hands its numbers over at once: write return in place of yield",
        HEAD.strip(),
    ),
    "no t": (
        "def my_rule(x, grad, lr=0.1):\n    return (x - lr * grad(x),)",
        "my_rule must take x, grad and t first: def my_rule(x, grad, t, ...)",
        "def my_rule(x, grad, lr=0.1):",
    ),
    "^ for a power": (
        HEAD + "    return (x - lr * grad(x)^2,)",
        "write ** in place of ^ for a power: x - lr * grad(x)**2",
        "return (x - lr * grad(x)^2,)",
    ),
    "a misspelt function": (
        HEAD + "    return (x - lr * np.sqr(grad(x)),)",
        "NumPy has no sqr; did you mean np.sqrt?",
        "return (x - lr * np.sqr(grad(x)),)",
    ),
}
# What a figure cannot take down, and Python runs.
FIGURE = {
    "an object that remembers": (
        "class Ball:\n    v = 0\n    def __call__(self, x, grad, t, *, lr=0.1):\n"
        "        self.v = 0.9 * self.v - lr * grad(x)\n        return (x + self.v,)\nmy_rule = Ball()",
        "Ball keeps v from step to step outside itself; make it a memory: def Ball(x, grad, t, v=0, *, lr=0.1)",
    ),
    "a global variable": (
        "v = 0\n" + HEAD + "    global v\n    v = 0.9 * v - lr * grad(x)\n    return (x + v,)",
        "my_rule keeps v from step to step outside itself; make it a memory: def my_rule(x, grad, t, v=0, *, lr=0.1)",
    ),
    "a random number": (
        HEAD + "    return (x - lr * grad(x) + 0.01 * np.random.randn(),)",
        "my_rule draws random numbers, which a figure would draw once for all; leave np.random out and give Explorer",
    ),
    "random numbers": (
        HEAD + "    return (x - lr * grad(x) + np.random.normal(0, 1, 2),)",
        "my_rule draws random numbers, which a figure would draw once for all; leave np.random out and give Explorer",
    ),
    "if t": (
        HEAD + "    if t > 10:\n        lr = lr / 10\n    return (x - lr * grad(x),)",
        "a rule may not branch with if, for x holds several numbers; use np.maximum, np.minimum or np.sign",
    ),
    "np.linalg.norm": (
        HEAD + "    return (x - lr * grad(x) / np.linalg.norm(grad(x)),)",
        "np.linalg.norm has no translation; a rule in a figure treats each coordinate alone, so leave it out (descend",
    ),
    "np.clip": (
        HEAD + "    return (x - lr * np.clip(grad(x), -1, 1),)",
        "np.clip has no translation; write np.minimum(np.maximum(g, low), high)",
    ),
    "np.zeros_like": (
        KEPT + "    v = np.zeros_like(x)\n    return x - lr * grad(x), v",
        "np.zeros_like has no translation; a memory starts at 0 by itself, so leave it out",
    ),
    "in place": (
        HEAD + "    x -= lr * grad(x)\n    return (x,)",
        "write x = x - lr * grad(x) in place of x -= lr * grad(x): a rule may not change a number in place",
    ),
    "a shape": (
        HEAD + "    return (x - lr * grad(x) / x.size,)",
        "leave x.size out: a rule in a figure may not ask for a shape or a type (descend runs it)",
    ),
    "one coordinate": (
        HEAD + "    return (x - lr * grad(x)[0],)",
        "leave the [...] out: a rule in a figure treats all coordinates alike (descend runs it)",
    ),
    "a loop": (
        HEAD + "    return (x - lr * sum(g for g in grad(x)),)",
        "no loop and no len() is needed: arithmetic acts on all coordinates at once",
    ),
}


@pytest.fixture(scope="module")
def shell():
    """IPython, with what it showed of errors in ``shown``, a list of lists of lines."""
    shell = InteractiveShell(config=Config(HistoryManager={"enabled": False}))
    shell.shown = []
    shell._showtraceback = lambda kind, error, lines: shell.shown.append("\n".join(lines).splitlines())
    shell.run_cell(
        "import numpy as np\nfrom descent import *\nfrom descent import Calculator, Chooser, Explorer, Schedule, draw"
    )
    assert shell.shown == []
    return shell


def shown(shell, cell):
    """The lines that IPython shows when the cell fails; none where it runs."""
    shell.shown.clear()
    shell.run_cell(cell)
    return shell.shown[0] if shell.shown else []


def marked(lines, line):
    """Is this line of the reader's shown, with its number?"""
    return any(re.fullmatch(rf"line \d+:  {re.escape(line)}", text) for text in lines)


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_rule_gets_one_sentence_and_its_line(shell, wrong, call):
    text, sentence, line = WRONG[wrong]
    lines = shown(shell, f"{text}\n{CALLS[call]}")
    assert lines[0] == sentence
    assert len(lines) <= 10
    assert line is None or marked(lines, line), lines


@pytest.mark.parametrize("call", ["Explorer", "Explorer.rules"])
@pytest.mark.parametrize("wrong", FIGURE)
def test_what_a_figure_cannot_take_down_gets_one_sentence(shell, wrong, call):
    text, sentence = FIGURE[wrong]
    lines = shown(shell, f"{text}\n{CALLS[call]}")
    assert lines[0].startswith(sentence)
    assert len(lines) <= 10


@pytest.mark.parametrize("wrong", FIGURE)
def test_what_a_figure_cannot_take_down_still_runs_in_python(shell, wrong):
    assert shown(shell, f"{FIGURE[wrong][0]}\n{CALLS['descend']}") == []


@pytest.mark.parametrize(
    ("cell", "sentence"),
    [
        (
            "def my_rule(x, grad, t, *, lr='0.1'):\n    return (x - lr * grad(x),)\n" + CALLS["descend"],
            "lr is '0.1', a text; write lr=0.1 in the first line",
        ),
        (HEAD + "    return (x - lr / (t - 1) * grad(x),)\n" + CALLS["descend"], "lr / (t - 1) divides by 0; t is 1 at"),
        (HEAD + "    return (np.sum(x),)\n" + CALLS["descend"], "my_rule returned float64 of the shape () for x; it must be"),
        (HEAD + "    print(f'{x:.2f}')\n    return (x,)\n" + CALLS["descend"], "leave the format out of {x:.2f}: x holds several"),
        ("descend(momentum, 'ravine', (1, 1), 3, mo=0.9)", "momentum has no hyperparameter 'mo'; it has lr, mu"),
        ("descend(adam, 'ravine', (1, 1), 3, bta1=0.9)", "adam has no hyperparameter 'bta1'; did you mean beta1? it has"),
        (HEAD.replace("*, ", "") + "    return (x,)\ndescend(my_rule, 'ravine', (1, 1), 3, lr=1)", "my_rule takes lr for a memory"),
        ("descend('sdg', 'ravine', (1, 1), 3)", "unknown rule 'sdg'; did you mean 'sgd'?"),
        ("descend(sgd, 'rosenbrok', (1, 1), 3)", "unknown surface 'rosenbrok'; did you mean 'rosenbrock'?"),
        ("descend(sgd, lambda x: 1 / 0, (1, 1), 3)", "1 / 0 divides by 0"),
        (HEAD + "    return (x - lr * np.sqrt(grad(x) - 9),)\ndescend(my_rule, 'ravine', (1, 1), 3, strict=True)", "my_rule is not a number after step 1"),
        ("Surface('x + z')", "cannot read the formula 'x + z': 'z' is not understood; use x, y"),
        ("Explorer('x + z')", "cannot read the formula 'x + z': 'z' is not understood; use x, y"),
        ("Explorer(stert=(1, 2))", "unknown hyperparameter 'stert'; did you mean start?"),
        ("Explorer().start = (1, 2, 3)", "start is [1, 2, 3]; it must be two finite numbers, such as (-4, 2)"),
        ("Explorer().lr = 0.5", "Explorer has no attribute 'lr'; it is a setting: ex.settings = {'sgd': {'lr': 0.5}}"),
        ("Explorer().stert = (1, 2)", "Explorer has no attribute 'stert'; did you mean start?"),
        ("Schedule().lr = 0.5", "Schedule has no attribute 'lr'; the rates are drawn: figure.rates = [...], six of them"),
        ("Schedule().holt = True", "Schedule has no attribute 'holt'; did you mean hold?"),
        ("Calculator().lr = 0.5", "Calculator has no attribute 'lr'; it is a setting: figure.settings = {'lr': 0.5}"),
        ("Chooser(lambda n: draw.bars({'n': n}, alt='N.'), {'depth': [1, 2]}).depth = 2", "Chooser has no attribute 'depth'; it is a knob: figure.chosen = [1]"),
        ("Network((64,))", "sizes is (64,); give the width of each layer, inputs first, such as (64, 32, 10)"),
        ("digits(val=-1)", "val is -1; it must be a whole number, 0 or more"),
        ("Calculator().tarjet = 'optax'", "Calculator has no attribute 'tarjet'; did you mean target?"),
    ],
)  # fmt: skip
def test_wrong_calls_get_one_sentence(shell, cell, sentence):
    lines = shown(shell, cell)
    assert lines[0].startswith(sentence)
    assert len(lines) <= 10
    assert marked(lines, cell.splitlines()[-1]) or "my_rule" in cell or "1 / 0" in cell


def test_all_of_python_s_report_is_one_word_away(shell):
    lines = shown(shell, WRONG["math"][0] + "\n" + CALLS["descend"])
    assert lines[-1] == "(TypeError; %tb shows where it comes from)"
    assert "             ^^^^^^^^^^^^^^^" in "\n".join(lines)
    assert "walk.py" not in "".join(lines)
    assert any("walk.py" in line for line in shown(shell, "%tb"))


def test_plain_python_says_the_sentence_with_its_whole_report():
    def bare(x, grad, t, *, lr=0.1):
        return x - rl * grad(x)  # noqa: F821

    with pytest.raises(NameError, match=r"^bare does not know rl; did you mean lr\?$") as caught:
        descend(bare, "ravine", (1, 1), 3)
    report = "".join(traceback.format_exception(caught.value))
    assert "name 'rl' is not defined" in report
    assert report.endswith("NameError: bare does not know rl; did you mean lr?\n")
    assert place(caught.value).word == "rl"


def test_a_rule_that_prints_prints_little_in_a_figure(capsys):
    def wordy(x, grad, t, *, lr=0.1):
        print(x, f"{t:.0f}")
        return (x - lr * grad(x),)

    Explorer("ravine", [wordy], steps=5).still()
    known = "(known only while the figure runs; descend prints numbers)"
    assert capsys.readouterr().out == f"{known} {known}\n"
