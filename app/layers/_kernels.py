"""Where a convolution's kernels come from: a weight that was sent, named filters, or a draw."""

import math
from typing import Annotated, Any

from pydantic import BeforeValidator, WithJsonSchema

from app.layers._fields import refuse, whole
from app.layers._filters import FILTERS, choices, filter_shape
from app.layers._sizes import spread
from app.layers.base import Shape, TensorSpec
from app.problems import Invalid, Listed

DRAWN_SIZE = 3


def _names(value: object) -> object:
    names = [value] if isinstance(value, str) else value
    if names is None:
        return None
    if not isinstance(names, list | tuple) or not names:
        raise refuse("must be the name of a filter or a list of names")
    for name in names:
        if not isinstance(name, str):
            raise refuse("must be the name of a filter or a list of names")
        if name not in FILTERS:
            raise refuse(
                "no filter is called '{name}'; there are {names}",
                name=name[:40],
                names=Listed(FILTERS),
            )
    return tuple(names)


BIAS = TensorSpec("bias", "One number added to each output channel.", required=False, axes=("out",))

MOST_CHANNELS = 65536


def groups_field() -> Any:
    """Return the field that splits the channels."""
    said = "Into how many groups the channels are split, each with its own kernels."
    return whole(1, said, (1, 4), ge=1, le=MOST_CHANNELS)


_ONE = {"enum": list(FILTERS)}

KernelNames = Annotated[
    tuple[str, ...] | None,
    BeforeValidator(_names),
    WithJsonSchema(
        {
            "anyOf": [_ONE, {"type": "array", "items": _ONE, "minItems": 1}],
            "kind": "choices",
            "choices": choices(),
        }
    ),
]
"""A filter's name, or a list of them."""

MaybeSizes = int | tuple[int, ...] | None


def settle_kernel(
    weight: Shape | None,
    names: tuple[str, ...] | None,
    kernel_size: MaybeSizes,
    out_channels: int | None,
    groups: int,
    count: int,
) -> tuple[Shape, int]:
    """Return (kernel_size, out_channels) from the one of the three that was given.

    Raises:
        Invalid: none was given, or they contradict each other.
    """
    if weight is not None:
        if names is not None:
            raise Invalid("give either weight or kernel, not both", loc=("kernel",))
        return agree(tuple(weight[2:]), weight[0], "weight", kernel_size, out_channels, count)
    if names is not None:
        if count != 2:
            raise Invalid(
                "named filters have two spatial axes, not {count}", loc=("kernel",), count=count
            )
        made = len(names) * groups
        return agree(filter_shape(names), made, "kernel", kernel_size, out_channels, count)
    if out_channels is None:
        raise Invalid(
            "one of weight, kernel or out_channels must be there, "
            "so that there is something to convolve with",
            loc=("weight",),
        )
    drawn = DRAWN_SIZE if kernel_size is None else kernel_size
    return spread(drawn, count, "kernel_size"), out_channels


def agree(
    size: Shape, made: int, by: str, kernel_size: MaybeSizes, out_channels: int | None, count: int
) -> tuple[Shape, int]:
    """Let kernel_size and out_channels stand beside what fixes them, if they say the same.

    Raises:
        Invalid: they do not.
    """
    if kernel_size is not None and spread(kernel_size, count, "kernel_size") != size:
        raise Invalid(
            "kernel_size {given} contradicts the {by}, which has {size}; leave it out",
            loc=("kernel_size",),
            given=kernel_size,
            by=by,
            size=list(size),
        )
    if out_channels not in (None, made):
        raise Invalid(
            "out_channels {given} contradicts the {by}, which makes {made}; leave it out",
            loc=("out_channels",),
            given=out_channels,
            by=by,
            made=made,
        )
    return size, made


def _check_groups(groups: int, channels: int, outputs: int) -> None:
    """Refuse groups that do not divide the channels of both sides.

    Raises:
        Invalid: with the three numbers.
    """
    if channels % groups or outputs % groups:
        raise Invalid(
            "groups {groups} must divide both the {channels} input channels "
            "and the {outputs} output channels",
            loc=("groups",),
            groups=groups,
            channels=channels,
            outputs=outputs,
        )


def _check_bias(bias: Shape | None, outputs: int) -> None:
    """Refuse a bias that has not one number for each output channel.

    Raises:
        Invalid: with its shape.
    """
    if bias is not None and bias != (outputs,):
        raise Invalid(
            "bias {shape} must have one number for each of the {outputs} output channels",
            loc=("bias",),
            shape=list(bias),
            outputs=outputs,
        )


def _check_filled(shape: Shape | None, name: str) -> None:
    """Refuse a tensor with an empty axis.

    Raises:
        Invalid: with its shape.
    """
    if shape is not None and 0 in shape:
        raise Invalid("{name} {shape} has an empty axis", loc=(name,), name=name, shape=list(shape))


def divisors(number: int) -> list[int]:
    """Return what divides a number, the smallest first."""
    small = [d for d in range(1, math.isqrt(number) + 1) if number % d == 0]
    return sorted({*small, *(number // d for d in small)})


def check_channels(
    weight: Shape | None, bias: Shape | None, groups: int, channels: int, outputs: int
) -> None:
    """Refuse an empty weight, groups that do not divide, a bias of another length.

    Raises:
        Invalid: the first of these.
    """
    _check_filled(weight, "weight")
    _check_groups(groups, channels, outputs)
    _check_bias(bias, outputs)
