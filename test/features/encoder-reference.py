"""Writes encoder.json: what NumPy makes of the encoder's numbers, for encoder.test.ts.

    pip install numpy onnx onnxruntime
    python test/features/encoder-reference.py smart-turn-v3.2-cpu.onnx > test/features/encoder.json

recipes/encoder.ts says where the file comes from. Everything but `original` is computed in float64 from the file's dequantised weights, without any of
Attune's code. `original` is what ONNX Runtime gives of the file itself, whose activations are int8 too.
"""

import json
import sys
from math import erf, sqrt

import numpy as np
import onnx
import onnxruntime
from onnx import numpy_helper

model = onnx.load(sys.argv[1])
constants = {c.name: numpy_helper.to_array(c) for c in model.graph.initializer}
encoder = "inner.encoder."


def dequantised(name, axis):
    q, scale = constants[f"{name}_quantized"].astype(float), constants[f"{name}_scale"].astype(float)
    return q * scale.reshape([-1 if i == axis else 1 for i in range(q.ndim)])


products = [
    name
    for node in model.graph.node
    if node.op_type == "MatMul"
    for name in [node.input[1].replace("_DequantizeLinear_Output", "")]
    if f"{name}_quantized" in constants
]
gelu = np.vectorize(lambda x: 0.5 * x * (1 + erf(x / sqrt(2))))


def log_mel(x):
    """[samples] to [80, samples / 160]; filters by their definition, one triangle after the other"""
    hertz = lambda m: 200 * m / 3 if m < 15 else 1000 * 6.4 ** ((m - 15) / 27)
    top = 15 + 27 * np.log(8) / np.log(6.4)
    corners = [hertz(m) for m in np.linspace(0, top, 82)]
    bins = np.arange(201) * 40.0
    filters = np.array(
        [
            np.interp(bins, corners[i : i + 3], [0, 2 / (corners[i + 2] - corners[i]), 0], left=0, right=0)
            for i in range(80)
        ]
    )
    padded = np.pad(x, 200, mode="reflect")
    window = np.hanning(401)[:-1]
    frames = np.array([padded[i * 160 : i * 160 + 400] * window for i in range(len(x) // 160)])
    decades = np.log10(np.maximum(filters @ (np.abs(np.fft.rfft(frames)) ** 2).T, 1e-10))
    return (np.maximum(decades, decades.max() - 8) + 4) / 4


def convolve(x, name, stride):
    """[in, frames] to [out, frames / stride]"""
    w = dequantised(f"{encoder}{name}.weight", 0)
    b = constants[f"{encoder}{name}.bias_quantized"] * constants[f"{encoder}{name}.bias_quantized_scale"].astype(float)
    padded = np.pad(x, ((0, 0), (1, 1)))
    at = range(0, x.shape[1], stride)
    return np.array([np.tensordot(w, padded[:, t : t + 3], 2) + b for t in at]).T


def norm(x, name):
    weight, bias = (constants[f"{encoder}{name}.{part}"].astype(float) for part in ("weight", "bias"))
    return (x - x.mean(1, keepdims=True)) / np.sqrt(x.var(1, keepdims=True) + 1e-5) * weight + bias


def block(x, i, attended):
    """[frames, 384]; `attended`: frames that may be attended to"""
    key, query, value, out, wide, narrow = (dequantised(name, 1) for name in products[6 * i : 6 * i + 6])
    bias = lambda name: constants[f"{encoder}layers.{i}.{name}.bias"].astype(float)
    y = norm(x, f"layers.{i}.self_attn_layer_norm")
    q, k, v = y @ query + bias("self_attn.q_proj"), y @ key, y @ value + bias("self_attn.v_proj")
    heads = []
    for h in range(6):
        part = slice(64 * h, 64 * h + 64)
        scores = q[:, part] @ k[attended][:, part].T / 8
        weights = np.exp(scores - scores.max(1, keepdims=True))
        heads.append(weights / weights.sum(1, keepdims=True) @ v[attended][:, part])
    x = x + np.concatenate(heads, 1) @ out + bias("self_attn.out_proj")
    return x + gelu(norm(x, f"layers.{i}.final_layer_norm") @ wide + bias("fc1")) @ narrow + bias("fc2")


def encode(x, blocks, sounding=None):
    """[samples] to frames before and behind the blocks, [frames, 384] each"""
    h = gelu(convolve(gelu(convolve(log_mel(x), "conv1", 1)), "conv2", 2)).T
    h = h + constants[f"{encoder}embed_positions.weight"][: len(h)]
    states = [h]
    for i in range(blocks):
        h = block(h, i, np.arange(len(h)) if sounding is None else np.flatnonzero(sounding))
        states.append(h)
    return states


def sound(samples):
    """a voice-like tone that rises and falls, as the test makes it"""
    t = np.arange(samples) / 16000
    tone = sum(np.sin(2 * np.pi * k * (120 * t + 10 * np.sin(2 * np.pi * 0.7 * t))) / k for k in range(1, 20))
    return (0.02 + 0.3 * np.abs(np.sin(2 * np.pi * 1.3 * t))) * 0.3 * tone


def normalised(x):
    return (x - x.mean()) / np.sqrt(x.var() + 1e-7)


def part(x, step):
    return [float(f"{value:.6g}") for value in x.reshape(-1)[::step]]


two = normalised(sound(32000))
states = encode(two, 2)

# 1.2 s of sound, then 0.8 s of samples that are 0
short = np.zeros(32000)
short[:19200] = normalised(sound(19200))
sounding = np.arange(100) < 60
of_short = encode(short, 1, sounding)[1]

eight = normalised(sound(128000))
for name in ("add_20", "add_146", "add_268"):
    model.graph.output.append(onnx.helper.make_empty_tensor_value_info(name))
session = onnxruntime.InferenceSession(model.SerializeToString())
_, *original = session.run(None, {"input_features": log_mel(eight)[None].astype(np.float32)})

json.dump(
    {
        "logMel": part(log_mel(two), 13),
        "frames": [part(state, 97) for state in states],
        "short": part(of_short[:60], 97),
        "original": [part(state[0], 997) for state in original],
    },
    sys.stdout,
)
