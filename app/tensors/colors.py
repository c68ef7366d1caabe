"""Colour scales as tables of 256 colours, from ColorBrewer's anchors along a smooth spline."""

from functools import lru_cache

import numpy as np

from app.layers.base import Array

# ColorBrewer (Cynthia Brewer), eleven classes each, from the low end to the high one.
_ANCHORS = {
    "rdbu": "053061 2166ac 4393c3 92c5de d1e5f0 f7f7f7 fddbc7 f4a582 d6604d b2182b 67001f",
    "puor": "2d004b 542788 8073ac b2abd2 d8daeb f7f7f7 fee0b6 fdb863 e08214 b35806 7f3b08",
    "brbg": "543005 8c510a bf812d dfc27d f6e8c3 f5f5f5 c7eae5 80cdc1 35978f 01665e 003c30",
    "reds": "f7f7f7 fddbc7 f4a582 d6604d b2182b 67001f",
    "gray": "000000 ffffff",
}
COLORMAPS = tuple(_ANCHORS)
SIGNED = "rdbu"
POSITIVE = "reds"


@lru_cache
def table(name: str) -> Array:
    """Return (256, 3) uint8: a uniform cubic B-spline through the anchors, as d3 draws it."""
    anchors = np.array(
        [[int(c[i : i + 2], 16) for i in (0, 2, 4)] for c in _ANCHORS[name].split()], float
    )
    ends = np.vstack([2 * anchors[0] - anchors[1], anchors, 2 * anchors[-1] - anchors[-2]])
    pieces = len(anchors) - 1
    t = np.linspace(0, pieces, 256)
    i = np.minimum(t.astype(int), pieces - 1)
    u = (t - i)[:, None]
    weights = ((1 - u) ** 3, 3 * u**3 - 6 * u**2 + 4, -3 * u**3 + 3 * u**2 + 3 * u + 1, u**3)
    terms = np.stack([w * ends[i + k] for k, w in enumerate(weights)])
    colors: Array = terms.sum(0) / 6
    return np.clip(np.rint(colors), 0, 255).astype(np.uint8)
