"""The exercises: right answers pass, wrong ones are told why, and garbage gets one clear line.

The right answers are the solutions' own, taken from the notebooks, so that text and checker cannot part.
"""

import ast
import inspect
import re
import time
import warnings
from copy import deepcopy
from decimal import Decimal
from fractions import Fraction
from functools import cache, partial, reduce, wraps

import descent
import numpy as np
import pytest
import sympy
from descent import SURFACES, adadelta, adagrad, adam, momentum, nag, rmsprop, sgd
from descent.exercises import CHECKERS, PROOFS, check, quick
from descent.exercises.adadelta import taken
from descent.exercises.adagrad import warm
from descent.exercises.after import signum
from descent.exercises.answers import Choice, Number, Numbers, Rule, Unclear, Values
from descent.exercises.backprop import tanh_slopes
from descent.exercises.general import patient, sparse_momentum
from descent.exercises.museum import momentum_rate, order
from descent.networks import soft_threshold
from publish import tables

FUNCTIONS = [name for name, kind in CHECKERS.items() if isinstance(kind, Rule | Values)]
NUMBERS = [name for name, kind in CHECKERS.items() if isinstance(kind, Number | Numbers)]
SOLVED = [name for name in CHECKERS if name not in quick.CHECKERS]  # a quick question has reasons, and no solution
DIGITS = {2: "two digits", 3: "three digits", 4: "four digits", 5: "five digits"}


# The notebooks ----------------------------------------------------------------------------------------------------------


@cache
def exercises():
    """For each exercise its text and the cells of its solution."""
    found, inside = {}, None
    for chapter in tables.chapters():
        for cell in tables.cells(chapter):
            if label := re.search(r"\{exercise\} .*\n:label: ([\w-]+)\n", cell["source"]):
                found[label[1]] = (cell["source"][label.start() :], [])
            elif begun := re.search(r"\{solution-start\} ([\w-]+)", cell["source"]):
                inside = begun[1]
            elif "{solution-end}" in cell["source"]:
                inside = None
            elif inside:
                found[inside][1].append(cell)
    return found


def printed(cell):
    texts = [o.get("text") or o.get("data", {}).get("text/plain", "") for o in cell.get("outputs", ())]
    return "\n".join("".join(text) for text in texts)


@cache
def solutions():
    """The answer that each solution hands to ``check``: its cells are run with the names that a chapter has."""
    answers = {}
    for name in CHECKERS:
        shown = {
            "np": np,
            "ravine": SURFACES["ravine"],
            "check": lambda label, answer: answers.update({label: answer}),
            "print": lambda *_, **__: None,
            **{
                known: getattr(descent, known)
                for known in descent.__all__
                if known not in ("Explorer", "Chooser", "Schedule")
            },
        }
        for cell in exercises()[name][1]:
            if cell["cell_type"] == "code" and name not in answers:
                for statement in ast.parse(cell["source"]).body:
                    try:
                        exec(compile(ast.Module([statement], []), name, "exec"), shown)
                    except (NameError, AssertionError):
                        continue  # it uses what only its chapter has
    return answers


def bodies(source):
    """The functions of a code cell, without their names."""
    found = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef)]
    return {ast.dump(ast.Module(node.body[isinstance(node.body[0], ast.Expr) :], [])) for node in found}


def rounded(value, digits):
    return float(f"{value:.{digits}g}")


def test_every_exercise_is_checked_or_a_proof():
    assert set(exercises()) == {*CHECKERS, *PROOFS}
    assert len(exercises()) == len(CHECKERS) + len(PROOFS) > 80
    for name, (text, _) in exercises().items():
        assert bool(re.search(rf'check\("{name}", ', text)) == (name in SOLVED), name
        assert name in CHECKERS or re.search("[Pp]rove|[Ss]how", text), name


def test_no_solution_is_shown_before_it_is_asked_for():
    """Rules that are mended into one of the course are its own, and two exercises may end in the same rule."""
    solved = {
        name: set.union(*[bodies(cell["source"]) for cell in cells if cell["cell_type"] == "code"], set())
        for name, (_, cells) in exercises().items()
        if name not in ("museum-3", "museum-4")
    }
    inside = {cell["id"] for _, cells in exercises().values() for cell in cells}
    for chapter in tables.chapters():
        for cell in tables.cells(chapter):
            if cell["cell_type"] == "code" and cell["id"] not in inside:
                shown = bodies(cell["source"])
                assert not [name for name, functions in solved.items() if shown & functions], (chapter, cell["id"])


def test_every_solution_was_found_right():
    """What the notebooks store; that it is what one gets today is compared by nbval."""
    for name in SOLVED:
        cells = [cell for cell in exercises()[name][1] if f'check("{name}"' in cell["source"]]
        assert len(cells) == 1, name
        because = getattr(CHECKERS[name], "because", "")
        assert printed(cells[0]).rstrip().endswith(f"Right. {because}".rstrip()), name


def test_nearly_all_solutions_run_by_themselves():
    assert set(SOLVED) - set(solutions()) <= {"backprop-2", "museum-1"}


@pytest.mark.parametrize("name", [n for n in NUMBERS if isinstance(CHECKERS[n], Number)])
def test_what_a_solution_prints_is_right(name):
    """Each number in a solution, its code or its output that is the answer, rounded to three digits or more."""
    right = CHECKERS[name].right
    text = "\n".join(cell["source"] + "\n" + printed(cell) for cell in exercises()[name][1])
    shown = [n.replace(" ", "").replace(",", "") for n in re.findall(r"-?\d[\d ,]*\.?\d*(?<![ ,])", text)]
    digits = {n: len(n.lstrip("-0.").replace(".", "")) for n in shown}
    near = [float(n) for n, count in digits.items() if count >= 3 and float(n) == rounded(right, count)]
    assert all(check(name, n) for n in near), near


@pytest.mark.parametrize("name", NUMBERS)
def test_the_precision_is_said(name):
    """An answer that is not a short number says how many digits it needs."""
    kind, text = CHECKERS[name], exercises()[name][0]
    rights = [kind.right] if isinstance(kind, Number) else kind.right
    if isinstance(kind, Number) and kind.tolerance:
        assert f"{kind.tolerance:.0%}".replace("%", " %") in text
    elif not (isinstance(kind, Number) and kind.whole) and any(rounded(r, 3) != rounded(r, 12) for r in rights):
        assert DIGITS[kind.digits] in text


@pytest.mark.parametrize("chapter", tables.chapters())
def test_minutes_are_the_sum_of_the_exercises(chapter):
    total = sum(minutes for _, minutes, *_ in tables.exercises(chapter))
    text = "\n".join(cell["source"] for cell in tables.cells(chapter))
    if chapter == "museum":
        assert f"In this chapter · {total} minutes" in text
    elif total:
        assert re.search(rf"Exercises: {total} minutes more[.,]", text)


# Right answers, in every form -------------------------------------------------------------------------------------------


def scribbling(function):
    """The same function, which leaves nothing as it was in the arrays that it was given."""

    @wraps(function)
    def in_place(*given, **named):
        result = function(*deepcopy(given), **named)
        for array in given:
            for part in array if isinstance(array, list) else [array]:
                if isinstance(part, np.ndarray):
                    part[...] = -77
        return result

    return in_place


