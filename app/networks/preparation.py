"""What is done to a picture before a network sees it, as the network's training did it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from app.layers.base import INPUT, Array, Shape
from app.networks import digits
from app.networks.layout import as_first, as_last, channel_axis, spatial
from app.problems import Invalid, Message, message
from app.tensors.images import HowToDecode
from app.tensors.received import Received

_PREPARE = "prepare"
# What a network's facts may ask for beyond being cut square and resized, and what is said of it.
_PREPARATIONS: Mapping[str, tuple[Callable[[Array], Array], Message]] = {
    "digit": (digits.as_digit, digits.TOLD)
}
_TURNED = message("its channels were put last, as this network takes them: (N, H, W, C)")
_MODES = {1: "L", 3: "RGB"}


@dataclass(frozen=True)
class Preparation:
    """How a picture becomes the input of a network.

    Attributes:
        shape: of the input, (1, C, H, W) where pictures can be taken.
        facts: `scale` and `offset`, one number or one for each channel, by which 0 to 1 becomes
            what the network takes; `mode`, by the channels if it is left out; `prepare`.
        channels_last: the shape is (1, H, W, C).
    """

    shape: Shape
    facts: Mapping[str, Any]
    channels_last: bool = False

    @property
    def value_range(self) -> tuple[float, float]:
        """Return the least that black and the most that white, 0 and 1, become."""
        offset, scale = np.ravel(self.facts["offset"]), np.ravel(self.facts["scale"])
        # With 0 added, −0 is 0.
        return float(offset.min()) + 0.0, float((offset + scale).max()) + 0.0

    @property
    def channels(self) -> int:
        """Return how many a picture for this network has."""
        if len(self.shape) != 4:
            return 3
        return self.shape[channel_axis(is_last=self.channels_last)]

    def planes(self, array: Array) -> Array:
        """Return an input with its rows and columns last, (N, C, H, W) if it is a picture."""
        return as_first(array) if self.channels_last else array

    def as_taken(self, planes: Array) -> Array:
        """Return such planes as the network takes them."""
        return as_last(planes) if self.channels_last else planes

    @property
    def decoding(self) -> HowToDecode:
        """Return how a picture is decoded."""
        mode = self.facts.get("mode") or _MODES.get(self.channels, "RGB")
        if _PREPARE in self.facts or len(self.shape) != 4:
            return HowToDecode(mode)
        height, width = spatial(self.shape, is_last=self.channels_last)
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
        array = sent.array
        if sent.is_picture:
            array = self.as_taken(self._from_picture(array, said))
            said += [_TURNED] * self.channels_last
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
