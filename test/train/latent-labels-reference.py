"""Prints what latent-labels.test.ts expects: PyTorch's gradient, in float64, of the sum over all paths Null - emotion - Null.

    python test/train/latent-labels-reference.py

Every path is written out. Logits are functions of their places; the outputs are two classes and Null, the emotion is the first class.
"""

import json

import torch

FRAMES = 6
t, k = torch.arange(FRAMES, dtype=torch.float64)[:, None], torch.arange(3, dtype=torch.float64)[None]
logits = (2 * torch.sin(1.3 * t + 0.9 * k * k)).requires_grad_()
log = torch.log_softmax(logits, 1)
paths = []
for start in range(FRAMES):
    for end in range(start + 1, FRAMES + 1):
        labels = [0 if start <= i < end else 2 for i in range(FRAMES)]
        paths.append(sum(log[i, label] for i, label in enumerate(labels)))
likelihood = torch.logsumexp(torch.stack(paths), 0)
(-likelihood).backward()
digits = lambda x: [float(f"{v:.8g}") for v in x.reshape(-1).tolist()]
print(json.dumps({"logLikelihood": float(f"{likelihood.item():.8g}"), "gradient": digits(logits.grad)}))
