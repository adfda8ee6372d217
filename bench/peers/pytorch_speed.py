"""How fast PyTorch trains and runs a network of Attune's; prints one JSON object a line.

By default it is that of src/model/cnn/architecture.ts with attention pooling, with --network cnn-lstm that of src/model/cnn-lstm. Networks
and optimisers are those of src/, written the way PyTorch's users write them. Without --measure it prints the versions. With --together it trains beside other processes: it
says that it is ready, waits for a line on stdin, reports after --window seconds, and trains on. It ends when stdin does.
"""

import argparse
import json
import os
import platform
import resource
import sys
import threading
import time
from collections import namedtuple

import torch
from torch import nn
from torch.nn import functional as F
from torch.nn.utils import fusion

CLASSES = 4
WARM_UP = 3
CHANNELS = [16, 32, 48, 64, 80]


class AttentionNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1_freq = nn.Conv2d(1, 8, (10, 2), padding="same", bias=False)
        self.conv1_time = nn.Conv2d(1, 8, (2, 8), padding="same", bias=False)
        self.bn1 = nn.BatchNorm2d(CHANNELS[0])
        self.rest = nn.ModuleList(
            nn.Sequential(nn.Conv2d(i, o, 3, padding=1, bias=False), nn.BatchNorm2d(o), nn.ReLU(inplace=True))
            for i, o in zip(CHANNELS[:-1], CHANNELS[1:])
        )
        self.top_down = nn.Conv2d(CHANNELS[-1], CLASSES, 1)
        self.bottom_up = nn.Conv2d(CHANNELS[-1], 1, 1)

    def forward(self, x):
        x = torch.cat([self.conv1_freq(x), self.conv1_time(x)], dim=1)
        x = F.max_pool2d(F.relu(self.bn1(x), inplace=True), 2)  # [n, 16, 200, 100]
        for index, block in enumerate(self.rest, start=2):
            x = block(x)
            if index <= 3:
                x = F.max_pool2d(x, 2)  # [n, 32, 100, 50], [n, 48, 50, 25]
        attention = self.bottom_up(x).flatten(2).softmax(dim=2)
        return (self.top_down(x).flatten(2) * attention).sum(dim=2)

    def fold_batch_norm(self):
        """Into the convolutions, as Attune's inference has it."""
        bn, half = self.bn1, CHANNELS[0] // 2
        for conv, part in ((self.conv1_freq, slice(half)), (self.conv1_time, slice(half, None))):
            statistics = bn.running_mean[part], bn.running_var[part], bn.eps, bn.weight[part], bn.bias[part]
            conv.weight, conv.bias = fusion.fuse_conv_bn_weights(conv.weight, None, *statistics)
        self.bn1 = nn.Identity()
        for block in self.rest:
            block[0], block[1] = fusion.fuse_conv_bn_eval(block[0], block[1]), nn.Identity()


class CnnLstm(nn.Module):
    """Of Satt et al. 2017, as docs/decisions/comparators.md fills its gaps."""

    def __init__(self):
        super().__init__()
        filters = ((1, 16, (12, 16)), (16, 24, (8, 12)), (24, 32, (5, 7)))
        self.convolutions = nn.ModuleList(nn.Conv2d(i, o, shape, padding="same") for i, o, shape in filters)
        self.lstm = nn.LSTM(32 * 25, 128, bidirectional=True)
        self.dense, self.dropout, self.fc = nn.Linear(256, 64), nn.Dropout(0.5), nn.Linear(64, CLASSES)

    def forward(self, x):
        for convolution in self.convolutions:
            x = F.max_pool2d(F.relu(convolution(x), inplace=True), 2)  # at last [n, 32, 25, 37]
        _, (last, _) = self.lstm(x.permute(3, 0, 1, 2).flatten(2))  # [2, n, 128]
        units = F.relu(self.dense(last.transpose(0, 1).flatten(1)))
        return self.fc(self.dropout(units))

    def fold_batch_norm(self):
        """It has none."""


def sgd(parameters):
    return torch.optim.SGD(parameters, lr=0.05, momentum=0.9, nesterov=True, weight_decay=1e-4)


