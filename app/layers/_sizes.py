"""Sizes as they are asked for, spelled out for each spatial axis."""

from collections.abc import Sequence

from app.layers._explain import Index
from app.layers._fields import Padding
from app.problems import Invalid


def spread(value: int | Sequence[int], count: int, name: str) -> tuple[int, ...]:
    """Return one number for each of `count` axes.

    Raises:
        Invalid: a list of another length.
    """
    if isinstance(value, int):
        return (value,) * count
    if len(value) == 1:
        return tuple(value) * count
    if len(value) != count:
        raise Invalid(
            "{name} has {given} numbers, but there are {count} spatial axes",
            loc=(name,),
            name=name,
            given=len(value),
            count=count,
        )
    return tuple(value)


def spread_padding(
    padding: Padding,
    sizes: Sequence[int],
    kernel: Sequence[int],
    stride: Sequence[int],
    dilation: Sequence[int],
) -> tuple[int, ...]:
    """Return all begins and then all ends.

    `same` is ONNX's SAME_UPPER: the output has ⌈size / stride⌉, the odd cell goes to the end.
    """
    count = len(sizes)
    if padding == "valid":
        return (0,) * (2 * count)
    if isinstance(padding, str):
        return _same(sizes, kernel, stride, dilation)
    if isinstance(padding, int) or len(padding) == 1:
        return spread(padding, 2 * count, "padding")
    if len(padding) == count:
        return (*padding, *padding)
    if len(padding) != 2 * count:
        raise Invalid(
            "padding has {given} numbers; for {count} spatial axes it takes 1, "
            "{count} (one an axis) or {twice} (all begins, then all ends)",
            loc=("padding",),
            given=len(padding),
            count=count,
            twice=2 * count,
        )
    return tuple(padding)


def _same(
    sizes: Sequence[int], kernel: Sequence[int], stride: Sequence[int], dilation: Sequence[int]
) -> tuple[int, ...]:
    totals = [
        max((-(-n // s) - 1) * s + d * (k - 1) + 1 - n, 0)
        for n, k, s, d in zip(sizes, kernel, stride, dilation, strict=True)
    ]
    return (*(t // 2 for t in totals), *(t - t // 2 for t in totals))


def spatial_dims(
    given: int | None, weight_rank: int | None, lists: Sequence[object], input_rank: int
) -> int:
    """Return the number of spatial axes: said, or by the weight, a list, or the input.

    Raises:
        Invalid: the ways contradict each other.
    """
    fixed = [len(v) for v in lists if isinstance(v, tuple)]
    if given is None and weight_rank is None and not fixed:
        return 3 if input_rank == 5 else 2
    count = given or (weight_rank - 2 if weight_rank is not None else max(fixed))
    if not 1 <= count <= 3:
        raise Invalid(
            "a weight of {rank} axes is not (out, in/groups, *kernel) with 1 to 3 spatial axes",
            loc=("weight",),
            rank=weight_rank,
        )
    if weight_rank is not None and weight_rank != count + 2:
        raise Invalid(
            "a weight of {rank} axes has {spatial} spatial ones, not spatial_dims = {count}",
            loc=("weight",),
            rank=weight_rank,
            spatial=weight_rank - 2,
            count=count,
        )
    return count


def with_batch(shape: Index, count: int) -> Index:
    """Return the input's shape as (N, C, ...): N = 1, or N = C = 1, is added where missing.

    Raises:
        Invalid: the rank fits none of the three forms.
    """
    missing = count + 2 - len(shape)
    if missing not in (0, 1, 2):
        raise Invalid(
            "input of {rank} axes {shape} does not fit {count} spatial axes: "
            "it takes {least} to {most}",
            loc=("input",),
            rank=len(shape),
            shape=list(shape),
            count=count,
            least=count,
            most=count + 2,
        )
    full = (1,) * missing + shape
    if 0 in full[1:]:
        raise Invalid("input {shape} has an empty axis", loc=("input",), shape=list(shape))
    return full
