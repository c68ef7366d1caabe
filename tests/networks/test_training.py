"""What the training scripts share: batch normalisation folded, a training left and gone on with."""

import io
import pickle
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn
from torch.optim import SGD

from models.command import fold
from models.training import Pictures, Recipe, Script, Training, normalise, train
from tests.networks.data import script


def _pictures() -> Pictures:
    chance = torch.Generator().manual_seed(1)
    pixels = torch.randint(0, 256, (96, 3, 8, 8), dtype=torch.uint8, generator=chance)
    return Pictures(pixels, torch.randint(0, 2, (96,), generator=chance), ("this", "that"))


def _build(classes: int) -> nn.Sequential:
    return nn.Sequential(
        *(nn.Conv2d(3, 4, 3, padding=1, bias=False), nn.BatchNorm2d(4), nn.ReLU()),
        *(nn.Flatten(), nn.Linear(4 * 8 * 8, classes)),
    )


def _optimizer(parameters: Iterator[nn.Parameter]) -> SGD:
    return SGD(parameters, momentum=0.9)


def _change(pixels: Tensor) -> Tensor:
    return normalise(pixels) + 0.1 * torch.randn(len(pixels), 1, 1, 1)


SCRIPT = Script(
    folder=Path(),
    recipe=Recipe(epochs=4, peak=0.1, batch=32, mean_decay=0.8),
    read=lambda _: (_pictures(), _pictures()),
    build=_build,
    optimizer=_optimizer,
    prepare=normalise,
    change=_change,
)


def test_batch_normalisation_is_worked_into_the_weights() -> None:
    network = train(SCRIPT, _pictures())
    (weight, bias), (dense, shift) = fold(network)
    pixels = normalise(_pictures().pixels).double()
    found = (
        nn.functional.conv2d(pixels, weight, bias, padding=1).relu().flatten(1) @ dense.T + shift
    )
    with torch.no_grad():
        torch.testing.assert_close(found, network.double()(pixels), rtol=1e-9, atol=1e-9)


def test_it_learns_and_the_same_seed_learns_the_same() -> None:
    first, second = (train(SCRIPT, _pictures()).state_dict() for _ in range(2))
    other = train(replace(SCRIPT, recipe=replace(SCRIPT.recipe, seed=1)), _pictures())
    assert all(torch.equal(first[name], second[name]) for name in first)
    assert not torch.equal(first["0.weight"], other.state_dict()["0.weight"])


def test_a_training_that_was_left_ends_as_one_that_was_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = train(SCRIPT, _pictures()).state_dict()
    kept, save = tmp_path / "kept.pt", Training.save

    def leave(self: Training, path: Path) -> None:
        save(self, path)
        if self.epoch == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(Training, "save", leave)
    with pytest.raises(KeyboardInterrupt):
        train(SCRIPT, _pictures(), kept)
    monkeypatch.undo()
    went_on = train(SCRIPT, _pictures(), kept).state_dict()
    assert all(torch.equal(whole[name], went_on[name]) for name in whole)


def test_another_recipe_does_not_go_on(tmp_path: Path) -> None:
    train(SCRIPT, _pictures(), tmp_path / "kept.pt")
    other = replace(SCRIPT, recipe=replace(SCRIPT.recipe, peak=0.2))
    with pytest.raises(ValueError, match="was trained by"):
        train(other, _pictures(), tmp_path / "kept.pt")


def test_what_is_held_back_is_not_learned_from() -> None:
    numbers = torch.arange(100)
    pictures = Pictures(numbers.reshape(-1, 1, 1, 1), numbers % 2, ("even", "odd"))
    learn, held = pictures.hold_back(30)
    assert (len(learn), len(held)) == (70, 30)
    assert sorted([*learn.pixels.flatten().tolist(), *held.pixels.flatten().tolist()]) == list(
        range(100)
    )
    assert torch.equal(held.targets, held.pixels.flatten() % 2)


def test_a_file_of_digits_can_hold_arrays_only() -> None:
    digits = script("lenet-digits.train_digits")
    for harmful in (print, Path("here")):
        with pytest.raises(pickle.UnpicklingError, match="has no place"):
            digits.ArraysOnly(io.BytesIO(pickle.dumps(harmful, 2))).load()


@pytest.mark.parametrize(
    ("name", "side"),
    [
        ("one-conv.train", 32),
        ("lenet-digits.train_digits", 28),
        ("tiny-vgg-photos.train_photos", 32),
    ],
)
def test_changed_pictures_have_the_size_and_range_of_the_prepared(name: str, side: int) -> None:
    found = script(name).SCRIPT
    channels = 1 if side == 28 else 3
    pixels = torch.randint(0, 256, (64, channels, side, side), dtype=torch.uint8)
    changed, prepared = found.change(pixels), found.prepare(pixels)
    assert changed.shape == prepared.shape == pixels.shape
    assert prepared.min() <= changed.min()
    assert changed.max() <= prepared.max() + 1e-6
    assert not torch.equal(changed, prepared)
