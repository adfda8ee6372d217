"""Writes optimizers.json: what PyTorch's optimisers make of a parameter, for optimizers.test.ts.

    python test/train/optimizers/optimizers-reference.py > test/train/optimizers/optimizers.json
    npx biome check --write test/train/optimizers/optimizers.json

Gradients are sines of a running number, so that the test can make them again; the second element's are tiny, the third's 0.
Everything is computed in float64. Made with PyTorch 2.15.
"""

import json

import torch

SHAPE = (2, 3)
KEPT = (1, 2, 10, 300)  # the steps after which the parameter is written
SIZES = torch.tensor([1, 1e-6, 0, 1, 10, 1], dtype=torch.float64)
CASES = {
    "sgd": (torch.optim.SGD, {"momentum": 0.9, "nesterov": True, "weight_decay": 1e-4}),
    "adam": (torch.optim.Adam, {}),
    "adam, decay": (torch.optim.Adam, {"betas": (0.8, 0.99), "eps": 1e-5, "weight_decay": 0.1}),
    "adamw": (torch.optim.AdamW, {}),
    "adamw, no memory": (torch.optim.AdamW, {"betas": (0.0, 0.999), "weight_decay": 0.1}),
}


def gradient(step):
    i = torch.arange(6, dtype=torch.float64) + 6 * step
    return (SIZES * (torch.sin(1.3 * i + 0.0001 * i * i) + 0.2)).reshape(SHAPE)


def case(name):
    optimizer, settings = CASES[name]
    parameter = torch.nn.Parameter(torch.tensor([[1.0, -2.0, 0.5], [0.0, 3.0, -0.25]], dtype=torch.float64))
    running = optimizer([parameter], lr=0.0, **settings)
    parameters = []
    for step in range(max(KEPT)):
        for group in running.param_groups:
            group["lr"] = 0.05 if step < 5 else 0.005
        parameter.grad = gradient(step)
        running.step()
        if step + 1 in KEPT:
            parameters.append([float(f"{value:.8g}") for value in parameter.detach().reshape(-1).tolist()])
    return {"name": name, "parameters": parameters}


print("[\n" + ",\n".join(json.dumps(case(name)) for name in CASES) + "\n]")
