"""Pooling calls drawn at random, for both sides."""

from typing import Any, NamedTuple

import torch.nn.functional as F
from hypothesis import strategies as st

from app.layers.base import Array
from tests.layers.against_torch.trial import numbers, per_axis
from tests.layers.against_torch.windows import Window

MAX = {1: F.max_pool1d, 2: F.max_pool2d, 3: F.max_pool3d}
AVG = {1: F.avg_pool1d, 2: F.avg_pool2d, 3: F.avg_pool3d}
LP = {1: F.lp_pool1d, 2: F.lp_pool2d, 3: F.lp_pool3d}


class Pool(NamedTuple):
    """An input and the window over it, `padding` begins and then ends."""

    x: Array
    kernel_size: tuple[int, ...]
    stride: tuple[int, ...] | None
    padding: tuple[int, ...]
    dilation: tuple[int, ...]
    ceil_mode: bool

    @property
    def dims(self) -> int:
        return len(self.kernel_size)

    def parameters(self, *without: str, **more: Any) -> dict[str, Any]:
        """Return the window as our parameters, and as PyTorch's where both know them."""
        mine = {k: v for k, v in self._asdict().items() if k != "x" and k not in without}
        return mine | more

    def windows(self) -> list[Window]:
        stride, count = self.stride or self.kernel_size, self.dims
        begins, ends = self.padding[:count], self.padding[-count:]
        axes = zip(self.kernel_size, stride, begins, ends, self.dilation, strict=True)
        return [Window(*axis, self.ceil_mode) for axis in axes]

    def sees_only_padding(self) -> bool:
        """Tell whether the dilation steps over the whole input somewhere.

        The index of such a maximum means nothing.
        """
        sizes = self.x.shape[-self.dims :]
        return any(
            not any(0 <= p < n for p in touched)
            for window, n in zip(self.windows(), sizes, strict=True)
            for touched in window.places(n)
        )


@st.composite
def pools(draw: st.DrawFn, two_sided: bool = False, dilated: bool = True) -> Pool:
    """Draw a call whose sizes may or may not fit each other."""
    dims = draw(st.sampled_from([2, 1, 3]))
    size = draw(per_axis(dims, 1, 7))
    lead = draw(st.sampled_from([(1,), (2,), (1, 2), (2, 1), (0, 1)]))
    lead = (1, *lead) if two_sided and len(lead) == 1 else lead
    sides = draw(per_axis(2 * dims if two_sided else dims, 0, 2))
    return Pool(
        numbers(*lead, *size, whole=draw(st.booleans())),
        draw(per_axis(dims, 1, 4)),
        draw(st.none() | per_axis(dims, 1, 4)),
        sides,
        draw(per_axis(dims, 1, 3)) if dilated else (1,) * dims,
        draw(st.booleans()),
    )
