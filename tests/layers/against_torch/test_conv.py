"""Convolution: what PyTorch takes gives its numbers, what it refuses is refused."""

from typing import Any, NamedTuple

import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from app.layers.base import Array
from tests.layers.against_torch.trial import assert_agree, last_axis_first, numbers, ours, theirs

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


def per_axis(dims: int, low: int, high: int) -> st.SearchStrategy[tuple[int, ...]]:
    return st.tuples(*[st.integers(low, high)] * dims)


@st.composite
def calls(draw: st.DrawFn, batched: bool | None = None) -> Call:
    """Draw a call; now and then the channels or the bias do not fit."""
    dims, groups = draw(st.sampled_from([2, 2, 2, 1, 3])), draw(st.integers(1, 3))
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


@given(calls(), st.data())
def test_zeros_around_the_input(call: Call, data: st.DataObject) -> None:
    padding = data.draw(per_axis(call.dims, 0, 3))
    mine = ours("conv", call.parameters | {"padding": padding}, call.tensors)
    other = theirs(
        CALLS[call.dims], call.x, call.weight, call.bias, **call.parameters, padding=padding
    )
    assert_agree(mine, other)


@given(calls(), st.sampled_from(["same", "valid"]))
def test_padding_by_name(call: Call, padding: str) -> None:
    if padding == "same":
        call = call._replace(stride=(1,) * call.dims)
    mine = ours("conv", call.parameters | {"padding": padding}, call.tensors)
    other = theirs(
        CALLS[call.dims], call.x, call.weight, call.bias, **call.parameters, padding=padding
    )
    assert_agree(mine, other)


@given(calls(batched=True), st.sampled_from(["reflect", "replicate", "circular"]), st.data())
def test_padding_modes_on_two_sides(call: Call, mode: str, data: st.DataObject) -> None:
    begins, ends = (data.draw(per_axis(call.dims, 0, 4)) for _ in range(2))

    def padded(x: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
        grown = F.pad(x, last_axis_first(begins, ends), mode=mode)
        return CALLS[call.dims](grown, weight, bias, **call.parameters)

    parameters = call.parameters | {"padding": begins + ends, "padding_mode": mode}
    mine = ours("conv", parameters, call.tensors)
    assert_agree(mine, theirs(padded, call.x, call.weight, call.bias))


@given(calls(), st.data())
def test_zeros_on_two_sides(call: Call, data: st.DataObject) -> None:
    """An extension: PyTorch's own argument knows one number an axis."""
    begins, ends = (data.draw(per_axis(call.dims, 0, 3)) for _ in range(2))

    def padded(x: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
        grown = F.pad(x, last_axis_first(begins, ends))
        return CALLS[call.dims](grown, weight, bias, **call.parameters)

    mine = ours("conv", call.parameters | {"padding": begins + ends}, call.tensors)
    assert_agree(mine, theirs(padded, call.x, call.weight, call.bias))


@given(calls())
def test_same_with_a_stride(call: Call) -> None:
    """An extension: as many outputs as the stride leaves, the odd zero at the end."""
    totals = [
        max((-(-n // s) - 1) * s + d * (k - 1) + 1 - n, 0)
        for n, k, s, d in zip(
            call.x.shape[-call.dims :],
            call.weight.shape[2:],
            call.stride,
            call.dilation,
            strict=True,
        )
    ]
    begins, ends = [t // 2 for t in totals], [t - t // 2 for t in totals]

    def padded(x: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
        grown = F.pad(x, last_axis_first(begins, ends))
        return CALLS[call.dims](grown, weight, bias, **call.parameters)

    mine = ours("conv", call.parameters | {"padding": "same"}, call.tensors)
    assert_agree(mine, theirs(padded, call.x, call.weight, call.bias))


@given(calls(batched=True))
def test_an_input_of_spatial_axes_alone_is_one_channel(call: Call) -> None:
    weight, x = call.weight[:1, :1], call.x[:1, 0]
    if not len(x):
        return
    parameters = {"stride": call.stride, "dilation": call.dilation}
    mine = ours("conv", parameters, {"input": x[0], "weight": weight})
    assert_agree(mine, theirs(CALLS[call.dims], x[None], weight, **parameters))
