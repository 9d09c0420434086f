"""Run every rule's counterpart in PyTorch, Keras, optax and TensorFlow, and write down where it goes.

``python tests/frameworks/record.py`` (in the environment of ``make test-frameworks``) renews ``trajectories.json``,
with which ``tests/test_rules.py`` and ``tests/test_conventions.py`` compare the rules on machines without the
frameworks. ``CASES`` says, for each rule and framework, which call is the same algorithm and what has to be set so that
it is; ``CALLS``, which call each entry of ``CONVENTIONS`` stands for, as it is.
"""

import ast
import inspect
import json
import os
from importlib.metadata import version
from pathlib import Path
from types import SimpleNamespace

import numpy as np
from descent import Surface
from descent.conventions import CONVENTIONS
from descent.frameworks.calls import CALLS as TEMPLATES
from descent.notes import hyperparameters
from descent.rules import RULES

os.environ["KERAS_BACKEND"] = "jax"
os.environ["JAX_ENABLE_X64"] = "1"
os.environ["CUDA_VISIBLE_DEVICES"] = ""
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"

STEPS = 200
AT = [*range(11), *range(20, STEPS + 1, 10)]  # the recorded steps: the first ten, where corrections act, and each tenth
FILE = Path(__file__).with_name("trajectories.json")

# Smooth, not quadratic, and different in its two coordinates. Text, so that each library computes with its own sin.
SURFACES = {
    "bent": "0.5*(x - 1)**2*(1 + 0.3*y**2) + 8*(y - 0.3*sin(x))**2",
    "waves": "1 - cos(x)*cos(0.7*y) + 0.1*x**2 + 0.02*y**4",
}
STARTS = {"bent": (-1.2, 1.0), "waves": (2.0, -1.5)}