def walking_in_place(rule):
    """The same rule, which writes its new point and memories into the arrays that it was given."""

    @wraps(rule)
    def in_place(x, grad, t, *memory, **hyper):
        after, *new = rule(x.copy(), lambda at: grad(at), t, *deepcopy(memory), **hyper)
        x[...] = after
        for old, now in zip(memory, new, strict=False):
            if isinstance(old, np.ndarray):
                old[...] = now
        return (x, *(memory or new))

    return in_place


def forms(name):
    """The solution's answer in all the forms in which it may come."""
    kind, answer = CHECKERS[name], solutions().get(name, CHECKERS[name].right)
    if isinstance(kind, Rule):
        yield from (answer, walking_in_place(answer), partial(answer), wraps(answer)(lambda *a, **k: answer(*a, **k)))
        yield lambda x, grad, t, *memory, **hyper: answer(x, grad, t, *memory, **hyper)
    elif isinstance(kind, Values):
        yield from (answer, scribbling(answer), lambda *given: answer(*given))
        yield lambda *given: plain(answer(*given))
    elif isinstance(kind, Choice):
        yield from (answer, answer.upper(), f" {answer})")
    elif isinstance(kind, Number):
        value = float(answer)
        whole = [int(value), np.int64(value)] if value == int(value) else []
        digits = 12 if kind.whole else kind.digits
        yield from (answer, value, *whole, [value], (value,), np.float64(value), np.array(value), np.array([[value]]))
        yield from (np.float32(value), Fraction(value), Decimal(value), sympy.Float(value), rounded(value, digits))
    else:
        values = [float(value) for value in answer]
        yield from (answer, values, tuple(values), np.array(values), np.array(values)[:, None], np.float32(values))
        yield [np.float64(value) for value in values]
        yield [int(value) if value == int(value) else value for value in values]
        if kind.judged is None:
            yield [rounded(value, kind.digits) for value in values]


def plain(result):
    """Arrays as lists, numbers as Python's own."""
    return [plain(part) for part in result] if isinstance(result, list | tuple) else np.asarray(result).tolist()


@pytest.mark.parametrize("name", CHECKERS)
def test_right_answers_pass(name):
    for form in forms(name):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            assert check(name, form), f"{form!r}: {check(name, form)}"


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("momentum-3", 0.0111),
        ("momentum-4", 0.71),
        ("adam-5", 31.77),
        ("rates-1", 1999.8),
        ("adadelta-3", 112),
        ("race-1", (0.04, 0.076, 0.0271)),
        ("rmsprop-2", 0.0316),
        ("rates-6", (0.8, 0.00998)),
        ("deep-6", 3.61),
        ("race-2", 0.035),
        ("race-5", (3e7, 2e7)),
        ("gradient-1", lambda p: SURFACES["post003"].grad(p)),
        ("museum-7", lambda x, grad, t, v=0, *, lr=0.1, mu=0.9: (x + mu**2 * v - (1 + mu) * lr * grad(x), mu * v - lr * grad(x))),
    ],
)  # fmt: skip
def test_other_right_answers_pass(name, answer):
    assert check(name, answer), check(name, answer)


def test_centered_with_and_without_a_clip():
    def unclipped(x, grad, t, s=0, m=0, *, lr=0.01, rho=0.9, eps=1e-8):
        g = grad(x)
        s = rho * s + (1 - rho) * g**2
        m = rho * m + (1 - rho) * g
        return x - lr * g / (np.sqrt(s - m**2) + eps), s, m

    assert check("rmsprop-4", unclipped)
    assert check("rmsprop-4", solutions()["rmsprop-4"])


def test_memories_may_be_laid_out_otherwise():
    def bare(x, grad, t, m=0, *, lr=0.01, mu=0.9):  # the velocity of nag-4, without the rate
        m = mu * m + grad(x - 2 * mu * lr * m)
        return x - lr * m, m

    assert check("nag-4", bare)


ROAD = Choice(
    "b",
    "It is the short one.",
    mistakes=(("a", "That one is long."), ("c", "That one is closed.")),
)


@pytest.mark.parametrize("form", ["b", "B", " b ", "b)", "(b)", "b.", np.str_("b")])
def test_a_letter_may_be_written_in_any_way(form):
    assert ROAD.judge(form) == ""


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("d", "The answer is a letter in quotes, a, b or c; this is another text."),
        ("", "The answer is a letter in quotes, a, b or c; this is another text."),
        (2, "The answer is a letter in quotes, a, b or c; this is one number."),
        (["b"], "The answer is a letter in quotes, a, b or c; this is a list of one."),
        (None, "The answer is a letter in quotes, a, b or c; this is nothing (None)."),
    ],
)
def test_what_is_no_choice_is_told_the_letters(answer, said):
    with pytest.raises(Unclear) as told:
        ROAD.judge(answer)
    assert str(told.value) == said


def test_each_choice_is_told_its_reason(monkeypatch):
    monkeypatch.setitem(CHECKERS, "road-1", ROAD)
    assert [repr(check("road-1", letter)) for letter in "abc"] == [
        "That one is long.",
        "Right. It is the short one.",
        "That one is closed.",
    ]
    assert [bool(check("road-1", letter)) for letter in "abc"] == [False, True, False]


# Wrong answers ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", CHECKERS)
def test_each_known_mistake_is_told_apart(name):
    """From the right answer, and from every other mistake of its exercise."""
    kind = CHECKERS[name]
    assert kind.mistakes or name == "race-5"
    for wrong, said in kind.mistakes:
        assert check(name, wrong).message == said
        assert not check(name, wrong)


@pytest.mark.parametrize("name", [name for name, kind in CHECKERS.items() if isinstance(kind, Rule)])
def test_rules_are_judged_where_defaults_do_not_help(name):
    kind = CHECKERS[name]
    defaults = {p.name: p.default for p in inspect.signature(kind.right).parameters.values()}
    for setting in kind.settings:
        assert all(value != defaults[key] for key, value in setting.items())
        assert set(setting) == {key for key, value in defaults.items() if key in setting}
    one, other = kind.settings
    assert all(one[key] != other[key] for key in one)
    for key in one:  # each hyperparameter matters, and to leave it out is noticed

        @wraps(kind.right)
        def fixed(*given, key=key, **hyper):
            return kind.right(*given, **hyper | {key: kind.settings[0][key]})

        assert not check(name, fixed), key


@pytest.mark.parametrize("name", NUMBERS)
def test_what_is_near_is_called_close(name):
    kind = CHECKERS[name]
    if isinstance(kind, Number) and kind.right and not kind.whole and not kind.tolerance and kind.digits > 2:
        off = 0.6 * 10.0 ** (1 - kind.digits)
        near = [kind.right * (1 + sign * off * k) for sign in (1, -1) for k in (1, 1.5)]
        said = [check(name, value).message for value in near]
        allowed = {f"Close: give {DIGITS[kind.digits]}.", *(message for _, message in kind.mistakes)}
        assert set(said) <= allowed | {"Right."}
        assert f"Close: give {DIGITS[kind.digits]}." in said


POST003 = SURFACES["post003"].grad


