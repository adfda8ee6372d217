"""Writes family.json: what PyTorch makes of a small network of convolutions and an LSTM, for family.test.ts.

    python test/model/cnn-lstm/family-reference.py > test/model/cnn-lstm/family.json && npx biome check --write test/model/cnn-lstm/family.json

x, weights and the mask of the dropout are functions of their elements' places. Of each gradient every so many elements are kept, and
its sum. Everything is computed in float64. Made with PyTorch 2.15.
"""

import json

import torch
from torch import nn

BATCH, BINS, FRAMES, HIDDEN, DENSE, CLASSES = 2, 16, 20, 3, 4, 3
FILTERS = [(1, 16, 12, 16), (16, 24, 8, 12), (24, 32, 5, 7)]
KEPT = 40


def sines(shape, size, offset):
    i = torch.arange(torch.Size(shape).numel(), dtype=torch.float64)
    return (size * torch.sin(1.7 * i + 0.0001 * i * i + offset)).reshape(shape)


def numbers(tensor):
    return [float(f"{value:.8g}") for value in tensor.detach().reshape(-1).tolist()]


parameters = {}


def add(name, shape, size):
    parameters[name] = sines(shape, size, 0.3 * len(parameters)).requires_grad_()


for i, (inputs, out, height, width) in enumerate(FILTERS):
    add(f"conv{i + 1}.weight", (out, inputs, height, width), 2 / (inputs * height * width) ** 0.5)
    add(f"conv{i + 1}.bias", (out,), 0.1)
inputs = FILTERS[-1][1] * (BINS // 8)
for direction in ("forward", "reverse"):
    add(f"lstm.{direction}.input", (4 * HIDDEN, inputs), 0.5)
    add(f"lstm.{direction}.recurrent", (4 * HIDDEN, HIDDEN), 0.8)
    add(f"lstm.{direction}.bias", (4 * HIDDEN,), 0.3)
for name, out, inputs in (("dense", DENSE, 2 * HIDDEN), ("fc", CLASSES, DENSE)):
    add(f"{name}.weight", (out, inputs), 1.0)
    add(f"{name}.bias", (out,), 0.4)

x = sines((BATCH, 1, BINS, FRAMES), 1.0, 0.9)
mask = 2.0 * (torch.arange(BATCH * DENSE).reshape(BATCH, DENSE) % 3 != 0)
target = torch.tensor([2, 0])


def logits(mask):
    y = x
    for i, (_, _, height, width) in enumerate(FILTERS):
        above, before = (height - 1) // 2, (width - 1) // 2
        padded = nn.functional.pad(y, (before, width - 1 - before, above, height - 1 - above))
        z = nn.functional.conv2d(padded, parameters[f"conv{i + 1}.weight"], parameters[f"conv{i + 1}.bias"])
        y = torch.max_pool2d(torch.relu(z), 2)
    steps = y.permute(3, 0, 1, 2).flatten(2)
    lasts = []
    for direction in ("forward", "reverse"):
        own = [parameters[f"lstm.{direction}.{part}"] for part in ("input", "recurrent", "bias")]
        cell = (own[0], own[1], own[2], torch.zeros_like(own[2]))
        states = torch.zeros(1, BATCH, HIDDEN, dtype=torch.float64)
        sequence = steps if direction == "forward" else steps.flip(0)
        lasts.append(torch.lstm(sequence, (states, states), cell, True, 1, 0.0, True, False, False)[1][0])
    units = torch.relu(nn.functional.linear(torch.cat(lasts, 1), parameters["dense.weight"], parameters["dense.bias"]))
    return nn.functional.linear(units * mask, parameters["fc.weight"], parameters["fc.bias"])


trained = logits(mask)
loss = nn.functional.cross_entropy(trained, target)
loss.backward()
gradients = {
    name: {"some": numbers(tensor.grad.reshape(-1)[:: max(1, tensor.numel() // KEPT)]), "sum": float(f"{tensor.grad.sum():.8g}")}
    for name, tensor in parameters.items()
}
print(json.dumps({"logits": numbers(trained), "inUse": numbers(logits(1.0)), "loss": loss.item(), "gradients": gradients}))