# Each case: (rule, framework, call). The call is evaluated with the rule's hyperparameters as names, so that what is
# recorded is what ran. Where a convention differs from the rule's:
# - PyTorch, Keras and optax report Nesterov's look-ahead point x + mu v; PyTorch and optax keep v / lr. The positions
#   compared are therefore x + mu v of ``nag``.
# - Keras puts eps inside the root of Adagrad and RMSprop and next to the uncorrected root in Adam, AdamW and AMSGrad.
#   With epsilon=0 the two forms are one, so those cases run with eps=0.
# - optax's Adagrad and RMSprop have eps inside the root too; eps_in_sqrt=False moves RMSprop's out.
# - Keras and optax start Adagrad's accumulator at 0.1 unless told otherwise; PyTorch at 0.
# - optax's AMSGrad takes the maximum of the corrected averages: another algorithm, and not compared.
# - Dozat's schedule, beta1 * (1 - 0.96 ** (t * momentum_decay) / 2), is built into the Nadam of PyTorch and Keras. With
#   a huge momentum_decay PyTorch's becomes the constant beta1; Keras's cannot be changed, and is not compared.
# - optax's schedule-free methods report the point y where the next slope is read, not the average x: those are compared.
# - PyTorch has neither Lion nor a schedule-free method. Keras's ScheduleFreeAdamW is compared in test_tabs.py.
CASES = [
    ("sgd", "torch", "torch.optim.SGD(params, lr=lr)"),
    ("sgd", "keras", "keras.optimizers.SGD(learning_rate=lr)"),
    ("sgd", "optax", "optax.sgd(lr)"),
    ("momentum", "torch", "torch.optim.SGD(params, lr=lr, momentum=mu)"),
    ("momentum", "keras", "keras.optimizers.SGD(learning_rate=lr, momentum=mu)"),
    ("momentum", "optax", "optax.sgd(lr, momentum=mu)"),
    ("nag", "torch", "torch.optim.SGD(params, lr=lr, momentum=mu, nesterov=True)"),
    ("nag", "keras", "keras.optimizers.SGD(learning_rate=lr, momentum=mu, nesterov=True)"),
    ("nag", "optax", "optax.sgd(lr, momentum=mu, nesterov=True)"),
    ("adagrad", "torch", "torch.optim.Adagrad(params, lr=lr, eps=eps)"),
    ("adagrad", "keras", "keras.optimizers.Adagrad(learning_rate=lr, initial_accumulator_value=0.0, epsilon=eps)"),
    ("adagrad", "optax", "optax.adagrad(lr, initial_accumulator_value=0.0, eps=eps)"),
    ("rmsprop", "torch", "torch.optim.RMSprop(params, lr=lr, alpha=rho, eps=eps)"),
    ("rmsprop", "keras", "keras.optimizers.RMSprop(learning_rate=lr, rho=rho, epsilon=eps)"),
    ("rmsprop", "optax", "optax.rmsprop(lr, decay=rho, eps=eps, eps_in_sqrt=False)"),
    ("adam", "torch", "torch.optim.Adam(params, lr=lr, betas=(beta1, beta2), eps=eps)"),
    ("adam", "keras", "keras.optimizers.Adam(learning_rate=lr, beta_1=beta1, beta_2=beta2, epsilon=eps)"),
    ("adam", "optax", "optax.adam(lr, b1=beta1, b2=beta2, eps=eps)"),
    ("adadelta", "torch", "torch.optim.Adadelta(params, lr=lr, rho=rho, eps=eps)"),
    ("adadelta", "keras", "keras.optimizers.Adadelta(learning_rate=lr, rho=rho, epsilon=eps)"),
    ("adadelta", "optax", "optax.adadelta(lr, rho=rho, eps=eps)"),
    ("adamw", "torch", "torch.optim.AdamW(params, lr=lr, betas=(beta1, beta2), eps=eps, weight_decay=decay)"),
    (
        "adamw",
        "keras",
        "keras.optimizers.AdamW(learning_rate=lr, beta_1=beta1, beta_2=beta2, epsilon=eps, weight_decay=decay)",
    ),
    ("adamw", "optax", "optax.adamw(lr, b1=beta1, b2=beta2, eps=eps, weight_decay=decay)"),
    ("amsgrad", "torch", "torch.optim.Adam(params, lr=lr, betas=(beta1, beta2), eps=eps, amsgrad=True)"),
    (
        "amsgrad",
        "keras",
        "keras.optimizers.Adam(learning_rate=lr, beta_1=beta1, beta_2=beta2, epsilon=eps, amsgrad=True)",
    ),
    ("nadam", "torch", "torch.optim.NAdam(params, lr=lr, betas=(beta1, beta2), eps=eps, momentum_decay=1e9)"),
    ("nadam", "optax", "optax.nadam(lr, b1=beta1, b2=beta2, eps=eps)"),
    ("lion", "keras", "keras.optimizers.Lion(learning_rate=lr, beta_1=beta1, beta_2=beta2, weight_decay=decay)"),
    ("lion", "optax", "optax.lion(lr, b1=beta1, b2=beta2, weight_decay=decay)"),
    ("schedule_free", "optax", "optax.contrib.schedule_free_sgd(lr, b1=beta1)"),
    (
        "schedule_free_adamw",
        "optax",
        "optax.contrib.schedule_free_adamw(lr, b1=beta1, b2=beta2, eps=eps, weight_decay=decay)",
    ),
]

