"""Writes family.json: what PyTorch makes of two small networks of convolutions and an LSTM, one after the other, for family.test.ts.

    python test/model/two-step/family-reference.py > test/model/two-step/family.json && npx biome check --write test/model/two-step/family.json

Each network is trained by a loss of its own: step one by the binary cross-entropy of neutral, step two by the cross-entropy of the other
classes, over the segments that are not neutral. Weights, x and masks are functions of their elements' places. Of each gradient every so
many elements are kept, and its sum. Everything is computed in float64. Made with PyTorch 2.15.
"""

import json
import math

import torch
from torch import nn

BATCH, BINS, FRAMES, HIDDEN, DENSE, CLASSES, NEUTRAL = 3, 16, 20, 3, 4, 4, 1
OTHERS = [0, 2, 3]
TARGET = torch.tensor([1, 0, 3])
FILTERS = [(1, 16, 12, 16), (16, 24, 8, 12), (24, 32, 5, 7)]
KEPT = 20


def sines(shape, size, offset):
    i = torch.arange(torch.Size(shape).numel(), dtype=torch.float64)
    return (size * torch.sin(1.7 * i + 0.0001 * i * i + offset)).reshape(shape)


def numbers(tensor):
    return [float(f"{value:.8g}") for value in tensor.detach().reshape(-1).tolist()]


parameters = {}


def add(name, shape, size):
    parameters[name] = sines(shape, size, 0.3 * len(parameters)).requires_grad_()


class Step(nn.Module):
    """All before the last layer."""

    def __init__(self, name):
        super().__init__()
        self.name = name
        self.lstm = nn.LSTM(FILTERS[-1][1] * (BINS // 8), HIDDEN, bidirectional=True).double()
        for i, (inputs, out, height, width) in enumerate(FILTERS):
            add(f"{name}.conv{i + 1}.weight", (out, inputs, height, width), 2 / (inputs * height * width) ** 0.5)
            add(f"{name}.conv{i + 1}.bias", (out,), 0.1)
        for direction in ("forward", "reverse"):
            add(f"{name}.lstm.{direction}.input", (4 * HIDDEN, self.lstm.input_size), 0.5)
            add(f"{name}.lstm.{direction}.recurrent", (4 * HIDDEN, HIDDEN), 0.8)
            add(f"{name}.lstm.{direction}.bias", (4 * HIDDEN,), 0.3)
        add(f"{name}.dense.weight", (DENSE, 2 * HIDDEN), 1.0)
        add(f"{name}.dense.bias", (DENSE,), 0.4)

    def forward(self, y, mask):
        own = {key[len(self.name) + 1 :]: value for key, value in parameters.items() if key.startswith(self.name)}
        for i, (_, _, height, width) in enumerate(FILTERS):
            above, before = (height - 1) // 2, (width - 1) // 2
            padded = nn.functional.pad(y, (before, width - 1 - before, above, height - 1 - above))
            z = nn.functional.conv2d(padded, own[f"conv{i + 1}.weight"], own[f"conv{i + 1}.bias"])
            y = torch.max_pool2d(torch.relu(z), 2)
        weights = {}
        for direction, end in (("forward", "_l0"), ("reverse", "_l0_reverse")):
            weights["weight_ih" + end] = own[f"lstm.{direction}.input"]
            weights["weight_hh" + end] = own[f"lstm.{direction}.recurrent"]
            weights["bias_ih" + end] = own[f"lstm.{direction}.bias"]
            weights["bias_hh" + end] = torch.zeros(4 * HIDDEN, dtype=torch.float64)
        _, (last, _) = torch.func.functional_call(self.lstm, weights, (y.permute(3, 0, 1, 2).flatten(2),))
        dense = nn.functional.linear(torch.cat([last[0], last[1]], 1), own["dense.weight"], own["dense.bias"])
        return torch.relu(dense) * mask


one, two = Step("one"), Step("two")
add("fc.weight", (CLASSES, DENSE), 1.0)
add("fc.bias", (CLASSES,), 0.4)

x = sines((BATCH, 1, BINS, FRAMES), 1.0, 0.9)
places = torch.arange(BATCH * DENSE).reshape(BATCH, DENSE)
masks = {"one": 2.0 * (places % 3 != 0), "two": 2.0 * (places % 4 != 1)}


def outputs(mask_one, mask_two):
    weight, bias = parameters["fc.weight"], parameters["fc.bias"]
    z = nn.functional.linear(one(x, mask_one), weight[[NEUTRAL]], bias[[NEUTRAL]])[:, 0]
    return z, nn.functional.linear(two(x, mask_two), weight[OTHERS], bias[OTHERS])


def probabilities(z, others):
    neutral = torch.sigmoid(z)
    p = torch.zeros(BATCH, CLASSES, dtype=torch.float64)
    p[:, NEUTRAL] = neutral
    p[:, OTHERS] = (1 - neutral)[:, None] * torch.softmax(others, 1)
    return p


z, others = outputs(masks["one"], masks["two"])
is_neutral = TARGET == NEUTRAL
of_one = nn.functional.binary_cross_entropy_with_logits(z, is_neutral.double())
among = torch.tensor([OTHERS.index(k) for k in TARGET[~is_neutral].tolist()])
of_two = nn.functional.cross_entropy(others[~is_neutral], among)
# each loss alone gives its network's gradients; step two's mean is over fewer segments
(of_one + of_two * (~is_neutral).double().mean()).backward()
gradients = {
    name: {"some": numbers(tensor.grad.reshape(-1)[:: max(1, tensor.numel() // KEPT)]), "sum": float(f"{tensor.grad.sum():.8g}")}
    for name, tensor in parameters.items()
}
used_z, used_others = outputs(1.0, 1.0)
print(
    json.dumps(
        {
            "trained": numbers(probabilities(z, others)),
            "used": numbers(probabilities(used_z + math.log(CLASSES - 1), used_others)),
            "losses": [of_one.item(), of_two.item()],
            "gradients": gradients,
        }
    )
)