def along_the_sign(x, grad, t, *, lr=0.1):
    return (x + lr * np.sign(grad(x)),)


def whole_stride(x, grad, t, *, lr=0.1):
    return (x - lr * grad(x) / np.linalg.norm(grad(x)),)


def two_rates(x, grad, t, v=0, *, lr=0.01, mu=0.9):
    return momentum(x, grad, t, v, lr=lr / 2, mu=mu)


def two_slopes_added(x, grad, t, last=0, *, lr=0.01):
    g = grad(x)
    return x - lr * (g + last), g


def all_slopes(x, grad, t, last=0, *, lr=0.01):
    g = (grad(x) + last) / 2
    return x - lr * g, g


def two_slopes_swapped(x, grad, t, last=0, *, lr=0.01):
    g = grad(x)
    return x - lr * (g - last) / 2, g


def old_velocity(x, grad, t, v=0, *, lr=0.01, mu=0.9):
    new = mu * v - lr * grad(x)
    return x + new + mu * (new - v), new


def updated_velocity(x, grad, t, v=0, *, lr=0.01, mu=0.9):
    v = mu * v - lr * grad(x)
    return x + mu**2 * v - (1 + mu) * lr * grad(x), v


def twice_the_memory(x, grad, t, v=0, *, lr=0.01, mu=0.9):
    v = 2 * mu * v - lr * grad(x + 2 * mu * v)
    return x + v, v


def warm_each_step(x, grad, t, s=0, *, lr=0.01, first=0.1):
    g = grad(x)
    s = s + g**2 + first
    return x - lr * g / np.sqrt(s), s


def warm_outside(x, grad, t, s=0, *, lr=0.01, first=0.1):
    return adagrad(x, grad, t, s, lr=lr, eps=first)


def warm_fixed(x, grad, t, s=0, *, lr=0.01, first=0.1):
    return warm(x, grad, t, s, lr=lr)


def warm_not(x, grad, t, s=0, *, lr=0.01, first=0.1):
    return adagrad(x, grad, t, s, lr=lr)


def warm_plain(x, grad, t, s=0, *, lr=0.01, first=0.1):
    return x - lr * grad(x), s


def centered(x, grad, t, s=0, m=0, *, lr=0.01, rho=0.9, eps=1e-8, above="g", inside=0):
    g = grad(x)
    s = rho * s + (1 - rho) * g**2
    m = rho * m + (1 - rho) * g
    spread = np.sqrt(s - m**2 + inside) + (0 if inside else eps)
    return x - lr * (g if above == "g" else m) / spread, s, m


def variant(**change):
    def rule(x, grad, t, s=0, m=0, *, lr=0.01, rho=0.9, eps=1e-8):
        return centered(x, grad, t, s, m, lr=lr, rho=rho, eps=eps, **change)

    return rule


def adamax(x, grad, t, m=0, u=0, *, lr=0.01, beta1=0.9, beta2=0.999, eps=1e-8, hat=1, m_hat=1):
    g = grad(x)
    m = beta1 * m + (1 - beta1) * g
    u = np.maximum(beta2 * u, np.abs(g))
    return x - lr * m / (1 - m_hat * beta1**t) / (u / (1 - (1 - hat) * beta2**t) + eps), m, u


def adamax_with_two_hats(x, grad, t, m=0, u=0, *, lr=0.01, beta1=0.9, beta2=0.999, eps=1e-8):
    return adamax(x, grad, t, m, u, lr=lr, beta1=beta1, beta2=beta2, eps=eps, hat=0)


def adamax_without_hats(x, grad, t, m=0, u=0, *, lr=0.01, beta1=0.9, beta2=0.999, eps=1e-8):
    return adamax(x, grad, t, m, u, lr=lr, beta1=beta1, beta2=beta2, eps=eps, m_hat=0)


def steps_taken_lagging(x, grad, t, s=0, d=0, *, lr=1.0, rho=0.9, eps=1e-6):
    x, s, d = taken(x, grad, t, s, d, rho=rho, eps=eps)
    return x, s, d


def priced_momentum(x, grad, t, v=0, *, lr=0.01, mu=0.9, l1=0.1):
    return momentum(x, lambda x: grad(x) + l1 * np.sign(x), t, v, lr=lr, mu=mu)


def hasty_momentum(x, grad, t, v=0, *, lr=0.01, mu=0.9, l1=0.1):
    x, v = momentum(x, grad, t, v, lr=lr, mu=mu)
    return soft_threshold(x, l1), v


def patient_with_ties(losses, patience):
    best = 0
    for epoch, loss in enumerate(losses):
        best = epoch if loss <= losses[best] else best
        if epoch - best >= patience:
            break
    return best


def late_signum(x, grad, t, m=0, *, lr=0.001, beta1=0.9):
    return x - lr * np.sign(m), beta1 * m + (1 - beta1) * grad(x)


def averaged_signs(x, grad, t, m=0, *, lr=0.001, beta1=0.9):
    m = beta1 * m + (1 - beta1) * np.sign(grad(x))
    return x - lr * m, m


def museum_adagrad(divisor):
    def rule(x, grad, t, s=0, *, lr=0.1, eps=1e-10):
        g = grad(x)
        s = s + g**2
        return x - lr * g / divisor(s, eps), s

    return rule


def museum_adam(step):
    def rule(x, grad, t, m=0, s=0, *, lr=0.1, eps=1e-8):
        g = grad(x)
        m, s = 0.9 * m + 0.1 * g, 0.999 * s + 0.001 * g**2
        return x - step(lr * m / (1 - 0.9**t), s / (1 - 0.999**t), eps), m, s

    return rule


def museum_line(sign, bias, count=1):
    def slopes(w, x, y):
        miss = w[0] * x + bias * w[1] - y
        return 2 * count * np.array([sign * np.mean(miss * x), np.mean(miss)])

    return slopes


def museum_nag(step):
    def rule(x, grad, t, v=0, *, lr=0.01, mu=0.9):
        g = grad(x)
        old, v = v, mu * v - lr * g
        return x + step(old, v, lr * g, mu), v

    return rule


def where_it_swings(factor):
    def rate(lr, curvature, mu):
        swings = (1 + mu - lr * curvature) ** 2 < 4 * mu
        return factor(mu) if swings else momentum_rate(lr, curvature, mu)

    return rate


def fading_from_zero(x, grad, t, *, lr=0.01):
    return (x - lr / (1 + (t - 1) / 20) * grad(x),)


def fading_at_once(x, grad, t, *, lr=0.01):
    return (x - lr / t * grad(x),)


def fading_root(x, grad, t, *, lr=0.01):
    return (x - lr / np.sqrt(t) * grad(x),)


def whole(slopes):
    return np.sqrt(sum(np.sum(g**2) for g in slopes))


def clipped_together(slopes, limit):
    length = whole(slopes)
    return [g * limit / length if length > limit else g for g in slopes]


def by_rows(z, ddof=0):
    var = z.var(axis=1, keepdims=True, ddof=ddof)
    return (z - z.mean(axis=1, keepdims=True)) / np.sqrt(var + 1e-5)


