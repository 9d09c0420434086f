"""Compute small networks with PyTorch's autograd and Keras's layers, and write down what they say.

``python tests/frameworks/record_networks.py`` (in the environment of ``make test-frameworks``) renews
``networks.json``, with which ``tests/test_networks.py`` compares ``Network`` on machines without the frameworks.
"""

import itertools
import json
import os
from importlib.metadata import version
from pathlib import Path

import numpy as np

os.environ["KERAS_BACKEND"] = "jax"
os.environ["JAX_ENABLE_X64"] = "1"

FILE = Path(__file__).with_name("networks.json")
SIZES = (3, 4, 3, 2)
ROWS = 5
HIDDEN = ("sigmoid", "tanh", "relu", "leaky_relu", "linear")
OUTPUTS = ("softmax", "linear", "sigmoid")
CASES = list(itertools.product(HIDDEN, OUTPUTS, (False, True)))
ADDED = list(itertools.product(("relu", "tanh"), ("batch_norm", "layer_norm", None), (False, True)))
SQUARE = (4, 4, 3, 3, 3, 2)  # three hidden layers are as wide as what comes in


def example(size, output, seed=0, sizes=SIZES):
    """Weights, rows and targets, the same on every machine: waves, no random numbers."""
    w = 0.9 * np.sin(1.7 * np.arange(size) + seed) + 0.1
    X = np.cos(2.3 * np.arange(ROWS * sizes[0]) + seed).reshape(ROWS, -1)
    y = np.arange(ROWS) % sizes[-1]
    return w, X, y if output == "softmax" else np.sin(np.arange(ROWS * sizes[-1]) + seed).reshape(ROWS, -1)


def layers(sizes, batch_norm):
    """The shapes in the flat vector, layer by layer."""
    last = len(sizes) - 2
    return [
        [(n, m), (m,), *([(m,), (m,)] if batch_norm and k < last else [])]
        for k, (n, m) in enumerate(itertools.pairwise(sizes))
    ]


def torch_loss(w, X, y, hidden, output, batch_norm, sizes=SIZES, running=None, training=True):
    """The loss as a PyTorch number; ``running`` collects batch norm's running averages as PyTorch keeps them."""
    import torch
    import torch.nn.functional as F

    act = {
        "sigmoid": torch.sigmoid,
        "tanh": torch.tanh,
        "relu": F.relu,
        "leaky_relu": F.leaky_relu,
        "linear": lambda z: z,
    }[hidden]
    shapes, place, h = layers(sizes, batch_norm), 0, torch.as_tensor(X)
    for k, layer in enumerate(shapes):
        parts = []
        for shape in layer:
            parts.append(w[place : place + int(np.prod(shape))].reshape(shape))
            place += int(np.prod(shape))
        W, b, *scale = parts
        h = h @ W + b
        if scale:
            mean, var = (None, None) if running is None else running[k]
            h = F.batch_norm(h, mean, var, *scale, training=training)
        if k < len(shapes) - 1:
            h = act(h)
    if output == "softmax":
        return F.cross_entropy(h, torch.as_tensor(y))
    h = torch.sigmoid(h) if output == "sigmoid" else h
    return ((h - torch.as_tensor(y)) ** 2).sum() / (2 * len(X))


def torch_case(hidden, output, batch_norm, seed=0):
    """The loss and its gradient, by autograd in float64."""
    import torch

    size = sum(int(np.prod(shape)) for layer in layers(SIZES, batch_norm) for shape in layer)
    w, X, y = example(size, output, seed)
    leaf = torch.tensor(w, requires_grad=True)
    loss = torch_loss(leaf, X, y, hidden, output, batch_norm)
    loss.backward()
    return {"loss": loss.item(), "grad": leaf.grad.tolist()}


