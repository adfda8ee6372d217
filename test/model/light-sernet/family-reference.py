"""Writes family.json: what PyTorch makes of Light-SERNet on short segments, for family.test.ts.

    python test/model/light-sernet/family-reference.py > test/model/light-sernet/family.json && npx biome check --write test/model/light-sernet/family.json

x, weights and the mask of the dropout are functions of their elements' places. Of each gradient every so many elements are kept, and
its sum. Everything is computed in float64. Made with PyTorch 2.15.
"""

import json

import torch
from torch import nn

BATCH, ROWS, FRAMES, CLASSES = 3, 40, 20, 3
PATHS = [("coefficients", 9, 1), ("frames", 1, 11), ("both", 3, 3)]
REST = [(96, 64, 3, (2, 2)), (64, 96, 3, (2, 2)), (96, 128, 3, (1, 2)), (128, 160, 3, (1, 2)), (160, 320, 1, None)]
KEPT = 30


def sines(shape, size, offset):
    i = torch.arange(torch.Size(shape).numel(), dtype=torch.float64)
    return (size * torch.sin(1.7 * i + 0.0001 * i * i + offset)).reshape(shape)


def numbers(tensor):
    return [float(f"{value:.8g}") for value in tensor.detach().reshape(-1).tolist()]


parameters, running = {}, {}


def add(name, shape, size, around=0.0):
    parameters[name] = (around + sines(shape, size, 0.3 * len(parameters))).requires_grad_()


def add_norm(index, channels):
    add(f"bn{index}.weight", (channels,), 0.4, 1.0)
    add(f"bn{index}.bias", (channels,), 0.2)
    running[f"bn{index}.running_mean"] = sines((channels,), 0.1, index)
    running[f"bn{index}.running_var"] = 1 + sines((channels,), 0.5, index)


for name, height, width in PATHS:
    add(f"conv1_{name}.weight", (32, 1, height, width), 2 / (height * width) ** 0.5)
add_norm(1, 96)
for i, (inputs, out, side, _) in enumerate(REST):
    add(f"conv{i + 2}.weight", (out, inputs, side, side), 2 / (inputs * side * side) ** 0.5)
    add_norm(i + 2, out)
add("fc.weight", (CLASSES, 320), 0.3)
add("fc.bias", (CLASSES,), 0.3)

x = sines((BATCH, 1, ROWS, FRAMES), 2.0, 0.9)
mask = (torch.arange(BATCH * 320).reshape(BATCH, 320) % 3 != 0) / 0.7
target = torch.tensor([2, 0, 1])


def norm(z, index, training, batch):
    if training:
        batch[f"bn{index}.running_mean"] = z.mean((0, 2, 3))
        batch[f"bn{index}.running_var"] = z.var((0, 2, 3), unbiased=True)
    mean, var = (None, None) if training else (running[f"bn{index}.running_mean"], running[f"bn{index}.running_var"])
    weight, bias = parameters[f"bn{index}.weight"], parameters[f"bn{index}.bias"]
    return torch.relu(nn.functional.batch_norm(z, mean, var, weight, bias, training, 0.0, 1e-3))


def pooled(y, window):
    # as Keras pads to equal sizes: a window that hangs over counts what lies in it
    return nn.functional.avg_pool2d(y, window, ceil_mode=True, count_include_pad=False) if window else y


def logits(training, mask):
    batch = {}
    paths = [
        nn.functional.conv2d(x, parameters[f"conv1_{name}.weight"], padding=((height - 1) // 2, (width - 1) // 2))
        for name, height, width in PATHS
    ]
    y = pooled(norm(torch.cat(paths, 1), 1, training, batch), (2, 2))
    for i, (_, _, side, window) in enumerate(REST):
        z = nn.functional.conv2d(y, parameters[f"conv{i + 2}.weight"], padding=(side - 1) // 2)
        y = pooled(norm(z, i + 2, training, batch), window)
    return nn.functional.linear(y.mean((2, 3)) * mask, parameters["fc.weight"], parameters["fc.bias"]), batch


trained, batch = logits(True, mask)
loss = nn.functional.cross_entropy(trained, target)
loss.backward()
gradients = {
    name: {"some": numbers(tensor.grad.reshape(-1)[:: max(1, tensor.numel() // KEPT)]), "sum": float(f"{tensor.grad.sum():.8g}")}
    for name, tensor in parameters.items()
}
statistics = {name: numbers(tensor[::8]) for name, tensor in batch.items()}
in_use = numbers(logits(False, 1.0)[0])
print(json.dumps({"logits": numbers(trained), "inUse": in_use, "loss": loss.item(), "statistics": statistics, "gradients": gradients}))
