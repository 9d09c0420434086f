"""The exercises: ``check("momentum-1", answer)`` says whether an answer is right and, if not, why.

Each exercise is an entry of ``CHECKERS``: the right answer, which is computed and not looked up, and the known
mistakes, each with what to say to it. There are four kinds of answers, ``Number``, ``Numbers``, ``Values`` (a function)
and ``Rule``, and one judge for each. ``PROOFS`` names the exercises in which there is nothing to check.

>>> check("nag-1", 0.54)
Right.
>>> check("nag-1", 0.9)
That is the memory where the ground is flat. Here looking ahead takes some of it away.
"""

import inspect
import re
import warnings
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from difflib import get_close_matches
from functools import wraps
from math import comb

import numpy as np

from descent.conventions import nag_inside
from descent.networks import soft_threshold
from descent.notes import hyperparameters, memories
from descent.rules import adadelta, adagrad, adam, momentum, nag, rmsprop, sgd
from descent.runs import descend
from descent.surfaces import SURFACES, Surface

NEAR = 0.02  # an answer this near to the right one is told so, and gets no hint at a mistake that it does not hold
STEPS = 40  # a rule is judged by its paths of this many steps
HILL = Surface(  # where rules are judged: nothing on it is symmetric, and its minimum is not at the origin
    "0.4*(x - 1.3)**2 + 0.1*x*y + 0.2*(y + 0.7)**2 + exp(x/2)/10", window=((-4, 4), (-4, 4)), start=(-2.6, 1.9)
)
COUNTS = ("no", "one", "two", "three", "four", "five")


@dataclass(frozen=True)
class Verdict:
    """What ``check`` found: true when the answer is right; shown as a sentence."""

    right: bool
    message: str

    def __bool__(self):
        return self.right

    def __repr__(self):
        return self.message


def check(name, answer=...):
    """Check an answer to the exercise ``name``: a number, several numbers, or a function, as the exercise asks.

    Whatever the answer is, it gets a ``Verdict`` of one line, and no error. What is handed over stays as it was.
    """
    known = [*CHECKERS, *PROOFS]
    label = re.sub(r"[\W_]+", "-", name[:40].strip().lower()) if isinstance(name, str) else ""
    if label not in known:
        near = get_close_matches(label, known, 1)
        said = f"did you mean {near[0]!r}?" if near else 'a name is the label of an exercise, such as "momentum-2".'
        return Verdict(False, f"There is no exercise {label!r}; {said}" if label else said.capitalize())
    if label in PROOFS:
        return Verdict(False, "This exercise asks for a proof, and nothing is checked; its solution shows one.")
    if answer is ...:
        return Verdict(False, "Put your answer in place of the three dots.")
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            wrong = CHECKERS[label].judge(answer)
    except Unclear as unclear:
        wrong = str(unclear)
    return Verdict(not wrong, wrong or "Right.")


class Unclear(ValueError):
    """Raised where an answer cannot be judged; its text says in one line what stands in the way."""


# Four kinds of answers. A mistake is a pair: the wrong answer, and what to say to it. -----------------------------------


@dataclass(frozen=True)
class Number:
    """A number, right when it agrees with ``right`` to ``digits`` digits: within 0.5 % for three.

    ``whole`` numbers must be exact; ``also`` holds other answers that are right; ``tolerance`` (relative) is for
    answers that are only asked for roughly.
    """

    right: float
    hint: str
    mistakes: tuple = ()
    digits: int = 3
    whole: bool = False
    also: tuple = ()
    tolerance: float | None = None

    def judge(self, answer):
        """What is wrong with the answer, or ``""``."""
        value = _number(answer)
        allowed = 1e-9 if self.whole else self.tolerance or _allowed(self.digits)
        if any(_agree(value, right, allowed) for right in (self.right, *self.also)):
            return ""
        for wrong, said in self.mistakes:
            if _agree(value, wrong, 1e-4 if self.whole else allowed):
                return said
        if _agree(value, -self.right, allowed):
            return f"The size is right, the sign is not: {value:g}. {self.hint}"
        if any(_agree(value, right, NEAR) for right in (self.right, *self.also)):
            return (
                "Close: it is a whole number, so count exactly."
                if self.whole
                else f"Close: give {COUNTS[self.digits]} digits."
            )
        return f"Not {value:g}. {self.hint}"


@dataclass(frozen=True)
class Numbers:
    """Several numbers, each right when it agrees with its own of ``right`` to ``digits`` digits.

    Where more than one answer is right, ``judged`` is a function of the numbers: what is wrong with them, or ``""``.
    """

    right: tuple
    hint: str
    mistakes: tuple = ()
    digits: int = 3
    judged: Callable | None = None

    def judge(self, answer):
        """What is wrong with the answer, or ``""``."""
        values = _several(answer, len(self.right))
        if self.judged:
            return self.judged(*values)

        def fit(wanted):
            return [_agree(value, w, _allowed(self.digits)) for value, w in zip(values, wanted, strict=True)]

        if all(fit(self.right)):
            return ""
        for wrong, said in self.mistakes:
            if all(fit(wrong)):
                return said
        first = fit(self.right).index(False)
        if _agree(values[first], self.right[first], NEAR):
            return f"Number {first + 1} is close: give {COUNTS[self.digits]} digits."
        return f"Number {first + 1} is not {values[first]:g}. {self.hint}"


@dataclass(frozen=True)
class Values:
    """A function, right when it gives what ``right`` gives in each of the ``cases``, tuples of arguments.

    A result is a number or an array, or several of them: then ``parts`` may name each, with a hint, and the last one
    that is wrong is told. ``explain`` is a function of the results found and wanted that says what is wrong where no
    known mistake was made.
    """

    right: Callable
    hint: str
    cases: tuple
    mistakes: tuple = ()
    parts: tuple = ()
    explain: Callable | None = None

    def judge(self, answer):
        """What is wrong with the answer, or ``""``."""
        names = [p.name for p in inspect.signature(self.right).parameters.values() if p.default is p.empty]
        _function(answer, f"The answer is a function of {_listed(names)}", len(names))
        wanted = [_arrays(self.right(*deepcopy(case))) for case in self.cases]
        found = [self._result(answer, *pair) for pair in zip(self.cases, wanted, strict=True)]
        if _same_results(found, wanted):
            return ""
        for wrong, said in self.mistakes:
            if _same_results(found, [_arrays(wrong(*deepcopy(case))) for case in self.cases]):
                return said
        if self.explain:
            return self.explain(found, wanted)
        for k, (name, hint) in reversed([*enumerate(self.parts)]):
            if not _same_results([f[k] for f in found], [w[k] for w in wanted]):
                return f"The {name} are not right. {hint}"
        case, mine, right = next(
            triple for triple in zip(self.cases, found, wanted, strict=True) if not _same_results(*triple[1:])
        )
        given = ", ".join(f"{name} = {_short(value)}" for name, value in zip(names, case, strict=True))
        told = f"For {given} it gives {_short(mine)} where {_short(right)} belongs. "
        return f"{told if len(told) < 160 else 'The values are not right. '}{self.hint}"

    def _result(self, answer, case, wanted):
        result = _called(answer, *deepcopy(case))
        several = isinstance(wanted, list)
        try:
            if not several:
                return _array(result, wanted.shape)
            if not isinstance(result, (list, tuple, np.ndarray)):
                raise TypeError
            return [_array(*pair) for pair in zip(result, [w.shape for w in wanted], strict=True)]
        except Exception:
            belongs = (
                f"these {COUNTS[len(wanted)]}: {_listed([_shape(w) for w in wanted])}" if several else _shape(wanted)
            )
            raise Unclear(f"The function returns {_what(result)}; it should return {belongs}.") from None


