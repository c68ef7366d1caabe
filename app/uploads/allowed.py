"""The operators that a model may have: ONNX's own, without graphs inside and without chance."""

import onnx

_ODD = (
    "Sequence",
    "Optional",
    "Random",
    "String",
    "Regex",
    "TfIdf",
    "Bernoulli",
    "Multinomial",
    "ImageDecoder",
)
_ODD_KINDS = ("seq(", "optional(", "string", "map(")


def is_standard(domain: str) -> bool:
    """Tell whether a domain is ONNX's own."""
    return domain in ("", "ai.onnx")


def _is_plain(schema: onnx.defs.OpSchema) -> bool:
    graphs = {onnx.defs.OpSchema.AttrType.GRAPH, onnx.defs.OpSchema.AttrType.GRAPHS}
    if any(attribute.type in graphs for attribute in schema.attributes.values()):
        return False
    if any(word in schema.name for word in _ODD):
        return False
    kinds = [value.type_str for value in (*schema.inputs, *schema.outputs)]
    return not any(kind.startswith(_ODD_KINDS) for kind in kinds)


def _operators() -> frozenset[str]:
    schemas = [s for s in onnx.defs.get_all_schemas_with_history() if is_standard(s.domain)]
    with_graphs = {schema.name for schema in schemas if not _is_plain(schema)}
    return frozenset(schema.name for schema in schemas) - with_graphs


OPERATORS = _operators()
