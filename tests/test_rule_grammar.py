"""The rule editor's grammar: it reads the text of a rule as Python does, writes what ``tracing`` writes, and runs nothing."""

import inspect
import json
import random
import re
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from descent import SURFACES, adam, nag
from descent.advice import advice
from descent.notes import TracingError, hyperparameters, positional
from descent.rules import RULES
from descent.sentences import READING, SENTENCES
from descent.tracing import program, trace
from descent.widgets import editor
from py_mini_racer import MiniRacer
from test_advice import FIGURE, HEAD, KEPT, WRONG
from test_tracing import LEARNERS, RUN

NUMBER = re.compile(r"(?<![\w.])\d+\.?\d*(?:e[+-]?\d+)?")
LINE = re.compile(
    r"const n\d+ = .+;|slope\(.+, g, t\);|s\[\d+\] = .+;"  # one of ours, made of
)
OURS = re.compile(
    r"(?:n\d+|s\[\d+\]|g\[[01]\]|h\.[^\W\d]\w*|t|Math\.\w+|\(-[\d.e+-]+\)|[\d.]+(?:e[+-]?\d+)?|[-+*/(), ])*"
)


@pytest.fixture(scope="module")
def engine():
    with ThreadPoolExecutor(1) as elsewhere:  # a browser's event loop may run in this thread, where V8 knows no timeout
        engine = elsewhere.submit(MiniRacer).result()
    engine.eval(re.sub(r"^export ", "", editor.source("editor/grammar.js"), flags=re.MULTILINE))
    return engine


def read(engine, text):
    """What the page's grammar makes of a text: ``{"rule": ...}`` or ``{"trouble": ...}``."""
    return json.loads(engine.eval(f"JSON.stringify(readRule({json.dumps(text)}))", timeout_sec=10))


def same_numbers(step):
    """Lines of JavaScript, in which each number is written in one way: Python and JavaScript differ in 1e-08."""
    return NUMBER.sub(lambda found: repr(float(found[0])), step)


def made(text):
    """The function that a text defines."""
    scope = {"np": np} | RULES
    exec(compile(text, "<rule>", "exec"), scope)
    return scope[re.search(r"def (\w+)", text)[1]]


@pytest.mark.parametrize("rule", [*RULES.values(), *(r for r in LEARNERS)], ids=lambda rule: rule.__name__)
def test_the_page_reads_what_tracing_writes(engine, rule):
    found = read(engine, inspect.getsource(rule))["rule"]
    assert same_numbers(found["step"]) == same_numbers(trace(rule)[0])
    assert found["hyper"] == hyperparameters(rule)
    assert found["names"] == [p.name for p in positional(rule)[3:]]
    assert (found["name"], found["memory"]) == (rule.__name__, len(found["names"]))


def test_the_ten_rules_run_alike_to_the_last_bit(engine):
    runner = MiniRacer()
    runner.eval(program(RULES.values(), SURFACES.values()).replace("export const", "var") + RUN)
    for name, rule in RULES.items():
        found = read(engine, inspect.getsource(rule))["rule"]
        runner.eval(
            f"rules.read_{name} = {{ memory: {found['memory']}, hyper: {json.dumps(found['hyper'])}, {found['step']} }};"
        )
        for surface in SURFACES.values():
            for lr in (rule.__kwdefaults__["lr"], 0.3):
                call = json.dumps([surface.name, list(surface.start), 200, {"lr": lr}, {}])
                one, other = (runner.eval(f"run('{which}', ...{call})") for which in (name, f"read_{name}"))
                assert one == other


# -- programs at random


