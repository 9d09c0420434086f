"""Run what a chapter's tab says, as it stands there, and write down where it goes.

The lines that set up ``optimizer`` and ``state`` at the head of a tab run once, the rest once a step. A tab may use the
name of its library, ``x`` (the point), ``f`` (PyTorch: the loss as a function of x) and ``gradient`` (the slope at x).
A tab may also be a list of methods, each one line; each of them walks on its own, from zero to a matrix.
``python tabs.py`` reads ``[[tab, text], ...]`` from its input and prints the points: the TensorFlow tabs need a process
of their own, because Keras chooses its engine once.
"""

import ast
import json
import os
import sys

import numpy as np
from descent import SURFACES

STEPS, FEW = 200, 6
MATRIX = [[1.0, -2.0, 0.5], [0.3, 0.7, -1.1]]
RAVINE = SURFACES["ravine"]
# What a tab does at each step, with the point and the slope under their usual names.
EACH = {
    "PyTorch": "optimizer.zero_grad()\n((x - goal) ** 2 / 2).sum().backward()\noptimizer.step()",
    "Keras": "optimizer.apply([gradient], [x])",
    "TensorFlow": "optimizer.apply_gradients([(gradient, x)])",
    "JAX (optax)": "updates, state = optimizer.update(gradient, state, x)\nx = optax.apply_updates(x, updates)",
}


def split(text):
    """The part of a tab that runs once, and the part that runs at each step."""
    statements = ast.parse(text).body
    count = 0
    while count < len(statements) and _sets_up(statements[count]):
        count += 1
    return [ast.unparse(part) for part in (statements[:count], statements[count:])]


def _sets_up(statement):
    return isinstance(statement, ast.Assign) and ast.unparse(statement.targets[0]) in ("optimizer", "state")


def _torch(start):
    import torch

    torch.set_default_dtype(torch.float64)
    x = torch.tensor(start, requires_grad=True)
    names = {"torch": torch, "x": x, "f": lambda x: (x[0] ** 2 / 40 + x[1] ** 2) / 2, "goal": torch.tensor(MATRIX)}
    return names, np.array


def _keras(start):
    import keras

    keras.config.set_floatx("float64")
    return {"keras": keras, "x": keras.Variable(np.array(start, float))}, keras.ops.convert_to_tensor


def _tensorflow(start):
    import tensorflow as tf

    assert os.environ["KERAS_BACKEND"] == "tensorflow"
    tf.keras.backend.set_floatx("float64")
    return {"tf": tf, "x": tf.Variable(start, dtype=tf.float64)}, tf.constant


def _optax(start):
    import jax.numpy as jnp
    import optax

    return {"optax": optax, "x": jnp.array(start, float)}, jnp.array


TABS = {"PyTorch": _torch, "Keras": _keras, "TensorFlow": _tensorflow, "JAX (optax)": _optax}


def run(tab, text, steps=STEPS):
    """Where a tab leads in ``steps`` steps down the ravine: a list of ``steps + 1`` pairs."""
    names, native = TABS[tab](RAVINE.start)
    once, each = (compile(part, tab, "exec") for part in split(text))
    exec(once, names)
    xs = []
    for _ in range(steps + 1):
        xs.append(_point(names["x"]))
        names["gradient"] = native(RAVINE.grad(np.array(xs[-1])))
        exec(each, names)
    return xs


def is_list(text):
    """Whether a tab is a list of methods."""
    return len(ast.parse(text).body) > 1 and all(map(_sets_up, ast.parse(text).body))


def run_each(tab, text):
    """Where each method of a list leads in a few steps: lists of points, matrices."""
    walks = []
    for line in ast.parse(text).body:
        names, native = TABS[tab](np.zeros_like(MATRIX).tolist())
        if tab == "TensorFlow":  # Keras's Muon asks a variable for its name, and TensorFlow's own have none
            names["x"] = names["tf"].keras.Variable(np.zeros_like(MATRIX))
        exec(ast.unparse(line) + "\nif 'optax' in globals(): state = optimizer.init(x)", names)
        points = []
        for _ in range(FEW):
            names["gradient"] = native(np.array(_point(names["x"])) - MATRIX)
            exec(EACH[tab], names)
            points.append(_point(names["x"]))
        walks.append(points)
    return walks


def _point(x):
    x = x.value if hasattr(x, "path") else x
    return x.tolist() if hasattr(x, "tolist") else np.asarray(x).tolist()


if __name__ == "__main__":
    print(json.dumps([(run_each if is_list(tab[1]) else run)(*tab) for tab in json.load(sys.stdin)]))
