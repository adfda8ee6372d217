"""How fast PyTorch (eager) trains and runs Attune's default network, with how much memory; prints one JSON object.

The architecture is that of src/model/architecture.ts with attention pooling, the optimiser that of src/train/step.ts.
"""

import argparse
import json
import resource
import statistics
import time

import torch
from torch import nn
from torch.nn import functional as F

BINS, FRAMES, CLASSES = 400, 200, 4
TRAIN_BATCH = 64
CHANNELS = [16, 32, 48, 64, 80]


class AttentionNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1_freq = nn.Conv2d(1, 8, (10, 2), bias=False)
        self.conv1_time = nn.Conv2d(1, 8, (2, 8), bias=False)
        self.bn1 = nn.BatchNorm2d(CHANNELS[0])
        self.rest = nn.ModuleList(
            nn.Sequential(nn.Conv2d(i, o, 3, padding=1, bias=False), nn.BatchNorm2d(o), nn.ReLU())
            for i, o in zip(CHANNELS[:-1], CHANNELS[1:])
        )
        self.top_down = nn.Conv2d(CHANNELS[-1], CLASSES, 1)
        self.bottom_up = nn.Conv2d(CHANNELS[-1], 1, 1)

    def forward(self, x):
        # F.pad takes left, right, top, bottom
        pair = self.conv1_freq(F.pad(x, (0, 1, 4, 5))), self.conv1_time(F.pad(x, (3, 4, 0, 1)))
        x = F.max_pool2d(F.relu(self.bn1(torch.cat(pair, dim=1))), 2)  # [n, 16, 200, 100]
        for index, block in enumerate(self.rest, start=2):
            x = block(x)
            if index <= 3:
                x = F.max_pool2d(x, 2)  # [n, 32, 100, 50], [n, 48, 50, 25]
        attention = self.bottom_up(x).flatten(2).softmax(dim=2)
        return (self.top_down(x).flatten(2) * attention).sum(dim=2)


def median_seconds(repetitions, run):
    """The first run warms up and is left out."""
    seconds = []
    for _ in range(repetitions + 1):
        began = time.perf_counter()
        run()
        seconds.append(time.perf_counter() - began)
    return statistics.median(seconds[1:])


def measure(layout, steps):
    def noise(batch):
        return torch.empty(batch, 1, BINS, FRAMES).uniform_(-1, 1).to(memory_format=layout)

    net = AttentionNet().to(memory_format=layout)
    optimizer = torch.optim.SGD(net.parameters(), lr=0.05, momentum=0.9, nesterov=True, weight_decay=1e-4)
    spectrograms, target = noise(TRAIN_BATCH), torch.arange(TRAIN_BATCH) % CLASSES

    def step():
        optimizer.zero_grad()
        F.cross_entropy(net(spectrograms), target).backward()
        optimizer.step()

    rates = {"train_segments_per_s": TRAIN_BATCH / median_seconds(steps, step)}
    net.eval()
    with torch.inference_mode():
        for batch in (1, 16):
            x = noise(batch)
            rates[f"infer_batch{batch}_segments_per_s"] = batch / median_seconds(4 * steps, lambda: net(x))
    return {name: round(rate, 2) for name, rate in rates.items()}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--layout", choices=["contiguous_format", "channels_last"], required=True)
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--steps", type=int, required=True)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.manual_seed(1)
    figures = {"version": torch.__version__, "layout": args.layout, **measure(getattr(torch, args.layout), args.steps)}
    figures["peak_rss_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps(figures))