def torch_added(hidden, norm, residual, seed=0):
    """Loss and gradient of a network of ``torch.nn``'s own layers, with layer norm or batch norm and residual layers."""
    import torch
    from torch import nn

    kinds = {"batch_norm": nn.BatchNorm1d, "layer_norm": nn.LayerNorm, None: nn.Identity}
    act = {"relu": nn.ReLU, "tanh": nn.Tanh}[hidden]()
    pairs = list(itertools.pairwise(SQUARE))
    linear = [nn.Linear(n, m, dtype=torch.float64) for n, m in pairs]
    norms = [kinds[norm](m, dtype=torch.float64) for _, m in pairs[:-1]]
    parts = [part for pair in itertools.zip_longest(linear, norms, fillvalue=nn.Identity()) for part in pair]
    parameters = [p for part in parts for p in part.parameters()]
    w, X, y = example(sum(p.numel() for p in parameters), "softmax", seed, SQUARE)
    place = 0
    for p in parameters:  # ours are (fan_in, fan_out), PyTorch's (fan_out, fan_in)
        shape = p.shape[::-1] if p.ndim == 2 else p.shape
        mine = torch.tensor(w[place : place + p.numel()]).reshape(shape)
        p.data, place = (mine.T if p.ndim == 2 else mine).clone(), place + p.numel()
    h = torch.tensor(X)
    for layer, normalised in zip(linear, norms, strict=False):
        after = act(normalised(layer(h)))
        h = h + after if residual and layer.in_features == layer.out_features else after
    loss = nn.functional.cross_entropy(linear[-1](h), torch.tensor(y))
    loss.backward()
    grads = [p.grad.T if p.ndim == 2 else p.grad for p in parameters]
    return {"loss": loss.item(), "grad": torch.cat([g.reshape(-1) for g in grads]).tolist()}


def batches():
    """Four batches for the running averages, shape ``(4, 6, 3)``, far from mean 0 and variance 1."""
    return 2 + 3 * np.sin(1.3 * np.arange(72).reshape(4, 6, 3) ** 1.5)


def torch_running():
    """PyTorch's running averages after four batches, with its defaults, and what it then says about the first."""
    import torch

    layer = torch.nn.BatchNorm1d(3, dtype=torch.float64)
    for batch in batches():
        layer(torch.tensor(batch))
    layer.eval()
    said = layer(torch.tensor(batches()[0])).detach()
    mean, var = layer.running_mean.tolist(), layer.running_var.tolist()
    return {"mean": mean, "var": var, "said": said.tolist(), "eps": layer.eps}


def keras_running():
    """The same of Keras, with its defaults."""
    import keras

    layer = keras.layers.BatchNormalization(dtype="float64")
    for batch in batches():
        layer(keras.ops.convert_to_tensor(batch, "float64"), training=True)
    said = np.asarray(layer(keras.ops.convert_to_tensor(batches()[0], "float64"), training=False))
    return {
        "mean": np.asarray(layer.moving_mean).tolist(),
        "var": np.asarray(layer.moving_variance).tolist(),
        "said": said.tolist(),
        "eps": layer.epsilon,
    }


def dropped():
    """What a rate of 0.2 makes of ones, in PyTorch and Keras: the values, and about which share of them is 0."""
    import keras
    import torch

    torch.manual_seed(0)
    theirs = {
        "torch": torch.nn.functional.dropout(torch.ones(20000, dtype=torch.float64), 0.2).numpy(),
        "keras": np.asarray(keras.layers.Dropout(0.2, seed=0, dtype="float64")(np.ones((1, 20000)), training=True)),
    }
    return {
        name: {"values": np.unique(values).tolist(), "zeros": float(np.mean(values == 0))}
        for name, values in theirs.items()
    }


def everything():
    """The content of the file."""
    return {
        "versions": {name: version(name) for name in ("torch", "keras")},
        "cases": [torch_case(*case) for case in CASES],
        "added": [torch_added(*case) for case in ADDED],
        "running": {"torch": torch_running(), "keras": keras_running()},
        "dropout": dropped(),
    }


if __name__ == "__main__":
    FILE.write_text(json.dumps(everything()).replace('{"loss"', '\n{"loss"') + "\n")
    print(f"{FILE.name}: {len(CASES) + len(ADDED)} networks, {FILE.stat().st_size} bytes")
