"""Train the network of this folder: seven convolutions in the manner of VGG, on CIFAR-10.

    python -m models.tiny-vgg-photos.train_photos DATA --seed 0 --epochs 40

DATA is a folder that holds `train` and `test`, each with one folder of 32x32 pictures per class.
Needs torch and Pillow; one CPU core is enough. The classes are numbered in alphabetical order.
"""

from collections.abc import Iterator
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.optim import SGD

from models.command import run
from models.training import Recipe, Script, normalise, read_both

# Channels of each convolution; None is a max pooling that halves the picture.
PLAN = (32, 32, None, 64, 64, None, 96, 96, None, 128)
WEIGHT_DECAY = 5e-4
MARGIN = 4


def build(classes: int) -> nn.Sequential:
    """Build the network up to its logits."""
    network, channels = nn.Sequential(), 3
    for planned in PLAN:
        if planned is None:
            network.append(nn.MaxPool2d(2))
            continue
        # Batch normalisation has a shift of its own, so the convolution needs no bias.
        network.append(nn.Conv2d(channels, planned, 3, padding=1, bias=False))
        network.append(nn.BatchNorm2d(planned))
        network.append(nn.ReLU())
        channels = planned
    network.append(nn.Flatten())
    network.append(nn.Linear(channels * 4 * 4, classes))
    network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    return network


def optimizer(parameters: Iterator[nn.Parameter]) -> SGD:
    """Return plain steps with a momentum that looks ahead."""
    return SGD(parameters, momentum=0.9, nesterov=True, weight_decay=WEIGHT_DECAY)


def prepare(pixels: Tensor) -> Tensor:
    """Do what the served network does, with the channels where they are multiplied fastest."""
    return normalise(pixels).contiguous(memory_format=torch.channels_last)


def change(pixels: Tensor) -> Tensor:
    """Shift each picture by up to four pixels each way and mirror about half of them."""
    count, side = len(pixels), pixels.shape[-1]
    padded = functional.pad(normalise(pixels), (MARGIN,) * 4, mode="reflect")
    cuts = padded.unfold(2, side, 1).unfold(3, side, 1)
    top, left = torch.randint(0, 2 * MARGIN + 1, (2, count))
    shifted = cuts[torch.arange(count), :, top, left]
    mirror = torch.rand(count, 1, 1, 1) < 0.5
    changed = torch.where(mirror, shifted.flip(3), shifted)
    return changed.contiguous(memory_format=torch.channels_last)


SCRIPT = Script(
    folder=Path(__file__).parent,
    recipe=Recipe(epochs=40, peak=0.1),
    read=read_both,
    build=build,
    optimizer=optimizer,
    prepare=prepare,
    change=change,
)

if __name__ == "__main__":
    run(SCRIPT, __doc__)