WRONG = [  # exercise, answer, part of what is said
    ("gradient-1", 3, "a function"),
    ("gradient-1", lambda p: p[2], "does not run"),
    ("gradient-1", lambda p: -POST003(p), "minus the gradient"),
    ("gradient-1", lambda p: POST003(p) + [0.3, 0] * p[..., :1] ** 2, "Still wrong: d/dx: +0.30 x**2 too much."),
    ("gradient-1", lambda p: POST003(p) - [0, 0.5] * p[..., 1:], "Still wrong: d/dy: -0.50 y too much."),
    ("gradient-2", np.log2(10), "bits"),
    ("gradient-2", 1, "base ten"),
    ("gradient-2", -np.log(10), "logarithm of 1/10"),
    ("gradient-2", 0.1, "surprised"),
    ("gradient-3", 1170, "last batch"),
    ("gradient-3", 1171.875, "part of a step"),
    ("gradient-3", 391, "one epoch"),
    ("gradient-3", 12, "batches of one epoch"),
    ("gradient-4", 1000, "one factor"),
    ("gradient-4", 1, "stands still"),
    ("gradient-4", 1e-6, "other way round"),
    ("gradient-4", 31, "how much longer"),
    ("gradient-6", sgd, "That is gradient descent"),
    ("gradient-6", along_the_sign, "uphill"),
    ("gradient-6", whole_stride, "each coordinate"),
    ("problems-1", 3454, "the loss"),
    ("problems-1", 3000, "base ten"),
    ("problems-1", 690, "multiplies the distance"),
    ("problems-2", 1, "net way"),
    ("problems-2", 5, "heights"),
    ("problems-2", 7, "first jump"),
    ("problems-3", 566.32, "whole"),
    ("problems-3", 566, "one more"),
    ("problems-3", 553, "exp(0.05)"),
    ("problems-3", 539, "toward the saddle"),
    ("problems-3", 1000, "multiplied"),
    ("problems-4", sgd, "gradient descent"),
    ("problems-4", two_slopes_added, "adds"),
    ("problems-4", all_slopes, "bare slope"),
    ("problems-4", two_slopes_swapped, "parts from the right path"),
    ("momentum-1", 0.135, "already goes"),
    ("momentum-1", -0.15, "after two steps"),
    ("momentum-1", -0.3, "third velocity"),
    ("momentum-2", -60, "forgot the learning rate"),
    ("momentum-2", -0.03, "after one push"),
    ("momentum-2", -0.03 / 1.95, "alternate"),
    ("momentum-2", 0.6, "sign"),
    ("momentum-3", 0.2, "twenty times as noisy"),
    ("momentum-3", 4, "wrong way round"),
    ("momentum-3", 0.1, "lr / (1 - mu)"),
    ("momentum-4", 0, "across the ravine"),
    ("momentum-4", 0.975**2, "square root"),
    ("momentum-4", 0.9, "two roots"),
    ("momentum-5", 0.9, "a function"),
    ("momentum-5", sgd, "no hyperparameter mu"),
    ("momentum-5", two_rates, "at step 1 (with lr=0.3, mu=0.8)"),
    ("momentum-5", momentum, "keep lr out of v"),
    ("nag-1", 0.9, "flat"),
    ("nag-1", 0.4, "the part that is lost"),
    ("nag-1", 0.5, "do not subtract"),
    ("nag-1", 0.1, "collect"),
    ("nag-2", 0.75, "momentum's limit"),
    ("nag-2", 0.5, "gradient descent's"),
    ("nag-2", 1.5, "rate alone"),
    ("nag-2", 0.2, "may go up to"),
    ("nag-3", updated_velocity, "Which v"),
    ("nag-3", nag, "positions"),
    ("nag-3", momentum, "That is momentum"),
    ("nag-4", nag, "one velocity"),
    ("nag-4", twice_the_memory, "doubles the memory"),
    ("nag-4", momentum, "slope at x itself"),
    ("adagrad-1", 12 / 13, "sign"),
    ("adagrad-1", -12 / 169, "forgot the root"),
    ("adagrad-1", -2.4, "slope of this step"),
    ("adagrad-1", -12 / 19, "added the slopes"),
    ("adagrad-1", -1, "9 and 16 are in the sum"),
    ("adagrad-2", 1e6, "gradient descent"),
    ("adagrad-2", 1, "distances have grown"),
    ("adagrad-2", 1e-3, "other way round"),
    ("adagrad-2", 31, "first step"),
    ("adagrad-3", 900, "estimate"),
    ("adagrad-3", 60, "shrink"),
    ("adagrad-3", 943, "One more"),
    ("adagrad-3", 800, "Add them up"),
    ("adagrad-4", 1 / 5773.5, "other way round"),
    ("adagrad-4", 1e4, "Where is it 1/2"),
    ("adagrad-4", 99, "Solve"),
    ("adagrad-5", 0.1, "a function"),
    ("adagrad-5", adagrad, "score from zero"),
    ("adagrad-5", sgd, "no hyperparameter first"),
    ("adagrad-5", warm_not, "score from zero"),
    ("adagrad-5", warm_each_step, "at every step"),
    ("adagrad-5", warm_outside, "outside the root"),
    ("adagrad-5", warm_fixed, "use the argument"),
    ("adagrad-5", warm_plain, "the same for every first"),
    ("rmsprop-1", 0.99, "37 %"),
    ("rmsprop-1", 0.995, "straight line"),
    ("rmsprop-1", 1 - 2 / 101, "window"),
    ("rmsprop-1", 0.5, "rho**100"),
    ("rmsprop-2", 0.001, "settled"),
    ("rmsprop-2", 0.632456, "cancels"),
    ("rmsprop-2", 1, "forgot the root"),
    ("rmsprop-2", -0.0316228, "sign is not"),
    ("rmsprop-2", 0.02, "after one step"),
    ("rmsprop-3", 0.0028284, "across the valley"),
    ("rmsprop-3", 0.0013968, "twice that"),
    ("rmsprop-3", 0.0019755, "factor 1/2"),
    ("rmsprop-3", 0.01, "What is the loss there"),
    ("rmsprop-4", rmsprop, "RMSprop itself"),
    ("rmsprop-4", variant(inside=1e-8), "the same for every eps"),
    ("rmsprop-4", variant(above="m"), "only subtracted"),
    ("rmsprop-4", sgd, "no hyperparameter rho"),
    ("adam-1", (0.01, -0.01), "uphill"),
    ("adam-1", (-0.00003, 7), "gradient descent"),
    ("adam-1", (-1, 1), "not 1"),
    ("adam-1", (-0.01, 0.02), "Number 2"),
    ("adam-2", 44, "s, with 0.999"),
    ("adam-2", 1000, "63 %"),
    ("adam-2", 4602, "still below"),
    ("adam-2", 500, "Which share"),
    ("adam-3", 0.75, "standard deviation"),
    ("adam-3", 0.3, "average slope"),
    ("adam-3", 1.2, "by its root"),
    ("adam-3", 1, "all agree"),
    ("adam-3", 0.5, "mean square"),
    ("adam-4", 1, "a function"),
    ("adam-4", adamax_with_two_hats, "a hat that it does not need"),
    ("adam-4", adamax_without_hats, "lost its hat"),
    ("adam-4", adam, "That is Adam"),
    ("adam-5", 3.1623, "first step"),
    ("adam-5", 10, "not one learning rate"),
    ("adam-5", 20, "Add up"),
    ("adam-6", 3.1623, "after a silence"),
    ("adam-6", 31.623, "exercise 5"),
    ("adam-6", 5, "geometric"),
    ("adadelta-1", 0.01, "1 - rho of the slope's square"),
    ("adadelta-1", 0.0025, "take the root"),
    ("adadelta-1", 50, "multiplied by the slope"),
    ("adadelta-1", 0.5, "Put d = 0"),
    ("adadelta-2", "small", "two numbers"),
    ("adadelta-2", (1e-10, 1e-2), "other way round"),
    ("adadelta-2", (1e-4, 1e-8), "converted twice"),
    ("adadelta-2", (1e-2, 1e-2), "squared slopes"),
    ("adadelta-2", (1e-6, 1e-6), "units under each root"),
    ("adadelta-3", 1000, "grow on the way"),
    ("adadelta-3", 1e6, "far less"),
    ("adadelta-3", 4.64, "a millionth"),
    ("adadelta-3", 10, "solve for t"),
    ("adadelta-4", adadelta, "before lr is applied"),
    ("adadelta-4", steps_taken_lagging, "the same for every lr"),
    ("adadelta-4", sgd, "no hyperparameter rho"),
    ("adadelta-5", (6, -2), "smaller first"),
    ("adadelta-5", (2, 2), "along the axes"),
    ("adadelta-5", (-1, 3), "Half of it"),
    ("adadelta-5", (0, 1), "Solve"),
    ("rates-1", 4000, "constant rate"),
    ("rates-1", 0.2, "10 000 steps"),
    ("rates-1", 1000, "sum of the rates"),
    ("rates-2", 89.781, "round up"),
    ("rates-2", 59, "0.95; we want 0.99"),
    ("rates-2", 99, "multiply"),
    ("rates-2", 20, "probability 0.36"),
    ("rates-3", (1, 0.5), "smaller first"),
    ("rates-3", (0, 1), "squares"),
    ("rates-3", (1, 2), "finite sum"),
    ("rates-3", (0.5, 2), "q = 2p"),
    ("rates-4", sgd, "does not fall"),
    ("rates-4", fading_at_once, "lr / t"),
    ("rates-4", fading_from_zero, "from 0"),
    ("rates-4", fading_root, "parts from the right path"),
    ("rates-5", (0.05 * 32**0.5, 1280), "square root"),
    ("rates-5", (1.6, 640), "not 1 / L"),
    ("rates-5", (1, 1), "keeps its ratio"),
    ("rates-6", (1, 1 / 100), "where V started"),
    ("rates-6", (0.8, 1 / 101), "starts at 1/4"),
    ("rates-6", (0.5, 0.5), "derivative"),
    ("race-1", (0.04, 0.076, 0.076), "is momentum's"),
    ("race-1", (2, 3.8, 3.8 / 2.8), "curvature of 1"),
    ("race-1", (0.02, 0.076, 0.027), "Number 1"),
    ("race-2", 1.162964, "in standard deviations"),
    ("race-2", 0.03 / 5**0.5, "standard error"),
    ("race-2", 0, "smallest"),
    ("race-3", lambda costs, n: min(costs), "may miss it"),
    ("race-3", lambda costs, n: np.mean(costs), "n = 1 only"),
    ("race-3", lambda costs, n: min(costs[:n]), "first n"),
    ("race-3", lambda costs, n: np.mean(np.sort(costs)[:n]), "the n best"),
    ("race-3", lambda costs, n: np.max(costs), "it gives 3 where 2 belongs"),
    ("race-4", sgd, "itself"),
    ("race-4", lambda x, grad, t, *, lr=0.01: (x - 2 * lr * grad(x),), "twice the length"),
    ("race-4", momentum, "parts from"),
    ("race-5", (1.5, 1), "larger eps"),
    ("race-5", (1e6, 1e6), "it must be 1.5"),
    ("race-5", (-1.5, -1), "positive"),
    ("race-5", 1.5, "two numbers"),
    ("race-5", "adam", "this is text"),
    ("backprop-1", 17024, "Those are the weights"),
    ("backprop-1", 650, "without hidden layers"),
    ("backprop-1", 17290, "inputs have no biases"),
    ("backprop-1", 266, "Those are the units"),
    ("backprop-2", 0.00242663, "through one hidden unit"),
    ("backprop-2", 0.00284034, "through one hidden unit"),
    ("backprop-2", 0.0211178, "hidden units are missing"),
    ("backprop-2", 0.00151896, "as for a weight"),
    ("backprop-2", 0.005, "plus dE/dz2"),
    ("backprop-3", (0.66524, 0.24473, 0.09003), "Those are the probabilities"),
    ("backprop-3", (-0.66524, 0.75527, -0.09003), "signs are turned"),
    ("backprop-3", (-0.33476, 0.24473, 0.09003), "the second"),
    ("backprop-3", (0.22270, 0.18484, 0.08193), "with respect to its own logit"),
    ("backprop-3", (1, 0, 0), "log(sum(exp(z)))"),
    ("backprop-4", 1, "The answer is a function"),
    ("backprop-4", lambda X: X, "takes other arguments"),
    ("backprop-4", lambda *a: tanh_slopes(*a)[::-1], "three rows with four numbers each and an array of four rows"),
    ("backprop-4", lambda *a: [s / 5 for s in tanh_slopes(*a)], "mean over the samples"),
    ("backprop-4", lambda *a: [-s for s in tanh_slopes(*a)], "wrong sign"),
    ("backprop-4", lambda *a: [tanh_slopes(*a)[0], 0 * a[2]], "The slopes of W2 are not right. The outputs are bare"),
    ("backprop-4", lambda *a: tanh_slopes(*a, bend=lambda h: 1), "slope of tanh is missing"),
    ("backprop-4", lambda *a: tanh_slopes(*a, bend=lambda h: h * (1 - h)), "the sigmoid's slope"),
    ("backprop-4", lambda *a: tanh_slopes(*a, bend=lambda h: h), "Send the error back"),
    ("backprop-5", 3, "slopes of the inputs"),
    ("backprop-5", 1.5188, "way back alone"),
    ("backprop-5", 2, "two a layer"),
    ("backprop-6", (2, 0.5), "moves y alone"),
    ("backprop-6", (1, 1), "at the start it is 4"),
    ("backprop-6", (0.48587, 2.0582), "other way round"),
    ("backprop-6", (3, 0), "Solve"),
    ("deep-1", [2 / 256, 2 / 320], "the variances"),
    ("deep-1", [np.sqrt(2 / 320), np.sqrt(2 / 256)], "He first"),
    ("deep-1", [np.sqrt(2 / 64), np.sqrt(2 / 320)], "what comes in"),
    ("deep-1", [0.1, 0.2], "fan_in"),
    ("deep-2", np.sqrt(2 / 100), "plain ReLU"),
    ("deep-2", np.sqrt(2 / 120), "squared"),
    ("deep-2", 2 / 104, "variance"),
    ("deep-2", 0.5, "each half"),
    ("deep-3", [6, 8], "before the factor"),
    ("deep-3", [3, 2], "root of the variance"),
    ("deep-3", [1, 1], "as a line"),
    (
        "deep-4",
        lambda slopes, limit: [g * min(1, limit / np.linalg.norm(g)) if g.any() else g for g in slopes],
        "by itself",
    ),
    ("deep-4", lambda slopes, limit: [np.clip(g, -limit, limit) for g in slopes], "by value"),
    ("deep-4", lambda slopes, limit: clipped_together([1e9 * g for g in slopes], limit), "short enough"),
    (
        "deep-4",
        lambda slopes, limit: [g * limit / whole(slopes) for g in slopes],
        "short enough",
    ),
    (
        "deep-4",
        lambda slopes, limit: [g / whole(slopes) * min(whole(slopes), limit) for g in slopes],
        "zero",
    ),
    ("deep-4", lambda slopes, limit: slopes[0], "these two: two numbers and two numbers"),
    ("deep-4", lambda slopes, limit: [0 * g for g in slopes], "it gives [[0, 0], [0, 0]] where"),
    ("deep-4", lambda slopes: slopes, "takes other arguments"),
    ("deep-5", lambda z: by_rows(z.T).T, "down the columns"),
    ("deep-5", lambda z: by_rows(z, ddof=1), "by n, not by"),
    ("deep-5", lambda z: z - z.mean(axis=1, keepdims=True), "mean is taken off"),
    ("deep-5", lambda z: z[0], "five rows with three numbers"),
    ("deep-5", lambda z: z @ z, "does not run"),
    ("deep-5", lambda z: by_rows(z) if len(z) > 1 else 0 * z, "a row that comes alone"),
    ("deep-6", 13, "square"),
    ("deep-6", 5, "right angles"),
    ("deep-6", 2, "Pythagoras"),
    ("general-1", 0.003, "What is its slope"),
    ("general-1", 0.0015, "other way"),
    ("general-2", 1.5, "share that is dropped"),
    ("general-2", 7.142857, "inverted"),
    ("general-2", 5, "only a share of the sum"),
    ("general-3", lambda losses, patience: int(np.argmin(losses)), "had not stopped"),
    ("general-3", lambda *a: min(patient(*a) + a[1], len(a[0]) - 1), "Which weights"),
    ("general-3", lambda losses, patience: 0, "Count the epochs"),
    ("general-4", priced_momentum, "jumps over zero"),
    ("general-4", hasty_momentum, "shrink with the steps"),
    ("general-4", sgd, "no hyperparameter mu"),
    ("general-5", 10, "smaller price"),
    ("general-5", 0.2, "Compare"),
    ("general-6", (0.25, 2), "Each of the two"),
    ("general-6", (0.5, 2), "one mask"),
    ("general-6", (0.75, 4), "dropped"),
    ("general-6", (0.3, 4), "Both masks"),
    ("after-1", -6, "does not see how steep"),
    ("after-1", -200, "cancels"),
    ("after-1", 2, "sign is not"),
    ("after-2", (84, 56, 28), "the weights themselves"),
    ("after-2", (14, 7, 0), "takes 4 bytes"),
    ("after-2", (56, 56, 0), "Number 2"),
    ("after-3", late_signum, "old average"),
    ("after-3", averaged_signs, "averages the signs"),
    ("after-3", sgd, "no hyperparameter beta1"),
    ("after-4", 12, "factor 1.5 alone"),
    ("after-4", 5, "count"),
    ("after-5", 1.12, "untuned baseline"),
    ("after-5", 1.4, "the paper's number"),
    ("after-5", 1.087, "Upside down"),
    ("after-5", 1.15, "counts steps"),
    ("museum-1", 0.95, "what the label says"),
    ("museum-1", 0.8, "compare the ends"),
    ("museum-2", lambda keep: 1 / (1 - keep), "the exhibit"),
    ("museum-2", lambda keep: 2 / (1 - keep) - 1, "window"),
    ("museum-2", lambda keep: np.log(0.5) / np.log(1 - keep), "what is new"),
    ("museum-2", lambda keep: -np.log(0.5) / np.log(keep), "the sign is not"),
    ("museum-2", 6.58, "is a function"),
    ("museum-3", museum_adagrad(lambda s, eps: s + eps), "the exhibit"),
    ("museum-3", museum_adagrad(lambda s, eps: np.sqrt(s + eps)), "stands under it"),
    ("museum-3", museum_adagrad(lambda s, eps: 1 + eps), "what unit does it have"),
    ("museum-4", museum_adam(lambda m, s, eps: m / np.sqrt(s) - eps), "the exhibit"),
    ("museum-4", museum_adam(lambda m, s, eps: m / np.sqrt(s + eps)), "Under the root"),
    ("museum-4", museum_adam(lambda m, s, eps: m / np.sqrt(s)), "belongs beside"),
    ("museum-5", 2_560_256, "the network that was printed"),
    ("museum-5", 2_598_656, "has a bias"),
    ("museum-5", 46, "inputs + 1"),
    ("museum-6", museum_line(-1, 0), "the exhibit"),
    ("museum-6", museum_line(1, 0), "still missing"),
    ("museum-6", museum_line(-1, 1), "wrong sign"),
    ("museum-6", museum_line(1, 1, 7), "not right"),
    ("museum-6", museum_line(1, 1, 0.5), "has a 2"),
    ("museum-6", lambda w, x, y: 0 * w, "Differentiate"),
    ("museum-7", museum_nag(lambda old, v, push, mu: mu**2 * v - (1 + mu) * push), "the exhibit"),
    ("museum-7", museum_nag(lambda old, v, push, mu: v), "That is momentum"),
    ("museum-7", museum_nag(lambda old, v, push, mu: mu * v), "is still missing"),
    ("museum-8", lambda w, x, drop: drop * (w @ x), "the exhibit"),
    ("museum-8", lambda w, x, drop: w @ x, "only if training divides"),
    ("museum-8", lambda w, x, drop: w @ x / (1 - drop), "multiply"),
    ("museum-8", lambda w, x, drop: 0.0, "on average"),
    ("museum-8", lambda w, x: w @ x, "takes other arguments"),
    ("museum-9", lambda errors: order(errors) - 1, "One too low"),
    ("museum-9", lambda errors: errors[-1] / errors[-2], "factor of the last step"),
    ("museum-9", lambda errors: np.log(errors[-1]) / np.log(errors[-2]), "drops out"),
    ("museum-9", lambda errors: 1 / order(errors), "Upside down"),
    ("museum-9", lambda errors: 2, "ratio before"),
    ("museum-10", where_it_swings(lambda mu: 2 * np.sqrt(mu)), "the exhibit"),
    ("museum-10", where_it_swings(lambda mu: mu), "product"),
    ("museum-10", lambda lr, curvature, mu: np.sqrt(mu), "Right where it swings"),
    ("museum-10", lambda lr, curvature, mu: 1 - lr * curvature, "largest size"),
    ("momentum-3", 0.0091, "Not 0.0091"),
    ("momentum-3", 0.011, "Close: give three digits."),
    ("momentum-4", 0.70, "Close: give three digits."),
    ("nag-1", 0.535, "Close: give three digits."),
    ("race-1", (0.04, 0.076, 0.0268), "Number 3 is close: give three digits."),
    ("problems-3", 568, "count exactly"),
    ("rates-6", (0.8, 0.01), "1/V starts at 1/4, not at 0"),
    ("gradient-6", lambda x, grad, t, *, lr=0.1: (x - lr * np.sign(x),), "never asks for the slope"),
    ("gradient-6", lambda x, grad, t, *, lr=0.1: (x - 0.1 * np.sign(grad(x)),), "the same for every lr"),
    ("after-3", lambda x, grad, t, m=0, *, lr, beta1=0.9: signum(x, grad, t, m, lr=lr), "the same for every beta1"),
    ("after-3", lambda x, grad, t, m=0, *, lr, beta1=0.9: signum(x, grad, t, m, lr=-lr, beta1=beta1), "uphill"),
    ("after-3", lambda x, grad, t, m=0, *, lr, beta1=0.9: signum(x, grad, t, m, lr=lr, beta1=1 - beta1), "exchanged"),
    ("general-3", lambda losses, patience: patient_with_ties(losses, patience), "An equal loss is no improvement"),
    ("general-3", lambda losses, patience: patient(losses, patience + 1), "one epoch longer"),
    (
        "general-4",
        lambda x, grad, t, v=0, *, lr, mu, l1: sparse_momentum(x, grad, t, v, lr=lr, mu=mu, l1=l1 / (1 - mu)),
        "/ (1 - mu)",
    ),
    ("museum-3", museum_adagrad(lambda s, eps: np.sqrt(s)), "The root is right. eps is missing"),
    ("museum-6", lambda w, x, y: -museum_line(1, 1)(w, x, y), "both signs are turned"),
    (
        "adagrad-5",
        lambda x, grad, t, s=0, *, lr, first: (x - lr * grad(x) / np.sqrt(first + s), s + grad(x) ** 2),
        "before you divide",
    ),
    (
        "adam-4",
        lambda x, grad, t, m=0, u=0, *, lr, beta1, beta2, eps: adamax(
            x, grad, t, m, u, lr=lr, beta1=beta1, beta2=beta2
        ),
        "the same for every eps",
    ),
    ("deep-6", 73**0.5, "The angle is right"),
]


