"""Writes conv1-only.json: what PyTorch makes of Conv1 alone (the network of Figure 2), for conv1-only.test.ts.

    python test/model/conv1-only-reference.py > test/model/conv1-only.json && npx biome check --write test/model/conv1-only.json

Inputs and weights are sines of the elements' places, so that the test can make them again. Everything is computed in float64.
"""

import json

import torch
from torch.nn import functional as F

SHAPES = [(10, 2), (2, 8), (100, 2), (2, 80), (1, 1), (3, 5)]
BATCH, BINS, FRAMES, CHANNELS, CLASSES = 3, 104, 84, 16, 4
KEPT = 2  # filters whose gradient is written: one with gamma above 0, one below


def sines(shape, step, offset=0.0):
    i = torch.arange(torch.Size(shape).numel(), dtype=torch.float64)
    return torch.sin(step * i + 0.0001 * i * i + offset).reshape(shape)


def parameters(height, width):
    return {
        "conv1.weight": 0.2 * sines((CHANNELS, 1, height, width), 2.1, 1),
        "bn1.weight": sines((CHANNELS,), 1.7, 0.9),
        "bn1.bias": 0.5 * sines((CHANNELS,), 2.9),
        "fc.weight": sines((CLASSES, CHANNELS), 1.1),
        "fc.bias": 0.1 * sines((CLASSES,), 1.9),
    }


def padded(x, height, width):
    top, left = (height - 1) // 2, (width - 1) // 2
    return F.pad(x, (left, width - 1 - left, top, height - 1 - top))


def network(x, p, height, width, mean, variance, training):
    z = F.conv2d(padded(x, height, width), p["conv1.weight"])
    y = F.batch_norm(z, mean, variance, p["bn1.weight"], p["bn1.bias"], training, 0.1, 1e-5)
    return F.linear(F.relu(y).mean((2, 3)), p["fc.weight"], p["fc.bias"])


def case(height, width):
    x = sines((BATCH, 1, BINS, FRAMES), 0.37) + 0.3
    p = {name: value.requires_grad_() for name, value in parameters(height, width).items()}
    mean, variance = torch.zeros(CHANNELS, dtype=torch.float64), torch.ones(CHANNELS, dtype=torch.float64)
    logits = network(x, p, height, width, mean, variance, True)
    loss = F.cross_entropy(logits, torch.tensor([2, 0, 3]))
    loss.backward()
    evaluated = network(x, p, height, width, mean, variance, False)
    gradients = {name: value.grad for name, value in p.items()}
    gradients["conv1.weight"] = gradients["conv1.weight"][:KEPT]
    tensors = {
        "loss": loss,
        "logits": logits,
        "running_mean": mean,
        "running_var": variance,
        "evaluated": evaluated,
        **{f"grad.{name}": value for name, value in gradients.items()},
    }
    return {"height": height, "width": width, **{k: numbers(v) for k, v in tensors.items()}}


def numbers(tensor):
    return [float(f"{value:.6g}") for value in tensor.detach().reshape(-1).tolist()]


print("[\n" + ",\n".join(json.dumps(case(*shape)) for shape in SHAPES) + "\n]")
