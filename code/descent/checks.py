"""What cannot be used is refused here: in one line that names the value, and says what to give instead.

NumPy takes text, ``True``, ``None`` and the real part of a complex number for numbers; here they are none.
"""

import inspect
from collections.abc import Callable, Iterable
from difflib import get_close_matches
from inspect import Parameter

import numpy as np

from descent.errors import pointing
from descent.notes import SETTINGS, Note, first_line, hyperparameters, name_of, positional, starless
from descent.rules import RULES
from descent.sentences import sentence


def find_rule(rule: str | Callable) -> Callable:
    """The rule itself, or the course's of that name; what cannot be a rule is refused before it runs."""
    if isinstance(rule, str):
        if rule not in RULES:
            raise ValueError(unknown("rule", rule, RULES, "a function"))
        return RULES[rule]
    if not callable(rule):
        raise TypeError(f"{short(rule)} is not a rule; give a name, such as 'momentum', or a function")
    if said := _strange(rule) or _strange_signature(rule):
        raise pointing(TypeError(said), first_line(rule))
    return rule


def _strange(rule):
    """What to say of a class, and of what does not return when it is called."""
    name, call = name_of(rule), inspect.unwrap(rule)
    if isinstance(rule, type):
        return f"{name} is a class; give one of its objects, such as {name}()"
    call = call if inspect.isroutine(call) else getattr(call, "__call__", call)  # noqa: B004
    if inspect.iscoroutinefunction(call) or inspect.isasyncgenfunction(call):
        return sentence("async", name=name)
    if inspect.isgeneratorfunction(call):
        return sentence("yield", name=name)
    return ""


def _strange_signature(rule):
    """What to say of a first line by which the rule cannot be called."""
    name, all_of_them = name_of(rule), inspect.signature(rule).parameters.values()
    names = [p.name for p in positional(rule)]
    if names[:1] == ["self"]:
        owner = inspect.unwrap(rule).__qualname__.rpartition(".")[0] or "MyRule"
        return f"{name} is a method; give it with its object, such as {owner}().{name}"
    few = len(names) < 3 and not any(p.kind is p.VAR_POSITIONAL for p in all_of_them)
    if few or {*names[:3]} & SETTINGS or (sorted(names[:3]) == ["grad", "t", "x"] and names[:3] != ["x", "grad", "t"]):
        return sentence("first", name=name)
    for p in positional(rule)[3:]:
        if p.default is p.empty and p.name in SETTINGS:
            return starless(rule, p.name)
        if p.default is p.empty:
            return sentence("begin", name=name, memory=p.name)
    return ""


def unknown(kind: str, name: object, known: Iterable[str], other: str = "") -> str:
    """What to say of a name that nothing has: the nearest that there is, or else all."""
    known = list(known)
    if near := nearest(name, known):
        return f"unknown {kind} {name!r}; did you mean {near!r}?"
    return f"unknown {kind} {name!r}; use {', '.join(known) or 'none'}" + f", or {other}" * bool(other)


def nearest(name: object, known: Iterable[str]) -> str:
    """The one of the known names that somebody meant who typed ``name``; ``""`` where none is near."""
    by_small = {k.lower(): k for k in known}
    if swapped := [k for k in by_small if isinstance(name, str) and sorted(k) == sorted(name.lower())]:
        return by_small[swapped[0]]
    found = get_close_matches(name.lower(), by_small, 1, 0.65) if isinstance(name, str) else []
    return by_small[found[0]] if found else ""


def check_function(name, value, example):
    """``value`` must be callable, as ``example`` is."""
    if not callable(value):
        raise TypeError(f"{name} is {short(value)}; it must be a function, such as {example}")


def check_hyper(rule: Callable, hyper: dict, taken=()) -> dict:
    """Return ``hyper`` as float arrays, or say in one line what is wrong with it.

    ``taken`` are names that whoever calls the rule keeps for itself.
    """
    known = hyperparameters(rule)
    for name in known:
        if name in taken:
            raise TypeError(f"{name_of(rule)} has a hyperparameter {name!r}, and that name is taken; choose another")
    for name in hyper:
        if name not in known and name in {p.name for p in positional(rule)[3:]}:
            raise pointing(TypeError(starless(rule, name)), first_line(rule))
        if name not in known:
            meant = f"did you mean {near}? " if (near := nearest(name, known)) else ""
            given = {"own": name, "meant": meant, "all": ", ".join(known) or "none"}
            raise TypeError(sentence("hyper", name=name_of(rule), **given))
    for name, default in known.items():
        if default is Parameter.empty and name not in hyper:
            raise TypeError(f"{name_of(rule)} needs {name}; give {name}=...")
    return {name: _hyperparameter(name, value) for name, value in hyper.items()}


