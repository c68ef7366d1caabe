"""What Keras has for a layer, as lines of a program; `x` is the input, channels first."""

from collections.abc import Sequence

from app.problems import Invalid, Message, message

FIRST = 'data_format="channels_first"'


class Inexpressible(Invalid):
    """A setting that Keras has nothing for."""


def lacking(what: Message) -> Inexpressible:
    """Return the refusal that names what Keras does not have."""
    return Inexpressible("Keras has nothing for {what}", what=what)


def grown(source: str, begins: Sequence[int], ends: Sequence[int], value: str = "0.0") -> str:
    """Return `source` (N, C, *size) with cells of one value around it."""
    if not any((*begins, *ends)):
        return source
    sides = [[0, 0], [0, 0], *([b, e] for b, e in zip(begins, ends, strict=True))]
    return f"ops.pad({source}, {sides}, constant_values={value})"


def bordered(axis: int, size: int, begin: int, end: int, mode: str) -> str:
    """Return a line that puts cells of the input's own before and behind an axis of it."""
    places, last = f"ops.arange({-begin}, {size + end})", size - 1
    if mode == "reflect":
        places = f"{last} - ops.abs({last} - ops.abs({places}))"
    elif mode == "replicate":
        places = f"ops.clip({places}, 0, {last})"
    else:
        # What is cut off on one side does not come round on the other.
        first, left = -min(begin, 0), size + min(begin, 0) + min(end, 0)
        places = f"{places} % {size}"
        if left != size:
            places = f"{first} + (ops.arange({-begin - first}, {size + end - first})) % {left}"
    return f"x = ops.take(x, {places}, axis={axis})"


def surrounded(
    sizes: Sequence[int], begins: Sequence[int], ends: Sequence[int], mode: str
) -> list[str]:
    """Return the lines that surround (N, C, *sizes) by a convolution's padding."""
    if mode == "zeros":
        return [f"x = {grown('x', begins, ends)}"] if any((*begins, *ends)) else []
    axes = enumerate(zip(sizes, begins, ends, strict=True), start=2)
    return [bordered(axis, n, b, e, mode) for axis, (n, b, e) in axes if b or e]


def with_bias(made: str, spatial: int, *, there: bool) -> str:
    """Return `made` (N, C, *size) with the bias of each channel added."""
    return f"{made} + ops.reshape(bias, {(1, -1, *[1] * spatial)})" if there else made


def pooled(
    name: str,
    source: str,
    kernel_size: Sequence[int],
    stride: Sequence[int],
    dilation: Sequence[int],
) -> str:
    """Return a pooling of Keras over a source that has all its padding.

    Raises:
        Inexpressible: the window has gaps.
    """
    if max(dilation) > 1:
        raise lacking(message("a pooling window with dilation"))
    return f"ops.{name}({source}, {kernel_size}, strides={stride}, padding='valid', {FIRST})"
