"""Convolutions drawn at random, for both sides."""

from typing import Any, NamedTuple

import torch.nn.functional as F
from hypothesis import strategies as st

from app.layers.base import Array
from tests.layers.against_torch.trial import numbers, per_axis

CALLS = {1: F.conv1d, 2: F.conv2d, 3: F.conv3d}


class Call(NamedTuple):
    """The tensors and sizes of one convolution over `len(size)` axes."""

    x: Array
    weight: Array
    bias: Array | None
    stride: tuple[int, ...]
    dilation: tuple[int, ...]
    groups: int

    @property
    def tensors(self) -> dict[str, Array]:
        named = {"input": self.x, "weight": self.weight}
        return named if self.bias is None else named | {"bias": self.bias}

    @property
    def parameters(self) -> dict[str, Any]:
        return {"stride": self.stride, "dilation": self.dilation, "groups": self.groups}

    @property
    def dims(self) -> int:
        return self.weight.ndim - 2


@st.composite
def calls(draw: st.DrawFn, batched: bool | None = None) -> Call:
    """Draw a call; now and then the channels or the bias do not fit."""
    dims, groups = draw(st.sampled_from([2, 1, 3])), draw(st.integers(1, 3))
    inside, outputs = draw(st.integers(1, 2)), draw(st.integers(1, 2)) * groups
    size, kernel = draw(per_axis(dims, 1, 7)), draw(per_axis(dims, 1, 4))
    odd = draw(st.sampled_from([0, 0, 0, 0, 0, 1]))
    batch = draw(st.integers(0, 2))
    shape = (inside * groups + odd, *size)
    if batched or (batched is None and draw(st.booleans())):
        shape = (batch, *shape)
    bias = numbers(outputs + draw(st.sampled_from([0, 0, 0, 0, 1])))
    return Call(
        numbers(*shape),
        numbers(outputs, inside, *kernel),
        draw(st.sampled_from([None, bias])),
        draw(per_axis(dims, 1, 3)),
        draw(per_axis(dims, 1, 3)),
        groups,
    )
