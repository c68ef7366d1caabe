"""A node of any graph is read back as the layer that explains it: the ONNX standard's cases."""

import numpy as np
import pytest

from app.layers import LAYERS, read_node
from app.layers._graph_node import GraphNode
from app.layers.base import INPUT
from tests.corpus.nodes import Node, nodes_of

OPERATORS = {operator for kind in LAYERS for operator in kind.operators}
# Their cases are all of the other kind; test_operators.py has some of this kind.
ELSEWHERE = {"HardSigmoid", "PRelu", "ReduceMax", "ReduceMean", "Squeeze"}
NODES = {
    node.name: node
    for node in nodes_of(OPERATORS)
    if node.inputs[0] is not None and node.inputs[0].dtype == np.float32
}


def as_read(node: Node) -> GraphNode:
    """Return a case as a graph has it: all but the first input are held by it."""
    attributes = {
        name: value.decode() if isinstance(value, bytes) else value
        for name, value in node.attributes.items()
    }
    return GraphNode(
        node.operator,
        node.opset,
        attributes,
        [None if value is None else value.shape for value in node.inputs],
        [None, *node.inputs[1:]],
        [value.shape for value in node.outputs],
        len(node.outputs),
    )


READ = {name: found for name, node in NODES.items() if (found := read_node(as_read(node)))}


@pytest.mark.parametrize("name", READ)
def test_what_a_layer_explains_is_what_the_standard_says(name: str) -> None:
    node, (layer, shapes, tensors) = NODES[name], READ[name]
    sent = {INPUT.name: node.input(0).reshape(shapes[INPUT.name]), **tensors}
    expected = node.outputs[0]
    places = list(np.ndindex(expected.shape))
    for at in places[:: max(len(places) // 60, 1)]:
        found = layer.explain(sent, at)
        np.testing.assert_allclose(found.value, expected[at], max(node.rtol, 1e-5), 1e-5)


def test_each_operator_is_read_and_most_of_its_cases_are() -> None:
    """The others are in training, or do what PyTorch has no word for."""
    known = {node.operator for node in NODES.values()}
    assert known - {NODES[name].operator for name in READ} == ELSEWHERE
    assert len(READ) > 145
