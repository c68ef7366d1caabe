"""What is done to a picture before a network sees it, as the network's training did it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from app.layers.base import INPUT, Array, Shape
from app.networks import digits
from app.problems import Invalid, Message, message
from app.tensors.images import HowToDecode
from app.tensors.received import Received

_PREPARE = "prepare"
# What a network's facts may ask for beyond being cut square and resized, and what is said of it.
_PREPARATIONS: Mapping[str, tuple[Callable[[Array], Array], Message]] = {
    "digit": (digits.as_digit, digits.TOLD)
}
_MODES = {1: "L", 3: "RGB"}


@dataclass(frozen=True)
class Preparation:
    """How a picture becomes the input of a network.

    Attributes:
        shape: of the input, (1, C, H, W) where pictures can be taken.
        facts: `scale` and `offset`, one number or one for each channel, by which 0 to 1 becomes
            what the network takes; `mode`, by the channels if it is left out; `prepare`.
    """

    shape: Shape
    facts: Mapping[str, Any]

    @property
    def value_range(self) -> tuple[float, float]:
        """Return the least that black and the most that white, 0 and 1, become."""
        offset, scale = np.ravel(self.facts["offset"]), np.ravel(self.facts["scale"])
        return float(offset.min()), float((offset + scale).max())

    @property
    def decoding(self) -> HowToDecode:
        """Return how a picture is decoded."""
        channels = self.shape[1] if len(self.shape) == 4 else 3
        mode = self.facts.get("mode") or _MODES.get(channels, "RGB")
        if _PREPARE in self.facts or len(self.shape) != 4:
            return HowToDecode(mode)
        height, width = self.shape[2:]
        return HowToDecode(mode, (width, height), square=True)

    def prepare(self, sent: Received, *, any_batch: bool = False) -> tuple[Array, list[Message]]:
        """Return the input as the network wants it; arrays are taken as they are.

        Args:
            sent: a picture or an array.
            any_batch: several inputs may come in one array.

        Raises:
            Invalid: an array of another shape.
        """
        said, wanted = list(sent.conversions), self.shape
        array = self._from_picture(sent.array, said) if sent.is_picture else sent.array
        if array.shape == wanted[1:] and array.shape != wanted:
            array = array[None]
        is_batch = any_batch and array.ndim == len(wanted) and array.shape[1:] == wanted[1:]
        if array.shape != wanted and not is_batch:
            raise Invalid(
                "this network takes {wanted}, not {shape}",
                loc=(INPUT.name,),
                wanted=list(wanted),
                shape=list(sent.array.shape),
            )
        return array, said

    def _from_picture(self, array: Array, said: list[Message]) -> Array:
        """Bring a decoded picture to what the network was trained on."""
        if _PREPARE in self.facts:
            prepare, sentence = _PREPARATIONS[self.facts[_PREPARE]]
            said.append(sentence)
            array = prepare(array)
        low, high = self.value_range
        if (low, high) == (0, 1):
            return array
        scale, offset = (np.asarray(self.facts[name], np.float32) for name in ("scale", "offset"))
        if scale.ndim or offset.ndim:
            said.append(message("each channel was scaled and shifted by its own two numbers"))
            scale, offset = (np.reshape(one, (-1, 1, 1)) for one in (scale, offset))
        else:
            said.append(message("0 to 1 became {low} to {high}", low=_sign(low), high=_sign(high)))
        return np.asarray(array * scale + offset, np.float32)


def _sign(number: float) -> str:
    return f"{number:g}".replace("-", "−")
