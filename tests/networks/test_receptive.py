"""Receptive fields, against an oracle that knows no formula: what each input changes.

A chain of windows adds up what it sees, and every input cell is set to 1 by itself: the outputs
that are not 0 then are those that see it. With NaN in place of the padding, an
output that is a number saw none of it.
"""

from typing import Any, NamedTuple

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from app.layers import FAMILIES
from app.layers.base import Array, ReceptiveField, Shape
from app.networks.planned import ChainPlan
from app.networks.receptive import GRAPH_INPUT, Node, receptive_fields
from app.settings import Limits
from tests.conftest import FULL

SIDE = 24


class Window(NamedTuple):
    """One sliding window along one axis; a convolution's, a pooling's, or cells added around."""

    kind: str
    kernel: int = 1
    stride: int = 1
    begin: int = 0
    end: int = 0
    dilation: int = 1

    def spec(self) -> tuple[str, dict[str, Any]]:
        sizes = {"kernel_size": [self.kernel], "stride": [self.stride], "dilation": [self.dilation]}
        if self.kind == "pad":
            return "pad", {"padding": [self.begin, self.end]}
        if self.kind == "conv":
            more: dict[str, Any] = {"out_channels": 1, "padding": [self.begin, self.end]}
        else:
            more = {"mode": self.kind, "padding": [self.begin, self.end]}
        return ("conv" if self.kind == "conv" else "pooling"), sizes | more

    def apply(self, x: Array, around: float) -> Array:
        grown = np.pad(x[:, max(-self.begin, 0) :], [(0, 0), (max(self.begin, 0), 0)],
                       constant_values=around)  # fmt: skip
        grown = grown[:, : grown.shape[1] + min(self.end, 0)]
        grown = np.pad(grown, [(0, 0), (0, max(self.end, 0))], constant_values=around)
        count = (grown.shape[1] - self.dilation * (self.kernel - 1) - 1) // self.stride + 1
        places = np.arange(count)[:, None] * self.stride
        seen: Array = grown[:, places + np.arange(self.kernel) * self.dilation].sum(-1)
        return seen


@st.composite
def windows(draw: st.DrawFn) -> list[Window]:
    """Draw windows that fit each other."""
    size, found = SIDE, list[Window]()
    for _ in range(draw(st.integers(1, 5))):
        kind = draw(st.sampled_from(["conv", "avg", "max", "pad"]))
        kernel = draw(st.integers(1, 4))
        begin, end = draw(st.tuples(*[st.integers(0, kernel - 1)] * 2))
        stride, dilation = draw(st.integers(1, 3)), draw(st.integers(1, 2))
        one = Window(kind, kernel, stride, begin, end, dilation)
        if kind == "pad":
            one = Window("pad", begin=draw(st.integers(-2, 3)), end=draw(st.integers(-2, 3)))
        made = (size + one.begin + one.end - one.dilation * (one.kernel - 1) - 1) // one.stride + 1
        if made >= 1:
            found.append(one)
            size = made
    return found or [Window("conv", 2)]


def _planned(specs: list[tuple[str, dict[str, Any]]], shape: Shape) -> list[ReceptiveField | None]:
    plan = ChainPlan(shape, Limits())
    for family, fields in specs:
        values = dict(fields)
        found = FAMILIES[family]
        tag = values.pop(found.selector, found.default) if found.selector else found.default
        plan.add(found.variants[tag].model_validate(values), {})
    return plan.receptive_fields()


@given(windows())
def test_is_where_an_input_changes_something(chain: list[Window]) -> None:
    fields = _planned([one.spec() for one in chain], (1, 1, SIDE))
    y, marked = np.eye(SIDE), np.ones((1, SIDE))
    for one, field in zip(chain, fields, strict=True):
        y, marked = one.apply(y, 0.0), one.apply(marked, np.nan)
        assert field is not None
        (size,), (stride,), (offset,) = field
        for place in range(y.shape[-1]):
            seen = np.flatnonzero(y[:, place])
            begin = offset + place * stride
            if not seen.size:
                assert np.isnan(marked[0, place])
                continue
            assert begin <= seen[0]
            assert seen[-1] < begin + size
            if not np.isnan(marked[0, place]):
                assert (seen[0], seen[-1] + 1) == (begin, begin + size)


def _enlarge(kind: str, x: Tensor) -> Tensor:
    if kind == "conv_transpose":
        return F.conv_transpose1d(x, torch.ones(1, 1, 3, dtype=x.dtype), stride=2)
    if kind == "upsample":
        return F.interpolate(x, scale_factor=2.0, mode="nearest")
    if kind == "linear":
        return F.interpolate(x, scale_factor=2.0, mode="linear")
    if kind == "conv":
        return F.conv1d(x, torch.ones(1, 1, 3, dtype=x.dtype))
    return F.avg_pool1d(x, 2)


_ENLARGING: dict[str, tuple[str, dict[str, Any]]] = {
    "conv_transpose": ("conv_transpose", {"out_channels": 1, "kernel_size": [3], "stride": [2]}),
    "upsample": ("upsample", {}),
    "linear": ("upsample", {"mode": "linear"}),
    "conv": ("conv", {"out_channels": 1, "kernel_size": [3]}),
    "avg": ("pooling", {"mode": "avg", "kernel_size": [2]}),
}


