"""The network that the chapter on back-propagation works through by hand, in the chapter's own cells and in PyTorch.

``python tests/frameworks/classic.py`` (in the environment of ``make test-frameworks``) renews ``classic.json``, with
which ``tests/test_backprop.py`` compares the chapter's cells on machines without PyTorch.
"""

import json
from pathlib import Path

import numpy as np

FILE = Path(__file__).with_suffix(".json")
CHAPTER = Path(__file__).parents[2] / "chapters" / "11-backpropagation.ipynb"
BY_HAND = ["setup", "forward", "back-one", "two-roads", "numbers", "in-matrices-data", "in-matrices", "the-step"]


def run(*names):
    """The variables that the chapter's cells of these names leave behind."""
    cells = {cell["id"]: "".join(cell["source"]) for cell in json.loads(CHAPTER.read_text(encoding="utf-8"))["cells"]}
    space = {}
    for name in names:
        exec(compile(cells[name], name, "exec"), space)
    return space


def ours():
    """The numbers of the chapter: values, slopes, the weights after one step and both losses."""
    v = run(*BY_HAND)
    by_hand = [[v[f"dE_dw{k}"] for k in row] for row in ((5, 7), (6, 8))]
    assert np.allclose(by_hand, v["dW2"], rtol=0, atol=1e-15)
    assert abs(v["dE_dw1"] - v["dW1"][0, 0]) < 1e-15
    names = ("h", "o", "dW1", "dW2", "new_W1", "new_W2", "E")
    return {name: np.asarray(v[name]).tolist() for name in names} | {"new_E": v["loss"](v["new_W1"], v["new_W2"])}


def theirs():
    """The same numbers from PyTorch, in double precision."""
    import torch

    def tensor(rows):
        return torch.tensor(rows, dtype=torch.float64)

    x, target = tensor([[0.1, 0.2]]), tensor([[0.4, 0.6]])
    W1 = tensor([[0.30, 0.40], [0.25, 0.35]]).requires_grad_()
    W2 = tensor([[0.45, 0.70], [0.40, 0.60]]).requires_grad_()
    optimizer = torch.optim.SGD([W1, W2], lr=0.5)

    def forward():
        h = torch.sigmoid(x @ W1)
        o = torch.sigmoid(h @ W2)
        return h, o, ((target - o) ** 2).sum() / 2

    h, o, loss = forward()
    loss.backward()
    found = {"h": h, "o": o, "dW1": W1.grad.clone(), "dW2": W2.grad.clone(), "E": loss}
    optimizer.step()
    found |= {"new_W1": W1, "new_W2": W2, "new_E": forward()[2]}
    return {name: value.tolist() for name, value in found.items()}


if __name__ == "__main__":
    from importlib.metadata import version

    FILE.write_text(json.dumps({"torch": version("torch"), "numbers": theirs()}, indent=1) + "\n")