@pytest.mark.parametrize(("name", "answer", "said"), WRONG, ids=lambda value: value if isinstance(value, str) else "")
def test_wrong_answers_are_told_why(name, answer, said):
    verdict = check(name, answer)
    assert not verdict
    assert said in verdict.message


@pytest.mark.parametrize("name", CHECKERS)
def test_each_checker_is_tried(name):
    """With wrong answers of readers, which of a choice are known mistakes, all; the right one, the known mistakes and garbage are tried for every name, too."""
    said = [check(name, answer) for exercise, answer, _ in WRONG if exercise == name]
    assert said or isinstance(CHECKERS[name], Choice), f"{name} is tried with no wrong answer: add one to WRONG"
    assert not any(said)


# Garbage ----------------------------------------------------------------------------------------------------------------


class Strange:
    """An answer that fails at whatever is asked of it."""

    def __float__(self):
        raise RuntimeError("first line\nsecond line")

    def __len__(self):
        raise RuntimeError

    def __repr__(self):
        raise RuntimeError


class Indescribable(Strange):
    def __call__(self, *_, **__):
        raise RuntimeError("several\nlines\n" * 50)


def exchanged(x, grad, t, s=0, m=0, *, lr=0.01, rho=0.9, eps=1e-8):
    x, s, m = centered(x, grad, t, s, m, lr=lr, rho=rho, eps=eps)
    return x, m, s


