"""Train the network of this folder: one convolution, ReLU, max pooling, one dense layer.

    python -m models.one-conv.train DATA --seed 0 --epochs 60

DATA is a folder that holds `train` and `test`, each with one folder of 32x32 pictures per class.
Needs torch and Pillow; one CPU core is enough. The classes are numbered in alphabetical order.
"""

from collections.abc import Iterator
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.optim import AdamW

from models.command import run
from models.training import Recipe, Script, normalise, read_both

WEIGHT_DECAY = 0.03


def build(classes: int) -> nn.Sequential:
    """Build the network up to its logits."""
    network = nn.Sequential()
    network.add_module("conv", nn.Conv2d(3, 8, kernel_size=5, padding=2))
    network.add_module("relu", nn.ReLU())
    network.add_module("pool", nn.MaxPool2d(kernel_size=4))
    network.add_module("flatten", nn.Flatten())
    network.add_module("dense", nn.Linear(512, classes))
    return network


def optimizer(parameters: Iterator[nn.Parameter]) -> AdamW:
    """Return Adam with its weight decay apart from the gradient."""
    return AdamW(parameters, weight_decay=WEIGHT_DECAY)


def change(pixels: Tensor) -> Tensor:
    """Shift the batch by up to one pixel each way and mirror about half of its pictures."""
    # One shift for the whole batch is cheap, and over many batches every picture sees all nine.
    padded = functional.pad(normalise(pixels), (1, 1, 1, 1), mode="replicate")
    top, left = torch.randint(0, 3, (2,)).tolist()
    shifted = padded[:, :, top : top + 32, left : left + 32]
    mirror = torch.rand(len(shifted), 1, 1, 1) < 0.5
    return torch.where(mirror, shifted.flip(3), shifted)


SCRIPT = Script(
    folder=Path(__file__).parent,
    recipe=Recipe(epochs=60, peak=0.01),
    read=read_both,
    build=build,
    optimizer=optimizer,
    prepare=normalise,
    change=change,
)

if __name__ == "__main__":
    run(SCRIPT, __doc__)
