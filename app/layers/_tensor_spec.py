"""A tensor that a layer takes, described."""

from collections.abc import Mapping
from typing import NamedTuple

from app.problems import Invalid


class TensorSpec(NamedTuple):
    """A tensor that a layer takes."""

    name: str
    description: str
    required: bool = True
    learned: bool = True
    """Counted among the parameters; PyTorch calls the others buffers."""
    least: float | None = None
    """What no value of it should be below; nothing is refused for it."""
    axes: tuple[str, ...] = ()
    """What its first axes count: maps that come `out`, or maps that go `in`."""
    joins: bool = False
    """Values, as the input is: in a chain, what an earlier layer gives can be it."""

    def demand(self, shapes: Mapping[str, tuple[int, ...]]) -> None:
        """Refuse a request without this tensor.

        Raises:
            Invalid: it is missing.
        """
        if self.name not in shapes:
            raise Invalid("the tensor '{name}' is missing", loc=(self.name,), name=self.name)


INPUT = TensorSpec("input", "The values that the layer is applied to.")
