"""What is sent to the routes that say why a network says what it says, and what comes back."""

from app.api.models.asked import MOST_SQUARES
from app.api.openapi.pieces import (
    FILE,
    PROCESSOR,
    TENSOR,
    WRITTEN,
    Schema,
    answers,
    body,
    maybe,
    obj,
    problems,
    strict,
)
from app.networks.features import MAPS, PROBABILITIES, SCORES

_PATH = "/api/v1/models/{name}"
_CHOSEN: Schema = {
    "type": "integer",
    "minimum": 0,
    "description": "The one that is given most by default.",
}
_SIDE: Schema = {"type": "integer", "minimum": 1, "maximum": 65536}
_END = 1_000_000
_GREY: Schema = {"type": "number", "minimum": -_END, "maximum": _END}
_WHOLE: Schema = {"type": "array", "items": {"type": "integer"}}
_PLACES: Schema = _WHOLE | {"minItems": 1, "maxItems": MOST_SQUARES}
_BOX: Schema = _WHOLE | {"minItems": 4, "maxItems": 4, "description": "top, left, bottom, right."}
_LIST: Schema = {"type": "array", "items": {"type": "object"}}
_GIVES: Schema = {"enum": [PROBABILITIES, SCORES, MAPS]}


def _asked(**fields: Schema) -> Schema:
    return _pictured(**{"class": _CHOSEN}, **fields)


def _pictured(**fields: Schema) -> Schema:
    named = {name: maybe(field) for name, field in fields.items()}
    return strict("input", input=TENSOR, device=maybe(PROCESSOR), **named)


def why_routes(shown: Schema) -> dict[tuple[str, str], Schema]:
    """Return the routes.

    Args:
        shown: an example of what is sent.
    """
    covered = obj("class tops lefts covered", tops=_WHOLE, lefts=_WHOLE, covered=WRITTEN)
    cells = obj("class stage bias cells", cells=WRITTEN, bias={"type": "number"})
    occluded = _asked(size=_SIDE, step=_SIDE, value=_GREY, tops=_PLACES, lefts=_PLACES)
    top = obj("model input gives top", gives=_GIVES, top=_LIST, classes=_LIST)
    seen = _pictured(classes=_PLACES, cover=_BOX, value=_GREY)
    made = obj("class stage score bias total features rest maps", features=_LIST)
    most: Schema = {"type": "integer", "minimum": 1}
    return {
        ("post", f"{_PATH}/predict"): {
            "requestBody": body(seen, {"input": FILE}, shown),
            "responses": answers(top, "The classes.") | problems(),
        },
        ("post", f"{_PATH}/contributions"): {
            "requestBody": body(_asked(limit=most), {"input": FILE}, shown),
            "responses": answers(made, "A product for each feature.") | problems(),
        },
        ("post", f"{_PATH}/occlude"): {
            "requestBody": body(occluded, {"input": FILE}, shown),
            "responses": answers(covered, "What the class is given, for each square.") | problems(),
        },
        ("post", f"{_PATH}/class_map"): {
            "requestBody": body(_asked(), {"input": FILE}, shown),
            "responses": answers(cells, "A number for each cell of the maps.") | problems(),
        },
    }
