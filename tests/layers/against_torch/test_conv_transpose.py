"""Transposed convolution: what PyTorch takes gives its numbers, what it refuses is refused."""

from typing import Any, NamedTuple

import torch.nn.functional as F
from hypothesis import assume, given
from hypothesis import strategies as st
from torch import Tensor

from app.layers.base import Array
from tests.layers.against_torch.trial import (
    assert_agree,
    numbers,
    ours,
    per_axis,
    theirs,
    theirs_of_any_batch,
)

CALLS = {1: F.conv_transpose1d, 2: F.conv_transpose2d, 3: F.conv_transpose3d}
SLIPS = st.sampled_from([0, 0, 0, 0, 0, 1])


class Stamps(NamedTuple):
    """The tensors and sizes of one transposed convolution."""

    x: Array
    weight: Array
    bias: Array | None
    sizes: dict[str, Any]

    @property
    def tensors(self) -> dict[str, Array]:
        named = {"input": self.x, "weight": self.weight}
        return named if self.bias is None else named | {"bias": self.bias}

    @property
    def dims(self) -> int:
        return self.weight.ndim - 2


@st.composite
def stamps(draw: st.DrawFn, extra: int = 3) -> Stamps:
    """Draw a call; now and then the channels, the bias or output_padding do not fit."""
    dims, groups = draw(st.sampled_from([2, 1, 3])), draw(st.integers(1, 3))
    inside, outputs = draw(st.integers(1, 2)), draw(st.integers(1, 2))
    shape = (inside * groups + draw(SLIPS), *draw(per_axis(dims, 1, 5)))
    lead = draw(st.sampled_from([(), (0,), (1,), (2,)]))
    bias = numbers(outputs * groups + draw(SLIPS))
    sizes = {
        "stride": draw(per_axis(dims, 1, 4)),
        "dilation": draw(per_axis(dims, 1, 3)),
        "output_padding": draw(per_axis(dims, 0, extra)),
        "groups": groups,
    }
    return Stamps(
        numbers(*lead, *shape),
        numbers(inside * groups, outputs, *draw(per_axis(dims, 1, 4))),
        draw(st.sampled_from([None, bias])),
        sizes,
    )


@given(stamps(), st.data())
def test_stamps(call: Stamps, data: st.DataObject) -> None:
    asked = call.sizes | {"padding": data.draw(per_axis(call.dims, 0, 3))}
    other = theirs_of_any_batch(CALLS[call.dims], call.x, call.weight, call.bias, **asked)
    assert_agree(ours("conv_transpose", asked, call.tensors), other)


@given(stamps(extra=0), st.data())
def test_one_number_for_all_axes(call: Stamps, data: st.DataObject) -> None:
    names = ("stride", "dilation", "padding", "output_padding")
    asked = {name: data.draw(st.integers(name in names[:2], 3)) for name in names}
    asked["groups"] = call.sizes["groups"]
    other = theirs_of_any_batch(CALLS[call.dims], call.x, call.weight, call.bias, **asked)
    assert_agree(ours("conv_transpose", asked, call.tensors), other)


@given(stamps(), st.data())
def test_cut_on_two_sides(call: Stamps, data: st.DataObject) -> None:
    """An extension: PyTorch's own argument knows one number an axis."""
    begins, ends = (data.draw(per_axis(call.dims, 0, 3)) for _ in range(2))

    def cut(x: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
        whole = CALLS[call.dims](x, weight, bias, **call.sizes)
        sides = zip(whole.shape[-call.dims :], begins, ends, strict=True)
        kept: list[Any] = [slice(begin, n - end) for n, begin, end in sides]
        if any(s.stop <= s.start for s in kept):
            raise ValueError("nothing is left")
        return whole[(..., *kept)]

    mine = ours("conv_transpose", call.sizes | {"padding": begins + ends}, call.tensors)
    assert_agree(mine, theirs_of_any_batch(cut, call.x, call.weight, call.bias))


@given(stamps())
def test_padding_by_name(call: Stamps) -> None:
    assert ours("conv_transpose", call.sizes | {"padding": "same"}, call.tensors) is None
    other = theirs_of_any_batch(CALLS[call.dims], call.x, call.weight, call.bias, **call.sizes)
    assert_agree(ours("conv_transpose", call.sizes | {"padding": "valid"}, call.tensors), other)


@given(stamps())
def test_an_input_of_spatial_axes_alone_is_one_channel(call: Stamps) -> None:
    x = call.x[-1] if call.x.ndim == call.dims + 1 else call.x[:1, 0].reshape(-1, *call.x.shape[2:])
    assume(x.size)
    x, weight, sizes = x.reshape(call.x.shape[-call.dims :]), call.weight[:1], dict(call.sizes)
    sizes["groups"] = 1
    mine = ours("conv_transpose", sizes, {"input": x, "weight": weight})
    assert_agree(mine, theirs(CALLS[call.dims], x[None, None], weight, **sizes))
