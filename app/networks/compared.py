"""Two graphs compared: whether one is, node by node and number by number, what the other is."""

from collections.abc import Callable, Collection, Iterable, Iterator

import onnx

from app.problems import Invalid, Message, message

_LONGEST = 60  # characters of a name in a sentence
# What a graph may have; the last three say nothing of what it computes.
_KNOWN = {"node", "name", "initializer", "input", "output", "value_info", "doc_string"}


def check_same(
    graph: onnx.GraphProto,
    written: Callable[[], Iterable[onnx.GraphProto]],
    weights: Collection[str],
) -> None:
    """Refuse a graph that is none of those that it can be.

    Args:
        graph: of a file.
        written: yields those that it can be.
        weights: the names of tensors whose numbers are the file's own; they are compared no more.

    Raises:
        Invalid: naming what is other than in the first of them.
    """
    more = {field.name for field, _ in graph.ListFields()} - _KNOWN
    if more:
        raise _other(message("its '{name}'", name=min(more)))
    first: Message | None = None
    for candidate in written():
        difference = next(_differences(graph, candidate, weights), None)
        if difference is None:
            return
        first = first or difference
    assert first is not None
    raise _other(first)


def _other(part: Message) -> Invalid:
    return Invalid(
        "the graph in this file is not the one that its chain compiles to: {part} differs",
        part=part,
    )


def _differences(
    graph: onnx.GraphProto, other: onnx.GraphProto, weights: Collection[str]
) -> Iterator[Message]:
    if len(graph.node) != len(other.node):
        yield message("the number of nodes")
    for number, (node, same) in enumerate(zip(graph.node, other.node, strict=False)):
        if _plain(node) != _plain(same):
            operator = _short(same.op_type)
            yield message("node {number} ({operator})", number=number, operator=operator)
    if _written(graph.input) != _written(other.input):
        yield message("the input")
    if _written(graph.output) != _written(other.output):
        yield message("the output")
    yield from _of_tensors(graph, other, weights)


def _of_tensors(
    graph: onnx.GraphProto, other: onnx.GraphProto, weights: Collection[str]
) -> Iterator[Message]:
    held = {tensor.name: tensor for tensor in graph.initializer}
    wanted = {tensor.name: tensor for tensor in other.initializer}
    if len(graph.initializer) != len(held) or held.keys() != wanted.keys():
        yield message("the list of tensors")
    for name in sorted(wanted.keys() & held.keys() - set(weights)):
        if held[name].SerializeToString() != wanted[name].SerializeToString():
            yield message("the tensor '{name}'", name=_short(name))


def _plain(node: onnx.NodeProto) -> tuple[object, ...]:
    """Return all of a node but its name and what is written about it."""
    attributes = sorted(held.SerializeToString(deterministic=True) for held in node.attribute)
    more = {field.name for field, _ in node.ListFields()} - {"name", "doc_string"}
    return node.op_type, node.domain, list(node.input), list(node.output), attributes, more


def _written(values: Iterable[onnx.ValueInfoProto]) -> list[bytes]:
    return [value.SerializeToString(deterministic=True) for value in values]


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST else f"{name[:_LONGEST]}..."
