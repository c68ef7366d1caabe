"""What is sent to the routes that say why a network says what it says, and what comes back."""

from app.api.openapi.pieces import (
    FILE,
    TENSOR,
    WRITTEN,
    Schema,
    answers,
    body,
    maybe,
    obj,
    problems,
)

_PATH = "/api/v1/models/{name}"
_CHOSEN: Schema = {"type": "integer", "minimum": 0, "description": "The most probable by default."}
_SIDE: Schema = {"type": "integer", "minimum": 1, "maximum": 65536}
_END = 1_000_000
_GREY: Schema = {"type": "number", "minimum": -_END, "maximum": _END}
_WHOLE: Schema = {"type": "array", "items": {"type": "integer"}}


def _asked(**fields: Schema) -> Schema:
    named = {"class": maybe(_CHOSEN)} | {name: maybe(field) for name, field in fields.items()}
    schema = obj("input", input=TENSOR, **named) | {"additionalProperties": False}
    return schema


def why_routes(shown: Schema) -> dict[tuple[str, str], Schema]:
    """Return the two routes.

    Args:
        shown: an example of what is sent.
    """
    covered = obj("class tops lefts covered", tops=_WHOLE, lefts=_WHOLE, covered=WRITTEN)
    cells = obj("class stage bias cells", cells=WRITTEN, bias={"type": "number"})
    occluded = _asked(size=_SIDE, step=_SIDE, value=_GREY)
    return {
        ("post", f"{_PATH}/occlude"): {
            "requestBody": body(occluded, {"input": FILE}, shown),
            "responses": answers(covered, "A share for each square.") | problems(),
        },
        ("post", f"{_PATH}/class_map"): {
            "requestBody": body(_asked(), {"input": FILE}, shown),
            "responses": answers(cells, "A number for each cell of the maps.") | problems(),
        },
    }