def adam(parameters):
    return torch.optim.Adam(parameters, lr=0.001)


Kind = namedtuple("Kind", "build, bins, frames, batch, optimizer")  # batch: segments a step of training
NETWORKS = {
    "attention": Kind(AttentionNet, 400, 200, 64, sgd),
    "cnn-lstm": Kind(CnnLstm, 200, 300, 32, adam),
}


def noise(network, segments, layout):
    return torch.empty(segments, 1, network.bins, network.frames).uniform_(-1, 1).to(memory_format=layout)


def training_step(network, layout, mode):
    net = network.build().to(memory_format=layout)
    optimizer = network.optimizer(net.parameters())
    model = torch.compile(net, dynamic=False) if mode == "compile" else net
    # an epoch's batches are gathered from features in memory, as Attune's are
    features, labels = noise(network, 2 * network.batch, layout), torch.arange(2 * network.batch) % CLASSES

    def step():
        batch = torch.randperm(len(labels))[: network.batch]
        loss = F.cross_entropy(model(features[batch].to(memory_format=layout)), labels[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss.item()

    return step


def inference_run(network, layout, mode, segments):
    net = network.build().eval()
    if mode == "folded":
        net.fold_batch_norm()
    net = net.to(memory_format=layout)
    if mode in ("compile", "frozen"):
        net = torch.compile(net, dynamic=False, options={"freezing": mode == "frozen"})
    x = noise(network, segments, layout)

    @torch.inference_mode()
    def run():
        return net(x).softmax(dim=1)

    return run


def seconds_of(run):
    began = time.perf_counter()
    run()
    return time.perf_counter() - began


def timing(run, repetitions):
    """After runs that are not timed: the first compiles, and the allocator takes two or three to have all its memory."""
    for _ in range(WARM_UP):
        run()
    seconds = [seconds_of(run) for _ in range(repetitions)]
    return {"seconds": seconds, "peakRssMb": peak_rss_mb()}


def peak_rss_mb():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def tell(**what):
    print(json.dumps(what), flush=True)


def measure(what, args, layout):
    network = NETWORKS[args.network]
    if what == "train":
        return timing(training_step(network, layout, args.mode), args.steps)
    segments, times = {"infer1": (1, 60), "infer16": (16, 6)}[what]
    return timing(inference_run(network, layout, args.mode, segments), times * args.steps)


def train_together(args, layout):
    network = NETWORKS[args.network]
    step = training_step(network, layout, args.mode)
    for _ in range(WARM_UP):
        step()
    tell(ready=True)
    sys.stdin.readline()
    end_with_stdin()
    seconds, steps = 0.0, 0
    while seconds < args.window:
        seconds += seconds_of(step)
        steps += 1
    tell(segments=steps * network.batch, seconds=seconds, peakRssMb=peak_rss_mb())
    while True:  # the others are still being timed
        step()


def end_with_stdin():
    """Ends this process when its parent has gone."""

    def wait():
        sys.stdin.read()
        os._exit(1)

    threading.Thread(target=wait, daemon=True).start()


def first_line(error):
    return f"{type(error).__name__}: {error}".strip().split("\n")[0][:200]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--network", choices=NETWORKS, default="attention")
    parser.add_argument("--measure", choices=["train", "infer1", "infer16"], nargs="*", default=[])
    parser.add_argument("--layout", choices=["contiguous_format", "channels_last"], default="contiguous_format")
    parser.add_argument("--mode", choices=["eager", "folded", "compile", "frozen"], default="eager")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--steps", type=int, default=1, help="timed steps of training; inference in proportion")
    parser.add_argument("--together", action="store_true")
    parser.add_argument("--window", type=float, default=10, help="seconds")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.manual_seed(1)
    layout = getattr(torch, args.layout)
    if args.together:
        return train_together(args, layout)
    if not args.measure:
        return tell(torch=torch.__version__, python=platform.python_version())
    end_with_stdin()
    for what in args.measure:
        try:
            tell(measure=what, **measure(what, args, layout))
        except Exception as error:  # such as what torch.compile cannot do: the other measurements go on
            tell(measure=what, failed=first_line(error))


if __name__ == "__main__":
    main()
