"""A transposed convolution as lines of Keras."""

from collections.abc import Sequence

from app.layers._keras import FIRST, grown, lacking, with_bias
from app.layers._stamps import StampAxis
from app.problems import message


def keras_lines(over: Sequence[StampAxis], groups: int, *, bias: bool) -> list[str]:
    """Return the lines, the last one an expression.

    Keras's own padding is not used: the whole is cut, or zeros are put behind it.

    Raises:
        Inexpressible: stride and dilation at once.
    """
    spatial = len(over)
    stride, dilation = tuple(a.stride for a in over), tuple(a.dilation for a in over)
    if max(stride) > 1 and max(dilation) > 1:
        raise lacking(message("a transposed convolution with stride and dilation"))
    sizes = f"strides={stride}, padding='valid', {FIRST}, dilation_rate={dilation}"
    made = f"ops.conv_transpose(x, kernel, {sizes})"
    if groups > 1:
        pairs = f"zip(ops.split(x, {groups}, 1), ops.split(kernel, {groups}, -1))"
        made = f"ops.concatenate([{made} for x, kernel in {pairs}], axis=1)"
    stops = [a.begin + a.output for a in over]
    missing = [max(stop - _made(a), 0) for stop, a in zip(stops, over, strict=True)]
    cut = ", ".join(f"{a.begin}:{stop}" for a, stop in zip(over, stops, strict=True))
    whole = grown("y", [0] * spatial, missing)
    return [
        f"kernel = ops.transpose(weight, {(*range(2, 2 + spatial), 1, 0)})",
        f"y = {made}",
        with_bias(f"{whole}[:, :, {cut}]", spatial, there=bias),
    ]


def _made(axis: StampAxis) -> int:
    """Return how many places of an axis Keras makes: a stride each, however small the kernel."""
    reach = axis.dilation * (axis.kernel - 1) + 1
    return (axis.size - 1) * axis.stride + max(reach, axis.stride)