@given(st.lists(st.sampled_from(sorted(_ENLARGING)), min_size=1, max_size=4))
@settings(max_examples=400 if FULL else 40)
def test_a_step_that_is_a_fraction_is_rounded_on_its_way(kinds: list[str]) -> None:
    """The size is never too small, and attained where nothing is left out at the border."""
    fields = _planned([_ENLARGING[kind] for kind in kinds], (1, 1, SIDE))
    y, coarse = torch.eye(SIDE)[:, None], 1.0
    for kind, field in zip(kinds, fields, strict=True):
        y = _enlarge(kind, y)
        assert field is not None
        (size,), (stride,), (offset,) = field
        coarse = max(coarse, float(stride))
        for place in range(y.shape[-1]):
            seen = np.flatnonzero(y[:, 0, place].numpy())
            assert seen[-1] - seen[0] < size, (place, seen, field)
            middle = place / (y.shape[-1] - 1) if y.shape[-1] > 1 else 0.5
            if 0.2 < middle < 0.8:
                assert abs(seen[0] - (offset + place * stride)) <= coarse * len(kinds)


def test_the_published_numbers_of_vgg_and_alexnet() -> None:
    """As they stand in the literature: 212 and 32 after VGG-16's last pooling, 195 and 32."""
    block = [("conv", {"out_channels": 1, "kernel_size": 3, "padding": 1})]
    pool = [("pooling", {"kernel_size": 2})]
    vgg = [*(block * 2 + pool) * 2, *(block * 3 + pool) * 3]
    field = _planned(vgg, (1, 1, 224, 224))[-1]
    assert field is not None
    assert (field.size, field.stride) == ((212, 212), (32, 32))
    alexnet = [
        ("conv", {"out_channels": 1, "kernel_size": 11, "stride": 4}),
        ("pooling", {"kernel_size": 3, "stride": 2}),
        ("conv", {"out_channels": 1, "kernel_size": 5, "padding": 2}),
        ("pooling", {"kernel_size": 3, "stride": 2}),
        *[("conv", {"out_channels": 1, "kernel_size": 3, "padding": 1})] * 3,
        ("pooling", {"kernel_size": 3, "stride": 2}),
    ]
    found = _planned(alexnet, (1, 1, 227, 227))[-1]
    assert found is not None
    assert (found.size, found.stride) == ((195, 195), (32, 32))


def _own(kernel: int, stride: int = 1, begin: int = 0) -> ReceptiveField:
    return ReceptiveField((kernel,), (stride,), (-begin,))


def test_a_node_of_several_sources_sees_what_they_all_see() -> None:
    """A residual block: x + conv3(conv3(x)), a 5 beside a 1; then a Concat with a wide branch."""
    nodes = [
        Node((GRAPH_INPUT,), _own(3, 1, 1), (9,)),
        Node((0,), _own(3, 1, 1), (9,)),
        Node((GRAPH_INPUT, 1), _own(1), (9,)),
        Node((2,), _own(2, 2), (4,)),
        Node((2,), _own(5, 2, 2), (4,)),
        Node((3, 4), _own(1), (4,)),
    ]
    found = receptive_fields(nodes, (9,))
    assert found[2:] == [
        ReceptiveField((5,), (1,), (-2,)),
        ReceptiveField((6,), (2,), (-2,)),
        ReceptiveField((9,), (2,), (-4,)),
        ReceptiveField((9,), (2,), (-4,)),
    ]


def test_what_is_broadcast_is_seen_by_every_output() -> None:
    """Squeeze and excite: a map times one number a channel, which saw the whole of it."""
    nodes = [
        Node((GRAPH_INPUT,), _own(3, 1, 1), (8,)),
        Node((0,), ReceptiveField((8,), (8,), (0,)), (1,)),
        Node((0, 1), _own(1), (8,)),
    ]
    field = receptive_fields(nodes, (8,))[2]
    assert field is not None
    (size,), (stride,), (offset,) = field
    for place in range(8):
        begin = offset + place * stride
        assert begin <= -1
        assert begin + size >= 9


def test_everything_stays_everything() -> None:
    nodes = [
        Node((GRAPH_INPUT,), None, ()),
        Node((0,), _own(1), (3,)),
        Node((GRAPH_INPUT, 1), _own(1), (3,)),
    ]
    assert receptive_fields(nodes, (3,)) == [None, None, None]


@pytest.mark.parametrize("specs", [[("dense", {"out_features": 2})], [("flatten", {})]])
def test_a_dense_layer_and_what_follows_see_everything(specs: list[Any]) -> None:
    assert _planned([*specs, ("activation", {})], (1, 1, 4, 4)) == [None, None]


def test_a_channel_axis_that_was_taken_for_a_spatial_one() -> None:
    """(C, H, W) is (N, C, L) to an activation, and an image to the convolution behind it."""
    conv = ("conv", {"out_channels": 1, "kernel_size": 3})
    assert _planned([("activation", {}), conv], (2, 5, 5))[-1] == ((3, 3), (1, 1), (0, 0))
    assert _planned([("pad", {"padding": [1, 1]}), conv], (2, 5, 5))[-1] is None
