"""What an answer may be, and how it is judged: a number, several, a choice, a function of values, a rule.

A mistake is a pair: the wrong answer, and what to say to it. Of numbers and choices nothing more is known than rows of
data, each with what is said to an answer; ``sealed`` writes the same rows for the page, which judges without Python.
"""

import inspect
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from functools import wraps
from typing import NamedTuple

import numpy as np

from descent.advice import advice
from descent.notes import hyperparameters, memories, positional
from descent.surfaces import Surface

NEAR = 0.02  # an answer this near to the right one is told so, and gets no hint at a mistake that it does not hold
SLACK = 1e-9  # so that what is rounded to the edge of the tolerance is inside, on every machine
ZERO = 1e-12  # what is smaller counts as zero
STEPS = 40  # a rule is judged by its paths of this many steps
HILL = Surface(  # where rules are judged: nothing on it is symmetric, and its minimum is not at the origin
    "0.4*(x - 1.3)**2 + 0.1*x*y + 0.2*(y + 0.7)**2 + exp(x/2)/10", window=((-4, 4), (-4, 4)), start=(-2.6, 1.9)
)
EXPLAINED = (NameError, UnboundLocalError, AttributeError, TypeError)  # errors in a rule whose cause can be told
COUNTS = ("no", "one", "two", "three", "four", "five")


SAYS = {  # of rules, here and on the page
    "missing": "The rule has no hyperparameter {name}; put it behind the star, as in `*, {name}=0.1`.",
    "exchanged": "It returns its two memories in another order than its first line has them.",
    "infinite": "At step {step} it gives no finite numbers. {hint}",
    "uphill": "The first step goes the wrong way, uphill: mind the minus sign. {hint}",
    "same": "The rule does the same for every {name}: use the argument {name}.",
    "changing": "Right with constant hyperparameters; where they change ({changed}), not from step {step} on. {hint}",
    "later": "The first step is right; it parts from the right path at step {step} (with {setting}). {hint}",
    "parts": "It parts from the right path at step {step} (with {setting}). {hint}",
}


class Unclear(ValueError):
    """Raised where an answer cannot be judged; its text says in one line what stands in the way."""


class Row(NamedTuple):
    """What is said to the answers that fit, ``""`` to a right one, with ``{1}`` for the answer's first number.

    ``parts`` has for each number of the answer a pair, the number that it must agree with and the relative tolerance,
    or ``None`` where any number will do.
    """

    parts: tuple
    said: str

    def fits(self, values):
        """Whether each number agrees with its part."""
        return all(part is None or _agree(value, *part) for value, part in zip(values, self.parts, strict=True))


def _first_said(rows, values):
    """What the first row that fits says."""
    said = next(row.said for row in rows if row.fits(values))
    for k, value in enumerate(values, 1):
        said = said.replace(f"{{{k}}}", f"{value + 0:g}")  # no minus before a zero
    return said


# Five kinds of answers. A mistake is a pair: the wrong answer, and what to say to it. -----------------------------------


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

    def rows(self):
        """What is said to which number, in the order in which it is tried."""
        allowed = 1e-9 if self.whole else self.tolerance or _allowed(self.digits)
        rights = (self.right, *self.also)
        close = "it is a whole number, so count exactly" if self.whole else f"give {COUNTS[self.digits]} digits"
        sign = f"The size is right, the sign is not: {{1}}. {self.hint}"
        return [
            *(Row(((right, allowed),), "") for right in rights),
            *(Row(((wrong, 1e-4 if self.whole else allowed),), said) for wrong, said in self.mistakes),
            Row(((-self.right, allowed),), sign),
            *(Row(((right, NEAR),), f"Close: {close}.") for right in rights),
            Row((None,), f"Not {{1}}. {self.hint}"),
        ]

    def judge(self, answer):
        """What is wrong with the answer, or ``""``."""
        return _first_said(self.rows(), [_number(answer)])


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

    def rows(self):
        """What is said to which numbers, in the order in which it is tried: the first that is wrong is named."""
        allowed, count = _allowed(self.digits), len(self.right)
        fit, digits = [(right, allowed) for right in self.right], COUNTS[self.digits]
        rows = [Row(tuple(fit), "")]
        rows += [Row(tuple((w, allowed) for w in wrong), said) for wrong, said in self.mistakes]
        for k in reversed(range(count)):
            before, after = fit[:k], [None] * (count - k - 1)
            close = f"Number {k + 1} is close: give {digits} digits."
            rows.append(Row((*before, (self.right[k], NEAR), *after), close))
            rows.append(Row((*before, None, *after), f"Number {k + 1} is not {{{k + 1}}}. {self.hint}"))
        return rows

    def judge(self, answer):
        """What is wrong with the answer, or ``""``."""
        values = _several(answer, len(self.right))
        return self.judged(*values) if self.judged else _first_said(self.rows(), values)


