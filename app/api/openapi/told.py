"""What the routes of a layer answer."""

from app.api.openapi.pieces import COST, SHAPE, STATS, TEXT, TEXTS, WRITTEN, Schema, obj

_PARAMS: Schema = {"type": "object"}
INPUT_TOLD = obj("shape dtype", shape=SHAPE, dtype=TEXT, conversions=TEXTS)
RUN = obj(
    layer=TEXT,
    params=_PARAMS,
    input=INPUT_TOLD,
    output=WRITTEN,
    shape=SHAPE,
    dtype=TEXT,
    stats=STATS,
    cost=COST,
    rule=TEXTS,
    device=TEXT,
    provider=TEXT,
    timing_ms={"type": "object", "additionalProperties": {"type": "number"}},
    refs={"type": "object", "additionalProperties": {"type": ["string", "null"]}},
)
_SHAPES: Schema = {"type": "object", "additionalProperties": obj("shape", shape=SHAPE)}
PLAN = obj(
    "layer params input tensors shape outputs cost working_bytes rule dropped receptive_field "
    "ranges",
    layer=TEXT,
    params=_PARAMS,
    input=INPUT_TOLD,
    tensors=_SHAPES,
    shape=SHAPE,
    outputs=_SHAPES,
    cost=COST,
    working_bytes={"type": "integer"},
    rule=TEXTS,
    dropped=SHAPE,
    receptive_field={"type": ["object", "null"]},
    ranges={"type": "object"},
)
_ELEMENT = obj("at value", at=SHAPE, value={"type": ["number", "null"]})
EXPLANATION = obj(
    "layer params elements",
    layer=TEXT,
    params=_PARAMS,
    of=TEXT,
    elements={"type": "array", "items": _ELEMENT},
)
