"""Train the network of this folder: one convolution, ReLU, max pooling, one dense layer.

    python models/one-conv/train.py DATA_FOLDER --seed 0 --epochs 60

DATA_FOLDER holds `train` and `test`, each with one folder of 32x32 pictures per class. Needs torch
and Pillow; one CPU core is enough. The classes are numbered in alphabetical order.
"""

import argparse
import json
import time
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor, nn
from torch.nn import functional
from torch.optim import AdamW
from torch.optim.lr_scheduler import OneCycleLR
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from app.networks.network import write_network

BATCH_SIZE = 128
PEAK_LEARNING_RATE = 0.01
WEIGHT_DECAY = 0.03
MEAN_DECAY = 0.999

Weights = dict[str, NDArray[np.float32]]


def read_classes(folder: Path) -> list[str]:
    """Return the names of the class folders, in the order of the network's outputs."""
    return sorted(path.name for path in folder.iterdir() if path.is_dir())


def read_pictures(folder: Path) -> tuple[Tensor, Tensor]:
    """Return all pictures as bytes (N, 3, 32, 32) and the class number of each (N)."""
    groups = [sorted((folder / name).iterdir()) for name in read_classes(folder)]
    pixels = np.stack([np.asarray(Image.open(p).convert("RGB")) for group in groups for p in group])
    targets = [index for index, group in enumerate(groups) for _ in group]
    return torch.from_numpy(pixels).permute(0, 3, 1, 2).contiguous(), torch.tensor(targets)


def normalise(pixels: Tensor) -> Tensor:
    """Bring bytes 0..255 into -1..1, as the served network does."""
    return pixels.float() / 255 * 2 - 1


def build_network(classes: int) -> nn.Sequential:
    """Build the network up to its logits; softmax is part of the loss here."""
    network = nn.Sequential()
    network.add_module("conv", nn.Conv2d(3, 8, kernel_size=5, padding=2))
    network.add_module("relu", nn.ReLU())
    network.add_module("pool", nn.MaxPool2d(kernel_size=4))
    network.add_module("flatten", nn.Flatten())
    network.add_module("dense", nn.Linear(512, classes))
    return network


def augment(pixels: Tensor) -> Tensor:
    """Shift the batch by up to one pixel each way and mirror about half of its pictures."""
    # One shift for the whole batch is cheap, and over many batches every picture sees all nine.
    padded = functional.pad(pixels, (1, 1, 1, 1), mode="replicate")
    top, left = torch.randint(0, 3, (2,)).tolist()
    shifted = padded[:, :, top : top + 32, left : left + 32]
    mirror = torch.rand(len(shifted), 1, 1, 1) < 0.5
    return torch.where(mirror, shifted.flip(3), shifted)


def fit(network: nn.Sequential, pixels: Tensor, targets: Tensor, epochs: int) -> nn.Module:
    """Train in place and return the network with the running mean of its weights."""
    # The mean is steadier than the last step, and its kernels are smoother.
    mean = AveragedModel(network, multi_avg_fn=get_ema_multi_avg_fn(MEAN_DECAY))
    optimizer = AdamW(network.parameters(), weight_decay=WEIGHT_DECAY)
    steps = len(pixels) // BATCH_SIZE
    schedule = OneCycleLR(optimizer, PEAK_LEARNING_RATE, total_steps=epochs * steps)
    for epoch in range(epochs):
        start, total = time.perf_counter(), 0.0
        for batch in torch.randperm(len(pixels))[: steps * BATCH_SIZE].split(BATCH_SIZE):
            logits = network(augment(normalise(pixels[batch])))
            loss = functional.cross_entropy(logits, targets[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            mean.update_parameters(network)
            total += loss.item()
        seconds = time.perf_counter() - start
        print(f"epoch {epoch + 1}: loss {total / steps:.3f}, {seconds:.0f} s", flush=True)
    return mean.module


def train(folder: Path, seed: int = 0, epochs: int = 60) -> Weights:
    """Train on a folder of class folders and return the float32 weights by name."""
    torch.manual_seed(seed)
    pixels, targets = read_pictures(folder)
    network = fit(build_network(len(read_classes(folder))), pixels, targets, epochs)
    return {name: value.numpy() for name, value in network.state_dict().items()}


def measure(weights: Weights, folder: Path) -> dict[str, tuple[int, int]]:
    """Return for each class how many of its pictures are named rightly, and how many there are."""
    classes = read_classes(folder)
    pixels, targets = read_pictures(folder)
    network = build_network(len(classes))
    network.load_state_dict({name: torch.from_numpy(value) for name, value in weights.items()})
    with torch.no_grad():
        right = network(normalise(pixels)).argmax(1) == targets
    by_class = [right[targets == index] for index in range(len(classes))]
    return {name: (int(of.sum()), len(of)) for name, of in zip(classes, by_class, strict=True)}


def export(weights: Weights, accuracy: float) -> None:
    """Write model.onnx beside this script: the chain of chain.json with these weights in it."""
    folder = Path(__file__).parent
    chain = json.loads((folder / "chain.json").read_text())
    facts = chain["facts"] | {"accuracy": accuracy}
    write_network(folder, chain["layers"], weights, tuple(chain["input"]), facts)


def parse_arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Train one convolution and one dense layer.")
    parser.add_argument("data", type=Path, help="folder with train/CLASS/* and test/CLASS/*")
    parser.add_argument("--out", type=Path, help="an .npz file for the weights as well")
    parser.add_argument("--weights", type=Path, help="an .npz file of weights to take, not train")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--epochs", type=int, default=60)
    return parser.parse_args()


def main() -> None:
    """Train, say how often the network is right on the test pictures, and write model.onnx."""
    arguments = parse_arguments()
    torch.set_num_threads(1)
    if arguments.weights:
        with np.load(arguments.weights, allow_pickle=False) as held:
            weights = {name: held[name] for name in held.files}
    else:
        weights = train(arguments.data / "train", arguments.seed, arguments.epochs)
    if arguments.out:
        np.savez(arguments.out, allow_pickle=False, **weights)
    correct, total = 0, 0
    for name, (right, count) in measure(weights, arguments.data / "test").items():
        print(f"{name}: {right / count:.1%}")
        correct, total = correct + right, total + count
    print(f"test accuracy: {correct} of {total}, {correct / total:.2%}")
    export(weights, correct / total)


if __name__ == "__main__":
    main()