@dataclass(frozen=True)
class Choice:
    """A letter, that of the one right choice in the exercise's list; each choice has its reason.

    ``because`` is that of the right one, said with the verdict; each of the others is a mistake.
    """

    right: str
    because: str
    mistakes: tuple

    @property
    def letters(self):
        """The letters of all choices, in order."""
        return sorted([self.right, *(letter for letter, _ in self.mistakes)])

    def rows(self):
        """What is said to which choice, counted from 1; the right one comes first."""
        pairs = [(self.right, ""), *self.mistakes]
        return [Row(((self.letters.index(letter) + 1, SLACK),), said) for letter, said in pairs]

    def judge(self, answer):
        """What is wrong with the answer, or ``""``."""
        return _first_said(self.rows(), [_place(answer, self.letters)])


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
    out in any way; the paths must agree. ``begin`` is the rule to be changed or the text to be mended, with which the
    page begins.
    """

    right: Callable
    hint: str
    settings: tuple
    mistakes: tuple = ()
    changing: bool = False
    begin: Callable | str = ""

    def trials(self):
        """The hyperparameters of each walk, one dict a step."""
        walks = [(setting, setting) for setting in self.settings] + [self.settings] * self.changing
        return [[first] * (STEPS // 2) + [second] * (STEPS // 2) for first, second in walks]

    def judge(self, answer):
        """What is wrong with the answer, or ``""``."""
        missing = _read_signature(answer, self.settings[0])
        trials = self.trials()
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
            return SAYS["missing"].format(name=missing[0])
        if memories(answer) == 2 and not any(
            _parting(_walk(_exchanged(answer), trial), r) for trial, r in zip(trials, right, strict=True)
        ):
            return SAYS["exchanged"]
        xs, wanted = mine[0][0], right[0][0]
        if not np.all(np.isfinite(xs)):
            step = int(np.argmin(np.all(np.isfinite(xs), axis=-1)))
            return SAYS["infinite"].format(step=step, hint=self.hint)
        if np.allclose(xs[1] - xs[0], wanted[0] - wanted[1], rtol=1e-6):
            return SAYS["uphill"].format(hint=self.hint)
        for name, other in self.settings[1].items():
            if not _parting(_walk(answer, [self.settings[0] | {name: other}] * STEPS), mine[0]):
                return SAYS["same"].format(name=name)
        return self._where(apart, trials)

    def _where(self, apart, trials):
        """Where the paths part, said as exactly as is known."""
        first = next(i for i, step in enumerate(apart) if step)
        step = apart[first]
        if len(self.settings) <= first:
            changed = "; ".join(_assigned(setting) for setting in self.settings)
            return SAYS["changing"].format(changed=changed, step=step, hint=self.hint)
        said = SAYS["later" if step > 1 else "parts"]
        return said.format(step=step, setting=_assigned(trials[first][0]), hint=self.hint)


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


def _place(answer, letters):
    """Which of the letters it is, counted from 1."""
    letter = answer.strip(" ()[].").lower() if isinstance(answer, str) else ""
    if letter not in letters:
        this = "this is another text" if isinstance(answer, str) else f"this is {_what(answer)}"
        raise Unclear(f"The answer is a letter in quotes, {', '.join(letters[:-1])} or {letters[-1]}; {this}.")
    return letters.index(letter) + 1


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
        known = advice(function, error) if step and type(error) in EXPLAINED else None
        said = known or _cut(said, 120)
        raise Unclear(f"The function does not run{where}: {said}{'.' * (not said.endswith(('.', '?')))}") from None
    if inspect.iscoroutine(result):
        result.close()
    if result is None:
        raise Unclear("The function returns nothing: is the `return` missing?")
    return result


def path(rule, hypers):
    """The points that a rule walks through, from the start on, with the hyperparameters of each step: ``(steps + 1, 2)``."""
    return _walk(rule, hypers)[0]


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
            names = ", ".join(p.name for p in positional(rule)[3:])
            wanted = f"x and {_counted(count)}, as `return x, {names}`" if count else "such as (x,), with the comma"
            alone = "x alone, " * (isinstance(result, np.ndarray) and result.shape == (2,))
            raise Unclear(f"A rule returns a tuple, {wanted}; this returns {alone}{_what(result)}.")
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
    return abs(value - right) <= (allowed * abs(right) * (1 + SLACK) if right else ZERO)


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
