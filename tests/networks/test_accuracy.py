"""How often the served files are right, measured in ONNX Runtime and not with what trained them."""

import io
import json

import numpy as np
import pytest
from PIL import Image

from app.layers.base import Array
from app.networks.network import FOLDER, Network, network
from app.settings import Limits
from app.tensors.images import read_image
from tests.conftest import FULL
from tests.networks.data import Numbers, cifar10, mnist, needs_cifar10, needs_mnist
from tests.networks.drawn import drawn

PHOTOS = pytest.mark.parametrize(
    ("name", "least"), [("one-conv", 0.6442), ("tiny-vgg-photos", 0.88)]
)
# The whole of CIFAR-10's test pictures takes a minute.
EACH = 1000 if FULL else 100


def named(shown: Network, pictures: Array) -> Numbers:
    """Return the class that the network gives each of some pictures of its own size, in 0 to 1."""
    low, high = shown.preparation.value_range
    given = pictures * np.float32(high - low) + np.float32(low)
    return np.array([shown.shares(one[None]).argmax() for one in given])


@needs_mnist
def test_digits_are_read_as_often_as_the_card_says() -> None:
    shown = network("lenet-digits")
    digits, wanted = mnist()
    share = np.mean(named(shown, digits) == wanted)
    assert share >= 0.992
    # What PyTorch made of it, but for a digit that is between two classes.
    assert share == pytest.approx(shown.facts["accuracy"], abs=1e-4)


@needs_mnist
def test_digits_are_read_as_well_when_they_come_as_pictures() -> None:
    """Drawn large, dark on light and off the middle, through the decoder and the preparation."""
    shown, right = network("lenet-digits"), 0
    digits, wanted = mnist()
    for digit, number in zip(digits[:150], wanted[:150], strict=True):
        paper = np.full((400, 300), 255, np.uint8)
        paper[20:356, 10:290] -= np.kron(digit[0] * 255, np.ones((12, 10))).astype(np.uint8)
        file = io.BytesIO()
        Image.fromarray(paper).save(file, "PNG")
        array, said = shown.preparation.prepare(
            read_image(file.getvalue(), shown.preparation.decoding, Limits())
        )
        assert len(said) == 1
        right += int(shown.shares(array).argmax() == number)
    assert right / 150 >= 0.97


@pytest.mark.parametrize("pen", [2, 8, 16, 32])
@pytest.mark.parametrize("number", range(10))
def test_what_is_drawn_with_a_pen_is_read(number: int, pen: int) -> None:
    shown = network("lenet-digits")
    array, _ = shown.preparation.prepare(
        read_image(drawn(number, pen), shown.preparation.decoding, Limits())
    )
    assert shown.shares(array).argmax() == number


@pytest.mark.parametrize("number", range(10))
def test_the_samples_are_read(number: int) -> None:
    shown = network("lenet-digits")
    file = FOLDER / "lenet-digits" / "samples" / f"{number}.png"
    array, _ = shown.preparation.prepare(
        read_image(file.read_bytes(), shown.preparation.decoding, Limits())
    )
    assert shown.shares(array).argmax() == number


@needs_mnist
def test_the_samples_are_the_first_of_their_kind() -> None:
    digits, wanted = mnist()
    for number in range(10):
        first = digits[int(np.argmax(wanted == number)), 0]
        file = FOLDER / "lenet-digits" / "samples" / f"{number}.png"
        np.testing.assert_array_equal(np.asarray(Image.open(file)), np.rint(first * 255))


@needs_cifar10
@PHOTOS
def test_photographs_are_named_as_often_as_the_card_says(name: str, least: float) -> None:
    shown = network(name)
    pictures, wanted = cifar10(EACH)
    share = np.mean(named(shown, pictures) == wanted)
    # A part of the pictures gives the share but for chance: three times its deviation.
    chance = 0 if FULL else 3 * float(np.sqrt(least * (1 - least) / len(wanted)))
    assert share >= least - chance
    assert share == pytest.approx(shown.facts["accuracy"], abs=1e-4 + chance)


def test_the_network_for_photographs_is_small() -> None:
    assert network("tiny-vgg-photos").path.stat().st_size < 1_500_000


def test_facts_and_files_say_the_same() -> None:
    for path in sorted(FOLDER.glob("*/chain.json")):
        shown = network(path.parent.name)
        told = json.loads(path.with_name("facts.json").read_text())
        assert told | {"accuracy": shown.facts["accuracy"]} == shown.facts
        card = path.with_name("card.md").read_text()
        assert f"**{shown.facts['accuracy']:.2%}".removesuffix("%") in card, path
