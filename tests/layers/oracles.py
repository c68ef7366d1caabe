"""The same numbers by other hands: PyTorch, ONNX's own reference, NumPy loops."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import onnx
import torch
import torch.nn.functional
from onnx.reference import ReferenceEvaluator

from app.layers.base import INPUT, Array, Layer

RTOL, ATOL = 1e-3, 1e-4


def by_torch(layer: Layer, tensors: Mapping[str, Array]) -> list[Array]:
    """Evaluate the PyTorch expression that a resolved layer shows to its readers."""
    names: dict[str, Any] = {"torch": torch, "F": torch.nn.functional, "bias": None}
    names |= {name: torch.tensor(value) for name, value in tensors.items()}
    names["x"] = names.pop(INPUT.name)
    shapes = {name: value.shape for name, value in tensors.items()}
    found = eval(layer.torch(shapes), names)
    return [y.numpy() for y in (found if isinstance(found, tuple) else (found,))]


def by_reference(model: onnx.ModelProto, tensors: Mapping[str, Array]) -> dict[str, Array]:
    """Run a model in plain NumPy, as ONNX itself spells its operators out."""
    names = [output.name for output in model.graph.output]
    values = ReferenceEvaluator(model).run(names, dict(tensors))
    return dict(zip(names, (np.asarray(value) for value in values), strict=True))


def assert_same(ours: Array, theirs: Array, what: str = "") -> None:
    """Hold two tensors against each other: shapes and whole numbers exactly, floats closely."""
    assert ours.shape == theirs.shape, what
    if ours.dtype.kind == "f":
        np.testing.assert_allclose(ours, theirs, RTOL, ATOL, equal_nan=True, err_msg=what)
    else:
        np.testing.assert_array_equal(ours, theirs, err_msg=what)
