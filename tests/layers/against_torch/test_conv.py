"""Convolution: what PyTorch takes gives its numbers, what it refuses is refused."""

import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from tests.layers.against_torch.convs import CALLS, Call, calls
from tests.layers.against_torch.trial import assert_agree, last_axis_first, ours, per_axis, theirs


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