@dataclass(frozen=True)
class Rule:
    """A rule of the course, right when it takes the same steps as ``right``.

    It walks over ``HILL`` from its start with each of the ``settings`` of its hyperparameters, none of them a default.
    With ``changing`` it walks once more, and goes from the first settings to the second half-way. Memories may be laid
    out in any way; the paths must agree.
    """

    right: Callable
    hint: str
    settings: tuple
    mistakes: tuple = ()
    changing: bool = False

    def judge(self, answer):
        """What is wrong with the answer, or ``""``."""
        missing = _read_signature(answer, self.settings[0])
        trials = [[setting] * STEPS for setting in self.settings]
        if self.changing:
            trials.append([self.settings[0]] * (STEPS // 2) + [self.settings[1]] * (STEPS // 2))
        mine = [_walk(answer, trial) for trial in trials]
        right = [_walk(self.right, trial) for trial in trials]
        apart = [_parting(*pair) for pair in zip(mine, right, strict=True)]
        if not missing and not any(apart):
            again = _walk(answer, trials[0], after=STEPS // 2, state=mine[0][1][STEPS // 2])
            kept = not _parting(again, (mine[0][0][STEPS // 2 :], ()))
            return "" if kept else "From the same state it takes another step: keep all memory in the arguments."
        for wrong, said in self.mistakes:
            if not any(_parting(m, _walk(wrong, trial)) for m, trial in zip(mine, trials, strict=True)):
                return said
        if missing:
            return f"The rule has no hyperparameter {missing[0]}; put it behind the star, as in `*, {missing[0]}=0.1`."
        if memories(answer) == 2 and not any(
            _parting(_walk(_exchanged(answer), trial), r) for trial, r in zip(trials, right, strict=True)
        ):
            return "It returns its two memories in another order than its first line has them."
        xs, wanted = mine[0][0], right[0][0]
        if not np.all(np.isfinite(xs)):
            step = int(np.argmin(np.all(np.isfinite(xs), axis=-1)))
            return f"At step {step} it gives no finite numbers. {self.hint}"
        if np.allclose(xs[1] - xs[0], wanted[0] - wanted[1], rtol=1e-6):
            return f"The first step goes the wrong way, uphill: mind the minus sign. {self.hint}"
        for name, other in self.settings[1].items():
            if not _parting(_walk(answer, [self.settings[0] | {name: other}] * STEPS), mine[0]):
                return f"The rule does the same for every {name}: use the argument {name}."
        return self._where(apart, trials)

    def _where(self, apart, trials):
        """Where the paths part, said as exactly as is known."""
        first = next(i for i, step in enumerate(apart) if step)
        step = apart[first]
        if len(self.settings) <= first:
            changed = "; ".join(_assigned(setting) for setting in self.settings)
            return f"Right with constant hyperparameters; where they change ({changed}), not from step {step} on. {self.hint}"
        begun = "The first step is right; it" if step > 1 else "It"
        return f"{begun} parts from the right path at step {step} (with {_assigned(trials[first][0])}). {self.hint}"


# Reading answers: each of these returns what it could read, or raises ``Unclear`` with one line. ------------------------


def _number(value, belongs="The answer is a number"):
    for _ in range(3):  # a list of one number is that number; a list that holds itself is not
        value = value.reshape(-1) if isinstance(value, np.ndarray) else value
        value = value[0] if isinstance(value, (list, tuple, np.ndarray)) and len(value) == 1 else value
    text = isinstance(value, (str, bytes, bytearray))
    strange = value is None or value is np.ma.masked or isinstance(value, (bool, np.bool_, complex, type))
    try:
        if text or strange or isinstance(value, (list, tuple, dict, set, np.ndarray)) or inspect.isroutine(value):
            raise TypeError
        number = float(value)
    except OverflowError:
        raise Unclear(f"{belongs}; this one is far too large.") from None
    except Exception:
        hint = ": leave out the quotes" if text else ": give what it returns" if inspect.isroutine(value) else ""
        raise Unclear(f"{belongs}; this is {_what(value)}{hint}.") from None
    if not np.isfinite(number):
        raise Unclear(f"{belongs}; this is {'not a number (NaN)' if np.isnan(number) else 'infinite'}.")
    return number


def _several(answer, count):
    belongs = f"The answer is {COUNTS[count]} numbers"
    if not isinstance(answer, (list, tuple, np.ndarray)):
        raise Unclear(f"{belongs}, in brackets and with commas between; this is {_what(answer)}.")
    values = answer.reshape(-1) if isinstance(answer, np.ndarray) else answer
    if len(values) != count:
        raise Unclear(f"{belongs}; this is {_what(answer)}.")
    return [_number(value, f"{belongs}, and number {k} is none") for k, value in enumerate(values, 1)]


def _function(answer, belongs, count=None):
    if isinstance(answer, type) or not callable(answer):
        hint = ": give the function itself, without calling it" if isinstance(answer, (float, int, np.ndarray)) else ""
        raise Unclear(f"{belongs}; this is {_what(answer)}{hint}.")
    try:
        signature = inspect.signature(answer)
    except (TypeError, ValueError):
        return  # some built-in functions have none
    try:
        if count is not None:
            signature.bind(*range(count))
    except TypeError:
        raise Unclear(f"{belongs}; this one takes other arguments.") from None


def _read_signature(answer, setting):
    """The hyperparameters that a rule lacks."""
    belongs = "The answer is a rule, a function of x, grad, t, its memories and, after a star, its hyperparameters"
    _function(answer, belongs)
    try:
        parameters = inspect.signature(answer).parameters.values()
        known = hyperparameters(answer)
    except Exception:
        raise Unclear(f"{belongs}; this one has no signature.") from None
    if any(p.kind is p.VAR_KEYWORD for p in parameters):
        return []
    for p in parameters:
        if p.kind is p.POSITIONAL_OR_KEYWORD and p.name in setting:
            raise Unclear(
                f"Put `*,` before {p.name} in the first line: hyperparameters stand behind a star, memories before it."
            )
    if sum(p.kind in (p.POSITIONAL_OR_KEYWORD, p.POSITIONAL_ONLY) for p in parameters) < 3 and not any(
        p.kind is p.VAR_POSITIONAL for p in parameters
    ):
        raise Unclear(f"{belongs}; this one takes other arguments.")
    return [name for name in setting if name not in known]


def _called(function, *given, step=None, **named):
    """What the function returns, or in one line how it failed."""
    try:
        result = function(*given, **named)
    except (Exception, SystemExit) as error:
        reason = _text(error)
        said = f"{type(error).__name__}: {reason}" if reason else type(error).__name__
        where = f" at step {step}" if step else ""
        if "truth value of an array" in said:
            said = "x holds several numbers, so use np.maximum, np.sign and their like in place of max and if"
        said = _cut(said, 120)
        raise Unclear(f"The function does not run{where}: {said}{'.' * (not said.endswith('.'))}") from None
    if inspect.iscoroutine(result):
        result.close()
    if result is None:
        raise Unclear("The function returns nothing: is the `return` missing?")
    return result


def _walk(rule, hypers, after=0, state=None):
    """The path of a rule that is given ``hypers``, one dict a step, and its state before each step."""
    kinds = {p.kind for p in inspect.signature(rule).parameters.values()}
    known = hypers[0] if inspect.Parameter.VAR_KEYWORD in kinds else hyperparameters(rule)
    count, fixed = memories(rule), inspect.Parameter.VAR_POSITIONAL not in kinds
    x, memory = state or (np.array(HILL.start, dtype=float), ())
    xs, states = [x], [(x, memory)]
    for t, hyper in enumerate(hypers[after:], after + 1):
        hyper = {name: value for name, value in hyper.items() if name in known}
        result = _called(rule, x.copy(), HILL.grad, t, *[np.copy(m)[()] for m in memory], step=t, **hyper)
        if not isinstance(result, tuple):
            wanted = f"x and {_counted(count)}" if count else "such as (x,), with the comma"
            raise Unclear(f"A rule returns a tuple, {wanted}; this returns {_what(result)}.")
        if fixed and len(result) != count + 1:
            raise Unclear(f"The rule has {_counted(count)} in its first line and returns {_counted(len(result) - 1)}.")
        try:
            x = _array(result[0], (2,))
        except Exception:
            raise Unclear(
                f"The new x must be two numbers, as x is; at step {t} it is {_what(result[:1] and result[0])}."
            ) from None
        memory = _remembered(result[1:])
        xs.append(x)
        states.append((x, memory))
    return np.array(xs), states


def _exchanged(rule):
    """The rule with its two memories returned in the other order."""

    @wraps(rule)
    def other(*given, **hyper):
        x, first, second = rule(*given, **hyper)
        return x, second, first

    return other


def _remembered(values):
    """Copies of a rule's memories, each a number or as large as x."""
    try:
        arrays = [_array(value) for value in values[:9]]
    except Exception:
        arrays = []
    if len(arrays) != len(values) or any(array.shape not in ((), (2,)) for array in arrays):
        raise Unclear("Each memory must be one number, or two numbers as x is.")
    return [array[()] for array in arrays]


def _parting(mine, other):
    """The first step at which two paths differ, or 0."""
    apart = ~np.all(np.isclose(mine[0], other[0], rtol=1e-7, atol=1e-9, equal_nan=True), axis=-1)
    return int(np.argmax(apart))


def _array(value, shape=None):
    """A result as an array of floats; text, truth values and complex numbers are none."""
    if isinstance(value, (list, tuple)) and len(value) > (max(shape, default=1) if shape is not None else 2):
        raise TypeError  # before NumPy reads what may be very long
    array = np.asarray(value)
    if shape in ((), (1,)) and array.size == 1:
        array = array.reshape(shape)
    if array.dtype.kind not in "fiuO" or shape not in (None, array.shape):
        raise TypeError
    return array.astype(float)


def _arrays(result):
    return [_array(part) for part in result] if isinstance(result, (list, tuple)) else _array(result)


def _same_results(found, wanted):
    if isinstance(wanted, list):
        return isinstance(found, list) and len(found) == len(wanted) and all(map(_same_results, found, wanted))
    if isinstance(found, list) or found.shape != wanted.shape:
        return False
    scale = np.max(np.abs(wanted), initial=0, where=np.isfinite(wanted))
    return np.allclose(found, wanted, rtol=1e-6, atol=1e-9 * scale, equal_nan=True)


def _agree(value, right, allowed):
    return abs(value - right) <= (allowed * abs(right) if right else 1e-9) * (1 + 1e-9)


def _allowed(digits):
    """The relative tolerance that takes in every number rounded to so many digits."""
    return 0.5 * 10.0 ** (1 - digits)


# Words for what was given. ----------------------------------------------------------------------------------------------


def _what(value):
    """What an answer is, in a few words; never its ``repr``, which may be long or may fail."""
    if value is None:
        return "nothing (None)"
    if isinstance(value, type):
        return "a class"
    if value is np.ma.masked:
        return "a masked number"
    if isinstance(value, (bool, np.bool_)):
        return "True or False"
    if isinstance(value, (str, bytes, bytearray)):
        return "text"
    if isinstance(value, (complex, np.complexfloating)):
        return "a complex number"
    if inspect.isgenerator(value):
        return "a generator"
    if callable(value):
        return "a function"
    if isinstance(value, (int, float, np.number)):
        return "one number"
    if isinstance(value, np.ndarray):
        return _shape(value)
    if isinstance(value, (list, tuple)):
        return f"a {type(value).__name__} of {COUNTS[len(value)] if len(value) < len(COUNTS) else len(value)}"
    return f"of the type {_cut(' '.join(type(value).__name__.split()), 40)}"


def _shape(array):
    sizes = [COUNTS[n] if n < len(COUNTS) else str(n) for n in np.shape(array)]
    if len(sizes) == 2:
        return f"an array of {sizes[0]} row{'s' * (sizes[0] != 'one')} with {sizes[1]} number{'s' * (sizes[1] != 'one')} each"
    if len(sizes) > 2:
        return f"an array with {' x '.join(map(str, np.shape(array)))} numbers"
    return f"{sizes[0]} number{'s' * (sizes[0] != 'one')}" if sizes else "one number"


def _counted(count):
    return f"{COUNTS[count] if count < len(COUNTS) else count} memor{'y' if count == 1 else 'ies'}"


def _listed(names):
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))


def _assigned(setting):
    return ", ".join(f"{name}={value:g}" for name, value in setting.items())


def _short(value):
    """A number or a few numbers, to four digits."""
    if isinstance(value, list):
        return f"[{', '.join(_short(part) for part in value)}]"
    return f"{value:.4g}" if np.ndim(value) == 0 else f"[{', '.join(_short(part) for part in value)}]"


def _text(error):
    try:
        return " ".join(str(error)[:1000].split())
    except Exception:
        return ""


def _cut(text, length):
    return text if len(text) <= length else text[: length - 4].rstrip() + " ..."


# Chapter 1: gradient descent --------------------------------------------------------------------------------------------


def wrong_terms(found, wanted):
    """Which terms of the gradient of post 003's surface are wrong, read off by least squares."""
    x, y = POINTS.T
    terms = {
        "1": x**0, "x": x, "y": y, "x**2": x**2, "x*y": x * y, "y**2": y**2, "x**2*y": x**2 * y, "x*y**2": x * y**2
    }  # fmt: skip
    columns, off = np.stack(list(terms.values()), -1), np.array(found) - np.array(wanted)
    weights = np.linalg.lstsq(columns, off)[0] if np.all(np.isfinite(off)) else np.nan * np.ones((8, 2))
    if not np.allclose(columns @ weights, off, atol=1e-6):
        return "Not yet, and not by a term of the formula: both slopes are polynomials, like the printed ones."
    left = [
        f"d/d{name}: {w:+.2f} {term} too much"
        for name, column in zip("xy", weights.T, strict=True)
        for term, w in zip(terms, column, strict=True)
        if abs(w) > 1e-6
    ]
    more = f", and {len(left) - 3} more" if len(left) > 3 else ""
    return f"Not yet. Still wrong: {', '.join(left[:3])}{more}."


def steady(x, grad, t, *, lr=0.1):
    """Every coordinate moves by ``lr`` against the sign of its slope."""
    return (x - lr * np.sign(grad(x)),)


def as_a_whole(x, grad, t, *, lr=0.1):
    """A mistake: the whole point moves by ``lr``."""
    g = grad(x)
    return (x - lr * g / np.linalg.norm(g),)


def of_the_place(x, grad, t, *, lr=0.1):
    """A mistake: the sign of the place, not of the slope."""
    return (x - lr * np.sign(x),)


POINTS = np.random.default_rng(0).uniform(-2, 2, (40, 2))
GRADIENT = {
    "gradient-1": Values(
        lambda p: SURFACES["post003"].grad(p),
        "",
        cases=tuple((p,) for p in POINTS),
        mistakes=(
            (
                lambda p: -SURFACES["post003"].grad(p),
                "That is minus the gradient: the rule takes the minus sign itself.",
            ),
        ),
        explain=wrong_terms,
    ),
    "gradient-2": Number(
        np.log(10),
        "The truth was given the probability 1/10; how surprised is the model?",
        mistakes=(
            (np.log2(10), "That is in bits. In nats the logarithm is the natural one."),
            (1, "That is the logarithm to base ten. In nats it is the natural one."),
            (-np.log(10), "That is the logarithm of 1/10. The surprise is minus that."),
        ),
    ),
    "gradient-3": Number(
        3 * 391,
        "Count the batches of one epoch first.",
        whole=True,
        mistakes=(
            (3 * 390, "You dropped the last batch of each epoch: 80 images are left over, and they make a step, too."),
            (3 * 50_000 / 128, "There is no part of a step: the last, smaller batch of each epoch counts as one."),
            (1172, "That runs the three epochs together. Each epoch ends with a smaller batch of its own."),
            (391, "That is one epoch; there are three."),
        ),
    ),
    "gradient-4": Number(
        1000**2,
        "How much smaller is the slope, and how much longer the step?",
        mistakes=(
            (
                1000,
                "That is one factor of two: the slope is a thousand times smaller, and the step, in millimetres, a thousand times longer.",
            ),
            (1, "With the same rate the walker all but stands still. Compute the slope in loss per millimetre."),
            (1e-3, "The other way round: smaller slopes and longer steps (in millimetres) need a larger rate."),
            (1e-6, "The other way round: smaller slopes and longer steps (in millimetres) need a larger rate."),
        ),
    ),
    "gradient-6": Rule(
        steady,
        "Each coordinate moves by lr, against the sign of its slope, np.sign(grad(x)).",
        settings=({"lr": 0.23}, {"lr": 0.4}),
        mistakes=(
            (as_a_whole, "That moves the whole point by lr. Here each coordinate moves by lr on its own."),
            (of_the_place, "That never asks for the slope: take the sign of grad(x), not of x."),
            (sgd, "That is gradient descent: it moves farther where it is steeper. Use the sign of the slope alone."),
        ),
    ),
}

# Chapter 2: where gradient descent struggles ----------------------------------------------------------------------------


def two_slopes(x, grad, t, last=0, *, lr=0.01):
    """Step along the average of the last two slopes."""
    g = grad(x)
    return x - lr * (g + last) / 2, g


def two_added(x, grad, t, last=0, *, lr=0.01):
    """A mistake: the sum of two slopes."""
    g = grad(x)
    return x - lr * (g + last), g


def nothing_kept(x, grad, t, last=0, *, lr=0.01):
    """A mistake: the old memory is returned."""
    return x - lr * (grad(x) + last) / 2, last


def averages_kept(x, grad, t, last=0, *, lr=0.01):
    """A mistake: the average is remembered."""
    g = (grad(x) + last) / 2
    return x - lr * g, g


def first_alone(x, grad, t, last=0, *, lr=0.01):
    """A mistake, or almost: the first slope counts whole."""
    g = grad(x)
    return x - lr * (g + (g if t == 1 else last)) / 2, g


PROBLEMS = {
    "problems-1": Number(
        np.log(1e6) / np.log(1001 / 999),
        "Each step multiplies the distance by (1000 - 1) / (1000 + 1).",
        mistakes=(
            (
                np.log(1e6) / np.log(1001 / 999) / 2,
                "That is for the loss, which falls with the square of the distance. Here the distance is asked for.",
            ),
            (6 / np.log(1001 / 999), "One logarithm is to base ten and the other is natural; take the same for both."),
            (
                np.log(1e6) / -np.log(1 - 1 / 1000),
                "That is for the rate 1/L. At the best rate both ends shrink by (kappa - 1) / (kappa + 1).",
            ),
        ),
    ),
    "problems-2": Number(
        1.8 / (1 - 0.8),
        "The first jump is 1.8 long, and each next one 0.8 of the last.",
        mistakes=(
            (1, "That is the net way from 1 to 0. The walker crosses over and back: add the lengths of all jumps."),
            (5, "You added the heights 1, 0.8, 0.64, ... A jump goes from one side to the other, so it is longer."),
            (4, "You added 0.8, 0.64, ... A jump goes from one side to the other: from 1 to -0.8 it is 1.8 long."),
        ),
    ),
    "problems-3": Number(
        np.ceil(np.log(1e12) / np.log(1.05)),
        "By what is y multiplied at each step?",
        whole=True,
        mistakes=(
            (566, "At that step |y| is still just below 1; one more."),
            (np.log(1e12) / np.log(1.05), "Nearly: a step is whole. Which is the first whole number beyond it?"),
            (
                np.ceil(np.log(1e12) / -np.log(0.95)),
                "0.95 is the factor toward the saddle, in x. Away from the ridge the factor is 1.05.",
            ),
            (
                np.ceil(np.log(1e12) / 0.05),
                "That is the limit of tiny rates. At 0.05 a step multiplies y by 1.05, not by exp(0.05).",
            ),
        ),
    ),
    "problems-4": Rule(
        two_slopes,
        "Step by lr times (g + last) / 2, and return the bare slope as the memory.",
        settings=({"lr": 0.6}, {"lr": 1.1}),
        mistakes=(
            (sgd, "That is gradient descent. Is the slope returned as memory, and used one step later?"),
            (
                nothing_kept,
                "That steps by half a slope: return the slope of this step as the memory, in place of last.",
            ),
            (two_added, "That adds the two slopes. Their average is half of it."),
            (averages_kept, "That remembers the average, so every old slope stays in it. Remember the bare slope."),
            (
                first_alone,
                "Right from the second step on. In the first, the memory is 0, and belongs into the average too.",
            ),
        ),
    ),
}

# Chapter 3: momentum ----------------------------------------------------------------------------------------------------


def averaged(x, grad, t, v=0, *, lr=0.01, mu=0.9):
    """A mistake: the velocity is an average."""
    v = mu * v + (1 - mu) * grad(x)
    return x - lr * v, v


def velocity_late(x, grad, t, v=0, *, lr=0.01, mu=0.9):
    """A mistake: the step is taken with the old velocity."""
    return x - lr * v, mu * v + grad(x)


def rate_outside(x, grad, t, v=0, *, lr=0.01, mu=0.9):
    """Momentum whose velocity gathers bare slopes."""
    v = mu * v + grad(x)
    return x - lr * v, v


MOMENTUM = {
    "momentum-1": Number(
        0.9 * (0.9 * -0.5 + 0.3),
        "Write down the third velocity, set it to zero and solve for the slope.",
        mistakes=(
            (
                0.135,
                "That slope pushes the way the ball already goes. To stop it, the push must be against the velocity.",
            ),
            (-0.15, "That is the velocity after two steps. Before the third push arrives it has faded once more."),
            (0.15, "That is the velocity after two steps. Before the third push arrives it has faded once more."),
        ),
    ),
    "momentum-2": Number(
        -0.01 * 3 / (1 - 0.95),
        "At the end one step changes nothing: solve v = mu * v - lr * g for v.",
        mistakes=(
            (-60, "You forgot the learning rate: each push is lr times the slope."),
            (-0.03, "That is the velocity after one push. Many more follow; let them pile up."),
            (-0.03 / 1.95, "1/(1+mu) belongs to pushes that alternate. These agree."),
            (90, "That is the number of steps to 99 %. The check wants the velocity."),
        ),
    ),
    "momentum-3": Number(
        0.2 * (1 - 0.95),
        "What must agree is lr / (1 - mu).",
        also=(0.195 / 17.6,),  # the rate at which the variance is the same to the last digit
        mistakes=(
            (0.2, "The same rate is about twenty times as noisy: each push now echoes through twenty steps."),
            (4, "That is the wrong way round: memory makes every push count for more, so the rate must go down."),
            (0.19, "That multiplies by mu. A push is echoed 1 / (1 - mu) times: twenty times, not once."),
        ),
    ),
    "momentum-4": Number(
        (1 - np.sqrt(1 / 40)) ** 2,
        "The two roots meet where (1 + mu - lr/40)**2 = 4*mu.",
        mistakes=(
            (0, "That is for the curvature across the ravine, 1. Along it the curvature is 1/40."),
            (
                (1 - 1 / 40) ** 2,
                "Nearly: the square root of lr times the curvature, not the product itself, is taken from 1.",
            ),
            (
                1 - np.sqrt(1 / 40),
                "That is the root of mu. Creeping ends where lr times the curvature is (1 - sqrt(mu))**2.",
            ),
        ),
    ),
    "momentum-5": Rule(
        rate_outside,
        "The velocity gathers bare slopes, and lr stands in the step alone.",
        settings=({"lr": 0.3, "mu": 0.8}, {"lr": 0.15, "mu": 0.6}),
        changing=True,
        mistakes=(
            (averaged, "That is an average of slopes. The velocity gathers them whole, without 1 - mu."),
            (velocity_late, "Renew v before you step by it."),
            (momentum, "Right at a constant rate. When lr is halved on the way it goes wrong: keep lr out of v."),
        ),
    ),
}

# Chapter 4: NAG ---------------------------------------------------------------------------------------------------------


def renewed_too_early(x, grad, t, v=0, *, lr=0.01, mu=0.9):
    """A mistake: NAG in the look-ahead points, with the new velocity where the old one belongs."""
    g = grad(x)
    v = mu * v - lr * g
    return x + mu**2 * v - (1 + mu) * lr * g, v


def book_with(power, ahead):
    """The book's rule with another power of ``mu`` on the velocity, or without ``mu`` in the push."""

    def rule(x, grad, t, v=0, *, lr=0.01, mu=0.9):
        g = grad(x)
        return x + mu**power * v - (1 + ahead * mu) * lr * g, mu * v - lr * g

    return rule


def far(x, grad, t, v=0, *, lr=0.01, mu=0.9):
    """NAG that reads the slope two velocities ahead."""
    v = mu * v - lr * grad(x + 2 * mu * v)
    return x + v, v


def far_and_faster(x, grad, t, v=0, *, lr=0.01, mu=0.9):
    """A mistake: twice the memory as well."""
    v = 2 * mu * v - lr * grad(x + 2 * mu * v)
    return x + v, v


def looks_without_mu(x, grad, t, v=0, *, lr=0.01, mu=0.9):
    """A mistake: looks at ``x + 2 * v``."""
    v = mu * v - lr * grad(x + 2 * v)
    return x + v, v


TWO_VELOCITIES = ({"lr": 0.5, "mu": 0.45}, {"lr": 0.8, "mu": 0.3})
NAG = {
    "nag-1": Number(
        0.9 * (1 - 0.05 * 8),
        "Put the slope at x + mu * v into the rule and collect what stands with v.",
        mistakes=(
            (0.9, "That is the memory where the ground is flat. Here looking ahead takes some of it away."),
            (0.4, "That is lr times the curvature, the part that is lost. What remains of mu?"),
            (0.5, "The loss is a fraction of mu: multiply by what remains, do not subtract."),
            (0.36, "That is the part of mu that is lost, mu * lr * curvature. What remains?"),
        ),
    ),
    "nag-2": Number(
        2 * 1.5 / 2 / 4,
        "lr times the curvature may go up to 2 * (1 + mu) / (1 + 2 * mu).",
        mistakes=(
            (3 / 4, "That is momentum's limit, 2 * (1 + mu) / curvature. Looking ahead makes it smaller."),
            (2 / 4, "That is gradient descent's limit."),
            (3 / 2, "That is the limit of lr times the curvature. The rate alone is asked for."),
        ),
    ),
    "nag-3": Rule(
        nag_inside,
        "The step is mu**2 * v - (1 + mu) * lr * g, with the old v.",
        settings=TWO_VELOCITIES,
        mistakes=(
            (renewed_too_early, "That still steps with the updated velocity. Which v belongs into mu**2 * v?"),
            (nag, "Those are the positions. The book's points are the ones looked at; ask for the slope at x itself."),
            (momentum, "That is momentum. The step has mu**2 * v and (1 + mu) * lr * g in it."),
            (book_with(1, 1), "The push is right. The old velocity stands in the step with mu**2, not mu."),
            (book_with(2, 0), "The old velocity is right. The push stands in the step with 1 + mu."),
        ),
    ),
    "nag-4": Rule(
        far,
        "Only the argument of grad changes: x + 2 * mu * v.",
        settings=TWO_VELOCITIES,
        mistakes=(
            (nag, "That looks one velocity ahead, as nag does."),
            (far_and_faster, "That doubles the memory as well. Only the place where the slope is read moves farther."),
            (looks_without_mu, "That looks at x + 2 * v: mu belongs to it, 2 * mu * v."),
            (momentum, "That is momentum: it reads the slope at x itself."),
        ),
    ),
}

# Chapter 5: Adagrad -----------------------------------------------------------------------------------------------------


def warm(x, grad, t, s=0, *, lr=0.01, first=0.1):
    """Adagrad whose score begins at ``first``."""
    g = grad(x)
    s = s + g**2
    return x - lr * g / np.sqrt(first + s), s


def warmed_each_step(x, grad, t, s=0, *, lr=0.01, first=0.1):
    """A mistake: ``first`` is added at every step."""
    g = grad(x)
    s = s + g**2 + first
    return x - lr * g / np.sqrt(s), s


def warmed_outside(x, grad, t, s=0, *, lr=0.01, first=0.1):
    """A mistake: ``first`` beside the root."""
    return adagrad(x, grad, t, s, lr=lr, eps=first)


def warm_and_late(x, grad, t, s=0, *, lr=0.01, first=0.1):
    """A mistake: the step's own slope comes too late."""
    g = grad(x)
    return x - lr * g / np.sqrt(first + s), s + g**2


def warm_without_root(x, grad, t, s=0, *, lr=0.01, first=0.1):
    """A mistake: no root."""
    g = grad(x)
    s = s + g**2
    return x - lr * g / (first + s), s


ADAGRAD = {
    "adagrad-1": Number(
        -12 / 13,
        "Add 9, 16 and 144, take the root, and step downhill.",
        mistakes=tuple(
            (sign * wrong, said)
            for wrong, said in (
                (12 / 169, "You forgot the root: the divisor is the root of the sum of squares."),
                (12 / 5, "The slope of this step belongs into the sum before dividing. No step is longer than lr."),
                (12 / 19, "You added the slopes. Add their squares, then take the root."),
                (1, "That is the first step, or a step with no memory: here 9 and 16 are in the sum as well."),
            )
            for sign in (1, -1)
        ),
    ),
    "adagrad-2": Number(
        1000,
        "How long is the first step, in metres and in millimetres?",
        mistakes=(
            (
                1e6,
                "That was gradient descent. Adagrad divides the size of the slopes out; only the distances are left.",
            ),
            (
                1,
                "The size of the slopes cancels, but the distances have grown: the first step is lr long, in millimetres.",
            ),
            (1e-3, "The other way round: the same way is more millimetres, so the steps must be larger numbers."),
        ),
    ),
    "adagrad-3": Number(
        int(np.argmax(np.cumsum(0.5 / np.sqrt(np.arange(1, 2000))) >= 30)) + 1,
        "Step t is 0.5 / sqrt(t) long. Add them up until they reach 30.",
        whole=True,
        mistakes=(
            (900, "That is the estimate. The sum lags a little behind it; count."),
            (60, "That would be steps of 0.5 each. They shrink like 1/sqrt(t)."),
            (943, "One more: step number 1 is the first entry of the sum."),
            (945, "One less: step number 1 is the first entry of the sum."),
        ),
    ),
    "adagrad-4": Number(
        np.sqrt(1e-8 / 3) / 1e-8,
        "Solve g / (g + eps) = 1/2 and g / sqrt(g**2 + eps) = 1/2 for g.",
        mistakes=(
            (1e-8 / np.sqrt(1e-8 / 3), "The other way round: the larger slope, inside the root, over the smaller one."),
            (1e4, "At g = sqrt(eps) the inner form has fallen to 1/sqrt(2) of lr. Where is it 1/2?"),
            (np.sqrt(1e-8 / 3), "That is the slope for epsilon inside the root. How many times the other one is it?"),
        ),
    ),
    "adagrad-5": Rule(
        warm,
        "The divisor is the root of first + s, where s starts at 0 and holds this step's slope, too.",
        settings=({"lr": 0.4, "first": 0.5}, {"lr": 0.7, "first": 2.0}),
        mistakes=(
            (adagrad, "That is Adagrad with a score from zero. Put first under the root, as the argument first=0.1."),
            (warmed_each_step, "That adds first at every step. It should count once: keep it out of s."),
            (warmed_outside, "first stands outside the root there. Keras adds it to the score, inside."),
            (warm_and_late, "Add this step's slope to s before you divide."),
            (warm_without_root, "first is where it belongs. The root is missing: divide by the root of first + s."),
        ),
    ),
}

# Chapter 6: RMSprop -----------------------------------------------------------------------------------------------------


def centered(x, grad, t, s=0, m=0, *, lr=0.01, rho=0.9, eps=1e-8):
    """Divide by the root of the variance of recent slopes, which rounding may make negative."""
    g = grad(x)
    s = rho * s + (1 - rho) * g**2
    m = rho * m + (1 - rho) * g
    return x - lr * g / (np.sqrt(np.maximum(s - m**2, 0)) + eps), s, m


def centered_inside(x, grad, t, s=0, m=0, *, lr=0.01, rho=0.9, eps=1e-8):
    """A mistake: ``eps`` under the root."""
    _, s, m = centered(x, grad, t, s, m, rho=rho)
    return x - lr * grad(x) / np.sqrt(s - m**2 + eps), s, m


def centered_average(x, grad, t, s=0, m=0, *, lr=0.01, rho=0.9, eps=1e-8):
    """A mistake: steps along the average."""
    _, s, m = centered(x, grad, t, s, m, rho=rho)
    return x - lr * m / (np.sqrt(s - m**2) + eps), s, m


def centered_without_root(x, grad, t, s=0, m=0, *, lr=0.01, rho=0.9, eps=1e-8):
    """A mistake: divides by the variance."""
    _, s, m = centered(x, grad, t, s, m, rho=rho)
    return x - lr * grad(x) / (s - m**2 + eps), s, m


def centered_by_last(x, grad, t, s=0, m=0, *, lr=0.01, rho=0.9, eps=1e-8):
    """A mistake: takes off the average of the slopes before this one."""
    g = grad(x)
    s = rho * s + (1 - rho) * g**2
    return x - lr * g / (np.sqrt(np.maximum(s - m**2, 0)) + eps), s, rho * m + (1 - rho) * g


RMSPROP = {
    "rmsprop-1": Number(
        0.5 ** (1 / 100),
        "After 100 steps the weight has been multiplied by rho**100.",
        digits=5,
        mistakes=(
            (1 - 1 / 100, "At 0.99 a value counts 37 % after 100 steps, and half after 69."),
            (
                1 - 0.5 / 100,
                "That would be a straight line down to a half. Each step multiplies: 100 factors rho make a half.",
            ),
            (1 - 2 / 101, "That is the rho of a window of 100. Its half-life is shorter, 35 steps."),
        ),
    ),
    "rmsprop-2": Number(
        0.001 / np.sqrt(1 - 0.999),
        "s is (1 - rho) * g**2 after one step; the step goes against the slope, by lr times the slope over the root of s.",
        mistakes=(
            (
                0.001,
                "One rate is the step once s has settled. In the first step s is only a thousandth of the squared slope.",
            ),
            (
                0.02 / np.sqrt(0.001),
                "The size of the slope cancels: it stands above the line and, in the root of s, below it.",
            ),
            (1, "You forgot the root: the step is divided by the root of s, not by s."),
            (
                -0.001 / np.sqrt(0.001),
                "The size is right, the sign is not: the slope is negative, so the weight goes up.",
            ),
        ),
    ),
    "rmsprop-3": Number(
        2 * np.sqrt(2e-6 / (1 + 1 / 40)),
        "Both coordinates jump between lr/2 and -lr/2. What is the loss there?",
        mistakes=(
            (
                2 * np.sqrt(2e-6),
                "That counts only the jumps across the valley. Along it, where the curvature is 1/40, it jumps as far.",
            ),
            (np.sqrt(2e-6 / (1 + 1 / 40)), "That is how far it may be from the minimum. The rate is twice that."),
            (
                2 * np.sqrt(1e-6 / (1 + 1 / 40)),
                "The loss has a factor 1/2: it is half the curvature times the square of the distance.",
            ),
        ),
    ),
    "rmsprop-4": Rule(
        centered,
        "Divide the slope by np.sqrt(s - m**2) + eps, and return s and m.",
        settings=({"lr": 0.05, "rho": 0.8, "eps": 0.2}, {"lr": 0.1, "rho": 0.6, "eps": 0.5}),
        mistakes=(
            (rmsprop, "That is RMSprop itself. Take m**2 away from s under the root."),
            (centered_inside, "Nearly: eps stands outside the root here."),
            (
                centered_average,
                "You step along the average m. Here it is only subtracted; the step goes along the slope g.",
            ),
            (centered_without_root, "That divides by the variance plus eps. Take the root of the variance."),
            (centered_by_last, "m is a step behind there: renew it with this step's slope, as s, before you divide."),
        ),
    ),
}

# Chapter 7: Adam --------------------------------------------------------------------------------------------------------


def adamax(x, grad, t, m=0, u=0, *, lr=0.01, beta1=0.9, beta2=0.999, eps=1e-8, hat=True, u_hat=False):
    """Adam with a fading maximum in place of the root of ``s``; ``hat`` and ``u_hat`` are for mistakes."""
    g = grad(x)
    m = beta1 * m + (1 - beta1) * g
    u = np.maximum(beta2 * u, np.abs(g))
    return x - lr * m / (1 - hat * beta1**t) / (u / (1 - u_hat * beta2**t) + eps), m, u


def adamax_of_squares(x, grad, t, m=0, u=0, *, lr=0.01, beta1=0.9, beta2=0.999, eps=1e-8):
    """A mistake: the largest square, and its root."""
    g = grad(x)
    m = beta1 * m + (1 - beta1) * g
    u = np.maximum(beta2 * u, g**2)
    return x - lr * m / (1 - beta1**t) / (np.sqrt(u) + eps), m, u


def adamax_rooted(x, grad, t, m=0, u=0, *, lr=0.01, beta1=0.9, beta2=0.999, eps=1e-8):
    """A mistake: the root of a size."""
    g = grad(x)
    m = beta1 * m + (1 - beta1) * g
    u = np.maximum(beta2 * u, np.abs(g))
    return x - lr * m / (1 - beta1**t) / (np.sqrt(u) + eps), m, u


def adamax_of_averages(x, grad, t, m=0, u=0, *, lr=0.01, beta1=0.9, beta2=0.999, eps=1e-8):
    """A mistake: the slope enters the maximum weakened."""
    g = grad(x)
    m = beta1 * m + (1 - beta1) * g
    u = np.maximum(beta2 * u, (1 - beta2) * np.abs(g))
    return x - lr * m / (1 - beta1**t) / (u + eps), m, u


def adamax_of_m(x, grad, t, m=0, u=0, *, lr=0.01, beta1=0.9, beta2=0.999, eps=1e-8):
    """A mistake: the size of the average."""
    m = beta1 * m + (1 - beta1) * grad(x)
    u = np.maximum(beta2 * u, np.abs(m))
    return x - lr * m / (1 - beta1**t) / (u + eps), m, u


def adamax_guarded(x, grad, t, m=0, u=0, *, lr=0.01, beta1=0.9, beta2=0.999, eps=1e-8):
    """A mistake: ``eps`` inside the maximum."""
    g = grad(x)
    m = beta1 * m + (1 - beta1) * g
    u = np.maximum(beta2 * u, np.abs(g) + eps)
    return x - lr * m / (1 - beta1**t) / u, m, u


def adamax_of_g(x, grad, t, m=0, u=0, *, lr=0.01, beta1=0.9, beta2=0.999, eps=1e-8):
    """A mistake: no ``|...|`` round the slope."""
    g = grad(x)
    m = beta1 * m + (1 - beta1) * g
    u = np.maximum(beta2 * u, g)
    return x - lr * m / (1 - beta1**t) / (u + eps), m, u


def with_hats(**hats):
    """Adamax with its hats put on or taken off."""

    def rule(x, grad, t, m=0, u=0, *, lr=0.01, beta1=0.9, beta2=0.999, eps=1e-8):
        return adamax(x, grad, t, m, u, lr=lr, beta1=beta1, beta2=beta2, eps=eps, **hats)

    return rule


ADAM = {
    "adam-1": Numbers(
        (-0.01, 0.01),
        "At the first step m_hat is g, and s_hat is g squared.",
        mistakes=(
            ((0.01, -0.01), "That walks uphill: a step goes against the sign of its slope."),
            ((-0.00003, 7), "That is gradient descent. In Adam the size of the slope is divided away."),
            ((-1, 1), "The signs are right; the size of the step is the learning rate, not 1."),
            ((0.003 - 0.01, -700 + 0.01), "That takes the slope for the place. How does each coordinate change?"),
        ),
    ),
    "adam-2": Number(
        np.ceil(np.log(0.01) / np.log(0.999)),
        "Which share of the weights lies on the zero at the start, after t steps?",
        whole=True,
        mistakes=(
            (np.ceil(np.log(0.01) / np.log(0.9)), "That is m with 0.9. The slow one is s, with 0.999."),
            (1000, "After 1000 steps it has 63 %. Solve 1 - 0.999**t = 0.99 for t."),
            (4602, "Nearly: a step is whole, and at this one it is still below 99 %."),
            (np.log(0.01) / np.log(0.999), "Nearly: a step is whole, and at the one before it is still below 99 %."),
            (4605, "That is the limit exp(-t/1000) = 0.01. The factor is 0.999 a step."),
        ),
    ),
    "adam-3": Number(
        0.3 / np.hypot(0.3, 0.4),
        "The mean square is mean**2 + deviation**2; the step is the mean over its root.",
        digits=2,
        mistakes=(
            (0.75, "You divided by the standard deviation. s averages squares, and the mean is in them, too."),
            (0.3, "That is the average slope. It is still to be divided by the root of s."),
            (1.2, "You divided by s; Adam divides by its root."),
            (1, "A full step is for slopes that all agree. These are noisy."),
            (0.3 / 0.7, "You divided by mean plus deviation. Add their squares, and take the root."),
        ),
    ),
    "adam-4": Rule(
        with_hats(),
        "u is the larger of beta2 * u and |g|; the step is lr times m_hat over u + eps.",
        settings=(
            {"lr": 0.2, "beta1": 0.8, "beta2": 0.9, "eps": 0.05},
            {"lr": 0.4, "beta1": 0.6, "beta2": 0.7, "eps": 0.2},
        ),
        mistakes=(
            (
                adam,
                "That is Adam. In place of s keep u, the larger of beta2 * u and |g|, and divide by u + eps, without a root.",
            ),
            (
                with_hats(u_hat=True),
                "u is right and has a hat that it does not need: a maximum has its full size from the first slope on.",
            ),
            (with_hats(hat=False), "u is right. m has lost its hat: it is still an average that starts at zero."),
            (
                with_hats(hat=False, u_hat=True),
                "The hat sits on u. It belongs on m, which is an average that starts at zero.",
            ),
            (
                adamax_of_squares,
                "That keeps the largest square, which fades by beta2, so its root fades by the root of beta2. Keep the largest size, |g|.",
            ),
            (adamax_rooted, "u is right, but it is a size already, not a square: divide by it without a root."),
            (adamax_of_averages, "The slope enters u whole, |g|, without 1 - beta2: a maximum shares out no weights."),
            (adamax_of_m, "That keeps the largest average. Keep the largest slope: |g|, not |m|."),
            (
                adamax_guarded,
                "eps stands inside the maximum there, where it fades with u. Add it to u when you divide.",
            ),
            (adamax_of_g, "u forgets slopes that are negative: take |g|."),
        ),
    ),
    "adam-5": Number(
        1 / np.sqrt(1 - 0.999),
        "Add up the first step, beta1 times it, beta1**2 times it, ...",
        mistakes=(
            (
                0.1 / np.sqrt(0.001),
                "That is the first step. m fades slowly, and goes on pushing when the slope is gone.",
            ),
            (10, "The fading of m is in it; but the first step is not one learning rate."),
            (0.9 / np.sqrt(0.001), "The first step is missing: beta1**0 belongs into the sum, too."),
            (
                1,
                "That is for a slope at the very start, whose step the hats make one rate long. Here the hats have worn off.",
            ),
        ),
    ),
    "adam-6": Number(
        0.1 / np.sqrt(0.001 * (1 - 0.9**2 / 0.999)),
        "Sum the geometric series of (beta1**2 / beta2)**k.",
        digits=4,
        mistakes=(
            (0.1 / np.sqrt(0.001), "That is one slope after a silence. Slopes that grow from step to step go farther."),
            (1 / np.sqrt(0.001), "That is the whole way of exercise 5, over many steps. Here one step is asked for."),
            (
                0.1 / np.sqrt(0.001 * (1 - 0.9 / np.sqrt(0.999))),
                "The series runs over the squares, (beta1**2 / beta2)**k: Cauchy-Schwarz squares both factors.",
            ),
            (0.1 / np.sqrt(0.001 * (1 - 0.9**2)), "Nearly: the series has the ratio beta1**2 / beta2, not beta1**2."),
        ),
    ),
}

# Chapter 8: Adadelta ----------------------------------------------------------------------------------------------------


def taken(x, grad, t, s=0, d=0, *, lr=1.0, rho=0.9, eps=1e-6):
    """Adadelta that averages the steps as they were taken."""
    g = grad(x)
    s = rho * s + (1 - rho) * g**2
    step = lr * np.sqrt(d + eps) / np.sqrt(s + eps) * g
    return x - step, s, rho * d + (1 - rho) * step**2


def taken_once_more(x, grad, t, s=0, d=0, *, lr=1.0, rho=0.9, eps=1e-6):
    """A mistake: ``lr`` enters the average unsquared."""
    after, s, kept = adadelta(x, grad, t, s, d, lr=lr, rho=rho, eps=eps)
    return after, s, rho * d + lr * (kept - rho * d)


def averaged_first(x, grad, t, s=0, d=0, *, lr=1.0, rho=0.9, eps=1e-6):
    """A mistake: the average holds the step before it is taken."""
    g = grad(x)
    s = rho * s + (1 - rho) * g**2
    step = lr * np.sqrt(d + eps) / np.sqrt(s + eps) * g
    d = rho * d + (1 - rho) * step**2
    return x - lr * np.sqrt(d + eps) / np.sqrt(s + eps) * g, s, d


def applied_twice(x, grad, t, s=0, d=0, *, lr=1.0, rho=0.9, eps=1e-6):
    """A mistake: ``lr`` acts twice."""
    after, s, d = taken(x, grad, t, s, d, lr=lr, rho=rho, eps=eps)
    return x + lr * (after - x), s, d


ADADELTA = {
    "adadelta-1": Number(
        np.sqrt(1e-4 / (1 - 0.96)),
        "Put d = 0 and s = (1 - rho) * g**2 into the rule.",
        mistakes=(
            (
                0.01,
                "Nearly: the average of squared slopes starts at 0 too, so at first it holds 1 - rho of the slope's square.",
            ),
            (1e-4 / 0.04, "That is the square of the step: take the root."),
            (50, "You multiplied by the slope and forgot to divide by its typical size."),
            (0.01 / np.sqrt(0.96), "s keeps rho of its past, which is 0, and takes in 1 - rho of the squared slope."),
        ),
    ),
    "adadelta-2": Numbers(
        (1e-2, 1e-10),
        "What are the units under each root?",
        mistakes=(
            (
                (1e-10, 1e-2),
                "The other way round: the upper one stands beside squared lengths, which grow in centimetres.",
            ),
            ((1e-4, 1e-8), "Epsilon stands under a root, beside a square: it is converted twice."),
            (
                (1e-2, 1e-2),
                "The upper one is right. The lower one stands beside squared slopes; do they grow in centimetres?",
            ),
            ((1e-2, 1e-6), "The upper one is right. The slopes change as well: loss per centimetre."),
            (
                (1e-2, 1e-8),
                "The upper one is right. The lower one stands beside a square as well: it is converted twice.",
            ),
        ),
    ),
    "adadelta-3": Number(
        1e6 ** (1 / 3),
        "The way goes with sqrt(eps) * t**1.5. Keep the way and solve for t.",
        tolerance=0.15,
        mistakes=(
            (
                1000,
                "The first step is 1000 times shorter. But steps grow on the way, so that is not the number of steps.",
            ),
            (1e6, "Epsilon stands under a root, and steps grow on the way: it is far less."),
            (100 ** (1 / 3), "That is for a hundredth of epsilon; here it is a millionth."),
            (
                1000**1.5,
                "The other way round: t to the power 1.5 must make up for the factor 1000, so t to 1000 ** (2/3).",
            ),
        ),
    ),
    "adadelta-4": Rule(
        taken,
        "Average (lr * step)**2, and move by lr * step.",
        settings=({"lr": 0.5, "rho": 0.8, "eps": 0.01}, {"lr": 1.5, "rho": 0.6, "eps": 0.05}),
        mistakes=(
            (adadelta, "That averages the steps before lr is applied. Average those that were taken."),
            (taken_once_more, "The average holds squares, so lr enters it squared: (lr * step)**2."),
            (
                averaged_first,
                "d is renewed before the step there: the step is taken with the d of the steps before it.",
            ),
            (applied_twice, "lr is in the step already; it is applied twice when x moves."),
        ),
    ),
    "adadelta-5": Numbers(
        tuple(np.linalg.eigvalsh([[2, 4], [4, 2]])),
        "Solve (2 - z)**2 = 4**2.",
        mistakes=(
            ((6, -2), "Right numbers; put the smaller first."),
            ((2, 2), "Those are the curvatures along the axes. The mixed derivative, 4, belongs to the Hessian too."),
            ((-1, 3), "Half of it: the second derivative of x**2 is 2, and the mixed one of 4*x*y is 4."),
            (
                (0, 4),
                "The mixed derivative of 4*x*y is 4, not 2: it stands in two corners of the Hessian, whole in each.",
            ),
            ((-3, 5), "The mixed derivative is right. The second derivative of x**2 is 2, not 1."),
        ),
    ),
}

# Chapter 9: the learning rate -------------------------------------------------------------------------------------------


def fading(x, grad, t, *, lr=0.01):
    """Gradient descent at the rate ``lr / (1 + t / 20)``."""
    return (x - lr / (1 + t / 20) * grad(x),)


def fading_from_zero(x, grad, t, *, lr=0.01):
    """A mistake: counts from 0."""
    return (x - lr / (1 + (t - 1) / 20) * grad(x),)


def fading_at_once(x, grad, t, *, lr=0.01):
    """A mistake: ``lr / t``."""
    return (x - lr / t * grad(x),)


def fading_twenty(x, grad, t, *, lr=0.01):
    """A mistake: no 1."""
    return (x - lr / (t / 20) * grad(x),)


def fading_linear(x, grad, t, *, lr=0.01):
    """A mistake: 20 in the wrong place."""
    return (x - lr / (1 + 20 * t) * grad(x),)


def fading_brackets(x, grad, t, *, lr=0.01):
    """A mistake: the brackets are missing."""
    return (x - (lr / 1 + t / 20) * grad(x),)


RATES = {
    "rates-1": Number(
        2000,
        "The way is the sum of the rates. What is the cosine's average?",
        mistakes=(
            (4000, "That is the constant rate. The cosine falls from 0.4 to 0: what is it on average?"),
            (0.2, "That is the average rate; there are 10 000 steps."),
            (
                4000 * 2 / np.pi,
                "That is a quarter of a cosine. A schedule goes from 1 to 0 along half a cosine: (1 + cos) / 2.",
            ),
        ),
    ),
    "rates-2": Number(
        np.ceil(np.log(0.01) / np.log(0.95)),
        "All n trials miss with probability 0.95**n.",
        whole=True,
        mistakes=(
            (89, "At 89 it is still just below 0.99; one more."),
            (np.log(0.01) / np.log(0.95), "Right, but there is no part of a trial: round up."),
            (59, "That gives a probability of 0.95; we want 0.99."),
            (99, "Close to a hundred, but the misses multiply: each trial misses with probability 0.95."),
            (20, "After 20 trials one hit is to be expected, but with probability 0.36 there is none."),
            (2, "That takes 0.05 for the chance to miss. A trial hits with 0.05 and misses with 0.95."),
        ),
    ),
    "rates-3": Numbers(
        (0.5, 1),
        "The sum of t**-q is infinite for q up to 1. Use it for q = p and for q = 2p.",
        mistakes=(
            ((1, 0.5), "Right numbers; put the smaller first."),
            ((0, 1), "For p up to 1 the rates add up to infinity. But the squares, t**(-2p), must not."),
            ((1, 2), "For p above 1 the rates themselves have a finite sum: the walk cannot reach far points."),
            ((0, 0.5), "For p up to 1/2 the squares have no finite sum: the noise never dies out."),
        ),
    ),
    "rates-4": Rule(
        fading,
        "The rate at step t is lr / (1 + t / 20), and t starts at 1.",
        settings=({"lr": 0.7}, {"lr": 1.6}),
        mistakes=(
            (sgd, "The rate does not fall. Divide it by 1 + t / 20."),
            (fading_at_once, "That is lr / t: it falls at once. Divide by 1 + t / 20."),
            (fading_from_zero, "That counts steps from 0; here the first step has t = 1."),
            (fading_twenty, "The 1 is missing: divide by 1 + t / 20."),
            (fading_linear, "t is divided by 20, not multiplied: the rate halves after 20 steps."),
            (fading_brackets, "Mind the brackets: the whole of 1 + t / 20 stands under lr."),
        ),
    ),
    "rates-5": Numbers(
        (0.05 * 1024 / 32, 32 * 2 / 0.05),
        "The rate keeps its ratio to the batch, and must stay below 2 / L = 2.",
        mistakes=(
            (
                (0.05 * np.sqrt(32), 1280),
                "That is the square root of the ratio. Linear scaling multiplies the rate as the batch is multiplied.",
            ),
            ((1.6, 640), "The limit of gradient descent is 2 / L, not 1 / L."),
            ((0.05 / 32, 1280), "The other way round: a larger batch is less noisy and allows a larger rate."),
        ),
    ),
    "rates-6": Numbers(
        (4 / 5, 1 / (1 / 4 + 100)),
        "Set the derivative of (1 - lr)**2 * V + lr**2 to zero.",
        digits=4,
        mistakes=(
            ((1, 1 / 100.25), "V is right. The first rate is V / (V + 1), with V = 4."),
            ((1, 1 / 100), "That forgets where V started: 1/V is 1/4 at first, and grows by 1 at every step."),
            ((4 / 5, 1 / 101), "The rate is right. 1/V starts at 1/4, not at 1."),
            ((4 / 5, 1 / 100), "The rate is right. 1/V starts at 1/4, not at 0, and grows by 1 a hundred times."),
            ((4 / 5, 1 / 104), "The rate is right. It is 1/V that starts at 1/4, not V."),
        ),
    ),
}

# Chapter 10: a fair race ------------------------------------------------------------------------------------------------


def lowest_of_normal(count):
    """How far the lowest of ``count`` normal numbers lies below the mean, on average, in standard deviations."""
    x = np.linspace(-8, 8, 4001)
    density = np.exp(-(x**2) / 2) / np.sqrt(2 * np.pi)
    below = (np.cumsum(density) - density / 2) * (x[1] - x[0])
    return np.sum(x * count * below ** (count - 1) * density) * (x[1] - x[0])


def best_of(costs, n):
    """The expected lowest of ``n`` random draws (with replacement) from ``costs``, shape ``(k,)``."""
    costs = np.sort(np.asarray(costs, dtype=float))
    left = np.arange(len(costs), -1, -1) / len(costs)
    return np.sum(costs * -np.diff(left**n))


def best_without_return(costs, n):
    """A mistake: the same cost is never drawn twice."""
    costs = np.sort(costs)
    return sum(cost * comb(len(costs) - k, n - 1) for k, cost in enumerate(costs, 1)) / comb(len(costs), n)


def twice(x, grad, t, *, lr=0.01):
    """Two steps of gradient descent, called one: two gradients a step."""
    (x,) = sgd(x, grad, t, lr=lr)
    return sgd(x, grad, t, lr=lr)


def doubled(x, grad, t, *, lr=0.01):
    """A mistake: one step of twice the length."""
    return sgd(x, grad, t, lr=2 * lr)


def half_and_half(x, grad, t, *, lr=0.01):
    """A mistake: two steps of half the length."""
    return twice(x, grad, t, lr=lr / 2)


def disguised(lr, eps):
    """What keeps Adam without memory of a direction from walking as gradient descent at the rate 1.5."""
    if not (lr > 0 and eps > 0):
        return "Both are positive."
    if not _agree(lr / eps, 1.5, 1e-6):
        return f"Where eps outweighs the root, the step is lr / eps = {lr / eps:.4g} times the slope; it must be 1.5."
    ravine = SURFACES["ravine"]
    hidden = descend(adam, ravine.grad, ravine.start, 60, lr=lr, beta1=0, eps=eps)
    plain = descend(sgd, ravine.grad, ravine.start, 60, lr=1.5)
    apart = np.abs(hidden.xs - plain.xs).max()
    return f"The ratio is right, but the paths part by {apart:.2g}. Take a larger eps." if not apart <= 1e-3 else ""


RACE = {
    "race-1": Numbers(
        (2 / 50, 2 * 1.9 / 50, 2 * 1.9 / (2.8 * 50)),
        "2/L; 2(1 + mu)/L; 2(1 + mu)/((1 + 2 mu) L), with L = 50 and mu = 0.9.",
        mistakes=(
            (
                (0.04, 0.076, 0.076),
                "Number 3 is momentum's. NAG reads the slope ahead, where it is steeper, and must be gentler.",
            ),
            ((2, 3.8, 3.8 / 2.8), "Those are the limits for a curvature of 1; here it is 50."),
            ((0.04, 3.8 / 140, 0.076), "The right three; NAG's is the smaller one of the last two."),
        ),
    ),
    "race-2": Number(
        0.03 * lowest_of_normal(5),
        "Draw five numbers many times, and take the mean of the smallest.",
        digits=2,
        mistakes=(
            (lowest_of_normal(5), "That is in standard deviations; one of them is 0.03."),
            (
                0.03 / np.sqrt(5),
                "That is the standard error of a mean of five. The question is about the lowest of five.",
            ),
            (0.03, "That is one standard deviation. The lowest of five lies farther out, on average."),
        ),
    ),
    "race-3": Values(
        best_of,
        "All n draws are at least c with probability (share of costs >= c)**n.",
        cases=tuple(
            (np.array(c), n)
            for c, n in (([3.0, 1, 2], 1), ([3.0, 1, 2], 2), ([0.3, 2.3, 2.3, 0.5, 1.0], 4), ([2.0], 3))
        ),
        mistakes=(
            (lambda costs, n: np.min(costs), "That is the best of all; with n draws you may miss it."),
            (lambda costs, n: np.mean(costs), "That is right for n = 1 only."),
            (lambda costs, n: np.min(costs[:n]), "That is the best of the first n; average over all draws of n."),
            (lambda costs, n: np.mean(np.sort(costs)[:n]), "That is the mean of the n best."),
            (best_without_return, "That is for draws that are not put back. Here the same one may come twice."),
            (lambda costs, n: -best_of(-costs, n), "That is the expected highest of n draws. Low costs are good."),
        ),
    ),
    "race-4": Rule(
        twice,
        "Step, ask for the slope where you have arrived, and step again.",
        settings=({"lr": 0.3}, {"lr": 0.8}),
        mistakes=(
            (doubled, "That is one step of twice the length. Ask for the slope a second time, where you have arrived."),
            (sgd, "That is gradient descent itself. After its step take another one."),
            (half_and_half, "Each of the two steps has the whole rate: that is the cheat."),
        ),
    ),
    "race-5": Numbers((1.5e6, 1e6), "", judged=disguised),
}

# Chapter 11: back-propagation -------------------------------------------------------------------------------------------


def by_hand():
    """What the 2-2-2 network of the chapter sends back at its first weights: the errors at ``h`` and before the bend."""
    x, t = np.array([0.1, 0.2]), np.array([0.4, 0.6])
    h = 1 / (1 + np.exp(-x @ FIRST))
    o = 1 / (1 + np.exp(-h @ SECOND))
    back = SECOND @ ((o - t) * o * (1 - o))
    return back, back * h * (1 - h)


def tanh_slopes(X, W1, W2, T, bend=lambda h: 1 - h**2):
    """The slopes of a network with tanh units and bare outputs; ``bend`` is for mistakes."""
    h = np.tanh(X @ W1)
    delta = h @ W2 - T
    return X.T @ (delta @ W2.T * bend(h)), h.T @ delta


def scaled(factor):
    """The slopes, all multiplied by the same."""
    return lambda X, W1, W2, T: [factor * part for part in tanh_slopes(X, W1, W2, T)]


def bent_otherwise(bend):
    """The slopes with another slope of the bend."""
    return lambda X, W1, W2, T: tanh_slopes(X, W1, W2, T, bend)


FIRST, SECOND = np.array([[0.30, 0.40], [0.25, 0.35]]), np.array([[0.45, 0.70], [0.40, 0.60]])
BACK, DELTA = by_hand()
CHANCES = np.exp([2.0, 1, 0]) / np.exp([2.0, 1, 0]).sum()
ROWS = tuple(np.random.default_rng(4).normal(size=size) for size in ((5, 3), (3, 4), (4, 2), (5, 2)))
BACKPROP = {
    "backprop-1": Number(
        65 * 128 + 129 * 64 + 65 * 10,
        "For each gap: (units on the left + 1) * (units on the right).",
        whole=True,
        mistakes=(
            (64 * 128 + 128 * 64 + 64 * 10, "Those are the weights. Each unit after the input has a bias, too."),
            (65 * 10, "That is a network without hidden layers. Count each gap between two layers."),
            (64 * 128 + 128 * 64 + 64 * 10 + 266, "The 64 inputs have no biases: they are data."),
            (64 * 128 + 128 * 64 + 64 * 10 + 3, "A layer has as many biases as units, not one."),
            (266, "Those are the units. Count what lies between them."),
        ),
    ),
    "backprop-2": Number(
        FIRST[0] @ DELTA,
        "dE/dz1 times w1, plus dE/dz2 times w3.",
        mistakes=(
            (FIRST[0, 0] * DELTA[0], "That is what comes through one hidden unit. x1 feeds both: add the two."),
            (FIRST[0, 1] * DELTA[1], "That is what comes through one hidden unit. x1 feeds both: add the two."),
            (FIRST[0] @ BACK, "The sigmoids of the hidden units are missing: each road passes h * (1 - h)."),
            (
                0.1 * DELTA.sum(),
                "You multiplied by x1, as for a weight. The slope of an input is multiplied by the weights it meets.",
            ),
            (FIRST[1] @ DELTA, "That is the slope of x2. x1 meets w1 and w3."),
            (
                FIRST[:, 0] @ DELTA,
                "Those are the weights into h1. x1 meets w1 and w3: the other way through the matrix.",
            ),
        ),
    ),
    "backprop-3": Numbers(
        tuple(CHANCES - [0, 1, 0]),
        "Write the loss as log(sum(exp(z))) - z[1] and differentiate by each score.",
        mistakes=(
            (tuple(CHANCES), "Those are the probabilities. The true class's slope has one more term."),
            (tuple([0, 1, 0] - CHANCES), "The signs are turned: more of a wrong score must raise the loss."),
            (tuple(CHANCES - [1, 0, 0]), "The true class is the second."),
            (tuple(CHANCES - [0, 0, 1]), "The true class is the second: count from one."),
            (
                tuple(CHANCES * (1 - CHANCES)),
                "That is each probability's slope by its own score. The loss is asked for.",
            ),
        ),
    ),
    "backprop-4": Values(
        tanh_slopes,
        "",
        cases=(ROWS,),
        parts=(
            ("slopes of W1", "Those of W2 are. Send the error back through W2.T, then through the tanh."),
            ("slopes of W2", "The outputs are bare, so the error there is H @ W2 - T, and W2's slopes are H.T @ it."),
        ),
        mistakes=(
            (scaled(1 / 5), "That is the mean over the samples. Here the loss is their sum."),
            (scaled(1 / 10), "That is the mean over samples and outputs. Here the loss is their sum."),
            (scaled(-1), "Both have the wrong sign: the error is output minus target."),
            (scaled(2), "Twice too much: the loss is half the squared error, so no 2 is left."),
            (
                bent_otherwise(lambda h: 1),
                "The slopes of W2 are right. In those of W1 the slope of tanh is missing, 1 - h**2.",
            ),
            (
                bent_otherwise(lambda h: h * (1 - h)),
                "The slopes of W2 are right. h * (1 - h) is the sigmoid's slope; that of tanh is 1 - h**2.",
            ),
            (
                bent_otherwise(lambda h: 1 - np.tanh(h) ** 2),
                "The slopes of W2 are right. H is the tanh already: its slope is 1 - H**2, without another tanh.",
            ),
        ),
    ),
    "backprop-5": Number(
        3 - 64 * 128 / (2 * 64 * 128 + 640),
        "Each layer: one product forward, two back; the first layer only one back.",
        mistakes=(
            (
                3,
                "Nearly: nobody asks for the slopes of the inputs, so the first layer is spared one of its three products.",
            ),
            (2 - 64 * 128 / (2 * 64 * 128 + 640), "That is the way back alone. The way forward comes first."),
            (
                2,
                "That counts one product on the way back. There are two a layer: one for its weights, one for the message.",
            ),
        ),
    ),
    "backprop-6": Numbers(
        (np.sqrt(2 + np.sqrt(5)), 1 / np.sqrt(2 + np.sqrt(5))),
        "Solve x**2 - y**2 = 4 together with x*y = 1.",
        mistakes=(
            ((2, 0.5), "That moves y alone. x moves a little, too."),
            ((1, 1), "That is a minimum, but x**2 - y**2 is 0 there; at the start it is 4."),
            (
                (1 / np.sqrt(2 + np.sqrt(5)), np.sqrt(2 + np.sqrt(5))),
                "The other way round: x starts larger, and stays so.",
            ),
            ((2 + np.sqrt(5), 1 / (2 + np.sqrt(5))), "That is the square of x: take its root."),
        ),
    ),
}

# Chapter 12: deep networks ----------------------------------------------------------------------------------------------


def clip_all(slopes, limit):
    """A list of arrays, shortened by one factor so that all of them together are at most ``limit`` long."""
    length = np.sqrt(sum(np.sum(g**2) for g in slopes))
    return [g * limit / length if length > limit else g for g in slopes]


def clip_always(slopes, limit):
    """A mistake: short ones are lengthened."""
    length = np.sqrt(sum(np.sum(g**2) for g in slopes))
    return [g * limit / length for g in slopes]


def clip_by_zero(slopes, limit):
    """A mistake: right but for slopes that are all zero."""
    length = np.sqrt(sum(np.sum(g**2) for g in slopes))
    return [g * np.minimum(1, np.float64(limit) / length) if length else g * np.nan for g in slopes]


def layer_norm(z, axis=1, ddof=0, inside=1e-5, outside=0.0):
    """Each row to mean 0 and variance 1; the rest is for mistakes."""
    mean, var = z.mean(axis, keepdims=True), z.var(axis, keepdims=True, ddof=ddof)
    return (z - mean) / (np.sqrt(var + inside) + outside)


MIXED = np.array([[1.0, 2, 6], [0, -3, 9], [2, 2.5, 3], [1, 1.002, 0.998], [4, 4, 4]])
DEEP = {
    "deep-1": Numbers(
        (np.sqrt(2 / 256), np.sqrt(2 / 320)),
        "He: the root of 2 / fan_in. Xavier: the root of 2 / (fan_in + fan_out).",
        mistakes=(
            ((2 / 256, 2 / 320), "Those are the variances. The standard deviation is the root."),
            ((np.sqrt(2 / 320), np.sqrt(2 / 256)), "The right two, in the other order: He first."),
            ((np.sqrt(2 / 64), np.sqrt(2 / 320)), "He counts what comes in, not what goes out: 256."),
            (
                (np.sqrt(1 / 256), np.sqrt(2 / 320)),
                "Xavier is right. He doubles the variance, 2 / fan_in, because a ReLU lets half of it through.",
            ),
            (
                (np.sqrt(2 / 256), np.sqrt(1 / 320)),
                "He is right. Xavier is one over the mean of fan_in and fan_out, so 2 over their sum.",
            ),
            (
                (np.sqrt(2 / 256), np.sqrt(1 / 256)),
                "He is right. In this course Xavier counts both sides: 2 / (fan_in + fan_out).",
            ),
        ),
    ),
    "deep-2": Number(
        np.sqrt(2 / (1.04 * 100)),
        "Which share of E[z**2] does each half let through?",
        mistakes=(
            (np.sqrt(2 / 100), "That is He's, for a plain ReLU. The negative half still passes 0.2 of itself."),
            (np.sqrt(2 / 120), "It is the mean square that must be kept: the slope enters squared."),
            (2 / 104, "That is the variance. The standard deviation is its root."),
            (
                np.sqrt(1 / 104),
                "Each half of the values carries half of the mean square: 2 over 1.04 times the inputs.",
            ),
        ),
    ),
    "deep-3": Numbers(
        (6, -1),
        "Write gamma * (w * x + b - mean) / std + beta as a line in x.",
        mistakes=(
            ((6, 8), "The running mean is taken off before the factor."),
            ((3, 2), "Divide by the standard deviation, the root of the variance."),
            ((6, -6), "The weight is right. beta is added to the bias at the end."),
            ((6, 3), "The weight is right. The factor gamma / std multiplies what is left of the bias, 1 - 3, too."),
            ((6, 5), "The weight is right. The factor gamma / std multiplies the running mean, too."),
        ),
    ),
    "deep-4": Values(
        clip_all,
        "One factor for all, limit over their common length, and only where that is longer than the limit.",
        cases=tuple(
            ([np.array(g) for g in slopes], limit)
            for slopes, limit in (
                ([[3.0, 4.0], [0.0, 12.0]], 1.5),
                ([[0.3, 0.4], [0.1]], 1.5),
                ([[3.0, 0.0, 4.0]], 5.0),
                ([[0.0, 0.0], [0.0]], 2.0),
                ([[[30.0, 1.0], [2.0, -3.0]], [-40.0]], 5.0),
            )
        ),
        mistakes=(
            (
                lambda slopes, limit: [clip_all([g], limit)[0] for g in slopes],
                "Each array is shortened by itself, which turns the whole. One factor for all.",
            ),
            (
                lambda slopes, limit: [np.clip(g, -limit, limit) for g in slopes],
                "That is clipping by value. One factor for all.",
            ),
            (
                clip_always,
                "That makes short gradients longer, and divides by zero when all are zero. What is short enough stays.",
            ),
            (
                lambda slopes, limit: clip_always(slopes, limit) if any(g.any() for g in slopes) else slopes,
                "That makes short gradients longer. What is short enough stays as it is.",
            ),
            (clip_by_zero, "It divides by zero when all slopes are zero."),
            (
                lambda slopes, limit: [g * min(1, limit / sum(map(np.linalg.norm, [*slopes, 1e-300]))) for g in slopes],
                "The length of all is not the sum of their lengths: it is the root of the sum of all squares.",
            ),
            (
                lambda slopes, limit: [
                    g * min(1, limit / max(sum(np.sum(a**2) for a in slopes), 1e-300)) for g in slopes
                ],
                "The root is missing: the length of all is the root of the sum of all squares.",
            ),
        ),
    ),
    "deep-5": Values(
        layer_norm,
        "Each row, and a row that comes alone, gets mean 0 and variance 1, with 1e-5 added to the variance.",
        cases=((MIXED,), (MIXED[:1],), (np.array([[2.0, -1, 0.5, 7], [0, 0, 1, 0.1]]),)),
        mistakes=(
            (lambda z: layer_norm(z, axis=0), "That is batch norm: it goes down the columns. Go along the rows."),
            (lambda z: layer_norm(z, ddof=1), "Divide the variance by n, not by n - 1."),
            (lambda z: layer_norm(z, inside=0), "Epsilon is missing: a row of equal numbers gives 0/0."),
            (lambda z: layer_norm(z, inside=0, outside=1e-5), "Epsilon is added to the variance, under the root."),
            (
                lambda z: z - z.mean(1, keepdims=True),
                "The mean is taken off. Divide by the root of the variance as well.",
            ),
            (
                lambda z: (z - z.mean(1, keepdims=True)) / (z.var(1, keepdims=True) + 1e-5),
                "That divides by the variance. Divide by its root.",
            ),
            (
                lambda z: (z - z.mean()) / np.sqrt(z.var() + 1e-5),
                "That takes one mean over everything. Each row has its own.",
            ),
        ),
    ),
    "deep-6": Number(
        np.sqrt(13),
        "Pythagoras: the step, 0.25 * 8 long, is at right angles to w.",
        mistakes=(
            (13, "That is the square of the length."),
            (1, "That is 3 - 2, as if the step went back along w. It is at right angles to w."),
            (5, "That is 3 + 2, as if the step went on along w. It is at right angles to w."),
            (np.sqrt(73), "The angle is right. The step is not as long as the slope: it is 0.25 * 8 long."),
            (3, "That is the length before. A step at right angles makes w longer."),
            (np.sqrt(5), "That is the root of 9 - 4. w is a leg of the triangle, not its long side."),
        ),
    ),
}

# Chapter 13: regularization ---------------------------------------------------------------------------------------------


def patient(losses, patience, progress=lambda loss, best: loss < best, wait=0):
    """The best epoch that a training which stops after ``patience`` epochs without progress has seen."""
    best = 0
    for epoch, loss in enumerate(losses):
        if progress(loss, losses[best]):
            best = epoch
        if epoch - best >= patience + wait:
            break
    return best


def stopped_at(losses, patience):
    """A mistake: the epoch at which the training ends."""
    return min(patient(losses, patience) + patience, len(losses) - 1)


def impatient(losses, patience):
    """A mistake: counts all bad epochs, not those since the best one."""
    best, bad = 0, 0
    for epoch, loss in enumerate(losses):
        best, bad = (epoch, bad) if loss < losses[best] else (best, bad + (epoch > 0))
        if bad >= patience:
            break
    return best


def by_neighbours(losses, patience):
    """A mistake: compares with the epoch before, not with the best."""
    best, bad = 0, 0
    for epoch in range(1, len(losses)):
        bad = 0 if losses[epoch] < losses[epoch - 1] else bad + 1
        best = epoch if losses[epoch] < losses[best] else best
        if bad >= patience:
            break
    return best


def sparse_momentum(x, grad, t, v=0, *, lr=0.01, mu=0.9, l1=0.1):
    """Momentum on the data's slope, then a pull towards zero that stops there."""
    x, v = momentum(x, grad, t, v, lr=lr, mu=mu)
    return soft_threshold(x, lr * l1), v


def pulled_by(strength):
    """The same with a pull of another strength."""

    def rule(x, grad, t, v=0, *, lr=0.01, mu=0.9, l1=0.1):
        x, v = momentum(x, grad, t, v, lr=lr, mu=mu)
        return soft_threshold(x, strength(lr, mu, l1)), v

    return rule


def pulled_by_slope(x, grad, t, v=0, *, lr=0.01, mu=0.9, l1=0.1):
    """A mistake: the sign as part of the slope."""
    return momentum(x, lambda x: grad(x) + l1 * np.sign(x), t, v, lr=lr, mu=mu)


def pulled_past_zero(x, grad, t, v=0, *, lr=0.01, mu=0.9, l1=0.1):
    """A mistake: the pull does not stop at zero."""
    x, v = momentum(x, grad, t, v, lr=lr, mu=mu)
    return x - lr * l1 * np.sign(x), v


def pulled_by_share(x, grad, t, v=0, *, lr=0.01, mu=0.9, l1=0.1):
    """A mistake: weight decay."""
    x, v = momentum(x, grad, t, v, lr=lr, mu=mu)
    return x * (1 - lr * l1), v


def pulled_first(x, grad, t, v=0, *, lr=0.01, mu=0.9, l1=0.1):
    """A mistake: the pull comes before the step."""
    return momentum(soft_threshold(x, lr * l1), grad, t, v, lr=lr, mu=mu)


def pulled_velocity(x, grad, t, v=0, *, lr=0.01, mu=0.9, l1=0.1):
    """A mistake: the pull acts on the velocity."""
    v = soft_threshold(mu * v - lr * grad(x), lr * l1)
    return x + v, v


def pulled_without_memory(x, grad, t, v=0, *, lr=0.01, mu=0.9, l1=0.1):
    """A mistake: the velocity is not used."""
    return soft_threshold(x - lr * grad(x), lr * l1), v


GENERAL = {
    "general-1": Number(
        2 * 0.003,
        "Set the two slopes equal.",
        mistakes=(
            (0.003, "Keras adds 0.003 * w**2. What is its slope?"),
            (0.0015, "The other way: PyTorch's weight decay is the slope's factor already."),
        ),
    ),
    "general-2": Number(
        0.7 * 5,
        "The mean over the masks: each input arrives with which chance?",
        mistakes=(
            (1.5, "That scales by the share that is dropped. Which share arrives?"),
            (5 / 0.7, "Dividing by 0.7 is for training, in inverted dropout. Testing without it must go down, not up."),
            (
                5,
                "That is right for inverted dropout. Here nothing was divided in training, so only a share of the sum arrived.",
            ),
            (0.7, "That is the share that arrives. What does the unit say?"),
        ),
    ),
    "general-3": Values(
        lambda losses, patience: patient(losses, patience),
        "Count the epochs since the best one; an equal loss is no progress.",
        cases=tuple(
            (np.array(losses), patience)
            for losses, patience in (
                ([3, 2, 2.5, 1, 1.2, 1.1, 0.5], 2),
                ([3, 2, 2.5, 2.6, 1], 2),
                ([3, 2, 1.0], 5),
                ([1.0, 2, 3], 1),
                ([2, 2, 2, 1.0], 2),
                ([1.0, 1, 1], 5),
                ([5.0], 1),
                ([4, 5, 3, 3.5, 3.4, 2.0], 2),
                ([4, 3, 5, 4.5, 4.4, 2.0], 3),
                ([3, 4, 2, 4, 1.0], 2),
                ([3, 2, 4, 4, 4, 4, 4, 1.0], 2),
            )
        ),
        mistakes=(
            (stopped_at, "That is the epoch at which one stops. Which weights does one keep?"),
            (lambda losses, patience: int(np.argmin(losses)), "That looks at all epochs, as if one had not stopped."),
            (
                lambda losses, patience: patient(losses, patience, lambda loss, best: loss <= best),
                "An equal loss is no improvement: it must be lower than the best.",
            ),
            (
                lambda losses, patience: patient(losses, patience, wait=1),
                "That waits one epoch longer than patience says.",
            ),
            (
                lambda losses, patience: patient(losses, patience, wait=-1),
                "That stops one epoch sooner than patience says.",
            ),
            (
                lambda losses, patience: losses[patient(losses, patience)],
                "That is the loss at the best epoch. Return the epoch.",
            ),
            (lambda losses, patience: patient(losses, patience) + 1, "That counts from 1. The first epoch is 0."),
            (impatient, "That counts all bad epochs together. After an improvement the patience begins anew."),
            (by_neighbours, "That compares with the epoch before. Progress is measured against the best."),
        ),
    ),
    "general-4": Rule(
        sparse_momentum,
        "First the step of momentum, then the pull: soft_threshold(x, lr * l1).",
        settings=({"lr": 0.3, "mu": 0.6, "l1": 0.7}, {"lr": 0.2, "mu": 0.8, "l1": 1.3}),
        mistakes=(
            (pulled_by(lambda lr, mu, l1: l1), "The pull is lr * l1 a step: it has to shrink with the steps."),
            (
                pulled_by(lambda lr, mu, l1: lr * l1 / (1 - mu)),
                "That pulls by lr * l1 / (1 - mu): the repair of the solution's last lines. Here the pull is lr * l1.",
            ),
            (momentum, "That is momentum, without the pull."),
            (
                pulled_by_share,
                "That shrinks x by a share of itself, as L2 does. This pull has the same size everywhere.",
            ),
            (pulled_by_slope, "That adds the sign to the slope, and jumps over zero. Pull after the step."),
            (pulled_past_zero, "That pull does not stop at zero, it passes it: use soft_threshold."),
            (pulled_first, "The pull comes after the step, not before it."),
            (pulled_velocity, "That pulls the velocity towards zero. Pull x, after the step."),
            (pulled_without_memory, "The velocity is not used: renew v and step by it."),
        ),
    ),
    "general-5": Number(
        1 / (0.05 * 200),
        "Compare lr * t * curvature with curvature / price.",
        mistakes=(
            (10, "That is lr * t; a longer training is a smaller price."),
            (1 / 200, "That forgets the rate: the steps are 0.05 times the slope."),
            (0.05 / 200, "Both the rate and the steps make the training longer: they belong on the same side."),
        ),
    ),
    "general-6": Numbers(
        (0.25, 4),
        "Both masks must keep it; each divides by 0.5.",
        mistakes=(
            ((0.25, 2), "The share is right. Each of the two masks divides what it keeps by a half."),
            ((0.5, 2), "That is one mask. The second one is drawn anew."),
            ((0.75, 4), "That is the share dropped."),
            ((0.25, 0.25), "The share is right. Keras divides by the share that is kept, so the factor is above 1."),
            ((0.25, 1), "The share is right. Keras keeps the mean: what survives is made larger."),
            ((4, 0.25), "The right two, in the other order: the share first."),
        ),
    ),
}

# Chapter 14: after Adam -------------------------------------------------------------------------------------------------


def signum(x, grad, t, m=0, *, lr=0.001, beta1=0.9):
    """Step by the rate against the sign of the new average."""
    m = beta1 * m + (1 - beta1) * grad(x)
    return x - lr * np.sign(m), m


def signum_late(x, grad, t, m=0, *, lr=0.001, beta1=0.9):
    """A mistake: the sign of the old average."""
    return x - lr * np.sign(m), beta1 * m + (1 - beta1) * grad(x)


def signum_of_signs(x, grad, t, m=0, *, lr=0.001, beta1=0.9):
    """A mistake: the average of the signs."""
    m = beta1 * m + (1 - beta1) * np.sign(grad(x))
    return x - lr * m, m


def signum_swapped(x, grad, t, m=0, *, lr=0.001, beta1=0.9):
    """A mistake: the shares exchanged."""
    return signum(x, grad, t, m, lr=lr, beta1=1 - beta1)


def signum_forgetful(x, grad, t, m=0, *, lr=0.001, beta1=0.9):
    """A mistake: no memory at all."""
    return x - lr * np.sign(grad(x)), m


def signum_plain(x, grad, t, m=0, *, lr=0.001, beta1=0.9):
    """A mistake: no sign."""
    m = beta1 * m + (1 - beta1) * grad(x)
    return x - lr * m, m


def rounds_of(cubic, sigma):
    """How many rounds lift ``sigma`` above 0.99."""
    rounds = 0
    while sigma <= 0.99:
        sigma, rounds = cubic(sigma), rounds + 1
    return rounds


AFTER = {
    "after-1": Number(
        -1 / 0.5,
        "It rests where the sign of the slope plus 0.5 x is zero.",
        mistakes=(
            (-6, "That is slope over decay. Lion does not see how steep the slope is."),
            (-200, "The rate multiplies the step and the decay alike, so it cancels."),
            (-0.5, "Upside down: one over the decay."),
            (-0.02, "The rate multiplies the step and the decay alike, so it cancels."),
        ),
    ),
    "after-2": Numbers(
        (56, 28, 0),
        "Count the memories in each rule's signature: m and s, m, none.",
        mistakes=(
            (
                (84, 56, 28),
                "That includes the weights themselves; the question is what the rule remembers beside them.",
            ),
            ((14, 7, 0), "Those are billions of numbers; each takes 4 bytes."),
            ((56e9, 28e9, 0), "Those are bytes. Give gigabytes, 1e9 bytes each."),
            ((2, 1, 0), "Those are the memories a weight. Each takes 4 bytes, for 7 billion weights."),
        ),
    ),
    "after-3": Rule(
        signum,
        "First the average of slopes, then its sign, times lr.",
        settings=({"lr": 0.3, "beta1": 0.8}, {"lr": 0.5, "beta1": 0.7}),
        mistakes=(
            (signum_late, "That is the sign of the old average: renew m before the step."),
            (signum_of_signs, "That averages the signs. Average the slopes, and take the sign of the average."),
            (signum_swapped, "The shares are exchanged: the old average keeps beta1, the new slope gets 1 - beta1."),
            (signum_forgetful, "That is the sign of the slope alone. Average the slopes first, with beta1."),
            (
                signum_plain,
                "That steps along the average. Take its sign: only the direction of each coordinate counts.",
            ),
        ),
    ),
    "after-4": Number(
        rounds_of(lambda s: 1.5 * s - 0.5 * s**3, 0.01),
        "Apply p again and again to 0.01, and count.",
        whole=True,
        mistakes=(
            (12, "That is how long the factor 1.5 alone would take. Near 1 the cube slows it down; run the loop."),
            (13, "One more: count how often p was applied."),
            (15, "One less: 0.01 itself is round 0."),
        ),
    ),
    "after-5": Number(
        1150 / 1250,
        "The baseline's time over the method's, in steps of the baseline.",
        mistakes=(
            (1400 / 1250, "Right for the untuned baseline. Tuned, it needs 1150 steps."),
            (1150 / 1000, "That counts steps. One step of the new method takes 1.25 times as long."),
            (1.4, "That is the paper's number: an untuned baseline, and steps in place of hours."),
            (1250 / 1150, "Upside down: the baseline's time over the method's."),
        ),
    ),
}

# The museum -------------------------------------------------------------------------------------------------------------


def museum_adagrad(divisor, after=0, kept=1, late=0):
    """Adagrad as in the exhibit, with another divisor, with ``eps`` added to the weight, or with another sum."""

    def rule(x, grad, t, s=0, *, lr=0.1, eps=1e-10):
        g = grad(x)
        s = kept * s + g**2
        return x - lr * g / divisor(s - late * g**2, eps) + after * eps, s

    return rule


def museum_adam(step):
    """Adam as in the exhibit, with another last line: a function of the step's top, of ``s_hat`` and of ``eps``."""

    def rule(x, grad, t, m=0, s=0, *, lr=0.1, eps=1e-8):
        g = grad(x)
        m, s = 0.9 * m + 0.1 * g, 0.999 * s + 0.001 * g**2
        return x - step(lr * m / (1 - 0.9**t), s / (1 - 0.999**t), eps), m, s

    return rule


def line_slopes(w, x, y, sign=1, bias=1, both=1.0):
    """The slopes of the mean squared error of a straight line; the rest is for mistakes."""
    miss = w[0] * x + bias * w[1] - y
    return 2 * both * np.array([sign * np.mean(miss * x), np.mean(miss)])


def line_mistake(**changed):
    """The slopes with something changed."""
    return lambda w, x, y: line_slopes(w, x, y, **changed)


def early_with(step):
    """NAG whose velocity is renewed first, with another last line: of the old and the new v, ``lr * g`` and ``mu``."""

    def rule(x, grad, t, v=0, *, lr=0.01, mu=0.9):
        g = grad(x)
        old, v = v, mu * v - lr * g
        return x + step(old, v, lr * g, mu), v

    return rule


def order(errors):
    """The order of convergence from the last three errors."""
    first, second, third = np.log(errors[-3:])
    return (third - second) / (second - first)


def momentum_rate(lr, curvature, mu):
    """Momentum's factor per step on a parabola."""
    return np.abs(np.roots([1, -(1 + mu - lr * curvature), mu])).max()


def where_it_swings(factor):
    """A mistake: another factor where it swings."""

    def rate(lr, curvature, mu):
        return factor(mu) if (1 + mu - lr * curvature) ** 2 < 4 * mu else momentum_rate(lr, curvature, mu)

    return rate


MUSEUM = {
    "museum-1": Number(
        0.9,
        "Run the path for several round values and compare the ends.",
        mistakes=((0.95, "That is what the label says. The path with it ends elsewhere."),),
    ),
    "museum-2": Values(
        lambda keep: np.log(0.5) / np.log(keep),
        "Solve keep ** n = 0.5.",
        cases=((0.6,), (0.9,), (0.99,)),
        mistakes=(
            (
                lambda keep: 1 / (1 - keep),
                "That is the exhibit: about 37 % is left after 1 / (1 - keep) steps, not half.",
            ),
            (lambda keep: 2 / (1 - keep) - 1, "That is the length of the window whose values weigh alike."),
            (lambda keep: np.log(0.5) / np.log(1 - keep), "That halves what is new. How long until half is kept?"),
            (lambda keep: np.log(2) / np.log(keep), "The size is right, the sign is not: log(keep) is negative."),
            (
                lambda keep: np.ceil(np.log(0.5) / np.log(keep)),
                "Nearly: do not round, or a half-life of 6.58 becomes 7.",
            ),
            (lambda keep: np.log(2) / (1 - keep), "Nearly right for keep near 1. Solve keep ** n = 0.5 exactly."),
            (lambda keep: np.log(keep) / np.log(0.5), "Upside down: at keep = 0.9 it takes more than one step."),
            (
                lambda keep: 0.5 / (1 - keep),
                "That is a straight line down to a half. Each step multiplies: keep ** n = 0.5.",
            ),
        ),
    ),
    "museum-3": Rule(
        adagrad,
        "Ask of each part of the step: what unit does it have?",
        settings=({"lr": 0.3, "eps": 0.2}, {"lr": 0.6, "eps": 0.5}),
        mistakes=(
            (
                museum_adagrad(lambda s, eps: s + eps),
                "That is the exhibit: it divides by the squares. The step still changes with the unit of the loss.",
            ),
            (
                museum_adagrad(lambda s, eps: np.sqrt(s + eps)),
                "The root is right; eps stands under it there. In the exhibit it stands beside the divisor; keep it there.",
            ),
            (museum_adagrad(lambda s, eps: np.sqrt(s)), "The root is right. eps is missing: it guards the division."),
            (
                museum_adagrad(lambda s, eps: np.sqrt(s), 1),
                "The root is right; eps is added to the weight there. Mind the brackets.",
            ),
            (
                museum_adagrad(lambda s, eps: np.sqrt(s) + eps, late=1),
                "The root is right. Add this step's square to s before you divide.",
            ),
            (
                museum_adagrad(lambda s, eps: np.sqrt(s) + eps, kept=0),
                "The root is right. s forgets: add up the squares of all slopes.",
            ),
            (museum_adagrad(lambda s, eps: s), "eps is missing, and the step still changes with the unit of the loss."),
            (
                museum_adagrad(lambda s, eps: s**2 + eps),
                "The wrong way: that makes the unit worse. What undoes a square?",
            ),
        ),
    ),
    "museum-4": Rule(
        adam,
        "eps belongs beside the root of s_hat, in the denominator.",
        settings=({"lr": 0.3, "eps": 0.2}, {"lr": 0.6, "eps": 0.5}),
        mistakes=(
            (
                museum_adam(lambda top, s, eps: top / np.sqrt(s) - eps),
                "That is the exhibit: eps is added to the weight. Mind the brackets.",
            ),
            (
                museum_adam(lambda top, s, eps: top / np.sqrt(s + eps)),
                "Under the root it weighs more than meant. It stands beside the root, in the denominator.",
            ),
            (
                museum_adam(lambda top, s, eps: top / np.sqrt(s)),
                "Now eps is gone, and with it the guard: it belongs beside the root.",
            ),
            (
                museum_adam(lambda top, s, eps: top / np.sqrt(s) + eps),
                "eps still stands outside the fraction, and only its sign has changed.",
            ),
            (
                museum_adam(lambda top, s, eps: top / (s + eps)),
                "eps is where it belongs. The root of s_hat is missing.",
            ),
        ),
    ),
    "museum-5": Number(
        10_001 * 256 + 257 * 128 + 129 * 46,
        "For each layer: (inputs + 1) * units.",
        whole=True,
        mistakes=(
            (10_001 * 256, "That is the network that was printed: one layer. Two more are meant."),
            (10_000 * 256 + 256 * 128 + 128 * 46, "Those are the weights. Each unit has a bias, too."),
            (10_001 * 256 + 257 * 128, "The last layer is missing: 46 units, each with 128 inputs and a bias."),
            (
                257 * 128 + 129 * 46,
                "Those are the two layers that were lost. The first one belongs to the network, too.",
            ),
        ),
    ),
    "museum-6": Values(
        lambda w, x, y: line_slopes(w, x, y),
        "Differentiate mean((theta * x + phi - y) ** 2) by theta and by phi.",
        cases=tuple(tuple(np.random.default_rng([6, n]).normal(size=size) for size in (2, n, n)) for n in (7, 4, 9)),
        mistakes=(
            (line_mistake(sign=-1, bias=0), "That is the exhibit. Compare both slopes with measured ones."),
            (
                line_mistake(bias=0),
                "The sign is right now. The guess of the line is theta * x + phi: the bias is still missing.",
            ),
            (line_mistake(sign=-1), "The bias is there now. The slope of theta still has the wrong sign."),
            (
                line_mistake(both=-1),
                "Bias and shape are right, both signs are turned: the miss is guess minus y. With y minus guess a minus stands in front.",
            ),
            (line_mistake(sign=-1, both=-1), "The slope of theta is right. That of phi has the wrong sign."),
            (
                lambda w, x, y: len(x) * line_slopes(w, x, y),
                "That is the sum over the examples. The loss is their mean.",
            ),
            (line_mistake(both=0.5), "Half of it: the derivative of a square has a 2."),
            (lambda w, x, y: line_slopes(w, x, y)[::-1], "The right two, in the other order: theta first."),
        ),
    ),
    "museum-7": Rule(
        nag_inside,
        "Write the old v as (new v + lr * g) / mu, and put it into the step.",
        settings=TWO_VELOCITIES,
        mistakes=(
            (renewed_too_early, "That is the exhibit: mu**2 wants the velocity from before."),
            (momentum, "That is momentum. The step looks ahead: it contains mu times the new velocity."),
            (
                early_with(lambda old, v, push, mu: mu * v),
                "mu * v is right, with the new v. The push, - lr * g, is still missing.",
            ),
            (
                early_with(lambda old, v, push, mu: mu * v + push),
                "mu * v is right, with the new v. lr * g is taken off, not added.",
            ),
            (
                early_with(lambda old, v, push, mu: v - push),
                "- lr * g is right. The new v is weakened by mu before it is added.",
            ),
            (nag, "Those are the positions. Here x is the point where the slope is read."),
        ),
    ),
    "museum-8": Values(
        lambda w, x, drop: (1 - drop) * (w @ x),
        "Which share of the inputs is there, on average?",
        cases=tuple(
            (*np.random.default_rng([8, k]).normal(size=(2, 6)), drop) for k, drop in enumerate((0.1, 0.3, 0.8))
        ),
        mistakes=(
            (lambda w, x, drop: drop * (w @ x), "That is the exhibit: it multiplies by the chance of being dropped."),
            (lambda w, x, drop: w @ x, "Right only if training divides by the chance of being kept. Here it does not."),
            (lambda w, x, drop: w @ x / (1 - drop), "That is what frameworks do in training. At test time multiply."),
        ),
    ),
    "museum-9": Values(
        order,
        "Divide the log of the last ratio by the log of the ratio before.",
        cases=tuple(
            (np.array(errors),)
            for errors in (0.5 ** np.arange(1.0, 8), (0.3, 0.05, 0.00175, 2.14375e-6), (1.0, 0.2, 0.02, 0.0006))
        ),
        mistakes=(
            (lambda errors: order(errors) - 1, "One too low, as in the exhibit: a fixed factor has the order 1."),
            (
                lambda errors: errors[-1] / errors[-2],
                "That is the factor of the last step. How does it change with the error?",
            ),
            (
                lambda errors: np.log(errors[-1]) / np.log(errors[-2]),
                "That forgets c. Use three errors, so that it drops out.",
            ),
            (lambda errors: 1 / order(errors), "Upside down: the later step over the earlier one."),
            (lambda errors: np.round(order(errors)), "Do not round: an order need not be whole."),
            (
                lambda errors: order(errors[:3]),
                "Those are the first three errors. The order shows at the end: take the last three.",
            ),
        ),
    ),
    "museum-10": Values(
        momentum_rate,
        "The largest size of the roots of z**2 - (1 + mu - lr * curvature) * z + mu.",
        cases=(
            (0.1, 1.0, 0.9),
            (0.5, 2.0, 0.64),
            (0.001, 1.0, 0.9),
            (0.05, 1.0, 0.1),
            (0.7, 4.0, 0.5),
            (3.5, 1.0, 0.5),
        ),
        mistakes=(
            (
                where_it_swings(lambda mu: 2 * np.sqrt(mu)),
                "That is the exhibit: 2 sqrt(mu) can be more than 1; nothing would converge.",
            ),
            (
                where_it_swings(lambda mu: mu),
                "mu is the product of the two roots. Where it swings each has the size of its root.",
            ),
            (
                lambda lr, curvature, mu: np.sqrt(mu),
                "Right where it swings. Where it creeps the roots are real; the larger rules.",
            ),
            (
                lambda lr, curvature, mu: np.abs(np.roots([1, -(1 + mu - lr * curvature), mu])).min(),
                "That is the smaller root. In the long run the larger one is left.",
            ),
            (
                lambda lr, curvature, mu: np.roots([1, -(1 + mu - lr * curvature), mu]).real.max(),
                "Take the size of the roots: they may be complex, or negative.",
            ),
        ),
    ),
}

CHECKERS = (
    GRADIENT | PROBLEMS | MOMENTUM | NAG | ADAGRAD | RMSPROP | ADAM | ADADELTA
    | RATES | RACE | BACKPROP | DEEP | GENERAL | AFTER | MUSEUM
)  # fmt: skip
PROOFS = (
    "gradient-5",
    "problems-5",
    "momentum-6",
    "nag-5",
    "adagrad-6",
    "rmsprop-5",
    "adadelta-6",
    "race-6",
    "after-6",
)
