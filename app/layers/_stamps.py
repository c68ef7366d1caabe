"""The arithmetic of a transposed window: each input place stamps a kernel onto the output."""

from collections.abc import Sequence
from itertools import product
from typing import NamedTuple

from app.layers._explain import Index
from app.problems import Invalid


class StampAxis(NamedTuple):
    """One spatial axis: the input's size and how the stamps are set along the output."""

    size: int
    kernel: int
    stride: int
    begin: int
    end: int
    dilation: int
    extra: int

    @property
    def output(self) -> int:
        """Return (size − 1)·stride − begin − end + dilation·(kernel − 1) + extra + 1."""
        reach = self.dilation * (self.kernel - 1)
        return (self.size - 1) * self.stride - self.begin - self.end + reach + self.extra + 1

    @property
    def seen(self) -> tuple[int, float, float]:
        """Return what an output place sees of the input: size, stride, where the first begins."""
        reach = self.dilation * (self.kernel - 1)
        start = (self.begin - reach) / self.stride
        return -(-(reach + 1) // self.stride), 1 / self.stride, start

    def check(self) -> None:
        """Refuse more output_padding than a stride leaves room for, and an empty output.

        Raises:
            Invalid: with the numbers.
        """
        if self.extra >= max(self.stride, self.dilation):
            raise Invalid(
                "output_padding {extra} must be smaller than the stride {stride} "
                "or the dilation {dilation}",
                loc=("output_padding",),
                extra=self.extra,
                stride=self.stride,
                dilation=self.dilation,
            )
        if self.output < 1:
            raise Invalid(
                "nothing is left of the output: {rule}", loc=("padding",), rule=self.rule()
            )

    def rule(self) -> str:
        """Return the output-size rule with this axis' numbers in it."""
        size = str(self.output).replace("-", "−")
        cut = f"2·{self.begin}" if self.begin == self.end else f"{self.begin} − {self.end}"
        return (
            f"({self.size} − 1)·{self.stride} − {cut} + {self.dilation}·({self.kernel} − 1) "
            f"+ {self.extra} + 1 = {size}"
        )

    def met(self, place: int) -> list[tuple[int, int]]:
        """Return (position in the kernel, input place) of each stamp that reaches `place`."""
        offsets = ((i, place + self.begin - i * self.dilation) for i in range(self.kernel))
        found = ((i, *divmod(q, self.stride)) for i, q in offsets)
        return [(i, q) for i, q, rest in found if not rest and 0 <= q < self.size]

    def middle(self, position: int) -> int:
        """Return the output place nearest to the middle of the stamp of an input place."""
        corner = position * self.stride - self.begin
        reached = [corner + i * self.dilation for i in range(self.kernel)]
        wanted = reached[self.kernel // 2]
        there = [q for q in reached if 0 <= q < self.output]
        return min(there or [0, self.output - 1], key=lambda q: abs(q - wanted))


def met(over: Sequence[StampAxis], place: Sequence[int]) -> list[tuple[Index, Index]]:
    """Return (position in the kernel, input position) of each stamp that reaches a place."""
    axes = [axis.met(p) for p, axis in zip(place, over, strict=True)]
    found = product(*axes)
    return [(tuple(i for i, _ in pairs), tuple(q for _, q in pairs)) for pairs in found]
