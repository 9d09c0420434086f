"""Run what a chapter's tab says, as it stands there, and write down where it goes.

The lines that set up ``optimizer`` and ``state`` at the head of a tab run once, the rest once a step. A tab may use the
name of its library, ``x`` (the point), ``f`` (PyTorch: the loss as a function of x) and ``gradient`` (the slope at x).
``python tabs.py`` reads ``[[tab, text], ...]`` from its input and prints the points: the TensorFlow tabs need a process
of their own, because Keras chooses its engine once.
"""

import ast
import json
import os
import sys

import numpy as np
from descent import SURFACES

STEPS = 200
RAVINE = SURFACES["ravine"]


def split(text):
    """The part of a tab that runs once, and the part that runs at each step."""
    statements = ast.parse(text).body
    count = 0
    while count < len(statements) and _sets_up(statements[count]):
        count += 1
    return [ast.unparse(part) for part in (statements[:count], statements[count:])]


def _sets_up(statement):
    return isinstance(statement, ast.Assign) and ast.unparse(statement.targets[0]) in ("optimizer", "state")


def _torch():
    import torch

    torch.set_default_dtype(torch.float64)
    x = torch.tensor(RAVINE.start, requires_grad=True)
    return {"torch": torch, "x": x, "f": lambda x: (x[0] ** 2 / 40 + x[1] ** 2) / 2}, np.array


def _keras():
    import keras

    keras.config.set_floatx("float64")
    return {"keras": keras, "x": keras.Variable(np.array(RAVINE.start, float))}, keras.ops.convert_to_tensor


def _tensorflow():
    import tensorflow as tf

    assert os.environ["KERAS_BACKEND"] == "tensorflow"
    tf.keras.backend.set_floatx("float64")
    return {"tf": tf, "x": tf.Variable(RAVINE.start, dtype=tf.float64)}, tf.constant


def _optax():
    import jax.numpy as jnp
    import optax

    return {"optax": optax, "x": jnp.array(RAVINE.start, float)}, jnp.array


TABS = {"PyTorch": _torch, "Keras": _keras, "TensorFlow": _tensorflow, "JAX (optax)": _optax}


def run(tab, text, steps=STEPS):
    """Where a tab leads in ``steps`` steps down the ravine: a list of ``steps + 1`` pairs."""
    names, native = TABS[tab]()
    once, each = (compile(part, tab, "exec") for part in split(text))
    exec(once, names)
    xs = []
    for _ in range(steps + 1):
        xs.append(_point(names["x"]))
        names["gradient"] = native(RAVINE.grad(np.array(xs[-1])))
        exec(each, names)
    return xs


def _point(x):
    x = x.value if hasattr(x, "path") else x
    return x.tolist() if hasattr(x, "tolist") else np.asarray(x).tolist()


if __name__ == "__main__":
    print(json.dumps([run(*tab) for tab in json.load(sys.stdin)]))