class Maker:
    """Rules at random, in the grammar's own forms."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.constants = set()  # the names of numbers that are known already

    def pick(self, *kinds):
        return self.random.choice(kinds)

    def number(self):
        return self.pick(
            *sorted(self.constants),
            "0.5",
            "2",
            "3",
            "1e-3",
            ".25",
            "1_0",
            "4.",
            "0.1",
            "1",
            "7e2",
            "1E-8",
            "-0.5",
            "(-2)",
        )

    def constant(self, deep=2):
        """Arithmetic on numbers that are known already."""
        if not deep or self.random.random() < 0.5:
            return self.number()
        return f"({self.constant(deep - 1)} {self.pick('+', '-', '*')} {self.constant(deep - 1)})"

    def function(self, deep):
        name = self.pick("sqrt", "abs", "sign", "exp", "log", "tanh", "square", "negative", "reciprocal", "positive")
        two = self.pick("maximum", "minimum", "add", "multiply", "subtract", "divide", "power")
        if self.random.random() < 0.3:
            return f"np.{two}({self.known(deep)}, {self.pick(self.constant(), self.expression(deep))})"
        return f"{self.pick('abs', f'np.{name}', f'np.{name}')}({self.known(deep)})"

    def known(self, deep):
        """An expression that is surely no constant: functions of constants are rounded by each library in its way."""
        return f"{self.pick(*self.names)} {self.pick('+', '*', '-')} {self.expression(deep)}"

    def call(self, deep):
        slope = self.pick("grad", "lambda _: g", "lambda p: grad(p) + g")
        name, more = self.pick(("adam", ", m, s"), ("momentum", ", v"), ("nag", ", v, mu=0.5"), ("sgd", ", lr=0.1"))
        outs = {"adam": "x, m, s", "momentum": "x, v", "nag": "x, v", "sgd": "(x,)"}[name]
        return f"{outs} = {name}({self.expression(deep)}, {slope}, t{more})"

    def expression(self, deep):
        kind = self.random.random()
        if not deep or kind < 0.2:
            return self.pick(*self.names, self.number())
        deep -= 1
        if kind < 0.3:
            return self.constant()
        if kind < 0.45:
            return f"({self.expression(deep)})"
        if kind < 0.55:
            return f"{self.pick('-', '+', '--')}{self.expression(deep)}"
        if kind < 0.65:
            return f"{self.pick(*self.names)}{self.pick('**2', ' ** 2', '**2.0', '**-1', '**(1 + 1)', '**t', '**0.5')}"
        if kind < 0.75:
            return self.function(deep)
        if kind < 0.82:
            return f"grad({self.expression(deep)})"
        return f"{self.expression(deep)} {self.pick('+', '-', '*', '/')} {self.expression(deep)}"

    def statement(self):
        kind = self.random.random()
        if kind < 0.15:
            return self.call(1)
        if kind < 0.3:
            first, second = self.random.sample(["a", "b", "v", "m"], 2)
            line = f"{first}, {second} = {self.known(2)}, {self.known(2)}"
            self.names |= {first: 0, second: 0}
            return line
        if kind < 0.4:
            name = self.pick("k", "l")
            line = f"{name} {self.pick('+=', '*=') if name in self.constants else '='} {self.constant()}"
            self.constants.add(name)
            return line
        name = self.pick("a", "b", "g", "v", "s", "x")
        line = f"{name} = {self.known(3)}"
        self.names[name] = 0
        return line + self.pick("", "", "  # a comment, with 'signs': if x")

    def rule(self):
        hyper = {"lr": "0.01"} | dict(
            self.random.sample([("mu", "0.9"), ("beta1", "1 - 0.1"), ("eps", "1e-8"), ("μ", "-3")], 2)
        )
        self.names = dict.fromkeys(["x", "t", "v", "m", "s", *hyper], 0)
        head = f"def my_rule(x, grad, t, v=0, m=0, s=0, *, {', '.join(f'{k}={v}' for k, v in hyper.items())}):"
        lines = ['"""A rule, made at random."""'] * self.pick(0, 1) + ["g = grad(x)"]
        self.names["g"] = 0
        lines += [self.statement() for _ in range(self.random.randrange(5))]
        if self.random.random() < 0.05:
            lines.append(
                self.pick("x = x - 1e400", "b = 1 / (2 - 2)", "b = 0 ** -1", "b = x + (-8) ** 0.5", "x = x - grad")
            )
        lines.append(f"return {self.expression(3)}, v, m, {self.expression(2)}")
        if self.random.random() < 0.2:
            lines[-1] = lines[-1].replace("return ", "return (\n        ", 1) + ",\n    )"
        return head + "\n" + "".join(f"    {line}\n" for line in lines)


def test_two_thousand_programs_agree_between_python_and_page(engine):
    read_, refused = 0, 0
    for seed in range(2000):
        text = Maker(seed).rule()
        found = read(engine, text)
        try:
            step = trace(made(text))[0]
        except TracingError:
            refused += 1
            assert "trouble" in found, text
            continue
        read_ += 1
        assert "rule" in found, (text, found)
        assert same_numbers(found["rule"]["step"]) == same_numbers(step), text
    assert read_ > 1800
    assert refused > 0


# -- what is refused

ELSEWHERE = ("a class", "a method without its object", "a lambda", "math", "from math", "an object that remembers")
BEGINNINGS = {  # a text, and what is said of it
    "": "a rule begins with def",
    "x = 3": "a rule begins with def",
    "def f(x, grad, t)\n    return (x,)": "a : is missing at the end of the first line",
    "def f(x, grad, t):": "f has no lines yet",
    "def f(x, grad, t):\nreturn (x,)": "begin this line below the others",
    "def f(x, grad, t: int):\n    return (x,)": "leave what follows t up to the comma out",
    "def f(x, grad, t, *args):\n    return (x,)": "give each memory and each hyperparameter its own name in place of *args",
    "def f(x, grad, t, v=0, *, v=1):\n    return x, v": "v stands twice in the first line",
    "def f(x, grad, t, *, lr):\n    return (x,)": "f needs a number as default for lr: *, lr=0.01",
    "def f(x, grad, t, *, lr='a'):\n    return (x,)": "f needs a number as default for lr: *, lr=0.01",
    "def f(x, grad, t, *, constructor=1):\n    return (x,)": "choose another name than constructor",
    "def __proto__(x, grad, t):\n    return (x,)": "choose another name than __proto__",
    "def f(x, grad, t):\n    return (x,)\ndef g(x, grad, t):\n    return (x,)": "one rule at a time",
}  # fmt: skip
LINES = {  # a line in a rule, what is said of it, and of which words
    "    return (x - lr * math.sqrt(t),)": ("write np.sqrt in place of math.sqrt: x holds several", "math.sqrt"),
    "    global v\n    return (x,)": ("my_rule keeps v from step to step outside itself; make it a memory: def", "global v"),
    "    return (x - 1 / (1 - 1),)": ("1 / (1 - 1) divides by 0; t is 1", "1 / (1 - 1)"),
    "    return (x if t > 3 else 0,)": ("a rule may not branch with if", "if"),
    "    return (x - lr * (grad(x) > 0),)": ("a rule may not branch on grad(x) > 0, for", "grad(x) > 0"),
    "    return (x - float(t),)": ("write the number as it is in place of float()", "float(t)"),
    "    return (x - np.floor(x),)": ("np.floor has no translation; use arithmetic, np.sqrt", "np.floor"),
    "    return (np.constructor(x),)": ("np.constructor has no translation; use arithmetic", "np.constructor"),
    "    return (x - toString,)": ("my_rule does not know toString; it is missing", "toString"),
    "    return (x % 2,)": ("np.remainder has no translation", "x % 2"),
    "    return (x - 'a',)": ("a rule computes with numbers only; 'a' is none", "'a'"),
    "    return (x - np.inf,)": ("", None),
    "    x *= (1 - lr)\n    return (x,)": ("write x = x * (1 - lr) in place of x *= (1 - lr): a rule", None),
    "    x -= lr - t\n    return (x,)": ("write x = x - (lr - t) in place of x -= lr - t: a rule", None),
    "    return adam(x, grad, t, bta1=0.9)": ("adam has no hyperparameter 'bta1'; did you mean beta1? it has lr, beta1", "bta1"),
    "    return my_rule(x, grad, t)": ("my_rule may not call itself", None),
    "    gx, gy = grad(x)\n    return (x,)": ("no loop and no len() is needed", "gx, gy"),
    "    a, b = 1, 2, 3\n    return (x,)": ("2 names stand before =, and 3 values behind it", "a, b"),
    "    return (2x,)": ("a sign is missing between 2 and x", "2x"),
    "    return (x lr,)": ("a sign is missing between x and lr", "x lr"),
    "    return (x − lr,)": ("write - in place of −", "−"),
    "    return (x,": ("a ) is missing", "("),
    "    return x,)": ("a bracket is missing before )", ")"),
    "    return (x -,)": (", is not understood here", ","),
    "    return (x - lr * grad(x),) +": ("something is missing at the end of the line", ""),
    "    import os\n    return (x,)": ("leave import out: a rule is assignments, and a return at its end", "import"),
    "    x[0] = 3\n    return (x,)": ("leave the [...] out", "x[0]"),
    "    v = 3\n      w = 4\n    return (x,)": ("begin this line below the others", "w"),
    "    f = lambda p: f(p)\n    return (f(x),)": ("", None),
    "    return (" + "-" * 99 + "x,)": ("too many parentheses in one another", None),
    "    return (" + "x + " * 450 + "x,)": ("a rule has at most 400 operations", None),
    "    x = 1\n" * 500 + "    return (x,)": ("at most 4000 letters are read", None),
}  # fmt: skip
REFUSED = {name: wrong for name, wrong in WRONG.items() if name not in ELSEWHERE}
REFUSED |= {name: (*wrong, None) for name, wrong in FIGURE.items() if name not in (*ELSEWHERE, "a global variable")}
REFUSED["a generator"] = (*WRONG["a generator"][:2], "yield x - lr * grad(x)")  # Python shows the first line
REFUSED |= {line: (HEAD + line + "\n", *said) for line, said in LINES.items()}
REFUSED |= {text: (text, sentence, None) for text, sentence in BEGINNINGS.items()}


@pytest.mark.parametrize("wrong", REFUSED, ids=lambda name: name.strip()[:30])
def test_a_wrong_rule_is_told_in_one_sentence_with_its_line_or_words(engine, wrong):
    text, sentence, place = REFUSED[wrong]
    trouble = read(engine, text)["trouble"]
    lines = text.rstrip("\n").split("\n")
    assert trouble["says"]
    assert trouble["says"].startswith(sentence)
    assert "\n" not in trouble["says"]
    assert "{" not in trouble["says"]
    assert 1 <= trouble["line"] <= len(lines)
    assert place in (None, lines[trouble["line"] - 1].strip(), text[trouble["from"] : trouble["to"]])


def test_what_python_allows_around_a_rule_is_read(engine):
    text = "import numpy as np\n\n\n# mine\ndef f(x, grad, t, *, lr=1/3): return (x - lr * grad(x),)  # done\n\n"
    assert read(engine, text)["rule"]["hyper"] == {"lr": 1 / 3}
    text = "    def f(x, grad, t,\n          *, lr=0.1):\n        r'''Words:\n  if x'''\n\n        step = lr * \\\n grad(x)\n        return (x - step,)"
    assert read(engine, text)["rule"]["memory"] == 0


def pieces(text):
    return re.findall(r"\s+|\w+|\W", text)


def test_garbage_is_read_or_refused_and_never_runs(engine):
    engine.eval("globalThis.touched = 0; globalThis.x = globalThis.grad = () => { touched++; };")
    shuffle = random.Random(7)
    words = [
        *{p for rule in RULES.values() for p in pieces(inspect.getsource(rule))},
        *"(){}[]`'\"\\;:,.=+-*/^%@!?|&<>~#$\n\t _0",
    ]
    texts = ["".join(shuffle.choices(words, k=shuffle.randrange(200))) for _ in range(400)]
    for _ in range(600):  # a rule with something changed
        parts = pieces(inspect.getsource(shuffle.choice([*RULES.values()])))
        for _ in range(shuffle.randrange(1, 4)):
            parts[shuffle.randrange(len(parts))] = shuffle.choice([*words, ""])
        texts.append("".join(parts))
    check_each(engine, texts)


HOSTILE = """
__proto__|constructor|prototype|toString|hasOwnProperty|globalThis.touched++|touched = 1|(() => touched++)()|`${touched++}`
${touched++}|`|\\`|eval("touched++")|Function("touched++")()|import("x")|await x|new Date()|this|self|window|document
h.constructor|h["__proto__"]|s[0]|g[0]|slope(1, 1, g, 1)|Math|Math.max|np.__class__|np.constructor|np.__proto__|np.random
np.sqrt.constructor|grad.constructor|grad.call|grad`x`|x.__class__|x.constructor("touched++")()|().__class__.__bases__
"touched++"|'''touched++'''|</script><script>touched++</script>|//touched++|/*|*/|\u2028|\u2029|\ufeff|\x00|\ud83d\ude00|ﬁ
lambda: touched|lambda __proto__: 1|lambda x: lambda y: x|[x for x in x]|{x: x}|{**x}|*x|x if x else x|x := 3|9**9**9**9
1e999|0x10|0b1|1j|--x|x.real|@x|x@x|~x|x<<2|adam(adam, adam, adam)|adam(x, adam, t)|sgd(x, lambda _: sgd, t)|np|adam
"""
PLACES = [
    HEAD + "    return (x - lr * {},)\n",
    KEPT + "    {} = grad(x)\n    return x, v\n",
    "def f(x, grad, t, *, {}=0.1):\n    return (x,)\n",
]


def hostile():
    words = [word for word in re.split(r"[|\n]", HOSTILE) if word]
    texts = [place.replace("{}", word) for place in PLACES for word in words]
    deep = [
        "(",
        "[",
        "{",
        "-",
        "x**",
        "lambda: ",
        "grad(",
        "np.sqrt(",
        "adam(x, ",
        "not ",
        "x.",
        "'''",
        "\\\n",
        "x=",
        "x,",
        "#",
    ]
    endless = [HEAD + "    return (" + one * n for one in deep for n in (1000, 1_000_000)]
    doubled = "".join(f"    f{k} = lambda p: f{k - 1}(p) + f{k - 1}(p)\n" for k in range(1, 40))
    endless.append(HEAD + "    f0 = lambda p: 1\n" + doubled + "    return (f39(x),)\n")
    return texts + endless


def test_hostile_texts_never_run(engine):
    texts = hostile()
    assert len(texts) >= 200
    check_each(engine, texts)


def check_each(engine, texts):
    """Never an error, never a run, never a second; and what is read is written in our own words alone."""
    engine.eval("globalThis.touched = 0;")
    for text in texts:
        begun = time.perf_counter()
        found = read(engine, text)
        assert time.perf_counter() - begun < 1, text[:200]
        if "trouble" in found:
            assert found["trouble"]["says"], text[:200]
            continue
        _, *lines, _ = found["rule"]["step"].splitlines()
        for line in lines:
            assert LINE.fullmatch(line.strip())
            assert OURS.fullmatch(re.sub(r"^(const n\d+ =|s\[\d+\] =|slope\()|(, g, t\))?;$", "", line.strip())), line
        assert all(name.isidentifier() for name in found["rule"]["hyper"])
    assert engine.eval("touched") == 0
    assert engine.eval("({}).touched === undefined && Object.keys(Object.prototype).length === 0")


def test_every_sentence_is_said(engine):
    """By the modules of the editor; those of the first table by Python, too."""
    said = {
        name for module in editor.modules() for name in re.findall(r'"(\w+)"|sentences\.(\w+)', module) for name in name
    }
    assert set(SENTENCES | READING) <= said
    texts = " ".join(inspect.getsource(inspect.getmodule(thing)) for thing in (advice, TracingError, trace, positional))
    checks = inspect.getsource(inspect.getmodule(__import__("descent.checks", fromlist=["x"]).find_rule))
    assert all(f'"{name}"' in texts + checks for name in SENTENCES)


def test_a_change_of_one_argument_is_nesterov(engine):
    text = inspect.getsource(RULES["momentum"]).replace("grad(x)", "grad(x + mu * v)")
    assert same_numbers(read(engine, text)["rule"]["step"]) == same_numbers(trace(nag)[0])
    assert read(engine, inspect.getsource(adam))["rule"]["names"] == ["m", "s"]
