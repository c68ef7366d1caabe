"""One network twice: as PyTorch exports it, and as Keras does, its pictures (N, H, W, C)."""

from typing import Any

import numpy as np
import onnx
import torch
import torch.nn.functional as F
from onnx import numpy_helper

from app.layers.base import Array
from tests.uploads.made import model, node

HEIGHT, WIDTH, CLASSES = 9, 12, 4
_DRAW = np.random.default_rng(5)
KERNELS = _DRAW.normal(0, 0.4, (5, 3, 3, 3)).astype(np.float32)
EACH = np.array([0.5, 1, 2], np.float32)
_PLACES = 5 * (HEIGHT // 2) * (WIDTH // 2)
ROWS = _DRAW.normal(0, 0.3, (_PLACES, CLASSES)).astype(np.float32)
"""A row for each number of the last maps, the channels of a place together, as Keras has them."""


def _held(**tensors: Any) -> list[onnx.TensorProto]:
    return [numpy_helper.from_array(np.asarray(value), name) for name, value in tensors.items()]


def channels_last(batch: str | int = 1) -> onnx.ModelProto:
    """Return the network as Keras exports it: it scales, turns, and turns back before its rows."""
    nodes = [
        node("Mul", "x each", "scaled"),
        node("Transpose", "scaled", "turned", perm=[0, 3, 1, 2]),
        node("Conv", "turned k", "maps", pads=[1, 1, 1, 1]),
        node("Relu", "maps", "bent"),
        node("MaxPool", "bent", "small", kernel_shape=[2, 2], strides=[2, 2]),
        node("Transpose", "small", "back", perm=[0, 2, 3, 1]),
        node("Reshape", "back row", "flat"),
        node("MatMul", "flat w", "scores"),
        node("Softmax", "scores", "y", axis=1),
    ]
    held = _held(each=EACH, k=KERNELS, w=ROWS, row=np.array([-1, _PLACES]))
    return model(nodes, (batch, HEIGHT, WIDTH, 3), held, rank=2)


def by_torch(picture: Array) -> dict[str, Array]:
    """Return what PyTorch makes of a picture (1, 3, H, W): last maps, logits and shares."""
    x = torch.tensor(picture) * torch.tensor(EACH)[:, None, None]
    maps = F.max_pool2d(F.relu(F.conv2d(x, torch.tensor(KERNELS), padding=1)), 2)
    logits = maps.permute(0, 2, 3, 1).flatten(1) @ torch.tensor(ROWS)
    made = {"maps": maps, "logits": logits, "shares": logits.softmax(1)}
    return {name: value.numpy() for name, value in made.items()}