def _hyperparameter(name, value):
    number = numbers(name, value, "it must be a number")
    if not np.all(np.isfinite(number)):
        raise ValueError(f"{name} is {short(value)}; it must be finite")
    if name == "lr" and not np.all(number > 0):
        raise ValueError(f"lr is {short(value)}; a learning rate must be greater than 0")
    if name in ("mu", "rho", "beta1", "beta2") and not np.all((number >= 0) & (number < 1)):
        raise ValueError(f"{name} is {short(value)}; it must be at least 0 and less than 1")
    if name in ("eps", "decay") and not np.all(number >= 0):
        raise ValueError(f"{name} is {short(value)}; it must not be negative")
    return number[()]


def share(schedule, t):
    """The number that a schedule gives for step ``t``; a ``Note`` of it where the rule is being read."""
    value = schedule(t)
    if isinstance(value, Note) or (isinstance(value, (int, float, np.bool_)) and 0 <= value < np.inf):
        return value
    factor = numbers(f"the schedule at step {t}", value, "it must be a number")
    if not np.all(np.isfinite(factor) & (factor >= 0)):
        raise ValueError(f"the schedule at step {t} is {short(value)}; it must be finite and not negative")
    return factor[()]


def numbers(name: str, value, wanted: str) -> np.ndarray:
    """``value`` as an array of floats; raises ``TypeError`` with what is ``wanted`` where it is something else."""
    try:
        array = np.asarray(value)
        if array.dtype.kind in "iuf" or (array.dtype.kind == "O" and all(map(_is_number, array.flat))):
            return array.astype(float, copy=False)
    except (TypeError, ValueError):
        pass
    raise TypeError(f"{name} is {short(value)}; {wanted}")


def _is_number(value):
    """Of Python's, or of a library that makes its own, such as SymPy and ``fractions``."""
    return hasattr(value, "__float__") and not isinstance(value, (bool, np.bool_, np.ndarray))


def number(name: str, value, least: float = -np.inf, below: float = np.inf) -> float:
    """``value`` as one finite float, ``least`` or more and less than ``below``."""
    array = numbers(name, value, "it must be a number")
    if array.ndim or not (np.isfinite(array) and least <= array < below):
        bounds = f", {least:g} or more" * (least > -np.inf) + f", less than {below:g}" * (below < np.inf)
        raise ValueError(f"{name} is {short(value)}; it must be one finite number{bounds}")
    return float(array)


def count(name: str, value, least: int = 0) -> int:
    """``value`` as a whole number, ``least`` or more."""
    if not isinstance(value, (int, np.integer)) or isinstance(value, bool) or value < least:
        raise ValueError(f"{name} is {short(value)}; it must be a whole number, {least} or more")
    return int(value)


def flag(name: str, value) -> bool:
    """``value`` as ``True`` or ``False``, and nothing that would pass as one of them."""
    if not isinstance(value, (bool, np.bool_)):
        raise ValueError(f"{name} is {short(value)}; it must be True or False")
    return bool(value)


def floating(dtype) -> np.dtype:
    """``dtype`` as a type of floating-point numbers: in whole ones, weights and data would lose all but their signs."""
    try:
        found = np.dtype(dtype)
    except TypeError:
        found = np.dtype(bool)
    if found.kind != "f":
        raise ValueError(f"dtype is {short(dtype)}; it must be a floating-point type, such as np.float32")
    return found


def generator(seed) -> np.random.Generator:
    """The random generator of a seed, or the generator itself."""
    if isinstance(seed, np.random.Generator):
        return seed
    try:
        if not isinstance(seed, (bool, np.bool_)):
            return np.random.default_rng(seed)
    except (TypeError, ValueError):
        pass
    raise ValueError(f"seed is {short(seed)}; give a whole number, 0 or more, or a generator of NumPy")


def short(value) -> str:
    """How a value looks, in one line of at most 60 letters."""
    text = " ".join(repr(value).split())
    return text if len(text) < 60 else text[:57] + "..."
