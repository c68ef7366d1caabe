"""What stands around an input: for one cell, and in a graph."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from app.layers._explain import Index
from app.layers._nodes import LAST, Nodes
from app.layers._touch import Span, between, mirrored, one
from app.layers._window import Axis, Places, split_pads
from app.problems import Invalid

_ONNX_MODES = {"reflect": "reflect", "replicate": "edge"}


def _mirror(places: Places, size: int) -> Places:
    mirrored = np.abs(places)
    return np.where(mirrored >= size, 2 * (size - 1) - mirrored, mirrored)


_BORDERS: Mapping[str, Callable[[Places, int], Places]] = {
    "reflect": _mirror,
    "replicate": lambda places, size: np.clip(places, 0, size - 1),
    "circular": lambda places, size: places % size,
}


def real_cells(over: Sequence[Axis], positions: Places, padding_mode: str) -> Places:
    """Return the input cell that stands at each position; where zero was padded, the position."""
    border = _BORDERS.get(padding_mode)
    if border is None:
        return positions
    return np.stack([border(positions[:, i], axis.size) for i, axis in enumerate(over)], 1)


def repeated(axis: Axis, position: int, padding_mode: str) -> list[int]:
    """Return the places in the padding where a cell of the input stands again."""
    border = _BORDERS.get(padding_mode)
    if border is None:
        return []
    around = np.r_[-axis.begin : 0, axis.size : axis.size + axis.end]
    found: list[int] = around[border(around, axis.size) == position].tolist()
    return found


def behind(span: Span, axis: Axis, padding_mode: str) -> list[Span]:
    """Return the input cells that stand in the padding at the places of a span."""
    before = between(span, -axis.begin, 0)
    after = between(span, axis.size, axis.size + axis.end)
    last = axis.size - 1
    if padding_mode == "replicate":
        return [one(0) for _ in before] + [one(last) for _ in after]
    if padding_mode == "reflect":
        return [mirrored(s, 0) for s in before] + [mirrored(s, 2 * last) for s in after]
    shifts = [(s, axis.size) for s in before] + [(s, -axis.size) for s in after]
    circular = padding_mode == "circular"
    return [Span(s.start + n, s.stop + n, s.step) for s, n in shifts if circular]


def check_border(axis: Axis, padding_mode: str) -> None:
    """Refuse more padding than a mode can fill.

    Raises:
        Invalid: with the most that it could.
    """
    most = {"reflect": axis.size - 1, "circular": axis.size}.get(padding_mode)
    if most is not None and max(axis.begin, axis.end) > most:
        raise Invalid(
            "padding {padding} is too large for padding_mode '{mode}', "
            "which can take at most {most} from an axis of {size}",
            loc=("padding",),
            padding=max(axis.begin, axis.end),
            mode=padding_mode,
            most=most,
            size=axis.size,
        )


def add_border(nodes: Nodes, source: str, pads: Sequence[int], padding_mode: str) -> str:
    """Write the padding of (N, C, *size) into a graph; `pads` is all begins, then all ends."""
    begins, ends = split_pads(pads)
    if padding_mode == "circular":
        return _wrapped(nodes, source, begins, ends)
    full = nodes.integers((0, 0, *begins, 0, 0, *ends))
    return nodes.add("Pad", source, full, mode=_ONNX_MODES[padding_mode])


def _wrapped(nodes: Nodes, source: str, begins: Index, ends: Index) -> str:
    """Join the ends of each axis to its begins; `Pad` would refuse to wrap an empty batch."""
    for axis, (begin, end) in enumerate(zip(begins, ends, strict=True), start=2):
        parts = [source]
        if begin:
            parts.insert(0, nodes.slice(source, [-begin], [LAST], [axis]))
        if end:
            parts.append(nodes.slice(source, [0], [end], [axis]))
        source = nodes.add("Concat", *parts, axis=axis)
    return source