class Unspeakable(Exception):
    def __str__(self):
        raise RuntimeError


def fails_to_say_why(*_, **__):
    raise Unspeakable


def unfinished(*_, **__):
    raise NotImplementedError


def endless(*_, **__):
    return endless(1)  # without a star: Python 3.15.2 counts no call that has one, and fills the memory


async def promised(*_, **__):
    return 1


def stops(*_, **__):
    raise SystemExit


def itself():
    loop = []
    loop.append(loop)
    return loop


def ladder():
    yield 1
    yield 2


def without_a_star(x, grad, t, lr=0.01):
    return (x - lr * grad(x),)


GARBAGE = {
    "none": None,
    "nan": float("nan"),
    "infinite": -np.inf,
    "far too large": 10**400,
    "text": "0.54",
    "empty text": "",
    "lines of text": "a\nb\n" * 100,
    "bytes": b"1",
    "True": True,
    "NumPy's True": np.True_,
    "complex": 1 + 2j,
    "NumPy's complex": np.complex128(0.5),
    "dict": {"x": 1},
    "set": {1, 2},
    "empty list": [],
    "empty array": np.array([]),
    "ragged": [[1, 2], [3]],
    "nested": [[[[1]]]],
    "list of None": [None, None],
    "list of texts": ["1", "2"],
    "list of NaN": [np.nan, np.nan, np.nan],
    "list that holds itself": itself(),
    "huge array": np.zeros(10**7),
    "huge range": range(10**30),
    "objects": np.array([None, "x"], dtype=object),
    "dates": np.array(["2020-01-01"], dtype="datetime64[D]"),
    "masked": np.ma.masked,
    "masked array": np.ma.array([1.0, 2.0], mask=[True, False]),
    "symbol": sympy.Symbol("x"),
    "sympy's infinity": sympy.zoo,
    "signalling NaN": Decimal("sNaN"),
    "generator": ladder(),
    "slice": slice(3),
    "strange": Strange(),
    "strange, called": Indescribable(),
    "class": int,
    "class of its own": Strange,
    "module": np,
    "built-in": print,
    "built-in without a signature": max,
    "ufunc": np.add,
    "method": [].append,
    "check": check,
    "lambda of nothing": lambda: 3,
    "lambda of one": lambda x: x,
    "returns None": lambda *_, **__: None,
    "returns text": lambda *_, **__: "right",
    "returns True": lambda *_, **__: True,
    "returns NaN": lambda *_, **__: np.nan,
    "returns a dict": lambda *_, **__: {"x": 1},
    "returns a generator": lambda *_, **__: ladder(),
    "returns a function": lambda *_, **__: abs,
    "returns a huge array": lambda *_, **__: np.zeros((3000, 3000)),
    "returns a huge number": lambda *_, **__: 10**400,
    "returns a complex number": lambda *_, **__: 1j,
    "returns ragged lists": lambda *_, **__: [[1, 2], [3]],
    "returns its arguments": lambda *given, **_: given,
    "returns a list that holds itself": lambda *_, **__: itself(),
    "not implemented": unfinished,
    "recursion": endless,
    "coroutine": promised,
    "stops the program": stops,
    "rule without a star": without_a_star,
    "rule without a tuple": lambda x, grad, t, **_: x - 0.1 * grad(x),
    "rule with x alone too long": lambda x, grad, t, **_: (np.zeros(3),),
    "rule with text": lambda x, grad, t, **_: ("x",),
    "rule with NaN": lambda x, grad, t, **_: (np.nan * x,),
    "rule with a memory too many": lambda x, grad, t, *, lr=1: (x, 1, 2),
    "rule with a generator as memory": lambda x, grad, t, v=0, *, lr=1, **_: (x, ladder()),
    "rule with a million memories": lambda x, grad, t, *_, **__: (x,) * 10**6,
    "rule with a huge memory": lambda x, grad, t, v=0, **_: (x, np.zeros((3000, 3000))),
    "fails to say why": fails_to_say_why,
    "long message": lambda *_, **__: [][10**4 * "x"],
    "nested deeply": reduce(lambda inner, _: [inner], range(10**5), 1),
    "rule of the wrong place": lambda x, grad, t, **_: (x - grad(3),),
}
PYTHON = (
    r"Traceback|<|object at|0x|broadcast|callable|positional argument|convert|inhomogeneous|numpy\.|dtype|\bself\b|\n"
)


