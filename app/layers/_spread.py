"""Tensors of different sizes that meet element by element, spread as NumPy and PyTorch do it."""

from collections.abc import Sequence


def spread_index(at: Sequence[int], shape: Sequence[int]) -> tuple[int, ...]:
    """Return which element of a smaller tensor stands at an index of one it is spread over."""
    own = at[len(at) - len(shape) :]
    return tuple(i if n > 1 else 0 for i, n in zip(own, shape, strict=True))


def spread_shape(one: Sequence[int], other: Sequence[int]) -> tuple[int, ...] | None:
    """Return the shape of two tensors spread over each other, None where they do not fit."""
    rank = max(len(one), len(other))
    found = []
    for a, b in zip(_filled(one, rank), _filled(other, rank), strict=True):
        if a != b and 1 not in (a, b):
            return None
        found.append(b if a == 1 else a)
    return tuple(found)


def _filled(shape: Sequence[int], rank: int) -> tuple[int, ...]:
    return (*(1 for _ in range(rank - len(shape))), *shape)
