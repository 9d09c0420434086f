"""What PyTorch, Keras and optax mean by batch norm, dropout, clipping and L2: measured, and written down.

``python tests/frameworks/facts.py`` renews ``facts.json``, which ``tests/test_facts.py`` compares with the formulas.
"""

import json
import os
from pathlib import Path

import numpy as np

os.environ["KERAS_BACKEND"] = "jax"
os.environ["JAX_ENABLE_X64"] = "1"
os.environ["CUDA_VISIBLE_DEVICES"] = ""

FILE = Path(__file__).with_name("facts.json")
BATCH = [[1.0, 10.0], [2.0, -4.0], [4.0, 0.5], [9.0, 2.0]]  # one batch of four examples with two features
SLOPES = ([3.0, 4.0], [0.0, 12.0])  # of two variables; together of norm 13
LIMIT = 1.0


def torch_facts():
    import torch

    torch.set_default_dtype(torch.float64)
    torch.manual_seed(0)
    norm = torch.nn.BatchNorm1d(2)
    out = norm(torch.tensor(BATCH))
    facts = {
        "batch_norm": {
            "momentum": norm.momentum,
            "eps": norm.eps,
            "out": out.tolist(),
            "mean": norm.running_mean.tolist(),
            "variance": norm.running_var.tolist(),
            "frozen": norm.eval()(torch.tensor(BATCH)).tolist(),
        }
    }
    dropout = torch.nn.Dropout(0.2)
    facts["dropout"] = dropout_facts(dropout(torch.ones(10_000)).numpy(), dropout.eval()(torch.ones(3)).numpy())

    def clipped(clip):
        variables = [torch.zeros(2, requires_grad=True) for _ in SLOPES]
        for variable, slope in zip(variables, SLOPES, strict=True):
            variable.grad = torch.tensor(slope)
        clip(variables)
        return [variable.grad.tolist() for variable in variables]

    facts["clip_norm"] = clipped(lambda variables: torch.nn.utils.clip_grad_norm_(variables, LIMIT))
    facts["clip_value"] = clipped(lambda variables: torch.nn.utils.clip_grad_value_(variables, LIMIT))

    weight = torch.ones(3, requires_grad=True)
    weight.grad = torch.zeros(3)
    torch.optim.SGD([weight], lr=1.0, weight_decay=0.01).step()
    facts["pull_of_decay"] = (1 - weight).tolist()
    facts["first_weights"] = torch.nn.Linear(64, 10).weight.abs().max().item()
    return facts


def keras_facts():
    import keras

    keras.config.set_floatx("float64")
    keras.utils.set_random_seed(0)
    norm = keras.layers.BatchNormalization(dtype="float64")
    out = norm(np.array(BATCH), training=True)
    facts = {
        "batch_norm": {
            "momentum": norm.momentum,
            "eps": norm.epsilon,
            "out": np.asarray(out).tolist(),
            "mean": np.asarray(norm.moving_mean).tolist(),
            "variance": np.asarray(norm.moving_variance).tolist(),
            "frozen": np.asarray(norm(np.array(BATCH))).tolist(),
        }
    }
    dropout = keras.layers.Dropout(0.2, dtype="float64")
    facts["dropout"] = dropout_facts(
        np.asarray(dropout(np.ones(10_000), training=True)), np.asarray(dropout(np.ones(3)))
    )

    def clipped(**how):
        variables = [keras.Variable(np.zeros(2)) for _ in SLOPES]
        keras.optimizers.SGD(1.0, **how).apply([np.array(slope) for slope in SLOPES], variables)
        return [(-np.asarray(variable)).tolist() for variable in variables]

    facts["clip_norm"] = clipped(clipnorm=LIMIT)
    facts["clip_all"] = clipped(global_clipnorm=LIMIT)
    facts["clip_value"] = clipped(clipvalue=LIMIT)
    facts["l2"] = float(keras.regularizers.L2(0.01)(np.ones(3)))
    facts["l1"] = float(keras.regularizers.L1(0.01)(np.ones(3)))

    layer = keras.layers.Dense(10, dtype="float64")
    layer.build((None, 64))
    facts["first_weights"] = float(np.abs(np.asarray(layer.kernel)).max())
    return facts


def optax_facts():
    import jax.numpy as jnp
    import optax

    def clipped(clip):
        slopes = [jnp.array(slope) for slope in SLOPES]
        return [slope.tolist() for slope in clip.update(slopes, clip.init(slopes))[0]]

    return {"clip_norm": clipped(optax.clip_by_global_norm(LIMIT)), "clip_value": clipped(optax.clip(LIMIT))}


def dropout_facts(kept, calm):
    """The values that occur among 10 000 ones, the share of zeros, and what happens to ones outside training."""
    return {"values": np.unique(kept).tolist(), "dropped": float(np.mean(kept == 0)), "calm": calm.tolist()}


def measure():
    return {"torch": torch_facts(), "keras": keras_facts(), "optax": optax_facts()}


if __name__ == "__main__":
    FILE.write_text(json.dumps(measure(), indent=1) + "\n")
