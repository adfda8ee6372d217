"""Writes lstm.json: what PyTorch makes of an LSTM layer, for lstm.test.ts.

    python test/graph/lstm-reference.py > test/graph/lstm.json && npx biome check --write test/graph/lstm.json

x and weights are sines of their elements' places. The loss is the sum of the outputs and of the last states, times weights that are
sines too. Everything is computed in float64. Made with PyTorch 2.15.
"""

import json

import torch
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

TIME, BATCH, FEATURES, HIDDEN = 6, 3, 4, 2
CASES = [("forward", None), ("forward", [4, 6, 1]), ("reverse", None), ("reverse", [4, 6, 1]), ("both", None), ("both", [2, 5, 6])]


def sines(shape, step, offset=0.0):
    i = torch.arange(torch.Size(shape).numel(), dtype=torch.float64)
    return torch.sin(step * i + 0.0001 * i * i + offset).reshape(shape)


def numbers(tensor):
    return [float(f"{value:.8g}") for value in tensor.detach().reshape(-1).tolist()]


def layer(suffix, offset, lstm):
    for name, size in [("weight_ih", 1.0), ("weight_hh", 1.5), ("bias_ih", 0.8), ("bias_hh", 0.0)]:
        own = getattr(lstm, f"{name}_l0{suffix}")
        own.data = size * sines(own.shape, {"weight_ih": 1.7, "weight_hh": 2.3, "bias_ih": 0.9, "bias_hh": 1}[name], offset)


def case(direction, lengths):
    lstm = torch.nn.LSTM(FEATURES, HIDDEN, bidirectional=True, dtype=torch.float64)
    layer("", 0.3, lstm)
    layer("_reverse", 1.1, lstm)
    x = sines((TIME, BATCH, FEATURES), 1.9).requires_grad_()
    packed = pack_padded_sequence(x, torch.tensor(lengths or [TIME] * BATCH), enforce_sorted=False)
    y, (last, _) = lstm(packed)
    outputs, _ = pad_packed_sequence(y, total_length=TIME)
    kept = {"forward": [0], "reverse": [1], "both": [0, 1]}[direction]
    outputs = torch.cat([outputs[:, :, HIDDEN * k : HIDDEN * (k + 1)] for k in kept], 2)
    last = torch.cat([last[k] for k in kept], 1)
    ((outputs * sines(outputs.shape, 1.3, 0.5)).sum() + (last * sines(last.shape, 0.7, 0.2)).sum()).backward()
    gradients = {
        f"{name}.{part}": numbers(getattr(lstm, f"{own}_l0{suffix}").grad)
        for k, (name, suffix) in enumerate([("forward", ""), ("reverse", "_reverse")])
        if k in kept
        for part, own in [("input", "weight_ih"), ("recurrent", "weight_hh"), ("bias", "bias_ih")]
    }
    result = {"direction": direction, **({"lengths": lengths} if lengths else {})}
    return {**result, "outputs": numbers(outputs), "last": numbers(last), "gradients": {"x": numbers(x.grad), **gradients}}


print("[\n" + ",\n".join(json.dumps(case(*own)) for own in CASES) + "\n]")
