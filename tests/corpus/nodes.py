"""The ONNX standard's own cases, each one operator with its inputs and the outputs it must give."""

import functools
import warnings
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import onnx
from onnx.backend.test.case.test_case import TestCase
from onnx.backend.test.loader import load_model_tests

Array = npt.NDArray[Any]
_SPELLED_OUT = "_expanded"


class Node(NamedTuple):
    """One case of one operator, read out of its model."""

    name: str
    operator: str
    opset: int
    attributes: dict[str, Any]
    inputs: list[Array | None]
    outputs: list[Array]
    rtol: float
    atol: float

    def input(self, place: int) -> Array:
        found = self.optional(place)
        assert found is not None, f"{self.name} has no input {place}"
        return found

    def optional(self, place: int) -> Array | None:
        return self.inputs[place] if place < len(self.inputs) else None

    def text(self, name: str, default: str) -> str:
        """Return an attribute that is a word; ONNX keeps those as bytes."""
        found: bytes = self.attributes.get(name, default.encode())
        return found.decode()


@functools.cache
def _cases() -> dict[str, TestCase]:
    """Return every case of the standard. It makes them by NumPy, overflowing here and there."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return {case.name: case for case in load_model_tests(kind="node")}


def _read(case: TestCase) -> Node:
    assert case.model is not None
    assert case.data_sets is not None
    graph = case.model.graph
    [node], [(inputs, outputs)] = graph.node, case.data_sets
    sent = dict(zip((value.name for value in graph.input), inputs, strict=True))
    return Node(
        case.name,
        node.op_type,
        next(used.version for used in case.model.opset_import if not used.domain),
        {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute},
        [np.asarray(sent[name]) if name else None for name in node.input],
        [np.asarray(value) for value in outputs],
        case.rtol,
        case.atol,
    )


def nodes_of(operators: set[str]) -> list[Node]:
    """Return the cases that are one node, of one of these operators."""
    return [
        _read(case)
        for case in _cases().values()
        if case.model is not None
        and len(case.model.graph.node) == 1
        and case.model.graph.node[0].op_type in operators
        and not case.model.graph.node[0].domain
        and _SPELLED_OUT not in case.name
    ]


def spelled_out(names: set[str]) -> dict[str, str]:
    """Return the cases that are one of these with its operator written in smaller ones."""
    origins = {name: name.split(_SPELLED_OUT)[0] for name in _cases() if _SPELLED_OUT in name}
    return {name: origin for name, origin in origins.items() if origin in names}


def numbers_of(name: str) -> list[Array]:
    """Return all that goes into a case and comes out of it."""
    data = _cases()[name].data_sets
    assert data is not None
    [(inputs, outputs)] = data
    return [np.asarray(value) for value in (*inputs, *outputs)]
