"""What the chapters of *Gradient Descent and Its Descendants* import."""

from importlib import import_module

from descent.datasets import (
    Data,
    blobs,
    curve,
    digits,
    linear,
    minibatches,
    rare_features,
    shifted,
    spiral,
    two_moons,
)
from descent.networks import (
    Network,
    clip_by_norm,
    clip_by_value,
    cross_entropy,
    fold_batch_norm,
    penalised,
    running_statistics,
    soft_threshold,
    softmax,
)
from descent.races import fair_race, losses, network_run, reaches, steps_to, surface_run, tuned_rate
from descent.rules import RULES, adadelta, adagrad, adam, adamw, amsgrad, momentum, nadam, nag, rmsprop, sgd
from descent.surfaces import SURFACES, Surface
from descent.training import Training, train
from descent.walk import Diverged, Run, descend

__all__ = [
    "SURFACES",
    "Calculator",
    "Chooser",
    "Data",
    "Diverged",
    "Explorer",
    "Network",
    "Run",
    "Schedule",
    "Surface",
    "Training",
    "adadelta",
    "adagrad",
    "adam",
    "adamw",
    "amsgrad",
    "blobs",
    "clip_by_norm",
    "clip_by_value",
    "cross_entropy",
    "curve",
    "descend",
    "digits",
    "fair_race",
    "fold_batch_norm",
    "linear",
    "losses",
    "minibatches",
    "momentum",
    "nadam",
    "nag",
    "network_run",
    "penalised",
    "rare_features",
    "reaches",
    "rmsprop",
    "running_statistics",
    "sgd",
    "shifted",
    "soft_threshold",
    "softmax",
    "spiral",
    "steps_to",
    "surface_run",
    "train",
    "tuned_rate",
    "two_moons",
]
__all__ += [name for name in RULES if name not in __all__]  # a card is enough


def __getattr__(name):
    """A rule that has a card; or an interactive figure, loaded with the widget machinery only when it is asked for."""
    if name in RULES:
        return RULES[name]
    if name in ("Calculator", "Chooser", "Explorer", "Schedule"):
        return getattr(import_module(f"descent.widgets.{name.lower()}"), name)
    raise AttributeError(f"module 'descent' has no attribute {name!r}")
