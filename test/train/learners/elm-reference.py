"""Prints what elm.test.ts expects: NumPy in float64, from the definitions of the extreme learning machine.

    python test/train/learners/elm-reference.py
"""

import json

import numpy as np

n, i = np.arange(9)[:, None], np.arange(4)[None]
x = (0.5 + 0.5 * np.sin(1.3 * n + 0.7 * i * i)).astype(np.float32).astype(float)
label = np.arange(9) % 3
target = np.where(label[:, None] == np.arange(3)[None], 1.0, -1.0)
probe = (0.5 + 0.5 * np.cos(0.9 * np.arange(2)[:, None] + i)).astype(np.float32).astype(float)
rbf = lambda a, b: np.exp(-1.7 * ((a[:, None] - b[None]) ** 2).sum(2))
kernel = rbf(probe, x) @ np.linalg.solve(rbf(x, x) + 0.01 * np.eye(9), target)
digits = lambda a: [float(f"{v:.8g}") for v in np.ravel(a)]
print(json.dumps({"kernel": digits(kernel)}))
