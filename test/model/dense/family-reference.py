"""Prints what family.test.ts expects: PyTorch's logits, loss and gradients of a small network of dense layers, in float64.

    python test/model/dense/family-reference.py > test/model/dense/family.json && npx biome check --write test/model/dense/family.json

Inputs and weights are functions of their elements' places. Made with PyTorch 2.15.
"""

import json

import torch
from torch import nn

BATCH, INPUTS, HIDDEN, CLASSES = 5, 6, [4, 3], 3


def sines(shape, size, offset):
    i = torch.arange(torch.Size(shape).numel(), dtype=torch.float64)
    return (size * torch.sin(1.7 * i + 0.0001 * i * i + offset)).reshape(shape)


def numbers(tensor):
    return [float(f"{value:.8g}") for value in tensor.detach().reshape(-1).tolist()]


parameters = {}
widths = [INPUTS, *HIDDEN, CLASSES]
names = [*(f"layer{i + 1}" for i in range(len(HIDDEN))), "fc"]
for name, inputs, out in zip(names, widths, widths[1:]):
    parameters[f"{name}.weight"] = sines((out, inputs), 0.8, 0.3 * len(parameters)).requires_grad_()
    parameters[f"{name}.bias"] = sines((out,), 0.4, 0.3 * len(parameters)).requires_grad_()

y = sines((BATCH, INPUTS), 1.0, 0.9)
for name in names:
    y = nn.functional.linear(y, parameters[f"{name}.weight"], parameters[f"{name}.bias"])
    y = torch.relu(y) if name != "fc" else y
loss = nn.functional.cross_entropy(y, torch.tensor([2, 0, 1, 1, 0]))
loss.backward()
gradients = {name: numbers(tensor.grad) for name, tensor in parameters.items()}
print(json.dumps({"logits": numbers(y), "loss": loss.item(), "gradients": gradients}))
