"""Pictures as networks get them."""

from app.layers.base import Array
from app.networks.network import Network
from app.problems import Message
from app.settings import Limits
from app.tensors.images import read_image


def prepared(shown: Network, data: bytes) -> tuple[Array, list[Message]]:
    """Return a picture file as a network wants it, and what was done to it."""
    how = shown.preparation
    return how.prepare(read_image(data, how.decoding, Limits()))
