"""Pictures of more than 8 bits a channel."""

import numpy as np
from PIL import Image

DEEP = ("I;16", "I;16B", "I;16L", "I", "F")


def shallow(picture: Image.Image) -> Image.Image:
    """Return a deep picture in 8 bits."""
    values = np.asarray(picture, np.float64)
    highest = 65535.0 if values.max(initial=0.0) > 255 or picture.mode.startswith("I;16") else 255.0
    return Image.fromarray(np.clip(values / highest * 255.0 + 0.5, 0, 255).astype(np.uint8), "L")
