"""One epoch of a 64-128-64-10 network on digits: batches of 64, Adam, float32, one thread; printed as JSON.

``tests/bench.py`` runs this, pinned to one core, in the environment of ``make test-frameworks`` where there is one. The
contestants take turns, each epoch beside the others' on the same busy or quiet machine. The loops are the same: rows
shuffled once, batches cut from them, and nothing measured on the way; PyTorch's own ``DataLoader`` is timed as well,
and JAX gets the whole epoch as one compiled scan. Their test accuracy is checked to be equal.
"""

import json
import os
import sys
import time
import warnings
from importlib.util import find_spec
from itertools import pairwise

os.environ |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}

import numpy as np
from descent import Network, adam, digits, minibatches, train

ROUNDS, EPOCHS = 11, 20
SIZES = (64, 128, 64, 10)
DATA = digits()


def descent_loop(epochs):
    """The package's functions in the loop that ``train`` runs, without its curves."""
    net = Network(SIZES)
    rng, w = np.random.default_rng(0), net.init(0)
    memory, t = [np.zeros_like(w), np.zeros_like(w)], 0
    yield
    for _ in range(epochs):
        for X, y in minibatches(DATA.X, DATA.y, 64, rng):
            t += 1
            w, *memory = adam(w, lambda w: net.backward(w, X, y), t, *memory)  # noqa: B023
    yield
    yield net.accuracy(w, DATA.X_test, DATA.y_test)


def descent_train(epochs):
    """``train`` as it is, which also measures loss and accuracy on all rows before and after each epoch."""
    yield
    done = train(adam, Network(SIZES), DATA[:2], epochs)
    yield
    yield Network(SIZES).accuracy(done.weights, DATA.X_test, DATA.y_test)


def torch_loop(epochs, fused=False, loader=False):
    import torch

    torch.set_num_threads(1)
    torch.manual_seed(0)
    layers = [torch.nn.Linear(64, 128), torch.nn.ReLU(), torch.nn.Linear(128, 64), torch.nn.ReLU()]
    net, loss = torch.nn.Sequential(*layers, torch.nn.Linear(64, 10)), torch.nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(net.parameters(), fused=fused)
    X, y = torch.from_numpy(DATA.X), torch.from_numpy(DATA.y)
    pairs = torch.utils.data.TensorDataset(X, y)
    loaded = torch.utils.data.DataLoader(pairs, batch_size=64, shuffle=True)
    yield
    for _ in range(epochs):
        order = torch.randperm(len(X))
        for some_X, some_y in loaded if loader else zip(X[order].split(64), y[order].split(64), strict=True):
            optimizer.zero_grad()
            loss(net(some_X), some_y).backward()
            optimizer.step()
    yield
    with torch.no_grad():
        yield float((net(torch.from_numpy(DATA.X_test)).argmax(1).numpy() == DATA.y_test).mean())


def jax_loop(epochs):
    import jax
    import jax.numpy as jnp
    import optax

    optimizer, full = optax.adam(1e-3), len(DATA.X) // 64 * 64
    w, net = jnp.asarray(Network(SIZES).init(0)), Network(SIZES)

    def scores(w, x):
        *hidden, last = net.layers(w)
        for W, b in hidden:
            x = jnp.maximum(x @ W + b, 0)
        return x @ last[0] + last[1]

    def step(state, batch):
        w, memory = state
        X, y = batch
        slope = jax.grad(lambda w: optax.softmax_cross_entropy_with_integer_labels(scores(w, X), y).mean())(w)
        updates, memory = optimizer.update(slope, memory)
        return (optax.apply_updates(w, updates), memory), None

    @jax.jit
    def epoch(state, X, y):
        batches = X[:full].reshape(-1, 64, X.shape[1]), y[:full].reshape(-1, 64)
        state, _ = jax.lax.scan(step, state, batches)
        return step(state, (X[full:], y[full:]))[0]

    state, rng = (w, optimizer.init(w)), np.random.default_rng(0)
    jax.block_until_ready(epoch(state, DATA.X, DATA.y))  # compiled before the clock runs
    yield
    for _ in range(epochs):
        order = rng.permutation(len(DATA.X))
        state = epoch(state, DATA.X[order], DATA.y[order])
    jax.block_until_ready(state)
    yield
    yield float((scores(state[0], DATA.X_test).argmax(1) == DATA.y_test).mean())


def sklearn_loop(epochs):
    from sklearn.neural_network import MLPClassifier

    net = MLPClassifier(
        SIZES[1:-1], batch_size=64, random_state=0, max_iter=epochs, alpha=0, tol=0, n_iter_no_change=10**6
    )
    yield
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that it has not converged
        net.fit(DATA.X, DATA.y)
    yield
    yield net.score(DATA.X_test, DATA.y_test)


CONTESTANTS = {
    "descent": descent_loop,
    "descent's train": descent_train,
    "scikit-learn's MLPClassifier": sklearn_loop,
    "PyTorch, eager Adam": torch_loop,
    "PyTorch, fused Adam": lambda epochs: torch_loop(epochs, fused=True),
    "PyTorch, eager Adam and DataLoader": lambda epochs: torch_loop(epochs, loader=True),
    "JAX, jit and scan": jax_loop,
}


def rest():
    """Wait until no thread of the contestant before computes any more."""
    used = -1.0
    while time.process_time() - used > 0.001:
        used = time.process_time()
        time.sleep(0.01)


def timed(contestant, epochs):
    """Milliseconds an epoch."""
    steps = contestant(epochs)
    next(steps)
    rest()
    start = time.perf_counter()
    next(steps)
    return 1000 * (time.perf_counter() - start) / epochs


def parts():
    """Milliseconds an epoch of the two largest parts of the course's: products of matrices, and Adam on all weights."""
    rng, net = np.random.default_rng(0), Network(SIZES)
    shapes = list(pairwise(SIZES))
    arrays = [[rng.random(shape, np.float32) for shape in ((64, n), (n, m), (64, m))] for n, m in shapes]
    w = net.init(0)
    g, m, s = w.copy(), np.zeros_like(w), np.zeros_like(w)

    def products():
        for k, (x, W, delta) in enumerate(arrays):
            x.dot(W)
            x.T.dot(delta)
            if k:
                delta.dot(W.T.copy())

    works = {"products": products, "Adam": lambda: adam(w, lambda _: g, 2, m, s)}
    times = {name: [] for name in works}
    for _ in range(ROUNDS * EPOCHS):
        for name, work in works.items():
            start = time.perf_counter()
            for _ in range(-(-len(DATA.X) // 64)):
                work()
            times[name].append(1000 * (time.perf_counter() - start))
    return {name: float(np.median(ms)) for name, ms in times.items()}


def main():
    for library, name in (("torch", "PyTorch"), ("jax", "JAX")):
        if not find_spec(library):
            for contestant in [contestant for contestant in CONTESTANTS if name in contestant]:
                del CONTESTANTS[contestant]
    for contestant in CONTESTANTS.values():
        timed(contestant, 1)
    times = {name: [] for name in CONTESTANTS}
    for _ in range(ROUNDS):
        for name, contestant in CONTESTANTS.items():
            times[name].append(timed(contestant, EPOCHS))
    accuracy = {name: list(contestant(20))[-1] for name, contestant in CONTESTANTS.items()}
    if np.ptp(list(accuracy.values())) > 0.02:
        sys.exit(f"not equally accurate after 20 epochs: {accuracy}")
    ms = {name: float(np.median(ms)) for name, ms in times.items()}
    print(json.dumps({"ms": ms, "accuracy": accuracy, "parts": parts()}))


if __name__ == "__main__":
    main()
