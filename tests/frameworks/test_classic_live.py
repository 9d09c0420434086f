"""The chapter on back-propagation against PyTorch itself: the network done by hand, and its loop for any depth."""

import json

import classic
import numpy as np
import pytest
import torch
from descent.networks import Network


@pytest.mark.parametrize("name", classic.theirs())
def test_by_hand_is_what_pytorch_computes(name):
    live = classic.theirs()[name]
    np.testing.assert_allclose(classic.ours()[name], live, rtol=0, atol=1e-12)
    np.testing.assert_allclose(json.loads(classic.FILE.read_text())["numbers"][name], live, rtol=0, atol=1e-15)


@pytest.mark.parametrize("sizes", [(3, 2), (2, 5, 3), (4, 7, 6, 5, 3)])
def test_the_loop_for_any_depth(sizes):
    back, rng = classic.run("setup", "sweep", "back")["back"], np.random.default_rng(len(sizes))
    net = Network(sizes, hidden="tanh")
    X, y, w = rng.normal(size=(9, sizes[0])), rng.integers(sizes[-1], size=9), rng.normal(size=net.size)
    point = torch.tensor(w, requires_grad=True)
    h = torch.tensor(X)
    for k, (W, b) in enumerate(net.layers(point)):
        h = (torch.tanh(h) if k else h) @ W + b
    torch.nn.functional.cross_entropy(h, torch.tensor(y)).backward()
    np.testing.assert_allclose(back(net, w, X, y), point.grad.numpy(), rtol=0, atol=1e-12)