@pytest.mark.parametrize("name", CHECKERS)
def test_garbage_gets_one_clear_line(name):
    for kind, garbage in GARBAGE.items():
        began = time.process_time()
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            verdict = check(name, garbage)
        assert time.process_time() - began < 1, kind
        assert not verdict, kind
        said = repr(verdict)
        assert 10 < len(said) < 300, f"{kind}: {said}"
        assert said[0].isupper() or said.startswith("d/"), f"{kind}: {said}"
        assert said[-1] in ".!?`", f"{kind}: {said}"
        # What an answer's own error says may be Python's.
        assert not re.search(PYTHON, re.sub(r"does not run.*?: .*", "", said)), f"{kind}: {said}"
        assert "\n" not in said


@pytest.mark.parametrize("name", ["nag-1", "adam-1", "museum-8", "nag-4"])
def test_garbage_is_told_what_it_is(name):
    kind = type(CHECKERS[name])
    called = {Number: "a number", Numbers: "two numbers", Values: "a function of w, x and drop", Rule: "a rule"}[kind]
    for garbage in (None, "text", {}, Strange):
        assert check(name, garbage).message.startswith(f"The answer is {called}")


def slope_not_asked_for(x, grad, t, v=0, *, lr=0.01, mu=0.9):
    v = mu * v + grad
    return x - lr * v, v


