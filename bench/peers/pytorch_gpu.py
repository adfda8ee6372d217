"""How fast PyTorch trains and runs Attune's default network on a GPU; prints one JSON object.

The network and the optimiser are pytorch_speed.py's. As in Attune's runs, each run begins with a batch in the processor's memory and
ends with the loss, or the probabilities, there. The batch is pinned and cuDNN may choose its algorithms, as PyTorch's users have it;
TensorFloat-32 is as PyTorch has it by default. Without --measure it prints the GPU's name. It ends when stdin does.
"""

import argparse
import sys

import torch
from pytorch_speed import CLASSES, AttentionNet, end_with_stdin, first_line, noise, peak_rss_mb, seconds_of, tell
from torch.nn import functional as F


def training_step(layout, segments):
    net = AttentionNet().to("cuda", memory_format=layout)
    optimizer = torch.optim.SGD(net.parameters(), lr=0.05, momentum=0.9, nesterov=True, weight_decay=1e-4)
    x, labels = noise(segments, layout).pin_memory(), (torch.arange(segments) % CLASSES).pin_memory()

    def step():
        loss = F.cross_entropy(net(x.to("cuda", non_blocking=True)), labels.to("cuda", non_blocking=True))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        torch.cuda.synchronize()
        return loss.item()

    return step


def inference_run(layout, segments):
    net = AttentionNet().eval()
    net.fold_batch_norm()
    net = net.to("cuda", memory_format=layout)
    x = noise(segments, layout).pin_memory()

    @torch.inference_mode()
    def run():
        return net(x.to("cuda", non_blocking=True)).softmax(dim=1).cpu()

    return run


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--measure", choices=["training", "inference"])
    parser.add_argument("--layout", choices=["contiguous_format", "channels_last"], default="contiguous_format")
    parser.add_argument("--batch", type=int, default=64, help="segments a run")
    parser.add_argument("--runs", type=int, default=1, help="all are timed, the first ones too")
    args = parser.parse_args()
    if not torch.cuda.is_available():
        sys.exit(f"its PyTorch {torch.__version__} sees no CUDA device; it needs an NVIDIA card and a build with CUDA")
    if not args.measure:
        return tell(gpu=torch.cuda.get_device_name(), cuda=torch.version.cuda)
    end_with_stdin()
    torch.manual_seed(1)
    torch.backends.cudnn.benchmark = True
    make = training_step if args.measure == "training" else inference_run
    try:
        run = make(getattr(torch, args.layout), args.batch)
        seconds = [seconds_of(run) for _ in range(args.runs)]
        tell(seconds=seconds, peakRssMb=peak_rss_mb())
    except torch.OutOfMemoryError as error:
        tell(failed=first_line(error))


if __name__ == "__main__":
    main()