SETTINGS = {
    "sgd": [{"lr": 0.02}, {"lr": 0.1}],
    "momentum": [{"lr": 0.01, "mu": 0.9}, {"lr": 0.05, "mu": 0.5}],
    "nag": [{"lr": 0.01, "mu": 0.9}, {"lr": 0.03, "mu": 0.6}],
    "adagrad": [{"lr": 0.3, "eps": 1e-10}, {"lr": 0.05, "eps": 0.01}],
    "rmsprop": [{"lr": 0.01, "rho": 0.99, "eps": 1e-8}, {"lr": 0.03, "rho": 0.9, "eps": 0.01}],
    "adam": [
        {"lr": 0.05, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8},
        {"lr": 0.1, "beta1": 0.8, "beta2": 0.95, "eps": 0.01},
    ],
    "adadelta": [{"lr": 1.0, "rho": 0.9, "eps": 1e-6}, {"lr": 0.5, "rho": 0.95, "eps": 1e-3}],
    "adamw": [
        {"lr": 0.05, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8, "decay": 0.1},
        {"lr": 0.1, "beta1": 0.8, "beta2": 0.95, "eps": 0.01, "decay": 0.5},
    ],
    "amsgrad": [
        {"lr": 0.05, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8},
        {"lr": 0.1, "beta1": 0.8, "beta2": 0.8, "eps": 0.01},
    ],
    "nadam": [
        {"lr": 0.05, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8},
        {"lr": 0.1, "beta1": 0.8, "beta2": 0.95, "eps": 0.01},
    ],
    "lion": [
        {"lr": 0.01, "beta1": 0.9, "beta2": 0.99, "decay": 0.1},
        {"lr": 0.03, "beta1": 0.8, "beta2": 0.95, "decay": 0.5},
    ],
    "schedule_free": [{"lr": 0.02, "beta1": 0.9}, {"lr": 0.1, "beta1": 0.6}],
    "schedule_free_adamw": [
        {"lr": 0.05, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8, "decay": 0.1},
        {"lr": 0.1, "beta1": 0.8, "beta2": 0.95, "eps": 0.01, "decay": 0.5},
    ],
}
# Where eps is placed elsewhere, the two are one algorithm only without it. (Adadelta's is inside both roots everywhere.)
EPS_ELSEWHERE = {(r, "keras") for r in ("adagrad", "rmsprop", "adam", "adamw", "amsgrad")} | {("adagrad", "optax")}

# What each entry of CONVENTIONS stands for. Here nothing is set so that it fits: what a framework does is what is ours.
CALLS = {
    framework: {
        name: call.format(**{key: key for key in hyperparameters(CONVENTIONS[framework][name])})
        for name, call in of.items()
    }
    for framework, of in TEMPLATES.items()
}
# How near an entry comes: to rounding, except where a framework rounds a number of its own to single precision.
NEAR = {("tfkeras", "nadam"): 1e-7}  # the 0.96 in its schedule
ENTRIES = [(framework, name) for framework in CALLS for name in CALLS[framework]]


def settings_of(framework, name, i):
    """The entry's setting ``i``: the rule's, and a value for what only the framework has."""
    own = {"mu": (0.0, 0.8), "dampening": (0.0, 0.4), "centered": (0.0, 1.0), "decay": (0.0, 0.05)}
    own |= {"initial": (0.1, 0.5), "pace": (0.004, 0.05)}
    own = {key: values[i] for key, values in own.items()}
    known = hyperparameters(CONVENTIONS[framework][name])
    return {key: (own | SETTINGS[name][i])[key] for key in known}


def defaults_of(framework, name):
    """The framework's own defaults under our names, read from its signature; None where it has none."""
    call = ast.parse(CALLS[framework][name], mode="eval").body
    signature = inspect.signature(eval(ast.unparse(call.func), libraries(framework)))
    given = {keyword.arg: ast.unparse(keyword.value) for keyword in call.keywords}
    bound = signature.bind(*map(ast.unparse, call.args), **given)
    found = {}
    if bound.arguments.pop("kwargs", None):  # the old Nadam's schedule_decay is in no signature
        found["pace"] = old_optimizers().Nadam()._initial_decay
    for theirs, ours in bound.arguments.items():
        default = signature.parameters[theirs].default
        names = ours.strip("()").split(", ")
        found |= dict(zip(names, default if len(names) > 1 else [default], strict=True))
    known = hyperparameters(CONVENTIONS[framework][name])
    off = {"mu": 0.0, "decay": 0.0}  # optax and Keras write None where these are off
    return {
        key: None if found[key] is inspect.Parameter.empty else off.get(key) if found[key] is None else found[key]
        for key in known
    }


def settings_for(rule, framework, hyper):
    """The hyperparameters at which the framework's algorithm is the rule's."""
    return hyper | {"eps": 0.0} if (rule, framework) in EPS_ELSEWHERE else hyper


