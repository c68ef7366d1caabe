"""What stands over and below the planes of an animation."""

from collections.abc import Sequence
from math import prod

from app.animation.films import Film
from app.animation.layout import Column
from app.animation.planes import Plane


def column(name: str, planes: Sequence[Plane]) -> Column:
    """Return planes of one tensor as they are headed."""
    shape = " × ".join(map(str, planes[0].shape)) or "1"
    return Column(name, shape, [p.region for p in planes], [_label(p) for p in planes])


def _label(plane: Plane) -> str:
    """Return which part of its tensor is seen, as in code; nothing where it is all."""
    axes = len(plane.shape) - len(plane.lead)
    part = plane.region.within(plane.size)
    spans = list(zip(part[:2], part[2:], plane.size, strict=True))[2 - axes :]
    is_whole = all(
        span == (0, size, size) for span, size in zip(spans, plane.size[2 - axes :], strict=True)
    )
    if prod(plane.shape[: len(plane.lead)]) == 1 and is_whole:
        return ""
    told = [":" if stop - start == size else f"{start}:{stop}" for start, stop, size in spans]
    return f"[{', '.join([*map(str, plane.lead), *told])}]"


def more(film: Film) -> str:
    """Return what is said of planes that are not drawn."""
    if not film.left_out:
        return ""
    kind = "slice" if film.is_volume else "channel"
    return f"+ {film.left_out} {kind}{'s' if film.left_out > 1 else ''}"
