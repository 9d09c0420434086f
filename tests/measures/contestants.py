"""Who takes the same steps: the course, NumPy, a plain loop, C, JAX and PyTorch, all in double precision.

Each is a function of ``Task`` that returns a function without arguments: called, it takes all steps of all runs and
returns the last points, shape ``(runs, 2)``. What is done once, such as compiling, is done in its first call.
"""

from functools import cache
from importlib.util import find_spec
from typing import NamedTuple

import numpy as np
from descent import SURFACES, descend, loops
from measures import compiled

SLOPES = {
    "rosenbrock": lambda x, y: (-400 * x * (y - x * x) + 2 * x - 2, 200 * (y - x * x)),
    "ravine": lambda x, y: (0.025 * x, y),
}
RATES = {"rosenbrock": (1e-5, 1e-3), "ravine": (1e-3, 1)}  # from the lowest run's to the highest one's: none diverges


class Task(NamedTuple):
    """So many runs of a rule on a surface, each at its own rate, and so many steps."""

    rule: str
    surface: str
    runs: int
    steps: int

    @property
    def start(self):
        """Where all runs begin."""
        return SURFACES[self.surface].start

    @property
    def rates(self):
        """Those of the runs."""
        return np.geomspace(*RATES[self.surface], self.runs)


def sgd(x, g, t, lr, sqrt):
    return (x - lr * g,)


def momentum(x, g, t, v, lr, sqrt):
    v = 0.9 * v - lr * g
    return x + v, v


def adam(x, g, t, m, s, lr, sqrt):
    m, s = 0.9 * m + (1 - 0.9) * g, 0.999 * s + (1 - 0.999) * g * g
    return x - lr * (m / (1 - 0.9**t)) / (sqrt(s / (1 - 0.999**t)) + 1e-8), m, s


RULES = {"sgd": (sgd, 0), "momentum": (momentum, 1), "adam": (adam, 2)}  # and how many memories each has


def by_descend(task, hidden=False):
    """The course's ``descend``; with the surface ``hidden`` behind a function it is NumPy's."""
    surface = SURFACES[task.surface]
    slope = (lambda x: surface.grad(x)) if hidden else surface.grad
    rates = task.rates[:, None]
    return lambda: descend(task.rule, slope, task.start, task.steps, keep="last", lr=rates).final


def by_numpy(task):
    """``descend`` by NumPy alone."""
    return by_descend(task, hidden=True)


def by_plain_loop(task):
    """One run after the other, point by point, as in many a blog post."""
    rule, memories = RULES[task.rule]
    slope = SLOPES[task.surface]

    def run():
        ends = []
        for lr in task.rates:
            state, path = (np.array(task.start, float), *[0.0] * memories), []
            for t in range(1, task.steps + 1):
                x = state[0]
                state = rule(x, np.array(slope(x[0], x[1])), t, *state[1:], lr, np.sqrt)
                path.append(state[0])
            ends.append(path[-1])
        return np.array(ends)

    return run


def by_hand_in_c(task):
    """The loop of ``lanes.c``."""
    return compiled.by_hand(task.rule, task.surface, task.start, task.rates, task.steps)


def jax_run(task):
    """JAX's own parts: the function of all steps, from points and rates, both with the coordinates first."""
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", True)
    rule, memories = RULES[task.rule]

    def run(x, lr):
        def step(state, t):
            slope = jnp.stack(SLOPES[task.surface](state[0][0], state[0][1]))
            return rule(state[0], slope, t, *state[1:], lr, jnp.sqrt), None

        first = (x, *[jnp.zeros_like(x)] * memories)
        return jax.lax.scan(step, first, jnp.arange(1.0, task.steps + 1))[0][0]

    return jax, run


def by_jax(task):
    """JAX: ``jit`` of a ``scan`` whose steps are arrays of all runs."""
    jax, run = jax_run(task)
    given = np.repeat(np.array(task.start, float)[:, None], task.runs, 1), task.rates
    run = jax.jit(run)
    return lambda: np.asarray(jax.block_until_ready(run(*given))).T


def by_jax_vmap(task):
    """JAX: ``jit`` of ``vmap`` of one run."""
    jax, run = jax_run(task)
    start, rates = np.array(task.start, float), task.rates
    run = jax.jit(jax.vmap(run, (None, 0)))
    return lambda: np.asarray(jax.block_until_ready(run(start, rates)))


@cache
def torch_step(rule, surface, compile):
    """One step of all runs as PyTorch takes it; compiled once, for however many runs."""
    import torch

    torch.set_num_threads(loops._cores())
    rule, slope = RULES[rule][0], SLOPES[surface]

    def step(state, t, lr):
        x = state[0]
        return rule(x, torch.stack(slope(x[0], x[1])), t, *state[1:], lr, torch.sqrt)

    return torch.compile(step, dynamic=True) if compile else step


def by_torch(task, compile=False):
    """PyTorch, eager: one call after the other on tensors of all runs."""
    import torch

    step, memories = torch_step(task.rule, task.surface, compile), RULES[task.rule][1]
    start, rates = torch.tensor(task.start, dtype=torch.float64)[:, None], torch.from_numpy(task.rates)
    times = torch.arange(1.0, task.steps + 1, dtype=torch.float64)

    def run():
        with torch.no_grad():
            x = start.repeat(1, task.runs)
            state = (x, *[torch.zeros_like(x)] * memories)
            for t in times:
                state = step(state, t, rates)
            return state[0].T.numpy()

    return run


def by_compiled_torch(task):
    """PyTorch: ``torch.compile`` of one step."""
    return by_torch(task, compile=True)


CONTESTANTS = {
    "descend": by_descend,
    "NumPy": by_numpy,
    "plain loop": by_plain_loop,
    "C by hand": by_hand_in_c,
    "JAX": by_jax,
    "JAX, vmap": by_jax_vmap,
    "PyTorch": by_torch,
    "PyTorch, compiled": by_compiled_torch,
}


def present():
    """Those that this machine has."""
    missing = ["JAX"] * (not find_spec("jax")) + ["PyTorch"] * (not find_spec("torch"))
    missing += ["C by hand"] * (compiled.library() is None)
    return {name: way for name, way in CONTESTANTS.items() if not name.startswith(tuple(missing))}
