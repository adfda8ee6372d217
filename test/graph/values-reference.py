"""Writes values.json: what PyTorch's operators give and pass back, for values.test.ts.

    python test/graph/values-reference.py > test/graph/values.json && npx biome check --write test/graph/values.json

x is sines of its elements' places, times `size`; the loss is the sum of y times weights that are sines too. Everything is computed in
float64. Made with PyTorch 2.15.
"""

import json

import torch
from torch.nn import functional as F

CASES = [  # name, shape of x, size, y of x
    ("sigmoid", (4, 5), 3, torch.sigmoid),
    ("sigmoid, far out", (4, 5), 60, torch.sigmoid),
    ("tanh", (4, 5), 2, torch.tanh),
    ("tanh, far out", (4, 5), 30, torch.tanh),
    ("erf", (4, 5), 2, torch.erf),
    ("erf, far out", (4, 5), 30, torch.erf),
    ("slice", (4, 5, 3), 1, lambda x: x[1:3, :, 2:]),
    ("slice, every second", (4, 5, 3), 1, lambda x: x[:, 1::2]),
    ("slice, nothing beside all", (4, 5), 1, lambda x: torch.cat([x[:, 3:3], x], 1)),
    ("gather", (4, 5, 3), 1, lambda x: x.index_select(1, torch.tensor([4, 0, 4, 4, 2]))),
    ("gather, first axis", (4, 5), 1, lambda x: x[torch.tensor([1, 1, 3])]),
    ("gather, last axis", (2, 3, 4), 1, lambda x: x[:, :, torch.tensor([[0, 3], [3, 3]])]),
    ("gather of a vector", (6,), 1, lambda x: x[torch.tensor([5, 0, 5])]),
    ("pad", (2, 1, 3, 4), 1, lambda x: F.pad(x, (1, 2, 0, 3))),
    ("pad, cut", (2, 1, 3, 4), 1, lambda x: F.pad(x, (-1, 2, 1, -2))),
    ("log-sum-exp", (4, 5), 2, lambda x: torch.logsumexp(x, 1)),
    ("log-sum-exp, two axes, kept", (2, 3, 4), 2, lambda x: torch.logsumexp(x, (0, 2), keepdim=True)),
    ("log-sum-exp, beyond what exp can", (4, 5), 2000, lambda x: torch.logsumexp(x, 0)),
]


def sines(shape, step, offset=0.0):
    i = torch.arange(torch.Size(shape).numel(), dtype=torch.float64)
    return torch.sin(step * i + 0.0001 * i * i + offset).reshape(shape)


def numbers(tensor):
    return [float(f"{value:.8g}") for value in tensor.detach().reshape(-1).tolist()]


def case(name, shape, size, function):
    x = (size * sines(shape, 2.1, 1)).float().double().requires_grad_()  # as float32 can have it
    y = function(x)
    (y * sines(y.shape, 1.3, 0.5)).sum().backward()
    return {"name": name, "shape": shape, "size": size, "y": numbers(y), "dx": numbers(x.grad)}


print("[\n" + ",\n".join(json.dumps(case(*own)) for own in CASES) + "\n]")
