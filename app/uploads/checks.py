"""A file that somebody sent: refused for what it is before anything of it is run."""

from collections.abc import Iterable, Iterator, Mapping

import onnx
from google.protobuf.message import DecodeError
from onnx import inliner

from app.problems import Invalid, Listed, TooLarge, Unreadable
from app.uploads.allowed import OPERATORS, is_standard

_OLDEST = 9
_MOST_NODES = 10_000
_MOST_TENSORS = 50_000
_LONGEST = 60  # characters of a name in a sentence
_LONGEST_REASON = 300


def read_model(data: bytes) -> onnx.ModelProto:
    """Parse a file and hold it against the rules.

    Raises:
        Unreadable: it is no ONNX file.
        Invalid: it needs what is not there or not allowed: another version, other files, operators
            of its own or with graphs inside.
        TooLarge: too many nodes.
    """
    model = parse_model(data)
    _drop_unused(model)
    _check_versions(model)
    _check_functions(model)
    if model.functions:
        model = inliner.inline_local_functions(model)
    check_held(model)
    _check_form(model)
    return model


def parse_model(data: bytes) -> onnx.ModelProto:
    """Parse a file that has a graph.

    Raises:
        Unreadable: it is no ONNX file.
    """
    model = onnx.ModelProto()
    try:
        model.ParseFromString(data)
    except DecodeError:
        raise Unreadable("this is not an ONNX file, or only a part of one") from None
    if not model.graph.node or not model.graph.output:
        raise Unreadable("this ONNX file has no graph")
    return model


def check_held(model: onnx.ModelProto) -> None:
    """Refuse what stands in other files, in other forms, or in functions.

    Raises:
        Invalid: as for `read_model`.
        TooLarge: too many tensors or nodes.
    """
    _check_tensors(model)
    _check_nodes(model)


def _short(name: str, longest: int = _LONGEST) -> str:
    plain = "".join(c if c.isprintable() else "?" for c in name[:longest])
    return plain if len(name) <= longest else f"{plain}..."


def _drop_unused(model: onnx.ModelProto) -> None:
    """Forget the operators of others that a file names and no node is: optimisers name them all."""
    nodes = [*model.graph.node, *(node for body in model.functions for node in body.node)]
    used = {node.domain for node in nodes}
    kept = [o for o in model.opset_import if is_standard(o.domain) or o.domain in used]
    del model.opset_import[:]
    model.opset_import.extend(kept)


def _check_versions(model: onnx.ModelProto) -> None:
    newest = onnx.defs.onnx_opset_version()
    own = {function.domain for function in model.functions}
    for used in model.opset_import:
        if not is_standard(used.domain):
            if used.domain not in own:
                raise Invalid(
                    "this model needs the operators '{domain}', which are not ONNX's own",
                    loc=("model",),
                    domain=_short(used.domain),
                )
        elif not _OLDEST <= used.version <= newest:
            raise Invalid(
                "this model is written in opset {version}; from {oldest} to {newest} can be read",
                loc=("model",),
                version=used.version,
                oldest=_OLDEST,
                newest=newest,
            )
    if not any(is_standard(used.domain) for used in model.opset_import):
        raise Invalid("this model does not say which opset it is written in", loc=("model",))


def _check_functions(model: onnx.ModelProto) -> None:
    """Refuse functions that call themselves, or that would unfold to too much."""
    bodies = {(f.domain, f.name): f for f in model.functions}
    unfolded: dict[tuple[str, str], int] = {}
    calls = {
        key: [(n.domain, n.op_type) for n in body.node if (n.domain, n.op_type) in bodies]
        for key, body in bodies.items()
    }
    while ready := [k for k in bodies.keys() - unfolded.keys() if set(calls[k]) <= unfolded.keys()]:
        for key in ready:
            inside = sum(unfolded[call] for call in calls[key])
            unfolded[key] = len(bodies[key].node) + inside
    if len(unfolded) < len(bodies):
        name = next(key[1] for key in bodies if key not in unfolded)
        raise Invalid("the function '{name}' calls itself", loc=("model",), name=_short(name))
    _check_count(sum(unfolded.get((n.domain, n.op_type), 1) for n in model.graph.node))


def _check_count(nodes: int) -> None:
    if nodes > _MOST_NODES:
        raise TooLarge(
            "this model has {nodes} nodes; at most {most} can be", nodes=nodes, most=_MOST_NODES
        )


def _tensors(model: onnx.ModelProto) -> Iterator[onnx.TensorProto]:
    yield from model.graph.initializer
    for node in model.graph.node:
        for attribute in node.attribute:
            if attribute.HasField("t"):
                yield attribute.t
            yield from attribute.tensors


def _check_tensors(model: onnx.ModelProto) -> None:
    if model.graph.sparse_initializer:
        raise Invalid("sparse weights are not read here", loc=("model",))
    count = 0
    for tensor in _tensors(model):
        count += 1
        if tensor.data_location == onnx.TensorProto.EXTERNAL or tensor.external_data:
            raise Invalid(
                "the weights of this model are in another file; save it as one file",
                loc=("model",),
            )
    if count > _MOST_TENSORS:
        raise TooLarge(
            "this model has {tensors} tensors; at most {most} can be",
            tensors=count,
            most=_MOST_TENSORS,
        )


def _check_nodes(model: onnx.ModelProto) -> None:
    _check_count(len(model.graph.node))
    unknown = _unknown(model.graph.node)
    if unknown:
        raise Invalid(
            "this model has operators that are not run here: {operators}",
            loc=("model",),
            operators=Listed(unknown),
        )


def _unknown(nodes: Iterable[onnx.NodeProto]) -> Mapping[str, None]:
    return {
        _short(node.op_type): None
        for node in nodes
        if not is_standard(node.domain) or node.op_type not in OPERATORS
    }


def _check_form(model: onnx.ModelProto) -> None:
    try:
        onnx.checker.check_model(model)
    except onnx.checker.ValidationError as error:
        reason = _short(" ".join(str(error).split()), _LONGEST_REASON)
        raise Invalid(
            "this is no valid ONNX model: {reason}", loc=("model",), reason=reason
        ) from None
