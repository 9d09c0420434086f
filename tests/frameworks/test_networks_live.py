"""``Network`` and ``train`` against PyTorch's autograd and optimizer, and batch norm and dropout against their layers."""

import json
import re
from pathlib import Path

import keras
import numpy as np
import pytest
import torch
from descent import Network, adam, blobs, minibatches, train
from record_networks import (
    ADDED,
    CASES,
    FILE,
    SIZES,
    SQUARE,
    dropped,
    everything,
    example,
    torch_added,
    torch_case,
    torch_loss,
)


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize(("hidden", "output", "batch_norm"), CASES)
def test_same_loss_and_gradient(hidden, output, batch_norm, seed):
    net = Network(SIZES, hidden=hidden, output=output, batch_norm=batch_norm)
    data = example(net.size, output, seed)
    theirs = torch_case(hidden, output, batch_norm, seed)
    assert net.loss(*data) == pytest.approx(theirs["loss"], rel=0, abs=1e-12)
    assert np.abs(theirs["grad"]).max() > 1e-3
    np.testing.assert_allclose(net.grad(*data), theirs["grad"], rtol=0, atol=1e-12)


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize(("hidden", "norm", "residual"), ADDED)
def test_same_with_residual_layers_and_layer_norm(hidden, norm, residual, seed):
    net = Network(SQUARE, hidden, residual=residual, **({norm: True} if norm else {}))
    data, theirs = example(net.size, "softmax", seed, SQUARE), torch_added(hidden, norm, residual, seed)
    assert net.loss(*data) == pytest.approx(theirs["loss"], rel=0, abs=1e-12)
    np.testing.assert_allclose(net.grad(*data), theirs["grad"], rtol=0, atol=1e-12)


@pytest.mark.parametrize("batch_norm", [False, True])
def test_same_training(batch_norm):
    """Ten epochs of Adam on the same minibatches: the same weights, and the same running averages."""
    net = Network((2, 8, 6, 3), hidden="tanh", batch_norm=batch_norm)
    data, start = blobs(100, spread=1.0), net.init(4, dtype=np.float64)
    ours = train(adam, net, data, 10, batch=32, seed=7, start=start, lr=0.01)

    w = torch.tensor(start, requires_grad=True)
    optimizer = torch.optim.Adam([w], lr=0.01)
    running = [(torch.zeros(n, dtype=torch.float64), torch.ones(n, dtype=torch.float64)) for n in (8, 6)]
    order = np.random.default_rng([7, 1])
    for _ in range(10):
        for X, y in minibatches(data.X, data.y, 32, order):
            optimizer.zero_grad()
            torch_loss(w, X, y, "tanh", "softmax", batch_norm, net.sizes, running if batch_norm else None).backward()
            optimizer.step()
    assert np.abs(ours.weights - start).max() > 0.1
    np.testing.assert_allclose(ours.weights, w.detach().numpy(), rtol=0, atol=1e-9)
    with torch.no_grad():
        loss = torch_loss(w, data.X, data.y, "tanh", "softmax", batch_norm, net.sizes, running, training=False)
    assert ours.train_loss[-1] == pytest.approx(loss.item(), abs=1e-9)
    if batch_norm:
        np.testing.assert_allclose(np.stack(ours.stats[0]), torch.stack(running[0]).numpy(), rtol=0, atol=1e-9)
        np.testing.assert_allclose(np.stack(ours.stats[1]), torch.stack(running[1]).numpy(), rtol=0, atol=1e-9)


def test_recording_again_gives_the_recorded_numbers():
    recorded, again = json.loads(FILE.read_text()), everything()
    assert recorded["versions"] == again["versions"]
    assert (len(recorded["cases"]), len(recorded["added"])) == (len(CASES), len(ADDED))
    before, after = (found["cases"] + found["added"] for found in (recorded, again))
    for old, new in zip(before, after, strict=True):
        np.testing.assert_allclose([old["loss"], *old["grad"]], [new["loss"], *new["grad"]], rtol=0, atol=1e-12)
    for name, old in recorded["running"].items():
        for key, values in old.items():
            np.testing.assert_allclose(values, again["running"][name][key], rtol=0, atol=1e-12)
    assert recorded["dropout"] == dropped()


def test_the_listing_with_dropout_is_the_network_it_means():
    chapter = json.loads((Path(__file__).parents[2] / "chapters" / "13-regularization.ipynb").read_text("utf-8"))
    text = next("".join(cell["source"]) for cell in chapter["cells"] if cell["id"] == "dropout-correction")
    space = {"keras": keras}
    exec(re.search(r"```python\n(.*?)```", text, re.DOTALL)[1], space)
    assert space["model"].count_params() == Network((10_000, 256, 128, 46)).size
    assert sum(isinstance(layer, keras.layers.Dropout) for layer in space["model"].layers) == 2


@pytest.mark.parametrize("framework", ["PyTorch", "Keras"])
def test_your_own_table_is_learned_as_the_page_says(framework):
    """The page's cells make the rows; the tab's text runs on them as it stands."""
    page = json.loads((Path(__file__).parents[2] / "chapters" / "yours.ipynb").read_text("utf-8"))
    cells = {cell["id"]: "".join(cell["source"]) for cell in page["cells"]}
    rows = {}
    for name in ("setup", "bread", "split-code"):
        exec(cells[name], rows)
    X, y, X_test, y_test, X_val, y_val = rows["data"]
    tab = re.search(rf"In {framework}\n```python\n(.*?)```", cells["frameworks"], re.DOTALL)[1]
    space = {"X": X, "y": y, "X_val": X_val, "y_val": y_val}
    torch.manual_seed(0)
    keras.utils.set_random_seed(0)
    exec(tab, space)
    if framework == "PyTorch":
        with torch.no_grad():
            said, lowest = space["model"](torch.tensor(X_test)).numpy(), float(space["lowest"])
    else:
        said, lowest = np.asarray(space["model"](X_test)), min(space["model"].history.history["val_loss"])
    assert np.mean(said.argmax(axis=1) == y_test) > 0.88
    assert lowest < 0.2
