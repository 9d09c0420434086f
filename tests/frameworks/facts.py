"""What PyTorch, Keras and optax mean by batch norm, dropout, clipping, L2 and arguments of their own: measured.

``python tests/frameworks/facts.py`` renews ``facts.json``, which ``tests/test_facts.py`` compares with the formulas.
"""

import json
import os
import warnings
from pathlib import Path

import numpy as np

os.environ["KERAS_BACKEND"] = "jax"
os.environ["JAX_ENABLE_X64"] = "1"
os.environ["CUDA_VISIBLE_DEVICES"] = ""

FILE = Path(__file__).with_name("facts.json")
BATCH = [[1.0, 10.0], [2.0, -4.0], [4.0, 0.5], [9.0, 2.0]]  # one batch of four examples with two features
SLOPES = ([3.0, 4.0], [0.0, 12.0])  # of two variables; together of norm 13
LIMIT = 1.0
WALK = [0.5, -0.2, 0.1, 0.4, 0.3]  # slopes of five steps from START, whatever the point
START = 0.3
MATRIX = [[1.0, -2.0, 0.5], [0.3, 0.7, -1.1]]  # a slope, (fan_in, fan_out)
EVEN = (0.1, 1500)  # a slope that never changes, and for how many steps


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

    def walk(make, slopes=WALK, dtype=torch.float64):
        x = torch.tensor([START], dtype=dtype, requires_grad=True)
        optimizer, points = make([x]), []
        for slope in slopes:
            x.grad = torch.tensor([slope], dtype=dtype)
            optimizer.step()
            points.append(x.item())
        return points

    adam, rmsprop = torch.optim.Adam, torch.optim.RMSprop
    facts["lr_decay"] = walk(lambda p: torch.optim.Adagrad(p, lr=0.1, lr_decay=0.5))
    slope, steps = EVEN
    even = walk(lambda p: rmsprop(p, lr=0.01, alpha=0.9, centered=True), [slope] * steps)
    # Whether it ends as NaN or as steps of lr * slope / eps is a matter of the last bit.
    facts["centered_is_lost"] = bool(np.isnan(even).any() or np.abs(np.diff(even)).max() > 1000)
    half = {f"{slope:g}": walk(adam, [slope], torch.float16)[0] for slope in (0.0, 1e-4, 1e-2)}
    facts["half"] = {slope: x if np.isfinite(x) else str(x) for slope, x in half.items()}

    weights = [torch.ones(1, requires_grad=True) for _ in range(2)]
    for weight in weights:
        weight.grad = torch.zeros(1)
    groups = [{"params": weights[:1]}, {"params": weights[1:], "weight_decay": 0}]
    torch.optim.AdamW(groups, lr=0.1, weight_decay=0.5).step()
    facts["left_out"] = [weight.item() for weight in weights]

    matrix = torch.zeros(3, 2, requires_grad=True)  # PyTorch's layers have the shape (fan_out, fan_in)
    matrix.grad = torch.tensor(MATRIX).T.contiguous()
    torch.optim.Muon([matrix], lr=0.1, momentum=0.95, weight_decay=0).step()
    facts["muon"] = matrix.T.tolist()
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

    def walk(optimizer):
        x, points = keras.Variable(np.array([START]), dtype="float64"), []
        for slope in WALK:
            optimizer.apply([np.array([slope])], [x])
            points.append(float(np.asarray(x.value)[0]))
        return points

    schedule = keras.optimizers.schedules.InverseTimeDecay(0.1, decay_steps=1, decay_rate=0.5)
    facts["inverse_time"] = walk(keras.optimizers.SGD(schedule))
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        facts["decay"] = walk(keras.optimizers.SGD(0.1, decay=0.5))
    facts["decay_says"] = [str(warning.message) for warning in said if "decay" in str(warning.message)]

    optimizer = keras.optimizers.AdamW(0.1, weight_decay=0.5)
    optimizer.exclude_from_weight_decay(var_names=["bias"])
    weights = [keras.Variable(np.ones(1), dtype="float64", name=name) for name in ("kernel", "bias")]
    optimizer.apply([np.zeros(1)] * 2, weights)
    facts["left_out"] = [float(np.asarray(weight.value)[0]) for weight in weights]
    return facts


def tfkeras_facts():
    import tensorflow as tf
    from record import old_optimizers

    def walk(optimizer):
        x, points = tf.Variable([START], dtype=tf.float64), []
        for slope in WALK:
            optimizer.apply_gradients([(tf.constant([slope], dtype=tf.float64), x)])
            points.append(float(x.numpy()[0]))
        return points

    old = old_optimizers()
    # Powers of two, which single precision holds exactly: these optimizers keep their numbers in it.
    facts = {"decay": walk(old.SGD(0.125, decay=0.5)), "eps_zero": old.Adam(epsilon=0).epsilon}
    return facts | {"eps_zero_rmsprop": old.RMSprop(epsilon=0).epsilon}


def optax_facts():
    import jax.numpy as jnp
    import optax

    def clipped(clip):
        slopes = [jnp.array(slope) for slope in SLOPES]
        return [slope.tolist() for slope in clip.update(slopes, clip.init(slopes))[0]]

    def walk(optimizer):
        x = jnp.array([START])
        state, points = optimizer.init(x), []
        for slope in WALK:
            change, state = optimizer.update(jnp.array([slope]), state, x)
            x = x + change
            points.append(x.tolist()[0])
        return points

    def walk_to_matrix(optimizer, steps=6):
        goal, x = jnp.array(MATRIX), jnp.zeros((2, 3))
        state, points = optimizer.init(x), []
        for _ in range(steps):
            change, state = optimizer.update(x - goal, state, x)
            x = x + change
            points.append(x.tolist())
        return points

    weights = {"kernel": jnp.ones(1), "bias": jnp.ones(1)}
    optimizer = optax.adamw(0.1, weight_decay=0.5, mask={"kernel": True, "bias": False})
    change, _ = optimizer.update({name: jnp.zeros(1) for name in weights}, optimizer.init(weights), weights)
    left = optax.apply_updates(weights, change)
    return {
        "clip_norm": clipped(optax.clip_by_global_norm(LIMIT)),
        "clip_value": clipped(optax.clip(LIMIT)),
        "eps_root": walk(optax.adam(0.1, eps_root=0.01)),
        "bias_correction": walk(optax.rmsprop(0.1, bias_correction=True, eps_in_sqrt=False)),
        "nesterov": walk(optax.rmsprop(0.1, momentum=0.5, nesterov=True)),
        "weight_decay": walk(optax.adadelta(0.1, weight_decay=0.5)),
        "left_out": [left[name].item() for name in ("kernel", "bias")],
        "muon": walk_to_matrix(optax.contrib.muon(0.1, beta=0.95)),
        "prodigy": walk_to_matrix(optax.contrib.prodigy(1.0, estim_lr0=1e-2)),
    }


def dropout_facts(kept, calm):
    """The values that occur among 10 000 ones, the share of zeros, and what happens to ones outside training."""
    return {"values": np.unique(kept).tolist(), "dropped": float(np.mean(kept == 0)), "calm": calm.tolist()}


def measure():
    facts = {"torch": torch_facts(), "keras": keras_facts(), "tfkeras": tfkeras_facts(), "optax": optax_facts()}
    return json.loads(json.dumps(facts))


if __name__ == "__main__":
    FILE.write_text(json.dumps(measure(), indent=1) + "\n")
