"""What the chapters of *Gradient Descent and Its Descendants* import."""

from descent.races import losses, reaches, steps_to, tuned_rate
from descent.rules import adadelta, adagrad, adam, adamw, amsgrad, momentum, nadam, nag, rmsprop, sgd
from descent.runs import Diverged, Run, descend
from descent.surfaces import SURFACES, Surface

__all__ = [
    "SURFACES",
    "Diverged",
    "Explorer",
    "Run",
    "Surface",
    "adadelta",
    "adagrad",
    "adam",
    "adamw",
    "amsgrad",
    "descend",
    "losses",
    "momentum",
    "nadam",
    "nag",
    "reaches",
    "rmsprop",
    "sgd",
    "steps_to",
    "tuned_rate",
]


def __getattr__(name):
    """Load the explorer, and with it the widget machinery, only when it is asked for."""
    if name == "Explorer":
        from descent.explorer import Explorer

        return Explorer
    raise AttributeError(f"module 'descent' has no attribute {name!r}")
