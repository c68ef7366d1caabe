"""What the training scripts of `models/` share: how pictures are read and a network is trained."""

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn
from torch.nn import functional
from torch.optim import Optimizer
from torch.optim.lr_scheduler import OneCycleLR
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

Change = Callable[[Tensor], Tensor]
"""Makes of pictures as bytes what a network is given."""


@dataclass(frozen=True)
class Pictures:
    """Pictures as bytes (N, C, H, W), the class number of each (N), the names of the classes."""

    pixels: Tensor
    targets: Tensor
    classes: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.targets)

    def part(self, which: Tensor) -> "Pictures":
        """Return those of the given numbers."""
        return Pictures(self.pixels[which], self.targets[which], self.classes)

    def hold_back(self, count: int) -> tuple["Pictures", "Pictures"]:
        """Return all but `count` of them, and those: always the same, to choose settings by."""
        order = torch.randperm(len(self), generator=torch.Generator().manual_seed(0))
        return self.part(order[count:].sort().values), self.part(order[:count].sort().values)


@dataclass(frozen=True)
class Recipe:
    """How long and how hard to train.

    Attributes:
        epochs: how often every picture is seen.
        peak: the highest learning rate of the one cycle.
        seed: of everything that is left to chance.
        batch: pictures a step.
        mean_decay: of the running mean of the weights, which is what is kept.
        bfloat16: multiply in bfloat16, on processors that do so faster.
    """

    epochs: int
    peak: float
    seed: int = 0
    batch: int = 128
    mean_decay: float = 0.999
    bfloat16: bool = False


@dataclass(frozen=True)
class Script:
    """What one network's script says for itself.

    Attributes:
        folder: where its chain, facts and labels are, and model.onnx is written.
        recipe: how it is trained unless the command line says otherwise.
        read: the training and the test pictures, from the path of the data.
        build: the network up to its logits, for so many classes; softmax is part of the loss.
        optimizer: for its parameters.
        prepare: what the served network does to a picture.
        change: the same, and what makes every look at a picture a little different.
    """

    folder: Path
    recipe: Recipe
    read: Callable[[Path], tuple[Pictures, Pictures]]
    build: Callable[[int], nn.Sequential]
    optimizer: Callable[[Iterator[nn.Parameter]], Optimizer]
    prepare: Change
    change: Change


def read_classes(folder: Path) -> tuple[str, ...]:
    """Return the names of the class folders, in the order of the network's outputs."""
    return tuple(sorted(path.name for path in folder.iterdir() if path.is_dir()))


def read_pictures(folder: Path) -> Pictures:
    """Read a folder of class folders of pictures, all of one size."""
    classes = read_classes(folder)
    groups = [sorted((folder / name).iterdir()) for name in classes]
    pixels = np.stack([np.asarray(Image.open(p).convert("RGB")) for group in groups for p in group])
    targets = [index for index, group in enumerate(groups) for _ in group]
    planes = torch.from_numpy(pixels).permute(0, 3, 1, 2).contiguous()
    return Pictures(planes, torch.tensor(targets), classes)


def read_both(folder: Path) -> tuple[Pictures, Pictures]:
    """Read the training and the test pictures of `train/CLASS/*` and `test/CLASS/*`."""
    return read_pictures(folder / "train"), read_pictures(folder / "test")


def normalise(pixels: Tensor) -> Tensor:
    """Bring bytes 0..255 into -1..1."""
    return pixels.float() / 255 * 2 - 1


class Training:
    """A training that can be left and gone on with."""

    def __init__(
        self, network: nn.Module, optimizer: Optimizer, recipe: Recipe, steps: int
    ) -> None:
        self.network, self.optimizer, self.recipe = network, optimizer, recipe
        self.steps, self.epoch = steps, 0
        # The mean is steadier than the last step, and its kernels are smoother.
        self.mean = AveragedModel(
            network, multi_avg_fn=get_ema_multi_avg_fn(recipe.mean_decay), use_buffers=True
        )
        self.schedule = OneCycleLR(optimizer, recipe.peak, total_steps=recipe.epochs * steps)

    def run(self, pictures: Pictures, change: Change, checkpoint: Path | None) -> nn.Module:
        """Train to the end and return the mean; after each epoch all is kept in `checkpoint`."""
        if checkpoint and checkpoint.exists():
            self.load(checkpoint)
        while self.epoch < self.recipe.epochs:
            start = time.perf_counter()
            loss = self._see_all(pictures, change)
            self.epoch += 1
            seconds = time.perf_counter() - start
            print(f"epoch {self.epoch}: loss {loss:.3f}, {seconds:.0f} s", flush=True)
            if checkpoint:
                self.save(checkpoint)
        return self.mean.module

    def _see_all(self, pictures: Pictures, change: Change) -> float:
        """Take one step for every batch and return the mean loss."""
        total = 0.0
        order = torch.randperm(len(pictures))[: self.steps * self.recipe.batch]
        for batch in order.split(self.recipe.batch):
            with torch.autocast("cpu", torch.bfloat16, enabled=self.recipe.bfloat16):
                logits = self.network(change(pictures.pixels[batch]))
            loss = functional.cross_entropy(logits.float(), pictures.targets[batch])
            self.optimizer.zero_grad()
            loss.backward()
            self.optimizer.step()
            self.schedule.step()
            self.mean.update_parameters(self.network)
            total += loss.item()
        return total / self.steps

    def _parts(self) -> dict[str, Any]:
        names = ("network", "optimizer", "mean", "schedule")
        return {name: getattr(self, name) for name in names}

    def save(self, path: Path) -> None:
        """Keep everything that the next epoch depends on."""
        state = {name: part.state_dict() for name, part in self._parts().items()}
        state |= {"epoch": self.epoch, "chance": torch.get_rng_state()}
        fresh = path.with_suffix(".new")
        torch.save(state | {"recipe": asdict(self.recipe)}, fresh)
        os.replace(fresh, path)

    def load(self, path: Path) -> None:
        """Go on from what `save` kept.

        Raises:
            ValueError: it was trained by another recipe.
        """
        state = torch.load(path, weights_only=True)
        if state["recipe"] != asdict(self.recipe):
            raise ValueError(f"{path} was trained by {state['recipe']}")
        for name, part in self._parts().items():
            part.load_state_dict(state[name])
        self.epoch = state["epoch"]
        torch.set_rng_state(state["chance"])


def train(script: Script, pictures: Pictures, checkpoint: Path | None = None) -> nn.Sequential:
    """Train by a script's recipe and return the network with the running mean of its weights."""
    torch.manual_seed(script.recipe.seed)
    network = script.build(len(pictures.classes))
    steps = len(pictures) // script.recipe.batch
    training = Training(network, script.optimizer(network.parameters()), script.recipe, steps)
    found = training.run(pictures, script.change, checkpoint)
    assert isinstance(found, nn.Sequential)
    return found.eval()
