"""Prints what family.test.ts expects: PyTorch's logits, loss and gradients of two bidirectional LSTM layers over two sequences of unequal
length, in float64.

    python test/model/blstm/family-reference.py > test/model/blstm/family.json && npx biome check --write test/model/blstm/family.json

Inputs, weights and the shares of each output are functions of their elements' places. Gradients are clipped to a norm of 0.05. Made with
PyTorch 2.15.
"""

import json

import torch
from torch import nn

LENGTHS, TIME, INPUTS, HIDDEN, OUTPUTS = [7, 4], 7, 3, [4, 2], 3


def sines(shape, size, offset):
    i = torch.arange(torch.Size(shape).numel(), dtype=torch.float64)
    return (size * torch.sin(1.7 * i + 0.0001 * i * i + offset)).reshape(shape)


def numbers(tensor):
    return [float(f"{value:.8g}") for value in tensor.detach().reshape(-1).tolist()]


parameters = {}


def add(name, shape, size):
    parameters[name] = sines(shape, size, 0.3 * len(parameters)).requires_grad_()


for i, units in enumerate(HIDDEN):
    for direction in ("forward", "reverse"):
        add(f"lstm{i + 1}.{direction}.input", (4 * units, 2 * HIDDEN[i - 1] if i else INPUTS), 0.5)
        add(f"lstm{i + 1}.{direction}.recurrent", (4 * units, units), 0.8)
        add(f"lstm{i + 1}.{direction}.bias", (4 * units,), 0.3)
add("fc.weight", (OUTPUTS, 2 * HIDDEN[-1]), 1.0)
add("fc.bias", (OUTPUTS,), 0.4)

x = sines((len(LENGTHS), TIME, INPUTS), 1.0, 0.9)
shares = torch.softmax(sines((len(LENGTHS), TIME, OUTPUTS), 2.0, 0.2), 2)


def over(sequence, layer, units):
    outputs = []
    for direction in ("forward", "reverse"):
        own = [parameters[f"lstm{layer}.{direction}.{part}"] for part in ("input", "recurrent", "bias")]
        cell = (own[0], own[1], own[2], torch.zeros_like(own[2]))
        states = torch.zeros(1, 1, units, dtype=torch.float64)
        turned = sequence if direction == "forward" else sequence.flip(0)
        said = torch.lstm(turned[:, None], (states, states), cell, True, 1, 0.0, True, False, False)[0][:, 0]
        outputs.append(said if direction == "forward" else said.flip(0))
    return torch.cat(outputs, 1)


logits, loss = [], 0
for one, length in enumerate(LENGTHS):
    steps = x[one, :length]
    for i, units in enumerate(HIDDEN):
        steps = over(steps, i + 1, units)
    logits.append(nn.functional.linear(steps, parameters["fc.weight"], parameters["fc.bias"]))
    loss = loss - (shares[one, :length] * torch.log_softmax(logits[-1], 1)).sum() / sum(LENGTHS)
loss.backward()
gradients = {name: numbers(tensor.grad) for name, tensor in parameters.items()}
norm = nn.utils.clip_grad_norm_(list(parameters.values()), 0.05)
clipped = numbers(parameters["fc.bias"].grad)
print(json.dumps({"logits": [numbers(one) for one in logits], "loss": loss.item(), "gradients": gradients, "clipped": clipped}))
