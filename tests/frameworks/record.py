"""Run every rule's counterpart in PyTorch, Keras and optax, and write down where it goes.

``python tests/frameworks/record.py`` (in the environment of ``make test-frameworks``) renews ``trajectories.json``,
with which ``tests/test_rules.py`` compares the rules on machines without the frameworks. ``CASES`` says, for each rule
and framework, which call is the same algorithm and what has to be set so that it is.
"""

import json
import os
from importlib.metadata import version
from pathlib import Path

import numpy as np
from descent import Surface
from descent.rules import RULES

os.environ["KERAS_BACKEND"] = "jax"
os.environ["JAX_ENABLE_X64"] = "1"
os.environ["CUDA_VISIBLE_DEVICES"] = ""

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
# - Keras puts eps inside the root of Adagrad and RMSprop and next to the uncorrected root in Adam, AdamW, AMSGrad and
#   Nadam. With epsilon=0 the two forms are one, so those cases run with eps=0.
# - optax's Adagrad and RMSprop have eps inside the root too; eps_in_sqrt=False moves RMSprop's out.
# - Keras and optax start Adagrad's accumulator at 0.1 unless told otherwise; PyTorch at 0.
# - optax's AMSGrad takes the maximum of the corrected averages: another algorithm, and not compared.
# - Dozat's schedule, beta1 * (1 - 0.96 ** (t * momentum_decay) / 2), is built into the Nadam of PyTorch and Keras. With
#   a huge momentum_decay PyTorch's becomes the constant beta1; Keras's cannot be changed, and is not compared.
CASES = [
    ("sgd", "torch", "torch.optim.SGD(p, lr=lr)"),
    ("sgd", "keras", "keras.optimizers.SGD(learning_rate=lr)"),
    ("sgd", "optax", "optax.sgd(lr)"),
    ("momentum", "torch", "torch.optim.SGD(p, lr=lr, momentum=mu)"),
    ("momentum", "keras", "keras.optimizers.SGD(learning_rate=lr, momentum=mu)"),
    ("momentum", "optax", "optax.sgd(lr, momentum=mu)"),
    ("nag", "torch", "torch.optim.SGD(p, lr=lr, momentum=mu, nesterov=True)"),
    ("nag", "keras", "keras.optimizers.SGD(learning_rate=lr, momentum=mu, nesterov=True)"),
    ("nag", "optax", "optax.sgd(lr, momentum=mu, nesterov=True)"),
    ("adagrad", "torch", "torch.optim.Adagrad(p, lr=lr, eps=eps)"),
    ("adagrad", "keras", "keras.optimizers.Adagrad(learning_rate=lr, initial_accumulator_value=0.0, epsilon=eps)"),
    ("adagrad", "optax", "optax.adagrad(lr, initial_accumulator_value=0.0, eps=eps)"),
    ("rmsprop", "torch", "torch.optim.RMSprop(p, lr=lr, alpha=rho, eps=eps)"),
    ("rmsprop", "keras", "keras.optimizers.RMSprop(learning_rate=lr, rho=rho, epsilon=eps)"),
    ("rmsprop", "optax", "optax.rmsprop(lr, decay=rho, eps=eps, eps_in_sqrt=False)"),
    ("adam", "torch", "torch.optim.Adam(p, lr=lr, betas=(beta1, beta2), eps=eps)"),
    ("adam", "keras", "keras.optimizers.Adam(learning_rate=lr, beta_1=beta1, beta_2=beta2, epsilon=eps)"),
    ("adam", "optax", "optax.adam(lr, b1=beta1, b2=beta2, eps=eps)"),
    ("adadelta", "torch", "torch.optim.Adadelta(p, lr=lr, rho=rho, eps=eps)"),
    ("adadelta", "keras", "keras.optimizers.Adadelta(learning_rate=lr, rho=rho, epsilon=eps)"),
    ("adadelta", "optax", "optax.adadelta(lr, rho=rho, eps=eps)"),
    ("adamw", "torch", "torch.optim.AdamW(p, lr=lr, betas=(beta1, beta2), eps=eps, weight_decay=decay)"),
    (
        "adamw",
        "keras",
        "keras.optimizers.AdamW(learning_rate=lr, beta_1=beta1, beta_2=beta2, epsilon=eps, weight_decay=decay)",
    ),
    ("adamw", "optax", "optax.adamw(lr, b1=beta1, b2=beta2, eps=eps, weight_decay=decay)"),
    ("amsgrad", "torch", "torch.optim.Adam(p, lr=lr, betas=(beta1, beta2), eps=eps, amsgrad=True)"),
    (
        "amsgrad",
        "keras",
        "keras.optimizers.Adam(learning_rate=lr, beta_1=beta1, beta_2=beta2, epsilon=eps, amsgrad=True)",
    ),
    ("nadam", "torch", "torch.optim.NAdam(p, lr=lr, betas=(beta1, beta2), eps=eps, momentum_decay=1e9)"),
    ("nadam", "optax", "optax.nadam(lr, b1=beta1, b2=beta2, eps=eps)"),
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
}
# Where eps is placed elsewhere, the two are one algorithm only without it. (Adadelta's is inside both roots everywhere.)
EPS_ELSEWHERE = {(r, "keras") for r in ("adagrad", "rmsprop", "adam", "adamw", "amsgrad")} | {("adagrad", "optax")}


