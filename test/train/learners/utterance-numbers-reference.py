"""Prints what utterance-numbers.test.ts expects: NumPy's of an utterance's numbers, SciPy's nearest probabilities.

    python test/train/learners/utterance-numbers-reference.py
"""

import json

import numpy as np
from scipy.optimize import minimize

n, k = np.arange(7)[:, None], np.arange(3)[None]
logits = 2 * np.sin(1.9 * n + 1.1 * k * k)
p = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
numbers = np.concatenate([p.max(0), p.min(0), p.mean(0), (p > 0.2).mean(0)])


def nearest(outputs):
    estimate = (np.array(outputs) + 1) / 2
    sums = {"type": "eq", "fun": lambda q: q.sum() - 1}
    start = np.full(len(estimate), 1 / len(estimate))
    found = minimize(lambda q: ((q - estimate) ** 2).sum(), start, bounds=[(0, 1)] * len(estimate), constraints=sums, tol=1e-14)
    return found.x


digits = lambda a: [float(f"{v:.7g}") for v in np.ravel(a)]
cases = [[0.9, -0.8, -1.1, -0.9], [1.4, 1.2, -3.0, -0.6], [-1.0, -1.1, -0.9, -1.0], [0.2, 0.1, -0.4, 0.15]]
print(json.dumps({"numbers": digits(numbers), "nearest": [digits(np.round(nearest(c), 6)) for c in cases]}))