def misspelt(x, grad, t, v=0, *, lr=0.01, mu=0.9):
    v = mu * v + gard(x)  # noqa: F821 - that is the fault
    return x - lr * v, v


def memory_left_out(x, grad, t, v=0, *, lr=0.01, mu=0.9):
    v = mu * v + grad(x)
    return x - lr * v


SAID = [
    ("nag-1", 10**400, "far too large"),
    ("nag-1", np.nan, "NaN"),
    ("nag-1", np.inf, "infinite"),
    ("nag-1", "0.54", "this is text: leave out the quotes"),
    ("nag-1", np.array([1, 2, 3]), "this is three numbers"),
    ("nag-1", lambda: 0.54, "give what it returns"),
    ("race-1", (0.04, 0.076), "three numbers; this is a tuple of two"),
    ("adam-1", 0.01, "two numbers"),
    ("adam-1", [1, None], "number 2 is none; this is nothing"),
    ("museum-8", 0.54, "give the function itself"),
    ("museum-8", lambda w, x, drop: None, "is the `return` missing?"),
    ("museum-8", unfinished, "NotImplementedError"),
    ("museum-8", lambda w, x, drop: [1, 2], "returns a list of two; it should return one number"),
    ("momentum-5", momentum(np.zeros(2), np.sign, 1), "this is a tuple of two"),
    ("gradient-6", without_a_star, "Put `*,` before lr"),
    ("gradient-6", lambda x, grad, t, *, lr: x - lr * np.sign(grad(x)), "(x,), with the comma"),
    (
        "after-3",
        lambda x, grad, t, m=0, *, lr, beta1: (x - lr * np.sign(m),),
        "one memory in its first line and returns no",
    ),
    ("after-3", lambda x, grad, t, m=0, *, lr, beta1: None, "`return` missing"),
    ("after-3", lambda x, grad, t, m=0, *, lr, beta1: (x[0], m), "two numbers, as x is; at step 1 it is one number"),
    ("nag-4", lambda x, grad, t, v=0, *, lr, mu: (x / 0, v), "no finite numbers"),
    (
        "gradient-6",
        lambda x, grad, t, *, lr: (x - (lr if grad(x) > 0 else -lr),),
        "np.sign and their like in place of max",
    ),
    ("momentum-5", slope_not_asked_for, "write grad(x) in place of grad"),
    ("momentum-5", misspelt, "does not know gard; did you mean grad?"),
    ("momentum-5", memory_left_out, "as `return x, v`; this returns x alone, two numbers."),
    ("rmsprop-4", exchanged, "another order than its first line"),
    ("museum-2", lambda keep: np.array([np.log(0.5) / np.log(keep)]), "Right."),
]


@pytest.mark.parametrize(("name", "answer", "said"), SAID)
def test_what_garbage_is_told(name, answer, said):
    assert said in check(name, answer).message


def test_a_memory_outside_the_arguments_is_noticed():
    kept = []

    def hidden(x, grad, t, *, lr=0.01, mu=0.9):
        if t == 1:
            kept[:] = [0]
        kept[0] = mu * kept[0] + grad(x)
        return (x - lr * kept[0],)

    assert "keep all memory in the arguments" in check("momentum-5", hidden).message


def test_answers_stay_as_they_are():
    answer = np.array([0.5, 1.0])
    assert check("rates-3", answer)
    assert np.array_equal(answer, [0.5, 1.0])
    for name in FUNCTIONS:
        before = check(name, solutions()[name])
        assert before
        assert check(name, CHECKERS[name].right)


# Names ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["NAG-1", " nag-1 ", "nag 1", "Nag_1", "nag–1"])
def test_case_and_spaces_of_a_name_do_not_matter(name):
    assert check(name, 0.54)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("gradeint-1", "There is no exercise 'gradeint-1'; did you mean 'gradient-1'?"),
        ("adagrad1", "There is no exercise 'adagrad1'; did you mean 'adagrad-1'?"),
        ("qwertz", "There is no exercise 'qwertz'; a name is the label of an exercise, such as \"momentum-2\"."),
        (None, 'A name is the label of an exercise, such as "momentum-2".'),
        (3, 'A name is the label of an exercise, such as "momentum-2".'),
        ("", 'A name is the label of an exercise, such as "momentum-2".'),
        (["nag-1"], 'A name is the label of an exercise, such as "momentum-2".'),
    ],
)
def test_unknown_names_get_the_nearest(name, said):
    assert check(name, 1).message == said
    assert not check(name, 1)


@pytest.mark.parametrize("name", ["x" * 10**6, "nag-1\n" * 100, "é" * 50, "-" * 50])
def test_long_names_get_a_short_line(name):
    assert len(check(name, 1).message) < 150


@pytest.mark.parametrize("name", PROOFS)
def test_proofs_say_that_they_are_proofs(name):
    for answer in (..., 1, None):
        assert "asks for a proof" in check(name, answer).message
        assert not check(name, answer)


@pytest.mark.parametrize("name", CHECKERS)
def test_three_dots_are_no_answer(name):
    assert "three dots" in check(name, ...).message
    assert "three dots" in check(name).message
