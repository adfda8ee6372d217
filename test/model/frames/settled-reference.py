"""Prints what mean.test.ts expects: NumPy in float64, from the definitions of the nuisance attribute projection
and of within-class covariance normalisation, smoothed.

    python test/model/frames/settled-reference.py
"""

import json

import numpy as np

n, i = np.arange(12)[:, None], np.arange(6)[None]
x = (np.sin(1.7 * n + 2.3 * i * i) + 0.3 * i * np.cos(n)).astype(np.float32).astype(float)
label = np.arange(12) % 3
speaker = np.array([0 if k % 4 == 3 else k % 4 for k in range(12)])
z = (x - x.mean(0)) / x.std(0)
differences = []
for s in range(3):
    own = []
    for c in range(3):
        means = {t: z[(label == c) & (speaker == t)].mean(0) for t in range(3) if ((label == c) & (speaker == t)).any()}
        if s in means:
            own.append(means[s] - np.mean(list(means.values()), 0))
    differences.append(np.mean(own, 0))
directions = np.linalg.svd(np.array(differences))[2][:2]
digits = lambda a: [float(f"{v:.8g}") for v in np.ravel(a)]
plane = directions.T @ directions
copies = (x[[0, 2, 3, 5, 7, 8, 10]] * 1.3 + np.cos(2.1 * np.arange(7)[:, None] + i * i)).astype(np.float32).astype(float)
change = (copies - x.mean(0)) / x.std(0) - z[[0, 2, 3, 5, 7, 8, 10]]
change = (change - change.mean(0)) @ (np.eye(6) - plane)
damped = np.eye(6) - np.linalg.inv(np.eye(6) + 0.5 * change.T @ change / len(change))  # what is taken out
print(json.dumps({"mean": digits(x.mean(0)), "deviation": digits(x.std(0)), "plane": [digits(row) for row in plane], "damped": [digits(row) for row in damped]}))
