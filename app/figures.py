"""Figures of curves: one SVG template, drawn as PNG by a rasteriser."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import resvg_py
from jinja2 import Environment, FileSystemLoader, Template

from app.curves import Curve
from app.layers.base import Array
from app.settings import ROOT

_WIDTH, _HEIGHT = 320, 224
_LEFT, _RIGHT, _TOP, _BOTTOM = 40, 12, 28, 28
_TICKS = 5
_FONT_NAME = "Source Sans Pro"
_FONT_PACKAGE = "font_source_sans_pro"
_FONT_FILE = "SourceSansPro-Regular.ttf"
_STROKES = ("#1b1a18", "#b2182b", "#2166ac", "#01665e", "#8c510a", "#5a2fc2")
_DASHES = ("", "6 3", "2 3", "8 3 2 3", "1 4", "10 4")


@lru_cache(1)
def _template() -> Template:
    loader = FileSystemLoader(ROOT / "templates")
    env = Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True)
    return env.get_template("figure.svg")


@dataclass(frozen=True, slots=True)
class Tick:
    """A place on an axis and what is written there."""

    at: float
    label: str


@dataclass(frozen=True, slots=True)
class Line:
    """A polyline in pixels."""

    points: str
    stroke: str
    dash: str
    label: str


@dataclass(frozen=True, slots=True)
class Panel:
    """One plot: its place in the figure, its axes and its lines."""

    left: int
    top: int
    title: str
    x_ticks: list[Tick]
    y_ticks: list[Tick]
    zero_x: float | None
    zero_y: float | None
    lines: list[Line]


@dataclass(frozen=True, slots=True)
class _Frame:
    """Turns data into pixels."""

    x: tuple[float, float]
    y: tuple[float, float]

    def across(self, value: float) -> float:
        low, high = self.x
        return _LEFT + (value - low) / (high - low) * (_WIDTH - _LEFT - _RIGHT)

    def up(self, value: float) -> float:
        low, high = self.y
        return _HEIGHT - _BOTTOM - (value - low) / (high - low) * (_HEIGHT - _TOP - _BOTTOM)

    def points(self, x: Array, y: Array) -> str:
        """Return the polyline, broken nowhere: what is not finite or far outside is clamped."""
        low, high = self.y
        room = 2 * (high - low)
        clipped = np.clip(np.nan_to_num(y.astype(float), nan=0.0), low - room, high + room)
        return " ".join(
            f"{self.across(a):.2f},{self.up(b):.2f}"
            for a, b in zip(x.tolist(), clipped.tolist(), strict=True)
        )


def y_range(curves: Sequence[Curve]) -> tuple[float, float]:
    """Return a range that holds the finite values of all curves, with a little air."""
    values = np.concatenate([c.y[np.isfinite(c.y)] for c in curves] or [np.zeros(1)])
    low, high = (float(values.min()), float(values.max())) if values.size else (0.0, 1.0)
    # What is added to a large number must be large, or nothing is added.
    air = 0.08 * ((high - low) or max(abs(high), 12.5))
    return low - air, high + air


def figure(
    curves: Sequence[Curve], layout: str, limits: Sequence[tuple[float, float] | None]
) -> str:
    """Return an SVG with a panel for each curve, or all curves in one.

    Args:
        curves: at least one, over the same x.
        layout: `panels` or `overlay`.
        limits: the y range of each curve, None for the data's own.
    """
    if layout == "overlay":
        shared = next((given for given in limits if given), None) or y_range(curves)
        panels = [_panel(curves, shared, (0, 0))]
        columns, rows = 1, 1
    else:
        columns = min(math.ceil(math.sqrt(len(curves))), 4)
        rows = math.ceil(len(curves) / columns)
        panels = [
            _panel([c], given or y_range([c]), (i % columns * _WIDTH, i // columns * _HEIGHT))
            for i, (c, given) in enumerate(zip(curves, limits, strict=True))
        ]
    return _template().render(
        panels=panels,
        width=columns * _WIDTH,
        height=rows * _HEIGHT,
        box=(_LEFT, _TOP, _WIDTH - _LEFT - _RIGHT, _HEIGHT - _TOP - _BOTTOM),
    )


def _panel(curves: Sequence[Curve], y: tuple[float, float], place: tuple[int, int]) -> Panel:
    x = (float(curves[0].x[0]), float(curves[0].x[-1]))
    frame = _Frame(x, y)
    lines = [
        Line(
            frame.points(c.x, c.y),
            _STROKES[i % len(_STROKES)],
            _DASHES[i % len(_DASHES)],
            c.function.title,
        )
        for i, c in enumerate(curves)
    ]
    return Panel(
        *place,
        ", ".join(line.label for line in lines) if len(lines) == 1 else "",
        [Tick(frame.across(v), _label(v)) for v in ticks(*x)],
        [Tick(frame.up(v), _label(v)) for v in ticks(*y)],
        frame.across(0) if x[0] < 0 < x[1] else None,
        frame.up(0) if y[0] < 0 < y[1] else None,
        lines,
    )


def ticks(low: float, high: float) -> list[float]:
    """Return round numbers within a range, about five of them."""
    raw = (high - low) / _TICKS
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(power * m for m in (1, 2, 5, 10) if power * m >= raw * 0.999)
    return [
        i * step for i in range(math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9) + 1)
    ]


def _label(value: float) -> str:
    return f"{value:.4g}".replace("-", "−") if abs(value) > 1e-12 else "0"


def to_png(svg: str, zoom: int = 2) -> bytes:
    """Return the SVG as PNG, `zoom` pixels to the unit, in the same font on every machine."""
    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=svg,
            zoom=zoom,
            skip_system_fonts=True,
            font_files=[str(font_file())],
            font_family=_FONT_NAME,
            sans_serif_family=_FONT_NAME,
        )
    )


@lru_cache
def font_file(name: str = _FONT_FILE) -> Path:
    """Return a font file of the font's package, which is found but never imported."""
    package = find_spec(_FONT_PACKAGE)
    if package is None or package.origin is None:
        raise FileNotFoundError(_FONT_PACKAGE)
    return Path(package.origin).parent / "files" / name
