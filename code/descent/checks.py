"""What is said, in one line, about numbers and hyperparameters that cannot be used."""

import numpy as np

from descent.notes import hyperparameters, name_of


def check_hyper(rule, hyper):
    """Return ``hyper`` as float arrays, or say in one line what is wrong with it."""
    known = hyperparameters(rule)
    checked = {}
    for name, value in hyper.items():
        if name not in known:
            raise TypeError(f"{name_of(rule)} has no hyperparameter {name!r}; it has {', '.join(known)}")
        try:
            number = numbers(value)
        except (TypeError, ValueError):
            raise TypeError(f"{name} is {value!r}; it must be a number") from None
        if not np.all(np.isfinite(number)):
            raise ValueError(f"{name} is {short(value)}; it must be finite")
        if name == "lr" and not np.all(number > 0):
            raise ValueError(f"lr is {short(value)}; a learning rate must be greater than 0")
        if name in ("mu", "rho", "beta1", "beta2") and not np.all((number >= 0) & (number < 1)):
            raise ValueError(f"{name} is {short(value)}; it must be at least 0 and less than 1")
        if name in ("eps", "decay") and not np.all(number >= 0):
            raise ValueError(f"{name} is {short(value)}; it must not be negative")
        checked[name] = number[()]
    return checked


def numbers(value):
    if value is None:  # which NumPy would read as NaN
        raise TypeError
    return np.asarray(value, dtype=float)


def count(name, value, least=0):
    if not isinstance(value, (int, np.integer)) or isinstance(value, bool) or value < least:
        raise ValueError(f"{name} is {short(value)}; it must be a whole number, {least} or more")
    return int(value)


def short(value):
    text = " ".join(repr(value).split())
    return text if len(text) < 60 else text[:57] + "..."