def settings_for(rule, framework, hyper):
    """The hyperparameters at which the framework's algorithm is the rule's."""
    return hyper | {"eps": 0.0} if (rule, framework) in EPS_ELSEWHERE else hyper


def ours(rule, hyper, formula, start, steps=STEPS):
    """Where the rule's own steps lead, shape ``(steps + 1, 2)``; for ``nag`` the points looked ahead to."""
    grad = Surface(formula, start=start).grad
    x, memory, xs = np.array(start), (), [start]
    for t in range(1, steps + 1):
        x, *memory = RULES[rule](x, grad, t, *memory, **hyper)
        xs.append(x + hyper["mu"] * memory[0] if rule == "nag" else x)
    return np.array(xs)


def run(framework, call, hyper, formula, start, steps=STEPS):
    """Where the framework's own steps lead, start included: a list of ``steps + 1`` pairs."""
    return {"torch": _torch, "keras": _keras, "optax": _optax}[framework](call, hyper, formula, start, steps)


def _torch(call, hyper, formula, start, steps):
    import torch

    torch.set_num_threads(1)
    torch.set_default_dtype(torch.float64)  # NAdam keeps its product of betas in the default type
    p = torch.tensor(start, dtype=torch.float64, requires_grad=True)
    optimizer = eval(call, {"torch": torch, "p": [p]} | hyper)
    xs = [p.tolist()]
    for _ in range(steps):
        optimizer.zero_grad()
        eval(formula, {"sin": torch.sin, "cos": torch.cos, "x": p[0], "y": p[1]}).backward()
        optimizer.step()
        xs.append(p.tolist())
    return xs


def _slope(formula):
    import jax
    import jax.numpy as jnp

    return jax.jit(jax.grad(lambda p: eval(formula, {"sin": jnp.sin, "cos": jnp.cos, "x": p[0], "y": p[1]})))


def _keras(call, hyper, formula, start, steps):
    import keras

    keras.config.set_floatx("float64")
    slope = _slope(formula)
    p = keras.Variable(np.array(start), dtype="float64")
    optimizer = eval(call, {"keras": keras} | hyper)
    xs = [np.asarray(p.value).tolist()]
    for _ in range(steps):
        optimizer.apply([slope(p.value)], [p])
        xs.append(np.asarray(p.value).tolist())
    return xs


def _optax(call, hyper, formula, start, steps):
    import jax
    import jax.numpy as jnp
    import optax

    slope = _slope(formula)
    p = jnp.array(start, dtype=jnp.float64)
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


def record_one(rule, framework, call, i):
    """The case at its setting ``i``, on surface ``i``, as one entry of the file."""
    surface = list(SURFACES)[i]
    hyper = settings_for(rule, framework, SETTINGS[rule][i])
    xs = run(framework, call, hyper, SURFACES[surface], STARTS[surface])
    facts = {"rule": rule, "framework": framework, "call": call, "surface": surface, "hyper": hyper}
    return facts | {"xs": [xs[t] for t in AT]}


def record():
    """Run all cases and write ``trajectories.json``: the points at the steps ``AT``, to the last bit."""
    runs = [record_one(*case, i) for case in CASES for i in (0, 1)]
    versions = {name: version(name) for name in ("torch", "keras", "jax", "optax")}
    head = {"versions": versions, "steps": STEPS, "at": AT, "surfaces": SURFACES, "starts": STARTS}
    lines = ",\n".join(json.dumps(r) for r in runs)
    FILE.write_text(json.dumps(head)[:-1] + f', "runs": [\n{lines}\n]}}\n')


if __name__ == "__main__":
    record()
    print(f"{FILE.name}: {len(CASES)} cases, {FILE.stat().st_size} bytes")