def ours(rule, hyper, formula, start, steps=STEPS):
    """Where the rule's own steps lead, shape ``(steps + 1, 2)``.

    For ``nag`` and the schedule-free rules these are the points where the next slope is read.
    """
    grad = Surface(formula, start=start).grad
    x, memory, xs = np.array(start), (), [start]
    for t in range(1, steps + 1):
        x, *memory = RULES[rule](x, grad, t, *memory, **hyper)
        ahead = hyper["mu"] if rule == "nag" else 1 - hyper["beta1"] if rule.startswith("schedule_free") else 0
        xs.append(x + ahead * memory[0] if ahead else x)
    return np.array(xs)


def convention(framework, name, hyper, formula, start, steps=STEPS, later=None):
    """Where the steps of an entry of CONVENTIONS lead; ``later`` = (t, lr) gives it another rate after step t."""
    grad = Surface(formula, start=start).grad
    x, memory, xs = np.array(start), (), [start]
    for t in range(1, steps + 1):
        if later and t == later[0] + 1:
            hyper = hyper | {"lr": later[1]}
        x, *memory = CONVENTIONS[framework][name](x, grad, t, *memory, **hyper)
        xs.append(x)
    return np.array(xs)


def libraries(framework):
    """The names that a call of this framework may use."""
    if framework == "torch":
        import torch

        return {"torch": torch}
    if framework == "keras":
        import keras

        return {"keras": keras}
    if framework == "optax":
        import optax

        return {"optax": optax}
    import tensorflow

    if framework == "tfkeras":
        return {"tf": SimpleNamespace(keras=SimpleNamespace(optimizers=old_optimizers()))}
    return {"tf": tensorflow}


def old_optimizers():
    """What ``tf.keras.optimizers`` was up to 2.10: TensorFlow still carries it, under a name of its own."""
    from tensorflow.python.keras.optimizer_v2 import adadelta, adagrad, adam, gradient_descent, nadam, rmsprop

    return SimpleNamespace(
        SGD=gradient_descent.SGD,
        Adagrad=adagrad.Adagrad,
        RMSprop=rmsprop.RMSprop,
        Adam=adam.Adam,
        Nadam=nadam.Nadam,
        Adadelta=adadelta.Adadelta,
    )


def run(framework, call, hyper, formula, start, steps=STEPS, later=None):
    """Where the framework's own steps lead, start included: a list of ``steps + 1`` pairs.

    ``later`` = (t, lr) gives the optimizer another rate after step t.
    """
    engines = {"torch": _torch, "keras": _keras, "optax": _optax, "tf1": _tf1, "tfkeras": _tfkeras}
    return engines[framework](call, hyper, formula, start, steps, later)


def _torch(call, hyper, formula, start, steps, later):
    import torch

    torch.set_num_threads(1)
    torch.set_default_dtype(torch.float64)  # NAdam keeps its product of betas in the default type
    p = torch.tensor(start, dtype=torch.float64, requires_grad=True)
    optimizer = eval(call, {"torch": torch, "params": [p]} | hyper)
    xs = [p.tolist()]
    for t in range(steps):
        if later and t == later[0]:
            optimizer.param_groups[0]["lr"] = later[1]
        optimizer.zero_grad()
        eval(formula, {"sin": torch.sin, "cos": torch.cos, "x": p[0], "y": p[1]}).backward()
        optimizer.step()
        xs.append(p.tolist())
    return xs


def _slope(formula):
    import jax
    import jax.numpy as jnp

    return jax.jit(jax.grad(lambda p: eval(formula, {"sin": jnp.sin, "cos": jnp.cos, "x": p[0], "y": p[1]})))


def _keras(call, hyper, formula, start, steps, later):
    import keras

    keras.config.set_floatx("float64")
    slope = _slope(formula)
    p = keras.Variable(np.array(start), dtype="float64")
    optimizer = eval(call, {"keras": keras} | hyper)
    xs = [np.asarray(p.value).tolist()]
    for t in range(steps):
        if later and t == later[0]:
            optimizer.learning_rate = later[1]
        optimizer.apply([slope(p.value)], [p])
        xs.append(np.asarray(p.value).tolist())
    return xs


def _optax(call, hyper, formula, start, steps, later):
    import jax
    import jax.numpy as jnp
    import optax

    slope = _slope(formula)
    p = jnp.array(start, dtype=jnp.float64)
    if later:
        before, (at, after) = hyper["lr"], later
        hyper = hyper | {"lr": lambda count: jnp.where(count < at, before, after)}
    optimizer = eval(call, {"optax": optax} | hyper)
    state = optimizer.init(p)

    @jax.jit
    def step(p, state):
        change, state = optimizer.update(slope(p), state, p)
        return optax.apply_updates(p, change), state

    xs = [p.tolist()]
    for _ in range(steps):
        p, state = step(p, state)
        xs.append(p.tolist())
    return xs


def _tf1(call, hyper, formula, start, steps, later):
    # Python's floats would become float32 on the way, so the numbers are given as float64.
    hyper = {name: np.float64(value) for name, value in hyper.items()}
    rate = [hyper["lr"]]
    return _tensorflow(
        eval(call, libraries("tf1") | hyper | {"lr": lambda: rate[0]}), rate, formula, start, steps, later
    )


def _tfkeras(call, hyper, formula, start, steps, later):
    rate = [np.float64(hyper["lr"])]
    # It keeps numbers in single precision, but calls functions; momentum it asks first whether it is above 0.
    called = {"rho", "beta1", "beta2"} | ({"mu"} if hyper.get("mu") else set())
    given = {name: (lambda v=v: np.float64(v)) if name in called else v for name, v in hyper.items()}
    optimizer = eval(call, libraries("tfkeras") | given | {"lr": lambda: rate[0]})
    return _tensorflow(optimizer, rate, formula, start, steps, later)


def _tensorflow(optimizer, rate, formula, start, steps, later):
    import tensorflow as tf

    slope = _slope(formula)
    p = tf.Variable(start, dtype=tf.float64)
    xs = [p.numpy().tolist()]
    for t in range(steps):
        if later and t == later[0]:
            rate[0] = np.float64(later[1])
        optimizer.apply_gradients([(tf.constant(np.asarray(slope(p.numpy()))), p)])
        xs.append(p.numpy().tolist())
    return xs


def record_one(rule, framework, call, i):
    """The case at its setting ``i``, on surface ``i``, as one entry of the file."""
    surface = list(SURFACES)[i]
    hyper = settings_for(rule, framework, SETTINGS[rule][i])
    xs = run(framework, call, hyper, SURFACES[surface], STARTS[surface])
    facts = {"rule": rule, "framework": framework, "call": call, "surface": surface, "hyper": hyper}
    return facts | {"xs": [xs[t] for t in AT]}


def record_convention(framework, name, i):
    """The entry of CONVENTIONS at its setting ``i``, on surface ``i``, as one entry of the file."""
    surface = list(SURFACES)[i]
    hyper = settings_of(framework, name, i)
    xs = run(framework, CALLS[framework][name], hyper, SURFACES[surface], STARTS[surface])
    facts = {"framework": framework, "rule": name, "call": CALLS[framework][name], "surface": surface, "hyper": hyper}
    return facts | {"defaults": defaults_of(framework, name), "xs": [xs[t] for t in AT]}


def record():
    """Run all cases and write ``trajectories.json``: the points at the steps ``AT``, to the last bit."""
    runs = [record_one(*case, i) for case in CASES for i in (0, 1)]
    conventions = [record_convention(*entry, i) for entry in ENTRIES for i in (0, 1)]
    versions = {name: version(name) for name in ("torch", "keras", "jax", "optax", "tensorflow-cpu")}
    head = {"versions": versions, "steps": STEPS, "at": AT, "surfaces": SURFACES, "starts": STARTS}
    lines = ",\n".join(json.dumps(r) for r in runs)
    more = ",\n".join(json.dumps(r) for r in conventions)
    FILE.write_text(json.dumps(head)[:-1] + f', "runs": [\n{lines}\n], "conventions": [\n{more}\n]}}\n')


if __name__ == "__main__":
    record()
    print(f"{FILE.name}: {len(CASES)} cases, {len(ENTRIES)} conventions, {FILE.stat().st_size} bytes")
